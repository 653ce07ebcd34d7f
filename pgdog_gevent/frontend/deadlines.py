"""How long a query may take, and a client say nothing: looked at now and then, for all sessions at once.

A timer for each query would cost more than many a query does.
"""

from collections.abc import Iterable
from time import monotonic
from typing import Final

from pgdog_gevent.config.settings import General
from pgdog_gevent.errors import IdleTimeout, QueryCanceled
from pgdog_gevent.frontend.cancel import LiveSession

_SHORTEST, _LONGEST = 0.02, 1.0
_LOOKS: Final = 20
"""How often there is a look at a session within the shortest limit."""


def overdue_query(limit: float) -> QueryCanceled:
    """What a query ends in after ``query_timeout``, in seconds."""
    return QueryCanceled(f'canceling statement due to query_timeout ({limit:g} s)')


def overdue_client(setting: str, limit: float) -> IdleTimeout:
    """What a session ends in whose client has been silent for as many seconds as a setting allows."""
    return IdleTimeout(f'terminating connection due to {setting} ({limit:g} s)')


def interval(general: General) -> float | None:
    """Seconds between two looks; ``None`` if there is nothing to look at."""
    limits = (general.query_timeout, general.client_idle_timeout, general.client_idle_in_transaction_timeout)
    shortest = min((limit for limit in limits if limit is not None), default=None)
    return None if shortest is None else min(max(shortest / _LOOKS, _SHORTEST), _LONGEST)


class Deadlines:
    """Has all sessions look at the clock."""

    def __init__(self, sessions: Iterable[LiveSession]) -> None:
        self._sessions = sessions

    def step(self) -> None:
        """Does not wait."""
        now = monotonic()
        for session in self._sessions:
            session.check_time(now)
