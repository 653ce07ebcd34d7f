"""UNION over several shards."""

import pytest

from pgdog_gevent.router.blueprint import SortColumn
from pgdog_gevent.router.nodes import select, written
from pgdog_gevent.router.rewrite_union import without_distinct
from tests.unit.router.select_tables import folded, refusal, scattered


def test_union_all_is_answered_by_each_shard() -> None:
    found = scattered('SELECT name FROM users UNION ALL SELECT note FROM orders LIMIT 3 OFFSET 1')
    assert found.sql == b'SELECT name FROM users UNION ALL SELECT note FROM orders LIMIT 4'
    assert (found.limit, found.offset) == (3, 1)


def test_order_of_a_union_is_that_of_its_columns() -> None:
    found = scattered('SELECT score FROM users UNION ALL SELECT items FROM orders ORDER BY score DESC LIMIT 3')
    assert found.sql.decode() == (
        'SELECT c1 AS score, c1 AS __pgdog_sort_1 FROM (SELECT score FROM users UNION ALL SELECT items FROM orders)'
        ' __pgdog_union(c1) ORDER BY 1 DESC LIMIT 3'
    )
    assert found.order_by == (SortColumn(descending=True, nulls_first=True),)


def test_union_by_the_key_is_distinct_on_each_shard() -> None:
    assert scattered('SELECT id FROM users UNION SELECT user_id FROM orders').order_by == ()


def test_union_is_made_distinct_once_more() -> None:
    assert folded('SELECT score AS s, born FROM users UNION SELECT score, born FROM users ORDER BY 2, s LIMIT $1') == (
        'SELECT c1 AS c1, c2 AS c2 FROM (SELECT score AS s, born FROM users UNION SELECT score, born FROM users)'
        ' __pgdog_union(c1, c2)',
        'SELECT DISTINCT __pgdog.c1 AS s, __pgdog.c2 AS born FROM unnest($2, $3) __pgdog(c1, c2)'
        ' ORDER BY 2, 1 LIMIT $1',
    )


def test_order_of_text_in_a_union_is_left_to_postgresql() -> None:
    _, final = folded('SELECT name FROM users UNION ALL SELECT name FROM users ORDER BY 1')
    assert final == 'SELECT __pgdog.c1 AS name FROM pg_catalog.unnest($1) __pgdog(c1) ORDER BY 1'


REFUSED = {
    'SELECT german FROM words UNION SELECT bytewise FROM words': 'collation',
    'SELECT score FROM users UNION (SELECT items FROM orders LIMIT 1)': '',
    'SELECT score FROM users INTERSECT SELECT items FROM orders': '',
    'SELECT score FROM users EXCEPT SELECT items FROM orders': '',
}


@pytest.mark.parametrize(('sql', 'why'), REFUSED.items(), ids=REFUSED)
def test_what_is_no_union_of_rows_is_refused(sql: str, why: str) -> None:
    assert why in refusal(sql).why


def test_only_unions_have_every_row_without_distinct() -> None:
    found = without_distinct(select('SELECT 1 UNION (SELECT 2 UNION ALL SELECT 3)'))
    assert found is not None
    assert written(found) == b'SELECT 1 UNION ALL (SELECT 2 UNION ALL SELECT 3)'
    assert without_distinct(select('SELECT 1 UNION (SELECT 2 EXCEPT SELECT 3)')) is None
    assert without_distinct(select('SELECT 1 UNION (SELECT 2 UNION ALL SELECT 3 LIMIT 1)')) is None
