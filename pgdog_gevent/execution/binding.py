"""The server connection that a session holds, and when it lets go of it."""

from collections.abc import Callable
from typing import Final, NamedTuple

from pgdog_gevent.backend import position
from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connection import BackendConnection, ServerError
from pgdog_gevent.backend.counters import PoolCounters
from pgdog_gevent.backend.floor import Floor
from pgdog_gevent.backend.leftovers import leftovers
from pgdog_gevent.backend.line import Place
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.recovery import outlive_cancels
from pgdog_gevent.config.choices import PoolerMode, Role
from pgdog_gevent.errors import ServerLost
from pgdog_gevent.execution.written import Written
from pgdog_gevent.router.statement import Access

_SESSION: Final = PoolerMode.SESSION
_UNKNOWN: Final = 'something that its server could not be asked about'


def _nobody_waits() -> None:
    """Where no client waits for an answer."""


class Held(NamedTuple):
    """A connection of another shard than the one in hand, and what ties the session to it."""

    pool: Pool
    connection: BackendConnection
    pinned: str
    doubtful: bool
    for_good: bool


class Binding:
    """Holds at most one connection; the only place where a session acquires and releases.

    Those of other shards are set aside, and taken up again, by ``Holdings``.
    """

    def __init__(self, cluster: Cluster, client_id: int) -> None:
        self.cluster = cluster
        self._client_id = client_id
        self.shard = 0
        """Of which shard the connection is, or will be."""
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
        self.candidate: Pool | None = None
        """The pool that has been chosen for the turn at hand, if it has not lent a connection yet."""
        self._reads = False
        """Whether that is for a request which only reads."""
        self._settings = cluster.settings
        self._written = _written(cluster)
        """``None`` if it does not matter what replicas have replayed."""
        self._floor: Floor | None = None if self._written is None else self._written.floor(cluster, 0)
        """How far a replica of ``shard`` must have; ``None`` likewise."""
        self.wrote = False
        """It may have written something there whose place in the WAL is not known yet."""

    @property
    def position(self) -> int:
        """What of the WAL must have been replayed where this client reads."""
        return 0 if self._floor is None else self._floor.lsn

    def turn_to(self, shard: int) -> None:
        """Be about another shard, while no connection is in hand."""
        before, self.shard = self.shard, shard
        if self._written is not None:
            self.wrote = self._written.turn(before, self.wrote, shard)
            self._floor = self._written.floor(self.cluster, shard)

    def set_aside(self) -> Held | None:
        """Have no connection in hand, but keep the one that was; ``None`` if there was none."""
        connection, self.connection = self.connection, None
        if connection is None:
            return None
        held = Held(self.pool, connection, self.pinned, self.doubtful, self._for_good)
        self._forget()
        return held

    def take_up(self, held: Held) -> None:
        """Have a connection in hand that was set aside."""
        self._pool, self.connection = held.pool, held.connection
        self.counters = held.pool.counters
        self.pinned, self.doubtful, self._for_good = held.pinned, held.doubtful, held.for_good

    def acquire(self, access: Access) -> BackendConnection:
        """The connection for ``shard``: the one held, or one from a pool that serves ``access``.

        Raises as ``Shard.acquire``, ServerLost.
        """
        connection = self.connection
        if connection is None:
            self._heed_settings()
            if self.wrote:
                access = Access.WRITE  # The primary alone surely shows what has been written.
            self._reads = access is not Access.WRITE and self.cluster.splits
            candidate, self.candidate = self.candidate, None
            pool, connection = self.cluster.acquire(self.shard, access, self, candidate if self._reads else None)
            self.wrote = self.wrote or not (self._floor is None or self._reads)
            self.hold(pool, connection)
            self.cover_sequences()
            if self.cluster.mode is PoolerMode.SESSION:
                self.pin('session pooling')
        return connection

    def asks(self, access: Access) -> None:
        """The connection that is held is asked for what needs ``access``, whatever it was chosen for."""
        self._heed_settings()
        if access is not Access.READ and self._floor is not None and self.pool.host.role is not Role.REPLICA:
            self.wrote = True

    def take_at_once(self, now: float, reads: bool) -> BackendConnection | None:
        """A connection that can be had without waiting, and given back after the turn; ``None`` if that takes more.

        Of several servers it is ``candidate`` then from which one is to be had.
        """
        pool = self.cluster.only_pool
        if pool is None:
            pool = self._choose(reads)
        if pool is None or self.cluster.mode is _SESSION:
            return None
        connection = pool.stock.take_at_once(now)
        if connection is not None:
            # As ``hold``, without one more call for each query.
            self._pool, self.counters, self.connection = pool, pool.counters, connection
            self.candidate = None
            connection.lend_to(self._client_id)
            if self._reads:
                pool.counters.reads += 1
        return connection

    def _choose(self, reads: bool) -> Pool | None:
        """The server for a turn, if that takes no more than a look."""
        shard = self.cluster.at(self.shard)
        if self._settings is not self.cluster.settings:
            self._heed_settings()
        self.candidate = None
        self._reads = reads = reads and self.cluster.splits
        if shard is None or self.wrote or not (reads or self._floor is None):
            return None
        self.candidate = shard.pick(reads, 0 if self._floor is None else self._floor.lsn)
        return self.candidate

    def _heed_settings(self) -> None:
        """A reload may have changed what a client's reads must show."""
        if self._settings is not self.cluster.settings:
            self._settings = self.cluster.settings
            before, self._written = self._written, _written(self.cluster)
            if before is not None and self._written is not None:
                self._written.take_over(before, self.cluster)
            self._floor = None if self._written is None else self._written.floor(self.cluster, self.shard)

    def take_granted(self, pool: Pool, now: float, waited: float) -> BackendConnection | None:
        """As ``take_at_once``, for one who has waited in the queue of ``pool`` and been granted a permit."""
        if not pool.stock.gate.open or pool.host.excluded:
            return None
        connection = pool.stock.pop_ready(now)
        if connection is not None:
            pool.permits.unclaimed -= 1
            self.hold(pool, pool.stock.lend(connection, waited))
        return connection

    def claim(self, pool: Pool, place: Place) -> BackendConnection:
        """As ``acquire``, for one who has waited in the queue of ``pool`` and been woken."""
        self.candidate = None  # If there is none to be had, another may be had elsewhere.
        connection = pool.claim(place)
        self.hold(pool, connection)
        return connection

    def hold(self, pool: Pool, connection: BackendConnection) -> None:
        """The pool has lent it to this session."""
        self.candidate = None
        self._pool = pool
        self.counters = pool.counters
        self.connection = connection
        connection.lend_to(self._client_id)
        if self._reads:
            pool.counters.reads += 1

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
        if self.wrote:
            self.let_go()
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

    def let_go(self, answer: Callable[[], None] = _nobody_waits) -> None:
        """Give the connection back if nothing ties it to this session.

        ``answer`` is called before the server is asked what does, if it is: the client need not wait for that.
        Raises ServerLost when the server is lost while it is asked what does, and may have had something.
        """
        connection = self.connection
        if connection is None or not connection.settled:
            return
        if self.wrote and not self._note_position(connection):
            self.lose()
            return
        if self.doubtful:
            answer()
            self._ask(connection)
        if not self.pinned:
            self._pool_release(connection)

    def _note_position(self, connection: BackendConnection) -> bool:
        """What has been written is committed: find out how far a replica must have come to show it.

        False if the server is lost, with nothing of the session in it: its client, who has been answered, need not
        know. Raises ServerLost if there may have been something.
        """
        if self._floor is not None:
            self.asking = True
            try:
                outlive_cancels(connection)
                self._floor.rise(position.of(connection))
            except ServerError:
                return True  # It is asked for again after what comes next, which the primary gets.
            except ServerLost:
                if self.doubtful:
                    self.pinned = _UNKNOWN
                if self.pinned:
                    raise
                return False
            finally:
                self.asking = False
        self.wrote = bool(self.pinned)
        return True

    def _ask(self, connection: BackendConnection) -> None:
        self.pinned = _UNKNOWN
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


def _written(cluster: Cluster) -> Written | None:
    return Written(cluster) if cluster.causal else None
