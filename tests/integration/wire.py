"""A client that sends bytes and collects frames, and understands as little as possible."""

import os
import socket
import struct
from types import TracebackType
from typing import Self

import psycopg

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from tests.integration.proxy import RunningProxy

PATIENCE = 20.0
RESET = struct.pack('ii', 1, 0)
"""SO_LINGER that makes ``close`` send RST instead of FIN."""


class Wire:
    """A connection that psycopg has logged in, from then on used bare."""

    def __init__(self, dsn: str) -> None:
        self._connection = psycopg.connect(dsn, autocommit=True, sslmode='disable', gssencmode='disable')
        self._socket = socket.socket(fileno=socket.dup(self._connection.fileno()))
        self._socket.settimeout(PATIENCE)
        self._received = b''

    @classmethod
    def to_cluster(cls, cluster: Cluster, database: str) -> Self:
        return cls(cluster.dsn(database, SUPERUSER, PASSWORD))

    @classmethod
    def to_proxy(cls, proxy: RunningProxy) -> Self:
        return cls(proxy.dsn(SUPERUSER, PASSWORD, 'app'))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        self._connection.close()

    def leave(self, *, reset: bool) -> None:
        """Go without a word: with RST, or with FIN."""
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, self._connection.fileno())  # So that psycopg does not say goodbye.
        os.close(nothing)
        if reset:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._socket.close()
        self._connection.close()

    def send(self, message: bytes) -> None:
        self._socket.sendall(message)

    def read_until(self, code: int) -> list[tuple[int, bytes]]:
        """Frames up to one with this code."""
        frames: list[tuple[int, bytes]] = []
        while not frames or frames[-1][0] != code:
            while (frame := self._take()) is None:
                received = self._socket.recv(65_536)
                assert received, f'closed after {frames}'
                self._received += received
            frames.append(frame)
        return frames

    def read_to_end(self) -> list[tuple[int, bytes]]:
        """All frames until the other side closes."""
        while received := self._socket.recv(65_536):
            self._received += received
        frames: list[tuple[int, bytes]] = []
        while (frame := self._take()) is not None:
            frames.append(frame)
        assert not self._received, 'closed in the middle of a frame'
        return frames

    def skip_to_end(self) -> None:
        """Read and forget until the other side closes."""
        while self._socket.recv(65_536):
            pass

    def _take(self) -> tuple[int, bytes] | None:
        if len(self._received) < 5:
            return None
        code, length = struct.unpack_from('!BI', self._received)
        if len(self._received) < length + 1:
            return None
        body, self._received = self._received[5 : length + 1], self._received[length + 1 :]
        return code, body
