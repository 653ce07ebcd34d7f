"""psycopg 3: values, prepared statements, COPY, cursors, transactions, errors, cancel, notices."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.rows import TupleRow

from tests.integration.drivers.front import Front
from tests.integration.drivers.values import LARGE, MANY, VALUES

Connection = psycopg.Connection[TupleRow]


@pytest.fixture
def connection(front: Front) -> Iterator[Connection]:
    with psycopg.connect(front.dsn(), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize('binary', [False, True], ids=['text', 'binary'])
@pytest.mark.parametrize('prepare', [False, True], ids=['not prepared', 'prepared'])
def test_values_come_back_as_they_were_sent(connection: Connection, *, binary: bool, prepare: bool) -> None:
    placeholder = '%b' if binary else '%t'
    columns = ', '.join(f'{placeholder}::{name}' for name in VALUES)
    for _ in range(2):
        cursor = connection.execute(f'SELECT {columns}'.encode(), list(VALUES.values()), prepare=prepare, binary=binary)
        assert cursor.fetchone() == tuple(VALUES.values())
        assert connection.execute('SELECT %s::int, %s::text', [None, '']).fetchone() == (None, '')


def test_a_large_value_goes_both_ways(connection: Connection) -> None:
    assert connection.execute('SELECT %s::text', [LARGE]).fetchone() == (LARGE,)


def test_many_rows_arrive_in_order(connection: Connection) -> None:
    rows = connection.execute('SELECT n FROM generate_series(1, %s) AS n', [MANY]).fetchall()
    assert rows == [(n,) for n in range(1, MANY + 1)]


def test_rows_are_streamed_one_by_one(connection: Connection) -> None:
    rows = connection.cursor().stream('SELECT n FROM generate_series(1, %s) AS n', [1000])
    assert list(rows) == [(n,) for n in range(1, 1001)]


def test_several_statements_in_one_text_give_several_results(connection: Connection) -> None:
    cursor = connection.execute('SELECT 1; SELECT 2, 3; CREATE TABLE made (); SELECT 4')
    results = []
    while True:
        results.append((cursor.statusmessage, cursor.fetchall() if cursor.description else None))
        if not cursor.nextset():
            break
    assert results == [('SELECT 1', [(1,)]), ('SELECT 1', [(2, 3)]), ('CREATE TABLE', None), ('SELECT 1', [(4,)])]


def test_statements_prepared_by_the_driver_follow_the_client(front: Front, connection: Connection) -> None:
    connection.prepare_threshold = 2
    pids = []
    for n in range(12):
        with front.connections_held(n % 3):
            cursor = connection.execute('SELECT %s::int * 2, pg_backend_pid()', [n])
            doubled, pid = cursor.fetchone() or (None, 0)
        assert doubled == 2 * n
        pids.append(pid)
    front.assert_moved(pids)


def test_more_prepared_statements_than_the_driver_keeps(front: Front, connection: Connection) -> None:
    connection.prepare_threshold = 0
    connection.prepared_max = 3
    for n in [*range(10), *range(10)]:
        with front.connections_held(n % 2):
            assert connection.execute(f'SELECT %s::int + {n}'.encode(), [1]).fetchone() == (n + 1,)


def test_a_statement_that_cannot_be_prepared_leaves_the_next_alone(front: Front, connection: Connection) -> None:
    for _ in range(2):
        with pytest.raises(errors.UndefinedTable):
            connection.execute('SELECT * FROM later WHERE x = %s', [1], prepare=True)
        assert connection.execute('SELECT %s::int', [5], prepare=True).fetchone() == (5,)
    front.behind('CREATE TABLE later AS SELECT 1 AS x')
    assert connection.execute('SELECT * FROM later WHERE x = %s', [1], prepare=True).fetchone() == (1,)


def test_the_server_sees_the_error_and_the_client_its_fields(front: Front, connection: Connection) -> None:
    front.behind('CREATE TABLE once (id int CONSTRAINT only_one PRIMARY KEY)')
    connection.execute('INSERT INTO once VALUES (1)')
    with pytest.raises(errors.UniqueViolation) as raised:
        connection.execute('INSERT INTO once VALUES (%s)', [1])
    diagnosis = raised.value.diag
    assert (diagnosis.sqlstate, diagnosis.constraint_name, diagnosis.table_name) == ('23505', 'only_one', 'once')
    assert diagnosis.message_detail == 'Key (id)=(1) already exists.'
    with pytest.raises(errors.UndefinedColumn) as raised_again:
        connection.execute('SELECT nothing')
    assert raised_again.value.diag.statement_position == '8'
    assert connection.execute('SELECT 1').fetchone() == (1,)


def test_transactions_and_savepoints_keep_what_is_committed(front: Front, connection: Connection) -> None:
    front.behind('CREATE TABLE kept (x int)')
    with connection.transaction():
        connection.execute('INSERT INTO kept VALUES (1)')
        with pytest.raises(errors.DivisionByZero), connection.transaction():
            connection.execute('INSERT INTO kept VALUES (2)')
            connection.execute('SELECT 1 / 0')
        connection.execute('INSERT INTO kept VALUES (3)')
        assert front.behind('SELECT * FROM kept') == []
    with connection.transaction():
        connection.execute('INSERT INTO kept VALUES (4)')
        raise psycopg.Rollback
    assert front.behind('SELECT x FROM kept ORDER BY x') == [(1,), (3,)]


def test_a_failed_transaction_answers_25P02_until_its_end(connection: Connection) -> None:
    connection.autocommit = False
    with pytest.raises(errors.DivisionByZero):
        connection.execute('SELECT 1 / 0')
    assert connection.info.transaction_status.name == 'INERROR'
    with pytest.raises(errors.InFailedSqlTransaction):
        connection.execute('SELECT 1')
    connection.rollback()
    assert connection.info.transaction_status.name == 'IDLE'
    assert connection.execute('SELECT 1').fetchone() == (1,)


def test_two_phase_commit_of_the_client_own(front: Front, connection: Connection) -> None:
    front.behind('CREATE TABLE kept (x int)')
    connection.autocommit = False
    connection.tpc_begin(connection.xid(1, f'{front.database}', 'branch'))
    connection.execute('INSERT INTO kept VALUES (1)')
    connection.tpc_prepare()
    with front.connections_held():
        assert front.behind('SELECT * FROM kept') == []
        connection.tpc_commit()
    assert front.behind('SELECT * FROM kept') == [(1,)]


@pytest.mark.parametrize('format_name', ['text', 'binary'])
def test_copy_goes_both_ways(front: Front, connection: Connection, format_name: str) -> None:
    front.behind('CREATE TABLE copied (n int8, t text)')
    rows = [(n, f'row {n}\t\\N\n☃') for n in range(5000)] + [(5000, None)]
    option = sql.SQL('(FORMAT {})').format(sql.Identifier(format_name))
    with connection.cursor().copy(sql.SQL('COPY copied FROM STDIN {}').format(option)) as copy:
        copy.set_types(['int8', 'text'])
        for row in rows:
            copy.write_row(row)
    assert front.behind('SELECT n, t FROM copied ORDER BY n') == rows
    in_order = sql.SQL('COPY (SELECT * FROM copied ORDER BY n) TO STDOUT {}').format(option)
    with connection.cursor().copy(in_order) as copy:
        copy.set_types(['int8', 'text'])
        assert list(copy.rows()) == rows
    assert connection.execute('SELECT count(*) FROM copied').fetchone() == (5001,)


def test_a_copy_with_a_bad_row_leaves_nothing(front: Front, connection: Connection) -> None:
    front.behind('CREATE TABLE copied (n int)')
    with pytest.raises(errors.InvalidTextRepresentation) as raised:  # noqa: SIM117
        with connection.cursor().copy('COPY copied FROM STDIN') as copy:
            for _ in range(200):
                copy.write('1\n' * 1000)
            copy.write('one\n')
            for _ in range(200):
                copy.write('1\n' * 1000)
    assert 'line 200001' in (raised.value.diag.context or '')
    assert connection.execute('SELECT count(*) FROM copied').fetchone() == (0,)


def test_a_copy_that_the_client_gives_up_leaves_nothing(front: Front, connection: Connection) -> None:
    front.behind('CREATE TABLE copied (n int)')
    with pytest.raises(ZeroDivisionError), connection.cursor().copy('COPY copied FROM STDIN') as copy:
        copy.write('1\n')
        copy.write(str(1 // 0))
    assert connection.execute('SELECT count(*) FROM copied').fetchone() == (0,)


def test_a_copy_out_that_the_client_gives_up_ends_and_the_session_goes_on(connection: Connection) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        connection.cursor().copy('COPY (SELECT generate_series(1, 10000000)) TO STDOUT') as copy,
    ):
        assert bytes(next(iter(copy))) == b'1\n'
        assert 1 // 0
    assert connection.execute('SELECT 1').fetchone() == (1,)


def test_a_server_side_cursor_fetches_in_portions_and_scrolls(connection: Connection) -> None:
    with connection.transaction(), connection.cursor('portions', scrollable=True) as cursor:
        cursor.execute('SELECT n FROM generate_series(1, 1000) AS n')
        assert cursor.fetchmany(3) == [(1,), (2,), (3,)]
        cursor.scroll(500, mode='absolute')
        assert cursor.fetchone() == (501,)
        cursor.itersize = 100
        assert [n for (n,) in cursor] == list(range(502, 1001))


def test_a_cursor_with_hold_outlives_its_transaction(front: Front, connection: Connection) -> None:
    with connection.cursor('held', withhold=True) as cursor:
        with connection.transaction():
            cursor.execute('SELECT n FROM generate_series(1, 10) AS n')
        with front.connections_held(2):
            assert cursor.fetchmany(4) == [(1,), (2,), (3,), (4,)]
        assert cursor.fetchone() == (5,)


@pytest.mark.parametrize('safe', [False, True], ids=['cancel', 'cancel_safe'])
def test_a_cancel_ends_the_statement_and_not_the_session(front: Front, connection: Connection, *, safe: bool) -> None:
    interrupt = connection.cancel_safe if safe else connection.cancel
    with (
        front.when_running(f'interrupted {safe}', interrupt),
        pytest.raises(errors.QueryCanceled, match='user request'),
    ):
        connection.execute(f'SELECT pg_sleep(60) /* interrupted {safe} */'.encode())
    assert connection.execute('SELECT 1').fetchone() == (1,)


def test_notices_arrive_with_their_fields(connection: Connection) -> None:
    notices: list[tuple[str | None, ...]] = []
    connection.add_notice_handler(lambda n: notices.append((n.severity, n.sqlstate, n.message_primary, n.message_hint)))
    connection.execute("DO $$ BEGIN RAISE NOTICE 'look' USING HINT = 'here'; RAISE WARNING 'out'; END $$")
    assert notices == [('NOTICE', '00000', 'look', 'here'), ('WARNING', '01000', 'out', None)]


def test_a_notification_arrives_while_the_client_waits(front: Front, connection: Connection) -> None:
    connection.execute('LISTEN news')
    with psycopg.connect(front.dsn(), autocommit=True) as other:
        other.execute("NOTIFY news, 'first'")
        other.execute("SELECT pg_notify('news', 'second')")
    heard = connection.notifies(timeout=10, stop_after=2)
    assert [(notification.channel, notification.payload) for notification in heard] == [
        ('news', 'first'),
        ('news', 'second'),
    ]


def test_settings_follow_the_client_and_nobody_else(front: Front, connection: Connection) -> None:
    connection.execute("SET TimeZone = 'Asia/Tokyo'")
    connection.execute("SELECT set_config('work_mem', '123kB', false)")
    for held in range(3):
        with front.connections_held(held), psycopg.connect(front.dsn()) as other:
            found = "SELECT current_setting('TimeZone'), current_setting('work_mem')"
            assert other.execute(found).fetchone() == ('UTC', '4MB')
            assert connection.execute(found).fetchone() == ('Asia/Tokyo', '123kB')
    assert connection.info.parameter_status('TimeZone') == 'Asia/Tokyo'


def test_options_of_the_connection_are_in_force(front: Front) -> None:
    dsn = front.dsn(options='-c statement_timeout=54321 -c search_path=elsewhere', application_name='matrix')
    with psycopg.connect(dsn, autocommit=True) as connection:
        for held in range(3):
            with front.connections_held(held):
                for name, setting in (('statement_timeout', '54321ms'), ('search_path', 'elsewhere')):
                    assert connection.execute(f'SHOW {name}'.encode()).fetchone() == (setting,)
                assert connection.execute('SHOW application_name').fetchone() == ('matrix',)


def test_what_the_client_is_told_at_login_is_what_the_server_says(front: Front, connection: Connection) -> None:
    with psycopg.connect(front.postgres.dsn(front.database)) as direct:
        for name in ('server_version', 'server_encoding', 'client_encoding', 'DateStyle', 'integer_datetimes'):
            assert connection.info.parameter_status(name) == direct.info.parameter_status(name), name
