"""A session with the admin database: frames in, bytes out, simple and extended protocol.

``Console`` touches no socket, so that a conversation can be tested as values; ``serve`` lends it one. The console has
no transactions: BEGIN is accepted and its status reported, because drivers insist on both, but nothing is ever undone.
"""

import logging
from typing import Protocol

from pgdog_gevent.admin.administration import Administration, Outcome, carry_out
from pgdog_gevent.admin.commands import Begin, Command, Deallocate, End, Select, Show, ShowParameter, ShowQueries
from pgdog_gevent.admin.parse import understand
from pgdog_gevent.admin.prepared import Portal, PortalNotFound, Prepared
from pgdog_gevent.admin.table import Table, as_text
from pgdog_gevent.admin.tokens import statements
from pgdog_gevent.errors import FeatureNotSupported, ProtocolViolation, ProxyError, Severity, StatementNotFound
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.codes import FRONTEND_LIMITS, Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.query import Bind, Execute, Named, Parse, Target, query_text
from pgdog_gevent.protocol.response import TransactionStatus

log = logging.getLogger(__name__)


class Console:
    """Answers one administrator. ``finished`` says that the connection is to be closed."""

    def __init__(self, administration: Administration) -> None:
        self._administration = administration
        self._status = TransactionStatus.IDLE
        self._skipping = False
        self._prepared: dict[bytes, Prepared] = {}
        self._portals: dict[bytes, Portal] = {}
        self.finished = False

    def answer(self, frame: Frame) -> bytes:
        """Take the next message, and return all that is to be sent for it. May block as long as the command does."""
        if self._skipping and frame.code not in (Frontend.SYNC, Frontend.TERMINATE):
            return b''
        try:
            return self._answer(frame)
        except ProxyError as error:
            self._skipping = True
            return self._refusal(error)

    def _answer(self, frame: Frame) -> bytes:
        code, body = frame.code, frame.body
        match code:
            case Frontend.QUERY:
                return self._query(query_text(body))
            case Frontend.PARSE:
                return self._parse(Parse.decode(body))
            case Frontend.BIND:
                return self._bind(Bind.decode(body))
            case Frontend.DESCRIBE:
                return self._describe(Named.decode(body))
            case Frontend.EXECUTE:
                return self._execute(Execute.decode(body))
            case Frontend.CLOSE:
                return self._close(Named.decode(body))
            case Frontend.SYNC:
                return self._sync()
            case Frontend.FUNCTION_CALL:
                refusal = FeatureNotSupported('the admin database has no functions to call')
                return self._refusal(refusal) + self._ready()
            case Frontend.TERMINATE:
                self.finished = True
        return b''

    def _refusal(self, error: ProxyError) -> bytes:
        if error.severity is Severity.FATAL:
            self.finished = True
        return response.error_response(error)

    def _ready(self) -> bytes:
        return b'' if self.finished else response.ready_for_query(self._status)

    # Simple protocol

    def _query(self, sql: bytes) -> bytes:
        self._prepared.pop(b'', None)
        self._portals.pop(b'', None)
        answers: list[bytes] = []
        try:
            commands = [understand(tokens) for tokens in statements(sql.decode(errors='replace'))]
            for command in commands:
                answers.append(_complete(self._carry_out(command)))
            if not commands:
                answers.append(response.EMPTY_QUERY_RESPONSE)
        except ProxyError as error:
            answers.append(self._refusal(error))
        answers.append(self._ready())
        return b''.join(answers)

    def _carry_out(self, command: Command) -> Outcome:
        outcome = carry_out(command, self._administration)
        match command:
            case Begin():
                self._status = TransactionStatus.IN_TRANSACTION
            case End():
                self._status = TransactionStatus.IDLE
            case Deallocate(None):
                self._prepared.clear()
            case Deallocate(str() as name):
                self._prepared.pop(name.encode(), None)
            case Show() | ShowQueries() | ShowParameter() | Select():
                pass
            case _:
                log.info('admin: %s', outcome.tag)
        return outcome

    # Extended protocol

    def _parse(self, message: Parse) -> bytes:
        self._prepared[message.name] = Prepared.parse(message)
        return response.PARSE_COMPLETE

    def _bind(self, message: Bind) -> bytes:
        command = self._statement(message.statement).bind(message)
        self._portals[message.portal] = Portal(command, message.result_formats)
        return response.BIND_COMPLETE

    def _describe(self, message: Named) -> bytes:
        if message.target is Target.PORTAL:
            return self._portal(message.name).describe(self._administration)
        return self._statement(message.name).describe(self._administration)

    def _execute(self, message: Execute) -> bytes:
        portal = self._portal(message.portal)
        if portal.outcome is None and portal.command is not None:
            portal.outcome = self._carry_out(portal.command)
        return portal.fetch(message.limit)

    def _close(self, message: Named) -> bytes:
        if message.target is Target.PORTAL:
            self._portals.pop(message.name, None)
        else:
            self._prepared.pop(message.name, None)
        return response.CLOSE_COMPLETE

    def _sync(self) -> bytes:
        self._skipping = False
        if self._status is TransactionStatus.IDLE:
            self._portals.clear()
        return self._ready()

    def _statement(self, name: bytes) -> Prepared:
        if name not in self._prepared:
            raise StatementNotFound(f'prepared statement "{name.decode(errors="replace")}" does not exist')
        return self._prepared[name]

    def _portal(self, name: bytes) -> Portal:
        if name not in self._portals:
            raise PortalNotFound(f'portal "{name.decode(errors="replace")}" does not exist')
        return self._portals[name]


def _complete(outcome: Outcome) -> bytes:
    """The whole answer of the simple protocol."""
    return _rows(outcome.table) + response.command_complete(outcome.tag)


def _rows(table: Table | None) -> bytes:
    if table is None:
        return b''
    columns = [heading.described(0) for heading in table.headings]
    rows = (response.data_row(map(as_text, row)) for row in table.rows)
    return response.row_description(columns) + b''.join(rows)


class Wire(Protocol):
    """What ``serve`` needs of a ``net.Stream``."""

    def read_frame(self, limits: dict[int, int]) -> Frame: ...
    def whole_frame_buffered(self) -> bool: ...
    def write(self, message: bytes) -> None: ...
    def flush(self) -> None: ...


def serve(wire: Wire, console: Console) -> None:
    """Answer until the client terminates. Raises ConnectionLost if it goes without a word."""
    while not console.finished:
        try:
            reply = console.answer(wire.read_frame(FRONTEND_LIMITS))
        except ProtocolViolation as error:
            wire.write(response.error_response(error))
            break
        if reply:
            wire.write(reply)
        if not wire.whole_frame_buffered():
            wire.flush()
    wire.flush()
