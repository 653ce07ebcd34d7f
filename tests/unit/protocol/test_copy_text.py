"""Streams in text format."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import BadCopyFormat, CopyRowTooLong
from pgdog_gevent.protocol.copy_lines import Layout
from pgdog_gevent.protocol.copy_rows import Odd
from pgdog_gevent.protocol.copy_text import TextSplitter
from tests.unit.protocol.copy_models import agree, cuts, outcome, pieces, text_model

TWO = Layout(key=0, columns=2, delimiter=b'\t', null=b'\\N')
SECOND = Layout(key=1, columns=2, delimiter=b'\t', null=b'\\N')
wild = [b'a', b'\t', b'\n', b'\r\n', b'\r', b'\\', b'\\.', b'\\N', b'7', b'x4', b'.', b'1\tb\n']
streams = st.lists(st.sampled_from(wild))
tidy = st.lists(st.sampled_from([b'a', b'\t', b'\n', b'\\N', b'\\\\', b'\\\t', b'\\\n', b'1\tb\n', b'\\x41', b'\\060']))
layouts = st.builds(
    Layout,
    key=st.integers(0, 2),
    columns=st.integers(3, 4),
    delimiter=st.sampled_from([b'\t', b'|']),
    null=st.sampled_from([b'\\N', b'', b'a']),
    default=st.sampled_from([None, b'\\D', b'7']),
    header=st.booleans(),
)


def split(stream: bytes, layout: Layout = TWO) -> list[tuple[bytes | Odd | None, bytes]]:
    rows, refused = outcome(TextSplitter(layout), [stream])
    assert not refused
    return rows


@given(streams.map(b''.join) | tidy.map(b''.join), layouts, cuts)
def test_rows_are_those_that_postgres_reads_wherever_the_stream_is_cut(
    stream: bytes, layout: Layout, cuts: list[int]
) -> None:
    found = outcome(TextSplitter(layout), pieces(stream, cuts))
    assert agree(found, text_model(stream, layout))


@pytest.mark.parametrize(
    ('written', 'key'),
    [
        (b'\\N', None),
        (b'\\\\N', b'\\N'),
        (b'a\\tb', b'a\tb'),
        (b'a\\\tb', b'a\tb'),
        (b'\\x41\\101', b'AA'),
        (b'\\xg', b'xg'),
        (b'\\400', b'\0'),
        (b'\\b\\f\\n\\r\\v\\q', b'\b\f\n\r\vq'),
        (b'', b''),
    ],
)  # fmt: skip
def test_what_backslashes_mean_in_a_key(written: bytes, key: bytes | None) -> None:
    row = written + b'\tx\n'
    assert split(row) == [(key, row)]


def test_the_last_column_can_be_the_key() -> None:
    assert split(b'1\t2\r\n3\t4\r\n', SECOND) == [(b'2', b'1\t2\r\n'), (b'4', b'3\t4\r\n')]


def test_the_last_row_needs_no_line_end() -> None:
    assert split(b'1\t2\n3\t4', SECOND) == [(b'2', b'1\t2\n'), (b'4', b'3\t4')]


def test_a_row_without_a_key_is_wrong() -> None:
    assert split(b'1\n2\t3\n', SECOND) == [(Odd.WRONG, b'1\n'), (b'3', b'2\t3\n')]


def test_a_header_is_no_row() -> None:
    layout = Layout(key=0, columns=2, delimiter=b'\t', null=b'\\N', header=True)
    assert split(b'n\tword\n1\t2\n', layout) == [(Odd.FRAME, b'n\tword\n'), (b'1', b'1\t2\n')]


def test_what_follows_the_end_marker_is_ignored() -> None:
    assert split(b'1\t2\n\\.\nwhat\rever\\.') == [(b'1', b'1\t2\n')]


@pytest.mark.parametrize(
    ('stream', 'message'),
    [
        (b'1\t2\n3\t4\r\n', 'literal carriage return found in data'),
        (b'1\t2\r\n3\t4\n', 'literal newline found in data'),
        (b'1\t2\r3\t4\n', 'literal newline found in data'),
        (b'1\t2\n3\t4\r', 'literal carriage return found in data'),
        (b'1\t2\\.\n', 'end-of-copy marker is not alone on its line'),
        (b'1\t2\n\\.', 'end-of-copy marker corrupt'),
        (b'\\.x\n', 'end-of-copy marker corrupt'),
        (b'1\t2\n\\.\r\n', 'end-of-copy marker does not match previous newline style'),
    ],
)
def test_a_stream_that_postgres_would_refuse_is_refused(stream: bytes, message: str) -> None:
    splitter = TextSplitter(TWO)
    with pytest.raises(BadCopyFormat, match=message):
        splitter.feed(stream)
        splitter.finish()


def test_a_row_has_a_limit() -> None:
    splitter = TextSplitter(Layout(key=0, columns=2, delimiter=b'\t', null=b'\\N', limit=10))
    splitter.feed(b'1\t2\n3\t456789')
    with pytest.raises(CopyRowTooLong):
        splitter.feed(b'0123')
