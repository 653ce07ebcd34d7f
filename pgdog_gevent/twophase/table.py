"""The table of decisions: whether it is there, can be used, and is safe to use."""

from enum import Enum
from importlib.resources import files
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection, ServerError
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.login import logged_in
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.twophase.decision import quote_literal

_NAME: Final = 'pgdog-gevent setup'
_LOCK: Final = b'SELECT pg_catalog.pg_advisory_xact_lock(7234083)'
"""Two who install at once would be in each other's way."""
# By OIDs, for who may not use the schema may not name what is in it. Who owns the table or its schema can have whoever
# uses it run what he likes, in a trigger: so only those may who can do as they like anyway.
_LOOK: Final = (
    'SELECT CASE'
    " WHEN c.relkind <> 'r' OR c.relhastriggers OR c.relhasrules OR NOT c.relrowsecurity OR EXISTS"
    ' (SELECT FROM pg_catalog.pg_roles r WHERE r.oid IN (c.relowner, n.nspowner) AND NOT r.rolsuper'
    ' AND r.rolname <> {login} AND r.oid <> (SELECT d.datdba FROM pg_catalog.pg_database d'
    " WHERE d.datname = pg_catalog.current_database())) THEN 'unsafe'"
    " WHEN pg_catalog.has_schema_privilege({login}, n.oid, 'USAGE')"
    " AND pg_catalog.has_table_privilege({login}, c.oid, 'INSERT')"
    " AND pg_catalog.has_table_privilege({login}, c.oid, 'SELECT') THEN 'ready' ELSE 'denied' END"
    ' FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace'
    " WHERE n.nspname = 'pgdog_gevent' AND c.relname = 'decision'"
)
UNSAFE_HINT: Final = (
    'Give schema pgdog_gevent and table pgdog_gevent.decision to a superuser or to the owner of the database, and see '
    'that nothing has been added to the table; or drop it and run "pgdog-gevent setup".'
)


class Table(Enum):
    """What can be said of it."""

    MISSING = 'missing'
    READY = 'ready'
    DENIED = 'denied'
    """The user has not the rights."""
    UNSAFE = 'unsafe'
    """Somebody can have its users run what he likes."""


def look(connection: BackendConnection, login: str) -> Table:
    """See what it is for one user. Raises ServerError, ServerLost."""
    rows = connection.run(_LOOK.format(login=quote_literal(login)).encode())
    if not rows:
        return Table.MISSING
    [found] = decode_row(rows[0])
    return Table((found or b'').decode())


def install(pool: Pool, keys: KeyCache) -> None:
    """Make it on a connection of its own. Raises ServerError, ServerLost, ServerUnreachable."""
    with logged_in([pool.target], keys, _NAME) as connection:
        run_script(connection)


def run_script(connection: BackendConnection) -> None:
    """Make it, all in one transaction. Raises ServerError, ServerLost."""
    connection.run(b'BEGIN READ WRITE; SET LOCAL client_min_messages = warning; ' + _LOCK)
    try:
        connection.run(script())
    except ServerError:
        connection.run(b'ROLLBACK')
        raise
    connection.run(b'COMMIT')


def script() -> bytes:
    """The SQL that makes it."""
    return files(__package__).joinpath('decision.sql').read_bytes()
