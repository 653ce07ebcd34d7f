"""DISTINCT over several shards, and the order of text."""

import pytest

from tests.unit.router.select_tables import folded, refusal

TEXTS = {
    'SELECT DISTINCT name FROM users': (
        'SELECT DISTINCT name AS c1 FROM users',
        'SELECT DISTINCT __pgdog.c1 AS name FROM pg_catalog.unnest($1) __pgdog(c1)',
    ),
    'SELECT DISTINCT score AS s, born FROM users WHERE id > $1 ORDER BY born DESC, s LIMIT $2': (
        'SELECT DISTINCT score AS c1, born AS c2 FROM users WHERE id > $1',
        'SELECT DISTINCT __pgdog.c1 AS s, __pgdog.c2 AS born FROM unnest($3, $4) __pgdog(c1, c2)'
        ' ORDER BY __pgdog.c2 DESC, __pgdog.c1 LIMIT $2',
    ),
    'SELECT DISTINCT ON (score, 2) id, born FROM users ORDER BY score, born, id DESC LIMIT 3 OFFSET 1': (
        'SELECT DISTINCT ON (3, 2) id AS c1, born AS c2, score AS c3 FROM users ORDER BY 3, 2, 1 DESC',
        'SELECT DISTINCT ON (__pgdog.c3, __pgdog.c2) __pgdog.c1 AS id, __pgdog.c2 AS born'
        ' FROM unnest($1, $2, $3) __pgdog(c1, c2, c3)'
        ' ORDER BY __pgdog.c3, __pgdog.c2, __pgdog.c1 DESC LIMIT 3 OFFSET 1',
    ),
    'SELECT DISTINCT rank() OVER w FROM orders WINDOW w AS (PARTITION BY user_id)': (
        'SELECT DISTINCT rank() OVER w AS c1 FROM orders WINDOW w AS (PARTITION BY user_id)',
        'SELECT DISTINCT __pgdog.c1 AS rank FROM pg_catalog.unnest($1) __pgdog(c1)',
    ),
    'SELECT DISTINCT random() AS a, random() AS b FROM users': (
        'SELECT DISTINCT random() AS c1, random() AS c2 FROM users',
        'SELECT DISTINCT __pgdog.c1 AS a, __pgdog.c2 AS b FROM unnest($1, $2) __pgdog(c1, c2)',
    ),
    'SELECT DISTINCT born < now() FROM users': (
        'SELECT DISTINCT born < now() AS c1 FROM users',
        'SELECT DISTINCT __pgdog.c1 AS "?column?" FROM pg_catalog.unnest($1) __pgdog(c1)',
    ),
    'SELECT id FROM users ORDER BY name LIMIT 3 OFFSET 4': (
        'SELECT id AS c1, name AS c2 FROM users ORDER BY 2 LIMIT 7',
        'SELECT __pgdog.c1 AS id FROM unnest($1, $2) __pgdog(c1, c2) ORDER BY __pgdog.c2 LIMIT 3 OFFSET 4',
    ),
    'SELECT german FROM words ORDER BY german DESC': (
        'SELECT german AS c1 FROM words ORDER BY 1 DESC',
        'SELECT __pgdog.c1 AS german FROM (SELECT __pgdog.c1 COLLATE pg_catalog."de-x-icu" AS c1'
        ' FROM pg_catalog.unnest($1) __pgdog(c1)) __pgdog ORDER BY __pgdog.c1 DESC',
    ),
    'SELECT id FROM users ORDER BY mood': (
        'SELECT id AS c1, mood AS c2 FROM users ORDER BY 2',
        'SELECT __pgdog.c1 AS id FROM unnest($1, $2) __pgdog(c1, c2) ORDER BY __pgdog.c2',
    ),
    'SELECT born FROM users ORDER BY 1 FETCH FIRST 3 ROWS WITH TIES': (
        'SELECT born AS c1 FROM users ORDER BY 1',
        'SELECT __pgdog.c1 AS born FROM pg_catalog.unnest($1) __pgdog(c1)'
        ' ORDER BY __pgdog.c1 FETCH FIRST 3 ROWS WITH TIES',
    ),
}


@pytest.mark.parametrize(('sql', 'expected'), TEXTS.items(), ids=TEXTS)
def test_each_shard_compares_its_rows_and_one_compares_what_is_left(sql: str, expected: tuple[str, str]) -> None:
    assert folded(sql) == expected


REFUSED = {
    'SELECT DISTINCT lower(german) FROM words': 'collation',
    'SELECT DISTINCT name FROM users ORDER BY born': 'not in the select list',
    'SELECT DISTINCT users.name, j.* FROM users JOIN (countries JOIN countries c ON true) AS j ON true': r'*',
    'SELECT DISTINCT name FROM users LIMIT (SELECT 1)': 'LIMIT has a subquery',
}


@pytest.mark.parametrize(('sql', 'why'), REFUSED.items(), ids=REFUSED)
def test_what_is_not_known_is_refused(sql: str, why: str) -> None:
    assert why in refusal(sql).why
