"""Whether a server can take part in a commit in two phases: found out before anything is prepared, once for each."""

from collections.abc import Iterable
from importlib.resources import files
from typing import Final, NamedTuple

from pgdog_gevent.backend.connection import BackendConnection, ServerError
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.login import log_in, terminate
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.errors import ProxyError
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.twophase.decision import quote_literal
from pgdog_gevent.twophase.participant import Participant
from pgdog_gevent.twophase.refusal import TwoPhaseUnavailable

_NAME: Final = 'pgdog-gevent setup'
_PATIENCE: Final = 10.0
"""Seconds for the installation on one shard."""
_LOCK: Final = b'SELECT pg_catalog.pg_advisory_xact_lock(7234083)'
"""Two who install at once would be in each other's way."""
# Of the one who has logged in: what is set for the transaction does not count when it is committed. By OIDs, for who
# may not use the schema may not name what is in it.
_READY: Final = (
    "SELECT pg_catalog.current_setting('max_prepared_transactions')::int4 > 0,"
    " (SELECT pg_catalog.has_schema_privilege({login}, n.oid, 'USAGE')"
    " AND pg_catalog.has_table_privilege({login}, c.oid, 'INSERT')"
    " AND pg_catalog.has_table_privilege({login}, c.oid, 'SELECT')"
    " AND pg_catalog.has_table_privilege({login}, c.oid, 'DELETE')"
    ' FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace'
    " WHERE n.nspname = 'pgdog_gevent' AND c.relname = 'decision')"
)
_SETUP_HINT: Final = 'Run "pgdog-gevent setup" as a user who may create schemas there.'


class Seen(NamedTuple):
    """A server, a database there, and who has logged in."""

    server: str
    database: str
    login: str


class Readiness:
    """Knows which servers have been found able. One for each process."""

    def __init__(self, keys: KeyCache) -> None:
        self._keys = keys
        self._able: set[Seen] = set()

    def check(self, participants: Iterable[Participant]) -> None:
        """Raise TwoPhaseUnavailable if one is not able, and cannot be made so; ServerError, ServerLost."""
        for participant in participants:
            seen = _seen(participant.pool)
            if seen not in self._able:
                self._look(participant)
                self._able.add(seen)

    def doubt(self, participants: Iterable[Participant]) -> None:
        """One of them has refused: they are looked at again."""
        self._able.difference_update(_seen(participant.pool) for participant in participants)

    def _look(self, participant: Participant) -> None:
        can_prepare, may_use = _ask(participant)
        if not can_prepare:
            raise TwoPhaseUnavailable(
                f'shard {participant.shard} cannot commit in two phases: its server has no place for prepared '
                'transactions',
                hint='Set max_prepared_transactions there to at least max_connections, and restart the server.',
            )
        if may_use is None:
            self._install(participant)
        elif not may_use:
            raise TwoPhaseUnavailable(
                f'shard {participant.shard} cannot commit in two phases: user "{participant.login}" may not use '
                'table pgdog_gevent.decision',
                hint=_SETUP_HINT,
            )

    def _install(self, participant: Participant) -> None:
        try:
            with Deadline(_PATIENCE):
                install(participant.pool, self._keys)
                return
        except ProxyError as error:
            raise TwoPhaseUnavailable(
                f'shard {participant.shard} cannot commit in two phases: it has no table pgdog_gevent.decision, and '
                f'user "{participant.login}" cannot make it',
                detail=error.message,
                hint=_SETUP_HINT,
            ) from None
        raise TwoPhaseUnavailable(
            f'shard {participant.shard}: making table pgdog_gevent.decision took more than {_PATIENCE:g} s',
            hint=_SETUP_HINT,
        )


def _seen(pool: Pool) -> Seen:
    target = pool.target
    return Seen(target.name, target.database, target.user)


def _ask(participant: Participant) -> tuple[bool, bool | None]:
    """Whether it has a place for prepared transactions, and may use the table; ``None``: there is no table."""
    [row] = participant.connection.run(_READY.format(login=quote_literal(participant.login)).encode())
    can_prepare, may_use = decode_row(row)
    return can_prepare == b't', None if may_use is None else may_use == b't'


def install(pool: Pool, keys: KeyCache) -> None:
    """Make the table on a connection of its own. Raises ServerError, ServerLost, ServerUnreachable."""
    connection = log_in([pool.target], keys, _NAME)
    try:
        run_script(connection)
        terminate(connection)
    finally:
        connection.stream.close()


def run_script(connection: BackendConnection) -> None:
    """Make the table, all in one transaction. Raises ServerError, ServerLost."""
    connection.run(b'BEGIN; SET LOCAL client_min_messages = warning; ' + _LOCK)
    try:
        connection.run(script())
    except ServerError:
        connection.run(b'ROLLBACK')
        raise
    connection.run(b'COMMIT')


def script() -> bytes:
    """The SQL that makes the table."""
    return files(__package__).joinpath('decision.sql').read_bytes()
