"""First packets: what each says, and that lengths are refused before anything is allocated for them."""

from struct import pack, unpack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import InvalidParameterValue, ProtocolViolation
from pgdog_gevent.protocol import startup
from pgdog_gevent.protocol.startup import (
    CancelRequest,
    GSSENCRequest,
    Replication,
    SSLRequest,
    StartupMessage,
    read_replication,
)

VERSION_3_0 = pack('!HH', 3, 0)
WORDS = st.text(st.characters(exclude_characters='\0', exclude_categories=['Cs']), max_size=20)
NAMES = WORDS.filter(lambda name: bool(name) and not name.startswith('_pq_.'))


def packet(message: bytes) -> bytes:
    """The packet without its length word, which has to be right."""
    assert unpack('!I', message[:4]) == (len(message),)
    return message[4:]


@pytest.mark.parametrize('length', [8, 9, 9_999, 10_000])
def test_length_within_bounds_is_the_size_that_follows(length: int) -> None:
    assert startup.packet_size(length) == length - 4


@pytest.mark.parametrize('length', [-(2**31), -1, 0, 4, 7, 10_001, 2**31, 2**32 - 1])
def test_length_out_of_bounds_is_a_protocol_violation(length: int) -> None:
    with pytest.raises(ProtocolViolation, match='length of startup packet'):
        startup.packet_size(length)


@given(parameters=st.dictionaries(NAMES, WORDS, max_size=8), user=NAMES, minor=st.integers(0, 65_535))
def test_startup_message_comes_back(parameters: dict[str, str], user: str, minor: int) -> None:
    wanted = {**parameters, 'user': user}
    decoded = startup.decode(packet(startup.startup_message(wanted, minor)))
    assert decoded == StartupMessage(minor, wanted, ())


def test_options_of_the_protocol_are_apart_from_parameters() -> None:
    decoded = startup.decode(VERSION_3_0 + b'user\0alice\0_pq_.a\0on\0_pq_.b\0off\0\0')
    assert decoded == StartupMessage(0, {'user': 'alice'}, ('_pq_.a', '_pq_.b'))


@pytest.mark.parametrize(
    ('parameters', 'database'),
    [
        pytest.param({'user': 'alice'}, 'alice', id='the name of the user'),
        pytest.param({'user': 'alice', 'database': ''}, 'alice', id='the name of the user for an empty one'),
        pytest.param({'user': 'alice', 'database': 'shop'}, 'shop', id='the one asked for'),
    ],
)
def test_database_is(parameters: dict[str, str], database: str) -> None:
    message = StartupMessage(0, parameters, ())
    assert (message.user, message.database) == ('alice', database)


@pytest.mark.parametrize(
    ('body', 'complaint'),
    [
        pytest.param(pack('!HH', 2, 0) + b'user\0alice\0\0', 'protocol 2.0', id='version 2'),
        pytest.param(pack('!HH', 4, 1) + b'user\0alice\0\0', 'protocol 4.1', id='version 4'),
        pytest.param(bytes(4), 'protocol 0.0', id='version 0'),
        pytest.param(VERSION_3_0 + b'\0', 'no PostgreSQL user', id='no user'),
        pytest.param(VERSION_3_0 + b'user\0\0\0', 'no PostgreSQL user', id='empty user'),
        pytest.param(VERSION_3_0 + b'user\0alice\0', 'invalid string', id='no end'),
        pytest.param(VERSION_3_0 + b'user\0alice\0\0x', 'message format', id='something behind'),
        pytest.param(VERSION_3_0 + b'user\0\xe9\0\0', 'UTF8', id='not UTF-8'),
        pytest.param(VERSION_3_0 + b'user\0a\0' + b''.join(b'%d\0x\0' % n for n in range(256)) + b'\0', 'too many',
                     id='more than 256 parameters'),
    ],
)  # fmt: skip
def test_unusable_startup_message_is_a_protocol_violation(body: bytes, complaint: str) -> None:
    with pytest.raises(ProtocolViolation, match=complaint):
        startup.decode(body)


def test_ssl_request_is_laid_out_as_documented() -> None:
    assert startup.SSL_REQUEST[:4] == pack('!I', 8)
    assert startup.SSL_REQUEST[4:] == pack('!HH', 1234, 5679)
    assert startup.decode(packet(startup.SSL_REQUEST)) == SSLRequest()


def test_gssenc_request_is_understood() -> None:
    assert startup.decode(pack('!HH', 1234, 5680)) == GSSENCRequest()


@pytest.mark.parametrize('minor', [5679, 5680], ids=['SSLRequest', 'GSSENCRequest'])
def test_request_with_something_behind_is_a_protocol_violation(minor: int) -> None:
    with pytest.raises(ProtocolViolation):
        startup.decode(pack('!HH', 1234, minor) + b'\0')


@given(pid=st.integers(0, 2**32 - 1), secret=st.binary(min_size=4, max_size=256))
def test_cancel_request_comes_back(pid: int, secret: bytes) -> None:
    assert startup.decode(packet(startup.cancel_request(pid, secret))) == CancelRequest(pid, secret)


@pytest.mark.parametrize('size', [0, 3, 257])
def test_cancel_request_with_a_secret_of_wrong_length_is_a_protocol_violation(size: int) -> None:
    with pytest.raises(ProtocolViolation):
        startup.decode(packet(startup.cancel_request(7, bytes(size))))


@pytest.mark.parametrize(
    ('spellings', 'meant'),
    [
        (('database',), Replication.LOGICAL),
        (('true', 'TRUE', 't', 'Tr', 'yes', 'y', 'on', 'ON', '1'), Replication.PHYSICAL),
        (('false', 'False', 'f', 'no', 'n', 'off', 'of', '0'), Replication.OFF),
    ],
    ids=['logical', 'physical', 'off'],
)
def test_replication_is_read_as_postgresql_reads_it(spellings: tuple[str, ...], meant: Replication) -> None:
    assert {read_replication(spelling) for spelling in spellings} == {meant}


@pytest.mark.parametrize('spelling', ['', 'o', 'Database', 'databas', 'truely', ' true', '01', '2', 'physical'])
def test_replication_that_means_nothing_is_refused(spelling: str) -> None:
    with pytest.raises(InvalidParameterValue, match=f'"replication": "{spelling}"'):
        read_replication(spelling)


def test_session_without_the_parameter_does_not_replicate() -> None:
    assert StartupMessage(0, {'user': 'alice'}, ()).replication is Replication.OFF
