"""Permits among several processes: never more than there are, never kept from those who wait."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pgdog_gevent.supervisor.budget import Budget, Lend, Recall, Step


class Borrower:
    """One who does as it is told, as soon as it can."""

    def __init__(self) -> None:
        self.permits = 0
        self.used = 0
        self.waiting = 0
        self.returned = 0
        self.to_return = 0

    @property
    def need(self) -> int:
        return self.used + self.waiting

    def take(self) -> None:
        """Give what is free to those who wait."""
        served = min(self.waiting, self.permits - self.used)
        self.used += served
        self.waiting -= served

    def due(self) -> int:
        """Permits to give back now."""
        given = max(0, min(self.to_return - self.returned, self.permits - self.used))
        self.permits -= given
        self.returned += given
        return given


class Lending(RuleBasedStateMachine):
    """Three borrowers whose clients come, wait and go, and who die."""

    @initialize(size=st.integers(0, 6))
    def start(self, size: int) -> None:
        self.budget: Budget[int] = Budget(size)
        self.borrowers: dict[int, Borrower] = {}
        self.wire: list[Step[int]] = []
        """On its way to borrowers."""
        self.names = 0
        self.largest = size

    @rule(share=st.integers(0, 4))
    @precondition(lambda self: len(self.borrowers) < 3)
    def join(self, share: int) -> None:
        self.names += 1
        self.borrowers[self.names] = Borrower()
        self.obey(self.budget.join(self.names, share))

    @rule(data=st.data(), clients=st.integers(1, 4))
    @precondition(lambda self: self.borrowers)
    def clients_come(self, data: st.DataObject, clients: int) -> None:
        name = data.draw(st.sampled_from(sorted(self.borrowers)))
        borrower = self.borrowers[name]
        borrower.waiting += clients
        borrower.take()
        self.obey(self.budget.want(name, borrower.need, waits=borrower.waiting > 0))

    @rule(data=st.data())
    @precondition(lambda self: any(borrower.used for borrower in self.borrowers.values()))
    def a_client_is_done(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([name for name, borrower in self.borrowers.items() if borrower.used]))
        self.borrowers[name].used -= 1
        self.go_on(name)

    @rule(data=st.data())
    @precondition(lambda self: self.borrowers)
    def death(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.borrowers)))
        del self.borrowers[name]
        self.wire = [step for step in self.wire if step.borrower != name]
        self.obey(self.budget.leave(name))

    @rule()
    @precondition(lambda self: self.wire)
    def news_arrives(self) -> None:
        step = self.wire.pop(0)
        borrower = self.borrowers[step.borrower]
        match step:
            case Lend(_, permits):
                borrower.permits += permits
            case Recall(_, returned):
                borrower.to_return = returned
        self.go_on(step.borrower)

    @rule(size=st.integers(0, 6))
    def resize(self, size: int) -> None:
        self.largest = max(self.largest, size)
        self.obey(self.budget.resize(size))

    def go_on(self, name: int) -> None:
        borrower = self.borrowers[name]
        if given := borrower.due():
            self.obey(self.budget.give_back(name, given))
        borrower.take()
        self.obey(self.budget.want(name, borrower.need, waits=borrower.waiting > 0))

    def obey(self, steps: list[Step[int]]) -> None:
        self.wire += steps

    @invariant()
    def there_are_no_more_than_there_are(self) -> None:
        if hasattr(self, 'budget'):
            self.budget.check_invariants()
            on_the_way = Counter[int]()
            for step in self.wire:
                if isinstance(step, Lend):
                    on_the_way[step.borrower] += step.permits
            for name, borrower in self.borrowers.items():
                assert self.budget.lent(name) == borrower.permits + on_the_way[name]
            assert sum(borrower.permits for borrower in self.borrowers.values()) <= self.largest

    def teardown(self) -> None:
        """When all that is in use is given back again and again, everybody is served in the end."""
        if not hasattr(self, 'budget') or not self.budget.size:
            return
        served: set[int] = set()
        for _ in range(400):
            while self.wire:
                self.news_arrives()
            served |= {name for name, borrower in self.borrowers.items() if borrower.used or not borrower.waiting}
            for name, borrower in self.borrowers.items():
                if borrower.used:
                    borrower.used -= 1
                    borrower.waiting += 1
                    self.go_on(name)
                    self.there_are_no_more_than_there_are()
        assert served == set(self.borrowers)


Lending.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestLending = Lending.TestCase


def shares(budget: Budget[str]) -> dict[str, int]:
    return {borrower: budget.lent(borrower) for borrower in budget.borrowers}


def two(size: int) -> Budget[str]:
    budget: Budget[str] = Budget(size)
    budget.join('a', size // 2 + size % 2)
    budget.join('b', size // 2)
    return budget


def test_all_begin_with_their_share() -> None:
    assert shares(two(5)) == {'a': 3, 'b': 2}


def test_what_nobody_needs_is_asked_back_for_one_who_waits() -> None:
    assert two(10).want('a', 8, waits=True) == [Recall('b', 3)]


def test_what_is_given_back_goes_to_one_who_waits() -> None:
    budget = two(10)
    budget.want('a', 8, waits=True)
    assert budget.give_back('b', 1) == [Lend('a', 1)]


def test_nothing_more_is_asked_for_one_who_has_enough() -> None:
    budget = two(10)
    budget.want('a', 8, waits=True)
    budget.give_back('b', 1)
    assert budget.want('a', 0, waits=False) == [Recall('b', 1)]


@pytest.mark.parametrize(
    ('a', 'b', 'expected'),
    [(100, 100, {'a': 5, 'b': 5}), (20, 5, {'a': 8, 'b': 2}), (99, 1, {'a': 9, 'b': 1}), (12, 8, {'a': 6, 'b': 4})],
)
def test_those_who_want_more_share_by_what_they_need(a: int, b: int, expected: dict[str, int]) -> None:
    budget = two(10)
    returned = Counter[str]()
    for name, need in (('a', a), ('b', b)) * 3:
        steps = budget.want(name, need, waits=True)
        while steps:
            match steps.pop():
                case Recall(borrower, until):
                    back = until - returned[borrower]
                    returned[borrower] += back
                    steps += budget.give_back(borrower, back) if back else []
    assert shares(budget) == expected


def test_two_who_want_the_only_permit_take_turns() -> None:
    budget = two(1)
    budget.want('a', 5, waits=True)
    assert budget.want('b', 5, waits=True) == [Recall('a', 1)]
    assert budget.give_back('a', 1) == [Lend('b', 1), Recall('b', 1)]
    assert budget.give_back('b', 1) == [Lend('a', 1), Recall('a', 2)]


def test_what_nobody_waits_for_is_not_taken_from_another() -> None:
    budget = two(1)
    budget.want('a', 1, waits=False)
    assert budget.want('b', 1, waits=True) == [Recall('a', 1)]
    assert budget.give_back('a', 1) == [Lend('b', 1)]
    assert budget.want('b', 1, waits=False) == []


def test_death_gives_all_back() -> None:
    budget = two(4)
    budget.want('b', 4, waits=True)
    assert budget.leave('a') == [Lend('b', 2)]


def test_a_smaller_pool_asks_those_who_have_most() -> None:
    budget: Budget[str] = Budget(10)
    budget.join('a', 7)
    budget.join('b', 3)
    assert budget.resize(6) == [Recall('a', 4)]
    assert budget.give_back('a', 4) == []
    assert budget.free == 0


@given(st.integers(1, 50), st.integers(2, 9))
def test_all_is_lent_when_everybody_has_its_share(size: int, parties: int) -> None:
    budget: Budget[int] = Budget(size)
    for party in range(parties):
        budget.join(party, size // parties + (party < size % parties))
    assert budget.free == 0
