"""A server as the monitor sees it; the pools of all users that go there share it."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import time

from pgdog_gevent.config.choices import Role
from pgdog_gevent.config.resolve import Place, PoolSettings


@dataclass(frozen=True, slots=True)
class Status:
    """What a server says of itself."""

    in_recovery: bool
    """Whether it is a standby."""
    lsn: int = 0
    """How far it has come, in bytes; 0: unknown.

    Of a standby: what it has replayed, or received as long as it has replayed nothing. Of a primary: what it has
    flushed, since a standby is sent no more than that. Its insert position would be too far: where a page ends, that
    is behind the header of the next page, and while nobody writes, standbys would seem to lag for ever.
    """
    timeline: int = 0
    """Of a primary: the one that it writes. Of a standby: the highest that it is known to follow, if not a higher one.
    0: unknown."""
    system_identifier: str = ''
    """Made by initdb, and the same in all copies; empty: unknown."""
    replayed_at: float | None = None
    """Of a standby: when the last transaction that it has replayed was committed; epoch, by its primary's clock."""
    aurora: bool = False
    """Whether it is Amazon Aurora, where all servers share their storage. Then only ``in_recovery`` is known."""


def _nobody_looks() -> None:
    """Where nothing is monitored."""


class Host:
    """One entry of ``[[databases]]``. Written by the monitor and by its ``Fleet`` only."""

    __slots__ = (
        '__weakref__', 'configured', 'database', 'excluded', 'healthy', 'lag', 'lag_bytes', 'last_error', 'look_soon',
        'misses', 'place', 'replayed', 'role', 'seen_at', 'since', 'status',
    )  # fmt: skip

    def __init__(self, database: str, place: Place, configured: Role) -> None:
        self.database = database
        self.place = place
        self.configured = configured
        self.role = configured
        """What it is now; ``AUTO`` as long as that is not known."""
        self.excluded = ''
        """Why it must not be used at all; empty if it may."""
        self.healthy: bool | None = None
        """Whether the last look at it found it well; ``None`` before the first."""
        self.misses = 0
        """How many looks at it in succession have found it not well."""
        self.status: Status | None = None
        self.seen_at = 0.0
        """When it said that, in ``monotonic`` seconds."""
        self.lag: float | None = None
        """Seconds that it is behind its primary."""
        self.lag_bytes: int | None = None
        self.last_error = ''
        """Why the last look at it failed, in the server's words; empty after one that did not."""
        self.since = time()
        """Seconds since the epoch: when its role, health or exclusion has last changed."""
        self.replayed = inf if configured is Role.PRIMARY else 0.0
        """What of the WAL it surely shows to readers; all of it on a primary."""
        self.look_soon: Callable[[], None] = _nobody_looks
        """Has the monitor look at it at once. Does not wait."""

    @classmethod
    def of(cls, settings: PoolSettings) -> 'Host':
        """The server of a pool that shares it with no other."""
        return cls(settings.database, settings.place, settings.role)

    @property
    def name(self) -> str:
        return f'{self.place.host}:{self.place.port}'

    def become(self, role: Role, excluded: str) -> bool:
        """Take another role, or be used no more, or again; say whether that is a change."""
        if (role, excluded) == (self.role, self.excluded):
            return False
        self.role, self.excluded = role, excluded
        self.since = time()
        if role is Role.PRIMARY:
            self.replayed = inf
        elif self.replayed == inf:
            self.replayed = 0.0
        return True

    def replays(self, lsn: int) -> None:
        """Note what it has replayed."""
        if self.role is not Role.PRIMARY:
            self.replayed = lsn

    def seems(self, *, healthy: bool, error: str) -> None:
        """Note how a look at it has ended."""
        self.misses = 0 if healthy else self.misses + 1
        if healthy is not self.healthy:
            self.healthy = healthy
            self.since = time()
        self.last_error = error
