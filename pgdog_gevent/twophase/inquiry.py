"""What recovery asks servers, and what they say."""

import re
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.errors import ServerViolation
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.twophase.decision import Verdict, quote_literal
from pgdog_gevent.twophase.gid import Name, Part, Scope, parse, parse_name
from pgdog_gevent.twophase.resolve import Anchor

MOST: Final = 10_000
"""Decisions that are looked at in one go."""
# Of a number above all that have ended it would refuse to say anything, for perhaps it is none of its transactions yet.
# Those that are hold a lock on their number, without the epoch.
_STATUS: Final = (
    'CASE WHEN {xid} < pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot())'
    ' THEN pg_catalog.txid_status({xid})'
    " WHEN EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype = 'transactionid' AND granted"
    " AND transactionid::text = ({xid} & 4294967295)::text) THEN 'in progress' END"
)
_XID: Final = '^[0-9]+[.]([1-9][0-9]{0,17})[.][0-9a-f]+$'
"""In the key of a decision, without its prefix; nothing is found in what somebody else has written there."""
_SHARDS: Final = re.compile(rb'\{(?:\d{1,5}(?:,\d{1,5})*)?\}')
_RUNNING: Final = b'in progress'
_COMMITTED: Final = b'committed'


class Prepared(NamedTuple):
    """A part that is prepared on the server that was asked."""

    part: Part
    owner: str
    age: float
    """Seconds since it was prepared, by the server's clock."""


class Decision(NamedTuple):
    """A row of the table of decisions."""

    name: Name
    owner: str
    verdict: Verdict
    participants: frozenset[int]
    age: float
    """Seconds since it was made, by the server's clock."""
    anchor: Anchor


class Page(NamedTuple):
    """Some of the decisions."""

    decisions: tuple[Decision, ...]
    rows: int
    """Of how many rows they are made: others are none."""


NO_PAGE: Final = Page((), 0)


def prepared(connection: BackendConnection, scope: Scope) -> tuple[Prepared, ...]:
    """All of a scope that is prepared in a database. Raises ServerError, ServerLost."""
    prefix = scope.prefix
    rows = connection.run(
        (
            'SELECT gid, owner, extract(epoch FROM pg_catalog.clock_timestamp() - prepared)'
            ' FROM pg_catalog.pg_prepared_xacts'
            f" WHERE pg_catalog.left(gid, {len(prefix)}) = '{prefix}' AND database = pg_catalog.current_database()"
        ).encode()
    )
    return tuple(_prepared(rows, scope))


def _prepared(rows: tuple[bytes, ...], scope: Scope) -> Iterator[Prepared]:
    for row in rows:
        gid, owner, age = _columns(row, 3)
        part = parse(_text(gid), scope)
        if part is not None:
            yield Prepared(part, _text(owner), float(age))


def anchor_of(connection: BackendConnection, name: Name) -> Anchor:
    """Whether the transaction that decides is still running. Raises ServerError, ServerLost."""
    return _anchor(_status(connection, name))


def seems_committed(connection: BackendConnection, name: Name) -> bool:
    """Whether a transaction with the anchor's number is; after a failover it may be another one.

    Raises ServerError, ServerLost.
    """
    return _status(connection, name) == _COMMITTED


def _status(connection: BackendConnection, name: Name) -> bytes:
    status = _STATUS.format(xid=name.xid)
    [row] = connection.run(f"SELECT coalesce({status}, '')".encode())
    [found] = _columns(row, 1)
    return found


def decisions(connection: BackendConnection, scope: Scope, age: float, skipped: int) -> Page:
    """Those that are at least so old, the oldest first, as far as this user may see them; but for the first ones.

    Raises ServerError, ServerLost.
    """
    xid = f"substring(pg_catalog.right(name, -{len(scope.prefix)}) FROM '{_XID}')::bigint"
    status = _STATUS.format(xid=xid)
    text = (
        'SELECT name, owner, verdict, participants,'
        " extract(epoch FROM pg_catalog.clock_timestamp() - decided_at), CASE verdict WHEN 'abort' THEN"
        f" coalesce({status}, '') ELSE '' END FROM pgdog_gevent.decision"
        f" WHERE pg_catalog.left(name, {len(scope.prefix)}) = '{scope.prefix}'"
        ' AND pg_catalog.isfinite(decided_at)'
        f" AND decided_at <= pg_catalog.clock_timestamp() - interval '{age:.3f} seconds'"
        f' ORDER BY decided_at, name, owner LIMIT {MOST} OFFSET {skipped}'
    )
    rows = connection.run(text.encode())
    return Page(tuple(_decisions(rows, scope)), len(rows))


def _decisions(rows: tuple[bytes, ...], scope: Scope) -> Iterator[Decision]:
    for row in rows:
        text, owner, verdict, participants, age, status = _columns(row, 6)
        name = parse_name(_text(text), scope)
        if name is not None and _SHARDS.fullmatch(participants):
            shards = frozenset(int(shard) for shard in participants[1:-1].split(b',') if shard)
            yield Decision(name, _text(owner), Verdict(verdict.decode()), shards, float(age), _anchor(status))


def forget(connection: BackendConnection, user: str, decisions: Collection[Decision]) -> None:
    """Remove those that nobody needs any more. Who sees those of others may remove them.

    Raises ServerError, ServerLost.
    """
    own = ', '.join(f"'{each.name.text}'" for each in decisions if each.owner == user)
    if own:
        connection.run(f'SELECT pgdog_gevent.forget(ARRAY[{own}])'.encode())
    others = [each for each in decisions if each.owner != user]
    if others:
        _forget_of_others(connection, others)


def _forget_of_others(connection: BackendConnection, decisions: Collection[Decision]) -> None:
    keys = ', '.join(f"('{each.name.text}', {quote_literal(each.owner)})" for each in decisions)
    connection.run(f'DELETE FROM pgdog_gevent.decision WHERE (name, owner) IN ({keys})'.encode())


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
