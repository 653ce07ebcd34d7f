"""Pipelines that are longer than what the proxy holds back until their Sync."""

import threading
from pathlib import Path

from pgdog_gevent.protocol.query import SYNC, Parse
from pgdog_gevent.protocol.response import ErrorFields
from tests.conversation.proxies import DATABASE, SECRET, USER, config_toml, running, users_toml
from tests.fakes.backend import PATIENCE, READY, Conversation, FakeServer
from tests.fakes.frontend import Frontend

PARSE = Parse(b'', b'SELECT 1 --' + b'x' * 70_000, b'\0\0').encode()
"""So long that it is not held back."""
BEGUN = 3
"""Bytes of a message for whose rest the proxy has to wait."""
REFUSAL = ErrorFields('ERROR', '42601', 'syntax error').encode()


def test_error_reaches_a_client_that_never_stops_sending(tmp_path: Path) -> None:
    refused = threading.Event()

    def refuse(conversation: Conversation) -> None:
        conversation.greet()
        assert conversation.frame().letter == 'P'
        conversation.send(REFUSAL)
        refused.set()
        while conversation.frame().letter != 'S':
            pass
        conversation.send(READY)
        conversation.frame()

    with (
        FakeServer(refuse) as server,
        running(tmp_path, config_toml(server), users_toml()) as proxy,
        Frontend(proxy.port) as client,
    ):
        client.start(USER, DATABASE)
        client.log_in(USER, SECRET)
        client.send(PARSE + PARSE[:BEGUN])
        assert refused.wait(PATIENCE)
        client.send(PARSE[BEGUN:] + PARSE[:BEGUN])
        assert client.reply().letter == 'E'
        client.send(PARSE[BEGUN:] + SYNC)
        assert [reply.letter for reply in client.replies()] == ['Z']
