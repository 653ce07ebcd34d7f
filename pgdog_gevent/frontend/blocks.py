"""What is only for transactions that a client has begun, and not for a pipeline that is one by itself."""

import re
from typing import Final

from pgdog_gevent.errors import NoActiveTransaction
from pgdog_gevent.router.statement import Commit, Effect, ReleaseSavepoint, Rollback, RollbackTo, Savepoint

_CHAIN: Final = re.compile(rb'\bchain\b', re.IGNORECASE)
_NO_CHAIN: Final = re.compile(rb'\bno\s+chain\b', re.IGNORECASE)


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
