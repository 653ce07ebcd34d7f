"""The messages that ask for work: as PostgreSQL's documentation lays them out, and there and back again."""

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.frames import HEADER_SIZE
from pgdog_gevent.protocol.query import Bind, Execute, Named, Parse, Target

NAMES = st.binary(max_size=20).map(lambda name: name.replace(b'\0', b''))
FORMATS = st.lists(st.integers(-(2**15), 2**15 - 1), max_size=4).map(tuple)
PARSES = st.builds(
    Parse, NAMES, NAMES, st.lists(st.integers(0, 2**32 - 1)).map(lambda oids: pack(f'!H{len(oids)}I', len(oids), *oids))
)
BINDS = st.builds(Bind, NAMES, NAMES, FORMATS, st.lists(st.none() | st.binary(max_size=9)).map(tuple), FORMATS)
EXECUTES = st.builds(Execute, NAMES, st.integers(-(2**31), 2**31 - 1))
NAMED = st.builds(Named, st.sampled_from(Target), NAMES)


def body(message: bytes) -> bytes:
    return message[HEADER_SIZE:]


def test_query_is_a_string() -> None:
    assert query.query(b'SELECT 1') == b'Q\0\0\0\x0dSELECT 1\0'


@given(NAMES)
def test_query_text_comes_back(sql: bytes) -> None:
    assert query.query_text(body(query.query(sql))) == sql


def test_query_with_something_behind_its_text_is_a_protocol_violation() -> None:
    with pytest.raises(ProtocolViolation):
        query.query_text(b'SELECT 1\0SELECT 2\0')


def test_parse_is_laid_out_as_documented() -> None:
    assert Parse(b'p', b'SELECT $1', b'\0\1\0\0\0\x17').encode() == b'P\0\0\0\x16p\0SELECT $1\0\0\1\0\0\0\x17'


@given(PARSES)
def test_parse_comes_back(parse: Parse) -> None:
    assert Parse.decode(body(parse.encode())) == parse


@pytest.mark.parametrize(
    'types',
    [
        pytest.param(b'', id='no count'),
        pytest.param(b'\0', id='half a count'),
        pytest.param(b'\0\1', id='a type is missing'),
        pytest.param(b'\0\1\0\0\0', id='a type is cut'),
        pytest.param(b'\0\0\0\0\0\x17', id='a type too many'),
        pytest.param(b'\xff\xff' + bytes(8), id='count far beyond the message'),
    ],
)
def test_parse_whose_types_do_not_fit_their_count_is_a_protocol_violation(types: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        Parse.decode(b'p\0SELECT 1\0' + types)


def test_parse_with_the_most_parameters_is_read() -> None:
    types = b'\xff\xff' + bytes(4 * 65_535)
    assert Parse.decode(b'p\0SELECT 1\0' + types).parameter_types == types


def test_bind_is_laid_out_as_documented() -> None:
    bind = Bind(b'c', b's', (1,), (b'ab', None, b''), (0, 1))
    parameters = b'\0\3' + b'\0\0\0\2ab' + b'\xff\xff\xff\xff' + b'\0\0\0\0'
    assert body(bind.encode()) == b'c\0s\0' + b'\0\1\0\1' + parameters + b'\0\2\0\0\0\1'


@given(BINDS)
def test_bind_comes_back(bind: Bind) -> None:
    assert Bind.decode(body(bind.encode())) == bind


def test_bind_with_more_parameters_than_int16_holds_is_read() -> None:
    parameters = (b'x',) * 40_000
    assert Bind.decode(body(Bind(b'', b'', (), parameters, ()).encode())).parameters == parameters


@pytest.mark.parametrize(
    'damage',
    [
        pytest.param(b'c\0s\0' + b'\0\0' + b'\0\1\xff\xff\xff\xfe' + b'\0\0', id='negative length of a parameter'),
        pytest.param(b'c\0s\0' + b'\0\0' + b'\0\1\x7f\xff\xff\xff' + b'\0\0', id='parameter of two gigabytes'),
        pytest.param(b'c\0s\0' + b'\xff\xff' + b'\0\0' + b'\0\0', id='count of formats beyond the message'),
        pytest.param(b'c\0s\0' + b'\0\0' + b'\xff\xff' + b'\0\0', id='count of parameters beyond the message'),
        pytest.param(b'c\0s\0' + bytes(6) + b'x', id='something behind'),
    ],
)
def test_malformed_bind_is_a_protocol_violation(damage: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        Bind.decode(damage)


@given(BINDS)
def test_names_of_a_bind_are_read_without_its_parameters(bind: Bind) -> None:
    assert query.bind_names(body(bind.encode())) == (bind.portal, bind.statement)


@given(bind=BINDS, new=NAMES)
def test_bind_to_changes_nothing_but_the_statement(bind: Bind, new: bytes) -> None:
    renamed = query.bind_to(body(bind.encode()), bind.portal, bind.statement, new)
    wanted = Bind(bind.portal, new, bind.parameter_formats, bind.parameters, bind.result_formats)
    assert renamed == wanted.encode()


@pytest.mark.parametrize('code', [Frontend.DESCRIBE, Frontend.CLOSE], ids=['Describe', 'Close'])
@given(named=NAMED)
def test_describe_and_close_come_back(code: int, named: Named) -> None:
    message = named.encode(code)
    assert message[0] == code
    assert Named.decode(body(message)) == named


@pytest.mark.parametrize(
    'damage',
    [
        pytest.param(b'Xname\0', id='neither statement nor portal'),
        pytest.param(b'\0name\0', id='no letter'),
        pytest.param(b'Sname\0x', id='something behind'),
        pytest.param(b'Sname', id='name without an end'),
    ],
)
def test_malformed_describe_is_a_protocol_violation(damage: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        Named.decode(damage)


@given(EXECUTES)
def test_execute_comes_back(execute: Execute) -> None:
    assert Execute.decode(body(execute.encode())) == execute


def test_messages_without_a_body_are_their_code_and_a_length() -> None:
    assert (query.SYNC, query.FLUSH, query.TERMINATE) == (b'S\0\0\0\4', b'H\0\0\0\4', b'X\0\0\0\4')
