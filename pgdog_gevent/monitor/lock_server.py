"""The monitor's connection to one shard, for its locks and for claims."""

import logging
from collections.abc import Callable, Sequence
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.host import Host
from pgdog_gevent.backend.login import log_in, terminate
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.errors import CannotConnectNow, ProxyError, ServerLost
from pgdog_gevent.monitor.lock_query import claim, read_locks, set_up, withdraw
from pgdog_gevent.monitor.standstill import Claim, Reading
from pgdog_gevent.net.deadline import Deadline

log = logging.getLogger(__name__)

_PATIENCE: Final = 2.0
"""Seconds for one question, with the connection that is opened for it."""
_AFTER_A_FAILURE: Final = 5.0
"""Seconds in which a server is left alone that has not answered."""
_NAME: Final = 'pgdog-gevent deadlocks'
_NOTHING: Final = Reading()
_NO_CLAIMS: Final[frozenset[Claim]] = frozenset()


class LockServer:
    """Has a connection from the first question on until ``close``. ``clock`` is monotonic, in seconds.

    A server that fails is logged once, and has nothing to say for a while.
    """

    def __init__(self, name: str, keys: KeyCache, clock: Callable[[], float]) -> None:
        """``name``: of the database and the shard, for the log."""
        self._name = name
        self._keys = keys
        self._clock = clock
        self._connection: BackendConnection | None = None
        self._claims = _NO_CLAIMS
        self._rests_until = clock()
        self._failure = ''
        self._host: Host | None = None

    def read(self, pools: Sequence[Pool]) -> Reading:
        """Its locks; ``pools`` are those of its primary, one for each user."""
        readings: list[Reading] = []
        self._ask(pools, lambda connection: readings.append(read_locks(connection)))
        return readings[0] if readings else _NOTHING

    def claim(self, pools: Sequence[Pool], claims: frozenset[Claim]) -> None:
        """Have these claims there, and no others."""
        if claims == self._claims:
            return
        self._ask(pools, lambda connection: self._change(connection, claims))

    def _change(self, connection: BackendConnection, claims: frozenset[Claim]) -> None:
        withdraw(connection, self._claims - claims)
        claim(connection, claims - self._claims)
        self._claims = claims

    def close(self) -> None:
        """What has been claimed is withdrawn by that."""
        connection, self._connection, self._claims = self._connection, None, _NO_CLAIMS
        if connection is None:
            return
        try:
            if connection.ledger.settled:
                terminate(connection)
        except ServerLost as lost:
            log.debug('%s: %s', self._name, lost.message)
        finally:
            connection.stream.close()

    def _ask(self, pools: Sequence[Pool], question: Callable[[BackendConnection], None]) -> None:
        if self._clock() < self._rests_until:
            return
        self._follow(pools[0].host)
        try:
            self._ask_in_time(pools, question)
        except ProxyError as error:
            self._fail(error)
        except BaseException:
            self.close()
            raise

    def _ask_in_time(self, pools: Sequence[Pool], question: Callable[[BackendConnection], None]) -> None:
        with Deadline(_PATIENCE):
            question(self._connected(pools))
            self._failure = ''
            return
        raise ServerLost(f'the server did not answer within {_PATIENCE:g} s')

    def _follow(self, host: Host) -> None:
        if host is not self._host:
            self.close()
            self._host = host

    def _connected(self, pools: Sequence[Pool]) -> BackendConnection:
        if self._connection is None:
            targets = [pool.target for pool in pools if not pool.paused]
            if not targets:
                raise CannotConnectNow('the database is paused')
            self._connection = log_in(targets, self._keys, _NAME)
            set_up(self._connection)
        return self._connection

    def _fail(self, error: ProxyError) -> None:
        self.close()
        self._rests_until = self._clock() + _AFTER_A_FAILURE
        if error.message != self._failure:
            self._failure = error.message
            log.warning('%s: cannot look for deadlocks over several shards: %s', self._name, error.message)
