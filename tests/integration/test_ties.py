"""What ties a client to its server in transaction mode, and when it is free again."""

from contextlib import ExitStack

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from tests.integration.clients import Connection, admin, connect, eventually, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy


@pytest.fixture
def app(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    """A proxy with one server connection, which knows the functions of the database."""
    postgres.execute('CREATE TABLE t (n serial)', database)
    return informed(proxy, postgres, database)


def informed(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    """Start one that knows what is in the database by now."""
    app = proxy(config_toml(postgres, database, default_pool_size=1, checkout_timeout=10_000), users_toml())
    with connect(app) as client:
        client.execute('SELECT 1')
        eventually(lambda: 'functions have been read' in app.log(), 'the functions are known')
    return app


def tied(app: RunningProxy) -> bool:
    [client] = [row for row in admin(app, 'SHOW CLIENTS') if row['database'] == 'app']
    return bool(client['locked'])


def any_tied(app: RunningProxy) -> bool:
    return any(row['locked'] for row in admin(app, 'SHOW CLIENTS') if row['database'] == 'app')


@pytest.mark.parametrize(
    ('tie', 'free'),
    [
        ('SELECT pg_advisory_lock(1)', 'SELECT pg_advisory_unlock(1)'),
        ('SELECT pg_try_advisory_lock_shared(1, 2)', 'SELECT pg_advisory_unlock_shared(1, 2)'),
        ('SELECT pg_advisory_lock(1), pg_advisory_lock(2)', 'SELECT pg_advisory_unlock_all()'),
        ('CREATE TEMP TABLE x (a int)', 'DROP TABLE x'),
        ('SELECT 1 AS a INTO TEMP x', 'DISCARD TEMP'),
        ('CREATE TYPE pg_temp.x AS (a int)', 'DROP TYPE pg_temp.x'),
        ('DECLARE x CURSOR WITH HOLD FOR SELECT 1', 'CLOSE x'),
        ('LISTEN x', 'UNLISTEN x'),
        ('PREPARE x AS SELECT 1', 'DEALLOCATE x'),
        ('PREPARE x AS SELECT 1', 'DISCARD ALL'),
        ('DO $$BEGIN PERFORM pg_advisory_lock(1); END$$', 'SELECT pg_advisory_unlock(1)'),
    ],
)
def test_client_is_tied_until_postgres_says_that_nothing_is_left(app: RunningProxy, tie: str, free: str) -> None:
    with connect(app) as client, connect(app) as other:
        client.execute(tie.encode())
        eventually(lambda: any_tied(app), 'the client is tied')
        client.execute('SELECT 1')
        client.execute(free.encode())
        assert one(other, 'SELECT 2') == 2


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT pg_try_advisory_xact_lock(1)',
        'CREATE TEMP TABLE x ON COMMIT DROP AS SELECT 1',
        'BEGIN; CREATE TEMP TABLE x (a int); ROLLBACK',
        'BEGIN; LISTEN x; ROLLBACK',
        'SELECT pg_advisory_lock(1); SELECT pg_advisory_unlock(1)',
        'DO $$BEGIN END$$',
    ],
)
def test_client_is_not_tied_by_what_is_over_with_its_transaction(app: RunningProxy, sql: str) -> None:
    with connect(app) as client:
        client.execute(sql.encode())
        eventually(lambda: not tied(app), 'the client is free')


def test_lock_that_another_session_has_ties_nobody(app: RunningProxy, postgres: Cluster, database: str) -> None:
    with psycopg.connect(postgres.dsn(database), autocommit=True) as holder, connect(app) as client:
        holder.execute('SELECT pg_advisory_lock(1)')
        assert one(client, 'SELECT pg_try_advisory_lock(1)') is False
        eventually(lambda: not tied(app), 'the client is free')


def test_nobody_is_told_the_sequence_value_of_another(app: RunningProxy) -> None:
    with connect(app) as client, connect(app) as other:
        client.execute('INSERT INTO t DEFAULT VALUES')
        other.execute('INSERT INTO t DEFAULT VALUES')
        with pytest.raises(errors.ObjectNotInPrerequisiteState):
            client.execute('SELECT lastval()')
        with pytest.raises(errors.ObjectNotInPrerequisiteState):
            client.execute("SELECT currval('t_n_seq')")


@pytest.mark.parametrize('advance', ['INSERT INTO t DEFAULT VALUES', "SELECT nextval('t_n_seq')"])
def test_who_asks_for_its_sequence_value_is_told_and_keeps_its_server(app: RunningProxy, advance: str) -> None:
    with connect(app) as client:
        client.execute(advance.encode())
        assert one(client, 'SELECT lastval()') == 1
        assert tied(app)
        client.execute(advance.encode())
        assert one(client, "SELECT currval('t_n_seq')") == 2


@pytest.mark.parametrize(
    ('definition', 'sql'),
    [
        ('CREATE FUNCTION mine() RETURNS bigint LANGUAGE sql AS $$SELECT lastval()$$', 'SELECT mine()'),
        ("CREATE FUNCTION mine() RETURNS bigint LANGUAGE sql RETURN currval('t_n_seq')", 'SELECT mine()'),
        ('CREATE FUNCTION mine() RETURNS bigint LANGUAGE plpgsql AS $$DECLARE n bigint;'
         " BEGIN EXECUTE 'SELECT lastval()' INTO n; RETURN n; END$$", 'SELECT mine()'),
        ('CREATE TABLE copies (n bigint DEFAULT lastval())', 'INSERT INTO copies DEFAULT VALUES RETURNING n'),
        ('CREATE VIEW last AS SELECT lastval()', 'SELECT * FROM last'),
    ],
)  # fmt: skip
def test_nobody_is_told_the_sequence_value_of_another_by_what_calls_lastval(
    proxy: StartProxy, postgres: Cluster, database: str, definition: str, sql: str
) -> None:
    postgres.execute('CREATE TABLE t (n serial)', database)
    postgres.execute(definition, database)
    app = informed(proxy, postgres, database)
    with connect(app) as client, connect(app) as other:
        client.execute('INSERT INTO t DEFAULT VALUES')
        with pytest.raises(errors.ObjectNotInPrerequisiteState):
            other.execute(sql.encode())


def test_sequence_that_the_client_has_not_taken_from_has_no_value_of_another(app: RunningProxy) -> None:
    with connect(app) as client, connect(app) as other:
        client.execute('CREATE SEQUENCE s')
        other.execute('INSERT INTO t DEFAULT VALUES')
        assert one(other, 'SELECT lastval()') == 1
        other.close()
        client.execute("SELECT nextval('s')")
        with connect(app) as third, third.transaction():
            third.execute('INSERT INTO t DEFAULT VALUES')
            with pytest.raises(errors.ObjectNotInPrerequisiteState):
                third.execute("SELECT currval('s')")


def test_sequence_value_that_a_function_has_taken_is_told(app: RunningProxy) -> None:
    with connect(app) as client, connect(app) as other:
        client.execute("CREATE FUNCTION take() RETURNS bigint LANGUAGE sql AS $$SELECT nextval('t_n_seq')$$")
        other.execute('INSERT INTO t DEFAULT VALUES')
        with client.transaction():
            taken = one(client, 'SELECT take()')
            assert one(client, 'SELECT lastval()') == taken


@pytest.mark.parametrize('sql', ['SELECT setseed(0.5)', 'SET seed TO 0.5', "LOAD 'auto_explain'"])
def test_what_nothing_undoes_costs_the_connection(app: RunningProxy, sql: str) -> None:
    def process(client: Connection) -> object:
        return one(client, 'SELECT pg_backend_pid()')

    with connect(app) as client:
        before = process(client)
        client.execute(sql.encode())
        assert process(client) == before
        assert tied(app)
    with connect(app) as following:
        assert process(following) != before


def test_function_that_sets_parameters_leaves_nothing_to_the_next_client(
    app: RunningProxy, postgres: Cluster, database: str
) -> None:
    with ExitStack() as ends:
        client, other = (ends.enter_context(connect(app)) for _ in range(2))
        client.execute(
            "CREATE FUNCTION sets() RETURNS text LANGUAGE sql AS $$SELECT set_config('work_mem', '99MB', false)$$"
        )
        before = one(other, 'SELECT pg_backend_pid()')
        assert one(client, 'SELECT sets()') == '99MB'
        assert one(other, 'SHOW work_mem') == '4MB'
        assert one(other, 'SELECT pg_backend_pid()') == before
