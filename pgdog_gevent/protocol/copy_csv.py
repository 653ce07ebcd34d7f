"""Rows of COPY in CSV format.

A line end between quotes is part of a value; quotes may begin and end anywhere in one. Source: PostgreSQL,
copyfromparse.c, CopyReadLineText() and CopyReadAttributesCSV().
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pgdog_gevent.protocol.copy_lines import CR, CRNL, END_MARKER, NL, Layout, LineSplitter, Rows
from pgdog_gevent.protocol.copy_rows import Key, KeyedRow, Odd


@dataclass(frozen=True, slots=True)
class Quoting:
    """How values are quoted, and what that says of NULL in the column of the key."""

    quote: bytes = b'"'
    escape: bytes = b'"'
    force_null: bool = False
    """NULL may be quoted."""
    force_not_null: bool = False
    """What is written as NULL is the text that it is written with."""
    marks_end: bool = True
    """A line with nothing but the end marker ends the stream, as it does for servers before PostgreSQL 18."""


class CsvSplitter(LineSplitter):
    """Takes a stream in CSV format apart."""

    literal = 'unquoted'

    def __init__(self, layout: Layout, quoting: Quoting) -> None:
        super().__init__(layout)
        self._quoting = quoting
        self._quote = quoting.quote
        self._escape = b'' if quoting.escape == quoting.quote else quoting.escape
        self._section, self._field = _expressions(layout, quoting)
        quote, escape = re.escape(quoting.quote), re.escape(quoting.escape)
        self._closing = re.compile(b'%b.|%b' % (escape, quote), re.DOTALL)
        """Where they differ: an escape with what it is for, or the end of what is quoted."""
        self._escaped = re.compile(b'%b([%b%b])' % (escape, quote, escape))
        self._quoted = False
        """What is pending ends within quotes."""
        self._odd: dict[bytes, Key] = {layout.null: layout.null if quoting.force_not_null else None}
        """What certain values mean, if they are not quoted."""
        if layout.default is not None:
            self._odd[layout.default] = Odd.DEFAULT

    # Lines

    def clear_end(self, chunk: bytes) -> int:
        end = len(chunk) - chunk.endswith(CR)
        start = end
        if self._escape:
            while chunk.endswith(self._escape, 0, start):
                start -= 1
        return end - (end - start) % 2

    def escapes(self, held: bytes) -> bool:
        return self._quoted

    def first_eol(self, chunk: bytes) -> bytes:
        quoted = self._quoted
        for line in chunk.splitlines(keepends=True):
            quoted = self._quoted_after(line, quoted)
            if not quoted:
                return _eol(line)
        return b''

    def rows(self, chunk: bytes) -> Rows:
        lines = chunk.splitlines(keepends=True)
        if not (lines and self._is_plain(chunk)):
            return self._any_rows(chunk, lines)
        if not self._quoted and self._quote not in chunk:
            return self.plain_rows(lines)
        odd = [line.count(self._quote) & 1 for line in lines]
        odd[0] ^= self._quoted
        if 1 in odd[:-1]:
            return self._any_rows(chunk, lines)
        self._quoted = bool(odd[-1])
        return (lines[:-1], lines[-1]) if self._quoted else self.plain_rows(lines)

    def _any_rows(self, chunk: bytes, lines: list[bytes]) -> Rows:
        rows: list[bytes] = []
        start = end = 0
        quoted = self._quoted
        for line in lines:
            end += len(line)
            quoted = self._quoted_after(line, quoted)
            if quoted or not (eol := _eol(line)):
                continue
            self._check_eol(eol)
            rows.append(chunk[start:end])
            start = end
            if self._quoting.marks_end and self._is_marker(rows):
                self.ended = True
                return rows[:-1], b''
        self._quoted = quoted
        return rows, chunk[start:]

    def _is_plain(self, chunk: bytes) -> bool:
        """Whether to count quotes is enough to see where rows end."""
        escaped = bool(self._escape) and self._escape in chunk
        return bool(self.eol) and not escaped and not self._may_end(chunk) and self.has_one_eol(chunk)

    def _may_end(self, chunk: bytes) -> bool:
        return self._quoting.marks_end and (END_MARKER in chunk or self.pending.begins_with(b'\\'))

    def _is_marker(self, rows: list[bytes]) -> bool:
        row = rows[-1]
        if len(rows) == 1 and self.pending.size:
            if self.pending.size > len(END_MARKER) + 1:
                return False
            row = self.pending.peek() + row
        return row == END_MARKER + self.eol

    def _check_eol(self, eol: bytes) -> None:
        if eol != self.eol:
            raise self.misplaced(CR if self.eol == NL or NL not in eol else NL)

    def _quoted_after(self, line: bytes, quoted: bool) -> bool:
        """Whether what comes after ``line`` is within quotes, if its beginning is or is not."""
        if not self._escape or self._escape not in line:
            return quoted != bool(line.count(self._quote) & 1)
        at = 0
        while True:
            if not quoted:
                at = line.find(self._quote, at) + 1
                if not at:
                    return False
            closing = next((found for found in self._closing.finditer(line, at) if found[0] == self._quote), None)
            if closing is None:
                return True
            quoted, at = False, closing.end()

    def hint(self, eol: bytes, name: str) -> str:
        return f'Use quoted CSV field to represent {name}.'

    def last_row(self, row: bytes) -> Iterable[KeyedRow]:
        return () if self._quoting.marks_end and row == END_MARKER + CR else super().last_row(row)

    # Keys

    def keys(self, rows: Sequence[bytes]) -> Sequence[Key]:
        odd = self._odd
        values = [] if self._quote in b''.join(rows) else self.values(rows)
        return [odd.get(value, value) for value in values] if values else [self._key(row) for row in rows]

    def _key(self, row: bytes) -> Key:
        """The same for any row."""
        found = self._field.match(self.without_eol(row))
        if found is None:
            return Odd.WRONG
        written = found[1]
        if self._quote not in written:
            return self._odd.get(written, written)
        inner = written[1:-1]
        if self._quote in inner or (self._escape and self._escape in inner) or not written.startswith(self._quote):
            value = self._section.sub(self._unquoted, written)
        else:
            value = inner
        return None if self._quoting.force_null and value == self.layout.null else value

    def _unquoted(self, section: re.Match[bytes]) -> bytes:
        return self._escaped.sub(rb'\1', section[1])


def _expressions(layout: Layout, quoting: Quoting) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """What finds a quoted part of a value, and what finds the key as it is written.

    Nothing is found if there are too few values, or if what is quoted does not end.
    """
    quote, escape, delimiter = map(re.escape, (quoting.quote, quoting.escape, layout.delimiter))
    lone = b'' if quoting.escape == quoting.quote else b'?'
    inner = b'[^%b%b]*+(?:%b[%b%b]%b[^%b%b]*+)*+' % (quote, escape, escape, quote, escape, lone, quote, escape)
    field = b'[^%b%b]*+(?:%b%b%b[^%b%b]*+)*+' % (delimiter, quote, quote, inner, quote, delimiter, quote)
    key = b'(?:%b%b){%d}(%b)(?!%b)' % (field, delimiter, layout.key, field, quote)
    return re.compile(b'%b(%b)%b' % (quote, inner, quote)), re.compile(key)


def _eol(line: bytes) -> bytes:
    """With what a line ends; empty if it does not end."""
    return CRNL if line.endswith(CRNL) else line[-1:] if line.endswith((NL, CR)) else b''
