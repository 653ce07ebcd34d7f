"""Keys compare as ORDER BY compares rows."""

import functools
import itertools
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.merge.sort_key import Descending, SortKey, row_reader
from pgdog_gevent.pgtypes import oids
from pgdog_gevent.pgtypes.order import Order, order_of
from tests.unit.merge.messages import int8, row

Pair = tuple[int | None, bytes | None]


def order(type_oid: int) -> Order:
    found = order_of(type_oid, collation_is_c=True)
    assert found is not None
    return found


NUMBER = order(oids.INT8)
TEXT = order(oids.TEXT)

directions = st.tuples(st.booleans(), st.booleans())
pairs = st.lists(st.tuples(st.none() | st.integers(-3, 3), st.none() | st.binary(max_size=2)), max_size=12)


def compare(one: int | bytes | None, other: int | bytes | None, direction: tuple[bool, bool]) -> int:
    """Compare two values as PostgreSQL's sort does: NULL apart from the rest, which DESC turns round."""
    descending, nulls_first = direction
    if one is None or other is None:
        return ((one is None) - (other is None)) * (-1 if nulls_first else 1)
    return ((one > other) - (one < other)) * (-1 if descending else 1)  # type: ignore[operator]


@given(rows=pairs, number=directions, text=directions)
def test_rows_sort_by_each_column_in_turn(rows: list[Pair], number: tuple[bool, bool], text: tuple[bool, bool]) -> None:
    read = row_reader([SortKey(NUMBER, *number), SortKey(TEXT, *text)], 3)
    found = sorted(rows, key=lambda pair: read(row(b'visible', int8(pair[0]), pair[1]))[0])
    by_each = functools.cmp_to_key(
        lambda one, other: compare(one[0], other[0], number) or compare(one[1], other[1], text)  # type: ignore[index]
    )
    assert found == sorted(rows, key=by_each)


def test_client_gets_the_row_without_its_helper_columns() -> None:
    _, body = row_reader([SortKey(NUMBER)], 3)(row(b'a', None, int8(1)))
    assert body == row(b'a', None)


def test_terms_that_sort_the_other_way_round_are_equal_or_not() -> None:
    assert Descending(b'a') == Descending(b'a')
    assert Descending(b'a') != Descending(b'b')
    assert Descending(b'a') != b'a'


ROW = row(b'a', int8(1), None)


@pytest.mark.parametrize(
    'body',
    [
        *(pytest.param(ROW[:cut], id=f'cut at {cut}') for cut in range(len(ROW))),
        pytest.param(ROW + b'\0', id='too long'),
        pytest.param(b'\0\4' + ROW[2:], id='another number of columns'),
        pytest.param(row(b'a', pack('!i', 1), None), id='value of another type'),
        pytest.param(row(b'a', int8(1)), id='column missing'),
    ],
)
def test_malformed_row_is_a_protocol_violation(body: bytes) -> None:
    read = row_reader([SortKey(NUMBER), SortKey(NUMBER)], 3)
    read(ROW)
    with pytest.raises(ProtocolViolation):
        read(body)


@given(body=st.binary())
def test_no_bytes_do_worse_than_a_protocol_violation(body: bytes) -> None:
    for oid, head in itertools.product((oids.NUMERIC, oids.ARRAY_OF[oids.INET], oids.NUMRANGE), (b'', b'\0\1\0\0\0')):
        try:
            row_reader([SortKey(order(oid))], 1)(head + body)
        except ProtocolViolation:
            pass
