"""The relay: runs of frames go from one stream to another unread, in bounded memory, at the pace of the slower end."""

import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from struct import pack

import gevent
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgdog_gevent.errors import ClientGone, ProtocolViolation
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol.codes import BACKEND_LIMITS, LARGE
from pgdog_gevent.protocol.frames import HEADER_SIZE
from tests.fakes.certificates import Certificates
from tests.unit.net.ends import Ends, Kind, codes, ends, frame, raw_ends, say, turn, until

ROWS = codes('Dd')
ROW, LONG_ROW, DONE = frame('D', b'\0\1\0\0\0\1x'), frame('D', bytes(300)), frame('C', b'SELECT 1\0')
HUGE = 24 * 1024 * 1024
SOME = 2 * 1024 * 1024


pytestmark = pytest.mark.usefixtures('soon')


@pytest.fixture(params=Kind, ids=[kind.value for kind in Kind])
def kind(request: pytest.FixtureRequest) -> Kind:
    chosen: Kind = request.param
    return chosen


@pytest.fixture
def server(kind: Kind, certificates: Certificates) -> Iterator[Ends]:
    """``far`` is the server, ``near`` the proxy's stream to it."""
    with ends(kind, certificates) as both:
        yield both


@pytest.fixture
def client(kind: Kind, certificates: Certificates) -> Iterator[Ends]:
    """``far`` is the client, ``near`` the proxy's stream to it."""
    with ends(kind, certificates) as both:
        yield both


def received(stream: Stream, size: int) -> bytes:
    return stream.read_exactly(size)


def test_messages_pass_up_to_the_one_that_must_be_read(server: Ends, client: Ends) -> None:
    say(server.far, ROW, LONG_ROW, ROW, DONE, ROW)
    assert server.near.forward(client.near, ROWS) == ord('C')
    client.near.flush()
    assert received(client.far, len(ROW + LONG_ROW + ROW)) == ROW + LONG_ROW + ROW
    assert server.near.read_frame(BACKEND_LIMITS).raw == DONE
    assert server.near.whole_frame_buffered()


def test_message_that_must_be_read_comes_first(server: Ends, client: Ends) -> None:
    say(server.far, DONE)
    assert server.near.forward(client.near, ROWS) == ord('C')
    assert server.near.read_frame(BACKEND_LIMITS).raw == DONE
    turn()
    assert not client.far.receive_waiting()


def test_forwarding_goes_on_after_a_message_has_been_read(server: Ends, client: Ends) -> None:
    say(server.far, ROW, DONE, LONG_ROW, DONE)
    for _ in range(2):
        server.near.forward(client.near, ROWS)
        client.near.write(server.near.read_frame(BACKEND_LIMITS).raw)
    client.near.flush()
    assert received(client.far, len(ROW + DONE + LONG_ROW + DONE)) == ROW + DONE + LONG_ROW + DONE


ANSWER = ROW + frame('D') + ROW + DONE


@pytest.mark.parametrize('cut', range(1, len(ANSWER)))
def test_messages_pass_wherever_the_network_cuts_them(cut: int) -> None:
    with raw_ends() as (source, server), raw_ends() as (sink, client):
        forwarding = gevent.spawn(source.forward, sink, ROWS)
        server.sendall(ANSWER[:cut])
        turn()
        server.sendall(ANSWER[cut:])
        assert forwarding.get() == ord('C')
        sink.flush()
        rows = ANSWER[: -len(DONE)]
        assert client.recv(1000) == rows
        assert source.read_frame(BACKEND_LIMITS).raw == DONE
        assert source.bytes_received == len(ANSWER)
        assert sink.bytes_sent == len(rows)


@pytest.mark.parametrize('cut', range(1, len(ANSWER)))
def test_what_has_arrived_passes_before_the_rest_is_waited_for(cut: int) -> None:
    """All that is known to be a row passes at once; a header that is cut stays."""
    with raw_ends() as (source, server), raw_ends() as (sink, client):
        server.sendall(ANSWER[:cut])
        forwarding = gevent.spawn(source.forward, sink, ROWS)
        until(lambda: source.bytes_received == cut)
        passed = client.recv(1000) if sink.bytes_sent else b''
        assert passed == ANSWER[: len(passed)]
        assert cut - len(passed) < HEADER_SIZE or cut > len(ANSWER) - len(DONE)
        assert source.mid_frame == (len(passed) not in boundaries(ANSWER))
        forwarding.kill()


def boundaries(messages: bytes) -> set[int]:
    """Where messages begin and end."""
    found, position = {0}, 0
    while position < len(messages):
        position += 1 + int.from_bytes(messages[position + 1 : position + 5], 'big')
        found.add(position)
    return found


FRAMES = st.lists(st.builds(frame, st.sampled_from('DdDC'), st.binary(max_size=30)), max_size=12)


@settings(max_examples=80, deadline=None)
@given(messages=FRAMES, cuts=st.lists(st.integers(1, 40), max_size=20))
def test_any_messages_in_any_pieces_pass_in_order(messages: list[bytes], cuts: list[int]) -> None:
    """Those that must be read are read and written again: the sink gets all, byte for byte."""
    whole = b''.join(messages) + frame('Z', b'I')
    with raw_ends() as (source, server), raw_ends() as (sink, client):
        relaying = gevent.spawn(relay, source, sink)
        position = 0
        for cut in cuts:
            server.sendall(whole[position : position + cut])
            position += cut
            gevent.sleep(0)
        server.sendall(whole[position:])
        relaying.get()
        assert client.recv(len(whole) + 1) == whole


def relay(source: Stream, sink: Stream) -> None:
    """Forward rows and pass on the rest one by one, up to a ReadyForQuery."""
    while True:
        source.forward(sink, ROWS)
        message = source.read_frame(BACKEND_LIMITS)
        sink.write(message.raw)
        if message.letter == 'Z':
            sink.flush()
            return


def test_message_larger_than_memory_passes_in_pieces(server: Ends, client: Ends) -> None:
    """A row of many megabytes takes a few hundred kilobytes on its way, with the buffers of sender and receiver."""
    arrived = 0

    def send() -> None:
        say(server.far, pack('!BI', ord('D'), HUGE + 4))
        for _ in range(HUGE // 65_536):
            say(server.far, bytes(65_536))
        say(server.far, DONE)

    def receive() -> None:
        nonlocal arrived
        while arrived < HUGE + HEADER_SIZE:
            arrived += len(client.far.read_exactly(min(65_536, HUGE + HEADER_SIZE - arrived)))

    tracemalloc.start()
    try:
        running = [gevent.spawn(send), gevent.spawn(receive)]
        assert server.near.forward(client.near, ROWS) == ord('C')
        client.near.flush()
        gevent.joinall(running, raise_error=True)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert arrived == HUGE + HEADER_SIZE
    assert peak < 4 * 1024 * 1024


def test_client_that_does_not_read_holds_the_server_back(server: Ends, client: Ends) -> None:
    sending = gevent.spawn(say, server.far, frame('D', bytes(SOME)), frame('Z', b'I'))
    relaying = gevent.spawn(relay, server.near, client.near)
    taken = 0
    until(lambda: server.near.bytes_received > 0)
    while taken < server.near.bytes_received:
        taken = server.near.bytes_received
        for _ in range(5):
            turn()
    assert taken < SOME // 2
    assert not sending.dead
    assert len(client.far.read_frame(BACKEND_LIMITS).body) == SOME
    relaying.get()
    sending.get()


def test_frame_that_has_passed_in_part_is_known(server: Ends, client: Ends) -> None:
    say(server.far, LONG_ROW[:100])
    forwarding = gevent.spawn(server.near.forward, client.near, ROWS)
    until(lambda: server.near.mid_frame)
    say(server.far, LONG_ROW[100:])
    until(lambda: not server.near.mid_frame)
    forwarding.kill()


DECEPTIVE = frame('D', 20 * frame('Z', b'I'))
"""A row that looks like many ReadyForQuery to whoever begins in its middle."""


@pytest.mark.parametrize('cut', range(HEADER_SIZE, len(DECEPTIVE)))
def test_rest_of_a_frame_that_has_passed_in_part_is_not_read_as_frames(cut: int) -> None:
    with raw_ends() as (stream, source), raw_ends() as (sink, _):
        source.sendall(DECEPTIVE[:cut])
        stream.receive_more()
        assert stream.forward_buffered(sink, ROWS) == 0
        for piece in (DECEPTIVE[cut : cut + 30], DECEPTIVE[cut + 30 :] + DONE):
            source.sendall(piece)
            assert not stream.whole_frame_buffered()
        assert stream.peek_header() == (ord('C'), len(DONE))
        assert not stream.mid_frame
        assert stream.read_frame(BACKEND_LIMITS).raw == DONE


def test_frame_after_the_rest_of_one_is_read(server: Ends, client: Ends) -> None:
    say(server.far, DECEPTIVE[:50])
    server.near.receive_more()
    server.near.forward_buffered(client.near, ROWS)
    say(server.far, DECEPTIVE[50:], DONE)
    assert server.near.read_frame(BACKEND_LIMITS).raw == DONE


def test_forwarding_that_is_interrupted_goes_on_where_it_was(server: Ends, client: Ends) -> None:
    say(server.far, LONG_ROW[:100])
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.002):
        server.near.forward(client.near, ROWS)
    say(server.far, LONG_ROW[100:], DONE)
    assert server.near.forward(client.near, ROWS) == ord('C')
    client.near.flush()
    assert received(client.far, len(LONG_ROW)) == LONG_ROW


def test_source_stays_in_step_when_forwarding_is_interrupted_by_a_sink_that_does_not_read(
    server: Ends, client: Ends
) -> None:
    """The sink is torn and must be closed; the source can be read to the end of its answer."""
    sending = gevent.spawn(say, server.far, *[frame('D', bytes(30_000))] * 100, DONE)
    forwarding = gevent.spawn(server.near.forward, client.near, ROWS)
    until(lambda: client.near.torn)
    forwarding.kill()
    assert client.near.torn
    with raw_ends() as (nobody, swallowing):
        draining = gevent.spawn(swallow, swallowing)
        assert server.near.forward(nobody, ROWS) == ord('C')
        assert server.near.read_frame(BACKEND_LIMITS).raw == DONE
        draining.kill()
    sending.get()


def swallow(end: gevent.socket.socket) -> None:
    while end.recv(65_536):
        pass


@pytest.mark.parametrize(
    'header',
    [
        pytest.param(pack('!BI', ord('D'), 0), id='length 0'),
        pytest.param(pack('!BI', ord('D'), 3), id='length 3'),
        pytest.param(pack('!BI', ord('D'), LARGE + 5), id='one byte too long'),
        pytest.param(pack('!BI', ord('D'), 2**31), id='2^31'),
        pytest.param(pack('!Bi', ord('D'), -1), id='length -1'),
        pytest.param(pack('!BI', 0, 4), id='no letter'),
    ],
)
@pytest.mark.parametrize('before', [b'', ROW], ids=['at once', 'after a row'])
def test_header_that_lies_is_a_violation_and_not_passed_on(before: bytes, header: bytes) -> None:
    with raw_ends() as (source, server), raw_ends() as (sink, client):
        server.sendall(before + header)
        with pytest.raises(ProtocolViolation, match='invalid'):
            source.forward(sink, ROWS)
        sink.flush()
        sink.close()
        assert header not in client.recv(1000)


@pytest.mark.parametrize(
    'header', [pack('!BI', ord('D'), 3), pack('!BI', ord('D'), LARGE + 5), pack('!BI', 0, 4)], ids=repr
)
def test_sink_is_known_to_be_within_a_message_when_a_violation_comes_with_the_rest_of_it(header: bytes) -> None:
    """Nothing else can be said to it there: it would take that for the rest."""
    with raw_ends() as (source, server), raw_ends() as (sink, client):
        forwarding = gevent.spawn(source.forward, sink, ROWS)
        server.sendall(LONG_ROW[:50])
        assert client.recv(1000) == LONG_ROW[:50]
        server.sendall(LONG_ROW[50:] + header)
        with pytest.raises(ProtocolViolation, match='invalid'):
            forwarding.get()
        assert source.mid_frame
        sink.flush()
        sink.close()
        assert LONG_ROW[50:].startswith(client.recv(1000))


def test_longest_message_of_postgresql_passes() -> None:
    with raw_ends() as (source, server), raw_ends() as (sink, client):
        server.sendall(pack('!BI', ord('D'), LARGE + 4) + b'x')
        forwarding = gevent.spawn(source.forward, sink, ROWS)
        assert client.recv(10) == pack('!BI', ord('D'), LARGE + 4) + b'x'
        forwarding.kill()


@pytest.mark.parametrize('passed', [0, 3, 5, 100, len(LONG_ROW)])
def test_source_that_goes_is_lost_wherever_it_was(passed: int) -> None:
    with raw_ends() as (source, server), raw_ends() as (sink, client):
        server.sendall(LONG_ROW[:passed])
        server.close()
        with pytest.raises(ClientGone, match='closed'):
            source.forward(sink, ROWS)
        sink.close()
        assert client.recv(1000) == (LONG_ROW[:passed] if passed >= HEADER_SIZE else b'')


def test_sink_that_goes_is_lost(server: Ends, client: Ends) -> None:
    client.far.close()
    say(server.far, ROW)
    with pytest.raises(ClientGone):
        server.near.forward(client.near, ROWS)


def test_forwarding_what_is_buffered_does_not_wait(server: Ends, client: Ends) -> None:
    assert server.near.forward_buffered(client.near, ROWS) == 0
    say(server.far, ROW, LONG_ROW[:50])
    turn()
    assert server.near.receive_waiting()
    assert server.near.forward_buffered(client.near, ROWS) == 0
    assert server.near.mid_frame
    say(server.far, LONG_ROW[50:], DONE)
    turn()
    assert server.near.receive_waiting()
    assert server.near.forward_buffered(client.near, ROWS) == ord('C')
    client.near.flush()
    assert received(client.far, len(ROW + LONG_ROW)) == ROW + LONG_ROW


def test_stream_that_is_closed_while_somebody_forwards_elsewhere_is_lost(certificates: Certificates) -> None:
    with ends(Kind.PLAIN, certificates) as both, closing(both.far):
        both.near.close()
        with pytest.raises(ClientGone):
            both.near.forward(both.far, ROWS)
