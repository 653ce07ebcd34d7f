"""The end of a pool's connections: a good-bye, and what remains of them."""

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.counters import ServerCounters
from pgdog_gevent.errors import ServerLost
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol import query


class Finished:
    """What those have done that are closed by now."""

    def __init__(self) -> None:
        self.counters = ServerCounters()
        self.bytes_received = 0
        self.bytes_sent = 0

    def close(self, connection: BackendConnection, patience: float) -> None:
        """Close a connection and count it in; the server has ``patience`` seconds to go first."""
        stream = connection.stream
        if not stream.closed:
            with Deadline(patience):
                _terminate(stream)
            stream.close()
        self.counters.add(connection.counters)
        self.bytes_received += stream.bytes_received
        self.bytes_sent += stream.bytes_sent


def _terminate(stream: Stream) -> None:
    """Say good-bye and wait until the server has gone, so that its slot is free when this returns."""
    try:
        stream.write(query.TERMINATE)
        stream.flush()
        # A server that was sent part of a message takes the good-bye for the rest of it, but not the end.
        stream.half_close()
        stream.drain()
    except ServerLost:
        pass
    finally:
        stream.close()
