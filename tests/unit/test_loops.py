"""What an administrator does not wait for the next time of."""

from itertools import count

from pgdog_gevent.frontend.cancel import Sessions
from pgdog_gevent.loops import Loops, Recovery
from tests.unit.pools import CONFIG, clusters


class Unreachable:
    """A ``Recovery`` that counts its steps and gets nowhere."""

    def __init__(self) -> None:
        self.steps = 0

    def step(self) -> tuple[str, ...]:
        self.steps += 1
        return ('app: shard 1 cannot be reached',)


def loops(recovery: Recovery | None) -> Loops:
    return Loops(clusters(), lambda: CONFIG, Sessions(count(1)), lambda: None, None, recovery)


def test_recovery_is_gone_through_once_and_says_what_it_could_not_do() -> None:
    recovery = Unreachable()
    assert loops(recovery).recover() == ('app: shard 1 cannot be reached',)
    assert recovery.steps == 1


def test_without_commits_in_two_phases_nothing_is_left_to_recover() -> None:
    assert loops(None).recover() == ()
