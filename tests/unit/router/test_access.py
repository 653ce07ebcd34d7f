"""What is a read, by the text and by what the catalog says."""

from dataclasses import replace

import pytest

from pgdog_gevent.config.settings import General
from pgdog_gevent.router.access import AccessRules, access_rules, reads
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.function_text import HARMLESS
from pgdog_gevent.router.functions import CORE, UNKNOWN, FunctionRow, Functions, Reading, judge
from pgdog_gevent.router.statement import ORDINARY, ORDINARY_READ, Access, Statement
from pgdog_gevent.router.volatile import READS, WRITES

WRITTEN = {
    'locking clauses': [
        'SELECT * FROM t FOR UPDATE',
        'SELECT * FROM t FOR NO KEY UPDATE',
        'SELECT * FROM t FOR SHARE SKIP LOCKED',
        'SELECT * FROM t FOR KEY SHARE OF t NOWAIT',
        'SELECT * FROM (SELECT * FROM t FOR UPDATE) x',
        'SELECT (SELECT a FROM t LIMIT 1 FOR UPDATE)',
        'WITH q AS (SELECT * FROM t FOR SHARE) TABLE q',
        'SELECT 1 UNION ALL (SELECT a FROM t FOR UPDATE)',
        'SELECT 1 WHERE EXISTS (SELECT FROM t FOR UPDATE)',
        'TABLE t FOR UPDATE',
    ],
    'data-modifying WITH': [
        'WITH q AS (INSERT INTO t VALUES (1) RETURNING a) TABLE q',
        'WITH q AS (UPDATE t SET a = 1 RETURNING a) SELECT * FROM q',
        'WITH q AS (DELETE FROM t) SELECT 1',
        'WITH q AS (SELECT 1), r AS (DELETE FROM t RETURNING a) SELECT * FROM q, r',
        'WITH q AS (MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE RETURNING 1) SELECT 1',
    ],
    'new tables': [
        'SELECT 1 AS a INTO t',
        'SELECT 1 AS a INTO TEMP t',
        'SELECT 1 AS a INTO UNLOGGED t UNION SELECT 2',
        'CREATE TABLE t AS SELECT 1',
        'CREATE TEMP TABLE t (a int)',
        'SELECT * FROM pg_temp.t',
        'SELECT (SELECT max(a) FROM pg_temp.t)',
    ],
    'sequences': [
        "SELECT nextval('s')", "SELECT setval('s', 1)", "SELECT currval('s')", 'SELECT lastval()',
        "SELECT a FROM t WHERE a = nextval('s')", 'SELECT "nextval"($1)', "SELECT pg_catalog.NextVal('s')",
    ],
    'advisory locks': [
        'SELECT pg_advisory_lock(1)', 'SELECT pg_advisory_xact_lock(1, 2)', 'SELECT pg_try_advisory_lock(1)',
        'SELECT pg_try_advisory_xact_lock_shared(1)', 'SELECT pg_advisory_unlock(1)', 'SELECT pg_advisory_unlock_all()',
        'SELECT * FROM pg_advisory_xact_lock(1)', 'SELECT U&"pg_advisory\\005fxact_lock"(1)',
    ],
    'large objects': ['SELECT lo_get(1)', "SELECT lo_import('x')", 'SELECT loread(1, 2)', "SELECT lowrite(1, 'x')"],
    'the session': [
        "SELECT set_config('a.b', 'c', false)", "SELECT set_config('a.b', 'c', true)", 'SELECT setseed(0.5)',
        "SELECT pg_notify('a', 'b')", 'SELECT pg_export_snapshot()', "SELECT count(pg_notify('a', b)) FROM t",
    ],
    'transaction ids': ['SELECT txid_current()', 'SELECT pg_current_xact_id()'],
    'the very server': [
        'SELECT pg_switch_wal()', "SELECT pg_create_restore_point('x')", 'SELECT pg_promote()',
        "SELECT pg_create_physical_replication_slot('x')", "SELECT pg_drop_replication_slot('x')",
        "SELECT pg_replication_origin_create('x')", 'SELECT pg_reload_conf()', 'SELECT pg_rotate_logfile()',
        'SELECT pg_terminate_backend(1)', 'SELECT pg_cancel_backend(1)', 'SELECT pg_current_wal_lsn()',
        "SELECT * FROM dblink('x', 'SELECT 1') AS t (a int)", "SELECT dblink_exec('x', 'DELETE FROM t')",
    ],
    'EXPLAIN of a write': [
        'EXPLAIN DELETE FROM t', 'EXPLAIN ANALYZE INSERT INTO t VALUES (1)', 'EXPLAIN (ANALYZE) SELECT 1 FOR UPDATE',
        "EXPLAIN SELECT nextval('s')", 'EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1', 'EXPLAIN EXECUTE p',
        'EXPLAIN DECLARE c CURSOR FOR SELECT 1',
    ],
    'cursors': [
        'DECLARE c CURSOR FOR SELECT 1', 'DECLARE c CURSOR WITH HOLD FOR SELECT 1', 'FETCH c', 'MOVE c', 'CLOSE c',
    ],
    'COPY': [
        'COPY t FROM STDIN', "COPY t FROM '/x'", "COPY t TO '/x'", "COPY t TO ''", "COPY t TO PROGRAM 'x'",
        "COPY stdout TO '/x'", "COPY (SELECT t.to stdout FROM t) TO ''", 'COPY (DELETE FROM t RETURNING a) TO STDOUT',
        'COPY (SELECT * FROM t FOR UPDATE) TO STDOUT', "COPY (SELECT nextval('s')) TO STDOUT",
        "COPY t TO /* to stdout */ '/x'", 'COPY t TO \'/x\' -- to stdout',
    ],
    'the session in SQL': [
        'PREPARE p AS SELECT 1', 'EXECUTE p', 'DEALLOCATE p', 'SHOW work_mem', 'SHOW ALL', 'SET a.b TO 1', 'RESET ALL',
        'SET LOCAL a.b TO 1', 'DISCARD PLANS', 'LISTEN a', 'UNLISTEN *', 'NOTIFY a', 'LOCK TABLE t', "LOAD 'x'",
    ],
    'transactions': [
        'BEGIN', 'BEGIN READ ONLY', 'COMMIT', 'ROLLBACK', 'SAVEPOINT a', 'RELEASE a', 'ROLLBACK TO a',
        'SET TRANSACTION READ ONLY', "PREPARE TRANSACTION 'x'", "COMMIT PREPARED 'x'", 'SET CONSTRAINTS ALL DEFERRED',
        'BEGIN; SELECT 1; COMMIT',
    ],
    'DML': [
        'INSERT INTO t VALUES (1)', 'UPDATE t SET a = 1', 'DELETE FROM t', 'TRUNCATE t',
        'MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE', 'CALL p()', 'DO $$BEGIN END$$',
    ],
    'DDL': [
        'CREATE TABLE t (a int)', 'DROP TABLE t', 'ALTER TABLE t ADD b int', 'CREATE INDEX ON t (a)', 'VACUUM',
        'ANALYZE t', 'REINDEX TABLE t', 'CLUSTER t', 'GRANT SELECT ON t TO a', 'COMMENT ON TABLE t IS NULL',
        'CREATE VIEW v AS SELECT 1', 'REFRESH MATERIALIZED VIEW v', 'CHECKPOINT', 'CREATE ROLE a',
        'ALTER SYSTEM RESET ALL', 'CREATE EXTENSION x', 'CREATE SCHEMA s', 'SECURITY LABEL ON TABLE t IS NULL',
    ],
    'several, one of them a write': [
        'SELECT 1; DELETE FROM t', 'DELETE FROM t; SELECT 1', 'SELECT 1; SELECT 2; SELECT 3 FOR UPDATE',
        'SELECT 1; SHOW a',
    ],
    'not SQL': ['SELEC 1', 'SELECT 1; SELEC 1'],
}  # fmt: skip

READ = {
    'queries': [
        'SELECT', 'SELECT 1', 'select * from t where a = $1;', 'VALUES (1), (2)', 'TABLE t', '(SELECT 1)',
        'SELECT a FROM t UNION SELECT b FROM u ORDER BY 1 LIMIT 5', 'WITH q AS (SELECT 1) TABLE q',
        'WITH RECURSIVE q AS (SELECT 1 UNION ALL SELECT 2 FROM q) TABLE q', 'SELECT * FROM t TABLESAMPLE system (1)',
        "SELECT 'FOR UPDATE', \"nextval\", 'pg_advisory_lock(1)' FROM \"insert\"", 'SELECT * FROM pg_temp_t',
        'SELECT count(*) FILTER (WHERE a) OVER (PARTITION BY b) FROM t', 'SELECT current_user, current_timestamp',
        'SELECT * FROM generate_series(1, 2), unnest(ARRAY[1])', 'SELECT pg_catalog.now(), lower(a) FROM t',
    ],
    'VOLATILE, and only reading': [
        'SELECT random()', 'SELECT clock_timestamp(), timeofday()', 'SELECT gen_random_uuid()', 'SELECT pg_sleep(1)',
        "SELECT pg_sleep_for('1s')", 'SELECT pg_is_in_recovery()', "SELECT pg_total_relation_size('t')",
        'SELECT pg_database_size(current_database())', 'SELECT inet_server_port()',
    ],
    'COPY to the client': [
        'COPY t TO STDOUT', 'COPY t (a, b) TO STDOUT WITH (FORMAT binary)', 'COPY (SELECT * FROM t) TO STDOUT',
        'copy t to stdout csv header', 'COPY t TO /* file */ STDOUT -- \'x\'', 'COPY t TO STDIN',
        'COPY (TABLE t) TO STDOUT;',
    ],
    'EXPLAIN of a read': [
        'EXPLAIN SELECT 1', 'EXPLAIN ANALYZE SELECT * FROM t', 'EXPLAIN (ANALYZE, BUFFERS) TABLE t',
        'EXPLAIN VALUES (1)',
    ],
    'nothing': ['', ';', ' -- nothing', '/* DELETE FROM t */', ';;'],
    'several reads': ['SELECT 1; SELECT 2', 'TABLE t; COPY t TO STDOUT; EXPLAIN SELECT 1'],
}  # fmt: skip


def texts_of(classes: dict[str, list[str]]) -> list[object]:
    return [pytest.param(sql, id=f'{name}: {sql}') for name, texts in classes.items() for sql in texts]


@pytest.mark.parametrize('sql', texts_of(WRITTEN))
def test_statement_is_a_write(sql: str) -> None:
    statement = analyze(sql.encode())
    assert (statement.access, statement.reads_if_stable) == (Access.WRITE, frozenset())
    assert analyze(sql.encode(), AccessRules(by_catalog=False)).access is Access.WRITE


@pytest.mark.parametrize('sql', texts_of(READ))
def test_statement_is_a_read_that_needs_no_catalog(sql: str) -> None:
    statement = analyze(sql.encode())
    assert statement is ORDINARY_READ or statement == replace(ORDINARY_READ, explains=True)


@pytest.mark.parametrize(
    ('sql', 'names'),
    [
        ('SELECT f(1)', {'f'}),
        ('SELECT "F"(g(1)), lower(a) FROM s.h()', {'f', 'g', 'h'}),
        ('SELECT mine.count(1), count(1)', {'count'}),
        ('SELECT pg_catalog.count(1)', set()),
        ('SELECT pg_last_wal_replay_lsn()', {'pg_last_wal_replay_lsn'}),
        ('SELECT * FROM t ORDER BY f(a)', {'f'}),
        ('COPY (SELECT f()) TO STDOUT', {'f'}),
        ('EXPLAIN SELECT f()', {'f'}),
        ('SELECT f(); SELECT g()', {'f', 'g'}),
    ],
)
def test_functions_that_the_catalog_decides_about_are_named(sql: str, names: set[str]) -> None:
    statement = analyze(sql.encode())
    assert (statement.access, set(statement.reads_if_stable)) == (Access.READ, names)


def test_functions_of_a_write_need_not_be_looked_up() -> None:
    assert analyze(b'INSERT INTO t VALUES (f())').reads_if_stable == frozenset()


def test_well_known_functions_are_of_one_kind() -> None:
    assert READS.isdisjoint(WRITES)
    assert {'pg_notify', 'txid_current'} == CORE & WRITES


@pytest.mark.parametrize(
    ('rules', 'sql', 'access', 'names'),
    [
        (AccessRules(read_functions=frozenset({'f'})), 'SELECT f()', Access.READ, set()),
        (AccessRules(read_functions=frozenset({'f'})), 'SELECT s."F"(), g()', Access.READ, {'g'}),
        (AccessRules(read_functions=frozenset({'f'})), 'SELECT f() FROM t FOR UPDATE', Access.WRITE, set()),
        (AccessRules(read_functions=frozenset({'lo_get'})), 'SELECT lo_get(1)', Access.READ, set()),
        (AccessRules(frozenset({'pg_advisory_lock'})), 'SELECT pg_advisory_lock(1)', Access.WRITE, set()),
        (AccessRules(write_functions=frozenset({'f'})), 'SELECT 1 WHERE s.F()', Access.WRITE, set()),
        (AccessRules(write_functions=frozenset({'now'})), 'SELECT now()', Access.WRITE, set()),
        (AccessRules(frozenset({'f'}), frozenset({'f'})), 'SELECT f()', Access.WRITE, set()),
        (AccessRules(by_catalog=False), 'SELECT f(), mine.count(1)', Access.READ, set()),
        (AccessRules(frozenset(), frozenset({'f'}), by_catalog=False), 'SELECT f()', Access.WRITE, set()),
    ],
)  # fmt: skip
def test_configured_functions_overrule(rules: AccessRules, sql: str, access: Access, names: set[str]) -> None:
    statement = analyze(sql.encode(), rules)
    assert (statement.access, set(statement.reads_if_stable)) == (access, names)


def test_rules_are_those_of_the_configuration() -> None:
    general = General.model_validate(
        {'read_functions': ['F', 'public.g'], 'write_functions': ['a.b.H'], 'function_volatility': 'ignore'}
    )
    assert access_rules(general) == AccessRules(frozenset({'f', 'g'}), frozenset({'h'}), by_catalog=False)
    assert access_rules(General()) == AccessRules()


def known(stable: set[str], *volatile: str) -> Functions:
    rows = tuple(FunctionRow(name, HARMLESS) for name in (*stable, *volatile))
    return judge(Reading(frozenset(), rows, volatile=frozenset(volatile)))


def test_read_is_one_if_the_catalog_vouches_for_its_functions() -> None:
    statement = analyze(b'SELECT f(), g()')
    assert reads(statement, known({'f', 'g', 'h'}))
    assert not reads(statement, known({'f'}))
    assert not reads(statement, known({'f'}, 'g'))
    assert not reads(statement, UNKNOWN)


def test_read_that_calls_nothing_unknown_is_one_before_the_catalog_is_read() -> None:
    assert reads(ORDINARY_READ, UNKNOWN)
    assert not reads(ORDINARY, UNKNOWN)
    assert not reads(Statement(), known(set()))


def test_nothing_is_a_read_where_well_known_names_are_volatile() -> None:
    assert not reads(ORDINARY_READ, known(set(), 'lower'))
    assert reads(ORDINARY_READ, known({'lower'}, 'f'))
