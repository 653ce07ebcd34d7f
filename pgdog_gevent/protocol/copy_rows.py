"""The stream of a COPY, taken apart into rows: what is the same for all of its formats.

A stream arrives in chunks that end anywhere. A splitter gives each row as it was written, and the value of one of its
columns: the key. Nothing else in a row is read; what is wrong with it PostgreSQL says.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Final, Protocol, TypeAlias

from pgdog_gevent.errors import CopyRowTooLong

LONGEST_ROW: Final = 0x3FFFFFFF
"""Bytes of a row; MaxAllocSize of PostgreSQL's memutils.h."""


class Odd(Enum):
    """What stands where the value of the key would be, and is none."""

    FRAME = 'frame'
    """It is no row, but belongs to each stream: a header, a trailer."""
    WRONG = 'wrong'
    """PostgreSQL will refuse it, wherever it is sent: it ends before the key, or cannot be read."""
    DEFAULT = 'default'
    """It wants the default of the column."""


Key: TypeAlias = bytes | Odd | None
"""``None`` is NULL."""
KeyedRow: TypeAlias = tuple[Key, bytes]


class Splitter(Protocol):
    """Takes one stream apart. All that is given back, put together, is the stream, up to its end marker."""

    def feed(self, chunk: bytes) -> Iterable[KeyedRow]:
        """The rows that end in ``chunk``. Raises BadCopyFormat, CopyRowTooLong."""
        ...

    def finish(self) -> Iterable[KeyedRow]:
        """What is left when the stream is over. Raises BadCopyFormat."""
        ...


class Pending:
    """The beginning of a row whose end has not arrived."""

    __slots__ = ('_limit', '_pieces', 'size')

    def __init__(self, limit: int) -> None:
        self._pieces: list[bytes] = []
        self._limit = limit
        self.size = 0

    def add(self, piece: bytes) -> None:
        """Raises CopyRowTooLong."""
        self._pieces.append(piece)
        self.size += len(piece)
        if self.size > self._limit:
            raise CopyRowTooLong(self._limit)

    def take(self, rest: bytes = b'') -> bytes:
        """All of it, with what completes it."""
        row = b''.join((*self._pieces, rest))
        self._pieces, self.size = [], 0
        return row

    def peek(self) -> bytes:
        return b''.join(self._pieces)

    def begins_with(self, octet: bytes) -> bool:
        return bool(self._pieces) and self._pieces[0].startswith(octet)
