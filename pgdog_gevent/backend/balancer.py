"""Which of several servers gets the next read.

Candidates come and go between two calls, and different statements have different candidates, so nothing is said about
positions: what is remembered is remembered of each target.
"""

from collections.abc import Sequence, Sized
from math import inf
from random import random
from typing import Final, Protocol, TypeVar
from weakref import finalize

from pgdog_gevent.config.choices import LoadBalancing


class Weighted(Protocol):
    """What a balancer wants to know of the settings of a target."""

    @property
    def lb_weight(self) -> int: ...


class Candidate(Protocol):
    """What may be chosen: a pool. One object is one target; there can be weak references to it."""

    @property
    def lent(self) -> Sized:
        """Its connections in use."""
        ...

    @property
    def settings(self) -> Weighted: ...


Target = TypeVar('Target', bound=Candidate)


class Balancer(Protocol):
    """Chooses one of several targets; a choice counts as used."""

    def choose(self, candidates: Sequence[Target]) -> Target:
        """One of the candidates, of which there is at least one."""
        ...


def balancer(strategy: LoadBalancing) -> Balancer:
    """Make what a strategy asks for."""
    match strategy:
        case LoadBalancing.RANDOM:
            return Random()
        case LoadBalancing.ROUND_ROBIN:
            return RoundRobin()
        case LoadBalancing.LEAST_ACTIVE_CONNECTIONS:
            return LeastActive()
        case LoadBalancing.WEIGHTED_ROUND_ROBIN:
            return WeightedRoundRobin()


class Random:
    """Each is as likely as the others."""

    __slots__ = ()

    def choose(self, candidates: Sequence[Target]) -> Target:
        return candidates[int(random() * len(candidates))]


class _Memory(dict[int, int]):
    """A number for each target, by ``id``: that costs less than weak keys. It goes when the target does."""

    __slots__ = ()

    def learn(self, target: Candidate, number: int) -> None:
        """Remember a target for the first time."""
        self[id(target)] = number
        finalize(target, self.pop, id(target), None).atexit = False


class RoundRobin:
    """One after the other: the one that was chosen longest ago, and before all a newcomer."""

    __slots__ = ('_choices', '_chosen')

    def __init__(self) -> None:
        self._choices = 0
        """How many there have been."""
        self._chosen = _Memory()
        """The last one of each target."""

    def choose(self, candidates: Sequence[Target]) -> Target:
        chosen = self._chosen
        choice, longest_ago = candidates[0], self._choices + 1
        for candidate in candidates:
            number = chosen.get(id(candidate), 0)
            if number < longest_ago:
                choice, longest_ago = candidate, number
        self.note(choice)
        return choice

    def last(self, candidate: Candidate) -> int:
        """The number of the last choice that fell on a candidate; 0: none has."""
        return self._chosen.get(id(candidate), 0)

    def note(self, choice: Candidate) -> None:
        """Count what has been chosen."""
        self._choices += 1
        if id(choice) in self._chosen:
            self._chosen[id(choice)] = self._choices
        else:
            self._chosen.learn(choice, self._choices)


class LeastActive:
    """Fewest connections in use. Among equals, one after the other."""

    __slots__ = ('_turns',)

    def __init__(self) -> None:
        self._turns = RoundRobin()

    def choose(self, candidates: Sequence[Target]) -> Target:
        choice = min(candidates, key=self._rank)
        self._turns.note(choice)
        return choice

    def _rank(self, candidate: Candidate) -> tuple[int, int]:
        return len(candidate.lent), self._turns.last(candidate)


_CHOICE: Final = 2**32
"""What a choice costs, whoever the candidates are: earned by their weights alone, it would cost more among heavier
ones, and statements with other candidates would pay for that."""


class WeightedRoundRobin:
    """As often as ``lb_weight`` says, and evenly mixed: smooth weighted round robin, as nginx has it.

    At each choice all candidates earn a part of it by their weight; the richest is chosen, and pays what all have
    earned. Who weighs nothing is only chosen among others that weigh nothing either; then all count the same.
    """

    __slots__ = ('_credit', '_turns')

    def __init__(self) -> None:
        self._credit = _Memory()
        self._turns = RoundRobin()

    def choose(self, candidates: Sequence[Target]) -> Target:
        credit = self._credit
        total = 0
        for candidate in candidates:
            total += candidate.settings.lb_weight
            if id(candidate) not in credit:
                credit.learn(candidate, self._usual(candidates))
        if total == 0:
            return self._turns.choose(candidates)
        unit = _CHOICE // total
        choice, most = candidates[0], -inf
        for candidate in candidates:
            weight = candidate.settings.lb_weight
            if weight:
                earned = credit[id(candidate)] = credit[id(candidate)] + weight * unit
                if earned > most:
                    choice, most = candidate, earned
        credit[id(choice)] -= total * unit
        return choice

    def _usual(self, candidates: Sequence[Candidate]) -> int:
        """What a newcomer begins with: what those have on average whom it joins, so that it is not far from them."""
        known = [self._credit[id(each)] for each in candidates if id(each) in self._credit]
        return sum(known) // len(known) if known else 0
