"""Statements that keep to tenants, and those of which nobody can say it."""

import pytest

from pgdog_gevent.router.parse import parse
from pgdog_gevent.router.tenants import Tenants
from tests.unit.router.select_tables import KNOWN

TENANTS = Tenants(KNOWN, 'user_id')


def refused(sql: str) -> bool:
    return TENANTS.against(parse(sql.encode()).stmts[0]) is not None


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT * FROM orders WHERE user_id = 1',
        'SELECT * FROM orders WHERE user_id = $1 AND id > 5',
        'SELECT * FROM orders WHERE user_id IN (1, 2)',
        'SELECT * FROM orders WHERE user_id = ANY($1)',
        'SELECT * FROM orders WHERE user_id = 1 OR (user_id = 2 AND id = 3)',
        'SELECT * FROM orders a JOIN orders b USING (user_id) WHERE a.user_id = 1',
        'WITH mine AS (SELECT * FROM orders WHERE user_id = 1) SELECT count(*) FROM mine',
        'SELECT * FROM countries',
        'SELECT * FROM countries WHERE EXISTS (SELECT FROM orders WHERE user_id = 1)',
        'SELECT 1',
        'UPDATE orders SET id = 2 WHERE user_id = 1',
        'DELETE FROM orders WHERE user_id = 1',
        'UPDATE countries SET name = NULL',
        'INSERT INTO orders (id, user_id) VALUES (1, 2), (2, $1)',
        'INSERT INTO orders (id, user_id) VALUES (1, 2) ON CONFLICT DO NOTHING',
        'INSERT INTO orders (id, user_id) VALUES (1, 2) ON CONFLICT (user_id, id) DO UPDATE SET id = 3',
        'INSERT INTO countries SELECT id, NULL FROM orders WHERE user_id = 1',
        'COPY countries FROM STDIN',
        'COPY (SELECT * FROM orders WHERE user_id = 1) TO STDOUT',
        'EXPLAIN SELECT * FROM orders WHERE user_id = 1',
        'CREATE TABLE t AS SELECT * FROM orders WHERE user_id = 1',
        'CREATE INDEX ON orders (id)',
        'BEGIN',
    ],
)
def test_statement_keeps_to_tenants(sql: str) -> None:
    assert not refused(sql)


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT * FROM orders',
        'TABLE orders',
        'SELECT * FROM orders WHERE user_id > 1',
        'SELECT * FROM orders WHERE user_id <> 1',
        'SELECT * FROM orders WHERE NOT user_id = 1',
        'SELECT * FROM orders WHERE user_id = 1 OR id = 1',
        'SELECT * FROM orders WHERE user_id = user_id',
        'SELECT * FROM orders WHERE user_id = (SELECT max(user_id) FROM orders)',
        'SELECT * FROM orders a JOIN orders b ON a.id = b.id WHERE a.user_id = 1',
        'SELECT * FROM orders a LEFT JOIN orders b ON a.user_id = b.user_id AND a.user_id = 1',
        'WITH all_of AS (SELECT * FROM orders) SELECT * FROM all_of',
        'SELECT * FROM countries WHERE EXISTS (SELECT FROM orders)',
        'SELECT (SELECT count(*) FROM orders)',
        'SELECT * FROM orders WHERE user_id = 1 UNION ALL SELECT * FROM orders',
        'SELECT * FROM nowhere',
        'UPDATE orders SET id = 2',
        'UPDATE countries SET name = NULL FROM orders',
        'WITH gone AS (DELETE FROM orders RETURNING id) SELECT 1',
        'DELETE FROM orders WHERE id = 1',
        'DELETE FROM orders USING countries WHERE orders.id = countries.id',
        'INSERT INTO orders (id) VALUES (1)',
        'INSERT INTO orders (id, user_id) VALUES (1, DEFAULT)',
        'INSERT INTO orders DEFAULT VALUES',
        'INSERT INTO orders SELECT * FROM orders',
        'INSERT INTO countries SELECT id, NULL FROM orders',
        'INSERT INTO orders (id, user_id) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET id = 3',
        'MERGE INTO orders o USING countries c ON o.id = c.id WHEN MATCHED THEN DELETE',
        'TRUNCATE orders',
        'COPY orders TO STDOUT',
        'COPY orders FROM STDIN',
        'COPY (SELECT * FROM orders) TO STDOUT',
        'EXPLAIN ANALYZE DELETE FROM orders',
        'PREPARE p AS SELECT * FROM orders',
        'DECLARE c CURSOR FOR SELECT * FROM orders',
        'CREATE TABLE t AS SELECT * FROM orders',
        'DO $$ BEGIN END $$',
        "SELECT query_to_xml('SELECT * FROM orders', true, true, '')",
    ],
)
def test_statement_that_may_touch_other_tenants_is_refused(sql: str) -> None:
    assert refused(sql)
