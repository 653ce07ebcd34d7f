"""SELECTs whose rows are those of the shards put together."""

import pytest

from pgdog_gevent.router.blueprint import SortColumn
from tests.unit.router.select_tables import BYTEWISE, refusal, scattered

AS_THEY_ARE = [
    'SELECT * FROM users',
    'SELECT id, total * 2 FROM orders WHERE items > $1',
    'SELECT user_id, count(*) FROM orders GROUP BY user_id HAVING sum(total) > 3',
    'SELECT user_id, total, count(*) FROM orders GROUP BY 2, 1',
    'SELECT DISTINCT id, name FROM users',
    'SELECT DISTINCT * FROM users',
    'SELECT DISTINCT ON (name, id) * FROM users',
    'SELECT rank() OVER (PARTITION BY total, user_id ORDER BY made) FROM orders',
    'SELECT rank() OVER w FROM orders WINDOW w AS (PARTITION BY user_id)',
    'SELECT rank() OVER (w ORDER BY id) FROM orders WINDOW w AS (PARTITION BY user_id)',
    'SELECT * FROM users FOR UPDATE',
    'SELECT * FROM users u JOIN orders o ON o.user_id = u.id JOIN countries c ON c.id = u.score',
]


@pytest.mark.parametrize('sql', AS_THEY_ARE)
def test_each_shard_answers_the_same(sql: str) -> None:
    found = scattered(sql)
    assert (found.sql.decode(), found.order_by, found.limit, found.offset) == (sql, (), None, None)


SORTED = {
    'SELECT id FROM users ORDER BY id': ('SELECT id, id AS __pgdog_sort_1 FROM users ORDER BY id', (SortColumn(),)),
    'SELECT born AS b FROM users ORDER BY b DESC, 1 NULLS FIRST': (
        'SELECT born AS b, born AS __pgdog_sort_1, born AS __pgdog_sort_2 FROM users ORDER BY b DESC, 1 NULLS FIRST',
        (SortColumn(descending=True, nulls_first=True), SortColumn(nulls_first=True)),
    ),
    'SELECT id FROM users ORDER BY score + 1 DESC NULLS LAST': (
        'SELECT id, score + 1 AS __pgdog_sort_1 FROM users ORDER BY score + 1 DESC NULLS LAST',
        (SortColumn(descending=True),),
    ),
    'SELECT id FROM users ORDER BY id USING >': (
        'SELECT id, id AS __pgdog_sort_1 FROM users ORDER BY id USING >',
        (SortColumn(descending=True, nulls_first=True),),
    ),
    'SELECT user_id, count(*) AS n FROM orders GROUP BY 1 ORDER BY n': (
        'SELECT user_id, count(*) AS n, count(*) AS __pgdog_sort_1 FROM orders GROUP BY 1 ORDER BY n',
        (SortColumn(),),
    ),
    'SELECT DISTINCT id, name FROM users ORDER BY id': (
        'SELECT DISTINCT id, name, id AS __pgdog_sort_1 FROM users ORDER BY id',
        (SortColumn(),),
    ),
    'SELECT id FROM words ORDER BY bytewise, german COLLATE "C"': (
        'SELECT id, bytewise AS __pgdog_sort_1, german COLLATE "C" AS __pgdog_sort_2 FROM words'
        ' ORDER BY bytewise, german COLLATE "C"',
        (SortColumn(collation='C'), SortColumn(collation='C')),
    ),
    'SELECT id FROM users ORDER BY random()': (
        'SELECT id, random() AS __pgdog_sort_1 FROM users ORDER BY random()',
        (SortColumn(),),
    ),
}


@pytest.mark.parametrize(('sql', 'expected'), SORTED.items(), ids=SORTED)
def test_rows_are_merged_by_columns_at_their_end(sql: str, expected: tuple[str, tuple[SortColumn, ...]]) -> None:
    found = scattered(sql)
    assert (found.sql.decode(), found.order_by) == expected


def test_limit_is_applied_to_all_rows() -> None:
    found = scattered('SELECT id FROM users ORDER BY id LIMIT 10 OFFSET 20')
    assert (found.sql.decode().rpartition(' LIMIT ')[2], found.limit, found.offset) == ('30', 10, 20)


def test_text_is_merged_where_the_database_compares_bytes() -> None:
    assert scattered('SELECT id FROM users ORDER BY name', BYTEWISE).order_by == (SortColumn(),)


def test_sort_column_of_a_collation_that_is_not_known_says_so() -> None:
    assert scattered('SELECT id FROM words ORDER BY f(german)').order_by == (SortColumn(collation=None),)


REFUSED = {
    'SELECT id FROM users LIMIT 3 FOR UPDATE': ('FOR UPDATE or FOR SHARE with LIMIT', 0),
    'SELECT id FROM users ORDER BY id USING <<': ('ORDER BY USING <<', 40),
    'SELECT random() AS r FROM users ORDER BY r': ('volatile', 42),
    'SELECT * FROM users JOIN countries USING (id) ORDER BY 1': (r'past *', 56),
    "SELECT 'ä', id FROM users LIMIT 1 + 1": ('neither a number nor a parameter', 35),
}


@pytest.mark.parametrize(('sql', 'expected'), REFUSED.items(), ids=REFUSED)
def test_refusal_says_what_and_where(sql: str, expected: tuple[str, int]) -> None:
    found = refusal(sql)
    assert expected[0] in found.why
    assert found.position == expected[1]
