"""The open connections of one pool, and the permits that cover them."""

import logging
from time import monotonic
from typing import Final

import gevent

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.counters import PoolCounters
from pgdog_gevent.backend.dialer import Dialer
from pgdog_gevent.backend.finished import Finished
from pgdog_gevent.backend.gate import Gate
from pgdog_gevent.backend.liveness import JUST_NOW, answers, fresh
from pgdog_gevent.config.resolve import PoolSettings

log = logging.getLogger(__name__)

_JUST_NOW: Final = JUST_NOW


class Stock:
    """Knows who has each connection: nobody, and it is idle; somebody, and it is lent; or it is being closed.

    Every open connection that is not idle is covered by a permit, until the server has really gone. ``idle`` is last-in
    first-out, so that few connections stay warm. No method blocks while it changes it.
    """

    def __init__(self, settings: PoolSettings, dialer: Dialer, counters: PoolCounters) -> None:
        self.settings = settings
        self.dialer = dialer
        self.gate = Gate(settings.pool_size)
        self.permits = self.gate.permits
        self.idle: list[BackendConnection] = []
        self.lent: set[BackendConnection] = set()
        self.finished = Finished()
        self._counters = counters
        self._healthcheck_interval = settings.healthcheck_interval
        self.patience = settings.checkout_timeout
        """For how many seconds a connection is waited for."""

    def configure(self, settings: PoolSettings) -> None:
        """Take new settings."""
        self.settings = settings
        self._healthcheck_interval = settings.healthcheck_interval
        self.patience = settings.checkout_timeout
        for connection in self.idle:
            connection.configure(settings)

    @property
    def total(self) -> int:
        """Open connections, and those being opened or closed."""
        return len(self.idle) + self.permits.held - self.permits.unclaimed

    @property
    def excessive(self) -> bool:
        """Whether there are more than ``pool_size``."""
        return self.total > self.permits.size

    def client_of(self, pid: int) -> int | None:
        """Who has the connection to a server process, or had it last; ``None`` if no connection goes there."""
        for connections in (self.lent, self.idle):
            for connection in connections:
                if connection.key.pid == pid:
                    return connection.last_client_id
        return None

    def saturated(self) -> bool:
        """Whether whoever comes now has to wait until somebody gives a connection back."""
        permits = self.permits
        return self.gate.open and (permits.held >= permits.size or permits.queue.size > 0)

    # Between turns, when there is nothing to be done but to lend and to take back

    def take_at_once(self, now: float) -> BackendConnection | None:
        """Lend the idle connection that was used last, permit and all; ``None`` if it takes any more than that."""
        permits = self.permits
        if permits.held >= permits.size or permits.queue.size or not self.gate.open:
            return None
        connection = self.pop_ready(now)
        if connection is not None:
            permits.held += 1
            self.lent.add(connection)
            connection.waited = 0.0
            if connection.configured_by is not self.settings:
                connection.configure(self.settings)
            self._counters.assignments += 1
        return connection

    def pop_ready(self, now: float) -> BackendConnection | None:
        """The idle connection that was used last, if nobody need look whether it can be lent."""
        idle = self.idle
        if not idle:
            return None
        connection = idle[-1]
        stream = connection.stream
        if (
            now >= connection.expires_at
            or now - connection.checked_at >= self._healthcheck_interval
            or connection.generation != self.dialer.generation
            or (stream.received and stream.position < len(stream.received))
            or (now - connection.released_at > _JUST_NOW and not stream.silent)
        ):
            return None
        idle.pop()
        return connection

    def give_back(self, connection: BackendConnection, now: float) -> bool:
        """Take back a lent connection after a turn that has left nothing behind; false if it takes more care."""
        if (
            connection.dirty
            or connection.canceller.asked
            or now >= connection.expires_at
            or connection.generation != self.dialer.generation
            or not self.gate.open
        ):
            return False
        # As ``keep``, without two more calls for each turn.
        connection.client_id = None
        connection.released_at = now
        self.lent.discard(connection)
        self.idle.append(connection)
        permits = self.permits
        permits.held -= 1
        if permits.queue.size:
            permits.grant()
        return True

    # For those who have a permit

    def take_ready(self, now: float) -> BackendConnection | None:
        """The idle connection that was used last, if it can be lent as it is. Does not wait."""
        idle = self.idle
        if idle and self.dialer.current(idle[-1], now) and fresh(idle[-1], self.settings, now):
            return idle.pop()
        return None

    def take_working(self) -> BackendConnection | None:
        """An idle connection that still works, or ``None``. Closes those that do not."""
        while self.idle:
            ready = self.take_ready(monotonic())
            if ready is not None:
                return ready
            connection = self.idle.pop()
            try:
                if self._revived(connection):
                    return connection
            except BaseException:
                connection.stream.close()
                raise
            self.close(connection)
        return None

    def _revived(self, connection: BackendConnection) -> bool:
        """Whether it can be lent after its server has been asked."""
        return self.dialer.current(connection, monotonic()) and answers(connection, self.settings)

    def make_room(self) -> None:
        """Close idle connections until there are no more than ``pool_size``, with the one that is to be opened."""
        while self.idle and self.excessive:
            self.close(self.idle.pop(0))

    def surrender(self) -> None:
        """Do without a permit, which is the caller's, from now on; no connection is left that would need it."""
        try:
            self.make_room()
        finally:
            self.permits.surrender()

    def lend(self, connection: BackendConnection, waited: float) -> BackendConnection:
        """Count it as lent, to one who has waited so many seconds."""
        self.lent.add(connection)
        if connection.configured_by is not self.settings:
            connection.configure(self.settings)
        connection.waited = waited
        counters = self._counters
        counters.assignments += 1
        counters.wait_time += waited
        counters.waits.append(waited)
        return connection

    def return_permit(self) -> None:
        """Give back a permit that came too late to be used; ``trim`` may have left a connection that needs it."""
        if self.idle:
            self.remove(self.idle[0])
        else:
            self.permits.release()

    # What is kept, and what is closed

    def keepable(self, connection: BackendConnection, now: float) -> bool:
        """Whether it may be lent again."""
        return self.gate.open and self.dialer.current(connection, now)

    def keep(self, connection: BackendConnection, now: float) -> None:
        """Take back a lent connection, which is clean; its permit is free."""
        connection.client_id = None
        connection.released_at = now
        self.lent.discard(connection)
        self.idle.append(connection)
        self.permits.release()

    def dispose(self, connection: BackendConnection) -> None:
        """Close a lent connection; its permit is free when the server has gone."""
        try:
            self.close(connection)
        finally:
            self.lent.discard(connection)
            self.permits.release()

    def add(self, connection: BackendConnection) -> None:
        """Put a new connection behind those that wait to be used; its permit is free."""
        self.idle.insert(0, connection)
        self.permits.release()

    def remove(self, connection: BackendConnection) -> None:
        """Close an idle connection in a greenlet of its own; the permit that this takes is the caller's."""
        self.idle.remove(connection)
        gevent.spawn(self.retire, connection)

    def retire(self, connection: BackendConnection) -> None:
        """Close a connection that nobody has; the permit is free when the server has gone."""
        try:
            self.close(connection)
        finally:
            self.permits.release()

    def close(self, connection: BackendConnection) -> None:
        """Close a connection whose place and permit are the caller's affair."""
        if 0 < connection.expires_at <= monotonic():
            log.debug('closing a connection to %s: it has reached its server_lifetime', self.settings.name)
        self.finished.close(connection, self.settings.rollback_timeout)

    def check_invariants(self) -> None:
        """Raise AssertionError if a connection or a permit has been lost."""
        self.permits.check_invariants()
        assert len(self.lent) <= self.permits.held
        assert not self.lent & set(self.idle)
        assert all(connection.settled for connection in self.idle)
