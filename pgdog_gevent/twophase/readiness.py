"""Whether a server can take part in a commit in two phases: found out before anything is prepared, once for each."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.errors import ProxyError
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.twophase.participant import Participant
from pgdog_gevent.twophase.refusal import TwoPhaseUnavailable
from pgdog_gevent.twophase.table import UNSAFE_HINT, Table, install, look

_PATIENCE: Final = 10.0
"""Seconds for the installation on one shard."""
_PLACES: Final = b"SELECT pg_catalog.current_setting('max_prepared_transactions')::int4 > 0"
_YES: Final = (b't',)
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
        [can_prepare] = participant.connection.run(_PLACES)
        shard, login = participant.shard, participant.login
        if decode_row(can_prepare) != _YES:
            raise TwoPhaseUnavailable(
                f'shard {shard} cannot commit in two phases: its server has no place for prepared transactions',
                hint='Set max_prepared_transactions there to at least max_connections, and restart the server.',
            )
        match look(participant.connection, login):
            case Table.MISSING:
                self._install(participant)
            case Table.DENIED:
                raise TwoPhaseUnavailable(
                    f'shard {shard} cannot commit in two phases: user "{login}" may not use table '
                    'pgdog_gevent.decision',
                    hint=_SETUP_HINT,
                )
            case Table.UNSAFE:
                raise TwoPhaseUnavailable(
                    f'shard {shard} cannot commit in two phases: table pgdog_gevent.decision or its schema belongs to '
                    f'somebody who is neither superuser nor owner of the database nor "{login}", or has been changed',
                    hint=UNSAFE_HINT,
                )
            case Table.READY:
                pass

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
