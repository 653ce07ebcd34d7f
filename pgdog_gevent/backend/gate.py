"""Who may have a connection of a pool, and when: permits, pauses and the end of the pool."""

from collections.abc import Callable
from enum import Enum
from time import monotonic

import gevent
from gevent.event import Event

from pgdog_gevent.backend.capacity import Capacity
from pgdog_gevent.errors import CannotConnectNow


class Lending(Enum):
    """Whether a pool lends connections."""

    OPEN = 'open'
    PAUSED = 'paused'
    RETIRED = 'retired'


class Gate:
    """Lets as many in as there are permits, in the order of their coming, and none while the pool is paused."""

    def __init__(self, size: int) -> None:
        self.permits = Capacity(size)
        self.lending = Lending.OPEN
        self._resumed = Event()
        self._resumed.set()
        self._held_back: list[float] = []
        """Since when each of those waits who wait for ``resume``; the longest first."""

    @property
    def open(self) -> bool:
        """Whether connections are lent."""
        return self.lending is Lending.OPEN

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
        return self.lending is Lending.OPEN and self.permits.try_acquire()

    def pass_in_turn(self, timer: gevent.Timeout, give_back: Callable[[], None]) -> None:
        """Take a permit, waiting for it.

        ``timer`` does not run during a pause, which is an administrator's wish and has no end of its own.
        ``give_back`` is called for a permit that came after a pause had begun. Raises CannotConnectNow when the pool
        is gone.
        """
        while True:
            if self.lending is Lending.PAUSED:
                timer.cancel()
                self._wait_for_resume()
                timer.start()
            if self.lending is Lending.RETIRED:
                raise CannotConnectNow('the pool has been removed from the configuration')
            self.permits.acquire()
            if self.lending is Lending.OPEN:
                return
            give_back()

    def _wait_for_resume(self) -> None:
        since = monotonic()
        self._held_back.append(since)
        try:
            self._resumed.wait()
        finally:
            self._held_back.remove(since)

    def pause(self) -> None:
        if self.lending is Lending.OPEN:
            self.lending = Lending.PAUSED
            self._resumed.clear()

    def resume(self) -> None:
        if self.lending is Lending.PAUSED:
            self.lending = Lending.OPEN
            self._resumed.set()

    def retire(self) -> None:
        """Those who wait are told."""
        self.lending = Lending.RETIRED
        self._resumed.set()
