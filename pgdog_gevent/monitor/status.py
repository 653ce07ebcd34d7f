"""What the monitor asks a server, to know what it is at the moment and how far it has come.

All names are qualified and there are no operators, so that nobody's ``search_path`` changes what is asked. Any role may
ask. What it is not told is left out.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection, ServerError
from pgdog_gevent.backend.host import Status
from pgdog_gevent.errors import ServerViolation
from pgdog_gevent.protocol.rows import decode_row

_ACCESS_RULES: Final = '42'
"""Class of the SQLSTATEs 'insufficient privilege' and 'undefined function'."""
_NOT_SUPPORTED: Final = '0A'


class Part(Enum):
    """What a managed service may keep to itself. The value is the function or the view that tells it."""

    SYSTEM_IDENTIFIER = 'pg_control_system()'
    TIMELINE_WRITTEN = 'pg_walfile_name(pg_lsn)'
    TIMELINE_RECEIVED = 'pg_stat_wal_receiver'
    TIMELINE_RECOVERED = 'pg_control_recovery()'
    TIMELINE_OF_CHECKPOINT = 'pg_control_checkpoint()'


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Which question a server answers."""

    aurora: bool = False
    parts: frozenset[Part] = frozenset(Part)


# A primary's own file name tells its timeline: what pg_control_checkpoint() tells is the old one after a promotion,
# until there has been a checkpoint.
_COLUMNS: Final = {
    Part.SYSTEM_IDENTIFIER: '(SELECT system_identifier FROM pg_catalog.pg_control_system())',
    Part.TIMELINE_WRITTEN:
        'CASE WHEN NOT asked.standby THEN pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_flush_lsn()) END',
    Part.TIMELINE_RECEIVED: '(SELECT received_tli FROM pg_catalog.pg_stat_wal_receiver)',
    Part.TIMELINE_RECOVERED: '(SELECT min_recovery_end_timeline FROM pg_catalog.pg_control_recovery())',
    Part.TIMELINE_OF_CHECKPOINT: '(SELECT timeline_id FROM pg_catalog.pg_control_checkpoint())',
}  # fmt: skip

# What is volatile stays in its subquery: asked once, so that a promotion in between is not seen by halves.
_QUESTION: Final = """
SELECT asked.standby, pg_catalog.pg_wal_lsn_diff(
        CASE WHEN asked.standby
             THEN COALESCE(pg_catalog.pg_last_wal_replay_lsn(), pg_catalog.pg_last_wal_receive_lsn())
             ELSE pg_catalog.pg_current_wal_flush_lsn() END, '0/0'),
    pg_catalog.date_part('epoch', pg_catalog.pg_last_xact_replay_timestamp()),
    {columns}
FROM (SELECT pg_catalog.pg_is_in_recovery()) AS asked (standby)
"""
_AURORA_QUESTION: Final = b'SELECT pg_catalog.pg_is_in_recovery()'


def find_out(connection: BackendConnection) -> Capabilities:
    """Ask a server which question it answers, once for all connections of the role. Raises ServerError, ServerLost.

    It may refuse what its own catalog allows: then it is asked for nothing that is not needed.
    """
    aurora, *allowed = _flags(_row(connection, _RIGHTS), 1 + len(Part))
    if aurora:
        return Capabilities(aurora=True, parts=frozenset())
    known = Capabilities(parts=frozenset(part for part, may in zip(Part, allowed, strict=True) if may))
    try:
        ask(connection, known)
    except ServerError as error:
        if error.sqlstate[:2] not in (_ACCESS_RULES, _NOT_SUPPORTED):
            raise
        return Capabilities(parts=frozenset())
    return known


def _right(part: Part) -> str:
    if part.value.endswith(')'):
        return f"pg_catalog.has_function_privilege(pg_catalog.to_regprocedure('pg_catalog.{part.value}'), 'EXECUTE')"
    return f"pg_catalog.has_table_privilege(pg_catalog.to_regclass('pg_catalog.{part.value}'), 'SELECT')"


_IS_AURORA: Final = "SELECT pg_catalog.to_regproc('pg_catalog.aurora_version') IS NOT NULL"
_RIGHTS: Final = ', '.join((_IS_AURORA, *map(_right, Part))).encode()
"""Whether it is Aurora, and may be asked for each of the parts; NULL: there is no such thing."""


def ask(connection: BackendConnection, known: Capabilities) -> Status:
    """Ask a server what it is now. Raises ServerError, ServerLost.

    A ServerError may mean that it does not answer any more what it answered when it was found out.
    """
    if known.aurora:
        [in_recovery] = _flags(_row(connection, _AURORA_QUESTION), 1)
        return Status(in_recovery, aurora=True)
    return decode(_row(connection, question(known)))


def question(known: Capabilities) -> bytes:
    """The SQL that a server answers with one row, for ``decode``."""
    columns = (_COLUMNS[part] if part in known.parts else 'NULL' for part in Part)
    return _QUESTION.format(columns=', '.join(columns)).encode()


def decode(row: bytes) -> Status:
    """Read a server's answer. Raises ServerViolation if it is none, ProtocolViolation if it is cut short."""
    standby, lsn, replayed_at, system_identifier, walfile, *timelines = _texts(row, 3 + len(Part))
    in_recovery = standby == 't'
    try:
        # The name of a WAL file begins with its timeline.
        timeline = max(int(each or '0') for each in timelines) if in_recovery else int(walfile[:8] or '0', 16)
        return Status(
            in_recovery=in_recovery,
            lsn=int(lsn or '0'),
            timeline=timeline,
            system_identifier=system_identifier,
            replayed_at=float(replayed_at) if in_recovery and replayed_at else None,
        )
    except ValueError:
        raise ServerViolation('the server answers something else than was asked for') from None


def _row(connection: BackendConnection, sql: bytes) -> bytes:
    rows = connection.run(sql)
    if len(rows) != 1:
        raise ServerViolation('the server answers with several rows, or none')
    return rows[0]


def _flags(row: bytes, count: int) -> list[bool]:
    return [text == 't' for text in _texts(row, count)]


def _texts(row: bytes, count: int) -> list[str]:
    """The columns, NULL as empty text."""
    columns = ['' if column is None else column.decode(errors='replace') for column in decode_row(row)]
    if len(columns) != count:
        raise ServerViolation('the server answers with other columns than were asked for')
    return columns
