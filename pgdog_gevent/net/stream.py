"""One end of a connection: frames in, bytes out, in blocking style.

The hot path uses neither ``gevent.socket`` nor ``gevent.Timeout``: a bare non-blocking socket and one persistent,
level-triggered watcher per stream, armed once and disarmed only when it fires with nobody waiting. ``forward`` is the
relay: it walks the headers of what has arrived and passes whole runs on in one send.
"""

import _socket
import ssl
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, NoReturn

from gevent.hub import get_hub
from greenlet import getcurrent, greenlet

from pgdog_gevent.errors import ClientGone, ProtocolViolation, ProxyError, ServerLost, ServerViolation
from pgdog_gevent.net.transport import PlainTransport, TlsTransport
from pgdog_gevent.protocol.frames import HEADER_SIZE, Frame, read_header

_READ, _WRITE = 1, 2
_SEND_AT_ONCE: Final = 65_536
"""Bytes that may wait to be sent; with more, the sender waits for the peer."""


class Peer(NamedTuple):
    """Who is at the other end, by the errors that it causes."""

    lost: type[ProxyError]
    violation: type[ProxyError]


CLIENT: Final = Peer(ClientGone, ProtocolViolation)
SERVER: Final = Peer(ServerLost, ServerViolation)


class Stream:
    """A connected socket, with what has been read and not used, and what has been written and not sent.

    Belongs to one greenlet at a time. Every blocking call raises the peer's ``lost`` when it is gone, and every read
    its ``violation`` when it breaks the protocol.
    """

    __slots__ = (
        '_armed', '_lost', '_out', '_out_size', '_position', '_read_watcher', '_received', '_skip', '_switch_to_hub',
        '_transport', '_violation', '_waiter', 'bytes_received', 'bytes_sent', 'closed', 'last_received', 'last_sent',
        'torn',
    )  # fmt: skip

    def __init__(self, socket: _socket.socket, peer: Peer) -> None:
        """Take over a socket; it is made non-blocking and closed by ``close``."""
        socket.setblocking(False)
        self._lost, self._violation = peer
        hub = get_hub()
        self._switch_to_hub = hub.switch
        self._transport: PlainTransport | TlsTransport = PlainTransport(socket)
        self._received = b''
        self._position = 0
        self._skip = 0
        self._out: list[bytes | memoryview] = []
        self._out_size = 0
        self._waiter: greenlet | None = None
        self._armed = False
        self._read_watcher = hub.loop.io(socket.fileno(), _READ)
        self.bytes_received = 0
        self.bytes_sent = 0
        self.last_received = 0
        self.last_sent = 0
        self.torn = False
        """A message was being sent when something interrupted: nothing can follow it."""
        self.closed = False

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

        Another code or a longer body is a violation, before anything is allocated for it.
        """
        self._fill(HEADER_SIZE)
        code, length = read_header(self._received, self._position)
        longest = limits.get(code)
        if longest is None:
            raise self._violation(f'invalid message type {code}')
        if not 4 <= length <= longest + 4:
            raise self._violation(f'invalid length of message {chr(code)!r}')
        self._fill(length + 1)
        start = self._position
        self._position = end = start + length + 1
        self.last_received = code
        return Frame(code, self._received[start + HEADER_SIZE : end])

    def peek_header(self) -> tuple[int, int]:
        """Code of the next message and its size in bytes, header included; it is left where it is."""
        self._fill(HEADER_SIZE)
        code, length = read_header(self._received, self._position)
        return code, length + 1

    def whole_frame_buffered(self) -> bool:
        """Whether ``read_frame`` would return without waiting."""
        available = len(self._received) - self._position
        if available < HEADER_SIZE:
            return False
        length: int = read_header(self._received, self._position)[1]
        return available > length

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

    def _receive(self) -> bytes:
        """Wait for bytes. What is about to be answered is the caller's to flush before."""
        transport = self._transport
        while True:
            if not transport.pending:
                self._wait_readable()
            try:
                chunk = transport.receive()
            except BlockingIOError:
                continue
            except (OSError, ssl.SSLError) as error:
                raise self._lost(f'connection lost: {error.strerror or error}') from None
            if not chunk:
                raise self._lost('connection closed by peer')
            self.bytes_received += len(chunk)
            return chunk

    def receive_waiting(self) -> bool:
        """Take in what has arrived, without waiting; false when nothing has."""
        try:
            chunk = self._transport.receive()
        except BlockingIOError:
            return False
        except (OSError, ssl.SSLError) as error:
            raise self._lost(f'connection lost: {error.strerror or error}') from None
        if not chunk:
            raise self._lost('connection closed by peer')
        self.bytes_received += len(chunk)
        self._received = self._received[self._position :] + chunk
        self._position = 0
        return True

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
        larger than memory: it goes through in pieces. What is passed is sent before this stream is waited for.
        """
        while True:
            code = self.forward_buffered(sink, unread)
            if code:
                return code
            sink.flush()
            chunk = self._receive()
            position = self._position
            self._received = self._received[position:] + chunk if position < len(self._received) else chunk
            self._position = 0

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
                break
            if length < 4:
                raise self._violation(f'invalid length of message {chr(code)!r}')
            position += length + 1
            code = 0
        if position > end:
            self._skip = position - end
            position = end
        if position > start:
            sink.write(memoryview(received)[start:position])
        self._position = position
        return code

    # Writing

    def write(self, message: bytes | memoryview) -> None:
        """Send ``message`` with the next ``flush``; at once if much has gathered."""
        self._out.append(message)
        self._out_size += len(message)
        if self._out_size >= _SEND_AT_ONCE:
            self.flush()

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
        self._out_size = 0
        rest = memoryview(self._transport.seal(message))
        self.bytes_sent += len(message)
        self.torn = True
        while True:
            try:
                sent = self._transport.send(rest)
            except BlockingIOError:
                sent = 0
            except OSError as error:
                raise self._lost(f'connection lost: {error.strerror}') from None
            if sent == len(rest):
                self.torn = False
                return
            rest = rest[sent:]
            self._wait_writable(meanwhile)

    # Waiting

    def _wait_readable(self) -> None:
        if not self._armed:
            self._arm()
        self._waiter = getcurrent()
        try:
            self._switch_to_hub()
        finally:
            self._waiter = None

    def _arm(self) -> None:
        self._read_watcher.start(self._readable)
        self._armed = True

    def _disarm(self) -> None:
        self._read_watcher.stop()
        self._armed = False

    def _readable(self) -> None:
        waiter = self._waiter
        if waiter is None:
            self._disarm()
        else:
            waiter.switch(self)

    def _wait_writable(self, meanwhile: Callable[[], None] | None) -> None:
        hub = get_hub()
        if self.closed:
            raise self._lost('connection closed')
        events = _WRITE if meanwhile is None else _READ | _WRITE
        self._disarm()
        watcher = hub.loop.io(self._transport.fileno(), events)
        try:
            hub.wait(watcher)
        finally:
            watcher.stop()
            watcher.close()
        if meanwhile is not None and self.receive_waiting():
            meanwhile()

    def wait_either(self, other: 'Stream') -> 'Stream':
        """Wait until more can be received on this stream or the other, and return the one that has more."""
        if self._transport.pending:
            return self
        if other._transport.pending:
            return other
        current = getcurrent()
        for stream in (self, other):
            if not stream._armed:
                stream._arm()
            stream._waiter = current
        try:
            ready: Stream = self._switch_to_hub()
            return ready
        finally:
            self._waiter = other._waiter = None

    @property
    def readable_now(self) -> bool:
        """Whether unused bytes are here already."""
        return self.buffered or self._transport.pending

    # Life and death

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

    def _start_tls(self, context: ssl.SSLContext, server_side: bool, hostname: str | None, arrived: bytes) -> None:
        transport = TlsTransport(self._transport.socket, context, server_side, hostname, arrived)
        self._transport = transport
        while True:
            try:
                done, reply = transport.handshake()
            except ssl.SSLError as error:
                self._send_alert(transport)
                raise self._lost(f'TLS handshake failed: {error.reason or error}') from None
            if reply:
                self._send_raw(reply)
            if done:
                return
            self._wait_readable()
            try:
                arrived_bytes = transport.feed()
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._lost(f'connection lost: {error.strerror}') from None
            if not arrived_bytes:
                raise self._lost('connection closed by peer')

    def _send_raw(self, message: bytes) -> None:
        rest = memoryview(message)
        while rest:
            try:
                rest = rest[self._transport.send(rest) :]
            except BlockingIOError:
                self._wait_writable(None)
            except OSError as error:
                raise self._lost(f'connection lost: {error.strerror}') from None

    def _send_alert(self, transport: TlsTransport) -> None:
        """Tell the peer why the handshake failed, if it still listens."""
        try:
            transport.send(memoryview(transport.outgoing()))
        except OSError:
            return

    @property
    def socket(self) -> _socket.socket:
        """The socket, for its options."""
        return self._transport.socket

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The TLS session, if there is one."""
        return self._transport.session

    def half_close(self) -> None:
        """Say that nothing more will be sent; the peer can still be read."""
        try:
            self._transport.socket.shutdown(_socket.SHUT_WR)
        except OSError:
            return

    def close(self) -> None:
        """Close at once; unsent bytes are lost. May be called twice."""
        if self.closed:
            return
        self.closed = True
        self._disarm()
        self._read_watcher.close()
        self._transport.socket.close()
