"""COPY ... FROM STDIN: the client sends, until it is done or the server has had enough."""

import re
from collections.abc import Callable
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol import frames
from pgdog_gevent.protocol.codes import FRONTEND_LIMITS, SMALL, Backend, Frontend
from pgdog_gevent.protocol.query import FLUSH

_ROWS: Final = frozenset({Frontend.COPY_DATA})
# What else belongs to a COPY. A server that is in COPY ignores Flush and Sync (PostgreSQL docs, "COPY Operations").
_FITTING: Final = frozenset({Frontend.COPY_DONE, Frontend.COPY_FAIL, Frontend.FLUSH, Frontend.SYNC})
_REASON: Final = b'__pgdog_unexpected_message'
_ABORT: Final = frames.encode(Frontend.COPY_FAIL, _REASON + b'\0')
_CODE_OR_MESSAGE: Final = re.compile(rb'\0(C57014|M[^\0]*)(?=\0)')


class CopyIn:
    """Passes the COPY data of one client on."""

    __slots__ = ('_client', '_intruder')

    def __init__(self, client: Stream) -> None:
        self._client = client
        self._intruder = 0
        """The message that does not belong to a COPY, for which it has been aborted."""

    def run(self, connection: BackendConnection, relay_answers: Callable[[], None]) -> None:
        """Pass data on until ``connection`` is no longer copying, and between two messages.

        Both sides are watched: a server may report an error in the middle, and then it waits for nothing more.
        """
        client, server = self._client, connection.stream
        self._intruder = 0
        while True:
            self._pass_on(connection)
            server.flush(relay_answers)
            if not connection.copying_in and not client.mid_frame:
                return
            arrived = connection.copying_in and server.whole_frame_buffered()
            if not arrived and client.wait_either(server) is client:
                client.receive_waiting()
            else:
                relay_answers()

    def _pass_on(self, connection: BackendConnection) -> None:
        """Pass on what the client has sent. Any other message than data ends the COPY, one way or the other."""
        client, server = self._client, connection.stream
        while code := client.forward_buffered(server, _ROWS if connection.copying_in else frozenset()):
            if not connection.copying_in:
                return
            if code not in _FITTING:
                self._abort(connection, code)
            elif client.whole_frame_buffered() or client.peek_header()[1] > SMALL:
                self._take(connection)
            else:
                return

    def _take(self, connection: BackendConnection) -> None:
        frame = self._client.read_frame(FRONTEND_LIMITS)
        if frame.code == Frontend.FLUSH:
            return
        connection.stream.write(frame.raw)
        if frame.code == Frontend.SYNC:
            connection.ledger.sync_in_copy()
        else:
            self._end(connection)

    def _abort(self, connection: BackendConnection, code: int) -> None:
        """Find out whether the server is still in COPY, which only its next error tells; the message stays."""
        self._intruder = code
        connection.stream.write(_ABORT)
        self._end(connection)

    def _end(self, connection: BackendConnection) -> None:
        connection.copying_in = False
        if not connection.ledger.ends_in_ready:
            # A server keeps the end of the COPY to itself until it is asked, and the client's Sync is still to come.
            connection.stream.write(FLUSH)

    def check(self, error: bytes) -> None:
        """Look at the body of an ErrorResponse: if it says that the COPY has been aborted, end as PostgreSQL does.

        It would have read half a message, and could not go on; this server can. Raises ProtocolViolation.
        """
        if not self._intruder or _REASON not in error:
            return
        words = b'unexpected message type 0x%02X during COPY from stdin' % self._intruder
        told = {b'C': b'\0C08P01', b'M': b'\0M' + words}
        body = _CODE_OR_MESSAGE.sub(lambda found: told[found[1][:1]], error)
        self._client.write(frames.encode(Backend.ERROR_RESPONSE, body))
        raise ProtocolViolation('terminating connection because protocol synchronization was lost')
