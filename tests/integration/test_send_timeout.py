"""Clients that do not take what they have asked for: they cost little, harm nobody, and are not kept for ever."""

import re
import socket
import time
from pathlib import Path

import psycopg
import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from pgdog_gevent.protocol.query import query
from pgdog_gevent.protocol.startup import SSL_REQUEST
from tests.fakes.certificates import Certificates
from tests.fakes.frontend import Frontend
from tests.integration.clients import admin, connect, eventually, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy

ROWS = b"SELECT repeat('x', 1000) FROM generate_series(1, 50000)"
ONE_ROW = b"SELECT repeat('x', 50000000)"
COPY = b"COPY (SELECT repeat('x', 1000) FROM generate_series(1, 50000)) TO STDOUT"
SMALL_WINDOW = 32_768
MOST_GROWTH = 4096
"""Kilobytes. The proxy reads 64 KiB at a time, or 256 KiB in TLS, and reads no more until these are sent; sealing and
cutting them copies them a few times. What the kernel buffers is not the process's own."""


class Slow(Frontend):
    """A client that reads only when it is told to, from a socket whose buffer is small."""

    def __init__(self, proxy: RunningProxy, *, tls: bool = False) -> None:
        super().__init__(proxy.port)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_WINDOW)
        if tls:
            self.send(SSL_REQUEST)
            assert self.receive(1) == b'S'
            self.start_tls()
        self.start(SUPERUSER, 'app')
        assert self.log_in(SUPERUSER, PASSWORD)[-1].letter == 'Z'

    def ask(self, sql: bytes) -> None:
        self.send(query(sql))

    def take(self, size: int) -> int:
        """Read at most that many bytes; return how many."""
        return len(self._socket.recv(size))


def start(proxy: StartProxy, cluster: Cluster, database: str, **general: int | str) -> RunningProxy:
    return proxy(config_toml(cluster, database, log_disconnections=True, **general), users_toml())


def tls(certificates: Certificates) -> dict[str, str]:
    pair = certificates.server
    return {'tls_certificate': str(pair.certificate), 'tls_private_key': str(pair.key)}


def resident_kilobytes(proxy: RunningProxy) -> int:
    status = Path(f'/proc/{proxy.pid}/status').read_text()
    found = re.search(r'VmRSS:\s+(\d+) kB', status)
    assert found is not None
    return int(found[1])


def bytes_sent(proxy: RunningProxy) -> int:
    return sum(int(str(row['bytes_sent'])) for row in admin(proxy, 'SHOW CLIENTS') if row['database'] == 'app')


def stalled(proxy: RunningProxy) -> bool:
    """Whether nothing is sent to clients any more, though something has been."""
    before = bytes_sent(proxy)
    admin(proxy, 'SHOW POOLS')
    return before > 100_000 and bytes_sent(proxy) == before


def server_pids(proxy: RunningProxy) -> set[object]:
    return {row['remote_pid'] for row in admin(proxy, 'SHOW SERVERS')}


@pytest.mark.parametrize('encrypted', [False, True], ids=['plain', 'TLS'])
@pytest.mark.parametrize('sql', [ROWS, ONE_ROW, COPY], ids=['rows', 'one row', 'COPY'])
def test_client_that_stops_reading_holds_little_delays_nobody_and_is_ended(
    proxy: StartProxy, postgres: Cluster, database: str, certificates: Certificates, sql: bytes, encrypted: bool
) -> None:
    app = start(proxy, postgres, database, default_pool_size=2, client_send_timeout=1500, **tls(certificates))
    with connect(app) as other, Slow(app, tls=encrypted) as slow:
        other.execute('BEGIN')
        slow.ask(b'SELECT 1')
        assert slow.replies()[-1].letter == 'Z'
        other.execute('COMMIT')
        servers, before = server_pids(app), resident_kilobytes(app)
        slow.ask(sql)
        eventually(lambda: stalled(app), 'the proxy cannot send')
        for number in range(100):
            assert one(other, f'SELECT {number}') == number
        assert resident_kilobytes(app) - before < MOST_GROWTH
        app.wait_for_log('disconnected due to client_send_timeout (1.5 s)')
        eventually(lambda: admin(app, 'SHOW POOLS')[0]['sv_idle'] == 2, 'its server is there for others')
        assert server_pids(app) == servers
        # Both are lent, and both answer.
        with connect(app) as third:
            for client in (other, third):
                client.execute('BEGIN')
                assert one(client, 'SELECT 1') == 1


def test_client_that_takes_a_little_now_and_then_gets_everything(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    # In these bites the socket of the proxy, whose buffer holds megabytes, would not be writable for a minute.
    app = start(proxy, postgres, database, client_send_timeout=2000)
    with Slow(app) as slow:
        slow.ask(ROWS)
        eventually(lambda: stalled(app), 'the proxy cannot send')
        taken = 0
        for _ in range(12):
            time.sleep(0.25)
            taken += slow.take(SMALL_WINDOW)
        while taken < 50_000 * 1011:
            taken += slow.take(1 << 20)
    assert 'client_send_timeout' not in app.log()


def test_transaction_of_a_client_that_stopped_reading_is_rolled_back(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    postgres.execute('CREATE TABLE written (n int)', database)
    app = start(proxy, postgres, database, default_pool_size=1, client_send_timeout=500)
    with Slow(app) as slow:
        for sql in (b'BEGIN', b'INSERT INTO written VALUES (1)'):
            slow.ask(sql)
            assert slow.replies()[-1].letter == 'Z'
        slow.ask(ROWS)
        app.wait_for_log('client_send_timeout')
    with connect(app) as other:
        assert one(other, 'SELECT count(*) FROM written') == 0


def test_administrator_that_stops_reading_is_ended_too(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    app = start(proxy, postgres, database, client_send_timeout=500)
    dsn = app.dsn('admin', 'administrator-secret', 'admin')
    with psycopg.connect(dsn, autocommit=True) as console:
        bare = socket.socket(fileno=socket.dup(console.fileno()))
        bare.setblocking(True)
        with bare:
            bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_WINDOW)
            bare.sendall(query(b'SHOW CONFIG') * 1000)
            app.wait_for_log('client_send_timeout')


def test_query_timeout_in_the_middle_of_a_message_is_named_in_the_log(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    app = start(proxy, postgres, database, default_pool_size=1, query_timeout=500)
    with Slow(app) as slow:
        slow.ask(ROWS)
        app.wait_for_log('disconnected in the middle of a message: canceling statement due to query_timeout (0.5 s)')
    with connect(app) as other:
        assert one(other, 'SELECT 1') == 1
