"""Whether the server of a pool is trusted with reads."""

from collections.abc import Callable
from enum import Enum
from math import inf
from typing import Final

_TRIALS: Final = 3
"""Successful checkouts after which a target that has come back is trusted again."""
_LONGEST: Final = 10
"""Times ``ban_timeout``: the longest ban of a target that fails again and again."""


class BanReason(Enum):
    """Why a target gets nothing, in the words of SHOW BANS."""

    CONNECT = 'connect failures'
    PROBE = 'failed health checks'
    LAG = 'replica lag'
    MANUAL = 'manual'
    UNCHECKED = 'not checked yet'


class Standing:
    """What speaks against a target. Four things do, each for itself, and each ends in its own way.

    - Failures ban it for ``ban_timeout``. Then it has to pass a probe, and is *half-open*: it gets one connection at a
      time until it has served some. A failure meanwhile, or too soon after, bans it for twice as long.
    - Lag, for as long as the monitor says so.
    - The administrator, until UNBAN.
    - Nobody has looked at it yet: until it passes a probe.

    Its pool, the monitor and the administrator change it. It does not know of other targets: that the last one that is
    usable is never banned is for the caller to see to. ``now`` is monotonic, in seconds.
    """

    __slots__ = (
        '_failure', '_lag', '_length', '_manual', '_on_trial', '_trials', '_trusted_since', '_unchecked', '_until',
        '_words', 'ban_timeout', 'half_open', 'on_change', 'usable',
    )  # fmt: skip

    def __init__(self, ban_timeout: float, *, unchecked: bool = False) -> None:
        """``unchecked``: a probe has to pass before it is used."""
        self.ban_timeout = ban_timeout
        """Seconds; 0: neither failures nor lag ban it."""
        self.usable = not unchecked
        """Whether nothing speaks against it."""
        self.half_open = False
        """Whether it is usable for one connection at a time only."""
        self.on_change: Callable[[], None] | None = None
        """Called after each change of these two."""
        self._failure: BanReason | None = None
        """What it is banned for, if it is for failures."""
        self._words = ''
        """Those of the last failure."""
        self._until = 0.0
        """When that ban is over. Without a passed probe it stays banned all the same."""
        self._length = 0.0
        """Of the last ban."""
        self._on_trial = False
        self._trials = 0
        """Checkouts that have been successful since it is on trial."""
        self._trusted_since = -inf
        """Since the last ban."""
        self._lag = ''
        self._manual = False
        self._unchecked = unchecked

    # Failures, and what makes up for them

    def failed(self, reason: BanReason, detail: str, now: float) -> None:
        """Ban it because it could not be connected to (CONNECT), or did not pass a probe (PROBE).

        While it is banned, or unchecked, that only changes what is said about it.
        """
        if self._unchecked:
            self._words = detail
        elif self.ban_timeout > 0:
            if self._failure is None:
                self._begin_ban(now)
            self._failure = reason
            self._words = detail
            self._settle()

    def _begin_ban(self, now: float) -> None:
        again = self._on_trial or now - self._trusted_since < self._length
        length = max(2 * self._length, self.ban_timeout) if again else self.ban_timeout
        self._length = min(length, _LONGEST * self.ban_timeout)
        self._until = now + self._length
        self._on_trial = False

    def probe_passed(self, now: float) -> None:
        """It has answered. That ends a ban for failures whose time is over."""
        if self._unchecked:
            self._unchecked = False
            self._words = ''
        if self._failure is not None and now >= self._until:
            self._failure = None
            self._words = ''
            self._on_trial = True
            self._trials = 0
        self._settle()

    def served(self, now: float) -> None:
        """It has lent a connection that works. Only while it is half-open does that change anything."""
        if self.half_open:
            self._trials += 1
            if self._trials >= _TRIALS:
                self._on_trial = False
                self._trusted_since = now
                self._settle()

    def due_for_probe(self, now: float) -> bool:
        """Whether it only needs to pass a probe."""
        return self._unchecked or (self._failure is not None and now >= self._until)

    # Lag

    def lagging(self, detail: str) -> None:
        """It is too far behind. ``detail`` says how far."""
        if self.ban_timeout > 0:
            self._lag = detail or BanReason.LAG.value
            self._settle()

    def caught_up(self) -> None:
        """It is not too far behind, or not any more."""
        self._lag = ''
        self._settle()

    # Administration

    def configure(self, ban_timeout: float) -> None:
        """Take a new ``ban_timeout``: it holds for the next ban; if it is 0, bans for failures and lag are over."""
        self.ban_timeout = ban_timeout
        if ban_timeout == 0:
            self._forget_failures()
            self._lag = ''
            self._settle()

    def ban(self) -> None:
        """Ban it until ``unban``."""
        self._manual = True
        self._settle()

    def unban(self) -> None:
        """Lift everything, as the administrator wants: it is trusted, until somebody finds something new."""
        self._manual = False
        self.lift()

    def lift(self) -> None:
        """Lift all that is not manual, because there is no other target."""
        self._forget_failures()
        self._lag = ''
        self._unchecked = False
        self._settle()

    def _forget_failures(self) -> None:
        self._failure = None
        self._words = ''
        self._length = 0.0
        self._on_trial = False

    # What there is to see

    @property
    def reason(self) -> BanReason | None:
        """What is foremost of all that speaks against it."""
        if self._manual:
            return BanReason.MANUAL
        if self._failure is not None:
            return self._failure
        if self._lag:
            return BanReason.LAG
        return BanReason.UNCHECKED if self._unchecked else None

    @property
    def detail(self) -> str:
        """That in the server's own words, if there are any."""
        match self.reason:
            case None | BanReason.MANUAL:
                return ''
            case BanReason.LAG:
                return self._lag
            case _:
                return self._words

    def time_left(self, now: float) -> float | None:
        """Seconds until the time of the ban is over, after which a probe may end it; ``None`` if time will not."""
        if self.reason in (BanReason.CONNECT, BanReason.PROBE):
            return max(0.0, self._until - now)
        return None

    def _settle(self) -> None:
        usable = self.reason is None
        half_open = usable and self._on_trial
        if (usable, half_open) != (self.usable, self.half_open):
            self.usable = usable
            self.half_open = half_open
            if self.on_change is not None:
                self.on_change()
