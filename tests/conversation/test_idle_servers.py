"""A server that ends the session of an idle connection, and is slow to close it."""

import threading
import time
from pathlib import Path

from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.response import ErrorFields
from tests.conversation.proxies import DATABASE, SECRET, USER, config_toml, running, users_toml
from tests.fakes.backend import ONE_ROW, READY, Conversation, FakeServer
from tests.fakes.frontend import Frontend
from tests.integration.clients import PATIENCE

SELECT = query.query(b'SELECT 1')
LAST_WORDS = ErrorFields('FATAL', '57P01', 'terminating connection due to administrator command').encode()


def test_last_words_of_an_idle_server_are_heard_however_often_it_is_looked_at(tmp_path: Path) -> None:
    said = threading.Event()

    def end_after_reset(conversation: Conversation) -> None:
        """Answer until the session is idle after the client's query; then say the last words, and do not close."""
        conversation.greet()
        asked = False
        while True:
            message = conversation.frame()
            conversation.send(ONE_ROW + READY)
            if asked and b'DISCARD ALL' in message.body and not said.is_set():
                time.sleep(0.1)  # The proxy has read the answer by then, so that this comes to an idle connection.
                conversation.send(LAST_WORDS)
                said.set()
                conversation.receive(1_000_000)
            asked = asked or message.raw == SELECT

    keys = ('default_pool_size = 1', 'rollback_timeout = 200')
    with (
        FakeServer(end_after_reset) as server,
        running(tmp_path, config_toml(server, *keys), users_toml()) as proxy,
        Frontend(proxy.port) as client,
    ):
        client.start(USER, DATABASE)
        client.log_in(USER, SECRET)
        client.send(SELECT)
        assert [reply.letter for reply in client.replies()] == ['T', 'D', 'C', 'Z']
        assert said.wait(PATIENCE)
        client.send(SELECT)
        assert [reply.letter for reply in client.replies()] == ['T', 'D', 'C', 'Z']
