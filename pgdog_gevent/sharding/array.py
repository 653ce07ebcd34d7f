"""The elements of arrays of key values, for ``= ANY($1)``.

Only the elements count, not how many dimensions they stand in; yet in text, arrays of several dimensions and arrays
with bounds are refused with ``NotAKey``, as is everything that is not certainly an array, and what is too large to be
worth it: any shard may have what equals one of the elements then.
"""

import re
from collections.abc import Iterator, Mapping
from math import prod
from struct import Struct
from typing import Final

from pgdog_gevent.sharding.key import Key, KeyType, NotAKey, TypeOid, key_of_binary, key_of_text

_ELEMENT_TYPES: Final[Mapping[int, int]] = {
    TypeOid.UNSPECIFIED: TypeOid.UNSPECIFIED,
    TypeOid.UNKNOWN: TypeOid.UNSPECIFIED,
    1005: TypeOid.INT2,
    1007: TypeOid.INT4,
    1009: TypeOid.TEXT,
    1015: TypeOid.VARCHAR,
    1016: TypeOid.INT8,
    1028: TypeOid.OID,
    1231: TypeOid.NUMERIC,
    2951: TypeOid.UUID,
}
"""OIDs of arrays, as pg_type has them, and of their elements."""

_BLANKS: Final = ' \t\n\v\f\r'
_ELEMENT: Final = re.compile(
    r'[ \t\n\v\f\r]*+(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"[ \t\n\v\f\r]*+|(?P<bare>[^",{}\\]++))(?P<end>[,}])', re.DOTALL
)
_ESCAPED: Final = re.compile(r'\\(.)', re.DOTALL)
_MOST_ELEMENTS: Final = 16384
_LONGEST_TEXT: Final = 4 * 1024 * 1024
_MOST_DIMENSIONS: Final = 6

_HEAD: Final = Struct('!iiI')
_INT32: Final = Struct('!i')
_DIMENSION: Final = Struct('!ii')


def keys_of_text_array(key_type: KeyType, text: str, array_oid: int = TypeOid.UNSPECIFIED) -> list[Key | None]:
    """Read the elements of an array in text; ``None`` is NULL. Raises NotAKey."""
    element_oid = _ELEMENT_TYPES.get(array_oid)
    if element_oid is None:
        raise NotAKey(f'no array of keys has type {array_oid}')
    elements = _elements(key_type, text)
    return [None if element is None else key_of_text(key_type, element, element_oid) for element in elements]


def keys_of_binary_array(key_type: KeyType, octets: bytes) -> list[Key | None]:
    """Read the elements of an array in binary, which tells their type; ``None`` is NULL. Raises NotAKey."""
    if len(octets) < _HEAD.size:
        raise NotAKey('not an array')
    dimensions, flags, element_oid = _HEAD.unpack_from(octets)
    begin = _HEAD.size + _DIMENSION.size * dimensions
    if not 0 <= dimensions <= _MOST_DIMENSIONS or flags not in (0, 1) or len(octets) < begin:
        raise NotAKey('not an array')
    sizes = [_DIMENSION.unpack_from(octets, _HEAD.size + _DIMENSION.size * number)[0] for number in range(dimensions)]
    count = prod(sizes) if sizes else 0
    if any(size < 0 for size in sizes) or count > min(_MOST_ELEMENTS, (len(octets) - begin) // _INT32.size):
        raise NotAKey('not an array, or one that is too large')
    values = _values(octets, begin, count)
    return [None if value is None else key_of_binary(key_type, element_oid, value) for value in values]


def _elements(key_type: KeyType, text: str) -> Iterator[str | None]:
    """Walk the elements of an array of one dimension without bounds, as array_in() reads it."""
    text = text.strip(_BLANKS)
    if len(text) > _LONGEST_TEXT or not text.startswith('{') or text.count(',') >= _MOST_ELEMENTS:
        raise NotAKey('not an array of one dimension, or one that is too large')
    position = 1
    if text[1:].strip(_BLANKS) == '}':
        return
    while position < len(text):
        found = _ELEMENT.match(text, position)
        if found is None:
            raise NotAKey('not an array of one dimension')
        position = found.end()
        if (found['end'] == '}') != (position == len(text)):
            raise NotAKey('not an array')
        yield _element(key_type, found)
    if not text.endswith('}'):
        raise NotAKey('not an array')


def _element(key_type: KeyType, found: re.Match[str]) -> str | None:
    if found['quoted'] is not None:
        return _ESCAPED.sub(r'\1', found['quoted'])
    bare = found['bare'].strip(_BLANKS)
    if bare.lower() == 'null':
        if key_type is KeyType.TEXT:
            raise NotAKey('NULL, or a text, as array_nulls says')
        return None
    return bare


def _values(octets: bytes, position: int, count: int) -> Iterator[bytes | None]:
    for _ in range(count):
        if position + _INT32.size > len(octets):
            raise NotAKey('not an array')
        size = _INT32.unpack_from(octets, position)[0]
        position += _INT32.size
        if size == -1:
            yield None
            continue
        if not 0 <= size <= len(octets) - position:
            raise NotAKey('not an array')
        yield octets[position : position + size]
        position += size
    if position != len(octets):
        raise NotAKey('not an array')
