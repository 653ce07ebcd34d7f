"""Servers in this process that are in a COPY, or refuse one, and a client of theirs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import gevent
from gevent import socket as gevent_socket

from pgdog_gevent.backend.canceller import CancelKey
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.execution.copy_shards import CopyShards
from pgdog_gevent.net.link import CLIENT, SERVER
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol import frames, response
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.frames import HEADER_SIZE, Frame, read_header
from pgdog_gevent.protocol.response import ErrorFields, TransactionStatus
from tests.unit.net.ends import raw_ends

PARAMETERS = {'client_encoding': 'UTF8', 'server_encoding': 'UTF8', 'server_version': '17.5'}
BEGINS = frames.encode(Backend.COPY_IN_RESPONSE, b'\0\0\1\0\0')
BEGINS_OUT = frames.encode(Backend.COPY_OUT_RESPONSE, b'\0\0\1\0\0')
READY = response.ready_for_query(TransactionStatus.IN_TRANSACTION)
FAILED = response.ready_for_query(TransactionStatus.FAILED)
NOTICE = frames.encode(Backend.NOTICE_RESPONSE, b'SNOTICE\0Mlook\0\0')


def error(message: str, sqlstate: str = '23505') -> bytes:
    return ErrorFields('ERROR', sqlstate, message).encode()


def data(rows: bytes) -> bytes:
    return frames.encode(Frontend.COPY_DATA, rows)


class End:
    """The far end of a connection: reads messages, and says what it is told to."""

    def __init__(self, socket: gevent_socket.socket) -> None:
        self.socket = socket

    def say(self, *messages: bytes) -> None:
        self.socket.sendall(b''.join(messages))

    def read(self) -> Frame:
        code, length = read_header(self._exactly(HEADER_SIZE), 0)
        return Frame(code, self._exactly(length - 4))

    def _exactly(self, size: int) -> bytes:
        received = b''
        while len(received) < size:
            chunk = self.socket.recv(size - len(received))
            if not chunk:
                raise EOFError
            received += chunk
        return received


class Server(End):
    """Takes a COPY: ``rows`` is what it has got, ``end`` the letter of the message that has ended it."""

    def __init__(self, socket: gevent_socket.socket) -> None:
        super().__init__(socket)
        self.rows = b''
        self.end = ''
        self.begins = BEGINS
        self.breaks_at = b''
        """Rows with this in them are an error."""
        self.says_before_the_end = b''
        self.tag: Callable[[bytes], int] = lambda rows: rows.count(b'\n')

    def serve(self) -> None:
        assert self.read().letter == 'Q'
        self.say(self.begins)
        if self.begins != BEGINS:
            return
        while (frame := self.read()).code == Frontend.COPY_DATA:
            self.rows += frame.body
            if self.breaks_at and self.breaks_at in self.rows:
                self.say(error('broken'), FAILED)
                return
        self.end = frame.letter
        if frame.code == Frontend.COPY_FAIL:
            self.say(error(f'COPY from stdin failed: {frame.body[:-1].decode()}', '57014'), FAILED)
        else:
            self.say(self.says_before_the_end, response.command_complete(f'COPY {self.tag(self.rows)}'), READY)


class Stage:
    """Servers, and a client whose stream is ``client``; ``far`` is where it sits itself."""

    def __init__(self, servers: list[Server], connections: list[BackendConnection], client: Stream, far: End) -> None:
        self.servers = servers
        self.connections = connections
        self.client = client
        self.far = far
        self.in_hand = -1
        self.serving: list[gevent.Greenlet[..., None]] = []

    def shards(self) -> CopyShards:
        """Have the servers wait for a statement."""
        self.serving = [gevent.spawn(server.serve) for server in self.servers]
        return CopyShards(self._turn_to, self.connections.__getitem__, tuple(range(len(self.servers))))

    def _turn_to(self, shard: int) -> None:
        self.in_hand = shard

    def settled(self) -> bool:
        """Whether all servers can be asked again."""
        return all(connection.ledger.settled and not connection.copying_in for connection in self.connections)


@contextmanager
def stage(count: int) -> Iterator[Stage]:
    with ExitStack() as stack:
        stack.enter_context(gevent.Timeout(20))
        client, far = stack.enter_context(raw_ends(CLIENT))
        pairs = [stack.enter_context(raw_ends(SERVER)) for _ in range(count)]
        connections = [
            BackendConnection(stream, CancelKey(0, b''), dict(PARAMETERS), lambda: True, expires_at=0.0)
            for stream, _ in pairs
        ]
        found = Stage([Server(socket) for _, socket in pairs], connections, client, End(far))
        yield found
        gevent.killall(found.serving)

