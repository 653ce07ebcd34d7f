"""Thousands of clients on few server connections."""

import resource
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import SUPERUSER
from tests.integration.clients import PATIENCE, Connection, admin, connect, eventually, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy

IDLE, ACTIVE, POOL = 5000, 200, 20
STARTUP = b'user\0%b\0database\0app\0\0' % SUPERUSER.encode()


@pytest.fixture
def many_files() -> Iterator[None]:
    """Room for a socket for each client."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < IDLE + 1000:
        pytest.skip(f'only {hard} files may be open')
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def trusting(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    """A proxy that asks nobody for a password, as the log-in is not what is tested here."""
    quiet = {'log_connections': False, 'log_disconnections': False}
    config = config_toml(
        postgres, database, default_pool_size=POOL, auth_type='trust', checkout_timeout=60_000, **quiet
    )
    return proxy(config, users_toml())


def log_in(proxy: RunningProxy) -> socket.socket:
    """A client that has logged in and is silent."""
    client = socket.create_connection((proxy.host, proxy.port), timeout=PATIENCE)
    client.sendall(struct.pack('!II', len(STARTUP) + 8, 196608) + STARTUP)
    received = b''
    while not received.endswith(b'Z\0\0\0\5I'):
        received += client.recv(4096)
    return client


def ask(client: socket.socket) -> bytes:
    """Run a query on such a client; the whole answer."""
    client.sendall(b'Q\0\0\0\x0eSELECT 42\0')
    received = b''
    while not received.endswith(b'Z\0\0\0\5I'):
        received += client.recv(4096)
    return received


def resident_kilobytes(pid: int) -> int:
    status = Path(f'/proc/{pid}/status').read_text()
    return int(status.split('VmRSS:')[1].split()[0])


@pytest.mark.usefixtures('many_files')
def test_five_thousand_idle_and_two_hundred_active_clients_are_all_served(trusting: RunningProxy) -> None:
    with ExitStack() as ends:
        log_in(trusting).close()
        before = resident_kilobytes(trusting.pid)
        idle = [ends.enter_context(log_in(trusting)) for _ in range(IDLE)]
        each = (resident_kilobytes(trusting.pid) - before) / IDLE
        print(f'{each:.1f} kB for each idle client')
        assert each < 60

        active = [ends.enter_context(connect(trusting)) for _ in range(ACTIVE)]
        sums: list[int] = []
        threads = [threading.Thread(target=lambda each=each: sums.append(_work(each))) for each in active]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE * 2)
        assert sums == [sum(range(20))] * ACTIVE
        assert len(admin(trusting, 'SHOW SERVERS')) <= POOL

        assert all(b'\0\0\0\x0242C' in ask(client) for client in idle[:: IDLE // 50])
    eventually(lambda: len(admin(trusting, 'SHOW CLIENTS')) == 1, 'all clients have gone')


def _work(client: Connection) -> int:
    total = 0
    for number in range(20):
        with client.transaction():
            value = one(client, f'SELECT {number}')
            assert isinstance(value, int)
            total += value
    return total
