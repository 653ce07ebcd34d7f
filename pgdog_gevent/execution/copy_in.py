"""COPY ... FROM STDIN: the client sends, until it is done or the server has had enough."""

from collections.abc import Callable
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol.codes import FRONTEND_LIMITS, Frontend
from pgdog_gevent.protocol.query import FLUSH

_ROWS: Final = frozenset({Frontend.COPY_DATA})
# A server that is in COPY ignores them (PostgreSQL docs, "COPY Operations").
_IGNORED: Final = frozenset({Frontend.FLUSH, Frontend.SYNC})


def copy_in(client: Stream, connection: BackendConnection, relay_answers: Callable[[], None]) -> None:
    """Pass the client's COPY data on until ``connection`` is no longer copying.

    Both sides are watched: a server may report an error in the middle, and then it waits for nothing more.
    """
    server = connection.stream
    while True:
        _pass_on(client, connection)
        server.flush(relay_answers)
        if not connection.copying_in:
            return
        if client.wait_either(server) is client:
            client.receive_waiting()
        else:
            relay_answers()


def _pass_on(client: Stream, connection: BackendConnection) -> None:
    """Pass on what the client has sent. Any other message than data ends the COPY, one way or the other."""
    while connection.copying_in and client.forward_buffered(connection.stream, _ROWS):
        if not client.whole_frame_buffered():
            client.receive_more()
            continue
        frame = client.read_frame(FRONTEND_LIMITS)
        if frame.code in _IGNORED:
            continue
        connection.stream.write(frame.raw)
        if not connection.ledger.ends_in_ready:
            # A server keeps the end of the COPY to itself until it is asked, and the client's Sync is still to come.
            connection.stream.write(FLUSH)
        connection.copying_in = False
        return
