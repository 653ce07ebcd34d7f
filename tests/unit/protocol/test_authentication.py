"""The Authentication messages and their answers, there and back again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.protocol import authentication
from pgdog_gevent.protocol.authentication import (
    SASL,
    AuthenticationOk,
    CleartextPassword,
    MD5Password,
    SASLContinue,
    SASLFinal,
    Unsupported,
)
from pgdog_gevent.protocol.frames import HEADER_SIZE

PAYLOADS = st.binary(max_size=40)
MECHANISMS = st.text(st.characters(exclude_characters='\0', exclude_categories=['Cs']), min_size=1, max_size=20)


def body(message: bytes) -> bytes:
    return message[HEADER_SIZE:]


@pytest.mark.parametrize(
    ('message', 'meaning'),
    [
        pytest.param(authentication.AUTHENTICATION_OK, AuthenticationOk(), id='Ok'),
        pytest.param(authentication.CLEARTEXT_PASSWORD, CleartextPassword(), id='CleartextPassword'),
        pytest.param(authentication.md5_password(b'salt'), MD5Password(b'salt'), id='MD5Password'),
        pytest.param(b'R\0\0\0\x08\0\0\0\7', Unsupported(7), id='GSSAPI'),
        pytest.param(b'R\0\0\0\x08\0\0\0\x09', Unsupported(9), id='SSPI'),
        pytest.param(b'R\0\0\0\x08\xff\xff\xff\xff', Unsupported(-1), id='nonsense'),
    ],
)
def test_request_of_the_server_is_understood(message: bytes, meaning: object) -> None:
    assert authentication.decode(body(message)) == meaning


@given(st.lists(MECHANISMS, max_size=16))
def test_mechanisms_come_back(mechanisms: list[str]) -> None:
    assert authentication.decode(body(authentication.sasl(mechanisms))) == SASL(tuple(mechanisms))


def test_too_many_mechanisms_are_a_protocol_violation() -> None:
    with pytest.raises(ProtocolViolation, match='too many'):
        authentication.decode(body(authentication.sasl(['SCRAM-SHA-256'] * 17)))


@given(PAYLOADS)
def test_payload_of_the_server_comes_back(payload: bytes) -> None:
    assert authentication.decode(body(authentication.sasl_continue(payload))) == SASLContinue(payload)
    assert authentication.decode(body(authentication.sasl_final(payload))) == SASLFinal(payload)


def test_md5_salt_of_three_bytes_is_a_protocol_violation() -> None:
    with pytest.raises(ProtocolViolation):
        authentication.decode(body(authentication.md5_password(b'sal')))


@given(PAYLOADS.map(lambda password: password.replace(b'\0', b'')))
def test_password_comes_back(password: bytes) -> None:
    assert authentication.read_password(body(authentication.password_message(password))) == password


@pytest.mark.parametrize('damage', [b'', b'secret', b'secret\0x'], ids=['empty', 'no end', 'something behind'])
def test_malformed_password_is_a_protocol_violation(damage: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        authentication.read_password(damage)


@given(mechanism=MECHANISMS, payload=PAYLOADS)
def test_sasl_initial_response_comes_back(mechanism: str, payload: bytes) -> None:
    message = authentication.sasl_initial_response(mechanism, payload)
    assert authentication.read_sasl_initial_response(body(message)) == (mechanism, payload)


@pytest.mark.parametrize(
    'damage',
    [
        pytest.param(b'SCRAM-SHA-256\0\xff\xff\xff\xff', id='no initial response'),
        pytest.param(b'SCRAM-SHA-256\0\0\0\0\5n,,', id='payload cut'),
        pytest.param(b'SCRAM-SHA-256\0\x7f\xff\xff\xffn,,', id='payload of two gigabytes'),
        pytest.param(b'SCRAM-SHA-256\0\xff\xff\xff\0n,,', id='negative length'),
        pytest.param(b'SCRAM-SHA-256\0\0\0\0\1ab', id='something behind'),
        pytest.param(b'\xe9\0\0\0\0\0', id='mechanism is not UTF-8'),
    ],
)
def test_malformed_sasl_initial_response_is_a_protocol_violation(damage: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        authentication.read_sasl_initial_response(damage)


def test_every_answer_of_the_client_is_a_p_message() -> None:
    assert authentication.sasl_response(b'abc') == b'p\0\0\0\7abc'
    assert authentication.password_message(b'abc') == b'p\0\0\0\x08abc\0'
