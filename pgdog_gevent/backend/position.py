"""Where in the WAL a server is at the moment."""

from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.errors import ServerViolation
from pgdog_gevent.protocol.rows import decode_row

# How long the segments and pages of the WAL are is for whoever makes the cluster, and PostgreSQL itself, to say.
_ASK: Final = (
    b"SELECT at.lsn OPERATOR(pg_catalog.-) '0/0'::pg_catalog.pg_lsn,"
    b' (pg_catalog.pg_walfile_name_offset(at.lsn)).file_offset,'
    b" pg_catalog.current_setting('wal_block_size')"
    b' FROM (SELECT pg_catalog.pg_current_wal_insert_lsn()) AS at (lsn)'
)
_SHORT_HEADER: Final = 24
_LONG_HEADER: Final = 40
"""Bytes at the beginning of each page, and of each segment, that belong to no record."""


def of(connection: BackendConnection) -> int:
    """The end of the last record that the server, a primary, has written; in bytes.

    Also if it has not been flushed yet, with ``synchronous_commit`` off. Raises ServerError, ServerLost.
    """
    rows = connection.run(_ASK)
    values = decode_row(rows[0]) if rows else ()
    if len(values) != 3 or not all(value is not None and value.isdigit() for value in values):
        raise ServerViolation('the server does not say where in the WAL it is')
    lsn, offset, page_size = (int(value or b'') for value in values)
    return end_of_record(lsn, offset, page_size)


def end_of_record(insert_lsn: int, offset: int, page_size: int) -> int:
    """Where the last record ends, which is before the header of a page if nothing is behind that yet.

    ``offset`` is that of the LSN in its segment. A standby says that it has replayed to the end of a record, and would
    never come to what is behind the header.
    """
    in_page = offset % page_size
    header = _LONG_HEADER if offset < page_size else _SHORT_HEADER
    return insert_lsn - in_page if in_page == header else insert_lsn
