"""What the fast lane must not take for an ordinary turn."""

from collections.abc import Callable

import pytest

from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.frames import encode
from pgdog_gevent.sqlstate import PROTOCOL_VIOLATION
from tests.conversation.proxies import DATABASE, SECRET, USER, config_toml, users_toml
from tests.fakes.backend import ONE_ROW, READY, Conversation, FakeServer, Script, answer, polite
from tests.fakes.frontend import Frontend
from tests.integration.clients import admin
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy

SELECT = query.query(b'SELECT 1')
ANSWER = 'TDCZ'


def says_once(reply: bytes) -> Script:
    """A server that answers the second SELECT 1 that it ever gets in this way: the first goes carefully."""
    asked: list[bytes] = []

    def script(conversation: Conversation) -> None:
        conversation.greet()
        while (message := conversation.frame()).letter != 'X':
            asked.extend([message.raw] * (message.raw == SELECT))
            second = message.raw == SELECT and len(asked) == 2
            conversation.send(reply if second else answer(message.body) + READY)

    return script


def logged_in(proxy: RunningProxy) -> Frontend:
    client = Frontend(proxy.port)
    client.start(USER, DATABASE)
    client.log_in(USER, SECRET)
    return client


def letters(client: Frontend) -> str:
    return ''.join(reply.letter for reply in client.replies())


@pytest.fixture
def before(proxy: StartProxy) -> Callable[[FakeServer], RunningProxy]:
    """A function that starts a proxy that knows which functions there are, and has one server connection."""

    def start(server: FakeServer) -> RunningProxy:
        app = proxy(config_toml(server, 'default_pool_size = 1'), users_toml())
        with logged_in(app):
            app.wait_for_log('functions have been read')
        return app

    return start


def test_what_a_server_says_after_its_answer_reaches_nobody(before: Callable[[FakeServer], RunningProxy]) -> None:
    with FakeServer(says_once(ONE_ROW + READY + ONE_ROW)) as server, logged_in(before(server)) as client:
        client.send(SELECT + SELECT + SELECT)
        assert [letters(client) for _ in range(3)] == [ANSWER, ANSWER, ANSWER]
        assert len(server.startups) == 2


@pytest.mark.parametrize('status', [b'X', b'\0'], ids=['a letter', 'zero'])
def test_status_that_does_not_exist_is_no_end_of_a_turn(
    before: Callable[[FakeServer], RunningProxy], status: bytes
) -> None:
    with FakeServer(says_once(ONE_ROW + encode(ord('Z'), status))) as server, logged_in(before(server)) as client:
        client.send(SELECT)
        assert letters(client) == ANSWER
        client.send(SELECT)
        assert letters(client) == 'TDCE'


@pytest.mark.parametrize('body', [b'', b'SELECT 1', b'SELECT 1\0 + 1\0'], ids=['empty', 'no end', 'two ends'])
def test_query_that_is_none_costs_no_server_connection(
    before: Callable[[FakeServer], RunningProxy], body: bytes
) -> None:
    with FakeServer(polite) as server:
        app = before(server)
        with logged_in(app) as client:
            client.send(SELECT)
            assert letters(client) == ANSWER
            client.send(encode(ord('Q'), body))
            assert client.refusal().sqlstate == PROTOCOL_VIOLATION
        with logged_in(app) as client:
            client.send(SELECT)
            assert letters(client) == ANSWER
        assert len(server.startups) == 1


def test_query_whose_server_goes_is_counted(before: Callable[[FakeServer], RunningProxy]) -> None:
    def goes(conversation: Conversation) -> None:
        conversation.greet()
        asked = 0
        while asked < 2:
            message = conversation.frame()
            asked += message.raw == SELECT
            conversation.send(answer(message.body) + READY if asked < 2 else b'')

    with FakeServer(goes) as server:
        app = before(server)
        [already] = admin(app, 'SHOW STATS')
        with logged_in(app) as client:
            client.send(SELECT + SELECT)
            assert (letters(client), letters(client)) == (ANSWER, 'EZ')
            [row] = [row for row in admin(app, 'SHOW CLIENTS') if row['user'] == USER]
            assert row['queries'] == 2
        [now] = admin(app, 'SHOW STATS')
        assert int(str(now['total_query_count'])) - int(str(already['total_query_count'])) == 2
