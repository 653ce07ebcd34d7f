"""Frames: header and body, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.protocol import frames
from pgdog_gevent.protocol.frames import HEADER_SIZE, Frame, read_header


def test_length_counts_itself_and_not_the_code() -> None:
    assert frames.encode(ord('Q'), b'SELECT 1\0') == b'Q\0\0\0\x0dSELECT 1\0'


def test_message_without_body_is_five_bytes() -> None:
    assert frames.encode(ord('S')) == b'S\0\0\0\x04'


def test_frame_knows_its_letter() -> None:
    assert Frame(ord('Z'), b'I').letter == 'Z'


@given(code=st.integers(0, 255), body=st.binary())
def test_header_tells_what_was_encoded(code: int, body: bytes) -> None:
    raw = Frame(code, body).raw
    assert read_header(raw, 0) == (code, len(body) + 4)
    assert raw[HEADER_SIZE:] == body


@pytest.mark.parametrize('offset', [0, 1, 7])
def test_header_is_read_anywhere_in_a_buffer(offset: int) -> None:
    assert read_header(b'x' * offset + b'D\0\0\1\0', offset) == (ord('D'), 256)


def test_length_is_unsigned() -> None:
    assert read_header(b'D\xff\xff\xff\xff', 0) == (ord('D'), 2**32 - 1)
