"""Terms against models in Python; ``tests/integration/test_order_of_types.py`` has a server say what is right."""

import math
from decimal import Decimal
from ipaddress import IPv4Interface
from itertools import pairwise
from struct import pack
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.merge.arrays import binary_array
from pgdog_gevent.pgtypes import oids
from pgdog_gevent.pgtypes.order import MALFORMED, Order, Term, order_of

NUMERIC_SIGNS = {'NaN': 0xC000, 'Infinity': 0xD000, '-Infinity': 0xF000}


def order(oid: int) -> Order:
    found = order_of(oid, collation_is_c=True)
    assert found is not None
    return found


def compared(one: Term, other: Term) -> int:
    """-1, 0 or 1."""
    return ((one,) > (other,)) - ((one,) < (other,))


def encoded(number: Decimal) -> bytes:
    """A numeric as PostgreSQL sends it."""
    if not number.is_finite():
        return pack('!hhHH', 0, 0, NUMERIC_SIGNS[str(number)], 0)
    sign, _, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    below_point = -(exponent // 4) if exponent < 0 else 0
    rest = int(abs(number).scaleb(4 * below_point))
    digits: list[int] = []
    while rest:
        rest, digit = divmod(rest, 10_000)
        digits.insert(0, digit)
    return pack(f'!hhHH{len(digits)}h', len(digits), len(digits) - 1 - below_point, sign << 14, 0, *digits)


decimals = st.decimals(allow_nan=False, places=9, min_value=-(10**12), max_value=10**12)


@given(one=decimals, other=decimals)
def test_numerics_sort_by_value(one: Decimal, other: Decimal) -> None:
    terms = [order(oids.NUMERIC)(encoded(number)) for number in (one, other)]
    assert compared(*terms) == (one > other) - (one < other)


def test_numerics_end_with_infinity_and_nan() -> None:
    ascending = ('-Infinity', '-1E+20', '-1E+4', '-0.00001', '0', '1E-20', '9999.9', '1E+4', 'Infinity', 'NaN')
    terms = [order(oids.NUMERIC)(encoded(Decimal(text))) for text in ascending]
    assert [compared(one, other) for one, other in pairwise(terms)] == [-1] * 9


def test_zeros_around_a_numeric_do_not_count() -> None:
    plain, padded = pack('!hhHHh', 1, 0, 0, 0, 7), pack('!hhHH4h', 4, 1, 0, 2, 0, 7, 0, 0)
    assert order(oids.NUMERIC)(plain) == order(oids.NUMERIC)(padded)


@pytest.mark.parametrize(
    ('oid', 'layout', 'width'),
    [pytest.param(oids.FLOAT4, '!f', 32, id='float4'), pytest.param(oids.FLOAT8, '!d', 64, id='float8')],
)
@given(numbers=st.data())
def test_floats_sort_by_value_with_nan_the_greatest(
    oid: int, layout: str, width: Literal[32, 64], numbers: st.DataObject
) -> None:
    one, other = (numbers.draw(st.floats(width=width)) for _ in range(2))
    terms = [order(oid)(pack(layout, number)) for number in (one, other)]
    models = [(math.isnan(number), 0 if math.isnan(number) else number) for number in (one, other)]
    assert compared(*terms) == (models[0] > models[1]) - (models[0] < models[1])


@pytest.mark.parametrize(
    ('oid', 'layout', 'least', 'greatest'),
    [
        pytest.param(oids.BOOL, '!B', 0, 1, id='bool'),
        pytest.param(oids.INT2, '!h', -(2**15), 2**15 - 1, id='int2'),
        pytest.param(oids.INT4, '!i', -(2**31), 2**31 - 1, id='int4'),
        pytest.param(oids.INT8, '!q', -(2**63), 2**63 - 1, id='int8'),
        pytest.param(oids.OID, '!I', 0, 2**32 - 1, id='oid is unsigned'),
        pytest.param(oids.CHAR, '!B', 0, 255, id='"char" is unsigned'),
        pytest.param(oids.DATE, '!i', -(2**31), 2**31 - 1, id='date'),
        pytest.param(oids.TIMESTAMPTZ, '!q', -(2**63), 2**63 - 1, id='timestamptz'),
        pytest.param(oids.MONEY, '!q', -(2**63), 2**63 - 1, id='money'),
        pytest.param(oids.PG_LSN, '!Q', 0, 2**64 - 1, id='pg_lsn is unsigned'),
    ],
)
@given(numbers=st.data())
def test_numbers_sort_by_value(oid: int, layout: str, least: int, greatest: int, numbers: st.DataObject) -> None:
    one, other = (numbers.draw(st.integers(least, greatest)) for _ in range(2))
    terms = [order(oid)(pack(layout, number)) for number in (one, other)]
    assert compared(*terms) == (one > other) - (one < other)


@given(one=st.binary(), other=st.binary())
def test_text_under_c_sorts_by_its_bytes(one: bytes, other: bytes) -> None:
    assert compared(order(oids.TEXT)(one), order(oids.TEXT)(other)) == (one > other) - (one < other)


def test_blanks_at_the_end_of_character_do_not_count() -> None:
    assert order(oids.BPCHAR)(b'a  ') == order(oids.BPCHAR)(b'a')


DAY = 86_400_000_000


@pytest.mark.parametrize(
    ('one', 'other'),
    [
        pytest.param((DAY, 0, 0), (0, 1, 0), id='a day is 24 hours'),
        pytest.param((0, 30, 0), (0, 0, 1), id='a month is 30 days'),
        pytest.param((-DAY, -29, 1), (0, 0, 0), id='signs may differ'),
    ],
)
def test_intervals_of_the_same_length_are_equal(one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    assert order(oids.INTERVAL)(pack('!qii', *one)) == order(oids.INTERVAL)(pack('!qii', *other))


def test_times_at_the_same_moment_sort_by_zone() -> None:
    west, east = (order(oids.TIMETZ)(pack('!qi', -zone * 1_000_000, zone)) for zone in (3600, -3600))
    assert compared(west, east) == 1


addresses = st.tuples(st.sampled_from([0x0A000000, 0x0A000001, 0x0A010000, 0x0B000000]), st.integers(0, 32))


@given(one=addresses, other=addresses)
def test_addresses_sort_by_network_then_by_host(one: tuple[int, int], other: tuple[int, int]) -> None:
    terms = [order(oids.INET)(pack('!BBBBI', 2, bits, 0, 4, address)) for address, bits in (one, other)]
    assert compared(*terms) == network_order(IPv4Interface(one), IPv4Interface(other))


def network_order(one: IPv4Interface, other: IPv4Interface) -> int:
    """As PostgreSQL does it: the bits that both have, then how many they have, then the whole address."""
    shared = min(one.network.prefixlen, other.network.prefixlen)
    models = [
        (int(address.ip) >> (32 - shared), address.network.prefixlen, int(address.ip)) for address in (one, other)
    ]
    return (models[0] > models[1]) - (models[0] < models[1])


def test_bits_sort_before_their_number() -> None:
    ascending = [pack('!I', 0), pack('!IB', 1, 0), pack('!IB', 2, 0), pack('!IBB', 9, 0, 0), pack('!IB', 1, 0x80)]
    terms = [order(oids.VARBIT)(value) for value in ascending]
    assert [compared(one, other) for one, other in pairwise(terms)] == [-1] * 4


def int4_array(*shape: tuple[int, int], items: list[int | None]) -> bytes:
    """``shape``: size and lower bound of each dimension."""
    values = binary_array(oids.INT4, [None if item is None else pack('!i', item) for item in items])
    head = pack('!iiI', len(shape), 0, oids.INT4) + b''.join(pack('!ii', *dimension) for dimension in shape)
    return head + (values[20:] if items else b'')


ASCENDING_ARRAYS = [
    int4_array(items=[]),
    int4_array((1, 1), items=[1]),
    int4_array((2, 0), items=[1, 1]),
    int4_array((2, 1), items=[1, 1]),
    int4_array((1, 1), (2, 1), items=[1, 1]),
    int4_array((2, 1), (1, 1), items=[1, 1]),
    int4_array((3, 1), items=[1, 1, -5]),
    int4_array((2, 1), items=[1, None]),
    int4_array((1, 1), items=[2]),
    int4_array((1, 1), items=[None]),
]


def test_arrays_sort_by_elements_then_by_shape() -> None:
    terms = [order(oids.ARRAY_OF[oids.INT4])(array) for array in ASCENDING_ARRAYS]
    assert [compared(one, other) for one, other in pairwise(terms)] == [-1] * 9


def int4_range(flags: int, *bounds: int) -> bytes:
    return bytes([flags]) + b''.join(pack('!ii', 4, bound) for bound in bounds)


ASCENDING_RANGES = [
    int4_range(0x01),
    int4_range(0x08, 5),
    int4_range(0x18),
    int4_range(0x02, 1, 5),
    int4_range(0x06, 1, 5),
    int4_range(0x12, 1),
    int4_range(0x00, 1, 5),
]


def test_ranges_sort_by_lower_then_by_upper_bound() -> None:
    terms = [order(oids.INT4RANGE)(value) for value in ASCENDING_RANGES]
    assert [compared(one, other) for one, other in pairwise(terms)] == [-1] * 6


@pytest.mark.parametrize(
    'oid',
    [
        pytest.param(oids.JSON, id='json has no order'),
        pytest.param(oids.JSONB, id='jsonb'),
        pytest.param(oids.POINT, id='point has no order'),
        pytest.param(oids.REGCLASS, id='regclass means another table on each server'),
        pytest.param(oids.ARRAY_OF[oids.JSONB], id='array of such'),
        pytest.param(oids.INT4MULTIRANGE, id='multirange'),
        pytest.param(2249, id='record'),
        pytest.param(16384, id='type of a user'),
    ],
)
def test_a_type_whose_order_is_not_known_has_none(oid: int) -> None:
    assert order_of(oid, collation_is_c=True) is None


@pytest.mark.parametrize('oid', [oids.TEXT, oids.VARCHAR, oids.BPCHAR, oids.NAME, oids.ARRAY_OF[oids.TEXT]])
def test_text_has_an_order_under_c_only(oid: int) -> None:
    assert order_of(oid, collation_is_c=False) is None
    assert order_of(oid, collation_is_c=True) is not None


def test_numbers_have_an_order_under_any_collation() -> None:
    assert order_of(oids.ARRAY_OF[oids.INT8], collation_is_c=False) is not None


WELL_FORMED = {
    'int8': (oids.INT8, pack('!q', 5)),
    'float8': (oids.FLOAT8, pack('!d', 5)),
    'numeric': (oids.NUMERIC, encoded(Decimal('1234567.25'))),
    'uuid': (oids.UUID, bytes(16)),
    'interval': (oids.INTERVAL, pack('!qii', 1, 2, 3)),
    'inet': (oids.INET, pack('!BBBBI', 2, 8, 0, 4, 1)),
    'varbit': (oids.VARBIT, pack('!IBB', 9, 0, 0)),
    'array': (oids.ARRAY_OF[oids.INT4], ASCENDING_ARRAYS[4]),
    'range': (oids.INT4RANGE, ASCENDING_RANGES[3]),
}


@pytest.mark.parametrize(('oid', 'value'), WELL_FORMED.values(), ids=WELL_FORMED)
def test_a_value_of_another_length_is_malformed(oid: int, value: bytes) -> None:
    order(oid)(value)
    for cut in range(len(value)):
        with pytest.raises(MALFORMED):
            order(oid)(value[:cut])
    with pytest.raises(MALFORMED):
        order(oid)(value + b'\0')


@pytest.mark.parametrize(
    ('oid', 'value'),
    [
        pytest.param(oids.NUMERIC, pack('!hhHH', 0, 0, 0x1234, 0), id='sign of numeric'),
        pytest.param(oids.INET, pack('!BBBBI', 2, 33, 0, 4, 1), id='bits of an address'),
        pytest.param(oids.ARRAY_OF[oids.INT8], ASCENDING_ARRAYS[4], id='type of elements'),
        pytest.param(oids.ARRAY_OF[oids.INT4], pack('!iiI', 7, 0, oids.INT4) + bytes(56), id='dimensions of an array'),
        pytest.param(oids.ARRAY_OF[oids.INT4], pack('!iiI', -1, 0, oids.INT4), id='fewer dimensions than none'),
    ],
)
def test_what_cannot_be_is_malformed(oid: int, value: bytes) -> None:
    with pytest.raises(MALFORMED):
        order(oid)(value)
