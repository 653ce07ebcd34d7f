"""Clients that are slow or hostile, by the thousand: others log in all the same, and memory stays what it was."""

import random
import resource
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from pgdog_gevent.demo.ports import LOOPBACK
from pgdog_gevent.protocol.startup import SSL_REQUEST, cancel_request, startup_message
from tests.conversation.proxies import DATABASE, SECRET, USER, config_toml, lets_in, running, tls_keys, users_toml
from tests.fakes.backend import FakeServer, polite
from tests.fakes.certificates import Certificates
from tests.fakes.frontend import RESET, Frontend
from tests.integration.proxy import RunningProxy

CROWD = 1000
LOGIN_TIMEOUT = 3.0
GENEROUS = 5.0
"""Seconds within which a login must succeed on any machine; it takes milliseconds."""
HOSTILE = 20_000
AT_ONCE = 200
LEFT_BEHIND = 20 * 1024 * 1024
STARTUP = startup_message({'user': USER, 'database': DATABASE})


@pytest.fixture(scope='module')
def many_files() -> Iterator[None]:
    """As many open files as we may have; the proxy inherits them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope='module')
def proxy(
    many_files: None, certificates: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningProxy]:
    keys = (*tls_keys(certificates), f'client_login_timeout = {LOGIN_TIMEOUT * 1000:.0f}')
    directory = tmp_path_factory.mktemp('proxy')
    with FakeServer(polite) as server, running(directory, config_toml(server, *keys), users_toml()) as proxy:
        yield proxy


class Crowd:
    """Clients that send their StartupMessage one byte at a time."""

    def __init__(self, port: int, size: int) -> None:
        self._selector = selectors.DefaultSelector()
        self.present = {self._arrive(port) for _ in range(size)}
        self.dropped_after: list[float] = []
        self._sent = 0

    def _arrive(self, port: int) -> socket.socket:
        client = socket.create_connection((LOOPBACK, port), timeout=GENEROUS)
        client.setblocking(False)
        self._selector.register(client, selectors.EVENT_READ, time.monotonic())
        return client

    def dribble(self) -> None:
        """Everybody sends one byte more."""
        for client in self.present:
            try:
                client.send(STARTUP[self._sent : self._sent + 1])
            except OSError:
                continue
        self._sent += 1

    def note_the_dropped(self, seconds: float) -> None:
        """See for a while whom the proxy drops."""
        end = time.monotonic() + seconds
        while self.present and (left := end - time.monotonic()) > 0:
            for key, _ in self._selector.select(left):
                client = key.fileobj
                assert isinstance(client, socket.socket)
                if self._gone(client):
                    self.dropped_after.append(time.monotonic() - key.data)
                    self._selector.unregister(client)
                    self.present.discard(client)
                    client.close()

    def close(self) -> None:
        for client in self.present:
            client.close()
        self._selector.close()

    @staticmethod
    def _gone(client: socket.socket) -> bool:
        try:
            return not client.recv(65_536)
        except BlockingIOError:
            return False
        except OSError:
            return True


@contextmanager
def crowd(proxy: RunningProxy, size: int) -> Iterator[Crowd]:
    crowd = Crowd(proxy.port, size)
    try:
        yield crowd
    finally:
        crowd.close()


def login_time(proxy: RunningProxy) -> float:
    started = time.monotonic()
    assert lets_in(proxy)
    return time.monotonic() - started


def test_thousand_clients_of_one_byte_a_second_keep_nobody_waiting_and_are_dropped(proxy: RunningProxy) -> None:
    with crowd(proxy, CROWD) as slow:
        for _ in range(2):
            slow.dribble()
            assert login_time(proxy) < GENEROUS
            slow.note_the_dropped(1.0)
        assert slow.dropped_after == []
        while slow.present and slow._sent < 30:
            slow.dribble()
            assert login_time(proxy) < GENEROUS
            slow.note_the_dropped(1.0)
        assert len(slow.dropped_after) == CROWD
        # The clock of the proxy starts when it accepts, a moment after ours.
        assert min(slow.dropped_after) > LOGIN_TIMEOUT * 0.9
    assert 'Traceback' not in proxy.log()


@pytest.mark.parametrize('opening', [b'', SSL_REQUEST, STARTUP], ids=['silent', 'before TLS', 'before its password'])
def test_thousand_clients_that_wait_are_dropped_too(proxy: RunningProxy, opening: bytes) -> None:
    with crowd(proxy, CROWD) as waiting:
        for client in waiting.present:
            client.sendall(opening)
        assert login_time(proxy) < GENEROUS
        waiting.note_the_dropped(LOGIN_TIMEOUT + 10)
        assert not waiting.present
    assert login_time(proxy) < GENEROUS


# Files


def test_proxy_that_has_no_file_left_goes_on_when_it_has(tmp_path: Path) -> None:
    with FakeServer(polite) as server, running(tmp_path, config_toml(server), users_toml()) as proxy:
        assert lets_in(proxy)
        # One more than what a login needs beside what is open now.
        few = len(list(Path(f'/proc/{proxy.pid}/fd').iterdir())) + 4
        resource.prlimit(proxy.pid, resource.RLIMIT_NOFILE, (few, few))
        with crowd(proxy, 50):
            proxy.wait_for_log('cannot accept connections: Too many open files')
        assert login_time(proxy) < GENEROUS


# Memory


def resident(pid: int) -> int:
    """Bytes of memory that a process has."""
    pages = int(Path(f'/proc/{pid}/statm').read_text().split()[1])
    return pages * resource.getpagesize()


def hostile_packet(dice: random.Random) -> bytes:
    """Something that no client says first."""
    kind = dice.randrange(8)
    noise = dice.randbytes(dice.randrange(1, 200))
    if kind == 0:
        return noise
    if kind == 1:
        return dice.randrange(1 << 32).to_bytes(4, 'big') + noise
    if kind == 2:
        return (10_000).to_bytes(4, 'big') + dice.randbytes(dice.randrange(9_990))
    if kind == 3:
        return b'\x16\x03\x01\x02\x00' + noise
    if kind == 4:
        return SSL_REQUEST + noise
    if kind == 5:
        return cancel_request(dice.randrange(1 << 32), noise[:4].ljust(4, b'\0'))
    if kind == 6:
        names = {'user': f'user_{dice.randrange(1 << 60)}', 'database': f'database_{dice.randrange(1 << 60)}'}
        return startup_message(names | {'options': noise.hex()})
    return STARTUP + b'p' + dice.randrange(1 << 32).to_bytes(4, 'big') + noise


def bombard(proxy: RunningProxy, packets: int, seed: int) -> None:
    """Send that many packets, each on a connection of its own, and leave without reading."""
    dice = random.Random(seed)
    for _ in range(packets // AT_ONCE):
        with ExitStack() as closing:
            for _ in range(AT_ONCE):
                client = closing.enter_context(socket.create_connection((LOOPBACK, proxy.port), timeout=20))
                client.sendall(hostile_packet(dice))
                if dice.random() < 0.5:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            # The last in the queue has been served: so have those before it.
            assert lets_in(proxy)


def test_hostile_first_packets_leave_no_memory_behind(proxy: RunningProxy) -> None:
    bombard(proxy, HOSTILE // 10, seed=1)
    before = resident(proxy.pid)
    bombard(proxy, HOSTILE, seed=2)
    with Frontend(proxy.port) as client:
        client.start(USER, DATABASE)
        assert client.log_in(USER, SECRET)[-1].letter == 'Z'
        assert resident(proxy.pid) - before < LEFT_BEHIND
    assert 'Traceback' not in proxy.log()
