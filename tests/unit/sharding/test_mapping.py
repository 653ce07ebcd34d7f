"""Mappings: lists before ranges before the default."""

import random
from itertools import pairwise

import pytest

from pgdog_gevent.sharding.mapping import DefaultRule, ListRule, Mapping, RangeRule, Rule

THREE: tuple[Rule[int], ...] = (
    RangeRule(100, 200, 1),
    RangeRule(None, 100, 0),
    RangeRule(300, None, 2),
    ListRule(frozenset({150, 250}), 3),
)


def integers(*rules: Rule[int]) -> Mapping[int]:
    return Mapping.of(rules)


@pytest.mark.parametrize(
    ('value', 'expected'),
    [
        pytest.param(-(2**63), {0}, id='no lower bound'),
        pytest.param(99, {0}, id='before the end'),
        pytest.param(100, {1}, id='start is inclusive'),
        pytest.param(199, {1}, id='last value'),
        pytest.param(200, set(), id='end is exclusive'),
        pytest.param(150, {3}, id='list before range'),
        pytest.param(250, {3}, id='list without range'),
        pytest.param(299, set(), id='no rule'),
        pytest.param(300, {2}, id='start of the last'),
        pytest.param(2**63 - 1, {2}, id='no upper bound'),
    ],
)
def test_value_is_where_a_rule_says(value: int, expected: set[int]) -> None:
    assert integers(*THREE).shards_of(value) == expected


def test_default_has_what_no_other_rule_has() -> None:
    mapping = integers(*THREE, DefaultRule(4))
    assert mapping.shards_of(200) == {4}
    assert mapping.shards_of(100) == {1}
    assert mapping.shards_of_null() == {4}


def test_null_is_nowhere_without_default() -> None:
    assert integers(RangeRule(None, None, 0)).shards_of_null() == frozenset()


@pytest.mark.parametrize(
    ('start', 'end', 'expected'),
    [
        pytest.param(0, 100, {0}, id='one range'),
        pytest.param(0, 101, {0, 1}, id='into the next'),
        pytest.param(200, 250, set(), id='a gap'),
        pytest.param(200, 251, {3}, id='a gap with a listed value'),
        pytest.param(None, None, {0, 1, 2, 3}, id='everything'),
        pytest.param(400, None, {2}, id='no upper bound'),
        pytest.param(None, -5, {0}, id='no lower bound'),
        pytest.param(5, 5, set(), id='empty'),
        pytest.param(6, 5, set(), id='turned round'),
    ],
)
def test_interval_is_where_its_values_are(start: int | None, end: int | None, expected: set[int]) -> None:
    assert integers(*THREE).shards_between(start, end) == expected


@pytest.mark.parametrize(
    ('start', 'end', 'expected'),
    [
        pytest.param(0, 149, {0, 1}, id='covered by two'),
        pytest.param(0, 200, {0, 1, 3}, id='covered to the end'),
        pytest.param(0, 201, {0, 1, 3, 4}, id='one value uncovered'),
        pytest.param(199, 301, {1, 2, 3, 4}, id='hole inside'),
        pytest.param(210, 220, {4}, id='all uncovered'),
        pytest.param(None, 50, {0}, id='covered without lower bound'),
        pytest.param(300, None, {2}, id='covered without upper bound'),
    ],
)
def test_default_is_part_of_an_interval_that_ranges_do_not_cover(
    start: int | None, end: int | None, expected: set[int]
) -> None:
    assert integers(*THREE, DefaultRule(4)).shards_between(start, end) == expected


@pytest.mark.parametrize('seed', range(20))
def test_intervals_and_values_agree(seed: int) -> None:
    chosen = random.Random(seed)
    edges = sorted(chosen.sample(range(60), 6))
    rules: list[Rule[int]] = [
        RangeRule(start, end, chosen.randrange(4)) for start, end in pairwise(edges) if chosen.random() < 0.7
    ]
    rules.append(ListRule(frozenset(chosen.sample(range(60), 5)), 5))
    if seed % 2:
        rules.append(DefaultRule(6))
    mapping = integers(*rules)
    for start in range(0, 60, 7):
        for end in range(start, 60, 5):
            exact = frozenset[int]().union(*(mapping.shards_of(value) for value in range(start, end)))
            assert exact <= mapping.shards_between(start, end)
            listed = {value for value, _ in mapping.listed}
            if not listed & set(range(start, end)):
                assert mapping.shards_between(start, end) == exact


def test_text_is_mapped_in_the_order_of_bytes() -> None:
    rules: list[Rule[bytes]] = [RangeRule(b'a', b'm', 0), RangeRule(b'm', None, 1), ListRule(frozenset({b'z'}), 2)]
    mapping = Mapping.of(rules)
    found = [mapping.shards_of(text) for text in (b'Z', b'a', b'lzzz', b'm', 'é'.encode(), b'z')]
    assert found == [set(), {0}, {0}, {1}, {1}, {2}]


def test_order_of_rules_does_not_matter() -> None:
    assert integers(*THREE) == integers(*reversed(THREE))


def test_neighbours_of_one_shard_are_one_range() -> None:
    whole = integers(RangeRule(0, 30, 1))
    assert integers(RangeRule(10, 30, 1), RangeRule(0, 10, 1), RangeRule(7, 7, 0)) == whole
    assert integers(RangeRule(10, 30, 2), RangeRule(0, 10, 1)) != whole


@pytest.mark.parametrize(
    'rules',
    [
        pytest.param([RangeRule(0, 10, 0), RangeRule(9, 20, 1)], id='ranges'),
        pytest.param([RangeRule(0, 100, 0), RangeRule(9, 20, 0)], id='range in range'),
        pytest.param([RangeRule(None, 10, 0), RangeRule(None, 5, 1)], id='two without lower bound'),
        pytest.param([ListRule(frozenset({1}), 0), ListRule(frozenset({1}), 1)], id='lists'),
        pytest.param([DefaultRule(0), DefaultRule(1)], id='defaults'),
    ],
)
def test_contradictions_are_refused(rules: list[Rule[int]]) -> None:
    with pytest.raises(ValueError):
        Mapping.of(rules)


@pytest.mark.parametrize(
    ('one', 'other', 'overlap'),
    [
        ((0, 10), (10, 20), False),
        ((0, 10), (9, 20), True),
        ((None, None), (5, 6), True),
        ((None, 5), (5, None), False),
        ((None, None), (5, 5), False),
    ],
)
def test_ranges_overlap_if_they_share_a_value(
    one: tuple[int | None, int | None], other: tuple[int | None, int | None], overlap: bool
) -> None:
    first, second = RangeRule(*one, 0), RangeRule(*other, 0)
    assert first.overlaps(second) is overlap
    assert second.overlaps(first) is overlap
