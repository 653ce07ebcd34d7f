"""Attendants, who are told in the event loop what arrives on a wire; in both forms of it."""

import socket
from collections.abc import Callable, Iterator
from types import ModuleType

import gevent
import pytest
from greenlet import getcurrent

from pgdog_gevent.errors import ClientGone, ProtocolViolation
from pgdog_gevent.net import wire as in_use
from pgdog_gevent.net.wire import Wire
from tests.unit.net.ends import turn, until
from tests.unit.net.forms import from_source

READ_AHEAD = 65_536

pytestmark = pytest.mark.usefixtures('soon')


@pytest.fixture(params=[in_use, from_source('wire')], ids=['in use', 'Python'])
def form(request: pytest.FixtureRequest) -> ModuleType:
    module: ModuleType = request.param
    return module


class Place:
    """A wire, the socket at its other end, and where its attendant was told of something."""

    def __init__(self, form: ModuleType, near: socket.socket, far: socket.socket) -> None:
        self.wire, self.far = form.Wire(near, ClientGone, ProtocolViolation), far
        self.told: list[object] = []
        self.wire.attendant = _attendant(form, self._attend)

    def _attend(self, wire: Wire) -> None:
        assert wire is self.wire
        self.told.append(getcurrent())
        wire.receive_ahead()


def _attendant(form: ModuleType, attend: Callable[[Wire], None]) -> object:
    class Attendant(form.Attendant):  # type: ignore[misc,name-defined]
        def attend(self, wire: Wire) -> None:
            attend(wire)

    return Attendant()


@pytest.fixture
def place(form: ModuleType) -> Iterator[Place]:
    near, far = socket.socketpair()
    with far:
        place = Place(form, near, far)
        yield place
        place.wire.shut()


def test_attendant_is_told_in_the_event_loop_and_nobody_woken(place: Place) -> None:
    place.wire.arm()
    place.far.send(b'one')
    until(lambda: bool(place.told))
    assert (place.told, place.wire.received) == ([gevent.get_hub()], b'one')
    assert not place.wire.awaited


def test_attendant_is_told_nothing_before_the_wire_is_armed(place: Place) -> None:
    place.far.send(b'one')
    turn()
    assert place.told == []
    place.wire.arm()
    until(lambda: bool(place.told))


def test_attendant_is_told_until_it_has_received_all(place: Place) -> None:
    place.wire.arm()
    place.far.send(b'one')
    until(lambda: place.wire.received == b'one')
    place.far.send(b'two')
    until(lambda: len(place.told) == 2)
    assert place.wire.received == b'onetwo'


def test_wire_that_has_taken_in_enough_listens_no_more_until_it_is_armed(place: Place) -> None:
    place.wire.arm()
    place.far.send(bytes(READ_AHEAD))
    until(lambda: len(place.wire.received) == READ_AHEAD)
    place.far.send(b'more')
    turn()
    told = len(place.told)
    turn()
    assert (len(place.told), len(place.wire.received)) == (told, READ_AHEAD)
    place.wire.position = READ_AHEAD
    place.wire.arm()
    until(lambda: place.wire.received == b'more')


def test_who_waits_is_woken_again_when_nobody_attends(place: Place) -> None:
    place.wire.attendant = None
    waiting = gevent.spawn(place.wire.wait_readable)
    turn()
    place.far.send(b'one')
    waiting.get()
    assert (place.told, place.wire.receive_waiting(), place.wire.received) == ([], True, b'one')


def test_closed_wire_is_not_armed(place: Place) -> None:
    place.wire.shut()
    with pytest.raises(ClientGone):
        place.wire.arm()
