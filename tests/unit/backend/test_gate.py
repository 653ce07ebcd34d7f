"""Who passes, who waits for the end of a pause, and who is sent elsewhere."""

from collections.abc import Iterator
from time import monotonic

import gevent
import pytest

from pgdog_gevent.backend.gate import Diverted, Expired, Gate
from pgdog_gevent.errors import CannotConnectNow
from tests.unit.net.ends import turn, until


class Crowd:
    """Greenlets that want to pass. ``ends`` says how each has fared, in order."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.ends: list[str] = []
        self.held_back = 0.0

    def come(self) -> None:
        """One more comes, and waits if it must when this returns."""
        gevent.spawn(self._pass)
        turn()

    def _pass(self) -> None:
        try:
            self.gate.pass_in_turn(5.0, self.gate.permits.release)
        except Diverted as diverted:
            self.held_back = diverted.held_back
            self.ends.append('diverted')
        except CannotConnectNow:
            self.ends.append('told')
        else:
            self.ends.append('passed')


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    """A gate with one permit. In the end nobody waits, and only those hold one who have passed."""
    with gevent.Timeout(5):
        found = Crowd(Gate(1))
        yield found
        turn()
        assert (found.gate.waiting, found.gate.permits.unclaimed) == (0, 0)
        assert found.gate.permits.held == found.ends.count('passed')
        found.gate.permits.check_invariants()


def test_those_who_wait_in_line_are_diverted(crowd: Crowd) -> None:
    for _ in range(3):
        crowd.come()
    crowd.gate.divert()
    turn()
    assert (crowd.ends, crowd.held_back) == (['passed', 'diverted', 'diverted'], 0.0)


def test_those_who_wait_for_the_end_of_a_pause_are_diverted_and_told_how_long_it_was(crowd: Crowd) -> None:
    crowd.gate.pause()
    since = monotonic()
    for _ in range(2):
        crowd.come()
    until(lambda: monotonic() - since > 0.01)
    crowd.gate.divert()
    turn()
    assert crowd.ends == ['diverted', 'diverted']
    assert 0.0 < crowd.held_back <= monotonic() - since


def test_whoever_comes_after_a_diversion_waits_as_ever(crowd: Crowd) -> None:
    crowd.gate.pause()
    crowd.gate.divert()
    crowd.come()
    assert crowd.ends == []
    crowd.gate.resume()
    turn()
    assert crowd.ends == ['passed']


def test_pause_goes_on_after_a_diversion(crowd: Crowd) -> None:
    crowd.gate.pause()
    crowd.come()
    crowd.gate.divert()
    turn()
    crowd.come()
    assert (crowd.ends, crowd.gate.waiting) == (['diverted'], 1)
    crowd.gate.resume()
    turn()
    assert crowd.ends == ['diverted', 'passed']


def test_diversion_of_an_open_gate_closes_nothing(crowd: Crowd) -> None:
    crowd.gate.divert()
    crowd.come()
    assert crowd.ends == ['passed']


def test_end_of_the_pool_is_told_in_a_pause(crowd: Crowd) -> None:
    crowd.gate.pause()
    crowd.come()
    crowd.gate.retire()
    turn()
    assert crowd.ends == ['told']


def test_whoever_waits_too_long_is_not_diverted() -> None:
    gate = Gate(0)
    gate.divert()
    with pytest.raises(Expired), gevent.Timeout(5):
        gate.pass_in_turn(0.001, gate.permits.release)
    assert gate.waiting == 0
