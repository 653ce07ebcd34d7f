"""Who waits for whom over several shards, and which of them has to end."""

from collections.abc import Iterable, Mapping

import pytest

from pgdog_gevent.monitor.standstill import Claim, Edge, Reading, Wait, described, sight, victims

T1, T2, T3 = 101, 102, 103
BACKENDS = {T1: 1, T2: 2, T3: 3}
LONE, OTHER = 8, 9


def reading(
    waits: Iterable[tuple[int, int]] = (), claimed: Iterable[int] = (), lock: bytes = b'', moment: int = 1
) -> Reading:
    """Of a server where each transaction has the backend of its last digit; all backends are in transaction 1."""
    return Reading(
        frozenset(Wait(*wait, lock) for wait in waits),
        dict.fromkeys(range(1, 10), 1),
        frozenset(Claim(BACKENDS[transaction], moment, transaction) for transaction in claimed),
    )


PAIR, ALL = (T1, T2), (T1, T2, T3)
CASES: Mapping[str, tuple[list[Reading], set[int]]] = {
    'nobody waits': ([reading(claimed=PAIR), reading(claimed=PAIR)], set()),
    'one waits': ([reading([(1, 2)], PAIR), reading(claimed=PAIR)], set()),
    'two': ([reading([(1, 2)], PAIR), reading([(2, 1)], PAIR)], {T2}),
    'two that wait on both': ([reading([(1, 2), (2, 1)], PAIR), reading([(1, 2), (2, 1)], PAIR)], {T2}),
    'two of which one waits on both': ([reading([(1, 2)], PAIR), reading([(1, 2), (2, 1)], PAIR)], {T2}),
    'three': ([reading([(1, 2)], ALL), reading([(2, 3)], ALL), reading([(3, 1)], ALL)], {T3}),
    'three on two shards': ([reading([(1, 2), (2, 3)], ALL), reading([(3, 1)], ALL)], {T3}),
    'one that waits for two': ([reading([(1, 2), (1, 3)], ALL), reading([(2, 1)], ALL)], {T2}),
    'one who waits for those': ([reading([(1, 2), (3, 1)], ALL), reading([(2, 1)], ALL)], {T2}),
    'through one who is on one shard': ([reading([(1, LONE), (LONE, 2)], PAIR), reading([(2, 1)], PAIR)], {T2}),
    'behind one who is on one shard': ([reading([(1, LONE)], PAIR), reading([(2, 1)], PAIR)], set()),
    'two on one shard': ([reading([(1, 2), (2, 1)], PAIR), reading(claimed=PAIR)], set()),
    'two who are on one shard': ([reading([(LONE, OTHER), (OTHER, LONE)], PAIR), reading([(1, 2)], PAIR)], set()),
    'waits for itself': ([reading([(1, 1)], (T1,)), reading(claimed=(T1,))], set()),
    'waits for itself elsewhere': ([reading([(1, LONE), (LONE, 1)], (T1,)), reading(claimed=(T1,))], set()),
    'two of which one is not claimed': ([reading([(1, 2)], PAIR), reading([(2, 1)], (T1,))], set()),
    'two that have been others': ([reading([(1, 2)], PAIR), reading([(2, 1)], PAIR, moment=2)], set()),
}  # fmt: skip


@pytest.mark.parametrize(('readings', 'expected'), CASES.values(), ids=CASES)
def test_one_of_a_circle_over_several_shards_has_to_end(readings: list[Reading], expected: set[int]) -> None:
    assert victims(sight(dict(enumerate(readings)))).keys() == expected


@pytest.mark.parametrize('shards', [(0, 1, 2), (2, 0, 1), (1, 2, 0)], ids=str)
def test_victim_is_the_same_in_whatever_order_it_is_seen(shards: tuple[int, ...]) -> None:
    circle = [reading([(2, 1)], ALL), reading([(1, 3)], ALL), reading([(3, 2)], ALL)]
    assert victims(sight({shard: circle[shard] for shard in shards})).keys() == {T3}


def test_each_of_two_deadlocks_has_its_victim() -> None:
    numbers = (T1, T2, 103, 104)
    readings = {
        shard: Reading(
            frozenset(Wait(*wait, b'') for wait in waits), claims=frozenset(Claim(n - 100, 0, n) for n in numbers)
        )
        for shard, waits in enumerate(([(1, 2), (3, 4)], [(2, 1), (4, 3)]))
    }
    assert victims(sight(readings)).keys() == {T2, 104}


def test_number_that_two_have_by_chance_is_nobodys() -> None:
    twice = Reading(claims=frozenset({Claim(1, 0, T1), Claim(2, 0, T1), Claim(3, 0, T3)}))
    assert twice.parts == {3: T3}


def test_what_is_not_the_same_in_two_sights_is_not_seen() -> None:
    before = sight({0: reading([(1, 2)], PAIR), 1: reading([(2, 1)], PAIR, b'one')})
    after = sight({0: reading([(1, 2)], PAIR), 1: reading([(2, 1)], PAIR, b'another')})
    assert victims(before)
    assert victims(after)
    assert not victims(before & after)


def test_circle_is_described_from_the_victim_on() -> None:
    [circle] = victims(sight({0: reading([(1, 2)], PAIR), 1: reading([(2, 1)], PAIR)})).values()
    assert circle == (Edge((1, 2), (1, 1), b''), Edge((0, 1), (0, 2), b''))
    assert described(circle) == (
        'Process 2 waits on shard 1; blocked by process 1.\nProcess 1 waits on shard 0; blocked by process 2.'
    )


@pytest.mark.parametrize('claim', [Claim(1, 0, 1), Claim(4194303, 1023, 1048575), Claim(4711, 5, 77)], ids=str)
def test_claim_is_what_its_key_says(claim: Claim) -> None:
    assert Claim.of_key(claim.key) == claim
    assert 0 < claim.key < 1 << 63
