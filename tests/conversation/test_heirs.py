"""Connections that go from hand to hand, and when they do not."""

from collections.abc import Callable, Iterator
from math import inf
from pathlib import Path
from time import monotonic

import gevent
import pytest

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.stock import Heir
from tests.conversation.sessions import site


class Waiting(Heir):
    """Notes what it gets."""

    def __init__(self) -> None:
        super().__init__(monotonic(), inf)
        self.inherited: list[BackendConnection] = []
        self.woken = 0

    def wake(self) -> None:
        self.woken += 1

    def take_over(self, connection: BackendConnection) -> None:
        self.inherited.append(connection)


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    with site(tmp_path) as place:
        yield place.pool


def give_back(pool: Pool, connection: BackendConnection, in_hub: bool = True) -> bool:
    given: list[bool] = []
    gevent.get_hub().loop.run_callback(
        lambda: given.append(pool.stock.give_back(connection, monotonic(), in_hub))
    )
    gevent.sleep(0)
    [taken] = given
    return taken


def test_first_in_the_queue_gets_the_very_connection_and_its_permit(pool: Pool) -> None:
    connection, first, second = pool.acquire(), Waiting(), Waiting()
    pool.permits.enqueue(first)
    gevent.sleep(0.001)  # Who comes in the same iteration of the loop comes in the reverse order.
    pool.permits.enqueue(second)
    waits, assignments = len(pool.counters.waits), pool.counters.assignments
    assert give_back(pool, connection)
    assert (first.inherited, first.woken, second.inherited, second.woken) == ([connection], 0, [], 0)
    assert (pool.permits.held, pool.permits.unclaimed, pool.permits.waiting) == (1, 0, 1)
    assert (pool.lent, pool.idle_connections) == ({connection}, ())
    assert (len(pool.counters.waits) - waits, pool.counters.assignments - assignments) == (1, 1)
    assert connection.waited > 0
    pool.check_invariants()
    assert give_back(pool, connection)
    assert second.inherited == [connection]
    pool.release(connection)


def unchecked(pool: Pool, connection: BackendConnection) -> None:
    connection.checked_at = -inf


def talkative(pool: Pool, connection: BackendConnection) -> None:
    connection.stream.received, connection.stream.position = b'N', 0


@pytest.mark.parametrize('change', [unchecked, talkative])
def test_connection_that_has_to_be_looked_at_is_put_down_and_its_permit_passed_on(
    pool: Pool, change: Callable[[Pool, BackendConnection], None]
) -> None:
    connection, heir = pool.acquire(), Waiting()
    pool.permits.enqueue(heir)
    change(pool, connection)
    assert give_back(pool, connection)
    assert (heir.inherited, heir.woken, heir.granted) == ([], 1, True)
    assert (pool.idle_connections, pool.permits.held, pool.permits.unclaimed) == ((connection,), 1, 1)
    pool.check_invariants()
    pool.release(pool.claim(heir))


def test_connection_that_there_is_no_permit_for_any_more_is_not_handed_on(pool: Pool) -> None:
    connection, heir = pool.acquire(), Waiting()
    pool.permits.enqueue(heir)
    pool.permits.resize(0)
    assert give_back(pool, connection)
    assert (heir.inherited, heir.woken, pool.permits.held) == ([], 0, 0)
    pool.permits.leave(heir)
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
    connection, heir = pool.acquire(), Waiting()
    pool.permits.enqueue(heir)
    change(pool, connection)
    assert not give_back(pool, connection)
    assert (heir.inherited, heir.woken, pool.permits.waiting, pool.lent) == ([], 0, 1, {connection})
    pool.permits.leave(heir)
    pool.discard(connection)


def test_nobody_goes_on_at_once_when_a_session_gives_back(pool: Pool) -> None:
    connection, heir = pool.acquire(), Waiting()
    pool.permits.enqueue(heir)
    assert pool.stock.give_back(connection, monotonic(), False)
    assert (heir.inherited, heir.woken, heir.granted) == ([], 0, True)
    gevent.sleep(0)
    assert heir.woken == 1
    pool.release(pool.claim(heir))
