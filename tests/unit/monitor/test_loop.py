"""Steps that are taken again and again, and at once when that is asked for."""

import logging
from collections.abc import Callable, Iterator

import gevent
import pytest
from gevent.event import Event

from pgdog_gevent.monitor.loop import Loop
from tests.unit.net.ends import turn, until

NEVER = 3600.0


class Steps:
    """Counts the steps of a loop; each may take as long as ``during`` does."""

    def __init__(self, interval: float = NEVER) -> None:
        self.taken = 0
        self.during: Callable[[], None] = lambda: None
        self.loop = Loop('test', interval, self.take)

    def take(self) -> None:
        self.taken += 1
        self.during()


@pytest.fixture
def steps() -> Iterator[Steps]:
    """A loop that takes no step by itself."""
    with gevent.Timeout(5):
        found = Steps()
        found.loop.start()
        turn()
        yield found
        found.loop.stop()


def test_loop_takes_no_step_before_its_time(steps: Steps) -> None:
    turn()
    assert (steps.taken, steps.loop.timing) == (0, ('test', NEVER))


def test_loop_that_is_woken_takes_a_step(steps: Steps) -> None:
    for taken in (1, 2, 3):
        steps.loop.wake()
        turn()
        assert steps.taken == taken


def test_loop_that_is_woken_several_times_takes_one_step(steps: Steps) -> None:
    for _ in range(3):
        steps.loop.wake()
    turn()
    turn()
    assert steps.taken == 1


def test_loop_that_is_woken_during_a_step_takes_another_one(steps: Steps) -> None:
    going_on = Event()
    steps.during = lambda: going_on.wait() and None
    steps.loop.wake()
    turn()
    steps.loop.wake()
    turn()
    assert steps.taken == 1
    going_on.set()
    until(lambda: steps.taken == 2)
    turn()
    assert steps.taken == 2


def test_loop_may_be_woken_before_it_starts() -> None:
    steps = Steps()
    steps.loop.wake()
    assert steps.taken == 0
    steps.loop.start()
    until(lambda: steps.taken == 1)
    steps.loop.stop()


def test_loop_that_is_not_woken_goes_on_by_itself() -> None:
    steps = Steps(interval=0.001)
    steps.loop.start()
    until(lambda: steps.taken >= 3)
    steps.loop.stop()


def test_interval_may_be_changed_by_a_step(steps: Steps) -> None:
    def hurry() -> None:
        steps.loop.interval = 0.001

    steps.during = hurry
    steps.loop.wake()
    until(lambda: steps.taken >= 3)


def test_loop_outlives_a_step_that_fails(steps: Steps, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise RuntimeError('broken')

    steps.during = fail
    with caplog.at_level(logging.CRITICAL + 1):
        for _ in range(2):
            steps.loop.wake()
            turn()
    assert (steps.taken, steps.loop.failures) == (2, 2)


def test_loop_that_is_stopped_takes_no_step_any_more(steps: Steps) -> None:
    steps.loop.stop()
    steps.loop.wake()
    turn()
    assert steps.taken == 0
