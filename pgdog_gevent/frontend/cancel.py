"""Cancel keys: which session a CancelRequest speaks of."""

import secrets
from collections.abc import Iterator
from hmac import compare_digest
from typing import Final, Protocol

from gevent import Greenlet

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.errors import DeadlockDetected
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.observe.snapshot import ClientView

_KEY_SIZE: Final = 4
_LONG_KEY_SIZE: Final = 32
"""Since protocol 3.2."""
HIGHEST_NUMBER: Final = 0x7FFFFFFF
"""Of those that a client can be given: drivers take it for an Int32."""


class LiveSession(Protocol):
    """What others can do with the session of a client."""

    client: Client
    cluster: Cluster

    def cancel(self) -> 'Greenlet[..., None] | None':
        """Cancel what the client waits for, without waiting; what is returned ends when it can hit nothing later."""

    def end(self, reason: str) -> None:
        """End the session when nothing is under way."""

    def check_time(self, now: float) -> None:
        """End what takes longer than it may, at ``now`` in ``monotonic`` seconds, unless somebody else sees to that.

        Does not wait.
        """

    @property
    def holdings(self) -> Holdings | None:
        """The connections of several shards, if it may hold any."""

    def end_deadlock(self, error: DeadlockDetected) -> None:
        """Have what its client waits for fail, without waiting."""

    def view(self) -> ClientView:
        """A row of SHOW CLIENTS."""


def all_numbers() -> Iterator[int]:
    """The numbers that clients can be given, from 1 on and round again."""
    while True:
        yield from range(1, HIGHEST_NUMBER + 1)


class Sessions:
    """All sessions, by the number that their clients know as the server's process id."""

    def __init__(self, numbers: Iterator[int]) -> None:
        """``numbers`` come round again at some time, and never end."""
        self._sessions: dict[int, LiveSession] = {}
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._sessions)

    def __iter__(self) -> Iterator[LiveSession]:
        return iter(tuple(self._sessions.values()))

    def new_id(self) -> int:
        """A number that no living session has."""
        return next(number for number in self._numbers if number not in self._sessions)

    def add(self, session: LiveSession) -> None:
        self._sessions[session.client.id] = session

    def remove(self, session: LiveSession) -> None:
        self._sessions.pop(session.client.id, None)

    def cancel(self, session_id: int, secret: bytes) -> None:
        """Cancel what a session is doing, if ``secret`` is its own. A wrong one has no effect and no answer.

        Returns when the cancel hits nothing any more, so that, as in PostgreSQL, the client who has seen us close may
        send its next query.
        """
        session = self._sessions.get(session_id)
        if session is not None and compare_digest(session.client.secret, secret):
            sent = session.cancel()
            if sent is not None:
                sent.join()


def new_secret(minor: int) -> bytes:
    """A cancel key for a client that speaks protocol 3.``minor``."""
    return secrets.token_bytes(_LONG_KEY_SIZE if minor >= 2 else _KEY_SIZE)
