"""pg8000, in pure Python: its native interface and its DB-API."""

import io
from collections.abc import Iterator
from contextlib import closing

import pg8000.dbapi
import pg8000.native
import pytest

from tests.integration.drivers.front import Front
from tests.integration.drivers.values import LARGE, MANY, VALUES


@pytest.fixture
def connection(front: Front) -> Iterator[pg8000.native.Connection]:
    with closing(connect(front)) as connection:
        yield connection


def connect(front: Front) -> pg8000.native.Connection:
    """Connect with the native interface."""
    return pg8000.native.Connection(
        front.user, host=front.host, port=front.port, database=front.database, password=front.password, timeout=20
    )


def sqlstate(raised: pytest.ExceptionInfo[pg8000.native.DatabaseError]) -> str:
    """Return the SQLSTATE of what pg8000 raised."""
    return str(raised.value.args[0]['C'])


def test_values_come_back_as_they_were_sent(connection: pg8000.native.Connection) -> None:
    columns = ', '.join(f'CAST(:v{number} AS {name})' for number, name in enumerate(VALUES))
    sent = {f'v{number}': value for number, value in enumerate(VALUES.values())}
    assert connection.run(f'SELECT {columns}', **sent) == [list(VALUES.values())]
    assert connection.run('SELECT CAST(:t AS text), CAST(:n AS int)', t=LARGE, n=None) == [[LARGE, None]]
    found = connection.run('SELECT generate_series(1, :n)', n=MANY)
    assert found == [[n] for n in range(1, MANY + 1)]
    assert connection.run('SELECT 1; SELECT 2') == [[1], [2]]


def test_prepared_statements_follow_the_client(front: Front, connection: pg8000.native.Connection) -> None:
    statement = connection.prepare('SELECT CAST(:n AS int) * 2, pg_backend_pid()')
    pids = []
    for n in range(9):
        with front.connections_held(n % 3):
            [[doubled, pid]] = statement.run(n=n)
            assert doubled == 2 * n
            pids.append(pid)
    front.assert_moved(pids)
    statement.close()


def test_copy_goes_both_ways(front: Front, connection: pg8000.native.Connection) -> None:
    front.behind('CREATE TABLE copied (n int, t text)')
    text = ''.join(f'{n}\trow {n} ☃\n' for n in range(20_000)).encode()
    connection.run('COPY copied FROM STDIN', stream=io.BytesIO(text))
    assert connection.row_count == 20_000
    copied = io.BytesIO()
    connection.run('COPY (SELECT * FROM copied ORDER BY n) TO STDOUT', stream=copied)
    assert copied.getvalue() == text
    with pytest.raises(pg8000.native.DatabaseError) as raised:
        connection.run('COPY copied FROM STDIN', stream=io.BytesIO(b'no number\tx\n'))
    assert sqlstate(raised) == '22P02'
    assert connection.run('SELECT count(*) FROM copied') == [[20_000]]


def test_a_transaction_commits_rolls_back_and_fails(front: Front, connection: pg8000.native.Connection) -> None:
    front.behind('CREATE TABLE kept (x int)')
    connection.run('START TRANSACTION')
    connection.run('INSERT INTO kept VALUES (:x)', x=1)
    connection.run('COMMIT')
    connection.run('BEGIN')
    connection.run('INSERT INTO kept VALUES (:x)', x=2)
    with pytest.raises(pg8000.native.DatabaseError) as raised:
        connection.run('SELECT 1 / CAST(:x AS int)', x=0)
    assert sqlstate(raised) == '22012'
    with pytest.raises(pg8000.native.DatabaseError) as raised_again:
        connection.run('SELECT 1')
    assert sqlstate(raised_again) == '25P02'
    connection.run('ROLLBACK')
    assert connection.run('SELECT x FROM kept') == [[1]]


def test_the_dbapi_commits_and_rolls_back(front: Front) -> None:
    front.behind('CREATE TABLE kept (x int)')
    with closing(
        pg8000.dbapi.connect(
            front.user, host=front.host, port=front.port, database=front.database, password=front.password
        )
    ) as connection:
        cursor = connection.cursor()
        cursor.executemany('INSERT INTO kept VALUES (%s)', [(n,) for n in range(10)])
        connection.commit()
        cursor.execute('DELETE FROM kept WHERE x > %s', (3,))
        assert cursor.rowcount == 6
        connection.rollback()
        cursor.execute('SELECT x FROM kept ORDER BY x')
        assert [x for (x,) in cursor.fetchall()] == list(range(10))


def test_notices_and_notifications_arrive(front: Front, connection: pg8000.native.Connection) -> None:
    connection.run("DO $$ BEGIN RAISE NOTICE 'look'; END $$")
    assert [notice[b'M'] for notice in connection.notices] == [b'look']
    connection.run('LISTEN news')
    front.behind("NOTIFY news, 'paper'")
    connection.run('SELECT 1')
    assert [said[1:] for said in connection.notifications] == [('news', 'paper')]


def test_settings_follow_the_client(front: Front, connection: pg8000.native.Connection) -> None:
    connection.run("SET TIME ZONE 'Asia/Tokyo'")
    for held in range(3):
        with front.connections_held(held):
            assert connection.run('SHOW TimeZone') == [['Asia/Tokyo']]
    assert connection.parameter_statuses['TimeZone'] == 'Asia/Tokyo'
