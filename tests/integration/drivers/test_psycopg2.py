"""psycopg2: values, COPY, cursors, transactions, large objects, errors, cancel, notices."""

import io
import select
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import psycopg2.extras
import pytest
from psycopg2 import errors
from psycopg2.extensions import ISOLATION_LEVEL_SERIALIZABLE, TRANSACTION_STATUS_INERROR, connection

from tests.integration.drivers.front import Front
from tests.integration.drivers.values import LARGE, MANY, VALUES


@pytest.fixture
def connected(front: Front) -> Iterator[connection]:
    psycopg2.extras.register_uuid()  # type: ignore[no-untyped-call]
    with closing(psycopg2.connect(front.dsn())) as connected:
        connected.autocommit = True
        yield connected


def rows(connected: connection, sql: str, *parameters: object) -> list[tuple[object, ...]]:
    """Run ``sql`` and return all rows."""
    with connected.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return cursor.fetchall()


def test_values_come_back_as_they_were_sent(connected: connection) -> None:
    columns = ', '.join(f'%s::{name}' for name in VALUES)
    [row] = rows(connected, f'SELECT {columns}', *VALUES.values())
    assert [bytes(value) if isinstance(value, memoryview) else value for value in row] == list(VALUES.values())
    assert rows(connected, 'SELECT %s::int, %s', None, LARGE) == [(None, LARGE)]


def test_many_rows_arrive_in_order(connected: connection) -> None:
    assert rows(connected, 'SELECT generate_series(1, %s)', MANY) == [(n,) for n in range(1, MANY + 1)]


def test_a_named_cursor_fetches_in_portions(connected: connection) -> None:
    connected.autocommit = False
    with connected.cursor('portions') as cursor:
        cursor.itersize = 7
        cursor.execute('SELECT generate_series(1, 100)')
        assert [n for (n,) in cursor] == list(range(1, 101))
    connected.rollback()


def test_copy_goes_both_ways(front: Front, connected: connection) -> None:
    front.behind('CREATE TABLE copied (n int, t text)')
    text = ''.join(f'{n}\trow {n} ☃\n' for n in range(20_000))
    with connected.cursor() as cursor:
        cursor.copy_expert('COPY copied FROM STDIN', io.StringIO(text))
        assert cursor.rowcount == 20_000
        copied = io.StringIO()
        cursor.copy_expert('COPY (SELECT * FROM copied ORDER BY n) TO STDOUT', copied)
    assert copied.getvalue() == text
    with connected.cursor() as cursor, pytest.raises(errors.InvalidTextRepresentation):
        cursor.copy_from(io.StringIO('1\tx\nno number\tx\n'), 'copied')
    assert front.behind('SELECT count(*) FROM copied') == [(20_000,)]


def test_a_batch_of_rows_is_inserted_and_returned(front: Front, connected: connection) -> None:
    front.behind('CREATE TABLE batch (id serial, x int)')
    with connected.cursor() as cursor:
        found = psycopg2.extras.execute_values(
            cursor, 'INSERT INTO batch (x) VALUES %s RETURNING id, x', [(n * n,) for n in range(500)], fetch=True
        )
    assert found == [(n + 1, n * n) for n in range(500)]


def test_a_transaction_commits_rolls_back_and_fails(front: Front, connected: connection) -> None:
    front.behind('CREATE TABLE kept (x int)')
    connected.autocommit = False
    with connected:
        rows(connected, 'INSERT INTO kept VALUES (1) RETURNING x')
    with pytest.raises(errors.DivisionByZero) as raised, connected:
        rows(connected, 'INSERT INTO kept VALUES (2) RETURNING x, 1 / (x - 2)')
    assert raised.value.pgcode == '22012'
    with pytest.raises(errors.DivisionByZero):
        rows(connected, 'SELECT 1 / 0')
    assert connected.get_transaction_status() == TRANSACTION_STATUS_INERROR
    with pytest.raises(errors.InFailedSqlTransaction):
        rows(connected, 'SELECT 1')
    connected.rollback()
    assert rows(connected, 'SELECT x FROM kept') == [(1,)]


def test_the_isolation_level_of_the_session_is_in_force(front: Front, connected: connection) -> None:
    connected.set_session(isolation_level=ISOLATION_LEVEL_SERIALIZABLE, readonly=True, autocommit=False)
    for held in range(3):
        with front.connections_held(held):
            assert rows(connected, 'SHOW transaction_isolation') == [('serializable',)]
            assert rows(connected, 'SHOW transaction_read_only') == [('on',)]
            connected.rollback()


def test_settings_follow_the_client(front: Front, connected: connection) -> None:
    rows(connected, "SELECT set_config('work_mem', '123kB', false)")
    connected.set_client_encoding('LATIN1')
    for held in range(3):
        with front.connections_held(held):
            assert rows(connected, 'SHOW work_mem') == [('123kB',)]
            assert rows(connected, "SELECT 'é', octet_length(convert_to('é', 'UTF8'))") == [('é', 2)]


def test_a_large_object_is_written_and_read(connected: connection) -> None:
    connected.autocommit = False
    content = bytes(range(256)) * 400
    large = connected.lobject(0, 'wb')
    assert large.write(content) == len(content)  # type: ignore[no-untyped-call]
    connected.commit()
    again = connected.lobject(large.oid, 'rb')
    again.seek(256)  # type: ignore[no-untyped-call]
    assert again.read() == content[256:]  # type: ignore[no-untyped-call]
    again.unlink()  # type: ignore[no-untyped-call]
    connected.commit()


def test_a_cancel_ends_the_statement_and_not_the_session(front: Front, connected: connection) -> None:
    with front.when_running('interrupted', connected.cancel), pytest.raises(errors.QueryCanceled) as raised:
        rows(connected, 'SELECT pg_sleep(60) /* interrupted */')
    assert raised.value.pgcode == '57014'
    assert rows(connected, 'SELECT 1') == [(1,)]


def test_notices_and_notifications_arrive(connected: connection) -> None:
    with connected.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE NOTICE 'look'; RAISE WARNING 'out'; END $$")
        cursor.execute("LISTEN news; NOTIFY news, 'paper'")
    assert connected.notices == ['NOTICE:  look\n', 'WARNING:  out\n']
    assert [(heard.channel, heard.payload) for heard in connected.notifies] == [('news', 'paper')]


def test_an_asynchronous_connection_is_polled_to_its_answer(front: Front) -> None:
    with closing(psycopg2.connect(front.dsn(), async_=True)) as connected:
        wait(connected)
        cursor = connected.cursor()
        cursor.execute('SELECT %s || pg_sleep(0.01)', ('slept',))
        wait(connected)
        assert cursor.fetchone() == ('slept',)


def wait(connected: connection) -> None:
    """Do what psycopg2 says until it has its answer."""
    while (state := connected.poll()) != psycopg2.extensions.POLL_OK:
        readers = [connected] if state == psycopg2.extensions.POLL_READ else []
        writers = [connected] if state == psycopg2.extensions.POLL_WRITE else []
        assert any(select.select(readers, writers, [], 10))
