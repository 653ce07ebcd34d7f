"""A transaction that has begun for its client and for no server yet: what comes next decides which gets it."""

import re
from collections.abc import Sequence
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.note import Note
from pgdog_gevent.config.choices import Role
from pgdog_gevent.execution.binding import Binding
from pgdog_gevent.frontend.routing import Routing, begun_by
from pgdog_gevent.frontend.state import State
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.statement import (
    BEGIN,
    COMMIT,
    ROLLBACK,
    Access,
    Begin,
    Effect,
    SetLocal,
    SetLocally,
    SetLocalRole,
    SetTransaction,
    Statement,
)

_BEGAN: Final = response.command_complete('BEGIN')
_STARTED: Final = response.command_complete('START TRANSACTION')
_SET: Final = response.command_complete('SET')
_ENDS: Final = {id(COMMIT): response.command_complete('COMMIT'), id(ROLLBACK): response.command_complete('ROLLBACK')}
_START: Final = re.compile(rb'(?:[\s;]|--[^\r\n]*|/\*.*?\*/)*START', re.IGNORECASE | re.DOTALL)
"""START TRANSACTION, with white space and comments before it."""
_SELECT: Final = re.compile(rb'(?:[\s;(]|--[^\r\n]*|/\*.*?\*/)*SELECT', re.IGNORECASE | re.DOTALL)
"""Likewise; one of set_config(), whose answer is a row."""
_MORE_THAN_AN_END: Final = re.compile(rb'chain|prepare', re.IGNORECASE)
"""Of what goes on: AND CHAIN, PREPARE TRANSACTION."""


class Opening:
    """Answers BEGIN, and what may follow it before the first statement that needs a server.

    That is SET TRANSACTION, SET LOCAL, and the end of the transaction. All of it is sent to the server, when
    it is known which one that is.
    """

    __slots__ = ('_begin', '_binding', '_mode', '_role', '_routing', '_state', '_texts')

    def __init__(self, binding: Binding, state: State, routing: Routing) -> None:
        self._binding = binding
        self._state = state
        self._routing = routing
        self._begin: Statement = BEGIN
        self._texts: list[bytes] = []
        self._mode = Begin()
        """What has been said of the transaction."""
        self._role: Role | None = None

    @property
    def pending(self) -> bool:
        """Whether there is a transaction of which no server has heard."""
        return bool(self._texts)

    def answer(self, statement: Statement, sql: bytes) -> bytes:
        """The answer to a statement that no server has to see now, up to CommandComplete; empty if one has to."""
        if not self._texts:
            return self._opens(statement, sql)
        if id(statement) in _ENDS and not _MORE_THAN_AN_END.search(sql):
            self.close()
            self._state.never_begun(Note(statement.effects))
            return _ENDS[id(statement)]
        return self._adds(statement, sql)

    def _opens(self, statement: Statement, sql: bytes) -> bytes:
        mode = begun_by(statement)
        binding = self._binding
        free = binding.connection is None and self._state.status is TransactionStatus.IDLE
        if mode is None or not free or binding.cluster.topology.statement_mode:
            return b''
        self._begin, self._texts = statement, [sql]
        self._mode, self._role = mode, None
        self._state.status = TransactionStatus.IN_TRANSACTION
        return _STARTED if _START.match(sql) else _BEGAN

    def _adds(self, statement: Statement, sql: bytes) -> bytes:
        effect = _only_effect(statement)
        if _SELECT.match(sql):
            self._role = effect.role if isinstance(effect, SetLocalRole) else self._role
            return b''
        match effect:
            case SetTransaction(read_only, serializable, snapshot=False):
                mode = self._mode
                self._mode = Begin(
                    mode.read_only if read_only is None else read_only,
                    mode.serializable if serializable is None else serializable,
                )
            case SetLocalRole(role):
                self._role = role
            case SetLocal() | SetLocally():
                self._state.completed(Note(statement.effects), b'')
            case _:
                return b''
        self._texts.append(sql)
        return _SET

    def access(self, statements: Sequence[Statement]) -> Access:
        """What server the transaction needs that goes on with these statements."""
        return self._routing.of_transaction(self._begin, self._mode, self._role, statements)

    def begin(self, connection: BackendConnection) -> None:
        """Begin the transaction at the server. Raises ServerError, ServerLost."""
        texts, self._texts = self._texts, []
        connection.run(b'\n;'.join(texts))  # A text may end in a comment.

    def close(self) -> None:
        """There is no such transaction any more."""
        self._texts = []


def _only_effect(statement: Statement) -> Effect | None:
    if len(statement.effects) == 1 and len(statement.effects[0]) == 1:
        return statement.effects[0][0]
    return None
