"""What a server says to its client while the proxy asks it something on its own account."""

from collections.abc import Callable

import pytest

from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.frames import Frame, encode
from pgdog_gevent.protocol.startup import startup_message
from tests.conversation.proxies import DATABASE, SECRET, USER, config_toml, users_toml
from tests.fakes.backend import READY, Conversation, FakeServer, answer
from tests.fakes.frontend import Frontend
from tests.integration.conftest import StartProxy

NOTIFICATION = encode(ord('A'), b'\0\0\0\7news\0hello\0')
LISTENS = encode(ord('T'), b'\0\0') + encode(ord('D'), b'\0\1\0\0\0\6LISTEN') + encode(ord('C'), b'SELECT 1\0') + READY
DONE = encode(ord('C'), b'LISTEN\0') + READY


def asks_what_is_left(message: Frame) -> bool:
    return b'pg_listening_channels' in message.body


def sets(message: Frame) -> bool:
    return b'set_config' in message.body


def test_notification_for_the_last_client_reaches_nobody_else(proxy: StartProxy) -> None:
    said: list[bytes] = []

    def notifies_at_logins(conversation: Conversation) -> None:
        conversation.greet()
        while (message := conversation.frame()).letter != 'X':
            if sets(message) and not said:
                said.append(message.body)
                conversation.send(NOTIFICATION)
            conversation.send(DONE if b'SELECT' not in message.body else answer(message.body) + READY)

    config = 'default_pool_size = 1'
    with FakeServer(notifies_at_logins) as server:
        app = proxy(config_toml(server, config), users_toml())
        with Frontend(app.port) as client:
            client.send(startup_message({'user': USER, 'database': DATABASE, 'work_mem': '1MB'}))
            client.log_in(USER, SECRET)
            assert said
            client.send(query.query(b'SELECT 1') + query.query(b'SELECT 1'))
            assert ''.join(client.reply().letter for _ in 'TDCZTDCZ') == 'TDCZTDCZ'


@pytest.mark.parametrize('interrupted', [asks_what_is_left, sets])
def test_notification_reaches_its_client(proxy: StartProxy, interrupted: Callable[[Frame], bool]) -> None:
    def listens(conversation: Conversation) -> None:
        conversation.greet()
        listens = said = False
        while (message := conversation.frame()).letter != 'X':
            listens = listens or b'LISTEN news' in message.body
            if listens and interrupted(message) and not said:
                said = True
                conversation.send(NOTIFICATION)
            if asks_what_is_left(message):
                conversation.send(LISTENS)
            else:
                conversation.send(DONE if b'SELECT' not in message.body else answer(message.body) + READY)

    with FakeServer(listens) as server, Frontend(proxy(config_toml(server), users_toml()).port) as client:
        client.send(startup_message({'user': USER, 'database': DATABASE, 'work_mem': '1MB'}))
        client.log_in(USER, SECRET)
        # After RESET ALL the proxy sets again what the client asked for at the start.
        client.send(query.query(b'LISTEN news') + query.query(b'RESET ALL'))
        replies = [client.reply() for _ in 'CZCZA']
    assert ('A', NOTIFICATION[5:]) in replies
