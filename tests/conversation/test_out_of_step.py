"""A server that says what nobody can have asked for, in the middle of an answer."""

from pathlib import Path

from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.frames import encode
from pgdog_gevent.protocol.response import ErrorFields
from tests.conversation.proxies import DATABASE, SECRET, USER, config_toml, running, users_toml
from tests.fakes.backend import READY, Conversation, FakeServer, answer
from tests.fakes.frontend import Frontend
from tests.integration.clients import admin

SELECT = query.query(b'SELECT 1')


def out_of_step(conversation: Conversation) -> None:
    """Answer the client's second query with a message that does not exist; the proxy has queries of its own."""
    conversation.greet()
    of_the_client = 0
    while of_the_client < 2:
        asked = conversation.frame()
        of_the_client += asked.raw == SELECT
        conversation.send(answer(asked.body) + READY if of_the_client < 2 else encode(ord('?')))
    conversation.receive(1)


def test_connection_out_of_step_is_counted_and_not_used_again(tmp_path: Path) -> None:
    one_connection = 'default_pool_size = 1'
    with (
        FakeServer(out_of_step) as server,
        running(tmp_path, config_toml(server, one_connection), users_toml()) as proxy,
    ):
        with Frontend(proxy.port) as client:
            client.start(USER, DATABASE)
            client.log_in(USER, SECRET)
            client.send(SELECT)
            assert [reply.letter for reply in client.replies()] == ['T', 'D', 'C', 'Z']
            client.send(SELECT)
            error, ready = client.replies()
            assert (ErrorFields.decode(error.body).sqlstate, ready.letter) == ('08006', 'Z')
            client.send(SELECT)
            assert [reply.letter for reply in client.replies()] == ['T', 'D', 'C', 'Z']
        [pool] = admin(proxy, 'SHOW POOLS')
        assert (pool['out_of_sync'], pool['errors'], pool['force_closed']) == (1, 1, 1)
        assert len(server.startups) == 2
