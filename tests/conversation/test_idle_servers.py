"""A server that ends the session of an idle connection, and is slow to close it."""

import threading
import time
from pathlib import Path

from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.response import ErrorFields
from tests.conversation.proxies import DATABASE, SECRET, USER, config_toml, running, users_toml
from tests.fakes.backend import ONE_ROW, READY, Conversation, FakeServer
from tests.fakes.frontend import Frontend
from tests.integration.clients import eventually

SELECT = query.query(b'SELECT 1')
LAST_WORDS = ErrorFields('FATAL', '57P01', 'terminating connection due to administrator command').encode()


def test_last_words_of_an_idle_server_are_heard_however_often_it_is_looked_at(tmp_path: Path) -> None:
    functions_read, said = threading.Event(), threading.Event()

    def end_after_reset(conversation: Conversation) -> None:
        """Say the last words to a connection that is idle after a client's query, and do not close it."""
        conversation.greet()
        while True:
            message = conversation.frame()
            conversation.send(ONE_ROW + READY)
            if b'pg_proc' in message.body:
                functions_read.set()  # The proxy has no business of its own for a while.
            elif b'DISCARD ALL' in message.body and functions_read.is_set() and not said.is_set():
                time.sleep(0.1)  # The proxy has read the answer by then, so that this comes to an idle connection.
                conversation.send(LAST_WORDS)
                said.set()
                conversation.receive(1_000_000)

    keys = ('default_pool_size = 1', 'rollback_timeout = 200')
    with (
        FakeServer(end_after_reset) as server,
        running(tmp_path, config_toml(server, *keys), users_toml()) as proxy,
        Frontend(proxy.port) as client,
    ):
        client.start(USER, DATABASE)
        client.log_in(USER, SECRET)

        def served() -> bool:
            client.send(SELECT)
            return [reply.letter for reply in client.replies()] == ['T', 'D', 'C', 'Z']

        eventually(lambda: served() and said.wait(0.2), 'the server has said its last words')
        assert served()
