"""Which statements each shard can answer for its own rows. ``payments`` and ``clicks`` have the key of ``users``."""

import pytest

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Refused
from pgdog_gevent.router.locality import Local, Replicated, locality
from tests.unit.router.sharded import BY_ID, KNOWN, statement


def proven(sql: str) -> Local | Replicated | Refused:
    return locality(statement(sql), KNOWN)


def local(*outputs: int) -> Local:
    return Local(BY_ID, frozenset(outputs))


def refusal(sql: str) -> str:
    found = proven(sql)
    assert isinstance(found, Refused), found
    return found.why


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        pytest.param('SELECT name, id FROM users', local(1), id='one table'),
        pytest.param('SELECT name FROM users', local(), id='one table, without its key'),
        pytest.param('SELECT id, id::int, referrer FROM users', local(0, 1), id='the key twice'),
        pytest.param('SELECT referrer FROM users WHERE referrer = id', local(0), id='another column with its value'),
        pytest.param('SELECT id FROM users WHERE id > 5 ORDER BY name LIMIT 5', local(0), id='what is done after'),
        pytest.param('SELECT count(*) FROM users', local(), id='an aggregate'),
        pytest.param('SELECT * FROM users u JOIN payments p ON u.id = p.user_id', local(0, 6), id='an inner join'),
        pytest.param(
            'SELECT * FROM users u, payments p WHERE u.id = p.user_id AND p.id > 5', local(0, 6), id='in WHERE'
        ),
        pytest.param('SELECT n FROM users u JOIN clicks c ON u.id = c.user_id', local(), id='bigint with integer'),
        pytest.param(
            'SELECT * FROM users u JOIN countries c ON c.id = u.country', local(0), id='with what is everywhere'
        ),
        pytest.param('SELECT * FROM users, countries', local(0), id='a cross join with what is everywhere'),
        pytest.param(
            'SELECT u.id, p.user_id FROM users u LEFT JOIN payments p ON u.id = p.user_id', local(0), id='a left join'
        ),
        pytest.param(
            'SELECT u.id, p.user_id FROM users u LEFT JOIN payments p ON u.id = p.user_id AND p.amount > 5',
            local(0),
            id='a left join by more than the key',
        ),
        pytest.param(
            'SELECT u.id FROM users u LEFT JOIN countries c ON c.id = u.country',
            local(0),
            id='a left join with what is everywhere',
        ),
        pytest.param(
            'SELECT u.id FROM countries c RIGHT JOIN users u ON c.id = u.country', local(0), id='a right join'
        ),
        pytest.param(
            'SELECT u.id FROM countries c LEFT JOIN users u ON c.id = u.country WHERE u.name = $1',
            local(0),
            id='a left join made inner',
        ),
        pytest.param(
            'SELECT u.id, p.user_id FROM users u FULL JOIN payments p ON u.id = p.user_id', local(), id='a full join'
        ),
        pytest.param('SELECT user_id FROM clicks FULL JOIN payments USING (user_id)', local(0), id='its merged column'),
        pytest.param(
            'SELECT * FROM rates r JOIN users u ON r.user_id = u.id JOIN payments p ON p.user_id = r.user_id',
            local(2, 3, 9),
            id='by way of what is everywhere',
        ),
        pytest.param('SELECT * FROM users, generate_series(1, 3) n', local(), id='a function'),
        pytest.param('SELECT id FROM users, LATERAL generate_series(1, users.country) n', local(0), id='LATERAL'),
        pytest.param('SELECT id FROM users JOIN (VALUES (1), (2)) v(x) ON x = country', local(0), id='VALUES'),
        pytest.param('SELECT id, random(), now() FROM users', local(0), id='functions that answer row by row'),
        pytest.param('SELECT id FROM users FOR UPDATE', local(0), id='FOR UPDATE'),
        pytest.param('SELECT u FROM users u', local(), id='a whole row'),
    ],
)
def test_blocks_of_rows_that_are_on_one_shard_each(sql: str, expected: Local) -> None:
    assert proven(sql) == expected


@pytest.mark.parametrize(
    ('source', 'expected'),
    [
        pytest.param('SELECT name, id FROM users', local(1), id='plain'),
        pytest.param('SELECT name FROM users', local(), id='without its key'),
        pytest.param('SELECT id, count(*) FROM users GROUP BY id', local(0), id='grouped by the key'),
        pytest.param('SELECT count(*) FROM users GROUP BY id', local(), id='grouped by the key, which is not returned'),
        pytest.param('SELECT DISTINCT id, name FROM users', local(0), id='DISTINCT with the key'),
        pytest.param('SELECT DISTINCT ON (id) id, name FROM users', local(0), id='DISTINCT ON the key'),
        pytest.param('SELECT id, rank() OVER (PARTITION BY id ORDER BY name) FROM users', local(0), id='a window'),
        pytest.param('SELECT id FROM users UNION ALL SELECT user_id FROM payments', local(0), id='UNION ALL'),
        pytest.param('SELECT name FROM users UNION ALL SELECT url FROM clicks', local(), id='UNION ALL without keys'),
        pytest.param('SELECT id FROM users UNION SELECT user_id FROM payments', local(0), id='UNION'),
        pytest.param('SELECT id FROM users INTERSECT SELECT user_id FROM payments', local(0), id='INTERSECT'),
        pytest.param('SELECT id FROM users EXCEPT ALL SELECT user_id FROM payments', local(0), id='EXCEPT'),
    ],
)
def test_subqueries_that_keep_keys_apart(source: str, expected: Local) -> None:
    for sql in (f'SELECT * FROM ({source}) x', f'WITH x AS ({source}) SELECT * FROM x'):
        assert proven(sql) == expected


def test_set_operations_on_top() -> None:
    assert proven('SELECT id FROM users UNION SELECT user_id FROM payments ORDER BY 1 LIMIT 5') == local(0)
    assert proven('SELECT name FROM users UNION ALL SELECT url FROM clicks') == local()
    assert isinstance(proven('SELECT title FROM folded UNION ALL SELECT title FROM folded'), Local)


@pytest.mark.parametrize(
    'source',
    [
        pytest.param('SELECT country, count(*) FROM users GROUP BY country', id='grouped by something else'),
        pytest.param('SELECT id FROM users GROUP BY GROUPING SETS (id, name)', id='grouping sets'),
        pytest.param('SELECT max(id) FROM users', id='an aggregate'),
        pytest.param('SELECT id FROM users HAVING true', id='HAVING alone'),
        pytest.param('SELECT DISTINCT name FROM users', id='DISTINCT'),
        pytest.param('SELECT DISTINCT ON (name) id FROM users', id='DISTINCT ON'),
        pytest.param('SELECT id, rank() OVER (ORDER BY id) FROM users', id='a window of all'),
        pytest.param('SELECT id FROM users ORDER BY id LIMIT 5', id='LIMIT'),
        pytest.param('SELECT id FROM users UNION SELECT id FROM payments', id='UNION with what is no key'),
        pytest.param('SELECT name FROM users UNION SELECT url FROM clicks', id='UNION without keys'),
        pytest.param('SELECT id FROM users UNION ALL SELECT id FROM countries', id='UNION ALL with what is everywhere'),
        pytest.param('SELECT id FROM users UNION ALL SELECT id FROM tenants', id='UNION ALL of two functions'),
        pytest.param('SELECT big FROM countries EXCEPT SELECT id FROM users', id='EXCEPT of what is everywhere'),
        pytest.param('SELECT title, count(*) FROM folded GROUP BY title', id='grouped by a key that is folded'),
        pytest.param('SELECT DISTINCT title FROM folded', id='DISTINCT of a key that is folded'),
        pytest.param('SELECT DISTINCT ON (title) title FROM folded', id='DISTINCT ON a key that is folded'),
        pytest.param('SELECT rank() OVER (PARTITION BY title) FROM folded', id='a window of a key that is folded'),
        pytest.param('SELECT title FROM folded UNION SELECT title FROM folded', id='UNION of keys that are folded'),
        pytest.param('SELECT title FROM folded EXCEPT SELECT title FROM folded', id='EXCEPT of keys that are folded'),
    ],
)
def test_subqueries_that_mix_shards(source: str) -> None:
    assert refusal(f'SELECT * FROM ({source}) x')
    assert refusal(f'WITH x AS ({source}) SELECT * FROM x')


@pytest.mark.parametrize(
    'sql',
    [
        pytest.param('SELECT * FROM users u, payments p', id='a cross join'),
        pytest.param('SELECT * FROM users u JOIN payments p ON u.id = p.id', id='not by the key'),
        pytest.param(
            'SELECT * FROM users u JOIN payments p ON u.id IS NOT DISTINCT FROM p.user_id', id='by another operator'
        ),
        pytest.param('SELECT * FROM users u JOIN payments p ON u.id = p.user_id OR u.name = $1', id='OR'),
        pytest.param('SELECT * FROM users u JOIN payments p ON NOT u.id = p.user_id', id='NOT'),
        pytest.param('SELECT * FROM users u JOIN payments p ON u.id + 0 = p.user_id', id='an expression'),
        pytest.param('SELECT * FROM users u JOIN tenants t ON u.id = t.id', id='another function'),
        pytest.param('SELECT * FROM notes n JOIN folded f USING (title)', id='a collation that ignores case'),
        pytest.param('SELECT * FROM users u LEFT JOIN payments p ON u.id = p.id', id='a left join not by the key'),
        pytest.param(
            'SELECT * FROM users u LEFT JOIN payments p ON true WHERE u.id = p.user_id OR p.user_id IS NULL',
            id='a left join by the key in WHERE',
        ),
        pytest.param(
            'SELECT * FROM countries c LEFT JOIN users u ON c.id = u.country', id='what is everywhere keeps its rows'
        ),
        pytest.param('SELECT * FROM countries c FULL JOIN users u ON c.id = u.country', id='a full join with it'),
        pytest.param('SELECT * FROM users u FULL JOIN payments p ON u.id = p.id', id='a full join not by the key'),
        pytest.param(
            'SELECT * FROM users u LEFT JOIN clicks c ON c.user_id = u.id JOIN payments p ON p.user_id = c.n',
            id='a third table that is not joined',
        ),
        pytest.param('SELECT * FROM users u, (SELECT * FROM payments p WHERE p.user_id = u.id) x', id='no LATERAL'),
    ],
)
def test_joins_that_need_rows_of_other_shards(sql: str) -> None:
    assert refusal(sql)


OF_USER = 'SELECT user_id FROM payments p WHERE p.user_id = u.id'


@pytest.mark.parametrize(
    'condition',
    [
        pytest.param(f'EXISTS ({OF_USER})', id='EXISTS'),
        pytest.param(f'NOT EXISTS ({OF_USER})', id='NOT EXISTS'),
        pytest.param('u.id IN (SELECT user_id FROM payments)', id='IN'),
        pytest.param('u.id = ANY (SELECT user_id FROM payments)', id='= ANY'),
        pytest.param("u.id IN (SELECT user_id FROM payments) OR name = 'x'", id='IN in OR'),
        pytest.param('u.id IN (SELECT user_id FROM payments UNION SELECT user_id FROM clicks)', id='IN of a union'),
        pytest.param(f'u.country NOT IN ({OF_USER})', id='NOT IN of what belongs to the row'),
        pytest.param(f'({OF_USER} ORDER BY id LIMIT 1) = 5', id='a scalar with LIMIT'),
        pytest.param('(SELECT count(*) FROM payments p WHERE p.user_id = u.id) > 5', id='an aggregate'),
        pytest.param(f'ARRAY({OF_USER}) IS NULL', id='ARRAY'),
        pytest.param(f'EXISTS (SELECT FROM clicks c WHERE c.user_id = u.id AND EXISTS ({OF_USER}))', id='nested'),
        pytest.param(
            'EXISTS (SELECT FROM clicks c WHERE c.user_id = u.id AND EXISTS '
            '(SELECT FROM payments p WHERE p.user_id = c.user_id))',
            id='nested, by the middle one',
        ),
        pytest.param('u.country IN (SELECT id FROM countries)', id='IN of what is everywhere'),
        pytest.param('u.country NOT IN (SELECT id FROM countries)', id='NOT IN of what is everywhere'),
        pytest.param('EXISTS (SELECT FROM countries LIMIT 1)', id='EXISTS with LIMIT'),
        pytest.param('(SELECT name FROM countries c WHERE c.id = u.country LIMIT 1) = $1', id='LIMIT for each row'),
        pytest.param('u.country IN (SELECT id FROM countries ORDER BY id LIMIT 1)', id='LIMIT without choice'),
        pytest.param('u.country > (SELECT avg(id) FROM countries)', id='an aggregate of what is everywhere'),
    ],
)
def test_subqueries_that_look_at_the_shard_of_the_row(condition: str) -> None:
    assert proven(f'SELECT id FROM users u WHERE {condition}') == local(0)


@pytest.mark.parametrize(
    'condition',
    [
        pytest.param('EXISTS (SELECT FROM payments p)', id='EXISTS of any'),
        pytest.param('EXISTS (SELECT FROM payments p WHERE p.id = u.id)', id='EXISTS not by the key'),
        pytest.param('EXISTS (SELECT FROM payments p WHERE p.user_id = u.country)', id='EXISTS of another column'),
        pytest.param('u.id NOT IN (SELECT user_id FROM payments)', id='NOT IN, which NULLs matter to'),
        pytest.param('NOT u.id = ANY (SELECT user_id FROM payments)', id='NOT of = ANY'),
        pytest.param('u.id <> ALL (SELECT user_id FROM payments)', id='<> ALL'),
        pytest.param('u.id < ANY (SELECT user_id FROM payments)', id='< ANY'),
        pytest.param('u.id IN (SELECT user_id FROM payments LIMIT 5)', id='IN of the first'),
        pytest.param('u.id IN (SELECT max(user_id) FROM payments)', id='IN of an aggregate'),
        pytest.param('u.id IN (SELECT id FROM payments)', id='IN of no key'),
        pytest.param('u.id IN (SELECT id FROM tenants)', id='IN of another function'),
        pytest.param('u.id = (SELECT user_id FROM payments)', id='a scalar'),
        pytest.param('u.country IN (SELECT id FROM countries LIMIT 1)', id='LIMIT that leaves a choice'),
        pytest.param(
            'u.country IN (SELECT DISTINCT ON (name) id FROM countries)', id='DISTINCT ON that leaves a choice'
        ),
        pytest.param('u.country IN (SELECT id FROM countries WHERE random() < 0.5)', id='a lot that is drawn once'),
        pytest.param('u.country IN (SELECT row_number() OVER () FROM countries)', id='a window that leaves a choice'),
        pytest.param('(SELECT array_agg(id) FROM countries) IS NULL', id='an order that is not said'),
        pytest.param('EXISTS (SELECT FROM countries c, payments p WHERE p.id = c.id)', id='sharded rows within'),
    ],
)
def test_subqueries_that_look_at_other_shards(condition: str) -> None:
    assert refusal(f'SELECT id FROM users u WHERE {condition}')


@pytest.mark.parametrize(
    ('sql', 'why'),
    [
        pytest.param('SELECT ctid FROM users', 'a system column', id='a system column'),
        pytest.param('SELECT u.tableoid::regclass FROM users u', 'a system column', id='another'),
        pytest.param('SELECT * FROM users TABLESAMPLE system (1)', 'TABLESAMPLE', id='TABLESAMPLE'),
        pytest.param("SELECT nextval('s') FROM users", 'function nextval() over several shards', id='nextval'),
        pytest.param(
            'SELECT pg_advisory_lock(id) FROM users', 'function pg_advisory_lock() over several shards', id='a lock'
        ),
        pytest.param(
            'SELECT pg_backend_pid() FROM users', 'function pg_backend_pid() over several shards', id='a process'
        ),
        pytest.param(
            'SELECT balance(id) FROM users', 'function balance(), which may read sharded tables', id='of the user'
        ),
        pytest.param(
            'SELECT bank.sum(id) FROM users', 'function sum(), which may read sharded tables', id='with a schema'
        ),
        pytest.param('SELECT * FROM users, random()', 'random() in FROM', id='random() for all rows'),
        pytest.param(
            'SELECT * FROM user_names', 'a view of sharded tables, or a table that inherits from one', id='a view'
        ),
        pytest.param('SELECT * FROM users, unknown', 'a table that is not known', id='an unknown table'),
        pytest.param(
            'SELECT * FROM users, pg_class',
            'a system catalogue or a sequence, which each shard has for itself',
            id='a system catalogue',
        ),
        pytest.param('SELECT * FROM users, old.archive', 'a table of a schema that is on one shard', id='a schema'),
        pytest.param(
            'WITH d AS (DELETE FROM users RETURNING *) SELECT * FROM d', 'a WITH that writes', id='WITH that writes'
        ),
        pytest.param(
            'SELECT (SELECT sum(u.id)) FROM users u',
            'an aggregate in a subquery of what is outside of it',
            id='an aggregate of the outer query',
        ),
        pytest.param(
            'SELECT max(id) FROM users u HAVING EXISTS (SELECT FROM payments p WHERE p.user_id = 5)',
            'sharded table payments is not joined by its key',
            id='a subquery for a group',
        ),
        pytest.param(
            'SELECT name FROM users u GROUP BY name, country, id + 0 HAVING EXISTS '
            '(SELECT FROM payments p WHERE p.user_id = u.id)',
            'a subquery with sharded tables that is looked at for each group',
            id='for groups of several keys',
        ),
        pytest.param(
            'WITH RECURSIVE x AS (SELECT id FROM users UNION SELECT referrer FROM users JOIN x USING (id)) '
            'SELECT * FROM x',
            'rows that are not those of one shard: an outer join, a group, a subquery...',
            id='a recursive query',
        ),
        pytest.param(
            'SELECT id, ARRAY(SELECT name FROM countries) FROM users',
            'an array of rows in a subquery of what is the same on all shards',
            id='an array of rows',
        ),
        pytest.param(
            'SELECT id, JSON_ARRAY(SELECT name FROM countries) FROM users',
            'an array of rows in a subquery of what is the same on all shards',
            id='a JSON array of rows',
        ),
        pytest.param(
            'UPDATE countries c SET name = u.name FROM users u WHERE u.country = c.id',
            'a write to a table that is the same on all shards, by what a sharded table has',
            id='UPDATE',
        ),
    ],
)
def test_what_no_proof_can_be_had_with(sql: str, why: str) -> None:
    assert refusal(sql) == why


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT * FROM users WHERE country = ANY(ARRAY(SELECT id FROM countries))',
        'SELECT id, ARRAY(SELECT name FROM countries ORDER BY name) FROM users',
        'SELECT id, ARRAY(SELECT amount FROM payments WHERE user_id = users.id) FROM users',
        'SELECT ARRAY(SELECT unnest($1::int[])) FROM users',
    ],
)
def test_arrays_that_are_the_same_for_each_shard(sql: str) -> None:
    assert isinstance(proven(sql), Local)


@pytest.mark.parametrize('value', ['u.balance', 'users.balance', '(u).balance', '(SELECT u).balance', 'x.balance'])
def test_functions_of_rows_may_read_sharded_tables(value: str) -> None:
    table = 'users' if value.startswith('users') else '(SELECT * FROM users) x' if value.startswith('x') else 'users u'
    assert refusal(f'SELECT {value} FROM {table}') == 'function balance(), which may read sharded tables'


def test_a_refusal_says_where() -> None:
    found = proven('SELECT * FROM users u, payments p')
    assert found == Refused('sharded table payments is not joined by its key', position=24)


@pytest.mark.parametrize(
    'sql',
    [
        pytest.param('SELECT 1', id='no table'),
        pytest.param('SELECT * FROM countries c LEFT JOIN rates r ON r.country = c.id LIMIT 1', id='tables'),
        pytest.param('SELECT * FROM country_names', id='a view'),
        pytest.param('SELECT count(*) FROM countries GROUP BY GROUPING SETS (id, name)', id='groups'),
        pytest.param('SELECT balance(id) FROM countries', id='a function of the user'),
        pytest.param('VALUES (1), (2)', id='VALUES'),
        pytest.param('SELECT id FROM countries UNION SELECT 1', id='UNION'),
        pytest.param('UPDATE countries SET name = $1', id='UPDATE'),
        pytest.param('DELETE FROM countries USING rates WHERE rates.country = id', id='DELETE'),
    ],
)
def test_what_is_the_same_everywhere(sql: str) -> None:
    assert proven(sql) == Replicated()


@pytest.mark.parametrize(
    'sql',
    [
        pytest.param('UPDATE users SET name = $1', id='UPDATE'),
        pytest.param(
            'UPDATE users SET country = c.id FROM countries c WHERE c.name = users.name', id='by what is everywhere'
        ),
        pytest.param('UPDATE payments p SET amount = 0 FROM users u WHERE u.id = p.user_id', id='by the key'),
        pytest.param('DELETE FROM payments p USING users u WHERE u.id = p.user_id', id='DELETE'),
        pytest.param(
            'MERGE INTO payments p USING clicks c ON c.user_id = p.user_id WHEN MATCHED THEN DELETE '
            'WHEN NOT MATCHED THEN INSERT (id, user_id) VALUES (1, c.user_id)',
            id='MERGE',
        ),
        pytest.param(
            'MERGE INTO users u USING countries c ON c.id = u.country WHEN MATCHED THEN DELETE',
            id='MERGE with what is everywhere',
        ),
        pytest.param(
            'MERGE INTO users u USING countries c ON c.id = u.country WHEN NOT MATCHED BY SOURCE THEN DELETE',
            id='MERGE of those without partner',
        ),
    ],
)
def test_writes_of_each_shard(sql: str) -> None:
    assert proven(sql) == local()


@pytest.mark.parametrize(
    'sql',
    [
        pytest.param('UPDATE payments p SET amount = 0 FROM users u WHERE u.id = p.id', id='UPDATE not by the key'),
        pytest.param('UPDATE users SET name = (SELECT max(title) FROM notes)', id='by all of another table'),
        pytest.param('DELETE FROM payments p USING users u', id='DELETE by any'),
        pytest.param(
            'MERGE INTO users u USING countries c ON c.id = u.country WHEN NOT MATCHED THEN INSERT (id) VALUES (1)',
            id='MERGE that inserts what is everywhere',
        ),
    ],
)
def test_writes_that_need_other_shards(sql: str) -> None:
    assert refusal(sql)


@pytest.mark.parametrize(
    ('groups', 'expected'),
    [
        pytest.param('u.id', True, id='the key'),
        pytest.param('p.user_id', True, id='what equals it'),
        pytest.param('u.id::integer', True, id='the key as another integer'),
        pytest.param('c.user_id', False, id='that of a side that may be lost'),
        pytest.param('u.name', False, id='another column'),
        pytest.param('u.id + 1', False, id='an expression'),
        pytest.param('abs(u.id)', False, id='a function'),
    ],
)
def test_what_is_the_key_in_an_expression(groups: str, expected: bool) -> None:
    tree = statement(
        'SELECT count(*) FROM users u JOIN payments p ON p.user_id = u.id '
        f'LEFT JOIN clicks c ON c.user_id = u.id GROUP BY {groups}'
    )
    assert isinstance(tree, pg.SelectStmt)
    found = locality(tree, KNOWN)
    assert isinstance(found, Local)
    assert found.is_key(tree.group_clause[0]) is expected
