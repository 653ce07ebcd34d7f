"""One server answers: the client's messages go to it, and its frames come back mostly unread."""

from collections.abc import Callable, Mapping, Sequence
from time import time
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.note import Note
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.errors import CanceledByUser, OutdatedPlan
from pgdog_gevent.execution.agreement import Agreement
from pgdog_gevent.execution.answers import Answers
from pgdog_gevent.execution.extended import ExtendedProtocol
from pgdog_gevent.execution.outdated import described
from pgdog_gevent.execution.request import SessionState, Step
from pgdog_gevent.execution.round import Round, renewed
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.ledger import Owed
from pgdog_gevent.protocol.query import FLUSH
from pgdog_gevent.protocol.response import TransactionStatus

_QUERY: Final[Owed[Note]] = Owed(Frontend.QUERY)
_FUNCTION_CALL: Final[Owed[Note]] = Owed(Frontend.FUNCTION_CALL)


class Relay:
    """Carries the requests of one session to a server and the answers back.

    After a call returns, the server owes nothing for what was sent, up to a Flush or Sync; what the client gets has
    been written to its stream, the last part of it not yet flushed. Raises ServerLost, and then the connection must
    be discarded.
    """

    __slots__ = ('_extended', '_round', '_state', 'agreement', 'answers', 'unsent')

    def __init__(
        self, client: Stream, state: SessionState, told: Mapping[str, str], *, renames: bool, moves: bool
    ) -> None:
        """``told``: the parameters that the client was told when it logged in."""
        self._state = state
        self.agreement = Agreement(client, state, told)
        self._extended = ExtendedProtocol(state, self._answers_so_far, renames=renames, moves=moves)
        self._round = Round(client)
        self.answers = Answers(client, state, self.agreement, self._round, self._send_again)
        self.unsent: Sequence[Step] = ()
        """Steps that have been given up before they were sent."""

    def query(self, connection: BackendConnection, frame: Frame, note: Note | None, *, moves: bool = False) -> None:
        """Answer a Query. If it ``moves``, raises ServedElsewhere where another server has to answer it."""
        self._simple(connection, frame, Owed(Frontend.QUERY, note=note) if note else _QUERY, moves)

    def renamed_query(
        self, connection: BackendConnection, frame: Frame, note: Note | None, position: Callable[[int], int], *,
        moves: bool,
    ) -> None:  # fmt: skip
        """Answer a Query that is not as the client wrote it: ``position`` says where there what is here."""
        self.answers.position = position
        try:
            self.query(connection, frame, note, moves=moves)
        finally:
            self.answers.position = None

    def provide(self, connection: BackendConnection, statement: PreparedStatement) -> None:
        """See to it that a Query can EXECUTE a statement; nothing may be owed. Raises ServerError."""
        if connection.status is not TransactionStatus.FAILED:
            self._prepare(connection)
            self._extended.provide_now(connection, statement)

    def stand_in(self, connection: BackendConnection) -> Frame:
        """A DEALLOCATE in the place of one whose name no server knows; what it removes is sent before it."""
        return self._extended.stand_in(connection)

    def function_call(self, connection: BackendConnection, frame: Frame) -> None:
        """Answer a FunctionCall."""
        self._simple(connection, frame, _FUNCTION_CALL, moves=False)

    def _simple(self, connection: BackendConnection, frame: Frame, owed: Owed[Note], moves: bool) -> None:
        if connection.ledger.settled:
            self._prepare(connection)
            if moves and not connection.stream.answered:
                self.answers.may_move()
        connection.prepared.unnamed = None
        if owed.note is not None and owed.note.forgets_prepared:
            # It may be cut off when some are gone already.
            connection.prepared.stale.update(connection.prepared.forget_names())
        connection.counters.queries += 1
        connection.ledger.sent(owed)
        connection.stream.write(frame.raw)
        self.answers.relay(connection)

    def prepare(self, connection: BackendConnection) -> None:
        """Make the server ready for a round of ``steps``, if one begins."""
        if connection.ledger.settled:
            self._prepare(connection)

    def steps(self, connection: BackendConnection, steps: list[Step], *, moves: bool = False) -> None:
        """Send messages of the extended protocol; the answers are read if the last one asks for them.

        As ``query`` if they are all of a round that ``moves``.
        """
        if connection.ledger.settled:
            if moves and not connection.stream.answered:
                self.answers.may_move()
            if connection.prepared.private and connection.clean:
                connection.prepared.stale |= connection.prepared.take_private()
            self._extended.close_stale(connection)
            self._round.begin(steps, outside_transaction=connection.status is TransactionStatus.IDLE)
        else:
            self._round.go_on(steps)
        self.answers.skipping = False
        self._send(connection, steps)
        self.answers.take_back(connection)
        if steps[-1].frame.code in (Frontend.SYNC, Frontend.FLUSH):
            self.answers.relay(connection)
        else:
            connection.stream.flush(lambda: self.answers.meanwhile(connection))
            self.answers.meanwhile(connection)  # A client that never stops sending must hear of an error all the same.

    def _send(self, connection: BackendConnection, steps: Sequence[Step]) -> None:
        for position, step in enumerate(steps):
            try:
                self._extended.send(connection, step)
            except OutdatedPlan:
                self.unsent = steps[position:]
                again = self._anew(step, steps)
                if not again:
                    raise
                self._round.steps = [*steps[:position], *again[position:]]
                self._send(connection, again[position:])
                return

    def _anew(self, outdated: Step, steps: Sequence[Step]) -> list[Step]:
        """The steps with another statement in the place of one that is out of date; none if the client would notice."""
        names = described(steps)
        if outdated.statement is None or outdated.name not in names:
            return []
        return renewed(steps, outdated.statement, self._state.renewed(outdated.statement, names), names)

    def _prepare(self, connection: BackendConnection) -> None:
        """Make the server's settings those of this session."""
        if not connection.stream.early:
            connection.request_at = time()
        asked = connection.canceller.asked
        self.agreement.reach(connection)
        if connection.canceller.asked != asked:
            raise CanceledByUser  # The client's request, of which the server has not heard yet.
        self._round.forget(connection.stream.passed)

    def _send_again(self, connection: BackendConnection) -> None:
        steps = self._round.again
        self._prepare(connection)
        self._extended.close_stale(connection)
        self._send(connection, steps)
        connection.stream.flush(lambda: self.answers.meanwhile(connection))

    def _answers_so_far(self, connection: BackendConnection) -> None:
        connection.stream.write(FLUSH)
        self.answers.relay(connection)
