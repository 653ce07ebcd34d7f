"""When the functions of a database are read, and what is known meanwhile; before a scripted server."""

import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import gevent
import pytest

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.config.load import load
from pgdog_gevent.monitor import functions as module
from pgdog_gevent.monitor.functions import FunctionCatalogue
from pgdog_gevent.protocol.frames import encode
from tests.fakes.backend import PATIENCE, READY, Conversation, FakeServer

REFUSED = encode(ord('E'), b'SERROR\0VERROR\0C42501\0Mpermission denied for table pg_proc\0\0')
A_MINUTE, RENEWAL, AFTER_A_READING, AFTER_A_FAILURE = 60.0, 45.0, 1.0, 5.0


def row(*values: str) -> bytes:
    return encode(
        ord('D'), struct.pack('!H', len(values)) + b''.join(struct.pack('!I', len(v)) + v.encode() for v in values)
    )


CATALOG = row('built-in', 'lower', '', '', '', '', '') + row('function', 'mine', 'internal', '', '', '', '')


class Server:
    """Answers a reading with ``answer``, when it ``may_answer``."""

    def __init__(self) -> None:
        self.answer = CATALOG
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __call__(self, conversation: Conversation) -> None:
        conversation.greet()
        while (frame := conversation.frame()).letter != 'X':
            if b'pg_proc' in frame.body:
                assert self.may_answer.wait(PATIENCE)
                conversation.send(self.answer)
            conversation.send(READY)


class Scene:
    """The catalogue of one cluster; ``now`` is its time."""

    def __init__(self, cluster: Cluster, server: Server) -> None:
        self.cluster = cluster
        self.server = server
        self.now = 1000.0
        self._uses = 0
        self._catalogue = FunctionCatalogue(lambda: [cluster], lambda: self.now)

    @property
    def pool(self) -> Pool:
        return self.cluster.pools[0]

    @property
    def knows(self) -> bool:
        return self.cluster.functions.vouches(frozenset({'mine'}), writes=False)

    @property
    def readings(self) -> int:
        """How many have begun."""
        return self.pool.counters.assignments - self._uses

    def acquire(self) -> BackendConnection:
        """A client takes a connection."""
        self._uses += 1
        return self.pool.acquire()

    def use(self) -> None:
        """A client has a connection for a moment."""
        self.pool.release(self.acquire())

    def step(self, after: float = 0.0) -> int:
        """Let the catalogue do what is due; return how many readings have begun."""
        self.now += after
        self._catalogue.step()
        gevent.sleep(0)
        return self.readings

    def read(self) -> None:
        """Have the first reading."""
        self.use()
        assert self.step() == 1
        until(lambda: self.knows)


def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so, while greenlets go on."""
    with gevent.Timeout(PATIENCE):
        while not condition():
            gevent.sleep(0.001)


@pytest.fixture
def scene() -> Iterator[Scene]:
    script = Server()
    with FakeServer(script) as server:
        url = f'postgres://alice:secret@127.0.0.1:{server.port}/app'
        clusters = Clusters(load(None, None, environment={}, database_urls=[url]).config)
        cluster = clusters.find('alice', 'app')
        assert cluster is not None
        yield Scene(cluster, script)
        script.may_answer.set()
        until(lambda: not cluster.pools[0].lent)
        for connection in cluster.pools[0].idle_connections:
            with closing(connection.stream):
                pass


def test_nothing_is_read_that_nobody_uses(scene: Scene) -> None:
    assert scene.step() == 0
    scene.read()
    assert scene.step(after=A_MINUTE) == 1


def test_what_is_known_is_read_again_before_a_minute_is_over(scene: Scene) -> None:
    scene.read()
    scene.use()
    assert scene.step(after=RENEWAL - 1) == 1
    scene.server.may_answer.clear()
    assert scene.step(after=1) == 2
    assert scene.knows
    scene.server.may_answer.set()
    until(lambda: not scene.pool.lent)
    scene.step(after=A_MINUTE - RENEWAL)
    assert scene.knows


def test_what_cannot_be_read_again_is_known_until_the_minute_is_over(scene: Scene) -> None:
    scene.read()
    scene.use()
    scene.server.answer = REFUSED
    assert scene.step(after=RENEWAL) == 2
    until(lambda: not scene.pool.lent)
    assert scene.knows
    scene.step(after=A_MINUTE - RENEWAL)
    assert not scene.knows


def test_what_nobody_uses_is_forgotten_all_the_same(scene: Scene) -> None:
    scene.read()
    scene.step(after=A_MINUTE)
    assert not scene.knows
    scene.use()
    assert scene.step() == 2


def test_ddl_is_followed_by_a_reading_at_once(scene: Scene) -> None:
    scene.read()
    scene.now += AFTER_A_READING
    scene.cluster.forget_functions()
    assert not scene.knows
    assert scene.step() == 2
    until(lambda: scene.knows)


def test_much_ddl_is_not_followed_by_as_many_readings(scene: Scene) -> None:
    scene.read()
    for _ in range(100):
        scene.cluster.forget_functions()
        assert scene.step() == 1
    assert scene.step(after=AFTER_A_READING) == 2
    until(lambda: scene.knows)
    assert scene.step(after=AFTER_A_READING) == 2


def test_reading_that_ddl_has_overtaken_counts_for_nothing(scene: Scene) -> None:
    scene.server.may_answer.clear()
    scene.use()
    assert scene.step() == 1
    scene.cluster.forget_functions()
    scene.use()
    assert scene.step(after=A_MINUTE) == 1, 'one reading at a time'
    scene.server.may_answer.set()
    until(lambda: not scene.pool.lent)
    assert not scene.knows
    assert scene.step(after=AFTER_A_READING) == 2
    until(lambda: scene.knows)


def test_failure_is_told_once_and_tried_again_later(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    scene.server.answer = REFUSED
    scene.use()
    for number in (1, 2, 3):
        assert scene.step() == number
        until(lambda: not scene.pool.lent)
        assert not scene.knows
        scene.use()
        assert scene.step(after=AFTER_A_FAILURE - 0.1) == number
        scene.now += 0.1
    [warning] = [record.message for record in caplog.records if record.levelname == 'WARNING']
    assert 'permission denied for table pg_proc' in warning
    scene.server.answer = CATALOG
    assert scene.step() == 4
    until(lambda: scene.knows)


def test_server_that_does_not_answer_is_left_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, '_PATIENCE', 0.01)
    scene.server.may_answer.clear()
    scene.use()
    assert scene.step() == 1
    until(lambda: scene.pool.counters.force_closed == 1)
    assert scene.step() == 1
    assert not scene.knows


def test_clients_go_first_but_not_for_ever(scene: Scene) -> None:
    busy = scene.acquire()
    for _ in range(100):
        scene.step()
        assert scene.pool.total == 1
        scene.pool.release(busy)
        busy = scene.acquire()
    scene.step()
    until(lambda: scene.readings == 1)
    until(lambda: scene.knows)
    scene.pool.release(busy)
