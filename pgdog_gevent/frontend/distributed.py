"""What a client says of its transaction, where that may be one of several shards."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.note import Note
from pgdog_gevent.config.choices import Role
from pgdog_gevent.errors import FailedTransaction, FeatureNotSupported
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.execution.transaction import Transaction
from pgdog_gevent.frontend.blocks import NO_TRANSACTION, chained, check_begun, nothing_to_end
from pgdog_gevent.frontend.portals import Portals
from pgdog_gevent.frontend.prepares import check_names, check_prepared_by_one, prepare_transaction
from pgdog_gevent.frontend.state import State
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.parse import is_empty, parses
from pgdog_gevent.router.statement import (
    BEGIN,
    Begin,
    Commit,
    Effect,
    ReleaseSavepoint,
    ResetAll,
    ResetParameter,
    Rollback,
    RollbackTo,
    Savepoint,
    SetLocal,
    SetLocalHint,
    SetLocally,
    SetLocalRole,
    SetParameter,
    SetsLocally,
    SetTransaction,
    Statement,
)

_START: Final = re.compile(rb'(?:[\s;]|--[^\r\n]*|/\*.*?\*/)*START', re.IGNORECASE | re.DOTALL)
"""START TRANSACTION, with white space and comments before it."""
_SET: Final = re.compile(rb'(?:[\s;]|--[^\r\n]*|/\*.*?\*/)*SET', re.IGNORECASE | re.DOTALL)
"""SET, likewise; a call of set_config() returns a row."""
_PLAIN: Final = re.compile(rb'\s*(?:BEGIN|START)(?:\s+(?:WORK|TRANSACTION))?[\s;]*', re.IGNORECASE)
"""BEGIN that says no more."""
CONTROL: Final = (
    Begin, Commit, Rollback, Savepoint, ReleaseSavepoint, RollbackTo, SetTransaction, SetLocal, SetLocally,
    SetLocalRole, SetLocalHint,
)  # fmt: skip
"""Effects of the statements that are answered here, or heard by all who take part."""


class Control:
    """Answers BEGIN, and what follows it that is about the transaction and not about any table.

    ``Transaction`` knows who takes part. As long as nobody does, no server hears of anything; one alone is asked as if
    it were the only one; of several, all but one hear it here, and that one is asked last.
    """

    __slots__ = ('_holdings', '_state', 'begin', 'failed_here', 'mode', 'portals', 'role', 'transaction')

    def __init__(self, transaction: Transaction, holdings: Holdings, state: State) -> None:
        self.transaction = transaction
        self._holdings = holdings
        self._state = state
        self.failed_here = False
        """The proxy has failed a statement of it, or a shard one that others have done."""
        self.begin = BEGIN
        self.mode = Begin()
        """What has been said of it, by BEGIN and by SET TRANSACTION."""
        self.portals = Portals()
        self.role: Role | None = None
        """What SET LOCAL has asked for."""

    def answer(self, statement: Statement, sql: bytes, *, relays: bool = True) -> bytes:
        """The CommandComplete for a statement that needs no server any more; empty if the one in hand has to see it.

        ``relays``: what that one says of the end of the transaction is taken in by ``Answers``. Raises
        FailedTransaction, NameReserved, ServerError, ServerLost, and as ``Transaction.commit``.
        """
        effect = only_effect(statement)
        if not self.failed:
            check_names(statement)
        if isinstance(effect, Begin) and self.transaction.implicit:
            return self._open_what_has_begun(statement, effect, sql)
        if not self.transaction.open:
            if isinstance(effect, Begin):
                return self._open(statement, effect, sql)
            return b'' if relays else self._not_open(effect, sql)
        if self.failed:
            if not parses(sql):
                self._failed_in_hand()
                return b''  # What is wrong with the text comes first.
            if relays and is_empty(sql):
                return response.EMPTY_QUERY_RESPONSE
            self._check_accepted(effect)
        if self.transaction.implicit:
            check_begun(effect, sql)
        calls = [effect for effects in statement.effects for effect in effects if isinstance(effect, SetsLocally)]
        if calls:
            self._set_by_calls(calls)
            return b''
        match effect:
            case Begin() if not _PLAIN.fullmatch(sql):
                return self._begin_again(statement, effect, sql)
            case Commit() | Rollback():
                return self._end(statement, sql, commits=isinstance(effect, Commit), relays=relays)
            case Savepoint(name):
                return self._everywhere(statement, sql, 'SAVEPOINT', lambda: self.transaction.add_savepoint(name, sql))
            case ReleaseSavepoint(name) if self.transaction.has_savepoint(name):
                return self._everywhere(statement, sql, 'RELEASE', lambda: self._release(name))
            case RollbackTo(name) if self.transaction.has_savepoint(name):
                return self._roll_back_to(name, statement, sql)
            case RollbackTo() if self.transaction.adopted:
                self.failed_here = False  # Its one server has the savepoint, or fails now.
                return b''
            case SetTransaction() | SetLocal() | SetLocally() | SetLocalRole() | SetLocalHint() if _SET.match(sql):
                return self._set(statement, sql)
            case SetParameter(sql=text) if self.transaction.has_said_more:
                self.transaction.add(text)  # It counts more than what SET LOCAL has said before.
                return b''
            case ResetParameter() | ResetAll() if self.transaction.has_said_more:
                raise FeatureNotSupported(
                    'RESET after SET LOCAL in a transaction that several shards may take part in',
                    hint='Set the value instead.',
                )
            case _:
                return b''

    def _not_open(self, effect: Effect | None, sql: bytes) -> bytes:
        answer = nothing_to_end(effect, sql)
        if answer:
            self.portals.clear()  # The pipeline has been a transaction, so far.
        return answer

    @property
    def failed(self) -> bool:
        """Whether the transaction has failed, here or at a shard."""
        return self.failed_here or self._state.status is TransactionStatus.FAILED

    def _failed_in_hand(self) -> None:
        """Have a server in hand that has failed the transaction, if there is one."""
        shard = self.transaction.failed_shard
        if shard is not None:
            self._holdings.turn_to(shard)

    def _check_accepted(self, effect: Effect | None) -> None:
        if not isinstance(effect, Commit | Rollback | RollbackTo):
            raise FailedTransaction('current transaction is aborted, commands ignored until end of transaction block')

    def _open(self, statement: Statement, mode: Begin, sql: bytes) -> bytes:
        self.begin, self.mode, self.role = statement, mode, None
        self.transaction.begin(sql)
        self.failed_here = False
        self._state.status = TransactionStatus.IN_TRANSACTION
        return _began(sql)

    def _open_what_has_begun(self, statement: Statement, mode: Begin, sql: bytes) -> bytes:
        """What a pipeline has done before its BEGIN is part of the transaction; servers say what it can still become.

        They have been told BEGIN before: of a second one they only heed the modes.
        """
        if not _PLAIN.fullmatch(sql):
            for _ in self.transaction.all():
                self._run(sql)
            self.transaction.add(sql, lasts=True)
        self.begin, self.mode, self.role = statement, mode, None
        self.transaction.implicit = False
        self._state.status = TransactionStatus.IN_TRANSACTION
        return _began(sql)

    def _begin_again(self, statement: Statement, mode: Begin, sql: bytes) -> bytes:
        """A BEGIN amid the transaction, of which only the modes are heeded."""
        takes_part = self._in_hand_takes_part()
        self._tell_others(sql)
        self.transaction.add(sql, lasts=True)
        if takes_part:
            return b''
        self._heed(SetTransaction(mode.read_only, mode.serializable))
        self._state.completed(Note(statement.effects), b'')
        return _began(sql)

    def _everywhere(self, statement: Statement, sql: bytes, tag: str, note: Callable[[], None]) -> bytes:
        """All who take part do it, and those who will."""
        takes_part = self._in_hand_takes_part()
        for _ in self.transaction.others():
            self._run(sql)
        note()
        if takes_part:
            return b''
        self._state.completed(Note(statement.effects), b'')
        return response.command_complete(tag)

    def _release(self, name: str) -> None:
        self.transaction.release(name)
        self.portals.release(self.transaction.depth)

    def _in_hand_takes_part(self) -> bool:
        """Have somebody in hand who takes part, if there is one."""
        joined = self.transaction.joined
        if joined and self._holdings.binding.shard not in joined:
            self._holdings.turn_to(min(joined))
        return bool(joined)

    def _run(self, sql: bytes) -> BackendConnection:
        connection = self._holdings.binding.connection
        assert connection is not None
        connection.run(sql)
        return connection

    def _roll_back_to(self, name: str, statement: Statement, sql: bytes) -> bytes:
        """Whatever has failed since is undone, also what no server knows of."""
        for shard in self.transaction.all():
            # What had been set before it joined is not undone there.
            self._run(sql).settings = self.transaction.settings_at(name, shard)
        self.transaction.roll_back_to(name)
        self.portals.roll_back_to(self.transaction.depth)
        self.failed_here = False
        self._state.status = TransactionStatus.IN_TRANSACTION
        self._state.completed(Note(statement.effects), b'')
        self.transaction.prepare()
        return response.command_complete('ROLLBACK')

    def _set_by_calls(self, calls: Sequence[SetsLocally]) -> None:
        """The one that is asked afterwards, whichever that is, does it once more."""
        texts = [call.sql for call in calls if call.sql is not None]
        if len(texts) < len(calls):
            raise FeatureNotSupported(
                'set_config() cannot set something computed for a transaction that several shards may take part in'
            )
        takes_part = self._in_hand_takes_part()
        for text in texts:
            self._tell_others(text)
            if takes_part:
                self._tell(text)
            self.transaction.add(text)

    def _tell_others(self, sql: bytes) -> None:
        for _ in self.transaction.others():
            self._tell(sql)

    def _tell(self, sql: bytes) -> None:
        """What has been set before must not come after it."""
        self.transaction.prepare()
        self._run(sql)

    def _set(self, statement: Statement, sql: bytes) -> bytes:
        takes_part = self._in_hand_takes_part()
        self._tell_others(sql)
        self.transaction.add(sql, lasts=isinstance(only_effect(statement), SetTransaction))
        if takes_part:
            return b''
        self._heed(statement.effects[0][0])
        self._state.completed(Note(statement.effects), b'')
        return response.command_complete('SET')

    def _heed(self, effect: Effect) -> None:
        """Note what decides which servers the transaction needs."""
        match effect:
            case SetTransaction(read_only, serializable):
                mode = self.mode
                self.mode = Begin(
                    mode.read_only if read_only is None else read_only,
                    mode.serializable if serializable is None else serializable,
                )
            case SetLocalRole(role):
                self.role = role
            case _:
                pass

    # The end

    def _end(self, statement: Statement, sql: bytes, *, commits: bool, relays: bool) -> bytes:
        several = len(self.transaction.joined) > 1
        effect = only_effect(statement)
        prepares = isinstance(effect, Commit) and effect.prepares is not None and not self.failed
        if prepares:
            check_prepared_by_one(self.transaction, relays=relays)
        warning = NO_TRANSACTION if self.transaction.implicit else b''
        self.portals.clear()
        chains = chained(sql)
        opening = self.transaction.opening
        if not several and relays and not self.failed_here and (self._in_hand_takes_part() or prepares):
            self.transaction.chain(opening)
            return b''
        if prepares:
            return self._prepare(statement, sql)
        commits = commits and not self.failed
        if commits:
            self.transaction.commit()
        else:
            self.transaction.roll_back()
        self.failed_here = False
        tag = 'COMMIT' if commits else 'ROLLBACK'
        self._state.completed(Note(statement.effects), tag.encode())
        self._state.ready(TransactionStatus.IDLE, failed=False)
        if chains:
            self._open(self.begin, self.mode, sql)
            self.transaction.chain(opening)
        return warning + response.command_complete(tag)

    def _prepare(self, statement: Statement, sql: bytes) -> bytes:
        prepare_transaction(self.transaction, self._holdings, sql)
        self._state.completed(Note(statement.effects), b'')
        self._state.ready(TransactionStatus.IDLE, failed=False)
        return response.command_complete('PREPARE TRANSACTION')


def _began(sql: bytes) -> bytes:
    return response.command_complete('START TRANSACTION' if _START.match(sql) else 'BEGIN')


def only_effect(statement: Statement) -> Effect | None:
    """The effect of a statement that has no other."""
    if len(statement.effects) == 1 and len(statement.effects[0]) == 1:
        return statement.effects[0][0]
    return None
