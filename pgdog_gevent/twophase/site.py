"""The primary of one shard, as recovery sees it: connections of its own, one for each user of the server."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

from pgdog_gevent.backend.connect import Target
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.login import log_in, terminate
from pgdog_gevent.errors import CannotConnectNow, ProxyError, ServerLost
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.twophase.decision import SETTINGS
from pgdog_gevent.twophase.table import UNSAFE_HINT, Table, look

T = TypeVar('T')

_PATIENCE: Final = 10.0
"""Seconds for one question. A claim waits for a coordinator that is just deciding."""
_FIRST_REST: Final = 0.25
_LONGEST_REST: Final = 10.0
"""Seconds in which a server is left alone that could not be asked; twice as long each time."""
_NAME: Final = 'pgdog-gevent recovery'
_STANDBY: Final = b'SELECT pg_is_in_recovery()'

Logins = Callable[[], Sequence[Target]]
"""As whom the primary can be asked now, each user of the server once; none while paused. Raises CannotConnectNow."""


class Site:
    """One shard. ``clock`` is monotonic, in seconds."""

    def __init__(self, shard: int, logins: Logins, keys: KeyCache, clock: Callable[[], float]) -> None:
        self.shard = shard
        self._logins = logins
        self._keys = keys
        self._clock = clock
        self._connections: dict[str, tuple[Target, BackendConnection]] = {}
        """By user."""
        self._rest = 0.0
        self._rests_until = clock()
        self.failure = ''
        """Why it could not be asked the last time; empty if it could."""

    @property
    def resting(self) -> bool:
        return self._clock() < self._rests_until

    def users(self) -> tuple[str, ...]:
        """As whom it can be asked. Raises CannotConnectNow."""
        return tuple(self._targets())

    def ask(self, question: Callable[[BackendConnection], T], user: str = '') -> T:
        """Ask as one user, or as any. Raises ProxyError: ServerError if the server refuses, and can be asked again."""
        with Deadline(_PATIENCE), self._connection(user) as connection:
            return question(connection)
        raise ServerLost(f'shard {self.shard} did not answer within {_PATIENCE:g} s')

    def failed(self, error: ProxyError) -> bool:
        """It could not be asked: leave it alone for a while. Return whether that is news."""
        self.close()
        self._rest = min(max(_FIRST_REST, 2 * self._rest), _LONGEST_REST)
        self._rests_until = self._clock() + self._rest
        news = error.message != self.failure
        self.failure = error.message
        return news

    def worked(self) -> None:
        """It could be asked."""
        self._rest, self.failure = 0.0, ''

    def hurry(self) -> None:
        """Somebody wants it to be asked now, whatever has been."""
        self._rests_until = self._clock()

    def close(self) -> None:
        """Leave no connection open."""
        connections, self._connections = self._connections, {}
        for _, connection in connections.values():
            _end(connection)

    def _targets(self) -> Mapping[str, Target]:
        targets = {target.user: target for target in self._logins()}
        if not targets:
            raise CannotConnectNow(f'shard {self.shard} is paused')
        for user, (target, _) in tuple(self._connections.items()):
            if targets.get(user) != target:
                _end(self._connections.pop(user)[1])  # The primary is another one now, or the password.
        return targets

    @contextmanager
    def _connection(self, user: str) -> Iterator[BackendConnection]:
        targets = self._targets()
        target = targets.get(user) or next(iter(targets.values()))
        connection = self._taken(target) or self._connected(target)
        try:
            yield connection
        finally:
            if connection.settled and target.user not in self._connections:
                self._connections[target.user] = target, connection
            else:
                connection.stream.close()

    def _taken(self, target: Target) -> BackendConnection | None:
        """One that is open and that nobody else uses meanwhile."""
        known = self._connections.pop(target.user, None)
        return None if known is None else known[1]

    def _connected(self, target: Target) -> BackendConnection:
        connection = log_in([target], self._keys, _NAME)
        try:
            self._begin(connection, target.user)
        except BaseException:
            connection.stream.close()
            raise
        return connection

    def _begin(self, connection: BackendConnection, user: str) -> None:
        connection.run(SETTINGS)
        # What is prepared does not show on a standby, and so would seem to be over.
        if decode_row(connection.run(_STANDBY)[0]) != (b'f',):
            raise CannotConnectNow(f'the server of shard {self.shard} is a standby')
        if look(connection, user) is Table.UNSAFE:
            raise CannotConnectNow(
                f'table pgdog_gevent.decision of shard {self.shard} is not safe to use', hint=UNSAFE_HINT
            )


def _end(connection: BackendConnection) -> None:
    try:
        terminate(connection)
    except ServerLost:
        pass  # It had gone before.
    finally:
        connection.stream.close()
