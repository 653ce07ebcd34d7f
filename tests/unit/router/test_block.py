"""What the names in one block of a SELECT mean."""

import pytest

from pgdog_gevent.router.block import CannotRewrite
from pgdog_gevent.router.nodes import expression, select, shape
from tests.unit.router.select_tables import block_of

COLUMNS = {
    'SELECT * FROM users': 'id name born score mood',
    'SELECT countries.*, 1 AS one FROM users, countries': 'id name one',
    'SELECT * FROM users u, countries AS c(a)': 'id name born score mood a name',
    'SELECT * FROM (SELECT id AS x, count(*) FROM users GROUP BY id) s': 'x count',
    'SELECT * FROM (SELECT * FROM countries) AS s(a, b)': 'a b',
    'WITH w AS (SELECT name, born FROM users) SELECT * FROM w': 'name born',
    'WITH users AS (SELECT 1 AS a) SELECT * FROM users': 'a',
    'WITH users AS (SELECT 1 AS a) SELECT * FROM public.users': 'id name born score mood',
    'SELECT * FROM users JOIN countries ON true': 'id name born score mood id name',
}


@pytest.mark.parametrize(('sql', 'names'), COLUMNS.items(), ids=COLUMNS)
def test_star_is_the_columns_of_from(sql: str, names: str) -> None:
    found = block_of(sql)
    assert (found.complete, ' '.join(output.name for output in found.outputs)) == (True, names)


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT * FROM users JOIN countries USING (id)',
        'SELECT * FROM users NATURAL JOIN countries',
        'SELECT * FROM users, generate_series(1, 2)',
        'SELECT * FROM nowhere',
        'SELECT * FROM pg_class',
        'SELECT * FROM (users JOIN countries ON true) AS j',
        'SELECT * FROM (SELECT 1 AS a, 2 AS a) s',
        'SELECT * FROM (VALUES (1)) v',
        'WITH RECURSIVE w AS (SELECT 1 AS a) SELECT * FROM w',
        'SELECT (f(1)).* FROM users',
        'SELECT o.* FROM users',
    ],
)
def test_star_that_is_not_known_is_not_made_up(sql: str) -> None:
    assert not block_of(sql).complete


def test_column_has_the_same_shape_with_its_table_and_without() -> None:
    found = block_of('SELECT FROM users u, generate_series(1, 2) g')
    assert found.shape(expression('u.id + 1')) == found.shape(expression('u.id  +  1'))
    assert found.shape(expression('u.id')) != found.shape(expression('id'))  # g may have one as well
    alone = block_of('SELECT FROM users u')
    assert alone.shape(expression('u.id + 1')) == alone.shape(expression('id + 1'))


GROUPED = {
    ('SELECT name AS n, born FROM users', '1'): 'name',
    ('SELECT name AS n FROM users', 'n'): 'name',
    ('SELECT lower(name) AS name FROM users', 'name'): 'name',
    ('SELECT lower(name) FROM users', 'lower'): 'lower(name)',
    ('SELECT u.name FROM users u', 'name'): 'name',
    ('SELECT name FROM users', 'name || 1'): 'name || 1',
}


@pytest.mark.parametrize(('sql', 'item', 'expected'), [(*key, value) for key, value in GROUPED.items()])
def test_group_by_means_columns_of_from_first(sql: str, item: str, expected: str) -> None:
    assert shape(block_of(sql).grouped(expression(item))) == shape(expression(expected))


def test_name_in_group_by_that_may_be_a_column_is_refused() -> None:
    with pytest.raises(CannotRewrite, match='"x"'):
        block_of('SELECT id + 1 AS x FROM users, generate_series(1, 2)').grouped(expression('x'))


SORTED = {
    ('SELECT name AS n, born FROM users', '2'): ('born', 1),
    ('SELECT lower(name) AS name FROM users', 'name'): ('lower(name)', 0),
    ('SELECT lower(name) AS name FROM users', 'users.name'): ('users.name', None),
    ('SELECT u.id, u.name FROM users u', 'u.name'): ('u.name', 1),
    ('SELECT id, lower(name) FROM users u', 'lower(u.name)'): ('lower(u.name)', 1),
}


@pytest.mark.parametrize(('sql', 'item', 'expected'), [(*key, value) for key, value in SORTED.items()])
def test_order_by_means_columns_of_the_output_first(sql: str, item: str, expected: tuple[str, int | None]) -> None:
    found = block_of(sql).sorted(expression(item))
    assert (shape(found.value), found.output) == (shape(expression(expected[0])), expected[1])


@pytest.mark.parametrize('position', ['0', '2', '-1'])
def test_position_is_that_of_a_column(position: str) -> None:
    with pytest.raises(CannotRewrite, match='select list'):
        block_of('SELECT id FROM users').sorted(expression(position))


def test_position_after_a_star_that_is_not_known_is_refused() -> None:
    with pytest.raises(CannotRewrite, match=r'past \*'):
        block_of('SELECT * FROM users JOIN countries USING (id)').sorted(expression('1'))


def test_refusal_tells_where_in_the_text_it_is() -> None:
    item = select('SELECT id FROM users ORDER BY 2').sort_clause[0].sort_by.node
    with pytest.raises(CannotRewrite) as raised:
        block_of('SELECT id FROM users').sorted(item)
    assert raised.value.location == 30
