"""Transactions that are committed in two phases: those that are not over, and what has become of others."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pgdog_gevent.observe.histograms import HistogramView
from pgdog_gevent.twophase.register import Register, State


@dataclass(frozen=True, slots=True)
class TransactionView:
    """One that is under way or in doubt: a row of SHOW TRANSACTIONS."""

    database: str
    user: str
    """Of one in doubt, that of the server who has prepared it."""
    name: str
    state: State
    participants: tuple[int, ...]
    """The shards that have written; of one in doubt, those where it is still prepared."""
    began_at: float

    @property
    def in_doubt(self) -> bool:
        """Whether it is for recovery to finish it."""
        return self.state is State.IN_DOUBT


@dataclass(frozen=True, slots=True)
class TwoPhaseView:
    """What has become of commits in two phases since the start. All only grow."""

    committed: int
    aborted: int
    recovered: int
    """How many recovery has finished, wherever they have begun."""
    histogram: HistogramView

    @classmethod
    def of(cls, register: Register) -> 'TwoPhaseView':
        """As it is now."""
        return cls(register.committed, register.aborted, register.recovered, HistogramView.of(register.durations))

    def __add__(self, other: 'TwoPhaseView') -> 'TwoPhaseView':
        return TwoPhaseView(
            self.committed + other.committed,
            self.aborted + other.aborted,
            self.recovered + other.recovered,
            self.histogram + other.histogram,
        )


def transactions(register: Register) -> tuple[TransactionView, ...]:
    """Those that this process is at, then those that recovery has found."""
    under_way = tuple(
        TransactionView(entry.database, entry.user, entry.name, entry.state, entry.participants, entry.since)
        for entry in register
    )
    in_doubt = tuple(
        TransactionView(doubt.database, doubt.owner, doubt.name, State.IN_DOUBT, doubt.participants, doubt.since)
        for doubts in register.in_doubt.values()
        for doubt in doubts
    )
    return joined((*under_way, *in_doubt))


def joined(views: Iterable[TransactionView]) -> tuple[TransactionView, ...]:
    """Those of several processes, each once; one that any of them is at is not in doubt, whatever others say."""
    found: dict[str, TransactionView] = {}
    for view in views:
        found[view.name] = _one(found[view.name], view) if view.name in found else view
    return tuple(found.values())


def _one(one: TransactionView, other: TransactionView) -> TransactionView:
    if one.in_doubt != other.in_doubt:
        return other if one.in_doubt else one
    participants = tuple(sorted({*one.participants, *other.participants}))
    return replace(one, participants=participants, began_at=min(one.began_at, other.began_at))
