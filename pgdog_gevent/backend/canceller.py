"""CancelRequests for one server connection: one at a time, each for the request that is in flight when it is asked for.

PostgreSQL closes the connection of a CancelRequest after it has sent its signal, and a signal that finds no query is
forgotten before the next one is looked at. So whoever has seen the close knows that nothing comes after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import gevent
from gevent import Greenlet


@dataclass(frozen=True, slots=True)
class CancelKey:
    """What a CancelRequest to the server must show."""

    pid: int
    secret: bytes

    @property
    def given(self) -> bool:
        """Whether the server gave one; poolers in the cloud may not."""
        return bool(self.pid and self.secret)


class Instead(NamedTuple):
    """The body of an ErrorResponse, for the request that was sent at a moment."""

    request_at: float
    error: bytes


class Canceller:
    """Sends CancelRequests by ``send``, which says whether the server has done with it.

    While one is under way, those that are asked for are one more: a second adds nothing to it.
    """

    __slots__ = ('_next', '_running', '_send', '_wanted', 'asked', 'instead', 'unsure')

    def __init__(self, send: Callable[[], bool]) -> None:
        self._send = send
        self._wanted: Callable[[], bool] = bool
        self._running: Greenlet[..., None] | None = None
        self._next: Greenlet[..., None] | None = None
        self.asked = 0
        """How often since ``forget``."""
        self.instead: Instead | None = None
        """What the client is told in the place of the server's words, if it is canceled."""
        self.unsure = False
        """What was sent may still arrive, and nobody will know when."""

    def request(self, wanted: Callable[[], bool]) -> 'Greenlet[..., None]':
        """Send a CancelRequest, unless it is not ``wanted`` any more when its turn comes.

        Does not wait. Once the greenlet that is returned has ended, it hits nothing any more.
        """
        self.asked += 1
        self._wanted = wanted
        if self._next is None:
            self._next = gevent.spawn(self._send_after, self._running)
        return self._next

    def _send_after(self, previous: 'Greenlet[..., None] | None') -> None:
        if previous is not None:
            previous.join()
        self._running, self._next = self._next, None
        if not self._wanted():
            return
        done = False
        try:
            done = self._send()
        finally:
            self.unsure = self.unsure or not done

    def join(self) -> None:
        """Wait until nothing is under way."""
        last = self._next or self._running
        if last is not None:
            last.join()

    def forget(self) -> None:
        """The server has answered something since, and nothing was under way."""
        self._running = None
        self.asked = 0
        self.instead = None
