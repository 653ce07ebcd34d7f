"""Sessions in the test's own process, before scripted servers of two shards."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pgdog_gevent.config.settings import Config
from pgdog_gevent.demo.ports import LOOPBACK
from pgdog_gevent.protocol.response import parameter_status
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.conversation.troupe import Actor, Troupe, playing
from tests.fakes.backend import FakeServer
from tests.unit.router.sharded import CATALOG

SHARDS = 2
KEYS = tuple(next(key for key in range(100) if partition_of_int(key, SHARDS) == shard) for shard in range(SHARDS))
"""One for each shard: of ``users``, and of ``payments`` as ``user_id``. ``countries`` is sticky."""


@contextmanager
def shards(*roles: str, read_your_writes: str = 'off') -> Iterator[Troupe]:
    """A server of each of these roles for each shard: ``p0`` and ``r1``, ``p2`` and ``r3``."""
    with ExitStack() as stack:
        actors: list[Actor] = []
        entries: list[dict[str, object]] = []
        for shard in range(SHARDS):
            for role in roles:
                actor = Actor(f'{role[0]}{len(actors)}'.encode())
                actor.reports = parameter_status('standard_conforming_strings', 'on')
                port = stack.enter_context(FakeServer(actor)).port
                actors.append(actor)
                entries.append({'name': 'app', 'host': LOOPBACK, 'port': port, 'role': role, 'shard': shard})
        config = Config.model_validate(
            {
                'general': {
                    'read_write_split': 'exclude_primary', 'min_pool_size': 0, 'read_your_writes_timeout': 0,
                    'load_balancing_strategy': 'round_robin',
                    'read_your_writes': read_your_writes,
                },
                'databases': entries,
                'users': [{'name': 'alice', 'database': 'app', 'password': 'secret'}],
                'sharded_tables': [
                    {'database': 'app', 'name': 'users', 'column': 'id'},
                    {'database': 'app', 'name': 'payments', 'column': 'user_id'},
                ],
                'omnisharded_tables': [{'database': 'app', 'tables': ['countries'], 'sticky': True}],
            }
        )  # fmt: skip
        found = stack.enter_context(playing(actors, config))
        for shard in range(SHARDS):
            found.cluster.known_catalog.learn(shard, CATALOG, 0)
        yield found
