"""Two ends of a connection inside this process, plain or in TLS."""

import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import Enum

import gevent
from gevent import socket as gevent_socket

from pgdog_gevent.net.link import CLIENT, SERVER, Peer
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol import frames
from tests.fakes.certificates import Certificates


class Kind(Enum):
    """How the two ends speak."""

    PLAIN = 'plain'
    TLS = 'TLS'
    TLS_1_2 = 'TLS 1.2'


@dataclass(frozen=True, slots=True)
class Ends:
    """``near`` takes its peer for a client, ``far`` for a server."""

    near: Stream
    far: Stream


def turn() -> None:
    """Give everything that can run now the time to run; for what must not happen.

    A timer, however short, has the loop look at its sockets; ``sleep(0)`` would not.
    """
    gevent.sleep(0.001)


def until(happened: Callable[[], bool]) -> None:
    """Let others run until something that must happen has happened."""
    while not happened():
        turn()


def frame(letter: str, body: bytes = b'') -> bytes:
    return frames.encode(ord(letter), body)


def codes(letters: str) -> frozenset[int]:
    return frozenset(map(ord, letters))


def say(stream: Stream, *messages: bytes) -> None:
    for message in messages:
        stream.write(message)
    stream.flush()


@contextmanager
def raw_ends(peer: Peer = CLIENT) -> Iterator[tuple[Stream, gevent_socket.socket]]:
    """A stream, and a socket at its other end that says just what it is told to."""
    one, other = socket.socketpair()
    with closing(Stream(one, peer)) as stream, gevent_socket.socket(fileno=other.detach()) as far:
        yield stream, far


@contextmanager
def ends(kind: Kind, certificates: Certificates) -> Iterator[Ends]:
    """Two streams; in TLS the far one is the client, as a proxy's client is."""
    one, other = socket.socketpair()
    with closing(Stream(one, CLIENT)) as near, closing(Stream(other, SERVER)) as far:
        if kind is not Kind.PLAIN:
            shake_hands(near, far, certificates, ssl.TLSVersion.TLSv1_2 if kind is Kind.TLS_1_2 else None)
        yield Ends(near, far)


def shake_hands(
    near: Stream, far: Stream, certificates: Certificates, newest: ssl.TLSVersion | None = None
) -> None:
    """Go on in TLS at both ends."""
    context = client_context(certificates)
    if newest is not None:
        context.maximum_version = newest
    accepting = gevent.spawn(near.start_tls, server_context(certificates), server_side=True)
    far.start_tls(context, server_side=False, server_hostname='localhost')
    accepting.get()


def server_context(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.server.certificate, certificates.server.key)
    return context


def client_context(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certificates.authority.certificate)
    return context


@contextmanager
def through_a_byte_by_byte_wire() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two sockets; what is sent into one comes out of the other, never more than one byte at a time."""
    one, one_inside = socket.socketpair()
    other, other_inside = socket.socketpair()
    left = gevent_socket.socket(fileno=one_inside.detach())
    right = gevent_socket.socket(fileno=other_inside.detach())
    carrying = [gevent.spawn(_carry, left, right), gevent.spawn(_carry, right, left)]
    try:
        yield one, other
    finally:
        gevent.killall(carrying)
        for end in (one, other, left, right):
            end.close()


def _carry(source: gevent_socket.socket, sink: gevent_socket.socket) -> None:
    for octet in _octets(source):
        sink.sendall(octet)
        gevent.sleep(0)


def _octets(source: gevent_socket.socket) -> Iterable[bytes]:
    while octet := source.recv(1):
        yield octet
