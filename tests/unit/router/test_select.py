"""Whom a SELECT concerns."""

import pytest

from pgdog_gevent.router.blueprint import AnyShard, Blueprint, ByKey, Folded, OneShard, Refused
from pgdog_gevent.router.keys import Constant, KeyIs, OnShard
from pgdog_gevent.router.nodes import select
from pgdog_gevent.router.select import select_blueprint
from tests.unit.router.select_tables import NUMBER, meaning, refusal, several
from tests.unit.router.sharded import KNOWN as FOLDED

UNSHARDED: dict[Blueprint, list[str]] = {
    AnyShard(): [
        'SELECT 1', 'SELECT now(), random()', 'SELECT * FROM countries', 'VALUES (1), (2)', 'TABLE countries',
        'SELECT count(*) FROM countries UNION SELECT 1', 'SELECT * FROM generate_series(1, 3)',
        'WITH c AS (SELECT * FROM countries) SELECT * FROM c ORDER BY name LIMIT 3',
    ],
    OneShard(): [
        "SELECT nextval('s')", 'SELECT pg_advisory_lock(1)', "SELECT pg_notify('a', 'b') FROM countries",
        'SELECT * FROM pg_class', 'SELECT * FROM pg_catalog.pg_class, countries', 'SELECT total_of(1)',
        'SELECT c.total_of FROM countries c',

        'SELECT app.f(1)', 'SELECT * FROM nowhere', 'SELECT * FROM countries FOR UPDATE', 'SELECT pg_backend_pid()',
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ('sql', 'blueprint'), [(sql, blueprint) for blueprint, texts in UNSHARDED.items() for sql in texts]
)
def test_what_reads_no_sharded_table_is_answered_by_one(sql: str, blueprint: Blueprint) -> None:
    assert meaning(sql) == blueprint


def test_keys_say_whom_it_concerns() -> None:
    found = meaning('SELECT name FROM users WHERE id = 7')
    assert isinstance(found, ByKey)
    assert found.keys == KeyIs(NUMBER, (Constant('7'),))


@pytest.mark.parametrize('sql', ['SELECT * FROM tenant.bills', 'SELECT count(*) FROM tenant.bills, countries'])
def test_schema_of_one_shard_is_asked_there(sql: str) -> None:
    found = meaning(sql)
    assert isinstance(found, ByKey)
    assert found.keys == OnShard(2)


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT * FROM users u, orders o WHERE u.id = 7 AND o.user_id = 7 AND o.total > u.score',
        "SELECT nextval('s') FROM users WHERE id = 7",
        'SELECT total_of(id) FROM users WHERE id = 7',
    ],
)
def test_what_several_shards_cannot_do_one_can(sql: str) -> None:
    found = meaning(sql)
    assert isinstance(found, ByKey)
    assert found.keys == KeyIs(NUMBER, (Constant('7'),))


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT * FROM users, orders',
        "SELECT nextval('s') FROM users",
        'SELECT total_of(id) FROM users',
        'SELECT median(score) FROM users',
        'SELECT (SELECT sum(u.score)) FROM users u',
        'SELECT * FROM users TABLESAMPLE system (1)',
        'SELECT * FROM users, pg_class',
        'WITH w AS (DELETE FROM users RETURNING *) SELECT * FROM w',
        'SELECT * FROM (SELECT * FROM users LIMIT 3) u',
    ],
)
def test_what_several_shards_cannot_do_is_refused(sql: str) -> None:
    assert isinstance(several(sql), Refused)


def test_writing_what_is_the_same_on_all_shards_is_refused() -> None:
    found = refusal('WITH w AS (DELETE FROM countries RETURNING *) SELECT * FROM w')
    assert 'the same on all shards' in found.why


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT title, count(*) FROM folded GROUP BY title',
        'SELECT DISTINCT title FROM folded',
        'SELECT DISTINCT ON (title) title, body FROM folded',
        'SELECT count(*) OVER (PARTITION BY title) FROM folded',
        'SELECT title FROM folded UNION SELECT title FROM folded',
    ],
)
def test_keys_that_a_collation_folds_are_compared_by_one(sql: str) -> None:
    found = select_blueprint(select(sql), sql, FOLDED)
    assert isinstance(found, ByKey)
    assert isinstance(found.several, Folded)


def test_position_counts_characters() -> None:
    assert refusal("SELECT 'ää', median(score) FROM users").position == 14



@pytest.mark.parametrize(
    'call',
    ["query_to_xml('SELECT 1', true, true, '')", "table_to_xml('users', true, true, '')", "ts_rewrite('a', 'b')"],
)
def test_functions_that_read_what_only_their_arguments_name_are_refused(call: str) -> None:
    found = refusal(f'SELECT 1, {call}')
    assert (found.why, found.position) == (f'function {call.partition("(")[0]}(), which may read sharded tables', 11)


def test_what_only_looks_like_one_of_them_is_answered() -> None:
    assert meaning("SELECT ts_rewrite('a', 'a', 'b')") == AnyShard()
