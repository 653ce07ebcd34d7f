"""The rows of several shards as arrays, one for each column, which a server unnests to go on with them.

In a DataRow and in an array in binary format values are written alike: so they are not looked into.
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from struct import Struct, error
from typing import Final

from pgdog_gevent.errors import GatherLimit
from pgdog_gevent.merge import rows
from pgdog_gevent.pgtypes import oids

_int32 = Struct('!i').pack
_empty = Struct('!iiI').pack
_header = Struct('!iiIii').pack
_NULL: Final = _int32(-1)
_OBJECT: Final = 64
"""Bytes that a row takes beside its own."""


class TypeKind(Enum):
    """What a type is, as ``pg_type.typtype`` says it; arrays are base types there."""

    BASE = 'b'
    ARRAY = 'array'
    COMPOSITE = 'c'
    DOMAIN = 'd'
    ENUM = 'e'
    PSEUDO = 'p'
    RANGE = 'r'
    MULTIRANGE = 'm'


class Carriage(Enum):
    """How the values of a column travel to the server that goes on with them."""

    BINARY = 'binary'
    """In an array of their type, in binary format."""
    TEXT = 'text'
    """In an array of text, in text format; they are cast back to their type."""


_FLATTENED: Final = {TypeKind.ARRAY, TypeKind.COMPOSITE, TypeKind.DOMAIN}
"""``unnest`` would take their values apart. (A domain may be over one of the others.)"""

_OBJECTS: Final = {
    oids.REGPROC, oids.REGPROCEDURE, oids.REGOPER, oids.REGOPERATOR, oids.REGCLASS, oids.REGCOLLATION, oids.REGTYPE,
    oids.REGROLE, oids.REGNAMESPACE, oids.REGCONFIG, oids.REGDICTIONARY,
}  # fmt: skip
"""They are numbers in binary format, which mean other objects on each server, and names in text format."""


def carried(kind: TypeKind, oid: int, *, has_binary: bool) -> Carriage | None:
    """Return how values of a type travel; ``None`` for pseudo-types, of which there are no arrays.

    ``has_binary``: the type has functions to send and to receive it.
    """
    if kind is TypeKind.PSEUDO:
        return None
    if kind in _FLATTENED or oid in _OBJECTS or not has_binary:
        return Carriage.TEXT
    return Carriage.BINARY


def binary_array(element_oid: int, values: Iterable[bytes | None]) -> bytes:
    """Return an array of one dimension in binary format, from values in it; ``None`` is NULL."""
    column = _Array()
    for value in values:
        column.append(_NULL if value is None else _int32(len(value)) + value, null=value is None)
    return column.encode(element_oid)


class Columns:
    """Rows, column by column, until they have ``limit`` bytes."""

    def __init__(self, columns: int, limit: int) -> None:
        self.rows = 0
        self._bytes = 0
        self._limit = limit
        self._has = rows.count(columns)
        self._arrays = [_Array() for _ in range(columns)]

    def add(self, body: bytes) -> None:
        """Add a row. Raises GatherLimit if there is no room for it, ProtocolViolation if it is malformed."""
        self._bytes += len(body)
        if self._bytes > self._limit:
            raise GatherLimit(self._limit)
        at = 2
        for array in self._arrays:
            end = _end(body, at)
            array.append(body[at:end], null=end == at + 4 and body[at] == 0xFF)
            at = end
        if at != len(body) or body[:2] != self._has:
            raise rows.malformed()
        self.rows += 1

    def encode(self, element_oids: Sequence[int]) -> list[bytes]:
        """Return the columns as arrays in binary format, of elements of these types."""
        return [array.encode(oid) for array, oid in zip(self._arrays, element_oids, strict=True)]


class Kept:
    """Counts the rows that are kept in memory, until they take more than ``limit`` bytes."""

    __slots__ = ('_bytes', '_limit')

    def __init__(self, limit: int) -> None:
        self._bytes = 0
        self._limit = limit

    def row(self, body: bytes) -> bytes:
        """The same row, if there is room for it. Raises GatherLimit."""
        self._bytes += len(body) + _OBJECT
        if self._bytes > self._limit:
            raise GatherLimit(self._limit)
        return body


def _end(body: bytes, at: int) -> int:
    """Where the value ends that begins ``at`` with its length."""
    try:
        size: int = rows.uint32(body, at)[0]
    except error:
        raise rows.malformed() from None
    return at + 4 if size == rows.NULL else at + 4 + size


class _Array:
    """An array of one dimension while it grows."""

    __slots__ = ('_count', '_has_null', '_items')

    def __init__(self) -> None:
        self._count = 0
        self._has_null = False
        self._items = bytearray()

    def append(self, item: bytes, *, null: bool) -> None:
        """Add an element, which begins with its length."""
        self._items += item
        self._count += 1
        self._has_null |= null

    def encode(self, element_oid: int) -> bytes:
        if not self._count:
            return _empty(0, 0, element_oid)
        return _header(1, self._has_null, element_oid, self._count, 1) + self._items
