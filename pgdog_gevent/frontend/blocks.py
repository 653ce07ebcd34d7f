"""What is only for transactions that a client has begun, and not for a pipeline that is one by itself."""

import re
from typing import Final

from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.errors import NoActiveTransaction
from pgdog_gevent.execution.transaction import Transaction
from pgdog_gevent.protocol import frames, response
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.frames import HEADER_SIZE
from pgdog_gevent.protocol.response import ErrorFields
from pgdog_gevent.router.blueprint import Declared
from pgdog_gevent.router.statement import (
    Commit,
    Effect,
    ReleaseSavepoint,
    Rollback,
    RollbackTo,
    Savepoint,
    Statement,
)
from pgdog_gevent.router.texts import One
from pgdog_gevent.sqlstate import NO_ACTIVE_SQL_TRANSACTION

_CHAIN: Final = re.compile(rb'\bchain\b', re.IGNORECASE)
_NO_CHAIN: Final = re.compile(rb'\bno\s+chain\b', re.IGNORECASE)
_LOCK: Final = re.compile(rb'(?:\s|--[^\r\n]*|/\*.*?\*/)*lock\b', re.IGNORECASE | re.DOTALL)
NO_TRANSACTION: Final = frames.encode(
    Backend.NOTICE_RESPONSE,
    ErrorFields('WARNING', NO_ACTIVE_SQL_TRANSACTION, 'there is no transaction in progress').encode()[HEADER_SIZE:],
)
"""What PostgreSQL says to COMMIT and ROLLBACK then."""


def chained(sql: bytes) -> bool:
    """Whether the end of a transaction begins the next one."""
    return bool(_CHAIN.search(sql) and not _NO_CHAIN.search(sql))


def check_begun(effect: Effect | None, sql: bytes) -> None:
    """Raise NoActiveTransaction, in PostgreSQL's words, for what needs a BEGIN before it."""
    match effect:
        case Savepoint():
            raise NoActiveTransaction('SAVEPOINT')
        case ReleaseSavepoint():
            raise NoActiveTransaction('RELEASE SAVEPOINT')
        case RollbackTo():
            raise NoActiveTransaction('ROLLBACK TO SAVEPOINT')
        case Commit() if chained(sql):
            raise NoActiveTransaction('COMMIT AND CHAIN')
        case Rollback() if chained(sql):
            raise NoActiveTransaction('ROLLBACK AND CHAIN')
        case _:
            pass


def goes_back_first(statement: Statement, transaction: Transaction) -> bool:
    """Whether a text of several statements begins with ROLLBACK TO a savepoint that there is."""
    effects = statement.effects
    first = effects[0][0] if len(effects) > 1 and len(effects[0]) == 1 else None
    return isinstance(first, RollbackTo) and transaction.has_savepoint(first.name)


def check_needs_no_block(one: One[Shape]) -> None:
    """The same of what is done by servers, which may have been told BEGIN for all of a pipeline."""
    if isinstance(one.blueprint, Declared) and not one.blueprint.with_hold:
        raise NoActiveTransaction('DECLARE CURSOR')
    if _LOCK.match(one.sql):
        raise NoActiveTransaction('LOCK TABLE')


def nothing_to_end(effect: Effect | None, sql: bytes) -> bytes:
    """The answer to the end of a transaction that has not begun; empty for what is something else.

    Raises as ``check_begun``. No server must be asked: it may be told BEGIN first, for what comes after that.
    """
    check_begun(effect, sql)
    match effect:
        case Commit():
            return NO_TRANSACTION + response.command_complete('COMMIT')
        case Rollback():
            return NO_TRANSACTION + response.command_complete('ROLLBACK')
        case _:
            return b''
