"""The options of ``[tcp]`` are on the sockets to clients and on those to servers."""

import ctypes
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pgdog_gevent.demo.cluster import Cluster
from tests.integration.clients import connect, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy

PIDFD_GETFD = 438
"""The number of a Linux system call that has no function in libc of all ages; see pidfd_getfd(2)."""
TCP = """
[tcp]
time = 61000
interval = 7000
retries = 5
user_timeout = 43210
congestion_control = "reno"
"""
EXPECTED = {
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE): 1,
    (socket.IPPROTO_TCP, socket.TCP_NODELAY): 1,
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE): 61,
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL): 7,
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT): 5,
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT): 43210,
}


def connections(proxy: RunningProxy) -> Iterator[socket.socket]:
    """Duplicates of the TCP connections that the proxy has; skips where the kernel does not hand them out."""
    libc = ctypes.CDLL(None, use_errno=True)
    process = os.pidfd_open(proxy.pid)
    try:
        for entry in Path(f'/proc/{proxy.pid}/fd').iterdir():
            if not os.readlink(entry).startswith('socket:'):
                continue
            duplicate = libc.syscall(PIDFD_GETFD, process, int(entry.name), 0)
            if duplicate < 0:
                pytest.skip(f'pidfd_getfd: {os.strerror(ctypes.get_errno())}')
            with closing(socket.socket(fileno=duplicate)) as found:
                if found.family == socket.AF_INET and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 0:
                    yield found
    finally:
        os.close(process)


def options(connection: socket.socket) -> dict[tuple[int, int], int]:
    return {option: connection.getsockopt(*option) for option in EXPECTED}


def test_sockets_to_clients_and_servers_have_them(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    running = proxy(config_toml(postgres, database) + TCP, users_toml())
    with connect(running) as client:
        assert one(client, 'SELECT 1') == 1
        ports = set()
        for found in connections(running):
            ports |= {found.getsockname()[1], found.getpeername()[1]}
            assert options(found) == EXPECTED
            assert found.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 4) == b'reno'
    assert {running.port, postgres.port} <= ports
