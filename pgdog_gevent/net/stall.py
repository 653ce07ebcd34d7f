"""For how long a peer has taken nothing of what there is for it."""

import _socket
import fcntl
import struct
import termios
from collections.abc import Callable
from time import monotonic
from typing import Final

from pgdog_gevent.net.deadline import Deadline

_LOOKS: Final = 4
"""How often, within the limit, the kernel is asked what it still has. A socket is writable again only when a third of
its buffer is free, and a slow peer may take longer for that."""


class Stall:
    """Begins when a socket has no more room."""

    def __init__(self, socket: _socket.socket, limit: float | None) -> None:
        self.limit = limit
        self._socket = socket
        self.relieve()

    def relieve(self) -> None:
        """The peer has taken something: its time begins anew."""
        self._since = monotonic()
        self._queued = _queued(self._socket)

    def wait(self, ready: Callable[[], object]) -> bool:
        """Wait until ``ready`` returns; false if the peer has taken nothing within the limit."""
        if self.limit is None:
            ready()
            return True
        while (left := self._since + self.limit - monotonic()) > 0:
            with Deadline(min(left, self.limit / _LOOKS)):
                ready()
                return True
            if _queued(self._socket) < self._queued:
                self.relieve()
        return False


def _queued(socket: _socket.socket) -> int:
    """Bytes that the kernel has and the peer's has not; 0 where the system does not say. See tcp(7), SIOCOUTQ."""
    try:
        answer = fcntl.ioctl(socket, termios.TIOCOUTQ, bytes(struct.calcsize('i')))
    except OSError:
        return 0
    queued: int = struct.unpack('i', answer)[0]
    return queued
