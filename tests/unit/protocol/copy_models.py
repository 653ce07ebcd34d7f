"""Streams of COPY read byte by byte, as PostgreSQL reads them, and the splitters held against that."""

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from pgdog_gevent.errors import BadCopyFormat
from pgdog_gevent.protocol.copy_csv import Quoting
from pgdog_gevent.protocol.copy_lines import Layout
from pgdog_gevent.protocol.copy_rows import Key, KeyedRow, Odd, Splitter

Outcome = tuple[list[KeyedRow], bool]
"""Rows, and whether the stream was refused after them."""

cuts = st.lists(st.integers(0, 60), max_size=8)
"""Where a stream is cut into chunks."""


def pieces(stream: bytes, cuts: Sequence[int]) -> list[bytes]:
    ends = sorted(min(cut, len(stream)) for cut in cuts)
    return [stream[start:end] for start, end in zip([0, *ends], [*ends, len(stream)], strict=True)]


def outcome(splitter: Splitter, chunks: Sequence[bytes]) -> Outcome:
    """What becomes of a stream."""
    rows: list[KeyedRow] = []
    try:
        for chunk in chunks:
            rows += splitter.feed(chunk)
        rows += splitter.finish()
    except BadCopyFormat:
        return rows, True
    return rows, False


def agree(found: Outcome, model: Outcome) -> bool:
    """Whether they say the same; of a stream that is refused, how many rows are given before is not laid down."""
    if model[1] or found[1]:
        return found[1] == model[1] and model[0][: len(found[0])] == found[0]
    return found == model


def keyed(rows: Sequence[bytes], layout: Layout, key: Callable[[bytes], Key]) -> list[KeyedRow]:
    """Rows with their keys, as far as they matter: which row that is too short is where does not."""
    return [(Odd.FRAME if layout.header and not number else key(row), row) for number, row in enumerate(rows)]


def text_model(stream: bytes, layout: Layout) -> Outcome:
    """A stream in text format."""
    rows: list[bytes] = []
    eol, start, at = b'', 0, 0

    def done(*, refused: bool) -> Outcome:
        return keyed(rows, layout, lambda row: text_key(row, eol, layout)), refused

    while at < len(stream):
        octet = stream[at : at + 1]
        if octet == b'\\' and stream[at + 1 : at + 2] == b'.':
            after = stream[at + 2 :]
            ends = next((end for end in (b'\r\n', b'\n', b'\r') if after.startswith(end)), b'')
            alone = at == start and bool(ends) and (not eol or after.startswith(eol))
            return done(refused=not alone)
        if octet == b'\\':
            at += 2
            continue
        if octet in (b'\r', b'\n'):
            end = b'\r\n' if stream.startswith(b'\r\n', at) else octet
            eol = eol or end
            if eol != end:
                return done(refused=True)
            at += len(end)
            rows.append(stream[start:at])
            start = at
            continue
        at += 1
    if start < len(stream):
        rows.append(stream[start:])
    return done(refused=False)


def text_key(row: bytes, eol: bytes, layout: Layout) -> Key:
    values: list[bytes] = [b'']
    line = row[: -len(eol)] if eol and row.endswith(eol) else row
    at = 0
    while at < len(line):
        step = 2 if line[at : at + 1] == b'\\' else 1
        if line[at : at + 1] == layout.delimiter:
            values.append(b'')
        else:
            values[-1] += line[at : at + step]
        at += step
    if len(values) <= layout.key:
        return Odd.WRONG
    written = values[layout.key]
    if written == layout.null:
        return None
    return Odd.DEFAULT if written == layout.default else unescaped(written)


def unescaped(written: bytes) -> bytes:
    value, at = b'', 0
    while at < len(written):
        if written[at : at + 1] != b'\\':
            value += written[at : at + 1]
            at += 1
            continue
        at += 1
        letter = written[at : at + 1]
        if letter.isdigit() and letter < b'8':
            digits = b''
            while len(digits) < 3 and b'0' <= written[at : at + 1] <= b'7':
                digits += written[at : at + 1]
                at += 1
            value += bytes((int(digits, 8) & 255,))
        elif letter == b'x' and written[at + 1 : at + 2] and written[at + 1] in b'0123456789abcdefABCDEF':
            at += 1
            digits = b''
            while len(digits) < 2 and written[at : at + 1] and written[at] in b'0123456789abcdefABCDEF':
                digits += written[at : at + 1]
                at += 1
            value += bytes((int(digits, 16),))
        else:
            value += {b'n': b'\n', b'r': b'\r', b't': b'\t', b'b': b'\b', b'f': b'\f', b'v': b'\v'}.get(letter, letter)
            at += 1
    return value


def csv_model(stream: bytes, layout: Layout, quoting: Quoting) -> Outcome:
    """A stream in CSV format."""
    rows: list[bytes] = []
    eol, start, at = b'', 0, 0
    quoted = escaped = False
    escape = b'' if quoting.escape == quoting.quote else quoting.escape

    def done(*, refused: bool) -> Outcome:
        return keyed(rows, layout, lambda row: csv_key(row, eol, layout, quoting)), refused

    while at < len(stream):
        octet = stream[at : at + 1]
        if quoted and octet == escape:
            escaped = not escaped
        if octet == quoting.quote and not escaped:
            quoted = not quoted
        if octet != escape:
            escaped = False
        if octet in (b'\r', b'\n') and not quoted:
            end = b'\r\n' if stream.startswith(b'\r\n', at) else octet
            eol = eol or end
            if eol != end:
                return done(refused=True)
            at += len(end)
            if quoting.marks_end and stream[start:at] == b'\\.' + eol:
                return done(refused=False)
            rows.append(stream[start:at])
            start = at
            continue
        at += 1
    if start < len(stream):
        rows.append(stream[start:])
    return done(refused=False)


def csv_key(row: bytes, eol: bytes, layout: Layout, quoting: Quoting) -> Key:
    line = row[: -len(eol)] if eol and row.endswith(eol) else row
    at = 0
    for column in range(layout.key + 1):
        value, was_quoted, quoted, ended = b'', False, False, True
        while at < len(line):
            octet, following = line[at : at + 1], line[at + 1 : at + 2]
            at += 1
            if quoted:
                if octet == quoting.escape and following and following in (quoting.escape, quoting.quote):
                    value += following
                    at += 1
                elif octet == quoting.quote:
                    quoted = False
                else:
                    value += octet
            elif octet == layout.delimiter:
                ended = False
                break
            elif octet == quoting.quote:
                quoted = was_quoted = True
            else:
                value += octet
        if quoted or (ended and column < layout.key):
            return Odd.WRONG
    if not was_quoted and value == layout.default:
        return Odd.DEFAULT
    if not was_quoted and value == layout.null:
        return value if quoting.force_not_null else None
    return None if quoting.force_null and value == layout.null else value
