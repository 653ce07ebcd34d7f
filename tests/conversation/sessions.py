"""Sessions in the test's own process, before a scripted server: what they wait for can be seen and arranged."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from time import perf_counter

import gevent
from gevent.socket import socket

from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.prepared import StatementNames
from pgdog_gevent.errors import ClientGone
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.services import Services
from pgdog_gevent.frontend.session import Session
from pgdog_gevent.protocol import query
from pgdog_gevent.router.cache import StatementCache
from pgdog_gevent.router.functions import Functions
from tests.conversation.proxies import DATABASE, USER, config_toml, users_toml
from tests.fakes.backend import PATIENCE, READY, Conversation, FakeServer, answer
from tests.unit.config.files import loaded
from tests.unit.net.ends import raw_ends, until

SELECT, HELD = query.query(b'SELECT 1'), query.query(b"SELECT 'held'")
PLAIN = Functions(harmless=frozenset(), reads_unsure=False, writes_unsure=False)


class Server:
    """Answers all queries, HELD when it is told to. ``asked`` has all of them."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.go = threading.Event()

    def __call__(self, conversation: Conversation) -> None:
        conversation.greet()
        while (message := conversation.frame()).letter != 'X':
            self.asked.append(message.raw)
            if message.raw == HELD:
                self.go.wait(PATIENCE)
                self.go.clear()
            conversation.send(answer(message.body) + READY)


class Talk:
    """One session and its client, who has had one query answered: the next one goes by the fast lane."""

    def __init__(self, session: Session, far: socket, serving: 'gevent.Greenlet[..., None]') -> None:
        self.session, self.far, self.serving = session, far, serving
        self.ask(SELECT)
        self.hear()

    def ask(self, messages: bytes) -> None:
        self.far.sendall(messages)

    def hear(self) -> str:
        """The letters of an answer, up to its ReadyForQuery or the end."""
        letters = ''
        while letters[-1:] != 'Z' and (header := self._receive(5)):
            letters += chr(header[0])
            self._receive(int.from_bytes(header[1:], 'big') - 4)
        return letters

    def _receive(self, size: int) -> bytes:
        received = b''
        with suppress(ConnectionResetError):
            while len(received) < size and (chunk := self.far.recv(size - len(received))):
                received += chunk
        return received


class Site:
    """A cluster of one pool, whose functions are known, and its server."""

    def __init__(self, server: Server, clusters: Clusters, services: Services, clients: ExitStack) -> None:
        self.server, self._services, self._clients = server, services, clients
        [self.cluster] = clusters
        self._talks = 0
        self.cluster.known_functions.learn(PLAIN, 0)

    @property
    def pool(self) -> Pool:
        [pool] = self.cluster.pools
        return pool

    def talk(self) -> Talk:
        """One more client."""
        stream, far = self._clients.enter_context(raw_ends())
        sessions: list[Session] = []
        self._talks = number = self._talks + 1

        def serve() -> None:
            client = Client(
                id=number, secret=b'', user=USER, database=DATABASE, address='unix', port=0, stream=stream
            )
            sessions.append(Session(client, self.cluster, self._services, Parameters({}, DATABASE)))
            with closing(stream), suppress(ClientGone):
                sessions[0].serve()

        serving = gevent.spawn(serve)
        self._clients.callback(serving.kill)
        until(lambda: bool(sessions))
        return Talk(sessions[0], far, serving)

    def hold(self) -> Talk:
        """A client whose query the server has, and does not answer."""
        talk = self.talk()
        talk.ask(HELD)
        until(lambda: HELD in self.server.asked)
        return talk

    def queue(self, talk: Talk, messages: bytes = SELECT) -> None:
        """Have a client ask, and wait for a connection."""
        waiting = self.pool.permits.waiting
        talk.ask(messages)
        until(lambda: self.pool.permits.waiting > waiting)

    def is_empty(self) -> bool:
        """Whether the pool has no connections any more; helps it to get rid of them."""
        self.server.go.set()
        self.pool.trim()
        return not self.pool.total


@contextmanager
def site(directory: Path, *keys: str) -> Iterator[Site]:
    """``keys`` are lines of ``[general]``. No permit and no connection may be lost when all is over."""
    server = Server()
    with FakeServer(server) as fake, ExitStack() as clients, gevent.Timeout(8):
        config = loaded(directory, config_toml(fake, 'default_pool_size = 1', *keys), users_toml()).config
        cache, routing_cache = StatementCache(100, perf_counter), StatementCache(100, perf_counter)
        services = Services(config.general, cache, routing_cache, StatementNames())
        place = Site(server, Clusters(config), services, clients)
        try:
            yield place
        finally:
            clients.close()
            place.pool.retire()
        until(place.is_empty)
        place.pool.check_invariants()
        assert (place.pool.permits.held, place.pool.permits.unclaimed) == (0, 0)
