"""Deadlocks over several shards end as in PostgreSQL: one gets 40P01, the others go on; whoever just waits, waits.

All that takes a while goes on at the same time, over rows of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.conversation.proxies import running
from tests.integration.clients import PATIENCE, Connection, connect, eventually, one
from tests.integration.configuration import users_toml
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, databases, sharded_toml

PREFIX = 'sharded_deadlocks'
ROWS = 500
DEADLOCK = '40P01'
CLAIMS = 'SELECT count(*) FROM pg_locks WHERE locktype = $$advisory$$'
WATCHES = 'SELECT count(*) FROM pg_stat_activity WHERE application_name = $$pgdog-gevent deadlocks$$'


def keys_of_shards(first: int) -> list[int]:
    """A key of each shard, not below ``first``."""
    return [
        next(key for key in range(first, first + 100) if partition_of_int(key, SHARDS) == shard)
        for shard in range(SHARDS)
    ]


@dataclass(frozen=True)
class Outcome:
    """What became of a statement that had to wait: an SQLSTATE, or nothing."""

    sqlstate: str
    detail: str
    failed: bool


def wait(client: Connection, sql: str, *, extended: bool) -> Outcome:
    try:
        client.execute(sql.encode(), () if extended else None)
    except psycopg.Error as error:
        failed = client.info.transaction_status is TransactionStatus.INERROR
        return Outcome(error.sqlstate or '', error.diag.message_detail or '', failed)
    return Outcome('', '', failed=False)


def update(*keys: int) -> str:
    return f'UPDATE users SET age = age + 1 WHERE id IN ({", ".join(map(str, keys))})'


def nothing(client: Connection) -> None:
    """A client that has failed says nothing: what it has locked must be free without it."""


def go_on_after_savepoint(client: Connection) -> None:
    """It still has what it had locked before."""
    client.execute('ROLLBACK TO kept')
    assert one(client, 'SELECT count(*) FROM users') == ROWS
    client.execute('COMMIT')


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
        self, proxies: Sequence[RunningProxy], first: Sequence[str], then: Sequence[str], *, extended: bool = False,
        failed: Callable[[Connection], None] = nothing,
    ) -> 'Future[list[Outcome]]':  # fmt: skip
        """A client of each proxy does its first, one after the other, and then all at once what comes then.

        Those that are successful commit; the other one has ``failed`` done.
        """
        clients = [self.client(proxy) for proxy in proxies]
        for client, sql in zip(clients, first, strict=True):
            for part in sql.split(';'):
                client.execute(part.encode())
        waiting = [
            self._threads.submit(self._then, client, sql, failed, extended=extended)
            for client, sql in zip(clients, then, strict=True)
        ]
        return self._threads.submit(lambda: [each.result(PATIENCE) for each in waiting])

    def _then(self, client: Connection, sql: str, failed: Callable[[Connection], None], *, extended: bool) -> Outcome:
        outcome = wait(client, sql, extended=extended)
        if outcome.sqlstate:
            failed(client)
        else:
            client.execute('COMMIT')
        return outcome

    def later(self, client: Connection, sql: str) -> 'Future[Outcome]':
        return self._threads.submit(wait, client, sql, extended=False)


@pytest.fixture(scope='module')
def proxies(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningProxy, RunningProxy]]:
    """Before the same shards one of two workers, and another one."""
    config = sharded_toml(postgres, PREFIX, 'query_timeout = 15000')
    first, second = (tmp_path_factory.mktemp(name) for name in ('first', 'second'))
    with (
        databases(postgres, PREFIX),
        running(first, config, users_toml(), {'PGDOG_WORKERS': '2'}) as two_workers,
        running(second, config, users_toml()) as other,
    ):
        with connect(other) as client:
            rows = ', '.join(f'({key}, 0)' for key in range(ROWS))
            client.execute(f'INSERT INTO users (id, age) VALUES {rows}'.encode())
        yield two_workers, other


def test_one_of_those_that_wait_for_one_another_gets_an_error(
    proxies: tuple[RunningProxy, RunningProxy], postgres: Cluster
) -> None:
    here, there = proxies
    with ExitStack() as ends:
        scene = Scene(ends)
        a, b, c, d, e = (keys_of_shards(first) for first in range(0, ROWS, 100))
        circles = [
            scene.ring((here, here), [update(a[0]), update(a[1])], [update(a[1]), update(a[0])]),
            scene.ring(
                (here, there, here), [update(key) for key in b], [update(key) for key in (*b[1:], b[0])], extended=True
            ),
            scene.ring(
                (here, there), [f'{update(c[0])}; SAVEPOINT kept', f'{update(c[2])}; SAVEPOINT kept'],
                [update(c[2]), update(c[0])], failed=go_on_after_savepoint,
            ),
            scene.ring((there, there), [update(d[1]), update(d[2])], [update(*d), update(*d)], extended=True),
        ]  # fmt: skip
        holder, waiter = scene.client(here), scene.client(there)
        holder.execute(update(e[0]).encode())
        waiter.execute(update(e[1]).encode())
        patient = scene.later(waiter, update(e[0]))
        for circle in circles:
            *others, victim = sorted(circle.result(PATIENCE), key=lambda outcome: outcome.sqlstate)
            assert (victim.sqlstate, victim.failed) == (DEADLOCK, True)
            assert 'waits on shard' in victim.detail
            assert {other.sqlstate for other in others} == {''}
        assert postgres.execute(CLAIMS) != [(0,)]
        assert not patient.done()
        holder.execute('COMMIT')
        assert patient.result(PATIENCE).sqlstate == ''
    eventually(lambda: postgres.execute(WATCHES) == [(0,)], 'nobody watches any more')
    assert postgres.execute(CLAIMS) == [(0,)]
