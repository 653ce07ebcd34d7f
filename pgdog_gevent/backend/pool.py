"""The connections to one server for one user and database: how they are lent, taken back and kept.

Whoever wants a connection waits for *capacity*, never for a connection: with a permit in hand it takes an idle one or
opens one itself. So connections are opened as fast as they are needed, in parallel, and never more than ``pool_size``.
"""

from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from functools import partial
from time import monotonic

import gevent

from pgdog_gevent.backend.capacity import Capacity
from pgdog_gevent.backend.connect import Target
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.counters import PoolCounters
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.dialer import Dialer
from pgdog_gevent.backend.finished import Finished
from pgdog_gevent.backend.gate import Diverted, Expired, Lending
from pgdog_gevent.backend.host import Host
from pgdog_gevent.backend.line import Place
from pgdog_gevent.backend.recovery import recover
from pgdog_gevent.backend.standing import Standing
from pgdog_gevent.backend.stock import Stock
from pgdog_gevent.backend.upkeep import trim, wants_more, warm
from pgdog_gevent.config.resolve import PoolSettings
from pgdog_gevent.errors import PoolTimeout, ProxyError, ServerUnreachable


class Pool:
    """Lends connections to one server."""

    def __init__(
        self, pool_id: int, settings: PoolSettings, target: Target, keys: KeyCache, host: Host | None = None
    ) -> None:
        self.id = pool_id
        self.host = host or Host.of(settings)
        self.standing = Standing(settings.ban_timeout, unchecked=settings.require_healthcheck_on_discovery)
        self.counters = PoolCounters()
        self._dialer = Dialer(target, keys, self.counters)
        self.stock = Stock(settings, self._dialer, self.counters)

    # Lending

    def acquire(self, patience: float | None = None, open_within: float | None = None) -> BackendConnection:
        """Lend a clean connection, waiting in turn for ``patience`` seconds, or for ``checkout_timeout``.

        When its turn has come, the server has ``open_within`` seconds of that to answer, if they are given. Raises
        PoolTimeout, ServerUnreachable, Diverted, CannotConnectNow. The caller must call ``release`` or ``discard``.
        """
        started = monotonic()
        connection = self.stock.take_at_once(started)
        if connection is not None:
            return connection
        take = None if open_within is None else partial(self._take_or_open_within, open_within)
        return self._obtain(take, started, patience)

    def open_apart(self, adapt: Callable[[Target], Target]) -> BackendConnection:
        """Open a connection that nobody else will ever have; ``adapt`` makes its target out of the pool's.

        It takes a permit, and raises, as ``acquire`` does. The caller must call ``close_apart``.
        """
        return self._obtain(lambda deadline: self._open_apart(adapt, deadline), monotonic(), None)

    def _obtain(
        self, take: Callable[[float], BackendConnection] | None, started: float, patience: float | None
    ) -> BackendConnection:
        """Wait for a permit and for the connection that it is for, an idle one if no other way is given.

        ``take`` has until a moment that it is told.
        """
        stock = self.stock
        if patience is None:
            patience = stock.settings.checkout_timeout
        try:
            deadline = started + patience
            if not stock.gate.try_pass():
                deadline = stock.gate.pass_in_turn(patience, stock.return_permit)
            now = monotonic()
            connection = stock.pop_ready(now) if take is None else None
            if connection is None:
                connection = self._with_permit(take or self._take_or_open, deadline)
        except Expired:
            raise self._timed_out(started) from None
        return stock.lend(connection, monotonic() - started)

    def claim(self, place: Place) -> BackendConnection:
        """Lend a connection to one who has waited in the queue of ``permits`` and been woken. As ``acquire``."""
        stock = self.stock
        if place.away:
            if place.granted:
                stock.permits.unclaimed -= 1
                stock.return_permit()
            raise Diverted
        if not place.granted:
            raise self._timed_out(place.since)
        stock.permits.unclaimed -= 1
        if self.host.excluded:
            stock.return_permit()
            raise Diverted
        if not stock.gate.open:
            stock.return_permit()
            return self._obtain(None, place.since, None)
        try:
            connection = self._with_permit(self._take_or_open, place.deadline)
        except Expired:
            raise self._timed_out(place.since) from None
        return stock.lend(connection, monotonic() - place.since)

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

    def _with_permit(self, take: Callable[[float], BackendConnection], deadline: float) -> BackendConnection:
        gate = self.stock.gate
        diversions = gate.diversions
        try:
            connection = take(deadline)
        except BaseException:
            self.stock.permits.release()
            raise
        if gate.diversions != diversions:
            gevent.spawn(self.stock.dispose, connection)
            raise Diverted
        return connection

    def _take_or_open_within(self, seconds: float, deadline: float) -> BackendConnection:
        return self._take_or_open(min(deadline, monotonic() + seconds))

    def _take_or_open(self, deadline: float) -> BackendConnection:
        now = monotonic()
        ready = self.stock.take_ready(now)
        if ready is not None:
            return ready
        try:
            with gevent.Timeout(max(0.0, deadline - now), Expired()):
                return self.stock.take_working() or self._dialer.open()
        except Expired:
            self.host.look_soon()
            if self.last_failure is not None:
                raise
            raise ServerUnreachable(f'server {self.target.name} does not answer') from None

    def _open_apart(self, adapt: Callable[[Target], Target], deadline: float) -> BackendConnection:
        with gevent.Timeout(max(0.0, deadline - monotonic()), Expired()):
            self.stock.make_room()
            return self._dialer.open_apart(adapt)

    def _timed_out(self, since: float) -> ProxyError:
        """Whoever has waited ``since`` then goes without. Saturation is one thing, a lost server another."""
        self.counters.checkout_timeouts += 1
        return _timed_out(self.stock, monotonic() - since)

    # Taking back

    def release(self, connection: BackendConnection) -> None:
        """Take a connection back. If it is not clean, a greenlet of its own makes it so, or closes it."""
        now = monotonic()
        if connection.clean and self.stock.keepable(connection, now):
            self.stock.keep(connection, now)
        else:
            gevent.spawn(self._restore, connection)

    def discard(self, connection: BackendConnection) -> None:
        """Take a connection back that must not be used again."""
        self.counters.force_closed += 1
        self.host.look_soon()
        gevent.spawn(self.stock.dispose, connection)

    def close_apart(self, connection: BackendConnection) -> None:
        """Take back a connection that was opened apart."""
        connection.recall = None
        gevent.spawn(self.stock.dispose, connection)

    def _restore(self, connection: BackendConnection) -> None:
        """Make a connection clean and keep it, or close it. The permit is held until then."""
        clean = False
        try:
            clean = recover(connection, self.stock.settings, self.counters)
        finally:
            now = monotonic()
            if clean and self.stock.keepable(connection, now):
                self.stock.keep(connection, now)
            else:
                self.stock.dispose(connection)

    # Upkeep, called by the monitor

    def trim(self) -> None:
        """Close idle connections that are outdated, too many or not needed any more."""
        trim(self.stock)

    def warm(self) -> None:
        """Open connections until there are ``min_pool_size``. Raises ServerUnreachable."""
        warm(self.stock)

    @property
    def wants_more(self) -> bool:
        """Whether there are fewer connections than ``min_pool_size``."""
        return wants_more(self.stock)

    # Administration

    def configure(self, settings: PoolSettings, target: Target) -> None:
        """Take new settings. Connections that would be opened otherwise now are closed once they are free.

        How many there may be is for ``resize`` to say.
        """
        self._dialer.configure(target)
        self.stock.configure(settings)
        self.standing.configure(settings.ban_timeout)
        self.trim()

    def resize(self, size: int) -> None:
        """Change how many connections there may be."""
        self.stock.permits.resize(size)
        self.trim()

    def surrender(self) -> None:
        """Do without one of the permits, which the caller has, from now on. Waits while a server goes."""
        self.stock.surrender()

    def reconnect(self) -> None:
        """Replace all connections, those in use after their transactions."""
        self._dialer.renew()
        self.trim()

    def divert(self) -> None:
        """Have those who wait here ask elsewhere: what they want is not to be had here any more."""
        self.stock.gate.divert()
        self._dialer.divert()

    def sever(self, reason: str) -> None:
        """Break all connections that are in use: nobody is to wait for this server any longer."""
        for connection in self.stock.lent:
            connection.sever(reason)

    def ban(self) -> None:
        """An administrator wants no reads here; connections are closed as they become free."""
        self.standing.ban()
        self.reconnect()

    def unban(self) -> None:
        self.standing.unban()

    def hurry(self) -> None:
        """The server may be back: connect to it without delay."""
        self._dialer.hurry()

    def pause(self) -> None:
        """Lend nothing more; idle connections are closed, and those in use when they come back."""
        self.stock.gate.pause()
        self.trim()

    def resume(self) -> None:
        self.stock.gate.resume()

    def retire(self) -> None:
        """Close for good: those who wait are told, connections in use are closed when they come back."""
        self.stock.gate.retire()
        self.trim()

    # What there is to see

    @property
    def settings(self) -> PoolSettings:
        return self.stock.settings

    @property
    def permits(self) -> Capacity:
        """How many connections there may be, and who waits for one."""
        return self.stock.permits

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
        return self.settings.name

    def on_failure(self, heed: Callable[[ProxyError], None]) -> None:
        """Have ``heed`` called whenever a connection could not be opened; it must not wait."""
        self._dialer.on_failure = heed

    @property
    def paused(self) -> bool:
        return self.stock.gate.lending is Lending.PAUSED

    @property
    def retired(self) -> bool:
        return self.stock.gate.lending is Lending.RETIRED

    @property
    def waiting(self) -> int:
        return self.stock.gate.waiting

    @property
    def longest_wait(self) -> float:
        """For how long the first of them has waited."""
        return self.stock.gate.longest_wait

    @property
    def total(self) -> int:
        """Open connections, and those being opened or closed."""
        return self.stock.total

    def client_of(self, pid: int) -> int | None:
        """Who has the connection to a server process, or had it last; ``None`` if no connection goes there."""
        return self.stock.client_of(pid)

    @property
    def idle_connections(self) -> tuple[BackendConnection, ...]:
        return tuple(self.stock.idle)

    @property
    def lent(self) -> Set[BackendConnection]:
        return self.stock.lent

    @property
    def finished(self) -> Finished:
        """What connections that are closed by now have done."""
        return self.stock.finished

    def check_invariants(self) -> None:
        """Raise AssertionError if a connection or a permit has been lost."""
        self.stock.check_invariants()


def _timed_out(stock: Stock, waited: float) -> ProxyError:
    setting = f'checkout_timeout ({stock.settings.checkout_timeout:g} s)'
    detail = (
        f'Pool {stock.settings.name}: pool_size {stock.settings.pool_size}, {stock.permits.waiting} others waiting, '
        f'waited {waited * 1000:.0f} ms.'
    )
    failure = stock.dialer.last_failure
    if failure is not None:
        return ServerUnreachable(f'no server connection within {setting}: {failure.message}', detail=detail)
    return PoolTimeout(
        f'no server connection became free within {setting}',
        detail=detail,
        hint='Raise pool_size or checkout_timeout, or make transactions shorter.',
    )
