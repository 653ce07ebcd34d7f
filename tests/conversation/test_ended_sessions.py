"""What an ended session leaves in the proxy's own memory."""

import gc
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import gevent
import pytest
from gevent.socket import socket

from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.prepared import StatementNames
from pgdog_gevent.errors import ClientGone
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.services import Services
from pgdog_gevent.frontend.session import Session
from pgdog_gevent.protocol import query, response
from pgdog_gevent.protocol.frames import encode
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.cache import StatementCache
from tests.conversation.proxies import DATABASE, USER, config_toml, users_toml
from tests.fakes.backend import READY, Conversation, FakeServer
from tests.unit.config.files import loaded
from tests.unit.net.ends import raw_ends, turn, until

BEGIN, SELECT, SLEEP, ROLLBACK = (query.query(sql) for sql in (b'BEGIN', b'SELECT 1', b'SELECT 2', b'ROLLBACK'))
IN_TRANSACTION = encode(ord('C'), b'BEGIN\0') + response.ready_for_query(TransactionStatus.IN_TRANSACTION)


def dies_in_a_transaction(conversation: Conversation) -> None:
    """End when a transaction has begun and something more is asked. SLEEP gets no answer."""
    conversation.greet()
    while (message := conversation.frame()).raw != BEGIN:
        if message.raw != SLEEP:
            conversation.send(READY)
    conversation.send(IN_TRANSACTION)
    conversation.frame()


def ask(client: socket, message: bytes) -> bytes:
    """The answer, which ends where the client may ask again."""
    client.sendall(message)
    answer = b''
    while answer[-6:-1] != READY[:-1]:
        answer += client.recv(1000)
    return answer


def breaks_the_protocol(session: Session, client: socket) -> None:
    client.sendall(encode(ord('?')))


def goes(session: Session, client: socket) -> None:
    client.close()


def is_killed(session: Session, client: socket) -> None:
    session.client.kill('terminating connection')


def is_killed_in_a_request(session: Session, client: socket) -> None:
    client.sendall(SLEEP)
    [pool] = session.cluster.pools
    until(lambda: any(connection.busy for connection in pool.lent))
    session.client.kill('terminating connection')


def is_told_to_end(session: Session, client: socket) -> None:
    """A session goes on until its transaction is over."""
    ask(client, BEGIN)
    session.end('terminating connection')
    ask(client, SELECT)
    client.sendall(ROLLBACK)
    while client.recv(1000):
        continue


def loses_its_server(session: Session, client: socket) -> None:
    ask(client, BEGIN)
    assert b'08006' in ask(client, SELECT)
    goes(session, client)


def loses_its_server_unasked(session: Session, client: socket) -> None:
    """It would be told if it asked for something, and goes instead."""
    ask(client, BEGIN)
    [pool] = session.cluster.pools
    [connection] = pool.lent
    connection.stream.half_close()
    until(lambda: not pool.lent)
    goes(session, client)


@pytest.fixture(autouse=True)
def _without_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(
    'end',
    [
        breaks_the_protocol, goes, is_killed, is_killed_in_a_request, is_told_to_end, loses_its_server,
        loses_its_server_unasked,
    ],
)  # fmt: skip
def test_session_that_ends_leaves_no_garbage(end: Callable[[Session, socket], None], tmp_path: Path) -> None:
    with FakeServer(dies_in_a_transaction) as server, raw_ends() as (stream, far):
        config = loaded(tmp_path, config_toml(server), users_toml()).config
        [cluster] = Clusters(config)
        cache, routing_cache = StatementCache(100, perf_counter), StatementCache(100, perf_counter)
        services = Services(config.general, cache, routing_cache, StatementNames())
        living: weakref.WeakSet[Session] = weakref.WeakSet()

        def serve() -> None:
            client = Client(
                id=1, secret=b'key', user=USER, database=DATABASE, address='unix', port=0, stream=stream
            )
            session = Session(client, cluster, services, Parameters({}, DATABASE))
            living.add(session)
            with suppress(ClientGone):
                session.serve()

        serving = gevent.spawn(serve)
        turn()
        [session] = living
        end(session, far)
        del session
        far.close()
        serving.get(timeout=20)
        assert not living
