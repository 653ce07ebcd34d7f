"""Random statements over random rows: SQLite says whether what is claimed of shards is so."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from functools import cache
from random import Random

import pytest

from pgdog_gevent.router.parse import Unparseable
from tests.unit.router.random_statements import TABLES, Statements
from tests.unit.router.splits import Answer, Row, contradictions, is_in, random_rows

pytestmark = pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 39), reason='this SQLite has no FULL JOIN')


@pytest.mark.parametrize('seed', range(6))
def test_what_is_claimed_of_shards_is_so(seed: int) -> None:
    random = Random(seed)
    statements = Statements(random)
    for _ in range(10):
        sql, rows = statements.statement(), random_rows(random)
        try:
            found = list(contradictions(sql, _answers(sql, rows)))
        except (sqlite3.OperationalError, Unparseable):
            continue
        assert not found, sql


class _answers:
    """What a statement answers over the rows of a set of shards."""

    def __init__(self, sql: str, rows: Mapping[str, list[Row]]) -> None:
        self._sql = sql
        self._rows = rows
        self._known: dict[int, Answer] = {}

    def __call__(self, shards: int) -> Answer:
        if shards not in self._known:
            self._known[shards] = self._asked(shards)
        return self._known[shards]

    def _asked(self, shards: int) -> Answer:
        database = _database()
        for name, rows in self._rows.items():
            database.execute(f'DELETE FROM {name}')
            places = ', '.join('?' * len(TABLES[name]))
            database.executemany(
                f'INSERT INTO {name} VALUES ({places})', [row for row in rows if is_in(shards, name, row)]
            )
        return Counter(database.execute(self._sql).fetchall())


@cache
def _database() -> sqlite3.Connection:
    database = sqlite3.connect(':memory:', isolation_level=None)
    for name, columns in TABLES.items():
        database.execute(f'CREATE TABLE {name} ({", ".join(f"{column} integer" for column in columns)})')
    return database
