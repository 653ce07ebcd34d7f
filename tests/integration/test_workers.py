"""Two workers are one proxy: limits, administration, cancelling and figures know no difference, and death is small."""

import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.errors import AdminShutdown, QueryCanceled

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.ports import LOOPBACK, free_port
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from tests.conversation.proxies import running
from tests.fakes.certificates import Certificates
from tests.integration.activity import servers
from tests.integration.clients import PATIENCE, Connection, Load, admin, connect, eventually, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy
from tests.integration.watchers import StatsdDaemon, scrape

TWO = {'PGDOG_WORKERS': '2'}
SHARED = 'of_all_workers'
BEGAN = 'listening on 127.0.0.1'

StartApp = Callable[..., RunningProxy]


@pytest.fixture
def start(proxy: StartProxy, postgres: Cluster, database: str) -> StartApp:
    """Starts two workers; the arguments are keys of ``[general]``."""

    def start(**general: int | str | bool) -> RunningProxy:
        app = proxy(config_toml(postgres, database, **general), users_toml(), env=TWO)
        app.wait_for_log('2 workers listen')
        return app

    return start


@pytest.fixture
def mortal(start: StartApp) -> RunningProxy:
    """A proxy that may be ended."""
    return start(default_pool_size=4)


@pytest.fixture(scope='module')
def database_of_all(postgres: Cluster) -> Iterator[str]:
    postgres.execute(f'CREATE DATABASE {SHARED}')
    yield SHARED
    postgres.execute(f'DROP DATABASE {SHARED} WITH (FORCE)')


@pytest.fixture(scope='module')
def app(postgres: Cluster, database_of_all: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    """A proxy for all tests that leave it as it was; some kill its workers."""
    port = free_port()
    config = config_toml(postgres, database_of_all, default_pool_size=4, openmetrics_port=port)
    with running(tmp_path_factory.mktemp('workers'), config, users_toml(), TWO) as app:
        app.wait_for_log('2 workers listen')
        yield app


def worker_of(client: Connection) -> int:
    """Which worker has a client: its number says it."""
    return (client.info.backend_pid - 1) % 2


@contextmanager
def client_in(proxy: RunningProxy, worker: int) -> Iterator[Connection]:
    """A client of one of the two: connections are dealt out by chance."""
    with ExitStack() as others:
        for _ in range(100):
            client = connect(proxy)
            if worker_of(client) == worker:
                break
            others.enter_context(client)
        else:
            raise AssertionError('all connections went to the same worker')
    with client:
        yield client


@contextmanager
def one_in_each(proxy: RunningProxy) -> Iterator[tuple[Connection, Connection]]:
    with client_in(proxy, 0) as first, client_in(proxy, 1) as second:
        yield first, second


def workers(proxy: RunningProxy) -> list[int]:
    """The process ids of the workers."""
    with open(f'/proc/{proxy.pid}/task/{proxy.pid}/children') as children:
        return [int(pid) for pid in children.read().split()]


def kill_worker_of(proxy: RunningProxy, client: Connection) -> None:
    """Kill the worker that has a client, and return when its successor listens."""
    began = proxy.log().count(BEGAN)
    os.kill(worker_process(proxy, client), signal.SIGKILL)
    eventually(lambda: proxy.log().count(BEGAN) == began + 1, 'the successor listens')


def worker_process(proxy: RunningProxy, client: Connection) -> int:
    """The process id of the worker that has a client."""
    inode = peer_inode(client.pgconn.socket)
    [pid] = [pid for pid in workers(proxy) if f'socket:[{inode}]' in set(descriptors(pid))]
    return pid


def descriptors(pid: int) -> Iterator[str]:
    """What a process has open."""
    for descriptor in os.listdir(f'/proc/{pid}/fd'):
        with suppress(FileNotFoundError):
            yield os.readlink(f'/proc/{pid}/fd/{descriptor}')


def peer_inode(descriptor: int) -> int:
    """The inode of the other end of a TCP connection of ours."""
    with socket.socket(fileno=os.dup(descriptor)) as ours:
        (_, our_port), (_, their_port) = ours.getsockname(), ours.getpeername()
    with open('/proc/net/tcp') as table:
        for line in table.readlines()[1:]:
            parts = line.split()
            local, remote = (int(parts[place].split(':')[1], 16) for place in (1, 2))
            if (local, remote) == (their_port, our_port):
                return int(parts[9])
    raise AssertionError('no such connection')


# Permits


def test_sixteen_clients_of_both_have_one_pool_and_use_all_of_it(app: RunningProxy, postgres: Cluster) -> None:
    seen: set[int] = set()
    with ExitStack() as ends:
        clients = [ends.enter_context(connect(app)) for _ in range(16)]
        assert {worker_of(client) for client in clients} == {0, 1}
        mine = threading.local()
        free = list(clients)

        def work() -> None:
            if not hasattr(mine, 'client'):
                mine.client = free.pop()
            assert one(mine.client, 'SELECT 1 FROM pg_sleep(0.01)') == 1

        with Load(work, threads=16) as load:
            ends_at = time.monotonic() + 2
            while time.monotonic() < ends_at:
                seen.add(len(servers(postgres, SHARED)))
    assert load.errors == []
    assert max(seen) == 4


@pytest.mark.parametrize('size', [1, 2])
def test_client_of_one_worker_gets_what_idles_in_the_other(
    start: StartApp, postgres: Cluster, database: str, size: int
) -> None:
    app = start(default_pool_size=size, checkout_timeout=5000)
    with ExitStack() as ends:
        first = [ends.enter_context(client_in(app, 0)) for _ in range(size)]
        second = [ends.enter_context(client_in(app, 1)) for _ in range(size)]
        for clients in (first, second, first):
            for client in clients:
                client.execute('BEGIN')
                client.execute('SELECT 1')
            assert len(servers(postgres, database)) == size
            for client in clients:
                client.execute('COMMIT')


def test_nobody_starves_where_there_is_one_connection_for_both(start: StartApp) -> None:
    # Whether anybody starves is the question, not whether the machine stood still for a moment.
    app = start(default_pool_size=1, checkout_timeout=15_000)
    with one_in_each(app) as pair:
        free = list(pair)
        mine = threading.local()

        def work() -> None:
            if not hasattr(mine, 'client'):
                mine.client = free.pop()
            one(mine.client, 'SELECT 1')

        with Load(work, threads=2) as load:
            for _ in range(5):
                load.go_round()
    assert load.errors == []


def test_min_pool_size_is_that_of_all(start: StartApp, postgres: Cluster, database: str) -> None:
    app = start(default_pool_size=8, min_pool_size=3)
    eventually(lambda: len(servers(postgres, database)) == 3, 'the pool is warm')
    assert [row['sv_total'] for row in admin(app, 'SHOW POOLS')] == [3]


def test_limit_of_clients_is_that_of_all(start: StartApp) -> None:
    app = start(max_client_conn=5)
    with ExitStack() as ends:
        clients = [ends.enter_context(connect(app)) for _ in range(5)]
        for _ in range(8):
            with pytest.raises(psycopg.OperationalError, match='too many clients'):
                connect(app)
        assert len(clients) == 5
    eventually(lambda: _can_connect(app), 'there is room again')


def _can_connect(app: RunningProxy) -> bool:
    try:
        connect(app).close()
    except psycopg.OperationalError:
        return False
    return True


# Clients


def test_cancel_reaches_the_worker_that_has_the_client(app: RunningProxy) -> None:
    with client_in(app, 0) as sleeper:

        def cancel() -> None:
            eventually(lambda: any(row['state'] == 'active' for row in admin(app, 'SHOW CLIENTS')), 'it sleeps')
            for _ in range(8):
                sleeper.cancel()

        canceller = threading.Thread(target=cancel)
        canceller.start()
        with pytest.raises(QueryCanceled):
            sleeper.execute('SELECT pg_sleep(30)')
        canceller.join()
        assert one(sleeper, 'SELECT 1') == 1


def test_numbers_of_clients_are_never_given_twice(app: RunningProxy) -> None:
    seen: set[int] = set()
    for _ in range(2):
        with one_in_each(app) as pair:
            seen |= {client.info.backend_pid for client in pair}
            kill_worker_of(app, pair[0])
    assert len(seen) == 4


def test_death_of_a_worker_costs_its_own_clients_only(app: RunningProxy, postgres: Cluster) -> None:
    with one_in_each(app) as (lost, kept):
        for client in (lost, kept):
            client.execute('BEGIN')
        kill_worker_of(app, lost)
        with pytest.raises(psycopg.OperationalError):
            lost.execute('SELECT 1')
        assert one(kept, 'SELECT 1') == 1
        kept.execute('COMMIT')
    eventually(lambda: len(servers(postgres, SHARED)) <= 4, 'what it had is gone')
    with ExitStack() as ends:
        clients = [ends.enter_context(connect(app)) for _ in range(4)]
        for client in clients:
            client.execute('BEGIN')
        assert len(servers(postgres, SHARED)) == 4


# Administration


def test_views_are_of_all(app: RunningProxy) -> None:
    with one_in_each(app) as pair:
        for client in pair:
            for _ in range(3):
                one(client, 'SELECT 1')
        for _ in range(4):
            ids = {row['id'] for row in admin(app, 'SHOW CLIENTS')}
            assert {client.info.backend_pid for client in pair} <= ids
            [pool] = admin(app, 'SHOW POOLS')
            assert (pool['pool_size'], pool['cl_waiting']) == (4, 0)
            assert {row['pool_id'] for row in admin(app, 'SHOW SERVERS')} == {pool['id']}
            [stats] = admin(app, 'SHOW STATS')
            assert int(str(stats['total_query_count'])) >= 6
            assert [row['name'] for row in admin(app, 'SHOW DATABASES')] == ['app']
            assert len(admin(app, 'SHOW USERS')) == 1


def test_all_have_one_instance_id(app: RunningProxy) -> None:
    assert len({admin(app, 'SHOW INSTANCE_ID')[0]['instance_id'] for _ in range(8)}) == 1


def test_what_a_dead_worker_has_counted_stays(app: RunningProxy) -> None:
    with client_in(app, 0) as client:
        for _ in range(5):
            one(client, 'SELECT 1')
        counted = queries(app)
        assert counted >= 5
        kill_worker_of(app, client)
        assert queries(app) >= counted


def queries(app: RunningProxy) -> int:
    return int(str(admin(app, 'SHOW STATS')[0]['total_query_count']))


def test_pause_stops_both_and_a_successor_too(app: RunningProxy) -> None:
    with one_in_each(app) as pair:
        for client in pair:
            one(client, 'SELECT 1')
        admin(app, 'PAUSE')
        assert [(row['paused'], row['sv_total']) for row in admin(app, 'SHOW POOLS')] == [(True, 0)]
        answers: list[object] = []
        waiter = threading.Thread(target=lambda: answers.append(one(pair[1], 'SELECT 2')))
        waiter.start()
        kill_worker_of(app, pair[0])
        newcomers: list[Connection] = []
        logins = [threading.Thread(target=lambda: newcomers.append(connect(app))) for _ in range(10)]
        for login in logins:
            login.start()
        time.sleep(0.3)
        assert [(row['paused'], row['sv_total']) for row in admin(app, 'SHOW POOLS')] == [(True, 0)]
        assert answers == []
        admin(app, 'RESUME')
        for thread in (waiter, *logins):
            thread.join(PATIENCE)
        assert answers == [2]
        assert {worker_of(client) for client in newcomers} == {0, 1}
        for client in newcomers:
            assert one(client, 'SELECT 1') == 1
            client.close()


def test_a_ban_is_for_all_and_for_successors(app: RunningProxy) -> None:
    with one_in_each(app) as pair:
        number = admin(app, 'SHOW POOLS')[0]['id']
        admin(app, f'BAN {number}')
        kill_worker_of(app, pair[0])
        with client_in(app, 0):
            assert [row['ban_reason'] for row in admin(app, 'SHOW BANS')] == ['manual']
            assert admin(app, 'SHOW POOLS')[0]['banned']
        admin(app, f'HEALTHCHECK {number}')
        admin(app, f'UNBAN {number}')
        assert admin(app, 'SHOW BANS') == []
        for order in ('BAN', 'UNBAN', 'HEALTHCHECK'):
            with pytest.raises(psycopg.Error, match='there is no pool 999') as refused:
                admin(app, f'{order} 999')
            assert refused.value.diag.sqlstate == '42704'


def test_reload_is_for_all_and_for_successors_or_for_none(
    mortal: RunningProxy, postgres: Cluster, database: str
) -> None:
    app = mortal
    app.config.write_text(config_toml(postgres, database, chekout_timeout=1))
    with pytest.raises(psycopg.Error, match='chekout_timeout') as refused:
        admin(app, 'RELOAD')
    assert refused.value.diag.sqlstate == 'F0000'
    app.config.write_text(config_toml(postgres, database, default_pool_size=2, checkout_timeout=1234))
    admin(app, 'RELOAD')
    with client_in(app, 0) as client:
        kill_worker_of(app, client)
    assert {_shown(app, 'checkout_timeout') for _ in range(10)} == {'1s 234ms'}
    assert admin(app, 'SHOW POOLS')[0]['pool_size'] == 2


def test_reload_by_signal_is_for_all(mortal: RunningProxy, postgres: Cluster, database: str) -> None:
    app = mortal
    app.reload(config_toml=config_toml(postgres, database, default_pool_size=1))
    app.wait_for_log('configuration reloaded')
    assert admin(app, 'SHOW POOLS')[0]['pool_size'] == 1
    app.reload(config_toml='[general]\nnothing = 1\n')
    app.wait_for_log('nothing')


def test_set_is_for_all_and_for_successors(app: RunningProxy) -> None:
    admin(app, "SET checkout_timeout TO '4321'")
    with client_in(app, 1) as client:
        kill_worker_of(app, client)
    assert {_shown(app, 'checkout_timeout') for _ in range(10)} == {'4s 321ms'}


def _shown(app: RunningProxy, name: str) -> object:
    return next(row['value'] for row in admin(app, 'SHOW CONFIG') if row['name'] == name)


def test_clients_of_any_worker_are_killed(app: RunningProxy) -> None:
    with one_in_each(app) as pair:
        for client in pair:
            admin(app, f'KILL_CLIENT {client.info.backend_pid}')
            with pytest.raises(AdminShutdown):
                client.execute('SELECT 1')
        with pytest.raises(psycopg.Error, match='there is no client'):
            admin(app, 'KILL_CLIENT 999999')
    with one_in_each(app) as pair:
        admin(app, 'KILL')
        for client in pair:
            with pytest.raises(AdminShutdown):
                client.execute('SELECT 1')


def test_no_database_is_none_of_any(app: RunningProxy) -> None:
    with pytest.raises(psycopg.Error, match='no such database'):
        admin(app, 'PAUSE nowhere')


def test_recovery_is_done_when_all_have_gone_through_it(app: RunningProxy) -> None:
    assert admin(app, 'RECOVER') == []
    assert admin(app, 'SHOW TRANSACTIONS') == []


def test_metrics_are_of_all(app: RunningProxy) -> None:
    port = int(str(_shown(app, 'openmetrics_port')))
    with one_in_each(app):
        for _ in range(4):
            page = scrape(port)
            assert page['clients'][0].value == len(admin(app, 'SHOW CLIENTS')) - 1
            assert len(page['process_open_fds']) == 1


def test_notification_has_the_number_of_a_client_of_the_other_worker(app: RunningProxy) -> None:
    with one_in_each(app) as (listener, sender):
        listener.execute('LISTEN news')
        for _ in range(2):
            sender.execute('NOTIFY news')
            [heard] = list(listener.notifies(timeout=PATIENCE, stop_after=1))
            assert heard.pid == sender.info.backend_pid


def test_login_in_the_other_worker_needs_no_server_connection(start: StartApp) -> None:
    app = start(default_pool_size=1, checkout_timeout=1000)
    with connect(app) as holder:
        holder.execute('BEGIN')
        with client_in(app, 1 - worker_of(holder)) as client:
            assert client.info.parameter_status('server_version')


def test_password_that_a_server_has_accepted_is_known_to_both_and_to_successors(
    proxy: StartProxy, postgres: Cluster, database: str, certificates: Certificates
) -> None:
    pair = certificates.server
    config = config_toml(postgres, database, passthrough_auth='enabled_allow_change',
                         tls_certificate=str(pair.certificate), tls_private_key=str(pair.key))  # fmt: skip
    app = proxy(config, users_toml().replace(PASSWORD, 'an old one'), env=TWO)
    app.wait_for_log('2 workers listen')
    with pytest.raises(psycopg.OperationalError, match='password authentication failed'):
        connect(app, sslmode='disable')
    connect(app, sslmode='require').close()
    with connect(app, sslmode='disable') as first:
        for _ in range(8):
            connect(app, sslmode='disable').close()
        kill_worker_of(app, first)
    for _ in range(8):
        connect(app, sslmode='disable').close()


def test_ddl_in_one_worker_is_known_in_the_other(app: RunningProxy) -> None:
    with one_in_each(app) as (one_side, other_side):
        one_side.execute('CREATE TABLE things (n int)')
        one_side.execute('INSERT INTO things VALUES (1)')
        for n in range(5):
            assert other_side.execute('SELECT * FROM things', prepare=True).fetchall()[0][0] == 1
            one_side.execute(f'ALTER TABLE things ADD COLUMN more_{n} int')
            found = other_side.execute('SELECT * FROM things', prepare=True)
            assert len(found.description or ()) == n + 2


# What is there once


def test_unix_socket_leads_to_both_and_is_removed_at_the_end(start: StartApp) -> None:
    with tempfile.TemporaryDirectory(prefix='pgdog-') as folder:
        app = start(unix_socket_dir=folder)
        with ExitStack() as ends:
            dsn = make_conninfo(app.dsn(SUPERUSER, PASSWORD, 'app'), host=folder)
            clients = [ends.enter_context(psycopg.connect(dsn)) for _ in range(20)]
            assert {worker_of(client) for client in clients} == {0, 1}
        assert app.stop() == 0
        assert os.listdir(folder) == []


def test_statsd_hears_of_everything_once(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    with StatsdDaemon() as daemon:
        statsd = f'[statsd]\nhost = "{LOOPBACK}"\nport = {daemon.port}\nprefix = "x"\ninterval = 50\n'
        app = proxy(statsd + config_toml(postgres, database, default_pool_size=4), users_toml(), env=TWO)
        for worker in (0, 1):
            with client_in(app, worker) as client:
                for _ in range(100):
                    one(client, 'SELECT 1')
                eventually(lambda: daemon.counters['x.query_count'] >= queries(app), 'all is reported')
                kill_worker_of(app, client)
        with client_in(app, 0) as client:
            one(client, 'SELECT 1')
        eventually(lambda: daemon.counters['x.query_count'] >= queries(app), 'all is reported')
        assert daemon.counters['x.query_count'] <= queries(app)


def test_systemd_is_told_once(proxy: StartProxy, postgres: Cluster, database: str, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / 'notify'))
        systemd.settimeout(PATIENCE)
        env = {**TWO, 'NOTIFY_SOCKET': str(tmp_path / 'notify')}
        app = proxy(config_toml(postgres, database), users_toml(), env=env)
        assert systemd.recv(1000).startswith(b'READY=1')
        admin(app, 'RELOAD')
        # A fork would share the supervisor's hub, if it had one.
        assert 'anon_inode:[eventpoll]' not in set(descriptors(app.pid))
        app.stop()
        said = [systemd.recv(1000).split(b'\n')[0] for _ in range(3)]
    assert said == [b'RELOADING=1', b'READY=1', b'STOPPING=1']


# The end


def test_sigterm_lets_transactions_of_both_finish(mortal: RunningProxy) -> None:
    app = mortal
    with one_in_each(app) as pair:
        for client in pair:
            client.execute('BEGIN')
        app.signal(signal.SIGTERM)
        app.wait_for_log('shutting down')
        for client in pair:
            assert one(client, 'SELECT 1') == 1
            client.execute('COMMIT')
    assert app.wait() == 0
    assert app.log().count('shut down') == 2


def test_second_signal_ends_all_at_once(mortal: RunningProxy) -> None:
    app = mortal
    with ExitStack() as ends:
        for _ in range(4):
            client = connect(app)
            ends.callback(client.close)
            client.execute('BEGIN')
        app.signal(signal.SIGTERM)
        app.wait_for_log('shutting down')
        app.signal(signal.SIGINT)
        assert app.wait(PATIENCE) == 0


def test_administrator_ends_all(mortal: RunningProxy) -> None:
    app = mortal
    with one_in_each(app):
        admin(app, 'SHUTDOWN')
        assert app.wait(PATIENCE) == 0


def test_workers_end_with_their_supervisor(mortal: RunningProxy, postgres: Cluster, database: str) -> None:
    app = mortal
    with one_in_each(app) as pair:
        for client in pair:
            one(client, 'SELECT 1')
        pids = workers(app)
        app.signal(signal.SIGKILL)
        assert app.wait(PATIENCE) == -signal.SIGKILL
        eventually(lambda: not any(os.path.exists(f'/proc/{pid}') for pid in pids), 'the workers have ended')
    eventually(lambda: not servers(postgres, database), 'no server connection is left')


def test_second_proxy_does_not_take_part_in_the_port_of_the_first(
    app: RunningProxy, proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    second = proxy(config_toml(postgres, database, port=app.port), users_toml(), env=TWO)
    assert second.wait() == 1
    assert 'Address already in use' in second.log()


def test_texts_of_all_workers_are_counted_together(app: RunningProxy) -> None:
    admin(app, 'RESET QUERY_CACHE')
    for _ in range(6):
        with connect(app) as client:
            client.execute('SELECT 1 AS counted_together')
    [row] = admin(app, 'SHOW QUERY_CACHE counted_together')
    assert (row['query'], row['hits'], row['direct']) == ('SELECT ? AS counted_together', 6, 6)
    admin(app, 'RESET QUERY_CACHE')
    assert admin(app, 'SHOW QUERY_CACHE counted_together') == []
