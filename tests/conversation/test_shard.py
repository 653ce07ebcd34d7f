"""How a shard goes from server to server when they let nobody in, or change their roles."""

from dataclasses import replace

import gevent
import pytest

from pgdog_gevent import sqlstate
from pgdog_gevent.backend.connect import LoginRefused
from pgdog_gevent.backend.host import Status
from pgdog_gevent.backend.standing import BanReason
from pgdog_gevent.errors import CannotConnectNow, PoolTimeout
from pgdog_gevent.router.statement import Access
from tests.conversation.stands import Reading, Stand, stand
from tests.unit.backend.shards import Values
from tests.unit.net.ends import turn, until

WRITE, READ, REPLICA = Access.WRITE, Access.READ, Access.REPLICA
EXCLUDE = {'read_write_split': 'exclude_primary'}


def assign(place: Stand, primary: int | None) -> None:
    """Say which server is the primary, as the monitor does."""
    fleet = place.shard.fleet
    for number, host in enumerate(fleet.hosts):
        host.status = Status(in_recovery=number != primary)
    fleet.assign(None if primary is None else fleet.hosts[primary], {}, '')


# Servers that let nobody in


@pytest.mark.parametrize('access', [WRITE, READ], ids=['write', 'read'])
def test_server_that_is_starting_is_asked_again_until_it_lets_us_in(access: Access) -> None:
    with stand('primary', general={'checkout_timeout': 5000}) as place:
        [door] = place.doors
        door.sqlstate = sqlstate.CANNOT_CONNECT_NOW
        visiting = place.visiting(access)
        until(lambda: door.knocks > 1)
        door.sqlstate = ''
        assert visiting.get() == 0


@pytest.mark.parametrize('access', [WRITE, READ], ids=['write', 'read'])
def test_server_that_lets_nobody_in_for_checkout_timeout_is_given_up(access: Access) -> None:
    with stand('primary') as place:
        [door] = place.doors
        door.sqlstate = sqlstate.CANNOT_CONNECT_NOW
        with pytest.raises(CannotConnectNow, match=r'checkout_timeout \(0\.4 s\).*not you') as refusal:
            place.visit(access)
        assert (refusal.value.sqlstate, door.knocks > 1) == (sqlstate.CANNOT_CONNECT_NOW, True)


@pytest.mark.parametrize('access', [WRITE, READ, REPLICA], ids=['write', 'read', 'replica'])
def test_wrong_password_is_not_waited_for(access: Access) -> None:
    with stand('primary') as place:
        [door] = place.doors
        door.sqlstate = sqlstate.INVALID_PASSWORD
        with pytest.raises(LoginRefused, match='not you'):
            place.visit(access)
        assert door.knocks == 1


@pytest.mark.parametrize(
    'code', [sqlstate.CANNOT_CONNECT_NOW, sqlstate.TOO_MANY_CONNECTIONS, sqlstate.INVALID_PASSWORD],
    ids=['starting', 'too many connections', 'wrong password'],
)  # fmt: skip
def test_read_goes_on_to_the_next_server_when_one_refuses(code: str) -> None:
    with stand('replica', 'replica', general={'load_balancing_strategy': 'round_robin'}) as place:
        place.doors[0].sqlstate = code
        assert place.visit(READ) == 1
        assert [door.knocks for door in place.doors] == [1, 1]


def test_wrong_password_everywhere_is_told_when_all_have_been_asked() -> None:
    with stand('primary', 'replica') as place:
        for door in place.doors:
            door.sqlstate = sqlstate.INVALID_PASSWORD
        with pytest.raises(LoginRefused):
            place.visit(READ)
        assert [door.knocks for door in place.doors] == [1, 1]


def test_server_that_does_not_answer_takes_no_more_than_half_of_the_time() -> None:
    with stand('replica', 'replica', general={'load_balancing_strategy': 'round_robin'}) as place:
        place.doors[0].silent = True
        assert place.visit(READ) == 1


def test_server_that_has_refused_is_banned_and_not_asked_again() -> None:
    with stand('replica', 'replica', general={'load_balancing_strategy': 'round_robin'}) as place:
        place.doors[0].sqlstate = sqlstate.CANNOT_CONNECT_NOW
        assert [place.visit(READ) for _ in range(4)] == [1] * 4
        assert (place.doors[0].knocks, place.pools[0].standing.reason) == (1, BanReason.CONNECT)


def test_when_all_have_refused_they_are_asked_again() -> None:
    with stand('replica', 'replica', general={'checkout_timeout': 5000}) as place:
        for door in place.doors:
            door.sqlstate = sqlstate.CANNOT_CONNECT_NOW
        visiting = place.visiting(READ)
        until(lambda: all(door.knocks > 1 for door in place.doors))
        place.doors[1].sqlstate = ''
        assert visiting.get() == 1


def test_busy_pool_is_told_from_a_lost_server() -> None:
    with stand('primary', general={'default_pool_size': 1}) as place, place.pools[0].lease():
        for access in (WRITE, READ):
            with pytest.raises(PoolTimeout):
                place.visit(access)


def test_read_does_not_wait_for_a_busy_pool_while_another_is_free() -> None:
    general: Values = {'default_pool_size': 1, 'load_balancing_strategy': 'round_robin'}
    with stand('replica', 'replica', general=general) as place, place.pools[0].lease():
        assert place.visit(READ) == 1


# Trials


# Roles


def test_writers_wait_until_there_is_a_primary() -> None:
    with stand('auto', 'auto', general={'checkout_timeout': 5000}) as place:
        visiting = [place.visiting(WRITE) for _ in range(3)]
        turn()
        assert not any(each.ready() for each in visiting)
        assign(place, 1)
        assert [each.get() for each in visiting] == [1, 1, 1]


def test_monitor_is_asked_to_look_at_once_when_there_is_no_primary() -> None:
    with stand('auto', 'auto', general={'checkout_timeout': 5000}) as place:
        looks: list[int] = []
        for number, host in enumerate(place.shard.fleet.hosts):
            host.look_soon = lambda number=number: looks.append(number)  # type: ignore[misc]
        visiting = place.visiting(WRITE)
        assert looks == [0, 1]
        assign(place, 0)
        visiting.get()


def test_writer_that_finds_no_primary_is_told_after_checkout_timeout() -> None:
    with stand('auto', 'auto') as place:
        with pytest.raises(CannotConnectNow, match='none of its servers is the primary'):
            place.visit(WRITE)
        place.shard.fleet.assign(None, {}, 'more than one primary: db1 and db2')
        with pytest.raises(CannotConnectNow, match='more than one primary: db1 and db2'):
            place.visit(WRITE)


def test_writers_that_wait_for_the_old_primary_go_to_the_new_one() -> None:
    with stand('auto', 'auto', general={'default_pool_size': 1, 'checkout_timeout': 5000}) as place:
        assign(place, 0)
        with place.pools[0].lease():
            visiting = [place.visiting(WRITE) for _ in range(3)]
            until(lambda: place.pools[0].permits.waiting == 3)
            assign(place, 1)
            assert [each.get() for each in visiting] == [1, 1, 1]


def test_writers_whose_connections_to_the_old_primary_are_being_opened_go_to_the_new_one() -> None:
    with stand('auto', 'auto', general={'checkout_timeout': 5000}) as place:
        assign(place, 0)
        place.doors[0].silent = True
        visiting = [place.visiting(WRITE) for _ in range(3)]
        until(lambda: place.doors[0].knocks == 3)
        assign(place, 1)
        assert [each.get() for each in visiting] == [1, 1, 1]
        until(lambda: place.pools[0].total == 0)


def test_writers_that_keep_their_distance_from_the_old_primary_go_to_the_new_one() -> None:
    with stand('auto', 'auto', general={'checkout_timeout': 5000}) as place:
        assign(place, 0)
        place.doors[0].sqlstate = sqlstate.CANNOT_CONNECT_NOW
        visiting = [place.visiting(WRITE) for _ in range(3)]
        until(lambda: place.doors[0].knocks > 2)
        assign(place, 1)
        assert [each.get() for each in visiting] == [1, 1, 1]


def test_writers_wait_for_the_next_primary_when_there_is_none_for_a_while() -> None:
    with stand('auto', 'auto', general={'default_pool_size': 1, 'checkout_timeout': 5000}) as place:
        assign(place, 0)
        with place.pools[0].lease():
            visiting = place.visiting(WRITE)
            until(lambda: place.pools[0].permits.waiting == 1)
            assign(place, None)
            turn()
            assert not visiting.ready()
            assign(place, 1)
            assert visiting.get() == 1


@pytest.mark.parametrize(
    'code', [sqlstate.CANNOT_CONNECT_NOW, sqlstate.TOO_MANY_CONNECTIONS, sqlstate.INVALID_PASSWORD],
    ids=['starting', 'too many connections', 'wrong password'],
)  # fmt: skip
def test_read_goes_on_to_the_primary_when_the_only_replica_refuses(code: str) -> None:
    with stand('primary', 'replica', general=EXCLUDE) as place:
        place.doors[1].sqlstate = code
        assert place.visit(READ) == 0


@pytest.mark.parametrize('access', [WRITE, READ], ids=['write', 'read'])
def test_without_any_patience_a_connection_is_lent_that_is_there(access: Access) -> None:
    with stand('primary') as place:
        place.visit(access)
        [pool] = place.pools
        pool.configure(replace(pool.settings, checkout_timeout=0.0), pool.target)
        assert place.visit(access) == 0


@pytest.mark.parametrize('access', [WRITE, READ], ids=['write', 'read'])
def test_whatever_a_server_on_trial_is_lent_for_counts(access: Access) -> None:
    with stand('primary', 'replica', general={'read_write_split': 'prefer_primary'}) as place:
        standing = place.pools[0].standing
        standing.failed(BanReason.CONNECT, 'refused', 0.0)
        standing.probe_passed(1e9)
        found = [(place.visit(access), standing.half_open) for _ in range(3)]
        assert found == [(0, True), (0, True), (0, False)]


def test_writers_held_back_by_a_pause_go_to_the_new_primary_however_long_it_was() -> None:
    """An administrator who promotes another server pauses the database meanwhile."""
    with stand('auto', 'auto', general={'checkout_timeout': 50}) as place:
        assign(place, 0)
        for pool in place.pools:
            pool.pause()
        visiting = place.visiting(WRITE)
        until(lambda: place.pools[0].waiting == 1)
        gevent.sleep(0.1)
        assign(place, 1)
        turn()
        for pool in place.pools:
            pool.resume()
        assert visiting.get() == 1


def test_writer_is_not_held_back_by_the_pause_of_a_server_that_is_not_the_primary_any_more() -> None:
    with stand('auto', 'auto', general={'checkout_timeout': 5000}) as place:
        assign(place, 0)
        place.pools[0].pause()
        visiting = place.visiting(WRITE)
        until(lambda: place.pools[0].waiting == 1)
        assign(place, 1)
        assert visiting.get() == 1


# Writers whose turn comes when their server is not the primary any more


def test_writer_who_has_been_let_in_goes_to_the_new_primary_if_that_changes_before_it_wakes() -> None:
    with stand('auto', 'auto', general={'default_pool_size': 1}) as place:
        assign(place, 0)
        pool, connection = place.shard.acquire(WRITE, Reading())
        visiting = place.visiting(WRITE)
        until(lambda: pool.permits.waiting == 1)
        pool.release(connection)
        assign(place, 1)
        assert visiting.get() == 1


def test_writer_whose_connection_is_looked_at_goes_to_the_new_primary_if_that_changes_meanwhile() -> None:
    with stand('auto', 'auto', general={'healthcheck_interval': 0}) as place:
        assign(place, 0)
        place.visit(WRITE)
        place.doors[0].thinks = 0.1
        visiting = place.visiting(WRITE)
        until(lambda: not place.pools[0].idle_connections)
        assign(place, 1)
        assert visiting.get() == 1


def test_writer_who_waits_for_a_primary_is_served_when_a_reload_names_it() -> None:
    with stand('auto', general={'checkout_timeout': 5000}) as place:
        visiting = place.visiting(WRITE)
        place.reload('primary')
        assert visiting.get(timeout=1) == 0
