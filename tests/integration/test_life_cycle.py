"""Start, reload, pause, drain and stop, under load."""

import signal
import threading
from collections.abc import Callable

import psycopg
import pytest
from psycopg.errors import AdminShutdown

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import ClusterSettings
from tests.integration.clients import PATIENCE, Connection, Load, admin, connect, eventually, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy


@pytest.fixture
def app(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    return proxy(config_toml(postgres, database, default_pool_size=4), users_toml())


class Transactions:
    """One transaction of two statements on a connection that each thread keeps."""

    def __init__(self, proxy: RunningProxy) -> None:
        self._proxy = proxy
        self._local = threading.local()
        self._all: list[Connection] = []

    def __call__(self) -> None:
        connection = getattr(self._local, 'connection', None)
        if connection is None or connection.closed:
            connection = self._local.connection = connect(self._proxy)
            self._all.append(connection)
        with connection.transaction():
            assert one(connection, 'SELECT 1') == 1
            assert one(connection, 'SELECT 2') == 2

    def close(self) -> None:
        for connection in self._all:
            connection.close()


def server_pids(proxy: RunningProxy) -> set[object]:
    return {row['remote_pid'] for row in admin(proxy, 'SHOW SERVERS')}


def test_fifty_reloads_under_load_cost_no_error_and_no_connection(app: RunningProxy) -> None:
    work = Transactions(app)
    with Load(work, threads=6) as load:
        eventually(lambda: len(server_pids(app)) == 4, 'the pool is full')
        before = server_pids(app)
        for _ in range(50):
            admin(app, 'RELOAD')
        assert server_pids(app) == before
    work.close()
    assert load.errors == []


def test_reload_by_signal_takes_a_new_pool_size(app: RunningProxy, postgres: Cluster, database: str) -> None:
    assert admin(app, 'SHOW POOLS')[0]['pool_size'] == 4
    app.reload(config_toml=config_toml(postgres, database, default_pool_size=7))
    eventually(lambda: admin(app, 'SHOW POOLS')[0]['pool_size'] == 7, 'the new size')


def test_broken_file_is_refused_whole_and_the_old_configuration_stays(
    app: RunningProxy, postgres: Cluster, database: str
) -> None:
    with connect(app) as client:
        app.config.write_text(config_toml(postgres, database, default_pool_size=9, chekout_timeout=1))
        with pytest.raises(psycopg.Error, match='chekout_timeout') as refused:
            admin(app, 'RELOAD')
        assert refused.value.diag.sqlstate == 'F0000'
        assert admin(app, 'SHOW POOLS')[0]['pool_size'] == 4
        assert one(client, 'SELECT 1') == 1


def test_reload_that_removes_a_database_lets_its_open_transaction_finish(
    app: RunningProxy, postgres: Cluster, database: str
) -> None:
    with connect(app) as client:
        client.execute('BEGIN')
        client.execute('CREATE TABLE kept (n int)')
        app.reload(config_toml=config_toml(postgres, database).replace('name = "app"', 'name = "other"'),
                   users_toml=users_toml().replace('"app"', '"other"'))  # fmt: skip
        eventually(lambda: any(row['name'] == 'other' for row in admin(app, 'SHOW DATABASES')), 'reloaded')
        client.execute('COMMIT')
        with pytest.raises(psycopg.OperationalError):
            client.execute('SELECT 1')
    assert postgres.execute('SELECT count(*) FROM kept', database) == [(0,)]


def test_pause_and_resume_under_load_cost_no_error(app: RunningProxy) -> None:
    work = Transactions(app)
    with Load(work, threads=6) as load:
        for _ in range(5):
            admin(app, 'PAUSE')
            assert all(row['sv_active'] == 0 for row in admin(app, 'SHOW POOLS'))
            admin(app, 'RESUME')
    work.close()
    assert load.errors == []


def test_sigterm_lets_five_transactions_of_twenty_five_statements_commit(
    app: RunningProxy, postgres: Cluster, database: str
) -> None:
    postgres.execute('CREATE TABLE written (client int, n int)', database)
    app.reload(config_toml=config_toml(postgres, database, default_pool_size=5))
    eventually(lambda: admin(app, 'SHOW POOLS')[0]['pool_size'] == 5, 'room for all')
    clients = [connect(app) for _ in range(5)]
    idle = connect(app)
    for client in clients:
        client.execute('BEGIN')
    app.signal(signal.SIGTERM)
    app.wait_for_log('shutting down')
    with pytest.raises(AdminShutdown):
        eventually(lambda: one(idle, 'SELECT 1') is None, 'the idle client is sent away')
    for n in range(25):
        for number, client in enumerate(clients):
            client.execute('INSERT INTO written VALUES (%s, %s)', (number, n))
    for client in clients:
        client.execute('COMMIT')
        client.close()
    idle.close()
    assert app.wait() == 0
    assert postgres.execute('SELECT count(*) FROM written', database) == [(125,)]


def test_new_clients_are_refused_while_shutting_down(app: RunningProxy) -> None:
    with connect(app) as client:
        client.execute('BEGIN')
        app.signal(signal.SIGTERM)
        app.wait_for_log('shutting down')
        with pytest.raises(psycopg.OperationalError):
            connect(app)
        client.execute('COMMIT')
    assert app.wait() == 0


@pytest.mark.parametrize('second', [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT], ids=lambda signum: signum.name)
def test_second_signal_ends_at_once_and_rolls_back(
    app: RunningProxy, postgres: Cluster, database: str, second: signal.Signals
) -> None:
    postgres.execute('CREATE TABLE written (n int)', database)
    client = connect(app)
    client.execute('BEGIN')
    client.execute('INSERT INTO written VALUES (1)')
    app.signal(signal.SIGTERM)
    app.wait_for_log('shutting down')
    app.signal(second)
    assert app.wait(PATIENCE) == 0
    client.close()
    eventually(
        lambda: postgres.execute("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'") == [(0,)],
        'no transaction is left',
    )
    assert postgres.execute('SELECT count(*) FROM written', database) == [(0,)]


def test_clients_go_on_by_themselves_after_postgres_was_restarted_under_load(
    proxy: StartProxy, start_cluster: Callable[[ClusterSettings], Cluster]
) -> None:
    cluster = start_cluster(ClusterSettings())
    app = proxy(config_toml(cluster, 'postgres', default_pool_size=4), users_toml())
    work = Transactions(app)
    with Load(work, threads=6) as load:
        cluster.restart()
        clean = connect(app)
        eventually(lambda: _works(clean), 'the proxy has found the server again')
        load.go_round()
        seen = len(load.errors)
        load.go_round()
        assert seen == len(load.errors), 'no errors once the server is back'
    work.close()
    clean.close()
    assert all(isinstance(error, psycopg.OperationalError) for error in load.errors), load.errors
    assert all(error.diag.sqlstate for error in load.errors if isinstance(error, psycopg.Error)), load.errors


def _works(connection: Connection) -> bool:
    try:
        return one(connection, 'SELECT 1') == 1
    except psycopg.Error:
        return False


def test_a_client_survives_the_loss_of_its_server_outside_a_transaction(app: RunningProxy, postgres: Cluster) -> None:
    with connect(app) as client:
        pid = one(client, 'SELECT pg_backend_pid()')
        postgres.execute(f'SELECT pg_terminate_backend({pid})')
        eventually(
            lambda: postgres.execute(f'SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}') == [(0,)], 'it is gone'
        )
        assert one(client, 'SELECT 1') == 1

