"""Messages over a socket pair."""

import socket
from collections.abc import Iterator

import pytest

from pgdog_gevent.config.resolve import Place
from pgdog_gevent.supervisor import channel as module
from pgdog_gevent.supervisor.channel import Ended, Inbox, Line, encode
from pgdog_gevent.supervisor.messages import Answer, FromWorker, Listening, Message, Needed, Opened
from pgdog_gevent.supervisor.orders import PoolKey

MESSAGES: list[Message] = [
    Listening(),
    Opened(1, PoolKey('alice', 'app', 'primary', Place(0, 'localhost', 5432, 'app')), 10),
    Answer(7, bytes(300)),
    Needed(1, 0, waits=False),
]
OCTETS = b''.join(map(encode, MESSAGES))

Pair = tuple[Line[FromWorker], socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    line: Line[FromWorker] = Line(ours)
    yield line, theirs
    line.close()
    theirs.close()


@pytest.mark.parametrize('cut', range(len(OCTETS) + 1))
def test_messages_are_the_same_wherever_they_are_cut(cut: int) -> None:
    inbox: Inbox[Message] = Inbox()
    assert [*inbox.feed(OCTETS[:cut]), *inbox.feed(OCTETS[cut:])] == MESSAGES


def test_messages_come_byte_by_byte() -> None:
    inbox: Inbox[Message] = Inbox()
    assert [message for octet in OCTETS for message in inbox.feed(bytes((octet,)))] == MESSAGES


def test_nothing_to_receive_is_no_end(pair: Pair) -> None:
    assert pair[0].receive() == []


def test_the_end_of_the_other_is_noticed(pair: Pair) -> None:
    line, theirs = pair
    theirs.sendall(encode(Listening()))
    theirs.close()
    assert line.receive() == [Listening()]
    with pytest.raises(Ended):
        line.receive()


def test_what_the_other_does_not_read_waits(pair: Pair) -> None:
    line, theirs = pair
    large = Answer(1, bytes(2_000_000))
    line.send(large)
    assert line.backlog
    inbox: Inbox[Message] = Inbox()
    received: list[Message] = []
    while not received:
        received += inbox.feed(theirs.recv(65_536))
        line.flush()
    assert (received, line.backlog) == ([large], 0)


def test_one_who_reads_nothing_is_given_up(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, 'LIMIT', 1_000_000)
    with pytest.raises(Ended):
        pair[0].send(Answer(1, bytes(5_000_000)))
