"""The fast lane must not be told from the careful way, whatever comes before, in the midst of, or after its turns."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg.errors import QueryCanceled

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.response import ErrorFields
from pgdog_gevent.sqlstate import INVALID_SQL_STATEMENT_NAME
from tests.integration.clients import Connection, admin, connect, eventually, on_another_server, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.extended import EXECUTE, ask, ask_simply, bind, describe, letters, parse, values
from tests.integration.proxy import RunningProxy
from tests.integration.wire import Wire

ROWS = b"SELECT repeat('x', 500000)"
"""More than a server keeps back until the end of the turn: it has passed when what follows is answered."""
FAILS = b'SELECT n, 1 / (n - 3000) FROM generate_series(1, 4000) n'
"""Begins with such rows, and fails."""


@pytest.fixture
def app(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    """A proxy with two server connections that knows which functions there are: until then nothing is plain."""
    return settled(proxy(config_toml(postgres, database, default_pool_size=2), users_toml()))


@pytest.fixture
def other(app: RunningProxy) -> Iterator[Wire]:
    """Another client."""
    with Wire.to_proxy(app) as wire:
        yield wire


def settled(app: RunningProxy) -> RunningProxy:
    """The proxy once it knows which functions there are."""
    connect(app).close()
    app.wait_for_log('functions have been read')
    return app


Run = Callable[[Connection, str], object]


def simply(client: Connection, sql: str) -> object:
    return client.execute(sql.encode()).fetchall()


def in_steps(client: Connection, sql: str) -> object:
    """Run a query by the extended protocol."""
    return client.execute(sql.encode(), binary=True).fetchall()


BOTH = pytest.mark.parametrize('run_by', [simply, in_steps], ids=['simple', 'extended'])


def stats(app: RunningProxy) -> dict[str, float]:
    """The figures of the only pool; times are milliseconds."""
    [row] = admin(app, 'SHOW STATS')
    return {name: float(str(value)) for name, value in row.items() if name.startswith('total_')}


def run(sql: bytes) -> bytes:
    """The messages that have a text executed."""
    return parse(b'', sql) + bind(b'') + EXECUTE


def elsewhere(app: RunningProxy, wire: Wire, sql: bytes) -> list[bytes]:
    """What a query returns on the server connection that the client has not had last."""
    with on_another_server(app):
        return values(ask_simply(wire, sql))


def test_portal_that_is_run_later_is_that_of_the_statement_that_was_bound(app: RunningProxy, wire: Wire) -> None:
    ask(wire, parse(b'back', b'ROLLBACK'))
    ask_simply(wire, b'BEGIN')
    ask_simply(wire, b"SET work_mem TO '5MB'")
    ask(wire, bind(b'back'))
    assert letters(ask(wire, EXECUTE)) == 'CZ'
    assert elsewhere(app, wire, b'SHOW work_mem') == [b'4MB']


def test_portal_outlives_the_unnamed_statement_that_it_was_made_of(app: RunningProxy, wire: Wire) -> None:
    ask_simply(wire, b'BEGIN')
    ask_simply(wire, b"SET work_mem TO '5MB'")
    ask(wire, parse(b'', b'ROLLBACK') + bind(b''))
    ask(wire, parse(b'', b'SELECT 1') + describe(b''))
    assert letters(ask(wire, EXECUTE)) == 'CZ'
    assert elsewhere(app, wire, b'SHOW work_mem') == [b'4MB']


def test_portal_is_of_what_was_parsed_before_its_bind(app: RunningProxy, wire: Wire) -> None:
    ask_simply(wire, b'BEGIN')
    ask_simply(wire, b"SET work_mem TO '5MB'")
    ask(wire, parse(b'', b'ROLLBACK') + bind(b'') + parse(b'', b'SELECT 1'))
    assert letters(ask(wire, EXECUTE)) == 'CZ'
    assert elsewhere(app, wire, b'SHOW work_mem') == [b'4MB']


def test_rollback_after_rows_that_have_passed_undoes_settings(app: RunningProxy, wire: Wire) -> None:
    ask_simply(wire, b'BEGIN')
    ask_simply(wire, b"SET application_name TO 'mine'")  # The server reports it, and its end.
    assert letters(ask(wire, run(ROWS) + run(b'ROLLBACK'))) == '12DC12CZ'
    assert elsewhere(app, wire, b'SHOW application_name') == [b'']


def test_commit_before_rows_that_have_passed_and_an_error_keeps_settings(
    app: RunningProxy, wire: Wire, other: Wire
) -> None:
    ask_simply(wire, b'BEGIN')
    ask_simply(wire, b"SET work_mem TO '5MB'")
    answers = letters(ask(wire, run(b'COMMIT') + run(FAILS)))
    assert (answers[:3], answers[-3:]) == ('12C', 'DEZ')
    assert values(ask_simply(other, b'SHOW work_mem')) == [b'4MB']
    assert elsewhere(app, wire, b'SHOW work_mem') == [b'5MB']


def test_commit_and_chain_before_an_insert_leaves_no_settings_to_the_next_client(app: RunningProxy) -> None:
    with connect(app) as holder, Wire.to_proxy(app) as wire:
        holder.execute('CREATE TABLE numbers (n int)')
        holder.execute('BEGIN')
        ask_simply(wire, b'BEGIN')
        ask_simply(wire, b"SET work_mem TO '5MB'")
        ask(wire, run(b'COMMIT AND CHAIN') + run(b'INSERT INTO numbers VALUES (1)'))
        wire.leave(reset=False)
        with connect(app) as other:
            assert one(other, 'SHOW work_mem') == '4MB'


def test_unnamed_statement_of_a_turn_that_fails_after_it_is_the_last_one(wire: Wire) -> None:
    answers = letters(ask(wire, run(ROWS) + run(FAILS)))
    assert (answers[:6], answers[-3:]) == ('12DC12', 'DEZ')
    assert letters(ask(wire, bind(b'') + EXECUTE))[-3:] == 'DEZ'


def test_answer_that_nobody_has_waited_for_is_nothing_to_the_next_client(app: RunningProxy) -> None:
    with Wire.to_proxy(app) as client:
        client.send(query.query(b"SELECT repeat('x', 20000) FROM generate_series(1, 100000)"))
        client.read_until(Backend.DATA_ROW)
        client.leave(reset=True)
    eventually(lambda: admin(app, 'SHOW POOLS')[0]['sv_active'] == 0, 'the connection is clean')
    with Wire.to_proxy(app) as other:
        assert letters(ask(other, parse(b'', b'SELEC 1'))) == 'EZ'
        with on_another_server(app):
            [(_, error), _] = ask(other, bind(b'') + EXECUTE)
        assert ErrorFields.decode(error).sqlstate == INVALID_SQL_STATEMENT_NAME


def test_connections_that_were_opened_in_advance_keep_to_the_limit(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    limited = config_toml(postgres, database, default_pool_size=1, min_pool_size=1, prepared_statements_limit=2)
    app = proxy(limited, users_toml())
    eventually(lambda: admin(app, 'SHOW POOLS')[0]['sv_idle'] == 1, 'there is a connection')
    settled(app)
    with Wire.to_proxy(app) as client:
        for number in range(5):
            ask(client, parse(b's%d' % number, b'SELECT %d' % number))
        assert values(ask_simply(client, b'SELECT count(*) FROM pg_prepared_statements')) == [b'2']


def test_failed_query_has_taken_its_time(app: RunningProxy, wire: Wire) -> None:
    before = stats(app)
    assert letters(ask_simply(wire, b'SELECT 1 / length(pg_sleep(0.2)::text)')) == 'TEZ'
    after = stats(app)
    assert after['total_query_count'] - before['total_query_count'] == 1
    assert after['total_query_time'] - before['total_query_time'] >= 200


# Limits


@BOTH
def test_turn_that_takes_longer_than_query_timeout_is_canceled(
    proxy: StartProxy, postgres: Cluster, database: str, run_by: Run
) -> None:
    app = settled(proxy(config_toml(postgres, database, query_timeout=300), users_toml()))
    with psycopg.connect(postgres.dsn(database)) as owner, connect(app) as client:
        owner.execute('CREATE TABLE one AS SELECT 1 AS n')
        owner.commit()
        owner.execute('SELECT n FROM one FOR UPDATE')
        with pytest.raises(QueryCanceled, match=r'due to query_timeout \(0.3 s\)'):
            run_by(client, 'SELECT n FROM one FOR UPDATE')
        owner.rollback()
        assert run_by(client, 'SELECT n FROM one FOR UPDATE') == [(1,)]


@BOTH
def test_turn_that_is_too_large_is_refused(
    proxy: StartProxy, postgres: Cluster, database: str, run_by: Run
) -> None:
    config = config_toml(postgres, database, query_size_limit=1000, query_size_limit_action='block')
    with connect(settled(proxy(config, users_toml()))) as client:
        assert run_by(client, 'SELECT n FROM (VALUES (1)) AS t (n)') == [(1,)]
        with pytest.raises(psycopg.Error) as refused:
            run_by(client, f'SELECT n FROM (VALUES (1)) AS {"t" * 1000} (n)')
        assert refused.value.sqlstate == '54000'
