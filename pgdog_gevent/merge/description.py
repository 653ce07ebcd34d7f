"""The columns of an answer: what one shard says of them, whether all say the same, and what the client is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from struct import Struct
from typing import Final, NamedTuple

from pgdog_gevent.errors import ProtocolViolation, ShardsDisagree
from pgdog_gevent.protocol.body import Body

TEXT: Final = 0
BINARY: Final = 1
_ANY: Final = -1
"""The type modifier that says nothing."""

_count = Struct('!H').pack
_facts = Struct('!IhIhih').pack


class Column(NamedTuple):
    """A field of a RowDescription. The name is in the encoding of the client."""

    name: bytes
    table_oid: int
    attribute: int
    type_oid: int
    type_size: int
    modifier: int
    format: int


@dataclass(frozen=True, slots=True)
class Description:
    """A RowDescription."""

    columns: tuple[Column, ...]

    @classmethod
    def decode(cls, body: bytes) -> 'Description':
        """Read a RowDescription body. Raises ProtocolViolation if it is malformed."""
        cursor = Body(body)
        columns = tuple(_column(cursor) for _ in range(cursor.count()))
        cursor.end()
        return cls(columns)

    def encode(self) -> bytes:
        """Return the body of the RowDescription."""
        parts = [_count(len(self.columns))]
        for name, *facts in self.columns:
            parts.append(name + b'\0' + _facts(*facts))
        return b''.join(parts)

    def without(self, helpers: int) -> 'Description':
        """The same without so many columns at the end."""
        return Description(self.columns[: len(self.columns) - helpers])

    def with_formats(self, codes: Sequence[int]) -> 'Description':
        """The same as a portal's whose Bind has these format codes: none, one for all columns, or one for each."""
        formats = expanded(codes, len(self.columns))
        columns = zip(self.columns, formats, strict=True)
        return Description(tuple(column._replace(format=code) for column, code in columns))

    def with_types(self, canonical: Mapping[int, int]) -> 'Description':
        """The same with other OIDs for some types, such as those that an enum has on another shard."""
        types = [canonical.get(column.type_oid, column.type_oid) for column in self.columns]
        columns = zip(self.columns, types, strict=True)
        return Description(tuple(column._replace(type_oid=oid) for column, oid in columns))


def _column(cursor: Body) -> Column:
    return Column(
        name=cursor.cstring(),
        table_oid=cursor.uint32(),
        attribute=cursor.int16(),
        type_oid=cursor.uint32(),
        type_size=cursor.int16(),
        modifier=cursor.int32(),
        format=cursor.int16(),
    )


def expanded(codes: Sequence[int], columns: int) -> tuple[int, ...]:
    """One format code for each column, where a Bind may have none, one, or one for each."""
    if not codes:
        return (TEXT,) * columns
    if len(codes) == 1:
        return tuple(codes) * columns
    if len(codes) != columns:
        raise ProtocolViolation(f'bind message has {len(codes)} result formats but query has {columns} columns')
    return tuple(codes)


def shard_formats(codes: Sequence[int], visible: int, helpers: int) -> tuple[int, ...]:
    """The format codes that shards get: the client's own, and binary for the helper columns."""
    return expanded(codes, visible) + (BINARY,) * helpers


def agreed(descriptions: Sequence[Description]) -> Description:
    """Return what several shards, at least one, say of the same columns. Raises ShardsDisagree if they do not.

    The tables have other OIDs on each shard: those of the first are told. Where modifiers differ, there is none.
    """
    first, *others = descriptions
    for other in others:
        if len(other.columns) != len(first.columns):
            raise ShardsDisagree(
                f'shards return different numbers of columns: {len(first.columns)} and {len(other.columns)}'
            )
        first = replace(first, columns=tuple(map(_common, first.columns, other.columns)))
    return first


def _common(one: Column, other: Column) -> Column:
    if one.name != other.name:
        names = f'"{_shown(one.name)}" and "{_shown(other.name)}"'
        raise ShardsDisagree(f'shards return different columns: {names}')
    if one.type_oid != other.type_oid or one.format != other.format:
        raise ShardsDisagree(
            f'shards return different types for column "{_shown(one.name)}"',
            detail=f'Their OIDs are {one.type_oid} and {other.type_oid}.',
        )
    return one if one.modifier == other.modifier else one._replace(modifier=_ANY)


def _shown(name: bytes) -> str:
    return name.decode(errors='replace')
