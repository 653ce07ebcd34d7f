"""The messages of SCRAM, taken apart: what is accepted, and that all else is a protocol violation."""

from base64 import b64encode
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.protocol.scram_messages import (
    MAX_ITERATIONS,
    MAX_MESSAGE,
    MAX_NONCE,
    MAX_SALT,
    ServerFirst,
    ServerRefusal,
    ServerSignature,
    UnsupportedScram,
    parse_client_final,
    parse_client_first,
    parse_server_final,
    parse_server_first,
)

Parser = Callable[[bytes], object]
KEY = b64encode(bytes(range(32)))
PARSERS = [
    pytest.param(parse_client_first, id='client-first'),
    pytest.param(parse_server_first, id='server-first'),
    pytest.param(parse_client_final, id='client-final'),
    pytest.param(parse_server_final, id='server-final'),
]


@pytest.mark.parametrize(
    ('message', 'flag', 'nonce'),
    [
        pytest.param(b'n,,n=,r=abc', b'n', b'abc', id='libpq: no user name'),
        pytest.param(b'y,,n=alice,r=abc', b'y', b'abc', id='a user name'),
        pytest.param(b'n,,n=\xc3\xa9=2C,r=abc', b'n', b'abc', id='an escaped user name'),
        pytest.param(b'p=tls-unique,,n=,r=abc', b'p=tls-unique', b'abc', id='a channel binding'),
        pytest.param(b'n,,n=,r=abc,x=anything', b'n', b'abc', id='an optional extension'),
        pytest.param(b'n,,n=,r=' + b'a' * MAX_NONCE, b'n', b'a' * MAX_NONCE, id='the longest nonce'),
        pytest.param(b'n,,n=,r=!+-~', b'n', b'!+-~', id='the borders of printable'),
    ],
)
def test_client_first_is_taken_apart(message: bytes, flag: bytes, nonce: bytes) -> None:
    opening = parse_client_first(message)
    assert (opening.flag, opening.nonce) == (flag, nonce)
    assert opening.header + opening.bare == message


@pytest.mark.parametrize(
    'message',
    [
        pytest.param(b'x,,n=,r=abc', id='unknown flag'),
        pytest.param(b',,n=,r=abc', id='no flag'),
        pytest.param(b'n,n=,r=abc', id='header cut'),
        pytest.param(b'n,b=alice,n=,r=abc', id='strange attribute in the header'),
        pytest.param(b'n,,r=abc', id='no user name'),
        pytest.param(b'n,,r=abc,n=', id='wrong order'),
        pytest.param(b'n,,n=', id='no nonce'),
        pytest.param(b'n,,n=,r=', id='empty nonce'),
        pytest.param(b'n,,n=,r=a b', id='blank in the nonce'),
        pytest.param(b'n,,n=,r=a\x7f', id='control character in the nonce'),
        pytest.param(b'n,,n=,r=\xc3\xa9', id='nonce is not ASCII'),
        pytest.param(b'n,,n=,r=abc\0', id='zero byte'),
        pytest.param(b'n,,n=,r=abc,', id='empty extension'),
        pytest.param(b'n,,n=,r=abc,xyz', id='extension without value'),
        pytest.param(b'n,,n=,r=abc,1=2', id='extension is a digit'),
        pytest.param(b'n,,n=,r=abc,r=abc', id='nonce given twice'),
        pytest.param(b'n,,n=,r=' + b'a' * (MAX_NONCE + 1), id='nonce too long'),
        pytest.param(b'n,,n=' + b'a' * MAX_MESSAGE + b',r=abc', id='message too long'),
    ],
)
def test_malformed_client_first_is_a_protocol_violation(message: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        parse_client_first(message)


@pytest.mark.parametrize(
    ('parse', 'message'),
    [
        pytest.param(parse_client_first, b'n,a=admin,n=,r=abc', id='authorization identity'),
        pytest.param(parse_client_first, b'n,,m=x,n=,r=abc', id='mandatory extension of the client'),
        pytest.param(parse_server_first, b'm=x,r=abc,s=c2FsdA==,i=1', id='mandatory extension of the server'),
    ],
)
def test_what_postgresql_does_not_support_is_refused_in_its_words(parse: Parser, message: bytes) -> None:
    with pytest.raises(UnsupportedScram) as caught:
        parse(message)
    assert caught.value.sqlstate == '0A000'


def test_server_first_is_taken_apart() -> None:
    assert parse_server_first(b'r=abc,s=c2FsdA==,i=4096') == ServerFirst(b'abc', b'salt', 4096)


@pytest.mark.parametrize('iterations', [1, 4095, MAX_ITERATIONS])
def test_iterations_within_bounds_are_accepted(iterations: int) -> None:
    assert parse_server_first(b'r=abc,s=c2FsdA==,i=%d' % iterations).iterations == iterations


def test_longest_salt_is_accepted() -> None:
    assert len(parse_server_first(b'r=abc,s=%b,i=1' % b64encode(bytes(MAX_SALT))).salt) == MAX_SALT


@pytest.mark.parametrize(
    'message',
    [
        pytest.param(b'r=abc,s=c2FsdA==,i=0', id='no iterations'),
        pytest.param(b'r=abc,s=c2FsdA==,i=-1', id='negative iterations'),
        pytest.param(b'r=abc,s=c2FsdA==,i=1e3', id='iterations with exponent'),
        pytest.param(b'r=abc,s=c2FsdA==,i=%d' % (MAX_ITERATIONS + 1), id='too many iterations'),
        pytest.param(b'r=abc,s=c2FsdA==,i=' + b'9' * 5000, id='iterations beyond reading'),
        pytest.param(b'r=abc,s=,i=1', id='empty salt'),
        pytest.param(b'r=abc,s=%b,i=1' % b64encode(bytes(MAX_SALT + 1)), id='salt too long'),
        pytest.param(b'r=abc,s=c2FsdA,i=1', id='salt is no base64'),
        pytest.param(b'r=%b,s=c2FsdA==,i=1' % (b'a' * (MAX_NONCE + 1)), id='nonce too long'),
        pytest.param(b'r=abc,s=c2FsdA==,i=1,x=y', id='extension'),
        pytest.param(b's=c2FsdA==,r=abc,i=1', id='wrong order'),
    ],
)
def test_malformed_server_first_is_a_protocol_violation(message: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        parse_server_first(message)


def test_client_final_is_taken_apart() -> None:
    closing = parse_client_final(b'c=biws,r=abc,x=y,p=' + KEY)
    assert (closing.binding, closing.nonce, closing.proof) == (b'biws', b'abc', bytes(range(32)))
    assert closing.without_proof == b'c=biws,r=abc,x=y'


@pytest.mark.parametrize(
    'message',
    [
        pytest.param(b'c=biws,r=abc', id='no proof'),
        pytest.param(b'c=biws,r=abc,p=' + KEY[:-4], id='short proof'),
        pytest.param(b'c=biws,r=abc,p=' + KEY + b',x=y', id='something behind the proof'),
        pytest.param(b'c=biws,r=abc,p=' + KEY + b',p=' + KEY, id='two proofs'),
        pytest.param(b'r=abc,c=biws,p=' + KEY, id='wrong order'),
        pytest.param(b'c=biws,r=abc,p=\xff' + KEY, id='proof is not ASCII'),
        pytest.param(b'c=biws,r=abc,p=' + KEY[:-2] + b'9=', id='stray bits at the end of the proof'),
    ],
)
def test_malformed_client_final_is_a_protocol_violation(message: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        parse_client_final(message)


def test_signature_of_the_server_is_read() -> None:
    assert parse_server_final(b'v=' + KEY) == ServerSignature(bytes(range(32)))


@pytest.mark.parametrize(
    ('message', 'reason'),
    [
        pytest.param(b'e=invalid-proof', 'invalid-proof', id='a word'),
        pytest.param(b'e=\xff\x1b[', '\\xff\x1b[', id='not ASCII'),
        pytest.param(b'e=' + b'x' * 5000, 'x' * 100, id='long'),
    ],
)
def test_refusal_of_the_server_is_read(message: bytes, reason: str) -> None:
    assert parse_server_final(message) == ServerRefusal(reason)


@pytest.mark.parametrize(
    'message',
    [
        pytest.param(b'', id='empty'),
        pytest.param(b'v=' + KEY + b',x=y', id='something behind'),
        pytest.param(b'v=c2FsdA==', id='short signature'),
        pytest.param(b'x=' + KEY, id='neither signature nor refusal'),
    ],
)
def test_malformed_server_final_is_a_protocol_violation(message: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        parse_server_final(message)


@pytest.mark.parametrize('parse', PARSERS)
def test_message_is_bounded_before_it_is_looked_at(parse: Parser) -> None:
    with pytest.raises(ProtocolViolation, match='too long'):
        parse(b'e=' + b'x' * MAX_MESSAGE)


WORDS = [b'n', b'y', b',', b'=', b'1', b'A==', KEY, b'\0', *(b'%c=' % name for name in b'acimnprsvex')]
SOUP = st.lists(st.sampled_from(WORDS) | st.binary(max_size=4)).map(b''.join)


@pytest.mark.parametrize('parse', PARSERS)
@given(message=SOUP)
def test_any_bytes_are_read_or_a_protocol_violation(parse: Parser, message: bytes) -> None:
    try:
        parse(message)
    except ProtocolViolation:
        pass
