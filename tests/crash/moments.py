"""The moments of a commit in two phases at which everything may end."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from pgdog_gevent.twophase.register import Entry, Register
from pgdog_gevent.twophase.step import Step


class Moment(NamedTuple):
    """Right after a step has been taken for the nth time; without a step: before the first."""

    step: Step | None = None
    nth: int = 1

    def __str__(self) -> str:
        return f'{self.step.value}:{self.nth}' if self.step else 'begun:1'

    @classmethod
    def read(cls, text: str) -> 'Moment':
        """What has been written by ``str``."""
        step, _, nth = text.partition(':')
        return cls(None if step == 'begun' else Step(step), int(nth))

    @property
    def is_undecided(self) -> bool:
        """Whether nobody can have committed."""
        return self.step in (None, Step.PREPARING, Step.PREPARED)

    @property
    def is_decided(self) -> bool:
        """Whether somebody has. While it is DECIDING, nobody knows."""
        return self.step in (Step.DECIDED, Step.COMMITTING, Step.COMMITTED)


def moments(shards: int) -> Iterator[Moment]:
    """All of a commit of so many."""
    others = range(1, shards)
    yield Moment()
    yield from (Moment(Step.PREPARING, nth) for nth in others)
    yield from (Moment(Step.PREPARED, nth) for nth in others)
    yield Moment(Step.DECIDING)
    yield Moment(Step.DECIDED)
    yield from (Moment(Step.COMMITTING, nth) for nth in others)
    yield from (Moment(Step.COMMITTED, nth) for nth in others)


class Watched(Register):
    """A register in which something happens at one moment, once."""

    def __init__(self, deployment: str) -> None:
        super().__init__(deployment)
        self._still = 0
        self._moment = Moment()
        self._happens: Callable[[], None] = _nothing

    def arm(self, moment: Moment, happens: Callable[[], None]) -> None:
        """Have it happen at the next commit."""
        self._moment, self._happens, self._still = moment, happens, moment.nth

    @property
    def armed(self) -> bool:
        """Whether it has not happened yet."""
        return self._happens is not _nothing

    def enter(self, entry: Entry) -> None:
        super().enter(entry)
        self._come_to(None)

    def passed(self, step: Step, shard: int) -> None:
        self._come_to(step)

    def _come_to(self, step: Step | None) -> None:
        if step is not self._moment.step or not self.armed:
            return
        self._still -= 1
        if self._still == 0:
            happens, self._happens = self._happens, _nothing
            happens()


def _nothing() -> None:
    pass
