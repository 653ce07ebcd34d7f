"""Which rounds can be done once more after DDL, and for which statements."""

import pytest

from pgdog_gevent.execution.outdated import described, failed_step, may_be_outdated
from pgdog_gevent.execution.request import Step
from pgdog_gevent.protocol import frames, query
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.frames import HEADER_SIZE, Frame
from pgdog_gevent.protocol.query import Bind, Execute, Named, Parse, Target
from pgdog_gevent.protocol.response import ErrorFields


def step(message: bytes, name: bytes = b'', *, clash: bool = False) -> Step:
    return Step(Frame(message[0], message[HEADER_SIZE:]), None, name, clash=clash)


def bind(name: bytes, portal: bytes = b'', formats: tuple[int, ...] = ()) -> Step:
    return step(Bind(portal, name, (), (), formats).encode(), name)


def execute(portal: bytes = b'') -> Step:
    return step(Execute(portal, 0).encode())


def describe(target: Target, name: bytes) -> Step:
    return step(Named(target, name).encode(Frontend.DESCRIBE), name if target is Target.STATEMENT else b'')


def parse(name: bytes, *, clash: bool = False) -> Step:
    return step(Parse(name, b'SELECT 1', b'\0\0').encode(), name, clash=clash)


PORTAL = describe(Target.PORTAL, b'')
SYNC = step(query.SYNC)


@pytest.mark.parametrize(
    ('steps', 'names'),
    [
        ((bind(b'a'), execute()), set()),
        ((bind(b'a'), PORTAL, execute()), {b'a'}),
        ((bind(b'a'), execute(), PORTAL), set()),
        ((describe(Target.STATEMENT, b'a'), bind(b'a'), execute()), {b'a'}),
        ((bind(b'a'), execute(), describe(Target.STATEMENT, b'a')), set()),
        ((parse(b'a'), bind(b'a'), execute()), {b'a'}),
        ((parse(b'a', clash=True), bind(b'a'), execute()), set()),
        ((bind(b'a'), execute(), parse(b'a')), set()),
        ((bind(b'a'), PORTAL, bind(b'b', b'p'), execute(), execute(b'p')), {b'a'}),
        ((bind(b'a', formats=(1,)), PORTAL, execute()), {b'a'}),
        ((bind(b'a', formats=(1, 0)), PORTAL, execute()), set()),
        ((parse(b'a'), bind(b'a', formats=(1, 0)), execute()), {b'a'}),
        ((bind(b''), PORTAL, execute()), {b''}),
        ((PORTAL, execute()), set()),
    ],
)
def test_client_learns_what_it_gets_before_it_gets_it(steps: tuple[Step, ...], names: set[bytes]) -> None:
    assert described((*steps, SYNC)) == names


ROUND = (parse(b'a'), describe(Target.STATEMENT, b'a'), bind(b'a'), PORTAL, execute(), SYNC)
PARSED = frames.encode(Backend.PARSE_COMPLETE)
DESCRIBED = frames.encode(Backend.PARAMETER_DESCRIPTION, b'\0\0') + frames.encode(Backend.ROW_DESCRIPTION, b'\0\0')
BOUND = frames.encode(Backend.BIND_COMPLETE)


@pytest.mark.parametrize(
    ('answers', 'index'),
    [
        (b'', None),
        (PARSED, 1),
        (PARSED + frames.encode(Backend.PARAMETER_DESCRIPTION, b'\0\0'), 1),
        (PARSED + DESCRIBED, 2),
        (PARSED + DESCRIBED + BOUND, 3),
        (PARSED + DESCRIBED + BOUND + frames.encode(Backend.NO_DATA), None),
        (PARSED + frames.encode(Backend.NOTICE_RESPONSE, b'\0'), None),
        (PARSED + DESCRIBED + frames.encode(Backend.DATA_ROW, b'\0\0'), None),
        (PARSED * 7, None),
    ],
    ids=['parse', 'describe', 'parameters', 'bind', 'portal', 'execute', 'notice', 'rows', 'too many'],
)
def test_bind_or_describe_that_failed_is_found_by_the_answers_before(answers: bytes, index: int | None) -> None:
    assert failed_step(ROUND, answers) is (None if index is None else ROUND[index])


@pytest.mark.parametrize(
    ('code', 'routine', 'outdated'),
    [
        ('0A000', 'RevalidateCachedQuery', True),
        ('0A000', 'transformFrobnication', False),
        ('42883', 'op_error', True),
        ('42501', 'aclcheck_error', False),
        ('42P03', 'CreatePortal', False),
        ('22P02', 'pg_strtoint32', False),
    ],
)
def test_only_errors_of_analysis_can_come_from_a_plan(code: str, routine: str, outdated: bool) -> None:
    body = f'SERROR\0C{code}\0R{routine}\0\0'.encode()
    assert may_be_outdated(body, ErrorFields.decode(body)) is outdated
