"""Medians, ratios, percentiles, tables."""

import json

import pytest

from tests.bench.figures import (
    Case,
    Column,
    Conditions,
    Round,
    Spread,
    Table,
    as_json,
    percentile,
    ratios,
    spread,
    values,
)

ROUNDS: list[Round] = [
    {'pgbouncer': {'tps': 100.0, 'cpu_us': 10.0}, 'pure': {'tps': 50.0, 'cpu_us': 30.0}, 'direct': {'tps': 200.0}},
    {'pgbouncer': {'tps': 10.0, 'cpu_us': 20.0}, 'pure': {'tps': 9.0, 'cpu_us': 40.0}, 'direct': {'tps': 20.0}},
    {'pgbouncer': {'tps': 80.0, 'cpu_us': 12.0}, 'direct': {'tps': 150.0}},
]
CASE = Case({'workload': 'select', 'clients': '16'}, ROUNDS)
TABLE = Table(
    ('workload', 'clients'),
    (Column('tps', 'tps'), Column('CPU us', 'cpu_us', 1), Column('CPU ratio', 'cpu_us', ratio=True)),
    ('direct', 'pgbouncer', 'pure', 'compiled'),
    'pgbouncer',
)


def cells(line: str) -> list[str]:
    return line.replace(' (', '(').split()


def test_a_spread_has_the_median_and_both_ends() -> None:
    assert spread([3.0, 1.0, 10.0]) == Spread(3.0, 1.0, 10.0)


def test_nothing_has_no_spread() -> None:
    assert spread([]) is None


@pytest.mark.parametrize(
    ('percent', 'expected'),
    [
        pytest.param(0, 1.0, id='least'),
        pytest.param(50, 2.0, id='half of four'),
        pytest.param(51, 3.0, id='more than half'),
        pytest.param(75, 3.0, id='exactly three'),
        pytest.param(99, 4.0, id='almost all'),
        pytest.param(100, 4.0, id='greatest'),
    ],
)
def test_a_percentile_is_the_first_value_that_enough_others_do_not_exceed(percent: float, expected: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], percent) == expected


def test_a_ratio_is_computed_within_each_round() -> None:
    assert ratios(ROUNDS, 'pure', 'pgbouncer', 'tps') == Spread(0.7, 0.5, 0.9)


def test_rounds_in_which_a_contender_failed_do_not_count() -> None:
    assert values(ROUNDS, 'pure', 'cpu_us') == Spread(35.0, 30.0, 40.0)


def test_there_is_no_ratio_to_what_was_not_measured() -> None:
    assert ratios(ROUNDS, 'pgbouncer', 'direct', 'cpu_us') is None


def test_there_is_no_ratio_to_nothing() -> None:
    assert ratios([{'pure': {'cpu_us': 1.0}, 'pgbouncer': {'cpu_us': 0.0}}], 'pure', 'pgbouncer', 'cpu_us') is None


def test_a_line_has_medians_and_the_ratio_with_its_ends() -> None:
    lines = [cells(line) for line in TABLE.lines(CASE)]
    assert lines == [
        ['select', '16', 'direct', '150', '-', '-'],
        ['select', '16', 'pgbouncer', '80', '12.0', '-'],
        ['select', '16', 'pure', '30', '35.0', '2.50(2.00-3.00)'],
        ['select', '16', 'compiled', 'failed', 'failed', 'failed'],
    ]


def test_columns_stand_below_their_headings() -> None:
    assert {len(line) for line in TABLE.lines(CASE)} == {len(TABLE.header())}


def test_json_has_every_round_and_what_follows_from_them() -> None:
    text = as_json(Conditions('15.1', '1.21', 3, 5, 20, unix=False), [CASE], 'pgbouncer')
    written = json.loads(text)
    [case] = written['cases']
    assert written['conditions']['pool'] == 20
    assert case['workload'] == 'select'
    assert case['rounds'] == ROUNDS
    assert case['medians']['direct'] == {'tps': {'median': 150.0, 'low': 20.0, 'high': 200.0}}
    assert case['ratios']['pure']['cpu_us'] == {'median': 2.5, 'low': 2.0, 'high': 3.0}
