"""Frames from and to one peer.

``forward`` is the relay: it walks the headers of what has arrived and passes whole runs on in one send. It stops at
the messages that somebody has to look at.
"""

import ssl
from collections.abc import Callable, Mapping
from typing import Final, NoReturn, Self

from pgdog_gevent.net.link import Link
from pgdog_gevent.protocol.codes import LARGE
from pgdog_gevent.protocol.frames import HEADER_SIZE, Frame, read_header

_LONGEST: Final = LARGE + 4
Mark = tuple[list[bytes | memoryview], int]


class Stream(Link):
    """A link, with what has been read and not used, and what has been written and not sent.

    Every read raises the peer's ``violation`` when it breaks the protocol.
    """

    __slots__ = ()

    # Reading

    @property
    def buffered(self) -> bool:
        """Whether something has been read that has not been used."""
        return self.position < len(self.received)

    @property
    def mid_frame(self) -> bool:
        """Whether a frame has been forwarded in part: its receiver cannot be told anything else."""
        return self.skip > 0

    def read_exactly(self, size: int) -> bytes:
        """The next ``size`` bytes. The caller has bounded ``size``; memory grows only as bytes arrive."""
        self._fill(size)
        start = self.position
        self.position = start + size
        return self.received[start : self.position]

    def peek_byte(self) -> int:
        """The next byte, left where it is."""
        self._fill(1)
        return self.received[self.position]

    def read_frame(self, limits: Mapping[int, int]) -> Frame:
        """The next message. ``limits`` maps the codes that are allowed now to their longest bodies.

        Another code or a longer body is a violation, before anything is allocated for it. The rest of a message that
        has been forwarded in part is passed over.
        """
        if self.skip:
            self._pass_over_rest()
        if len(self.received) - self.position < HEADER_SIZE:
            self._fill(HEADER_SIZE)
        code, length = read_header(self.received, self.position)
        longest = limits.get(code)
        if longest is None:
            raise self._violation(f'invalid message type {code}')
        if not 4 <= length <= longest + 4:
            raise self._violation(f'invalid length of message {chr(code)!r}')
        if len(self.received) - self.position <= length:
            self._fill(length + 1)
        start = self.position
        self.position = end = start + length + 1
        self.last_received = code
        wire = self.received[start:end]
        return Frame(code, wire[HEADER_SIZE:], wire)

    def put_back(self, messages: bytes) -> None:
        """Have messages read once more that have been read."""
        self.received = messages + self.received[self.position :]
        self.position = 0

    def peek_header(self) -> tuple[int, int]:
        """Code of the next message and its size in bytes, header included; it is left where it is."""
        self._pass_over_rest()
        self._fill(HEADER_SIZE)
        code, length = read_header(self.received, self.position)
        return code, length + 1

    def whole_frame_buffered(self) -> bool:
        """Whether ``read_frame`` would return without waiting."""
        available = len(self.received) - self.position
        if available < HEADER_SIZE or self.skip:
            return False
        length: int = read_header(self.received, self.position)[1]
        return available > length

    def _pass_over_rest(self) -> None:
        """Read to the end of the message that has been forwarded in part. Nobody wants it; it may look like frames."""
        while self.skip:
            self._fill(1)
            passed = min(self.skip, len(self.received) - self.position)
            self.position += passed
            self.skip -= passed

    def _fill(self, size: int) -> None:
        """Wait until ``size`` unused bytes are there."""
        available = len(self.received) - self.position
        if available >= size:
            return
        chunks = [self.received[self.position :]]
        try:
            while available < size:
                chunk = self._receive()
                chunks.append(chunk)
                available += len(chunk)
        finally:
            # Also when a timeout or a cancel ends the wait: what has arrived is the beginning of the next message.
            self.received = b''.join(chunks) if chunks[0] or len(chunks) != 2 else chunks[1]
            self.position = 0

    def receive_more(self) -> None:
        """Wait until more has arrived than there is."""
        self._fill(len(self.received) - self.position + 1)

    def drain(self) -> NoReturn:
        """Read and forget until the peer closes."""
        self.received, self.position = b'', 0
        while True:
            self._receive()

    # Relaying

    def forward(self, sink: Self, unread: frozenset[int]) -> int:
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

    def take_bodies(self, code: int) -> tuple[bytes, int]:
        """Take what has arrived of the bodies of messages with this code, put together.

        Return with it the code of the message that stopped it, which has not been taken; 0 when there is no more. As
        in ``forward``, a message may be larger than memory.
        """
        received, position = self.received, self.position
        end = min(len(received), position + self.skip)
        bodies = [received[position:end]]
        self.skip -= end - position
        position, stop = end, 0
        while position + HEADER_SIZE <= len(received):
            found, length = read_header(received, position)
            if found != code:
                stop = found
                break
            if not 4 <= length <= _LONGEST:
                raise self._violation(f'invalid length of message {chr(code)!r}')
            end = position + length + 1
            bodies.append(received[position + HEADER_SIZE : end])
            self.skip = max(0, end - len(received))
            position = min(end, len(received))
        self.position = position
        return b''.join(bodies), stop

    def receive_beside(self, other: Self) -> None:
        """Wait until more has arrived than there is, and notice the end of ``other`` meanwhile."""
        self.take_in(self.chunk_beside(other))

    # Writing

    def write(self, message: bytes | memoryview) -> None:
        """Send ``message`` with the next ``flush``, which alone may wait: its caller knows what to do meanwhile."""
        self.out.append(message)

    def mark(self) -> Mark:
        """The place that writing has come to, for ``take_back``."""
        return self.out, len(self.out)

    def take_back(self, mark: Mark) -> bytes | None:
        """Take back what has been written since ``mark``; ``None`` if some of it may have been sent."""
        out, size = mark
        if out is not self.out:
            return None
        written = b''.join(out[size:])
        del out[size:]
        return written

    def flush(self, meanwhile: Callable[[], None] | None = None) -> None:
        """Send all that has been written.

        When the peer does not take it, wait until it does; ``meanwhile`` is called whenever the peer has sent
        something in that time, so that two ends which both write before they read do not wait for each other.
        """
        out = self.out
        if not out and not self.rest:
            return
        message = out[0] if len(out) == 1 else b''.join(out)
        self.out = []
        if self.early:
            message = self._after_early(message)
        if self.rest:
            rest, self.rest = self.rest, b''
            self._send_sealed(rest, meanwhile)
        if message:
            self.last_sent = message[0]
            self._send(message, meanwhile)

    def _after_early(self, message: bytes | memoryview) -> bytes | memoryview:
        """What is to be sent of ``message`` after what has been sent early, with which it must begin."""
        early, self.early = self.early, b''
        if message[: len(early)] != early:
            raise self._lost('the server has been sent something else than was meant for it')
        return message[len(early) :]

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
        hello, self.received, self.position = self.received[self.position :], b'', 0
        self._start_tls(context, True, None, hello)

    @property
    def readable_now(self) -> bool:
        """Whether unused bytes are here already."""
        return self.buffered or self.transport.pending
