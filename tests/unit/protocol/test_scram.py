"""SCRAM exchanges: RFC 7677's example, our two sides, scramp as either side, and everything that can go wrong."""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scramp import ScramClient, ScramException, ScramMechanism
from scramp.core import ScramServer

from pgdog_gevent.errors import AuthenticationFailed, ProtocolViolation, ServerUnreachable
from pgdog_gevent.protocol.scram import (
    ClientExchange,
    Mechanism,
    Proven,
    ServerAuthenticationFailed,
    ServerExchange,
    offered_mechanisms,
)
from pgdog_gevent.protocol.scram_keys import ClientKeys, Verifier, mock_verifier

PLAIN = Mechanism.SCRAM_SHA_256.value
PLUS = Mechanism.SCRAM_SHA_256_PLUS.value
SALT = b'sixteen bytes...'
ITERATIONS = 4096
PENCIL = Verifier.from_password('pencil', SALT, ITERATIONS)
BINDING = b'\x00\xff,=hash of a certificate'
BINDINGS = [pytest.param(None, id=PLAIN), pytest.param(BINDING, id=PLUS)]


class Rfc7677:
    """The example in section 3 of the RFC."""

    client_nonce = b'rOprNGfwEbeRWgbNEkqO'
    server_nonce = b'%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
    client_first = b'n,,n=user,r=rOprNGfwEbeRWgbNEkqO'
    server_first = b'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'
    client_final = (
        b'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ='
    )
    server_final = b'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='
    salt = b64decode('W22ZaJ0SNY7soEsUEjb6gQ==')


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What both sides said, and what the server made of it."""

    client_first: bytes
    server_first: bytes
    client_final: bytes
    proven: Proven


def converse(client: ClientExchange, server: ServerExchange, password: str = 'pencil') -> Dialogue:
    """Let our two sides talk until the client trusts the server."""
    client_first = client.first()
    server_first = server.first(client_first)
    client_final = client.final(ClientKeys.from_password(password, *client.challenge(server_first)))
    proven = server.final(client_final)
    client.verify(proven.server_final)
    return Dialogue(client_first, server_first, client_final, proven)


def client_for(channel_binding: bytes | None, user: str = '') -> ClientExchange:
    offered = [mechanism.value for mechanism in offered_mechanisms(channel_binding)]
    return ClientExchange(offered, channel_binding, user=user, nonce=b'clientnonce')


def server_for(channel_binding: bytes | None, *verifiers: Verifier) -> ServerExchange:
    mechanism = PLAIN if channel_binding is None else PLUS
    return ServerExchange(verifiers or (PENCIL,), mechanism, channel_binding, nonce=b'servernonce')


def test_server_answers_as_in_the_rfc() -> None:
    verifier = Verifier.from_password('pencil', Rfc7677.salt, 4096)
    server = ServerExchange([verifier], PLAIN, nonce=Rfc7677.server_nonce)
    assert server.first(Rfc7677.client_first) == Rfc7677.server_first
    assert server.final(Rfc7677.client_final).server_final == Rfc7677.server_final


def test_client_answers_as_in_the_rfc() -> None:
    client = ClientExchange([PLAIN], user='user', nonce=Rfc7677.client_nonce)
    assert client.first() == Rfc7677.client_first
    challenge = client.challenge(Rfc7677.server_first)
    assert challenge == (Rfc7677.salt, 4096)
    assert client.final(ClientKeys.from_password('pencil', *challenge)) == Rfc7677.client_final
    client.verify(Rfc7677.server_final)


@pytest.mark.parametrize('channel_binding', BINDINGS)
@pytest.mark.parametrize('password', ['pencil', 'p\u00e4ss\u00adword', ''], ids=['ascii', 'mapped', 'empty'])
def test_our_two_sides_agree(channel_binding: bytes | None, password: str) -> None:
    verifier = Verifier.from_password(password, SALT, ITERATIONS)
    dialogue = converse(client_for(channel_binding), server_for(channel_binding, verifier), password)
    assert dialogue.proven.candidate == 0


def test_client_leaves_the_user_name_empty_as_libpq_does() -> None:
    assert client_for(None).first() == b'n,,n=,r=clientnonce'


def test_client_escapes_a_user_name() -> None:
    assert client_for(None, user='a=b,c').first() == b'n,,n=a=3Db=2Cc,r=clientnonce'


def test_nonces_differ_between_exchanges() -> None:
    firsts = {ClientExchange([PLAIN]).first() for _ in range(5)}
    answers = {ServerExchange([PENCIL], PLAIN).first(b'n,,n=,r=abc') for _ in range(5)}
    assert (len(firsts), len(answers)) == (5, 5)


@pytest.mark.parametrize('channel_binding', BINDINGS)
def test_scramp_logs_in_to_us(channel_binding: bytes | None) -> None:
    server = server_for(channel_binding)
    client = scramp_client('pencil', channel_binding)
    client.set_server_first(server.first(client.get_client_first().encode()).decode())
    proven = server.final(client.get_client_final().encode())
    client.set_server_final(proven.server_final.decode())


@pytest.mark.parametrize('channel_binding', BINDINGS)
def test_scramp_with_a_wrong_password_does_not_log_in_to_us(channel_binding: bytes | None) -> None:
    server = server_for(channel_binding)
    client = scramp_client('pencils', channel_binding)
    client.set_server_first(server.first(client.get_client_first().encode()).decode())
    with pytest.raises(AuthenticationFailed):
        server.final(client.get_client_final().encode())


@pytest.mark.parametrize('channel_binding', BINDINGS)
def test_we_log_in_to_scramp(channel_binding: bytes | None) -> None:
    client = client_for(channel_binding, user='alice')
    server = scramp_server('pencil', channel_binding)
    server.set_client_first(client.first().decode())
    challenge = client.challenge(server.get_server_first().encode())
    server.set_client_final(client.final(ClientKeys.from_password('pencil', *challenge)).decode())
    client.verify(server.get_server_final().encode())


@pytest.mark.parametrize('channel_binding', BINDINGS)
def test_refusal_of_scramp_is_reported(channel_binding: bytes | None) -> None:
    client = client_for(channel_binding, user='alice')
    server = scramp_server('pencil', channel_binding)
    server.set_client_first(client.first().decode())
    challenge = client.challenge(server.get_server_first().encode())
    with pytest.raises(ScramException):
        server.set_client_final(client.final(ClientKeys.from_password('pencils', *challenge)).decode())
    with pytest.raises(ServerAuthenticationFailed) as caught:
        client.verify(server.get_server_final().encode())
    assert 'invalid-proof' in caught.value.detail


def scramp_client(password: str, channel_binding: bytes | None) -> ScramClient:
    bound = None if channel_binding is None else ('tls-server-end-point', channel_binding)
    return ScramClient([PLAIN if bound is None else PLUS], 'alice', password, channel_binding=bound)


def scramp_server(password: str, channel_binding: bytes | None) -> ScramServer:
    bound = None if channel_binding is None else ('tls-server-end-point', channel_binding)
    mechanism = ScramMechanism(PLAIN if bound is None else PLUS)
    stored = mechanism.make_auth_info(password, ITERATIONS, SALT)
    return mechanism.make_server(lambda user: stored, channel_binding=bound)


@pytest.mark.parametrize('candidate', range(3))
def test_any_of_several_passwords_logs_in(candidate: int) -> None:
    passwords = ['pencil', 'pen', 'chalk']
    verifiers = [Verifier.from_password(password, SALT, ITERATIONS) for password in passwords]
    dialogue = converse(client_for(None), server_for(None, *verifiers), passwords[candidate])
    assert dialogue.proven.candidate == candidate


def test_none_of_several_passwords_does_not_log_in() -> None:
    verifiers = [Verifier.from_password(password, SALT, ITERATIONS) for password in ('pen', 'chalk')]
    with pytest.raises(AuthenticationFailed):
        converse(client_for(None), server_for(None, *verifiers))


@pytest.mark.parametrize(
    'verifiers',
    [
        pytest.param((), id='none'),
        pytest.param((PENCIL, Verifier.from_password('pencil', SALT, ITERATIONS + 1)), id='other iterations'),
        pytest.param((PENCIL, Verifier.from_password('pencil', b'salt', ITERATIONS)), id='other salt'),
    ],
)
def test_candidates_must_share_their_salt(verifiers: tuple[Verifier, ...]) -> None:
    with pytest.raises(ValueError, match='share one salt'):
        ServerExchange(verifiers, PLAIN)


def test_unknown_user_fails_after_the_same_dialogue() -> None:
    client, server = client_for(None), server_for(None, mock_verifier('mallory', b'secret', ITERATIONS))
    known, unknown = server_for(None).first(client.first()), server.first(client.first())
    shape = re.compile(rb'r=clientnonceservernonce,s=[\w+/]{22}==,i=4096')
    assert shape.fullmatch(known)
    assert shape.fullmatch(unknown)
    with pytest.raises(AuthenticationFailed) as absent:
        server.final(client.final(ClientKeys.from_password('pencil', *client.challenge(unknown))))
    with pytest.raises(AuthenticationFailed) as wrong:
        converse(client_for(None), server_for(None), 'pencils')
    assert (absent.value.message, absent.value.detail) == (wrong.value.message, wrong.value.detail)


@pytest.mark.parametrize('channel_binding', BINDINGS)
def test_keys_of_a_login_log_in_elsewhere(channel_binding: bytes | None) -> None:
    keys = converse(client_for(None), server_for(None)).proven.keys
    assert keys == ClientKeys.from_password('pencil', SALT, ITERATIONS)
    client, server = client_for(channel_binding), server_for(channel_binding)
    client.challenge(server.first(client.first()))
    client.verify(server.final(client.final(keys)).server_final)


@pytest.mark.parametrize(
    ('offered', 'channel_binding', 'mechanism', 'flag'),
    [
        pytest.param([PLUS, PLAIN], BINDING, PLUS, b'p=tls-server-end-point,,', id='both can'),
        pytest.param([PLAIN, PLUS], BINDING, PLUS, b'p=tls-server-end-point,,', id='both can, in another order'),
        pytest.param([PLUS], BINDING, PLUS, b'p=tls-server-end-point,,', id='the server insists'),
        pytest.param([PLAIN], BINDING, PLAIN, b'y,,', id='only we can'),
        pytest.param([PLAIN, PLUS], None, PLAIN, b'n,,', id='only the server can'),
        pytest.param([PLAIN, 'OAUTHBEARER'], None, PLAIN, b'n,,', id='nobody can'),
    ],
)
def test_client_takes_the_strongest_mechanism_and_says_what_it_could_do(
    offered: list[str], channel_binding: bytes | None, mechanism: str, flag: bytes
) -> None:
    client = ClientExchange(offered, channel_binding)
    assert client.mechanism.value == mechanism
    assert client.first().startswith(flag)


@pytest.mark.parametrize(
    ('offered', 'channel_binding'),
    [
        pytest.param([], BINDING, id='nothing'),
        pytest.param([PLUS], None, id='only PLUS, without TLS'),
        pytest.param(['SCRAM-SHA-1', 'OAUTHBEARER'], BINDING, id='others'),
    ],
)
def test_client_without_a_mechanism_gives_up(offered: list[str], channel_binding: bytes | None) -> None:
    with pytest.raises(ServerAuthenticationFailed):
        ClientExchange(offered, channel_binding)


@pytest.mark.parametrize(
    ('mechanism', 'channel_binding'),
    [(PLUS, None), ('SCRAM-SHA-1', BINDING), ('', None)],
    ids=['PLUS without TLS', 'another', 'empty'],
)
def test_mechanism_that_was_not_offered_is_a_protocol_violation(mechanism: str, channel_binding: bytes | None) -> None:
    with pytest.raises(ProtocolViolation):
        ServerExchange([PENCIL], mechanism, channel_binding)


def test_plus_is_offered_first_and_only_with_a_certificate() -> None:
    assert [mechanism.value for mechanism in offered_mechanisms(BINDING)] == [PLUS, PLAIN]
    assert [mechanism.value for mechanism in offered_mechanisms(None)] == [PLAIN]


def test_client_that_cannot_bind_may_log_in_where_plus_is_offered() -> None:
    assert converse(ClientExchange([PLUS, PLAIN]), ServerExchange([PENCIL], PLAIN, BINDING)).proven.candidate == 0


def test_client_that_can_bind_may_log_in_where_plus_is_not_offered() -> None:
    assert converse(ClientExchange([PLAIN], BINDING), ServerExchange([PENCIL], PLAIN)).proven.candidate == 0


def test_offer_changed_on_its_way_is_noticed() -> None:
    stripped_of_plus = ClientExchange([PLAIN], BINDING)
    with pytest.raises(AuthenticationFailed, match='negotiation'):
        ServerExchange([PENCIL], PLAIN, BINDING).first(stripped_of_plus.first())


def test_proof_bound_to_another_certificate_is_refused() -> None:
    with pytest.raises(AuthenticationFailed, match='channel binding check'):
        converse(client_for(b'of the man in the middle'), server_for(BINDING))


@pytest.mark.parametrize(
    ('channel_binding', 'client_first'),
    [
        pytest.param(BINDING, b'n,,n=,r=abc', id='PLUS without binding'),
        pytest.param(BINDING, b'y,,n=,r=abc', id='PLUS without belief in it'),
        pytest.param(BINDING, b'p=tls-unique,,n=,r=abc', id='another binding'),
        pytest.param(None, b'p=tls-server-end-point,,n=,r=abc', id='a binding without PLUS'),
        pytest.param(None, b'n,a=admin,n=,r=abc', id='an authorization identity'),
    ],
)
def test_flag_that_contradicts_the_mechanism_is_a_protocol_violation(
    channel_binding: bytes | None, client_first: bytes
) -> None:
    with pytest.raises(ProtocolViolation):
        server_for(channel_binding).first(client_first)


@pytest.mark.parametrize(
    'changed',
    [
        pytest.param((b'c=biws', b'c=eSws'), id='another flag than before'),
        pytest.param((b'c=biws', b'c='), id='no flag'),
        pytest.param((b'r=clientnonce', b'r=clientnoncf'), id='another client nonce'),
        pytest.param((b'servernonce', b'servernoncf'), id='another server nonce'),
        pytest.param((b'servernonce', b''), id='no server nonce'),
        pytest.param((b'servernonce', b'servernoncex'), id='a longer server nonce'),
    ],
)
def test_final_message_that_contradicts_the_first_is_a_protocol_violation(changed: tuple[bytes, bytes]) -> None:
    dialogue = converse(client_for(None), server_for(None))
    server = server_for(None)
    server.first(dialogue.client_first)
    with pytest.raises(ProtocolViolation):
        server.final(dialogue.client_final.replace(*changed))


def test_extension_is_covered_by_the_proof() -> None:
    dialogue = converse(client_for(None), server_for(None))
    server = server_for(None)
    server.first(dialogue.client_first)
    with pytest.raises(AuthenticationFailed):
        server.final(dialogue.client_final.replace(b',p=', b',x=y,p='))


def test_overheard_dialogue_does_not_log_in_again() -> None:
    dialogue = converse(client_for(None), server_for(None))
    server = ServerExchange([PENCIL], PLAIN)
    server.first(dialogue.client_first)
    with pytest.raises(ProtocolViolation, match='nonce'):
        server.final(dialogue.client_final)


@pytest.mark.parametrize(
    'server_first',
    [
        pytest.param(b'r=clientnonce,s=c2FsdA==,i=1', id='not extended'),
        pytest.param(b'r=othernonceservernonce,s=c2FsdA==,i=1', id='not ours'),
        pytest.param(b'r=xclientnonceservernonce,s=c2FsdA==,i=1', id='ours, but not in front'),
    ],
)
def test_server_must_extend_our_nonce(server_first: bytes) -> None:
    with pytest.raises(ProtocolViolation, match='nonce'):
        client_for(None).challenge(server_first)


def test_server_that_does_not_know_the_password_is_not_trusted() -> None:
    client = client_for(None)
    client.final(ClientKeys.from_password('pencil', *client.challenge(server_for(None).first(client.first()))))
    with pytest.raises(ServerAuthenticationFailed) as caught:
        client.verify(b'v=' + b64encode(bytes(32)))
    assert isinstance(caught.value, ServerUnreachable)
    assert caught.value.sqlstate == '08006'


def test_steps_out_of_order_are_refused() -> None:
    keys = ClientKeys.from_password('pencil', SALT, ITERATIONS)
    with pytest.raises(ProtocolViolation, match='order'):
        client_for(None).final(keys)
    with pytest.raises(ProtocolViolation, match='order'):
        client_for(None).verify(Rfc7677.server_final)
    with pytest.raises(ProtocolViolation, match='order'):
        server_for(None).final(Rfc7677.client_final)


SAMPLE = converse(client_for(BINDING), server_for(BINDING))


@pytest.mark.parametrize('cut', range(len(SAMPLE.client_first) - len('clientnonce') + 1))
def test_truncated_client_first_is_a_protocol_violation(cut: int) -> None:
    with pytest.raises(ProtocolViolation):
        server_for(BINDING).first(SAMPLE.client_first[:cut])


@pytest.mark.parametrize('cut', range(len(SAMPLE.client_first) - len('clientnonce') + 1, len(SAMPLE.client_first)))
def test_client_first_with_truncated_nonce_leads_to_no_login(cut: int) -> None:
    server = server_for(BINDING)
    server.first(SAMPLE.client_first[:cut])
    with pytest.raises(ProtocolViolation):
        server.final(SAMPLE.client_final)


@pytest.mark.parametrize('cut', range(len(SAMPLE.client_final)))
def test_truncated_client_final_does_not_log_in(cut: int) -> None:
    server = server_for(BINDING)
    server.first(SAMPLE.client_first)
    with pytest.raises((ProtocolViolation, AuthenticationFailed)):
        server.final(SAMPLE.client_final[:cut])


@pytest.mark.parametrize('cut', range(len(SAMPLE.server_first) - len('096')))
def test_truncated_server_first_is_a_protocol_violation(cut: int) -> None:
    # One byte more would leave "i=4", which is a valid count.
    with pytest.raises(ProtocolViolation):
        client_for(BINDING).challenge(SAMPLE.server_first[:cut])


@pytest.mark.parametrize('cut', range(len(SAMPLE.proven.server_final)))
def test_truncated_server_final_is_not_trusted(cut: int) -> None:
    client = client_for(BINDING)
    client.final(ClientKeys.from_password('pencil', *client.challenge(SAMPLE.server_first)))
    with pytest.raises(ProtocolViolation):
        client.verify(SAMPLE.proven.server_final[:cut])


def flipped(message: bytes, position: int, bits: int) -> bytes:
    """Change one byte of a message."""
    at = position % len(message)
    return message[:at] + bytes([message[at] ^ bits]) + message[at + 1 :]


CHANGES = {'position': st.integers(0, 10_000), 'bits': st.integers(1, 255)}


@given(**CHANGES)
def test_client_final_with_one_byte_changed_does_not_log_in(position: int, bits: int) -> None:
    server = server_for(BINDING)
    server.first(SAMPLE.client_first)
    changed = flipped(SAMPLE.client_final, position, bits)
    with pytest.raises((ProtocolViolation, AuthenticationFailed)):
        server.final(changed)


@given(**CHANGES)
def test_server_first_with_one_byte_changed_leads_to_no_login(position: int, bits: int) -> None:
    client, server = client_for(BINDING), server_for(BINDING)
    server.first(client.first())
    keys = ClientKeys.from_password('pencil', SALT, ITERATIONS)
    try:
        client.challenge(flipped(SAMPLE.server_first, position, bits))
    except ProtocolViolation:
        return
    with pytest.raises((ProtocolViolation, AuthenticationFailed)):
        server.final(client.final(keys))


@given(**CHANGES)
def test_server_final_with_one_byte_changed_is_not_trusted(position: int, bits: int) -> None:
    client = client_for(BINDING)
    client.challenge(SAMPLE.server_first)
    client.final(ClientKeys.from_password('pencil', SALT, ITERATIONS))
    changed = flipped(SAMPLE.proven.server_final, position, bits)
    with pytest.raises((ProtocolViolation, ServerAuthenticationFailed)):
        client.verify(changed)
