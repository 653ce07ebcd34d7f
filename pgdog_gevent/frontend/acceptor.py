"""Accepts connections, also when the process has no file descriptor left for them."""

import errno
import logging
from typing import Final

import gevent
from gevent.server import StreamServer
from gevent.socket import socket

log = logging.getLogger(__name__)

_EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_PAUSE: Final = 0.2
"""Seconds until the next attempt; the clients wait in the kernel's queue."""


class Acceptor(StreamServer):
    """A StreamServer that waits, and says so in a line, where gevent's own prints a traceback each time."""

    def do_read(self) -> tuple[socket, object] | None:  # type: ignore[override]  # None as in BaseServer
        """Accept one connection; ``None`` when there is none, or nothing to accept it with."""
        try:
            return super().do_read()
        except OSError as error:
            if error.errno not in _EXHAUSTED:
                raise
            log.warning('cannot accept connections: %s', error.strerror)
        self.stop_accepting()
        gevent.spawn_later(_PAUSE, self._go_on)
        return None

    def _go_on(self) -> None:
        if self.started:
            self.start_accepting()
