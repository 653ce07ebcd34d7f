"""Statements that fail, on whatever rows."""

from tests.integration.sql.draft import Draft
from tests.integration.sql.statement import Statement

FAILURES = (
    'SELECT 1 / 0', 'SELECT 1 / (level - level) FROM users WHERE id = 1', 'SELECT 10 / (id - id) FROM users',
    'SELECT nothing FROM users', 'SELECT u.nothing FROM users u WHERE u.id = 1', 'SELECT * FROM nowhere',
    'SELECT nothing(1)', 'SELECT nothing(id) FROM users', 'SELEC 1', 'SELECT FROM WHERE',
    'SELECT id FROM users WHERE', "SELECT * FROM users WHERE id = 'abc'", "SELECT * FROM items WHERE id = 'abc'",
    "SELECT 'x'::int FROM users", 'SELECT level, count(*) FROM users',
    'SELECT count(*) FROM users WHERE count(*) > 1', 'SELECT name FROM users GROUP BY level',
    'SELECT sum(name) FROM users', 'SELECT DISTINCT level FROM users ORDER BY id',
    'SELECT id FROM users UNION SELECT name FROM users', 'SELECT id FROM users, payments',
    'SELECT max(active) FROM users', 'SELECT id FROM users LIMIT -1', "SELECT id FROM users LIMIT 'x'",
    'SELECT id FROM users ORDER BY 3', 'INSERT INTO users (id) VALUES (1)',
    'INSERT INTO users (id, active) VALUES (9001, NULL)', 'INSERT INTO users (id, visits) VALUES (9001, 100000)',
    "INSERT INTO users (id, grade) VALUES (9001, 'abcd')", 'INSERT INTO users (id, level) VALUES (9001, 40000)',
    'INSERT INTO users (id, nothing) VALUES (1, 2)', 'INSERT INTO users (id, level) VALUES (9001)',
    'INSERT INTO users (id) VALUES (9001), (9002), (9001)',
    'INSERT INTO users (id) VALUES (9001), (9002), (2), (9003)',
    "INSERT INTO users (id, mood) VALUES (9001, 'angry')", "INSERT INTO visits VALUES (999999, '2024-01-01', 1)",
    'INSERT INTO visits (user_id) VALUES (1)', 'INSERT INTO users (id) VALUES (9223372036854775808)',
    "INSERT INTO countries (code) VALUES ('DE')",
    'INSERT INTO users (id) VALUES (9001), (9001) ON CONFLICT (id) DO UPDATE SET level = 1',
    'UPDATE users SET level = 100000', 'UPDATE users SET active = NULL', 'UPDATE users SET id = 7',
    'UPDATE users SET nothing = 1', 'UPDATE users SET visits = 100000 WHERE id = 3', 'DELETE FROM users',
    'DELETE FROM users WHERE id = 1', 'TRUNCATE users', "UPDATE countries SET code = 'DE'",
    'UPDATE users SET score = 1 / (level - level)', 'ROLLBACK TO nothing', 'RELEASE nothing',
    'SELECT (SELECT id FROM users)', 'SELECT ARRAY[1, 2]::int', 'SELECT "Id" FROM users',
    'SELECT id FROM users FOR UPDATE OF nothing', 'SELECT count(*) FROM users FOR UPDATE', 'SELECT $1 FROM',
    'SELECT DISTINCT id FROM users FOR UPDATE', 'SELECT 2147483647 + 1', "SELECT '2024-02-30'::date",
)  # fmt: skip


def failure(draft: Draft) -> Statement:
    """Take one."""
    return Statement(draft.one(FAILURES), 'failure')
