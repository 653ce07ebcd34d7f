"""Turns of the extended protocol: which can be sent at once, and what the server gets."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pgdog_gevent.backend.prepared import PreparedStatement, ServerStatements
from pgdog_gevent.frontend.judge import Judge
from pgdog_gevent.frontend.turn import Turn
from pgdog_gevent.protocol import frames
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.query import SYNC, Bind, Execute, Named, Parse, Target, bind_to
from pgdog_gevent.router.recent import Kept
from pgdog_gevent.router.statement import BEGIN, ORDINARY, Statement

TEXTS = {b'SELECT $1': ORDINARY, b'BEGIN': BEGIN, b'': ORDINARY, b'SELECT 1': ORDINARY}
ONE = PreparedStatement(b'__pgdog_1', b'SELECT $1', b'\0\0', ORDINARY)
OTHER = PreparedStatement(b'__pgdog_12345', b'BEGIN', b'\0\0', BEGIN)
CARE = PreparedStatement(b'__pgdog_3', b'SET x TO 1', b'\0\0', Statement())
KNOWN = {b's': ONE, b'begin': OTHER, b'care': CARE}

PARSE = Parse(b'', b'SELECT $1', b'\0\0').encode()
PARSE_TYPED = Parse(b'', b'SELECT 1', b'\0\2\0\0\0\x17\0\0\0\x19').encode()
PARSE_BEGIN = Parse(b'', b'BEGIN', b'\0\0').encode()
DESCRIBE = Named(Target.PORTAL, b'').encode(Frontend.DESCRIBE)
DESCRIBE_STATEMENT = Named(Target.STATEMENT, b'').encode(Frontend.DESCRIBE)
EXECUTE = Execute(b'', 0).encode()


def bind(name: bytes = b'', *values: bytes | None) -> bytes:
    return Bind(b'', name, (1,), values, (0, 1)).encode()


BIND, BIND_NAMED, BIND_BEGIN = bind(b'', b'x', None), bind(b's', b'x', b'\0\0\0\1'), bind(b'begin')


class _Known(Judge):
    """Knows these texts."""

    def __init__(self) -> None:
        self.reads = False
        self.kept = Kept(b'', ORDINARY)

    def meaning(self, sql: bytes) -> Statement | None:
        return TEXTS.get(sql)

    def ordinary_again(self, sql: bytes) -> bool:
        return TEXTS[sql] is ORDINARY

    def harmless(self, prepared: PreparedStatement) -> bool:
        return prepared is not CARE


class _Doubting(_Known):
    """Does not know them any more."""

    def meaning(self, sql: bytes) -> Statement | None:
        return None

    def ordinary_again(self, sql: bytes) -> bool:
        return False

    def harmless(self, prepared: PreparedStatement) -> bool:
        return False


def read(turn: Turn, message: bytes, renames: bool = True) -> bool:
    turn.comes_again(message)
    return turn.read(message, _Known(), KNOWN, renames)


def messages(wire: bytes) -> list[bytes]:
    """One by one; none is longer than a turn may be."""
    found, start = [], 0
    while start < len(wire):
        end = start + 1 + int.from_bytes(wire[start + 3 : start + 5])
        found.append(wire[start:end])
        start = end
    return found


def renamed(whole: Sequence[bytes]) -> bytes:
    """What the server should get, by the code that knows every message."""
    return b''.join(_renamed(message) if message[:1] == b'B' else message for message in whole)


def _renamed(message: bytes) -> bytes:
    name = message[6 : message.index(b'\0', 6)]
    return bind_to(message[5:], b'', name, KNOWN[name].server_name) if name else message


SENT_AT_ONCE = {
    'all steps': [PARSE, BIND, DESCRIBE, EXECUTE],
    'described first': [PARSE, DESCRIBE_STATEMENT],
    'described and run': [PARSE, DESCRIBE_STATEMENT, BIND, DESCRIBE, EXECUTE],
    'types': [PARSE_TYPED, BIND, EXECUTE],
    'only Parse': [PARSE],
    'only Bind': [PARSE, BIND],
    'by name': [BIND_NAMED, EXECUTE],
    'by name, described': [BIND_NAMED, DESCRIBE, EXECUTE],
    'several': [BIND_NAMED, EXECUTE, BIND_NAMED, EXECUTE, BIND_NAMED, EXECUTE],
    'mixed': [BIND_NAMED, EXECUTE, PARSE, BIND, EXECUTE, BIND_NAMED, EXECUTE],
    'in portions': [BIND_NAMED, Execute(b'', 5).encode(), Execute(b'', 5).encode()],
    'BEGIN': [PARSE_BEGIN, BIND, EXECUTE],
    'BEGIN and more': [BIND_BEGIN, EXECUTE, BIND_NAMED, EXECUTE],
    'portal of the Parse before': [PARSE_BEGIN, BIND, PARSE, EXECUTE],
    'empty text': [Parse(b'', b'', b'\0\0').encode(), BIND, EXECUTE],
}
WITH_CARE = {
    'a name for a statement': [Parse(b's2', b'SELECT 1', b'\0\0').encode(), BIND, EXECUTE],
    'a text that takes care': [Parse(b'', b'SET x TO 1', b'\0\0').encode(), BIND, EXECUTE],
    'the unnamed statement of another turn': [BIND, EXECUTE],
    'the unnamed portal of another turn': [EXECUTE],
    'its description': [DESCRIBE],
    'that of the statement': [DESCRIBE_STATEMENT],
    'an unknown name': [bind(b'what'), EXECUTE],
    'a statement that takes care': [bind(b'care'), EXECUTE],
    'a name for a portal': [PARSE, Bind(b'p', b'', (), (), ()).encode(), EXECUTE],
    'a name for the portal of a statement': [Bind(b'p', b's', (), (), ()).encode()],
    'an Execute by name': [PARSE, BIND, Execute(b'p', 0).encode()],
    'a Describe of a named statement': [BIND_NAMED, Named(Target.STATEMENT, b's').encode(Frontend.DESCRIBE)],
    'a Describe of a named portal': [BIND_NAMED, Named(Target.PORTAL, b'p').encode(Frontend.DESCRIBE)],
    'two that begin': [BIND_BEGIN, EXECUTE, PARSE_BEGIN, BIND, EXECUTE],
    'types that are too few': [Parse(b'', b'SELECT 1', b'\0\2\0\0\0\x17').encode()],
    'types that are too many': [Parse(b'', b'SELECT 1', b'\0\1\0\0\0\x17\0').encode()],
    'no types': [Parse(b'', b'SELECT 1', b'').encode()],
    'half a count of types': [Parse(b'', b'SELECT 1', b'\0').encode()],
    'a Parse without an end': [frames.encode(Frontend.PARSE, b'\0SELECT 1')],
    'a Bind without an end': [frames.encode(Frontend.BIND, b'\0s')],
    'a long Execute': [BIND_NAMED, frames.encode(Frontend.EXECUTE, b'\0\0\0\0\0\0')],
    'a short Execute': [BIND_NAMED, frames.encode(Frontend.EXECUTE, b'\0\0\0\0')],
    'a long Describe': [BIND_NAMED, frames.encode(Frontend.DESCRIBE, b'P\0\0')],
    'a Describe of what is neither': [BIND_NAMED, frames.encode(Frontend.DESCRIBE, b'X\0')],
    'empty messages': [frames.encode(Frontend.PARSE), frames.encode(Frontend.BIND)],
}


@pytest.mark.parametrize('renames', [True, False], ids=['renamed', 'as named'])
@pytest.mark.parametrize('whole', SENT_AT_ONCE.values(), ids=SENT_AT_ONCE.keys())
def test_turn_is_sent_as_the_server_knows_its_statements(whole: list[bytes], renames: bool) -> None:
    turn, message = Turn(), b''.join(whole) + SYNC
    assert read(turn, message, renames)
    assert turn.message == (renamed([*whole, SYNC]) if renames else message)
    letters = [step[:1] for step in whole]
    assert [turn.parses, turn.binds, turn.executes] == [letters.count(letter) for letter in (b'P', b'B', b'E')]
    parses = [step[5:] for step in whole if step[:1] == b'P']
    assert turn.parse == (parses[-1] if parses else b'')


@pytest.mark.parametrize('whole', WITH_CARE.values(), ids=WITH_CARE.keys())
def test_turn_takes_care(whole: list[bytes]) -> None:
    for renames in (True, False):
        assert not read(Turn(), b''.join(whole) + SYNC, renames)


def test_turn_of_all_steps_that_is_whole_has_a_sync_without_a_body() -> None:
    steps = PARSE + BIND + EXECUTE
    assert read(Turn(), steps + SYNC)
    assert not read(Turn(), steps + frames.encode(Frontend.SYNC, b'x'))
    assert not read(Turn(), steps + SYNC + SYNC)


def test_what_is_executed_is_the_one_thing_that_is_not_ordinary() -> None:
    turn = Turn()
    assert read(turn, BIND_NAMED + EXECUTE + SYNC)
    assert turn.meaning is ORDINARY
    assert read(turn, BIND_NAMED + EXECUTE + BIND_BEGIN + EXECUTE + BIND_NAMED + EXECUTE + SYNC)
    assert turn.meaning is BEGIN
    assert read(turn, BIND_BEGIN + BIND_NAMED + EXECUTE + SYNC)
    assert turn.meaning is ORDINARY
    assert read(turn, PARSE_BEGIN + BIND + DESCRIBE + SYNC)
    assert turn.meaning is ORDINARY


def test_statement_that_was_bound_last_is_known() -> None:
    turn = Turn()
    last: list[object] = []
    for messages in (BIND_BEGIN + BIND_NAMED, BIND_NAMED + PARSE + BIND, PARSE + BIND + BIND_BEGIN):
        assert read(turn, messages + SYNC)
        last.append(turn.bound)
    assert last == [ONE, PARSE[5:], OTHER]


def test_nothing_of_one_turn_is_in_the_next() -> None:
    turn = Turn()
    assert read(turn, PARSE + BIND + EXECUTE + BIND_BEGIN + EXECUTE + SYNC)
    assert not read(turn, BIND + EXECUTE + SYNC)
    assert not read(turn, EXECUTE + SYNC)
    assert read(turn, PARSE_TYPED + SYNC)
    assert (turn.parses, turn.binds, turn.executes, turn.statements) == (1, 0, 0, [])
    assert (turn.meaning, turn.bound, turn.message) == (ORDINARY, b'', PARSE_TYPED + SYNC)


def test_server_must_have_all_statements_that_are_bound_by_name() -> None:
    turn, server = Turn(), ServerStatements()
    assert read(turn, BIND_NAMED + EXECUTE + BIND_BEGIN + EXECUTE + SYNC)
    assert not turn.provided(server)
    server.add(ONE.server_name)
    assert not turn.provided(server)
    server.add(OTHER.server_name)
    assert turn.provided(server)
    assert read(turn, PARSE + BIND + EXECUTE + SYNC)
    assert turn.provided(ServerStatements())


def test_server_is_not_asked_for_statements_where_names_are_its_own() -> None:
    turn = Turn()
    assert read(turn, BIND_NAMED + EXECUTE + SYNC, renames=False)
    assert turn.provided(ServerStatements())


WHOLE = [*SENT_AT_ONCE.values(), *WITH_CARE.values()]


@pytest.mark.parametrize('whole', WHOLE, ids=[*SENT_AT_ONCE, *WITH_CARE])
def test_turn_that_is_cut_short_takes_care(whole: list[bytes]) -> None:
    message = b''.join(whole) + SYNC
    for cut, renames in product(range(len(message)), (True, False)):
        assert not read(Turn(), message[:cut], renames)


@pytest.mark.parametrize('whole', SENT_AT_ONCE.values(), ids=SENT_AT_ONCE.keys())
def test_message_that_is_cut_short_takes_care_or_passes_as_it_is(whole: list[bytes]) -> None:
    """Values of a Bind are not read: the server judges them, and has them as the client sent them."""
    for at, step in enumerate(whole):
        for cut in range(5, len(step)):
            shorter = [*whole[:at], frames.encode(step[0], step[5:cut]), *whole[at + 1 :], SYNC]
            turn = Turn()
            if read(turn, b''.join(shorter)):
                assert step[:1] == b'B'
                assert b'\0' in step[6:cut]
                assert turn.message == renamed(shorter)


VALUES = st.sampled_from([BIND, BIND_NAMED, bind(b'', b'y'), bind(b's'), bind(b's', b'B\0\0\0\4', b'yz'), BIND_BEGIN])


def read_anew(turn: Turn, message: bytes, renames: bool) -> object:
    """All that is known of a turn."""
    return read(turn, message, renames) and (
        turn.message, turn.meaning, turn.parse, turn.bound if turn.binds else None, turn.statements, turn.parses,
        turn.binds, turn.executes,
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    turns=st.lists(st.tuples(st.sampled_from(WHOLE), VALUES, st.integers(0, 60)), min_size=2, max_size=5),
    renames=st.booleans(),
)
def test_what_a_turn_is_does_not_depend_on_the_one_before(
    turns: list[tuple[list[bytes], bytes, int]], renames: bool
) -> None:
    one = Turn()
    whole = turns[0][0]
    for other, binds, cut in turns:
        whole = other if cut > 50 else whole
        steps = [binds if step[:1] == b'B' else step for step in whole]
        for message in (b''.join(steps) + SYNC, (b''.join(steps) + SYNC)[cut:], b''.join([*whole, SYNC])):
            assert read_anew(one, message, renames) == read_anew(Turn(), message, renames)


@pytest.mark.parametrize('name', [b'', b's'], ids=['unnamed', 'named'])
def test_turn_that_comes_again_is_judged_again(name: bytes) -> None:
    turn, steps = Turn(), b'' if name else PARSE
    assert read(turn, steps + bind(name, b'1') + EXECUTE + SYNC)
    judge, doubting = _Known(), _Doubting()
    message = steps + bind(name, b'2') + EXECUTE + SYNC
    for plain, known in ((judge, KNOWN), (doubting, KNOWN), (judge, {b's': CARE} if name else KNOWN)):
        assert read(turn, message)
        assert turn.comes_again(message)
        assert turn.read(message, plain, known, True) is (plain is judge and known is KNOWN)


def test_only_what_is_whole_and_all_comes_again() -> None:
    turn, message = Turn(), PARSE + BIND + EXECUTE + SYNC
    assert not turn.comes_again(message)
    assert read(turn, message)
    other = PARSE + bind(b'', b'another value') + EXECUTE + SYNC
    assert turn.comes_again(other)
    for cut in range(len(other)):
        assert not turn.comes_again(other[:cut])
        assert not turn.comes_again(other[:cut] + b'?' + other[cut:])
    assert not turn.comes_again(other + other)
    long = PARSE + bind(b'', bytes(65_536)) + EXECUTE + SYNC
    assert not turn.comes_again(long)


ODD = [SYNC, frames.encode(Frontend.QUERY, b'x\0'), b'\0']
STEPS = st.sampled_from([step for whole in [*WHOLE, ODD] for step in whole])
CHANGES = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=4)


@settings(max_examples=300, deadline=None)
@given(steps=st.lists(STEPS, max_size=6), changes=CHANGES, cut=st.integers(0, 400), renames=st.booleans())
@example(steps=[], changes=[], cut=400, renames=True)
def test_nothing_makes_it_fail(steps: list[bytes], changes: list[tuple[int, int]], cut: int, renames: bool) -> None:
    """And what it sends has all that the client has sent but names."""
    message = bytearray(b''.join(steps) + SYNC)
    for at, byte in changes:
        message[at % len(message)] = byte
    turn, asked = Turn(), bytes(message[:cut])
    if read(turn, asked, renames):
        assert turn.message == (renamed(messages(asked)) if renames else asked)
