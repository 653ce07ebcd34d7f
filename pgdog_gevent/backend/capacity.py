"""Permits: how many may do something at once, granted in the order of asking.

``gevent.lock.Semaphore`` lets a newcomer overtake those who wait; under load some clients then wait for ever. Here a
released permit belongs to the first waiter at once. A waiter that is interrupted after its grant and before it wakes
(a timeout, a kill) passes the permit on, so none is lost.
"""

from collections import deque
from collections.abc import Callable
from math import inf
from time import monotonic
from typing import Protocol

from gevent.hub import get_hub
from greenlet import getcurrent, greenlet

from pgdog_gevent.backend.line import Line, Place


class _Sleeper(Place):
    """A greenlet's place."""

    __slots__ = ('greenlet',)

    def __init__(self, since: float, deadline: float) -> None:
        super().__init__(since, deadline)
        self.greenlet: greenlet | None = getcurrent()
        """Who waits; ``None`` when nobody does any more."""

    def wake(self) -> None:
        """Whoever was interrupted in the meantime is left alone."""
        if self.greenlet is not None:
            self.greenlet.switch()


class Alarm(Protocol):
    """A timer of the event loop."""

    def start(self, callback: Callable[[], None]) -> None: ...

    def close(self) -> None: ...


class Loop(Protocol):
    """The event loop."""

    @property
    def iteration(self) -> int: ...


class Capacity:
    """``size`` permits. Only one greenlet at a time changes it, and never blocks while it does."""

    __slots__ = ('_alarm', '_due', '_granted', '_loop', 'held', 'on_wait', 'queue', 'size', 'unclaimed', 'withdrawing')

    def __init__(self, size: int) -> None:
        self.size = size
        self.held = 0
        self.unclaimed = 0
        """Of those held, how many have been granted to waiters who have not woken yet."""
        self.queue = Line()
        self.withdrawing = 0
        """Of those in the queue, how many wait in order to give a permit away."""
        self.on_wait: Callable[[], None] | None = None
        """Called when somebody has begun to wait; must not wait itself."""
        self._alarm: Alarm | None = None
        """One timer for all who wait; it goes off for the first whose time is over."""
        self._due = inf
        self._loop: Loop | None = None
        self._granted: deque[Place] = deque()
        """Those who are to be woken before the event loop looks for events again."""

    @property
    def waiting(self) -> int:
        """How many wait for a permit."""
        return self.queue.size - self.withdrawing

    @property
    def longest_wait(self) -> float:
        """For how long the first in the queue has waited."""
        return monotonic() - self.queue.first().since if self.queue.size else 0.0

    def try_acquire(self) -> bool:
        """Take a permit if one is free and nobody waits for it."""
        if self.queue.size or self.held >= self.size:
            return False
        self.held += 1
        return True

    def acquire(self, deadline: float = inf) -> bool:
        """Take a permit, waiting in turn; false if none came until ``deadline``, in ``monotonic`` seconds.

        False earlier than that if it has been turned away. Any exception thrown into the waiting greenlet leaves none
        behind.
        """
        if self.try_acquire():
            return True
        return self._wait_as(_Sleeper(monotonic(), deadline))

    def _wait_as(self, place: _Sleeper) -> bool:
        """Wait in turn for a permit, and return whether it came."""
        self.queue.join(place)
        self.withdrawing += place.gives
        self._begin_to_wait(place.deadline)
        try:
            get_hub().switch()
        except BaseException:
            self.leave(place)
            raise
        finally:
            place.greenlet = None
        if place.granted:
            self.unclaimed -= 1
        return place.granted

    def enqueue(self, place: Place) -> None:
        """Wait in turn, in the hub or as if there: somebody's event has come.

        Does not block: the place is woken. Then the permit, if granted, is no longer ``unclaimed``.
        """
        if self._loop is None:
            self._loop = get_hub().loop
        self.queue.arrive(place, self._loop.iteration)
        self._begin_to_wait(place.deadline)

    def _begin_to_wait(self, deadline: float) -> None:
        if deadline < self._due:
            self._set_alarm(deadline)
        if self.on_wait is not None:
            self.on_wait()

    def leave(self, place: Place) -> None:
        """Wait no more; the permit is passed on, if it has come and nobody has been woken."""
        if place.granted:
            self.unclaimed -= 1
            self.release()
        elif not place.away:
            self.queue.remove(place)
            self.withdrawing -= place.gives

    def release(self) -> None:
        """Give a permit back."""
        self.held -= 1
        if self.queue.size:
            self.grant()

    def withdraw(self) -> None:
        """As ``acquire``, for somebody who will ``surrender`` the permit and is not to be counted among the waiters."""
        while not self.try_acquire():
            place = _Sleeper(monotonic(), inf)
            place.gives = True
            if self._wait_as(place):
                return
            # Turned away, which is for those who want a connection.

    def surrender(self) -> None:
        """Give a permit back for good: there is one less."""
        self.held -= 1
        self.size -= 1

    def turn_away(self) -> None:
        """Have all who wait go without a permit, and at once; whoever has been granted one and not woken knows too."""
        for place in self._granted:
            place.away = True
        for place in self.queue.take_all():
            place.away = True
            self.withdrawing -= place.gives
            get_hub().loop.run_callback(place.wake)

    def resize(self, size: int) -> None:
        """Change the number of permits; with fewer, those who hold one keep it."""
        self.size = size
        self.grant()

    def check_invariants(self) -> None:
        """Raise AssertionError if permits are missing or some wait although one is free."""
        assert 0 <= self.unclaimed <= self.held
        assert not self.queue.size or self.held >= self.size

    def grant(self) -> None:
        """Give what is free to those who wait."""
        while self.queue.size and self.held < self.size:
            place = self.queue.take()
            place.granted = True
            self.withdrawing -= place.gives
            self.held += 1
            self.unclaimed += 1
            if not self._granted:
                get_hub().loop.run_callback(self._wake_granted)
            self._granted.append(place)

    def _wake_granted(self) -> None:
        """One after the other: what all of them do costs less than if others did something else in between."""
        granted = self._granted
        try:
            while granted:
                place = granted.popleft()
                place.wake()
        finally:
            if granted:
                get_hub().loop.run_callback(self._wake_granted)

    def _set_alarm(self, deadline: float) -> None:
        if self._alarm is not None:
            self._alarm.close()
        self._due = deadline
        self._alarm = get_hub().loop.timer(max(0.0, deadline - monotonic()), ref=False)
        self._alarm.start(self._expire)

    def _expire(self) -> None:
        """Wake those whose time is over. The alarm of those who have not waited that long goes off for nothing."""
        self._due = inf
        for place in self.queue.take_late(monotonic()):  # None of them gives: that has no deadline.
            get_hub().loop.run_callback(place.wake)
        if self.queue.size:
            self._set_alarm(min(place.deadline for place in self.queue))

