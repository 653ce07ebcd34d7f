"""Servers that lie to the proxy while it logs in: the client is told, and the proxy goes on."""

import ssl
import struct
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pgdog_gevent.net.tls import tls_server_end_point
from pgdog_gevent.protocol import authentication as auth
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.frames import encode
from pgdog_gevent.protocol.response import ErrorFields
from pgdog_gevent.protocol.scram import ServerExchange
from pgdog_gevent.protocol.scram_keys import Verifier
from tests.conversation.proxies import DATABASE, SECRET, USER, config_toml, lets_in, running, users_toml
from tests.fakes.backend import GREETING, READY, Conversation, FakeServer, Script, polite
from tests.fakes.certificates import Certificates
from tests.fakes.frontend import Frontend
from tests.integration.clients import admin
from tests.integration.proxy import RunningProxy

OK = auth.AUTHENTICATION_OK
SCRAM = auth.sasl(['SCRAM-SHA-256'])
NOTICE = b'N' + ErrorFields('NOTICE', '00000', 'hello').encode()[1:]
SALT = b64encode(b'0123456789abcdef')
VERIFIER = Verifier.from_password(SECRET, b'0123456789abcdef')


@pytest.fixture(scope='module')
def proxy(server: FakeServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    config = config_toml(server, 'connect_timeout = 1000', 'connect_attempts = 1', 'checkout_timeout = 1500')
    with running(tmp_path_factory.mktemp('proxy'), config, users_toml()) as proxy:
        yield proxy


def says(message: bytes) -> Script:
    """A server that says this to the StartupMessage, and then listens."""

    def script(conversation: Conversation) -> None:
        conversation.send(message)
        conversation.receive(1 << 20)

    return script


def hangs_up(conversation: Conversation) -> None:
    """A server that closes without a word."""


def never_stops(message: bytes) -> Script:
    """A server that says the same until nobody listens."""

    def script(conversation: Conversation) -> None:
        while True:
            conversation.send(message * 100)

    return script


def challenges(challenge: Callable[[bytes], bytes]) -> Script:
    """A server that makes its SCRAM challenge out of the client's nonce."""

    def script(conversation: Conversation) -> None:
        conversation.send(SCRAM)
        nonce = nonce_of(conversation)
        conversation.send(auth.sasl_continue(challenge(nonce)))
        conversation.receive(1 << 20)

    return script


def nonce_of(conversation: Conversation) -> bytes:
    first = auth.read_sasl_initial_response(conversation.frame().body)[1]
    return first[first.index(b'r=') + 2 :]


def trusts_without_challenge(conversation: Conversation) -> None:
    conversation.send(SCRAM)
    conversation.frame()
    conversation.send(OK + GREETING + READY)
    conversation.receive(1 << 20)


def ends_scram_with(final: Callable[[bytes], bytes]) -> Script:
    """A server that runs SCRAM in earnest, and ends it in its own way."""

    def script(conversation: Conversation) -> None:
        exchange = ServerExchange([VERIFIER], 'SCRAM-SHA-256')
        conversation.send(SCRAM)
        first = auth.read_sasl_initial_response(conversation.frame().body)[1]
        conversation.send(auth.sasl_continue(exchange.first(first)))
        proven = exchange.final(conversation.frame().body)
        conversation.send(final(proven.server_final) + OK + GREETING + READY)
        conversation.serve()

    return script


def challenge(nonce: bytes, salt: bytes = SALT, iterations: bytes = b'4096') -> bytes:
    return b'r=%b,s=%b,i=%b' % (nonce, salt, iterations)


SERVERS: dict[str, tuple[Script, str]] = {
    'hangs up': (hangs_up, 'connection closed by peer'),
    'is silent': (says(b''), 'timed out'),
    'speaks HTTP': (says(b'HTTP/1.1 400 Bad Request\r\n\r\n'), 'invalid'),
    'a message of length 0': (says(b'R\0\0\0\0'), "invalid length of message 'R'"),
    'a message of length 3': (says(b'R\0\0\0\x03'), "invalid length of message 'R'"),
    'a message of length -1': (says(b'R\xff\xff\xff\xff'), "invalid length of message 'R'"),
    'a message of 1 GiB': (says(b'R\x40\0\0\0'), "invalid length of message 'R'"),
    'a message that never ends': (says(b'R\0\0\x80\0'), 'timed out'),
    'no letter of the protocol': (says(b'!\0\0\0\x04'), 'invalid message type 33'),
    'a row': (says(OK + encode(ord('D'), b'\0\0')), 'invalid message type 68'),
    'half an error': (says(encode(ord('E'), b'SFATAL\0MGo a')), 'broke the protocol'),
    'an error without fields': (says(encode(ord('E'), b'\0')), ''),
    'an error without body': (says(encode(ord('E'))), 'broke the protocol'),
    'an error without SQLSTATE': (says(encode(ord('E'), b'SFATAL\0MGo away\0\0')), 'Go away'),
    'an error that is not UTF-8': (says(encode(ord('E'), b'SFATAL\0MGo \xff away\0\0')), 'Go \ufffd away'),
    'half an Authentication': (says(encode(ord('R'), b'\0\0')), 'broke the protocol'),
    'a method of another world': (says(encode(ord('R'), struct.pack('!i', 99))), 'authentication method 99'),
    'GSSAPI': (says(encode(ord('R'), struct.pack('!i', 7))), 'authentication method 7'),
    'MD5 without salt': (says(encode(ord('R'), struct.pack('!i', 5))), 'broke the protocol'),
    'SASL without mechanisms': (says(auth.sasl([])), 'no SASL authentication mechanism'),
    'SASL with others': (says(auth.sasl(['PLAIN', 'SCRAM-SHA-1'])), 'no SASL authentication mechanism'),
    'SASL with a thousand': (says(auth.sasl(['SCRAM-SHA-256'] * 1000)), 'too many SASL mechanisms'),
    'a challenge to nothing': (says(auth.sasl_continue(challenge(b'abc'))), 'has not begun'),
    'an end of nothing': (says(auth.sasl_final(b'v=abc')), 'has not begun'),
    'an end without challenge': (says(SCRAM + auth.sasl_final(b'v=abc')), 'out of order'),
    'an empty challenge': (challenges(lambda nonce: b''), 'broke the protocol'),
    'a nonce that is not ours': (challenges(lambda nonce: challenge(b'x' + nonce)), 'did not extend our nonce'),
    'a nonce that is only ours': (challenges(challenge), 'did not extend our nonce'),
    'a nonce of 60 kB': (challenges(lambda nonce: challenge(nonce + b'x' * 60_000)), 'broke the protocol'),
    'no salt': (challenges(lambda nonce: challenge(nonce + b'x', b'')), 'SCRAM salt'),
    'a salt of 60 kB': (challenges(lambda nonce: challenge(nonce + b'x', b'AAAA' * 15_000)), 'broke the protocol'),
    'a salt that is no base64': (challenges(lambda nonce: challenge(nonce + b'x', b'%%%%')), 'broke the protocol'),
    'no iterations': (challenges(lambda nonce: challenge(nonce + b'x', SALT, b'0')), 'broke the protocol'),
    'a billion iterations': (challenges(lambda n: challenge(n + b'x', SALT, b'1000000000')), 'broke the protocol'),
    'an extension': (challenges(lambda nonce: b'm=x,' + challenge(nonce + b'x')), 'extension'),
    'trust in the middle of SCRAM': (trusts_without_challenge, 'did not prove'),
    'no proof of its own': (ends_scram_with(lambda final: b''), 'did not prove'),
    'a wrong proof': (ends_scram_with(lambda final: auth.sasl_final(b'v=' + b64encode(bytes(32)))), 'signature'),
    'a refusal in SCRAM': (ends_scram_with(lambda final: auth.sasl_final(b'e=other-error')), 'refused SCRAM'),
    'ReadyForQuery with garbage': (says(OK + encode(ord('Z'), b'X')), 'broke the protocol'),
    'ReadyForQuery without status': (says(OK + encode(ord('Z'))), 'broke the protocol'),
    'ReadyForQuery inside a transaction': (says(OK + GREETING + encode(ord('Z'), b'T')), 'broke the protocol'),
    'ReadyForQuery before authentication': (says(GREETING + READY), 'broke the protocol'),
    'half a ParameterStatus': (says(OK + encode(ord('S'), b'name')), 'broke the protocol'),
    'half a BackendKeyData': (says(OK + encode(ord('K'), b'\0\0')), 'broke the protocol'),
    'parameters without end': (never_stops(response.parameter_status('name', 'x' * 9000)), 'too many messages'),
    'notices without end': (never_stops(NOTICE), 'too many messages'),
}


@pytest.mark.parametrize(('script', 'reason'), SERVERS.values(), ids=SERVERS)
def test_server_that_breaks_the_protocol_is_refused_in_words(
    proxy: RunningProxy, server: FakeServer, script: Script, reason: str
) -> None:
    server.script = script
    # A parameter that no server has been asked about: this login must meet the server.
    admin(proxy, 'RECONNECT')
    with Frontend(proxy.port) as client:
        client.start(USER, DATABASE, geqo='off')
        told = client.log_in(USER, SECRET)[-1]
    server.script = polite
    assert told.letter == 'E'
    fields = ErrorFields.decode(told.body)
    assert fields.severity == 'FATAL'
    assert reason in fields.message
    assert lets_in(proxy)


@pytest.mark.parametrize(
    'offered', [['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'], ['SCRAM-SHA-256-PLUS']], ids=['PLUS too', 'PLUS']
)
def test_password_is_bound_to_tls_where_the_server_offers_it(
    tmp_path: Path, certificates: Certificates, offered: list[str]
) -> None:
    pair = certificates.server
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    binding = tls_server_end_point(ssl.PEM_cert_to_DER_cert(pair.certificate.read_text()))
    chosen: list[str] = []

    def script(conversation: Conversation) -> None:
        conversation.send(auth.sasl(offered))
        mechanism, first = auth.read_sasl_initial_response(conversation.frame().body)
        chosen.append(mechanism)
        exchange = ServerExchange([VERIFIER], mechanism, binding)
        conversation.send(auth.sasl_continue(exchange.first(first)))
        proven = exchange.final(conversation.frame().body)
        conversation.send(auth.sasl_final(proven.server_final))
        polite(conversation)

    with FakeServer(script, context) as server, running(tmp_path, config_toml(server), users_toml()) as proxy:
        assert lets_in(proxy)
    assert chosen == ['SCRAM-SHA-256-PLUS']


@pytest.mark.parametrize('answer', [b'E', b'X', b'S' + OK + GREETING + READY], ids=['E', 'X', 'S and more'])
def test_odd_answer_to_sslrequest_ends_the_attempt(tmp_path: Path, answer: bytes) -> None:
    with FakeServer(polite, answer_to_ssl_request=answer) as server:
        with running(tmp_path, config_toml(server), users_toml()) as proxy, Frontend(proxy.port) as client:
            client.start(USER, DATABASE)
            told = client.log_in(USER, SECRET)[-1]
            assert told.letter == 'E'
            assert ErrorFields.decode(told.body).sqlstate == '08006'
        assert server.startups == []
