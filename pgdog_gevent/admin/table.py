"""The answer to a SHOW: columns and rows, and how their values look on the wire."""

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from struct import Struct
from typing import Generic, NamedTuple, TypeVar, assert_never

from pgdog_gevent.errors import AdminCommandFailed
from pgdog_gevent.protocol.response import Column

T = TypeVar('T')
Cell = str | int | float | bool | None
BINARY = 1
"""The format code of binary values."""

_int8 = Struct('!q').pack
_float8 = Struct('!d').pack


class Type(Enum):
    """A type of PostgreSQL: its oid and its size."""

    BOOL = (16, 1)
    INT8 = (20, 8)
    TEXT = (25, -1)
    FLOAT8 = (701, 8)


class Heading(NamedTuple):
    """A column of a table."""

    name: str
    type: Type

    def described(self, form: int) -> Column:
        """The column as RowDescription tells it, in text (0) or binary (1) format."""
        oid, size = self.type.value
        return Column(self.name, oid, size, form)


class Table(NamedTuple):
    """What a command answers."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Field(NamedTuple, Generic[T]):
    """A column whose cells are read from a ``T``."""

    name: str
    type: Type
    cell: Callable[[T], Cell]


def tabulate(fields: Sequence[Field[T]], owners: Iterable[T]) -> Table:
    """Make a table with one row for each owner."""
    headings = tuple(Heading(field.name, field.type) for field in fields)
    return Table(headings, tuple(tuple(field.cell(owner) for field in fields) for owner in owners))


def chosen(fields: Sequence[Field[T]], wanted: Sequence[str], kept: Sequence[str]) -> tuple[Field[T], ...]:
    """Leave out the fields that are neither wanted nor always kept; none wanted means all."""
    if unknown := set(wanted) - {field.name for field in fields}:
        raise AdminCommandFailed(f'column "{min(unknown)}" does not exist')
    return tuple(field for field in fields if not wanted or field.name in wanted or field.name in kept)


def one_row(**cells: str) -> Table:
    """A table of one row of text."""
    return Table(tuple(Heading(name, Type.TEXT) for name in cells), (tuple(cells.values()),))


def as_text(cell: Cell) -> bytes | None:
    """A value in text format."""
    match cell:
        case None:
            return None
        case bool():
            return b't' if cell else b'f'
        case str():
            # Names may hold surrogates and, from a configuration file, NUL: neither can be sent.
            return cell.replace('\0', '').encode(errors='replace')
    return repr(cell).encode()


def as_binary(cell: Cell, kind: Type) -> bytes | None:
    """A value in binary format."""
    if cell is None:
        return None
    match kind:
        case Type.BOOL:
            return b'\1' if cell else b'\0'
        case Type.INT8:
            return _int8(int(cell))
        case Type.FLOAT8:
            return _float8(float(cell))
        case Type.TEXT:
            return as_text(cell)
        case _:
            assert_never(kind)
