"""Streams become one: after one another, or merged; and no row is asked for that is not needed."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import ShardsDisagree
from pgdog_gevent.merge.operators import concatenate, limit, merge_sorted
from pgdog_gevent.merge.sort_key import Row

shards = st.lists(st.lists(st.integers(-9, 9)), max_size=5)


def stream(numbers: list[int]) -> Iterator[Row]:
    return (((0, number), b'%d' % number) for number in numbers)


class Watched(Iterator[Row]):
    """A stream that tells how many rows it has given."""

    def __init__(self, numbers: list[int]) -> None:
        self.given = 0
        self._rows = stream(numbers)

    def __next__(self) -> Row:
        row = next(self._rows)
        self.given += 1
        return row


@given(shards=shards)
def test_sorted_streams_are_merged(shards: list[list[int]]) -> None:
    merged = merge_sorted([stream(sorted(numbers)) for numbers in shards])
    assert list(map(int, merged)) == sorted(number for numbers in shards for number in numbers)


@given(shards=shards)
def test_a_stream_that_is_not_sorted_is_an_error(shards: list[list[int]]) -> None:
    if all(numbers == sorted(numbers) for numbers in shards):
        shards.append([2, 1])
    with pytest.raises(ShardsDisagree):
        list(merge_sorted(map(stream, shards)))


def test_equal_rows_keep_the_order_of_their_streams() -> None:
    first: list[Row] = [((0,), b'a'), ((0,), b'b')]
    second: list[Row] = [((0,), b'c')]
    assert list(merge_sorted([iter(first), iter(second)])) == [b'a', b'b', b'c']


def test_a_row_is_given_before_its_stream_is_asked_for_another() -> None:
    low, high = Watched([1, 2, 3]), Watched([4, 5])
    merged = merge_sorted([low, high])
    assert [next(merged), next(merged)] == [b'1', b'2']
    assert (low.given, high.given) == (2, 1)


@given(numbers=st.lists(st.integers()), count=st.none() | st.integers(0, 9), offset=st.integers(0, 9))
def test_limit_and_offset_cut_as_a_slice_does(numbers: list[int], count: int | None, offset: int) -> None:
    assert list(limit(iter(numbers), count, offset)) == numbers[offset : None if count is None else offset + count]


@pytest.mark.parametrize(
    ('count', 'offset', 'rows'),
    [
        pytest.param(2**63 - 1, 1, [2, 3], id='greatest limit'),
        pytest.param(None, 2**63 - 1, [], id='greatest offset'),
        pytest.param(2**63 - 1, 2**63 - 1, [], id='both'),
        pytest.param(None, 2**64, [], id='more than is possible'),
    ],
)
def test_limits_of_bigint_are_no_limits_here(count: int | None, offset: int, rows: list[int]) -> None:
    assert list(limit(iter([1, 2, 3]), count, offset)) == rows


@pytest.mark.parametrize(
    ('count', 'offset', 'given'),
    [
        pytest.param(2, 1, 3, id='limit and offset'),
        pytest.param(0, 0, 0, id='nothing'),
        pytest.param(0, 3, 0, id='nothing after some'),
    ],
)
def test_no_row_is_asked_for_after_the_limit(count: int, offset: int, given: int) -> None:
    rows = Watched([1, 2, 3, 4, 5])
    assert len(list(limit(rows, count, offset))) == count
    assert rows.given == given


def test_streams_are_put_after_one_another() -> None:
    first, second = Watched([3, 1]), Watched([2])
    rows = concatenate([first, second])
    assert next(rows) == ((0, 3), b'3')
    assert (first.given, second.given) == (1, 0)
    assert list(rows) == [((0, 1), b'1'), ((0, 2), b'2')]
