"""psycopg 3 in pipeline mode: many statements on the way before the first answer is read."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors
from psycopg.rows import TupleRow

from tests.integration.drivers.front import Front

Connection = psycopg.Connection[TupleRow]


@pytest.fixture
def connection(front: Front) -> Iterator[Connection]:
    with psycopg.connect(front.dsn(), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize('threshold', [None, 0, 5], ids=['never prepared', 'always prepared', 'prepared on the way'])
def test_answers_of_a_long_pipeline_are_in_order(connection: Connection, threshold: int | None) -> None:
    connection.prepare_threshold = threshold
    with connection.pipeline():
        cursors = [connection.execute('SELECT %s::int, %s::text', [n, f'n {n}']) for n in range(1000)]
        found = [cursor.fetchone() for cursor in cursors]
    assert found == [(n, f'n {n}') for n in range(1000)]


def test_answers_larger_than_any_buffer_do_not_lock_both_sides(connection: Connection) -> None:
    with connection.pipeline():
        cursors = [connection.execute('SELECT %s::text', [str(n) * 100_000]) for n in range(100)]
        assert [cursor.fetchone() for cursor in cursors] == [(str(n) * 100_000,) for n in range(100)]


def test_a_sync_in_the_middle_commits_what_is_before_it(front: Front, connection: Connection) -> None:
    front.behind('CREATE TABLE kept (x int)')
    with pytest.raises(errors.DivisionByZero), connection.pipeline() as pipeline:
        connection.execute('INSERT INTO kept VALUES (1)')
        pipeline.sync()
        connection.execute('INSERT INTO kept VALUES (2)')
        connection.execute('SELECT 1 / 0')
    assert front.behind('SELECT * FROM kept') == [(1,)]


def test_an_error_skips_to_the_next_sync_and_no_further(front: Front, connection: Connection) -> None:
    front.behind('CREATE TABLE kept (x int PRIMARY KEY)')
    with connection.pipeline() as pipeline:
        before = connection.execute('INSERT INTO kept VALUES (1) RETURNING x')
        pipeline.sync()
        wrong = connection.execute('INSERT INTO kept VALUES (%s) RETURNING x', [1])
        connection.execute('INSERT INTO kept VALUES (%s)', [2])
        assert before.fetchone() == (1,)
        with pytest.raises(errors.UniqueViolation):
            wrong.fetchone()
        assert pipeline.status is psycopg.pq.PipelineStatus.ABORTED
        pipeline.sync()
        after = connection.execute('INSERT INTO kept VALUES (%s) RETURNING x', [3])
        assert after.fetchone() == (3,)
    assert front.behind('SELECT x FROM kept ORDER BY x') == [(1,), (3,)]


def test_a_statement_whose_parse_was_skipped_is_prepared_again(front: Front, connection: Connection) -> None:
    connection.prepare_threshold = 0
    for _ in range(2):
        with pytest.raises(errors.DivisionByZero), connection.pipeline():
            connection.execute('SELECT 1 / %s::int', [0])
            connection.execute('SELECT %s::int + 40', [2])
        with front.connections_held():
            assert connection.execute('SELECT %s::int + 40', [2]).fetchone() == (42,)


def test_a_transaction_inside_a_pipeline_is_one(front: Front, connection: Connection) -> None:
    front.behind('CREATE TABLE kept (x int)')
    with connection.pipeline():
        with connection.transaction():
            connection.execute('INSERT INTO kept VALUES (1)')
            connection.execute('INSERT INTO kept VALUES (2)')
        with pytest.raises(errors.DivisionByZero), connection.transaction():
            connection.execute('INSERT INTO kept VALUES (3)')
            connection.execute('SELECT 1 / 0')
    assert front.behind('SELECT x FROM kept ORDER BY x') == [(1,), (2,)]


def test_executemany_returns_every_result(front: Front, connection: Connection) -> None:
    front.behind('CREATE TABLE many (x int)')
    cursor = connection.cursor()
    cursor.executemany('INSERT INTO many VALUES (%s) RETURNING x * 10', [(n,) for n in range(500)], returning=True)
    found = [cursor.fetchone()]
    while cursor.nextset():
        found.append(cursor.fetchone())
    assert found == [(n * 10,) for n in range(500)]
    assert front.behind('SELECT count(*), sum(x) FROM many') == [(500, sum(range(500)))]
