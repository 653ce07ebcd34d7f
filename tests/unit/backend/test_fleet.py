"""What the servers of a shard are to each other, and who hears of it."""

import gc
import logging
from collections.abc import Callable
from time import monotonic

import gevent
import pytest

from pgdog_gevent.backend.fleet import Fleet
from pgdog_gevent.backend.floor import OwnFloor
from pgdog_gevent.backend.host import Status
from pgdog_gevent.config.choices import Role
from pgdog_gevent.config.resolve import Place
from tests.unit.net.ends import turn

AUTO, PRIMARY, REPLICA = Role.AUTO, Role.PRIMARY, Role.REPLICA


def place(number: int) -> Place:
    return Place(0, f'db{number}', 5432, 'app')


def fleet(*roles: Role) -> Fleet:
    found = Fleet('app', 0, OwnFloor())
    found.configure({place(number): role for number, role in enumerate(roles)})
    return found


def answer_all(found: Fleet) -> None:
    for host in found.hosts:
        host.status = Status(in_recovery=True)


def roles(found: Fleet) -> list[Role]:
    return [host.role for host in found.hosts]


class Listener:
    """Counts how often it is told."""

    def __init__(self) -> None:
        self.heard = 0

    def refresh(self) -> None:
        self.heard += 1


# The configuration


@pytest.mark.parametrize(
    ('configured', 'detects'),
    [((AUTO, AUTO), True), ((AUTO,), True), ((AUTO, REPLICA), False), ((PRIMARY, REPLICA), False), ((), False)],
    ids=str,
)
def test_roles_are_found_out_of_all_servers_or_none(configured: tuple[Role, ...], detects: bool) -> None:
    assert fleet(*configured).detects_roles is detects


def test_servers_that_stay_the_same_are_the_same_objects() -> None:
    found = fleet(PRIMARY, REPLICA, REPLICA)
    first, second, _ = found.hosts
    found.configure({place(3): REPLICA, place(1): PRIMARY, place(0): PRIMARY})
    assert [host.place for host in found.hosts] == [place(3), place(1), place(0)]
    assert found.host(place(0)) is first
    assert found.host(place(1)) is not second, 'it is something else by its configuration'


def test_roles_that_are_configured_end_a_conflict() -> None:
    found = fleet(AUTO, AUTO)
    found.assign(None, {found.hosts[1]: 'stale primary'}, 'more than one primary')
    found.configure({place(0): PRIMARY, place(1): REPLICA})
    assert (found.conflict, [host.excluded for host in found.hosts]) == ('', ['', ''])


def test_what_has_been_found_out_is_forgotten_where_roles_are_not_found_out_any_more() -> None:
    found = fleet(AUTO, AUTO)
    answer_all(found)
    found.assign(found.hosts[0], {found.hosts[1]: 'stale primary'}, '')
    found.configure({place(0): AUTO, place(1): AUTO, place(2): PRIMARY})
    assert (roles(found), [host.excluded for host in found.hosts]) == ([AUTO, AUTO, PRIMARY], ['', '', ''])


def test_conflict_outlives_a_reload_that_does_not_touch_the_roles() -> None:
    found = fleet(AUTO, AUTO)
    found.assign(None, {}, 'more than one primary')
    found.configure({place(0): AUTO, place(1): AUTO, place(2): AUTO})
    assert found.conflict == 'more than one primary'


# Roles


def test_server_that_has_never_answered_stays_unknown() -> None:
    found = fleet(AUTO, AUTO, AUTO)
    for host in found.hosts[:2]:
        host.status = Status(in_recovery=True)
    found.assign(found.hosts[0], {}, '')
    assert roles(found) == [PRIMARY, REPLICA, AUTO]
    assert found.primary is found.hosts[0]


def test_server_that_does_not_answer_any_more_keeps_its_role() -> None:
    found = fleet(AUTO, AUTO)
    answer_all(found)
    found.assign(found.hosts[0], {}, '')
    found.hosts[1].status = None
    found.assign(found.hosts[0], {}, '')
    assert roles(found) == [PRIMARY, REPLICA]


def test_excluded_server_is_not_the_primary() -> None:
    found = fleet(AUTO, AUTO)
    answer_all(found)
    found.assign(None, {found.hosts[0]: 'stale primary'}, '')
    assert (found.hosts[0].excluded, found.primary) == ('stale primary', None)


def test_all_are_told_of_changes_and_of_nothing_else() -> None:
    found, listener = fleet(AUTO, AUTO), Listener()
    answer_all(found)
    found.listeners.add(listener)
    first, second = found.hosts
    changes = [
        found.assign(first, {}, ''),
        found.assign(first, {}, ''),
        found.assign(second, {}, ''),
        found.assign(second, {first: 'stale primary'}, ''),
        found.assign(second, {first: 'stale primary'}, 'more than one primary'),
        found.assign(second, {first: 'stale primary'}, 'more than one primary'),
        found.assign(second, {}, ''),
    ]
    assert changes == [True, False, True, True, True, False, True]
    assert listener.heard == 5


def test_roles_are_logged_and_what_is_wrong_as_an_error(caplog: pytest.LogCaptureFixture) -> None:
    found = fleet(AUTO, AUTO)
    answer_all(found)
    with caplog.at_level(logging.INFO):
        found.assign(found.hosts[0], {found.hosts[1]: 'stale primary'}, 'two of them')
        found.assign(found.hosts[0], {found.hosts[1]: 'stale primary'}, 'two of them')
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ('INFO', 'app, shard 0: db0:5432 is primary'),
        ('ERROR', 'app, shard 0: db1:5432 is stale primary'),
        ('ERROR', 'app, shard 0: two of them'),
    ]


def test_listener_that_is_gone_is_told_nothing() -> None:
    found = fleet(AUTO)
    found.listeners.add(Listener())
    gc.collect()
    assert not found.listeners
    found.tell()


# Waiting


def waiting(wait: Callable[[], None]) -> 'gevent.Greenlet[[], None]':
    """A greenlet that waits by now."""
    greenlet = gevent.spawn(wait)
    gevent.sleep(0)
    assert not greenlet.ready()
    return greenlet


def test_all_who_wait_hear_of_news() -> None:
    found = fleet(AUTO)
    greenlets = [waiting(lambda: found.wait(60)) for _ in range(3)]
    found.tell()
    gevent.joinall(greenlets, timeout=5)
    assert all(greenlet.ready() for greenlet in greenlets)


def test_old_news_are_none() -> None:
    found = fleet(AUTO)
    found.tell()
    greenlet = waiting(lambda: found.wait(60))
    turn()
    assert not greenlet.ready()
    greenlet.kill()


def test_who_has_no_patience_does_not_wait_for_news() -> None:
    found, started = fleet(AUTO), monotonic()
    found.wait(0.0)
    found.wait(-1.0)
    assert monotonic() - started < 5


def test_all_servers_are_to_be_looked_at_when_something_seems_wrong() -> None:
    found, looks = fleet(AUTO, AUTO), []
    for host in found.hosts:
        host.look_soon = lambda name=host.name: looks.append(name)  # type: ignore[misc]
    found.suspect()
    assert looks == ['db0:5432', 'db1:5432']


def test_replay_is_waited_for_until_one_server_has_come_so_far() -> None:
    found = fleet(PRIMARY, REPLICA, REPLICA)
    replicas = found.hosts[1:]
    looks: list[str] = []
    for host in replicas:
        host.look_soon = lambda name=host.name: looks.append(name)  # type: ignore[misc]
    greenlet = waiting(lambda: found.await_replay(200, replicas, 60))
    assert (found.awaited, looks) == (1, ['db1:5432', 'db2:5432'])
    replicas[0].replays(199)
    found.wake()
    turn()
    assert (greenlet.ready(), len(looks)) == (False, 4)
    replicas[1].replays(200)
    found.wake()
    greenlet.join(5)
    assert (greenlet.successful(), found.awaited) == (True, 0)


def test_replay_that_does_not_come_is_not_waited_for_for_ever() -> None:
    found = fleet(PRIMARY, REPLICA)
    gevent.with_timeout(5, found.await_replay, 200, found.hosts[1:], 0.01)
    assert found.awaited == 0


def test_who_is_killed_while_replay_is_waited_for_waits_no_more() -> None:
    found = fleet(PRIMARY, REPLICA)
    waiting(lambda: found.await_replay(200, found.hosts[1:], 60)).kill()
    assert found.awaited == 0
