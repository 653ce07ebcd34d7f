"""Groups whose rows are on several shards."""

import pytest

from tests.unit.router.select_tables import folded, refusal

COUNT = 'COALESCE(pg_catalog.sum(__pgdog.{0}), 0)::bigint'
TEXTS = {
    'SELECT count(*) FROM users': (
        'SELECT pg_catalog.count(*) AS c1 FROM users',
        f'SELECT {COUNT.format("c1")} AS count FROM pg_catalog.unnest($1) __pgdog(c1)',
    ),
    'SELECT name AS n, sum(score) FROM users WHERE id > $1 GROUP BY 1 HAVING sum(score) > $2 ORDER BY n LIMIT 3': (
        'SELECT name AS c1, pg_catalog.sum(score) AS c2 FROM users WHERE id > $1 GROUP BY 1',
        'SELECT __pgdog.c1 AS n, pg_catalog.sum(__pgdog.c2)::bigint AS sum FROM unnest($3, $4) __pgdog(c1, c2)'
        ' GROUP BY __pgdog.c1 HAVING pg_catalog.sum(__pgdog.c2)::bigint > $2 ORDER BY 1 LIMIT 3',
    ),
    'SELECT avg(total), sum(total), count(total) FROM orders': (
        'SELECT pg_catalog.sum(total) AS c1, pg_catalog.count(total) AS c2 FROM orders',
        'SELECT pg_catalog.sum(__pgdog.c1) / pg_catalog.sum(__pgdog.c2) AS avg, pg_catalog.sum(__pgdog.c1) AS sum,'
        f' {COUNT.format("c2")} AS count FROM unnest($1, $2) __pgdog(c1, c2)',
    ),
    'SELECT max(born) FILTER (WHERE score > 1) + 1 FROM users u': (
        'SELECT pg_catalog.max(born) FILTER (WHERE score > 1) AS c1 FROM users u',
        'SELECT pg_catalog.max(__pgdog.c1) + 1 AS "?column?" FROM pg_catalog.unnest($1) __pgdog(c1)',
    ),
    'SELECT count(DISTINCT name), sum(score) FROM users': (
        'SELECT name AS c1, pg_catalog.sum(score) AS c2 FROM users GROUP BY 1',
        'SELECT count(DISTINCT __pgdog.c1) AS count, pg_catalog.sum(__pgdog.c2)::bigint AS sum'
        ' FROM unnest($1, $2) __pgdog(c1, c2)',
    ),
    "SELECT string_agg(DISTINCT name, ',' ORDER BY name) FILTER (WHERE score > 1) FROM users GROUP BY born": (
        'SELECT born AS c1, name AS c2, score > 1 AS c3 FROM users GROUP BY 1, 2, 3',
        "SELECT string_agg(DISTINCT __pgdog.c2, ',' ORDER BY __pgdog.c2) FILTER (WHERE __pgdog.c3) AS string_agg"
        ' FROM unnest($1, $2, $3) __pgdog(c1, c2, c3) GROUP BY __pgdog.c1',
    ),
    'SELECT count(DISTINCT (name, score)) FROM users': (
        'SELECT name AS c1, score AS c2 FROM users GROUP BY 1, 2',
        'SELECT count(DISTINCT (__pgdog.c1, __pgdog.c2)) AS count FROM unnest($1, $2) __pgdog(c1, c2)',
    ),
    'SELECT min(DISTINCT born) FROM users': (
        'SELECT pg_catalog.min(born) AS c1 FROM users',
        'SELECT pg_catalog.min(__pgdog.c1) AS min FROM pg_catalog.unnest($1) __pgdog(c1)',
    ),
    'SELECT name, grouping(name), count(*) FROM users GROUP BY ROLLUP (name, (born, score))': (
        'SELECT name AS c1, born AS c2, score AS c3, pg_catalog.count(*) AS c4 FROM users GROUP BY 1, 2, 3',
        f'SELECT __pgdog.c1 AS name, GROUPING(__pgdog.c1) AS "grouping", {COUNT.format("c4")} AS count'
        ' FROM unnest($1, $2, $3, $4) __pgdog(c1, c2, c3, c4)'
        ' GROUP BY ROLLUP (__pgdog.c1, (__pgdog.c2, __pgdog.c3))',
    ),
    'SELECT 1 FROM users HAVING true': (
        'SELECT pg_catalog.count(*) AS c1 FROM users',
        'SELECT 1 AS "?column?" FROM pg_catalog.unnest($1) __pgdog(c1) HAVING true',
    ),
    'SELECT name, rank() OVER (ORDER BY count(*)) FROM users GROUP BY name': (
        'SELECT name AS c1, pg_catalog.count(*) AS c2 FROM users GROUP BY 1',
        f'SELECT __pgdog.c1 AS name, rank() OVER (ORDER BY {COUNT.format("c2")}) AS rank'
        ' FROM unnest($1, $2) __pgdog(c1, c2) GROUP BY __pgdog.c1',
    ),
    'SELECT total + 1, u.total FROM orders u GROUP BY total + 1, total': (
        'SELECT total + 1 AS c1, total AS c2 FROM orders u GROUP BY 1, 2',
        'SELECT __pgdog.c1 AS "?column?", __pgdog.c2 AS total FROM unnest($1, $2) __pgdog(c1, c2)'
        ' GROUP BY __pgdog.c1, __pgdog.c2',
    ),
    'SELECT name, born FROM countries c JOIN users USING (name) GROUP BY c.id, born': (
        'SELECT c.id AS c1, born AS c2, name AS c3 FROM countries c JOIN users USING (name) GROUP BY 1, 2',
        'SELECT (pg_catalog.array_agg(__pgdog.c3))[1] AS name, __pgdog.c2 AS born'
        ' FROM unnest($1, $2, $3) __pgdog(c1, c2, c3) GROUP BY __pgdog.c1, __pgdog.c2',
    ),
    'SELECT name AS c2, score AS c1 FROM users GROUP BY score, name ORDER BY score, users.name': (
        'SELECT score AS c1, name AS c2 FROM users GROUP BY 1, 2',
        'SELECT __pgdog.c2 AS c2, __pgdog.c1 AS c1 FROM unnest($1, $2) __pgdog(c1, c2)'
        ' GROUP BY __pgdog.c1, __pgdog.c2 ORDER BY 2, 1',
    ),
    'SELECT max(german), count(*) FROM words GROUP BY plain': (
        'SELECT plain AS c1, pg_catalog.max(german) AS c2, pg_catalog.count(*) AS c3 FROM words GROUP BY 1',
        f'SELECT pg_catalog.max(__pgdog.c2) AS max, {COUNT.format("c3")} AS count'
        ' FROM (SELECT __pgdog.c1 AS c1, __pgdog.c2 COLLATE pg_catalog."de-x-icu" AS c2, __pgdog.c3 AS c3'
        ' FROM unnest($1, $2, $3) __pgdog(c1, c2, c3)) __pgdog GROUP BY __pgdog.c1',
    ),
    'SELECT user_id, count(*) OVER () FROM orders GROUP BY user_id': (
        'SELECT user_id AS c1 FROM orders GROUP BY 1',
        'SELECT __pgdog.c1 AS user_id, count(*) OVER () AS count FROM pg_catalog.unnest($1) __pgdog(c1)'
        ' GROUP BY __pgdog.c1',
    ),
}


@pytest.mark.parametrize(('sql', 'expected'), TEXTS.items(), ids=TEXTS)
def test_each_shard_groups_and_one_groups_again(sql: str, expected: tuple[str, str]) -> None:
    assert folded(sql) == expected


ROWS = {
    "SELECT name, string_agg(note ->> 'a', ',' ORDER BY made), count(*) FROM orders o JOIN users u ON u.id = user_id"
    ' GROUP BY name': (
        'SELECT name AS c1, note AS c2, made AS c3 FROM orders o JOIN users u ON u.id = user_id',
        "SELECT __pgdog.c1 AS name, string_agg(__pgdog.c2 ->> 'a', ',' ORDER BY __pgdog.c3) AS string_agg,"
        ' count(*) AS count FROM unnest($1, $2, $3) __pgdog(c1, c2, c3) GROUP BY __pgdog.c1',
    ),
    'SELECT sum(items + $1), tags[1] FROM orders GROUP BY tags[1]': (
        'SELECT tags[1] AS c1, items AS c2 FROM orders',
        'SELECT sum(__pgdog.c2 + $1) AS sum, __pgdog.c1 AS tags FROM unnest($2, $3) __pgdog(c1, c2)'
        ' GROUP BY __pgdog.c1',
    ),
    'SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY weight) FROM orders': (
        'SELECT weight AS c1 FROM orders',
        'SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY __pgdog.c1) AS percentile_cont'
        ' FROM pg_catalog.unnest($1) __pgdog(c1)',
    ),
    "SELECT string_agg('x', ',') FROM users": (
        'SELECT 1 AS c1 FROM users',
        "SELECT string_agg('x', ',') AS string_agg FROM pg_catalog.unnest($1) __pgdog(c1)",
    ),
    'SELECT json_arrayagg(score) FROM users': (
        'SELECT score AS c1 FROM users',
        'SELECT JSON_ARRAYAGG(__pgdog.c1) AS "json_arrayagg" FROM pg_catalog.unnest($1) __pgdog(c1)',
    ),
    'SELECT id, sum(score) OVER (ORDER BY born) FROM users WHERE score > 1 ORDER BY 2 LIMIT 3': (
        'SELECT id AS c1, score AS c2, born AS c3 FROM users WHERE score > 1',
        'SELECT __pgdog.c1 AS id, sum(__pgdog.c2) OVER (ORDER BY __pgdog.c3) AS sum'
        ' FROM unnest($1, $2, $3) __pgdog(c1, c2, c3) ORDER BY 2 LIMIT 3',
    ),
    'SELECT rank() OVER w FROM users WINDOW w AS (ORDER BY born)': (
        'SELECT born AS c1 FROM users',
        'SELECT rank() OVER w AS rank FROM pg_catalog.unnest($1) __pgdog(c1) WINDOW w AS (ORDER BY __pgdog.c1)',
    ),
}


@pytest.mark.parametrize(('sql', 'expected'), ROWS.items(), ids=ROWS)
def test_shards_send_rows_where_no_two_steps_are_known(sql: str, expected: tuple[str, str]) -> None:
    assert folded(sql) == expected


REFUSED = {
    'SELECT lower(german), count(*) FROM words GROUP BY 1': 'collation',
    'SELECT max(german || plain) FROM words': 'collation',
    'SELECT count(DISTINCT users.*) FROM users': 'whole rows',
    'SELECT j.*, count(*) FROM users JOIN countries USING (id), f(1) AS j GROUP BY j': '*',
    'SELECT count(*) FROM users LIMIT (SELECT 1)': 'LIMIT has a subquery',
}


@pytest.mark.parametrize(('sql', 'why'), REFUSED.items(), ids=REFUSED)
def test_what_cannot_be_divided_is_refused(sql: str, why: str) -> None:
    assert why in refusal(sql).why
