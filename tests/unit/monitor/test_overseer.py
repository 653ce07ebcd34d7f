"""What follows from what is seen of servers: reports in, conclusions out."""

from collections.abc import Iterator

import gevent
import pytest

from pgdog_gevent.backend.connect import Target
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.fleet import Fleet
from pgdog_gevent.backend.gate import Diverted
from pgdog_gevent.backend.host import Host, Status
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.shard import Shard
from pgdog_gevent.backend.standing import BanReason
from pgdog_gevent.config.resolve import PoolSettings
from pgdog_gevent.monitor.overseer import Overseer
from pgdog_gevent.monitor.timing import Timing
from pgdog_gevent.monitor.watch import Report
from tests.unit.backend.shards import AUTO, NOTHING, PRIMARY, REPLICA, Site, Values, config
from tests.unit.net.ends import until

OURS = '7000'
DEAD = Report(error='connection refused', alive=False)
WELL = Report()


def primary(lsn: int = 1000, timeline: int = 1, system_identifier: str = OURS) -> Report:
    return Report(Status(False, lsn, timeline, system_identifier))


def standby(lsn: int = 1000, timeline: int = 1, system_identifier: str = OURS) -> Report:
    return Report(Status(True, lsn, timeline, system_identifier))


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Monotonic seconds; a test may change them."""
    seconds = [1000.0]
    for where in ('monitor.overseer', 'backend.shard'):
        monkeypatch.setattr(f'pgdog_gevent.{where}.monotonic', lambda: seconds[0])
    return seconds


class Watched:
    """A site and its overseer. Servers are known by number."""

    def __init__(self, *servers: str, general: Values = NOTHING) -> None:
        self.general = {'ban_timeout': 60_000, **general}
        self.site = Site(*servers, general=self.general)
        self.resized: list[Fleet] = []
        self.overseer = Overseer(self.site.shard.fleet, self._users, self._timing, self.resized.append)
        self._servers = servers

    def _users(self, host: Host) -> Iterator[tuple[Shard, Pool]]:
        for pool in self.site.pools:
            if pool.host is host:
                yield self.site.shard, pool

    def _timing(self) -> Timing:
        fleet = self.site.shard.fleet
        return Timing.of(config(*self._servers, general=self.general), detects_roles=fleet.detects_roles)

    def tell(self, *reports: Report | None) -> None:
        """The servers are looked at, one after the other; ``None``: that one is not."""
        for host, report in zip(self.site.hosts, reports, strict=False):
            if report is not None:
                self.overseer.heed(host, report)

    @property
    def reasons(self) -> list[BanReason | None]:
        return [pool.standing.reason for pool in self.site.pools]

    @property
    def roles(self) -> list[str]:
        return [host.excluded or host.role.value for host in self.site.hosts]

    @property
    def generations(self) -> list[int]:
        """How often the connections of each have been replaced."""
        return [pool.stock.dialer.generation for pool in self.site.pools]

    @property
    def severed(self) -> list[tuple[int, str]]:
        """Whose connections have been broken off, and why."""
        return [(number, reason) for number, pool in self._pools() for reason in pool.severed]

    @property
    def hurried(self) -> list[int]:
        """Who was to be connected to without delay, as often as that was so."""
        return [number for number, pool in self._pools() for _ in range(pool.hurries)]

    def _pools(self) -> Iterator[tuple[int, 'NotedPool']]:
        for number, pool in enumerate(self.site.pools):
            assert isinstance(pool, NotedPool)
            yield number, pool


class NotedPool(Pool):
    """A pool that notes what is done to its connections."""

    def __init__(
        self, pool_id: int, settings: PoolSettings, target: Target, keys: KeyCache, host: Host | None = None
    ) -> None:
        super().__init__(pool_id, settings, target, keys, host)
        self.severed: list[str] = []
        self.hurries = 0

    def sever(self, reason: str) -> None:
        self.severed.append(reason)

    def hurry(self) -> None:
        self.hurries += 1


@pytest.fixture(autouse=True)
def noted_pools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have all pools of this module note."""
    monkeypatch.setattr('pgdog_gevent.backend.clusters.Pool', NotedPool)


@pytest.fixture
def fixed() -> Watched:
    """A primary and two replicas, by configuration."""
    return Watched(PRIMARY, REPLICA, REPLICA)


@pytest.fixture
def found_out() -> Watched:
    """Three servers whose roles are to be found out."""
    return Watched(AUTO, AUTO, AUTO)


# Health


def test_replica_that_is_not_well_is_banned_and_its_clients_wait_no_longer(fixed: Watched) -> None:
    fixed.tell(None, DEAD)
    assert fixed.reasons == [None, BanReason.PROBE, None]
    assert fixed.severed == [(1, 'db1:5432 is not well: connection refused')]
    host = fixed.site.hosts[1]
    assert (host.healthy, host.misses, host.last_error) == (False, 1, 'connection refused')


def test_primary_that_is_not_well_is_banned_from_reads_and_nobody_is_broken_off(fixed: Watched) -> None:
    fixed.tell(DEAD)
    assert (fixed.reasons, fixed.severed) == ([BanReason.PROBE, None, None], [])


def test_last_one_is_not_banned_nor_broken_off(fixed: Watched) -> None:
    fixed.tell(DEAD, DEAD, DEAD)
    assert fixed.reasons == [BanReason.PROBE, BanReason.PROBE, None]
    assert [number for number, _ in fixed.severed] == [1]


def test_server_that_only_refuses_the_monitor_is_left_alone(fixed: Watched) -> None:
    fixed.tell(None, WELL)
    fixed.tell(None, Report(error='too many connections', alive=True))
    host = fixed.site.hosts[1]
    assert (fixed.reasons, host.healthy, host.last_error) == ([None] * 3, True, 'too many connections')


def test_ban_ends_with_a_look_after_its_time(fixed: Watched, clock: list[float]) -> None:
    fixed.tell(None, DEAD)
    found = []
    for now in (1059.0, 1061.0):
        clock[0] = now
        fixed.tell(None, WELL)
        found.append(fixed.reasons[1])
    assert found == [BanReason.PROBE, None]


def test_look_is_wanted_when_it_may_end_a_ban(fixed: Watched, clock: list[float]) -> None:
    wanted = [fixed.overseer.wanted_in(fixed.site.hosts[1])]
    fixed.tell(None, DEAD)
    for now in (1000.0, 1050.0, 1060.0, 2000.0):
        clock[0] = now
        wanted.append(fixed.overseer.wanted_in(fixed.site.hosts[1]))
    assert wanted == [None, 60.0, 10.0, 0.0, 0.0]


def test_look_is_wanted_at_once_where_nobody_has_looked_yet() -> None:
    watched = Watched(PRIMARY, REPLICA, general={'require_healthcheck_on_discovery': True})
    assert watched.overseer.wanted_in(watched.site.hosts[1]) == 0.0
    watched.tell(WELL, WELL)
    assert (watched.overseer.wanted_in(watched.site.hosts[1]), watched.reasons) == (None, [None, None])


def test_server_that_is_back_is_connected_to_without_delay(fixed: Watched) -> None:
    fixed.tell(None, WELL, WELL)
    fixed.tell(None, DEAD)
    assert fixed.hurried == []
    fixed.tell(None, WELL)
    fixed.tell(None, WELL)
    assert fixed.hurried == [1]


# Lag


def lagging(**limits: int) -> Watched:
    watched = Watched(PRIMARY, REPLICA, REPLICA, general=limits)
    watched.tell(primary(lsn=1000), standby(), standby())
    return watched


def test_replica_that_is_too_many_bytes_behind_is_banned_until_it_is_not() -> None:
    watched = lagging(ban_replica_lag_bytes=500)
    watched.tell(primary(lsn=2000), standby(lsn=1499), standby(lsn=1500))
    assert watched.reasons == [None, BanReason.LAG, None]
    assert watched.site.pools[1].standing.detail == '501 bytes behind, more than ban_replica_lag_bytes (500)'
    watched.tell(None, standby(lsn=1500))
    assert watched.reasons == [None, None, None]


def test_replica_that_is_too_many_seconds_behind_is_banned_until_it_is_not(clock: list[float]) -> None:
    watched = lagging(ban_replica_lag=5000)
    clock[0] = 1010.0
    watched.tell(primary(lsn=2000), standby(lsn=1999), standby(lsn=2000))
    clock[0] = 1015.0
    watched.tell(None, standby(lsn=1999), standby(lsn=2000))
    assert watched.reasons == [None, None, None]
    clock[0] = 1015.1
    watched.tell(None, standby(lsn=1999), standby(lsn=2000))
    assert watched.reasons == [None, BanReason.LAG, None]
    assert watched.site.pools[1].standing.detail == '5.1 s behind, more than ban_replica_lag (5 s)'
    watched.tell(None, standby(lsn=2000))
    assert watched.reasons == [None, None, None]


def test_lag_is_noted_where_nobody_is_banned_for_it(clock: list[float]) -> None:
    watched = lagging(lsn_check_delay=0)
    clock[0] = 1010.0
    watched.tell(primary(lsn=2000))
    clock[0] = 1013.0
    watched.tell(None, standby(lsn=1500))
    first, second, _ = watched.site.hosts
    assert (first.lag, first.lag_bytes) == (None, None)
    assert (second.lag, second.lag_bytes, second.replayed, second.seen_at) == (3.0, 500, 1500, 1013.0)
    assert watched.reasons == [None, None, None]


def test_aurora_has_no_lag() -> None:
    watched = lagging(ban_replica_lag_bytes=500)
    watched.tell(None, Report(Status(True, aurora=True)))
    assert (watched.site.hosts[1].lag, watched.site.hosts[1].lag_bytes) == (0.0, 0)


def test_replica_that_is_the_primary_now_is_not_behind_any_more() -> None:
    watched = Watched(AUTO, AUTO, general={'ban_replica_lag_bytes': 500})
    watched.tell(primary(lsn=1000), standby())
    watched.tell(primary(lsn=2000), standby(lsn=1000))
    assert watched.reasons == [None, BanReason.LAG]
    watched.tell(None, primary(lsn=1100, timeline=2))
    assert (watched.reasons, watched.site.primary) == ([None, None], 1)


def test_ban_for_lag_ends_when_nobody_looks_for_it_any_more() -> None:
    watched = lagging(ban_replica_lag_bytes=500)
    watched.tell(primary(lsn=2000), standby(lsn=1000))
    assert watched.reasons == [None, BanReason.LAG, None]
    watched.general = {}
    watched.tell(None, WELL)
    assert watched.reasons == [None, None, None]


def test_those_who_wait_for_a_replica_hear_of_each_look(fixed: Watched) -> None:
    fleet = fixed.site.shard.fleet
    news = fleet._news
    fixed.tell(None, standby(lsn=1))
    assert news.is_set()
    assert not fixed.overseer.hurried
    fleet.awaited = 1
    assert fixed.overseer.hurried


# Roles


def test_there_is_no_verdict_before_all_have_been_asked(found_out: Watched) -> None:
    found_out.tell(primary(), standby())
    assert (found_out.roles, found_out.resized) == (['auto'] * 3, [])
    found_out.tell(None, None, standby())
    assert found_out.roles == ['primary', 'replica', 'replica']
    assert found_out.resized == [found_out.site.shard.fleet]


def test_one_that_cannot_be_reached_has_been_asked(found_out: Watched) -> None:
    found_out.tell(primary(), standby(), DEAD)
    assert (found_out.roles, found_out.site.primary) == (['primary', 'replica', 'auto'], 0)


def test_roles_of_the_configuration_are_not_judged(fixed: Watched) -> None:
    fixed.tell(standby(), primary(), standby())
    assert (fixed.roles, fixed.resized) == (['primary', 'replica', 'replica'], [])


def test_promoted_server_is_the_primary_at_once_and_the_old_one_is_not_used_any_more(found_out: Watched) -> None:
    found_out.tell(primary(), standby(), standby())
    before = found_out.generations
    found_out.tell(None, primary(timeline=2))
    assert found_out.roles[1:] == ['primary', 'replica']
    assert found_out.roles[0].startswith('stale primary')
    assert [now - then for now, then in zip(found_out.generations, before, strict=True)][1:] == [0, 0]
    assert found_out.generations[0] > before[0], 'its connections are replaced'
    assert [number for number, _ in found_out.severed] == [0]
    assert 1 in found_out.hurried


def test_connections_of_a_primary_that_has_stepped_down_are_replaced_and_not_broken_off(found_out: Watched) -> None:
    found_out.tell(primary(), standby(), standby())
    before = found_out.generations
    found_out.tell(standby(), standby(), standby())
    assert (found_out.roles, found_out.site.primary) == (['replica'] * 3, None)
    assert [now - then for now, then in zip(found_out.generations, before, strict=True)] == [1, 0, 0]
    assert found_out.severed == []


def test_clients_of_a_dead_primary_are_freed_when_there_is_another(found_out: Watched) -> None:
    found_out.tell(primary(), standby(), standby())
    for _ in range(2):
        found_out.tell(DEAD)
    assert (found_out.roles[0], found_out.severed) == ('primary', [])
    found_out.tell(None, primary(timeline=2))
    assert (found_out.roles, found_out.site.primary) == (['replica', 'primary', 'replica'], 1)
    assert (0, 'db0:5432 is not the primary any more') in found_out.severed


def test_dead_primary_stays_the_primary_until_another_is_promoted(found_out: Watched) -> None:
    found_out.tell(primary(), standby(), standby())
    for _ in range(3):
        found_out.tell(DEAD, standby(), standby())
    assert found_out.roles == ['primary', 'replica', 'replica']


def test_one_look_that_fails_does_not_make_room_for_a_second_primary(found_out: Watched) -> None:
    found_out.tell(primary(), standby(), standby())
    found_out.tell(None, primary(), None)
    assert (found_out.site.primary, 'more than one primary' in found_out.site.shard.fleet.conflict) == (None, True)
    found_out.tell(DEAD)
    assert found_out.site.shard.fleet.conflict
    found_out.tell(DEAD)
    assert (found_out.site.shard.fleet.conflict, found_out.site.primary) == ('', 1)


def test_server_with_another_system_identifier_gets_no_traffic(found_out: Watched) -> None:
    found_out.tell(primary(), standby(), standby(system_identifier='8000'))
    assert found_out.roles[:2] == ['primary', 'replica']
    assert found_out.roles[2].startswith('another system identifier')
    assert found_out.site.readers == {0, 1}
    assert [number for number, _ in found_out.severed] == [2]


def test_lag_is_that_behind_the_new_primary(found_out: Watched) -> None:
    found_out.tell(primary(lsn=5000), standby(lsn=1000), standby(lsn=900))
    assert found_out.site.hosts[2].lag_bytes == 0, 'nothing was known of the primary'
    found_out.tell(primary(lsn=5000), standby(lsn=1000), standby(lsn=900))
    assert found_out.site.hosts[2].lag_bytes == 4100
    found_out.tell(standby(lsn=5000), primary(lsn=1000, timeline=2), standby(lsn=900, timeline=2))
    found_out.tell(None, primary(lsn=1000, timeline=2), standby(lsn=900, timeline=2))
    assert found_out.site.hosts[2].lag_bytes == 100


def test_pools_are_resized_when_roles_change_only(found_out: Watched) -> None:
    found_out.tell(primary(), standby(), standby())
    found_out.tell(primary(), standby(), standby())
    assert len(found_out.resized) == 1
    found_out.tell(standby(), standby(), standby())
    assert len(found_out.resized) == 2


def test_reads_that_wait_at_an_excluded_server_go_elsewhere(found_out: Watched) -> None:
    found_out.tell(primary(), standby(), standby())
    pool = found_out.site.pools[2]
    pool.resize(0)
    reader = gevent.spawn(pool.acquire)
    until(lambda: pool.waiting == 1)
    found_out.tell(None, None, standby(system_identifier='8000'))
    with pytest.raises(Diverted):
        reader.get(timeout=5)


def test_what_a_replica_has_replayed_counts_no_more_when_it_does_not_answer() -> None:
    """It may have crashed, and shows less for a while when it is back."""
    place = Watched(PRIMARY, REPLICA)
    place.tell(primary(), standby(1000))
    assert place.site.hosts[1].replayed == 1000
    place.tell(None, DEAD)
    assert place.site.hosts[1].replayed == 0
