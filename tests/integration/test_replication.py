"""Replication through the proxy: the programs of PostgreSQL, psycopg2, and what an administrator does meanwhile."""

import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from select import select

import psycopg
import psycopg2
import pytest
from psycopg2 import errors
from psycopg2.extensions import connection as Psycopg2Connection
from psycopg2.extras import LogicalReplicationConnection, PhysicalReplicationConnection, ReplicationCursor

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER, ClusterSettings, quoted
from pgdog_gevent.demo.site import Site
from pgdog_gevent.protocol.query import query
from pgdog_gevent.protocol.response import ErrorFields
from pgdog_gevent.protocol.startup import startup_message
from tests.conversation.proxies import running
from tests.fakes.frontend import Frontend
from tests.integration.activity import servers
from tests.integration.clients import PATIENCE, admin, connect, eventually, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy

SLOT = 'CREATE_REPLICATION_SLOT watcher TEMPORARY LOGICAL test_decoding'
# Programs and libraries that replicate physically name no database of their own but this.
PHYSICAL = '[[databases]]\nname = "replication"\nhost = "{0.host}"\nport = {0.port}\n'
KNOWN_AS = f'[[users]]\nname = "{SUPERUSER}"\ndatabase = "replication"\npassword = "{PASSWORD}"\n'


DATABASE = 'replicated'
POOL_SIZE = 4


@pytest.fixture(scope='module')
def module_app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    """A proxy in session mode before a database of its own."""
    postgres.execute(f'CREATE DATABASE {DATABASE}')
    with running(tmp_path_factory.mktemp('proxy'), config(postgres, DATABASE), users_toml() + KNOWN_AS) as proxy:
        yield proxy
    postgres.execute(f'DROP DATABASE {DATABASE} WITH (FORCE)')


@pytest.fixture
def app(module_app: RunningProxy, postgres: Cluster) -> Iterator[RunningProxy]:
    """The same, with nobody connected before and after."""
    yield module_app
    eventually(lambda: not walsenders(postgres), 'all replication has ended')


@pytest.fixture
def own_app(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    """A proxy for a test that does not leave it as it was."""
    return proxy(config(postgres, database), users_toml())


def config(cluster: Cluster, database: str, pooler_mode: str = 'session') -> str:
    general = {'default_pool_size': POOL_SIZE, 'checkout_timeout': 500}
    return config_toml(cluster, database, pooler_mode=pooler_mode, **general) + PHYSICAL.format(cluster)


@contextmanager
def replicating(dsn: str, factory: type[Psycopg2Connection]) -> Iterator[ReplicationCursor]:
    connected = psycopg2.connect(dsn, connection_factory=factory)
    with closing(connected), connected.cursor(cursor_factory=ReplicationCursor) as cursor:
        yield cursor


@contextmanager
def logical(proxy: RunningProxy, **options: str) -> Iterator[ReplicationCursor]:
    """A client that replicates logically; it has not begun to stream."""
    with replicating(proxy.dsn(SUPERUSER, PASSWORD, 'app', **options), LogicalReplicationConnection) as cursor:
        yield cursor


@contextmanager
def streaming(proxy: RunningProxy) -> Iterator[ReplicationCursor]:
    """A client that has begun."""
    with logical(proxy) as cursor:
        cursor.execute(SLOT)
        cursor.start_replication('watcher', decode=True)
        yield cursor


def next_payload(cursor: ReplicationCursor) -> str:
    """What the next message of a stream says."""
    while (message := cursor.read_message()) is None:
        assert select([cursor], [], [], PATIENCE)[0], 'nothing comes'
    cursor.send_feedback(flush_lsn=message.data_start)  # type: ignore[no-untyped-call]
    return str(message.payload)


def await_end(cursor: ReplicationCursor) -> psycopg2.Error:
    """How a stream ends."""
    with pytest.raises(psycopg2.Error) as ended:
        while True:
            if cursor.read_message() is None:
                assert select([cursor], [], [], PATIENCE)[0], 'it goes on'
    return ended.value


def server_pids(proxy: RunningProxy, database: str = 'app') -> set[object]:
    return {row['remote_pid'] for row in admin(proxy, 'SHOW SERVERS') if row['database'] == database}


def walsenders(cluster: Cluster) -> set[object]:
    """The processes that serve replication."""
    rows = cluster.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walsender'")
    return {pid for (pid,) in rows}


# psycopg2


def test_changes_stream_to_a_logical_client(app: RunningProxy, postgres: Cluster) -> None:
    with streaming(app) as cursor, connect(app) as client:
        client.execute('CREATE TABLE long (n int, t text)')
        client.execute("INSERT INTO long SELECT n, repeat('x', 10000) FROM generate_series(1, 500) AS n")
        rows: list[str] = []
        while len(rows) < 500:
            payload = next_payload(cursor)
            if 'INSERT' in payload:
                rows.append(payload)
        assert rows[-1] == f"table public.long: INSERT: n[integer]:500 t[text]:'{'x' * 10_000}'"
        [row] = [row for row in admin(app, 'SHOW CLIENTS') if row['replication']]
        assert row['state'] == 'copy mode'
        [server] = [server for server in admin(app, 'SHOW SERVERS') if server['client_id'] == row['id']]
        assert {server['remote_pid']} == walsenders(postgres)


def test_session_for_logical_replication_runs_sql_too(app: RunningProxy) -> None:
    with logical(app) as cursor:
        cursor.execute('IDENTIFY_SYSTEM')
        [(_, _, _, name)] = cursor.fetchall()
        cursor.execute('SELECT current_database()')
        assert cursor.fetchall() == [(name,)]
        cursor.execute(SLOT + ' EXPORT_SNAPSHOT')
        [(slot, _, snapshot, plugin)] = cursor.fetchall()
        assert (slot, plugin) == ('watcher', 'test_decoding')
        with connect(app, autocommit=False) as client:
            client.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
            client.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        with pytest.raises(errors.DivisionByZero):
            cursor.execute('SELECT 1 / 0')
        cursor.execute('SELECT 1')
        assert cursor.fetchall() == [(1,)]


def test_wal_streams_to_a_physical_client(app: RunningProxy, postgres: Cluster) -> None:
    with replicating(app.dsn(SUPERUSER, PASSWORD, 'replication'), PhysicalReplicationConnection) as cursor:
        cursor.execute('IDENTIFY_SYSTEM')
        [(_, _, position, name)] = cursor.fetchall()
        assert name is None
        cursor.start_replication(start_lsn=position)
        postgres.execute('SELECT pg_logical_emit_message(false, $$wal$$, $$that can be found$$)')
        postgres.execute('SELECT pg_switch_wal()')
        received = b''
        while b'that can be found' not in received:
            while (message := cursor.read_message()) is None:
                assert select([cursor], [], [], PATIENCE)[0], 'nothing comes'
            received += message.payload


def test_cancel_ends_a_statement_and_a_stream(app: RunningProxy, postgres: Cluster) -> None:
    with logical(app) as cursor:
        sleeping = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND backend_type = 'walsender'"
        with cancelled(cursor, lambda: postgres.execute(sleeping) == [(1,)]), pytest.raises(errors.QueryCanceled):
            cursor.execute('SELECT pg_sleep(60)')
        cursor.execute(SLOT)
        cursor.start_replication('watcher', decode=True)
        cursor.connection.cancel()
        assert isinstance(await_end(cursor), errors.QueryCanceled)


@contextmanager
def cancelled(cursor: ReplicationCursor, begun: Callable[[], bool]) -> Iterator[None]:
    """Cancel what the block does once it has begun."""

    def cancel() -> None:
        eventually(begun, 'it has begun')
        cursor.connection.cancel()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    yield
    canceller.join()


# The programs of PostgreSQL


class Program:
    """A program of PostgreSQL that is told where the proxy is."""

    def __init__(self, site: Site, proxy: RunningProxy, name: str, *arguments: str) -> None:
        where = ('--host', proxy.host, '--port', str(proxy.port), '--username', SUPERUSER, '--no-password')
        self._process = subprocess.Popen(
            [str(site.bindir / name), *where, *arguments],
            env={'PGPASSWORD': PASSWORD, 'LC_ALL': 'C'},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def interrupt(self) -> str:
        """Have it end, and return what it has printed."""
        self._process.send_signal(signal.SIGINT)
        return self.finish()

    def finish(self) -> str:
        """Wait for its end, and return what it has printed. It must have succeeded."""
        printed = self._process.communicate(timeout=PATIENCE * 3)[0]
        assert self._process.returncode == 0, printed
        return printed


def test_pg_receivewal_writes_wal(app: RunningProxy, postgres: Cluster, site: Site, tmp_path: Path) -> None:
    [(segment,)] = postgres.execute('SELECT pg_walfile_name(pg_current_wal_lsn())')
    receiver = Program(site, app, 'pg_receivewal', '--directory', str(tmp_path), '--no-sync', '--no-loop')
    eventually(lambda: (tmp_path / f'{segment}.partial').exists(), 'it has begun')
    postgres.execute('CREATE TABLE IF NOT EXISTS something (n int)')
    postgres.execute('SELECT pg_switch_wal()')
    eventually(lambda: (tmp_path / segment).exists(), 'a segment is complete')
    receiver.interrupt()


def test_pg_recvlogical_writes_changes(app: RunningProxy, site: Site, tmp_path: Path) -> None:
    changes = tmp_path / 'changes'
    slot = '--dbname', 'app', '--slot', 'receiver'
    Program(site, app, 'pg_recvlogical', *slot, '--create-slot', '--plugin', 'test_decoding').finish()
    receiver = Program(site, app, 'pg_recvlogical', *slot, '--start', '--no-loop', '--file', str(changes))
    with connect(app) as client:
        client.execute('CREATE TABLE written (n int)')
        client.execute('INSERT INTO written VALUES (42)')
    eventually(lambda: changes.exists() and 'INSERT: n[integer]:42' in changes.read_text(), 'the row is there')
    receiver.interrupt()
    Program(site, app, 'pg_recvlogical', *slot, '--drop-slot').finish()


def test_pg_basebackup_copies_a_cluster(app: RunningProxy, site: Site, tmp_path: Path) -> None:
    backup = tmp_path / 'backup'
    copying = '--pgdata', str(backup), '--checkpoint', 'fast', '--no-sync', '--wal-method', 'stream'
    Program(site, app, 'pg_basebackup', *copying).finish()
    verified = subprocess.run([str(site.bindir / 'pg_verifybackup'), str(backup)], capture_output=True, text=True)
    assert 'backup successfully verified' in verified.stdout, verified.stderr
    eventually(lambda: not server_pids(app, 'replication'), 'both connections have gone')


# Permits


def test_connection_takes_a_permit_and_gives_it_back(app: RunningProxy) -> None:
    with connect(app) as client:
        with ExitStack() as all_there_may_be:
            for _ in range(POOL_SIZE):
                all_there_may_be.enter_context(logical(app))
            with pytest.raises(psycopg2.OperationalError, match=f'pool_size {POOL_SIZE}'), logical(app):
                pass
            with pytest.raises(psycopg.errors.TooManyConnections):
                client.execute('SELECT 1')
        assert one(client, 'SELECT 1') == 1


def test_connection_is_never_lent_to_others(app: RunningProxy, postgres: Cluster) -> None:
    with logical(app) as cursor:
        cursor.execute('SELECT pg_backend_pid()')
        [(pid,)] = cursor.fetchall()
    with ExitStack() as all_there_may_be:
        clients = [all_there_may_be.enter_context(connect(app)) for _ in range(POOL_SIZE)]
        assert pid not in {one(client, 'SELECT pg_backend_pid()') for client in clients}
    eventually(lambda: [row['sv_idle'] for row in admin(app, 'SHOW POOLS') if row['database'] == 'app'] == [POOL_SIZE],
               'all are idle')  # fmt: skip
    with logical(app), logical(app):
        assert len(servers(postgres, DATABASE)) == POOL_SIZE
        assert server_pids(app) == servers(postgres, DATABASE)
        assert walsenders(postgres) < servers(postgres, DATABASE)


# Who may, and with what


def test_replication_needs_session_mode_of_the_database_or_the_user(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    running = proxy(config(postgres, database, 'transaction'), users_toml())
    with Frontend(running.port) as client:
        refusal = refused(client, 'database')
    assert (refusal.severity, refusal.sqlstate) == ('FATAL', '0A000')
    assert 'pooler_mode' in refusal.message
    assert 'session' in refusal.hint
    running.reload(users_toml=users_toml(pooler_mode='session', statement_timeout=60_000, lock_timeout=50_000))
    eventually(lambda: admin(running, 'SHOW POOLS')[0]['pool_mode'] == 'session', 'it is allowed')
    check_settings(running)


def check_settings(proxy: RunningProxy) -> None:
    """The client's settings are in force, and those of the pool that it has said nothing about."""
    with logical(proxy, options='-c statement_timeout=12345', application_name='the standby') as cursor:
        wanted = {'statement_timeout': '12345ms', 'lock_timeout': '50s', 'application_name': 'the standby'}
        for name, value in wanted.items():
            cursor.execute(f'SHOW {name}')
            assert cursor.fetchall() == [(value,)]
        assert cursor.connection.info.parameter_status('application_name') == 'the standby'


@pytest.mark.parametrize('spelling', ['Database', 'o', '', 'maybe'])
def test_value_that_postgresql_refuses_is_refused_in_its_words(
    app: RunningProxy, postgres: Cluster, spelling: str
) -> None:
    with Frontend(postgres.port) as directly, Frontend(app.port) as client:
        assert refused(client, spelling) == refused(directly, spelling)


def refused(client: Frontend, replication: str) -> ErrorFields:
    client.send(startup_message({'user': SUPERUSER, 'database': 'app', 'replication': replication}))
    return ErrorFields.decode(client.log_in(SUPERUSER, PASSWORD)[-1].body)._replace(routine='')


def test_setting_that_postgresql_does_not_know_is_refused_in_its_words(app: RunningProxy) -> None:
    complaint = pytest.raises(psycopg2.OperationalError, match='unrecognized configuration parameter "no_such_thing"')
    with complaint, logical(app, options='-c no_such_thing=1'):
        pass


# Administration


@pytest.mark.parametrize('command', ['PAUSE', 'RECONNECT', 'KILL app'])
def test_stream_ends_in_words_when_the_administrator_wants_its_connection(app: RunningProxy, command: str) -> None:
    with streaming(app) as cursor:
        before = server_pids(app)
        assert before
        admin(app, command)
        assert isinstance(await_end(cursor), errors.AdminShutdown)
        eventually(lambda: not before & server_pids(app), 'the connection has gone')
    admin(app, 'RESUME')


def test_one_client_is_killed(app: RunningProxy) -> None:
    with streaming(app) as cursor:
        [number] = [row['id'] for row in admin(app, 'SHOW CLIENTS') if row['replication']]
        admin(app, f'KILL_CLIENT {number}')
        assert isinstance(await_end(cursor), errors.AdminShutdown)


def test_reload_that_takes_the_database_away_ends_its_streams(
    own_app: RunningProxy, postgres: Cluster, database: str
) -> None:
    with streaming(own_app) as cursor:
        own_app.reload(config_toml=config(postgres, database).replace('name = "app"', 'name = "other"'),
                       users_toml=users_toml().replace('"app"', '"other"'))  # fmt: skip
        assert isinstance(await_end(cursor), errors.AdminShutdown)


def test_shutdown_ends_streams_at_once_and_lets_transactions_end(own_app: RunningProxy) -> None:
    with Frontend(own_app.port) as client, streaming(own_app) as stream:
        client.send(startup_message({'user': SUPERUSER, 'database': 'app', 'replication': 'database'}))
        client.log_in(SUPERUSER, PASSWORD)
        assert letters(client, 'BEGIN') == 'CZ'
        own_app.signal(signal.SIGTERM)
        assert isinstance(await_end(stream), errors.AdminShutdown)
        assert letters(client, 'CREATE TABLE kept (n int)') == 'CZ'
        assert letters(client, 'COMMIT') == 'CZ'
        assert client.refusal().sqlstate == '57P01'
        assert own_app.wait() == 0


def letters(client: Frontend, sql: str) -> str:
    """What kinds of messages answer a statement."""
    client.send(query(sql.encode()))
    return ''.join(reply.letter for reply in client.replies())


# A server of PostgreSQL as the client


def test_subscription_follows_a_publication(
    app: RunningProxy, postgres: Cluster, start_cluster: Callable[[ClusterSettings], Cluster]
) -> None:
    table = 'CREATE TABLE followed (n int PRIMARY KEY)'
    postgres.execute(table, DATABASE)
    postgres.execute('INSERT INTO followed SELECT generate_series(1, 1000)', DATABASE)
    postgres.execute('CREATE PUBLICATION source FOR TABLE followed', DATABASE)
    subscriber = start_cluster(ClusterSettings())
    subscriber.execute(table)
    dsn = app.dsn(SUPERUSER, PASSWORD, 'app')
    subscriber.execute(f'CREATE SUBSCRIPTION follower CONNECTION {quoted(dsn)} PUBLICATION source')
    postgres.execute('INSERT INTO followed SELECT generate_series(1001, 2000)', DATABASE)
    followed = 'SELECT count(*), sum(n) FROM followed'
    eventually(lambda: subscriber.execute(followed) == [(2000, 2_001_000)], 'all rows are there')
    subscriber.execute('DROP SUBSCRIPTION follower')
