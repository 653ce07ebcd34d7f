"""Whoever meets a timeout is told its setting: the client in its error, or else the log."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from pgdog_gevent.protocol.query import query
from pgdog_gevent.protocol.response import ErrorFields
from tests.conversation import proxies
from tests.conversation.proxies import DATABASE, SECRET, USER
from tests.fakes.backend import Conversation, FakeServer, polite
from tests.fakes.frontend import Frontend
from tests.integration.clients import PATIENCE, admin, connect, eventually, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy

Start = Callable[..., RunningProxy]
SLEEPERS = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'"


@pytest.fixture
def app(proxy: StartProxy, postgres: Cluster, database: str) -> Start:
    """Starts a proxy before PostgreSQL; its arguments are keys of ``[general]``."""

    def start(**general: int | str) -> RunningProxy:
        return proxy(config_toml(postgres, database, **general), users_toml())

    return start


@pytest.fixture
def scripted(proxy: StartProxy) -> Iterator[Start]:
    """Starts a proxy before a scripted server; its arguments are lines of ``[general]``."""
    with ExitStack() as servers:

        def start(script: Callable[[Conversation], None], *keys: str) -> RunningProxy:
            server = servers.enter_context(FakeServer(script))
            return proxy(proxies.config_toml(server, *keys), proxies.users_toml())

        yield start


def logged_in(proxy: RunningProxy, user: str, secret: str, database: str) -> Frontend:
    client = Frontend(proxy.port)
    client.start(user, database)
    assert client.log_in(user, secret)[-1].letter == 'Z'
    return client


def ask(client: Frontend, sql: bytes) -> list[str]:
    """The letters of the answer."""
    client.send(query(sql))
    return [reply.letter for reply in client.replies()]


def mute(conversation: Conversation) -> None:
    """A server that lets clients in and then only listens."""
    conversation.greet()
    while conversation.frame():
        pass


class FirstMute:
    """Only the first connection is to a server that is mute."""

    def __init__(self) -> None:
        self._connections = 0

    def __call__(self, conversation: Conversation) -> None:
        self._connections += 1
        (mute if self._connections == 1 else polite)(conversation)


# Told to the client


def test_query_timeout_fails_the_transaction_too_and_frees_its_server(app: Start) -> None:
    running = app(query_timeout=300, default_pool_size=1)
    with connect(running) as client, connect(running) as other:
        client.execute('BEGIN')
        with pytest.raises(errors.QueryCanceled, match=r'due to query_timeout \(0.3 s\)'):
            client.execute('SELECT pg_sleep(60)')
        with pytest.raises(errors.InFailedSqlTransaction):
            client.execute('SELECT 1')
        assert one(other, SLEEPERS) == 0
        client.execute('ROLLBACK')
        assert one(client, 'SELECT 1') == 1


def test_limits_do_not_hit_what_keeps_within_them(app: Start) -> None:
    running = app(query_timeout=400, client_idle_timeout=400, client_idle_in_transaction_timeout=400)
    with connect(running) as client:
        until = time.monotonic() + 1.2
        while time.monotonic() < until:
            for sql in (b'SELECT pg_sleep(0.05)', b'BEGIN', b'SELECT 1', b'COMMIT'):
                client.execute(sql)
                time.sleep(0.05)


def test_query_that_waits_for_a_connection_has_not_begun(app: Start) -> None:
    running = app(query_timeout=300, default_pool_size=1)
    with connect(running) as holder, connect(running) as client, ThreadPoolExecutor(1) as beside:
        holder.execute('BEGIN')
        answer = beside.submit(one, client, 'SELECT 1')
        time.sleep(0.6)
        holder.execute('COMMIT')
        assert answer.result(PATIENCE) == 1


def test_checkout_timeout_is_an_error_of_the_statement(app: Start) -> None:
    running = app(checkout_timeout=200, default_pool_size=1)
    with connect(running) as holder, connect(running) as client:
        holder.execute('BEGIN')
        with pytest.raises(errors.TooManyConnections, match=r'within checkout_timeout \(0.2 s\)'):
            client.execute('SELECT 1')
        holder.execute('COMMIT')
        assert one(client, 'SELECT 1') == 1


def test_client_login_timeout_has_the_code_that_postgresql_gives(app: Start) -> None:
    running = app(client_login_timeout=200)
    with Frontend(running.port) as client:
        client.start(SUPERUSER, 'app')
        assert client.reply().letter == 'R'
        refusal = client.refusal()
    assert (refusal.sqlstate, refusal.severity) == ('57014', 'FATAL')
    assert 'due to client_login_timeout (0.2 s)' in refusal.message


@pytest.mark.parametrize(
    ('setting', 'begin'), [('client_idle_timeout', b'SELECT 1'), ('client_idle_in_transaction_timeout', b'BEGIN')]
)
def test_idle_client_is_told_before_it_asks(app: Start, setting: str, begin: bytes) -> None:
    running = app(**{setting: 200})
    with logged_in(running, SUPERUSER, PASSWORD, 'app') as client:
        assert ask(client, begin)[-1] == 'Z'
        refusal = client.refusal()
    assert (refusal.sqlstate, refusal.severity) == ('57P05', 'FATAL')
    assert f'due to {setting} (0.2 s)' in refusal.message
    eventually(lambda: admin(running, 'SHOW POOLS')[0]['sv_active'] == 0, 'its server is free')


def test_connect_timeout_is_told_to_the_client_and_to_the_log(scripted: Start) -> None:
    def silent(conversation: Conversation) -> None:
        conversation.receive(1)

    running = scripted(silent, 'connect_timeout = 300', 'checkout_timeout = 1000')
    with Frontend(running.port) as client:
        client.start(USER, DATABASE)
        replies = client.log_in(USER, SECRET)
        if replies[-1].letter == 'Z':
            client.send(query(b'SELECT 1'))
            replies = client.replies()
    [refusal] = [ErrorFields.decode(reply.body) for reply in replies if reply.letter == 'E']
    assert refusal.sqlstate == '57P03'
    assert 'timed out after connect_timeout (0.3 s)' in refusal.message
    running.wait_for_log('timed out after connect_timeout (0.3 s)')


def test_shutdown_timeout_ends_what_has_not_ended(app: Start) -> None:
    running = app(shutdown_timeout=300)
    with logged_in(running, SUPERUSER, PASSWORD, 'app') as client:
        assert ask(client, b'BEGIN')[-1] == 'Z'
        running.signal(signal.SIGTERM)
        assert client.refusal().sqlstate == '57P01'
    assert running.wait() == 0
    assert 'shutdown_timeout (0.3 s) is over, and 1 sessions have not ended' in running.log()


def test_shutdown_termination_timeout_is_named_after_it(app: Start, postgres: Cluster) -> None:
    running = app(shutdown_timeout=200, shutdown_termination_timeout=200)
    with logged_in(running, SUPERUSER, PASSWORD, 'app') as client:
        assert ask(client, b'BEGIN')[-1] == 'Z'
        client.send(query(b'SELECT pg_sleep(60)'))
        running.signal(signal.SIGTERM)
        cancelled, _ = client.replies()[-2:]
        assert ErrorFields.decode(cancelled.body).sqlstate == '57014'
        assert client.refusal().sqlstate == '57P01'
    assert running.wait() == 0
    assert 'shutdown_termination_timeout (0.2 s) is over' in running.log()
    assert postgres.execute(SLEEPERS) == [(0,)]


# Told to the log


def test_server_that_cannot_be_cleaned_within_rollback_timeout_is_closed(scripted: Start) -> None:
    running = scripted(mute, 'rollback_timeout = 300')
    with logged_in(running, USER, SECRET, DATABASE) as client:
        client.send(query(b'SELECT 1'))
        eventually(lambda: admin(running, 'SHOW POOLS')[0]['sv_active'] == 1, 'it waits for its answer')
    running.wait_for_log('could not be cleaned: rollback_timeout (0.3 s) is over')
    eventually(lambda: not admin(running, 'SHOW SERVERS'), 'it is closed')


def test_server_that_is_silent_for_healthcheck_timeout_is_replaced(scripted: Start) -> None:
    running = scripted(
        FirstMute(), 'healthcheck_interval = 0', 'healthcheck_timeout = 300', 'rollback_timeout = 300'
    )
    with logged_in(running, USER, SECRET, DATABASE) as client:
        assert ask(client, b'SELECT 1') == ['T', 'D', 'C', 'Z']
    running.wait_for_log('no sign of life within healthcheck_timeout (0.3 s)')


def test_server_that_is_idle_for_idle_timeout_is_closed(app: Start) -> None:
    running = app(idle_timeout=300, min_pool_size=0, log_level='debug')
    with connect(running) as client:
        assert one(client, 'SELECT 1') == 1
        running.wait_for_log('idle for idle_timeout (0.3 s)')
        eventually(lambda: not admin(running, 'SHOW SERVERS'), 'it is closed')


def test_server_of_a_certain_age_is_closed(app: Start) -> None:
    running = app(server_lifetime=300, min_pool_size=0, log_level='debug')
    with connect(running) as client:
        assert one(client, 'SELECT 1') == 1
        running.wait_for_log('it has reached its server_lifetime')
        eventually(lambda: not admin(running, 'SHOW SERVERS'), 'it is closed')
