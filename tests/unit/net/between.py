"""A place between a client and a server, as the proxy has it: two streams, and what is at their other ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import gevent

from pgdog_gevent.net.stream import Stream
from tests.fakes.certificates import Certificates
from tests.unit.net.ends import Kind, ends, frame, say, turn, until

QUERY = frame('Q', b'SELECT 1\0')
EXTENDED = b''.join(
    [
        frame('P', b'\0SELECT $1\0\0\0'),
        frame('B', b'\0\0\0\0\0\1\0\0\0\1x\0\0'),
        frame('D', b'P\0'),
        frame('E', b'\0\0\0\0\0'),
        frame('S'),
    ]
)
COLUMNS, ROW, SELECTED = frame('T', b'\0\0'), frame('D', b'\0\1\0\0\0\1x'), frame('C', b'SELECT 1\0')
IDLE, IN_TRANSACTION, FAILED = frame('Z', b'I'), frame('Z', b'T'), frame('Z', b'E')
ANSWER = COLUMNS + ROW + ROW + SELECTED + IDLE
BEGUN = frame('C', b'BEGIN\0') + IN_TRANSACTION
MUST_BE_LOOKED_AT = {
    'ErrorResponse': frame('E', b'SERROR\0C22012\0\0'),
    'ParameterStatus': frame('S', b'TimeZone\0UTC\0'),
    'NotificationResponse': frame('A', b'\0\0\0\1channel\0\0'),
    'CopyInResponse': frame('G', b'\0\0\0'),
    'CopyBothResponse': frame('W', b'\0\0\0'),
    'CloseComplete': frame('3'),
    'FunctionCallResponse': frame('V', b'\xff\xff\xff\xff'),
    'Authentication': frame('R', bytes(4)),
    'an unknown message': frame('?'),
    'a message of type 0': frame('\0'),
    'a row whose length is 3': b'D\0\0\0\3',
    'a row whose length is 0': b'D\0\0\0\0',
    'a row that is longer than all may be': b'D\x7f\0\0\0',
    'a row whose length is negative': b'D\xff\xff\xff\xff',
    'a tag whose length is 4': b'C\0\0\0\4',
    'a tag that is too long': frame('C', b'SELECT 1'.ljust(97, b'\0')),
    'a tag that is as long as memory': b'C\x3f\xff\xff\xff',
    'ReadyForQuery without a status': frame('Z'),
    'ReadyForQuery with two': frame('Z', b'II'),
    'ReadyForQuery with an unknown status': frame('Z', b'?'),
    'ReadyForQuery with status 0': frame('Z', b'\0'),
}


class Interrupted(Exception):
    """What is thrown into a greenlet."""


def answer(server: Stream, client: Stream, whole: bytes) -> int:
    """Send a turn and pass the answer on; return the status in its ReadyForQuery, or 0 if it takes care."""
    if not server.ask(whole):
        return 0
    status = 0
    while not status:
        if client.rest:
            client.flush()
        if server.wait_either(client) is client:
            client.receive_ahead()
        else:
            status = server.hear(client)
    return max(status, 0)


@dataclass(frozen=True, slots=True)
class Between:
    """``client`` and ``server`` are the proxy's; ``user`` and ``postgres`` are whom it speaks to."""

    client: Stream
    server: Stream
    user: Stream
    postgres: Stream

    def ask(self, whole: bytes) -> 'gevent.Greenlet[..., int]':
        """Begin ``answer`` with this turn, and have the server read it."""
        answering = gevent.spawn(self.answer, whole)
        assert self.postgres.read_exactly(len(whole)) == whole
        return answering

    def answer(self, whole: bytes) -> int:
        return answer(self.server, self.client, whole)

    def hear(self, answering: 'gevent.Greenlet[..., int]', chunk: bytes) -> None:
        """Have the server say this, and wait until ``answer`` has it."""
        heard = self.server.bytes_received + len(chunk)
        say(self.postgres, chunk)
        until(lambda: self.server.bytes_received == heard or answering.dead)

    def answered(self, *chunks: bytes, to: bytes = QUERY) -> int:
        """What ``answer`` returns when the server says this, piece by piece."""
        answering = self.ask(to)
        for chunk in chunks:
            self.hear(answering, chunk)
        return answering.get()

    def finish(self, answering: 'gevent.Greenlet[..., int]') -> None:
        """Send the client what it has not taken of the answer."""
        answering.join()
        self.client.flush()

    def passed(self) -> bytes:
        """What the client has got."""
        turn()
        while self.user.receive_waiting():
            turn()
        return self.user.read_exactly(len(self.user.received) - self.user.position)

    def unused(self) -> bytes:
        """What the server has said and nobody has used."""
        return self.server.received[self.server.position :]

    def request(self, messages: bytes) -> None:
        """Have the client say this, and take it in."""
        heard = self.client.bytes_received + len(messages)
        say(self.user, messages)
        while self.client.bytes_received < heard:
            if not self.client.receive_waiting():
                turn()


@contextmanager
def between(kind: Kind, certificates: Certificates) -> Iterator[Between]:
    """In TLS, the user is a client of the proxy, which is one of PostgreSQL's."""
    with ends(kind, certificates) as one, ends(kind, certificates) as other:
        yield Between(client=one.near, user=one.far, server=other.far, postgres=other.near)


def boundaries(messages: bytes) -> list[int]:
    """Where messages begin and end."""
    found = [0]
    while found[-1] < len(messages):
        found.append(found[-1] + 1 + int.from_bytes(messages[found[-1] + 1 : found[-1] + 5], 'big'))
    return found
