"""Streams in CSV format."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import BadCopyFormat, CopyRowTooLong
from pgdog_gevent.protocol.copy_csv import CsvSplitter, Quoting
from pgdog_gevent.protocol.copy_lines import Layout
from pgdog_gevent.protocol.copy_rows import KeyedRow, Odd
from tests.unit.protocol.copy_models import agree, csv_model, cuts, outcome, pieces

TWO = Layout(key=0, columns=2, delimiter=b',', null=b'')
SECOND = Layout(key=1, columns=2, delimiter=b',', null=b'')
USUAL = Quoting()
wild = [b'a', b',', b'\n', b'\r\n', b'\r', b'"', b'\\.', b'\\', b'\\"', b'7', b'(', b'1,b\n']
streams = st.lists(st.sampled_from(wild))
tidy = st.lists(st.sampled_from([b'a', b',', b'\n', b'""', b'"a\nb"', b'"x\\"y"', b'1,b\n', b'\\.\n', b'"7"']))
layouts = st.builds(
    Layout,
    key=st.integers(0, 2),
    columns=st.integers(3, 4),
    delimiter=st.sampled_from([b',', b'|']),
    null=st.sampled_from([b'', b'a', b'\\N']),
    default=st.sampled_from([None, b'7']),
    header=st.booleans(),
)
quotings = st.builds(
    Quoting,
    quote=st.sampled_from([b'"', b'(']),
    escape=st.sampled_from([b'"', b'\\', b'(']),
    force_null=st.booleans(),
    force_not_null=st.booleans(),
    marks_end=st.booleans(),
)


def split(stream: bytes, layout: Layout = TWO, quoting: Quoting = USUAL) -> list[KeyedRow]:
    rows, refused = outcome(CsvSplitter(layout, quoting), [stream])
    assert not refused
    return rows


@given(streams.map(b''.join) | tidy.map(b''.join), layouts, quotings, cuts)
def test_rows_are_those_that_postgres_reads_wherever_the_stream_is_cut(
    stream: bytes, layout: Layout, quoting: Quoting, cuts: list[int]
) -> None:
    found = outcome(CsvSplitter(layout, quoting), pieces(stream, cuts))
    assert agree(found, csv_model(stream, layout, quoting))


@pytest.mark.parametrize(
    ('written', 'key'),
    [
        (b'', None),
        (b'""', b''),
        (b'"a,b"', b'a,b'),
        (b'"a\nb"', b'a\nb'),
        (b'"a\r\nb"', b'a\r\nb'),
        (b'"a""b"', b'a"b'),
        (b'a"b,c"d', b'ab,cd'),
        (b'""""', b'"'),
        (b'\\.', b'\\.'),
    ],
)
def test_what_quotes_mean_in_a_key(written: bytes, key: bytes | None) -> None:
    row = written + b',x\n'
    assert split(row) == [(key, row)]


def test_an_escape_that_is_no_quote_counts_within_quotes_only() -> None:
    row = b'\\a"\\"\\\\\\n,"\\,x\n'
    assert split(row, quoting=Quoting(escape=b'\\')) == [(b'\\a"\\\\n,\\', row)]


@pytest.mark.parametrize(
    ('quoting', 'keys'),
    [
        (Quoting(), [None, b'-']),
        (Quoting(force_null=True), [None, None]),
        (Quoting(force_not_null=True), [b'-', b'-']),
        (Quoting(force_null=True, force_not_null=True), [b'-', None]),
    ],
    ids=['usual', 'force null', 'force not null', 'both'],
)
def test_whether_null_can_be_quoted(quoting: Quoting, keys: list[bytes | None]) -> None:
    layout = Layout(key=0, columns=2, delimiter=b',', null=b'-')
    assert [key for key, _ in split(b'-,x\n"-",x\n', layout, quoting)] == keys


def test_a_header_is_no_row_even_if_it_has_several_lines() -> None:
    layout = Layout(key=0, columns=2, delimiter=b',', null=b'', header=True)
    assert split(b'"n\nm",word\n1,2\n', layout) == [(Odd.FRAME, b'"n\nm",word\n'), (b'1', b'1,2\n')]


@pytest.mark.parametrize('quote', [b'', b'"'], ids=['plain', 'quoted'])
def test_the_end_marker_ends_a_stream_for_older_servers_only(quote: bytes) -> None:
    stream = b'1,%b2%b\n\\.\n3,4\r' % (quote, quote)
    assert len(split(stream)) == 1
    with pytest.raises(BadCopyFormat):
        list(CsvSplitter(TWO, Quoting(marks_end=False)).feed(stream + b'x'))


def test_what_is_quoted_and_does_not_end_is_wrong() -> None:
    assert split(b'1,2\n"3,4\n') == [(b'1', b'1,2\n'), (Odd.WRONG, b'"3,4\n')]


def test_a_row_without_a_key_is_wrong() -> None:
    assert split(b'1\n2,3\n', SECOND) == [(Odd.WRONG, b'1\n'), (b'3', b'2,3\n')]


@pytest.mark.parametrize(
    ('stream', 'message'),
    [
        (b'1,2\n3,4\r\n', 'unquoted carriage return found in data'),
        (b'1,2\r\n3,4\n', 'unquoted newline found in data'),
        (b'1,"2"\n3,4\r', 'unquoted carriage return found in data'),
    ],
)
def test_a_stream_that_postgres_would_refuse_is_refused(stream: bytes, message: str) -> None:
    splitter = CsvSplitter(TWO, USUAL)
    with pytest.raises(BadCopyFormat, match=message):
        splitter.feed(stream)
        splitter.finish()


def test_a_row_has_a_limit() -> None:
    splitter = CsvSplitter(Layout(key=0, columns=2, delimiter=b',', null=b'', limit=10), USUAL)
    splitter.feed(b'1,2\n3,"456789')
    with pytest.raises(CopyRowTooLong):
        splitter.feed(b'\n\n\n\n\n')
