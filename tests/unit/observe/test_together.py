"""The snapshots of several processes as one."""

from dataclasses import fields, replace

import pytest

from pgdog_gevent.observe.snapshot import Averages, HistogramView, PreparedView, Snapshot, Totals, UserView
from pgdog_gevent.observe.together import merged, remains
from tests.unit.observe.views import CLIENT, DATABASE, POOL, SNAPSHOT, TOTALS

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
