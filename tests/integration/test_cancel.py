"""Cancels through the proxy hit the query they are meant for, as in PostgreSQL, and nobody else's."""

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg import errors, pq

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from pgdog_gevent.protocol import frames, query
from pgdog_gevent.protocol.codes import Frontend as Code
from pgdog_gevent.protocol.response import ErrorFields
from pgdog_gevent.protocol.startup import cancel_request, startup_message
from tests.conversation.proxies import running
from tests.fakes.frontend import Frontend
from tests.integration.clients import PATIENCE, admin, connect, eventually, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy

SLEEP = query.query(b'SELECT pg_sleep(60)')
CANCELED = ['57014', 'Z']
VOLLEY = 100
DATABASE = 'cancelled'


@pytest.fixture(scope='module')
def narrow(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    """A proxy with one server connection, for all tests of a worker."""
    postgres.execute(f'CREATE DATABASE {DATABASE}')
    config = config_toml(postgres, DATABASE, default_pool_size=1, checkout_timeout=20_000, log_connections=False)
    with running(tmp_path_factory.mktemp('narrow'), config, users_toml()) as proxy:
        yield proxy
    postgres.execute(f'DROP DATABASE {DATABASE} WITH (FORCE)')


class Client(Frontend):
    """A client that knows its cancel key and can use it in bulk."""

    def __init__(self, proxy: RunningProxy, minor: int = 0) -> None:
        super().__init__(proxy.port)
        self._address = (proxy.host, proxy.port)
        self.send(startup_message({'user': SUPERUSER, 'database': 'app'}, minor))
        [key] = [reply.body for reply in self.log_in(SUPERUSER, PASSWORD) if reply.letter == 'K']
        self._cancel_request = cancel_request(int.from_bytes(key[:4], 'big'), key[4:])

    def ask(self, message: bytes) -> list[str]:
        """Send a request; return the letters of its answer, with the SQLSTATE of an error in the place of its E."""
        self.send(message)
        return self.answer()

    def answer(self) -> list[str]:
        """Return the letters of an answer up to ReadyForQuery, with the SQLSTATE of an error in the place of its E."""
        replies = self.replies()
        return [ErrorFields.decode(body).sqlstate if letter == 'E' else letter for letter, body in replies]

    def cancel(self, times: int = 1) -> None:
        """Send so many CancelRequests at once, and wait until the proxy has done with all of them."""
        requests = [socket.create_connection(self._address, PATIENCE) for _ in range(times)]
        for request in requests:
            request.sendall(self._cancel_request)
        for request in requests:
            with closing(request):
                assert request.recv(1) == b''

    def cancel_until_answered(self, times: int = 1) -> list[str]:
        """Cancel until there is an answer: a server may get a cancel before the query, and then forgets it."""
        while True:
            self.cancel(times)
            if select.select([self._socket], [], [], 0.05)[0]:
                return self.answer()


class Bystander:
    """A client that runs short queries all the time; ``errors`` is what went wrong with them."""

    def __init__(self, proxy: RunningProxy) -> None:
        self.errors: list[psycopg.Error] = []
        self.queries = 0
        self._proxy = proxy
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        with connect(self._proxy) as connection:
            while not self._done.is_set():
                try:
                    assert one(connection, 'SELECT 2') == 2
                except psycopg.Error as error:
                    self.errors.append(error)
                self.queries += 1

    def __enter__(self) -> 'Bystander':
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._done.set()
        self._thread.join(PATIENCE)


@pytest.fixture
def sleeps(postgres: Cluster) -> Callable[[], bool]:
    """Whether somebody sleeps in the server."""
    sql = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{DATABASE}' AND wait_event = 'PgSleep'"
    return lambda: postgres.execute(sql) == [(1,)]


# Nobody else


@pytest.mark.parametrize('rounds', [100, pytest.param(5000, marks=pytest.mark.soak)])
def test_a_hundred_cancels_at_once_never_hit_the_other_client_of_the_server(
    narrow: RunningProxy, rounds: int
) -> None:
    with Client(narrow) as victim, Bystander(narrow) as bystander:
        for _ in range(rounds):
            victim.send(SLEEP)
            assert victim.cancel_until_answered(VOLLEY)[-2:] == CANCELED
        before = bystander.queries
        eventually(lambda: bystander.queries > before, 'it goes on')
    assert bystander.errors == []
    assert bystander.queries > rounds


def test_cancels_between_queries_hit_nobody(narrow: RunningProxy) -> None:
    with Client(narrow) as idle, Bystander(narrow) as bystander:
        for _ in range(50):
            idle.cancel(10)
            assert idle.ask(query.query(b'SELECT 1')) == ['T', 'D', 'C', 'Z']
    assert bystander.errors == []


@pytest.mark.parametrize('begin', [b'BEGIN', b'SELECT 1'], ids=['in a transaction', 'between transactions'])
def test_next_query_of_a_client_whose_cancel_has_ended_is_not_hit(narrow: RunningProxy, begin: bytes) -> None:
    with Client(narrow) as client:
        client.ask(query.query(begin))
        for _ in range(100):
            canceller = threading.Thread(target=client.cancel, args=(5,))
            canceller.start()
            # It may be hit, or not; without an effect on the transaction.
            client.ask(query.query(b'SAVEPOINT s; SELECT pg_sleep(0.003)' if begin == b'BEGIN' else b'SELECT 1'))
            canceller.join(PATIENCE)
            if begin == b'BEGIN':
                assert client.ask(query.query(b'ROLLBACK; BEGIN'))[-3:] == ['C', 'C', 'Z']
            assert client.ask(query.query(b'SELECT 1')) == ['T', 'D', 'C', 'Z']


def test_postgresql_forgets_a_cancel_that_finds_no_query(postgres: Cluster, database: str) -> None:
    with psycopg.connect(postgres.dsn(database, SUPERUSER, PASSWORD), autocommit=True) as connection:
        for _ in range(200):
            connection.cancel_safe()
            assert one(connection, 'SELECT 1') == 1


# While the client waits


def test_statement_that_was_cancelled_in_the_queue_has_not_been_parsed(narrow: RunningProxy) -> None:
    parse = query.Parse(b'mine', b'SELECT 1', b'\0\0').encode()
    with connect(narrow) as holder, Client(narrow) as client:
        holder.execute('BEGIN')
        client.send(parse + query.SYNC)
        eventually(lambda: admin(narrow, 'SHOW POOLS')[0]['cl_waiting'] == 1, 'it waits')
        client.cancel(VOLLEY)
        assert client.answer() == CANCELED
        assert admin(narrow, 'SHOW POOLS')[0]['cl_waiting'] == 0
        holder.execute('COMMIT')
        assert client.ask(parse + query.SYNC) == ['1', 'Z']


# Whatever the client is doing


def test_cancel_in_a_transaction_fails_it(narrow: RunningProxy) -> None:
    with Client(narrow) as client:
        client.ask(query.query(b'BEGIN'))
        client.send(SLEEP)
        assert client.cancel_until_answered()[-2:] == CANCELED
        assert client.ask(query.query(b'SELECT 1')) == ['25P02', 'Z']
        assert client.ask(query.query(b'ROLLBACK')) == ['C', 'Z']
        assert client.ask(query.query(b'SELECT 1')) == ['T', 'D', 'C', 'Z']


def test_cancel_in_the_middle_of_a_pipeline(narrow: RunningProxy, sleeps: Callable[[], bool]) -> None:
    with Client(narrow) as client:
        client.send(run(b'SELECT 1') + run(b'SELECT pg_sleep(60)') + run(b'SELECT 3') + query.SYNC)
        eventually(sleeps, 'it runs')
        client.cancel()
        assert client.answer() == ['1', '2', 'D', 'C', '1', '2', *CANCELED]
        assert client.ask(run(b'SELECT 4') + query.SYNC) == ['1', '2', 'D', 'C', 'Z']


def run(sql: bytes) -> bytes:
    """Parse, Bind and Execute, all unnamed."""
    bind = frames.encode(Code.BIND, b'\0\0' + bytes(6))
    return query.Parse(b'', sql, b'\0\0').encode() + bind + frames.encode(Code.EXECUTE, b'\0' + bytes(4))


def test_cancel_of_a_copy_from_stdin(narrow: RunningProxy, postgres: Cluster) -> None:
    postgres.execute('CREATE TABLE copied (line text)', DATABASE)
    row = frames.encode(Code.COPY_DATA, b'line\n')
    with Client(narrow) as client:
        client.send(query.query(b'COPY copied FROM STDIN') + row)
        assert client.reply().letter == 'G'
        client.cancel()
        # PostgreSQL looks up when the next row comes.
        assert client.ask(row) == CANCELED
        client.send(row + frames.encode(Code.COPY_DONE, b''))
        assert client.ask(query.query(b'SELECT 1')) == ['T', 'D', 'C', 'Z']
    assert postgres.execute('SELECT count(*) FROM copied', DATABASE) == [(0,)]


def test_cancel_of_a_copy_to_stdout(narrow: RunningProxy) -> None:
    with Client(narrow) as client, Bystander(narrow) as bystander:
        client.send(query.query(b'COPY (SELECT generate_series(1, 1000000000)) TO STDOUT'))
        assert [client.reply().letter for _ in range(3)] == ['H', 'd', 'd']
        # It is not answered before we have read what is under way.
        canceller = threading.Thread(target=client.cancel)
        canceller.start()
        assert client.answer()[-2:] == CANCELED
        canceller.join(PATIENCE)
        assert client.ask(query.query(b'SELECT 1')) == ['T', 'D', 'C', 'Z']
    assert bystander.errors == []


def test_cancel_while_the_connection_is_being_cleaned_hits_nothing(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    app = proxy(config_toml(postgres, database, default_pool_size=1, query_timeout=30), users_toml())
    with Client(app) as client, Bystander(app) as bystander:
        for _ in range(30):
            canceller = threading.Thread(target=client.cancel, args=(10,))
            client.send(SLEEP)
            canceller.start()
            assert client.answer()[-2:] == CANCELED
            canceller.join(PATIENCE)
    # On a busy machine its own queries may take longer than query_timeout.
    assert [error for error in bystander.errors if 'query_timeout' not in str(error)] == []
    eventually(lambda: admin(app, 'SHOW POOLS')[0]['sv_idle'] == 1, 'the connection is back')


def test_query_that_the_client_has_left_is_cancelled_without_a_trace_in_the_next_session(
    narrow: RunningProxy, sleeps: Callable[[], bool]
) -> None:
    named = query.Parse(b'second', b'SELECT 2', b'\0\0').encode()
    bind = frames.encode(Code.BIND, b'\0second\0' + bytes(6)) + frames.encode(Code.EXECUTE, b'\0' + bytes(4))
    with Client(narrow) as stays, Client(narrow) as goes:
        assert stays.ask(named + query.SYNC) == ['1', 'Z']
        goes.send(run(b'SELECT pg_sleep(60)') + named.replace(b'SELECT 2', b'SELECT 3') + query.SYNC)
        eventually(sleeps, 'it runs')
        goes.reset()
        # The Parse that was skipped is nobody's loss but of the client that has gone.
        for _ in range(3):
            assert stays.ask(bind + query.SYNC) == ['2', 'D', 'C', 'Z']


# The drivers' ways


@pytest.mark.parametrize('version', ['3.0', '3.2'])
def test_libpq_cancels_in_both_versions_of_the_protocol(
    narrow: RunningProxy, sleeps: Callable[[], bool], version: str
) -> None:
    if version == '3.2' and pq.version() < 180_000:
        pytest.skip('this libpq does not speak protocol 3.2')
    dsn = narrow.dsn(SUPERUSER, PASSWORD, 'app', **({'max_protocol_version': '3.2'} if version == '3.2' else {}))
    with psycopg.connect(dsn, autocommit=True) as client:
        for cancel in (client.cancel, client.cancel_safe):
            with Cancelling(cancel, sleeps), pytest.raises(errors.QueryCanceled):
                client.execute('SELECT pg_sleep(60)')
        assert one(client, 'SELECT 1') == 1


class Cancelling:
    """Calls ``cancel`` once the query runs."""

    def __init__(self, cancel: Callable[[], None], sleeps: Callable[[], bool]) -> None:
        self._cancel = cancel
        self._sleeps = sleeps
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        eventually(self._sleeps, 'it runs')
        self._cancel()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *exception: object) -> None:
        self._thread.join(PATIENCE)


def test_cancel_through_tls_leaves_the_server_connection_in_use(
    proxy: StartProxy, postgres_with_tls: Cluster
) -> None:
    app = proxy(
        config_toml(postgres_with_tls, 'postgres', default_pool_size=1, tls_verify='prefer', checkout_timeout=20_000),
        users_toml(),
    )
    with Client(app) as client, connect(app) as other:
        server = one(other, 'SELECT pg_backend_pid()')
        client.send(SLEEP)
        assert client.cancel_until_answered()[-2:] == CANCELED
        assert one(other, 'SELECT pg_backend_pid()') == server
        assert one(other, 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()') is True


# Wrong keys


def test_wrong_keys_have_no_effect_and_leave_no_line_in_the_log(narrow: RunningProxy) -> None:
    with Client(narrow) as client:
        client.send(SLEEP)
        lines = narrow.log().count('\n')
        for guess in range(200):
            with Frontend(narrow.port) as stranger:
                stranger.send(cancel_request(guess % 4, guess.to_bytes(4, 'big')))
                assert stranger.end() == b''
        assert narrow.log().count('\n') == lines
        assert client.cancel_until_answered()[-2:] == CANCELED
