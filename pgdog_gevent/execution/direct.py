"""One server answers: the client's messages go to it, and its frames come back mostly unread."""

import re
from collections.abc import Callable, Mapping
from time import time
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection, Note, shared
from pgdog_gevent.backend.copy_syncs import ask_for_syncs
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.errors import CanceledByUser, OutdatedPlan, ProtocolViolation, ServerLost, ServerViolation
from pgdog_gevent.execution.copy_in import CopyIn
from pgdog_gevent.execution.extended import ExtendedProtocol
from pgdog_gevent.execution.outdated import changed_result, described, may_be_outdated
from pgdog_gevent.execution.request import SessionState, Step
from pgdog_gevent.execution.round import Round, renewed
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol import frames
from pgdog_gevent.protocol.codes import BACKEND_LIMITS, Backend, Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.ledger import Owed
from pgdog_gevent.protocol.query import FLUSH, SYNC
from pgdog_gevent.protocol.response import (
    ErrorFields,
    Shape,
    TransactionStatus,
    moved,
    parameter_status,
    row_shape,
    transaction_status,
)

_SERVER_NAME: Final = re.compile(rb'__pgdog_\d+')
_COMMIT: Final = b'COMMIT\0'
_QUERY: Final[Owed[Note]] = Owed(Frontend.QUERY)
_FUNCTION_CALL: Final[Owed[Note]] = Owed(Frontend.FUNCTION_CALL)


class ServerQuit(ServerLost):
    """The server ended the session and said why: its words and its SQLSTATE."""

    def __init__(self, fields: ErrorFields) -> None:
        super().__init__(fields.message, detail=fields.detail, hint=fields.hint)
        self.sqlstate = fields.sqlstate  # type: ignore[misc]  # this one is the server's


class Relay:
    """Carries the requests of one session to a server and the answers back.

    After a call returns, the server owes nothing for what was sent, up to a Flush or Sync; what the client gets has
    been written to its stream, the last part of it not yet flushed. Raises ServerLost, and then the connection must
    be discarded.
    """

    def __init__(
        self, client: Stream, state: SessionState, reported: Mapping[str, str], *, renames: bool, moves: bool
    ) -> None:
        """``reported``: the parameters that the client has been told when it logged in."""
        self._client = client
        self._reported = shared(reported)
        self._state = state
        self._extended = ExtendedProtocol(state, self._answers_so_far, renames=renames, moves=moves)
        self._failed = False
        self._copy_in = CopyIn(client)
        self._copied_in = False
        self._statement = 0
        self._passed = 0
        self._round = Round(client)
        self._position: Callable[[int], int] | None = None
        self.errors = 0
        """ErrorResponses that the client got as they were."""
        self.unsent: list[Step] = []
        """Steps that have been given up before they were sent."""
        self.sync_spent = False
        """The Sync at the end of the steps has been read as part of a COPY: it will not be answered."""
        self.skipping = False
        """After an error, the client's messages are not for the server until its Sync, which is answered here."""

    def query(self, connection: BackendConnection, frame: Frame, note: Note | None) -> None:
        """Answer a Query."""
        self._simple(connection, frame, Owed(Frontend.QUERY, note=note) if note else _QUERY)

    def renamed_query(
        self, connection: BackendConnection, frame: Frame, note: Note | None, position: Callable[[int], int]
    ) -> None:
        """Answer a Query that is not as the client wrote it: ``position`` says where there what is here."""
        self._position = position
        try:
            self.query(connection, frame, note)
        finally:
            self._position = None

    def provide(self, connection: BackendConnection, statement: PreparedStatement) -> None:
        """See to it that a Query can EXECUTE a statement; nothing may be owed. Raises ServerError."""
        if connection.status is not TransactionStatus.FAILED:
            self._prepare(connection)
            self._extended.provide_now(connection, statement)

    def function_call(self, connection: BackendConnection, frame: Frame) -> None:
        """Answer a FunctionCall."""
        self._simple(connection, frame, _FUNCTION_CALL)

    def _simple(self, connection: BackendConnection, frame: Frame, owed: Owed[Note]) -> None:
        self.sync_spent = False
        if connection.ledger.settled:
            self._prepare(connection)
        connection.prepared.unnamed = None
        if owed.note is not None and owed.note.forgets_prepared:
            # It may be cut off when some are gone already.
            connection.prepared.stale.update(connection.prepared.forget_names())
        connection.counters.queries += 1
        connection.ledger.sent(owed)
        connection.stream.write(frame.raw)
        self._answers(connection)

    def prepare(self, connection: BackendConnection) -> None:
        """Make the server ready for a round of ``steps``, if one begins."""
        if connection.ledger.settled:
            self._prepare(connection)

    def steps(self, connection: BackendConnection, steps: list[Step]) -> None:
        """Send messages of the extended protocol; the answers are read if the last one asks for them."""
        if connection.ledger.settled:
            if connection.prepared.private and connection.clean:
                connection.prepared.stale |= connection.prepared.take_private()
            self._extended.close_stale(connection)
            self._round.begin(steps, outside_transaction=connection.status is TransactionStatus.IDLE)
        else:
            self._round.go_on(steps)
        self.skipping = self.sync_spent = False
        self._send(connection, steps)
        self._take_back(connection)
        if steps[-1].frame.code in (Frontend.SYNC, Frontend.FLUSH):
            self._answers(connection)
        else:
            connection.stream.flush(lambda: self._meanwhile(connection))
            self._meanwhile(connection)  # A client that never stops sending must hear of an error all the same.

    def _send(self, connection: BackendConnection, steps: list[Step]) -> None:
        for position, step in enumerate(steps):
            try:
                self._extended.send(connection, step)
            except OutdatedPlan:
                self.unsent = steps[position:]
                again = self._anew(step, steps)
                if not again:
                    raise
                self._round.steps = steps[:position] + again[position:]
                self._send(connection, again[position:])
                return

    def _anew(self, outdated: Step, steps: list[Step]) -> list[Step]:
        """The steps with another statement in the place of one that is out of date; none if the client would notice."""
        names = described(steps)
        if outdated.statement is None or outdated.name not in names:
            return []
        return renewed(steps, outdated.statement, self._state.renewed(outdated.statement, names), names)

    def _prepare(self, connection: BackendConnection) -> None:
        """Make the server's settings those of this session."""
        connection.request_at = time()
        asked = connection.canceller.asked
        self._apply_settings(connection)
        if connection.canceller.asked != asked:
            raise CanceledByUser  # The client's request, of which the server has not heard yet.
        self._round.forget()
        self._passed = connection.stream.passed

    def _apply_settings(self, connection: BackendConnection) -> None:
        if connection.settings is not self._state.wanted:
            connection.apply(self._state.wanted)
            self._state.applied()
        if connection.parameters is not self._reported:
            self._report(connection)

    def _report(self, connection: BackendConnection) -> None:
        """Tell the client what is otherwise on this server than it has been told."""
        reported, self._reported = self._reported, connection.parameters
        for name, value in connection.parameters.items():
            if reported.get(name) != value:
                self._client.write(parameter_status(name, value))

    def unasked(self, connection: BackendConnection) -> None:
        """Deal with what the server has sent although nothing was asked. Raises ServerLost if that is its end."""
        connection.stream.receive_waiting()
        while connection.stream.whole_frame_buffered():
            self._message(connection, connection.stream.read_frame(BACKEND_LIMITS))
        self._client.flush()

    # Answers

    def _answers(self, connection: BackendConnection) -> None:
        """Relay until nothing more is owed."""
        connection.stream.flush(lambda: self._meanwhile(connection))
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
                self._copy_in.run(connection, lambda: self._meanwhile(connection))
            else:
                connection.stream.forward(self._client, ledger.unread)
                self._message(connection, connection.stream.read_frame(BACKEND_LIMITS))

    def _meanwhile(self, connection: BackendConnection) -> None:
        """Relay what the server has sent, without waiting for more."""
        connection.stream.receive_waiting()
        while self._give_what_is_due(connection):
            if not connection.stream.forward_buffered(self._client, connection.ledger.unread):
                break
            if not connection.stream.whole_frame_buffered():
                break
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
            if frame.code == Backend.ERROR_RESPONSE and connection.stream.passed != self._passed:
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
                connection.note_parameter(frame.body)
                self._reported = connection.parameters
                self._client.write(frame.raw)
            case Backend.COPY_IN_RESPONSE:
                connection.copying_in = self._copied_in = True
                connection.ledger.copy_begins()
                self.sync_spent = connection.ledger.uncertain_syncs > 0
                self._client.write(frame.raw)
            case Backend.ROW_DESCRIPTION | Backend.NO_DATA if owed is not None and owed.swallow:
                if owed.note is not None:
                    self._described(connection, owed.note, row_shape(frame.body))
            case Backend.COPY_BOTH_RESPONSE:
                raise ServerViolation('the server began a COPY in both directions, which only replication uses')
            case _:
                if owed is None or not owed.swallow:
                    self._client.write(frame.raw)

    def _command_complete(self, connection: BackendConnection, frame: Frame, owed: Owed[Note] | None) -> None:
        if owed is not None and owed.swallow:
            return
        connection.copying_in = False
        connection.counters.count_tag(frame.body, copied_in=self._copied_in)
        if frame.body.startswith(b'INSERT'):
            connection.advanced_sequences = True
        self._copied_in = False
        if owed is not None and owed.note is not None:
            note = owed.note
            if owed.code == Frontend.QUERY:
                note = note.only(self._statement)
                self._statement += 1
            self._state.completed(note, frame.body)
            if frame.body == _COMMIT:
                connection.commit_settings(self._state.in_force)
            if note.forgets_prepared and not note.names_gone:
                connection.prepared.clear()
        self._client.write(frame.raw)

    def _answers_so_far(self, connection: BackendConnection) -> None:
        connection.stream.write(FLUSH)
        self._answers(connection)

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
        fields = ErrorFields.decode(frame.body)
        connection.counters.errors += 1
        if fields.final:
            raise ServerQuit(fields)
        if self._round.whole and may_be_outdated(frame.body, fields) and self._begin_again(connection):
            return
        self.errors += 1
        self._failed = True
        connection.copying_in = self._copied_in = False
        self._copy_in.check(frame.body)
        self._take_back(connection)
        if changed_result(frame.body):
            self._replan()
        if connection.prepared.unnamed is not self._state.unnamed:
            # It was to be replaced, and that has not happened.
            connection.prepared.unnamed = None
        body = _SERVER_NAME.sub(self._client_name, frame.body)
        if self._position is not None:
            body = moved(body, self._position)
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

    def _send_again(self, connection: BackendConnection, steps: list[Step]) -> None:
        self._prepare(connection)
        self._extended.close_stale(connection)
        self._send(connection, steps)
        connection.stream.flush(lambda: self._meanwhile(connection))

    def _take_back(self, connection: BackendConnection) -> None:
        for note, skipped in connection.take_revoked():
            self._state.revoked(note, skipped=skipped)

    def _client_name(self, match: re.Match[bytes]) -> bytes:
        name = self._state.client_name(match[0])
        return match[0] if name is None else name

    def _ready(self, connection: BackendConnection, frame: Frame, owed: Owed[Note] | None) -> None:
        connection.status = transaction_status(frame.body)
        if self._round.again:
            self._send_again(connection, self._round.again)
            return
        if owed is not None and owed.code == Frontend.QUERY:
            self._state.queried()
        self._state.ready(connection.status, failed=self._failed)
        self._failed = False
        self._statement = 0
        in_force = self._state.in_force
        connection.note_settings(in_force)
        if in_force is not self._state.wanted:
            self._set_again(connection)
        if owed is not None and not owed.swallow:
            self.skipping = False
            self._client.write(frame.raw)

    def _set_again(self, connection: BackendConnection) -> None:
        """After RESET: give the server what the client asked for when it connected."""
        # Not in the middle of a message to the server, whose rest it would no longer want.
        between = connection.ledger.settled and not connection.stream.torn and not self._client.mid_frame
        if between and connection.status is not TransactionStatus.FAILED:
            self._apply_settings(connection)
