"""Opens the connections of one pool: in parallel while that works, one careful attempt at a time while it does not."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Final

from gevent.event import Event
from gevent.hub import get_hub
from gevent.lock import BoundedSemaphore
from greenlet import getcurrent, greenlet

from pgdog_gevent.backend.connect import Target, connect
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.counters import PoolCounters
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.gate import Diverted
from pgdog_gevent.errors import ProxyError, ServerUnreachable

log = logging.getLogger(__name__)

_FIRST_BACKOFF: Final = 0.1
_LONGEST_BACKOFF: Final = 1.0
"""Seconds: work goes on about that long after a server that was away is back."""


class Dialer:
    """Knows whether the server lets us in, and keeps its distance while it does not.

    It also knows which connections are as one would be that is opened now: those of the present generation.
    """

    def __init__(self, target: Target, keys: KeyCache, counters: PoolCounters) -> None:
        self.target = target
        self.last_failure: ProxyError | None = None
        """Why the last attempt failed, in the server's words; ``None`` after a success."""
        self._keys = keys
        self._counters = counters
        self.generation = 0
        self._backoff = 0.0
        self._not_before = 0.0
        self._probing = BoundedSemaphore(1)
        self.on_failure: Callable[[ServerUnreachable], None] = _nobody_listens
        """Called after an attempt has failed; must not wait."""
        self._opening: set[greenlet] = set()
        self._pause = Event()
        """Set when there is no reason any more to wait for the next attempt."""

    def open(self) -> BackendConnection:
        """Open a connection. Raises ServerUnreachable, Diverted.

        While the server refuses, one greenlet at a time tries, with growing delays; the others wait for its success.
        """
        this = getcurrent()
        self._opening.add(this)
        try:
            return self._open()
        finally:
            self._opening.discard(this)

    def _open(self) -> BackendConnection:
        if self.last_failure is not None:
            with self._probing:
                if self.last_failure is not None:
                    self._pause.clear()
                    self._pause.wait(max(0.0, self._not_before - monotonic()))
                    return self._connect()
        return self._connect()

    def divert(self) -> None:
        """Have those who wait for a connection to be opened ask elsewhere."""
        for opening in self._opening:
            get_hub().loop.run_callback(self._interrupt, opening)

    def _interrupt(self, opening: greenlet) -> None:
        """In the hub, where the greenlet surely waits, if it has not finished meanwhile."""
        if opening in self._opening:
            opening.throw(Diverted())

    def open_apart(self, adapt: Callable[[Target], Target]) -> BackendConnection:
        """Open a connection to what ``adapt`` makes of the target: a failure says nothing about the target itself.

        Raises ServerUnreachable.
        """
        return self._dial(adapt(self.target))

    def outdated(self, connection: BackendConnection) -> bool:
        """Whether all connections have been renewed since it was opened."""
        return connection.generation != self.generation

    def current(self, connection: BackendConnection, now: float) -> bool:
        """Whether it is as one that is opened now would be, and not too old."""
        return connection.generation == self.generation and now < connection.expires_at

    def configure(self, target: Target) -> None:
        """Open connections to this target from now on."""
        if target != self.target:
            self.renew()
        self.target = target

    def renew(self) -> None:
        """What has been opened until now is outdated. The next attempt is made without delay."""
        self.generation += 1
        self.hurry()

    def hurry(self) -> None:
        """Make the next attempt without delay."""
        self._not_before = 0.0
        self._pause.set()

    def _connect(self) -> BackendConnection:
        try:
            connection = self._dial(self.target)
        except ServerUnreachable as error:
            self._failed(error)
            raise
        self.last_failure = None
        self._backoff = 0.0
        return connection

    def _dial(self, target: Target) -> BackendConnection:
        counters, generation, started = self._counters, self.generation, monotonic()
        counters.auth_attempts += 1
        connection = connect(target, self._keys)
        connection.generation = generation
        counters.connects += 1
        counters.connect_time += monotonic() - started
        return connection

    def _failed(self, error: ServerUnreachable) -> None:
        self._counters.connect_errors += 1
        if self.last_failure is None:
            log.warning('cannot connect to %s as "%s": %s', self.target.name, self.target.user, error.message)
        self.last_failure = error
        self._backoff = min(_LONGEST_BACKOFF, self._backoff * 2 or _FIRST_BACKOFF)
        self._not_before = monotonic() + self._backoff
        self.on_failure(error)


def _nobody_listens(error: ServerUnreachable) -> None:
    pass
