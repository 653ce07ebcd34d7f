"""Why a commit in two phases does not come about."""

from pgdog_gevent import sqlstate
from pgdog_gevent.errors import ProxyError


class TwoPhaseUnavailable(ProxyError):
    """A shard cannot take part in a commit in two phases; nothing has been prepared."""

    sqlstate = sqlstate.OBJECT_NOT_IN_PREREQUISITE_STATE


class AbortedByRecovery(ProxyError):
    """A commit in two phases took so long that somebody else has taken it for abandoned; all of it is rolled back."""

    sqlstate = sqlstate.SERIALIZATION_FAILURE

    def __init__(self) -> None:
        super().__init__(
            'the transaction has been rolled back on all shards: its commit took longer than two_phase_commit_grace',
            hint='Repeat the transaction.',
        )


class RolledBack(ProxyError):
    """A server was lost before anybody could commit: it is known that nothing is."""

    sqlstate = sqlstate.CONNECTION_FAILURE

    def __init__(self, reason: str) -> None:
        super().__init__('the transaction has been rolled back on all shards, because one was lost', detail=reason)
