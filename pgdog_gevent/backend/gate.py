"""Who may have a connection of a pool, and when: permits, pauses and the end of the pool."""

from collections.abc import Callable
from enum import Enum
from time import monotonic

from gevent.event import Event

from pgdog_gevent.backend.capacity import Capacity
from pgdog_gevent.errors import CannotConnectNow


class Lending(Enum):
    """Whether a pool lends connections."""

    OPEN = 'open'
    PAUSED = 'paused'
    RETIRED = 'retired'


class Diverted(CannotConnectNow):
    """What is wanted is not to be had from this pool any more, but perhaps from another."""

    def __init__(self, held_back: float = 0.0) -> None:
        super().__init__('the server has another role now')
        self.held_back = held_back
        """Seconds that an administrator's pause has taken meanwhile."""


class Expired(BaseException):
    """It has taken too long. A BaseException, so that nothing on the way takes it for a failure of its own."""


class Gate:
    """Lets as many in as there are permits, in the order of their coming, and none while the pool is paused."""

    def __init__(self, size: int) -> None:
        self.permits = Capacity(size)
        self.lending = Lending.OPEN
        self.open = True
        """Whether connections are lent."""
        self._resumed = Event()
        self._resumed.set()
        self.diversions = 0
        """How many there have been."""
        self._held_back: list[float] = []
        """Since when each of those waits who wait for ``resume``; the longest first."""

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self.permits.waiting + len(self._held_back)

    @property
    def longest_wait(self) -> float:
        """For how long the first of them has waited."""
        held_back = monotonic() - self._held_back[0] if self._held_back else 0.0
        return max(self.permits.longest_wait, held_back)

    def try_pass(self) -> bool:
        """Take a permit if nothing is in the way. Does not wait."""
        return self.open and self.permits.try_acquire()

    def pass_in_turn(self, patience: float, give_back: Callable[[], None]) -> float:
        """Take a permit, waiting for it; return the moment when ``patience`` ends, in ``monotonic`` seconds.

        Time does not count during a pause, which is an administrator's wish and has no end of its own. ``give_back``
        is called for a permit that is of no use any more, after a pause or a diversion. Raises Expired, Diverted, and
        CannotConnectNow when the pool is gone.
        """
        diversions, held_back = self.diversions, 0.0
        while True:
            if self.lending is Lending.PAUSED:
                held_back += self._wait_for_resume()
            if self.lending is Lending.RETIRED:
                raise CannotConnectNow('the pool has been removed from the configuration')
            if self.diversions != diversions:
                raise Diverted(held_back)
            deadline = monotonic() + patience
            if not self.permits.acquire(deadline):
                if self.diversions != diversions:
                    raise Diverted(held_back)
                raise Expired
            if self.diversions != diversions:
                give_back()
                raise Diverted(held_back)
            if self.open:
                return deadline
            give_back()

    def _wait_for_resume(self) -> float:
        """Wait, and return for how many seconds; until a diversion if that comes first."""
        since = monotonic()
        self._held_back.append(since)
        try:
            self._resumed.wait()
        finally:
            self._held_back.remove(since)
        return monotonic() - since

    def pause(self) -> None:
        if self.lending is Lending.OPEN:
            self.lending, self.open = Lending.PAUSED, False
            self._resumed.clear()

    def resume(self) -> None:
        if self.lending is Lending.PAUSED:
            self.lending, self.open = Lending.OPEN, True
            self._resumed.set()

    def divert(self) -> None:
        """Have those who wait ask elsewhere, in line or for ``resume``; there may be others later."""
        self.diversions += 1
        self.permits.turn_away()
        if self.lending is Lending.PAUSED:
            resumed, self._resumed = self._resumed, Event()
            resumed.set()

    def retire(self) -> None:
        """Those who wait are told."""
        self.lending, self.open = Lending.RETIRED, False
        self._resumed.set()
