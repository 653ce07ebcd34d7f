"""What every byte passes: a socket that is waited for by greenlets, frame headers, runs that go from peer to peer.

``relay.pyx`` is the same in C, and has its place where it has been compiled.

It uses neither ``gevent.socket`` nor ``gevent.Timeout``, but a bare socket and one persistent, level-triggered watcher,
armed once and disarmed only when it fires with nobody waiting.
"""

import _socket
import ssl
from collections.abc import Callable
from typing import Final, Self

from gevent.hub import get_hub
from greenlet import getcurrent, greenlet

from pgdog_gevent.errors import ProxyError
from pgdog_gevent.net.transport import PlainTransport, TlsTransport
from pgdog_gevent.protocol.codes import LARGE, Backend, Frontend
from pgdog_gevent.protocol.frames import HEADER_SIZE, read_header

LONGEST_TURN: Final = 32_768
"""Bytes of a turn that is sent at once; a longer one goes by parts."""
_READ_AHEAD: Final = 65_536
"""Bytes that are taken in from a peer although nobody has asked for them yet."""
_LONGEST: Final = LARGE + 4
_LONGEST_TAG: Final = 100
_READ: Final = 1

_STEPS: Final = frozenset({Frontend.PARSE, Frontend.BIND, Frontend.DESCRIBE, Frontend.EXECUTE})
# What an answer may have in it that nobody needs to look at.
_PASSING: Final = frozenset(
    {
        Backend.ROW_DESCRIPTION, Backend.DATA_ROW, Backend.PARSE_COMPLETE, Backend.BIND_COMPLETE, Backend.NO_DATA,
        Backend.PARAMETER_DESCRIPTION, Backend.EMPTY_QUERY_RESPONSE, Backend.PORTAL_SUSPENDED, Backend.NOTICE_RESPONSE,
        Backend.COPY_DATA, Backend.COPY_DONE, Backend.COPY_OUT_RESPONSE,
    }
)  # fmt: skip
# Of these, what ends the answer to one message of the extended protocol; so does CommandComplete.
_ENDING: Final = frozenset(
    {
        Backend.PARSE_COMPLETE, Backend.BIND_COMPLETE, Backend.ROW_DESCRIPTION, Backend.NO_DATA,
        Backend.EMPTY_QUERY_RESPONSE, Backend.PORTAL_SUSPENDED,
    }
)  # fmt: skip
_STATUSES: Final = frozenset(b'ITE')
_NOTABLE: Final = frozenset(b'IUDMCR')
"""First letters of the command tags that say something about rows, sequences or the transaction."""
_READY_LENGTH: Final = 5


class Wire:
    """One end of a connection: what has been received and not used, what has been written and not sent, who waits.

    Belongs to one greenlet at a time, or to one that receives and one that sends. Every call that waits raises the
    peer's ``lost`` when it is gone.
    """

    __slots__ = (
        '_armed', '_lost', '_read_watcher', '_switch_to_hub', '_violation', '_waiter', 'answered', 'bytes_received',
        'bytes_sent', 'closed', 'early', 'ended', 'ends', 'last_received', 'last_sent', 'out', 'passed', 'position',
        'received', 'rest', 'skip', 'tags', 'torn', 'transport', 'turn_end',
    )  # fmt: skip

    def __init__(self, socket: _socket.socket, lost: type[ProxyError], violation: type[ProxyError]) -> None:
        socket.setblocking(False)
        self._lost = lost
        self._violation = violation
        hub = get_hub()
        self._switch_to_hub = hub.switch
        self._waiter: greenlet | None = None
        self._armed = False
        self._read_watcher = hub.loop.io(socket.fileno(), _READ)
        self.transport: PlainTransport | TlsTransport = PlainTransport(socket)
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
        self.tags: list[bytes] = []
        """The command tags in the last ``answer`` that have to be looked at."""
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

    # Bytes

    def receive_now(self) -> bytes:
        """What has arrived; empty when nothing has."""
        try:
            chunk = self.transport.receive()
        except BlockingIOError:
            return b''
        except (OSError, ssl.SSLError) as error:
            raise self._lost(f'connection lost: {error.strerror or error}') from None
        if not chunk:
            self.ended = True
            raise self._lost('connection closed by peer')
        self.bytes_received += len(chunk)
        return chunk

    def take_in(self, chunk: bytes) -> None:
        """Put what has arrived behind what has not been used."""
        position = self.position
        self.received = self.received[position:] + chunk if position < len(self.received) else chunk
        self.position = 0

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
            if arrived := other.receive_now():
                other.take_in(arrived)
        if not self.transport.pending:
            self.wait_readable()

    def receive(self) -> None:
        """Wait until more has arrived than there is."""
        while True:
            if not self.transport.pending:
                self.wait_readable()
            chunk = self.receive_now()
            if chunk:
                self.take_in(chunk)
                return

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

    # Waiting

    def wait_readable(self) -> None:
        """Wait until something has arrived."""
        if not self._armed:
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
        if not self._armed:
            self._arm()
        if not other._armed:
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

    def _arm(self) -> None:
        if self.closed:
            # To start a closed watcher crashes the interpreter.
            raise self._lost('connection closed')
        self._read_watcher.start(self._readable)
        self._armed = True

    def disarm(self) -> None:
        """Stop listening until somebody waits again."""
        self._read_watcher.stop()
        self._armed = False

    def _readable(self) -> None:
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

    # Runs of messages

    def forward_buffered(self, sink: Self, unread: frozenset[int]) -> int:
        """Pass messages that have arrived on to ``sink`` as long as their codes are in ``unread``.

        Return the code that is not, which has not been taken; 0 when there is no more. A message may be larger than
        memory: it goes through in pieces.
        """
        received = self.received
        start = position = self.position
        end = len(received)
        skip = self.skip
        if skip:
            position = min(end, start + skip)
            skip -= position - start
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
            skip = position - end
            position = end
        # Not before all is well: whoever hears of a violation must know that the sink is in the middle of a message.
        self.skip = skip
        self.position = position
        if position > start:
            self.passed += 1
            sink.out.append(memoryview(received)[start:position])
        return code

    # Whole turns: what a client asks up to a Query or Sync, and what the server answers

    def turn(self) -> int:
        """The code of the Query or Sync that ends the turn which has arrived, when nothing else can be in it.

        0 as long as it is not whole; -1 if it is long, or has other messages than those that prepare and execute.
        ``turn_end`` says where it ends.
        """
        received, start = self.received, self.position
        position, end = start, len(received)
        while position + HEADER_SIZE <= end:
            code, length = read_header(received, position)
            if length < 4 or length > LONGEST_TURN:
                return -1
            position += length + 1
            if code == Frontend.QUERY or code == Frontend.SYNC:
                alone = position == start + length + 1
                if alone is not (code == Frontend.QUERY) or position - start > LONGEST_TURN:
                    return -1
                self.turn_end = position
                return code if position <= end else 0
            if code not in _STEPS or position - start > LONGEST_TURN:
                return -1
        return 0

    def take_turn(self) -> bytes:
        """The messages of the turn that ``turn`` has found."""
        received, start, end = self.received, self.position, self.turn_end
        if start == 0 and end == len(received):
            self.received = b''
            return received
        self.position = end
        return received[start:end]

    def answer(self, message: bytes, client: Self) -> int:
        """Send a whole turn, and pass the answer on to the client; return the status in its ReadyForQuery.

        Neither wire may have anything that was written and not sent. 0 if something comes that has to be looked at, or
        if the peer does not take all of the turn at once: then ``early`` is the turn, ``answered`` says whether the
        client has got part of the answer, and the rest of it, or all, is there to be read.
        """
        self.early, self.answered, self.ends = b'', False, 0
        if self.tags:
            self.tags = []
        self.last_sent = message[0]
        self.send_at_once(message)
        if self.rest:
            self.early = message
            return 0
        while True:
            self.take_in(self.chunk_beside(client))
            status = self._pass_answer(client)
            if status > 0:
                self.answered = False
                return status
            if client.rest:
                client.flush()
            if status < 0:
                self.early = message
                return 0

    def _pass_answer(self, client: Self) -> int:
        """Pass on what has arrived. The status of ReadyForQuery; 0 if there is more to come; -1 to stop."""
        received = self.received
        end = len(received)
        position = self.skip
        status = 0
        while position + HEADER_SIZE <= end:
            code, length = read_header(received, position)
            following = position + length + 1
            if code in _PASSING and 4 <= length <= _LONGEST:
                self.ends += code in _ENDING
                position = following
            elif code == Backend.COMMAND_COMPLETE and 4 < length <= _LONGEST_TAG:
                if following > end:
                    break
                if received[position + HEADER_SIZE] in _NOTABLE:
                    self.tags.append(received[position + HEADER_SIZE : following])
                self.ends += 1
                position = following
            elif code == Backend.READY_FOR_QUERY and length == _READY_LENGTH:
                if following > end:
                    break
                status = received[position + HEADER_SIZE]
                if status not in _STATUSES:
                    status = -1
                    break
                self.last_received = code
                position = following
                break
            else:
                status = -1
                break
        if status < 0 and not self.answered:
            self.tags = []  # All of it will be looked at.
        else:
            self.skip = max(position - end, 0)
            self._hand_on(client, min(position, end))
        return status

    def _hand_on(self, client: Self, size: int) -> None:
        """Pass on so many bytes of what has been received."""
        if size:
            received = self.received
            self.passed += 1
            self.answered = True
            if size == len(received):
                self.received = b''
                client.send_at_once(received)
            else:
                self.received = received[size:]
                client.send_at_once(memoryview(received)[:size])

    def send_at_once(self, message: bytes | memoryview) -> None:
        """Send what the socket takes; ``flush`` sends the rest, and says if the peer is gone."""
        sealed = self.transport.seal(message)
        self.bytes_sent += len(message)
        try:
            sent = self.transport.send(sealed)
        except OSError:
            sent = 0
        if sent < len(sealed):
            self.rest = bytes(sealed[sent:])
            self.torn = True

    def flush(self, meanwhile: Callable[[], None] | None = None) -> None:
        """Send all that has been written."""
        raise NotImplementedError
