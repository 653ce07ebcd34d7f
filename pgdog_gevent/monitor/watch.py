"""Looks at one server again and again, over a connection of the monitor's own."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic
from types import MappingProxyType
from typing import Final

import gevent
from gevent.lock import BoundedSemaphore

from pgdog_gevent.backend.connect import LoginRefused, Target, connect
from pgdog_gevent.backend.connection import BackendConnection, ServerError
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.host import Host, Status
from pgdog_gevent.errors import ProtocolViolation, ProxyError, ServerLost, ServerUnreachable
from pgdog_gevent.monitor.loop import Loop
from pgdog_gevent.monitor.status import Capabilities, ask, find_out
from pgdog_gevent.monitor.timing import Timing
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.sqlstate import TOO_MANY_CONNECTIONS

_BETWEEN_LOOKS: Final = 0.05
"""Seconds between two looks, however urgent."""
_WHILE_AWAITED: Final = 0.005
"""The same while somebody waits for the server to replay something."""
_WHILE_SICK: Final = 1.0
"""Seconds after which a server that is not well is looked at again."""
_NAME: Final = MappingProxyType({'application_name': 'pgdog-gevent monitor'})


class Report:
    """What a look at a server has shown: ``error`` is empty if it is well."""

    __slots__ = ('alive', 'error', 'status')

    def __init__(self, status: Status | None = None, error: str = '', *, alive: bool = True) -> None:
        self.status = status
        self.error = error
        self.alive = alive
        """Whether it serves others, as far as can be told, even if it does not serve us."""


class Watch:
    """Its looks are as frequent as the most urgent of the things that are to be seen.

    ``report`` is told of every look. ``targets`` says where the server is and how to log in there: as each of the
    users in turn, until one is let in.
    """

    def __init__(
        self,
        host: Host,
        targets: Callable[[], Sequence[Target]],
        timing: Callable[[], Timing],
        hurried: Callable[[], bool],
        wanted_in: Callable[[Host], float | None],
        report: Callable[[Host, Report], None],
        keys: KeyCache,
    ) -> None:
        """``hurried``: whether somebody waits for what the next look shows.

        ``wanted_in``: the seconds until a look may end a ban of the host; ``None`` if none can.
        """
        self.host = host
        self._targets = targets
        self._timing = timing
        self._hurried = hurried
        self._wanted_in = wanted_in
        self._report = report
        self._keys = keys
        self._connection: BackendConnection | None = None
        self._connected_to: Target | None = None
        self._known: Capabilities | None = None
        self._looking = BoundedSemaphore(1)
        self._looked_at = 0.0
        timed = timing()
        self._health_due = monotonic() + timed.health_delay
        self._replication_due = monotonic() + timed.replication_delay
        self._loop = Loop(f'monitor of {host.name}', 0.0, self._step)
        host.look_soon = self._loop.wake

    def start(self) -> None:
        self._loop.interval = self._pause(monotonic())
        self._loop.start()

    def wake(self) -> None:
        """Look now."""
        self._loop.wake()

    def stop(self) -> None:
        self._loop.stop()
        self._hang_up()

    def _step(self) -> None:
        gevent.sleep(max(0.0, self._least_pause() - (monotonic() - self._looked_at)))
        try:
            self.look()
        finally:
            self._loop.interval = self._pause(monotonic())

    def _least_pause(self) -> float:
        return _WHILE_AWAITED if self._hurried() else _BETWEEN_LOOKS

    def look(self) -> None:
        """Look once, and report."""
        timing = self._timing()
        replication = timing.replication_interval is not None
        with self._looking:
            now = monotonic()
            self._report(self.host, self._see(timing, replication=replication))
            self._looked_at = monotonic()
        self._health_due = now + (timing.health_interval or 0.0)
        self._replication_due = now + (timing.replication_interval or 0.0)

    def _pause(self, now: float) -> float:
        """Seconds until the next look."""
        timing = self._timing()
        if self._hurried():
            return _WHILE_AWAITED
        dues = [now + 3600.0]
        if timing.health_interval is not None:
            dues.append(self._health_due)
        if timing.replication_interval is not None:
            dues.append(self._replication_due)
        if self.host.healthy is False:
            dues.append(self._looked_at + _WHILE_SICK)
        wanted_in = self._wanted_in(self.host)
        if wanted_in is not None:
            dues.append(now + max(wanted_in, _BETWEEN_LOOKS))
        return max(0.0, min(dues) - now)

    # Looking

    def _see(self, timing: Timing, *, replication: bool) -> Report:
        limit = timing.replication_timeout if replication else timing.health_timeout
        try:
            with Deadline(limit):
                return Report(self._ask(replication=replication))
            self._hang_up()
            return Report(error=f'no answer within {limit:g} s', alive=False)
        except ServerError as error:
            self._known = None  # Rights may have changed.
            return Report(error=error.message)
        except LoginRefused as refused:
            busy = refused.sqlstate == TOO_MANY_CONNECTIONS
            return Report(error=refused.message, alive=busy or refused.wrong_password)
        except (ServerLost, ServerUnreachable, ProtocolViolation) as error:
            self._hang_up()
            return Report(error=error.message, alive=False)

    def _ask(self, *, replication: bool) -> Status | None:
        connection = self._connected()
        if not replication:
            connection.run(b';')
            return None
        if self._known is None:
            self._known = find_out(connection)
        return ask(connection, self._known)

    def _connected(self) -> BackendConnection:
        """The connection; a new one if there is none that works. Raises ServerUnreachable, LoginRefused."""
        targets = self._targets()
        connection = self._connection
        target = self._connected_to
        if connection is not None and target is not None and target in targets and _works(connection, target):
            return connection
        self._hang_up()
        failure: ProxyError = ServerUnreachable('no user can log in there by itself')
        for target in targets:
            try:
                self._connection = connect(replace(target, parameters=_NAME, attempts=1), self._keys)
            except LoginRefused as refused:
                failure = refused
                if not refused.wrong_password:
                    break
            else:
                self._connected_to = target
                return self._connection
        raise failure

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        self._known = None
        if connection is not None:
            connection.stream.close()


def _works(connection: BackendConnection, target: Target) -> bool:
    """Whether it is open, and goes where one would go that is opened now: a name may have other addresses by now."""
    addresses = target.resolver.known(target.host)
    if connection.stream.closed or not addresses:
        return not connection.stream.closed
    try:
        return connection.stream.socket.getpeername()[0] in addresses
    except OSError:
        return False
