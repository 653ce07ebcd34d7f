"""Deadlocks over several shards end as in PostgreSQL: one gets 40P01, the others go on; whoever just waits, waits.

All that takes a while goes on at the same time, over rows of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from time import monotonic

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.conversation.proxies import running
from tests.integration.clients import Connection, connect, eventually
from tests.integration.configuration import users_toml
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, databases, on_shards, sharded_toml

PREFIX = 'sharded_deadlocks'
DEADLOCK = '40P01'
CLAIMS = 'SELECT count(*) FROM pg_locks WHERE locktype = $$advisory$$'
WATCHES = 'SELECT count(*) FROM pg_stat_activity WHERE application_name = $$pgdog-gevent deadlocks$$'
PATIENCE = 20.0


def keys_of_shards(first: int) -> list[int]:
    """A key of each shard, not below ``first``."""
    return [
        next(key for key in range(first, first + 100) if partition_of_int(key, SHARDS) == shard)
        for shard in range(SHARDS)
    ]


@dataclass(frozen=True)
class Outcome:
    """What became of a statement that had to wait."""

    sqlstate: str | None
    detail: str | None
    seconds: float
    status: TransactionStatus


def wait(client: Connection, sql: str) -> Outcome:
    began = monotonic()
    try:
        client.execute(sql.encode())
    except psycopg.Error as error:
        return Outcome(error.sqlstate, error.diag.message_detail, monotonic() - began, client.info.transaction_status)
    return Outcome(None, None, monotonic() - began, client.info.transaction_status)


def update(key: int) -> str:
    return f'UPDATE users SET age = age + 1 WHERE id = {key}'


class Scene:
    """Clients that wait in threads."""

    def __init__(self, ends: ExitStack) -> None:
        self._ends = ends
        self._threads = ends.enter_context(ThreadPoolExecutor(20))

    def client(self, proxy: RunningProxy) -> Connection:
        client = self._ends.enter_context(connect(proxy))
        client.execute('BEGIN')
        return client

    def ring(
        self, clients: Sequence[Connection], first: Sequence[str], then: Sequence[str],
        after: Callable[[Connection], object] = lambda _: None,
    ) -> 'Future[list[Outcome]]':  # fmt: skip
        """All do the first, one after the other, and then all at once what comes then.

        Those who have been successful commit, and if anyone was not, it has ``after`` done. All are idle when all
        have done what they can do.
        """
        for client, sql in zip(clients, first, strict=True):
            client.execute(sql.encode())
        waiting = [self._threads.submit(self._then, *each, after) for each in zip(clients, then, strict=True)]
        return self._threads.submit(lambda: [each.result(PATIENCE) for each in waiting])

    def _then(self, client: Connection, sql: str, after: Callable[[Connection], object]) -> Outcome:
        outcome = wait(client, sql)
        if outcome.sqlstate is None:
            client.execute('COMMIT')
        else:
            after(client)
        return outcome

    def later(self, client: Connection, sql: str) -> 'Future[Outcome]':
        return self._threads.submit(wait, client, sql)


@pytest.fixture(scope='module')
def proxies(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningProxy, RunningProxy]]:
    """Before the same shards one of two workers, and another one."""
    config = sharded_toml(postgres, PREFIX)
    first, second = (tmp_path_factory.mktemp(name) for name in ('first', 'second'))
    with (
        databases(postgres, PREFIX),
        running(first, config, users_toml(), {'PGDOG_WORKERS': '2'}) as two_workers,
        running(second, config, users_toml()) as other,
    ):
        with connect(other) as client:
            rows = ', '.join(f'({key}, 0)' for key in range(1000))
            client.execute(f'INSERT INTO users (id, age) VALUES {rows}'.encode())
            client.execute("INSERT INTO countries VALUES ('no', 'Norway')")
        yield two_workers, other


def go_on_after_savepoint(client: Connection) -> None:
    client.execute('ROLLBACK TO kept')
    client.execute('COMMIT')


def test_one_of_those_who_wait_for_one_another_gets_an_error(
    proxies: tuple[RunningProxy, RunningProxy], postgres: Cluster
) -> None:
    here, there = proxies
    with ExitStack() as ends:
        scene = Scene(ends)
        a, b, c, d, e = (keys_of_shards(first) for first in (0, 100, 200, 300, 400))
        pair = scene.ring([scene.client(here) for _ in a[:2]], [update(a[0]), update(a[1])], [update(a[1]), update(a[0])])
        ring = scene.ring(
            [scene.client(proxy) for proxy in (here, there, here)], [update(key) for key in b],
            [update(key) for key in (*b[1:], b[0])],
        )  # fmt: skip
        kept = scene.ring(
            [scene.client(proxy) for proxy in proxies],
            [f'{update(c[0])}; SAVEPOINT kept', f'{update(c[2])}; SAVEPOINT kept'] and [update(c[0]), update(c[2])],
            [update(c[2]), update(c[0])],
        )
        everywhere = f'UPDATE users SET age = age + 1 WHERE id IN ({d[0]}, {d[1]}, {d[2]})'
        everyone = scene.ring(
            [scene.client(proxy) for proxy in proxies], [update(d[1]), update(d[2])], [everywhere, everywhere]
        )
        holder, waiter = scene.client(here), scene.client(there)
        holder.execute(update(e[0]).encode())
        waiter.execute(update(e[1]).encode())
        patient = scene.later(waiter, update(e[0]))
        for circle in (pair, ring, kept, everyone):
            outcomes = circle.result(PATIENCE)
            print([(o.sqlstate, round(o.seconds, 2), o.detail) for o in outcomes])
            assert sorted(o.sqlstate or '' for o in outcomes) == ['', '', DEADLOCK][-len(outcomes) :]
        eventually(lambda: sum(count for [(count,)] in on_shards(postgres, PREFIX, CLAIMS)) > 0, 'it is claimed')
        assert not patient.done()
        holder.execute('COMMIT')
        assert patient.result(PATIENCE).sqlstate is None
    eventually(lambda: postgres.execute(WATCHES) == [(0,)], 'nobody watches any more')
