from collections.abc import Iterable

import gevent
import pytest

from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.net.resolver import PATIENCE, PAUSE, Resolver, is_name, look_up

NAME = 'db.example'
FIRST, SECOND = '192.0.2.1', '2001:db8::2'


class Zone:
    """What names mean, and how often somebody has asked."""

    def __init__(self, *addresses: str) -> None:
        self.addresses: Iterable[str] = addresses
        self.asked = 0
        self.silent = False
        self.now = 1000.0

    def lookup(self, host: str) -> Iterable[str]:
        assert host == NAME
        self.asked += 1
        if self.silent:
            gevent.sleep(3600)
        if not self.addresses:
            raise OSError(-2, 'Name or service not known')
        return self.addresses

    def clock(self) -> float:
        return self.now

    def resolver(self, ttl: float | None) -> Resolver:
        return Resolver(ttl, self.lookup, self.clock)


def test_addresses_keep_their_order_and_come_once() -> None:
    assert Zone(SECOND, FIRST, SECOND).resolver(None).addresses(NAME) == (SECOND, FIRST)


def test_without_a_time_every_time_is_another_look_up() -> None:
    zone = Zone(FIRST)
    resolver = zone.resolver(None)
    assert resolver.addresses(NAME) == (FIRST,)
    zone.addresses = [SECOND]
    assert resolver.addresses(NAME) == (SECOND,)


def test_an_answer_is_good_for_its_time() -> None:
    zone = Zone(FIRST)
    resolver = zone.resolver(60)
    resolver.addresses(NAME)
    zone.addresses = [SECOND]
    zone.now += 59.9
    assert resolver.addresses(NAME) == (FIRST,)
    zone.now += 0.2
    assert resolver.addresses(NAME) == (SECOND,)
    assert zone.asked == 2


def test_a_new_look_does_not_wait_for_that() -> None:
    zone = Zone(FIRST)
    resolver = zone.resolver(60)
    resolver.addresses(NAME)
    zone.addresses = [SECOND]
    assert resolver.look_again(NAME) == (SECOND,)
    assert resolver.addresses(NAME) == (SECOND,)


@pytest.mark.parametrize('ttl', [None, 60.0], ids=['every time', 'a minute'])
def test_the_last_known_addresses_serve_on_when_a_look_up_fails(ttl: float | None) -> None:
    zone = Zone(FIRST)
    resolver = zone.resolver(ttl)
    resolver.addresses(NAME)
    zone.addresses = []
    zone.now += 61
    assert resolver.addresses(NAME) == (FIRST,)
    zone.addresses = [SECOND]
    zone.now += PAUSE + 0.1
    assert resolver.addresses(NAME) == (SECOND,)


def test_after_a_failure_not_everybody_asks_again() -> None:
    zone = Zone(FIRST)
    resolver = zone.resolver(None)
    resolver.addresses(NAME)
    zone.addresses = []
    for _ in range(10):
        resolver.addresses(NAME)
    assert zone.asked == 2


def test_nobody_waits_long_for_a_silent_server_of_names() -> None:
    zone = Zone(FIRST)
    resolver = zone.resolver(None)
    resolver.addresses(NAME)
    zone.silent = True
    with Deadline(PATIENCE + 5):
        assert resolver.addresses(NAME) == (FIRST,)
        return
    raise AssertionError('it has waited')


def test_a_name_that_was_never_known_is_an_error() -> None:
    with pytest.raises(OSError, match='Name or service not known'):
        Zone().resolver(60).addresses(NAME)


def test_a_name_without_addresses_is_an_error() -> None:
    zone = Zone()
    zone.lookup = lambda host: []  # type: ignore[method-assign]
    with pytest.raises(OSError, match=NAME):
        zone.resolver(60).addresses(NAME)


@pytest.mark.parametrize('host', ['127.0.0.1', '::1', 'fe80::1%eth0', '/run/postgresql'])
def test_what_is_no_name_is_not_looked_up(host: str) -> None:
    assert not is_name(host)
    assert Zone().resolver(None).addresses(host) == (host,)


@pytest.mark.parametrize('host', ['localhost', 'db.example', '127.0.0.1.example', 'db-1'])
def test_everything_else_is_a_name(host: str) -> None:
    assert is_name(host)


def test_names_that_nobody_wants_any_more_are_forgotten() -> None:
    zone = Zone(FIRST)
    resolver = zone.resolver(60)
    resolver.addresses(NAME)
    resolver.forget_others(['another.example'])
    assert resolver.known(NAME) == ()


def test_the_system_knows_itself() -> None:
    assert {'127.0.0.1', '::1'} & set(look_up('localhost'))
