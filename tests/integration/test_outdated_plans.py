"""DDL changes what a prepared statement returns: who hears of it, and who must not."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.query import Bind
from tests.integration.clients import connect, on_another_server
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.extended import DESCRIBE_PORTAL, EXECUTE, ask, bind, close, describe, letters, parse
from tests.integration.proxy import RunningProxy
from tests.integration.wire import Wire

STAR = b'SELECT * FROM changing'
PARSE, BIND, DESCRIBE_STATEMENT, CLOSE = parse(b's', STAR), bind(b's'), describe(b's'), close(b's')


@pytest.fixture
def changing(postgres: Cluster, database: str) -> str:
    """A database with a table of one column."""
    postgres.execute('CREATE TABLE changing AS SELECT 1 AS a', database)
    return database


@pytest.fixture
def app(proxy: StartProxy, postgres: Cluster, changing: str) -> RunningProxy:
    """A proxy with one server connection."""
    return proxy(config_toml(postgres, changing, default_pool_size=1), users_toml())


def alter(postgres: Cluster, database: str) -> None:
    postgres.execute("ALTER TABLE changing ADD b text DEFAULT 'new'", database)


def kinds(wire: Wire, *messages: bytes) -> str:
    """The letters of the answers to a round of messages."""
    return letters(ask(wire, *messages))


def columns(body: bytes) -> int:
    """How many columns a RowDescription or DataRow has."""
    return int.from_bytes(body[:2])


def test_client_that_asks_for_the_description_with_its_rows_notices_nothing(
    app: RunningProxy, postgres: Cluster, changing: str
) -> None:
    with connect(app) as client:
        client.prepare_threshold = 0
        assert client.execute(STAR).fetchall() == [(1,)]
        alter(postgres, changing)
        for _ in range(3):
            assert client.execute(STAR).fetchall() == [(1, 'new')]


def test_client_that_relies_on_an_old_description_gets_the_error(
    app: RunningProxy, wire: Wire, postgres: Cluster, changing: str
) -> None:
    assert kinds(wire, PARSE, DESCRIBE_STATEMENT) == '1tTZ'
    alter(postgres, changing)
    for _ in range(3):
        [error, _] = ask(wire, BIND, EXECUTE)
        assert error[0] == Backend.ERROR_RESPONSE
        assert b'C0A000\0' in error[1]
        assert b'RRevalidateCachedQuery\0' in error[1]
    assert kinds(wire, CLOSE, PARSE, BIND, EXECUTE) == '312DCZ'


def test_client_that_gives_formats_for_the_old_columns_gets_the_error(
    app: RunningProxy, wire: Wire, postgres: Cluster, changing: str
) -> None:
    alter(postgres, changing)
    with_formats = Bind(b'', b's', (), (), (1, 0)).encode()
    assert kinds(wire, PARSE, with_formats, DESCRIBE_PORTAL, EXECUTE) == '12TDCZ'
    postgres.execute('ALTER TABLE changing DROP b', changing)
    [error, _] = ask(wire, with_formats, DESCRIBE_PORTAL, EXECUTE)
    assert b'C0A000\0' in error[1]


@pytest.mark.parametrize(
    ('rounds', 'answers'),
    [
        ([[PARSE, BIND, EXECUTE]], ['12DCZ']),
        ([[PARSE, DESCRIBE_STATEMENT], [BIND, EXECUTE]], ['1tTZ', '2DCZ']),
        ([[PARSE], [DESCRIBE_STATEMENT], [BIND, EXECUTE]], ['1Z', 'tTZ', '2DCZ']),
        ([[PARSE], [BIND, DESCRIBE_PORTAL, EXECUTE]], ['1Z', '2TDCZ']),
        ([[PARSE, BIND, DESCRIBE_PORTAL, EXECUTE, CLOSE]], ['12TDC3Z']),
        ([[PARSE, parse(b't', STAR), BIND, EXECUTE, bind(b't'), EXECUTE]], ['112DC2DCZ']),
    ],
    ids=['at once', 'described', 'described later', 'portal', 'closed', 'two names'],
)
def test_client_that_prepares_after_the_change_never_hears_of_plans_of_others(
    app: RunningProxy,
    wire: Wire,
    postgres: Cluster,
    changing: str,
    rounds: list[list[bytes]],
    answers: list[str],
) -> None:
    with Wire.to_proxy(app) as other:
        assert kinds(other, PARSE, DESCRIBE_STATEMENT) == '1tTZ'
        alter(postgres, changing)
        assert [kinds(wire, *messages) for messages in rounds] == answers
        again = [PARSE, BIND, EXECUTE, CLOSE] if CLOSE in rounds[0] else [BIND, EXECUTE]
        for _ in range(2):
            assert [columns(body) for code, body in ask(wire, *again) if code == Backend.DATA_ROW] == [2]
        assert kinds(other, BIND, EXECUTE) == 'EZ'
        assert kinds(other, BIND, DESCRIBE_PORTAL, EXECUTE) == '2TDCZ'


def test_new_description_is_that_of_the_rows(
    app: RunningProxy, wire: Wire, postgres: Cluster, changing: str
) -> None:
    assert kinds(wire, PARSE, DESCRIBE_STATEMENT) == '1tTZ'
    alter(postgres, changing)
    received = ask(wire, DESCRIBE_STATEMENT, BIND, DESCRIBE_PORTAL, EXECUTE)
    described = [columns(body) for code, body in received if code in (Backend.ROW_DESCRIPTION, Backend.DATA_ROW)]
    assert ''.join(chr(code) for code, _ in received) == 'tT2TDCZ'
    assert described == [2, 2, 2]


def test_inside_a_transaction_the_error_is_passed_on(app: RunningProxy, postgres: Cluster, changing: str) -> None:
    with connect(app) as client:
        client.prepare_threshold = 0
        client.execute(STAR)
        alter(postgres, changing)
        client.execute('BEGIN')
        with pytest.raises(errors.FeatureNotSupported, match='cached plan must not change result type'):
            client.execute(STAR)
        assert client.info.transaction_status == psycopg.pq.TransactionStatus.INERROR
        client.execute('ROLLBACK')
        assert client.execute(STAR).fetchall() == [(1, 'new')]


def test_nothing_is_executed_twice(app: RunningProxy, wire: Wire, postgres: Cluster, changing: str) -> None:
    postgres.execute('CREATE SEQUENCE times', changing)
    count = parse(b'count', b"SELECT nextval('times')") + bind(b'count') + EXECUTE
    kinds(wire, PARSE)
    alter(postgres, changing)
    assert kinds(wire, count, BIND, DESCRIBE_PORTAL, EXECUTE) == '12DCEZ'
    assert postgres.execute('SELECT last_value FROM times', changing) == [(1,)]


def test_types_inferred_from_a_column_as_it_was_trouble_nobody(
    app: RunningProxy, wire: Wire, postgres: Cluster, changing: str
) -> None:
    with Wire.to_proxy(app) as other:
        sql = b'SELECT a FROM changing WHERE a = $1'
        assert kinds(other, parse(b's', sql), DESCRIBE_STATEMENT) == '1tTZ'
        postgres.execute('ALTER TABLE changing ALTER a TYPE text', changing)
        assert kinds(wire, parse(b's', sql), bind(b's', b'1'), DESCRIBE_PORTAL, EXECUTE) == '12TDCZ'


def test_types_that_were_dropped_and_made_again_trouble_nobody(
    app: RunningProxy, wire: Wire, postgres: Cluster, changing: str
) -> None:
    make = "DROP TYPE IF EXISTS mood; CREATE TYPE mood AS ENUM ('ok')"
    sql = b"SELECT $1::mood = 'ok'"
    with Wire.to_proxy(app) as other:
        postgres.execute(make, changing)
        assert kinds(other, parse(b's', sql), bind(b's', b'ok'), DESCRIBE_PORTAL, EXECUTE) == '12TDCZ'
        postgres.execute(make, changing)
        assert kinds(wire, parse(b's', sql), bind(b's', b'ok'), DESCRIBE_PORTAL, EXECUTE) == '12TDCZ'


def test_error_that_is_no_fault_of_the_plan_comes_once(
    app: RunningProxy, wire: Wire, postgres: Cluster, changing: str
) -> None:
    assert kinds(wire, PARSE, DESCRIBE_STATEMENT) == '1tTZ'
    postgres.execute('DROP TABLE changing', changing)
    for _ in range(2):
        received = ask(wire, BIND, DESCRIBE_PORTAL, EXECUTE)
        assert [code for code, _ in received] == [Backend.ERROR_RESPONSE, Backend.READY_FOR_QUERY]
        assert b'C42P01\0' in received[0][1]


def test_client_that_asks_by_flush_does_not_hear_of_the_plans_of_others(
    app: RunningProxy, wire: Wire, postgres: Cluster, changing: str
) -> None:
    with Wire.to_proxy(app) as other:
        assert kinds(other, PARSE, DESCRIBE_STATEMENT) == '1tTZ'
        alter(postgres, changing)
        wire.send(PARSE + DESCRIBE_STATEMENT + query.FLUSH)
        answers = wire.read_until(Backend.ROW_DESCRIPTION)
        assert [chr(code) for code, _ in answers if code != Backend.PARAMETER_STATUS] == ['1', 't', 'T']
        assert kinds(wire, BIND, EXECUTE) == '2DCZ'


def test_flush_after_what_needs_no_server_is_answered(wire: Wire) -> None:
    assert kinds(wire, PARSE) == '1Z'
    wire.send(CLOSE + query.FLUSH)
    assert wire.read_until(Backend.CLOSE_COMPLETE) == [(Backend.CLOSE_COMPLETE, b'')]
    wire.send(PARSE + query.FLUSH)
    assert wire.read_until(Backend.PARSE_COMPLETE) == [(Backend.PARSE_COMPLETE, b'')]
    assert kinds(wire, BIND, EXECUTE) == '2DCZ'


# On a server that has never seen the statement


@pytest.fixture
def wide(proxy: StartProxy, postgres: Cluster, changing: str) -> RunningProxy:
    """A proxy with two server connections."""
    return proxy(config_toml(postgres, changing, default_pool_size=2), users_toml())


@pytest.fixture
def moving(wide: RunningProxy) -> Iterator[Wire]:
    """A client that has prepared and described a statement, and comes to another server with it."""
    with Wire.to_proxy(wide) as wire:
        assert kinds(wire, PARSE, DESCRIBE_STATEMENT) == '1tTZ'
        with on_another_server(wide):
            yield wire


def test_client_is_never_given_rows_of_another_shape_than_it_was_told(
    moving: Wire, postgres: Cluster, changing: str
) -> None:
    alter(postgres, changing)
    for _ in range(2):
        error, _ = ask(moving, BIND, EXECUTE)
        assert b'C0A000\0' in error[1]
        assert b'Mcached plan must not change result type\0' in error[1]
        assert b'RRevalidateCachedQuery\0' in error[1]
    assert kinds(moving, CLOSE, PARSE, DESCRIBE_STATEMENT) == '31tTZ'
    assert kinds(moving, BIND, EXECUTE) == '2DCZ'


def test_error_about_the_shape_fails_the_transaction(moving: Wire, postgres: Cluster, changing: str) -> None:
    moving.send(query.query(b'BEGIN'))
    moving.read_until(Backend.READY_FOR_QUERY)
    alter(postgres, changing)
    assert ask(moving, BIND, EXECUTE)[-1] == (Backend.READY_FOR_QUERY, b'E')
    moving.send(query.query(b'SELECT 1'))
    assert b'C25P02\0' in moving.read_until(Backend.READY_FOR_QUERY)[0][1]
    moving.send(query.query(b'ROLLBACK'))
    assert moving.read_until(Backend.READY_FOR_QUERY)[-1] == (Backend.READY_FOR_QUERY, b'I')


def test_names_of_steps_behind_the_error_are_free_again(moving: Wire, postgres: Cluster, changing: str) -> None:
    alter(postgres, changing)
    assert kinds(moving, BIND, EXECUTE, parse(b'other', b'SELECT 1')) == 'EZ'
    assert kinds(moving, parse(b'other', b'SELECT 2'), bind(b'other'), EXECUTE) == '12DCZ'


def test_client_that_learns_the_shape_gets_the_rows(moving: Wire, postgres: Cluster, changing: str) -> None:
    alter(postgres, changing)
    assert kinds(moving, BIND, DESCRIBE_PORTAL, EXECUTE) == '2TDCZ'


def test_statement_that_has_not_changed_goes_on(moving: Wire) -> None:
    assert kinds(moving, BIND, EXECUTE, BIND, EXECUTE) == '2DC2DCZ'


def test_client_that_prepares_it_on_another_server_is_told_of_the_new_shape(
    wide: RunningProxy, postgres: Cluster, changing: str
) -> None:
    with Wire.to_proxy(wide) as first, Wire.to_proxy(wide) as second:
        assert kinds(first, PARSE, DESCRIBE_STATEMENT) == '1tTZ'
        alter(postgres, changing)
        with on_another_server(wide):
            described = dict(ask(second, PARSE, DESCRIBE_STATEMENT))
            assert columns(described[Backend.ROW_DESCRIPTION]) == 2
            for _ in range(2):
                rows = dict(ask(second, BIND, EXECUTE))
                assert columns(rows[Backend.DATA_ROW]) == 2
        for _ in range(2):
            assert kinds(first, BIND, EXECUTE) == 'EZ'
            assert kinds(second, BIND, EXECUTE) == '2DCZ'


@pytest.mark.parametrize(
    'ddl', ["ALTER TABLE changing ADD b text DEFAULT 'new'", "DROP TYPE mood; CREATE TYPE mood AS ENUM ('ok')"]
)
def test_after_ddl_through_the_proxy_nobody_meets_old_plans(
    wide: RunningProxy, postgres: Cluster, changing: str, ddl: str
) -> None:
    postgres.execute("CREATE TYPE mood AS ENUM ('ok')", changing)
    mood = parse(b'm', b'SELECT $1::mood')
    with Wire.to_proxy(wide) as first, Wire.to_proxy(wide) as second:
        assert kinds(first, PARSE, DESCRIBE_STATEMENT, mood) == '1tT1Z'
        first.send(query.query(ddl.encode()))
        first.read_until(Backend.READY_FOR_QUERY)
        second.send(query.query(b'BEGIN'))
        second.read_until(Backend.READY_FOR_QUERY)
        assert kinds(second, PARSE, DESCRIBE_STATEMENT, BIND, EXECUTE, mood) == '1tT2DC1Z'
        assert kinds(second, bind(b'm', b'ok'), EXECUTE) == '2DCZ'


@pytest.mark.parametrize('again', ['CREATE TABLE made (a text)', "CREATE TABLE made AS SELECT 'x' AS a"])
def test_table_made_again_has_the_parameters_of_its_own_columns(app: RunningProxy, again: str) -> None:
    with connect(app) as client, connect(app) as other:
        client.prepare_threshold = other.prepare_threshold = 0
        client.execute('CREATE TABLE made (a int)')
        for visitor in (client, other):
            visitor.execute('INSERT INTO made VALUES (%s)', ['1'])
        client.execute('DROP TABLE made')
        client.execute(again.encode())
        with connect(app) as newcomer:
            newcomer.prepare_threshold = 0
            newcomer.execute('INSERT INTO made VALUES (%s)', ['no number'])


def test_table_made_in_a_transaction_that_is_not_done_changes_nothing_for_others(
    proxy: StartProxy, postgres: Cluster, changing: str
) -> None:
    app = proxy(config_toml(postgres, changing, default_pool_size=2), users_toml())
    with connect(app) as client, connect(app) as other:
        other.prepare_threshold = 0
        with client.transaction(force_rollback=True):
            client.execute('DROP TABLE IF EXISTS made')
            client.execute('CREATE TABLE made (a int)')
            with pytest.raises(errors.UndefinedTable):
                other.execute('INSERT INTO made VALUES (%s)', ['1'])
        client.execute('CREATE TABLE made (a text)')
        other.execute('INSERT INTO made VALUES (%s)', ['no number'])
