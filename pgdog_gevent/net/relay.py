"""What goes from peer to peer: runs of messages, and whole turns with their answers.

``relay.pyx`` is the same in C, and has its place where it has been compiled.
"""

from typing import Final, Self

from pgdog_gevent.net.wire import NO_TAGS, Wire
from pgdog_gevent.protocol.codes import LARGE, Backend, Frontend
from pgdog_gevent.protocol.frames import HEADER_SIZE, encode, read_header

LONGEST_TURN: Final = 32_768
"""Bytes of a turn that is sent at once; a longer one goes by parts."""
_LONGEST: Final = LARGE + 4
_LONGEST_TAG: Final = 100

# All of these are plain numbers: to compare those costs less than to compare members of an enumeration.
_QUERY: Final = int(Frontend.QUERY)
_TURN_ENDS: Final = frozenset({_QUERY, int(Frontend.SYNC)})
_COMMAND_COMPLETE: Final = int(Backend.COMMAND_COMPLETE)
_READY_FOR_QUERY: Final = int(Backend.READY_FOR_QUERY)
_STEPS: Final = frozenset(map(int, (Frontend.PARSE, Frontend.BIND, Frontend.DESCRIBE, Frontend.EXECUTE)))
# What an answer may have in it that nobody needs to look at.
_PASSING: Final = frozenset(map(int, (
    Backend.ROW_DESCRIPTION, Backend.DATA_ROW, Backend.PARSE_COMPLETE, Backend.BIND_COMPLETE, Backend.NO_DATA,
    Backend.PARAMETER_DESCRIPTION, Backend.EMPTY_QUERY_RESPONSE, Backend.PORTAL_SUSPENDED, Backend.NOTICE_RESPONSE,
    Backend.COPY_DATA, Backend.COPY_DONE, Backend.COPY_OUT_RESPONSE,
)))  # fmt: skip
# Of these, what ends the answer to one message of the extended protocol; so does CommandComplete.
_ENDING: Final = frozenset(map(int, (
    Backend.PARSE_COMPLETE, Backend.BIND_COMPLETE, Backend.ROW_DESCRIPTION, Backend.NO_DATA,
    Backend.EMPTY_QUERY_RESPONSE, Backend.PORTAL_SUSPENDED,
)))  # fmt: skip
_STATUSES: Final = frozenset(b'ITE')
_NOTABLE: Final = frozenset(b'IUDMCR')
"""First letters of the command tags that say something about rows, sequences or the transaction."""
_READY_LENGTH: Final = 5
_READY_SIZE: Final = _READY_LENGTH + 1
# How most answers end: CommandComplete with nothing to be noted, and ReadyForQuery with this status.
_PLAIN_ENDS: Final = {
    encode(_COMMAND_COMPLETE, b'SELECT %d\0' % rows) + encode(_READY_FOR_QUERY, bytes([status])): status
    for rows in range(100)
    for status in _STATUSES
}


class RelayingWire(Wire):
    """A wire that knows where messages begin, and what may pass unread."""

    __slots__ = ()

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

        0 as long as it is not whole; -1 if it is long, or has other messages than those that prepare and execute, or
        the text of a Query does not end where the message does. ``turn_end`` says where it ends.
        """
        received, start = self.received, self.position
        position, end = start, len(received)
        last_header = end - HEADER_SIZE
        code: int
        while position <= last_header:
            code, length = read_header(received, position)
            if length < 4 or length > LONGEST_TURN:
                return -1
            position += length + 1
            if code in _STEPS:
                continue
            alone = position == start + length + 1
            if code not in _TURN_ENDS or alone is not (code == _QUERY) or position - start > LONGEST_TURN:
                return -1
            if position > end:
                return 0
            if alone and received.find(b'\0', start + HEADER_SIZE) != position - 1:
                return -1
            self.turn_end = position
            return code
        return -1 if position - start > LONGEST_TURN else 0

    def take_turn(self) -> bytes:
        """The messages of the turn that ``turn`` has found."""
        received, start = self.received, self.position
        if not start and self.turn_end == len(received):
            self.received = b''
            return received
        self.position = end = self.turn_end
        return received[start:end]

    def ask(self, message: bytes) -> bool:
        """Send a whole turn, whose answer is for ``hear``; ``early`` is the turn until then.

        Nothing may be written or received that has not been sent or used. False if the peer does not take all of the
        turn at once: ``flush`` sends the rest.
        """
        self.early, self.answered, self.ends = message, False, 0
        if self.tags or self.tags is NO_TAGS:
            self.tags = []
        self.last_sent = message[0]
        self.send_at_once(message)
        return not self.rest

    def hear(self, client: Self) -> int:
        """Pass what has arrived of the answer to the turn on to the client; return the status in its ReadyForQuery.

        Does not wait: 0 if there is more to come; ``client`` may then have a ``rest`` to be sent first. -1 if something
        comes that has to be looked at: then ``answered`` says whether the client has got part of the answer, and the
        rest of it, or all, is there to be read.
        """
        status = 0
        while not status and self.receive_waiting():
            status = self._pass_answer(client)
            if self.plain or client.rest or not self.transport.pending:
                break
        if status > 0:
            self.early, self.answered = b'', False
        return status

    def _pass_answer(self, client: Self) -> int:
        """Pass on what has arrived. The status of ReadyForQuery; 0 if there is more to come; -1 to stop."""
        received = self.received
        end = len(received)
        last_header = end - HEADER_SIZE
        position, ends = self.skip, self.ends
        status = 0
        while position <= last_header:
            code, length = read_header(received, position)
            following = position + length + 1
            if code in _PASSING and 4 <= length <= _LONGEST:
                if code in _ENDING:
                    ends += 1
                position = following
            elif code == _COMMAND_COMPLETE and 4 < length <= _LONGEST_TAG:
                status = _PLAIN_ENDS.get(received[position : following + _READY_SIZE], 0)
                if status:
                    self.last_received = _READY_FOR_QUERY
                    position = following + _READY_SIZE
                    break
                if following > end:
                    break
                if received[position + HEADER_SIZE] in _NOTABLE:
                    self.tags.append(received[position + HEADER_SIZE : following])
                ends += 1
                position = following
            elif code == _READY_FOR_QUERY and length == _READY_LENGTH:
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
            return status
        self.skip = position - end if position > end else 0
        if position >= end:
            ready, self.received = received, b''
        elif position:
            ready, self.received = received[:position], received[position:]
        else:
            return status
        self.passed += 1
        self.answered = True
        self.ends = ends
        client.send_at_once(ready)
        return status
