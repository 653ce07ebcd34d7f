"""Bytes on and off a socket, plain and in TLS, without waiting."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from pgdog_gevent.net.transport import PlainTransport, TlsTransport
from tests.fakes.certificates import Certificates
from tests.unit.net.ends import client_context, server_context


@dataclass(frozen=True, slots=True)
class Secured:
    """Both ends of a connection in TLS, and the sockets below them."""

    client: TlsTransport
    server: TlsTransport


@pytest.fixture
def sockets() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with closing(one), closing(other):
        one.setblocking(False)
        other.setblocking(False)
        yield one, other


@pytest.fixture
def secured(sockets: tuple[socket.socket, socket.socket], certificates: Certificates) -> Secured:
    """The handshake is over at both ends."""
    both = Secured(
        TlsTransport(sockets[0], client_context(certificates), False, 'localhost', b''),
        TlsTransport(sockets[1], server_context(certificates), True, None, b''),
    )
    waiting = {both.client, both.server}
    while waiting:
        for end in (both.client, both.server):
            if end in waiting and step(end):
                waiting.discard(end)
    with pytest.raises(BlockingIOError):
        both.client.receive()  # The session tickets of TLS 1.3.
    return both


def step(end: TlsTransport) -> bool:
    """Take in what has arrived, go one step, send what it asks for; say whether the handshake is done."""
    try:
        end.feed()
    except BlockingIOError:
        pass
    done, reply = end.handshake()
    if reply:
        end.socket.send(reply)
    return done


def send(end: TlsTransport, message: bytes) -> None:
    sealed = end.seal(message)
    assert end.socket.send(sealed) == len(sealed)


def test_plain_bytes_are_sent_and_received_as_they_are(sockets: tuple[socket.socket, socket.socket]) -> None:
    one, other = map(PlainTransport, sockets)
    assert one.socket.send(one.seal(b'abc')) == 3
    assert other.receive() == b'abc'
    assert one.session is None
    assert not other.pending


def test_plain_receiving_does_not_wait(sockets: tuple[socket.socket, socket.socket]) -> None:
    with pytest.raises(BlockingIOError):
        PlainTransport(sockets[0]).receive()


def test_plain_end_is_empty(sockets: tuple[socket.socket, socket.socket]) -> None:
    sockets[1].close()
    assert PlainTransport(sockets[0]).receive() == b''


def test_transport_knows_its_socket(sockets: tuple[socket.socket, socket.socket], secured: Secured) -> None:
    assert PlainTransport(sockets[0]).socket.fileno() == secured.client.socket.fileno() == sockets[0].fileno()


def test_sealed_bytes_come_out_as_they_were(secured: Secured) -> None:
    send(secured.client, b'hello')
    assert secured.server.receive() == b'hello'
    send(secured.server, b'world')
    assert secured.client.receive() == b'world'


def test_sealed_bytes_do_not_show_what_they_say(secured: Secured) -> None:
    assert b'secret' not in secured.client.seal(b'secret')


def test_secured_receiving_does_not_wait(secured: Secured) -> None:
    with pytest.raises(BlockingIOError):
        secured.server.receive()


def test_several_records_are_received_at_once(secured: Secured) -> None:
    for word in (b'a', b'b', b'c'):
        send(secured.client, word)
    assert secured.server.receive() == b'abc'
    assert not secured.server.pending


def test_record_that_is_cut_anywhere_is_waited_for(secured: Secured) -> None:
    """And leaves nothing pending, or whoever waits would spin until the rest comes."""
    cut, size = 1, 2
    while cut < size:
        sealed = secured.client.seal(b'hello')
        size = len(sealed)
        secured.client.socket.send(sealed[:cut])
        with pytest.raises(BlockingIOError):
            secured.server.receive()
        assert not secured.server.pending
        secured.client.socket.send(sealed[cut:])
        assert secured.server.receive() == b'hello'
        cut += 1


def test_large_message_is_received_in_runs_of_bounded_size(secured: Secured) -> None:
    sealed = memoryview(secured.client.seal(bytes(1_000_000)))
    received = 0
    while received < 1_000_000:
        sealed = sealed[_sent(secured.client, sealed) :]
        try:
            run = len(secured.server.receive())
        except BlockingIOError:
            continue
        assert run <= 262_144 + 65_536
        received += run
    assert not secured.server.pending


def _sent(end: TlsTransport, sealed: memoryview) -> int:
    try:
        return end.socket.send(sealed)
    except BlockingIOError:
        return 0


def test_records_beyond_a_run_are_pending(secured: Secured) -> None:
    """What has left the socket is not announced by it again."""
    sealed = secured.client.seal(bytes(100_000))
    secured.client.socket.send(sealed[:60_000])
    assert secured.server.feed() == 60_000
    assert secured.server.pending
    assert len(secured.server.receive()) > 40_000
    assert not secured.server.pending


@pytest.mark.parametrize('politely', [True, False], ids=['close_notify', 'just gone'])
def test_secured_end_is_empty_after_what_was_said(secured: Secured, politely: bool) -> None:
    send(secured.client, b'last words')
    if politely:
        with pytest.raises(ssl.SSLWantReadError):
            secured.client.session.unwrap()
        secured.client.socket.send(secured.client.outgoing())
    secured.client.socket.close()
    assert secured.server.receive() == b'last words'
    assert secured.server.receive() == b''
    assert secured.server.receive() == b''


def test_end_that_is_announced_counts_before_the_socket_is_closed(secured: Secured) -> None:
    with pytest.raises(ssl.SSLWantReadError):
        secured.client.session.unwrap()
    secured.client.socket.send(secured.client.outgoing())
    assert secured.server.receive() == b''
    assert secured.server.receive() == b''


def test_record_that_was_tampered_with_is_an_error(secured: Secured) -> None:
    sealed = bytearray(secured.client.seal(b'hello'))
    sealed[-1] ^= 1
    secured.client.socket.send(bytes(sealed))
    with pytest.raises(ssl.SSLError):
        secured.server.receive()


def test_handshake_with_a_stranger_has_an_alert_to_send(
    sockets: tuple[socket.socket, socket.socket], certificates: Certificates
) -> None:
    server = TlsTransport(sockets[1], server_context(certificates), True, None, b'\x16\x03\x01\0\x05hello')
    with pytest.raises(ssl.SSLError):
        server.handshake()
    assert server.outgoing()[:1] == b'\x15'
