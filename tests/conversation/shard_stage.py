"""A session in the test's own process before three scripted servers that are its shards."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from time import monotonic, perf_counter
from typing import Final

import gevent

from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.prepared import StatementNames
from pgdog_gevent.backend.settings import NO_SETTINGS
from pgdog_gevent.config.settings import Config
from pgdog_gevent.demo.ports import LOOPBACK
from pgdog_gevent.errors import ClientGone
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.services import Services
from pgdog_gevent.frontend.session import Session
from pgdog_gevent.router.cache import StatementCache
from pgdog_gevent.router.catalog import Type, TypeKind
from pgdog_gevent.twophase.recovery import Recovery, Terms
from pgdog_gevent.twophase.register import Register
from tests.conversation.shard_actors import ShardActor
from tests.conversation.troupe import KNOWN, Guest
from tests.fakes.backend import FakeServer
from tests.unit.backend.shards import NOTHING, Values
from tests.unit.net.ends import raw_ends, until
from tests.unit.router.sharded import CATALOG, SHARDS

_BIGINT: Final = Type(20, 'pg_catalog', 'int8', TypeKind.BASE, category='N', array=1016)


class Stage:
    """A database of three shards, known by number, and its clients."""

    def __init__(self, actors: list[ShardActor], fakes: list[FakeServer], clusters: Clusters, config: Config) -> None:
        self.actors = actors
        self._fakes = fakes
        [self.cluster] = clusters
        self.cluster.known_functions.learn(KNOWN, 0)
        known = self.cluster.known_catalog
        for shard in range(SHARDS):
            known.learn(shard, replace(CATALOG, types={**CATALOG.types, 20: _BIGINT}), known.times_forgotten)
        caches = StatementCache(100, perf_counter), StatementCache(100, perf_counter)
        self.register = Register('')
        self._services = Services(config.general, *caches, StatementNames(), register=self.register)
        self._number = 0

    @property
    def pools(self) -> tuple[Pool, ...]:
        return self.cluster.pools

    @property
    def committed(self) -> list[list[bytes]]:
        """What each shard has committed."""
        return [actor.committed for actor in self.actors]

    def recover(self) -> tuple[str, ...]:
        """Have what is left finished and forgotten; return what could not be."""
        recovery = Recovery('app', self.register, monotonic)
        try:
            return recovery.run([self.cluster], Terms(grace=0, retention=0, young=0), hurried=True)
        finally:
            recovery.close()

    @property
    def in_doubt(self) -> bool:
        """Whether anything is prepared, or remembered as decided."""
        return any(actor.decisions.prepared or actor.decisions.rows for actor in self.actors)

    @property
    def cancels(self) -> int:
        """How many CancelRequests there have been."""
        return sum(len(fake.cancelled) for fake in self._fakes)

    def forget(self) -> None:
        """Begin anew with another attempt."""
        for actor in self.actors:
            actor.committed.clear()
            actor.told.clear()

    @property
    def quiet(self) -> bool:
        """Whether no server is in a transaction, and no connection lent."""
        return not any(actor.in_transaction for actor in self.actors) and not any(pool.lent for pool in self.pools)

    @contextmanager
    def guest(self) -> Iterator[Guest]:
        """One client, who is gone when the block ends."""
        with ExitStack() as stack:
            stream, far = stack.enter_context(raw_ends())
            self._number += 1
            client = Client(
                id=self._number, secret=b'', user='alice', database='app', address='', port=0, stream=stream
            )
            session = Session(client, self.cluster, self._services, Parameters(NO_SETTINGS, 'app'))

            def serve() -> None:
                client.greenlet = gevent.getcurrent()
                with closing(stream), suppress(ClientGone):
                    session.serve()

            serving = gevent.spawn(serve)
            try:
                yield Guest(session, far)
            finally:
                far.close()
                serving.join(5)
                assert serving.ready()

    def is_empty(self) -> bool:
        """Whether the pools have no connections any more; helps them to get rid of them."""
        for pool in self.pools:
            pool.trim()
        return not any(pool.total for pool in self.pools)


def _config(ports: list[int], general: Values) -> Config:
    return Config.model_validate(
        {
            'general': {'min_pool_size': 0, 'default_pool_size': 2, **general},
            'databases': [
                {'name': 'app', 'host': LOOPBACK, 'port': port, 'shard': shard} for shard, port in enumerate(ports)
            ],
            'users': [{'name': 'alice', 'database': 'app', 'password': 'secret'}],
            'sharded_tables': [
                {'database': 'app', 'name': 'users', 'column': 'id'},
                {'database': 'app', 'name': 'payments', 'column': 'user_id'},
            ],
        }
    )


@contextmanager
def stage(general: Values = NOTHING) -> Iterator[Stage]:
    """No permit and no connection may be lost when all is over."""
    with ExitStack() as stack, gevent.Timeout(60):
        actors = [ShardActor(number) for number in range(SHARDS)]
        fakes = [stack.enter_context(FakeServer(actor)) for actor in actors]
        for actor, fake in zip(actors, fakes, strict=True):
            fake.when_cancelled = actor.cancel
        config = _config([fake.port for fake in fakes], general)
        found = Stage(actors, fakes, Clusters(config), config)
        try:
            yield found
        finally:
            for pool in found.pools:
                pool.retire()
        until(found.is_empty)
        for pool in found.pools:
            pool.check_invariants()
            assert (pool.permits.held, pool.permits.unclaimed) == (0, 0)
