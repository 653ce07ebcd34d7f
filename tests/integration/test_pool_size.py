"""A pool and a real server: the moments in which one connection too many could be open."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gevent
import pytest

from pgdog_gevent.backend import dialer
from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.connect import Target, connect
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.config.load import load
from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.errors import ServerUnreachable
from tests.integration.administrator import config_toml, users_toml

PATIENCE = 10.0


@pytest.fixture
def pool(postgres: Cluster, database: str, tmp_path: Path) -> Iterator[Pool]:
    """A pool of one connection, in this process."""
    config, users = tmp_path / 'pgdog.toml', tmp_path / 'users.toml'
    config.write_text(config_toml(postgres, database, sections='pool_size = 1'))
    users.write_text(users_toml(database))
    (pool,) = Clusters(load(config, users, environment={}).config).pools()
    yield pool
    for connection in tuple(pool.lent):
        pool.release(connection)
    pool.retire()
    await_end(pool)


def await_end(pool: Pool) -> None:
    """Return when no connection is open."""
    with gevent.Timeout(PATIENCE):
        while pool.total:
            gevent.sleep(0.01)


def hand_over(pool: Pool) -> tuple[BackendConnection, 'gevent.Greenlet[[], BackendConnection]']:
    """Give the only connection back while another waits for it; the other has not woken yet when this returns."""
    first = pool.acquire()
    waiter = gevent.spawn(pool.acquire)
    gevent.sleep(0)
    assert pool.waiting == 1
    pool.release(first)
    return first, waiter


def test_a_permit_and_the_connection_it_is_for_are_one(pool: Pool) -> None:
    first, waiter = hand_over(pool)
    assert pool.total == 1
    assert waiter.get(timeout=PATIENCE) is first
    assert pool.total == 1


def test_a_connection_is_opened_only_after_the_one_it_replaces_is_closed(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, waiter = hand_over(pool)
    closed_before: list[bool] = []

    def watched(target: Target, keys: KeyCache) -> BackendConnection:
        closed_before.append(first.stream.closed)
        return connect(target, keys)

    monkeypatch.setattr(dialer, 'connect', watched)
    pool.reconnect()
    assert waiter.get(timeout=PATIENCE) is not first
    assert closed_before == [True]
    pool.check_invariants()


def test_a_pause_closes_what_was_on_its_way_to_the_next_client(pool: Pool) -> None:
    first, waiter = hand_over(pool)
    pool.pause()
    await_end(pool)
    assert first.stream.closed
    assert pool.waiting == 1
    pool.resume()
    assert waiter.get(timeout=PATIENCE) is not first
    pool.check_invariants()


def test_a_pool_that_was_made_smaller_shrinks(pool: Pool) -> None:
    pool.resize(3)
    for connection in [pool.acquire() for _ in range(3)]:
        pool.release(connection)
    assert pool.total == 3
    pool.resize(1)
    with gevent.Timeout(PATIENCE):
        while pool.total > 1:
            gevent.sleep(0.01)
            pool.trim()
    pool.check_invariants()


def test_a_permit_that_is_surrendered_takes_an_idle_connection_with_it(pool: Pool) -> None:
    pool.resize(2)
    for connection in [pool.acquire() for _ in range(2)]:
        pool.release(connection)
    pool.permits.acquire()
    pool.surrender()
    assert (pool.total, pool.permits.size, pool.permits.held) == (1, 1, 0)
    pool.check_invariants()


def test_a_permit_that_no_connection_needs_is_surrendered_alone(pool: Pool) -> None:
    pool.resize(2)
    pool.release(pool.acquire())
    pool.permits.acquire()
    pool.surrender()
    assert (pool.total, pool.permits.size) == (1, 1)
    pool.check_invariants()


def test_a_connection_is_outdated_only_by_what_came_after_it(pool: Pool) -> None:
    right = pool.target
    pool.configure(pool.settings, replace(right, port=1, attempts=1))
    with pytest.raises(ServerUnreachable):
        pool.acquire()
    waiter = gevent.spawn(pool.acquire)
    gevent.sleep(0)
    # The next attempt is not made at once: it finds the new target.
    pool.configure(pool.settings, right)
    connection = waiter.get(timeout=PATIENCE)
    pool.release(connection)
    assert pool.idle_connections == (connection,)
