"""A shard in the test's own process, before several scripted servers that let in whom they are told to."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

import gevent

from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.shard import Shard
from pgdog_gevent.config.settings import Config
from pgdog_gevent.demo.ports import LOOPBACK
from pgdog_gevent.protocol.response import ErrorFields
from pgdog_gevent.router.statement import Access
from tests.fakes.backend import READY, Conversation, FakeServer, answer
from tests.unit.backend.shards import NOTHING, Values
from tests.unit.net.ends import until


class Door:
    """A server that lets in whoever comes, or refuses with ``sqlstate``; it says nothing at all while ``silent``."""

    def __init__(self) -> None:
        self.sqlstate = ''
        self.silent = False
        self.thinks = 0.0
        """For how many seconds it does before it answers."""
        self.knocks = 0
        self.fake = FakeServer(self)

    def __enter__(self) -> Self:
        self.fake.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.fake.__exit__(kind, error, trace)

    def __call__(self, conversation: Conversation) -> None:
        self.knocks += 1
        if self.silent:
            conversation.receive(1)
        elif self.sqlstate:
            conversation.send(ErrorFields('FATAL', self.sqlstate, 'not you').encode())
        else:
            conversation.greet()
            while (frame := conversation.frame()).letter == 'Q':
                gevent.sleep(self.thinks)
                conversation.send(answer(frame.body) + READY)


class Reading:
    """Wants to read whatever there is."""

    position = 0


class Stand:
    """A shard of these servers, known by number."""

    def __init__(self, doors: list[Door], clusters: Clusters) -> None:
        self.doors, self.clusters = doors, clusters
        [self.cluster] = clusters

    @property
    def shard(self) -> Shard:
        return self.cluster.shard(0)

    @property
    def pools(self) -> tuple[Pool, ...]:
        return self.cluster.pools

    def reload(self, *roles: str) -> None:
        """Have the file say other roles."""
        self.clusters.apply(_config(self.doors, roles, NOTHING))

    def visit(self, access: Access) -> int:
        """Which server lends a connection; it is given back."""
        pool, connection = self.shard.acquire(access, Reading())
        pool.release(connection)
        return self.pools.index(pool)

    def visiting(self, access: Access) -> 'gevent.Greenlet[..., int]':
        """The same in a greenlet, which waits now."""
        visiting = gevent.spawn(self.visit, access)
        gevent.sleep(0)
        return visiting

    def is_empty(self) -> bool:
        """Whether the pools have no connections any more; helps them to get rid of them."""
        for pool in self.pools:
            pool.trim()
        return not any(pool.total for pool in self.pools)


@contextmanager
def stand(*roles: str, general: Values = NOTHING) -> Iterator[Stand]:
    """Servers of these roles. No permit and no connection may be lost when all is over."""
    with ExitStack() as stack, gevent.Timeout(8):
        doors = [stack.enter_context(Door()) for _ in roles]
        found = Stand(doors, Clusters(_config(doors, roles, general)))
        yield found
        for pool in found.pools:
            pool.retire()
        until(found.is_empty)
        for pool in found.pools:
            pool.check_invariants()
            assert (pool.permits.held, pool.permits.unclaimed) == (0, 0)


def _config(doors: list[Door], roles: tuple[str, ...], general: Values) -> Config:
    servers = zip(doors, roles, strict=True)
    quick: Values = {'connect_attempts': 1, 'checkout_timeout': 400, 'ban_timeout': 60_000, 'min_pool_size': 0}
    return Config.model_validate(
        {
            'general': {**quick, **general},
            'databases': [
                {'name': 'app', 'host': LOOPBACK, 'port': door.fake.port, 'role': role} for door, role in servers
            ],
            'users': [{'name': 'alice', 'database': 'app', 'password': 'secret'}],
        }
    )
