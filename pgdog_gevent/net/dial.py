"""Opening sockets, and the options that all of them get."""

import _socket
import socket as gevent_socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from pgdog_gevent.net.resolver import Resolver
from pgdog_gevent.protocol.unix_socket import socket_path

BACKLOG: Final = 4096
"""How many connections the kernel keeps until they are accepted."""


@dataclass(frozen=True, slots=True)
class TcpOptions:
    """``[tcp]`` of the configuration. Times in seconds; ``None`` leaves the system's own value."""

    keepalive: bool = True
    time: float | None = None
    interval: float | None = None
    retries: int | None = None
    user_timeout: float | None = None
    congestion_control: str | None = None

    def apply(self, socket: _socket.socket) -> None:
        """Set the options; TCP_NODELAY always, since a message that waits for another costs a round trip."""
        if socket.family == _socket.AF_UNIX:
            return
        socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        socket.setsockopt(_socket.SOL_SOCKET, _socket.SO_KEEPALIVE, self.keepalive)
        if sys.platform == 'linux':
            self._apply_linux(socket)

    def _apply_linux(self, socket: _socket.socket) -> None:
        whole_seconds = ((_socket.TCP_KEEPIDLE, self.time), (_socket.TCP_KEEPINTVL, self.interval))
        for option, seconds in whole_seconds:
            if seconds is not None:
                socket.setsockopt(_socket.IPPROTO_TCP, option, max(1, round(seconds)))
        if self.retries is not None:
            socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_KEEPCNT, self.retries)
        if self.user_timeout is not None:
            socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_USER_TIMEOUT, round(self.user_timeout * 1000))
        if self.congestion_control is not None:
            socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_CONGESTION, self.congestion_control.encode())


def dial(host: str, port: int, options: TcpOptions, resolver: Resolver) -> _socket.socket:
    """Connect to a server. A host that begins with ``/`` is the directory of its Unix socket, as in libpq.

    The addresses of a name are tried one after the other. Raises OSError, the last of them if there were several.
    Cooperates with the hub, name resolution included, when gevent has patched ``socket``.
    """
    if host.startswith('/'):
        connected = gevent_socket.socket(gevent_socket.AF_UNIX)
        try:
            connected.connect(socket_path(host, port))
        except BaseException:
            connected.close()
            raise
    else:
        connected = _connect_to_one(resolver.addresses(host), port)
    bare = take_over(connected)
    options.apply(bare)
    return bare


def _connect_to_one(addresses: Sequence[str], port: int) -> gevent_socket.socket:
    for address in addresses[:-1]:
        with suppress(OSError):
            return gevent_socket.create_connection((address, port))
    return gevent_socket.create_connection((addresses[-1], port))


def take_over(socket: gevent_socket.socket) -> _socket.socket:
    """The same connection as a bare socket, without gevent's two watchers."""
    family, kind, protocol = socket.family, socket.type, socket.proto
    return _socket.socket(family, kind, protocol, socket.detach())
