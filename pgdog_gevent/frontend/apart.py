"""What a session asks of a server that it does not hold, on the proxy's own account."""

from collections.abc import Iterator
from contextlib import contextmanager

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.settings import NO_SETTINGS
from pgdog_gevent.router.statement import Access


@contextmanager
def apart(cluster: Cluster, shard: int) -> Iterator[BackendConnection]:
    """Have a connection to the primary of a shard, without what the client has set. Raises as ``Cluster.acquire``."""
    pool, connection = cluster.acquire(shard, Access.WRITE)
    try:
        connection.apply(NO_SETTINGS)
        yield connection
    finally:
        if connection.settled:
            pool.release(connection)
        else:
            pool.discard(connection)
