"""What a client may say before it has said who it is, and what it may not."""

import struct
import threading
from collections.abc import Iterator

import pytest

from pgdog_gevent.protocol.frames import encode
from pgdog_gevent.protocol.response import ErrorFields
from pgdog_gevent.protocol.startup import SSL_REQUEST, CancelRequest, cancel_request, startup_message
from tests.conversation.proxies import DATABASE, SECRET, USER, config_toml, lets_in, running, tls_keys, users_toml
from tests.fakes.backend import CANCEL_KEY, ONE_ROW, READY, Conversation, FakeServer
from tests.fakes.certificates import Certificates
from tests.fakes.frontend import Frontend
from tests.integration.clients import PATIENCE, eventually
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy

GSSENC_REQUEST = struct.pack('!II', 8, 80877104)
STARTUP = startup_message({'user': USER, 'database': DATABASE})


@pytest.fixture(scope='module')
def plain(server: FakeServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    with running(tmp_path_factory.mktemp('plain'), config_toml(server), users_toml()) as proxy:
        yield proxy


@pytest.fixture(scope='module')
def encrypting(
    server: FakeServer, certificates: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningProxy]:
    config = config_toml(server, *tls_keys(certificates))
    with running(tmp_path_factory.mktemp('encrypting'), config, users_toml()) as proxy:
        yield proxy


def with_version(major: int, minor: int) -> bytes:
    return STARTUP[:4] + struct.pack('!HH', major, minor) + STARTUP[8:]


def packet(body: bytes) -> bytes:
    return struct.pack('!I', len(body) + 4) + body


def startup_bytes(parameters: bytes) -> bytes:
    return packet(struct.pack('!I', 3 << 16) + parameters)


@pytest.mark.parametrize('length', [0, 3, 7, 0xFFFFFFFF, 10_001, 0x7FFFFFFF])
def test_startup_packet_of_an_impossible_length_is_refused(plain: RunningProxy, length: int) -> None:
    with Frontend(plain.port) as client:
        client.send(struct.pack('!I', length))
        assert client.refusal() == ErrorFields('FATAL', '08P01', 'invalid length of startup packet')
    assert lets_in(plain)


@pytest.mark.parametrize(
    'garbage',
    [
        b'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
        b'\r\n\r\n',
        b'SSH-2.0-OpenSSH_9.9\r\n',
        b'Q\0\0\0\x0eSELECT 1;\0',
        b'\xff' * 64,
        b'\0' * 64,
    ],
    ids=['HTTP', 'empty lines', 'SSH', 'Query', 'ones', 'zeros'],
)
def test_bytes_of_another_protocol_are_refused(plain: RunningProxy, garbage: bytes) -> None:
    with Frontend(plain.port) as client:
        client.send(garbage)
        assert client.reply().letter == 'E'
        client.end()
    assert lets_in(plain)


@pytest.mark.parametrize(
    ('message', 'reason'),
    [
        (with_version(2, 0), 'unsupported frontend protocol 2.0: server supports 3.0 to 3.2'),
        (with_version(4, 0), 'unsupported frontend protocol 4.0: server supports 3.0 to 3.2'),
        (startup_bytes(b'database\0app\0\0'), 'no PostgreSQL user name specified in startup packet'),
        (startup_bytes(b'user\0\0database\0app\0\0'), 'no PostgreSQL user name specified in startup packet'),
        (startup_bytes(b'user\0al\xffice\0\0'), 'invalid byte sequence for encoding "UTF8" in message'),
        (startup_bytes(b'user\0alice\0'), 'invalid string in message'),
        (startup_bytes(b'user\0alice'), 'invalid string in message'),
        (startup_bytes(b'user\0alice\0\0more'), None),
        (startup_bytes(b'user\0alice\0' + b''.join(b'x.p%d\0y\0' % n for n in range(300)) + b'\0'),
         'too many parameters in startup packet'),
        (packet(struct.pack('!II', 80877103, 0)), None),
        (cancel_request(1, b''), 'invalid length of cancel request packet'),
        (cancel_request(1, bytes(257)), 'invalid length of cancel request packet'),
    ],
    ids=[
        'protocol 2.0', 'protocol 4.0', 'no user', 'empty user', 'not UTF-8',
        'no end of parameters', 'no end of a name', 'bytes after the end', '300 parameters', 'SSLRequest with a body',
        'cancel request without key', 'cancel request with a key of 257 bytes',
    ],
)  # fmt: skip
def test_malformed_first_packet_is_refused_in_words(plain: RunningProxy, message: bytes, reason: str | None) -> None:
    with Frontend(plain.port) as client:
        client.send(message)
        refusal = client.refusal()
    assert (refusal.severity, refusal.sqlstate) == ('FATAL', '08P01')
    assert reason is None or refusal.message == reason
    assert lets_in(plain)


# Encryption


@pytest.mark.parametrize(
    'requests', [[SSL_REQUEST], [GSSENC_REQUEST], [GSSENC_REQUEST, SSL_REQUEST], [SSL_REQUEST, GSSENC_REQUEST]]
)  # fmt: skip
def test_client_that_gets_no_encryption_may_go_on_without(plain: RunningProxy, requests: list[bytes]) -> None:
    with Frontend(plain.port) as client:
        for request in requests:
            client.send(request)
            assert client.receive(1) == b'N'
        client.send(STARTUP)
        assert client.log_in(USER, SECRET)[-1].letter == 'Z'


@pytest.mark.parametrize('request_packet', [SSL_REQUEST, GSSENC_REQUEST], ids=['SSLRequest', 'GSSENCRequest'])
def test_encryption_can_be_asked_for_once(plain: RunningProxy, request_packet: bytes) -> None:
    with Frontend(plain.port) as client:
        client.send(request_packet)
        assert client.receive(1) == b'N'
        client.send(request_packet)
        assert client.refusal().sqlstate == '08P01'


@pytest.mark.parametrize('request_packet', [SSL_REQUEST, GSSENC_REQUEST], ids=['SSLRequest', 'GSSENCRequest'])
def test_encryption_cannot_be_asked_for_inside_tls(encrypting: RunningProxy, request_packet: bytes) -> None:
    with Frontend(encrypting.port) as client:
        client.send(SSL_REQUEST)
        assert client.receive(1) == b'S'
        client.start_tls()
        client.send(request_packet)
        assert client.refusal().sqlstate == '08P01'


@pytest.mark.parametrize('smuggled', [STARTUP, b'\x16', SSL_REQUEST], ids=['StartupMessage', 'a byte', 'SSLRequest'])
def test_bytes_that_follow_sslrequest_at_once_end_the_connection(encrypting: RunningProxy, smuggled: bytes) -> None:
    with Frontend(encrypting.port) as client:
        client.send(SSL_REQUEST + smuggled)
        assert client.receive(1) == b'S'
        assert client.refusal() == ErrorFields('FATAL', '08P01', 'received unencrypted data after SSL request')


def test_tls_without_asking_needs_the_name_of_the_protocol(encrypting: RunningProxy) -> None:
    with Frontend(encrypting.port) as client:
        client.start_tls()
        assert client.refusal().message.startswith('received direct TLS connection request without ALPN')
    with Frontend(encrypting.port) as client:
        client.start_tls('postgresql')
        client.send(STARTUP)
        assert client.log_in(USER, SECRET)[-1].letter == 'Z'


# Versions


@pytest.mark.parametrize(('minor', 'key_size'), [(0, 4), (1, 4), (2, 32), (9, 32), (9999, 32)])
def test_size_of_the_cancel_key_depends_on_the_version(plain: RunningProxy, minor: int, key_size: int) -> None:
    with Frontend(plain.port) as client:
        client.start(USER, DATABASE, minor)
        replies = client.log_in(USER, SECRET)
    [key] = [reply.body for reply in replies if reply.letter == 'K']
    assert len(key) == 4 + key_size
    negotiated = [reply.body for reply in replies if reply.letter == 'v']
    assert negotiated == ([] if minor <= 2 else [struct.pack('!HHI', 3, 2, 0)])


def test_protocol_options_that_are_not_known_are_reported(plain: RunningProxy) -> None:
    with Frontend(plain.port) as client:
        parameters = {'user': USER, 'database': DATABASE, '_pq_.first': 'on', '_pq_.second': ''}
        client.send(startup_message(parameters, 9))
        replies = client.log_in(USER, SECRET)
    assert replies[0].letter == 'v'
    assert replies[0].body == struct.pack('!HHI', 3, 2, 2) + b'_pq_.first\0_pq_.second\0'
    assert replies[-1].letter == 'Z'


# Cancelling


@pytest.mark.parametrize('minor', [0, 2], ids=['4 bytes', '32 bytes'])
def test_only_the_right_key_cancels_a_query(proxy: StartProxy, minor: int) -> None:
    arrived = threading.Event()

    def waits(conversation: Conversation) -> None:
        conversation.greet()
        while b'slow' not in conversation.frame().body:
            conversation.send(ONE_ROW + READY)
        arrived.set()
        eventually(lambda: bool(server.cancelled), 'the query is cancelled')
        conversation.send(ONE_ROW + READY)

    with FakeServer(waits) as server:
        running_proxy = proxy(config_toml(server), users_toml())
        with Frontend(running_proxy.port) as client:
            client.start(USER, DATABASE, minor)
            [greeting] = [reply.body for reply in client.log_in(USER, SECRET) if reply.letter == 'K']
            pid, key = int.from_bytes(greeting[:4], 'big'), greeting[4:]
            client.send(encode(ord('Q'), b'SELECT slow\0'))
            assert arrived.wait(PATIENCE)
            for wrong in (bytes(len(key)), key + b'\0', key[:-1] + bytes([key[-1] ^ 1])):
                cancel(running_proxy, pid, wrong)
            cancel(running_proxy, pid + 1, key)
            assert server.cancelled == []
            cancel(running_proxy, pid, key)
            assert client.replies()[-1].letter == 'Z'
        assert server.cancelled == [CancelRequest(4711, CANCEL_KEY)]


def cancel(proxy: RunningProxy, pid: int, key: bytes) -> None:
    with Frontend(proxy.port) as client:
        client.send(cancel_request(pid, key))
        assert client.end() == b''
