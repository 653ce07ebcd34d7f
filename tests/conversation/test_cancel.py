"""Cancels before servers that are not PostgreSQL: silent, late, without keys; and cancels that precede the query."""

import threading
from contextlib import ExitStack

import pytest

from pgdog_gevent.protocol import authentication as auth
from pgdog_gevent.protocol import query, response
from pgdog_gevent.protocol.frames import encode
from pgdog_gevent.protocol.response import ErrorFields
from pgdog_gevent.protocol.startup import cancel_request, startup_message
from tests.conversation.proxies import DATABASE, SECRET, USER, config_toml, users_toml
from tests.fakes.backend import GREETING, ONE_ROW, PATIENCE, READY, Conversation, FakeServer, answer, reads_functions
from tests.fakes.frontend import Frontend, Reply
from tests.integration.clients import admin, eventually
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy

SELECT = query.query(b'SELECT 1')
SLOW = query.query(b'SELECT slow')
ROW = ['T', 'D', 'C', 'Z']
DONE = encode(ord('C'), b'DONE\0') + READY
EMPTY = encode(ord('I')) + READY
CANCELED = encode(ord('E'), b'SERROR\0VERROR\0C57014\0Mcanceling statement due to user request\0\0') + READY
WITHOUT_KEY = response.parameter_status('client_encoding', 'UTF8')
QUICK, PATIENT = 'connect_timeout = 300', 'connect_timeout = 60000'
"""Which is also how long the server has for a CancelRequest."""


class Client(Frontend):
    """A client that is logged in and knows its cancel key."""

    def __init__(self, proxy: RunningProxy, **parameters: str) -> None:
        super().__init__(proxy.port)
        self._proxy_port = proxy.port
        self.send(startup_message({'user': USER, 'database': DATABASE, **parameters}))
        [key] = [reply.body for reply in self.log_in(USER, SECRET) if reply.letter == 'K']
        self._key = int.from_bytes(key[:4], 'big'), key[4:]

    def ask(self, message: bytes = SELECT) -> list[str]:
        """Send a request; return the letters of its answer, or the SQLSTATE of its error."""
        self.send(message)
        return self.answer()

    def answer(self) -> list[str]:
        """Return the letters of an answer, or the SQLSTATE of its error."""
        return [self._letter(reply) for reply in self.replies()]

    @staticmethod
    def _letter(reply: Reply) -> str:
        return ErrorFields.decode(reply.body).sqlstate if reply.letter == 'E' else reply.letter

    def cancel(self) -> Frontend:
        """Send a CancelRequest; its connection is still open."""
        connection = Frontend(self._proxy_port)
        connection.send(cancel_request(*self._key))
        return connection


class Server:
    """A script that keeps the first query with ``held`` in it waiting until ``finish`` is set, and has a memory."""

    def __init__(
        self, held: bytes = b'slow', *, held_answer: bytes = ONE_ROW + READY, empty_answer: bytes = EMPTY,
        greeting: bytes = GREETING,
    ) -> None:  # fmt: skip
        self.holds = threading.Event()
        self.finish = threading.Event()
        self.asked: list[bytes] = []
        self._held = held
        self._held_answer = held_answer
        self._empty_answer = empty_answer
        self._greeting = greeting

    def __call__(self, conversation: Conversation) -> None:
        conversation.send(auth.AUTHENTICATION_OK + self._greeting + READY)
        while (frame := conversation.frame()).letter != 'X':
            if reads_functions(frame.body):
                conversation.send(answer(frame.body) + READY)
                continue
            self.asked.append(frame.body.rstrip(b'\0'))
            if self._held in b'\0' + frame.body and not self.holds.is_set():
                self.holds.set()
                assert self.finish.wait(PATIENCE)
                conversation.send(self._held_answer)
            elif frame.body == b';\0':
                conversation.send(self._empty_answer)
            else:
                conversation.send(ONE_ROW + READY if b'SELECT' in frame.body else DONE)


class Holding:
    """Keeps the connections of CancelRequests open until ``release`` is set; ``most`` were so at once."""

    def __init__(self) -> None:
        self.open = self.most = 0
        self.release = threading.Event()
        self._lock = threading.Lock()

    def __call__(self, conversation: Conversation) -> None:
        with self._lock:
            self.open += 1
            self.most = max(self.most, self.open)
        try:
            self.wait(conversation)
        finally:
            with self._lock:
                self.open -= 1

    def wait(self, conversation: Conversation) -> None:
        assert self.release.wait(PATIENCE)


class Silent(Holding):
    """Keeps them open until the proxy closes them."""

    def wait(self, conversation: Conversation) -> None:
        conversation.receive(1)


def narrow(server: FakeServer, *keys: str) -> str:
    """pgdog.toml with one server connection."""
    return config_toml(server, 'default_pool_size = 1', *keys)


def one_waits(proxy: RunningProxy) -> bool:
    return admin(proxy, 'SHOW POOLS')[0]['cl_waiting'] == 1


def at_rest(proxy: RunningProxy) -> bool:
    """Whether nobody has or wants a server connection."""
    [pool] = admin(proxy, 'SHOW POOLS')
    return pool['cl_waiting'] == 0 and pool['sv_total'] == pool['sv_idle']


def all_requests_are_read(proxy: RunningProxy) -> bool:
    """Whether the proxy has read the first packet of every connection that was made before this call.

    It accepts them in order, so the console is behind them; whoever has not been read is logging in.
    """
    return admin(proxy, 'SHOW LISTS')[0]['login_clients'] == 0


# Servers that keep the connection of a CancelRequest open


def test_flood_of_cancels_is_one_connection_to_the_server_at_a_time(proxy: StartProxy) -> None:
    script, holding = Server(), Holding()
    with FakeServer(script) as server, ExitStack() as ends:
        server.when_cancelled = holding
        app = proxy(narrow(server, PATIENT), users_toml())
        with Client(app) as client:
            for event in (script.finish, holding.release):
                ends.callback(event.set)
            client.send(SLOW)
            assert script.holds.wait(PATIENCE)
            cancels = [ends.enter_context(client.cancel())]
            eventually(lambda: holding.open == 1, 'the first is under way')
            cancels += [ends.enter_context(client.cancel()) for _ in range(59)]
            eventually(lambda: all_requests_are_read(app), 'the others wait for it')
            assert len(server.cancelled) == 1
            holding.release.set()
            assert [cancel.end() for cancel in cancels] == [b''] * 60
            # One was under way, and all others were a second.
            assert (len(server.cancelled), holding.most) == (2, 1)
            script.finish.set()
            assert client.answer() == ROW
        eventually(lambda: at_rest(app) and holding.open == 0, 'nothing is left')


def test_connection_is_closed_when_nobody_knows_whether_a_cancel_may_still_arrive(proxy: StartProxy) -> None:
    script, holding = Server(), Silent()
    with FakeServer(script) as server:
        server.when_cancelled = holding
        app = proxy(narrow(server, QUICK), users_toml())
        with Client(app) as victim, Client(app) as bystander:
            victim.send(SLOW)
            assert script.holds.wait(PATIENCE)
            with victim.cancel() as cancel:
                eventually(lambda: holding.open == 1, 'the cancel is under way')
                script.finish.set()
                assert victim.answer() == ROW
                assert bystander.ask() == ROW
                assert cancel.end() == b''
        assert script.asked[:2] == [b'SELECT slow', b'SELECT 1']
        assert len(server.startups) == 2
        eventually(lambda: at_rest(app) and holding.open == 0, 'nothing is left')


@pytest.mark.parametrize('gone', [False, True], ids=['client stays', 'client goes'])
def test_connection_is_lent_to_nobody_while_a_cancel_is_under_way(proxy: StartProxy, *, gone: bool) -> None:
    script, arrived, release = Server(), threading.Event(), threading.Event()

    def slowly(conversation: Conversation) -> None:
        arrived.set()
        assert release.wait(PATIENCE)

    with FakeServer(script) as server:
        server.when_cancelled = slowly
        app = proxy(narrow(server), users_toml())
        with Client(app) as victim, Client(app) as bystander, ExitStack() as cancels:
            victim.send(SLOW)
            assert script.holds.wait(PATIENCE)
            if gone:
                victim.reset()
            else:
                cancels.enter_context(victim.cancel())
            assert arrived.wait(PATIENCE)
            script.finish.set()
            if not gone:
                assert victim.answer() == ROW
            bystander.send(SELECT)
            eventually(lambda: one_waits(app), 'the other client waits')
            assert script.asked == [b'SELECT slow']
            release.set()
            assert bystander.answer() == ROW
        assert script.asked[:2] == [b'SELECT slow', b';']
        assert len(server.startups) == 1


# Servers that are late, elsewhere, or give no key


def test_cancel_that_comes_late_is_caught_before_the_next_user(proxy: StartProxy) -> None:
    script = Server(empty_answer=CANCELED)
    with FakeServer(script) as server:
        app = proxy(narrow(server), users_toml())
        with Client(app) as victim, Client(app) as bystander:
            victim.send(SLOW)
            assert script.holds.wait(PATIENCE)
            with victim.cancel() as cancel:
                assert cancel.end() == b''
            script.finish.set()
            assert victim.answer() == ROW
            assert bystander.ask() == ROW
        assert script.asked[:2] == [b'SELECT slow', b';']
        assert len(server.startups) == 1


def test_cancel_goes_to_the_server_of_the_query_though_the_configuration_has_another_by_now(
    proxy: StartProxy,
) -> None:
    script = Server()
    with FakeServer(script) as first, FakeServer(Server()) as second:
        app = proxy(narrow(first), users_toml())
        with Client(app) as client, Client(app) as other:
            client.send(SLOW)
            assert script.holds.wait(PATIENCE)
            app.reload(config_toml=narrow(second))
            eventually(lambda: admin(app, 'SHOW DATABASES')[0]['port'] == second.port, 'the reload is done')
            with client.cancel() as cancel:
                assert cancel.end() == b''
            script.finish.set()
            assert client.answer() == ROW
            assert other.ask() == ROW
        assert (len(first.cancelled), len(second.cancelled)) == (1, 0)


@pytest.mark.parametrize(
    'greeting',
    [WITHOUT_KEY, WITHOUT_KEY + response.backend_key_data(0, bytes(4)), WITHOUT_KEY + encode(ord('K'), bytes(4))],
    ids=['no BackendKeyData', 'process 0', 'empty key'],
)
def test_server_without_a_key_gets_no_cancel_and_is_not_waited_for(proxy: StartProxy, greeting: bytes) -> None:
    script = Server(greeting=greeting)
    with FakeServer(script) as server:
        app = proxy(narrow(server, 'rollback_timeout = 500'), users_toml())
        with Client(app) as victim, Client(app) as bystander:
            victim.send(SLOW)
            assert script.holds.wait(PATIENCE)
            with victim.cancel() as cancel:
                assert cancel.end() == b''
            victim.reset()
            assert bystander.ask() == ROW
            script.finish.set()
        assert (server.cancelled, len(server.startups)) == ([], 2)


# Cancels that come before a server has the query


def test_cancel_while_the_server_is_being_set_up_is_for_the_query_that_follows(proxy: StartProxy) -> None:
    script = Server(b'application_name', held_answer=DONE)
    with FakeServer(script) as server:
        app = proxy(narrow(server), users_toml())
        with Client(app, application_name='victim') as victim, Client(app) as bystander:
            victim.send(SELECT)
            assert script.holds.wait(PATIENCE)
            with victim.cancel() as cancel:
                assert cancel.end() == b''
            script.finish.set()
            assert victim.answer() == ['57014', 'Z']
            assert b'SELECT 1' not in script.asked
            # And the client does not keep what it has no use for.
            assert bystander.ask() == ROW
            assert victim.ask() == ROW


def test_settings_that_were_interrupted_are_reset(proxy: StartProxy) -> None:
    script = Server(b'application_name', held_answer=DONE)
    with FakeServer(script) as server:
        app = proxy(narrow(server, 'query_timeout = 300'), users_toml())
        with Client(app, application_name='victim') as victim, Client(app) as bystander:
            assert victim.ask() == ['57014', 'Z']
            script.finish.set()
            assert bystander.ask() == ROW
        assert b'DISCARD ALL' in script.asked[: script.asked.index(b'SELECT 1')]


def test_cancel_while_an_idle_connection_is_checked(proxy: StartProxy) -> None:
    script = Server(b'\0;\0')
    with FakeServer(script) as server:
        app = proxy(narrow(server, 'healthcheck_interval = 0'), users_toml())
        with Client(app) as client:
            client.send(SELECT)
            assert script.holds.wait(PATIENCE)
            with client.cancel() as cancel:
                assert cancel.end() == b''
            assert client.answer() == ['57014', 'Z']
            script.finish.set()
            assert client.ask() == ROW
        assert server.cancelled == []
