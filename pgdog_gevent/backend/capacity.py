"""Permits: how many may do something at once, granted in the order of asking.

``gevent.lock.Semaphore`` lets a newcomer overtake those who wait; under load some clients then wait for ever. Here a
released permit belongs to the first waiter at once. A waiter that is interrupted after its grant and before it wakes
(a timeout, a kill) passes the permit on, so none is lost.
"""

from collections import deque
from time import monotonic

from gevent.hub import Waiter, get_hub


class _Place:
    """A place in the queue."""

    __slots__ = ('granted', 'since', 'waiter')

    def __init__(self) -> None:
        self.waiter: Waiter[None] = Waiter()
        self.granted = False
        self.since = monotonic()


class Capacity:
    """``size`` permits. Only one greenlet at a time changes it, and never blocks while it does."""

    __slots__ = ('_queue', 'held', 'size', 'unclaimed')

    def __init__(self, size: int) -> None:
        self.size = size
        self.held = 0
        self.unclaimed = 0
        """Of those held, how many have been granted to waiters who have not woken yet."""
        self._queue: deque[_Place] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for a permit."""
        return len(self._queue)

    @property
    def longest_wait(self) -> float:
        """For how long the first in the queue has waited."""
        return monotonic() - self._queue[0].since if self._queue else 0.0

    def try_acquire(self) -> bool:
        """Take a permit if one is free and nobody waits for it."""
        if self._queue or self.held >= self.size:
            return False
        self.held += 1
        return True

    def acquire(self) -> None:
        """Take a permit, waiting in turn. Any exception thrown into the waiting greenlet leaves none behind."""
        if self.try_acquire():
            return
        place = _Place()
        self._queue.append(place)
        try:
            place.waiter.get()
        except BaseException:
            if place.granted:
                self.unclaimed -= 1
                self.release()
            else:
                self._queue.remove(place)
            raise
        self.unclaimed -= 1

    def release(self) -> None:
        """Give a permit back."""
        self.held -= 1
        if self._queue:
            self._grant()

    def resize(self, size: int) -> None:
        """Change the number of permits; with fewer, those who hold one keep it."""
        self.size = size
        self._grant()

    def check_invariants(self) -> None:
        """Raise AssertionError if permits are missing or some wait although one is free."""
        assert 0 <= self.unclaimed <= self.held
        assert not self._queue or self.held >= self.size

    def _grant(self) -> None:
        while self._queue and self.held < self.size:
            place = self._queue.popleft()
            place.granted = True
            self.held += 1
            self.unclaimed += 1
            get_hub().loop.run_callback(place.waiter.switch, None)
