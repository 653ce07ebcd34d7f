"""Which shards statements can concern. ``users`` has key ``id``; ``payments`` and ``clicks`` have ``user_id``."""

from dataclasses import replace

import pytest

from pgdog_gevent.router.keys import (
    EVERY,
    NOWHERE,
    All,
    Any,
    Constant,
    KeyBetween,
    KeyInArray,
    KeyIs,
    Keys,
    OnShard,
    Operand,
    Parameter,
)
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.predicates import keys_of
from pgdog_gevent.sharding.function import ShardingFunction
from tests.unit.router.sharded import BY_ID, BY_NAME, BY_TENANT, BY_UUID, CATALOG, KNOWN, RULES, SHARDS, statement

A_UUID = '00000000-0000-0000-0000-000000000001'


def is_(*values: str | int | None, by: ShardingFunction = BY_ID, null: bool = False) -> KeyIs:
    """The key is one of these; ``$1`` is a parameter."""
    return KeyIs(by, tuple(map(_operand, values)), null)


def _operand(value: str | int | None) -> Operand:
    if isinstance(value, str) and value.startswith('$'):
        return Parameter(int(value[1:]))
    return Constant(None if value is None else str(value))


def keys(sql: str) -> Keys:
    return keys_of(statement(sql), KNOWN)


def where(condition: str) -> Keys:
    return keys(f'SELECT * FROM users WHERE {condition}')


@pytest.mark.parametrize(
    ('condition', 'expected'),
    [
        pytest.param('id = $1', is_('$1'), id='a parameter'),
        pytest.param('id = 5', is_(5), id='an integer'),
        pytest.param('id = -5', is_(-5), id='a negative integer'),
        pytest.param('id = 5000000000', is_(5000000000), id='a long integer'),
        pytest.param("id = '5'", is_(5), id='a literal without type'),
        pytest.param('5 = users.id', is_(5), id='the other way round'),
        pytest.param('id OPERATOR(pg_catalog.=) 5', is_(5), id='a qualified operator'),
        pytest.param('id = NULL', is_(None), id='NULL, which nothing equals'),
        pytest.param("id = '5'::bigint", is_(5), id='a literal that is cast'),
        pytest.param("id = bigint '5'", is_(5), id='a literal with its type before'),
        pytest.param('id = CAST($1 AS int)', is_('$1'), id='a parameter that is cast'),
        pytest.param("id = '5'::int2::int8", is_(5), id='two casts'),
        pytest.param('id::int = 5', is_(5), id='the key cast to another integer'),
        pytest.param("id = 5 AND name = 'x'", is_(5), id='AND'),
        pytest.param('id = 5 OR id = 6', Any((is_(5), is_(6))), id='OR'),
        pytest.param('id = 5 AND (id = 5 OR id = 6)', is_(5), id='AND with what includes it'),
        pytest.param('id = 5 AND id = 6', All((is_(5), is_(6))), id='AND of two'),
        pytest.param('(id = 5) IS TRUE', is_(5), id='IS TRUE'),
        pytest.param('id IN (1, $1, 3)', is_(1, '$1', 3), id='IN'),
        pytest.param("id IN (1, '2')", is_(1, 2), id='IN of literals without type'),
        pytest.param('id = ANY($1)', KeyInArray(BY_ID, Parameter(1)), id='= ANY of a parameter'),
        pytest.param('id = ANY($1::bigint[])', KeyInArray(BY_ID, Parameter(1)), id='= ANY of a parameter that is cast'),
        pytest.param("id = ANY('{1,2}')", KeyInArray(BY_ID, Constant('{1,2}')), id='= ANY of a literal'),
        pytest.param('id = ANY(ARRAY[1, $1])', is_(1, '$1'), id='= ANY of ARRAY'),
        pytest.param("id = ANY(ARRAY['1', '2']::bigint[])", is_(1, 2), id='= ANY of ARRAY that is cast'),
        pytest.param('id IS NULL', is_(None, null=True), id='IS NULL'),
        pytest.param('id IS NOT DISTINCT FROM $1', is_('$1', null=True), id='IS NOT DISTINCT FROM'),
        pytest.param('id BETWEEN 1 AND 5', KeyBetween(BY_ID, Constant('1'), Constant('5')), id='BETWEEN'),
        pytest.param('id < $1', KeyBetween(BY_ID, None, Parameter(1), high_inclusive=False), id='less'),
        pytest.param('7 <= id', KeyBetween(BY_ID, Constant('7'), None), id='at least, the other way round'),
        pytest.param("(id, name) = (1, 'x')", is_(1), id='rows'),
        pytest.param("(name, id) IN (('x', 1), ('y', 2))", Any((is_(1), is_(2))), id='IN of rows'),
        pytest.param('id = referrer AND referrer = 5', is_(5), id='by way of another column'),
        pytest.param('id = (SELECT 5)', is_(5), id='a subquery that is a constant'),
        pytest.param('false', NOWHERE, id='false'),
        pytest.param('1 = 0', NOWHERE, id='false, as programs write it'),
        pytest.param('id = 5 OR false', is_(5), id='false in OR'),
    ],
)
def test_conditions_that_say_where_rows_are(condition: str, expected: Keys) -> None:
    assert where(condition) == expected


@pytest.mark.parametrize(
    'condition',
    [
        pytest.param('true', id='true'),
        pytest.param('1 = 1', id='true, as programs write it'),
        pytest.param('name = $1', id='another column'),
        pytest.param('((referrer).*, id, country) = (1, 5, (name).*)', id='rows with whole rows in them'),
        pytest.param('NOT id = 5', id='NOT'),
        pytest.param('id <> 5', id='not equal'),
        pytest.param('id = 5 OR name = $1', id='OR with another column'),
        pytest.param('id = 5.0', id='a numeric'),
        pytest.param("id = '5'::numeric", id='a cast to numeric'),
        pytest.param('id = $1::numeric', id='a parameter cast to numeric'),
        pytest.param('id = 5.5::bigint', id='a cast that rounds'),
        pytest.param("id::text = '5'", id='the key as text'),
        pytest.param('id::numeric = 5', id='the key as numeric'),
        pytest.param('id + 0 = 5', id='an expression of the key'),
        pytest.param('id = 2 + 3', id='an expression'),
        pytest.param('id = abs(5)', id='a function'),
        pytest.param('id = ALL(ARRAY[5])', id='= ALL'),
        pytest.param('id <> ANY(ARRAY[5])', id='<> ANY'),
        pytest.param('id NOT IN (1, 2)', id='NOT IN'),
        pytest.param('id IN (1, referrer)', id='IN with a column'),
        pytest.param('id IS NOT NULL', id='IS NOT NULL'),
        pytest.param('id IS DISTINCT FROM 5', id='IS DISTINCT FROM'),
        pytest.param('id NOT BETWEEN 1 AND 5', id='NOT BETWEEN'),
        pytest.param('id BETWEEN SYMMETRIC 5 AND 1', id='BETWEEN SYMMETRIC'),
        pytest.param('(id = 5) IS NOT FALSE', id='IS NOT FALSE'),
        pytest.param('CASE WHEN id = 5 THEN true END', id='CASE'),
        pytest.param('coalesce(id, 5) = 5', id='COALESCE'),
        pytest.param('nullif(id, 5) IS NULL', id='NULLIF'),
        pytest.param('(id, name) < (1, $1)', id='an inequality of rows'),
        pytest.param('id OPERATOR(public.=) 5', id='an operator of the user'),
        pytest.param('id = 5::integer[]', id='a cast to an array'),
        pytest.param('id = (SELECT max(user_id) FROM payments)', id='a subquery with an aggregate'),
        pytest.param('id = (TABLE countries LIMIT 1)', id='a subquery of whatever'),
        pytest.param('users = $1', id='a whole row'),
        pytest.param('nothing = 5', id='an unknown column'),
        pytest.param('other.id = 5', id='an unknown table'),
    ],
)
def test_conditions_that_leave_all_shards(condition: str) -> None:
    assert where(condition) == EVERY


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        pytest.param(f"SELECT * FROM items WHERE id = '{A_UUID}'", is_(A_UUID, by=BY_UUID), id='a UUID'),
        pytest.param(f"SELECT * FROM items WHERE id = '{A_UUID}'::uuid", is_(A_UUID, by=BY_UUID), id='a UUID, cast'),
        pytest.param(f"SELECT * FROM items WHERE id = '{A_UUID}'::text::uuid", EVERY, id='a UUID by way of text'),
        pytest.param("SELECT * FROM notes WHERE title = 'x'", is_('x', by=BY_NAME), id='text'),
        pytest.param("SELECT * FROM notes WHERE title = 'x'::varchar", is_('x', by=BY_NAME), id='varchar'),
        pytest.param("SELECT * FROM notes WHERE title = 'xy'::varchar(1)", EVERY, id='varchar that is cut'),
        pytest.param("SELECT * FROM notes WHERE title = 'x '::char(2)", EVERY, id='char, which ignores blanks'),
        pytest.param("SELECT * FROM notes WHERE title = 'x'::citext", EVERY, id='a type of the user'),
        pytest.param("SELECT * FROM notes WHERE title = 'x' COLLATE ignoring_case", EVERY, id='a collation'),
        pytest.param("SELECT * FROM notes WHERE title COLLATE ignoring_case = 'x'", EVERY, id='a collation of the key'),
        pytest.param('SELECT * FROM notes WHERE title = 5', EVERY, id='a number for text'),
        pytest.param("SELECT * FROM folded WHERE title = 'x'", EVERY, id='a collation that ignores case'),
        pytest.param("SELECT * FROM padded WHERE code = 'x'", EVERY, id='a key of type char'),
        pytest.param('SELECT * FROM domained WHERE id = 7', is_(7), id='a domain'),
        pytest.param('SELECT * FROM old.archive WHERE id = 7', OnShard(2), id='a schema on one shard'),
        pytest.param('SELECT * FROM countries', NOWHERE, id='the same everywhere'),
        pytest.param('SELECT * FROM user_names WHERE id = 5', EVERY, id='a view of sharded tables'),
        pytest.param('SELECT * FROM country_names', NOWHERE, id='a view of others'),
        pytest.param('SELECT * FROM unknown WHERE id = 5', EVERY, id='an unknown table'),
        pytest.param('SELECT * FROM public.users WHERE public.users.id = 5', is_(5), id='with its schema'),
        pytest.param('SELECT * FROM users u WHERE users.id = 5', EVERY, id='a name that is hidden by an alias'),
        pytest.param('SELECT * FROM users AS u(a, b) WHERE a = 5', is_(5), id='columns with other names'),
        pytest.param('SELECT * FROM users AS u(a) WHERE id = 5', EVERY, id='a name that is gone'),
        pytest.param('SELECT * FROM users WHERE false', NOWHERE, id='nothing'),
    ],
)
def test_kinds_of_keys_and_tables(sql: str, expected: Keys) -> None:
    assert keys(sql) == expected


def test_text_may_be_hashed_otherwise_in_another_encoding() -> None:
    latin = Known(replace(CATALOG, encoding='LATIN1'), RULES, ('public',), SHARDS)
    assert keys_of(statement("SELECT * FROM notes WHERE title = 'ä'"), latin) == EVERY
    assert keys_of(statement("SELECT * FROM notes WHERE title = 'a'"), latin) == is_('a', by=BY_NAME)


def test_operators_of_the_user_may_hide_those_of_pg_catalog() -> None:
    hidden = Known(CATALOG, RULES, ('public', 'pg_catalog'), SHARDS)
    assert keys_of(statement('SELECT * FROM users WHERE id = 5'), hidden) == EVERY


JOIN = 'SELECT * FROM users u {} payments p ON {} WHERE {}'


@pytest.mark.parametrize(
    ('join', 'on', 'where', 'expected'),
    [
        pytest.param('JOIN', 'u.id = p.user_id', 'u.id = 5', is_(5), id='inner'),
        pytest.param('JOIN', 'u.id = p.user_id', 'p.user_id = 5', is_(5), id='inner, from the other side'),
        pytest.param('JOIN', 'u.id = p.user_id AND u.id = 5', 'true', is_(5), id='inner, in ON'),
        pytest.param('JOIN', 'u.id = p.id', 'u.id = 5', EVERY, id='inner, not by the key'),
        pytest.param('JOIN', 'true', 'u.id = 5', EVERY, id='cross'),
        pytest.param('JOIN', 'true', 'u.id = 5 AND p.user_id = 6', Any((is_(5), is_(6))), id='cross, both named'),
        pytest.param('JOIN', 'true', 'u.id = 5 AND p.user_id = 5', is_(5), id='cross, both the same'),
        pytest.param('JOIN', 'true', '(u.id = 5 AND p.user_id = u.id) OR false', is_(5), id='joined in an arm of OR'),
        pytest.param('JOIN', 'u.id = p.user_id', 'u.id = 5 OR p.user_id = 6', Any((is_(5), is_(6))), id='inner, OR'),
        pytest.param('LEFT JOIN', 'u.id = p.user_id', 'u.id = 5', is_(5), id='left'),
        pytest.param('LEFT JOIN', 'u.id = p.user_id AND u.id = 5', 'true', EVERY, id='left, in ON, which keeps all'),
        pytest.param('LEFT JOIN', 'u.id = p.user_id', 'p.user_id = 5', is_(5), id='left, rows without partner dropped'),
        pytest.param('LEFT JOIN', 'u.id = p.user_id', 'p.amount > 1 AND p.user_id = 5', is_(5), id='left, dropped too'),
        pytest.param('LEFT JOIN', 'u.id = p.user_id', 'p.user_id IS NULL', EVERY, id='left, those without partner'),
        pytest.param(
            'LEFT JOIN', 'u.id = p.user_id', 'p.user_id IS NULL AND u.id = 5', is_(5), id='left, without partner, named'
        ),
        pytest.param(
            'LEFT JOIN', 'p.user_id = 6', 'u.id = 5', Any((is_(5), is_(6))), id='left, the right side by another key'
        ),
        pytest.param(
            'LEFT JOIN', 'true', 'u.id = 5 AND (p.user_id = 5 OR p.user_id IS NULL)', EVERY, id='left, NULL let in'
        ),
        pytest.param('RIGHT JOIN', 'u.id = p.user_id', 'p.user_id = 5', is_(5), id='right'),
        pytest.param('RIGHT JOIN', 'u.id = p.user_id AND p.user_id = 5', 'true', EVERY, id='right, in ON'),
        pytest.param('FULL JOIN', 'u.id = p.user_id', 'true', EVERY, id='full'),
        pytest.param('FULL JOIN', 'u.id = p.user_id', 'u.id = 5', is_(5), id='full, made left'),
        pytest.param('FULL JOIN', 'u.id = p.user_id', 'u.id = 5 AND p.id = 1', is_(5), id='full, made inner'),
    ],
)
def test_joins(join: str, on: str, where: str, expected: Keys) -> None:
    assert keys(JOIN.format(join, on, where)) == expected


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        pytest.param(
            'SELECT * FROM payments JOIN clicks USING (user_id) WHERE user_id = 5', is_(5), id='a merged column'
        ),
        pytest.param(
            'SELECT * FROM payments FULL JOIN clicks USING (user_id) WHERE user_id = 5',
            is_(5),
            id='merged by FULL JOIN',
        ),
        pytest.param('SELECT * FROM clicks NATURAL JOIN payments WHERE user_id = 5', is_(5), id='NATURAL JOIN'),
        pytest.param(
            'SELECT * FROM (users u JOIN payments p ON u.id = p.user_id) AS j(a) WHERE a = 5',
            is_(5),
            id='a join with alias',
        ),
        pytest.param(
            'SELECT * FROM payments JOIN clicks USING (user_id) AS j WHERE j.user_id = 5',
            is_(5),
            id='an alias of USING',
        ),
        pytest.param(
            'SELECT * FROM users u, rates r, payments p '
            'WHERE u.id = r.user_id AND r.user_id = p.user_id AND p.user_id = 5',
            is_(5),
            id='by way of a table that is the same everywhere',
        ),
        pytest.param('SELECT * FROM users u JOIN (VALUES (1), (2)) v(x) ON v.x = u.id', is_(1, 2), id='VALUES'),
        pytest.param(
            'SELECT * FROM users u LEFT JOIN (VALUES (1), (2)) v(x) ON v.x = u.id', EVERY, id='VALUES on the outer side'
        ),
        pytest.param("SELECT * FROM users u JOIN (VALUES ('1')) v(x) ON v.x = u.id", EVERY, id='VALUES of text'),
        pytest.param(
            'SELECT * FROM users u JOIN unnest($1::bigint[]) v(x) ON v.x = u.id',
            KeyInArray(BY_ID, Parameter(1)),
            id='unnest',
        ),
        pytest.param(
            'SELECT * FROM users u JOIN tenants t ON t.id = u.id WHERE u.id = 5',
            Any((is_(5), is_(5, by=BY_TENANT))),
            id='two functions',
        ),
        pytest.param(
            'SELECT * FROM users u, LATERAL (SELECT * FROM payments p WHERE p.user_id = u.id LIMIT 1) x WHERE u.id = 5',
            is_(5),
            id='LATERAL',
        ),
        pytest.param(
            'SELECT * FROM users u, (SELECT * FROM payments p WHERE p.user_id = u.id) x WHERE u.id = 5',
            EVERY,
            id='no LATERAL, so another u',
        ),
    ],
)
def test_more_joins(sql: str, expected: Keys) -> None:
    assert keys(sql) == expected


@pytest.mark.parametrize(
    ('source', 'expected'),
    [
        pytest.param('SELECT * FROM users', is_(5), id='all columns'),
        pytest.param('SELECT users.* FROM users, countries', is_(5), id='all of one table'),
        pytest.param('SELECT referrer AS id, id AS x FROM users', EVERY, id='another column under the name'),
        pytest.param('SELECT id::text FROM users', EVERY, id='the key as text'),
        pytest.param('SELECT id FROM users WHERE id = 6', All((is_(6), is_(5))), id='with its own condition'),
        pytest.param('SELECT id, count(*) FROM users GROUP BY id', is_(5), id='grouped by the key'),
        pytest.param('SELECT id, count(*) FROM users GROUP BY 1', is_(5), id='grouped by its position'),
        pytest.param('SELECT id, count(*) FROM users GROUP BY id, name', is_(5), id='grouped by the key and more'),
        pytest.param('SELECT max(id) AS id FROM users', EVERY, id='an aggregate'),
        pytest.param('SELECT id FROM users GROUP BY GROUPING SETS (id, name)', EVERY, id='grouping sets'),
        pytest.param('SELECT DISTINCT id FROM users', is_(5), id='DISTINCT'),
        pytest.param('SELECT DISTINCT ON (id) id FROM users', is_(5), id='DISTINCT ON the key'),
        pytest.param('SELECT DISTINCT ON (name) id FROM users', EVERY, id='DISTINCT ON something else'),
        pytest.param('SELECT id FROM users ORDER BY id LIMIT 5', EVERY, id='LIMIT'),
        pytest.param('SELECT id FROM users OFFSET 5', EVERY, id='OFFSET'),
        pytest.param('SELECT id, sum(id) OVER (PARTITION BY id) FROM users', is_(5), id='a window of the key'),
        pytest.param('SELECT id, sum(id) OVER w FROM users WINDOW w AS (PARTITION BY id)', is_(5), id='a named window'),
        pytest.param('SELECT id, sum(id) OVER () FROM users', EVERY, id='a window of all'),
        pytest.param('SELECT id FROM users UNION SELECT user_id FROM payments', is_(5), id='UNION'),
        pytest.param('SELECT id FROM users UNION SELECT id FROM payments', EVERY, id='UNION with what is no key'),
        pytest.param(
            'SELECT id FROM users UNION ALL SELECT big FROM countries', is_(5), id='UNION ALL with a constant'
        ),
        pytest.param('SELECT id FROM users EXCEPT SELECT user_id FROM payments', is_(5), id='EXCEPT'),
        pytest.param('(SELECT id FROM users UNION SELECT 1 LIMIT 5)', EVERY, id='UNION with LIMIT'),
        pytest.param('SELECT u.id FROM users u LEFT JOIN payments p ON p.user_id = u.id', is_(5), id='a join'),
        pytest.param(
            'SELECT p.user_id AS id FROM users u LEFT JOIN payments p ON p.user_id = u.id',
            EVERY,
            id='a side that may be lost',
        ),
    ],
)
def test_conditions_on_a_subquery(source: str, expected: Keys) -> None:
    for sql in (f'SELECT * FROM ({source}) x WHERE id = 5', f'WITH x AS ({source}) SELECT * FROM x WHERE id = 5'):
        assert keys(sql) == expected


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        pytest.param(
            'WITH x AS (SELECT * FROM users) SELECT * FROM x a, x b WHERE a.id = 5 AND b.id = 6',
            Any((is_(5), is_(6))),
            id='named twice',
        ),
        pytest.param('WITH x AS (SELECT * FROM users) SELECT 1', NOWHERE, id='never named'),
        pytest.param('WITH x(a) AS (SELECT id FROM users) SELECT * FROM x WHERE a = 5', is_(5), id='with other names'),
        pytest.param(
            'WITH users AS (SELECT 1 AS id) SELECT * FROM users WHERE id = 5', NOWHERE, id='that hides a table'
        ),
        pytest.param(
            'WITH users AS (SELECT * FROM users WHERE id = 5) SELECT * FROM users',
            is_(5),
            id='that hides what it reads',
        ),
        pytest.param(
            'WITH users AS (SELECT 1) SELECT * FROM public.users WHERE id = 5', is_(5), id='that a schema steps around'
        ),
        pytest.param(
            'WITH x AS (SELECT * FROM users), y AS (SELECT * FROM x WHERE id = 5) SELECT * FROM y',
            is_(5),
            id='of another',
        ),
        pytest.param(
            'SELECT * FROM (WITH x AS (SELECT * FROM users) SELECT * FROM x) y WHERE id = 5', is_(5), id='in a subquery'
        ),
        pytest.param(
            'WITH RECURSIVE x AS (SELECT id, referrer FROM users WHERE id = 5 UNION ALL '
            'SELECT u.id, u.referrer FROM users u JOIN x ON x.referrer = u.id) SELECT * FROM x',
            EVERY,
            id='recursive',
        ),
        pytest.param(
            'WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x WHERE n < 9) '
            'SELECT * FROM users WHERE id = 5 AND id IN (SELECT n FROM x)',
            is_(5),
            id='recursive, of no table',
        ),
        pytest.param(
            'WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT * FROM users WHERE id = 5) SELECT * FROM a',
            is_(5),
            id='that names a later one',
        ),
    ],
)
def test_ctes(sql: str, expected: Keys) -> None:
    assert keys(sql) == expected


OF_USER = 'SELECT user_id FROM payments p'


@pytest.mark.parametrize(
    ('condition', 'expected'),
    [
        pytest.param(f'EXISTS ({OF_USER} WHERE p.user_id = u.id) AND u.id = 5', is_(5), id='EXISTS'),
        pytest.param(f'NOT EXISTS ({OF_USER} WHERE p.user_id = u.id) AND u.id = 5', is_(5), id='NOT EXISTS'),
        pytest.param(f'EXISTS ({OF_USER} WHERE p.user_id = u.id AND p.user_id = 5)', is_(5), id='EXISTS says where'),
        pytest.param(
            f'NOT EXISTS ({OF_USER} WHERE p.user_id = u.id AND p.user_id = 5)', EVERY, id='NOT EXISTS does not'
        ),
        pytest.param(
            f'EXISTS ({OF_USER} WHERE user_id = 6) AND u.id = 5', Any((is_(5), is_(6))), id='EXISTS of others'
        ),
        pytest.param(f'EXISTS ({OF_USER}) AND u.id = 5', EVERY, id='EXISTS of any'),
        pytest.param(
            'EXISTS (SELECT count(*) FROM payments p WHERE p.user_id = u.id AND u.id = 5)',
            EVERY,
            id='EXISTS of a row that is always there',
        ),
        pytest.param(f'u.id IN ({OF_USER}) AND u.id = 5', is_(5), id='IN'),
        pytest.param(f'u.id = ANY ({OF_USER} WHERE user_id = 5)', is_(5), id='= ANY says where'),
        pytest.param(f'u.id NOT IN ({OF_USER}) AND u.id = 5', EVERY, id='NOT IN, which NULLs matter to'),
        pytest.param(f'u.id IN ({OF_USER} LIMIT 5) AND u.id = 5', EVERY, id='IN of the first'),
        pytest.param('(u.id, 1) IN (SELECT user_id, 1 FROM payments) AND u.id = 5', is_(5), id='IN of rows'),
        pytest.param(
            'u.id IN (SELECT user_id FROM payments UNION SELECT user_id FROM clicks) AND u.id = 5',
            is_(5),
            id='IN of a union',
        ),
        pytest.param(
            '(SELECT sum(amount) FROM payments p WHERE p.user_id = u.id) > 5 AND u.id = 5', is_(5), id='a scalar'
        ),
        pytest.param(
            'ARRAY(SELECT amount FROM payments p WHERE p.user_id = u.id) IS NULL AND u.id = 5', is_(5), id='ARRAY'
        ),
    ],
)
def test_subqueries_in_conditions(condition: str, expected: Keys) -> None:
    assert keys(f'SELECT * FROM users u WHERE {condition}') == expected


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        pytest.param(
            'SELECT id FROM users WHERE id = 5 UNION SELECT id FROM users WHERE id = 6',
            Any((is_(5), is_(6))),
            id='UNION unites',
        ),
        pytest.param('SELECT id FROM users WHERE id = 5 EXCEPT SELECT id FROM users', EVERY, id='EXCEPT of all'),
        pytest.param('SELECT (SELECT name FROM users WHERE id = 5)', is_(5), id='a subquery in the target list'),
        pytest.param('SELECT 1 ORDER BY (SELECT name FROM users WHERE id = 5)', is_(5), id='in ORDER BY'),
        pytest.param('SELECT 1 LIMIT (SELECT id FROM users WHERE id = 5)', is_(5), id='in LIMIT'),
        pytest.param('VALUES ((SELECT name FROM users WHERE id = 5))', is_(5), id='in VALUES'),
        pytest.param('SELECT 1 FROM countries HAVING (SELECT true FROM users WHERE id = 5)', is_(5), id='in HAVING'),
        pytest.param(
            'SELECT count(*) FILTER (WHERE (SELECT true FROM users WHERE id = 5)) FROM countries',
            is_(5),
            id='in FILTER',
        ),
        pytest.param(
            'SELECT * FROM generate_series(1, (SELECT id FROM users WHERE id = 5))', is_(5), id='in a function in FROM'
        ),
        pytest.param(
            'SELECT 1 WHERE (SELECT u.id FROM users u WHERE u.id = 5) = ANY(SELECT 1)', is_(5), id='to the left of IN'
        ),
        pytest.param('SELECT * FROM users WHERE id = 5 FOR UPDATE OF users', is_(5), id='FOR UPDATE'),
        pytest.param('UPDATE users SET name = $1 WHERE id = $2', is_('$2'), id='UPDATE'),
        pytest.param(
            'UPDATE users SET name = (SELECT body FROM notes LIMIT 1) WHERE id = 5', EVERY, id='UPDATE by others'
        ),
        pytest.param(
            'UPDATE payments p SET amount = 1 FROM users u WHERE u.id = p.user_id AND u.id = 5',
            is_(5),
            id='UPDATE ... FROM',
        ),
        pytest.param('UPDATE countries SET name = $1', EVERY, id='UPDATE of what is the same everywhere'),
        pytest.param('DELETE FROM users WHERE id IN (1, 2)', is_(1, 2), id='DELETE'),
        pytest.param(
            'DELETE FROM payments USING users u WHERE u.id = user_id AND u.id = 5', is_(5), id='DELETE ... USING'
        ),
        pytest.param('DELETE FROM countries', EVERY, id='DELETE from what is the same everywhere'),
        pytest.param('DELETE FROM old.archive', OnShard(2), id='DELETE on one shard'),
        pytest.param('WITH users AS (SELECT 1) DELETE FROM users WHERE id = 5', is_(5), id='the target is no CTE'),
        pytest.param(
            'MERGE INTO payments t USING clicks s ON s.user_id = t.user_id AND s.user_id = 5 WHEN MATCHED THEN DELETE',
            is_(5),
            id='MERGE of partners',
        ),
        pytest.param(
            'MERGE INTO payments t USING clicks s ON s.user_id = t.user_id AND s.user_id = 5 '
            'WHEN NOT MATCHED THEN DO NOTHING',
            EVERY,
            id='MERGE with all of the source',
        ),
        pytest.param(
            'MERGE INTO payments t USING (VALUES (5, 1)) s(u, n) ON s.u = t.user_id '
            'WHEN NOT MATCHED THEN INSERT (id, user_id) VALUES (s.n, s.u)',
            is_(5),
            id='MERGE of one row',
        ),
        pytest.param(
            'MERGE INTO payments t USING (VALUES (5, 1)) s(u, n) ON s.u = t.user_id '
            'WHEN NOT MATCHED THEN INSERT (id, user_id) VALUES (s.n, 6)',
            Any((is_(5), is_(6, null=True))),
            id='MERGE into another place',
        ),
        pytest.param('INSERT INTO users (name, id) VALUES ($1, $2)', is_('$2', null=True), id='INSERT'),
        pytest.param(
            "INSERT INTO users VALUES (1, 'x'), (2, 'y')",
            Any((is_(1, null=True), is_(2, null=True))),
            id='INSERT of several rows',
        ),
        pytest.param('INSERT INTO users (name) VALUES ($1)', EVERY, id='INSERT without key'),
        pytest.param('INSERT INTO users (id) VALUES (DEFAULT)', EVERY, id='INSERT of a default'),
        pytest.param('INSERT INTO users (id) VALUES (1.6)', EVERY, id='INSERT of what is rounded'),
        pytest.param('INSERT INTO users DEFAULT VALUES', EVERY, id='INSERT of defaults'),
        pytest.param('INSERT INTO countries (id) VALUES (1)', EVERY, id='INSERT everywhere'),
        pytest.param(
            'INSERT INTO payments (user_id, id) SELECT id, 1 FROM users WHERE id = 5', is_(5), id='INSERT ... SELECT'
        ),
        pytest.param(
            'INSERT INTO payments (user_id, id) SELECT 6, 1 FROM users WHERE id = 5',
            Any((is_(5), is_(6, null=True))),
            id='INSERT ... SELECT elsewhere',
        ),
        pytest.param(
            'INSERT INTO users (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET name = (SELECT name FROM notes)',
            EVERY,
            id='INSERT ... ON CONFLICT that reads',
        ),
        pytest.param(
            'WITH d AS (DELETE FROM users WHERE id = 5 RETURNING *) SELECT * FROM d', is_(5), id='WITH ... DELETE'
        ),
        pytest.param(
            'WITH d AS (DELETE FROM users WHERE id = 5) SELECT 1', is_(5), id='WITH ... DELETE that is not named'
        ),
        pytest.param(
            'WITH n AS (SELECT 5 AS id), d AS (DELETE FROM users USING n WHERE n.id = users.id) SELECT 1',
            EVERY,
            id='WITH ... DELETE by another CTE',
        ),
        pytest.param(
            'WITH i AS (INSERT INTO countries (id) VALUES (1)) SELECT * FROM users WHERE id = 5',
            EVERY,
            id='WITH that writes everywhere',
        ),
    ],
)
def test_whole_statements(sql: str, expected: Keys) -> None:
    assert keys(sql) == expected


def test_what_is_too_large_to_be_looked_at_may_concern_all() -> None:
    doubling = ', '.join(f'x{n + 1} AS (SELECT a.id FROM x{n} a JOIN x{n} b ON a.id = b.id)' for n in range(12))
    assert keys(f'WITH x0 AS (SELECT id FROM users), {doubling} SELECT * FROM x12 WHERE id = 5') == EVERY
