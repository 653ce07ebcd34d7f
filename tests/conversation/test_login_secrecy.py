"""From outside nobody can tell a wrong password from a user or a database that does not exist."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from pgdog_gevent.protocol import authentication as auth
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.response import ErrorFields
from pgdog_gevent.protocol.startup import SSL_REQUEST
from tests.conversation.proxies import DATABASE, HASHED, SECRET, USER, config_toml, tls_keys, users_toml
from tests.fakes.backend import Conversation, FakeServer
from tests.fakes.certificates import Certificates
from tests.fakes.frontend import Frontend, Reply
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy

WRONG = 'wrong-secret'
STRANGERS = {
    'unknown user': ('malla', DATABASE),
    'unknown database': (USER, 'nop'),
    'unknown user and database': ('malla', 'nop'),
}
REFUSALS = {
    'wrong password': ErrorFields('FATAL', '28P01', 'password authentication failed for user "alice"'),
    'no such role': ErrorFields('FATAL', '28000', 'role "alice" does not exist'),
    'no entry in pg_hba.conf': ErrorFields('FATAL', '28000', 'no pg_hba.conf entry for host'),
}


class Seen(NamedTuple):
    """What an eavesdropper sees of a message: all but what is random."""

    letter: str
    size: int
    method: bytes
    error: ErrorFields | None


def seen(reply: Reply, user: str) -> Seen:
    if reply.letter != 'E':
        return Seen(reply.letter, len(reply.body), reply.body[:4], None)
    fields = ErrorFields.decode(reply.body)
    return Seen('E', len(reply.body), b'', fields._replace(message=fields.message.replace(user, USER)))


def dialogue(proxy: RunningProxy, user: str, database: str, *, tls: bool = False) -> list[Seen]:
    """All that the proxy says to somebody with a wrong password."""
    with Frontend(proxy.port) as client:
        if tls:
            client.send(SSL_REQUEST)
            assert client.receive(1) == b'S'
            client.start_tls()
        client.start(user, database)
        return [seen(reply, user) for reply in client.log_in(user, WRONG)]


def suspicious(refusal: ErrorFields) -> FakeServer:
    """A server that asks for a password and lets in only those who know it."""

    def script(conversation: Conversation) -> None:
        conversation.send(auth.CLEARTEXT_PASSWORD)
        asked: Frame = conversation.frame()
        if auth.read_password(asked.body) != SECRET.encode():
            conversation.send(refusal.encode())
            return
        conversation.greet()
        conversation.serve()

    return FakeServer(script)


@pytest.fixture(params=list(REFUSALS.values()), ids=list(REFUSALS))
def server(request: pytest.FixtureRequest) -> Iterator[FakeServer]:
    refusal: ErrorFields = request.param
    with suspicious(refusal) as server:
        yield server


def last(dialogue: list[Seen]) -> ErrorFields | None:
    return dialogue[-1].error


REFUSED = ErrorFields('FATAL', '28P01', f'password authentication failed for user "{USER}"')


@pytest.mark.parametrize('tls', [False, True], ids=['without TLS', 'with TLS'])
@pytest.mark.parametrize('method', ['plain', 'md5', 'scram'])
def test_wrong_password_unknown_user_and_unknown_database_look_alike(
    proxy: StartProxy, certificates: Certificates, method: str, tls: bool
) -> None:
    with suspicious(REFUSALS['wrong password']) as server:
        users = users_toml()
        if method != 'md5':
            users += f'[[users]]\nname = "carol"\ndatabase = "{DATABASE}"\npassword_hash = "{HASHED}"\n'
        running = proxy(config_toml(server, *tls_keys(certificates), f'auth_type = "{method}"'), users)
        usual = dialogue(running, USER, DATABASE, tls=tls)
        assert last(usual) == REFUSED
        for user, database in STRANGERS.values():
            assert dialogue(running, user, database, tls=tls) == usual
        if method != 'md5':
            assert dialogue(running, 'carol', DATABASE, tls=tls) == usual
        assert server.startups == []


@pytest.mark.parametrize('passthrough', ['enabled_plain', 'enabled_plain_allow_change'])
def test_servers_judgement_looks_like_our_own(proxy: StartProxy, server: FakeServer, passthrough: str) -> None:
    running = proxy(config_toml(server, f'passthrough_auth = "{passthrough}"'), users_toml())
    usual = dialogue(running, USER, DATABASE)
    assert last(usual) == REFUSED
    for user, database in (*STRANGERS.values(), ('frank', DATABASE)):
        assert dialogue(running, user, database) == usual


@pytest.mark.parametrize('passthrough', ['disabled', 'enabled_plain', 'enabled_plain_allow_change'])
def test_admin_is_refused_in_the_same_words_and_never_by_a_server(
    proxy: StartProxy, server: FakeServer, passthrough: str
) -> None:
    running = proxy(config_toml(server, f'passthrough_auth = "{passthrough}"'), users_toml())
    usual = dialogue(running, 'admin', 'admin')
    assert last(usual) == REFUSED
    assert dialogue(running, USER, 'admin') == usual
    assert server.startups == []


def test_same_user_is_salted_the_same_way_each_time(proxy: StartProxy) -> None:
    with suspicious(REFUSALS['wrong password']) as server:
        running = proxy(config_toml(server), users_toml())
        for user in (USER, 'malla'):
            assert len({salting(running, user) for _ in range(3)}) == 1
        assert salting(running, USER) != salting(running, 'malla')


def salting(proxy: RunningProxy, user: str) -> bytes:
    """Salt and iterations, as a client is told them."""
    with Frontend(proxy.port) as client:
        client.start(user, DATABASE)
        challenge = client.log_in(user, WRONG)[1].body
        return challenge[challenge.index(b',s=') :]
