"""Messages over a socket pair: each is a length and a pickled value. Both ends are ours, so pickle is safe."""

import _socket
import pickle
from collections.abc import Iterator
from struct import Struct
from typing import Final, Generic, TypeVar, cast

import gevent
from gevent.queue import SimpleQueue
from gevent.socket import socket as gevent_socket

from pgdog_gevent.supervisor.messages import Message

M = TypeVar('M')

_LENGTH: Final = Struct('!I')
_CHUNK: Final = 262_144
LIMIT: Final = 256_000_000
"""Bytes that may wait to be sent to somebody who does not read, and of one message."""


class Ended(Exception):
    """Who is at the other end is no more, or is given up."""


def encode(message: Message) -> bytes:
    """Write a message as it is sent."""
    octets = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(octets)) + octets


class Inbox(Generic[M]):
    """Puts messages together from pieces."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, octets: bytes) -> Iterator[M]:
        """Take what has come, and yield the messages that are whole now."""
        self._buffer += octets
        start = 0
        while (end := self._end(start)) <= len(self._buffer):
            message = cast(M, pickle.loads(memoryview(self._buffer)[start + _LENGTH.size : end].tobytes()))
            start = end
            yield message
        del self._buffer[:start]

    def _end(self, start: int) -> int:
        if len(self._buffer) < start + _LENGTH.size:
            return start + _LENGTH.size
        length: int = _LENGTH.unpack_from(self._buffer, start)[0]
        return start + _LENGTH.size + length


class Line(Generic[M]):
    """The supervisor's end: never waits. ``M`` is what the other end says."""

    def __init__(self, connection: _socket.socket) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._inbox: Inbox[M] = Inbox()
        self._outbox = bytearray()

    def fileno(self) -> int:
        return self._connection.fileno()

    @property
    def backlog(self) -> int:
        """Bytes that wait to be sent."""
        return len(self._outbox)

    def receive(self) -> list[M]:
        """Take what has come. Raises Ended."""
        try:
            octets = self._connection.recv(_CHUNK)
        except BlockingIOError:
            return []
        except OSError as error:
            raise Ended from error
        if not octets:
            raise Ended
        return list(self._inbox.feed(octets))

    def send(self, message: Message) -> None:
        """Send, now or when there is room. Raises Ended."""
        self._outbox += encode(message)
        self.flush()

    def flush(self) -> None:
        """Send as much of what waits as there is room for. Raises Ended."""
        try:
            while self._outbox:
                del self._outbox[: self._connection.send(self._outbox)]
        except BlockingIOError:
            if len(self._outbox) > LIMIT:
                raise Ended from None
        except OSError as error:
            raise Ended from error

    def close(self) -> None:
        self._connection.close()


class GreenLine(Generic[M]):
    """A worker's end: greenlets wait. ``M`` is what the other end says."""

    def __init__(self, connection: _socket.socket) -> None:
        self._connection = gevent_socket(fileno=connection.detach())
        self._inbox: Inbox[M] = Inbox()
        self._outbox: SimpleQueue[bytes] = SimpleQueue()
        gevent.spawn(self._write)

    def messages(self) -> Iterator[M]:
        """Yield what comes, until the other end is gone."""
        while octets := self._receive():
            yield from self._inbox.feed(octets)

    def send(self, message: Message) -> None:
        """Have a message sent; does not wait. What is sent to one who is gone is lost."""
        self._outbox.put(encode(message))

    def _receive(self) -> bytes:
        try:
            return self._connection.recv(_CHUNK)
        except OSError:
            return b''

    def _write(self) -> None:
        while True:
            octets = self._outbox.get()
            while not self._outbox.empty():
                octets += self._outbox.get()
            try:
                self._connection.sendall(octets)
            except OSError:
                return
