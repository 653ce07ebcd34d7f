"""What a client sends in a COPY, as long as the proxy itself reads it."""

from collections.abc import Callable, Iterator
from typing import Final

from pgdog_gevent.errors import ProtocolViolation, ProxyError, Severity
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.codes import FRONTEND_LIMITS, Frontend
from pgdog_gevent.sqlstate import PROTOCOL_VIOLATION

_IGNORED: Final = frozenset({Frontend.FLUSH, Frontend.SYNC})
"""Source: PostgreSQL docs, "COPY Operations"."""


class ClientFailed(Exception):
    """The client has ended its COPY with a CopyFail; ``message`` is that."""

    def __init__(self, message: bytes) -> None:
        super().__init__()
        self.message = message


def chunks_of(client: Stream, wait: Callable[[], None]) -> Iterator[bytes]:
    """The stream of the client, as it arrives, up to its CopyDone; ``wait`` may return before anything has.

    Raises ClientFailed, and ProtocolViolation for what does not belong to a COPY.
    """
    while True:
        chunk, code = client.take_bodies(Frontend.COPY_DATA)
        if chunk:
            yield chunk
        if not code:
            wait()
            client.receive_waiting()
        elif code in _IGNORED:
            client.read_frame(FRONTEND_LIMITS)
        elif code == Frontend.COPY_DONE:
            client.read_frame(FRONTEND_LIMITS)
            return
        elif code == Frontend.COPY_FAIL:
            raise ClientFailed(client.read_frame(FRONTEND_LIMITS).raw)
        else:
            _break_off(client, code)


def pass_over_rest(client: Stream) -> None:
    """Read to the end of the message that has been taken in part; nobody wants what the client sends any more."""
    while client.mid_frame:
        client.receive_more()
        client.take_bodies(Frontend.COPY_DATA)


def _break_off(client: Stream, code: int) -> None:
    """End as PostgreSQL does, which would have read half a message."""
    unexpected = ProxyError(f'unexpected message type 0x{code:02X} during COPY from stdin')
    unexpected.sqlstate = PROTOCOL_VIOLATION
    client.write(response.error_response(unexpected, Severity.ERROR))
    raise ProtocolViolation('terminating connection because protocol synchronization was lost')
