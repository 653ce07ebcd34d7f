"""The moments of a commit in two phases at which everything may end."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from pgdog_gevent.backend.visibility import Elsewhere
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
    """A register in which something happens at some moments of a commit, each time once."""

    def __init__(self, deployment: str, elsewhere: Elsewhere | None = None) -> None:
        super().__init__(deployment, elsewhere)
        self._armed: dict[Moment, Callable[[], None]] = {}
        self._passed: Counter[Step] = Counter()
        """How often, in the commit that has begun last."""

    def arm(self, happens: Mapping[Moment, Callable[[], None]]) -> None:
        """Have these happen, and nothing else."""
        self._armed = dict(happens)

    @property
    def armed(self) -> bool:
        """Whether something has not happened yet."""
        return bool(self._armed)

    def enter(self, entry: Entry) -> None:
        super().enter(entry)
        self._passed.clear()
        self._come_to(Moment())

    def passed(self, step: Step, shard: int) -> None:
        self._passed[step] += 1
        self._come_to(Moment(step, self._passed[step]))

    def _come_to(self, moment: Moment) -> None:
        happens = self._armed.pop(moment, None)
        if happens is not None:
            happens()
