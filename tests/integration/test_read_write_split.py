"""What is a read, and goes to a replica; what is not, and goes to the primary.

The servers log every statement, so each is looked for where it has run. The primary is kept from reads, so that one
answer is enough.
"""

import itertools
from collections.abc import Callable, Iterator

import psycopg
import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from tests.conversation.proxies import running
from tests.integration.clients import Connection, admin, connect, eventually
from tests.integration.configuration import users_toml
from tests.integration.conftest import StartProxy
from tests.integration.extended import ask_simply, letters
from tests.integration.fleet import (
    DATABASE,
    HERE,
    Entry,
    Fleet,
    Value,
    Watch,
    config_toml,
    fixed,
    port_of,
)
from tests.integration.proxy import RunningProxy
from tests.integration.wire import Wire

SCHEMA = """
CREATE TABLE items (id int PRIMARY KEY, n int);
INSERT INTO items SELECT i, 0 FROM generate_series(1, 10) i;
CREATE TABLE filled (n int);
CREATE SEQUENCE numbers;
CREATE VIEW here AS SELECT inet_server_port() AS port;
CREATE MATERIALIZED VIEW kept AS SELECT 1 AS n;
CREATE PROCEDURE does_nothing() LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION stable_reader() RETURNS int STABLE LANGUAGE sql AS 'SELECT inet_server_port()';
CREATE FUNCTION immutable_reader() RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
CREATE FUNCTION volatile_reader() RETURNS int VOLATILE LANGUAGE plpgsql AS 'BEGIN RETURN inet_server_port(); END';
CREATE FUNCTION overloaded(int) RETURNS int STABLE LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION overloaded(text) RETURNS int VOLATILE LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
CREATE FUNCTION "Mixed Case"() RETURNS int STABLE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION writer(i int) RETURNS int VOLATILE LANGUAGE plpgsql
    AS 'BEGIN INSERT INTO filled VALUES (i); RETURN i; END';
CREATE FUNCTION sly(i int) RETURNS int STABLE LANGUAGE plpgsql
    AS 'BEGIN PERFORM writer(i); RETURN i; END';
CREATE VIEW writing AS SELECT writer(1) AS n;
CREATE SCHEMA other;
CREATE FUNCTION other.schematic() RETURNS int STABLE LANGUAGE sql AS 'SELECT 1';
"""

READS = {
    'SELECT': HERE,
    'SELECT with a schema': 'SELECT pg_catalog.inet_server_port()',
    'SELECT in parentheses': f'({HERE})',
    'SELECT after a line comment': f'-- hello\n{HERE}',
    'SELECT in odd letters': 'sElEcT 1',
    'words in strings': "SELECT 'INSERT INTO items', 'FOR UPDATE', $$nextval('numbers')$$",
    'words in names': 'SELECT n AS "update", n AS "nextval" FROM items',
    'VALUES': 'VALUES (1), (2)',
    'TABLE': 'TABLE items',
    'a view': 'SELECT port FROM here',
    'a materialized view': 'SELECT * FROM kept',
    'CTE': 'WITH a AS (SELECT 1 AS n), b AS (SELECT n FROM a) SELECT * FROM b',
    'recursive CTE': 'WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT * FROM t',
    'UNION': 'SELECT 1 UNION SELECT 2 EXCEPT SELECT 3 INTERSECT SELECT 4',
    'subqueries': 'SELECT (SELECT max(n) FROM items) FROM items WHERE id IN (SELECT id FROM items)',
    'joins': 'SELECT * FROM items a LEFT JOIN items b USING (id) CROSS JOIN LATERAL (SELECT a.n + 1) c',
    'aggregates': 'SELECT n, count(*), sum(id), array_agg(id ORDER BY id) FROM items GROUP BY n HAVING count(*) > 0',
    'windows': 'SELECT row_number() OVER (PARTITION BY n ORDER BY id) FROM items',
    'a function in FROM': 'SELECT * FROM generate_series(1, 3)',
    'TABLESAMPLE': 'SELECT * FROM items TABLESAMPLE BERNOULLI (50)',
    'casts and operators': "SELECT '1'::int + 1, now(), current_date, coalesce(NULL, 2), ARRAY[1, 2] || 3",
    'the system catalogs': "SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'items'::regclass",
    'EXPLAIN': 'EXPLAIN SELECT * FROM items',
    'EXPLAIN ANALYZE': 'EXPLAIN (ANALYZE, COSTS OFF) SELECT * FROM items',
    'a STABLE function': 'SELECT stable_reader()',
    'an IMMUTABLE function': 'SELECT immutable_reader()',
    'a STABLE function with a schema': 'SELECT other.schematic()',
    'a STABLE function with a quoted name': 'SELECT "Mixed Case"()',
    'a STABLE function in a condition': 'SELECT * FROM items WHERE n < stable_reader()',
}
WRITES = {
    'INSERT': 'INSERT INTO filled VALUES (1)',
    'INSERT RETURNING': 'INSERT INTO filled VALUES (1) RETURNING inet_server_port()',
    'INSERT SELECT': 'INSERT INTO filled SELECT 1',
    'UPDATE': 'UPDATE items SET n = n + 1 WHERE id = 1',
    'DELETE': 'DELETE FROM filled WHERE n = -1',
    'MERGE': 'MERGE INTO items i USING (VALUES (1)) v(id) ON i.id = v.id WHEN MATCHED THEN UPDATE SET n = 2',
    'TRUNCATE': 'TRUNCATE filled',
    'FOR UPDATE': 'SELECT * FROM items WHERE id = 1 FOR UPDATE',
    'FOR NO KEY UPDATE': 'SELECT * FROM items WHERE id = 1 FOR NO KEY UPDATE',
    'FOR SHARE': 'SELECT * FROM items WHERE id = 1 FOR SHARE',
    'FOR KEY SHARE SKIP LOCKED': 'SELECT * FROM items WHERE id = 1 FOR KEY SHARE SKIP LOCKED',
    'a lock in a subquery': 'SELECT * FROM (SELECT * FROM items WHERE id = 1 FOR UPDATE) locked',
    'a lock in a CTE': 'WITH a AS (SELECT * FROM items WHERE id = 1 FOR SHARE) SELECT * FROM a',
    'a CTE that inserts': 'WITH a AS (INSERT INTO filled VALUES (1) RETURNING n) SELECT * FROM a',
    'a CTE that updates': 'WITH a AS (UPDATE items SET n = 1 WHERE id = 1 RETURNING n) SELECT * FROM a',
    'a CTE that deletes': 'WITH a AS (DELETE FROM filled WHERE n = -1 RETURNING n) SELECT 1',
    'SELECT INTO': 'SELECT 1 AS n INTO into_#',
    'CREATE TABLE AS': 'CREATE TABLE as_# AS SELECT 1 AS n',
    'CREATE TEMPORARY TABLE': 'CREATE TEMPORARY TABLE temporary_# (n int)',
    'CREATE TABLE': 'CREATE TABLE made_# (n int)',
    'ALTER TABLE': 'ALTER TABLE filled SET (fillfactor = 90)',
    'DROP TABLE': 'DROP TABLE IF EXISTS never_there',
    'CREATE INDEX': 'CREATE INDEX index_# ON filled (n)',
    'CREATE FUNCTION': "CREATE FUNCTION made_#() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    'GRANT': 'GRANT SELECT ON items TO PUBLIC',
    'COMMENT': "COMMENT ON TABLE items IS 'things'",
    'REFRESH MATERIALIZED VIEW': 'REFRESH MATERIALIZED VIEW kept',
    'VACUUM': 'VACUUM filled',
    'ANALYZE': 'ANALYZE filled',
    'REINDEX': 'REINDEX TABLE items',
    'CLUSTER': 'CLUSTER items USING items_pkey',
    'DO': "DO 'BEGIN INSERT INTO filled VALUES (1); END'",
    'CALL': 'CALL does_nothing()',
    'NOTIFY': 'NOTIFY nobody',
    'LISTEN': 'LISTEN nobody',
    'nextval': "SELECT nextval('numbers')",
    'nextval in a subquery': "SELECT (SELECT nextval('numbers'))",
    'nextval in a condition': "SELECT 1 FROM items WHERE id < nextval('numbers')",
    'nextval in VALUES': "VALUES (nextval('numbers'))",
    'nextval with a schema': "SELECT pg_catalog.nextval('numbers')",
    'setval': "SELECT setval('numbers', 5)",
    'an advisory lock': 'SELECT pg_advisory_lock(#)',
    'an advisory lock, shared': 'SELECT pg_advisory_lock_shared(#)',
    'an advisory lock of a transaction': 'SELECT pg_advisory_xact_lock(#, 1)',
    'an advisory lock if free': 'SELECT pg_try_advisory_lock(#)',
    'no more advisory locks': 'SELECT pg_advisory_unlock_all()',
    'lo_create': 'SELECT lo_create(0)',
    'lo_from_bytea': "SELECT lo_from_bytea(0, 'x')",
    'pg_notify': "SELECT pg_notify('nobody', '')",
    'setseed': 'SELECT setseed(0.5)',
    'a VOLATILE built-in function': "SELECT pg_logical_emit_message(false, 'prefix', 'text')",
    'pg_current_wal_lsn': 'SELECT pg_current_wal_lsn()',
    'EXPLAIN ANALYZE INSERT': 'EXPLAIN ANALYZE INSERT INTO filled VALUES (1)',
    'EXPLAIN ANALYZE of a writing CTE': 'EXPLAIN (ANALYZE) WITH a AS (DELETE FROM filled RETURNING n) SELECT 1',
    'EXPLAIN ANALYZE CREATE TABLE AS': 'EXPLAIN ANALYZE CREATE TABLE explained_# AS SELECT 1',
    'a cursor that is held': 'DECLARE held CURSOR WITH HOLD FOR SELECT 1',
    'a VOLATILE function': 'SELECT volatile_reader()',
    'a VOLATILE function in FROM': 'SELECT * FROM volatile_reader()',
    'a VOLATILE function in ORDER BY': 'SELECT * FROM items ORDER BY volatile_reader()',
    'a function with a VOLATILE namesake': 'SELECT overloaded(1)',
    'a VOLATILE function that writes': 'SELECT writer(1)',
    'a VOLATILE function under EXPLAIN ANALYZE': 'EXPLAIN ANALYZE SELECT writer(1)',
}
numbers = itertools.count(1)


@pytest.fixture(scope='module')
def logging_fleet(fleet: Fleet) -> Iterator[Fleet]:
    """The fleet with the schema of this module, logging all statements."""
    fleet.execute(SCHEMA)
    fleet.execute(f"ALTER DATABASE {DATABASE} SET log_statement = 'all'")
    yield fleet
    fleet.clear()


@pytest.fixture(scope='module')
def app(logging_fleet: Fleet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    """A proxy for all tests that want nothing special; it knows the functions of the database."""
    config = config_toml(
        *fixed(logging_fleet),
        read_write_split='exclude_primary',
        prepared_statements='full',
        expanded_explain=True,
    )
    with running(tmp_path_factory.mktemp('app'), config, users_toml()) as app:
        wait_for_functions(app, logging_fleet)
        yield app


def wait_for_functions(app: RunningProxy, fleet: Fleet) -> None:
    """Return when the proxy knows which functions are STABLE."""
    with connect(app) as client:
        eventually(lambda: port_of(client, 'SELECT stable_reader()') in fleet.replica_ports, 'functions are known')


@pytest.fixture
def special(proxy: StartProxy, logging_fleet: Fleet) -> Callable[..., RunningProxy]:
    """Starts a proxy with some keys of ``[general]``."""

    def start(**general: Value) -> RunningProxy:
        general = {'read_write_split': 'exclude_primary', **general}
        return proxy(config_toml(*fixed(logging_fleet), **general), users_toml())

    return start


def simply(client: Connection, sql: str) -> None:
    client.execute(sql.encode())


def prepared(client: Connection, sql: str) -> None:
    client.execute(sql.encode(), prepare=True)


def in_binary(client: Connection, sql: str) -> None:
    """Parse without a name, Bind, Describe, Execute."""
    client.execute(sql.encode(), binary=True)


Way = Callable[[Connection, str], None]
WAYS = pytest.mark.parametrize('way', [simply, prepared, in_binary], ids=lambda way: way.__name__)


def ran_on(fleet: Fleet, app: RunningProxy, way: Way, sql: str) -> list[Cluster]:
    """Run a statement; return who has seen it."""
    number = next(numbers)
    tag = f'statement-{number}-'
    watch = Watch(fleet.servers)
    with connect(app) as client:
        way(client, f'/* {tag} */ {sql.replace("#", str(number))}')
    return list(watch.who_ran(tag))


@WAYS
@pytest.mark.parametrize('sql', READS.values(), ids=READS.keys())
def test_reads_go_to_a_replica(logging_fleet: Fleet, app: RunningProxy, sql: str, way: Way) -> None:
    [server] = ran_on(logging_fleet, app, way, sql)
    assert server in logging_fleet.replicas


@WAYS
@pytest.mark.parametrize('sql', WRITES.values(), ids=WRITES.keys())
def test_writes_go_to_the_primary(logging_fleet: Fleet, app: RunningProxy, sql: str, way: Way) -> None:
    assert ran_on(logging_fleet, app, way, sql) == [logging_fleet.primary]


@WAYS
def test_explain_says_which_way_it_went(app: RunningProxy, way: Way) -> None:
    with connect(app) as client:
        for sql, role in (('SELECT * FROM items', 'replica'), ('SELECT * FROM items FOR UPDATE', 'primary')):
            cursor = client.execute(f'EXPLAIN {sql}'.encode(), prepare=way is prepared, binary=way is in_binary)
            *_, summary, reason = [str(line) for (line,) in cursor.fetchall()]
            assert summary == f'  Summary: shard=0 role={role}'
            assert reason.startswith(f'  Shard 0: {role}, because it ')


@pytest.fixture
def unparsed(app: RunningProxy) -> Iterator[None]:
    admin(app, 'SET query_parser TO off')
    yield
    admin(app, 'SET query_parser TO auto')


@WAYS
def test_without_a_parser_only_hints_lead_to_a_replica(
    logging_fleet: Fleet, app: RunningProxy, way: Way, unparsed: None
) -> None:
    assert ran_on(logging_fleet, app, way, HERE) == [logging_fleet.primary]
    assert ran_on(logging_fleet, app, way, f'{HERE} WHERE 1 = 1') == [logging_fleet.primary]
    [server] = ran_on(logging_fleet, app, way, f'{HERE} -- pgdog_role: replica')
    assert server in logging_fleet.replicas
    with connect(app) as client:
        client.read_only = True
        client.autocommit = False
        way(client, HERE)
        assert port_of(client, HERE) in logging_fleet.replica_ports
    with connect(app) as client:
        client.execute('SET pgdog.role TO replica')
        assert port_of(client, HERE) in logging_fleet.replica_ports


def test_copy_out_goes_to_a_replica(logging_fleet: Fleet, app: RunningProxy) -> None:
    for sql in ('COPY items TO STDOUT', 'COPY (SELECT * FROM items) TO STDOUT'):
        [server] = ran_on(logging_fleet, app, copy_out, sql)
        assert server in logging_fleet.replicas


def test_copy_out_of_what_writes_goes_to_the_primary(logging_fleet: Fleet, app: RunningProxy) -> None:
    for sql in (
        'COPY (INSERT INTO filled VALUES (1) RETURNING n) TO STDOUT',
        'COPY (SELECT writer(1)) TO STDOUT',
        "COPY (SELECT nextval('numbers')) TO STDOUT",
    ):
        assert ran_on(logging_fleet, app, copy_out, sql) == [logging_fleet.primary]


def copy_out(client: Connection, sql: str) -> None:
    with client.cursor().copy(sql.encode()) as copy:
        assert list(copy)


def test_copy_in_goes_to_the_primary(logging_fleet: Fleet, app: RunningProxy) -> None:
    def copy_in(client: Connection, sql: str) -> None:
        with client.cursor().copy(sql.encode()) as copy:
            copy.write_row((1,))

    assert ran_on(logging_fleet, app, copy_in, 'COPY filled FROM STDIN') == [logging_fleet.primary]


def test_parameters_make_no_difference(logging_fleet: Fleet, app: RunningProxy) -> None:
    def with_parameter(client: Connection, sql: str) -> None:
        client.execute(sql.encode(), (1,))

    [server] = ran_on(logging_fleet, app, with_parameter, 'SELECT * FROM items WHERE id = %s')
    assert server in logging_fleet.replicas
    for sql in ('SELECT * FROM items WHERE id = %s FOR UPDATE', 'INSERT INTO filled VALUES (%s)'):
        assert ran_on(logging_fleet, app, with_parameter, sql) == [logging_fleet.primary]


def test_prepare_and_execute_in_sql_go_where_the_statement_does(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app) as client:
        client.execute(f'PREPARE reads AS {HERE}')
        assert port_of(client, 'EXECUTE reads') in {server.port for server in logging_fleet.servers}
        client.execute('PREPARE writes (int) AS INSERT INTO filled VALUES ($1) RETURNING inet_server_port()')
        assert port_of(client, 'EXECUTE writes(1)') == logging_fleet.primary.port


def test_functions_that_only_the_primary_can_run_succeed(app: RunningProxy) -> None:
    with connect(app) as client:
        for call in ('txid_current()', 'pg_current_xact_id()', 'pg_export_snapshot()', 'pg_switch_wal()'):
            assert client.execute(f'SELECT {call}').fetchone() is not None


# BEGIN

BEGINNINGS = {
    'BEGIN READ ONLY': ('BEGIN READ ONLY',),
    'START TRANSACTION READ ONLY': ('START TRANSACTION READ ONLY',),
    'with an isolation level': ('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY',),
    'SET TRANSACTION READ ONLY': ('BEGIN', 'SET TRANSACTION READ ONLY'),
    'a setting before it': ('BEGIN', "SET LOCAL work_mem = '4MB'", 'SET TRANSACTION READ ONLY'),
    'default_transaction_read_only': ('SET default_transaction_read_only = on', 'BEGIN'),
    'SET SESSION CHARACTERISTICS': ('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY', 'BEGIN'),
}
WRITING_BEGINNINGS = {
    'BEGIN': ('BEGIN',),
    'START TRANSACTION': ('START TRANSACTION',),
    'BEGIN READ WRITE': ('BEGIN READ WRITE',),
    'SET TRANSACTION READ WRITE': ('BEGIN READ ONLY', 'SET TRANSACTION READ WRITE'),
    'READ WRITE against the default': ('SET default_transaction_read_only = on', 'BEGIN READ WRITE'),
    'the default is taken back': (
        'SET default_transaction_read_only = on',
        'RESET default_transaction_read_only',
        'BEGIN',
    ),
    'only an isolation level': ('BEGIN ISOLATION LEVEL SERIALIZABLE',),
}


@WAYS
@pytest.mark.parametrize('beginning', BEGINNINGS.values(), ids=BEGINNINGS.keys())
def test_transactions_that_only_read_are_on_a_replica(
    logging_fleet: Fleet, app: RunningProxy, beginning: tuple[str, ...], way: Way
) -> None:
    with connect(app) as client:
        for sql in beginning:
            way(client, sql)
        port = port_of(client)
        assert port in logging_fleet.replica_ports
        assert {port_of(client) for _ in range(10)} == {port}
        client.execute('COMMIT')


@WAYS
@pytest.mark.parametrize('beginning', WRITING_BEGINNINGS.values(), ids=WRITING_BEGINNINGS.keys())
def test_other_transactions_are_on_the_primary(
    logging_fleet: Fleet, app: RunningProxy, beginning: tuple[str, ...], way: Way
) -> None:
    with connect(app) as client:
        for sql in beginning:
            way(client, sql)
        assert port_of(client) == logging_fleet.primary.port
        assert port_of(client, 'INSERT INTO filled VALUES (1) RETURNING inet_server_port()') > 0
        client.execute('COMMIT')
        assert port_of(client) in logging_fleet.replica_ports


def test_default_transaction_read_only_as_startup_option(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app, options='-c default_transaction_read_only=on') as client:
        client.execute('BEGIN')
        assert port_of(client) in logging_fleet.replica_ports
        client.execute('COMMIT')


def test_a_transaction_that_only_reads_cannot_write(app: RunningProxy) -> None:
    with connect(app) as client:
        client.execute('BEGIN READ ONLY')
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            client.execute('INSERT INTO filled VALUES (1)')
        client.execute('ROLLBACK')


def test_it_is_too_late_to_go_to_a_replica_after_the_first_query(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app) as client:
        client.execute('BEGIN')
        assert port_of(client) == logging_fleet.primary.port
        client.execute('SET TRANSACTION READ ONLY')
        assert port_of(client) == logging_fleet.primary.port
        client.execute('COMMIT')


def test_what_a_replica_cannot_isolate_goes_to_the_primary(logging_fleet: Fleet, app: RunningProxy) -> None:
    """A hot standby refuses SERIALIZABLE with 0A000."""
    with connect(app) as client:
        client.execute('BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY')
        assert port_of(client) == logging_fleet.primary.port
        client.execute('COMMIT')
    with connect(app, options='-c default_transaction_isolation=serializable') as client:
        assert port_of(client) == logging_fleet.primary.port


def test_drivers_transactions_that_only_read_are_on_a_replica(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app, autocommit=False) as client:
        client.read_only = True
        assert port_of(client) in logging_fleet.replica_ports
        client.commit()
        client.read_only = False
        assert port_of(client) == logging_fleet.primary.port


def test_the_first_statement_decides_under_the_aggressive_strategy(
    logging_fleet: Fleet, special: Callable[..., RunningProxy]
) -> None:
    app = special(read_write_strategy='aggressive')
    primary = logging_fleet.primary.port
    insert = 'INSERT INTO filled VALUES (1) RETURNING inet_server_port()'
    with connect(app) as client:
        client.execute('BEGIN')
        port = port_of(client)
        assert port in logging_fleet.replica_ports
        assert {port_of(client) for _ in range(10)} == {port}
        client.execute('COMMIT')
        client.execute('BEGIN')
        assert port_of(client, insert) == primary
        assert port_of(client) == primary
        client.execute('COMMIT')
        client.execute('BEGIN READ WRITE')
        assert port_of(client) == primary
        client.execute('COMMIT')
        client.execute('BEGIN')
        port_of(client)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            client.execute(insert)
        client.execute('ROLLBACK')


# More than one statement

SCRIPTS = {
    'two reads': f'{HERE}; SELECT 1',
    'a transaction that only reads': f'BEGIN READ ONLY; {HERE}; COMMIT',
}
WRITING_SCRIPTS = {
    'a write at the end': 'SELECT 1; INSERT INTO filled VALUES (1)',
    'a write at the beginning': 'INSERT INTO filled VALUES (1); SELECT 1',
    'a write in the middle': 'SELECT 1; INSERT INTO filled VALUES (1); SELECT 1',
    'a lock': 'SELECT 1; SELECT * FROM items WHERE id = 1 FOR UPDATE',
    'a transaction': 'BEGIN; SELECT 1; COMMIT',
    'a VOLATILE function': 'SELECT 1; SELECT volatile_reader()',
    'after one that only reads': 'BEGIN READ ONLY; SELECT 1; COMMIT; INSERT INTO filled VALUES (1)',
}


@pytest.mark.parametrize('sql', SCRIPTS.values(), ids=SCRIPTS.keys())
def test_scripts_that_only_read_go_to_a_replica(logging_fleet: Fleet, app: RunningProxy, sql: str) -> None:
    [server] = ran_on(logging_fleet, app, simply, sql)
    assert server in logging_fleet.replicas


@pytest.mark.parametrize('sql', WRITING_SCRIPTS.values(), ids=WRITING_SCRIPTS.keys())
def test_scripts_are_routed_by_all_of_their_statements(logging_fleet: Fleet, app: RunningProxy, sql: str) -> None:
    assert ran_on(logging_fleet, app, simply, sql) == [logging_fleet.primary]


@pytest.mark.parametrize('position', range(4))
def test_pipelines_are_routed_by_all_of_their_statements(
    logging_fleet: Fleet, app: RunningProxy, position: int
) -> None:
    statements = [HERE, HERE, HERE]
    statements.insert(position, 'INSERT INTO filled VALUES (1) RETURNING inet_server_port()')
    with connect(app) as client, client.pipeline():
        cursors = [client.execute(sql.encode()) for sql in statements]
    assert {cursor.fetchone() for cursor in cursors} == {(logging_fleet.primary.port,)}


def test_pipelines_that_only_read_go_to_a_replica(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app) as client, client.pipeline():
        cursors = [client.execute(HERE) for _ in range(4)]
    [port] = {cursor.fetchone() for cursor in cursors}
    assert port is not None
    assert port[0] in logging_fleet.replica_ports


def test_each_part_of_a_pipeline_up_to_a_sync_is_routed_for_itself(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app) as client, client.pipeline() as pipeline:
        read = client.execute(HERE)
        pipeline.sync()
        write = client.execute('INSERT INTO filled VALUES (1) RETURNING inet_server_port()')
        pipeline.sync()
        again = client.execute(HERE)
    ports = [cursor.fetchone() for cursor in (read, write, again)]
    assert ports[1] == (logging_fleet.primary.port,)
    assert all(port is not None and port[0] in logging_fleet.replica_ports for port in (ports[0], ports[2]))


# Hints

PRIMARY, REPLICA = '/* pgdog_role: primary */', '/* pgdog_role: replica */'
COMMENTS = {
    'at the beginning': f'{PRIMARY} {HERE}',
    'at the end': f'{HERE} {PRIMARY}',
    'in the middle': f'SELECT {PRIMARY} inet_server_port()',
    'among others': f'/* a */ SELECT /* b */ inet_server_port() /* c */ {PRIMARY} /* d */',
    'with other words': f'/* app: x, pgdog_role: primary, trace: 5 */ {HERE}',
    'in a line comment': f'-- pgdog_role: primary\n{HERE}',
    'without a space': f'/*pgdog_role:primary*/ {HERE}',
}
NO_HINTS = {
    'in a string': "SELECT inet_server_port(), '/* pgdog_role: primary */'",
    'in dollar quotes': 'SELECT inet_server_port(), $$ /* pgdog_role: primary */ $$',
    'in a name': 'SELECT inet_server_port() AS "/* pgdog_role: primary */"',
}


@WAYS
@pytest.mark.parametrize('sql', COMMENTS.values(), ids=COMMENTS.keys())
def test_a_comment_sends_a_read_to_the_primary(logging_fleet: Fleet, app: RunningProxy, sql: str, way: Way) -> None:
    assert ran_on(logging_fleet, app, way, sql) == [logging_fleet.primary]


@pytest.mark.parametrize('sql', NO_HINTS.values(), ids=NO_HINTS.keys())
def test_what_is_no_comment_is_no_hint(logging_fleet: Fleet, app: RunningProxy, sql: str) -> None:
    with connect(app) as client:
        assert port_of(client, sql) in logging_fleet.replica_ports


@WAYS
def test_a_comment_sends_a_volatile_function_to_a_replica(
    logging_fleet: Fleet, app: RunningProxy, way: Way
) -> None:
    [server] = ran_on(logging_fleet, app, way, f'{REPLICA} SELECT volatile_reader()')
    assert server in logging_fleet.replicas


def test_a_comment_at_begin_is_for_the_transaction(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app) as client:
        client.execute(f'{REPLICA} BEGIN')
        assert port_of(client) in logging_fleet.replica_ports
        client.execute('COMMIT')


def test_a_comment_cannot_move_a_transaction(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app) as client:
        client.execute('BEGIN')
        assert port_of(client) == logging_fleet.primary.port
        assert port_of(client, f'{REPLICA} {HERE}') == logging_fleet.primary.port
        client.execute('COMMIT')


SETTERS = {
    'SET': "SET pgdog.role = 'primary'",
    'SET TO': "SET pgdog.role TO 'primary'",
    'SET SESSION': "SET SESSION pgdog.role = 'primary'",
    'set_config': "SELECT set_config('pgdog.role', 'primary', false)",
}


@pytest.mark.parametrize('setter', SETTERS.values(), ids=SETTERS.keys())
@pytest.mark.parametrize('way', [simply, prepared], ids=lambda way: way.__name__)
def test_a_parameter_sends_reads_to_the_primary(
    logging_fleet: Fleet, app: RunningProxy, setter: str, way: Way
) -> None:
    with connect(app) as client:
        way(client, setter)
        assert {port_of(client) for _ in range(10)} == {logging_fleet.primary.port}
        way(client, 'RESET pgdog.role')
        assert {port_of(client) for _ in range(30)} == logging_fleet.replica_ports
    with connect(app) as another:
        assert port_of(another) in logging_fleet.replica_ports


def test_a_parameter_sends_transactions_to_a_replica(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app) as client:
        client.execute("SET pgdog.role = 'replica'")
        assert port_of(client, 'SELECT volatile_reader()') in logging_fleet.replica_ports
        client.execute('BEGIN')
        assert port_of(client) in logging_fleet.replica_ports
        client.execute('COMMIT')


@pytest.mark.parametrize(
    'setter',
    ["SET LOCAL pgdog.role = 'replica'", "SELECT set_config('pgdog.role', 'replica', true)"],
    ids=['SET LOCAL', 'set_config'],
)
def test_a_local_parameter_is_for_its_transaction(logging_fleet: Fleet, app: RunningProxy, setter: str) -> None:
    with connect(app) as client:
        client.execute('BEGIN')
        client.execute(setter.encode())
        assert port_of(client) in logging_fleet.replica_ports
        client.execute('COMMIT')
        client.execute('BEGIN')
        assert port_of(client) == logging_fleet.primary.port
        client.execute('COMMIT')


def test_a_parameter_is_rolled_back_with_its_transaction(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app) as client:
        client.execute('BEGIN')
        client.execute("SET pgdog.role = 'primary'")
        client.execute('ROLLBACK')
        assert port_of(client) in logging_fleet.replica_ports


def test_a_wrong_role_is_refused(app: RunningProxy) -> None:
    with connect(app) as client:
        with pytest.raises(psycopg.Error) as refused:
            client.execute("SET pgdog.role = 'nobody'")
        assert refused.value.diag.sqlstate == '22023'
        assert port_of(client) > 0


def test_a_startup_option_is_for_the_session(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app, options='-c pgdog.role=primary') as client:
        assert {port_of(client) for _ in range(10)} == {logging_fleet.primary.port}
    with connect(app, options='-c pgdog.role=replica') as client:
        assert port_of(client, 'SELECT volatile_reader()') in logging_fleet.replica_ports
        client.execute('BEGIN')
        assert port_of(client) in logging_fleet.replica_ports
        client.execute('COMMIT')


def test_a_startup_option_goes_before_all_others(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app, options='-c pgdog.role=primary') as client:
        client.execute("SET pgdog.role = 'replica'")
        assert port_of(client) == logging_fleet.primary.port
        assert port_of(client, f'{REPLICA} {HERE}') == logging_fleet.primary.port
        client.execute('BEGIN READ ONLY')
        assert port_of(client) == logging_fleet.primary.port
        client.execute('COMMIT')
    with connect(app, options='-c pgdog.role=replica') as client, pytest.raises(
        psycopg.errors.ReadOnlySqlTransaction
    ):
        client.execute(f'{PRIMARY} INSERT INTO filled VALUES (1)')


def test_a_comment_goes_before_a_parameter(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app) as client:
        client.execute("SET pgdog.role = 'primary'")
        assert port_of(client, f'{REPLICA} {HERE}') in logging_fleet.replica_ports
        client.execute("SET pgdog.role = 'replica'")
        assert port_of(client, f'{PRIMARY} {HERE}') == logging_fleet.primary.port


def test_a_parameter_goes_before_the_rules(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app) as client:
        client.execute("SET pgdog.role = 'primary'")
        client.execute('BEGIN READ ONLY')
        assert port_of(client) == logging_fleet.primary.port
        client.execute('COMMIT')


# Functions


def test_listed_functions_overrule_the_catalogue(
    logging_fleet: Fleet, special: Callable[..., RunningProxy]
) -> None:
    app = special(read_functions=('volatile_reader',), write_functions=('stable_reader', 'immutable_reader'))
    with connect(app) as client:
        # What is listed needs no catalogue.
        assert port_of(client, 'SELECT volatile_reader()') in logging_fleet.replica_ports
        assert port_of(client, 'SELECT stable_reader()') == logging_fleet.primary.port
        assert port_of(client, f'{HERE} WHERE immutable_reader() = 1') == logging_fleet.primary.port


def test_volatility_can_be_ignored(logging_fleet: Fleet, special: Callable[..., RunningProxy]) -> None:
    app = special(function_volatility='ignore')
    with connect(app) as client:
        assert port_of(client, 'SELECT volatile_reader()') in logging_fleet.replica_ports
        [server] = ran_on(logging_fleet, app, simply, "SELECT nextval('numbers')")
        assert server is logging_fleet.primary


def test_a_function_that_nobody_knows_goes_to_the_primary(logging_fleet: Fleet, app: RunningProxy) -> None:
    watch = Watch(logging_fleet.servers)
    with connect(app) as client, pytest.raises(psycopg.errors.UndefinedFunction):
        client.execute('SELECT there_is_no_such_function()')
    assert list(watch.who_ran('there_is_no_such_function')) == [logging_fleet.primary]


def test_a_function_that_changes_its_volatility_changes_its_place(logging_fleet: Fleet, app: RunningProxy) -> None:
    made = f'changing_{next(numbers)}'
    with connect(app) as client:
        client.execute(
            f"CREATE FUNCTION {made}() RETURNS int STABLE LANGUAGE sql AS 'SELECT inet_server_port()'".encode()
        )
        logging_fleet.catch_up()
        call = f'SELECT {made}()'
        eventually(lambda: port_of(client, call) in logging_fleet.replica_ports, 'it is known to be STABLE')
        client.execute(f'ALTER FUNCTION {made}() VOLATILE'.encode())
        logging_fleet.catch_up()
        assert port_of(client, call) == logging_fleet.primary.port, 'from the moment of the change'


SLY_READS = {
    'a function that calls one that writes': 'SELECT sly(1) AS n',
    'a view over a function that writes': 'SELECT n FROM writing',
}


@WAYS
@pytest.mark.parametrize('sql', SLY_READS.values(), ids=SLY_READS.keys())
def test_a_read_that_a_replica_refuses_is_repeated_on_the_primary_and_remembered(
    logging_fleet: Fleet, app: RunningProxy, sql: str, way: Way
) -> None:
    tag = f'sly-{next(numbers)}-'
    text = f'{sql} /* {tag} */'
    before = logging_fleet.primary.execute('SELECT count(*) FROM filled', DATABASE)[0][0]
    watch = Watch(logging_fleet.servers)
    with connect(app) as client:
        way(client, text)
        assert client.execute(text.encode()).fetchall() == [(1,)]
    after = logging_fleet.primary.execute('SELECT count(*) FROM filled', DATABASE)[0][0]
    assert after == before + 2, 'each was done once'
    tried = Watch(logging_fleet.replicas)
    with connect(app) as client:
        way(client, text)
        assert client.execute(text.encode()).fetchall() == [(1,)]
    assert list(tried.who_ran(tag)) == []
    assert watch.times(logging_fleet.primary, tag) >= 4


@WAYS
def test_the_refusal_leaves_nothing_behind_in_the_conversation(app: RunningProxy, way: Way) -> None:
    """Parts of it come late: the replica's ReadyForQuery is no more for the client than its error was."""
    with connect(app) as client:
        for number in range(100):
            way(client, f'SELECT sly({number}) AS told_apart_{way.__name__}_{number}')
            assert client.execute(f'SELECT {number}'.encode()).fetchone() == (number,)


def test_rows_are_right_when_a_read_is_refused_in_the_middle(app: RunningProxy) -> None:
    """Rows have gone to the client when the replica refuses: nothing can be repeated without showing it."""
    sql = 'SELECT CASE WHEN i = 20000 THEN sly(i) ELSE i END FROM generate_series(1, 20001) i'
    with connect(app) as client:
        try:
            rows = client.execute(sql).fetchall()
        except psycopg.errors.ReadOnlySqlTransaction:
            rows = client.execute(sql).fetchall()
    assert rows == [(i,) for i in range(1, 20002)]


def test_inside_a_transaction_the_refusal_is_shown(
    logging_fleet: Fleet, special: Callable[..., RunningProxy]
) -> None:
    app = special(read_write_strategy='aggressive')
    with connect(app) as client:
        client.execute('BEGIN')
        assert port_of(client) in logging_fleet.replica_ports
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            client.execute('SELECT n FROM writing')
        assert client.info.transaction_status == psycopg.pq.TransactionStatus.INERROR
        client.execute('ROLLBACK')
        assert port_of(client) in logging_fleet.replica_ports


def test_a_read_that_was_sent_to_a_replica_by_hand_shows_the_refusal_or_the_rows(app: RunningProxy) -> None:
    with connect(app) as client:
        try:
            rows = client.execute(f'{REPLICA} SELECT n FROM writing').fetchall()
        except psycopg.errors.ReadOnlySqlTransaction:
            return
        assert rows == [(1,)]


@pytest.mark.parametrize('sql', [b'', b'-- nothing\n', b';'], ids=['empty', 'a comment', 'a semicolon'])
def test_nothing_is_answered(app: RunningProxy, sql: bytes) -> None:
    with Wire.to_proxy(app) as wire:
        assert letters(ask_simply(wire, sql)) == 'IZ'


# Only replicas


def test_a_database_of_replicas_gets_everything_there(proxy: StartProxy, logging_fleet: Fleet) -> None:
    entries = tuple(Entry(replica, 'replica') for replica in logging_fleet.replicas)
    app = proxy(config_toml(*entries), users_toml())
    with connect(app) as client:
        assert {port_of(client) for _ in range(50)} == logging_fleet.replica_ports
        client.execute('BEGIN')
        assert port_of(client) in logging_fleet.replica_ports
        client.execute('COMMIT')
        assert port_of(client, 'SELECT volatile_reader()') in logging_fleet.replica_ports
        assert client.execute('SHOW server_version').fetchone() is not None
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            client.execute('INSERT INTO filled VALUES (1)')


def test_a_database_of_a_primary_gets_everything_there(proxy: StartProxy, logging_fleet: Fleet) -> None:
    app = proxy(config_toml(Entry(logging_fleet.primary, 'primary'), read_write_split='exclude_primary'), users_toml())
    with connect(app) as client:
        assert port_of(client) == logging_fleet.primary.port
        client.execute('BEGIN READ ONLY')
        assert port_of(client) == logging_fleet.primary.port
        client.execute('COMMIT')
        assert port_of(client, f'{REPLICA} {HERE}') == logging_fleet.primary.port


# Other state


def test_settings_are_the_clients_own_on_every_server(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app) as client, connect(app) as another:
        client.execute("SET application_name = 'me'")
        seen = set()
        for _ in range(40):
            row = client.execute("SELECT inet_server_port(), current_setting('application_name')").fetchone()
            assert row is not None
            assert row[1] == 'me'
            seen.add(row[0])
            other = another.execute("SELECT current_setting('application_name')").fetchone()
            assert other != ('me',)
        assert seen == logging_fleet.replica_ports


def test_prepared_statements_are_known_on_every_server(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app) as client:
        seen = {client.execute(HERE, prepare=True).fetchone() for _ in range(40)}
    assert seen == {(port,) for port in logging_fleet.replica_ports}


def test_a_temporary_table_keeps_its_session_where_it_is(logging_fleet: Fleet, app: RunningProxy) -> None:
    with connect(app) as client:
        client.execute('CREATE TEMPORARY TABLE mine AS SELECT 7 AS n')
        for _ in range(10):
            assert client.execute('SELECT n FROM mine').fetchone() == (7,)


def test_a_listener_hears_what_is_notified(app: RunningProxy) -> None:
    with connect(app) as listener, connect(app) as client:
        listener.execute('LISTEN news')
        client.execute("SELECT pg_notify('news', 'read all about it')")
        heard = next(listener.notifies(timeout=10))
    assert heard.payload == 'read all about it'


def test_asyncpg_is_split_as_others_are(logging_fleet: Fleet, app: RunningProxy) -> None:
    asyncio = pytest.importorskip('asyncio')
    asyncpg = pytest.importorskip('asyncpg')

    async def ask() -> tuple[int, int, int, int]:
        client = await asyncpg.connect(
            host=app.host, port=app.port, user=SUPERUSER, password=PASSWORD, database='app', ssl=False
        )
        # It asks for the answer to Parse alone, at first, and may then go on with anything.
        await client.fetchval(HERE)
        read = await client.fetchval(HERE)
        write = await client.fetchval('INSERT INTO filled VALUES ($1) RETURNING inet_server_port()', 1)
        async with client.transaction(readonly=True):
            reading = await client.fetchval(HERE)
        async with client.transaction():
            writing = await client.fetchval(HERE)
        await client.close()
        return read, write, reading, writing

    read, write, reading, writing = asyncio.run(ask())
    assert {read, reading} <= logging_fleet.replica_ports
    assert {write, writing} == {logging_fleet.primary.port}
