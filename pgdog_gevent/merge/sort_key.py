"""What rows are sorted by: helper columns in binary format, which shards put at the end of each row.

A key is a tuple, with two parts for each column: where NULL stands, and the term of the value. Python compares such
tuples as ORDER BY compares rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from pgdog_gevent.merge import rows
from pgdog_gevent.pgtypes.order import MALFORMED, Order, Term

_PRESENT: Final = 0
_FIRST: Final = (-1, 0)
_LAST: Final = (1, 0)


class Descending:
    """A term of a column that is sorted the other way round."""

    __slots__ = ('term',)

    def __init__(self, term: Term) -> None:
        self.term = term

    def __lt__(self, other: 'Descending') -> bool:
        return other.term < self.term  # type: ignore[operator]  # Terms of one column are of one type.

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Descending) and self.term == other.term

    __hash__ = None  # type: ignore[assignment]


Part: TypeAlias = 'Term | Descending'
Key: TypeAlias = tuple[Part, ...]
Row: TypeAlias = tuple[Key, bytes]
"""What a row is sorted by, and the body of its DataRow as the client gets it."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """One helper column: how its type sorts, and which way round."""

    order: Order
    descending: bool = False
    nulls_first: bool = False

    @property
    def null(self) -> tuple[int, int]:
        """What stands in a key for NULL."""
        return _FIRST if self.nulls_first else _LAST

    @property
    def term(self) -> Callable[[bytes], Part]:
        """What stands in a key for a value."""
        return _reversed(self.order) if self.descending else self.order


def _reversed(order: Order) -> Callable[[bytes], Part]:
    def descending(value: bytes) -> Part:
        term = order(value)
        return -term if type(term) is int else Descending(term)

    return descending


def row_reader(keys: Sequence[SortKey], columns: int) -> Callable[[bytes], Row]:
    """Return what makes a ``Row`` of a DataRow body that has so many columns, the last of which are those of ``keys``.

    It raises ProtocolViolation if the body is malformed.
    """
    visible = columns - len(keys)
    has, gets = rows.count(columns), rows.count(visible)
    terms = [(key.term, key.null) for key in keys]
    uint32, null_size, offset_after = rows.uint32, rows.NULL, rows.offset_after

    def read(body: bytes) -> Row:
        key: list[Part] = []
        try:
            at = end = offset_after(body, visible)
            for term, null in terms:
                size = uint32(body, at)[0]
                at += 4
                if size == null_size:
                    key += null
                else:
                    key += _PRESENT, term(body[at : at + size])
                    at += size
        except MALFORMED:
            raise rows.malformed() from None
        if at != len(body) or body[:2] != has:
            raise rows.malformed()
        return tuple(key), gets + body[2:end]

    return read
