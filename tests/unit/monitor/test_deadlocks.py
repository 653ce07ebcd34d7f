"""When the locks of shards are read, what is claimed there, and who is ended; before scripted servers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import time
from typing import cast

import gevent
import pytest

from pgdog_gevent.backend.canceller import CancelKey
from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.config.load import load
from pgdog_gevent.errors import DeadlockDetected
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.monitor.deadlocks import Deadlocks
from pgdog_gevent.monitor.standstill import Claim
from pgdog_gevent.protocol.frames import encode
from pgdog_gevent.protocol.response import ErrorFields
from tests.fakes.backend import PATIENCE, READY, Conversation, FakeServer
from tests.unit.merge.messages import row

REFUSED = ErrorFields('ERROR', '42501', 'permission denied for view pg_locks').encode()
OURS, THEIRS = (11, 12), (21, 22)
"""The backends of two transactions, by shard."""
LEAST, GREATEST = 0, (1 << 20) - 1
A_WHILE = 3.0
"""Seconds after which nobody needs the connections any more."""


def wait(pid: int, blocker: int, since: bytes = b'') -> bytes:
    return encode(ord('D'), row(b'%d' % pid, b'7/1', None, b'{%d,0}' % blocker, b'a lock' + since))


def transaction(pid: int) -> bytes:
    return encode(ord('D'), row(b'%d' % pid, b'7/1', None, None, None))


def claimed(key: int) -> bytes:
    return encode(ord('D'), row(b'1', b'9/0', b'%d' % key, None, None))


@dataclass
class Server:
    """Says what ``waits`` gives, and what has been claimed: by us, and of the other transaction ``others``."""

    waits: Callable[[int], bytes] = lambda reading: b''
    others: frozenset[int] = frozenset()
    ours: set[int] = field(default_factory=set)
    readings: int = 0
    open: int = 0
    refuses: bool = False

    def __call__(self, conversation: Conversation) -> None:
        conversation.greet()
        self.open += 1
        while (frame := conversation.frame()).letter == 'Q':
            conversation.send((REFUSED if self.refuses else self._answer(frame.body)) + READY)
        self.open -= 1
        self.ours.clear()

    def _answer(self, sql: bytes) -> bytes:
        keys = {int(call.split(b')')[0]) for call in sql.split(b'lock_shared(')[1:]}
        if b'pg_try' in sql:
            self.ours |= keys
        elif keys:
            self.ours -= keys
        elif b'pg_locks' in sql:
            self.readings += 1
            rows = b''.join(map(transaction, (*OURS, *THEIRS))) + b''.join(map(claimed, self.ours | self.others))
            return rows + self.waits(self.readings)
        return b''


@dataclass(eq=False)
class Session:
    """Waits, if it does, since ``asked_at``."""

    cluster: Cluster
    connections: Sequence[tuple[int, Pool, BackendConnection]]
    asked_at: float | None = None
    ended: list[DeadlockDetected] = field(default_factory=list)

    @property
    def holdings(self) -> Holdings:
        return cast(Holdings, self)

    @property
    def lent(self) -> Sequence[tuple[int, Pool, BackendConnection]]:
        return self.connections

    def waiting_since(self, moment: float) -> bool:
        return self.asked_at is not None and self.asked_at <= moment

    def end_deadlock(self, error: DeadlockDetected) -> None:
        self.ended.append(error)


@dataclass
class Connection:
    """One that a session holds."""

    key: CancelKey
    busy: bool = True
    request_at: float = 0.0


class Scene:
    """A session of ours on two shards, and the other transaction, of which only the servers tell."""

    def __init__(self, servers: Sequence[Server], ports: Sequence[int]) -> None:
        self.servers = servers
        self.now = 1000.0
        urls = [f'postgres://alice:secret@127.0.0.1:{port}/app?shard={shard}' for shard, port in enumerate(ports)]
        self.clusters = Clusters(load(None, None, environment={}, database_urls=urls).config)
        cluster = self.clusters.find('alice', 'app')
        assert cluster is not None
        self.connections = [Connection(CancelKey(pid, b'secret')) for pid in OURS]
        connections = [cast(BackendConnection, connection) for connection in self.connections]
        self.session = Session(cluster, [(n, cluster.writer(n), each) for n, each in enumerate(connections)])
        self.deadlocks = Deadlocks([self.session], lambda: self.now)

    def step(self, after: float = 0.0) -> None:
        """Look, and return when that is done."""
        self.now += after
        self.deadlocks.step()
        with gevent.Timeout(PATIENCE):
            while self.deadlocks.busy:
                gevent.sleep(0.001)

    def waits(self) -> None:
        """The session has done so for long enough."""
        self.session.asked_at = time() - 2

    def closes(self) -> None:
        """Return when no connection is open."""
        with gevent.Timeout(PATIENCE):
            while any(server.open for server in self.servers):
                gevent.sleep(0.001)

    def circle(self, number: int, since: Callable[[int], bytes] = lambda reading: b'') -> None:
        """The other transaction, of that number, and ours wait for each other."""
        first, second = self.servers
        first.waits = lambda reading: wait(OURS[0], THEIRS[0], since(reading))
        second.waits = lambda reading: wait(THEIRS[1], OURS[1])
        for server, pid in zip(self.servers, THEIRS, strict=True):
            server.others = frozenset({Claim(pid, 1, number).key})


@pytest.fixture
def scene() -> Iterator[Scene]:
    servers = [Server(), Server()]
    with ExitStack() as ends:
        fakes = [ends.enter_context(FakeServer(server)) for server in servers]
        scene = Scene(servers, [fake.port for fake in fakes])
        ends.callback(scene.deadlocks.stop)
        yield scene


def test_no_server_is_asked_while_nobody_waits(scene: Scene) -> None:
    scene.step()
    scene.session.asked_at = time()
    scene.step()
    assert [server.open for server in scene.servers] == [0, 0]


def test_who_waits_for_something_else_than_a_lock_claims_nothing(scene: Scene) -> None:
    scene.waits()
    scene.step()
    assert [server.readings for server in scene.servers] == [1, 1]
    assert not any(server.ours for server in scene.servers)


def test_who_waits_for_a_lock_claims_what_it_holds_and_goes_on(scene: Scene) -> None:
    scene.servers[0].waits = lambda reading: wait(OURS[0], THEIRS[0])
    scene.waits()
    scene.step()
    claims = [Claim.of_key(key) for server in scene.servers for key in server.ours]
    assert [(claim.pid, claim.moment) for claim in claims] == [(pid, 1) for pid in OURS]
    assert len({claim.transaction for claim in claims}) == 1
    assert not scene.session.ended


def test_victim_is_ended_by_us_if_it_is_ours(scene: Scene) -> None:
    scene.circle(LEAST)
    scene.waits()
    scene.step()
    [error] = scene.session.ended
    assert (error.sqlstate, error.message) == ('40P01', 'deadlock detected')
    assert error.detail == (
        'Process 11 waits on shard 0; blocked by process 21.\nProcess 22 waits on shard 1; blocked by process 12.'
    )


def test_victim_that_is_not_ours_is_ended_by_others(scene: Scene) -> None:
    scene.circle(GREATEST)
    scene.waits()
    scene.step()
    assert not scene.session.ended


def test_waits_that_are_new_ones_in_each_reading_are_no_deadlock(scene: Scene) -> None:
    scene.circle(LEAST, since=lambda reading: b'%d' % reading)
    scene.waits()
    scene.step()
    assert not scene.session.ended


def test_who_has_gone_on_while_servers_were_read_claims_nothing(scene: Scene) -> None:
    def goes_on(reading: int) -> bytes:
        scene.connections[1].request_at += reading == 2
        return wait(OURS[0], THEIRS[0])

    scene.servers[0].waits = goes_on
    scene.waits()
    scene.step()
    assert not any(server.ours for server in scene.servers)
    scene.step()
    assert all(server.ours for server in scene.servers)


def test_claims_are_withdrawn_and_connections_closed_when_nobody_waits_any_more(scene: Scene) -> None:
    scene.circle(GREATEST)
    scene.waits()
    scene.step()
    assert all(server.ours for server in scene.servers)
    scene.session.asked_at = None
    scene.step()
    assert [server.open for server in scene.servers] == [1, 1]
    scene.step(A_WHILE)
    scene.closes()
    assert not any(server.ours for server in scene.servers)


def test_claim_is_withdrawn_while_others_wait(scene: Scene) -> None:
    scene.circle(GREATEST)
    scene.waits()
    scene.step()
    scene.servers[0].waits = lambda reading: b''
    scene.step()
    assert not any(server.ours for server in scene.servers)


def test_server_that_refuses_is_logged_once_and_left_alone(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    scene.circle(LEAST)
    scene.servers[1].refuses = True
    scene.waits()
    for _ in range(3):
        scene.step(A_WHILE)
    assert not scene.session.ended
    assert [record.message for record in caplog.records if record.levelname == 'WARNING'] == [
        'app, shard 1: cannot look for deadlocks over several shards: permission denied for view pg_locks'
    ]
    scene.servers[1].refuses = False
    scene.step(2 * A_WHILE)
    assert len(scene.session.ended) == 1
