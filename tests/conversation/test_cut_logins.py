"""Clients that leave in the middle of logging in, or stop there: the proxy goes on, and its log has no traceback."""

import ssl
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from pgdog_gevent.protocol import authentication as auth
from pgdog_gevent.protocol.scram import ClientExchange
from pgdog_gevent.protocol.scram_keys import ClientKeys
from pgdog_gevent.protocol.startup import SSL_REQUEST, cancel_request, startup_message
from tests.conversation.proxies import DATABASE, SECRET, USER, config_toml, lets_in, running, tls_keys, users_toml
from tests.fakes.backend import FakeServer
from tests.fakes.certificates import Certificates
from tests.fakes.frontend import Frontend
from tests.integration.proxy import RunningProxy

STARTUP = startup_message({'user': USER, 'database': DATABASE})
STEP = 7
"""Every how many bytes a long message is cut: its ends, and enough in between."""


@pytest.fixture(scope='module')
def encrypting(
    server: FakeServer, certificates: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningProxy]:
    config = config_toml(server, *tls_keys(certificates), 'client_login_timeout = 1000')
    with running(tmp_path_factory.mktemp('encrypting'), config, users_toml()) as proxy:
        yield proxy


@pytest.fixture(scope='module')
def asking_plainly(server: FakeServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    config = config_toml(server, 'auth_type = "plain"', 'client_login_timeout = 1000')
    with running(tmp_path_factory.mktemp('asking_plainly'), config, users_toml()) as proxy:
        yield proxy


def client_hello() -> bytes:
    """The first bytes of a client that speaks TLS."""
    outgoing = ssl.MemoryBIO()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(['postgresql'])
    session = context.wrap_bio(ssl.MemoryBIO(), outgoing)
    with pytest.raises(ssl.SSLWantReadError):
        session.do_handshake()
    return outgoing.read()


class Step(NamedTuple):
    """A message of the way in: how to get there, and what it is."""

    reach: Callable[[Frontend], None]
    message: Callable[[Frontend], bytes]


def nothing(client: Frontend) -> None:
    """The connection is new."""


def asked_for_tls(client: Frontend) -> None:
    client.send(SSL_REQUEST)
    assert client.receive(1) == b'S'


def said_who(client: Frontend) -> None:
    client.send(STARTUP)
    assert client.reply().letter == 'R'


def first_scram_message(client: Frontend) -> bytes:
    exchange = ClientExchange(['SCRAM-SHA-256'])
    return auth.sasl_initial_response('SCRAM-SHA-256', exchange.first())


def last_scram_message(client: Frontend) -> bytes:
    exchange = ClientExchange(['SCRAM-SHA-256'])
    client.send(auth.sasl_initial_response('SCRAM-SHA-256', exchange.first()))
    asked = auth.decode(client.reply().body)
    assert isinstance(asked, auth.SASLContinue)
    exchange.challenge(asked.payload)
    return auth.sasl_response(exchange.final(ClientKeys(bytes(32), bytes(32))))


STEPS = {
    'SSLRequest': Step(nothing, lambda client: SSL_REQUEST),
    'CancelRequest': Step(nothing, lambda client: cancel_request(1, b'1234')),
    'StartupMessage': Step(nothing, lambda client: STARTUP),
    'ClientHello': Step(asked_for_tls, lambda client: client_hello()),
    'ClientHello without asking': Step(nothing, lambda client: client_hello()),
    'SASLInitialResponse': Step(said_who, first_scram_message),
    'SASLResponse': Step(said_who, last_scram_message),
}


def cuts(message: bytes) -> Iterator[int]:
    """Where to cut: everywhere near the header and the end, every few bytes between."""
    for cut in range(len(message) + 1):
        if cut < 16 or cut % STEP == 0 or len(message) - cut < 8:
            yield cut


def leave(client: Frontend) -> None:
    """Close as a client does that ends in order."""


@pytest.mark.parametrize('go', [leave, Frontend.reset], ids=['closed', 'reset'])
@pytest.mark.parametrize('step', STEPS.values(), ids=STEPS)
def test_client_that_goes_in_the_middle_of_a_message_harms_nobody(
    encrypting: RunningProxy, step: Step, go: Callable[[Frontend], None]
) -> None:
    with Frontend(encrypting.port) as client:
        step.reach(client)
        length = len(step.message(client))
    for cut in cuts(bytes(length)):
        with Frontend(encrypting.port) as client:
            step.reach(client)
            client.send(step.message(client)[:cut])
            go(client)
    assert lets_in(encrypting)


@pytest.mark.parametrize('go', [leave, Frontend.reset], ids=['closed', 'reset'])
def test_client_that_goes_in_the_middle_of_its_password_harms_nobody(
    asking_plainly: RunningProxy, go: Callable[[Frontend], None]
) -> None:
    message = auth.password_message(SECRET.encode())
    for cut in range(len(message) + 1):
        with Frontend(asking_plainly.port) as client:
            said_who(client)
            client.send(message[:cut])
            go(client)
    assert lets_in(asking_plainly)


@pytest.mark.parametrize(
    ('wrong', 'reason'),
    [
        (b'Q\0\0\0\x0bSELEC\0\0', 'invalid message type 81'),
        (b'p\0\0\0\x03', "invalid length of message 'p'"),
        (b'p\x7f\xff\xff\xff', "invalid length of message 'p'"),
        (b'p\0\0\0\x04', 'invalid string in message'),
        (b'p\0\0\0\x05\0', 'empty password returned by client'),
        (b'p\0\0\0\x08abcd', 'invalid string in message'),
        (b'p\0\0\0\x09ab\0cd', None),
        (b'X\0\0\0\x04', None),
    ],
    ids=['a query', 'length 3', 'length 2 GiB', 'no body', 'empty', 'no end', 'bytes after the end', 'Terminate'],
)
def test_malformed_password_is_refused_before_it_is_judged(
    asking_plainly: RunningProxy, wrong: bytes, reason: str | None
) -> None:
    with Frontend(asking_plainly.port) as client:
        said_who(client)
        client.send(wrong)
        refusal = client.refusal()
    assert (refusal.severity, refusal.sqlstate) == ('FATAL', '08P01')
    assert reason is None or refusal.message == reason
    assert lets_in(asking_plainly)


@pytest.mark.parametrize(
    ('mechanism', 'payload'),
    [
        ('SCRAM-SHA-1', b'n,,n=,r=abc'),
        ('SCRAM-SHA-256-PLUS', b'p=tls-server-end-point,,n=,r=abc'),
        ('SCRAM-SHA-256', b''),
        ('SCRAM-SHA-256', b'n,,'),
        ('SCRAM-SHA-256', b'n,,n=,r='),
        ('SCRAM-SHA-256', b'n,,n=,r=' + b'x' * 60_000),
        ('SCRAM-SHA-256', b'p=tls-unique,,n=,r=abc'),
        ('SCRAM-SHA-256', b'\xff' * 100),
        ('', b'n,,n=,r=abc'),
    ],
    ids=[
        'SHA-1', 'PLUS without TLS', 'empty', 'only a header', 'no nonce', 'a nonce of 60 kB', 'another binding',
        'noise', 'no mechanism',
    ],
)  # fmt: skip
def test_malformed_scram_message_is_refused(encrypting: RunningProxy, mechanism: str, payload: bytes) -> None:
    with Frontend(encrypting.port) as client:
        said_who(client)
        client.send(auth.sasl_initial_response(mechanism, payload))
        assert client.refusal().sqlstate == '08P01'
    assert lets_in(encrypting)


def short_of_client_hello(client: Frontend) -> None:
    asked_for_tls(client)
    client.send(client_hello()[:40])


def short_of_direct_tls(client: Frontend) -> None:
    client.send(client_hello()[:40])


SILENCES = {
    'nothing': nothing,
    'half a length': lambda client: client.send(STARTUP[:2]),
    'half a StartupMessage': lambda client: client.send(STARTUP[:20]),
    'no ClientHello': asked_for_tls,
    'half a ClientHello': short_of_client_hello,
    'half a ClientHello without asking': short_of_direct_tls,
    'no password': said_who,
}


@pytest.fixture(scope='module')
def impatient(
    server: FakeServer, certificates: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningProxy]:
    config = config_toml(server, *tls_keys(certificates), 'client_login_timeout = 300')
    with running(tmp_path_factory.mktemp('impatient'), config, users_toml()) as proxy:
        yield proxy


@pytest.mark.parametrize('last_words', SILENCES.values(), ids=SILENCES)
def test_client_that_falls_silent_is_dropped_after_client_login_timeout(
    impatient: RunningProxy, last_words: Callable[[Frontend], None]
) -> None:
    with Frontend(impatient.port) as client:
        last_words(client)
        client.end()
    assert lets_in(impatient)
    assert 'Traceback' not in impatient.log()
