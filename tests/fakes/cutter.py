"""A way to a server that can be cut: before, or after, a message that is counted."""

import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from pgdog_gevent.demo.ports import LOOPBACK

_NO_STARTUP = tuple(code.to_bytes(4, 'big') for code in (80877103, 80877104))
"""Codes of SSLRequest and GSSENCRequest, after which a StartupMessage comes."""


class Cutter:
    """Passes on what comes to ``port``; a context manager.

    When it is armed, it cuts the connection that brings the message which is to be its end, and is disarmed.
    """

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._listening = socket.create_server((LOOPBACK, 0), backlog=100)
        self._lock = threading.Lock()
        self._countdown = -1
        self._delivers = False
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        port: int = self._listening.getsockname()[1]
        return port

    @property
    def armed(self) -> bool:
        return self._countdown >= 0

    def arm(self, messages: int, *, delivers: bool) -> None:
        """Pass on so many messages, and cut at the next one; ``delivers``: the server gets that as well."""
        with self._lock:
            self._countdown, self._delivers = messages, delivers

    def disarm(self) -> None:
        self._countdown = -1

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in (self._listening, *self._sockets):
            _shut(each)
        for thread in self._threads:
            thread.join(5)
        for each in (self._listening, *self._sockets):
            each.close()

    def _start(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near = self._listening.accept()[0]
            except OSError:
                return
            self._sockets.append(near)
            try:
                far = socket.create_connection(self._to)
            except OSError:
                _shut(near)
                continue
            self._sockets.append(far)
            self._start(self._forward, near, far)
            self._start(self._back, near, far)

    def _back(self, near: socket.socket, far: socket.socket) -> None:
        try:
            while received := far.recv(65_536):
                near.sendall(received)
        except OSError:
            pass
        _shut(near)

    def _forward(self, near: socket.socket, far: socket.socket) -> None:
        try:
            while (packet := _packet(near))[4:8] in _NO_STARTUP:
                far.sendall(packet)
            far.sendall(packet)
            while not self._cuts(message := _read(near, 1) + _packet(near)):
                far.sendall(message)
            if self._delivers:
                _shut(near)
                far.sendall(message)
        except OSError:
            pass
        _shut(near)
        _shut(far, socket.SHUT_WR)  # The server does what it has been sent.

    def _cuts(self, message: bytes) -> bool:
        with self._lock:
            if self._countdown < 0 or message[:1] == b'X':
                return False
            self._countdown -= 1
            return self._countdown < 0


def _read(near: socket.socket, size: int) -> bytes:
    received = b''
    while len(received) < size:
        chunk = near.recv(size - len(received))
        if not chunk:
            raise ConnectionResetError
        received += chunk
    return received


def _packet(near: socket.socket) -> bytes:
    """What comes after the code of a message, if it has one."""
    length = _read(near, 4)
    return length + _read(near, int.from_bytes(length, 'big') - 4)


def _shut(each: socket.socket, how: int = socket.SHUT_RDWR) -> None:
    try:
        each.shutdown(how)
    except OSError:
        return
