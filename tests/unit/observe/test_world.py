"""What a snapshot says of pools and their servers, whose hosts and standings are stand-ins here."""

from dataclasses import dataclass
from enum import Enum
from time import monotonic, perf_counter
from typing import Final, cast

import pytest

from pgdog_gevent.backend.host import Host
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.prepared import StatementNames
from pgdog_gevent.backend.standing import Standing
from pgdog_gevent.config.choices import Role
from pgdog_gevent.config.resolve import Place
from pgdog_gevent.observe.snapshot import PoolView, ReplicationView, Snapshot
from pgdog_gevent.observe.transactions import TransactionView
from pgdog_gevent.observe.world import FrontendView, World
from pgdog_gevent.router.cache import StatementCache
from pgdog_gevent.router.chosen_key import key
from pgdog_gevent.twophase.register import Entry, InDoubt, Register, State
from tests.unit.pools import CONFIG, clusters

NOBODY: Final = FrontendView((), 0, 0, False)
PLACE: Final = Place(0, 'db', 5432, 'app')


class Reason(Enum):
    LAG = 'replica lag'


@dataclass
class StandIn:
    """The attributes of a Standing; its ban ends at ``until``."""

    reason: Reason | None = None
    detail: str = ''
    half_open: bool = False
    usable: bool = True
    until: float | None = None

    def time_left(self, now: float) -> float | None:
        return None if self.until is None else self.until - now


@dataclass(frozen=True)
class Seen:
    """The attributes of a Status."""

    in_recovery: bool = True
    lsn: int = 500
    timeline: int = 2
    system_identifier: str = '73'


@dataclass(eq=False)
class Server:
    """The attributes of a Host."""

    database: str = 'app'
    place: Place = PLACE
    configured: Role = Role.AUTO
    role: Role = Role.REPLICA
    status: Seen | None = None
    seen_at: float = 0.0
    lag: float | None = None
    lag_bytes: int | None = None
    last_error: str = ''
    excluded: str = ''
    since: float = 1_700_000_000.0
    healthy: bool | None = None


class Scene:
    """Two users of one database on one server."""

    def __init__(self) -> None:
        found = clusters()
        self.register = Register('')
        names, cache = StatementNames(), StatementCache(10, perf_counter, key)
        self._world = World(found, names, (cache,), self.register, 'abcd')
        self.pools: list[Pool] = list(found.pools())

    def put(self, server: Server) -> None:
        """Have both on this server."""
        for pool in self.pools:
            pool.host = cast(Host, server)

    def judge(self, standing: StandIn) -> None:
        """Have one pool judged."""
        self.pools[0].standing = cast(Standing, standing)

    def look(self) -> Snapshot:
        return self._world.take(CONFIG, NOBODY)

    def pool(self) -> PoolView:
        return self.look().pools[0]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_pools_of_two_users_have_one_host(scene: Scene) -> None:
    scene.put(Server(status=Seen(), last_error='refused'))
    [host] = scene.look().hosts
    assert (host.database, host.shard, host.address, host.port) == ('app', 0, 'db', 5432)
    assert (host.role, host.configured_role) == ('replica', 'auto')
    assert (host.last_error, host.since, host.system_identifier) == ('refused', 1_700_000_000.0, '73')


def test_a_host_that_no_pool_uses_any_more_is_not_shown(scene: Scene) -> None:
    scene.put(Server())
    scene.pools[0].retire()
    assert len(scene.look().hosts) == 1
    scene.pools[1].retire()
    assert scene.look().hosts == ()


@pytest.mark.parametrize(
    ('server', 'health'),
    [
        (Server(), 'not checked'),
        (Server(healthy=True), 'healthy'),
        (Server(healthy=False), 'unhealthy'),
        (Server(healthy=True, excluded='stale primary'), 'stale primary'),
        (Server(healthy=False, excluded='another system identifier'), 'another system identifier'),
    ],
    ids=lambda value: value if isinstance(value, str) else '',
)
def test_health_is_a_word(scene: Scene, server: Server, health: str) -> None:
    scene.put(server)
    assert scene.look().hosts[0].health == health


def test_what_was_seen_is_told_with_its_age(scene: Scene) -> None:
    scene.put(Server(status=Seen(), seen_at=monotonic() - 10, lag=1.5, lag_bytes=0))
    snapshot = scene.look()
    seen = snapshot.hosts[0].replication
    assert seen is not None
    assert 10 <= seen.lsn_age < 15
    assert seen == ReplicationView(1.5, 0, lsn=500, lsn_age=seen.lsn_age, timeline=2, in_recovery=True)
    of_pool = snapshot.pools[0].replication
    assert of_pool is not None
    assert (of_pool.lag, of_pool.lsn) == (1.5, 500)


def test_of_a_server_that_was_never_seen_nothing_is_told(scene: Scene) -> None:
    scene.put(Server(lag=3.0))
    snapshot = scene.look()
    assert (snapshot.hosts[0].replication, snapshot.hosts[0].system_identifier) == (None, '')
    assert snapshot.pools[0].replication is None


@pytest.mark.parametrize('role', Role, ids=lambda role: role.value)
def test_the_role_of_a_pool_is_that_of_its_server_now(scene: Scene, role: Role) -> None:
    scene.put(Server(role=role))
    assert scene.pool().role == role.value


def test_a_pool_is_healthy_only_if_its_server_is(scene: Scene) -> None:
    for healthy in (True, None, False):
        scene.put(Server(healthy=healthy))
        assert scene.pool().healthy is (healthy is not False)


def ban(pool: PoolView) -> tuple[bool, str, str, float | None, bool]:
    return pool.banned, pool.ban_reason, pool.ban_detail, pool.ban_time_left, pool.half_open


def test_a_ban_is_told_with_its_reason_and_the_time_that_is_left(scene: Scene) -> None:
    assert ban(scene.pool()) == (False, '', '', None, False)
    scene.judge(StandIn(Reason.LAG, '3 s', usable=False, until=monotonic() + 10))
    left = scene.pool().ban_time_left
    assert left is not None
    assert 5 < left <= 10
    assert ban(scene.pool())[:3] == (True, 'replica lag', '3 s')
    scene.judge(StandIn(Reason.LAG, usable=False))
    assert ban(scene.pool()) == (True, 'replica lag', '', None, False)


def test_a_pool_on_probation_is_not_banned(scene: Scene) -> None:
    scene.judge(StandIn(half_open=True))
    assert ban(scene.pool()) == (False, '', '', None, True)


def test_assignments_are_reads_or_writes(scene: Scene) -> None:
    counters = scene.pools[0].counters
    for counters.assignments, counters.reads, writes in ((4, 0, 4), (9, 5, 4), (10, 5, 5)):
        totals = scene.pool().totals
        assert (totals.reads, totals.writes) == (counters.reads, writes)


def test_parts_of_commits_in_two_phases_are_counted_by_their_pool(scene: Scene) -> None:
    scene.pools[0].finished.counters.transactions_2pc = 3
    assert [pool.totals.xact_2pc_count for pool in scene.look().pools] == [3, 0]


def entry() -> Entry:
    return Entry('pgdog_gevent::app:0.7.ab', 'app', 'alice', (0, 2))


def test_commits_under_way_are_told_with_how_far_they_are(scene: Scene) -> None:
    begun = entry()
    scene.register.enter(begun)
    begun.state = State.DECIDING
    view = TransactionView('app', 'alice', 'pgdog_gevent::app:0.7.ab', State.DECIDING, (0, 2), begun.since)
    assert scene.look().transactions == (view,)
    scene.register.leave(begun, committed=True)
    assert scene.look().transactions == ()


def test_what_recovery_has_found_is_in_doubt(scene: Scene) -> None:
    found = InDoubt('pgdog_gevent::app:1.8.cd', 'app', 'postgres', (1,), 1_700_000_000.0)
    scene.register.in_doubt['app'] = (found,)
    view = TransactionView('app', 'postgres', 'pgdog_gevent::app:1.8.cd', State.IN_DOUBT, (1,), 1_700_000_000.0)
    assert scene.look().transactions == (view,)


def test_ends_of_commits_are_counted_and_timed(scene: Scene) -> None:
    for committed in (True, True, False):
        begun = entry()
        scene.register.enter(begun)
        scene.register.leave(begun, committed=committed)
    scene.register.recovered = 4
    told = scene.look().two_phase
    assert (told.committed, told.aborted, told.recovered, sum(told.histogram.counts)) == (2, 1, 4, 3)
