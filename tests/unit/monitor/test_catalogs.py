"""When the shards of a database are read, and what is known meanwhile; before a scripted server."""

import struct
from collections.abc import Callable, Iterator

import gevent
import pytest

from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.known_catalog import KnownCatalog
from pgdog_gevent.config.load import load
from pgdog_gevent.config.settings import Config
from pgdog_gevent.monitor.catalogs import Catalogs
from pgdog_gevent.protocol.frames import encode
from pgdog_gevent.router.catalog import Name
from tests.fakes.backend import PATIENCE, READY, Conversation, FakeServer

A_MINUTE, A_SECOND = 60.0, 1.0


def row(*values: str) -> bytes:
    return encode(
        ord('D'), struct.pack('!H', len(values)) + b''.join(struct.pack('!I', len(v)) + v.encode() for v in values)
    )


DATABASE = '{"server_version": 150003, "encoding": "UTF8", "default_collation": {"provider": "c", "locale": "C"}}'
ORDERS = row('table', '{"schema": "public", "name": "orders", "kind": "r"}')
EMPTY = row('database', DATABASE) + row('functions', '{}')
REFUSED = encode(ord('E'), b'SERROR\0VERROR\0C42501\0Mpermission denied for table pg_proc\0\0')
SENSELESS = {
    'nothing': b'',
    'two databases': EMPTY + row('database', DATABASE),
    'one column': EMPTY + row('table'),
    'no JSON': EMPTY + row('table', 'orders'),
    'another type': EMPTY + row('table', '{"schema": "public", "name": 1, "kind": "r"}'),
    'another kind': EMPTY + row('table', '{"schema": "public", "name": "orders", "kind": "?"}'),
}


class Server:
    """Answers all who ask."""

    def __init__(self) -> None:
        self.answer = EMPTY
        self.readings = 0

    def __call__(self, conversation: Conversation) -> None:
        conversation.greet()
        while conversation.frame().letter != 'X':
            self.readings += 1
            conversation.send(self.answer + READY)


class Scene:
    """A database whose shards are all at one server; ``now`` is its time."""

    def __init__(self, server: Server, config: Config) -> None:
        self.server = server
        self.config = config
        self.now = 1000.0
        self.clusters = Clusters(config)
        self.catalogs = Catalogs(lambda: self.clusters, lambda: self.config, lambda: self.now)
        self._learned = 0

    @property
    def known(self) -> KnownCatalog:
        cluster = self.clusters.find('alice', 'app')
        assert cluster is not None
        return cluster.known_catalog

    def step(self, after: float = 0.0) -> None:
        """Let be done what is due."""
        self.now += after
        self.catalogs.step()
        gevent.sleep(0)

    def reads(self, count: int, after: float = 0.0) -> bool:
        """Whether so many readings begin, and no other; returns when they have ended."""
        before = self.server.readings
        self.step(after)
        until(lambda: self.server.readings >= before + count)
        until(lambda: not self.catalogs.busy)
        return self.server.readings == before + count


def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so, while greenlets go on."""
    with gevent.Timeout(PATIENCE):
        while not condition():
            gevent.sleep(0.001)


Start = Callable[..., Scene]


@pytest.fixture
def start() -> Iterator[Start]:
    """Begins a scene; keys of ``[general]`` go as environment variables do."""
    server = Server()
    with FakeServer(server) as fake:

        def start(shards: int = 2, **general: str) -> Scene:
            urls = [f'postgres://alice:secret@127.0.0.1:{fake.port}/app?shard={shard}' for shard in range(shards)]
            environment = {f'PGDOG_{name.upper()}': value for name, value in general.items()}
            return Scene(server, load(None, None, environment=environment, database_urls=urls).config)

        yield start


@pytest.fixture
def scene(start: Start) -> Scene:
    """Of two shards, which have been read."""
    scene = start()
    assert scene.reads(2)
    assert scene.known.current is not None
    return scene


@pytest.mark.parametrize(
    ('shards', 'load_schema', 'readings'),
    [(1, 'auto', 0), (2, 'auto', 2), (1, 'on', 1), (2, 'off', 0)],
)
def test_what_is_read_is_as_configured(start: Start, shards: int, load_schema: str, readings: int) -> None:
    scene = start(shards, load_schema=load_schema)
    assert scene.reads(readings)
    assert (scene.known.current is not None) is (readings > 0)


def test_shards_are_read_again_after_a_minute(scene: Scene) -> None:
    assert scene.reads(0, after=A_MINUTE - 1)
    assert scene.reads(2, after=1)


def test_what_clients_change_is_read_after_a_moment(scene: Scene) -> None:
    scene.known.forget()
    assert scene.reads(0)
    assert scene.reads(2, after=A_SECOND)


def test_what_clients_change_is_read_at_once_if_anybody_waits(scene: Scene) -> None:
    scene.server.answer += ORDERS
    scene.known.forget()
    found = scene.known.wait(PATIENCE)
    assert found is not None
    assert Name('public', 'orders') in found.tables


def test_reload_has_everything_read(scene: Scene) -> None:
    scene.config = scene.config.model_copy()
    assert scene.reads(2)


def test_shard_that_refuses_is_asked_again_after_a_second(scene: Scene) -> None:
    before = scene.known.current
    scene.server.answer = REFUSED
    assert scene.reads(2, after=A_MINUTE)
    assert scene.known.failures == dict.fromkeys((0, 1), 'permission denied for table pg_proc')
    assert scene.known.current is before
    assert scene.reads(0, after=A_SECOND / 2)
    scene.server.answer = EMPTY
    assert scene.reads(2, after=A_SECOND / 2)
    assert not scene.known.failures


@pytest.mark.parametrize('answer', SENSELESS.values(), ids=SENSELESS)
def test_answer_without_sense_is_not_believed(start: Start, answer: bytes) -> None:
    scene = start()
    scene.server.answer = answer
    assert scene.reads(2)
    assert scene.known.failures.keys() == {0, 1}


def test_nothing_is_read_while_the_database_is_paused(scene: Scene) -> None:
    for cluster in scene.clusters:
        for pool in cluster.pools:
            pool.pause()
    assert scene.reads(0, after=A_MINUTE)
    for cluster in scene.clusters:
        for pool in cluster.pools:
            pool.resume()
    assert scene.reads(2, after=A_SECOND)
