"""pgdog.unique_id() in texts."""

from itertools import count

import pytest

from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.parse import parse
from pgdog_gevent.router.shared import shared
from pgdog_gevent.router.unique_ids import calls_unique_id, with_ids, without_ids


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        ('SELECT pgdog.unique_id()', 'SELECT (1::bigint) AS unique_id '),
        ('SELECT pgdog.unique_id()FROM t', 'SELECT (1::bigint) AS unique_id FROM t'),
        ('SELECT pgdog.unique_id()AS id', 'SELECT (1::bigint)AS id'),
        ('SELECT PgDog . Unique_Id ( ) x', 'SELECT (1::bigint) x'),
        ('SELECT "pgdog"."unique_id"() x', 'SELECT (1::bigint) x'),
        ('SELECT pgdog.unique_id()::text', 'SELECT (SELECT (1::bigint) AS unique_id)::text'),
        ('SELECT pgdog.unique_id() + 1 AS x', 'SELECT (1::bigint) + 1 AS x'),
        (
            'SELECT (SELECT pgdog.unique_id() WHERE pgdog.unique_id() > 0)',
            'SELECT (SELECT (1::bigint) AS unique_id  WHERE (2::bigint) > 0)',
        ),
        (
            "INSERT INTO t VALUES (pgdog.unique_id(), 'é'), (pgdog.unique_id(), '')",
            "INSERT INTO t VALUES ((1::bigint), 'é'), ((2::bigint), '')",
        ),
        (
            'INSERT INTO t SELECT 1 RETURNING pgdog.unique_id(), id',
            'INSERT INTO t SELECT 1 RETURNING (1::bigint) AS unique_id , id',
        ),
        ('UPDATE t SET a = pgdog.unique_id()', 'UPDATE t SET a = (1::bigint)'),
        ('DELETE FROM t WHERE a < pgdog.unique_id()', 'DELETE FROM t WHERE a < (1::bigint)'),
        (
            'WITH x AS (INSERT INTO t VALUES (pgdog.unique_id()) RETURNING a) TABLE x ORDER BY pgdog.unique_id()',
            'WITH x AS (INSERT INTO t VALUES ((1::bigint)) RETURNING a) TABLE x ORDER BY (2::bigint)',
        ),
        (
            'BEGIN; INSERT INTO t VALUES (pgdog.unique_id()); SELECT pgdog.unique_id() a; COMMIT',
            'BEGIN; INSERT INTO t VALUES ((1::bigint)); SELECT (2::bigint) a; COMMIT',
        ),
    ],
)
def test_each_call_becomes_an_id(sql: str, expected: str) -> None:
    numbers = count(1)
    assert with_ids(sql.encode(), lambda: next(numbers)).decode() == expected
    assert analyze(sql.encode()).draws_ids
    assert not analyze(expected.encode()).draws_ids
    parse(without_ids(sql.encode()))


@pytest.mark.parametrize(
    'sql',
    [
        "SELECT 'pgdog.unique_id()'",
        'SELECT unique_id()',
        'SELECT other.unique_id()',
        'SELECT pgdog.unique_id(1)',
        'SELECT pgdog.unique_id() OVER ()',
        'SELECT "PGDOG".unique_id()',
        'SELECT pgdog.unique_id',
        'PREPARE p AS SELECT pgdog.unique_id()',
        'CREATE VIEW v AS SELECT pgdog.unique_id()',
        'MERGE INTO t USING s ON true WHEN NOT MATCHED THEN INSERT VALUES (pgdog.unique_id())',
        'SELECT pgdog.unique_id(',
    ],
)
def test_all_else_stays_as_it_is(sql: str) -> None:
    assert not calls_unique_id(sql.encode())
    assert not analyze(sql.encode()).draws_ids
    assert with_ids(sql.encode(), lambda: 1) == sql.encode()


def test_key_of_texts_says_that_they_draw_ids() -> None:
    statement = shared(b"INSERT INTO t VALUES (pgdog.unique_id(), '')", None)
    assert statement is not None
    assert statement.draws_ids


def test_what_is_described_has_the_type_of_an_id() -> None:
    described = without_ids(b'SELECT pgdog.unique_id()')
    assert described == b"SELECT ('pgdog.unique_id()'::text::bigint) AS unique_id "
