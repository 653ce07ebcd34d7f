"""What each statement does to its session."""

from dataclasses import replace

import pytest

from pgdog_gevent.config.choices import Role
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.statement import (
    BEGIN,
    COMMIT,
    ORDINARY,
    ROLLBACK,
    Begin,
    ChangesCatalog,
    ChangesSchema,
    ChangesTables,
    Commit,
    Deallocate,
    DiscardAll,
    Effect,
    Frees,
    Leaves,
    Pin,
    ReleaseSavepoint,
    ResetAll,
    ResetParameter,
    Rollback,
    RollbackTo,
    Savepoint,
    SetConfig,
    SetLocal,
    SetLocalRole,
    SetParameter,
    SetsLocally,
    SetTransaction,
    Statement,
)
from pgdog_gevent.router.unrouted import unrouted

TEMPORARY = Leaves('a temporary relation')
COMPUTED = Pin('set_config() with a computed argument')
UNPARSED = 'a statement that could not be parsed'


def kinds(sql: str) -> tuple[tuple[type[Effect], ...], ...]:
    return tuple(tuple(map(type, effects)) for effects in analyze(sql.encode()).effects)


def said_of_the_session(sql: str) -> Statement:
    """What a text does to its session, and nothing of where it may go."""
    return unrouted(analyze(sql.encode()))


@pytest.mark.parametrize(
    ('sql', 'effect'),
    [
        ('BEGIN', Begin()),
        ('begin isolation level serializable', Begin(serializable=True)),
        ('BEGIN ISOLATION LEVEL REPEATABLE READ', Begin(serializable=False)),
        ('START TRANSACTION READ ONLY', Begin(read_only=True)),
        ('BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE', Begin(read_only=True, serializable=True)),
        ('BEGIN READ WRITE', Begin(read_only=False)),
        ('BEGIN READ ONLY, READ WRITE', Begin(read_only=False)),
        ('SET TRANSACTION READ ONLY', SetTransaction(read_only=True)),
        (
            'SET LOCAL TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ WRITE',
            SetTransaction(read_only=False, serializable=True),
        ),
        ('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', SetTransaction(serializable=True)),
        ("SET TRANSACTION SNAPSHOT 'x'", SetTransaction(snapshot=True)),
        ('SET LOCAL pgdog.role TO replica', SetLocalRole(Role.REPLICA)),
        ("set local PgDog.Role = 'Primary'", SetLocalRole(Role.PRIMARY)),
        ('SET LOCAL pgdog.role TO DEFAULT', SetLocalRole(None)),
        ('SET LOCAL pgdog.role TO auto', SetLocalRole(None)),
        ("SELECT set_config('pgdog.role', 'replica', true)", SetLocalRole(Role.REPLICA)),
        ("SELECT set_config('pgdog.role', NULL, true)", SetLocalRole(None)),
        ("SELECT set_config('PgDog.role', $1, true)", SetConfig('pgdog.role', 1, True)),
        ('RESET pgdog.role', ResetParameter('pgdog.role')),
        ('COMMIT', Commit()),
        ('END', Commit()),
        ('COMMIT AND CHAIN', Commit()),
        ("PREPARE TRANSACTION 'x'", Commit('x')),
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
        ('PREPARE a AS SELECT 1', Leaves('PREPARE')),
        ('LISTEN a', Leaves('LISTEN')),
        ('DECLARE c CURSOR WITH HOLD FOR SELECT 1', Leaves('a cursor WITH HOLD')),
        ('DECLARE c BINARY INSENSITIVE NO SCROLL CURSOR WITH HOLD FOR SELECT 1', Leaves('a cursor WITH HOLD')),
        ('CREATE TYPE pg_temp.e AS ENUM ()', Leaves('a temporary type')),
        ('CREATE TYPE pg_temp.c AS (a int)', TEMPORARY),
        ('CREATE DOMAIN pg_temp.d AS int', Leaves('a temporary type')),
        ('DISCARD TEMP', Frees()),
        ('UNLISTEN *', Frees()),
        ('CLOSE c', Frees()),
        ('SELECT pg_advisory_unlock(1)', Frees()),
        ('SELECT pg_advisory_unlock_all()', Frees()),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", ChangesSchema()),
        ('CREATE TRIGGER r AFTER INSERT ON t EXECUTE FUNCTION f()', ChangesSchema()),
        ('CREATE VIEW v AS SELECT 1', ChangesSchema()),
        ('CREATE TABLE t (a int DEFAULT f())', ChangesSchema()),
        ('CREATE EXTENSION dblink', ChangesSchema()),
        ('CREATE TABLE s.t (a int)', ChangesTables(('t',))),
        ('CREATE FOREIGN TABLE t (a int) SERVER s', ChangesTables(('t',))),
        ('CREATE UNLOGGED TABLE temp AS SELECT 1', ChangesTables(('temp',))),
        ('CREATE INDEX ON t (a)', ChangesCatalog()),
        ('CREATE SEQUENCE s', ChangesCatalog()),
        ('CREATE SCHEMA s', ChangesCatalog()),
        ("CREATE TYPE e AS ENUM ('a')", ChangesCatalog()),
        ('CREATE TYPE c AS (a int)', ChangesCatalog()),
        ('CREATE DOMAIN d AS int', ChangesCatalog()),
        ('ALTER TABLE t SET SCHEMA s', ChangesCatalog()),
        ('DO $$BEGIN END$$', ChangesCatalog()),
        ('SELECT 1 AS a INTO t', ChangesCatalog()),
        ('SELECT lastval()', Pin('currval() or lastval()')),
        ('CREATE TEMP TABLE t (a int)', TEMPORARY),
        ('CREATE GLOBAL TEMPORARY TABLE IF NOT EXISTS t (a int)', TEMPORARY),
        ('CREATE TEMP TABLE t (a int) ON COMMIT DELETE ROWS', TEMPORARY),
        ('CREATE TABLE pg_temp.t (a int)', TEMPORARY),
        ('CREATE TEMP TABLE t AS SELECT 1', TEMPORARY),
        ('CREATE TEMP TABLE t AS EXECUTE p', TEMPORARY),
        ('CREATE TEMP SEQUENCE s', TEMPORARY),
        ('SELECT 1 AS a INTO TEMP t', TEMPORARY),
        ('SELECT 1 AS a INTO pg_temp.t', TEMPORARY),
        ('SELECT 1 AS a INTO TEMP t UNION SELECT 2', TEMPORARY),
        ('(SELECT 1 AS a INTO TEMP t UNION SELECT 2) EXCEPT SELECT 3', TEMPORARY),
        ('WITH q AS (SELECT 1 AS a) SELECT * INTO TEMP t FROM q', TEMPORARY),
        ('EXPLAIN ANALYZE CREATE TEMP TABLE t AS SELECT 1', TEMPORARY),
        ('EXPLAIN (ANALYZE) SELECT 1 AS a INTO TEMP t', TEMPORARY),
    ],
)  # fmt: skip
def test_statement_has_one_effect(sql: str, effect: Effect) -> None:
    assert analyze(sql.encode()).effects == ((effect,),)


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT pg_advisory_lock(1)',
        'SELECT PG_TRY_ADVISORY_LOCK(1, 2)',
        'SELECT pg_catalog.pg_advisory_lock_shared(1)',
        'SELECT "pg_try_advisory_lock_shared"(1)',
        'SELECT * FROM pg_advisory_lock(1)',
        'UPDATE t SET a = 1 WHERE EXISTS (SELECT pg_advisory_lock(b))',
        'SELECT U&"pg_advisory\\005flock"(1)',
        'SELECT pg_advisory_lock(1); SELECT 1 / 0',
    ],
)
def test_session_lock_stays_even_if_its_statement_fails(sql: str) -> None:
    assert analyze(sql.encode()) == Statement(leaves='a session advisory lock')


@pytest.mark.parametrize(
    ('sql', 'names'),
    [
        ('SELECT f(1)', {'f'}),
        ('SELECT count(*), "F"(g(1)) FROM h()', {'f', 'g', 'h'}),
        ('CALL p()', {'p'}),
        ('SELECT mine.count(1)', {'count'}),
        ('SELECT pg_catalog.count(1), f()', {'f'}),
        ('COPY (SELECT f()) TO STDOUT', {'f'}),
        ('EXPLAIN ANALYZE SELECT f()', {'f'}),
        ('DECLARE c CURSOR FOR SELECT f()', {'f'}),
        ('INSERT INTO t VALUES (f()) RETURNING g(a)', {'f', 'g'}),
        ("SELECT mine.set_config('a.b', 'c', false)", {'set_config'}),
        ('SELECT 1; SELECT f(); SELECT g()', {'f', 'g'}),
    ],
)
def test_functions_that_are_not_well_known_are_named(sql: str, names: set[str]) -> None:
    assert replace(said_of_the_session(sql), explains=False) == Statement(functions=frozenset(names))


@pytest.mark.parametrize(
    ('sql', 'why'),
    [('DO $$BEGIN END$$', 'DO'), ('EXECUTE p', 'EXECUTE'), ('EXPLAIN ANALYZE EXECUTE p', 'EXECUTE')],
)
def test_of_some_statements_nobody_knows_what_they_do(sql: str, why: str) -> None:
    assert replace(said_of_the_session(sql), prepared=None) == Statement(unsure=why)


@pytest.mark.parametrize(
    ('sql', 'what'),
    [
        ("LOAD 'x'", 'LOAD'),
        ('SET seed TO 0.5', 'SET SEED'),
        ('SELECT setseed(0.5)', 'setseed()'),
        ("SELECT dblink_connect('a', 'b')", 'dblink_connect()'),
        ("SELECT pg_create_logical_replication_slot('a', 'b', true)", 'pg_create_logical_replication_slot()'),
    ],
)
def test_what_nothing_undoes_costs_the_connection(sql: str, what: str) -> None:
    assert analyze(sql.encode()) == Statement(spoils=what)


@pytest.mark.parametrize(
    ('sql', 'prepares', 'name', 'again'),
    [
        ('PREPARE a AS SELECT 1', True, b'a', b'PREPARE x AS SELECT 1'),
        ('prepare /**/ "My a"(int) AS SELECT $1', True, b'My a', b'prepare /**/ x(int) AS SELECT $1'),
        ('PREPARE/* é */a AS SELECT 1 -- é', True, b'a', 'PREPARE/* é */x AS SELECT 1 -- é'.encode()),
        ('EXECUTE a(1, \'EXECUTE b\')', False, b'a', b"EXECUTE x(1, 'EXECUTE b')"),
        ('EXPLAIN ANALYZE EXECUTE a', False, b'a', b'EXPLAIN ANALYZE EXECUTE x'),
        ('CREATE TEMP TABLE t AS EXECUTE prepare', False, b'prepare', b'CREATE TEMP TABLE t AS EXECUTE x'),
    ],
)
def test_name_of_a_prepared_statement_can_be_changed(sql: str, prepares: bool, name: bytes, again: bytes) -> None:
    found = analyze(sql.encode()).prepared
    assert found is not None
    assert (found.prepares, found.name, found.under(b'x')) == (prepares, name, again)


def test_position_in_the_changed_text_is_found_in_the_old_one() -> None:
    sql = 'PREPARE /* é */ "a b" AS SELECT nope'
    found = analyze(sql.encode()).prepared
    assert found is not None
    text = found.under(b'__pgdog_1').decode()
    assert found.position(b'__pgdog_1', text.index('nope') + 1) == sql.index('nope') + 1
    assert found.position(b'__pgdog_1', 3) == 3


@pytest.mark.parametrize(
    'sql',
    [
        'PREPARE a AS SELECT 1; SELECT 2',
        'PREPARE U&"!0061" UESCAPE \'!\' AS SELECT 1',
        'CREATE TABLE execute AS EXECUTE a',
        'DEALLOCATE a',
    ],
)
def test_name_that_is_not_plain_to_see_is_left_alone(sql: str) -> None:
    assert analyze(sql.encode()).prepared is None


def test_prepared_statement_does_what_it_does_when_it_is_executed() -> None:
    statement = analyze(b"PREPARE a AS SELECT set_config('a.b', 'c', false), f()")
    assert statement.effects == ((Leaves('PREPARE'),),)
    assert statement.prepared is not None
    meaning = statement.prepared.meaning
    assert meaning.functions == {'f'}
    assert [effect.name for (effect,) in meaning.effects if isinstance(effect, SetParameter)] == ['a.b']


def test_sequences_are_the_session_own() -> None:
    assert analyze(b"SELECT nextval('s')") == Statement(advances_sequences=True)
    assert analyze(b"SELECT currval('s')").reads_sequences


@pytest.mark.parametrize(
    'sql',
    [
        'SET pgdog.role TO replica',
        "set PgDog.Role = 'replica' -- why",
        'SET SESSION pgdog.role TO "replica"',
        "SELECT set_config('pgdog.role', 'replica', false)",
    ],
)
def test_role_of_the_session_is_remembered_in_the_same_words(sql: str) -> None:
    again = b"SELECT pg_catalog.set_config(E'pgdog.role', E'replica', false)"
    assert analyze(sql.encode()).effects == ((SetParameter('pgdog.role', again),),)


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
        "SELECT set_config('a.b', 'c', false) FROM t",
        "SELECT set_config('a.b', 'c', false) WHERE true",
        "SELECT set_config('a.b', 'c', false) LIMIT 0",
        "SELECT set_config('a.b', 'c', false) OFFSET 1",
        "SELECT set_config('a.b', 'c', false) HAVING false",
        "SELECT set_config('a.b', 'c', false) GROUP BY ()",
        "SELECT DISTINCT set_config('a.b', 'c', false)",
        "SELECT set_config('a.b', 'c', false) UNION SELECT 'x'",
        "SELECT set_config('a.b', 'c' || 'd', false)",
        "SELECT set_config('a.b', 'c', a)",
        "SELECT set_config('a.b', 'c', is_local => false)",
        "SELECT lower(set_config('a.b', 'c', false))",
        "VALUES (set_config('a.b', 'c', false))",
        "INSERT INTO t VALUES (set_config('a.b', 'c', false))",
        "UPDATE t SET a = set_config('a.b', 'c', false)",
        "COPY (SELECT set_config('a.b', 'c', false)) TO STDOUT",
        "EXPLAIN ANALYZE SELECT set_config('a.b', 'c', false)",
        "EXPLAIN ANALYZE CREATE TABLE t AS SELECT set_config('a.b', 'c', false)",
        "WITH q AS (SELECT set_config('a.b', 'c', false)) TABLE q",
    ],
)
def test_any_other_set_config_ties_the_session_to_its_server(sql: str) -> None:
    assert analyze(sql.encode()).effects == ((COMPUTED,),)


def test_each_set_config_counts_where_there_are_several() -> None:
    inner = "WITH q AS (INSERT INTO t VALUES (set_config('a.b', 'c', false)) RETURNING 1)"
    sql = f"{inner} SELECT set_config('d.e', 'f', false)"
    assert analyze(sql.encode()).effects == ((COMPUTED,),)


@pytest.mark.parametrize(
    ('sql', 'effects'),
    [
        (
            "SELECT set_config('a.b', 'c', false), 1, set_config('d.e'::text, 'f', false)",
            (
                SetParameter('a.b', b"SELECT pg_catalog.set_config(E'a.b', E'c', false)"),
                SetParameter('d.e', b"SELECT pg_catalog.set_config(E'd.e', E'f', false)"),
            ),
        ),
        ("SELECT set_config('A.b', NULL, false)", (ResetParameter('a.b'),)),
        (
            "SELECT set_config('a.b', 'c', true), set_config('d.e', NULL, false)",
            (SetsLocally(b"SELECT pg_catalog.set_config(E'a.b', E'c', true)"), ResetParameter('d.e')),
        ),
        ("SELECT set_config('a.b', NULL, true)", (SetsLocally(b"SELECT pg_catalog.set_config(E'a.b', NULL, true)"),)),
        ('SELECT set_config($1, $2, $3)', (SetConfig(1, 2, 3),)),
        ("SELECT set_config('a.b', $1::text, $2::bool)", (SetConfig('a.b', 1, 2),)),
        ("SELECT set_config($1, 'c', false)", (SetConfig(1, 'c', False),)),
        ('SELECT set_config(NULL, $1, false)', ()),
        ('SELECT set_config($1, $2, true)', (SetConfig(1, 2, True), SetLocal())),
        ("SELECT set_config('search_path', $1, true)", (SetConfig('search_path', 1, True), SetLocal())),
        ("SELECT set_config('app.tenant', $1, true)", (SetConfig('app.tenant', 1, True),)),
        ("INSERT INTO t VALUES (set_config('a.b', c, true))", (SetsLocally(None),)),
        ("SELECT set_config('a.b', c, true) FROM t", (SetsLocally(None),)),
    ],
)
def test_arguments_say_what_is_set(sql: str, effects: tuple[Effect, ...]) -> None:
    assert analyze(sql.encode()).effects == ((effects,) if effects else ())


def test_set_config_into_a_temporary_table_is_both() -> None:
    sql = b"SELECT set_config('a.b', 'c', false) INTO TEMP t"
    assert set(analyze(sql).effects[0]) == {TEMPORARY, COMPUTED}


def test_view_in_the_temporary_schema_is_a_view_too() -> None:
    assert analyze(b'CREATE TEMP VIEW v AS SELECT 1').effects == ((TEMPORARY, ChangesSchema()),)


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
        'SET CONSTRAINTS ALL DEFERRED',
        'SHOW ALL',
        'DISCARD PLANS',
        'NOTIFY a',
        "COMMIT PREPARED 'x'",
        "ROLLBACK PREPARED 'x'",
        'DECLARE c CURSOR FOR SELECT 1',
        'DECLARE c CURSOR WITHOUT HOLD FOR SELECT 1',
        'FETCH c',
        'CREATE TEMP TABLE t (a int) ON COMMIT DROP',
        'CREATE TEMP TABLE t ON COMMIT DROP AS SELECT 1',
        'SELECT 1 AS a INTO t',
        'SELECT 1 AS a INTO temp',
        'SELECT * FROM pg_temp.t',
        'CREATE SEQUENCE s',
        'EXPLAIN (FORMAT json) SELECT 1',
        'SELECT pg_advisory_xact_lock(1)',
        'INSERT INTO t VALUES (1)',
        'LOCK TABLE t',
        'COPY t FROM STDIN',
        'VACUUM',
    ],
)
def test_statement_leaves_nothing_behind(sql: str) -> None:
    assert said_of_the_session(sql) is ORDINARY


@pytest.mark.parametrize(
    ('sql', 'statement'),
    [
        (b'START TRANSACTION', BEGIN),
        (b'begin work;', BEGIN),
        (b'END', COMMIT),
        (b'COMMIT WORK', COMMIT),
        (b'ABORT', ROLLBACK),
    ],
)
def test_beginning_and_end_of_a_transaction_are_told_by_identity(sql: bytes, statement: Statement) -> None:
    assert analyze(sql) is statement


@pytest.mark.parametrize('sql', [b'BEGIN; COMMIT', b'SAVEPOINT s', b'ROLLBACK TO s'])
def test_what_does_something_else_is_told_from_it(sql: bytes) -> None:
    assert analyze(sql) not in (ORDINARY, BEGIN, COMMIT, ROLLBACK)


@pytest.mark.parametrize(
    ('sql', 'effects'),
    [
        ('BEGIN; SELECT 1; COMMIT', ((Begin,), (), (Commit,))),
        ('SELECT 1; SELECT 2', ()),
        (';; BEGIN ;;', ((Begin,),)),
        ('SELECT \';\'; SET a.b TO 1', ((), (SetParameter,))),
        ('/* ; */ BEGIN -- ;\n; COMMIT', ((Begin,), (Commit,))),
        ('DISCARD ALL; DO $$;$$', ((DiscardAll,), (ChangesCatalog,))),
        ('CREATE TEMP TABLE t AS SELECT pg_advisory_unlock(1)', ((Leaves, Frees),)),
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
    assert analyze(sql) == Statement(((Pin(UNPARSED),),), unsure=UNPARSED)


def test_tables_that_are_dropped_are_named() -> None:
    assert analyze(b'DROP TABLE t, s."U", d.s.v').effects == ((Frees(), ChangesTables(('t', 'U', 'v'))),)


@pytest.mark.parametrize(
    ('sql', 'explains'),
    [
        (b'EXPLAIN SELECT 1', True),
        (b'EXPLAIN (ANALYZE, FORMAT text) SELECT 1', True),
        (b'EXPLAIN (FORMAT json, FORMAT text) SELECT 1', True),
        (b'EXPLAIN (FORMAT json) SELECT 1', False),
        (b"EXPLAIN (FORMAT 'json') SELECT 1", False),
        (b'EXPLAIN SELECT 1; EXPLAIN SELECT 2', False),
        (b'SELECT 1', False),
    ],
)
def test_one_explain_in_text_is_told(sql: bytes, explains: bool) -> None:
    assert analyze(sql).explains is explains
