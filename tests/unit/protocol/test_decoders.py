"""Every decoder, against messages cut at every byte and against noise: a value, or a ProtocolViolation."""

from collections.abc import Callable
from dataclasses import dataclass
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.protocol import authentication, query, response, startup
from pgdog_gevent.protocol.frames import HEADER_SIZE
from pgdog_gevent.protocol.query import Bind, Execute, Named, Parse, Target
from pgdog_gevent.protocol.response import ErrorFields


@dataclass(frozen=True, slots=True)
class Sample:
    """A decoder and a body that it reads. ``needs_all``: no proper beginning of the body is a message."""

    name: str
    decode: Callable[[bytes], object]
    body: bytes
    needs_all: bool = True


def body(message: bytes) -> bytes:
    return message[HEADER_SIZE:]


STARTUP = startup.startup_message({'user': 'alice', 'database': 'shop', '_pq_.x': 'y'}, 2)[4:]
SASL_INITIAL = authentication.sasl_initial_response('SCRAM-SHA-256', b'n,,n=,r=abc')
SAMPLES = [
    Sample('Query', query.query_text, b'SELECT 1\0'),
    Sample('Parse', Parse.decode, body(Parse(b'p', b'SELECT $1, $2', b'\0\2' + pack('!II', 23, 25)).encode())),
    Sample('Bind', Bind.decode, body(Bind(b'c', b'p', (0, 1), (b'ab', None, b''), (1,)).encode())),
    Sample('names of a Bind', query.bind_names, b'portal\0statement\0'),
    Sample('Describe', Named.decode, body(Named(Target.PORTAL, b'c').encode(ord('D')))),
    Sample('Execute', Execute.decode, body(Execute(b'c', 100).encode())),
    Sample('ReadyForQuery', response.transaction_status, b'T'),
    Sample('ParameterStatus', response.read_parameter_status, body(response.parameter_status('TimeZone', 'UTC'))),
    Sample('ErrorResponse', ErrorFields.decode, body(ErrorFields('ERROR', '42601', 'm', 'd', 'h').encode())),
    Sample('StartupMessage', startup.decode, STARTUP),
    Sample('SSLRequest', startup.decode, startup.SSL_REQUEST[4:]),
    Sample('CancelRequest', startup.decode, startup.cancel_request(7, b'abcd')[4:]),
    Sample('CancelRequest of 3.2', startup.decode, startup.cancel_request(7, bytes(32))[4:], needs_all=False),
    Sample('AuthenticationOk', authentication.decode, body(authentication.AUTHENTICATION_OK)),
    Sample('AuthenticationMD5Password', authentication.decode, body(authentication.md5_password(b'salt'))),
    Sample('AuthenticationSASL', authentication.decode, body(authentication.sasl(['SCRAM-SHA-256', 'X']))),
    Sample('SASLContinue', authentication.decode, body(authentication.sasl_continue(b'r=x')), needs_all=False),
    Sample('SASLFinal', authentication.decode, body(authentication.sasl_final(b'v=x')), needs_all=False),
    Sample('password', authentication.read_password, b'secret\0'),
    Sample('SASLInitialResponse', authentication.read_sasl_initial_response, body(SASL_INITIAL)),
]
BY_SAMPLE = pytest.mark.parametrize('sample', SAMPLES, ids=[sample.name for sample in SAMPLES])


CUTS = [
    pytest.param(sample, end, id=f'{sample.name} to {end}') for sample in SAMPLES for end in range(len(sample.body))
]


@BY_SAMPLE
def test_whole_message_is_read(sample: Sample) -> None:
    sample.decode(sample.body)


@pytest.mark.parametrize(('sample', 'end'), CUTS)
def test_message_cut_at_any_byte_is_a_protocol_violation(sample: Sample, end: int) -> None:
    try:
        sample.decode(sample.body[:end])
    except ProtocolViolation:
        return
    assert not sample.needs_all


@BY_SAMPLE
@given(noise=st.binary(max_size=200))
def test_noise_is_read_or_a_protocol_violation(sample: Sample, noise: bytes) -> None:
    reads_or_refuses(sample, noise)


@BY_SAMPLE
@given(st.data())
def test_message_with_changed_bytes_is_read_or_a_protocol_violation(sample: Sample, choose: st.DataObject) -> None:
    damaged = bytearray(sample.body)
    for _ in range(choose.draw(st.integers(1, 4))):
        damaged[choose.draw(st.integers(0, len(damaged) - 1))] = choose.draw(st.integers(0, 255))
    reads_or_refuses(sample, bytes(damaged) + choose.draw(st.binary(max_size=3)))


def reads_or_refuses(sample: Sample, damaged: bytes) -> None:
    try:
        sample.decode(damaged)
    except ProtocolViolation:
        pass
