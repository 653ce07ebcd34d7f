"""The connections of several shards, one of which is in hand."""

import pytest

from pgdog_gevent.protocol.ledger import Owed
from tests.unit.execution.servers import session


def test_connection_of_each_shard_is_found_whichever_is_in_hand() -> None:
    with session() as held:
        holdings, connections = held.holdings, [held.connection(shard) for shard in range(3)]
        for shard in (2, 0, 1, 1):
            holdings.turn_to(shard)
            assert held.binding.connection is connections[shard]
            assert [held.connection(each) for each in range(3)] == connections
            assert holdings.shards == (0, 1, 2)
            assert holdings.connections[-1] is connections[shard]


def test_shard_of_which_none_is_held_leaves_the_hand_empty() -> None:
    with session() as held:
        held.holdings.turn_to(7)
        assert held.binding.connection is None
        assert held.holdings.connection(7) is None
        assert held.holdings.shards == (0, 1, 2)


def test_each_is_in_hand_once() -> None:
    with session() as held:
        seen = [(shard, held.binding.connection) for shard in held.holdings.each()]
        assert seen == [(shard, held.connection(shard)) for shard in range(3)]


def test_what_ties_a_session_to_a_connection_goes_with_it() -> None:
    with session() as held:
        held.holdings.turn_to(1)
        held.binding.pin('a reason')
        held.holdings.turn_to(2)
        pinned = [held.binding.pinned]
        held.holdings.turn_to(1)
        assert [*pinned, held.binding.pinned] == ['', 'a reason']


def test_all_are_given_back_at_the_end() -> None:
    with session() as held:
        connections = set(held.holdings.connections)
        held.holdings.end()
        assert set(held.pool.released) == connections
        assert held.holdings.shards == ()


@pytest.mark.parametrize('pinned', [None, 0, 2], ids=['none', 'in hand', 'another'])
def test_others_are_given_back_and_the_session_goes_on_unless_it_was_tied_to_one(pinned: int | None) -> None:
    with session() as held:
        if pinned is not None:
            held.holdings.turn_to(pinned)
            held.binding.pin('a reason')
        held.holdings.turn_to(0)
        assert held.holdings.others
        assert held.holdings.end_others() == (pinned != 2)
        assert held.holdings.shards == (0,)
        assert not held.holdings.others


def test_nothing_is_cancelled_where_nobody_answers() -> None:
    with session() as held:
        assert held.holdings.cancel() is None


def test_session_waits_if_one_of_several_has_been_asked_for_a_while() -> None:
    with session(2) as held:
        connection = held.connection(0)
        assert not held.holdings.waiting_since(100.0)
        connection.request_at = 100.0
        connection.ledger.sent(Owed(ord('Q')))
        assert held.holdings.waiting_since(100.0)
        assert not held.holdings.waiting_since(99.0)


def test_session_with_one_connection_waits_for_nothing_elsewhere() -> None:
    with session(1) as held:
        held.connection(0).ledger.sent(Owed(ord('Q')))
        assert not held.holdings.waiting_since(100.0)
