"""What a session still has that lives in one server connection: the server itself is asked.

The proxy sees that something may have been left, but only PostgreSQL knows how many locks an ``pg_try_advisory_lock``
has got, or whether the temporary table has gone with a rolled-back savepoint.
"""

from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.errors import ServerViolation
from pgdog_gevent.protocol.rows import decode_row

# Everything is named by its schema: the client may have put others first in its search_path.
_LEFTOVERS: Final = (
    rb"SELECT pg_catalog.concat_ws(', '"
    rb", CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype OPERATOR(pg_catalog.=) 'advisory'"
    rb" AND pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()) THEN 'session advisory locks' END"
    rb", CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_depend WHERE refobjid OPERATOR(pg_catalog.=)"
    rb" pg_catalog.pg_my_temp_schema() AND refclassid OPERATOR(pg_catalog.=) 2615::pg_catalog.oid)"
    rb" THEN 'temporary objects' END"
    rb", CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_cursors WHERE is_holdable) THEN 'cursors WITH HOLD' END"
    rb", CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_listening_channels()) THEN 'LISTEN' END"
    rb", CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_prepared_statements WHERE name OPERATOR(pg_catalog.!~)"
    rb" '^__pgdog_[0-9]+$') THEN 'prepared statements' END)"
)


def leftovers(connection: BackendConnection) -> str:
    """What this session has that only its client may end; empty if it has nothing.

    The connection must be between transactions. Raises ServerError, ServerLost, ProtocolViolation.
    """
    match [decode_row(row) for row in connection.run(_LEFTOVERS)]:
        case [(bytes(names),)]:
            return names.decode()
        case _:
            raise ServerViolation('the server does not say what the session has left')
