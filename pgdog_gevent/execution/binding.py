"""The server connection that a session holds, and when it lets go of it."""

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.config.choices import PoolerMode


class Binding:
    """Holds at most one connection; the only place where a session acquires and releases."""

    def __init__(self, cluster: Cluster, client_id: int) -> None:
        self._cluster = cluster
        self._client_id = client_id
        self._pool: Pool | None = None
        self.connection: BackendConnection | None = None
        self.pinned = ''
        """Why the connection is kept until the client ends; empty if it is not."""

    def acquire(self, shard: int) -> BackendConnection:
        """The connection for a shard: the one held, or one from the pool."""
        connection = self.connection
        if connection is None:
            self._pool = self._cluster.pool(shard)
            connection = self._pool.acquire()
            connection.client_id = self._client_id
            self.connection = connection
            if self._cluster.mode is PoolerMode.SESSION:
                self.pin('session pooling')
        return connection

    @property
    def pool(self) -> Pool:
        """The pool of the connection that is held."""
        assert self._pool is not None
        return self._pool

    def pin(self, reason: str) -> None:
        """Keep the connection until the client ends; then its whole session is reset."""
        if self.connection is not None:
            self.pinned = self.pinned or reason
            self.connection.dirty = self.connection.dirty or reason

    def taint(self, reason: str) -> None:
        """Have the whole session reset before the connection's next user."""
        if self.connection is not None:
            self.connection.dirty = self.connection.dirty or reason

    def let_go(self) -> None:
        """Give the connection back if nothing ties it to this session."""
        connection = self.connection
        if connection is not None and not self.pinned and connection.settled:
            self._pool_release(connection)

    def end(self) -> None:
        """The client has gone: give the connection back as it is; the pool cleans it."""
        if self.connection is not None:
            self._pool_release(self.connection)

    def lose(self) -> None:
        """The connection is broken or in an unknown state: it is closed."""
        if self.connection is not None:
            connection, self.connection = self.connection, None
            self.pinned = ''
            self.pool.discard(connection)

    def _pool_release(self, connection: BackendConnection) -> None:
        self.connection = None
        self.pinned = ''
        self.pool.release(connection)
