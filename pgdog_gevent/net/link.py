"""A non-blocking socket in blocking style: what ``RelayingWire`` does, and what is done more rarely; TLS."""

import _socket
import ssl
from collections.abc import Callable, Sequence
from functools import partial
from struct import pack
from typing import Final, NamedTuple, NoReturn

from gevent.hub import Waiter, get_hub

from pgdog_gevent.errors import ClientAbandoned, ClientGone, ProtocolViolation, ProxyError, ServerLost, ServerViolation
from pgdog_gevent.net.relay import RelayingWire
from pgdog_gevent.net.stall import Stall
from pgdog_gevent.net.transport import TlsTransport

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


class Link(RelayingWire):
    """Bytes to and from one peer. Every call that waits raises the peer's ``lost`` when it is gone."""

    __slots__ = ('send_limit',)

    def __init__(self, socket: _socket.socket, peer: Peer) -> None:
        """Take over a socket; it is made non-blocking and closed by ``close``."""
        super().__init__(socket, peer.lost, peer.violation)
        self.send_limit: Callable[[], float | None] | None = None
        """For how many seconds the peer may take nothing of what is sent; then it is abandoned."""

    # Bytes

    def _receive(self) -> bytes:
        """Wait for bytes. What the peer waits for must have been sent before."""
        while True:
            if not self.transport.pending:
                self.wait_readable()
            chunk = self.receive_now()
            if chunk:
                return chunk

    def _send(self, message: bytes | memoryview, meanwhile: Callable[[], None] | None) -> None:
        """Send all of ``message``.

        When the peer does not take it, wait until it does; ``meanwhile`` is called whenever the peer has sent
        something in that time.
        """
        self.bytes_sent += len(message)
        self._send_sealed(self.transport.seal(message), meanwhile)

    def _send_sealed(self, sealed: bytes | memoryview, meanwhile: Callable[[], None] | None) -> None:
        rest = memoryview(sealed)
        self.torn = True
        stall: Stall | None = None
        while True:
            try:
                sent = self.transport.socket.send(rest)
            except BlockingIOError:
                sent = 0
            except OSError as error:
                raise self._lost(f'connection lost: {error.strerror}') from None
            if sent == len(rest):
                self.torn = False
                return
            rest = rest[sent:]
            if self.send_limit is not None:
                stall = stall or Stall(self.transport.socket, self.send_limit())
                if sent:
                    stall.relieve()
            self._wait_writable(meanwhile, stall)

    # Waiting

    def wait_any(self, others: Sequence['Link']) -> None:
        """Wait until more can be received here or on one of the others."""
        hub = get_hub()
        if self.closed:
            raise self._lost('connection closed')
        links = [link for link in (self, *others) if not link.closed]
        if any(link.transport.pending for link in links):
            return
        waiter: Waiter[None] = Waiter(hub)
        watchers = [hub.loop.io(link.transport.socket.fileno(), _READ) for link in links]
        try:
            for watcher in watchers:
                watcher.start(waiter.switch, None)
            waiter.get()
        finally:
            for watcher in watchers:
                watcher.stop()
                watcher.close()

    def _wait_writable(self, meanwhile: Callable[[], None] | None, stall: Stall | None = None) -> None:
        hub = get_hub()
        if self.closed:
            raise self._lost('connection closed')
        events = _WRITE if meanwhile is None else _READ | _WRITE
        if not self.awaited:
            self.disarm()
        watcher = hub.loop.io(self.transport.socket.fileno(), events)
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
        self.transport.socket.setsockopt(_socket.SOL_SOCKET, _socket.SO_LINGER, _RESET)
        raise ClientAbandoned(
            f'disconnected due to client_send_timeout ({stall.limit:g} s): it takes nothing of what there is for it'
        )

    # TLS

    def _start_tls(self, context: ssl.SSLContext, server_side: bool, hostname: str | None, arrived: bytes) -> None:
        transport = TlsTransport(self.transport.socket, context, server_side, hostname, arrived)
        self.transport = transport
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
            self.wait_readable()
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
                rest = rest[self.transport.socket.send(rest) :]
            except BlockingIOError:
                self._wait_writable(None)
            except OSError as error:
                raise self._lost(f'connection lost: {error.strerror}') from None

    def _send_alert(self, transport: TlsTransport) -> None:
        """Tell the peer why the handshake failed, if it still listens."""
        try:
            transport.socket.send(memoryview(transport.outgoing()))
        except OSError:
            return

    # Life and death

    @property
    def socket(self) -> _socket.socket:
        """The socket, for its options."""
        return self.transport.socket

    @property
    def local(self) -> bool:
        """Whether it is a Unix socket."""
        return self.transport.socket.family == _socket.AF_UNIX

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The TLS session, if there is one."""
        return self.transport.session

    def half_close(self) -> None:
        """Say that nothing more will be sent; the peer can still be read."""
        try:
            self.transport.socket.shutdown(_socket.SHUT_WR)
        except OSError:
            return

    def cut(self) -> None:
        """End both directions: whoever waits for the peer finds it gone."""
        if not self.closed:
            try:
                self.transport.socket.shutdown(_socket.SHUT_RDWR)
            except OSError:
                return

    def close(self) -> None:
        """Close at once; unsent bytes are lost. May be called twice."""
        self.shut()
