"""Key values: from the text and the bytes in which clients write them to what sharding functions take.

What is read is what PostgreSQL would compare with the column, or it is refused with ``NotAKey``: any shard may have
what equals the value then. The type of a parameter decides how it is compared (``bigint = double precision`` compares
doubles, of which one equals many integers), so it has to be given where it is known; 0 stands for that of the column.
"""

import re
from collections.abc import Callable, Mapping
from enum import Enum, IntEnum
from math import isfinite
from struct import Struct, iter_unpack
from typing import Final, TypeAlias

Key: TypeAlias = int | bytes | tuple[float, ...]
"""A bigint; the 16 bytes of a UUID, or text in UTF-8; a vector. Which one it is, the ``KeyType`` tells."""


class KeyType(Enum):
    """What values a sharding key has."""

    BIGINT = 'bigint'
    """smallint, integer and bigint."""
    UUID = 'uuid'
    TEXT = 'text'
    """text and varchar. (Of char(n), the blanks at the end are no part of the value, which is not known here.)"""
    VECTOR = 'vector'
    """pgvector's ``vector``."""


class NotAKey(Exception):
    """A value is not a key of its type, or it cannot be said which; any shard may have what equals it."""


class TypeOid(IntEnum):
    """OIDs of types, as pg_type has them."""

    UNSPECIFIED = 0
    INT8 = 20
    INT2 = 21
    INT4 = 23
    TEXT = 25
    OID = 26
    UNKNOWN = 705
    VARCHAR = 1043
    NUMERIC = 1700
    UUID = 2950
    FIRST_NORMAL = 16384
    """The first that no built-in type has; that of pgvector is among those that follow."""


_OF_COLUMN: Final[frozenset[int]] = frozenset({TypeOid.UNSPECIFIED, TypeOid.UNKNOWN})
_TYPES: Final[Mapping[KeyType, frozenset[int]]] = {
    KeyType.BIGINT: _OF_COLUMN | {TypeOid.INT8, TypeOid.INT2, TypeOid.INT4, TypeOid.OID, TypeOid.NUMERIC},
    KeyType.UUID: _OF_COLUMN | {TypeOid.UUID},
    KeyType.TEXT: _OF_COLUMN | {TypeOid.TEXT, TypeOid.VARCHAR},
    KeyType.VECTOR: _OF_COLUMN,
}
"""Types whose values a column of a key compares with exactly. bpchar is not among them: it ignores blanks."""

_BLANK: Final = r'[ \t\n\v\f\r]*'
_INTEGER: Final = re.compile(
    rf'{_BLANK}(?P<sign>[+-]?)(?:0[xX](?P<x>(?:_?[0-9a-fA-F])+)|0[oO](?P<o>(?:_?[0-7])+)|0[bB](?P<b>(?:_?[01])+)'
    rf'|(?P<d>[0-9]+(?:_[0-9]+)*)){_BLANK}'
)
_BASES: Final = {'x': 16, 'o': 8, 'b': 2, 'd': 10}
_LONGEST_INTEGER: Final = 200
_UUID: Final = re.compile(r'(\{)?([0-9a-fA-F]{4}(?:-?[0-9a-fA-F]{4}){7})(?(1)\})')
_FLOAT: Final = re.compile(r'[+-]?(?:[0-9]{1,50}(?:\.[0-9]{0,50})?|\.[0-9]{1,50})(?:[eE][+-]?[0-9]{1,3})?')
_MOST_DIMENSIONS: Final = 16000
"""pgvector's limit."""
_LONGEST_VECTOR: Final = _MOST_DIMENSIONS * 64

_INTEGERS: Final = {2: Struct('!h'), 4: Struct('!i'), 8: Struct('!q')}
_SIZES: Final[Mapping[int, int]] = {TypeOid.INT2: 2, TypeOid.INT4: 4, TypeOid.INT8: 8}
_UNSIGNED: Final = Struct('!I')
_FLOAT4: Final = Struct('!f')
_VECTOR_HEAD: Final = Struct('!Hh')
_NUMERIC_HEAD: Final = Struct('!HhHH')
_NUMERIC_NEGATIVE: Final = 0x4000
_NUMERIC_BASE: Final = 10000


def key_of_text(key_type: KeyType, text: str, type_oid: int = TypeOid.UNSPECIFIED) -> Key:
    """Read a value in text, a parameter's or a literal's. Raises NotAKey.

    Text is itself, in UTF-8: where a database has another encoding, only ASCII may be given.
    """
    _expect_type(key_type, type_oid)
    key = _FROM_TEXT[key_type](text)
    return _expect_oid(key) if type_oid == TypeOid.OID and isinstance(key, int) else key


def key_of_binary(key_type: KeyType, type_oid: int, octets: bytes) -> Key:
    """Read a parameter in binary. Raises NotAKey.

    If its type is not specified (0), it must be sure that it gets that of the column, and not another one from another
    place where the statement has it.
    """
    _expect_type(key_type, type_oid)
    match key_type:
        case KeyType.BIGINT:
            return _integer_of_binary(type_oid, octets)
        case KeyType.UUID:
            return _octets_of_uuid(octets)
        case KeyType.TEXT:
            return _octets_of_text(octets)
        case KeyType.VECTOR:
            return _vector_of_binary(octets)


def key_of_int(value: int) -> int:
    """Return an integer that a bigint can hold. Raises NotAKey."""
    if not -(2**63) <= value < 2**63:
        raise NotAKey('out of range for type bigint')
    return value


def _expect_type(key_type: KeyType, type_oid: int) -> None:
    if type_oid not in _TYPES[key_type] and not (key_type is KeyType.VECTOR and type_oid >= TypeOid.FIRST_NORMAL):
        raise NotAKey(f'a value of type {type_oid} is not compared as {key_type.value}')


def _integer_of_text(text: str) -> int:
    """Read what PostgreSQL 16 reads as an integer; older servers know decimal digits only, and refuse the rest."""
    found = _INTEGER.fullmatch(text) if len(text) <= _LONGEST_INTEGER else None
    if found is None or found.lastgroup is None:
        raise NotAKey('not an integer')
    number = int(found[found.lastgroup].replace('_', ''), _BASES[found.lastgroup])
    return key_of_int(-number if found['sign'] == '-' else number)


def _integer_of_binary(type_oid: int, octets: bytes) -> int:
    if type_oid == TypeOid.NUMERIC:
        return _integer_of_numeric(octets)
    if type_oid == TypeOid.OID:
        return _integer_of_oid(octets)
    form = _INTEGERS.get(len(octets))
    if form is None or len(octets) != _SIZES.get(type_oid, len(octets)):
        raise NotAKey('not an integer')
    number: int = form.unpack(octets)[0]
    return number


def _integer_of_oid(octets: bytes) -> int:
    if len(octets) != _UNSIGNED.size:
        raise NotAKey('not an OID')
    return _expect_oid(_UNSIGNED.unpack(octets)[0])


def _expect_oid(number: int) -> int:
    """Refuse OIDs that equal one number as ``bigint`` and another as ``integer``, which is taken for its bits."""
    if not 0 <= number < 2**31:
        raise NotAKey('an OID that is a negative integer too')
    return number


def _integer_of_numeric(octets: bytes) -> int:
    """Read a numeric without fraction. Source: PostgreSQL, numeric_send()."""
    if len(octets) < _NUMERIC_HEAD.size:
        raise NotAKey('not a numeric')
    count, weight, sign, _scale = _NUMERIC_HEAD.unpack_from(octets)
    if len(octets) != _NUMERIC_HEAD.size + 2 * count or sign not in (0, _NUMERIC_NEGATIVE) or not -1 <= weight <= 4:
        raise NotAKey('not a numeric that is an integer')
    digits: list[int] = [digit for (digit,) in iter_unpack('!H', octets[_NUMERIC_HEAD.size :])]
    if any(digits[weight + 1 :]) or any(digit >= _NUMERIC_BASE for digit in digits):
        raise NotAKey('a numeric with a fraction')
    number = 0
    for position in range(weight + 1):
        number = number * _NUMERIC_BASE + (digits[position] if position < count else 0)
    return key_of_int(-number if sign else number)


def _uuid_of_text(text: str) -> bytes:
    found = _UUID.fullmatch(text)
    if found is None:
        raise NotAKey('not a UUID')
    return bytes.fromhex(found[2].replace('-', ''))


def _octets_of_uuid(octets: bytes) -> bytes:
    if len(octets) != 16:
        raise NotAKey('not a UUID')
    return octets


def _octets_of_text(octets: bytes) -> bytes:
    try:
        octets.decode()
    except UnicodeDecodeError:
        raise NotAKey('not UTF-8') from None
    if b'\0' in octets:
        raise NotAKey('text with a NUL')
    return octets


def _text_of_text(text: str) -> bytes:
    try:
        return _octets_of_text(text.encode())
    except UnicodeEncodeError:
        raise NotAKey('not UTF-8') from None


def _vector_of_text(text: str) -> tuple[float, ...]:
    inner = text.strip(' \t\n\v\f\r')
    if len(text) > _LONGEST_VECTOR or not (inner.startswith('[') and inner.endswith(']')):
        raise NotAKey('not a vector')
    elements = [element.strip(' \t\n\v\f\r') for element in inner[1:-1].split(',')]
    if len(elements) > _MOST_DIMENSIONS or not all(map(_FLOAT.fullmatch, elements)):
        raise NotAKey('not a vector')
    return tuple(_as_float4(float(element)) for element in elements)


def _vector_of_binary(octets: bytes) -> tuple[float, ...]:
    """Read a vector: the number of its dimensions, a number that is not used, elements. Source: vector_send()."""
    if len(octets) < _VECTOR_HEAD.size:
        raise NotAKey('not a vector')
    dimensions, unused = _VECTOR_HEAD.unpack_from(octets)
    if unused or not 0 < dimensions <= _MOST_DIMENSIONS or len(octets) != _VECTOR_HEAD.size + 4 * dimensions:
        raise NotAKey('not a vector')
    vector: tuple[float, ...] = tuple(element for (element,) in iter_unpack('!f', octets[_VECTOR_HEAD.size :]))
    if not all(map(isfinite, vector)):
        raise NotAKey('not a finite vector')
    return vector


def _as_float4(number: float) -> float:
    """Round to the precision that elements of vectors have."""
    try:
        rounded: float = _FLOAT4.unpack(_FLOAT4.pack(number))[0]
    except OverflowError:
        raise NotAKey('out of range for type vector') from None
    return rounded


_FROM_TEXT: Final[Mapping[KeyType, Callable[[str], Key]]] = {
    KeyType.BIGINT: _integer_of_text,
    KeyType.UUID: _uuid_of_text,
    KeyType.TEXT: _text_of_text,
    KeyType.VECTOR: _vector_of_text,
}
