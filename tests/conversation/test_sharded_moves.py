"""Reads of several shards that a replica loses or refuses are done by others, once, and only if that is unseen."""

from collections.abc import Callable, Iterator

import pytest

from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.query import SYNC
from tests.conversation.shards import KEYS, shards
from tests.conversation.troupe import Troupe
from tests.integration.extended import EXECUTE, bind, parse

SCATTERED = b'SELECT name FROM users'
POINT = b'SELECT name FROM users WHERE id = %d' % KEYS[1]
Asking = Callable[[bytes], bytes]


def simply(sql: bytes) -> bytes:
    return query.query(sql)


def in_steps(sql: bytes) -> bytes:
    return parse(b'', sql) + bind(b'') + EXECUTE + SYNC


BOTH = pytest.mark.parametrize('asking', [simply, in_steps], ids=['simple', 'extended'])


@pytest.fixture
def place() -> Iterator[Troupe]:
    """``p0``, ``r1``, ``r2`` have one shard, ``p3``, ``r4``, ``r5`` the other; ``r4`` hangs up when all are asked."""
    with shards('primary', 'replica', 'replica') as found:
        found.actors[4].hangs_up_on.add(SCATTERED)
        yield found


def rows(answer: str) -> list[str]:
    """Who has answered, and the SQLSTATE if anybody has failed."""
    return [word for word in answer.split() if len(word) > 1]


def times(place: Troupe, sql: bytes) -> list[int]:
    """How often each server has been asked that."""
    return [asked.count(sql) for asked in place.asked]


@BOTH
def test_read_of_several_shards_is_done_again_if_a_replica_is_lost(place: Troupe, asking: Asking) -> None:
    guest = place.guest()
    assert rows(guest.ask(asking(SCATTERED))) == ['r1', 'r5']
    assert times(place, SCATTERED) == [0, 1, 1, 0, 1, 1]
    assert [rows(guest.ask(asking(POINT))) for _ in range(2)] == [['r4'], ['r5']]


@BOTH
def test_it_is_done_again_only_once(place: Troupe, asking: Asking) -> None:
    guest = place.guest()
    place.actors[5].hangs_up_on.add(SCATTERED)
    assert rows(guest.ask(asking(SCATTERED))) == ['08006']
    assert times(place, SCATTERED) == [0, 1, 1, 0, 1, 1]
    assert rows(guest.ask(asking(POINT))) == ['r4']


@BOTH
def test_read_that_a_replica_refuses_is_done_by_the_primaries_from_then_on(place: Troupe, asking: Asking) -> None:
    guest = place.guest()
    place.actors[4].hangs_up_on.clear()
    place.actors[4].refuses.add(SCATTERED)
    assert rows(guest.ask(asking(SCATTERED))) == ['p0', 'p3']
    assert times(place, SCATTERED) == [1, 0, 1, 1, 1, 0]
    assert rows(guest.ask(asking(SCATTERED))) == ['p0', 'p3']
    assert times(place, SCATTERED) == [1, 0, 0, 1, 0, 0]


def test_transaction_that_has_lost_a_server_is_over(place: Troupe) -> None:
    guest = place.guest()
    guest.ask(simply(b'BEGIN READ ONLY'))
    assert rows(guest.ask(simply(SCATTERED))) == ['08006']
    assert rows(guest.ask(simply(POINT))) == ['25P02']
    guest.ask(simply(b'ROLLBACK'))
    assert rows(guest.ask(simply(POINT))) == ['r5']


def test_write_is_not_done_again(place: Troupe) -> None:
    update = b"UPDATE users SET name = 'x'"
    place.actors[3].hangs_up_on.add(update)
    assert rows(place.guest().ask(simply(update))) == ['08006']
    assert times(place, update) == [1, 0, 0, 1, 0, 0]


PIPELINE = parse(b'', POINT) + bind(b'') + EXECUTE + parse(b'', SCATTERED) + bind(b'') + EXECUTE + SYNC


def test_read_amid_a_pipeline_is_not_done_again(place: Troupe) -> None:
    place.actors[5].hangs_up_on.add(SCATTERED)
    assert rows(place.guest().ask(PIPELINE))[-1] == '08006'


def test_pipeline_that_replicas_have_refused_goes_to_the_primaries_the_next_time(place: Troupe) -> None:
    guest = place.guest()
    place.actors[4].hangs_up_on.clear()
    for actor in place.actors[4:]:
        actor.refuses.add(SCATTERED)
    assert rows(guest.ask(PIPELINE))[-1] == '25006'
    assert rows(guest.ask(PIPELINE)) == ['p3', 'p0', 'p3']
