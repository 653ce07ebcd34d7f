"""What recovery asks servers, and what they say."""

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from pgdog_gevent.backend.connection import BackendConnection, ServerError
from pgdog_gevent.errors import ServerViolation
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.sqlstate import UNDEFINED_TABLE
from pgdog_gevent.twophase.decision import Verdict
from pgdog_gevent.twophase.gid import Name, Part, Scope, parse, parse_name
from pgdog_gevent.twophase.resolve import Anchor

MOST: Final = 10_000
"""Decisions that are looked at in one go."""
# A number that the server has not come to yet is none of its transactions: it would refuse to say anything of it.
_STATUS: Final = (
    'CASE WHEN {xid} < pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot())'
    ' THEN pg_catalog.txid_status({xid}) END'
)
_XID_IN_NAME: Final = r'^[0-9]+\.([1-9][0-9]{0,17})\.'
_RUNNING: Final = b'in progress'
_COMMITTED: Final = b'committed'
_EPOCH: Final = 2**32
"""So many numbers of transactions there are, before they begin anew."""


class Prepared(NamedTuple):
    """A part that is prepared on the server that was asked."""

    part: Part
    owner: str
    age: float
    """Seconds since it was prepared, by the server's clock."""


class Decision(NamedTuple):
    """A row of the table of decisions."""

    name: Name
    verdict: Verdict
    participants: frozenset[int]
    age: float
    """Seconds since it was made, by the server's clock."""
    anchor: Anchor


def prepared(connection: BackendConnection, scope: Scope, shard: int) -> tuple[Prepared, ...]:
    """All of a scope that is prepared on a shard. Raises ServerError, ServerLost."""
    prefix = scope.prefix
    rows = connection.run(
        (
            'SELECT gid, owner, extract(epoch FROM pg_catalog.clock_timestamp() - prepared)'
            ' FROM pg_catalog.pg_prepared_xacts'
            f" WHERE pg_catalog.left(gid, {len(prefix)}) = '{prefix}' AND database = pg_catalog.current_database()"
        ).encode()
    )
    return tuple(_prepared(rows, scope, shard))


def _prepared(rows: tuple[bytes, ...], scope: Scope, shard: int) -> Iterator[Prepared]:
    for row in rows:
        gid, owner, age = _columns(row, 3)
        part = parse(_text(gid), scope)
        if part is not None and part.shard == shard:
            yield Prepared(part, _text(owner), float(age))


def anchor_of(connection: BackendConnection, name: Name) -> Anchor:
    """Whether the transaction that decides is still running. Raises ServerError, ServerLost."""
    # The newest of a server is beyond all that a snapshot knows as long as it runs: then only its lock tells.
    has_lock = (
        'EXISTS (SELECT FROM pg_catalog.pg_locks'
        f" WHERE transactionid = '{name.xid % _EPOCH}' AND mode = 'ExclusiveLock' AND granted)"
    )
    status = _STATUS.format(xid=name.xid)
    [row] = connection.run(f"SELECT coalesce({status}, CASE WHEN {has_lock} THEN 'in progress' END, '')".encode())
    return _anchor(*_columns(row, 1))


def seems_committed(connection: BackendConnection, name: Name) -> bool:
    """Whether a transaction with the number of the one that decides has committed. Raises ServerError, ServerLost.

    After a failover it may be another one.
    """
    [row] = connection.run(f"SELECT coalesce({_STATUS.format(xid=name.xid)}, '')".encode())
    return _columns(row, 1) == (_COMMITTED,)


def decisions(connection: BackendConnection, scope: Scope, age: float) -> tuple[Decision, ...]:
    """Those that are at least so old, the oldest first, as far as this user may see them.

    Raises ServerError, ServerLost.
    """
    # A row to abort is of a later transaction than the anchor's, so a snapshot knows enough of that one.
    # Users can write what they like into the table: nothing there must make the whole question fail.
    xid = f"pg_catalog.substring(pg_catalog.right(name, -{len(scope.prefix)}), '{_XID_IN_NAME}')::bigint"
    text = (
        "SELECT name, verdict, pg_catalog.array_to_string(participants, ','),"
        " extract(epoch FROM pg_catalog.clock_timestamp() - decided_at), CASE verdict WHEN 'abort' THEN"
        f" coalesce({_STATUS.format(xid=xid)}, '') ELSE '' END FROM pgdog_gevent.decision"
        f" WHERE pg_catalog.left(name, {len(scope.prefix)}) = '{scope.prefix}' AND pg_catalog.isfinite(decided_at)"
        f" AND decided_at <= pg_catalog.clock_timestamp() - interval '{age:.3f} seconds'"
        f' ORDER BY decided_at LIMIT {MOST}'
    )
    try:
        rows = connection.run(text.encode())
    except ServerError as refused:
        if refused.sqlstate == UNDEFINED_TABLE:
            return ()
        raise
    return tuple(_decisions(rows, scope))


def _decisions(rows: tuple[bytes, ...], scope: Scope) -> Iterator[Decision]:
    for row in rows:
        text, verdict, participants, age, status = _columns(row, 5)
        name = parse_name(_text(text), scope)
        if name is not None:
            shards = frozenset(int(shard) for shard in participants.split(b',') if shard)
            yield Decision(name, Verdict(verdict.decode()), shards, float(age), _anchor(status))


def forget(connection: BackendConnection, names: Collection[Name]) -> None:
    """Remove decisions that nobody needs any more. Raises ServerError, ServerLost."""
    keys = ', '.join(f"'{name.text}'" for name in names)
    connection.run(f'DELETE FROM pgdog_gevent.decision WHERE name IN ({keys})'.encode())


def _anchor(status: bytes) -> Anchor:
    return Anchor.RUNNING if status == _RUNNING else Anchor.OVER


def _text(column: bytes) -> str:
    """In whatever encoding the database has it; our own names are ASCII."""
    return column.decode(errors='surrogateescape')


def _columns(row: bytes, count: int) -> tuple[bytes, ...]:
    columns = [column for column in decode_row(row) if column is not None]
    if len(columns) != count:
        raise ServerViolation('the server has answered something else than it was asked for')
    return tuple(columns)
