"""The cache of statements, and the short cut for texts that certainly leave nothing behind."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.cache import StatementCache, is_ordinary, may_write
from pgdog_gevent.router.parse import Unparseable, parse
from pgdog_gevent.router.statement import ORDINARY, Begin, Statement
from tests.unit.router.sql_texts import TEXTS


@pytest.mark.parametrize(
    'sql',
    [
        b'SELECT 1',
        b'  select * from t where a = $1 ;\n',
        b'INSERT INTO t VALUES (1)',
        b'UPDATE t SET a = 1',
        b'delete from t',
        b'WITH a AS (SELECT 1) SELECT * FROM a',
        b'VALUES (1)',
        b'TABLE t',
        b'MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE',
        b'SELECT attempt, contemporary FROM t',
        b'SELECT * FROM t FOR UPDATE',
        'SELECT \'é\''.encode('latin-1'),
        b'INSERT INTO "my"."t" ("a", b) VALUES ($1, lower($2))',
        b'SELECT count(*) FILTER (WHERE a IN (1, 2)) OVER (PARTITION BY b) FROM t WHERE (a + 1) > coalesce(c, 2)',
        b'SELECT pg_catalog.now()',
    ],
    ids=str,
)
def test_everyday_statement_needs_no_parser(sql: bytes) -> None:
    assert is_ordinary(sql)


@pytest.mark.parametrize(
    'sql',
    [
        b'',
        b'BEGIN',
        b'SET a.b TO 1',
        b'selector',
        b'SELECT 1; SET a.b TO 1',
        b'SELECT 1;;',
        b"SELECT ';'; SET a.b TO 1",
        b"SELECT set_config('a.b', 'c', false)",
        b"SELECT SET_CONFIG('a.b', 'c', false)",
        b"INSERT INTO t SELECT set_config('a.b', 'c', false)",
        b"SELECT U&\"\\0073et_config\"('a.b', 'c', false)",
        b"SELECT u&\"!0073et_config\" UESCAPE '!' ('a.b', 'c', false)",
        b'SELECT pg_advisory_lock(1)',
        b'SELECT Pg_Try_Advisory_Lock_Shared(1)',
        b'SELECT 1 INTO TEMP t',
        b'SELECT 1 INTO/**/temporary t',
        b'SELECT 1 INTO LOCAL TEMP t',
        b'SELECT 1 INTO pg_temp.t',
        b'-- SELECT\nSET a.b TO 1',
        b'/* SELECT */ SET a.b TO 1',
        b'CREATE TEMP TABLE t AS SELECT 1',
        b'EXPLAIN SELECT 1',
        b'SELECT 1\0; SET a.b TO 1',
        b'SELECT f(1)',
        b'SELECT my.f (1)',
        b'SELECT "lower"(a)',
        b'INSERT INTO t (a) VALUES (f(1))',
        b'SELECT nextval($1)',
        b'SELECT lastval()',
        b'SELECT setseed(1)',
    ],
    ids=str,
)
def test_statement_that_may_do_something_goes_to_the_parser(sql: bytes) -> None:
    assert not is_ordinary(sql)


@settings(max_examples=1000, deadline=None)
@given(sql=TEXTS)
def test_text_with_effects_is_never_ordinary(sql: str) -> None:
    """A text that is no SQL to the parser may pass: the server decides what it is."""
    text = sql.encode()
    if analyze(text) != ORDINARY and parses(text):
        assert not is_ordinary(text)


def parses(sql: bytes) -> bool:
    try:
        parse(sql)
    except Unparseable:
        return False
    return True


@settings(max_examples=300, deadline=None)
@given(sql=st.binary(max_size=40))
def test_any_bytes_are_ordinary_or_not(sql: bytes) -> None:
    if not is_ordinary(sql):
        assert isinstance(analyze(sql.replace(b'\0', b'')), Statement)


@pytest.mark.parametrize(
    'sql',
    [
        pytest.param(b'SELECT' + b' ' * 1_000_000 + b'1;x', id='blanks'),
        pytest.param(b' ' * 1_000_000 + b'x', id='blanks in front'),
        pytest.param(b'SELECT 1' + b' ' * 1_000_000 + b'; ' + b' ' * 1_000_000 + b'x', id='blanks behind'),
        pytest.param(b'SELECT ' + b'u' * 1_000_000 + b';x', id='letters'),
    ],
)
@pytest.mark.timeout(5)
def test_long_text_is_looked_at_in_linear_time(sql: bytes) -> None:
    assert not is_ordinary(sql)


def ticks() -> Iterator[float]:
    seconds = 0.0
    while True:
        yield seconds
        seconds += 0.25


def cache_of(limit: int) -> StatementCache:
    return StatementCache(limit, ticks().__next__)


def test_text_is_parsed_once() -> None:
    cache = cache_of(10)
    first = cache.statement(b'BEGIN')
    assert first.effects == ((Begin(),),)
    assert cache.statement(b'BEGIN') is first
    assert (cache.hits, cache.misses, cache.parse_time) == (1, 1, 0.25)


def test_ordinary_text_is_neither_kept_nor_counted() -> None:
    cache = cache_of(10)
    assert cache.statement(b'SELECT 1') is ORDINARY
    assert (len(cache), cache.hits, cache.misses, cache.parse_time) == (0, 0, 0, 0.0)


def test_text_without_effects_is_kept_when_it_had_to_be_parsed() -> None:
    cache = cache_of(10)
    assert cache.statement(b"SELECT ';'") is ORDINARY
    assert cache.statement(b"SELECT ';'") is ORDINARY
    assert (len(cache), cache.hits, cache.misses) == (1, 1, 1)


def test_least_recently_used_text_goes_first() -> None:
    cache = cache_of(2)
    for sql in (b'BEGIN', b'COMMIT', b'BEGIN', b'ROLLBACK', b'BEGIN'):
        cache.statement(sql)
    assert (len(cache), cache.hits, cache.misses) == (2, 2, 3)
    cache.statement(b'COMMIT')
    assert cache.misses == 4


def test_cache_without_room_keeps_nothing() -> None:
    cache = cache_of(0)
    cache.statement(b'BEGIN')
    cache.statement(b'BEGIN')
    assert (len(cache), cache.hits, cache.misses) == (0, 0, 2)


def test_smaller_limit_is_kept_from_the_next_text_on() -> None:
    cache = cache_of(3)
    for sql in (b'BEGIN', b'COMMIT', b'ROLLBACK'):
        cache.statement(sql)
    cache.limit = 1
    cache.statement(b'ABORT')
    assert len(cache) == 1


@pytest.mark.parametrize(('size', 'kept'), [(65_536, 1), (65_537, 0)])
def test_very_long_text_is_not_kept(size: int, kept: int) -> None:
    cache = cache_of(10)
    assert cache.statement(b'BEGIN -- '.ljust(size, b'x')).opens_transaction
    assert len(cache) == kept


def test_cleared_cache_parses_anew() -> None:
    cache = cache_of(10)
    cache.statement(b'BEGIN')
    cache.clear()
    assert len(cache) == 0
    cache.statement(b'BEGIN')
    assert cache.misses == 2


@pytest.mark.parametrize(
    'sql',
    [b'DELETE FROM t', b'SELECT 1; INSERT INTO t VALUES (1)', b'SELECT 1 AS a INTO t', b'WITH x AS (DELETE FROM t)'],
)
def test_what_is_not_one_query_may_write(sql: bytes) -> None:
    assert may_write(sql)


@pytest.mark.parametrize('sql', [b'SELECT a FROM t', b' select 1;\n', b'TABLE t', b'VALUES (1)', b'SHOW work_mem'])
def test_one_query_does_not_write(sql: bytes) -> None:
    assert not may_write(sql)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ('filler', 'ordinary'), [(b'x', True), (b'x ', True), (b') ', True), (b'"', True), (b'f(', False), (b'; ', False)]
)
def test_a_long_text_is_judged_in_the_time_that_it_takes_to_read_it(filler: bytes, ordinary: bool) -> None:
    assert is_ordinary(b"SELECT length('" + filler * (4_000_000 // len(filler)) + b"')") is ordinary
