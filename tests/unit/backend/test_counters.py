"""The plain numbers: histogram bounds, command tags, and what a connection leaves to its pool."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.backend.counters import BOUNDS, ClientCounters, Histogram, PoolCounters, ServerCounters, fold_turns


def rows(counters: ServerCounters) -> tuple[int, int, int]:
    return counters.rows_inserted, counters.rows_updated, counters.rows_deleted


@pytest.mark.parametrize(
    ('tag', 'counted'),
    [
        (b'INSERT 0 5\0', (5, 0, 0)),
        (b'INSERT 0 0\0', (0, 0, 0)),
        (b'UPDATE 12\0', (0, 12, 0)),
        (b'DELETE 3\0', (0, 0, 3)),
        (b'DELETE 3', (0, 0, 3)),
        (b'SELECT 7\0', (0, 0, 0)),
        (b'COPY 7\0', (0, 0, 0)),
        (b'MERGE 7\0', (0, 0, 0)),
        (b'BEGIN\0', (0, 0, 0)),
        (b'DISCARD ALL\0', (0, 0, 0)),
        (b'DECLARE CURSOR\0', (0, 0, 0)),
        (b'IMPORT 5\0', (0, 0, 0)),
        (b'UPDATE\0', (0, 0, 0)),
        (b'UPDATE -1\0', (0, 0, 0)),
        (b'UPDATE many\0', (0, 0, 0)),
        (b'', (0, 0, 0)),
        (b'\0', (0, 0, 0)),
        (b'UPDATE 18446744073709551615\0', (0, 2**64 - 1, 0)),
        (b'UPDATE ' + b'9' * 5_000, (0, 0, 0)),
    ],
    ids=lambda value: value[:16].decode() if isinstance(value, bytes) else str(value),
)
def test_command_tag_counts_rows(tag: bytes, counted: tuple[int, int, int]) -> None:
    counters = ServerCounters()
    counters.count_tag(tag)
    assert rows(counters) == counted


@pytest.mark.parametrize(
    ('tag', 'inserted'), [(b'COPY 7\0', 7), (b'SELECT 7\0', 0), (b'', 0)], ids=['COPY', 'another command', 'nothing']
)
def test_rows_that_are_copied_in_are_inserted(tag: bytes, inserted: int) -> None:
    counters = ServerCounters()
    counters.count_tag(tag, copied_in=True)
    assert rows(counters) == (inserted, 0, 0)


TAGS = st.builds(b'%b %b'.__mod__, st.tuples(st.sampled_from([b'INSERT 0', b'UPDATE']), st.binary()))


@given(st.binary(max_size=30) | TAGS)
def test_any_tag_of_a_server_is_counted_or_passed_over(tag: bytes) -> None:
    counters = ServerCounters()
    counters.count_tag(tag)
    assert min(rows(counters)) >= 0


def test_counters_of_a_connection_that_ends_are_taken_over() -> None:
    kept, ending = ServerCounters(), ServerCounters()
    for number, name in enumerate(ServerCounters.__slots__, start=1):
        setattr(kept, name, 100)
        setattr(ending, name, number)
    kept.add(ending)
    assert [getattr(kept, name) for name in ServerCounters.__slots__] == [
        100 + number for number in range(1, len(ServerCounters.__slots__) + 1)
    ]
    assert ending.binds == 1 + ServerCounters.__slots__.index('binds')


@pytest.mark.parametrize('counters', [ClientCounters(), ServerCounters()], ids=['client', 'server'])
def test_turns_are_queries_and_transactions_once(counters: ClientCounters | ServerCounters) -> None:
    counters.queries, counters.query_time = 5, 3.0
    counters.turns, counters.turn_time = 2, 0.5
    for _ in range(2):
        fold_turns(counters)
        assert (counters.queries, counters.transactions) == (7, 2)
        assert (counters.query_time, counters.transaction_time) == (3.5, 0.5)


def test_bounds_rise() -> None:
    assert sorted(set(BOUNDS)) == list(BOUNDS)


@pytest.mark.parametrize('index', range(len(BOUNDS)))
def test_duration_counts_up_to_its_bound_and_including_it(index: int) -> None:
    histogram = Histogram()
    histogram.observe(BOUNDS[index])
    histogram.observe(BOUNDS[index] + 1e-9)
    assert [i for i, count in enumerate(histogram.counts) if count] == [index, index + 1]


@given(st.lists(st.floats(0, 1000)))
def test_histogram_counts_each_duration_once(durations: list[float]) -> None:
    histogram = Histogram()
    for seconds in durations:
        histogram.observe(seconds)
    assert sum(histogram.counts) == len(durations)
    assert histogram.sum == pytest.approx(sum(durations))
    assert histogram.counts[-1] == sum(seconds > BOUNDS[-1] for seconds in durations)


def test_new_pool_has_done_nothing() -> None:
    counters = PoolCounters()
    assert [name for name in PoolCounters.__slots__ if getattr(counters, name) and not name.endswith('histogram')] == []
    assert counters.query_histogram is not counters.wait_histogram
