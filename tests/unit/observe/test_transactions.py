"""Transactions of several processes, as one list."""

from dataclasses import replace
from itertools import permutations

import pytest

from pgdog_gevent.observe.together import merged, remains
from pgdog_gevent.observe.transactions import TransactionView, joined, transactions
from pgdog_gevent.twophase.register import Entry, InDoubt, Register, State
from tests.unit.observe.views import DOUBT, SNAPSHOT, UNDER_WAY

AT_IT = [state for state in State if state is not State.IN_DOUBT]


def together(*processes: tuple[TransactionView, ...]) -> tuple[TransactionView, ...]:
    return merged([replace(SNAPSHOT, transactions=views) for views in processes]).transactions


def test_each_process_tells_what_it_is_at() -> None:
    other = replace(UNDER_WAY, name='pgdog_gevent::prod:0.701.0123456789abcdef')
    assert together((UNDER_WAY,), (other,)) == (UNDER_WAY, other)


def test_what_several_find_in_doubt_is_shown_once_with_all_the_shards_that_any_has_seen() -> None:
    earlier = replace(DOUBT, participants=(0, 1), began_at=DOUBT.began_at - 1)
    for order in permutations(((DOUBT,), (earlier,), ())):
        assert together(*order) == (replace(earlier, participants=(0, 1, 2)),)


@pytest.mark.parametrize('state', AT_IT, ids=lambda state: state.name)
def test_what_one_process_is_at_is_not_in_doubt_whatever_others_say(state: State) -> None:
    begun = replace(UNDER_WAY, state=state)
    doubted = replace(DOUBT, name=UNDER_WAY.name)
    for order in permutations((begun, doubted, doubted)):
        assert joined(order) == (begun,)


def test_what_a_process_has_begun_since_recovery_looked_is_not_in_doubt() -> None:
    register = Register('')
    begun = Entry(UNDER_WAY.name, 'prod', 'alice', (0, 2))
    register.in_doubt['prod'] = (InDoubt(begun.name, 'prod', 'app', (0,), begun.since),)
    register.enter(begun)
    [view] = transactions(register)
    assert not view.in_doubt


def test_what_the_departed_were_at_is_for_recovery_to_find() -> None:
    living = replace(SNAPSHOT, transactions=(DOUBT,))
    assert merged([living], remains(SNAPSHOT)).transactions == (DOUBT,)


def test_counts_of_commits_add_up_and_outlive_their_process() -> None:
    for both in (merged([SNAPSHOT, SNAPSHOT]), merged([SNAPSHOT], remains(SNAPSHOT))):
        told = both.two_phase
        assert (told.committed, told.aborted, told.recovered) == (62, 64, 66)
        assert (told.histogram.counts, told.histogram.sum) == ((10, 6, 0, 4), 2.5)
