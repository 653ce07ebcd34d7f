"""What each statement does to its session."""

import pytest

from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.statement import (
    ORDINARY,
    Begin,
    Commit,
    Deallocate,
    DiscardAll,
    Effect,
    Pin,
    ReleaseSavepoint,
    ResetAll,
    ResetParameter,
    Rollback,
    RollbackTo,
    Savepoint,
    SetParameter,
    Statement,
    Taint,
)

TEMPORARY = Pin('a temporary relation')
COMPUTED = Pin('set_config() with a computed argument')
LOCK = Pin('a session advisory lock')
UNREAD = Statement(((Pin('a statement that could not be parsed'), Taint('a statement that could not be parsed')),))


def kinds(sql: str) -> tuple[tuple[type[Effect], ...], ...]:
    return tuple(tuple(map(type, effects)) for effects in analyze(sql.encode()).effects)


@pytest.mark.parametrize(
    ('sql', 'effect'),
    [
        ('BEGIN', Begin()),
        ('begin isolation level serializable', Begin()),
        ('START TRANSACTION READ ONLY', Begin()),
        ('COMMIT', Commit()),
        ('END', Commit()),
        ('COMMIT AND CHAIN', Commit()),
        ("PREPARE TRANSACTION 'x'", Commit()),
        ('ROLLBACK', Rollback()),
        ('ABORT', Rollback()),
        ('SAVEPOINT a', Savepoint('a')),
        ('SAVEPOINT "A b"', Savepoint('A b')),
        ('RELEASE a', ReleaseSavepoint('a')),
        ('ROLLBACK TO SAVEPOINT a', RollbackTo('a')),
        ('RESET work_mem', ResetParameter('work_mem')),
        ('SET work_mem TO DEFAULT', ResetParameter('work_mem')),
        ('RESET "Work_Mem"', ResetParameter('work_mem')),
        ('RESET ROLE', ResetParameter('role')),
        ('RESET SESSION AUTHORIZATION', ResetParameter('session_authorization')),
        ('SET SESSION AUTHORIZATION DEFAULT', ResetParameter('session_authorization')),
        ('RESET ALL', ResetAll()),
        ('DISCARD ALL', DiscardAll()),
        ('DEALLOCATE a', Deallocate('a')),
        ('DEALLOCATE PREPARE ALL', Deallocate(None)),
        ('PREPARE a AS SELECT 1', Pin('PREPARE')),
        ('LISTEN a', Pin('LISTEN')),
        ('DECLARE c CURSOR WITH HOLD FOR SELECT 1', Pin('a cursor WITH HOLD')),
        ('DECLARE c BINARY INSENSITIVE NO SCROLL CURSOR WITH HOLD FOR SELECT 1', Pin('a cursor WITH HOLD')),
        ('CREATE TEMP TABLE t (a int)', TEMPORARY),
        ('CREATE GLOBAL TEMPORARY TABLE IF NOT EXISTS t (a int)', TEMPORARY),
        ('CREATE TEMP TABLE t (a int) ON COMMIT DELETE ROWS', TEMPORARY),
        ('CREATE TABLE pg_temp.t (a int)', TEMPORARY),
        ('CREATE TEMP TABLE t AS SELECT 1', TEMPORARY),
        ('CREATE TEMP TABLE t AS EXECUTE p', TEMPORARY),
        ('CREATE TEMP VIEW v AS SELECT 1', TEMPORARY),
        ('CREATE TEMP RECURSIVE VIEW v (a) AS SELECT 1', TEMPORARY),
        ('CREATE TEMP SEQUENCE s', TEMPORARY),
        ('SELECT 1 AS a INTO TEMP t', TEMPORARY),
        ('SELECT 1 AS a INTO pg_temp.t', TEMPORARY),
        ('SELECT 1 AS a INTO TEMP t UNION SELECT 2', TEMPORARY),
        ('(SELECT 1 AS a INTO TEMP t UNION SELECT 2) EXCEPT SELECT 3', TEMPORARY),
        ('WITH q AS (SELECT 1 AS a) SELECT * INTO TEMP t FROM q', TEMPORARY),
        ('EXPLAIN ANALYZE CREATE TEMP TABLE t AS SELECT 1', TEMPORARY),
        ('EXPLAIN (ANALYZE) SELECT 1 AS a INTO TEMP t', TEMPORARY),
        ('DO $$BEGIN END$$', Taint('DO')),
        ('CALL p()', Taint('CALL')),
        ('SELECT pg_advisory_lock(1)', LOCK),
        ('SELECT PG_TRY_ADVISORY_LOCK(1, 2)', LOCK),
        ('SELECT pg_catalog.pg_advisory_lock_shared(1)', LOCK),
        ('SELECT "pg_try_advisory_lock_shared"(1)', LOCK),
        ('SELECT * FROM pg_advisory_lock(1)', LOCK),
        ('UPDATE t SET a = 1 WHERE EXISTS (SELECT pg_advisory_lock(b))', LOCK),
        ('SELECT U&"pg_advisory\\005flock"(1)', LOCK),
    ],
)  # fmt: skip
def test_statement_has_one_effect(sql: str, effect: Effect) -> None:
    assert analyze(sql.encode()).effects == ((effect,),)


@pytest.mark.parametrize(
    ('sql', 'name'),
    [
        ("SET work_mem = '1MB'", 'work_mem'),
        ('set Search_Path to a, "B"', 'search_path'),
        ("SET SESSION a.b TO 'x'", 'a.b'),
        ("SET TIME ZONE 'UTC'", 'timezone'),
        ("SET NAMES 'utf8'", 'client_encoding'),
        ('SET XML OPTION DOCUMENT', 'xmloption'),
        ('SET ROLE alice', 'role'),
        ('SET ROLE NONE', 'role'),
        ('SET SESSION AUTHORIZATION alice', 'session_authorization'),
        ("SET a.b TO 'é'", 'a.b'),
        ("SET a.b TO 'x' -- why", 'a.b'),
        ("SET /* why */ a.b TO 'x;y'", 'a.b'),
    ],
)
def test_set_is_remembered_in_the_words_of_the_client(sql: str, name: str) -> None:
    assert analyze(sql.encode()).effects == ((SetParameter(name, sql.encode()),),)


def test_characteristics_of_the_session_are_three_parameters() -> None:
    sql = b'SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY, NOT DEFERRABLE'
    assert analyze(sql).effects == (
        (
            SetParameter('default_transaction_isolation', b"SET default_transaction_isolation TO 'repeatable read'"),
            SetParameter('default_transaction_read_only', b'SET default_transaction_read_only TO on'),
            SetParameter('default_transaction_deferrable', b'SET default_transaction_deferrable TO off'),
        ),
    )


@pytest.mark.parametrize(
    ('sql', 'setting'),
    [
        pytest.param("SELECT set_config('a.b', 'c', false)", b"E'a.b', E'c', false", id='as it is'),
        pytest.param("select Pg_Catalog.Set_Config('A.b', 'c', FALSE) AS x;", b"E'A.b', E'c', false", id='other words'),
        pytest.param("SELECT set_config('a.b', 'it''s', false)", b"E'a.b', E'it''s', false", id='a quote'),
        pytest.param("SELECT set_config('a.b', 'c\\d', false)", b"E'a.b', E'c\\\\d', false", id='a backslash'),
        pytest.param("SELECT set_config('a.b', E'c\\\\d', false)", b"E'a.b', E'c\\\\d', false", id='an escape'),
        pytest.param("SELECT set_config('a.b', $$;$$, false)", b"E'a.b', E';', false", id='a semicolon'),
        pytest.param("SELECT U&\"\\0073et_config\"('a.b', 'c', false)", b"E'a.b', E'c', false", id='a hidden name'),
    ],
)
def test_lone_set_config_of_constants_is_a_setting(sql: str, setting: bytes) -> None:
    again = b'SELECT pg_catalog.set_config(' + setting + b')'
    assert analyze(sql.encode()).effects == ((SetParameter('a.b', again),),)


@pytest.mark.parametrize(
    'sql',
    [
        "SELECT set_config('a.b', 'c', false), 1",
        "SELECT set_config('a.b', 'c', false) FROM t",
        "SELECT set_config('a.b', 'c', false) WHERE true",
        "SELECT set_config('a.b', 'c', false) LIMIT 0",
        "SELECT set_config('a.b', 'c', false) OFFSET 1",
        "SELECT set_config('a.b', 'c', false) HAVING false",
        "SELECT set_config('a.b', 'c', false) GROUP BY ()",
        "SELECT DISTINCT set_config('a.b', 'c', false)",
        "SELECT set_config('a.b', 'c', false) UNION SELECT 'x'",
        "SELECT set_config('a.b', 'c' || 'd', false)",
        "SELECT set_config('a.b', NULL, false)",
        "SELECT set_config($1, $2, false)",
        "SELECT set_config('a.b', 'c', a)",
        "SELECT set_config('a.b', 'c', is_local => false)",
        "SELECT set_config('a.b'::text, 'c', false)",
        "SELECT lower(set_config('a.b', 'c', false))",
        "SELECT mine.set_config('a.b', 'c', false)",
        "VALUES (set_config('a.b', 'c', false))",
        "INSERT INTO t VALUES (set_config('a.b', 'c', false))",
        "UPDATE t SET a = set_config('a.b', 'c', true)",
        "COPY (SELECT set_config('a.b', 'c', false)) TO STDOUT",
        "EXPLAIN ANALYZE SELECT set_config('a.b', 'c', false)",
        "CREATE TABLE t AS SELECT set_config('a.b', 'c', false)",
        "WITH q AS (SELECT set_config('a.b', 'c', false)) TABLE q",
    ],
)
def test_any_other_set_config_ties_the_session_to_its_server(sql: str) -> None:
    assert analyze(sql.encode()).effects == ((COMPUTED,),)


def test_each_set_config_counts_where_there_are_several() -> None:
    inner = "WITH q AS (INSERT INTO t VALUES (set_config('a.b', 'c', false)) RETURNING 1)"
    sql = f"{inner} SELECT set_config('d.e', 'f', false)"
    assert analyze(sql.encode()).effects == ((COMPUTED, COMPUTED),)


def test_set_config_into_a_temporary_table_is_both() -> None:
    sql = b"SELECT set_config('a.b', 'c', false) INTO TEMP t"
    assert set(analyze(sql).effects[0]) == {TEMPORARY, COMPUTED}


@pytest.mark.parametrize(
    'sql',
    [
        '',
        ';',
        '-- SET a.b TO 1',
        '/* SET a.b TO 1 */ SELECT 1',
        'SELECT',
        "SELECT 'BEGIN; SET a.b TO 1'",
        'SELECT $$SET a.b TO 1$$',
        'SELECT "set_config", "BEGIN"',
        "SELECT 'set_config(1)'",
        'SET LOCAL a.b TO 1',
        "SELECT set_config('a.b', 'c', true)",
        'SET TRANSACTION READ ONLY',
        "SET TRANSACTION SNAPSHOT 'x'",
        'SET CONSTRAINTS ALL DEFERRED',
        'SHOW ALL',
        'DISCARD PLANS',
        'UNLISTEN *',
        'NOTIFY a',
        "COMMIT PREPARED 'x'",
        "ROLLBACK PREPARED 'x'",
        'EXECUTE p',
        'DECLARE c CURSOR FOR SELECT 1',
        'DECLARE c CURSOR WITHOUT HOLD FOR SELECT 1',
        'FETCH c',
        'CLOSE c',
        'CREATE TABLE t (a int)',
        'CREATE UNLOGGED TABLE temp (a int)',
        'CREATE TEMP TABLE t (a int) ON COMMIT DROP',
        'CREATE TEMP TABLE t ON COMMIT DROP AS SELECT 1',
        'CREATE TABLE t AS SELECT 1',
        'SELECT 1 AS a INTO t',
        'SELECT 1 AS a INTO temp',
        'SELECT * FROM pg_temp.t',
        'CREATE VIEW v AS SELECT 1',
        'CREATE SEQUENCE s',
        'EXPLAIN SELECT 1',
        'SELECT pg_advisory_xact_lock(1)',
        'SELECT pg_advisory_unlock(1)',
        'SELECT advisory.pg_lock(1)',
        'INSERT INTO t VALUES (1)',
        'LOCK TABLE t',
        'COPY t FROM STDIN',
        'VACUUM',
    ],
)
def test_statement_leaves_nothing_behind(sql: str) -> None:
    assert analyze(sql.encode()) is ORDINARY


@pytest.mark.parametrize(
    ('sql', 'effects'),
    [
        ('BEGIN; SELECT 1; COMMIT', ((Begin,), (), (Commit,))),
        ('SELECT 1; SELECT 2', ()),
        (';; BEGIN ;;', ((Begin,),)),
        ('SELECT \';\'; SET a.b TO 1', ((), (SetParameter,))),
        ('/* ; */ BEGIN -- ;\n; COMMIT', ((Begin,), (Commit,))),
        ('LOAD \'x\'', ((Pin, Taint),)),
        ('DISCARD ALL; DO $$;$$', ((DiscardAll,), (Taint,))),
        ('CREATE TEMP TABLE t AS SELECT pg_advisory_lock(1)', ((Pin, Pin),)),
        ('SELECT pg_advisory_lock(1), pg_advisory_lock(2)', ((Pin, Pin),)),
    ],
)  # fmt: skip
def test_effects_have_an_entry_for_each_statement(sql: str, effects: tuple[tuple[type[Effect], ...], ...]) -> None:
    assert kinds(sql) == effects


def test_each_set_of_several_keeps_its_own_text() -> None:
    first, second = "SET a.b TO 'é;'".encode(), b'set c.d = 1 -- last'
    assert analyze(b' ' + first + b' ;\n' + second).effects == (
        (SetParameter('a.b', first),),
        (SetParameter('c.d', second),),
    )


@pytest.mark.parametrize(
    'sql',
    [
        pytest.param(b'SELEC 1', id='not SQL'),
        pytest.param(b'BEGIN; SELEC 1', id='half SQL'),
        pytest.param('SET a.b TO \'é\''.encode('latin-1'), id='another encoding'),
        pytest.param(b"SELECT ';', " + b'(' * 10_000 + b'1' + b')' * 10_000, id='too deep'),
    ],
)  # fmt: skip
def test_text_that_cannot_be_parsed_ties_the_session_to_its_server(sql: bytes) -> None:
    assert analyze(sql) == UNREAD
