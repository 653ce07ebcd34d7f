"""The extended protocol towards one server: statements get their server-side names, and are prepared where missing."""

from collections.abc import Callable
from time import monotonic
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.note import Note
from pgdog_gevent.backend.prepared import ONCE, PREFIX, PreparedStatement
from pgdog_gevent.errors import OutdatedPlan
from pgdog_gevent.execution.request import SessionState, Step
from pgdog_gevent.protocol import query, response
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.ledger import Owed
from pgdog_gevent.protocol.query import Bind, Execute, Named, Parse, Target
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.statement import SqlPrepared, Statement

# One entry serves for all replies that need no memory of their own.
_OWED: Final[dict[int, Owed[Note]]] = {
    code: Owed(code)
    for code in (Frontend.PARSE, Frontend.BIND, Frontend.DESCRIBE, Frontend.EXECUTE, Frontend.CLOSE, Frontend.SYNC)
}


class ExtendedProtocol:
    """Sends the steps of a session to whichever server it has.

    Without ``renames`` what has a name goes as it is: the server is this client's for as long as its statements live.
    The unnamed statement has no such claim: if the session ``moves``, it is prepared again where it is needed.
    """

    __slots__ = ('_answers', '_moves', '_renames', '_state')

    def __init__(
        self, state: SessionState, answers: Callable[[BackendConnection], None], *, renames: bool, moves: bool
    ) -> None:
        """``answers`` has the server answer what it has been sent so far."""
        self._state = state
        self._answers = answers
        self._moves = moves
        self._renames = renames

    def close_stale(self, connection: BackendConnection) -> None:
        """Close what has to be prepared anew; at the begin of a round, where nothing can make the server skip it."""
        prepared = connection.prepared
        while prepared.stale:
            _evict(connection, prepared.stale.pop())

    def send(self, connection: BackendConnection, step: Step) -> None:
        """Write one step to the server, with what it needs before it, and note the reply that is owed."""
        code = step.frame.code
        if code == Frontend.FLUSH:
            connection.stream.write(query.FLUSH)
        elif code == Frontend.BIND and step.statement is not None and step.statement.once:
            self._bind_once(connection, step, step.statement)
        elif not self._renames and (step.name or step.local or not self._moves):
            self._send_raw(connection, step)
        elif step.local and connection.status is not TransactionStatus.FAILED and _ours(connection, step):
            _deallocate(connection, step)
        elif code == Frontend.PARSE:
            self._parse(connection, step)
        elif code == Frontend.BIND:
            self._bind(connection, step)
        elif code == Frontend.DESCRIBE:
            self._describe(connection, step)
        elif code == Frontend.CLOSE:
            self._close(connection, step)
        else:
            self._send_raw(connection, step)

    def _send_raw(self, connection: BackendConnection, step: Step) -> None:
        code = step.frame.code
        owed = _OWED[code]
        if code == Frontend.EXECUTE:
            connection.counters.queries += 1
            if step.statement is not None and (step.statement.meaning.effects or step.appended):
                owed = Owed(code, note=_execute_note(connection, step, step.statement.meaning))
        elif code == Frontend.BIND:
            connection.counters.binds += 1
        elif code == Frontend.PARSE:
            connection.counters.parses += 1
        connection.ledger.sent(owed)
        connection.stream.write(step.frame.raw)

    def _parse(self, connection: BackendConnection, step: Step) -> None:
        statement = step.statement
        assert statement is not None
        connection.counters.parses += 1
        if step.clash:
            # The name is taken. The server says so itself, after it has looked at the text.
            server_name = self._provide(connection, step)
            connection.ledger.sent(_OWED[Frontend.PARSE])
            connection.stream.write(Parse.decode(step.frame.body)._replace(name=server_name).encode())
        elif not step.name:
            self._parse_unnamed(connection, step, statement)
        elif _has(connection, statement.server_name) and not _refused(connection, statement):
            note = Note(parsed=step.name)
            connection.ledger.sent(Owed(Frontend.PARSE, answer=response.PARSE_COMPLETE, note=note))
        else:
            self._provide_needed(connection, statement)  # Without it, it would be described as returning nothing.
            note = Note(parsed=step.name)
            owed = Owed(Frontend.PARSE, statement=statement.server_name, note=note)
            self._prepare(connection, statement, owed, described_for=step.name)

    def _parse_unnamed(self, connection: BackendConnection, step: Step, statement: PreparedStatement) -> None:
        """The first message of a round either succeeds or fails; a later one may be skipped, so it needs attention."""
        self._provide_needed(connection, statement)
        first = connection.ledger.settled
        note = Note(parsed=b'', replaced=step.replaced)
        connection.prepared.unnamed = statement
        connection.ledger.sent(Owed(Frontend.PARSE, note=note, watched=not first))
        # What it executes has another name there.
        connection.stream.write(step.frame.raw if statement.needs is None else statement.parse(b''))

    def _prepare(
        self, connection: BackendConnection, statement: PreparedStatement, owed: Owed[Note],
        described_for: bytes | None = None,
    ) -> None:  # fmt: skip
        connection.prepared.add(statement.server_name, monotonic())
        self._mark(connection, statement)
        if statement.made_by is None:
            connection.ledger.sent(owed)
            connection.stream.write(statement.parse(statement.server_name))
            note = Note(describes=statement, described_for=described_for)
            connection.ledger.sent(Owed(Frontend.DESCRIBE, swallow=True, note=note))
            connection.stream.write(Named(Target.STATEMENT, statement.server_name).encode(Frontend.DESCRIBE))
        else:
            _prepare_by_sql(connection, statement.made_by, statement.server_name)
        for name in connection.prepared.excess():
            _evict(connection, name)

    def _mark(self, connection: BackendConnection, statement: PreparedStatement) -> None:
        if statement.reading is None or statement.reading != self._state.reading:
            connection.prepared.private.add(statement.server_name)  # It may not mean here what it means to others.

    def provide_now(self, connection: BackendConnection, statement: PreparedStatement) -> None:
        """Make sure that the server has a statement before a Query names it. Raises ServerError."""
        if not connection.prepared.touch(statement.server_name):
            connection.close_stale()
            connection.prepare(statement)
            self._mark(connection, statement)

    def stand_in(self, connection: BackendConnection) -> Frame:
        """Have the server prepare something that it can deallocate; return the Query that does."""
        _prepare_once(connection, Parse(ONCE, b'', b'\0\0').encode())
        return Frame(Frontend.QUERY, b'DEALLOCATE "%b"\0' % ONCE)

    def _provide(self, connection: BackendConnection, step: Step) -> bytes:
        """Make sure that the server has the statement of a step; return its name there."""
        statement = step.statement
        if statement is None:
            # The server has no statement of a client's own name, and says so; unless it is a name of ours.
            return step.name if not step.name.startswith(PREFIX) else b'?' + step.name
        self._provide_needed(connection, statement)
        if not step.name:
            if connection.prepared.unnamed is not statement:
                connection.ledger.sent(Owed(Frontend.PARSE, swallow=True))
                connection.stream.write(statement.parse(b''))
                connection.prepared.unnamed = statement
            return b''
        return self._provide_named(connection, statement)

    def _provide_needed(self, connection: BackendConnection, statement: PreparedStatement) -> None:
        """Make sure that the server has what the statement executes."""
        if statement.needs is not None:
            self._provide_named(connection, statement.needs)

    def _provide_named(self, connection: BackendConnection, statement: PreparedStatement) -> bytes:
        """Raises OutdatedPlan if the statement returns something else here than the client was told."""
        if not _has(connection, statement.server_name):
            owed: Owed[Note] = Owed(Frontend.PARSE, swallow=True, statement=statement.server_name)
            self._prepare(connection, statement, owed)
            if statement.shape is not None:
                self._answers(connection)
                if statement.server_name in connection.prepared.stale:
                    raise OutdatedPlan
        return statement.server_name

    def _bind(self, connection: BackendConnection, step: Step) -> None:
        connection.counters.binds += 1
        server_name = self._provide_or_missing(connection, step)
        connection.ledger.sent(_OWED[Frontend.BIND])
        if server_name == step.name:
            connection.stream.write(step.frame.raw)
        else:
            portal, name = query.bind_names(step.frame.body)
            connection.stream.write(query.bind_to(step.frame.body, portal, name, server_name))

    def _bind_once(self, connection: BackendConnection, step: Step, statement: PreparedStatement) -> None:
        """Bind to a text that is made for this Bind."""
        connection.counters.binds += 1
        _prepare_once(connection, statement.parse(ONCE))
        connection.ledger.sent(_OWED[Frontend.BIND])
        portal, name = query.bind_names(step.frame.body)
        connection.stream.write(query.bind_to(step.frame.body, portal, name, ONCE))

    def _describe(self, connection: BackendConnection, step: Step) -> None:
        described = Named.decode(step.frame.body)
        message = step.frame.raw
        if described.target is Target.STATEMENT:
            server_name = self._provide_or_missing(connection, step)
            message = Named(Target.STATEMENT, server_name).encode(Frontend.DESCRIBE)
        connection.ledger.sent(_OWED[Frontend.DESCRIBE])
        connection.stream.write(message)

    def _provide_or_missing(self, connection: BackendConnection, step: Step) -> bytes:
        if step.statement is None and not step.name:
            # Another client's unnamed statement may be there: it is removed, so that the server finds none.
            connection.ledger.sent(Owed(Frontend.CLOSE, swallow=True))
            connection.stream.write(Named(Target.STATEMENT, b'').encode(Frontend.CLOSE))
            connection.prepared.unnamed = None
        return self._provide(connection, step)

    def _close(self, connection: BackendConnection, step: Step) -> None:
        closed = Named.decode(step.frame.body)
        connection.counters.closes += 1
        if closed.target is Target.PORTAL:
            connection.ledger.sent(_OWED[Frontend.CLOSE])
            connection.stream.write(step.frame.raw)
            return
        if not closed.name:
            connection.prepared.unnamed = None
            connection.ledger.sent(Owed(Frontend.CLOSE, note=Note(closed=step.closed), watched=True))
            connection.stream.write(step.frame.raw)
            return
        # The statement stays on the server for whoever needs it next; only the client's name for it goes.
        connection.ledger.sent(Owed(Frontend.CLOSE, answer=response.CLOSE_COMPLETE, note=Note(closed=step.closed)))


def _prepare_once(connection: BackendConnection, parse: bytes) -> None:
    """Prepare what is named ``ONCE``."""
    connection.prepared.stale.add(ONCE)
    connection.ledger.sent(Owed(Frontend.CLOSE, swallow=True))
    connection.stream.write(Named(Target.STATEMENT, ONCE).encode(Frontend.CLOSE))
    connection.ledger.sent(Owed(Frontend.PARSE, swallow=True))
    connection.stream.write(parse)


def _prepare_by_sql(connection: BackendConnection, prepare: SqlPrepared, name: bytes) -> None:
    """Run a PREPARE in the midst of the messages of a client."""
    connection.prepared.unnamed = None
    for code in (Frontend.PARSE, Frontend.BIND):
        connection.ledger.sent(Owed(code, swallow=True))
    connection.ledger.sent(Owed(Frontend.EXECUTE, swallow=True, statement=name))
    connection.stream.write(Parse(b'', prepare.under(name), b'\0\0').encode())
    connection.stream.write(Bind(b'', b'', (), (), ()).encode() + Execute(b'', 0).encode())


def _execute_note(connection: BackendConnection, step: Step, meaning: Statement) -> Note:
    note = Note(meaning.effects, closed=step.closed, names_gone=True, appended=step.appended)
    return note._replace(forgotten=connection.prepared.forget_names()) if note.forgets_prepared else note


def _ours(connection: BackendConnection, step: Step) -> bool:
    """Whether no server has what a DEALLOCATE is about: ALL may be about statements that SQL has prepared there."""
    return not connection.dirty or step.local != 'DEALLOCATE ALL'


def _refused(connection: BackendConnection, statement: PreparedStatement) -> bool:
    """Whether the server would refuse the Parse, because the transaction has failed; then it is asked."""
    if connection.status is not TransactionStatus.FAILED:
        return False
    return not statement.meaning.allowed_in_failed_transaction and bool(statement.sql.strip())


def _has(connection: BackendConnection, name: bytes) -> bool:
    """Whether the server has a statement that may be used; one that is too old is closed."""
    prepared = connection.prepared
    if name in prepared.stale:
        _close_first(connection, name)
    elif prepared.ttl is not None and prepared.expired(name, monotonic()):
        _evict(connection, name)
    return prepared.touch(name)


def _close_first(connection: BackendConnection, name: bytes) -> None:
    """Close what may or may not be there under a name that is to be used anew; if that is skipped, it is as before."""
    connection.prepared.stale.remove(name)
    connection.prepared.discard(name)
    connection.ledger.sent(Owed(Frontend.CLOSE, swallow=True, note=Note(forgotten=(name,))))
    connection.stream.write(Named(Target.STATEMENT, name).encode(Frontend.CLOSE))


def _evict(connection: BackendConnection, name: bytes) -> None:
    connection.prepared.discard(name)
    connection.counters.evictions += 1
    connection.ledger.sent(Owed(Frontend.CLOSE, swallow=True, statement=name))
    connection.stream.write(Named(Target.STATEMENT, name).encode(Frontend.CLOSE))


def _deallocate(connection: BackendConnection, step: Step) -> None:
    """Answer the Execute of a DEALLOCATE whose names no server knows."""
    connection.counters.queries += 1
    answer = response.command_complete(step.local)
    connection.ledger.sent(Owed(Frontend.EXECUTE, answer=answer, note=Note(closed=step.closed)))
