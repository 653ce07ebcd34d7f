"""Random statements over random rows: PostgreSQL says whether what is claimed of shards is so.

More of them by hand: ``PGDOG_SPLITS=5000 PGDOG_SPLITS_SEED=7 pytest tests/integration/test_splits.py``.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from random import Random
from typing import Final

import psycopg
import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.router.parse import Unparseable
from tests.unit.router.random_statements import TABLES, Statements
from tests.unit.router.splits import SETS, Answer, Row, contradictions, is_in, random_rows

COUNT: Final = int(os.environ.get('PGDOG_SPLITS', '120'))
SEED: Final = int(os.environ.get('PGDOG_SPLITS_SEED', '1'))
STATEMENTS_PER_ROWS: Final = 25


@pytest.fixture
def connection(postgres: Cluster, database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.dsn(database), autocommit=True) as connection:
        for shards in SETS:
            connection.execute(f'CREATE SCHEMA s{shards}')
            for name, columns in TABLES.items():
                described = ', '.join(f'{column} integer' for column in columns)
                connection.execute(f'CREATE TABLE s{shards}.{name} ({described})')
        yield connection


def test_what_is_claimed_of_shards_is_so(connection: psycopg.Connection) -> None:
    random = Random(SEED)
    statements = Statements(random, lateral=True)
    answered = 0
    for number in range(COUNT):
        if number % STATEMENTS_PER_ROWS == 0:
            deal(connection, random_rows(random))
        sql = statements.statement()
        try:
            found = list(contradictions(sql, partial(ask, connection, sql)))
        except (psycopg.errors.FeatureNotSupported, psycopg.errors.SyntaxError, Unparseable):
            continue
        assert not found, sql
        answered += 1
    assert answered > COUNT * 0.8


def deal(connection: psycopg.Connection, rows: Mapping[str, list[Row]]) -> None:
    """Put rows into the schemas that stand for sets of shards."""
    for shards in SETS:
        for name in TABLES:
            connection.execute(f'TRUNCATE s{shards}.{name}')
            kept = [row for row in rows[name] if is_in(shards, name, row)]
            if kept:
                connection.execute(f'INSERT INTO s{shards}.{name} VALUES {", ".join(map(written, kept))}')


def written(row: Row) -> str:
    """A row as VALUES has it."""
    return f'({", ".join("NULL" if each is None else str(each) for each in row)})'


def ask(connection: psycopg.Connection, sql: str, shards: int) -> Answer:
    """What a statement answers over the rows of a set of shards."""
    connection.execute(f'SET search_path = s{shards}')
    return Counter(connection.execute(sql).fetchall())
