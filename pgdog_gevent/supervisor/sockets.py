"""Where clients connect to several processes at once.

Each worker listens at the same address with a socket of its own, and the kernel deals connections out. The address is
the supervisor's from the start to the end: it has a socket there too, which does not listen.
"""

import os
import socket
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from gevent.monkey import get_original
from gevent.socket import socket as gevent_socket

from pgdog_gevent.config.settings import General
from pgdog_gevent.daemon import Sockets, unix_place
from pgdog_gevent.net.dial import BACKLOG
from pgdog_gevent.net.unix_socket import UnixSocket
from pgdog_gevent.observe.http import HEALTH_HOST

_make_socket: Final = get_original('socket', 'socket')


class Reserved:
    """An address that is ours."""

    def __init__(self, host: str, port: int) -> None:
        """Raises OSError, such as for an address where another program listens."""
        self._family = socket.AF_INET6 if ':' in host else socket.AF_INET
        address = '' if host == '*' else host, port
        if port:
            # With SO_REUSEPORT nobody would refuse us, and we would share the other's clients.
            self._bound(address, alone=True).close()
        self._socket = self._bound(address, alone=False)

    @property
    def port(self) -> int:
        port: int = self._socket.getsockname()[1]
        return port

    def listen(self) -> gevent_socket:
        """Return a socket of this process that listens here. Raises OSError."""
        with closing(self._bound(self._socket.getsockname(), alone=False)) as bound:
            bound.listen(BACKLOG)
            return gevent_socket(fileno=bound.detach())

    def close(self) -> None:
        self._socket.close()

    def _bound(self, address: tuple[object, ...], *, alone: bool) -> socket.socket:
        bound: socket.socket = _make_socket(self._family, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if not alone:
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            bound.bind(address)
        except BaseException:
            bound.close()
            raise
        return bound


@dataclass(frozen=True, slots=True)
class Premises:
    """All places where clients come in: TCP or what systemd has opened, a Unix socket, HTTP."""

    port: int
    clients: Reserved | int
    """An int is the descriptor of a socket that listens, from systemd."""
    unix: UnixSocket | None
    metrics: Reserved | None
    health: Reserved | None

    @classmethod
    def take(cls, general: General, inherited: int | None) -> 'Premises':
        """Make all of them ours. Raises OSError."""
        clients = Reserved(general.host, general.port) if inherited is None else inherited
        port = clients.port if isinstance(clients, Reserved) else _port(clients)
        metrics = health = None
        if general.openmetrics_port is not None:
            metrics = Reserved(general.openmetrics_host, general.openmetrics_port)
        if general.healthcheck_port is not None:
            health = Reserved(HEALTH_HOST, general.healthcheck_port)
        place = unix_place(general)
        unix = None if place is None else UnixSocket(place, port or general.port)
        return cls(port, clients, unix, metrics, health)

    def listen(self) -> Sockets:
        """Open the sockets of a worker, which from now on has no others. Raises OSError."""
        clients = self.clients
        return Sockets(
            clients=clients.listen() if isinstance(clients, Reserved) else gevent_socket(fileno=clients),
            unix=None if self.unix is None else self.unix.socket,
            metrics=None if self.metrics is None else self.metrics.listen(),
            health=None if self.health is None else self.health.listen(),
        )

    def leave(self) -> None:
        """Let nobody else in."""
        if self.unix is not None:
            self.unix.remove()
        if isinstance(self.clients, Reserved):
            self.clients.close()
        else:
            os.close(self.clients)


def _port(descriptor: int) -> int:
    """The TCP port of a socket; 0 if it has none."""
    with closing(_make_socket(fileno=os.dup(descriptor))) as listening:
        address = listening.getsockname()
        return address[1] if isinstance(address, tuple) else 0
