"""DataRows as values."""

import pytest

from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.protocol.rows import decode_row, row_of_one

ROW = b'\0\3\0\0\0\3abc\xff\xff\xff\xff\0\0\0\0'


def test_values_are_as_sent_and_null_is_none() -> None:
    assert decode_row(ROW) == (b'abc', None, b'')


def test_a_row_may_have_no_columns() -> None:
    assert decode_row(b'\0\0') == ()


@pytest.mark.parametrize('cut', range(len(ROW)))
def test_truncated_row_is_a_protocol_violation(cut: int) -> None:
    with pytest.raises(ProtocolViolation):
        decode_row(ROW[:cut])


@pytest.mark.parametrize('row', [ROW + b'\0', b'\0\1\xff\xff\xff\xfe'], ids=['too long', 'negative length'])
def test_malformed_row_is_a_protocol_violation(row: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        decode_row(row)


def test_a_row_of_one_column_has_that_value() -> None:
    assert decode_row(row_of_one(b'abc')) == (b'abc',)
