"""Frames from and to one peer.

``forward`` is the relay: it walks the headers of what has arrived and passes whole runs on in one send. It stops at
the messages that somebody has to look at.
"""

import _socket
import ssl
from collections.abc import Callable, Mapping
from typing import Final, NoReturn

from pgdog_gevent.net.link import Link, Peer
from pgdog_gevent.protocol.codes import LARGE
from pgdog_gevent.protocol.frames import HEADER_SIZE, Frame, read_header

_LONGEST: Final = LARGE + 4
Mark = tuple[list[bytes | memoryview], int]
_READ_AHEAD: Final = 65_536
"""Bytes that are taken in from a peer although nobody has asked for them yet."""


class Stream(Link):
    """A link, with what has been read and not used, and what has been written and not sent.

    Every read raises the peer's ``violation`` when it breaks the protocol.
    """

    __slots__ = ('_out', '_position', '_received', '_skip', 'last_received', 'last_sent', 'passed')

    def __init__(self, socket: _socket.socket, peer: Peer) -> None:
        """Take over a socket; it is made non-blocking and closed by ``close``."""
        super().__init__(socket, peer)
        self._received = b''
        self._position = 0
        self._skip = 0
        self._out: list[bytes | memoryview] = []
        self.last_received = 0
        self.last_sent = 0
        self.passed = 0
        """Runs of messages that ``forward`` has passed on."""

    # Reading

    @property
    def buffered(self) -> bool:
        """Whether something has been read that has not been used."""
        return self._position < len(self._received)

    @property
    def mid_frame(self) -> bool:
        """Whether a frame has been forwarded in part: its receiver cannot be told anything else."""
        return self._skip > 0

    def read_exactly(self, size: int) -> bytes:
        """The next ``size`` bytes. The caller has bounded ``size``; memory grows only as bytes arrive."""
        self._fill(size)
        start = self._position
        self._position = start + size
        return self._received[start : self._position]

    def peek_byte(self) -> int:
        """The next byte, left where it is."""
        self._fill(1)
        return self._received[self._position]

    def read_frame(self, limits: Mapping[int, int]) -> Frame:
        """The next message. ``limits`` maps the codes that are allowed now to their longest bodies.

        Another code or a longer body is a violation, before anything is allocated for it. The rest of a message that
        has been forwarded in part is passed over.
        """
        if self._skip:
            self._pass_over_rest()
        if len(self._received) - self._position < HEADER_SIZE:
            self._fill(HEADER_SIZE)
        code, length = read_header(self._received, self._position)
        longest = limits.get(code)
        if longest is None:
            raise self._violation(f'invalid message type {code}')
        if not 4 <= length <= longest + 4:
            raise self._violation(f'invalid length of message {chr(code)!r}')
        if len(self._received) - self._position <= length:
            self._fill(length + 1)
        start = self._position
        self._position = end = start + length + 1
        self.last_received = code
        wire = self._received[start:end]
        return Frame(code, wire[HEADER_SIZE:], wire)

    def put_back(self, frame: Frame) -> None:
        """Have ``read_frame`` return a message that it has returned once more."""
        self._received = frame.raw + self._received[self._position :]
        self._position = 0

    def peek_header(self) -> tuple[int, int]:
        """Code of the next message and its size in bytes, header included; it is left where it is."""
        self._pass_over_rest()
        self._fill(HEADER_SIZE)
        code, length = read_header(self._received, self._position)
        return code, length + 1

    def whole_frame_buffered(self) -> bool:
        """Whether ``read_frame`` would return without waiting."""
        available = len(self._received) - self._position
        if available < HEADER_SIZE or self._skip:
            return False
        length: int = read_header(self._received, self._position)[1]
        return available > length

    def _pass_over_rest(self) -> None:
        """Read to the end of the message that has been forwarded in part. Nobody wants it; it may look like frames."""
        while self._skip:
            self._fill(1)
            passed = min(self._skip, len(self._received) - self._position)
            self._position += passed
            self._skip -= passed

    def _fill(self, size: int) -> None:
        """Wait until ``size`` unused bytes are there."""
        available = len(self._received) - self._position
        if available >= size:
            return
        chunks = [self._received[self._position :]]
        try:
            while available < size:
                chunk = self._receive()
                chunks.append(chunk)
                available += len(chunk)
        finally:
            # Also when a timeout or a cancel ends the wait: what has arrived is the beginning of the next message.
            self._received = b''.join(chunks) if chunks[0] or len(chunks) != 2 else chunks[1]
            self._position = 0

    def receive_waiting(self) -> bool:
        """Take in what has arrived, without waiting; false when nothing has."""
        chunk = self._receive_now()
        if chunk:
            self._received = self._received[self._position :] + chunk
            self._position = 0
        return bool(chunk)

    def receive_more(self) -> None:
        """Wait until more has arrived than there is."""
        self._fill(len(self._received) - self._position + 1)

    def drain(self) -> NoReturn:
        """Read and forget until the peer closes."""
        self._received, self._position = b'', 0
        while True:
            self._receive()

    # Relaying

    def forward(self, sink: 'Stream', unread: frozenset[int]) -> int:
        """Pass messages on to ``sink`` as long as their codes are in ``unread``; return the code that is not.

        The message that stopped it has not been taken: ``read_frame`` reads it. A message that is passed may be
        larger than memory: it goes through in pieces. What is passed is sent before this stream is waited for; while
        it is waited for, the end of ``sink`` is noticed.
        """
        while True:
            code = self.forward_buffered(sink, unread)
            if code:
                return code
            sink.flush()
            self.receive_beside(sink)

    def receive_beside(self, other: 'Stream') -> None:
        """Wait until more has arrived than there is, and notice the end of ``other`` meanwhile."""
        chunk = self._receive_beside(other)
        position = self._position
        self._received = self._received[position:] + chunk if position < len(self._received) else chunk
        self._position = 0

    def _receive_beside(self, other: 'Stream') -> bytes:
        """Wait for bytes, and meanwhile take in what ``other`` sends, within bounds: its end raises its ``lost``."""
        while not self._transport.pending and len(other._received) - other._position < _READ_AHEAD:
            if self.wait_either(other) is self:
                chunk = self._receive_now()
                if chunk:
                    return chunk
            else:
                other.receive_waiting()
        return self._receive()

    def forward_buffered(self, sink: 'Stream', unread: frozenset[int]) -> int:
        """As ``forward``, with what has been received already; 0 when there is no more of it."""
        received = self._received
        start = position = self._position
        end = len(received)
        if self._skip:
            position = min(end, start + self._skip)
            self._skip -= position - start
        code = 0
        while position + HEADER_SIZE <= end:
            code, length = read_header(received, position)
            if code not in unread:
                if not code:
                    raise self._violation('invalid message type 0')
                break
            if length < 4:
                raise self._violation(f'invalid length of message {chr(code)!r}')
            position += length + 1
            code = 0
        if position > end:
            if length > _LONGEST:
                raise self._violation('invalid length of a message')
            self._skip = position - end
            position = end
        self._position = position
        if position > start:
            self.passed += 1
            sink.write(memoryview(received)[start:position])
        return code

    # Writing

    def write(self, message: bytes | memoryview) -> None:
        """Send ``message`` with the next ``flush``, which alone may wait: its caller knows what to do meanwhile."""
        self._out.append(message)

    def mark(self) -> Mark:
        """The place that writing has come to, for ``take_back``."""
        return self._out, len(self._out)

    def take_back(self, mark: Mark) -> bytes | None:
        """Take back what has been written since ``mark``; ``None`` if some of it may have been sent."""
        out, size = mark
        if out is not self._out:
            return None
        written = b''.join(out[size:])
        del out[size:]
        return written

    def flush(self, meanwhile: Callable[[], None] | None = None) -> None:
        """Send all that has been written.

        When the peer does not take it, wait until it does; ``meanwhile`` is called whenever the peer has sent
        something in that time, so that two ends which both write before they read do not wait for each other.
        """
        out = self._out
        if not out:
            return
        message = out[0] if len(out) == 1 else b''.join(out)
        self.last_sent = message[0]
        self._out = []
        self._send(message, meanwhile)

    # TLS

    def start_tls(self, context: ssl.SSLContext, *, server_side: bool, server_hostname: str | None = None) -> None:
        """Go on in TLS.

        Anything that arrived before TLS was up is a violation: whoever sent it was not authenticated (CVE-2021-23214).
        A handshake that fails loses the peer.
        """
        if self.buffered:
            raise self._violation('received unencrypted data after SSL request')
        self._start_tls(context, server_side, server_hostname, b'')

    def start_direct_tls(self, context: ssl.SSLContext) -> None:
        """Go on in TLS with a client whose first bytes were a ClientHello; they have been peeked at, not used."""
        hello, self._received, self._position = self._received[self._position :], b'', 0
        self._start_tls(context, True, None, hello)

    @property
    def readable_now(self) -> bool:
        """Whether unused bytes are here already."""
        return self.buffered or self._transport.pending
