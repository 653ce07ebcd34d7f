"""Rows of COPY in binary format: a header, rows of values with their lengths, and a trailer, which may be missing.

Source: PostgreSQL docs, COPY, "Binary Format".
"""

from collections.abc import Iterable, Iterator
from struct import Struct
from typing import Final

from pgdog_gevent.errors import BadCopyFormat, CopyRowTooLong
from pgdog_gevent.protocol.copy_rows import LONGEST_ROW, Key, KeyedRow, Odd, Pending

SIGNATURE: Final = b'PGCOPY\n\xff\r\n\0'
TRAILER: Final = b'\xff\xff'
_FIXED_HEADER: Final = len(SIGNATURE) + 8
"""Bytes of signature, flags and the length of what may follow them."""
_int16: Final = Struct('!h').unpack_from
_int32: Final = Struct('!i').unpack_from


class BinarySplitter:
    """Takes a stream in binary format apart."""

    def __init__(self, key: int, columns: int, limit: int = LONGEST_ROW) -> None:
        self._key = key
        self._columns = columns
        self._limit = limit
        self._pending = Pending(limit)
        self._needed = _FIXED_HEADER
        """So many bytes there must be before it is worth while to look again."""
        self._begun = self._ended = self._lost = False

    def feed(self, chunk: bytes) -> Iterable[KeyedRow]:
        if self._lost:
            return [(Odd.WRONG, chunk)]
        if self._ended:
            self._expect_nothing(chunk)
            return ()
        if self._pending.size + len(chunk) < self._needed:
            self._pending.add(chunk)
            return ()
        return list(self._rows(self._pending.take(chunk)))

    def finish(self) -> Iterable[KeyedRow]:
        rest = self._pending.take()
        if not self._begun:
            return [(Odd.FRAME, rest)] if rest else ()
        return [(Odd.WRONG, rest)] if rest else ()

    def _rows(self, octets: bytes) -> Iterator[KeyedRow]:
        start = 0
        if not self._begun:
            start = header_size(octets)
            if not start:
                self._wait(octets, 0, _FIXED_HEADER + _extension(octets))
                return
            self._begun = True
            yield Odd.FRAME, octets[:start]
        size = len(octets)
        while start + 2 <= size:
            count: int = _int16(octets, start)[0]
            if count == -1:
                self._ended = True
                yield Odd.FRAME, TRAILER
                self._expect_nothing(octets[start + 2 :])
                return
            if count != self._columns:
                yield self._lose(octets[start:])
                return
            end, key = self._row(octets, start + 2)
            if not end:
                yield self._lose(octets[start:])
                return
            if end > size:
                self._wait(octets, start, end - start)
                return
            yield key, octets[start:end]
            start = end
        self._wait(octets, start, 2)

    def _row(self, octets: bytes, at: int) -> tuple[int, Key]:
        """Where a row ends, as far as there is enough of it to tell, and its key; 0 if nobody can tell."""
        last = len(octets) - 4
        key: Key = Odd.WRONG
        for column in range(self._columns):
            if at > last:
                return at + 4, key
            length: int = _int32(octets, at)[0]
            at += 4
            if column == self._key:
                key = octets[at : at + length] if length >= 0 else None
            if length > 0:
                at += length
            elif length < -1:
                return 0, key
        return at, key

    def _lose(self, rest: bytes) -> KeyedRow:
        """Where rows end from here on nobody knows; whoever is sent this says what is wrong with it."""
        self._lost = True
        return Odd.WRONG, rest

    def _wait(self, octets: bytes, start: int, needed: int) -> None:
        if needed > self._limit:
            raise CopyRowTooLong(self._limit)
        self._needed = needed
        if start < len(octets):
            self._pending.add(octets[start:])

    def _expect_nothing(self, rest: bytes) -> None:
        if rest:
            raise BadCopyFormat('received copy data after EOF marker')


def header_size(octets: bytes) -> int:
    """How long the header is with which a stream begins; 0 if it is not whole. Raises BadCopyFormat."""
    if not octets.startswith(SIGNATURE[: len(octets)]):
        raise BadCopyFormat('COPY file signature not recognized')
    size = _FIXED_HEADER + _extension(octets)
    return size if len(octets) >= size else 0


def _extension(octets: bytes) -> int:
    """How much more of a header there is than it must have."""
    if len(octets) < _FIXED_HEADER:
        return 0
    length: int = _int32(octets, _FIXED_HEADER - 4)[0]
    if length < 0:
        raise BadCopyFormat('invalid COPY file header (missing length)')
    return length
