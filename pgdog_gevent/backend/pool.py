"""The connections to one server for one user and database: how they are lent, taken back and kept.

Whoever wants a connection waits for *capacity*, never for a connection: with a permit in hand it takes an idle one or
opens one itself. So connections are opened as fast as they are needed, in parallel, and never more than ``pool_size``.
Every open connection that is not idle is covered by a permit, until the server has really gone.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import gevent

from pgdog_gevent.backend.connect import Target
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.counters import PoolCounters, ServerCounters
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.dialer import Dialer
from pgdog_gevent.backend.gate import Gate, Lending
from pgdog_gevent.backend.liveness import answers, fresh
from pgdog_gevent.backend.recovery import recover
from pgdog_gevent.config.resolve import PoolSettings
from pgdog_gevent.errors import PoolTimeout, ProxyError, ServerUnreachable
from pgdog_gevent.net.deadline import Deadline

log = logging.getLogger(__name__)


class _Expired(BaseException):
    """``checkout_timeout`` is over. A BaseException, so that nothing on the way takes it for a failure of its own."""


class Pool:
    """Lends connections to one server.

    ``_idle`` is last-in first-out, so that few connections stay warm. No method blocks while it changes it.
    """

    def __init__(self, pool_id: int, settings: PoolSettings, target: Target, keys: KeyCache) -> None:
        self.id = pool_id
        self.settings = settings
        self.counters = PoolCounters()
        self.finished = ServerCounters()
        """What connections that are closed by now have counted."""
        self.finished_bytes = [0, 0]
        """Received and sent by those."""
        self.lent: set[BackendConnection] = set()
        self._dialer = Dialer(target, keys, self.counters)
        self._gate = Gate(settings.pool_size)
        self._permits = self._gate.permits
        self._idle: deque[BackendConnection] = deque()
        self._generation = 0

    # Lending

    def acquire(self) -> BackendConnection:
        """Lend a clean connection, waiting in turn for at most ``checkout_timeout``.

        Raises PoolTimeout, ServerUnreachable, CannotConnectNow. The caller must call ``release`` or ``discard``.
        """
        started = monotonic()
        permit = self._gate.try_pass()
        if permit and self._idle and self._ready(self._idle[-1], started):
            return self._lend(self._idle.pop(), 0.0)
        return self._obtain(self._take_or_open, started, permit)

    def open_apart(self, adapt: Callable[[Target], Target]) -> BackendConnection:
        """Open a connection that nobody else will ever have; ``adapt`` makes its target out of the pool's.

        It takes a permit, and raises, as ``acquire`` does. The caller must call ``close_apart``.
        """
        return self._obtain(lambda: self._open_apart(adapt), monotonic(), self._gate.try_pass())

    def _obtain(self, take: Callable[[], BackendConnection], started: float, permit: bool) -> BackendConnection:
        """Wait for a permit, if there is none, and for the connection that it is for."""
        timer = gevent.Timeout.start_new(self.settings.checkout_timeout, _Expired())
        try:
            if not permit:
                self._gate.pass_in_turn(timer, self._return_permit)
            connection = self._with_permit(take)
        except _Expired:
            raise self._timed_out(monotonic() - started) from None
        finally:
            timer.close()
        return self._lend(connection, monotonic() - started)

    @contextmanager
    def lease(self) -> Iterator[BackendConnection]:
        """Lend a connection for the length of the ``with`` block; any exception out of it closes the connection."""
        connection = self.acquire()
        try:
            yield connection
        except BaseException:
            self.discard(connection)
            raise
        self.release(connection)

    def _return_permit(self) -> None:
        """Give back a permit that came too late to be used; ``trim`` may have left a connection that needs it."""
        if self._idle:
            gevent.spawn(self._retire, self._idle.popleft())
        else:
            self._permits.release()

    def _with_permit(self, take: Callable[[], BackendConnection]) -> BackendConnection:
        try:
            return take()
        except BaseException:
            self._permits.release()
            raise

    def _take_or_open(self) -> BackendConnection:
        return self._take_idle() or self._open()

    def _take_idle(self) -> BackendConnection | None:
        """An idle connection that still works, or ``None``. Closes those that do not."""
        while self._idle:
            connection = self._idle.pop()
            try:
                if self._ready(connection, monotonic()) or self._revived(connection):
                    return connection
            except BaseException:
                connection.stream.close()
                raise
            self._close(connection)
        return None

    def _ready(self, connection: BackendConnection, now: float) -> bool:
        """Whether an idle connection can be lent as it is. Does not wait."""
        return self._current(connection, now) and fresh(connection, self.settings, now)

    def _revived(self, connection: BackendConnection) -> bool:
        """Whether it can be lent after its server has been asked."""
        return self._current(connection, monotonic()) and answers(connection, self.settings)

    def _open(self) -> BackendConnection:
        """Open a connection; the permit is the caller's."""
        generation = self._generation
        connection = self._dialer.open()
        connection.generation = generation
        return connection

    def _open_apart(self, adapt: Callable[[Target], Target]) -> BackendConnection:
        while self._idle and self.total > self._permits.size:
            self._close(self._idle.popleft())
        generation = self._generation
        connection = self._dialer.open_apart(adapt(self.target))
        connection.generation = generation
        return connection

    def _lend(self, connection: BackendConnection, waited: float) -> BackendConnection:
        self.lent.add(connection)
        connection.prepared.configure(self.settings)
        connection.waited = waited
        counters = self.counters
        counters.assignments += 1
        counters.wait_time += waited
        counters.wait_histogram.observe(waited)
        return connection

    def _timed_out(self, waited: float) -> ProxyError:
        """Saturation is one thing, a server that cannot be reached another."""
        self.counters.checkout_timeouts += 1
        setting = f'checkout_timeout ({self.settings.checkout_timeout:g} s)'
        detail = (
            f'Pool {self.name}: pool_size {self._permits.size}, {self._permits.waiting} others waiting, '
            f'waited {waited * 1000:.0f} ms.'
        )
        failure = self.last_failure
        if failure is not None:
            return ServerUnreachable(f'no server connection within {setting}: {failure.message}', detail=detail)
        return PoolTimeout(
            f'no server connection became free within {setting}',
            detail=detail,
            hint='Raise pool_size or checkout_timeout, or make transactions shorter.',
        )

    # Taking back

    def release(self, connection: BackendConnection) -> None:
        """Take a connection back. If it is not clean, a greenlet of its own makes it so, or closes it."""
        now = monotonic()
        if connection.clean and self._keepable(connection, now):
            self._keep(connection, now)
        else:
            gevent.spawn(self._restore, connection)

    def discard(self, connection: BackendConnection) -> None:
        """Take a connection back that must not be used again."""
        self.counters.force_closed += 1
        gevent.spawn(self._dispose, connection)

    def close_apart(self, connection: BackendConnection) -> None:
        """Take back a connection that was opened apart."""
        connection.recall = None
        gevent.spawn(self._dispose, connection)

    def _keep(self, connection: BackendConnection, now: float) -> None:
        connection.client_id = None
        connection.released_at = now
        self.lent.discard(connection)
        self._idle.append(connection)
        self._permits.release()

    def _restore(self, connection: BackendConnection) -> None:
        """Make a connection clean and keep it, or close it. The permit is held until then."""
        clean = False
        try:
            clean = self._recovered(connection)
        finally:
            now = monotonic()
            if clean and self._keepable(connection, now):
                self._keep(connection, now)
            else:
                self._dispose(connection)

    def _recovered(self, connection: BackendConnection) -> bool:
        """Whether it could be made clean."""
        timeout = self.settings.rollback_timeout
        reason = f'rollback_timeout ({timeout:g} s) is over'
        with Deadline(timeout):
            try:
                return recover(connection, self.settings.connection_recovery, self.counters)
            except ProxyError as error:
                reason = error.message
        log.info('closing a connection to %s that could not be cleaned: %s', self.name, reason)
        return False

    def _keepable(self, connection: BackendConnection, now: float) -> bool:
        return self._gate.open and self._current(connection, now)

    def _wanted(self, connection: BackendConnection) -> bool:
        return self._gate.open and connection.generation == self._generation

    def _current(self, connection: BackendConnection, now: float) -> bool:
        """Whether it is as one that is opened now would be, and not too old."""
        return connection.generation == self._generation and now < connection.expires_at

    def _dispose(self, connection: BackendConnection) -> None:
        """Close a lent connection; its permit is free when the server has gone."""
        try:
            self._close(connection)
        finally:
            self.lent.discard(connection)
            self._permits.release()

    def _close(self, connection: BackendConnection) -> None:
        if 0 < connection.expires_at <= monotonic():
            log.debug('closing a connection to %s: it has reached its server_lifetime', self.name)
        if not connection.stream.closed:
            with Deadline(self.settings.rollback_timeout):
                connection.terminate()
            connection.stream.close()
        self.finished.add(connection.counters)
        self.finished_bytes[0] += connection.stream.bytes_received
        self.finished_bytes[1] += connection.stream.bytes_sent

    # Upkeep, called by the monitor

    def trim(self) -> None:
        """Close idle connections that must not be kept, are beyond ``pool_size``, or are not needed any more.

        Each takes a permit: nobody opens its successor before it is gone. If none is free, one that is on its way to
        a waiter will serve, or the next call does it.
        """
        now = monotonic()
        while self._idle and (reason := self._surplus(self._idle[0], now)) and self._permits.try_acquire():
            log.debug('closing a connection to %s: %s', self.name, reason)
            gevent.spawn(self._retire, self._idle.popleft())
        for connection in [idle for idle in self._idle if not self._keepable(idle, now)]:
            if self._permits.try_acquire():
                self._idle.remove(connection)
                gevent.spawn(self._retire, connection)
        self._recall()

    def _recall(self) -> None:
        """Ask for connections that would never come back by themselves and must not be kept; age does not count."""
        for connection in self.lent:
            if connection.recall is not None and not self._wanted(connection):
                connection.recall()

    def _surplus(self, connection: BackendConnection, now: float) -> str:
        """Why an idle connection is not needed; empty if it is."""
        if self.total > self._permits.size:
            return f'there are more than pool_size ({self._permits.size})'
        timeout = self.settings.idle_timeout
        if timeout is None or self.total <= self.settings.min_pool_size:
            return ''
        return f'idle for idle_timeout ({timeout:g} s)' if now - connection.released_at >= timeout else ''

    def _retire(self, connection: BackendConnection) -> None:
        try:
            self._close(connection)
        finally:
            self._permits.release()

    @property
    def wants_more(self) -> bool:
        """Whether there are fewer connections than ``min_pool_size``."""
        return self._gate.open and self.total < self.settings.min_pool_size

    def warm(self) -> None:
        """Open connections until there are ``min_pool_size``. Raises ServerUnreachable."""
        while self.wants_more and self._permits.try_acquire():
            try:
                connection = self._open()
            except BaseException:
                self._permits.release()
                raise
            if self._keepable(connection, monotonic()):
                self._idle.appendleft(connection)
                self._permits.release()
            else:
                self._retire(connection)

    # Administration

    def configure(self, settings: PoolSettings, target: Target) -> None:
        """Take new settings. Connections that would be opened otherwise now are closed once they are free."""
        if target != self.target:
            self._generation += 1
            self._dialer.hurry()
        self.settings, self._dialer.target = settings, target
        self._permits.resize(settings.pool_size)
        self.trim()

    def reconnect(self) -> None:
        """Replace all connections, those in use after their transactions."""
        self._generation += 1
        self._dialer.hurry()
        self.trim()

    def pause(self) -> None:
        """Lend nothing more; idle connections are closed, and those in use when they come back."""
        self._gate.pause()
        self.trim()

    def resume(self) -> None:
        self._gate.resume()

    def retire(self) -> None:
        """Close for good: those who wait are told, connections in use are closed when they come back."""
        self._gate.retire()
        self.trim()

    # What there is to see

    @property
    def target(self) -> Target:
        """Where its connections go."""
        return self._dialer.target

    @property
    def last_failure(self) -> ProxyError | None:
        """Why the last attempt to connect failed; ``None`` after a success."""
        return self._dialer.last_failure

    @property
    def name(self) -> str:
        return f'{self.settings.user}@{self.settings.database} ({self.target.name})'

    @property
    def paused(self) -> bool:
        return self._gate.lending is Lending.PAUSED

    @property
    def retired(self) -> bool:
        return self._gate.lending is Lending.RETIRED

    @property
    def waiting(self) -> int:
        return self._gate.waiting

    @property
    def longest_wait(self) -> float:
        """For how long the first of them has waited."""
        return self._gate.longest_wait

    @property
    def total(self) -> int:
        """Open connections, and those being opened or closed."""
        return len(self._idle) + self._permits.held - self._permits.unclaimed

    @property
    def idle_connections(self) -> tuple[BackendConnection, ...]:
        return tuple(self._idle)

    def check_invariants(self) -> None:
        """Raise AssertionError if a connection or a permit has been lost."""
        self._permits.check_invariants()
        assert len(self.lent) <= self._permits.held
        assert not self.lent & set(self._idle)
        assert all(connection.settled for connection in self._idle)
