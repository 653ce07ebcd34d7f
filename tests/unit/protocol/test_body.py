"""The cursor over a body: each field, and that nothing is read past the end."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.protocol.body import Body

Read = Callable[[Body], object]


@pytest.mark.parametrize(
    ('read', 'body', 'field'),
    [
        pytest.param(Body.byte, b'\xff', 255, id='byte'),
        pytest.param(Body.int16, b'\xff\xff', -1, id='int16 is signed'),
        pytest.param(Body.count, b'\xff\xff', 65535, id='count is unsigned, as PostgreSQL reads it'),
        pytest.param(Body.int32, b'\xff\xff\xff\xfe', -2, id='int32 is signed'),
        pytest.param(Body.uint32, b'\xff\xff\xff\xfe', 2**32 - 2, id='uint32 is unsigned'),
        pytest.param(Body.cstring, b'abc\0', b'abc', id='string'),
        pytest.param(Body.cstring, b'\0', b'', id='empty string'),
        pytest.param(Body.cstring, b'\xe9\0', b'\xe9', id='string in any encoding'),
        pytest.param(Body.text, b'\xc3\xa9\0', 'é', id='text is UTF-8'),
        pytest.param(Body.value, b'\0\0\0\2ab', b'ab', id='value'),
        pytest.param(Body.value, b'\0\0\0\0', b'', id='empty value'),
        pytest.param(Body.value, b'\xff\xff\xff\xff', None, id='NULL'),
        pytest.param(Body.rest, b'abc', b'abc', id='rest'),
        pytest.param(Body.rest, b'', b'', id='nothing is left'),
    ],
)
def test_field_is_read_and_nothing_is_left(read: Read, body: bytes, field: object) -> None:
    cursor = Body(body)
    assert read(cursor) == field
    cursor.end()


@pytest.mark.parametrize(
    ('read', 'body'),
    [
        pytest.param(Body.byte, b'', id='byte'),
        pytest.param(Body.int16, b'\0', id='int16'),
        pytest.param(Body.count, b'\0', id='count'),
        pytest.param(Body.int32, b'\0\0\0', id='int32'),
        pytest.param(Body.uint32, b'\0\0\0', id='uint32'),
        pytest.param(Body.cstring, b'abc', id='string without an end'),
        pytest.param(Body.text, b'abc', id='text without an end'),
        pytest.param(Body.value, b'\0\0\0\3ab', id='value longer than the message'),
        pytest.param(Body.value, b'\x7f\xff\xff\xff', id='value of two gigabytes'),
        pytest.param(Body.value, b'\xff\xff\xff\xfe', id='value of a negative length'),
    ],
)
def test_field_past_the_end_is_a_protocol_violation(read: Read, body: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        read(Body(body))


def test_text_that_is_not_utf8_is_a_protocol_violation() -> None:
    with pytest.raises(ProtocolViolation, match='UTF8'):
        Body(b'\xe9\0').text()


def test_bytes_that_nobody_reads_are_a_protocol_violation() -> None:
    cursor = Body(b'ab')
    cursor.byte()
    with pytest.raises(ProtocolViolation, match='message format'):
        cursor.end()


@given(size=st.integers(max_value=-1))
def test_negative_size_never_moves_the_cursor_back(size: int) -> None:
    cursor = Body(b'abcdef')
    cursor.take(3)
    with pytest.raises(ProtocolViolation):
        cursor.take(size)
    assert cursor.rest() == b'def'


@given(first=st.binary(), second=st.binary(), body=st.binary(max_size=3))
def test_fields_follow_each_other(first: bytes, second: bytes, body: bytes) -> None:
    first, second = first.replace(b'\0', b''), second.replace(b'\0', b'')
    cursor = Body(first + b'\0' + second + b'\0' + body)
    assert (cursor.cstring(), cursor.cstring(), cursor.rest()) == (first, second, body)
