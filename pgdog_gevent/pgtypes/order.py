"""The order of PostgreSQL's types: from a value in binary format to a term that Python compares in the same way.

Terms of one type are less, equal or greater exactly where the type's default btree operator class says so of the
values. Terms of different types cannot be compared. A type whose order is not known for certain has none here.

Text is taken to come in an encoding that the order of its bytes is meant for: the server's own.
"""

from collections.abc import Callable, Mapping
from math import prod
from struct import Struct, error, unpack_from
from typing import Final, TypeAlias

from pgdog_gevent.pgtypes import oids

Term: TypeAlias = 'int | bytes | tuple[Term, ...]'
Order: TypeAlias = Callable[[bytes], Term]

MALFORMED: Final = (error, IndexError, ValueError)
"""What an ``Order`` raises for bytes that are no value of its type."""

_DAY: Final = 24 * 60 * 60 * 1_000_000
_DAYS_OF_A_MONTH: Final = 30
_NULL: Final = 0xFFFFFFFF
_MOST_DIMENSIONS: Final = 6

_uint32 = Struct('!I').unpack_from
_numeric = Struct('!hhHH').unpack_from
_interval = Struct('!qii').unpack
_time_and_zone = Struct('!qi').unpack
_array = Struct('!iII').unpack_from


def order_of(type_oid: int, *, collation_is_c: bool) -> Order | None:
    """Return how a type sorts; ``None`` if that cannot be said here. ``collation_is_c`` matters for text only.

    Enums have none, since only a server knows the order of their labels; types that stand for objects of a database
    (``regclass``) neither, since these have other numbers on each server.
    """
    if type_oid in _COLLATED and not collation_is_c:
        return None
    if order := _SCALARS.get(type_oid):
        return order
    if bound := _BOUNDS.get(type_oid):
        return _range(bound)
    element_oid = oids.ELEMENT_OF.get(type_oid)
    if element_oid is None:
        return None
    element = order_of(element_oid, collation_is_c=collation_is_c)
    return element and _elements(element_oid, element)


def _field(layout: str) -> Order:
    """Order of values that are one field."""
    unpack = Struct(layout).unpack

    def order(value: bytes) -> Term:
        term: int | bytes = unpack(value)[0]
        return term

    return order


def _float(layout: str, infinity: int, below_sign: int) -> Order:
    """Order of IEEE 754 numbers by their bits: -0 is 0, and NaN, which is one value, is above infinity."""
    unpack = Struct(layout).unpack
    nan = infinity + 1

    def order(value: bytes) -> Term:
        bits: int = unpack(value)[0]
        magnitude = bits & below_sign
        if magnitude > infinity:
            return nan
        return magnitude if magnitude == bits else -magnitude

    return order


_POSITIVE: Final = 0
_NEGATIVE: Final = 0x4000
_SPECIAL: Final[Mapping[int, Term]] = {0xF000: (-2,), 0xD000: (2,), 0xC000: (3,)}
"""By the sign in which they are written: -Infinity, Infinity, NaN."""


def _decimal(value: bytes) -> Term:
    """Order of numeric: sign, weight of the first digit that is not 0, digits. They have base 10,000."""
    count, weight, sign, _ = _numeric(value)
    if sign in _SPECIAL:
        return _SPECIAL[sign]
    digits = Struct(f'!{count}h').unpack(value[8:])
    while digits and not digits[0]:
        digits, weight = digits[1:], weight - 1
    while digits and not digits[-1]:
        digits = digits[:-1]
    if sign not in (_POSITIVE, _NEGATIVE):
        raise ValueError
    if not digits:
        return (0,)
    if sign == _NEGATIVE:
        # The 1 at the end: of two numbers of which one goes on where the other ends, that one is less.
        return (-1, -weight, *[-digit for digit in digits], 1)
    return (1, weight, *digits)


def _padded(value: bytes) -> Term:
    """Order of character(n): blanks at the end do not count."""
    return value.rstrip(b' ')


def _zoned_time(value: bytes) -> Term:
    """Order of timetz: the moment, then the zone, in seconds to the west."""
    time, zone = _time_and_zone(value)
    moment: int = time + zone * 1_000_000
    return moment, zone


def _duration(value: bytes) -> Term:
    """Order of interval: as if all months had 30 days and all days 24 hours."""
    time, days, months = _interval(value)
    duration: int = time + (months * _DAYS_OF_A_MONTH + days) * _DAY
    return duration


def _network(value: bytes) -> Term:
    """Order of inet and cidr: family, the bits of the network, how many they are, then all bits."""
    family, bits, _, size = value[:4]
    address = value[4:]
    if len(address) != size:
        raise ValueError
    host_bits = size * 8 - bits
    return family, int.from_bytes(address, 'big') >> host_bits << host_bits, bits, address


def _bits(value: bytes) -> Term:
    """Order of bit strings: their bytes, filled up with zeros, then how many bits there are."""
    count: int = _uint32(value)[0]
    if len(value) - 4 != (count + 7) // 8:
        raise ValueError
    return value[4:], count


def _elements(element_oid: int, element: Order) -> Order:
    """Order of arrays: element by element with NULL the greatest, how many they are, then what shape they have."""

    def order(value: bytes) -> Term:
        dimensions, _, found_oid = _array(value)
        if found_oid != element_oid or not 0 <= dimensions <= _MOST_DIMENSIONS:
            raise ValueError
        shape: tuple[int, ...] = unpack_from(f'!{2 * dimensions}i', value, 12)
        sizes, lower_bounds = shape[::2], shape[1::2]
        terms = []
        at = 12 + 8 * dimensions
        while at < len(value):
            item, at = _item(value, at)
            terms.append((1,) if item is None else (0, element(item)))
        if len(terms) != (prod(sizes) if sizes else 0):
            raise ValueError
        return tuple(terms), dimensions, sizes, lower_bounds

    return order


def _item(value: bytes, at: int) -> tuple[bytes | None, int]:
    """The part of a value that begins ``at`` with its length, and where the next one begins."""
    size: int = _uint32(value, at)[0]
    at += 4
    if size == _NULL:
        return None, at
    if at + size > len(value):
        raise ValueError
    return value[at : at + size], at + size


_EMPTY: Final = 1
_LOWER_INCLUSIVE: Final = 2
_UPPER_INCLUSIVE: Final = 4
_LOWER_INFINITE: Final = 8
_UPPER_INFINITE: Final = 16


def _range(bound: Order) -> Order:
    """Order of ranges: the empty one is the least; then by lower bound, then by upper bound."""

    def order(value: bytes) -> Term:
        flags, at = value[0], 1
        lower: Term = (0,)
        upper: Term = (2,)
        if flags & _EMPTY:
            return ()
        if not flags & _LOWER_INFINITE:
            item, at = _item(value, at)
            lower = (1, bound(item or b''), 0 if flags & _LOWER_INCLUSIVE else 1)
        if not flags & _UPPER_INFINITE:
            item, at = _item(value, at)
            upper = (1, bound(item or b''), 1 if flags & _UPPER_INCLUSIVE else 0)
        if at != len(value):
            raise ValueError
        return lower, upper

    return order


_COLLATED: Final = {oids.TEXT, oids.VARCHAR, oids.BPCHAR, oids.NAME}

_SCALARS: Final[Mapping[int, Order]] = {
    oids.BOOL: _field('!B'),
    oids.INT2: _field('!h'),
    oids.INT4: _field('!i'),
    oids.INT8: _field('!q'),
    oids.OID: _field('!I'),
    oids.FLOAT4: _float('!I', 0x7F800000, 0x7FFFFFFF),
    oids.FLOAT8: _float('!Q', 0x7FF0000000000000, 0x7FFFFFFFFFFFFFFF),
    oids.NUMERIC: _decimal,
    oids.MONEY: _field('!q'),
    oids.TEXT: bytes,
    oids.VARCHAR: bytes,
    oids.NAME: bytes,
    oids.BPCHAR: _padded,
    oids.CHAR: _field('!B'),
    oids.BYTEA: bytes,
    oids.UUID: _field('!16s'),
    oids.DATE: _field('!i'),
    oids.TIME: _field('!q'),
    oids.TIMETZ: _zoned_time,
    oids.TIMESTAMP: _field('!q'),
    oids.TIMESTAMPTZ: _field('!q'),
    oids.INTERVAL: _duration,
    oids.INET: _network,
    oids.CIDR: _network,
    oids.MACADDR: _field('!6s'),
    oids.MACADDR8: _field('!8s'),
    oids.BIT: _bits,
    oids.VARBIT: _bits,
    oids.PG_LSN: _field('!Q'),
    oids.XID8: _field('!Q'),
    oids.TID: _field('!6s'),
}

_BOUNDS: Final[Mapping[int, Order]] = {
    oids.INT4RANGE: _SCALARS[oids.INT4],
    oids.INT8RANGE: _SCALARS[oids.INT8],
    oids.NUMRANGE: _SCALARS[oids.NUMERIC],
    oids.DATERANGE: _SCALARS[oids.DATE],
    oids.TSRANGE: _SCALARS[oids.TIMESTAMP],
    oids.TSTZRANGE: _SCALARS[oids.TIMESTAMPTZ],
}
