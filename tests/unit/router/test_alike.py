"""What writes a table that all shards have alike."""

import pytest

from pgdog_gevent.router.alike import writes_alike
from pgdog_gevent.router.parse import parse
from tests.unit.router.select_tables import KNOWN


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        ("INSERT INTO countries VALUES (1, 'a')", True),
        ('INSERT INTO countries SELECT 1, random()::text', True),
        ("UPDATE countries SET name = ''", True),
        ('DELETE FROM public.countries', True),
        ('MERGE INTO countries c USING users u ON c.id = u.id WHEN MATCHED THEN DELETE', True),
        ('COPY countries FROM STDIN', True),
        ('TRUNCATE users, countries', True),
        ('WITH gone AS (DELETE FROM countries RETURNING id) SELECT id FROM gone', True),
        ('EXPLAIN ANALYZE DELETE FROM countries', True),
        ('DELETE FROM users USING countries WHERE users.id = countries.id', False),
        ('SELECT * FROM countries FOR UPDATE', False),
        ('COPY countries TO STDOUT', False),
        ('TRUNCATE users', False),
        ('DELETE FROM nowhere', False),
    ],
)
def test_statement_writes_what_all_shards_have(sql: str, expected: bool) -> None:
    assert writes_alike(parse(sql.encode()).stmts[0], KNOWN) is expected
