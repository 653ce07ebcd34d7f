"""Rows lose the columns at their end, and malformed ones are noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.merge.rows import offset_after, without_helpers
from pgdog_gevent.protocol.rows import decode_row
from tests.unit.merge.messages import row

ROW = row(b'abc', None, b'', b'helper')

values = st.lists(st.none() | st.binary(max_size=9))


@given(visible=values, helpers=values)
def test_helper_columns_are_dropped(visible: list[bytes | None], helpers: list[bytes | None]) -> None:
    body = row(*visible, *helpers)
    assert decode_row(without_helpers(body, len(visible))) == tuple(visible)
    assert offset_after(body, len(visible)) == len(row(*visible))


@pytest.mark.parametrize('cut', range(2, len(ROW)))
def test_row_that_is_cut_short_is_a_protocol_violation(cut: int) -> None:
    with pytest.raises(ProtocolViolation):
        without_helpers(ROW[:cut], 4)


def test_negative_length_is_a_protocol_violation() -> None:
    with pytest.raises(ProtocolViolation):
        without_helpers(b'\0\1\xff\xff\xff\xfe', 1)
