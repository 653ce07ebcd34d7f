"""The bodies of messages, taken as they arrive."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.protocol.codes import FRONTEND_LIMITS
from tests.unit.net.ends import frame, raw_ends

pytestmark = pytest.mark.usefixtures('soon')

DATA, DONE = ord('d'), frame('c')


@settings(deadline=None)
@given(st.lists(st.binary(max_size=20), max_size=8), st.lists(st.integers(0, 150), max_size=6))
def test_bodies_are_put_together_wherever_the_network_cuts_them(bodies: list[bytes], cuts: list[int]) -> None:
    sent = b''.join(frame('d', body) for body in bodies) + DONE
    ends = sorted(min(cut, len(sent)) for cut in cuts)
    taken, code = b'', 0
    with raw_ends() as (stream, far):
        for start, end in zip([0, *ends], [*ends, len(sent)], strict=True):
            if end > start:
                far.sendall(sent[start:end])
                stream.receive_more()
            chunk, code = stream.take_bodies(DATA)
            taken += chunk
        assert (taken, code) == (b''.join(bodies), ord('c'))
        assert stream.read_frame(FRONTEND_LIMITS).raw == DONE


def test_the_rest_of_a_message_that_has_been_taken_in_part_is_passed_over() -> None:
    with raw_ends() as (stream, far):
        far.sendall(frame('d', b'12345')[:-2])
        stream.receive_more()
        assert stream.take_bodies(DATA) == (b'123', 0)
        assert stream.mid_frame
        far.sendall(b'45' + DONE)
        assert stream.read_frame(FRONTEND_LIMITS).raw == DONE


@pytest.mark.parametrize('header', [b'd\0\0\0\3', b'd\x40\0\0\4'], ids=['too short', 'too long'])
def test_a_header_that_lies_is_a_violation(header: bytes) -> None:
    with raw_ends() as (stream, far):
        far.sendall(header)
        stream.receive_more()
        with pytest.raises(ProtocolViolation):
            stream.take_bodies(DATA)


def test_one_waits_for_several() -> None:
    with raw_ends() as (one, far), raw_ends() as (other, far_other):
        far_other.sendall(DONE)
        one.wait_any([other])
        assert not one.receive_waiting()
        assert other.receive_waiting()
        far.sendall(DONE)
        one.wait_any([other])
        assert one.receive_waiting()
