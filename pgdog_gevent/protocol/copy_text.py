"""Rows of COPY in text format.

A backslash takes the meaning from the byte that follows it, also from a delimiter or a line end. Source: PostgreSQL,
copyfromparse.c, CopyReadLineText() and CopyReadAttributesText().
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from pgdog_gevent.errors import BadCopyFormat
from pgdog_gevent.protocol.copy_lines import CR, END_MARKER, NL, Layout, LineSplitter, Rows
from pgdog_gevent.protocol.copy_rows import Key, KeyedRow, Odd

_LINE_END: Final = re.compile(rb'\\.|\r\n|\r|\n', re.DOTALL)
"""A line end, or what a backslash makes of the byte after it."""
_ESCAPE: Final = re.compile(rb'\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.))?', re.DOTALL)
_BACKSLASH: Final = ord('\\')
_WRITTEN: Final = {NL: '\\n', CR: '\\r'}
_CONTROLS: Final = {b'b': b'\b', b'f': b'\f', b'n': b'\n', b'r': b'\r', b't': b'\t', b'v': b'\v'}


class TextSplitter(LineSplitter):
    """Takes a stream in text format apart."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout)
        self._escaped_delimiter = b'\\' + layout.delimiter
        self._odd: dict[bytes, Key] = {layout.null: None}
        """What certain values mean, as they are written."""
        if layout.default is not None:
            self._odd[layout.default] = Odd.DEFAULT
        self._odd_are_escaped = all(b'\\' in value for value in self._odd)

    # Lines

    def clear_end(self, chunk: bytes) -> int:
        end = len(chunk)
        end -= chunk.endswith(CR)
        end -= _is_escaped(chunk, end)
        if chunk.endswith(END_MARKER, 0, end) and not _is_escaped(chunk, end - len(END_MARKER)):
            end -= len(END_MARKER)
        return end

    def escapes(self, held: bytes) -> bool:
        return _is_escaped(held, len(held) - 1)

    def first_eol(self, chunk: bytes) -> bytes:
        return next((found[0] for found in _LINE_END.finditer(chunk) if not found[0].startswith(b'\\')), b'')

    def rows(self, chunk: bytes) -> Rows:
        escaped = END_MARKER in chunk or b'\\\n' in chunk or b'\\\r' in chunk
        if self.eol and not escaped and self.has_one_eol(chunk):
            return self.plain_rows(chunk.splitlines(keepends=True))
        return self._any_rows(chunk)

    def _any_rows(self, chunk: bytes) -> Rows:
        rows: list[bytes] = []
        start = 0
        for found in _LINE_END.finditer(chunk):
            if found[0] == END_MARKER:
                self._end(chunk, found, begins_row=found.start() == start and bool(rows or not self.pending.size))
                return rows, b''
            if not found[0].startswith(b'\\'):
                self._check_eol(found[0])
                rows.append(chunk[start : found.end()])
                start = found.end()
        return rows, chunk[start:]

    def _check_eol(self, eol: bytes) -> None:
        if eol != self.eol:
            raise self.misplaced(CR if self.eol == NL or NL not in eol else NL)

    def _end(self, chunk: bytes, marker: re.Match[bytes], *, begins_row: bool) -> None:
        """Refuse what older servers take for an end marker, and newer ones do not."""
        if not begins_row:
            raise BadCopyFormat('end-of-copy marker is not alone on its line')
        if chunk[marker.end() : marker.end() + 1] not in (CR, NL):
            raise _corrupt()
        if self.eol and not chunk.startswith(self.eol, marker.end()):
            raise BadCopyFormat('end-of-copy marker does not match previous newline style')
        self.ended = True

    def last_row(self, row: bytes) -> Iterable[KeyedRow]:
        if row == END_MARKER + CR:
            return ()
        if any(found[0] == END_MARKER for found in _LINE_END.finditer(row)):
            raise _corrupt()
        return super().last_row(row)

    def hint(self, eol: bytes, name: str) -> str:
        return f'Use "{_WRITTEN[eol]}" to represent {name}.'

    # Keys

    def keys(self, rows: Sequence[bytes]) -> Sequence[Key]:
        odd = self._odd
        block = b''.join(rows)
        values = [] if self._escaped_delimiter in block else self.values(rows)
        if not values:
            return [self._key(row) for row in rows]
        if b'\\' in block:
            return [self._value(value) if b'\\' in value else odd.get(value, value) for value in values]
        return values if self._odd_are_escaped else [odd.get(value, value) for value in values]

    def _key(self, row: bytes) -> Key:
        """The same for any row."""
        left = self.layout.key
        pieces: list[bytes] = []
        for piece in self.without_eol(row).split(self.layout.delimiter):
            pieces.append(piece)
            if _is_escaped(piece, len(piece)):
                continue  # The delimiter after it is part of the value.
            if not left:
                return self._value(self.layout.delimiter.join(pieces))
            left -= 1
            pieces.clear()
        return Odd.WRONG if left or not pieces else self._value(self.layout.delimiter.join(pieces))

    def _value(self, written: bytes) -> Key:
        return self._odd[written] if written in self._odd else _ESCAPE.sub(_meant, written)


def _corrupt() -> BadCopyFormat:
    return BadCopyFormat('end-of-copy marker corrupt')


def _is_escaped(chunk: bytes, end: int) -> bool:
    """Whether what comes at ``end`` has its meaning taken by a backslash before it."""
    start = end
    while start and chunk[start - 1] == _BACKSLASH:
        start -= 1
    return bool((end - start) & 1)


def _meant(escape: re.Match[bytes]) -> bytes:
    """What is meant by a backslash and what follows it."""
    octal, hexadecimal, other = escape.groups()
    if octal is not None:
        return bytes((int(octal, 8) & 0xFF,))
    if hexadecimal is not None:
        return bytes((int(hexadecimal, 16),))
    return b'' if other is None else _CONTROLS.get(other, other)
