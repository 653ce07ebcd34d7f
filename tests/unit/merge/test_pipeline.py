"""Plans of several streams, carried out."""

from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.merge.description import TEXT
from pgdog_gevent.merge.pipeline import Merge, SortColumn, merged
from pgdog_gevent.pgtypes import oids
from tests.unit.merge.messages import column, description, int8, row

SORTED = description(column(b'name', oids.TEXT, code=TEXT), column(b'helper', oids.INT8))


def dealt(numbers: list[int], shards: int) -> list[list[int]]:
    """The same numbers on so many shards."""
    hands: list[list[int]] = [[] for _ in range(shards)]
    for number, hand in zip(numbers, cycle(hands), strict=False):
        hand.append(number)
    return hands


@given(
    numbers=st.lists(st.integers(0, 20)),
    shards=st.integers(1, 4),
    descending=st.booleans(),
    count=st.none() | st.integers(0, 30),
    offset=st.integers(0, 5),
)
def test_several_shards_answer_as_one(
    numbers: list[int], shards: int, descending: bool, count: int | None, offset: int
) -> None:
    streams = [
        iter([row(b'%d' % number, int8(number)) for number in sorted(hand, reverse=descending)])
        for hand in dealt(numbers, shards)
    ]
    rows = merged(Merge((SortColumn(descending),), count, offset), SORTED, streams)
    one = sorted(numbers, reverse=descending)[offset:][:count]
    assert list(rows) == [row(b'%d' % number) for number in one]


def test_rows_that_are_not_sorted_pass_as_they_are() -> None:
    streams = [iter([b'no', b'row']), iter([b'at all'])]
    assert list(merged(Merge(limit=2, offset=1), description(), streams)) == [b'row', b'at all']


@pytest.mark.parametrize(
    'type_oid',
    [
        pytest.param(oids.JSONB, id='type whose order is not known'),
        pytest.param(oids.TEXT, id='text under a collation'),
    ],
)
def test_what_cannot_be_sorted_is_refused_before_a_row_is_read(type_oid: int) -> None:
    with pytest.raises(FeatureNotSupported, match='cannot be sorted'):
        merged(Merge((SortColumn(),)), description(column(type_oid=type_oid)), [])


def test_text_format_is_not_sorted_by() -> None:
    with pytest.raises(ValueError, match='binary'):
        merged(Merge((SortColumn(),)), description(column(code=TEXT)), [])
