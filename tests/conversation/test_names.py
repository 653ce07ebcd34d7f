"""A server's name gets another address: connections go there from then on."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.config.choices import Role
from pgdog_gevent.config.load import load
from pgdog_gevent.config.settings import Config
from pgdog_gevent.demo.ports import LOOPBACK
from pgdog_gevent.monitor.dns import NameWatch
from pgdog_gevent.monitor.timing import Timing
from pgdog_gevent.monitor.watch import Report, Watch
from pgdog_gevent.net.resolver import Resolver
from tests.fakes.backend import Conversation, FakeServer

NAME, ELSEWHERE = 'db.example', '127.0.0.2'
TTL = 60.0


class Zone:
    """What the name means now, and what time it is."""

    def __init__(self) -> None:
        self.addresses = [LOOPBACK]
        self.now = 0.0

    def lookup(self, host: str) -> list[str]:
        assert host == NAME
        if not self.addresses:
            raise OSError(-3, 'Temporary failure in name resolution')
        return self.addresses


class Scene:
    """A pool for a server by its name, and two servers that it may be."""

    def __init__(self, ends: ExitStack) -> None:
        self.zone = Zone()
        self.here = ends.enter_context(FakeServer(serve))
        self.there = ends.enter_context(FakeServer(serve, address=(ELSEWHERE, self.here.port)))
        url = f'postgres://user:secret@{NAME}:{self.here.port}/app'
        resolver = Resolver(TTL, self.zone.lookup, lambda: self.zone.now)
        self.clusters = Clusters(load(None, None, environment={}, database_urls=[url]).config, resolver=resolver)
        resolver.ttl = TTL
        self.watch = NameWatch(self.clusters.pools, resolver)
        ends.callback(self.pool.retire)

    @property
    def pool(self) -> Pool:
        [pool] = self.clusters.pools()
        return pool

    def address(self) -> str:
        """Where the connection goes that the pool lends next."""
        with self.pool.lease() as connection:
            return str(connection.stream.socket.getpeername()[0])


def serve(conversation: Conversation) -> None:
    conversation.greet()
    conversation.serve()


@pytest.fixture
def scene() -> Iterator[Scene]:
    with ExitStack() as ends:
        yield Scene(ends)


def test_connections_move_when_the_address_does(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level('INFO')
    assert scene.address() == LOOPBACK
    scene.watch.step()
    scene.zone.addresses = [ELSEWHERE]
    assert scene.address() == LOOPBACK
    scene.watch.step()
    assert scene.pool.idle_connections == ()
    assert scene.address() == ELSEWHERE
    assert f'{NAME} has other addresses: {ELSEWHERE}' in caplog.text


def test_the_first_look_compares_with_where_connections_have_gone(scene: Scene) -> None:
    assert scene.address() == LOOPBACK
    scene.zone.addresses = [ELSEWHERE]
    scene.watch.step()
    assert scene.address() == ELSEWHERE


def test_a_connection_in_use_moves_when_it_is_given_back(scene: Scene) -> None:
    with scene.pool.lease() as held:
        scene.zone.addresses = [ELSEWHERE]
        scene.watch.step()
        assert held.run(b'SELECT 1')
        assert scene.address() == ELSEWHERE
    assert scene.address() == ELSEWHERE
    assert len(scene.pool.idle_connections) == 1


def test_connections_stay_while_the_addresses_do(scene: Scene) -> None:
    scene.address()
    for addresses in ([LOOPBACK], [LOOPBACK, LOOPBACK]):
        scene.zone.addresses = addresses
        scene.watch.step()
    assert len(scene.here.startups) == 1
    assert len(scene.pool.idle_connections) == 1


def test_another_order_is_not_another_set(scene: Scene) -> None:
    scene.zone.addresses = [LOOPBACK, ELSEWHERE]
    scene.address()
    scene.watch.step()
    scene.zone.addresses = [ELSEWHERE, LOOPBACK]
    scene.watch.step()
    assert len(scene.pool.idle_connections) == 1


def test_connections_stay_while_nobody_knows_the_name(scene: Scene) -> None:
    scene.address()
    scene.watch.step()
    scene.zone.addresses = []
    scene.watch.step()
    assert len(scene.pool.idle_connections) == 1
    scene.pool.reconnect()
    assert scene.address() == LOOPBACK, 'the last known address serves on'


def test_a_name_that_was_never_known_is_looked_up_again(scene: Scene) -> None:
    scene.zone.addresses = []
    scene.watch.step()
    scene.zone.addresses = [ELSEWHERE]
    assert scene.address() == ELSEWHERE


def test_a_server_that_is_down_is_passed_over_for_the_next_address(scene: Scene) -> None:
    scene.zone.addresses = ['127.0.0.3', LOOPBACK]
    assert scene.address() == LOOPBACK


def test_monitor_looks_where_connections_go(scene: Scene) -> None:
    reports: list[Report] = []
    timing = Timing.of(Config(), detects_roles=False)
    host = scene.pool.host
    watch = Watch(
        host, lambda: [scene.pool.target], lambda: timing, lambda: False, lambda host: None,
        lambda host, report: reports.append(report), KeyCache(),
    )  # fmt: skip
    for addresses in ([LOOPBACK], [LOOPBACK], [ELSEWHERE], [ELSEWHERE]):
        scene.zone.addresses = addresses
        scene.watch.step()
        watch.look()
    watch.stop()
    assert [report.error for report in reports] == [''] * 4
    assert (len(scene.here.startups), len(scene.there.startups)) == (1, 1)


def test_nothing_is_known_of_what_a_server_has_replayed_that_is_another_one_now(scene: Scene) -> None:
    looks: list[str] = []
    host = scene.pool.host
    host.become(Role.REPLICA, '')
    host.look_soon = lambda: looks.append('look')
    scene.watch.step()
    host.replays(1000)
    scene.zone.addresses = [ELSEWHERE]
    scene.watch.step()
    assert (host.replayed, looks) == (0, ['look'])
