"""Clients that come over the Unix socket."""

import grp
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.errors import QueryCanceled
from psycopg.rows import dict_row

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.proxy import proxy_environment
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from pgdog_gevent.protocol.startup import SSL_REQUEST
from tests.fakes.certificates import Certificates
from tests.integration.clients import PATIENCE, Connection, admin, connect, eventually, one
from tests.integration.configuration import ADMIN_PASSWORD, config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy


@pytest.fixture
def folder() -> Iterator[Path]:
    """Shorter than those of pytest, whose names would not fit into the address of a socket."""
    with tempfile.TemporaryDirectory(prefix='pgdog-') as directory:
        yield Path(directory)


@pytest.fixture
def app(proxy: StartProxy, postgres: Cluster, database: str, folder: Path) -> RunningProxy:
    return proxy(config_toml(postgres, database, unix_socket_dir=str(folder)), users_toml())


def path(proxy: RunningProxy, folder: Path) -> Path:
    return folder / f'.s.PGSQL.{proxy.port}'


def dsn(proxy: RunningProxy, folder: Path, user: str, password: str, database: str) -> str:
    return make_conninfo(proxy.dsn(user, password, database), host=str(folder))


def locally(proxy: RunningProxy, folder: Path) -> Connection:
    """Connect as the usual user, by the folder of the socket."""
    return psycopg.connect(dsn(proxy, folder, SUPERUSER, PASSWORD, 'app'), autocommit=True)


def test_client_is_found_by_folder_and_port_and_known_as_local(app: RunningProxy, folder: Path) -> None:
    with locally(app, folder) as client:
        assert one(client, 'SELECT 1') == 1
        [row] = [row for row in admin(app, 'SHOW CLIENTS') if row['database'] == 'app']
        assert (row['addr'], row['port'], row['tls']) == ('unix', app.port, False)
    app.wait_for_log(f'client unix:{app.port} disconnected: user "{SUPERUSER}", database "app"')
    assert f'listening on {path(app, folder)}' in app.log()


def test_tcp_and_its_options_stay(app: RunningProxy) -> None:
    with connect(app) as client:
        assert one(client, 'SELECT 1') == 1


def test_administrator_comes_over_it_too(app: RunningProxy, folder: Path) -> None:
    admins = dsn(app, folder, 'admin', ADMIN_PASSWORD, 'admin')
    with psycopg.connect(admins, autocommit=True, row_factory=dict_row) as console:
        assert [row['addr'] for row in console.execute('SHOW CLIENTS')] == ['unix']


def test_wrong_password_is_as_wrong_as_over_tcp(app: RunningProxy, folder: Path) -> None:
    with pytest.raises(psycopg.OperationalError, match='password authentication failed'):
        psycopg.connect(dsn(app, folder, SUPERUSER, 'wrong', 'app'))
    app.wait_for_log(f'client unix:{app.port}: password authentication failed')


def test_cancel_comes_over_it_too(app: RunningProxy, folder: Path) -> None:
    with locally(app, folder) as client:
        canceller = threading.Timer(0.2, client.cancel)
        canceller.start()
        with pytest.raises(QueryCanceled):
            client.execute('SELECT pg_sleep(60)')
        canceller.join()
        assert one(client, 'SELECT 1') == 1


def test_it_has_no_tls_and_needs_none(
    proxy: StartProxy, postgres: Cluster, database: str, folder: Path, certificates: Certificates
) -> None:
    pair = certificates.server
    keys = {'tls_certificate': str(pair.certificate), 'tls_private_key': str(pair.key)}
    app = proxy(
        config_toml(postgres, database, unix_socket_dir=str(folder), tls_client_required=True, **keys), users_toml()
    )
    with pytest.raises(psycopg.OperationalError, match='only TLS connections are allowed'):
        connect(app, sslmode='disable')
    with connect(app, sslmode='require') as remote, locally(app, folder) as local:
        assert (one(remote, 'SELECT 1'), one(local, 'SELECT 1')) == (1, 1)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path(app, folder)))
        client.sendall(SSL_REQUEST)
        assert client.recv(2) == b'N'


def test_permissions_and_group_are_those_of_the_configuration(
    proxy: StartProxy, postgres: Cluster, database: str, folder: Path
) -> None:
    group = grp.getgrgid(os.getgroups()[-1] if os.getgroups() else os.getgid())
    general = {'unix_socket_mode': '0750', 'unix_socket_group': group.gr_name}
    app = proxy(config_toml(postgres, database, unix_socket_dir=str(folder), **general), users_toml())
    made = path(app, folder).stat()
    assert (stat.S_IMODE(made.st_mode), made.st_gid) == (0o750, group.gr_gid)


def test_relative_folder_begins_at_the_configuration(
    proxy: StartProxy, postgres: Cluster, database: str, folder: Path
) -> None:
    (folder / 'sockets').mkdir()
    (folder / 'elsewhere').mkdir()
    (folder / 'pgdog.toml').write_text(config_toml(postgres, database, unix_socket_dir='sockets'))
    (folder / 'users.toml').write_text(users_toml())
    app = proxy('', '', arguments=('-c', str(folder / 'pgdog.toml')))
    with locally(app, folder / 'sockets') as client:
        assert one(client, 'SELECT 1') == 1


# Life


@pytest.mark.parametrize('last', [signal.SIGTERM, signal.SIGQUIT], ids=lambda signum: signum.name)
def test_nothing_is_left_of_it_at_the_end(app: RunningProxy, folder: Path, last: signal.Signals) -> None:
    assert len(list(folder.iterdir())) == 2
    app.signal(last)
    assert app.wait() == 0
    assert list(folder.iterdir()) == []


def test_open_transaction_ends_in_peace_when_the_proxy_shuts_down(
    app: RunningProxy, postgres: Cluster, database: str, folder: Path
) -> None:
    postgres.execute('CREATE TABLE written (n int)', database)
    with locally(app, folder) as client:
        client.execute('BEGIN')
        app.signal(signal.SIGTERM)
        eventually(lambda: not path(app, folder).exists(), 'nobody else can come')
        client.execute('INSERT INTO written VALUES (1)')
        client.execute('COMMIT')
    assert app.wait() == 0
    assert postgres.execute('SELECT count(*) FROM written', database) == [(1,)]


def test_socket_of_a_proxy_that_was_killed_is_replaced(
    proxy: StartProxy, postgres: Cluster, database: str, folder: Path
) -> None:
    config = config_toml(postgres, database, unix_socket_dir=str(folder))
    first = proxy(config, users_toml())
    first.signal(signal.SIGKILL)
    first.wait()
    assert path(first, folder).exists()
    second = proxy(config.replace('[general]', f'[general]\nport = {first.port}'), users_toml())
    with locally(second, folder) as client:
        assert one(client, 'SELECT 1') == 1


def test_socket_of_a_proxy_that_lives_is_left_to_it(
    proxy: StartProxy, postgres: Cluster, database: str, folder: Path
) -> None:
    first = proxy(config_toml(postgres, database, unix_socket_dir=str(folder)), users_toml())
    environment = {**proxy_environment(), 'PGDOG_HOST': '127.0.0.2', 'PGDOG_PORT': str(first.port)}
    command = [sys.executable, '-m', 'pgdog_gevent', '-c', str(first.config)]
    second = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert second.returncode == 1
    assert f'cannot listen on {path(first, folder)}: process {first.pid} listens there' in second.stderr
    with locally(first, folder) as client:
        assert one(client, 'SELECT 1') == 1
