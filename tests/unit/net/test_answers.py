"""Answers to whole turns: passed on up to ReadyForQuery, or left to those who can read them."""

import socket
from struct import pack
from weakref import ref

import gevent
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgdog_gevent.errors import ClientGone, ServerLost
from pgdog_gevent.net.link import SERVER
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.net.transport import PlainTransport
from pgdog_gevent.protocol.codes import BACKEND_LIMITS
from tests.fakes.certificates import Certificates
from tests.unit.net.between import (
    ANSWER,
    BEGUN,
    COLUMNS,
    EXTENDED,
    FAILED,
    IDLE,
    IN_TRANSACTION,
    MUST_BE_LOOKED_AT,
    QUERY,
    ROW,
    SELECTED,
    Between,
    Interrupted,
    answer,
    between,
    boundaries,
)
from tests.unit.net.ends import Kind, codes, frame, raw_ends, say, turn, until

LONG_TURN = frame('Q', b'x' * 32_000 + b'\0')
STEPS_DONE = frame('1') + frame('2') + frame('t', b'\0\0') + frame('n')
LONG_ANSWER = COLUMNS + ROW * 60_000 + SELECTED + IDLE
"""More than sockets and buffers hold."""
HUGE = 3_000_000


pytestmark = pytest.mark.usefixtures('soon')


def straiten(place: Between) -> None:
    """Leave little room in the sockets."""
    for end in (place.client, place.server):
        end.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)


# Passed on


@pytest.mark.parametrize(
    ('answer', 'status'),
    [
        (ANSWER, 'I'),
        (BEGUN, 'T'),
        (ROW + FAILED, 'E'),
        (STEPS_DONE + SELECTED + IDLE, 'I'),
        (frame('I') + IDLE, 'I'),
        (STEPS_DONE + ROW + frame('s') + IN_TRANSACTION, 'T'),
        (frame('N', b'SNOTICE\0\0') + ANSWER, 'I'),
        (frame('H', b'\0\0\0') + frame('d', b'row') + frame('c') + frame('C', b'COPY 1\0') + IDLE, 'I'),
        (SELECTED * 3 + IDLE, 'I'),
        (frame('D') * 500 + IDLE, 'I'),
    ],
    ids=['rows', 'BEGIN', 'failed', 'steps', 'empty', 'suspended', 'notice', 'COPY TO', 'several', 'empty rows'],
)
def test_answer_passes(place: Between, answer: bytes, status: str) -> None:
    assert place.answered(answer) == ord(status)
    assert place.passed() == answer
    assert place.unused() == b''
    assert (place.server.early, place.server.answered, place.server.skip) == (b'', False, 0)
    assert place.server.last_received == ord('Z')
    assert not place.server.awaited
    assert not place.client.awaited


def test_answer_passes_wherever_it_is_cut(place: Between) -> None:
    for cut in range(1, len(ANSWER)):
        assert place.answered(ANSWER[:cut], ANSWER[cut:], to=EXTENDED) == ord('I')
        assert place.passed() == ANSWER
        assert place.unused() == b''


def test_answer_passes_byte_by_byte(place: Between) -> None:
    assert place.answered(*(ANSWER[at : at + 1] for at in range(len(ANSWER)))) == ord('I')
    assert place.passed() == ANSWER


def test_what_is_complete_passes_before_the_rest_is_there(place: Between) -> None:
    """And of a row also what there is of it."""
    for cut in range(1, len(ANSWER)):
        answering = place.ask(QUERY)
        place.hear(answering, ANSWER[:cut])
        begun = max(start for start in boundaries(ANSWER) if start <= cut)
        of_a_row = begun < len(COLUMNS + ROW + ROW) and cut - begun >= 5
        assert place.passed() == ANSWER[: cut if of_a_row else begun]
        place.hear(answering, ANSWER[cut:])
        answering.get()
        place.passed()


def test_message_that_is_larger_than_any_buffer_passes(place: Between) -> None:
    answer = COLUMNS + frame('D', bytes(range(250)) * (HUGE // 250)) + SELECTED + IDLE
    answering = place.ask(QUERY)
    saying = gevent.spawn(say, place.postgres, answer)
    flushing = gevent.spawn(place.finish, answering)
    assert place.user.read_exactly(len(answer)) == answer
    saying.get()
    flushing.get()
    assert answering.get() == ord('I')
    assert place.unused() == b''


def test_what_follows_an_answer_stays(place: Between) -> None:
    notification = MUST_BE_LOOKED_AT['NotificationResponse']
    assert place.answered(ANSWER + notification) == ord('I')
    assert place.passed() == ANSWER
    assert place.unused() == notification


@pytest.mark.parametrize('chunks', [[ANSWER * 2], [ANSWER, ANSWER]], ids=['at once', 'one by one'])
def test_second_answer_is_not_passed(place: Between, chunks: list[bytes]) -> None:
    assert place.answered(*chunks) == ord('I')
    assert place.passed() == ANSWER
    until(lambda: bool(place.server.receive_waiting()) or place.unused() == ANSWER)
    assert place.unused() == ANSWER


def test_turn_has_been_sent_and_counted(place: Between) -> None:
    before = place.server.bytes_sent, place.client.bytes_sent
    assert place.answered(ANSWER, to=EXTENDED) == ord('I')
    assert place.server.last_sent == ord('P')
    assert place.server.bytes_sent == before[0] + len(EXTENDED)
    assert place.client.bytes_sent == before[1] + len(ANSWER)
    assert (place.server.out, place.server.rest, place.client.rest) == ([], b'', b'')
    assert not place.server.torn


@pytest.mark.parametrize(
    ('tag', 'noted'),
    [
        ('INSERT 0 1', True), ('UPDATE 2', True), ('DELETE 0', True), ('MERGE 1', True), ('COPY 3', True),
        ('CREATE TABLE', True), ('COMMIT', True), ('ROLLBACK', True), ('SELECT 1', False), ('BEGIN', False),
        ('SET', False), ('FETCH 1', False), ('x' * 95, False), ('I' * 95, True),
    ],
    ids=repr,
)  # fmt: skip
def test_tags_that_say_something_are_noted(plain: Between, tag: str, noted: bool) -> None:
    for cut in (0, 3, 5, 6):
        done = frame('C', tag.encode() + b'\0')
        assert plain.answered(ROW + done[:cut], done[cut:] + IDLE) == ord('I')
        assert plain.server.tags == ([tag.encode() + b'\0'] if noted else [])
        assert plain.passed() == ROW + done + IDLE


def test_tags_are_those_of_one_answer(plain: Between) -> None:
    one, other = frame('C', b'INSERT 0 1\0'), frame('C', b'UPDATE 2\0')
    assert plain.answered(one + SELECTED, other + IDLE) == ord('I')
    assert plain.server.tags == [b'INSERT 0 1\0', b'UPDATE 2\0']
    plain.passed()
    assert plain.answered(ANSWER) == ord('I')
    assert plain.server.tags == []


# Left to those who can read


STOPPING = pytest.mark.parametrize('stopping', MUST_BE_LOOKED_AT.values(), ids=MUST_BE_LOOKED_AT.keys())


@STOPPING
def test_answer_that_begins_with_it_is_all_there_to_be_read(plain: Between, stopping: bytes) -> None:
    for cut in range(1, len(stopping)):
        assert plain.answered(stopping[:cut], stopping[cut:] + IDLE) == 0
        until(lambda: plain.server.receive_waiting() or plain.unused() == stopping + IDLE)
        assert plain.unused() == stopping + IDLE
        assert (plain.server.early, plain.server.answered, plain.server.skip) == (QUERY, False, 0)
        assert plain.server.tags == []
        assert plain.passed() == b''
        plain.server.read_exactly(len(stopping + IDLE))


@STOPPING
def test_what_comes_with_it_is_all_there_to_be_read(plain: Between, stopping: bytes) -> None:
    inserted = frame('C', b'INSERT 0 1\0')
    assert plain.answered(COLUMNS + ROW + inserted + stopping + IDLE) == 0
    assert plain.unused() == COLUMNS + ROW + inserted + stopping + IDLE
    assert (plain.server.early, plain.server.answered, plain.server.skip) == (QUERY, False, 0)
    assert plain.server.tags == []
    assert plain.passed() == b''


@STOPPING
def test_what_came_before_it_has_been_passed(plain: Between, stopping: bytes) -> None:
    """Also the row of which only a part had come; the tags that have been passed will not be seen again."""
    inserted = frame('C', b'INSERT 0 1\0')
    assert plain.answered(COLUMNS + inserted + ROW[:7], ROW[7:] + inserted + stopping + IDLE) == 0
    assert plain.passed() == COLUMNS + inserted + ROW + inserted
    assert plain.unused() == stopping + IDLE
    assert (plain.server.early, plain.server.answered, plain.server.skip) == (QUERY, True, 0)
    assert plain.server.tags == [b'INSERT 0 1\0'] * 2


@pytest.mark.parametrize('cut', range(1, len(MUST_BE_LOOKED_AT['ErrorResponse'] + IDLE)))
def test_error_is_there_to_be_read_wherever_it_is_cut(place: Between, cut: int) -> None:
    failure = MUST_BE_LOOKED_AT['ErrorResponse'] + IDLE
    assert place.answered(ROW, failure[:cut], failure[cut:]) == 0
    assert place.passed() == ROW
    assert place.server.read_frame(BACKEND_LIMITS).raw + place.server.read_frame(BACKEND_LIMITS).raw == failure
    assert place.server.early == QUERY
    assert place.server.answered


# Sent early


def test_what_has_been_sent_early_is_not_sent_again(place: Between) -> None:
    assert place.answered(MUST_BE_LOOKED_AT['ErrorResponse'], to=EXTENDED) == 0
    assert place.server.early == EXTENDED
    say(place.server, EXTENDED[:30], EXTENDED[30:])
    assert place.server.early == b''
    say(place.server, QUERY)
    assert place.postgres.read_exactly(len(QUERY)) == QUERY


def test_more_than_was_sent_early_is_sent_from_there_on(place: Between) -> None:
    assert place.answered(MUST_BE_LOOKED_AT['ErrorResponse']) == 0
    say(place.server, QUERY + EXTENDED[:9], EXTENDED[9:])
    assert place.postgres.read_exactly(len(EXTENDED)) == EXTENDED
    assert place.server.last_sent == ord('P')


@pytest.mark.parametrize(
    'other', [QUERY[:-1], QUERY[:-2] + b'2\0', EXTENDED, frame('Q', b'RESET ALL\0') + QUERY, b'\0'], ids=repr
)
def test_other_than_was_sent_early_is_refused(plain: Between, other: bytes) -> None:
    assert plain.answered(MUST_BE_LOOKED_AT['ErrorResponse']) == 0
    with pytest.raises(ServerLost):
        say(plain.server, other)
    turn()
    assert not plain.postgres.receive_waiting()


def test_nothing_is_sent_as_long_as_nothing_is_written(plain: Between) -> None:
    assert plain.answered(MUST_BE_LOOKED_AT['ErrorResponse']) == 0
    plain.server.flush()
    assert plain.server.early == QUERY


def test_next_turn_has_nothing_of_the_last(plain: Between) -> None:
    assert plain.answered(ROW, MUST_BE_LOOKED_AT['ErrorResponse'] + FAILED) == 0
    say(plain.server, QUERY)
    plain.server.read_exactly(len(plain.unused()))
    plain.passed()
    assert plain.answered(ANSWER, to=EXTENDED) == ord('I')
    assert (plain.server.early, plain.server.answered) == (b'', False)
    assert plain.passed() == ANSWER


def stuff(place: Between) -> int:
    """Send to the server, which does not read, until nothing more fits; say how much that was."""
    size = 0
    while True:
        try:
            size += place.server.socket.send(QUERY)
        except BlockingIOError:
            return size


@pytest.mark.parametrize('full', [False, True], ids=['some', 'nothing'])
def test_turn_that_the_server_takes_in_part_is_sent_to_its_end_and_once(plain: Between, full: bool) -> None:
    straiten(plain)
    before = stuff(plain) if full else 0
    assert plain.answer(LONG_TURN) == 0
    assert plain.server.rest
    assert plain.server.torn
    assert len(plain.server.rest) == len(LONG_TURN) if full else len(plain.server.rest) < len(LONG_TURN)
    assert (plain.server.early, plain.server.answered) == (LONG_TURN, False)
    sending = gevent.spawn(say, plain.server, LONG_TURN + QUERY)
    assert plain.postgres.read_exactly(before + len(LONG_TURN + QUERY))[before:] == LONG_TURN + QUERY
    sending.get()
    assert (plain.server.early, plain.server.rest, plain.server.torn) == (b'', b'', False)


def test_turn_in_tls_that_the_server_takes_in_part_is_sent_to_its_end_and_once(certificates: Certificates) -> None:
    with between(Kind.TLS, certificates) as place:
        straiten(place)
        assert place.answer(LONG_TURN) == 0
        assert place.server.rest
        sending = gevent.spawn(say, place.server, LONG_TURN + QUERY)
        assert place.postgres.read_exactly(len(LONG_TURN + QUERY)) == LONG_TURN + QUERY
        sending.get()


# Clients that do not read, go, or go on


def test_answer_passes_at_the_pace_of_the_client(place: Between) -> None:
    answering = place.ask(QUERY)
    saying = gevent.spawn(say, place.postgres, LONG_ANSWER)
    until(lambda: bool(place.client.rest) or place.client.torn)
    turn()
    before = place.server.bytes_received
    turn()
    assert place.server.bytes_received == before < len(LONG_ANSWER)
    flushing = gevent.spawn(place.finish, answering)
    assert place.user.read_exactly(len(LONG_ANSWER)) == LONG_ANSWER
    saying.get()
    flushing.get()
    assert answering.get() == ord('I')
    assert not place.client.torn


def test_end_of_an_answer_that_the_client_does_not_take_is_sent_later(place: Between) -> None:
    straiten(place)
    answer = frame('D', bytes(30_000)) + IDLE
    assert place.answered(answer) == ord('I')
    assert place.client.rest
    assert place.client.torn
    flushing = gevent.spawn(place.client.flush)
    assert place.user.read_exactly(len(answer)) == answer
    flushing.get()
    assert not place.client.torn


def test_what_stops_an_answer_waits_for_what_the_client_has_not_taken(plain: Between) -> None:
    straiten(plain)
    answering = plain.ask(QUERY)
    rows, failure = frame('D', bytes(30_000)), MUST_BE_LOOKED_AT['ErrorResponse']
    say(plain.postgres, rows)
    until(lambda: plain.client.torn)
    say(plain.postgres, failure)
    assert plain.user.read_exactly(len(rows)) == rows
    assert answering.get() == 0
    assert plain.server.answered
    assert plain.unused() == failure


def test_nothing_is_lost_of_what_a_server_says_when_its_client_goes(place: Between) -> None:
    answering = place.ask(QUERY)
    place.user.close()
    with pytest.raises(ClientGone):
        answering.get()
    assert not place.server.awaited
    say(place.postgres, ANSWER)
    assert place.server.read_exactly(len(ANSWER)) == ANSWER


def test_server_is_known_to_be_within_a_row_when_its_client_goes(place: Between) -> None:
    for cut in range(1, len(ROW)):
        answering = place.ask(QUERY)
        place.hear(answering, ROW[:cut])
        assert place.passed() == (ROW[:cut] if cut >= 5 else b'')
        answering.kill(Interrupted)
        assert place.server.mid_frame == (cut >= 5)
        say(place.postgres, ROW[cut:] + IDLE)
        if cut < 5:
            assert place.server.read_frame(BACKEND_LIMITS).raw == ROW
        assert place.server.read_frame(BACKEND_LIMITS).raw == IDLE


def test_client_that_goes_is_noticed_between_rows(place: Between) -> None:
    answering = place.ask(QUERY)
    place.hear(answering, ROW + ROW[:6])
    place.user.close()
    with pytest.raises(ClientGone):
        answering.get()
    assert (place.server.skip, place.server.answered) == (len(ROW) - 6, True)


def test_client_that_goes_without_reading_is_noticed(plain: Between) -> None:
    answering = plain.ask(QUERY)
    saying = gevent.spawn(say, plain.postgres, LONG_ANSWER)
    until(lambda: plain.client.torn)
    plain.user.close()
    with pytest.raises(ClientGone):
        answering.get()
    saying.kill()


def test_what_a_client_sends_meanwhile_is_there_afterwards(place: Between) -> None:
    answering = place.ask(QUERY)
    say(place.user, EXTENDED)
    until(lambda: len(place.client.received) == len(EXTENDED))
    say(place.user, QUERY)
    until(lambda: len(place.client.received) == len(EXTENDED + QUERY))
    place.hear(answering, ANSWER)
    assert answering.get() == ord('I')
    assert place.client.turn() == ord('S')
    assert place.client.take_turn() == EXTENDED
    assert place.client.turn() == ord('Q')
    assert place.client.take_turn() == QUERY


def test_client_that_sends_without_end_meanwhile_is_not_kept_in_memory(place: Between) -> None:
    sent = bytes(range(250)) * 8_000
    answering = place.ask(QUERY)
    sending = gevent.spawn(say, place.user, sent)
    until(lambda: len(place.client.received) >= 65_536)
    turn()
    before = len(place.client.received)
    turn()
    assert len(place.client.received) == before <= 65_536 + 262_144 + 16_384
    place.hear(answering, ANSWER)
    assert answering.get() == ord('I')
    assert place.passed() == ANSWER
    assert place.client.read_exactly(len(sent)) == sent
    sending.get()


def test_end_of_the_client_is_not_noticed_before_what_it_has_sent_is_used(plain: Between) -> None:
    """It may have much to say before it goes; the server's answer is still passed."""
    answering = plain.ask(QUERY)
    plain.client.take_in(bytes(65_536))
    plain.user.half_close()
    plain.hear(answering, ANSWER)
    assert answering.get() == ord('I')
    assert plain.passed() == ANSWER


# Servers that go, and what interrupts


def test_server_that_goes_is_lost_wherever_it_was(certificates: Certificates) -> None:
    for cut in range(len(ANSWER)):
        with between(Kind.PLAIN, certificates) as place:
            answering = place.ask(QUERY)
            place.hear(answering, ANSWER[:cut])
            place.postgres.close()
            with pytest.raises(ServerLost):
                answering.get()
            assert place.server.ended
            assert_all_there(place, cut)


@pytest.mark.parametrize('cut', [0, 3, len(COLUMNS + ROW) + 2, len(ANSWER) - 1])
def test_server_that_goes_in_tls_is_lost(certificates: Certificates, cut: int) -> None:
    with between(Kind.TLS, certificates) as place:
        answering = place.ask(QUERY)
        place.hear(answering, ANSWER[:cut])
        place.postgres.close()
        with pytest.raises(ServerLost):
            answering.get()
        assert_all_there(place, cut)


def test_reset_by_the_server_is_a_loss() -> None:
    with socket.create_server(('127.0.0.1', 0)) as listening, raw_ends() as (client, _):
        one = socket.create_connection(listening.getsockname())
        server, far = Stream(one, SERVER), listening.accept()[0]
        answering = gevent.spawn(answer, server, client, QUERY)
        turn()
        far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, pack('ii', 1, 0))
        far.close()
        with pytest.raises(ServerLost, match='connection lost'):
            answering.get()
        server.close()


def test_server_that_is_gone_already_is_lost_when_the_turn_is_written(plain: Between) -> None:
    plain.postgres.close()
    assert plain.answer(QUERY) == 0
    assert (plain.server.early, plain.server.answered) == (QUERY, False)
    with pytest.raises(ServerLost):
        say(plain.server, QUERY)


def test_closed_server_is_lost_when_the_turn_is_written(place: Between) -> None:
    place.server.close()
    assert place.answer(QUERY) == 0
    with pytest.raises(ServerLost):
        say(place.server, QUERY)


def assert_all_there(place: Between, size: int) -> None:
    """What the server has said is with the client or to be read, and the rest of a row is waited for."""
    passed = place.passed()
    assert passed + place.unused() == ANSWER[:size]
    assert place.server.answered == bool(passed)
    following = min(end for end in boundaries(ANSWER) if end >= len(passed))
    assert place.server.skip == following - len(passed)
    assert not place.server.awaited
    assert not place.client.awaited


def test_all_is_there_after_an_interruption_wherever_it_comes(place: Between) -> None:
    for cut in range(len(ANSWER)):
        answering = place.ask(QUERY)
        place.hear(answering, ANSWER[:cut])
        answering.kill(Interrupted)
        with pytest.raises(Interrupted):
            answering.get()
        assert_all_there(place, cut)
        say(place.postgres, ANSWER[cut:])
        place.server.forward(place.client, codes('TDC'))
        place.client.flush()
        assert place.server.read_frame(BACKEND_LIMITS).raw == IDLE
        place.passed()


def test_client_is_torn_after_an_interruption_that_comes_while_it_does_not_read(place: Between) -> None:
    straiten(place)
    answering = place.ask(QUERY)
    say(place.postgres, frame('D', bytes(30_000)))
    until(lambda: place.client.torn and not place.client.rest)
    answering.kill(Interrupted)
    assert place.client.torn
    assert place.server.answered
    assert not place.client.awaited


def test_interruption_while_the_rest_of_a_turn_is_sent_tears_the_server(plain: Between) -> None:
    straiten(plain)
    assert plain.answer(LONG_TURN) == 0
    sending = gevent.spawn(say, plain.server, LONG_TURN)
    turn()
    sending.kill(Interrupted)
    assert plain.server.torn


ROWS = st.binary(max_size=60).map(lambda body: frame('D', body))
MESSAGES = st.lists(st.sampled_from([COLUMNS, SELECTED, STEPS_DONE]) | ROWS, max_size=10)


@settings(max_examples=60, deadline=None)
@given(messages=MESSAGES, cuts=st.lists(st.integers(1, 40), max_size=12))
def test_any_answer_in_any_pieces_passes(messages: list[bytes], cuts: list[int]) -> None:
    whole = b''.join(messages) + IDLE
    with raw_ends(SERVER) as (server, postgres), raw_ends() as (client, user):
        answering = gevent.spawn(answer, server, client, QUERY)
        position = 0
        for cut in cuts:
            postgres.sendall(whole[position : position + cut])
            position += cut
            gevent.sleep(0)
        postgres.sendall(whole[position:])
        assert answering.get() == ord('I')
        assert user.recv(len(whole) + 1) == whole
        assert postgres.recv(100) == QUERY


class Hesitant:
    """A transport that says it has something to open, and then does not."""

    session = True

    def __init__(self, transport: PlainTransport) -> None:
        self.socket, self.seal = transport.socket, transport.seal
        self.pending = True

    def receive(self) -> bytes:
        self.pending = False
        return self.socket.recv(1000)


def test_client_that_goes_is_noticed_when_the_server_had_only_part_of_a_record(plain: Between) -> None:
    plain.server.transport = Hesitant(plain.server.transport)  # type: ignore[arg-type, assignment]
    answering = plain.ask(QUERY)
    plain.user.close()
    with pytest.raises(ClientGone):
        answering.get()


class Remembered(Stream):
    """A stream that tells when nobody knows it any more."""


def test_stream_that_has_been_read_and_closed_is_forgotten() -> None:
    one, other = socket.socketpair()
    with other:
        other.send(b'x')
        stream = Remembered(one, SERVER)
        stream.wait_readable()
        stream.close()
        known = ref(stream)
        del stream
        turn()
        assert known() is None
