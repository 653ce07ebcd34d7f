"""What is read of the locks of a server, and how claims are made there."""

from collections.abc import Iterable, Sequence
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.errors import ServerViolation
from pgdog_gevent.monitor.standstill import MAGIC, MAGIC_SHIFT, Claim, Reading, Wait
from pgdog_gevent.protocol.rows import decode_row

# What is read: locks that are waited for, the transaction that each backend is in, claims. Everybody may read it.
_LOCKS: Final = (
    b'SELECT pid, virtualtransaction, (classid::int8 << 32) | objid::int8,'
    b' CASE WHEN NOT granted THEN pg_blocking_pids(pid) END, CASE WHEN NOT granted THEN md5(l::text) END'
    b' FROM pg_locks l WHERE NOT granted'
    b" OR locktype = 'virtualxid' AND virtualxid = virtualtransaction"
    b" OR locktype = 'advisory' AND objsubid = 1 AND classid::int8 >> %d = %d"
    b' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())'
) % (MAGIC_SHIFT - 32, MAGIC)
_SETTINGS: Final = b'SET search_path TO pg_catalog'


def set_up(connection: BackendConnection) -> None:
    """Have the names here mean what they say, whatever the user has set. Raises ServerError, ServerLost."""
    connection.run(_SETTINGS)


def read_locks(connection: BackendConnection) -> Reading:
    """Raises ServerError, ServerLost."""
    waits: set[Wait] = set()
    transactions: dict[int, int] = {}
    claims: set[Claim] = set()
    for row in connection.run(_LOCKS):
        pid, transaction, key, blockers, lock = _columns(row)
        if pid is None:
            continue  # A prepared transaction waits for nothing.
        if lock is not None:
            waits.update(Wait(int(pid), blocker, lock) for blocker in _pids(blockers))
        elif key is not None:
            claims.add(Claim.of_key(int(key)))
        elif transaction is not None:
            transactions[int(pid)] = int(transaction.rpartition(b'/')[2])
    return Reading(frozenset(waits), transactions, frozenset(claims))


def _columns(row: bytes) -> Sequence[bytes | None]:
    columns = decode_row(row)
    if len(columns) != 5:
        raise ServerViolation('the server has answered something else than it was asked for')
    return columns


def _pids(array: bytes | None) -> Iterable[int]:
    """Those of an array; 0 is a prepared transaction, which waits for nobody."""
    return {int(pid) for pid in (array or b'{}').strip(b'{}').split(b',') if pid not in (b'', b'0')}


def claim(connection: BackendConnection, claims: Iterable[Claim]) -> None:
    """Make claims, for all to see until they are withdrawn or the connection ends. Raises ServerError, ServerLost."""
    _each(connection, b'pg_try_advisory_lock_shared', claims)


def withdraw(connection: BackendConnection, claims: Iterable[Claim]) -> None:
    """Raises ServerError, ServerLost."""
    _each(connection, b'pg_advisory_unlock_shared', claims)


def _each(connection: BackendConnection, function: bytes, claims: Iterable[Claim]) -> None:
    calls = b', '.join(b'%b(%d)' % (function, each.key) for each in sorted(claims))
    if calls:
        connection.run(b'SELECT ' + calls)
