"""The snapshots of several processes as one."""

from dataclasses import fields, replace
from itertools import permutations

import pytest

from pgdog_gevent.observe.histograms import HistogramView
from pgdog_gevent.observe.snapshot import (
    Averages,
    HostView,
    PoolView,
    PreparedView,
    Snapshot,
    Totals,
    UserView,
)
from pgdog_gevent.observe.together import merged, remains
from tests.unit.observe.views import CLIENT, DATABASE, HOST, POOL, REPLICATION, SCHEMA, SNAPSHOT, TOTALS

OTHER = replace(
    SNAPSHOT,
    taken_at=SNAPSHOT.taken_at + 1,
    started_at=SNAPSHOT.started_at - 5,
    clients=(replace(CLIENT, id=78),),
    pools=(replace(POOL, longest_wait=9.0, healthy=False), replace(POOL, id=2, database='test')),
    prepared=(PreparedView('__pgdog_9', 'SELECT $1', 1, 64), PreparedView('__pgdog_2', 'SELECT 2', 1, 10)),
    databases=(replace(DATABASE, current_connections=1, paused=False),),
    users=(UserView('alice', ('test', 'more'), None, None, 1),),
)
BOTH = merged([SNAPSHOT, OTHER])


def test_one_alone_stays_as_it_is() -> None:
    assert merged([SNAPSHOT]) == SNAPSHOT


def test_clients_and_servers_are_those_of_all() -> None:
    assert [client.id for client in BOTH.clients] == [77, 78]
    assert len(BOTH.servers) == 4


def test_a_pool_is_shown_once_and_its_figures_are_added_up() -> None:
    pool, alone = BOTH.pools
    assert (pool.waiting, pool.idle, pool.total, pool.force_closed) == (6, 8, 20, 18)
    assert (pool.size, pool.longest_wait, pool.healthy) == (20, 9.0, True)
    assert pool.totals == TOTALS + TOTALS
    assert pool.wait_histogram == HistogramView((0.001, 0.01, 0.1), (10, 6, 0, 4), 2.5)
    assert alone == OTHER.pools[1]


def test_what_all_have_in_common_is_shown_once() -> None:
    [database], [user] = BOTH.databases, BOTH.users
    assert (database.current_connections, database.paused) == (11, True)
    assert (user.databases, user.current_connections) == (('prod', 'test', 'more'), 11)
    assert [(view.statement, view.used_by, view.memory_used) for view in BOTH.prepared] == [
        ('SELECT $1', 4, 128), ('SELECT 2', 1, 10),
    ]  # fmt: skip
    assert (BOTH.started_at, BOTH.instance_id, BOTH.max_clients) == (OTHER.started_at, 'abcd1234', 100)


def test_a_text_that_one_process_has_twice_stays_two() -> None:
    twice = replace(SNAPSHOT, prepared=SNAPSHOT.prepared * 2)
    assert len(merged([twice, SNAPSHOT]).prepared) == 2


@pytest.mark.parametrize(
    ('healthy', 'idle', 'expected'),
    [(True, 0, False), (True, 1, True), (False, 1, False)],
    ids=['has tried nothing', 'has connections', 'has failed too'],
)
def test_a_pool_that_has_failed_somewhere_is_healthy_if_it_works_elsewhere(
    healthy: bool, idle: int, expected: bool
) -> None:
    sick = replace(POOL, healthy=False)
    other = replace(POOL, healthy=healthy, idle=idle, active=0, idle_in_transaction=0)
    for order in ((sick, other), (other, sick)):
        [pool] = merged([replace(SNAPSHOT, pools=(view,)) for view in order]).pools
        assert pool.healthy is expected


def one_pool(*views: PoolView) -> PoolView:
    """The same pool of several processes as one."""
    [pool] = merged([replace(SNAPSHOT, pools=(view,)) for view in views]).pools
    return pool


def banned(reason: str, time_left: float | None, detail: str = '') -> PoolView:
    return replace(POOL, banned=True, ban_reason=reason, ban_detail=detail, ban_time_left=time_left)


def test_a_pool_is_banned_if_all_ban_it_and_for_as_long_as_the_last_does() -> None:
    short, long, endless = banned('lag', 0.0), banned('probes', 9.0, 'refused'), banned('manual', None)
    for order in permutations((short, long)):
        assert one_pool(*order) == replace(one_pool(long, long), totals=TOTALS + TOTALS)
    for order in permutations((short, long, endless)):
        pool = one_pool(*order)
        assert (pool.banned, pool.ban_reason, pool.ban_time_left) == (True, 'manual', None)


def test_a_ban_of_one_process_is_told_of_though_others_use_the_pool() -> None:
    for order in permutations((POOL, banned('lag', 0.0, '3 s'))):
        pool = one_pool(*order)
        assert (pool.banned, pool.ban_reason, pool.ban_detail, pool.ban_time_left) == (False, 'lag', '3 s', 0.0)


def test_a_pool_is_half_open_if_it_is_so_anywhere() -> None:
    assert one_pool(POOL, replace(POOL, half_open=True)).half_open
    assert not one_pool(POOL, POOL).half_open


def test_a_ban_and_what_was_seen_of_a_server_end_with_the_process() -> None:
    living = replace(SNAPSHOT, pools=(banned('lag', 4.0),))
    for gone in (POOL, banned('manual', None), replace(POOL, half_open=True)):
        rest = remains(replace(SNAPSHOT, pools=(gone,)))
        [pool] = merged([living], rest).pools
        assert (pool.banned, pool.ban_reason, pool.ban_time_left, pool.half_open) == (True, 'lag', 4.0, False)
        [pool] = merged([SNAPSHOT], rest).pools
        assert (pool.banned, pool.ban_reason, pool.replication) == (False, '', POOL.replication)


def test_of_the_role_and_lag_of_a_pool_the_last_seen_count() -> None:
    fresh = replace(POOL, role='replica', replication=replace(REPLICATION, lsn_age=0.1))
    stale = replace(POOL, role='primary', replication=replace(REPLICATION, lsn_age=0.2, lag=60.0))
    blind = replace(POOL, role='auto', replication=None)
    for order in permutations((fresh, stale, blind)):
        pool = one_pool(*order)
        assert (pool.role, pool.replication) == ('replica', fresh.replication)


def hosts(*views: HostView) -> tuple[HostView, ...]:
    """The hosts of several processes, each of which has one, as one list."""
    return merged([replace(SNAPSHOT, hosts=(view,)) for view in views]).hosts


@pytest.mark.parametrize(
    'other',
    [replace(HOST, database='test'), replace(HOST, shard=1), replace(HOST, address='b'), replace(HOST, port=1)],
    ids=['database', 'shard', 'address', 'port'],
)
def test_hosts_are_told_apart_by_database_and_place(other: HostView) -> None:
    assert hosts(HOST, other, HOST) == (HOST, other)


def test_of_a_host_the_last_observation_counts() -> None:
    fresh = replace(HOST, health='unhealthy', since=9.0, replication=replace(REPLICATION, lsn_age=0.1))
    blind = replace(HOST, health='not checked', since=5.0, replication=None)
    for order in permutations((HOST, fresh, blind)):
        assert hosts(*order) == (fresh,)


def test_a_process_that_began_later_does_not_shorten_the_time_of_a_state() -> None:
    later = replace(HOST, since=HOST.since + 60, replication=replace(REPLICATION, lsn_age=0.1))
    for order in permutations((HOST, later)):
        assert hosts(*order) == (replace(later, since=HOST.since),)


def test_the_departed_have_no_hosts() -> None:
    assert merged([replace(SNAPSHOT, hosts=())], remains(SNAPSHOT)).hosts == ()


def test_of_the_tables_of_a_database_the_last_reading_counts() -> None:
    later = replace(SCHEMA, read_at=SCHEMA.read_at + 1, drift=())
    other = replace(SCHEMA, database='test')
    for order in permutations((SCHEMA, later, other)):
        assert set(merged([replace(SNAPSHOT, schemas=(view,)) for view in order]).schemas) == {later, other}


def test_averages_of_counts_add_up_and_those_of_times_weigh() -> None:
    busy = replace(POOL, averages=Averages(query_count=30.0, query_time=0.1, received=5.0))
    idle = replace(POOL, averages=Averages(query_count=10.0, query_time=0.5, received=1.0))
    [pool] = merged([replace(SNAPSHOT, pools=(busy,)), replace(SNAPSHOT, pools=(idle,))]).pools
    assert (pool.averages.query_count, pool.averages.received) == (40.0, 6.0)
    assert pool.averages.query_time == pytest.approx(0.2)
    assert pool.averages.xact_time == 0.0


def test_what_a_process_has_counted_outlives_it() -> None:
    after = merged([OTHER], remains(SNAPSHOT))
    pool = after.pools[0]
    assert pool.totals == TOTALS + TOTALS
    assert (pool.waiting, pool.total, pool.force_closed) == (3, 10, 18)
    assert (after.clients_refused, after.query_cache.hits, len(after.clients)) == (10, 60, 1)
    assert after.query_cache.size == OTHER.query_cache.size


def test_a_pool_of_the_departed_that_nobody_has_any_more_is_not_shown() -> None:
    assert [pool.id for pool in merged([SNAPSHOT], remains(OTHER)).pools] == [1]


def test_the_remains_of_several_are_kept_together() -> None:
    heap = merged([remains(SNAPSHOT), remains(OTHER)])
    [pool, _] = merged([OTHER], heap).pools
    assert pool.totals.xact_count == 3 * TOTALS.xact_count


@pytest.mark.parametrize('field', [field.name for field in fields(Totals)])
def test_no_counter_ever_shrinks(field: str) -> None:
    before: Snapshot = merged([SNAPSHOT, OTHER])
    after = merged([OTHER], remains(SNAPSHOT))
    assert getattr(after.pools[0].totals, field) >= getattr(before.pools[0].totals, field)
