"""A non-blocking socket in blocking style: receive, send, wait, TLS.

The hot path uses neither ``gevent.socket`` nor ``gevent.Timeout``: a bare socket and one persistent, level-triggered
watcher, armed once and disarmed only when it fires with nobody waiting.
"""

import _socket
import ssl
from collections.abc import Callable
from functools import partial
from struct import pack
from typing import Final, NamedTuple, NoReturn, Self

from gevent.hub import get_hub
from greenlet import getcurrent, greenlet

from pgdog_gevent.errors import ClientAbandoned, ClientGone, ProtocolViolation, ProxyError, ServerLost, ServerViolation
from pgdog_gevent.net.stall import Stall
from pgdog_gevent.net.transport import PlainTransport, TlsTransport

_READ: Final = 1
_WRITE: Final = 2
_RESET: Final = pack('ii', 1, 0)
"""SO_LINGER: to close means to reset."""


class Peer(NamedTuple):
    """Who is at the other end, by the errors that it causes."""

    lost: type[ProxyError]
    violation: type[ProxyError]


CLIENT: Final = Peer(ClientGone, ProtocolViolation)
SERVER: Final = Peer(ServerLost, ServerViolation)


class Link:
    """Bytes to and from one peer. Belongs to one greenlet at a time, or to one that receives and one that sends.

    Every call that waits raises the peer's ``lost`` when it is gone.
    """

    __slots__ = (
        '_armed', '_lost', '_read_watcher', '_switch_to_hub', '_transport', '_violation', '_waiter', 'bytes_received',
        'bytes_sent', 'closed', 'ended', 'send_limit', 'torn',
    )  # fmt: skip

    def __init__(self, socket: _socket.socket, peer: Peer) -> None:
        """Take over a socket; it is made non-blocking and closed by ``close``."""
        socket.setblocking(False)
        self._lost, self._violation = peer
        hub = get_hub()
        self._switch_to_hub = hub.switch
        self._transport: PlainTransport | TlsTransport = PlainTransport(socket)
        self._waiter: greenlet | None = None
        self._armed = False
        self._read_watcher = hub.loop.io(socket.fileno(), _READ)
        self.bytes_received = 0
        self.bytes_sent = 0
        self.torn = False
        """A message was being sent when something interrupted: nothing can follow it."""
        self.closed = False
        self.ended = False
        """The peer has closed the connection, in order."""
        self.send_limit: Callable[[], float | None] | None = None
        """For how many seconds the peer may take nothing of what is sent; then it is abandoned."""

    # Bytes

    def _receive(self) -> bytes:
        """Wait for bytes. What the peer waits for must have been sent before."""
        while True:
            if not self._transport.pending:
                self._wait_readable()
            chunk = self._receive_now()
            if chunk:
                return chunk

    def _receive_now(self) -> bytes:
        """What has arrived; empty when nothing has."""
        try:
            chunk = self._transport.receive()
        except BlockingIOError:
            return b''
        except (OSError, ssl.SSLError) as error:
            raise self._lost(f'connection lost: {error.strerror or error}') from None
        if not chunk:
            self.ended = True
            raise self._lost('connection closed by peer')
        self.bytes_received += len(chunk)
        return chunk

    def _send(self, message: bytes | memoryview, meanwhile: Callable[[], None] | None) -> None:
        """Send all of ``message``.

        When the peer does not take it, wait until it does; ``meanwhile`` is called whenever the peer has sent
        something in that time.
        """
        rest = memoryview(self._transport.seal(message))
        self.bytes_sent += len(message)
        self.torn = True
        stall: Stall | None = None
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
            if self.send_limit is not None:
                stall = stall or Stall(self._transport.socket, self.send_limit())
                if sent:
                    stall.relieve()
            self._wait_writable(meanwhile, stall)

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
        if self.closed:
            # To start a closed watcher crashes the interpreter.
            raise self._lost('connection closed')
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

    def _wait_writable(self, meanwhile: Callable[[], None] | None, stall: Stall | None = None) -> None:
        hub = get_hub()
        if self.closed:
            raise self._lost('connection closed')
        events = _WRITE if meanwhile is None else _READ | _WRITE
        if self._waiter is None:
            self._disarm()
        watcher = hub.loop.io(self._transport.fileno(), events)
        try:
            if stall is None:
                hub.wait(watcher)
            elif not stall.wait(partial(hub.wait, watcher)):
                self._abandon(stall)
        finally:
            watcher.stop()
            watcher.close()
        if meanwhile is not None:
            meanwhile()

    def _abandon(self, stall: Stall) -> NoReturn:
        """Give the peer up. What the kernel has for it goes with the connection, or it would keep that for minutes."""
        self._transport.socket.setsockopt(_socket.SOL_SOCKET, _socket.SO_LINGER, _RESET)
        raise ClientAbandoned(
            f'disconnected due to client_send_timeout ({stall.limit:g} s): it takes nothing of what there is for it'
        )

    def wait_either(self, other: Self) -> Self:
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
            ready: Self = self._switch_to_hub()
            return ready
        finally:
            self._waiter = other._waiter = None

    # TLS

    def _start_tls(self, context: ssl.SSLContext, server_side: bool, hostname: str | None, arrived: bytes) -> None:
        transport = TlsTransport(self._transport.socket, context, server_side, hostname, arrived)
        self._transport = transport
        # Nothing can be said before both have agreed on keys, not even why we go.
        self.torn = True
        while True:
            try:
                done, reply = transport.handshake()
            except ssl.SSLError as error:
                self._send_alert(transport)
                raise self._lost(f'TLS handshake failed: {error.reason or error}') from None
            if reply:
                self._send_raw(reply)
            if done:
                self.torn = False
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

    # Life and death

    @property
    def socket(self) -> _socket.socket:
        """The socket, for its options."""
        return self._transport.socket

    @property
    def local(self) -> bool:
        """Whether it is a Unix socket."""
        return self._transport.socket.family == _socket.AF_UNIX

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
