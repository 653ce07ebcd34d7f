"""The server connection that a session holds, and when it lets go of it."""

from typing import Final

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connection import BackendConnection, ServerError
from pgdog_gevent.backend.counters import PoolCounters
from pgdog_gevent.backend.leftovers import leftovers
from pgdog_gevent.backend.line import Place
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.recovery import outlive_cancels
from pgdog_gevent.config.choices import PoolerMode

_SESSION: Final = PoolerMode.SESSION


class Binding:
    """Holds at most one connection; the only place where a session acquires and releases."""

    def __init__(self, cluster: Cluster, client_id: int) -> None:
        self.cluster = cluster
        self._client_id = client_id
        self._pool: Pool | None = None
        self.counters: PoolCounters | None = None
        """Those of the pool of the connection that is held, or was held last."""
        self.connection: BackendConnection | None = None
        self.pinned = ''
        """Why the connection is kept between transactions; empty if it is not."""
        self.doubtful = False
        """Whether the server must be asked, between transactions, what the session has left in it."""
        self.asking = False
        """It is being asked: the client's request is over, and a cancel of it comes too late."""
        self._for_good = False

    def acquire(self, shard: int) -> BackendConnection:
        """The connection for a shard: the one held, or one from the pool. Raises as ``Pool.acquire``, ServerLost."""
        connection = self.connection
        if connection is None:
            pool = self.cluster.pool(shard)
            connection = pool.acquire()
            self.hold(pool, connection)
            self.cover_sequences()
            if self.cluster.mode is PoolerMode.SESSION:
                self.pin('session pooling')
        return connection

    def take_at_once(self, now: float) -> BackendConnection | None:
        """A connection that can be had without waiting, and given back after the turn; ``None`` if that takes more."""
        pool = self.cluster.only_pool
        if pool is None or self.cluster.mode is _SESSION:
            return None
        connection = pool.stock.take_at_once(now)
        if connection is not None:
            # As ``hold``, without one more call for each query.
            self._pool, self.counters, self.connection = pool, pool.counters, connection
            connection.lend_to(self._client_id)
        return connection

    def take_granted(self, pool: Pool, now: float, waited: float) -> BackendConnection | None:
        """As ``take_at_once``, for one who has waited in the queue of ``pool`` and been granted a permit."""
        if not pool.stock.gate.open:
            return None
        connection = pool.stock.pop_ready(now)
        if connection is not None:
            pool.permits.unclaimed -= 1
            self.hold(pool, pool.stock.lend(connection, waited))
        return connection

    def claim(self, pool: Pool, place: Place) -> BackendConnection:
        """As ``acquire``, for one who has waited in the queue of ``pool`` and been woken."""
        connection = pool.claim(place)
        self.hold(pool, connection)
        return connection

    def hold(self, pool: Pool, connection: BackendConnection) -> None:
        """The pool has lent it to this session."""
        self._pool = pool
        self.counters = pool.counters
        self.connection = connection
        connection.lend_to(self._client_id)

    def betrays_sequences(self) -> bool:
        """Whether its client might see by currval() or lastval() what others have taken from sequences."""
        connection = self.connection
        return (
            connection is not None
            and connection.foreign_sequences
            and self.cluster.known_functions.sequences_are_read
        )

    def cover_sequences(self) -> None:
        """See to it that it does not. Raises ServerError, ServerLost."""
        if self.connection is not None and self.betrays_sequences():
            self.connection.discard_sequences()

    def give_back(self, now: float) -> None:
        """As ``let_go``, after a turn that has left nothing behind. Waits only if the connection is ``doubtful``."""
        pool, connection = self._pool, self.connection
        if self.pinned or pool is None or connection is None:
            return
        self.connection = None
        if not pool.stock.give_back(connection, now):
            self.connection = connection
            self.let_go()

    @property
    def pool(self) -> Pool:
        """The pool of the connection that is held."""
        assert self._pool is not None
        return self._pool

    def pin(self, reason: str) -> None:
        """Keep the connection until the client ends; then its whole session is reset."""
        if self.connection is not None:
            self._for_good = True
            self.pinned = reason
            self.connection.taint(reason)

    def doubt(self, reason: str) -> None:
        """The session may have something now that lives in its server; the server is asked after the transaction."""
        if self.connection is not None:
            self.doubtful = not self._for_good
            self.connection.dirty = self.connection.dirty or reason

    def look_again(self) -> None:
        """What ties the session to its server may be gone."""
        self.doubtful = self.doubtful or (bool(self.pinned) and not self._for_good)

    def taint(self, reason: str) -> None:
        """Have the whole session reset before the connection's next user, whatever else it leaves."""
        if self.connection is not None:
            self.connection.taint(reason)

    def spoil(self, reason: str) -> None:
        """The session is changed in a way that nothing undoes: the connection is this client's, and closed after it."""
        if self.connection is not None:
            self.pin(reason)
            self.connection.wear_out()

    def let_go(self) -> None:
        """Give the connection back if nothing ties it to this session.

        Raises ServerLost when the server is lost while it is asked what does.
        """
        connection = self.connection
        if connection is None or not connection.settled:
            return
        if self.doubtful:
            self._ask(connection)
        if not self.pinned:
            self._pool_release(connection)

    def _ask(self, connection: BackendConnection) -> None:
        self.pinned = 'something that its server could not be asked about'
        self.asking = True
        try:
            outlive_cancels(connection)
            self.pinned = leftovers(connection)
        except ServerError:
            return  # It is asked again after the next transaction.
        finally:
            self.asking = False
        self.doubtful = False
        if not self.pinned:
            connection.proven_clean()

    def end(self) -> None:
        """The client has gone: give the connection back as it is; the pool cleans it."""
        if self.connection is not None:
            self._pool_release(self.connection)

    def lose(self) -> None:
        """The connection is broken or in an unknown state: it is closed."""
        if self.connection is not None:
            connection, self.connection = self.connection, None
            self._forget()
            self.pool.discard(connection)

    def _pool_release(self, connection: BackendConnection) -> None:
        self.connection = None
        self._forget()
        self.pool.release(connection)

    def _forget(self) -> None:
        self.pinned = ''
        self.doubtful = self._for_good = False
