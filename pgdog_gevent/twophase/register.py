"""The transactions that this process commits in two phases, and what has become of those before."""

from collections.abc import Callable, Collection, Iterator
from enum import Enum
from time import monotonic, time
from typing import Final, NamedTuple

import gevent
from gevent.event import Event

from pgdog_gevent.backend.counters import Histogram
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.visibility import Elsewhere, NoneElsewhere
from pgdog_gevent.twophase.gid import Scope
from pgdog_gevent.twophase.readiness import Readiness
from pgdog_gevent.twophase.step import Step

_PAUSE: Final = 0.001
"""Seconds between two looks at what other processes have done."""


class State(Enum):
    """How far one has come; the words of SHOW TRANSACTIONS."""

    PREPARING = 'preparing'
    DECIDING = 'deciding'
    """The anchor has been told to commit, and has not answered."""
    COMMITTING = 'committing'
    """It is committed, and some shards have still to make their part of it visible."""
    ABORTING = 'aborting'
    IN_DOUBT = 'in doubt'
    """Nobody is at it who has begun it: recovery has to find out."""


class Entry:
    """One transaction. Its coordinator changes ``state``."""

    __slots__ = ('began', 'database', 'ended', 'hidden', 'name', 'number', 'participants', 'since', 'state', 'user')

    def __init__(self, name: str, database: str, user: str, participants: tuple[int, ...]) -> None:
        self.name = name
        """Of all its parts: ``gid.Name.text``."""
        self.database = database
        self.user = user
        self.participants = participants
        """The shards that have written, in order."""
        self.hidden = set(participants)
        """Those that may not show it yet."""
        self.state = State.PREPARING
        self.since = time()
        """When its commit began; seconds since the epoch."""
        self.began = monotonic()
        self.number: int | None = None
        """Among those that have been decided here; ``None`` before that."""
        self.ended = Event()
        """Nobody sees half of it any more, as far as this process can tell."""

    def half_seen_on(self, shards: Collection[int]) -> bool:
        """Whether some of these may show it, and others not."""
        return len(self.hidden.intersection(shards)) > 0 and len(set(shards).intersection(self.participants)) > 1


class InDoubt(NamedTuple):
    """A transaction that recovery has found."""

    name: str
    database: str
    owner: str
    """The user of the server who has prepared it."""
    participants: tuple[int, ...]
    """The shards where it is still prepared, in order."""
    since: float
    """When the first was; seconds since the epoch."""


class Register:
    """Counts, and knows what is under way. One for each process."""

    def __init__(self, deployment: str, elsewhere: Elsewhere | None = None) -> None:
        """``deployment``: ``DEPLOYMENT_ID``; ``elsewhere``: the commits of other processes."""
        self._deployment = deployment
        self._elsewhere = elsewhere or NoneElsewhere()
        self._half_seen: dict[int, Entry] = {}
        """By number, so in order."""
        self._decided = 0
        self._entries: dict[str, Entry] = {}
        self._left: dict[str, Entry] = {}
        self.keys = KeyCache()
        self.readiness = Readiness(self.keys)
        self.wake: Callable[[], None] = _nobody_listens
        """There is something to recover."""
        self.in_doubt: dict[str, tuple[InDoubt, ...]] = {}
        """By database, as recovery has seen it last; those that are under way here are not among them."""
        self.committed = 0
        self.aborted = 0
        self.recovered = 0
        """How many recovery has finished, wherever they have begun."""
        self.durations = Histogram()
        """Of commits, from the question who has written to the last COMMIT PREPARED."""

    def scope(self, database: str) -> Scope:
        return Scope(self._deployment, database)

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries.values()))

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def enter(self, entry: Entry) -> None:
        """Its commit has begun."""
        self._entries[entry.name] = entry

    def decides(self, entry: Entry) -> None:
        """Its anchor is about to commit: from now on some shards may show it, and others not."""
        entry.state = State.DECIDING
        entry.number = self._decided
        self._half_seen[entry.number] = entry
        self._decided += 1
        self._publish()

    def _is_seen(self, entry: Entry) -> None:
        """All shards show it, or none does."""
        if entry.number is not None:
            del self._half_seen[entry.number]
            self._publish()
        entry.ended.set()

    def _publish(self) -> None:
        self._elsewhere.publish(self._decided, next(iter(self._half_seen), self._decided))

    def await_whole(self, database: str, shards: Collection[int]) -> None:
        """Return when none is half seen on these shards that is now.

        Of other processes it is not known which shards it is about: all are waited for.
        """
        marks = self._elsewhere.marks()
        for entry in tuple(self._half_seen.values()):
            if entry.database == database and entry.half_seen_on(shards):
                entry.ended.wait()
        while not self._elsewhere.seen(marks):
            gevent.sleep(_PAUSE)

    def leave(self, entry: Entry, *, committed: bool) -> None:
        """Its commit is over, and nothing of it is left."""
        del self._entries[entry.name]
        self._count(entry, committed=committed)
        self._is_seen(entry)

    def leave_to_recovery(self, entry: Entry, *, committed: bool | None) -> None:
        """Likewise, but something may still be prepared somewhere; ``ended`` is set when nothing is any more.

        ``committed``: ``None`` if nobody knows.
        """
        del self._entries[entry.name]
        self._count(entry, committed=committed)
        entry.state = State.IN_DOUBT
        self._left[entry.name] = entry
        self.wake()

    def _count(self, entry: Entry, *, committed: bool | None) -> None:
        self.committed += committed is True
        self.aborted += committed is False
        self.durations.observe(monotonic() - entry.began)

    @property
    def left(self) -> tuple[Entry, ...]:
        """Those that recovery has to finish, as far as this process has begun them."""
        return tuple(self._left.values())

    def settled(self, entry: Entry) -> None:
        """Nothing of it is prepared anywhere any more."""
        del self._left[entry.name]
        self._is_seen(entry)

    def passed(self, step: Step, shard: int) -> None:
        """A step has been taken. Tests stop here, or die."""


def _nobody_listens() -> None:
    pass
