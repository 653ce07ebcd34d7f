"""What one shard answers: whole, in part, or wrongly."""

from collections.abc import Iterator
from contextlib import contextmanager

import gevent
import pytest
from gevent.socket import socket

from pgdog_gevent.backend.canceller import CancelKey
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.errors import ServerLost, ServerViolation
from pgdog_gevent.execution.answers import ServerQuit
from pgdog_gevent.execution.question import Question, ShardAnswer, ShardRefused, Values
from pgdog_gevent.net.link import SERVER
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.frames import encode
from pgdog_gevent.protocol.response import ErrorFields, TransactionStatus
from tests.unit.merge.messages import row
from tests.unit.net.ends import raw_ends

PARSED = encode(ord('1')) + encode(ord('2'))
DESCRIPTION = b'\0\x01x\0' + bytes(6) + b'\0\0\0\x17\0\x04\xff\xff\xff\xff\0\0'
DESCRIBED = encode(ord('T'), DESCRIPTION)
ROWS = encode(ord('D'), row(b'1')) + encode(ord('D'), row(None))
COMPLETE = encode(ord('C'), b'SELECT 2\0')
READY = response.ready_for_query(TransactionStatus.IDLE)
NOTICE = ErrorFields('NOTICE', '00000', 'hear').encode()[5:]
REFUSED = ErrorFields('ERROR', '22012', 'division by zero').encode()
CANCELED = ErrorFields('ERROR', '57014', 'canceling statement due to user request').encode()
DEADLOCK = ErrorFields('ERROR', '40P01', 'deadlock detected').encode()
ANSWER = PARSED + DESCRIBED + ROWS + COMPLETE + READY
ASKED = Question(b'SELECT 1', values=Values((), (b'1',), ()))


@contextmanager
def asked(question: Question = ASKED) -> Iterator[tuple[ShardAnswer, socket]]:
    """A question that has been sent, and the server's end."""
    with raw_ends(SERVER) as (stream, far), gevent.Timeout(5):
        connection = BackendConnection(stream, CancelKey(0, b''), {}, lambda: True, expires_at=0.0)
        answer = ShardAnswer(0, connection)
        answer.ask(question)
        assert far.recv(65_536) == question.encode()
        yield answer, far


def test_rows_come_with_what_is_said_of_them() -> None:
    with asked() as (answer, far):
        far.sendall(ANSWER)
        answer.begin()
        assert answer.description == DESCRIPTION
        assert list(answer.rows()) == [row(b'1'), row(None)]
        assert answer.tag == b'SELECT 2\0'
        assert answer.ended
        assert answer.connection.settled


def test_statement_is_described() -> None:
    with asked(Question(b'SELECT 1', values=None)) as (answer, far):
        far.sendall(encode(ord('1')) + response.parameter_description((23,)) + DESCRIBED + READY)
        answer.begin()
        assert (answer.parameters, answer.description) == (b'\0\x01\0\0\0\x17', DESCRIPTION)
        assert answer.connection.settled


@pytest.mark.parametrize('sent', range(len(ANSWER)))
def test_answer_that_is_cut_off_is_a_lost_server(sent: int) -> None:
    with asked() as (answer, far):
        far.sendall(ANSWER[:sent])
        far.close()
        with pytest.raises(ServerLost):
            list(answer.rows())
        assert not answer.connection.settled


MESSAGES = (
    *((ord(letter), b'') for letter in '12'), (ord('T'), DESCRIPTION), (ord('D'), row(b'1')), (ord('N'), NOTICE),
    (ord('S'), b'TimeZone\0UTC\0'), (ord('E'), REFUSED[5:]), (ord('C'), b'SELECT 2\0'), (ord('Z'), b'I'),
)  # fmt: skip
CUT = [
    pytest.param(number, size, id=f'{chr(code)} {size}')
    for number, (code, body) in enumerate(MESSAGES)
    for size in range(len(body))
]


@pytest.mark.parametrize(('number', 'size'), CUT)
def test_message_that_is_too_short_is_an_answer_all_the_same_or_a_violation(number: int, size: int) -> None:
    """What passes unread is for others to judge; never is there any other error, and never is the end missed."""
    told = list(MESSAGES)
    told[number] = told[number][0], told[number][1][:size]
    with asked() as (answer, far):
        far.sendall(b''.join(encode(code, body) for code, body in told))
        try:
            answer.drop()
        except ServerViolation:
            assert not answer.ended
        else:
            assert answer.connection.settled


@pytest.mark.parametrize('before', [b'', PARSED, PARSED + DESCRIBED, PARSED + DESCRIBED + ROWS])
@pytest.mark.parametrize('drops', [False, True])
def test_error_is_raised_when_the_server_can_be_asked_again(before: bytes, drops: bool) -> None:
    with asked() as (answer, far):
        far.sendall(before + REFUSED + READY)
        if drops:
            answer.drop()
        else:
            with pytest.raises(ShardRefused, match='division by zero'):
                list(answer.rows())
        assert answer.refused is not None
        assert answer.refused.sqlstate == '22012'
        assert answer.connection.settled


def test_last_words_of_a_server_are_those_of_a_lost_one() -> None:
    with asked() as (answer, far):
        far.sendall(PARSED + ErrorFields('FATAL', '57P01', 'terminating').encode())
        with pytest.raises(ServerQuit, match='terminating'):
            answer.begin()


@pytest.mark.parametrize(
    'wrong',
    [
        READY,
        COMPLETE,
        ROWS + PARSED,
        PARSED + READY,
        PARSED + COMPLETE + DESCRIBED,
        PARSED + DESCRIBED + encode(ord('G'), b'\0\0\0'),
        PARSED + DESCRIBED + encode(ord('H'), b'\0\0\0'),
        PARSED + DESCRIBED + encode(ord('W'), b'\0\0\0'),
    ],
)
def test_server_that_says_what_it_must_not_say_is_out_of_step(wrong: bytes) -> None:
    with asked() as (answer, far):
        far.sendall(wrong + READY)
        far.close()
        with pytest.raises(ServerViolation):
            list(answer.rows())


def test_flood_of_notices_does_not_fill_the_memory() -> None:
    with asked() as (answer, far):
        long = encode(ord('N'), NOTICE + bytes(100_000))
        sending = gevent.spawn(far.sendall, long * 50 + ANSWER)
        assert len(list(answer.rows())) == 2
        sending.join()
        assert len(answer.take_notices()) < 20


def test_what_is_said_beside_is_kept() -> None:
    status = response.parameter_status('TimeZone', 'UTC')
    notification = encode(ord('A'), b'\0\0\0\x01a\0b\0')
    with asked() as (answer, far):
        far.sendall(encode(ord('N'), NOTICE) + status + PARSED + DESCRIBED + notification + ROWS + COMPLETE + READY)
        assert len(list(answer.rows())) == 2
        assert [notice.body for notice in answer.take_notices()] == [NOTICE]
        assert answer.take_notices() == []
        assert answer.connection.parameters['TimeZone'] == 'UTC'
        assert len(answer.connection.notifications) == 1


def test_cancel_has_the_reason_that_it_was_asked_for() -> None:
    with asked() as (answer, far):
        answer.connection.cancel_with(DEADLOCK[5:])
        far.sendall(CANCELED + READY)
        answer.drop()
        assert answer.refused is not None
        assert answer.refused.body == DEADLOCK[5:]


def test_cancel_of_a_later_question_has_its_own_reason() -> None:
    with asked() as (answer, far):
        answer.connection.cancel_with(DEADLOCK[5:])
        answer.connection.request_at += 1
        far.sendall(CANCELED + READY)
        answer.drop()
        assert answer.refused is not None
        assert answer.refused.sqlstate == '57014'


def test_other_error_is_what_it_says_though_a_cancel_was_asked_for() -> None:
    with asked() as (answer, far):
        answer.connection.cancel_with(DEADLOCK[5:])
        far.sendall(REFUSED + READY)
        answer.drop()
        assert answer.refused is not None
        assert answer.refused.sqlstate == '22012'
