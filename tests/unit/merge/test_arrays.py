"""Rows become arrays in binary format, column by column."""

from struct import pack, unpack_from

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import GatherLimit, ProtocolViolation
from pgdog_gevent.merge.arrays import Carriage, Columns, TypeKind, binary_array, carried
from pgdog_gevent.pgtypes import oids
from tests.unit.merge.messages import row

Values = list[bytes | None]

values = st.none() | st.binary(max_size=5)


def unpacked(array: bytes) -> tuple[int, bool, Values]:
    """Type of the elements, whether some are NULL, and the elements, of an array of one dimension that begins at 1."""
    dimensions, has_null, oid, count, lower_bound = unpack_from('!iiIii', array)
    assert (dimensions, lower_bound) == (1, 1)
    elements: Values = []
    at = 20
    for _ in range(count):
        [size] = unpack_from('!i', array, at)
        at += 4
        elements.append(None if size < 0 else array[at : at + size])
        at += max(size, 0)
    assert at == len(array)
    return oid, bool(has_null), elements


@given(elements=st.lists(values, min_size=1))
def test_values_become_an_array(elements: Values) -> None:
    assert unpacked(binary_array(oids.BYTEA, elements)) == (oids.BYTEA, None in elements, elements)


def test_no_values_become_an_empty_array() -> None:
    assert binary_array(oids.INT4, []) == pack('!iiI', 0, 0, oids.INT4)


@given(rows=st.lists(st.tuples(values, values), min_size=1))
def test_each_column_becomes_an_array(rows: list[tuple[bytes | None, bytes | None]]) -> None:
    columns = Columns(2, 10_000)
    for pair in rows:
        columns.add(row(*pair))
    first, second = (list(column) for column in zip(*rows, strict=True))
    assert columns.encode([oids.TEXT, oids.BYTEA]) == [
        binary_array(oids.TEXT, first),
        binary_array(oids.BYTEA, second),
    ]
    assert columns.rows == len(rows)


def test_rows_are_gathered_up_to_a_limit() -> None:
    body = row(b'abc')
    columns = Columns(1, 2 * len(body))
    columns.add(body)
    columns.add(body)
    with pytest.raises(GatherLimit, match='more than 18 bytes'):
        columns.add(body)


ROW = row(b'ab', None)


@pytest.mark.parametrize(
    'body',
    [
        *(pytest.param(ROW[:cut], id=f'cut at {cut}') for cut in range(len(ROW))),
        pytest.param(ROW + b'\0', id='too long'),
        pytest.param(b'\0\3' + ROW[2:], id='another number of columns'),
        pytest.param(b'\0\2\xff\xff\xff\xfe' + ROW[2:], id='negative length'),
    ],
)
def test_malformed_row_is_a_protocol_violation(body: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        Columns(2, 1000).add(body)


@pytest.mark.parametrize(
    ('kind', 'oid', 'has_binary', 'carriage'),
    [
        pytest.param(TypeKind.BASE, oids.INT8, True, Carriage.BINARY, id='base type'),
        pytest.param(TypeKind.ENUM, 16384, True, Carriage.BINARY, id='enum'),
        pytest.param(TypeKind.RANGE, oids.INT4RANGE, True, Carriage.BINARY, id='range'),
        pytest.param(TypeKind.MULTIRANGE, oids.INT4MULTIRANGE, True, Carriage.BINARY, id='multirange'),
        pytest.param(TypeKind.BASE, oids.ACLITEM, False, Carriage.TEXT, id='type without binary format'),
        pytest.param(TypeKind.BASE, oids.REGCLASS, True, Carriage.TEXT, id='name of an object'),
        pytest.param(TypeKind.ARRAY, 1016, True, Carriage.TEXT, id='array'),
        pytest.param(TypeKind.COMPOSITE, 16384, True, Carriage.TEXT, id='composite type'),
        pytest.param(TypeKind.DOMAIN, 16384, True, Carriage.TEXT, id='domain'),
        pytest.param(TypeKind.PSEUDO, 2249, True, None, id='record'),
    ],
)
def test_types_travel_in_a_way_that_keeps_them(
    kind: TypeKind, oid: int, has_binary: bool, carriage: Carriage | None
) -> None:
    assert carried(kind, oid, has_binary=has_binary) is carriage
