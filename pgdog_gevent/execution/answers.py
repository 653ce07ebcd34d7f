"""What a server answers, passed on to the client mostly unread."""

import re
from collections.abc import Callable
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.copy_syncs import ask_for_syncs
from pgdog_gevent.backend.note import Note
from pgdog_gevent.errors import ProtocolViolation, ServedElsewhere, ServerLost, ServerViolation
from pgdog_gevent.execution.agreement import Agreement
from pgdog_gevent.execution.copy_in import CopyIn
from pgdog_gevent.execution.outdated import changed_result, described, may_be_outdated
from pgdog_gevent.execution.request import SessionState
from pgdog_gevent.execution.round import Round
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol import frames
from pgdog_gevent.protocol.codes import BACKEND_LIMITS, Backend, Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.ledger import Owed
from pgdog_gevent.protocol.query import SYNC
from pgdog_gevent.protocol.response import (
    ErrorFields,
    ServersWords,
    Shape,
    TransactionStatus,
    moved,
    notified_by,
    notifying_process,
    row_shape,
    transaction_status,
)
from pgdog_gevent.sqlstate import INVALID_SQL_STATEMENT_NAME, READ_ONLY_SQL_TRANSACTION

_SERVER_NAME: Final = re.compile(rb'__pgdog_\d+')
_COMMIT: Final = b'COMMIT\0'
_CONCLUDING: Final = frozenset({_COMMIT, b'ROLLBACK\0'})
# The first letters of command tags: by defaults of columns, or in triggers.
MAY_ADVANCE_SEQUENCES: Final = frozenset({b'INSE', b'UPDA', b'DELE', b'MERG', b'COPY'})


class ServerQuit(ServersWords, ServerLost):
    """The server ended the session and said why."""


class Answers:
    """Reads what the server owes, until it owes nothing, and notes what it means for the session.

    What does not concern the proxy passes unread. Raises ServerLost, and then the connection must be discarded.
    """

    __slots__ = (
        '_agreement', '_client', '_copied_in', '_copy_in', '_failed', '_moving', '_round', '_send_again', '_state',
        '_statement', '_told', 'errors', 'position', 'refused_to_write', 'skipping', 'sync_spent',
    )  # fmt: skip

    def __init__(
        self, client: Stream, state: SessionState, agreement: Agreement, round: Round,
        send_again: Callable[[BackendConnection], None],
    ) -> None:  # fmt: skip
        """``send_again`` sends ``round.again``, when the server is ready for it."""
        self._client = client
        self._state = state
        self._agreement = agreement
        self._round = round
        self._send_again = send_again
        self._failed = False
        self._told = agreement.told
        """As the client knew the parameters before the round that may move."""
        self._moving = ''
        """Why another server is to answer in the place of this one, whose answer goes no further."""
        self._copy_in = CopyIn(client)
        self._copied_in = False
        self._statement = 0
        self.position: Callable[[int], int] | None = None
        """Where in the client's text is what the server has at a place of its own text, if they differ."""
        self.refused_to_write = False
        """The server has told the client that it, or the transaction, only reads."""
        self.errors = 0
        """ErrorResponses that the client got as they were."""
        self.sync_spent = False
        """The Sync that is being dealt with has been read as part of a COPY: it will not be answered."""
        self.skipping = False
        """After an error, the client's messages are not for the server until its Sync, which is answered here."""

    def relay(self, connection: BackendConnection) -> None:
        """Relay until nothing more is owed; what is written and not sent goes first.

        Raises ServedElsewhere if the round may move, and has to.
        """
        self.refused_to_write = False
        try:
            self._relay(connection)
        except ServerLost as error:
            if not (self._moving or self._moves()):
                raise
            connection.counters.errors += 1
            raise ServedElsewhere(error.message, lost=True) from None
        finally:
            reason, self._moving = self._moving, ''
        if reason:
            raise ServedElsewhere(reason, lost=False)

    def may_move(self) -> None:
        """What begins now may be asked of another server, as long as the client has had nothing of the answer."""
        self._round.may_move()
        self._told = self._agreement.told

    def _moves(self) -> bool:
        """Take back what has been answered, if the client has not been sent any of it; say whether."""
        if not self._round.moves():
            return False
        self._agreement.told = self._told
        return True

    def _relay(self, connection: BackendConnection) -> None:
        connection.stream.flush(lambda: self.meanwhile(connection))
        if connection.stream.answered:
            self._passed_unread(connection)
        ledger = connection.ledger
        if self._round.whole and ledger.answers_first and not connection.stream.buffered:
            connection.stream.receive_beside(self._client)  # What is sent to the client cannot be taken back.
        while self._give_what_is_due(connection) or ledger.lost_count:
            if ledger.lost_count:
                self.skipping = ledger.skipping
                ask_for_syncs(connection)
                connection.stream.flush()
            elif connection.copying_in:
                self._client.flush()
                self._copy_in.run(connection, lambda: self.meanwhile(connection))
            else:
                connection.stream.forward(self._client, ledger.unread)
                self._message(connection, connection.stream.read_frame(BACKEND_LIMITS))

    def _passed_unread(self, connection: BackendConnection) -> None:
        """Take in what the client has got of the answer before it was known that somebody has to look."""
        stream = connection.stream
        stream.answered = False
        self._round.answered()
        for owed in connection.ledger.passed(stream.ends):
            if owed.note is not None and owed.note.effects:
                self._completed(connection, owed.note, _conclusion(stream.tags))

    def meanwhile(self, connection: BackendConnection) -> None:
        """Relay what the server has sent, without waiting for more."""
        connection.stream.receive_waiting()
        while self._give_what_is_due(connection):
            if not connection.stream.forward_buffered(self._client, connection.ledger.unread):
                break
            if not connection.stream.whole_frame_buffered():
                break
            self._message(connection, connection.stream.read_frame(BACKEND_LIMITS))
        self._client.flush()

    def unasked(self, connection: BackendConnection) -> None:
        """Deal with what the server has sent although nothing was asked. Raises ServerLost if that is its end."""
        connection.stream.receive_waiting()
        while connection.stream.whole_frame_buffered():
            self._message(connection, connection.stream.read_frame(BACKEND_LIMITS))
        self._client.flush()

    def _give_what_is_due(self, connection: BackendConnection) -> bool:
        """Give the answers that are ours and whose turn it is; say whether the server owes more."""
        ledger = connection.ledger
        for owed in ledger.due() if ledger.attentive else ():
            self._client.write(owed.answer)
            if owed.note is not None:
                self._state.completed(owed.note, b'')
        return len(ledger) > 0

    def _message(self, connection: BackendConnection, frame: Frame) -> None:
        """Deal with one message that does not simply pass."""
        try:
            if frame.code == Backend.ERROR_RESPONSE and connection.stream.passed != self._round.passed:
                connection.ledger.first_passed()
            owed = connection.ledger.received(frame.code)
        except ProtocolViolation as error:
            raise ServerViolation(error.message) from None
        match frame.code:
            case Backend.COMMAND_COMPLETE:
                self._command_complete(connection, frame, owed)
            case Backend.READY_FOR_QUERY:
                self._ready(connection, frame, owed)
            case Backend.ERROR_RESPONSE:
                self._error(connection, frame)
            case Backend.PARAMETER_STATUS:
                self._agreement.pass_on(connection, frame)
            case Backend.COPY_IN_RESPONSE:
                connection.copying_in = self._copied_in = True
                connection.ledger.copy_begins()
                self.sync_spent = connection.ledger.uncertain_syncs > 0
                self._client.write(frame.raw)
            case Backend.ROW_DESCRIPTION | Backend.NO_DATA if owed is not None and owed.swallow:
                if owed.note is not None:
                    self._described(connection, owed.note, row_shape(frame.body))
            case Backend.NOTIFICATION_RESPONSE:
                self._notification(frame)
            case Backend.COPY_BOTH_RESPONSE:
                raise ServerViolation('the server began a COPY in both directions, which only replication uses')
            case _:
                if owed is None or not owed.swallow:
                    self._client.write(frame.raw)

    def overheard(self, connection: BackendConnection) -> None:
        """Pass on what came for the client while the proxy asked something on its own account."""
        for frame in connection.notifications:
            self._notification(frame)
        connection.notifications.clear()

    def _notification(self, frame: Frame) -> None:
        """Say of whom it is by the process id that clients know: some tell by it what they have sent themselves."""
        pid = notifying_process(frame.body)
        known_as = self._state.known_as(pid)
        self._client.write(frame.raw if known_as == pid else notified_by(known_as, frame.body))

    def _command_complete(self, connection: BackendConnection, frame: Frame, owed: Owed[Note] | None) -> None:
        if owed is not None and owed.swallow:
            return
        connection.copying_in = False
        connection.counters.count_tag(frame.body, copied_in=self._copied_in)
        if frame.body[:4] in MAY_ADVANCE_SEQUENCES:
            connection.advanced_sequences = True
        self._copied_in = False
        if owed is not None and owed.note is not None:
            note = owed.note
            if owed.code == Frontend.QUERY:
                note = note.only(self._statement)
                self._statement += 1
            self._completed(connection, note, frame.body)
            if note.appended:
                self._client.write(note.appended)
            if note.forgets_prepared and not note.names_gone:
                connection.prepared.clear()
        self._client.write(frame.raw)

    def _completed(self, connection: BackendConnection, note: Note, tag: bytes) -> None:
        self._state.completed(note, tag)
        if tag == _COMMIT:
            connection.commit_settings(self._state.in_force)

    def _described(self, connection: BackendConnection, note: Note, shape: Shape) -> None:
        """The server has said what a statement returns that it has just prepared."""
        statement = note.describes
        if statement is None or statement.shape == shape:
            return
        if statement.shape is None:
            statement.shape = shape
            return
        # Whoever was told of the old result must not get rows of the new one.
        connection.prepared.stale.add(statement.server_name)
        if note.described_for is None:
            self._state.outdated(statement)
        else:
            self._state.renewed(statement, frozenset((note.described_for,))).shape = shape

    def _error(self, connection: BackendConnection, frame: Frame) -> None:
        frame = connection.explained(frame)
        fields = ErrorFields.decode(frame.body)
        connection.counters.errors += 1
        if fields.final:
            raise ServerQuit(fields)
        if fields.sqlstate == READ_ONLY_SQL_TRANSACTION:
            self._state.read_only_server()
            if self._moves():
                self._moving = fields.message
                connection.prepared.unnamed = None
                connection.take_revoked()  # All of it is sent to another server.
                return
            self.refused_to_write = True
        if self._round.whole and may_be_outdated(frame.body, fields) and self._begin_again(connection):
            return
        self.errors += 1
        self._failed = True
        connection.copying_in = self._copied_in = False
        self._copy_in.check(frame.body)
        self.take_back(connection)
        if changed_result(frame.body):
            self._replan()
        if fields.sqlstate == INVALID_SQL_STATEMENT_NAME:
            connection.prepared.lose(_SERVER_NAME.findall(frame.body))
        if connection.prepared.unnamed is not self._state.unnamed:
            # It was to be replaced, and that has not happened.
            connection.prepared.unnamed = None
        body = _SERVER_NAME.sub(self._client_name, frame.body)
        if self.position is not None:
            body = moved(body, self.position)
        self._client.write(frames.encode(frame.code, body))

    def _replan(self) -> None:
        """DDL has changed what a prepared statement returns: whoever parses its text from now on gets another name."""
        for step in self._round.steps:
            if step.statement is not None and step.name:
                self._state.outdated(step.statement)

    def _begin_again(self, connection: BackendConnection) -> bool:
        """Have the round done once more, with a new plan, if the client cannot tell; say whether."""
        failed = self._round.take_back()
        if failed is None or failed.statement is None:
            return False
        old, names = failed.statement, described(self._round.steps)
        self._round.repeat(old, self._state.renewed(old, names), names)
        if not old.users:
            connection.prepared.stale.add(old.server_name)
        connection.prepared.unnamed = None
        connection.take_revoked()  # All of it will be sent again.
        if not self._round.synchronized:
            # A server that has failed heeds nothing but a Sync. Nothing has been executed that it could commit.
            connection.ledger.sent(Owed(Frontend.SYNC, swallow=True))
            connection.stream.write(SYNC)
            connection.stream.flush()
        return True

    def take_back(self, connection: BackendConnection) -> None:
        """Tell the session what has not happened."""
        for note, skipped in connection.take_revoked():
            self._state.revoked(note, skipped=skipped)

    def _client_name(self, match: re.Match[bytes]) -> bytes:
        name = self._state.client_name(match[0])
        return match[0] if name is None else name

    def _ready(self, connection: BackendConnection, frame: Frame, owed: Owed[Note] | None) -> None:
        connection.status = transaction_status(frame.body)
        if self._moving:
            return
        if self._round.again:
            self._send_again(connection)
            return
        if owed is not None and owed.code == Frontend.QUERY:
            self._state.queried()
        self._round_ends(connection)
        if owed is not None and not owed.swallow:
            self.skipping = False
            self._client.write(frame.raw)

    def turned(self, connection: BackendConnection, status: TransactionStatus, note: Note) -> None:
        """A turn has been answered, unread: ``note`` is of the one statement in it that means something."""
        self._completed(connection, note, _conclusion(connection.stream.tags))
        connection.status = status
        self._round_ends(connection)

    def _round_ends(self, connection: BackendConnection) -> None:
        self._state.ready(connection.status, failed=self._failed)
        self._failed = False
        self._statement = 0
        in_force = self._state.in_force
        connection.note_settings(in_force)
        if in_force is not self._state.wanted:
            self._set_again(connection)

    def _set_again(self, connection: BackendConnection) -> None:
        """After RESET: give the server what the client asked for when it connected."""
        # Not in the middle of a message to the server, whose rest it would no longer want.
        between = connection.ledger.settled and not connection.stream.torn and not self._client.mid_frame
        if between and connection.status is not TransactionStatus.FAILED:
            self._agreement.reach(connection)


def _conclusion(tags: list[bytes]) -> bytes:
    """The tag that says how a transaction has ended; empty if none does."""
    return next((tag for tag in tags if tag in _CONCLUDING), b'')
