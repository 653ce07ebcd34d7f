"""What is known of one server."""

from math import inf

import pytest

from pgdog_gevent.backend import host as module
from pgdog_gevent.backend.host import Host
from pgdog_gevent.config.choices import Role
from pgdog_gevent.config.resolve import Place

PLACE = Place(0, 'db', 5432, 'app')


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds since the epoch; a test may change them."""
    seconds = [1000.0]
    monkeypatch.setattr(module, 'time', lambda: seconds[0])
    return seconds


def host(role: Role = Role.AUTO) -> Host:
    return Host('app', PLACE, role)


@pytest.mark.parametrize('role', Role)
def test_server_begins_with_the_role_of_its_entry(role: Role) -> None:
    found = host(role)
    assert (found.role, found.healthy, found.excluded, found.status) == (role, None, '', None)
    assert found.replayed == (inf if role is Role.PRIMARY else 0.0)


def test_server_is_named_by_where_it_is() -> None:
    assert host().name == 'db:5432'


def test_change_of_role_or_exclusion_is_dated(clock: list[float]) -> None:
    found = host()
    clock[0] = 2000.0
    assert found.become(Role.REPLICA, '')
    assert found.since == 2000.0
    clock[0] = 3000.0
    assert not found.become(Role.REPLICA, '')
    assert found.since == 2000.0
    assert found.become(Role.REPLICA, 'stale primary')
    assert (found.excluded, found.since) == ('stale primary', 3000.0)


def test_primary_shows_everything_and_a_replica_what_it_has_replayed() -> None:
    found = host()
    found.replays(100)
    assert found.replayed == 100
    found.become(Role.PRIMARY, '')
    found.replays(200)
    assert found.replayed == inf


def test_primary_that_has_become_a_replica_shows_nothing_for_sure() -> None:
    found = host(Role.PRIMARY)
    found.become(Role.REPLICA, '')
    assert found.replayed == 0


def test_replica_goes_on_showing_what_it_has_shown() -> None:
    found = host()
    found.replays(100)
    found.become(Role.REPLICA, '')
    assert found.replayed == 100


def test_looks_in_succession_that_find_it_not_well_are_counted() -> None:
    found = host()
    misses = []
    for healthy in (False, False, True, False):
        found.seems(healthy=healthy, error='' if healthy else 'no answer')
        misses.append((found.misses, found.healthy, found.last_error))
    assert misses == [(1, False, 'no answer'), (2, False, 'no answer'), (0, True, ''), (1, False, 'no answer')]


def test_change_of_health_is_dated(clock: list[float]) -> None:
    found = host()
    dates = []
    for now, healthy in ((2000.0, True), (3000.0, True), (4000.0, False), (5000.0, False)):
        clock[0] = now
        found.seems(healthy=healthy, error='')
        dates.append(found.since)
    assert dates == [2000.0, 2000.0, 4000.0, 4000.0]


def test_nobody_looks_where_nothing_is_monitored() -> None:
    host().look_soon()
