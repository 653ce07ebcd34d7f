"""Rows of COPY that are lines: what text and CSV have in common.

A stream has one kind of line end throughout, that of its first line. Most chunks have nothing in them that makes a
line end something else; then they are split at once.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pgdog_gevent.errors import BadCopyFormat
from pgdog_gevent.protocol.copy_rows import LONGEST_ROW, Key, KeyedRow, Odd, Pending

NL, CR, CRNL = b'\n', b'\r', b'\r\n'
END_MARKER: Final = b'\\.'

Rows = tuple[list[bytes], bytes]
"""Whole rows, with their line ends, and what comes after the last one."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How rows are written, and which column is the key; ``key`` counts from 0."""

    key: int
    columns: int
    delimiter: bytes
    null: bytes
    default: bytes | None = None
    """What stands for the default of a column."""
    header: bool = False
    limit: int = LONGEST_ROW


class LineSplitter(ABC):
    """Splits chunks into lines. Its two formats say where a line ends, and what the key is."""

    literal = 'literal'
    """What PostgreSQL calls a line end that is part of no value and ends no line."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.eol = b''
        """How lines end; empty as long as none has."""
        self.ended = False
        """The end marker has been read: what follows is ignored."""
        self.pending = Pending(layout.limit)
        self._held = b''
        """The last bytes of a chunk, if what they mean depends on the next one."""
        self._header = layout.header

    def feed(self, chunk: bytes) -> Iterable[KeyedRow]:
        if self.ended:
            return ()
        chunk = self._held + chunk if self._held else chunk
        end = self.clear_end(chunk)
        self._held, chunk = chunk[end:], chunk[:end]
        if not self.eol:
            self.eol = self.first_eol(chunk)
        rows, rest = self.rows(chunk)
        if rows and self.pending.size:
            rows[0] = self.pending.take(rows[0])
        if rest and not self.ended:
            self.pending.add(rest)
        return self._keyed(rows)

    def finish(self) -> Iterable[KeyedRow]:
        if self.ended:
            return ()
        row, held = self.pending.take(), self._held
        if held.endswith(CR) and not self.escapes(held):
            if self.eol not in (b'', CR):
                raise self.misplaced(CR)
            self.eol = CR
        return self.last_row(row + held)

    def last_row(self, row: bytes) -> Iterable[KeyedRow]:
        """The row without a line end, if there is one, at the end of the stream."""
        return self._keyed([row]) if row else ()

    def plain_rows(self, lines: list[bytes]) -> Rows:
        """The rows of lines of which each is one, save the last if it has no end yet."""
        rest = lines.pop() if lines and not lines[-1].endswith(self.eol) else b''
        return lines, rest

    def _keyed(self, rows: list[bytes]) -> Iterable[KeyedRow]:
        if not (rows and self._header):
            return zip(self.keys(rows), rows, strict=True)
        self._header = False
        return [(Odd.FRAME, rows[0]), *zip(self.keys(rows[1:]), rows[1:], strict=True)]

    def has_one_eol(self, chunk: bytes) -> bool:
        """Whether no other line end occurs in a chunk than that of the first line."""
        if self.eol == NL:
            return CR not in chunk
        if self.eol == CR:
            return NL not in chunk
        pairs = chunk.count(CRNL)
        return pairs == chunk.count(CR) == chunk.count(NL)

    def misplaced(self, eol: bytes) -> BadCopyFormat:
        """A line end of another kind than that of the first line, in PostgreSQL's words."""
        name = 'newline' if eol == NL else 'carriage return'
        return BadCopyFormat(f'{self.literal} {name} found in data', hint=self.hint(eol, name))

    def values(self, rows: Sequence[bytes]) -> list[bytes]:
        """The keys of rows in which each delimiter ends a value, as they are written; nothing if a row has too few."""
        layout = self.layout
        if layout.key == layout.columns - 1:
            rows = [self.without_eol(row) for row in rows]
        try:
            values = [row.split(layout.delimiter, layout.key + 1)[layout.key] for row in rows]
        except IndexError:
            return []
        return [] if self.eol and self.eol in b''.join(values) else values

    def without_eol(self, row: bytes) -> bytes:
        return row[: -len(self.eol)] if self.eol and row.endswith(self.eol) else row

    # What the formats say

    @abstractmethod
    def clear_end(self, chunk: bytes) -> int:
        """Up to where a chunk can be understood, whatever follows it."""

    @abstractmethod
    def escapes(self, held: bytes) -> bool:
        """Whether a carriage return at the very end of the stream is part of a value."""

    @abstractmethod
    def first_eol(self, chunk: bytes) -> bytes:
        """How the first line ends; empty if it does not."""

    @abstractmethod
    def rows(self, chunk: bytes) -> Rows:
        """The rows that end in a chunk. Sets ``ended`` where it finds the end marker. Raises BadCopyFormat."""

    @abstractmethod
    def keys(self, rows: Sequence[bytes]) -> Sequence[Key]:
        """The key of each row."""

    @abstractmethod
    def hint(self, eol: bytes, name: str) -> str:
        """How to write a line end that is part of a value."""
