"""A socket that is waited for by greenlets, and what has come of it and has to go on it.

``wire.pyx`` is the same in C, and has its place where it has been compiled.

It uses neither ``gevent.socket`` nor ``gevent.Timeout``, but a bare socket and one persistent, level-triggered watcher,
armed once and disarmed only when it fires with nobody waiting.
"""

import _socket
import ssl
from typing import Final, Self

from gevent.hub import get_hub
from greenlet import getcurrent, greenlet

from pgdog_gevent.errors import ProxyError
from pgdog_gevent.net.transport import PlainTransport, TlsTransport

_READ_AHEAD: Final = 65_536
"""Bytes that are taken in from a peer although nobody has asked for them yet."""
_CHUNK: Final = 65_536
NO_TAGS: Final[list[bytes]] = []
"""Of wires that have not been asked anything. Never changed."""
_READ: Final = 1


class Attendant:
    """Deals with what arrives on a wire in the event loop, with no greenlet of its own: it must not wait."""

    __slots__ = ()

    def attend(self, wire: 'Wire') -> None:
        """Something has arrived, or the peer is gone. Called again and again until it is received or not armed."""
        raise NotImplementedError


class Wire:
    """One end of a connection: what has been received and not used, what has been written and not sent, who waits.

    Belongs to one greenlet at a time, or to one that receives and one that sends. Every call that waits raises the
    peer's ``lost`` when it is gone.
    """

    __slots__ = (
        '_lost', '_read_watcher', '_switch_to_hub', '_transport', '_violation', '_waiter', 'answered', 'armed',
        'attendant', 'bytes_received', 'bytes_sent', 'closed', 'early', 'ended', 'ends', 'last_received', 'last_sent',
        'out', 'passed', 'plain', 'position', 'received', 'rest', 'skip', 'tags', 'torn', 'turn_end',
    )  # fmt: skip

    def __init__(self, socket: _socket.socket, lost: type[ProxyError], violation: type[ProxyError]) -> None:
        socket.setblocking(False)
        self._lost = lost
        self._violation = violation
        hub = get_hub()
        self._switch_to_hub = hub.switch
        self._waiter: greenlet | None = None
        self.attendant: Attendant | None = None
        """Who is told that something has arrived, in the event loop."""
        self.armed = False
        """Whether it listens."""
        self._read_watcher = hub.loop.io(socket.fileno(), _READ)
        self.transport = PlainTransport(socket)
        self.received = b''
        self.position = 0
        """How much of ``received`` has been used."""
        self.skip = 0
        """Bytes that are still to come of a message that has been passed on in part."""
        self.out: list[bytes | memoryview] = []
        """What has been written and not sent."""
        self.early: bytes = b''
        """What has been sent before it is written: ``flush`` need not send it once more."""
        self.rest: bytes = b''
        """The end of a message, as it goes over the wire, that the socket has taken in part."""
        self.answered = False
        """Part of the answer to what was sent early has been passed on, and that to the client's socket."""
        self.ends = 0
        """How many messages that has answered, beginning with the first."""
        self.turn_end = 0
        """Where in ``received`` the turn ends that ``turn`` has found."""
        self.tags = NO_TAGS
        """The command tags in the answer to the last turn that have to be looked at."""
        self.passed = 0
        """Runs of messages that have been passed on."""
        self.bytes_received = 0
        self.bytes_sent = 0
        self.last_received = 0
        self.last_sent = 0
        self.torn = False
        """A message was being sent when something interrupted: nothing can follow it."""
        self.closed = False
        self.ended = False
        """The peer has closed the connection, in order."""

    @property
    def transport(self) -> PlainTransport | TlsTransport:
        return self._transport

    @transport.setter
    def transport(self, transport: PlainTransport | TlsTransport) -> None:
        self._transport = transport
        self.plain = type(transport) is PlainTransport
        """Whether all that has arrived is at the socket."""

    # Bytes

    def receive_now(self) -> bytes:
        """What has arrived; empty when nothing has."""
        try:
            # Not by its own method if it is plain: that would be one more call for each query.
            chunk = self._transport.socket.recv(_CHUNK) if self.plain else self._transport.receive()
        except BlockingIOError:
            return b''
        except (OSError, ssl.SSLError) as error:
            raise self._broken(error) from None
        if not chunk:
            raise self._end()
        self.bytes_received += len(chunk)
        return chunk

    def _broken(self, error: OSError) -> ProxyError:
        return self._lost(f'connection lost: {error.strerror or error}')

    def _end(self) -> ProxyError:
        self.ended = True
        return self._lost('connection closed by peer')

    def take_in(self, chunk: bytes) -> None:
        """Put what has arrived behind what has not been used."""
        self.received = self.received[self.position :] + chunk if self.received else chunk
        self.position = 0

    def receive_waiting(self) -> bool:
        """Take in what has arrived, without waiting; false when nothing has."""
        # As ``receive_now`` and ``take_in`` do, without two more calls for each query.
        try:
            chunk = self._transport.socket.recv(_CHUNK) if self.plain else self._transport.receive()
        except BlockingIOError:
            return False
        except (OSError, ssl.SSLError) as error:
            raise self._broken(error) from None
        if not chunk:
            raise self._end()
        self.bytes_received += len(chunk)
        self.received = self.received[self.position :] + chunk if self.received else chunk
        self.position = 0
        return True

    def receive_ahead(self) -> None:
        """Take in what has arrived, within bounds; beyond them the wire listens no more until it is armed."""
        if len(self.received) - self.position >= _READ_AHEAD:
            self.disarm()
        else:
            self.receive_waiting()

    def chunk_beside(self, other: Self) -> bytes:
        """Wait for bytes, and meanwhile take in what ``other`` sends, within bounds: its end raises its ``lost``."""
        while True:
            self._wait_beside(other)
            chunk = self.receive_now()
            if chunk:
                return chunk

    def _wait_beside(self, other: Self) -> None:
        while not self.transport.pending and len(other.received) - other.position < _READ_AHEAD:
            if self.wait_either(other) is self:
                return
            other.receive_waiting()
        if not self.transport.pending:
            self.wait_readable()

    @property
    def silent(self) -> bool:
        """Whether the peer has said nothing that has not been used. Does not wait."""
        if self.position < len(self.received) or self.closed or self.transport.pending:
            return False
        try:
            self.transport.socket.recv(1, _socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def holds_more(self) -> bool:
        """Whether something has arrived of which the socket will not tell."""
        return self.transport.pending

    # Waiting

    def give_way(self) -> None:
        """Leave the greenlet to whoever switches to it; the loop goes on."""
        self._switch_to_hub()

    def wait_readable(self) -> None:
        """Wait until something has arrived."""
        if not self.armed:
            self._arm()
        self._waiter = getcurrent()
        try:
            self._switch_to_hub()
        finally:
            self._waiter = None

    def wait_either(self, other: Self) -> Self:
        """Wait until more can be received on this wire or the other, and return the one that has more."""
        if self.transport.pending:
            return self
        if other.transport.pending:
            return other
        if not self.armed:
            self._arm()
        if not other.armed:
            other._arm()
        self._waiter = other._waiter = getcurrent()
        try:
            ready: Self = self._switch_to_hub()
            return ready
        finally:
            self._waiter = other._waiter = None

    @property
    def awaited(self) -> bool:
        """Whether somebody waits for what arrives."""
        return self._waiter is not None

    def arm(self) -> None:
        """Listen, for ``attendant`` or whoever waits."""
        if not self.armed:
            self._arm()

    def _arm(self) -> None:
        if self.closed:
            # To start a closed watcher crashes the interpreter.
            raise self._lost('connection closed')
        self._read_watcher.start(self._readable)
        self.armed = True

    def disarm(self) -> None:
        """Stop listening until somebody waits again."""
        self._read_watcher.stop()
        self.armed = False

    def _readable(self) -> None:
        attendant = self.attendant
        if attendant is not None:
            attendant.attend(self)
            return
        waiter = self._waiter
        if waiter is None:
            self.disarm()
        else:
            waiter.switch(self)

    def shut(self) -> None:
        """Close the socket. May be called twice."""
        if not self.closed:
            self.closed = True
            self.disarm()
            self._read_watcher.close()
            self.transport.socket.close()

    # Sending

    def send_at_once(self, message: bytes | memoryview) -> None:
        """Send what the socket takes; ``flush`` sends the rest, and says if the peer is gone."""
        sealed = message if self.plain else self._transport.seal(message)
        self.bytes_sent += len(message)
        try:
            sent = self._transport.socket.send(sealed)
        except OSError:
            sent = 0
        if sent < len(sealed):
            self.rest = bytes(sealed[sent:])
            self.torn = True
