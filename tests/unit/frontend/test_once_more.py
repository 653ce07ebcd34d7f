"""Reads that other servers do once more, after one of several has been lost."""

import pytest

from pgdog_gevent.frontend.once_more import leave_all
from tests.unit.execution.servers import session


def test_all_are_left_the_lost_one_for_good() -> None:
    with session() as held:
        lost = held.connection(1)
        held.holdings.turn_to(1)
        assert leave_all(held.holdings)
        assert held.holdings.shards == ()
        assert held.pool.discarded == [lost]


@pytest.mark.parametrize('pinned', [0, 1], ids=['another', 'the lost one'])
def test_session_that_is_tied_to_one_keeps_all_until_it_ends(pinned: int) -> None:
    with session() as held:
        held.holdings.turn_to(pinned)
        held.binding.pin('a reason')
        held.holdings.turn_to(1)
        assert not leave_all(held.holdings)
        assert held.holdings.shards == (0, 1, 2)
