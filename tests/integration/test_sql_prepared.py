"""PREPARE, EXECUTE and DEALLOCATE in SQL: in mode ``full`` they go with the client from server to server."""

from contextlib import ExitStack

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.query import Bind, Execute, Named, Parse, Target
from tests.integration.clients import Connection, admin, connect, eventually, on_another_server, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy
from tests.integration.wire import Wire


@pytest.fixture
def full(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    postgres.execute('CREATE TABLE t (n int)', database)
    return proxy(config_toml(postgres, database, default_pool_size=2, prepared_statements='full'), users_toml())


def is_tied(app: RunningProxy, tied: bool) -> None:
    """The only client becomes so: its server is asked when it has its answer already."""

    def locked() -> list[object]:
        return [row['locked'] for row in admin(app, 'SHOW CLIENTS') if row['database'] == 'app']

    eventually(lambda: locked() == [tied], f'tied is {tied}')


def test_statement_goes_with_its_client_from_server_to_server(full: RunningProxy) -> None:
    with connect(full) as client:
        client.execute('PREPARE a (int) AS SELECT $1 + 1')
        with on_another_server(full):
            assert one(client, 'EXECUTE a (1)') == 2
        assert one(client, 'execute /* a */ "a"(2) -- a') == 3
        is_tied(full, False)


def test_unnamed_execute_of_the_extended_protocol_goes_along(full: RunningProxy) -> None:
    with connect(full) as client:
        client.execute('PREPARE a (int) AS SELECT $1 + 1')
        with on_another_server(full), client.pipeline():
            cursor = client.execute('EXECUTE a (1)')
        assert cursor.fetchall() == [(2,)]


def test_two_clients_give_one_name_to_two_statements(full: RunningProxy) -> None:
    with connect(full) as first, connect(full) as second:
        first.execute('PREPARE a AS SELECT 1')
        second.execute('PREPARE a AS SELECT 2')
        assert [one(first, 'EXECUTE a'), one(second, 'EXECUTE a'), one(first, 'EXECUTE a')] == [1, 2, 1]


def test_two_clients_share_one_statement(full: RunningProxy) -> None:
    with connect(full) as first, connect(full) as second:
        first.execute('PREPARE a AS SELECT 1')
        second.execute('PREPARE b AS SELECT 1')
        assert [one(first, 'EXECUTE a'), one(second, 'EXECUTE b')] == [1, 1]
        second.execute('DEALLOCATE b')
        assert one(first, 'EXECUTE a') == 1
        with pytest.raises(errors.InvalidSqlStatementName, match='"b" does not exist'):
            second.execute('EXECUTE b')


def test_name_that_is_taken_is_refused_in_the_words_of_postgres(full: RunningProxy) -> None:
    with connect(full) as client:
        client.execute('PREPARE a AS SELECT 1')
        with pytest.raises(errors.DuplicatePreparedStatement, match='"a" already exists'):
            client.execute('PREPARE a AS SELECT 2')
        with on_another_server(full), pytest.raises(errors.DuplicatePreparedStatement, match='"a" already exists'):
            client.execute('PREPARE a AS SELECT 1')
        assert one(client, 'EXECUTE a') == 1


def test_text_that_is_wrong_makes_no_statement(full: RunningProxy) -> None:
    with connect(full) as client:
        with pytest.raises(errors.UndefinedTable):
            client.execute('PREPARE a AS SELECT * FROM missing')
        client.execute('PREPARE a AS SELECT 1')
        assert one(client, 'EXECUTE a') == 1


@pytest.mark.parametrize('sql', ['PREPARE /* é */ a AS SELECT nothing FROM t', 'PREPARE a AS SELEC', 'PREPARE a(t t'])
def test_error_points_to_where_it_is_in_the_text_of_the_client(full: RunningProxy, sql: str) -> None:
    with connect(full) as client, pytest.raises(psycopg.ProgrammingError) as refused:
        client.execute(sql.encode())
    position = refused.value.diag.statement_position
    assert position is not None
    assert sql[int(position) - 1 :] in ('nothing FROM t', 'SELEC', 't')


@pytest.mark.parametrize('forget', ['DEALLOCATE a', 'DEALLOCATE PREPARE a', 'DEALLOCATE ALL', 'DISCARD ALL'])
def test_forgotten_statement_is_unknown_everywhere(full: RunningProxy, forget: str) -> None:
    with connect(full) as client:
        client.execute('PREPARE a AS SELECT 1')
        client.execute(forget.encode())
        for _ in range(2):
            with pytest.raises(errors.InvalidSqlStatementName, match='"a" does not exist'):
                client.execute('EXECUTE a')
        client.execute('PREPARE a AS SELECT 2')
        assert one(client, 'EXECUTE a') == 2


def test_statements_survive_a_discard_that_is_refused(full: RunningProxy) -> None:
    with connect(full) as client:
        client.execute('PREPARE a AS SELECT 1')
        assert client.execute('SELECT %s::int', (2,), prepare=True).fetchone() == (2,)
        client.execute('BEGIN')
        with pytest.raises(errors.ActiveSqlTransaction):
            client.execute('DISCARD ALL')
        client.execute('ROLLBACK')
        assert one(client, 'EXECUTE a') == 1
        assert client.execute('SELECT %s::int', (3,), prepare=True).fetchone() == (3,)


def test_statement_survives_the_transaction_that_was_rolled_back(full: RunningProxy) -> None:
    with connect(full) as client:
        client.execute('BEGIN')
        client.execute('PREPARE a AS SELECT 1')
        client.execute('ROLLBACK')
        assert one(client, 'EXECUTE a') == 1


def test_failed_transaction_refuses_both(full: RunningProxy) -> None:
    with connect(full) as other, connect(full) as client:
        other.execute('PREPARE b AS SELECT 2')
        client.execute('PREPARE a AS SELECT 1')
        client.execute('BEGIN')
        with pytest.raises(errors.DivisionByZero):
            client.execute('SELECT 1 / 0')
        for sql in (b'EXECUTE a', b'PREPARE b AS SELECT 2', b'PREPARE c AS SELECT 3'):
            with pytest.raises(errors.InFailedSqlTransaction):
                client.execute(sql)
        client.execute('ROLLBACK')
        with pytest.raises(errors.InvalidSqlStatementName):
            client.execute('EXECUTE b')


def test_what_a_statement_sets_is_followed(full: RunningProxy) -> None:
    with connect(full) as client:
        client.execute("PREPARE a AS SELECT set_config('work_mem', '77MB', false)")
        client.execute('EXECUTE a')
        with on_another_server(full):
            assert one(client, 'SHOW work_mem') == '77MB'
        with connect(full) as other, connect(full) as another:
            assert [one(other, 'SHOW work_mem'), one(another, 'SHOW work_mem')] == ['4MB', '4MB']


@pytest.mark.parametrize('sql', ['EXPLAIN EXECUTE a', 'EXPLAIN (ANALYZE) EXECUTE a', 'CREATE TABLE u AS EXECUTE a'])
def test_execute_may_be_part_of_another_statement(full: RunningProxy, sql: str) -> None:
    with connect(full) as client:
        client.execute('PREPARE a AS SELECT n FROM t')
        with on_another_server(full):
            client.execute(sql.encode())


def test_protocol_and_sql_share_their_names(full: RunningProxy) -> None:
    with Wire.to_proxy(full) as client:
        client.send(Parse(b'p', b'SELECT 5', b'\0\0').encode() + query.SYNC)
        client.read_until(Backend.READY_FOR_QUERY)
        client.send(query.query(b'EXECUTE p'))
        assert (Backend.DATA_ROW, b'\0\1\0\0\0\x015') in client.read_until(Backend.READY_FOR_QUERY)
        client.send(query.query(b'PREPARE s (int) AS SELECT $1 + 1'))
        client.read_until(Backend.READY_FOR_QUERY)
        with on_another_server(full):
            describe = Named(Target.STATEMENT, b's').encode(Frontend.DESCRIBE)
            bind = Bind(b'', b's', (), (b'6',), ()).encode()
            client.send(describe + bind + Execute(b'', 0).encode() + query.SYNC)
            answers = client.read_until(Backend.READY_FOR_QUERY)
        assert [code for code, _ in answers] == [*b'tT2DCZ']
        assert (Backend.DATA_ROW, b'\0\1\0\0\0\x017') in answers


def test_execute_in_the_extended_protocol_finds_the_statement_of_its_client(full: RunningProxy) -> None:
    with ExitStack() as ends:
        first, second = (ends.enter_context(Wire.to_proxy(full)) for _ in range(2))
        for number, client in enumerate((first, second)):
            client.send(query.query(b'PREPARE a AS SELECT %d' % number))
            client.read_until(Backend.READY_FOR_QUERY)
        parse = Parse(b'e', b'EXECUTE a', b'\0\0').encode()
        run = Bind(b'', b'e', (), (), ()).encode() + Execute(b'', 0).encode() + query.SYNC
        for message in (parse + run, run):
            for number, client in enumerate((first, second)):
                client.send(message)
                row = (Backend.DATA_ROW, b'\0\1\0\0\0\x01%d' % number)
                assert row in client.read_until(Backend.READY_FOR_QUERY)


def test_execute_is_described_the_same_by_servers_that_lack_the_statement(full: RunningProxy) -> None:
    parse = Parse(b'e', b'EXECUTE a', b'\0\0').encode()
    run = Bind(b'', b'e', (), (), ()).encode() + Execute(b'', 0).encode() + query.SYNC
    with Wire.to_proxy(full) as client:
        for message in (query.query(b'PREPARE a AS SELECT 7'), parse + query.SYNC, run):
            client.send(message)
            answers = client.read_until(Backend.READY_FOR_QUERY)
            admin(full, 'RECONNECT')
    assert (Backend.DATA_ROW, b'\0\1\0\0\0\x017') in answers


def test_several_statements_in_one_query_tie_the_client_to_its_server(full: RunningProxy) -> None:
    with connect(full) as client:
        client.execute(b'PREPARE a AS SELECT 1; PREPARE b AS SELECT 2')
        is_tied(full, True)
        assert [one(client, 'EXECUTE a'), one(client, 'EXECUTE b')] == [1, 2]
        client.execute('DEALLOCATE a')
        is_tied(full, True)
        client.execute('DEALLOCATE ALL')
        is_tied(full, False)


@pytest.mark.parametrize('mode', ['extended', 'extended_anonymous', 'disabled'])
def test_in_the_other_modes_prepare_ties_the_client_to_its_server(
    proxy: StartProxy, postgres: Cluster, database: str, mode: str
) -> None:
    app = proxy(config_toml(postgres, database, default_pool_size=2, prepared_statements=mode), users_toml())
    with connect(app) as client:
        client.execute('PREPARE a AS SELECT 1')
        is_tied(app, True)
        with on_another_server(app):
            assert one(client, 'EXECUTE a') == 1
        client.execute('DEALLOCATE a')
        is_tied(app, False)


def test_mode_full_prepares_statements_of_drivers_too(full: RunningProxy) -> None:
    def rows(client: Connection) -> list[tuple[object, ...]]:
        return client.execute('SELECT %s::int', (1,), prepare=True).fetchall()

    with connect(full) as client:
        assert rows(client) == [(1,)]
        with on_another_server(full):
            assert rows(client) == [(1,)]
