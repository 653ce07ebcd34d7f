"""Servers that answer what the proxy asks of them on its own account, and the connections that a session holds."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import cast

import gevent
from gevent.socket import socket

from pgdog_gevent.backend.canceller import CancelKey
from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.counters import PoolCounters
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.execution.binding import Binding, Held
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.net.link import SERVER
from pgdog_gevent.protocol.frames import HEADER_SIZE, encode, read_header
from pgdog_gevent.protocol.query import query_text
from pgdog_gevent.protocol.response import ErrorFields
from tests.unit.backend.shards import PRIMARY, Site
from tests.unit.merge.messages import row
from tests.unit.net.ends import raw_ends

CHECK = b'SET CONSTRAINTS'


class Server:
    """The far end of a connection."""

    def __init__(self, shard: int, far: socket) -> None:
        self.shard = shard
        self.asked: list[bytes] = []
        self.writes = True
        """Whether its transaction has written something."""
        self.isolation = b'read committed'
        self.refuses: bytes | tuple[bytes, ...] = b'nothing'
        self.dies_of = b'nothing'
        """What a text begins with that it does not do, or that is its end."""
        self.sqlstate = '23503'
        """Of what it says then."""
        self.heard: Callable[[bytes], None] = self.asked.append
        self._far = far

    def serve(self) -> None:
        with suppress(OSError):
            while header := self._far.recv(HEADER_SIZE):
                code, length = read_header(header, 0)
                text = query_text(self._far.recv(length - 4))
                assert code == ord('Q')
                self.heard(text)
                if text.startswith(self.dies_of):
                    self._far.close()
                    return
                self._far.sendall(self._answer(text))

    def _answer(self, text: bytes) -> bytes:
        if text.startswith(self.refuses):
            ends = text.startswith(b'COMMIT')
            return ErrorFields('ERROR', self.sqlstate, 'no').encode() + encode(ord('Z'), b'I' if ends else b'E')
        status = b'I' if text in (b'COMMIT', b'ROLLBACK') else b'T'
        facts = row(b'7' if self.writes else None, b'on', self.isolation, b'app')
        found = encode(ord('D'), facts) if text.startswith(CHECK) else b''
        return found + encode(ord('C'), b'DONE\0') + encode(ord('Z'), status)


class Discards(Pool):
    """A pool that gets connections back, and has none to give."""

    def __init__(self) -> None:
        self.counters = PoolCounters()
        self.discarded: list[BackendConnection] = []
        self.released: list[BackendConnection] = []

    def discard(self, connection: BackendConnection) -> None:
        self.discarded.append(connection)

    def release(self, connection: BackendConnection) -> None:
        self.released.append(connection)


class Session:
    """What holds a connection of each shard; it stands for what prepares them as well."""

    def __init__(self, cluster: Cluster) -> None:
        self.pool = Discards()
        self.binding = Binding(cluster, 1)
        self.holdings = Holdings(self.binding)
        self.servers: list[Server] = []
        self.prepared: list[BackendConnection] = []

    def prepare(self, connection: BackendConnection) -> None:
        self.prepared.append(connection)

    def hold(self, shard: int, connection: BackendConnection) -> None:
        self.holdings.turn_to(shard)
        self.binding.take_up(Held(cast(Pool, self.pool), connection, '', False, False))

    def connection(self, shard: int) -> BackendConnection:
        found = self.holdings.connection(shard)
        assert found is not None
        return found


@contextmanager
def session(shards: int = 3) -> Iterator[Session]:
    """It holds a connection of each."""
    with ExitStack() as stack, gevent.Timeout(5):
        found = Session(Site(PRIMARY).cluster)
        for shard in range(shards):
            stream, far = stack.enter_context(raw_ends(SERVER))
            server = Server(shard, far)
            stack.callback(gevent.spawn(server.serve).kill)
            found.servers.append(server)
            connection = BackendConnection(stream, CancelKey(0, b''), {}, lambda: True, expires_at=0.0)
            found.hold(shard, connection)
        yield found
