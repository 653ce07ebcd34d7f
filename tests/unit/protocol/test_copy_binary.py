"""Streams in binary format."""

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import BadCopyFormat, CopyRowTooLong
from pgdog_gevent.protocol.copy_binary import SIGNATURE, TRAILER, BinarySplitter, header_size
from pgdog_gevent.protocol.copy_rows import KeyedRow, Odd
from tests.unit.protocol.copy_models import cuts, outcome, pieces

HEADER = SIGNATURE + bytes(8)
Values = list[bytes | None]


def row(*values: bytes | None) -> bytes:
    """A row as it is written."""
    written = (pack('!i', -1) if value is None else pack('!i', len(value)) + value for value in values)
    return pack('!h', len(values)) + b''.join(written)


def split(stream: bytes, key: int = 0, columns: int = 2) -> list[KeyedRow]:
    rows, refused = outcome(BinarySplitter(key, columns), [stream])
    assert not refused
    return rows


rows = st.lists(st.lists(st.none() | st.binary(max_size=9), min_size=3, max_size=3))


@given(rows, st.integers(0, 2), st.binary(max_size=5), st.sampled_from([b'', TRAILER]), cuts)
def test_rows_are_found_wherever_the_stream_is_cut(
    rows: list[Values], key: int, extension: bytes, trailer: bytes, cuts: list[int]
) -> None:
    header = SIGNATURE + bytes(4) + pack('!i', len(extension)) + extension
    written = [row(*values) for values in rows]
    found, refused = outcome(BinarySplitter(key, 3), pieces(header + b''.join(written) + trailer, cuts))
    assert not refused
    expected: list[KeyedRow] = [(values[key], each) for values, each in zip(rows, written, strict=True)]
    assert found == [(Odd.FRAME, header), *expected, *([(Odd.FRAME, TRAILER)] if trailer else [])]


@given(st.binary(max_size=60), cuts)
def test_whatever_comes_nothing_of_it_is_lost(garbage: bytes, cuts: list[int]) -> None:
    found, refused = outcome(BinarySplitter(0, 2), [HEADER, *pieces(garbage, cuts)])
    assert refused or b''.join(raw for _, raw in found) == HEADER + garbage


@pytest.mark.parametrize(
    'wrong',
    [row(b'1'), row(b'1', b'2', b'3'), row(), pack('!h', -2), b'\0\2' + pack('!ii', -2, 0)],
    ids=['too short', 'too long', 'empty', 'negative', 'a negative length'],
)
def test_after_what_cannot_be_read_all_goes_to_the_server_that_says_so(wrong: bytes) -> None:
    splitter = BinarySplitter(0, 2)
    begun = [*splitter.feed(HEADER + row(b'1', b'2') + wrong), *splitter.feed(row(b'3', b'4'))]
    assert begun == [
        (Odd.FRAME, HEADER), (b'1', row(b'1', b'2')), (Odd.WRONG, wrong), (Odd.WRONG, row(b'3', b'4'))
    ]  # fmt: skip


def test_half_a_row_is_wrong() -> None:
    half = row(b'3', b'4')[:-1]
    assert split(HEADER + half) == [(Odd.FRAME, HEADER), (Odd.WRONG, half)]


def test_half_a_header_is_for_all() -> None:
    assert split(HEADER[:-1]) == [(Odd.FRAME, HEADER[:-1])]


@pytest.mark.parametrize(
    ('stream', 'message'),
    [
        (b'1\t2\n' * 10, 'COPY file signature not recognized'),
        (SIGNATURE + bytes(4) + b'\xff' * 4, 'invalid COPY file header'),
        (HEADER + TRAILER + b'x', 'received copy data after EOF marker'),
    ],
)
@pytest.mark.parametrize('size', [1, 100], ids=['byte by byte', 'at once'])
def test_a_stream_that_postgres_would_refuse_is_refused(stream: bytes, message: str, size: int) -> None:
    splitter = BinarySplitter(0, 2)
    with pytest.raises(BadCopyFormat, match=message):
        for at in range(0, len(stream), size):
            splitter.feed(stream[at : at + size])


def test_a_row_has_a_limit() -> None:
    with pytest.raises(CopyRowTooLong):
        BinarySplitter(0, 2, limit=100).feed(HEADER + b'\0\2' + pack('!i', 101))


def test_a_header_has_a_size_when_it_is_whole() -> None:
    assert [header_size(HEADER), header_size(HEADER + b'x'), header_size(HEADER[:-1])] == [len(HEADER), len(HEADER), 0]
