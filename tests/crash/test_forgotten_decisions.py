"""A proxy is cut off while it commits, and finds its way back when others have finished that and forgotten it."""

from collections.abc import Iterator
from contextlib import ExitStack
from time import monotonic

import pytest

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.counters import ClientCounters
from pgdog_gevent.backend.login import log_in
from pgdog_gevent.config.settings import Config
from pgdog_gevent.demo.cluster import Cluster as Server
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from pgdog_gevent.errors import CommitOutcomeUnknown
from pgdog_gevent.twophase.committer import Committer
from pgdog_gevent.twophase.coordinator import Outcome
from pgdog_gevent.twophase.decision import FACTS, read_facts
from pgdog_gevent.twophase.participant import Participant
from pgdog_gevent.twophase.recovery import Recovery, Terms
from pgdog_gevent.twophase.register import Register
from pgdog_gevent.twophase.step import Step
from tests.integration.clients import eventually
from tests.integration.conftest import postgres, site

__all__ = ['postgres', 'site']

SHARDS = ('forgotten_0', 'forgotten_1')
DEPLOYMENT = 'forgotten'
FORGETFUL = Terms(grace=0, retention=0, young=0)
"""Of a process that keeps no decision which nobody can need, as far as it sees."""


class CutOff(Register):
    """Of a process that hears nothing from the anchor when that has committed, until others have done the rest."""

    def __init__(self, server: Server, cluster: Cluster) -> None:
        super().__init__(DEPLOYMENT)
        self._server = server
        self._cluster = cluster
        self.participants: list[Participant] = []

    def passed(self, step: Step, shard: int) -> None:
        if step is not Step.DECIDING:
            return
        eventually(lambda: decided(self._server) == 1, 'it is decided')
        recovery = Recovery('app', Register(DEPLOYMENT), monotonic)
        for _ in range(2):
            assert recovery.run([self._cluster], FORGETFUL, hurried=True) == ()
        recovery.close()
        assert decided(self._server) == 0
        stream = self.participants[shard].connection.stream
        stream.transport.socket.recv(65_536)  # So the answer is lost.
        stream.cut()


def decided(server: Server) -> int:
    return sum(len(server.execute('SELECT 1 FROM pgdog_gevent.decision', name)) for name in SHARDS)


def written(server: Server) -> int:
    return sum(len(server.execute('SELECT 1 FROM written', name)) for name in SHARDS)


@pytest.fixture
def server(postgres: Server) -> Iterator[Server]:
    """Has the two shards, with a table each."""
    for name in SHARDS:
        postgres.execute(f'CREATE DATABASE {name}')
        postgres.execute('CREATE TABLE written (number int)', name)
    yield postgres
    for name in SHARDS:
        postgres.execute(f'DROP DATABASE {name} WITH (FORCE)')


@pytest.fixture
def cluster(server: Server) -> Cluster:
    """The two as one database of a proxy."""
    databases = [
        {'name': 'app', 'shard': shard, 'host': server.host, 'port': server.port, 'database_name': name}
        for shard, name in enumerate(SHARDS)
    ]
    users = [{'name': SUPERUSER, 'database': 'app', 'password': PASSWORD}]
    config = {'general': {'two_phase_commit': True}, 'databases': databases, 'users': users}
    found = Clusters(Config.model_validate(config)).find(SUPERUSER, 'app')
    assert found is not None
    return found


def commit(cluster: Cluster, register: CutOff) -> Outcome:
    """Write on both shards, and commit."""
    with ExitStack() as ends:
        for shard in range(len(SHARDS)):
            pool = cluster.writer(shard)
            connection = log_in([pool.target], register.keys, 'test')
            ends.callback(connection.stream.close)
            connection.run(b'BEGIN; INSERT INTO written VALUES (1)')
            register.participants.append(Participant(shard, pool, connection, read_facts(connection.run(FACTS))))
        return Committer(cluster, register, ClientCounters()).commit(register.participants)


def test_commit_that_others_have_finished_and_forgotten_is_not_said_to_be_rolled_back(
    server: Server, cluster: Cluster
) -> None:
    outcome = commit(cluster, CutOff(server, cluster))
    assert written(server) == len(SHARDS)
    assert outcome.committed or isinstance(outcome.error, CommitOutcomeUnknown)
