"""Statements divided for several shards, held against PostgreSQL that has all rows.

The rows of a table are spread over three schemas; each answers the partial text, one of them the final text, and the
answer must be that of the original text on the whole table: values to the last digit, names and types of columns.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from math import isclose
from typing import NamedTuple
from urllib.parse import quote

import psycopg
import pytest

from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.config.load import load
from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from pgdog_gevent.monitor.catalog_query import read_catalog
from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Folded
from pgdog_gevent.router.catalog import Catalog
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.locality import Local
from pgdog_gevent.router.nodes import select
from pgdog_gevent.router.rewrite_union import fold_union
from pgdog_gevent.router.rules import Rules
from pgdog_gevent.router.select import several_of
from pgdog_gevent.sharding.function import Hashed
from pgdog_gevent.sharding.key import KeyType

TABLE = """
    CREATE TABLE t (
        id int PRIMARY KEY, small int2, whole int4, big int8, exact numeric, scaled numeric(12,3), real float4,
        double float8, word text, german text {icu}, bytewise text COLLATE "C", day date, moment timestamptz,
        span interval, yes bool, tag uuid, price money
    )
"""
SHARDS = ('shard_0', 'shard_1', 'shard_2')
SEED = 20
NOWHERE_THE_KEY = Local(Hashed(KeyType.BIGINT, 3), frozenset())


def literals(chance: random.Random, number: int) -> Iterator[str]:
    """The values of a row, each of which may be NULL."""
    words = ['a', 'B', 'b', 'A', 'ä', 'z', '', 'a b', 'Z']
    yield str(number)
    choices: list[Sequence[object]] = [
        [0, 1, -5, 32767, -32768],
        [0, 1, 2, 1000000000, -1000000000, 7],
        [0, 3, 9223372036854775807, -9223372036854775808, 12],
        ['0', '1.50', '1.5', '-0.001', '123456789012345678901234567890.123', '1e-20'],
        ['0', '1.5', '2.125', '-99.999'],
        ['0', '-0', '1.1', '2.5', '1e10'],
        ['0', '-0', '0.1', '0.2', '3.5'],
        words, words, words,
        ['2020-01-01', '2024-02-29', '1999-12-31'],
        ['2020-01-01 00:00+00', '2024-02-29 12:34:56.789+02'],
        ['1 day', '24 hours', '1 month', '-3 days 04:05:06.7', '1 year 2 mons'],
        ['t', 'f'],
        ['00000000-0000-0000-0000-000000000001', 'ffffffff-0000-0000-0000-000000000001'],
        ['1.23', '-4', '0'],
    ]  # fmt: skip
    for values in choices:
        yield 'NULL' if chance.random() < 0.2 else f"'{chance.choice(values)}'"


Row = tuple[str | None, ...]


class Answer(NamedTuple):
    columns: list[tuple[str, int]]
    rows: list[Row]


class Case(NamedTuple):
    sql: str
    arguments: tuple[tuple[str, str | None], ...] = ()
    """Types and values of the parameters."""
    close: bool = False
    """Numbers may differ in the last digits: sums of floating point."""


STATEMENTS = [
    'SELECT count(*), count(whole), count(*) FILTER (WHERE yes), sum(whole), sum(big), sum(exact), sum(small) FROM t',
    'SELECT avg(small), avg(whole), avg(big), avg(exact), avg(scaled), avg(span), sum(span), sum(price) FROM t',
    'SELECT min(word), max(word), min(german), max(german), min(bytewise), max(tag::text), min(day), max(moment) '
    'FROM t',
    'SELECT count(*), sum(whole), avg(big), max(word), var_pop(whole), stddev(exact), bool_and(yes) FROM t WHERE false',
    'SELECT count(*), sum(whole) FROM t WHERE false GROUP BY word',
    'SELECT word, count(*), sum(whole) / 2, avg(scaled) * 3 FROM t GROUP BY word ORDER BY word',
    'SELECT german AS g, count(*) FROM t GROUP BY 1 ORDER BY g DESC NULLS LAST LIMIT 4 OFFSET 1',
    'SELECT bytewise, german, count(*) c FROM t GROUP BY bytewise, german HAVING count(*) > 1 ORDER BY 2, 1',
    'SELECT word || whole AS x, lower(word), max(exact) '
    'FROM t GROUP BY word || whole, lower(word) ORDER BY lower(word), 1',
    'SELECT whole % 3 AS m, sum(big + 0), sum(whole * 2), sum(small::int8) '
    'FROM t WHERE big BETWEEN -100 AND 100 GROUP BY m ORDER BY m',
    'SELECT var_pop(small), var_samp(whole), variance(big), stddev(scaled), stddev_pop(whole), stddev_samp(big) FROM t',
    'SELECT yes, variance(exact), stddev(exact), stddev_pop(exact), var_pop(scaled) FROM t GROUP BY yes ORDER BY 1',
    'SELECT word, variance(scaled), stddev(whole), stddev(small), stddev_pop(scaled / 7) '
    'FROM t GROUP BY word ORDER BY 1',
    "SELECT stddev(x), variance(x) FROM (SELECT CASE WHEN id = 7 THEN 'NaN'::numeric ELSE exact END AS x FROM t) s",
    'SELECT bool_and(yes), bool_or(yes), every(yes IS NULL), bit_and(whole), bit_or(small), bit_xor(big) FROM t',
    'SELECT count(DISTINCT word), count(DISTINCT exact), sum(DISTINCT whole), avg(DISTINCT scaled), count(*) FROM t',
    'SELECT yes, count(DISTINCT german), count(DISTINCT (whole, yes)), sum(whole), min(DISTINCT day) '
    'FROM t GROUP BY yes',
    'SELECT count(DISTINCT whole) FILTER (WHERE yes), stddev(DISTINCT whole), sum(whole) FROM t',
    "SELECT string_agg(DISTINCT bytewise, ',' ORDER BY bytewise), array_agg(DISTINCT whole) FROM t",
    'SELECT yes, word, count(*), sum(whole), grouping(yes, word) FROM t GROUP BY ROLLUP (yes, word) ORDER BY 1, 2, 5',
    'SELECT yes, small, count(*), count(DISTINCT word) FROM t GROUP BY GROUPING SETS ((yes, small), (small), ())',
    'SELECT yes, small, avg(whole) FROM t GROUP BY CUBE (yes, (small, word)) ORDER BY 1, 2, 3',
    'SELECT count(*) FROM t WHERE false GROUP BY ()',
    'SELECT count(*) FROM t WHERE false GROUP BY GROUPING SETS ((word), ())',
    'SELECT 1 AS one FROM t HAVING count(*) > 0',
    'SELECT 1 FROM t HAVING true',
    "SELECT 'x', count(*) FROM t GROUP BY 1",
    'SELECT word, count(*), rank() OVER (ORDER BY count(*) DESC, word), sum(count(*)) OVER () FROM t GROUP BY word',
    'SELECT word, sum(sum(whole)) OVER w FROM t GROUP BY word, yes WINDOW w AS (PARTITION BY yes ORDER BY word)',
    'SELECT DISTINCT word FROM t ORDER BY word DESC',
    'SELECT DISTINCT whole, german FROM t ORDER BY 2 NULLS FIRST, whole LIMIT 5',
    'SELECT DISTINCT count(*) FROM t GROUP BY word',
    'SELECT count(*), date_trunc(\'day\', now()) FROM t WHERE false GROUP BY 2',
    'SELECT DISTINCT yes, date_trunc(\'day\', now()) FROM t',
    'SELECT DISTINCT ON (word) word, id FROM t ORDER BY word, id DESC',
    'SELECT DISTINCT ON (yes, german) id FROM t ORDER BY german DESC, yes, day, id LIMIT 3',
    'SELECT DISTINCT ON (count(*)) word, count(*) FROM t GROUP BY word ORDER BY count(*), word',
    'SELECT id, german FROM t ORDER BY german, id LIMIT 7 OFFSET 2',
    'SELECT id, german FROM t ORDER BY german DESC NULLS LAST, id',
    'SELECT id, row_number() OVER (PARTITION BY yes ORDER BY german, id) FROM t ORDER BY id',
    'SELECT id, sum(whole) OVER (ORDER BY id) AS s FROM t ORDER BY s, id LIMIT 10',
    'SELECT DISTINCT ntile(3) OVER (ORDER BY id) FROM t',
    "SELECT yes, string_agg(word, ',' ORDER BY id), array_agg(id ORDER BY id DESC) FROM t GROUP BY yes ORDER BY yes",
    'SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY double), mode() WITHIN GROUP (ORDER BY yes), count(*) FROM t',
    'SELECT word, day, count(*) FROM t GROUP BY id ORDER BY id',
    'SELECT t.word, count(*) FROM t GROUP BY t.word ORDER BY word',
    'SELECT a.yes, count(*) FROM t AS a GROUP BY yes ORDER BY a.yes',
    'SELECT date_trunc(\'year\', moment), count(*) FROM t GROUP BY date_trunc(\'year\', moment) ORDER BY 1',
    'SELECT coalesce(sum(whole), 0) + count(*) AS c2, CASE WHEN max(day) IS NULL THEN 1 END, max(word) '
    'FROM t ORDER BY c2',
    'SELECT extract(year FROM day), sum(extract(year FROM day)), avg(day - date \'2000-01-01\') '
    'FROM t GROUP BY 1 ORDER BY 1',
    'SELECT avg(moment - timestamptz \'2020-01-01\'), sum(CASE WHEN yes THEN 1 ELSE 0 END), '
    'avg(CASE WHEN yes THEN 1.5 END) FROM t',
    'SELECT u.word, count(*) FROM t JOIN (SELECT id, word FROM t) u USING (id) GROUP BY u.word ORDER BY 1',
    'WITH x AS (SELECT word AS w, whole * 2 AS n FROM t) SELECT w, sum(n) '
    'FROM x GROUP BY w ORDER BY w FETCH FIRST 3 ROWS WITH TIES',
    'SELECT word AS c1, german AS c2, count(*) FROM t GROUP BY german, word ORDER BY german, word',
    'SELECT word, whole FROM t WHERE yes UNION SELECT word, whole FROM t WHERE NOT yes ORDER BY 1, 2',
]
FLOATS = [
    'SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 WHERE whole > 0)), corr(whole, double), sum(whole # 1) FROM t',
    'SELECT sum(real), sum(double), avg(real), avg(double) FROM t',
    'SELECT yes, var_pop(double), var_samp(real), stddev(double), stddev_pop(real), count(*) '
    'FROM t GROUP BY yes ORDER BY 1',
    'SELECT whole, variance(double), stddev_samp(double) FROM t GROUP BY whole ORDER BY whole',
]
WITH_PARAMETERS = [
    Case('SELECT word, count(*) + $2 FROM t WHERE id > $1 GROUP BY word HAVING count(*) > $2 ORDER BY 1 LIMIT $3',
         (('int4', '10'), ('int8', '1'), ('int8', '3'))),
    Case('SELECT whole + $1, count(*) FROM t GROUP BY whole + $1 ORDER BY 1', (('int4', '1'),)),
    Case('SELECT german FROM t WHERE word <> $1 ORDER BY german LIMIT $2 OFFSET $3',
         (('text', 'z'), ('int8', '5'), ('int8', '2'))),
    Case('SELECT german FROM t ORDER BY german LIMIT $1 OFFSET $2', (('int8', '9223372036854775807'), ('int8', '2'))),
    Case('SELECT german FROM t ORDER BY german LIMIT $1 OFFSET $2', (('int8', None), ('int8', None))),
]  # fmt: skip


class Shards:
    """A database with the whole table in one schema, and its rows spread over three others."""

    def __init__(self, session: psycopg.Connection[tuple[object, ...]], catalog: Catalog) -> None:
        self._session = session
        self._known = Known(catalog, Rules(3), ('whole',), 3)

    def divided(self, sql: str) -> Folded:
        statement = select(sql)
        if statement.op == pg.SETOP_UNION:
            return fold_union(statement, self._known)
        several = several_of(statement, sql, self._known, NOWHERE_THE_KEY)
        assert isinstance(several, Folded), several
        return several

    def original(self, case: Case) -> Answer:
        self._session.execute('DEALLOCATE ALL; DISCARD TEMP')
        return self._run('whole', case.sql, list(case.arguments))

    def folded(self, case: Case) -> Answer:
        divided = self.divided(case.sql)
        assert divided.parameters == len(case.arguments)
        for shard in SHARDS:
            self._partial(shard, divided.partial.decode(), case)
        described = self._session.execute('SELECT * FROM part LIMIT 0').description or []
        types = [f'{psycopg.adapters.types[column.type_code].name}[]' for column in described]
        gathered = ', '.join(f'array_agg({column.name})::text' for column in described)
        [values] = self._session.execute(f'SELECT {gathered} FROM part').fetchall()
        arrays = [(name, None if value is None else str(value)) for name, value in zip(types, values, strict=True)]
        return self._run(SHARDS[0], divided.final.decode(), [*case.arguments, *arrays])

    def _partial(self, shard: str, sql: str, case: Case) -> None:
        execute = self._prepared(shard, sql, list(case.arguments))
        if shard == SHARDS[0]:
            self._session.execute(f'CREATE TEMP TABLE part AS {execute}')
        else:
            self._session.execute(f'CREATE TEMP TABLE other AS {execute}')
            self._session.execute('INSERT INTO part SELECT * FROM other; DROP TABLE other')
        self._session.execute('DEALLOCATE asked')

    def _run(self, schema: str, sql: str, arguments: list[tuple[str, str | None]]) -> Answer:
        result = self._session.execute(self._prepared(schema, sql, arguments)).pgresult
        assert result is not None
        self._session.execute('DEALLOCATE asked')
        columns = [((result.fname(at) or b'').decode(), result.ftype(at)) for at in range(result.nfields)]
        rows = [[text(result.get_value(row, at)) for at in range(result.nfields)] for row in range(result.ntuples)]
        return Answer(columns, list(map(tuple, rows)))

    def _prepared(self, schema: str, sql: str, arguments: list[tuple[str, str | None]]) -> str:
        types = ', '.join(name for name, _ in arguments)
        values = ', '.join('NULL' if value is None else quoted(value) for _, value in arguments)
        declared = f'({types})' if types else ''
        self._session.execute(f'SET search_path = {schema}; PREPARE asked {declared} AS {sql}')
        return f'EXECUTE asked {f"({values})" if values else ""}'


def text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


def quoted(value: str) -> str:
    return "E'" + value.replace('\\', '\\\\').replace("'", "''") + "'"


@pytest.fixture(scope='module')
def shards(postgres: Cluster) -> Iterator[Shards]:
    postgres.execute('CREATE DATABASE folded')
    chance = random.Random(SEED)
    with closing(postgres.connect('folded')) as session:
        session.autocommit = True
        session.prepare_threshold = None
        icu = session.execute("SELECT FROM pg_collation WHERE collname = 'en-x-icu'").rowcount
        for schema in ('whole', *SHARDS):
            session.execute(f'CREATE SCHEMA {schema}; SET search_path = {schema}')
            session.execute(TABLE.format(icu='COLLATE "en-x-icu"' if icu else ''))
        for number in range(60):
            row = ', '.join(literals(chance, number))
            # The last shard has nothing.
            for schema in ('whole', chance.choice(SHARDS[:2])):
                session.execute(f'INSERT INTO {schema}.t VALUES ({row})')
        yield Shards(session, catalog_of(postgres))
    postgres.execute('DROP DATABASE folded WITH (FORCE)')


def catalog_of(postgres: Cluster) -> Catalog:
    url = f'postgres://{SUPERUSER}:{quote(PASSWORD)}@{postgres.host}:{postgres.port}/folded'
    cluster = Clusters(load(None, None, environment={}, database_urls=[url]).config).find(SUPERUSER, 'folded')
    assert cluster is not None
    server = cluster.pools[0].acquire()
    with closing(server.stream):
        return read_catalog(server, lambda: None)


CASES = [
    *(Case(sql) for sql in STATEMENTS),
    *(Case(sql, close=True) for sql in FLOATS),
    *WITH_PARAMETERS,
]


@pytest.mark.parametrize('case', CASES, ids=[case.sql for case in CASES])
def test_folded_answer_is_that_of_the_original(shards: Shards, case: Case) -> None:
    original, folded = shards.original(case), shards.folded(case)
    assert folded.columns == original.columns
    assert len(folded.rows) == len(original.rows)
    for expected, found in zip(in_order(case, original.rows), in_order(case, folded.rows), strict=True):
        assert all(map(close, expected, found)) if case.close else expected == found


def in_order(case: Case, rows: list[Row]) -> list[Row]:
    """The rows as they are if ORDER BY says how, else sorted."""
    return rows if 'ORDER BY' in case.sql.rpartition(')')[2] else sorted(rows, key=str)


def close(one: str | None, other: str | None) -> bool:
    if one is None or other is None or one == other:
        return one == other
    return isclose(float(one), float(other), rel_tol=1e-5, abs_tol=1e-12)
