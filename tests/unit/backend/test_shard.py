"""Which servers of a shard write and read, through bans, trials and changes of roles."""

from itertools import combinations

import pytest

from pgdog_gevent import sqlstate
from pgdog_gevent.backend.connect import LoginRefused
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.shard import _worth_waiting
from pgdog_gevent.backend.standing import BanReason
from pgdog_gevent.errors import ServerUnreachable, ServerUnsuitable
from pgdog_gevent.protocol.response import ErrorFields
from pgdog_gevent.router.statement import Access
from tests.unit.backend.shards import AUTO, PRIMARY, REPLICA, Site, config

SPLITS = ('include_primary', 'exclude_primary', 'include_primary_if_replica_banned', 'prefer_primary')
SERVERS = (PRIMARY, REPLICA, REPLICA)
READ, REPLICA_ONLY = Access.READ, Access.REPLICA


class At:
    """Wants to read what has been written up to a position."""

    def __init__(self, position: int) -> None:
        self.position = position


NOBODY = At(0)


def site(*servers: str, split: str = 'include_primary', ban_timeout: int = 10_000) -> Site:
    return Site(*(servers or SERVERS), general={'read_write_split': split, 'ban_timeout': ban_timeout})


def ban(place: Site, *numbers: int) -> None:
    for number in numbers:
        place.pools[number].standing.failed(BanReason.CONNECT, 'refused', 0.0)


def put_on_trial(place: Site, number: int) -> None:
    """Its ban is over, and it has passed a probe."""
    ban(place, number)
    place.pools[number].standing.probe_passed(1e9)


# Who serves what


@pytest.mark.parametrize(
    ('banned', 'expected'),
    [
        pytest.param((), ({0, 1, 2}, {1, 2}, {1, 2}, {0}), id='all are well'),
        pytest.param((1,), ({0, 2}, {2}, {0, 2}, {0}), id='one replica is banned'),
        pytest.param((1, 2), ({0}, {0}, {0}, {0}), id='all replicas are banned'),
        pytest.param((0,), ({1, 2}, {1, 2}, {1, 2}, {1, 2}), id='the primary is banned'),
        pytest.param((0, 1), ({2}, {2}, {2}, {2}), id='one replica is left'),
        pytest.param((0, 1, 2), (set(), set(), set(), set()), id='all are banned'),
    ],
)
def test_who_reads_depends_on_the_split_and_on_bans(banned: tuple[int, ...], expected: tuple[set[int], ...]) -> None:
    found = []
    for split in SPLITS:
        place = site(split=split)
        ban(place, *banned)
        found.append(place.readers)
    assert tuple(found) == expected


@pytest.mark.parametrize('split', SPLITS)
def test_whoever_asks_for_a_replica_gets_one_whatever_the_split_as_long_as_one_is_usable(split: str) -> None:
    place = site(split=split)
    assert place.replicas == {1, 2}
    ban(place, 2)
    assert place.replicas == {1}
    ban(place, 1)
    assert place.replicas == {0}


@pytest.mark.parametrize('split', SPLITS)
def test_primary_writes_also_while_it_is_banned(split: str) -> None:
    place = site(split=split)
    ban(place, 0)
    assert (place.primary, place.shard.pick(False, 0)) == (0, place.pools[0])


def test_user_who_only_reads_reads_from_replicas_as_long_as_there_are_any() -> None:
    place = Site(*SERVERS, user={'read_only': True})
    assert place.readers == {1, 2}
    ban(place, 1, 2)
    assert place.readers == {0}


@pytest.mark.parametrize('split', SPLITS)
def test_without_a_primary_in_the_configuration_everything_is_read(split: str) -> None:
    place = site(REPLICA, REPLICA, split=split)
    assert (place.primary, place.readers, place.shard.writes) == (None, {0, 1}, False)
    assert place.shard.pick(False, 0) in place.pools


@pytest.mark.parametrize('split', SPLITS)
def test_without_replicas_the_primary_reads(split: str) -> None:
    place = site(PRIMARY, split=split)
    assert (place.readers, place.replicas) == ({0}, {0})


def test_server_for_resharding_serves_nobody() -> None:
    place = Site(PRIMARY, REPLICA, {'role': 'replica', 'resharding_only': True})
    assert (place.readers, place.replicas) == ({0, 1}, {1})


def test_server_beside_one_for_resharding_is_the_pool_of_everything() -> None:
    place = Site(PRIMARY, {'role': 'replica', 'resharding_only': True})
    assert place.shard.only_pool is place.pools[0]


@pytest.mark.parametrize(
    ('servers', 'alone'),
    [((PRIMARY,), True), ((REPLICA,), True), ((AUTO,), False), ((PRIMARY, REPLICA), False)],
    ids=['primary', 'replica', 'a server whose role is to be found out', 'two'],
)
def test_pool_of_everything_is_that_of_a_lone_server_that_never_has_another_role(
    servers: tuple[str, ...], alone: bool
) -> None:
    place = site(*servers)
    assert (place.shard.only_pool is not None) is alone


# Roles


def test_while_roles_are_unknown_nobody_writes_and_nobody_reads() -> None:
    place = site(AUTO, AUTO)
    assert (place.primary, place.readers, place.replicas) == (None, set(), set())
    assert [place.shard.pick(reads, 0) for reads in (False, True)] == [None, None]
    assert place.shard.writes


def test_roles_that_are_found_out_are_heeded_at_once() -> None:
    place = site(AUTO, AUTO, AUTO, split='exclude_primary')
    place.assign(1)
    assert (place.primary, place.readers) == (1, {0, 2})
    place.assign(2)
    assert (place.primary, place.readers) == (2, {0, 1})


def test_excluded_server_gets_nothing_not_even_as_a_last_resort() -> None:
    place = site(AUTO, AUTO, AUTO)
    place.assign(1, {0: 'stale primary'})
    assert (place.primary, place.readers, place.replicas) == (1, {1, 2}, {2})
    ban(place, 1, 2)
    assert place.shard._untried(READ, NOBODY, []) in place.pools[1:]
    assert place.shard._untried(READ, NOBODY, place.pools[1:]) is None


def test_nobody_writes_while_there_are_two_primaries() -> None:
    place = site(AUTO, AUTO)
    place.assign(0)
    place.assign(None, conflict='more than one primary')
    assert (place.primary, place.readers) == (None, {0, 1})
    place.assign(1)
    assert place.primary == 1


def test_conflict_takes_the_primary_away_also_if_it_has_the_role() -> None:
    place = site(AUTO, AUTO)
    place.assign(0, conflict='more than one primary')
    assert place.primary is None


# Bans


@pytest.mark.parametrize('banned', [*combinations(range(3), 2)], ids=str)
def test_last_target_that_is_usable_is_not_banned(banned: tuple[int, int]) -> None:
    place = site()
    [last] = {0, 1, 2} - set(banned)
    assert [place.shard.ban(place.pools[number], BanReason.PROBE, 'no answer') for number in banned] == [True, True]
    assert not place.shard.ban(place.pools[last], BanReason.PROBE, 'no answer')
    assert place.readers == {last}


def test_last_replica_may_be_banned_as_long_as_the_primary_is_usable() -> None:
    place = site(PRIMARY, REPLICA, split='exclude_primary')
    assert place.shard.ban(place.pools[1], BanReason.PROBE, 'no answer')
    assert place.readers == {0}


def test_lone_server_is_not_banned() -> None:
    place = site(PRIMARY)
    assert not place.shard.ban(place.pools[0], BanReason.PROBE, 'no answer')
    assert place.readers == {0}


def test_server_whose_role_is_unknown_is_not_banned() -> None:
    place = site(AUTO, AUTO)
    assert not place.shard.ban(place.pools[0], BanReason.PROBE, 'no answer')
    place.assign(0)
    assert place.readers == {0, 1}


def test_excluded_server_is_not_counted_among_those_that_could_serve() -> None:
    place = site(AUTO, AUTO, AUTO)
    place.assign(1, {2: 'stale primary'})
    assert place.shard.ban(place.pools[0], BanReason.PROBE, 'no answer')
    assert not place.shard.ban(place.pools[1], BanReason.PROBE, 'no answer')


def test_connections_of_a_banned_target_are_replaced() -> None:
    place = site()
    pool = place.pools[1]
    before = pool.stock.dialer.generation
    place.shard.ban(pool, BanReason.PROBE, 'no answer')
    place.shard.ban(pool, BanReason.PROBE, 'still no answer')
    assert (pool.stock.dialer.generation - before, pool.standing.detail) == (1, 'still no answer')


def test_failure_to_connect_bans() -> None:
    place = site()
    place.pools[1].stock.dialer.on_failure(ServerUnreachable('connection refused'))
    assert (place.readers, place.pools[1].standing.detail) == ({0, 2}, 'connection refused')


def refused(code: str) -> LoginRefused:
    return LoginRefused(ErrorFields('FATAL', code, 'not now'))


def test_server_that_has_too_many_connections_is_busy_and_not_banned() -> None:
    place = site()
    place.pools[1].stock.dialer.on_failure(refused(sqlstate.TOO_MANY_CONNECTIONS))
    assert place.readers == {0, 1, 2}
    place.pools[1].stock.dialer.on_failure(refused(sqlstate.CANNOT_CONNECT_NOW))
    assert place.readers == {0, 2}


def test_monitor_is_asked_to_look_at_a_server_that_refuses() -> None:
    place = site()
    looks: list[str] = []
    place.hosts[1].look_soon = lambda: looks.append('look')
    place.pools[1].stock.dialer.on_failure(refused(sqlstate.TOO_MANY_CONNECTIONS))
    assert looks == ['look']


def test_nobody_is_banned_if_ban_timeout_is_0() -> None:
    place = site(ban_timeout=0)
    assert not place.shard.ban(place.pools[1], BanReason.PROBE, 'no answer')
    place.shard.lag(place.pools[1], 'far behind')
    assert place.readers == {0, 1, 2}


def test_replica_that_is_behind_does_not_read_until_it_is_not() -> None:
    place = site()
    place.shard.lag(place.pools[1], '12.0 s behind')
    assert (place.readers, place.pools[1].standing.detail) == ({0, 2}, '12.0 s behind')
    place.shard.lag(place.pools[1], '')
    assert place.readers == {0, 1, 2}


def test_last_target_may_be_behind() -> None:
    place = site(REPLICA, REPLICA)
    for number in (0, 1):
        place.shard.lag(place.pools[number], 'far behind')
    assert place.readers == {1}


def test_primary_reads_when_an_administrator_has_banned_all() -> None:
    place = site(PRIMARY, REPLICA, split='exclude_primary')
    for pool in place.pools:
        pool.standing.ban()
    assert place.readers == set()
    assert place.shard._untried(READ, NOBODY, []) is place.pools[0]


def test_administrators_ban_holds_for_the_last_replica() -> None:
    place = site(REPLICA)
    place.pools[0].standing.ban()
    assert place.shard._untried(READ, NOBODY, []) is None


def test_when_all_are_banned_each_is_asked_all_the_same() -> None:
    place = site()
    ban(place, 0, 1, 2)
    asked: list[Pool] = []
    while (pool := place.shard._untried(READ, NOBODY, asked)) is not None:
        asked.append(pool)
    assert place.numbers(*asked) == [1, 2, 0]


# Trials


def test_target_on_trial_takes_part_and_is_looked_after() -> None:
    place = site(split='exclude_primary')
    put_on_trial(place, 1)
    assert (place.readers, place.numbers(*place.shard.trials)) == ({1, 2}, [1])
    assert place.shard.pick(True, 0) is None, 'the fast lane would not know of the trial'
    assert place.shard.pick(False, 0) is place.pools[0]


def test_target_on_trial_goes_before_all_others_for_one_connection_at_a_time() -> None:
    place = site(split='exclude_primary')
    put_on_trial(place, 1)
    assert place.numbers(place.shard._untried(READ, NOBODY, [])) == [1]
    assert place.pools[1].permits.try_acquire()  # Somebody has a connection, or is opening one.
    assert place.numbers(*(place.shard._untried(READ, NOBODY, []) for _ in range(3))) == [2, 2, 2]
    place.pools[1].permits.release()
    assert place.numbers(place.shard._untried(READ, NOBODY, [])) == [1]


def test_target_that_has_stood_its_trial_is_one_among_others() -> None:
    place = site(split='exclude_primary')
    put_on_trial(place, 1)
    for _ in range(3):
        place.pools[1].standing.served(0.0)
    assert (place.shard.trials, place.readers) == ((), {1, 2})
    assert place.shard.pick(True, 0) in place.pools[1:]


def test_trial_of_one_that_is_not_wanted_hinders_nobody() -> None:
    place = site(split='prefer_primary')
    put_on_trial(place, 1)
    assert place.numbers(*(place.shard._untried(READ, NOBODY, []) for _ in range(3))) == [0, 0, 0]


# A position


def test_replica_that_has_not_come_so_far_is_not_picked() -> None:
    place = site(PRIMARY, REPLICA, split='exclude_primary')
    place.hosts[1].replays(100)
    picked = [place.shard.pick(True, position) for position in (0, 100, 101)]
    assert place.numbers(*picked) == [1, 1, None]


def test_primary_shows_everything() -> None:
    place = site(PRIMARY, REPLICA, split='prefer_primary')
    assert place.shard.pick(True, 10**18) is place.pools[0]


def test_those_are_asked_that_have_come_so_far() -> None:
    place = site(split='exclude_primary')
    place.hosts[1].replays(100)
    place.hosts[2].replays(200)
    asked = {place.numbers(place.shard._untried(READ, At(150), []))[0] for _ in range(4)}
    assert asked == {2}


@pytest.mark.parametrize('access', [READ, REPLICA_ONLY], ids=['a read', 'a replica is asked for'])
def test_primary_is_asked_if_no_replica_has_come_so_far(access: Access) -> None:
    place = Site(*SERVERS, general={'read_write_split': 'exclude_primary', 'read_your_writes_timeout': 0})
    assert place.numbers(place.shard._untried(access, At(150), [])) == [0]


def test_after_one_that_has_refused_the_others_are_asked_wherever_they_are() -> None:
    place = Site(*SERVERS, general={'read_write_split': 'exclude_primary', 'read_your_writes_timeout': 0})
    for number in (1, 2):
        place.hosts[number].replays(200)
    asked: list[Pool] = []
    while (pool := place.shard._untried(READ, At(150), asked)) is not None:
        assert pool not in asked
        asked.append(pool)
    assert sorted(place.numbers(*asked), key=str) == [0, 1, 2]


def test_one_that_is_banned_and_has_not_come_so_far_is_no_last_resort() -> None:
    place = Site(REPLICA, REPLICA, general={'read_your_writes_timeout': 0})
    ban(place, 0, 1)
    place.hosts[1].replays(200)
    assert place.numbers(place.shard._untried(READ, At(150), [])) == [1]
    assert place.shard._untried(READ, At(150), [place.pools[1]]) is None


# Picking in no time


def test_who_has_connections_to_spare_is_picked_before_who_has_none() -> None:
    place = Site(PRIMARY, REPLICA, general={'default_pool_size': 1, 'load_balancing_strategy': 'round_robin'})
    assert place.pools[1].permits.try_acquire()
    assert place.numbers(*(place.shard.pick(True, 0) for _ in range(4))) == [0, 0, 0, 0]
    assert place.pools[0].permits.try_acquire()
    assert set(place.numbers(*(place.shard.pick(True, 0) for _ in range(4)))) == {0, 1}


def test_readers_are_picked_one_after_the_other() -> None:
    place = Site(*SERVERS, general={'load_balancing_strategy': 'round_robin'})
    assert sorted(place.numbers(*(place.shard.pick(True, 0) for _ in range(6))), key=str) == [0, 0, 1, 1, 2, 2]


# What is worth waiting for


@pytest.mark.parametrize(
    ('error', 'worth'),
    [
        pytest.param(ServerUnreachable('connection refused'), True, id='nobody there'),
        pytest.param(refused(sqlstate.CANNOT_CONNECT_NOW), True, id='starting'),
        pytest.param(refused(sqlstate.TOO_MANY_CONNECTIONS), True, id='too many connections'),
        pytest.param(refused(sqlstate.ADMIN_SHUTDOWN), True, id='shutting down'),
        pytest.param(refused(sqlstate.CRASH_SHUTDOWN), True, id='crashed'),
        pytest.param(refused(sqlstate.INVALID_PASSWORD), False, id='wrong password'),
        pytest.param(refused(sqlstate.INVALID_CATALOG_NAME), False, id='no such database'),
        pytest.param(ServerUnsuitable('no TLS'), False, id='without TLS'),
    ],
)
def test_some_refusals_are_worth_waiting(error: ServerUnreachable, worth: bool) -> None:
    assert _worth_waiting(error) is worth


# Reloads


def test_reload_changes_who_reads() -> None:
    place = site()
    shard, pools = place.shard, place.pools
    place.clusters.apply(config(*SERVERS, general={'read_write_split': 'exclude_primary'}))
    assert (place.shard, place.pools, place.readers) == (shard, pools, {1, 2})
