"""The cache of statements, and the short cut for texts that certainly leave nothing behind."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgdog_gevent.config.choices import Role
from pgdog_gevent.router.access import BY_CATALOG, AccessRules
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.cache import MakeKey, Readings, StatementCache, is_ordinary, may_write
from pgdog_gevent.router.key import key
from pgdog_gevent.router.parse import Unparseable, parse
from pgdog_gevent.router.statement import BEGIN, ORDINARY, ORDINARY_READ, Access, Begin, Statement
from pgdog_gevent.router.unrouted import unrouted
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
    if said(text) != ORDINARY and parses(text):
        assert not is_ordinary(text)


def said(sql: bytes) -> Statement:
    """What the cache has to say where nothing is routed."""
    return unrouted(analyze(sql))


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


def unkeyed(sql: bytes) -> bytes | None:
    return None


def compiled(sql: bytes) -> bytes | None:
    """The key as the compiled form makes it, as far as the cache knows."""
    return key(sql)


def cache_of(limit: int, make_key: MakeKey = compiled, rules: AccessRules | None = None) -> StatementCache:
    return StatementCache(limit, ticks().__next__, make_key, rules)


def test_text_is_parsed_once() -> None:
    cache = cache_of(10)
    first = cache.statement(b'BEGIN')
    assert first.effects == ((Begin(),),)
    assert cache.statement(b'BEGIN') is first
    assert (len(cache), cache.hits, cache.misses, cache.parse_time) == (1, 1, 1, 0.25)


@pytest.mark.parametrize('make_key', [unkeyed, compiled, key], ids=['unkeyed', 'compiled', 'pure'])
def test_ordinary_text_is_kept(make_key: MakeKey) -> None:
    cache = cache_of(10, make_key)
    assert cache.statement(b'SELECT a') is ORDINARY
    assert cache.statement(b'SELECT a') is ORDINARY
    assert (len(cache), cache.hits, cache.misses) == (1, 1, 1)


def test_text_without_effects_is_kept_when_it_had_to_be_parsed() -> None:
    cache = cache_of(10, unkeyed)
    assert cache.statement(b"SELECT ';'") is ORDINARY
    assert cache.statement(b"SELECT ';'") is ORDINARY
    assert (len(cache), cache.hits, cache.misses) == (1, 1, 1)


@pytest.mark.parametrize('make_key', [compiled, key], ids=['compiled', 'pure'])
def test_texts_that_differ_in_literals_are_parsed_once_and_not_kept(make_key: MakeKey) -> None:
    cache = cache_of(20, make_key)
    first = cache.statement(b"SELECT f(1, 'a')")
    assert first.functions == {'f'}
    assert cache.statement(b"SELECT f(2, 'it''s')") is first
    assert cache.statement(b"SELECT f(3, '')") is first
    assert cache.statement(b"SELECT f(3, '')") is first
    assert (len(cache), cache.hits, cache.misses, cache.parse_time) == (1, 3, 1, 0.25)


def test_texts_are_not_taken_for_others_where_keys_are_not_safe() -> None:
    cache = cache_of(10)
    for sql in (b'SELECT f(1)', b'SELECT f(2)', b'SELECT f(2)'):
        assert cache.statement(sql, keyed=False).functions == {'f'}
    assert (len(cache), cache.hits, cache.misses) == (2, 1, 2)


@pytest.mark.parametrize('make_key', [compiled, key], ids=['compiled', 'pure'])
@pytest.mark.parametrize(
    ('template', 'literals'),
    [
        ("SET work_mem TO '{}'", ('', '1MB', '2MB')),
        ("SELECT set_config('{}', 'a', true)", ('', 'search_path', 'work_mem')),
        ("SELECT set_config('{}', NULL, false)", ('', 'search_path', 'work_mem')),
        ("PREPARE p AS SELECT '{}'", ('', 'a', 'b')),
        ("EXECUTE p ('{}')", ('', 'a', 'b')),
        ("BEGIN; SET a.b TO '{}'", ('', 'a', 'b')),
    ],
)  # fmt: skip
def test_statement_that_depends_on_literals_is_that_of_its_text(
    make_key: MakeKey, template: str, literals: tuple[str, ...]
) -> None:
    cache = cache_of(100, make_key)
    for literal in (*literals, *literals):
        sql = template.format(literal).encode()
        assert cache.statement(sql) == said(sql)
    assert (cache.hits, cache.misses) == (3, 3)


def test_key_that_depends_on_literals_is_parsed_once() -> None:
    cache = cache_of(100)
    for size in range(10):
        cache.statement(b"SET work_mem TO '%dMB'" % size)
    assert (len(cache), cache.misses, cache.parse_time) == (11, 10, 11 * 0.25)


@pytest.mark.parametrize('make_key', [unkeyed, compiled], ids=['unkeyed', 'keyed'])
@pytest.mark.parametrize(
    'sql',
    ['SELECT a', '/* pgdog_role: replica */ SELECT f(1)', 'SELECT f(1)', 'EXPLAIN SELECT 1', '', 'COPY t TO STDOUT'],
)
def test_nothing_is_a_read_where_nothing_is_routed(make_key: MakeKey, sql: str) -> None:
    statement = cache_of(10, make_key).statement(sql.encode())
    assert (statement.access, statement.role, statement.reads_if_stable) == (Access.WRITE, None, frozenset())
    assert statement.functions or statement is ORDINARY or statement == replace(ORDINARY, explains=True)


@pytest.mark.parametrize(
    ('sql', 'statement'),
    [
        ('BEGIN READ ONLY', BEGIN),
        ('SET TRANSACTION READ ONLY', ORDINARY),
        ('SET LOCAL pgdog.role TO replica', ORDINARY),
        ("SELECT set_config('pgdog.role', $1, true)", ORDINARY),
    ],
)
def test_what_is_only_of_routing_needs_no_care_where_nothing_is_routed(sql: str, statement: Statement) -> None:
    assert cache_of(10).statement(sql.encode()) is statement
    assert cache_of(10, rules=BY_CATALOG).statement(sql.encode()) not in (ORDINARY, BEGIN)


@pytest.mark.parametrize('make_key', [unkeyed, compiled, key], ids=['unkeyed', 'compiled', 'pure'])
@pytest.mark.parametrize(
    'sql',
    [
        'SELECT a',
        "SELECT a FROM t WHERE b = 'x' AND c = 5",
        'SELECT a FROM t FOR UPDATE',
        'INSERT INTO t VALUES (1)',
        'SELECT f(1)',
        '-- pgdog_role: replica\nSELECT 1',
        "COPY t TO '/x'",
        'BEGIN READ ONLY',
        'SET LOCAL pgdog.role TO replica',
        "SET TRANSACTION SNAPSHOT '1'",
        "PREPARE p AS SELECT 'a'",
        "EXECUTE p ('a')",
    ],
)
def test_where_statements_are_routed_each_is_what_it_is(make_key: MakeKey, sql: str) -> None:
    cache = cache_of(10, make_key, BY_CATALOG)
    for _ in range(2):
        assert cache.statement(sql.encode()) == analyze(sql.encode())
    assert (cache.hits, cache.misses) == (1, 1)


def test_ordinary_reads_are_one_object_where_statements_are_routed() -> None:
    cache = cache_of(10, rules=BY_CATALOG)
    assert cache.statement(b'SELECT a FROM t WHERE b = 1') is ORDINARY_READ
    assert cache.statement(b'UPDATE t SET a = 1') is ORDINARY
    assert cache.statement(b'BEGIN') is BEGIN


def test_rules_of_the_cache_decide() -> None:
    cache = cache_of(10, rules=AccessRules(read_functions=frozenset({'f'}), write_functions=frozenset({'now'})))
    assert cache.statement(b'SELECT f(1)').reads_if_stable == frozenset()
    assert cache.statement(b'SELECT now(), 1') is ORDINARY


def test_other_rules_are_for_all_that_is_remembered() -> None:
    cache = cache_of(10)
    assert cache.statement(b'SELECT 1') is ORDINARY
    cache.judge_by(BY_CATALOG)
    assert cache.statement(b'SELECT 1') is ORDINARY_READ
    cache.judge_by(None)
    assert cache.statement(b'SELECT 1') is ORDINARY


def test_hint_is_seen_where_statements_are_routed() -> None:
    cache = cache_of(10, rules=BY_CATALOG)
    assert cache.statement(b'SELECT 1 /* pgdog_role: primary */').role is Role.PRIMARY
    assert cache.statement(b"SELECT '/* pgdog_role: primary */'").role is None


@pytest.mark.parametrize('make_key', [unkeyed, compiled, key], ids=['unkeyed', 'compiled', 'pure'])
@pytest.mark.parametrize('sql', [b'SELECT a FROM v', b'SELECT a FROM v WHERE b = 1', b'SELECT f(1)'])
def test_what_a_replica_has_refused_is_a_write_from_then_on(make_key: MakeKey, sql: bytes) -> None:
    cache = cache_of(20, make_key, BY_CATALOG)
    before = cache.statement(sql)
    assert before.access is Access.READ
    cache.learn_write(sql)
    after = cache.statement(sql)
    assert (after.access, after.functions) == (Access.WRITE, before.functions)
    assert after.functions or after is ORDINARY
    assert cache.statement(b'SELECT a FROM w').access is Access.READ


def test_what_has_been_refused_is_a_write_whatever_its_literals() -> None:
    cache = cache_of(20, rules=BY_CATALOG)
    cache.statement(b'SELECT a FROM v WHERE b = 1')
    cache.learn_write(b'SELECT a FROM v WHERE b = 2')
    assert cache.statement(b'SELECT a FROM v WHERE b = 3') is ORDINARY


def test_what_has_been_refused_where_keys_are_not_safe_is_only_that_text() -> None:
    cache = cache_of(20, rules=BY_CATALOG)
    for sql in (b'SELECT a FROM v WHERE b = 1', b'SELECT a FROM v WHERE b = 2'):
        cache.statement(sql, keyed=False)
    cache.learn_write(b'SELECT a FROM v WHERE b = 1', keyed=False)
    assert cache.statement(b'SELECT a FROM v WHERE b = 1', keyed=False) is ORDINARY
    assert cache.statement(b'SELECT a FROM v WHERE b = 2', keyed=False) is ORDINARY_READ


def test_lesson_about_an_old_text_is_not_lost() -> None:
    cache = cache_of(8, unkeyed, BY_CATALOG)
    cache.statement(b'SELECT a FROM v')
    for name in range(3):
        cache.statement(b'SAVEPOINT s%d' % name)
    cache.learn_write(b'SELECT a FROM v')
    assert cache.statement(b'SELECT a FROM v') is ORDINARY


def test_nothing_is_learned_of_what_is_not_remembered() -> None:
    cache = cache_of(0, rules=BY_CATALOG)
    cache.learn_write(b'SELECT 1 FROM t')
    assert cache.statement(b'SELECT 1 FROM t') is ORDINARY_READ
    assert len(cache) == 0


@settings(max_examples=100, deadline=None)
@given(sqls=st.lists(TEXTS, min_size=1, max_size=5), sizes=st.integers(0, 4))
def test_statement_is_the_same_with_and_without_keys(sqls: list[str], sizes: int) -> None:
    caches = [cache_of(sizes, make_key) for make_key in (unkeyed, compiled, key)]
    for sql in sqls * 2:
        first, *others = (cache.statement(sql.encode()) for cache in caches)
        if parses(sql.encode()):
            assert others == [first, first]


def test_texts_that_nobody_has_asked_for_lately_go_first() -> None:
    cache = cache_of(8)
    cache.statement(b'BEGIN')
    for name in range(20):
        cache.statement(b'SAVEPOINT s%d' % name)
        misses = cache.misses
        cache.statement(b'BEGIN')
        assert cache.misses == misses
        assert len(cache) <= 8
    cache.statement(b'SAVEPOINT s19')
    cache.statement(b'SAVEPOINT s18')
    assert cache.misses == misses
    cache.statement(b'SAVEPOINT s0')
    assert cache.misses == misses + 1


@pytest.mark.parametrize('make_key', [unkeyed, compiled, key], ids=['unkeyed', 'compiled', 'pure'])
@pytest.mark.parametrize('limit', range(6))
def test_cache_holds_no_more_than_its_limit(make_key: MakeKey, limit: int) -> None:
    cache = cache_of(limit, make_key)
    for number in range(50):
        for sql in (b'SELECT f%d(%d)' % (number % 7, number), b"SET a.b TO '%d'" % number, b'BEGIN', b'SAVEPOINT a'):
            assert cache.statement(sql) == said(sql)
            assert len(cache) <= limit


def test_cache_without_room_keeps_nothing() -> None:
    cache = cache_of(0)
    cache.statement(b'BEGIN')
    cache.statement(b'BEGIN')
    assert (len(cache), cache.hits, cache.misses) == (0, 0, 2)


def test_smaller_limit_holds_at_once() -> None:
    cache = cache_of(9)
    for sql in (b'BEGIN', b'COMMIT', b'ROLLBACK'):
        cache.statement(sql)
    cache.limit = 9
    assert len(cache) == 3
    cache.limit = 1
    assert len(cache) <= 1
    cache.statement(b'ABORT')
    assert len(cache) == cache.limit == 1


def test_long_text_with_a_short_key_is_kept_by_its_key() -> None:
    cache = cache_of(10)
    for letter in (b'a', b'b'):
        assert cache.statement(b"SELECT f('%b')" % (letter * 100_000)).functions == {'f'}
    assert (len(cache), cache.hits, cache.misses) == (1, 1, 1)


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


def test_what_is_kept_no_more_says_so() -> None:
    cache = StatementCache(4, ticks().__next__)
    first = cache.kept(b'SELECT a FROM t')
    assert not first.gone
    for number in range(6):
        cache.kept(b'SELECT a FROM t%d' % number)
    assert first.gone
    assert cache.kept(b'SELECT a FROM t') is not first


def test_all_that_is_kept_is_told_but_not_what_only_says_to_look_at_the_text() -> None:
    cache = StatementCache(100, ticks().__next__)
    cache.kept(b"SELECT set_config('a.b', 'c', false)")
    cache.kept(b'SELECT a FROM t WHERE b = 1')
    assert {kept.text for kept in cache.all()} == {
        b"SELECT set_config('a.b', 'c', false)", b'SELECT a FROM t WHERE b = 0',
    }  # fmt: skip


def reads_by_hints() -> StatementCache:
    return StatementCache(100, ticks().__next__).sibling(Readings.HINTED)


@pytest.mark.parametrize('sql', [b'SELECT a FROM t', b'SELECT a FROM t WHERE b = 1', b'SELECT f(1)', b'SHOW a'])
def test_without_a_parser_nothing_is_a_read(sql: bytes) -> None:
    assert reads_by_hints().statement(sql).access is Access.WRITE


def test_without_a_parser_a_plain_text_is_ordinary_and_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('pgdog_gevent.router.cache.analyze', None)
    monkeypatch.setattr('pgdog_gevent.router.shared.analyze', None)
    cache = reads_by_hints()
    for sql in (b'SELECT a FROM t', b'SELECT a FROM t WHERE b = 1', b"INSERT INTO t VALUES ('a')"):
        assert cache.statement(sql) is ORDINARY


@pytest.mark.parametrize(
    'sql', [b'SELECT a FROM t /* pgdog_role: replica */', b'/* pgdog_role: replica */ SELECT a FROM t WHERE b = 1']
)
def test_without_a_parser_a_comment_is_seen(sql: bytes) -> None:
    assert reads_by_hints().statement(sql).role is Role.REPLICA


def test_without_a_parser_transactions_say_that_they_read() -> None:
    cache = reads_by_hints()
    assert cache.statement(b'BEGIN READ ONLY').effects == ((Begin(read_only=True),),)
    assert cache.statement(b'BEGIN') is BEGIN
    assert cache.statement(b'BEGIN READ ONLY; SELECT a FROM t; COMMIT').access is Access.REPLICA


def test_session_state_is_seen_however_texts_are_read() -> None:
    for readings in Readings:
        cache = StatementCache(100, ticks().__next__).sibling(readings)
        assert cache.statement(b'SET a.b TO 1').effects
        assert cache.statement(b'SELECT pg_advisory_lock(1)') != ORDINARY


def test_where_all_is_parsed_an_ordinary_text_is_so_too() -> None:
    cache = StatementCache(100, ticks().__next__).sibling(Readings.PARSED)
    assert cache.statement(b'SELECT a FROM t') is ORDINARY


@pytest.mark.parametrize(
    ('limit', 'sql'), [(0, b'SELECT a'), (100, b'SELECT ' + b'a, ' * 30_000 + b'a')], ids=['nothing is kept', 'long']
)
def test_what_is_not_kept_is_not_read_to_be_counted(limit: int, sql: bytes) -> None:
    cache = StatementCache(limit, ticks().__next__)
    cache.counted(sql).hits += 1
    assert (cache.misses, cache.all()) == (0, [])


def test_what_is_counted_is_that_of_the_text() -> None:
    cache = StatementCache(100, ticks().__next__)
    cache.counted(b'SELECT a').hits += 1
    assert cache.kept(b'SELECT a').hits == 1
