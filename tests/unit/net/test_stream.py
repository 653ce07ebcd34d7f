"""Reading and writing frames over plain sockets and TLS, with peers that cut, lie, stall and go."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from struct import pack

import gevent
import pytest

from pgdog_gevent.errors import ClientAbandoned, ClientGone, ProtocolViolation, ServerLost, ServerViolation
from pgdog_gevent.net.link import CLIENT, SERVER, Peer
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol.codes import BACKEND_LIMITS, FRONTEND_LIMITS, LARGE, SMALL
from pgdog_gevent.protocol.frames import Frame
from tests.fakes.certificates import Certificates
from tests.unit.net.ends import (
    Ends,
    Kind,
    client_context,
    ends,
    frame,
    raw_ends,
    say,
    server_context,
    shake_hands,
    through_a_byte_by_byte_wire,
    turn,
    until,
)

LIMITS = {ord('Q'): 1000, ord('S'): 0}
QUERY, SYNC = frame('Q', b'SELECT 1\0'), frame('S')
BIG = 4 * 1024 * 1024


pytestmark = pytest.mark.usefixtures('soon')


@pytest.fixture(params=Kind, ids=[kind.value for kind in Kind])
def pair(request: pytest.FixtureRequest, certificates: Certificates) -> Iterator[Ends]:
    with ends(request.param, certificates) as both:
        yield both


# Reading


@pytest.mark.parametrize('cut', range(1, len(QUERY + SYNC)))
def test_frames_are_read_wherever_the_network_cuts_them(cut: int) -> None:
    with raw_ends() as (stream, far):
        reading = gevent.spawn(lambda: (stream.read_frame(LIMITS), stream.read_frame(LIMITS)))
        for piece in ((QUERY + SYNC)[:cut], (QUERY + SYNC)[cut:]):
            far.sendall(piece)
            turn()
        assert reading.get() == (Frame(ord('Q'), b'SELECT 1\0'), Frame(ord('S'), b''))
        assert not stream.buffered


def test_frames_in_records_that_the_network_cuts_anywhere_are_read(certificates: Certificates) -> None:
    with (
        through_a_byte_by_byte_wire() as (one, other),
        closing(Stream(one, CLIENT)) as near,
        closing(Stream(other, SERVER)) as far,
    ):
        shake_hands(near, far, certificates)
        say(far, QUERY, QUERY[:7])
        say(far, QUERY[7:], SYNC)
        assert [near.read_frame(LIMITS).raw for _ in range(3)] == [QUERY, QUERY, SYNC]


def test_frames_that_arrive_together_are_read_one_by_one(pair: Ends) -> None:
    say(pair.far, QUERY, SYNC, QUERY)
    assert [pair.near.read_frame(LIMITS).raw for _ in range(3)] == [QUERY, SYNC, QUERY]


def test_frame_larger_than_any_buffer_is_read_whole(pair: Ends) -> None:
    body = bytes(range(256)) * (BIG // 256)
    saying = gevent.spawn(say, pair.far, frame('Q', body))
    assert pair.near.read_frame(FRONTEND_LIMITS).body == body
    saying.get()


@pytest.mark.parametrize(
    ('peer', 'lost', 'violation'),
    [(CLIENT, ClientGone, ProtocolViolation), (SERVER, ServerLost, ServerViolation)],
    ids=['client', 'server'],
)
def test_errors_say_which_end_was_wrong(peer: Peer, lost: type[Exception], violation: type[Exception]) -> None:
    with raw_ends(peer) as (stream, far):
        far.sendall(frame('X'))
        with pytest.raises(violation) as wrong:
            stream.read_frame(LIMITS)
        assert type(wrong.value) is violation
        far.close()
        with pytest.raises(lost) as gone:
            stream.read_exactly(6)
        assert type(gone.value) is lost


@pytest.mark.parametrize(
    'header',
    [
        pytest.param(pack('!BI', ord('Q'), 0), id='length 0'),
        pytest.param(pack('!BI', ord('Q'), 3), id='length 3'),
        pytest.param(pack('!BI', ord('Q'), 1005), id='one byte too long'),
        pytest.param(pack('!BI', ord('Q'), 2**31 - 1), id='two gigabytes'),
        pytest.param(pack('!BI', ord('Q'), 2**31), id='2^31'),
        pytest.param(pack('!Bi', ord('Q'), -1), id='length -1'),
        pytest.param(pack('!Bi', ord('Q'), -(2**31)), id='most negative length'),
        pytest.param(pack('!BI', ord('S'), 5), id='a body where none may be'),
        pytest.param(pack('!BI', ord('P'), 8), id='a message that is not allowed now'),
        pytest.param(pack('!BI', 0, 4), id='no letter'),
        pytest.param(pack('!BI', 255, 4), id='no ASCII'),
    ],
)
def test_header_that_lies_is_a_violation_before_anything_else_is_read(header: bytes) -> None:
    with raw_ends() as (stream, far):
        far.sendall(header)
        with pytest.raises(ProtocolViolation, match='invalid'):
            stream.read_frame(LIMITS)
        assert stream.bytes_received == len(header)


def test_longest_body_that_is_allowed_is_read() -> None:
    with raw_ends() as (stream, far):
        far.sendall(frame('Q', bytes(1000)))
        assert len(stream.read_frame(LIMITS).body) == 1000


@pytest.mark.parametrize('limits', [FRONTEND_LIMITS, BACKEND_LIMITS], ids=['frontend', 'backend'])
def test_no_message_may_be_longer_than_postgresql_allows(limits: dict[int, int]) -> None:
    for code in limits:
        with raw_ends() as (stream, far):
            far.sendall(pack('!BI', code, LARGE + 5))
            with pytest.raises(ProtocolViolation, match='length'):
                stream.read_frame(limits)


@pytest.mark.parametrize('sent', range(len(QUERY)))
def test_peer_that_goes_in_the_middle_of_a_frame_is_lost(sent: int) -> None:
    with raw_ends() as (stream, far):
        far.sendall(QUERY[:sent])
        far.close()
        with pytest.raises(ClientGone, match='closed'):
            stream.read_frame(LIMITS)


def test_peer_that_goes_while_it_is_waited_for_is_lost(pair: Ends) -> None:
    reading = gevent.spawn(pair.near.read_frame, LIMITS)
    turn()
    pair.far.close()
    with pytest.raises(ClientGone):
        reading.get()


def test_frame_of_a_peer_that_has_gone_meanwhile_is_read(pair: Ends) -> None:
    say(pair.far, QUERY)
    pair.far.close()
    assert pair.near.read_frame(LIMITS).raw == QUERY
    with pytest.raises(ClientGone):
        pair.near.read_frame(LIMITS)


def test_peer_that_resets_the_connection_is_lost() -> None:
    with raw_ends() as (stream, far):
        say(stream, b'nobody reads this')
        far.close()
        with pytest.raises(ClientGone, match='lost'):
            stream.read_frame(LIMITS)


def test_exact_number_of_bytes_is_read() -> None:
    with raw_ends() as (stream, far):
        far.sendall(b'abcdef')
        assert (stream.read_exactly(1), stream.read_exactly(3)) == (b'a', b'bcd')
        assert stream.buffered


def test_peeking_takes_nothing() -> None:
    with raw_ends() as (stream, far):
        far.sendall(QUERY)
        assert stream.peek_byte() == ord('Q')
        assert stream.peek_header() == (ord('Q'), len(QUERY))
        assert stream.read_frame(LIMITS).raw == QUERY


def test_frame_that_is_put_back_is_read_again(pair: Ends) -> None:
    say(pair.far, QUERY + SYNC)
    pair.near.put_back(pair.near.read_frame(LIMITS).raw)
    assert [pair.near.read_frame(LIMITS).raw for _ in range(2)] == [QUERY, SYNC]


@pytest.mark.parametrize('there', range(len(QUERY) + 3))
def test_whole_frame_is_known_to_be_there(there: int) -> None:
    with raw_ends() as (stream, far):
        far.sendall((QUERY + SYNC)[:there])
        stream.receive_waiting()
        assert stream.whole_frame_buffered() == (there >= len(QUERY))


def test_receiving_without_waiting_takes_what_is_there(pair: Ends) -> None:
    assert not pair.near.receive_waiting()
    say(pair.far, QUERY)
    turn()
    assert pair.near.receive_waiting()
    assert pair.near.whole_frame_buffered()
    assert not pair.near.receive_waiting()
    pair.far.close()
    with pytest.raises(ClientGone):
        pair.near.receive_waiting()


def test_receiving_more_waits_for_more_than_there_is() -> None:
    with raw_ends() as (stream, far):
        far.sendall(QUERY[:3])
        stream.receive_waiting()
        receiving = gevent.spawn(stream.receive_more)
        turn()
        assert not receiving.dead
        far.sendall(QUERY[3:4])
        receiving.get()
        assert stream.read_exactly(4) == QUERY[:4]


@pytest.mark.parametrize('arrived', range(len(QUERY)))
def test_read_that_is_interrupted_loses_nothing(arrived: int) -> None:
    with raw_ends() as (stream, far):
        far.sendall(QUERY[:arrived])
        with pytest.raises(gevent.Timeout), gevent.Timeout(0.001):
            stream.read_frame(LIMITS)
        far.sendall(QUERY[arrived:] + SYNC)
        assert [stream.read_frame(LIMITS).raw for _ in range(2)] == [QUERY, SYNC]


def test_killed_reader_leaves_the_stream_to_the_next(pair: Ends) -> None:
    reading = gevent.spawn(pair.near.read_frame, LIMITS)
    turn()
    reading.kill()
    say(pair.far, QUERY)
    turn()
    assert pair.near.read_frame(LIMITS).raw == QUERY


def test_stream_that_nobody_waits_for_does_not_keep_the_loop_busy(pair: Ends) -> None:
    reading = gevent.spawn(pair.near.read_frame, LIMITS)
    turn()
    reading.kill()
    say(pair.far, QUERY)
    loop = gevent.get_hub().loop
    before = loop.iteration
    gevent.sleep(0.005)
    assert loop.iteration - before < 20


def test_draining_ends_when_the_peer_goes() -> None:
    with raw_ends(SERVER) as (stream, far):
        far.sendall(bytes(100_000))
        draining = gevent.spawn(stream.drain)
        turn()
        assert not draining.dead
        far.close()
        with pytest.raises(ServerLost):
            draining.get()


# Writing


@pytest.mark.parametrize('size', [1, 70_000, BIG])
def test_nothing_is_sent_before_the_flush(pair: Ends, size: int) -> None:
    """However much it is: only who flushes knows what to do while the peer does not read."""
    pair.far.write(frame('d', bytes(size)))
    pair.far.write(SYNC)
    turn()
    assert not pair.near.receive_waiting()
    flushing = gevent.spawn(pair.far.flush)
    assert len(pair.near.read_frame(FRONTEND_LIMITS).body) == size
    assert pair.near.read_frame(FRONTEND_LIMITS).raw == SYNC
    flushing.get()


def test_flush_of_nothing_sends_nothing() -> None:
    with raw_ends() as (stream, far):
        stream.flush()
        far.setblocking(False)
        with pytest.raises(BlockingIOError):
            far.recv(1)


def test_bytes_and_letters_are_counted(pair: Ends) -> None:
    say(pair.far, QUERY, SYNC)
    pair.near.read_frame(LIMITS)
    pair.near.read_frame(LIMITS)
    assert pair.far.bytes_sent == pair.near.bytes_received == len(QUERY + SYNC)
    assert (chr(pair.far.last_sent), chr(pair.near.last_received)) == ('Q', 'S')


def test_writer_waits_for_a_peer_that_does_not_read(pair: Ends) -> None:
    writing = gevent.spawn(say, pair.near, frame('D', bytes(BIG)))
    turn()
    assert not writing.dead
    assert len(pair.far.read_frame(BACKEND_LIMITS).body) == BIG
    writing.get()
    assert not pair.near.torn


def test_writer_that_is_interrupted_leaves_the_stream_torn(pair: Ends) -> None:
    writing = gevent.spawn(say, pair.near, frame('D', bytes(BIG)))
    until(lambda: pair.near.torn)
    writing.kill()
    assert pair.near.torn


def test_peer_that_goes_while_it_does_not_read_is_lost(pair: Ends) -> None:
    writing = gevent.spawn(say, pair.near, frame('D', bytes(BIG)))
    turn()
    pair.far.close()
    with pytest.raises(ClientGone):
        writing.get()


def test_writing_to_a_peer_that_has_gone_is_a_loss(pair: Ends) -> None:
    pair.far.close()
    with pytest.raises(ClientGone):
        say(pair.near, SYNC)


def read_meanwhile(stream: Stream, bodies: list[int]) -> None:
    """Take in what has arrived, and all frames that are whole."""
    stream.receive_waiting()
    while stream.whole_frame_buffered():
        bodies.append(len(stream.read_frame(BACKEND_LIMITS).body))


def test_two_ends_that_both_write_before_they_read_do_not_wait_for_each_other(pair: Ends) -> None:
    sizes = [300_000] * 10

    def write_and_read(stream: Stream) -> list[int]:
        read: list[int] = []
        for size in sizes:
            stream.write(frame('D', bytes(size)))
            stream.flush(partial(read_meanwhile, stream, read))
        while len(read) < len(sizes):
            read.append(len(stream.read_frame(BACKEND_LIMITS).body))
        return read

    both = [gevent.spawn(write_and_read, stream) for stream in (pair.near, pair.far)]
    assert [one.get() for one in both] == [sizes, sizes]


def test_flush_tells_of_what_the_peer_sends_before_it_reads() -> None:
    with raw_ends(SERVER) as (stream, far):
        errors: list[bytes] = []

        def note() -> None:
            if stream.receive_waiting():
                errors.append(stream.read_frame(BACKEND_LIMITS).body)

        sending = gevent.spawn(_flush_much, stream, note)
        turn()
        assert errors == []
        far.sendall(frame('E', b'\0'))
        until(lambda: errors == [b'\0'])
        assert not sending.dead
        sending.kill()


def test_one_greenlet_reads_while_another_waits_to_send(pair: Ends) -> None:
    reading = gevent.spawn(pair.near.read_frame, LIMITS)
    sending = gevent.spawn(_flush_much, pair.near)
    until(lambda: pair.near.torn)
    say(pair.far, QUERY)
    assert reading.get(timeout=10).raw == QUERY
    assert not sending.dead
    sending.kill()


def _flush_much(stream: Stream, meanwhile: Callable[[], None] | None = None) -> None:
    while True:
        stream.write(frame('d', bytes(60_000)))
        stream.flush(meanwhile)


# Waiting for either of two


@pytest.fixture
def two(certificates: Certificates) -> Iterator[tuple[Ends, Ends]]:
    with ends(Kind.PLAIN, certificates) as first, ends(Kind.TLS, certificates) as second:
        yield first, second


@pytest.mark.parametrize('speaker', [0, 1], ids=['plain', 'TLS'])
def test_waiting_for_either_returns_the_one_that_has_something(two: tuple[Ends, Ends], speaker: int) -> None:
    waiting = gevent.spawn(two[0].near.wait_either, two[1].near)
    turn()
    assert not waiting.dead
    say(two[speaker].far, QUERY)
    ready = waiting.get()
    assert ready is two[speaker].near
    assert ready.receive_waiting()
    assert ready.read_frame(LIMITS).raw == QUERY


def test_waiting_for_either_can_be_repeated(two: tuple[Ends, Ends]) -> None:
    for speaker in (0, 1, 1, 0, 0, 1):
        say(two[speaker].far, QUERY)
        ready = two[0].near.wait_either(two[1].near)
        assert ready is two[speaker].near
        assert ready.read_frame(LIMITS).raw == QUERY


def test_waiting_for_either_returns_both_in_turn_when_both_have_something(two: tuple[Ends, Ends]) -> None:
    first, second = two
    say(first.far, QUERY)
    say(second.far, SYNC)
    seen = set()
    for _ in range(2):
        ready = first.near.wait_either(second.near)
        seen.add(ready.read_frame(LIMITS).raw)
    assert seen == {QUERY, SYNC}


def test_waiting_for_either_is_for_something_new(two: tuple[Ends, Ends]) -> None:
    """Half a message that has been taken in does not count, or its reader would spin until the rest comes."""
    first, second = two
    say(first.far, QUERY[:3])
    say(second.far, QUERY[:3])
    turn()
    for both in two:
        both.near.receive_waiting()
    waiting = gevent.spawn(first.near.wait_either, second.near)
    turn()
    assert not waiting.dead
    say(second.far, QUERY[3:])
    assert waiting.get() is second.near


def test_waiting_for_either_ends_when_one_goes(two: tuple[Ends, Ends]) -> None:
    first, second = two
    waiting = gevent.spawn(first.near.wait_either, second.near)
    turn()
    second.far.close()
    ready = waiting.get()
    assert ready is second.near
    with pytest.raises(ClientGone):
        ready.receive_waiting()


def test_wait_for_either_that_is_interrupted_wakes_nobody_later(two: tuple[Ends, Ends]) -> None:
    first, second = two
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.001):
        first.near.wait_either(second.near)
    say(first.far, QUERY)
    say(second.far, QUERY)
    turn()
    for both in two:
        assert both.near.read_frame(LIMITS).raw == QUERY


# Life and death


def test_stream_may_be_closed_twice() -> None:
    with raw_ends() as (stream, far):
        stream.close()
        stream.close()
        assert stream.closed
        assert far.recv(1) == b''


@pytest.mark.parametrize(
    'use',
    [
        pytest.param(lambda stream: stream.read_frame(LIMITS), id='reading'),
        pytest.param(lambda stream: stream.receive_waiting(), id='receiving'),
        pytest.param(lambda stream: say(stream, SYNC), id='writing'),
    ],
)
def test_closed_stream_is_lost(use: Callable[[Stream], object]) -> None:
    with raw_ends() as (stream, _far):
        stream.close()
        with pytest.raises(ClientGone):
            use(stream)


def test_half_closed_stream_can_still_be_read() -> None:
    with raw_ends() as (stream, far):
        stream.half_close()
        assert far.recv(1) == b''
        far.sendall(QUERY)
        assert stream.read_frame(LIMITS).raw == QUERY


def test_half_closing_a_lost_stream_is_no_error() -> None:
    with raw_ends() as (stream, far):
        far.close()
        stream.half_close()
        stream.close()
        stream.half_close()


# TLS


def test_plain_stream_has_no_tls_session() -> None:
    with raw_ends() as (stream, _far):
        assert stream.tls is None


def test_stream_in_tls_has_a_session(certificates: Certificates) -> None:
    with ends(Kind.TLS, certificates) as pair:
        assert pair.near.tls is not None
        assert pair.near.tls.version() == 'TLSv1.3'


def start_tls(stream: Stream, certificates: Certificates) -> None:
    stream.start_tls(server_context(certificates), server_side=True)


def test_bytes_that_arrived_before_tls_are_a_violation(certificates: Certificates) -> None:
    """What a stranger has slipped in before the handshake must not pass for the client's (CVE-2021-23214)."""
    with raw_ends() as (stream, far):
        far.sendall(b'S' + QUERY)
        assert stream.read_exactly(1) == b'S'
        with pytest.raises(ProtocolViolation, match='unencrypted'):
            start_tls(stream, certificates)


def test_bytes_that_are_no_handshake_lose_the_peer(certificates: Certificates) -> None:
    with raw_ends() as (stream, far):
        far.sendall(QUERY + bytes(100))
        with pytest.raises(ClientGone, match='TLS handshake failed'):
            start_tls(stream, certificates)


def test_peer_that_goes_during_the_handshake_is_lost(certificates: Certificates) -> None:
    with raw_ends() as (stream, far):
        starting = gevent.spawn(start_tls, stream, certificates)
        turn()
        far.close()
        with pytest.raises(ClientGone):
            starting.get()


def test_certificate_of_a_stranger_loses_both(certificates: Certificates) -> None:
    strange = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    strange.load_verify_locations(certificates.stranger.certificate)
    one, other = socket.socketpair()
    with closing(Stream(one, CLIENT)) as near, closing(Stream(other, SERVER)) as far:
        accepting = gevent.spawn(start_tls, near, certificates)
        with pytest.raises(ServerLost, match='CERTIFICATE_VERIFY_FAILED'):
            far.start_tls(strange, server_side=False, server_hostname='localhost')
        with pytest.raises(ClientGone, match='UNKNOWN_CA'):
            accepting.get()


def test_tls_without_asking_begins_with_the_bytes_that_were_peeked_at(certificates: Certificates) -> None:
    one, other = socket.socketpair()
    with closing(Stream(one, CLIENT)) as near, closing(Stream(other, SERVER)) as far:
        connecting = gevent.spawn(
            far.start_tls, client_context(certificates), server_side=False, server_hostname='localhost'
        )
        assert near.peek_byte() == 0x16
        near.start_direct_tls(server_context(certificates))
        connecting.get()
        say(far, QUERY)
        assert near.read_frame(LIMITS).raw == QUERY


def test_first_message_that_comes_with_the_end_of_the_handshake_is_not_lost(certificates: Certificates) -> None:
    one, other = socket.socketpair()
    with closing(Stream(one, CLIENT)) as near, closing(Stream(other, SERVER)) as far:

        def connect() -> None:
            far.start_tls(client_context(certificates), server_side=False, server_hostname='localhost')
            say(far, QUERY)

        connecting = gevent.spawn(connect)
        start_tls(near, certificates)
        assert near.read_frame(LIMITS).raw == QUERY
        connecting.get()


def test_small_limit_of_a_login_applies_in_tls_too(certificates: Certificates) -> None:
    with ends(Kind.TLS, certificates) as pair:
        say(pair.far, pack('!BI', ord('p'), SMALL + 5))
        with pytest.raises(ProtocolViolation):
            pair.near.read_frame({ord('p'): SMALL})


# Peers that do not take what is there for them


def test_peer_that_takes_nothing_is_abandoned_whatever_it_says_itself() -> None:
    with raw_ends() as (stream, far):

        def hear_more() -> None:
            stream.receive_waiting()
            far.sendall(SYNC)

        stream.send_limit = lambda: 0.2
        stream.write(bytes(BIG))
        # What it says is no progress, although each time the wait begins anew.
        with pytest.raises(ClientAbandoned, match=r'client_send_timeout \(0.2 s\)'):
            stream.flush(hear_more)


def test_peer_that_takes_a_little_is_not_abandoned() -> None:
    with raw_ends() as (stream, far):
        stream.send_limit = lambda: 0.8
        stream.write(bytes(BIG))
        sending = gevent.spawn(stream.flush)
        taken = 0
        for _ in range(10):
            gevent.sleep(0.1)
            taken += len(far.recv(16_384))
        while taken < BIG:
            taken += len(far.recv(BIG))
        sending.get()


def test_time_of_a_peer_that_went_on_begins_anew(pair: Ends) -> None:
    pair.near.send_limit = lambda: 0.4
    pair.near.write(bytes(BIG))
    sending = gevent.spawn(pair.near.flush)
    gevent.sleep(0.02)
    pair.far.read_exactly(BIG)
    sending.get()
    pair.near.write(bytes(BIG))
    with pytest.raises(ClientAbandoned):
        pair.near.flush()
    assert pair.near.torn


def test_without_a_limit_the_peer_is_waited_for(pair: Ends) -> None:
    pair.near.send_limit = lambda: None
    pair.near.write(bytes(BIG))
    sending = gevent.spawn(pair.near.flush)
    gevent.sleep(0.05)
    pair.far.read_exactly(BIG)
    sending.get()
