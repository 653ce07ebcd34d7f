"""Which of several targets is chosen, while they come and go."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.backend.balancer import Balancer, LeastActive, RoundRobin, WeightedRoundRobin, balancer
from pgdog_gevent.config.choices import LoadBalancing


class Settings:
    """Those of a target."""

    def __init__(self, lb_weight: int) -> None:
        self.lb_weight = lb_weight


class Server:
    """A target without a server."""

    def __init__(self, name: str, lent: int = 0, weight: int = 255) -> None:
        self.name = name
        self.lent = set(range(lent))
        self.settings = Settings(weight)


def servers(*weights: int) -> list[Server]:
    return [Server(chr(ord('a') + number), weight=weight) for number, weight in enumerate(weights)]


def names(balancer: Balancer, candidates: Sequence[Server], times: int) -> str:
    return ''.join(balancer.choose(candidates).name for _ in range(times))


ALL = pytest.mark.parametrize('strategy', list(LoadBalancing))
PRESENCE = st.lists(st.sets(st.integers(0, 4), min_size=1), min_size=1, max_size=60)
"""Who is a candidate, call after call."""


@ALL
def test_one_candidate_is_chosen_whatever_the_strategy(strategy: LoadBalancing) -> None:
    [alone] = servers(0)
    assert balancer(strategy).choose([alone]) is alone


@ALL
@given(presence=PRESENCE)
def test_only_a_candidate_is_chosen(strategy: LoadBalancing, presence: list[set[int]]) -> None:
    chooses, targets = balancer(strategy), servers(255, 0, 3, 3, 40)
    for present in presence:
        candidates = [targets[number] for number in sorted(present)]
        assert chooses.choose(candidates) in candidates


@ALL
def test_equal_targets_get_equal_parts(strategy: LoadBalancing) -> None:
    chosen = Counter(names(balancer(strategy), servers(255, 255, 255), 3000))
    # Six standard deviations of a fair draw; whoever does not draw, is exact.
    tolerance = 155 if strategy is LoadBalancing.RANDOM else 1
    assert all(abs(chosen[name] - 1000) <= tolerance for name in 'abc')


@ALL
def test_targets_that_are_gone_are_not_kept(strategy: LoadBalancing) -> None:
    chooses, gone = balancer(strategy), Server('gone')
    chooses.choose([gone, Server('other')])
    chooses.choose([gone])
    reference = ref(gone)
    del gone
    assert reference() is None


def test_round_robin_goes_round() -> None:
    assert names(RoundRobin(), servers(0, 0, 0), 7) == 'abcabca'


def test_round_robin_does_not_depend_on_the_order_of_candidates() -> None:
    rotation, [a, b, c] = RoundRobin(), servers(1, 1, 1)
    chosen = [rotation.choose(order).name for order in ([c, a, b], [c, b, a], [a, c, b], [b, a, c])]
    assert chosen == ['c', 'b', 'a', 'c']


def test_round_robin_is_fair_to_statements_with_other_candidates() -> None:
    rotation, [a, b, c, d] = RoundRobin(), servers(1, 1, 1, 1)
    chosen = ''.join(names(rotation, [a, b], 1) + names(rotation, [c, d], 1) for _ in range(4))
    assert chosen == 'acbdacbd'


@given(PRESENCE)
def test_round_robin_starves_nobody(presence: list[set[int]]) -> None:
    rotation, targets = RoundRobin(), servers(1, 1, 1, 1, 1)
    in_vain = Counter[str]()
    for present in presence:
        chosen = rotation.choose([targets[number] for number in present])
        for target in targets:
            in_vain[target.name] = in_vain[target.name] + 1 if targets.index(target) in present else 0
        in_vain[chosen.name] = 0
        assert max(in_vain.values()) < len(targets)


def test_least_active_counts_connections_in_use() -> None:
    targets = [Server('a', lent=3), Server('b', lent=1), Server('c', lent=2)]
    chooses = LeastActive()
    assert names(chooses, targets, 2) == 'bb'
    targets[1].lent.update(range(3))
    assert names(chooses, targets, 1) == 'c'


def test_least_active_takes_equals_by_turns() -> None:
    targets = [Server('a'), Server('busy', lent=1), Server('c')]
    assert names(LeastActive(), targets, 4) == 'acac'


def test_weights_are_kept_exactly_and_evenly_mixed() -> None:
    # The example of nginx: 5, 1, 1.
    assert names(WeightedRoundRobin(), servers(5, 1, 1), 14) == 'aabacaaaabacaa'


def test_weightless_target_is_not_chosen() -> None:
    chooses, [a, b, c] = WeightedRoundRobin(), servers(0, 2, 1)
    assert Counter(names(chooses, [a, b, c], 300)) == {'b': 200, 'c': 100}
    assert names(chooses, [a, c], 2) == 'cc'


def test_weightless_targets_are_equal_where_there_are_no_others() -> None:
    assert names(WeightedRoundRobin(), servers(0, 0), 4) == 'abab'


def test_new_weight_counts_at_once() -> None:
    chooses, [a, b] = WeightedRoundRobin(), servers(1, 1)
    assert names(chooses, [a, b], 3) == 'aba'
    b.settings = Settings(0)
    assert names(chooses, [a, b], 3) == 'aaa'


def test_newcomer_is_not_chosen_in_one_go() -> None:
    chooses, old = WeightedRoundRobin(), servers(10, 10)
    for number in range(100):
        names(chooses, old, 1)
        old[1] = Server('b', weight=10)
        assert 'bbb' not in names(chooses, old, 4), f'after {number} others had gone'


def test_target_does_not_pay_in_one_company_for_what_it_gets_in_another() -> None:
    chooses, [light, lighter, heavy] = WeightedRoundRobin(), servers(2, 1, 255)
    chosen = ''.join(names(chooses, [light, lighter], 1) + names(chooses, [lighter, heavy], 1) for _ in range(768))
    assert abs(chosen.count('b') - (768 // 3 + 768 // 256)) <= 1


@given(PRESENCE, st.lists(st.integers(0, 255), min_size=5, max_size=5))
def test_weighted_targets_that_come_and_go_get_what_is_theirs(presence: list[set[int]], weights: list[int]) -> None:
    chooses, targets = WeightedRoundRobin(), servers(*weights)
    due = dict.fromkeys(targets, Fraction(0))
    for present in presence:
        candidates = [targets[number] for number in present if weights[number]]
        if not candidates:
            continue
        total = sum(target.settings.lb_weight for target in candidates)
        for target in candidates:
            due[target] += Fraction(target.settings.lb_weight, total)
        due[chooses.choose(candidates)] -= 1
        assert all(abs(owed) < len(targets) for owed in due.values())
