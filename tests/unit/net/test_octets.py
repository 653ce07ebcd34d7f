"""Parts of messages: both forms find the same, up to both ends of the message."""

from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.net import octets
from tests.unit.net.forms import from_source

PLAIN = from_source('octets')
MESSAGES = st.binary(max_size=40) | st.lists(st.sampled_from([b'\0', b'a', b'\0\0']), max_size=8).map(b''.join)


@st.composite
def parts(draw: st.DrawFn) -> tuple[bytes, int, int]:
    """A message, and where a part of it begins and ends; it may be empty, or all of it."""
    message = draw(MESSAGES)
    start = draw(st.integers(0, len(message)))
    return message, start, draw(st.integers(start, len(message)))


@given(where=parts())
def test_part_is_what_is_between(where: tuple[bytes, int, int]) -> None:
    message, start, end = where
    assert octets.part(*where) == PLAIN.part(*where) == message[start:end]


@given(where=parts())
def test_nul_is_found_between_the_two_only(where: tuple[bytes, int, int]) -> None:
    message, start, end = where
    assert octets.find_nul(*where) == PLAIN.find_nul(*where) == message.find(b'\0', start, end)


@given(name=MESSAGES, where=parts())
def test_bind_has_the_name_and_the_rest_of_the_other(name: bytes, where: tuple[bytes, int, int]) -> None:
    bind = octets.bind_under(name, *where)
    assert bind == PLAIN.bind_under(name, *where)
    assert (bind[:1], int.from_bytes(bind[1:5]), bind[5:]) == (b'B', len(bind) - 1, b'\0' + name + octets.part(*where))
