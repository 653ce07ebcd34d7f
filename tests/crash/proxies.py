"""What of a proxy commits and recovers, in this process, with real connections."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final, cast

import gevent

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.counters import ClientCounters
from pgdog_gevent.config.settings import Config
from pgdog_gevent.demo.settings import SUPERUSER
from pgdog_gevent.errors import CommitOutcomeUnknown, ProxyError, ServerLost
from pgdog_gevent.execution.binding import Binding
from pgdog_gevent.execution.direct import Relay
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.execution.transaction import Transaction
from pgdog_gevent.router.statement import Access
from pgdog_gevent.twophase.committer import Committer
from pgdog_gevent.twophase.recovery import Recovery, Terms
from tests.crash.moments import Moment, Watched
from tests.crash.shards import DATABASES, Shards, users_toml, wait

DEPLOYMENT: Final = 'crash'
PATIENT: Final = Terms(grace=60, retention=60, young=0)
"""Waits for all coordinators that are alive."""
IMPATIENT: Final = Terms(grace=0, retention=60, young=0)
"""Takes nobody for alive."""
FORGETFUL: Final = Terms(grace=0, retention=0, young=0)
"""Nor does it keep a decision that nobody can need, as far as it sees."""
AT_LAST: Final = Terms(grace=60, retention=0, young=0)


class Died(Exception):
    """The process is not there any more."""


Answer = ProxyError | Died | None
"""What the client has been told: an error, nothing, or COMMIT."""


class Proxy:
    """One process."""

    def __init__(self, shards: Shards) -> None:
        sections = {**tomllib.loads(shards.config_toml()), **tomllib.loads(users_toml())}
        self._clusters = Clusters(Config.model_validate(sections))
        self.register = Watched(DEPLOYMENT)
        self._recoveries = {name: Recovery(name, self.register, monotonic) for name in DATABASES.values()}

    def cluster(self, shards: int) -> Cluster:
        """The database of so many shards."""
        found = self._clusters.find(SUPERUSER, DATABASES[shards])
        assert found is not None
        return found

    def recover(self, shards: int, terms: Terms) -> None:
        """Look once at what is prepared."""
        failures = self._recoveries[DATABASES[shards]].run([self.cluster(shards)], terms, hurried=True)
        assert not failures

    @contextmanager
    def recovering(self, shards: int, terms: Terms) -> Iterator[None]:
        """Look again and again, at the same time."""
        goes_on = True

        def look() -> None:
            while goes_on:
                self.recover(shards, terms)

        greenlet = gevent.spawn(look)
        try:
            yield
        finally:
            goes_on = False
            greenlet.get()

    def close(self) -> None:
        """Leave no connection open."""
        for recovery in self._recoveries.values():
            recovery.close()
        pools = tuple(self._clusters.pools())
        for pool in pools:
            pool.retire()
        wait(lambda: not any(pool.total for pool in pools), gevent.sleep)


class Session:
    """A client of it, whose transactions write one row on each shard."""

    def __init__(self, proxy: Proxy, shards: int) -> None:
        cluster = proxy.cluster(shards)
        self._shards = range(shards)
        self._holdings = Holdings(Binding(cluster, 1))
        committer = Committer(cluster, proxy.register, ClientCounters())
        self._transaction = Transaction(self._holdings, cast(Relay, self), committer)

    def prepare(self, connection: BackendConnection) -> None:
        """It has no settings."""

    def write(self, key: str) -> None:
        """Begin a transaction, and do all but commit it."""
        try:
            self._write(key)
        except ServerLost:
            # Who dies after its last answer is found out by who comes next, and by that one only.
            self._holdings.binding.lose()
            self._transaction.roll_back()
            self._write(key)

    def _write(self, key: str) -> None:
        self._transaction.begin(b'BEGIN')
        for shard in self._shards:
            self._holdings.turn_to(shard)
            connection = self._holdings.binding.acquire(Access.WRITE)
            self._transaction.join()
            connection.run(f"INSERT INTO written VALUES ('{key}')".encode())

    def commit(self) -> Answer:
        """Commit, and give the connections back."""
        try:
            self._transaction.commit()
        except (ProxyError, Died) as answer:
            return answer
        finally:
            self._holdings.let_go(_nothing)
        return None

    def connection(self, shard: int) -> BackendConnection:
        found = self._holdings.connection(shard)
        assert found is not None
        return found

    @property
    def pids(self) -> list[int]:
        """The processes that work for it."""
        return [connection.key.pid for connection in self._holdings.connections]

    def die(self) -> None:
        """End as everything does that belongs to a process."""
        for connection in self._holdings.connections:
            connection.stream.cut()
        raise Died

    def end(self) -> None:
        """The client has gone."""
        self._holdings.end()


def _nothing() -> None:
    pass


@contextmanager
def session(proxy: Proxy, shards: int) -> Iterator[Session]:
    """For as long as the block."""
    found = Session(proxy, shards)
    try:
        yield found
    finally:
        proxy.register.arm({})
        found.end()


def recover_all(proxy: Proxy, shards: Shards, count: int) -> None:
    """Have it look until it finds nothing."""

    def nothing_is_left() -> bool:
        proxy.recover(count, AT_LAST)
        return shards.are_clean()

    wait(nothing_is_left, gevent.sleep)


def check_truth(answer: Answer, having: list[int], count: int) -> None:
    """All shards have the row or none, as the client has been told."""
    everywhere = list(range(count))
    assert having in ([], everywhere)
    match answer:
        case None:
            assert having == everywhere
        case Died() | CommitOutcomeUnknown():
            pass
        case _:
            assert having == []


def check_moment(moment: Moment, having: list[int]) -> None:
    """What has not been decided when its coordinator died is nowhere, what has been is somewhere."""
    assert not (having and moment.is_undecided)
    assert having or not moment.is_decided
