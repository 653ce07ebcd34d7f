"""Connections that come back from a turn that has left nothing behind, while others wait for them."""

from collections.abc import Callable, Iterator
from math import inf
from pathlib import Path
from time import monotonic

import gevent
import pytest

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.line import Place
from pgdog_gevent.backend.pool import Pool
from tests.conversation.sessions import site


class Waiting(Place):
    """Counts how often it is woken."""

    def __init__(self) -> None:
        super().__init__(monotonic(), inf)
        self.woken = 0

    def wake(self) -> None:
        self.woken += 1


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    with site(tmp_path) as place:
        yield place.pool


def give_back(pool: Pool, connection: BackendConnection) -> bool:
    return pool.stock.give_back(connection, monotonic())


def test_first_in_the_queue_gets_the_permit_and_is_woken_before_the_next_events(pool: Pool) -> None:
    connection, first, second = pool.acquire(), Waiting(), Waiting()
    pool.permits.enqueue(first)
    gevent.sleep(0.001)  # Who comes in the same iteration of the loop comes in the reverse order.
    pool.permits.enqueue(second)
    assert give_back(pool, connection)
    assert (first.granted, first.woken, second.granted) == (True, 0, False)
    assert (pool.permits.held, pool.permits.unclaimed, pool.permits.waiting) == (1, 1, 1)
    assert (pool.lent, pool.idle_connections) == (set(), (connection,))
    assert pool.stock.take_at_once(monotonic()) is None  # A newcomer does not overtake.
    gevent.sleep(0)
    assert (first.woken, second.woken) == (1, 0)
    pool.check_invariants()
    waits, assignments = len(pool.counters.waits), pool.counters.assignments
    taken = pool.claim(first)
    assert taken is connection
    assert (len(pool.counters.waits) - waits, pool.counters.assignments - assignments) == (1, 1)
    assert connection.waited > 0
    assert give_back(pool, connection)
    assert second.granted
    pool.release(pool.claim(second))


def test_connection_that_nobody_waits_for_is_lent_again_at_once(pool: Pool) -> None:
    connection = pool.acquire()
    assert give_back(pool, connection)
    assert (pool.permits.held, pool.idle_connections) == (0, (connection,))
    assert pool.stock.take_at_once(monotonic()) is connection
    pool.release(connection)


def test_permit_that_there_is_no_more_is_not_granted(pool: Pool) -> None:
    connection, waiting = pool.acquire(), Waiting()
    pool.permits.enqueue(waiting)
    pool.permits.resize(0)
    assert give_back(pool, connection)
    gevent.sleep(0)
    assert (waiting.granted, waiting.woken, pool.permits.held) == (False, 0, 0)
    pool.permits.leave(waiting)
    pool.permits.resize(1)


def too_old(pool: Pool, connection: BackendConnection) -> None:
    connection.wear_out()


def outdated(pool: Pool, connection: BackendConnection) -> None:
    pool.reconnect()


def paused(pool: Pool, connection: BackendConnection) -> None:
    pool.pause()


def dirty(pool: Pool, connection: BackendConnection) -> None:
    connection.dirty = 'something'


@pytest.mark.parametrize('change', [too_old, outdated, paused, dirty])
def test_connection_that_must_not_be_lent_is_not_taken_back_like_this(
    pool: Pool, change: Callable[[Pool, BackendConnection], None]
) -> None:
    connection, waiting = pool.acquire(), Waiting()
    pool.permits.enqueue(waiting)
    change(pool, connection)
    assert not give_back(pool, connection)
    assert (waiting.granted, pool.permits.waiting, pool.lent) == (False, 1, {connection})
    pool.permits.leave(waiting)
    pool.discard(connection)
