"""Views of sharded tables, and of those that are the same everywhere, as the queries that they stand for."""

from dataclasses import replace

import pytest

from pgdog_gevent.router.blueprint import Refused
from pgdog_gevent.router.catalog import TableKind
from pgdog_gevent.router.keys import NOWHERE, Constant, KeyIs, Keys
from pgdog_gevent.router.locality import Local, Replicated, locality
from pgdog_gevent.router.predicates import keys_of
from tests.unit.router.sharded import BY_ID, CATALOG, KNOWN, statement, table

VIEWS = {
    'people': ('number bigint, label text', ['users'], 'SELECT id AS number, lower(name) AS label FROM public.users'),
    'spent': (
        'user_id bigint, total numeric',
        ['payments'],
        'SELECT user_id, sum(amount) AS total FROM public.payments GROUP BY user_id',
    ),
    'nested': ('number bigint', ['people'], 'SELECT p.number FROM public.people p WHERE (p.label <> $$x$$)'),
    'first': ('id bigint', ['users'], 'SELECT id FROM public.users LIMIT 1'),
    'by_name': ('name text, n bigint', ['users'], 'SELECT name, count(*) AS n FROM public.users GROUP BY name'),
    'now_there': ('id bigint', ['users'], 'SELECT id FROM public.users WHERE (now() > now())'),
    'today_there': ('id bigint', ['users'], "SELECT id FROM public.users WHERE (CURRENT_DATE > '2020-01-01'::date)"),
    'of_functions': ('id bigint', ['users'], 'SELECT public.balance(id) AS id FROM public.users'),
    'renamed': ('other bigint', ['users'], 'SELECT id FROM public.users'),
    'broken': ('id bigint', ['users'], 'SELECT FROM WHERE'),
    'some_country': ('id integer', ['countries'], 'SELECT id FROM public.countries LIMIT 1'),
    'all_countries': ('id integer', ['countries'], 'SELECT id FROM public.countries'),
    'random_countries': ('id integer', ['countries'], 'SELECT id FROM public.countries WHERE (random() > 0.5)'),
    'old_ones': ('id bigint', ['users'], 'SELECT id FROM old.archive'),
}
_MADE = [
    replace(table(name, columns, TableKind.VIEW, reads), definition=f' {definition};')
    for name, (columns, reads, definition) in VIEWS.items()
]
WITH_VIEWS = replace(
    KNOWN, catalog=replace(CATALOG, tables={**CATALOG.tables, **{view.key: view for view in _MADE}})
)


def keys(sql: str) -> Keys:
    return keys_of(statement(sql), WITH_VIEWS)


def proven(sql: str) -> Local | Replicated | Refused:
    return locality(statement(sql), WITH_VIEWS)


@pytest.mark.parametrize(
    'sql',
    [
        pytest.param('SELECT * FROM people WHERE number = 5', id='a column'),
        pytest.param('SELECT * FROM public.people p WHERE p.number = 5', id='an alias'),
        pytest.param('SELECT * FROM people AS p(a) WHERE a = 5', id='an alias of a column'),
        pytest.param('SELECT * FROM spent WHERE user_id = 5', id='a group'),
        pytest.param('SELECT * FROM nested WHERE number = 5', id='a view of a view'),
        pytest.param('SELECT * FROM now_there WHERE id = 5', id='a view that asks for the time'),
        pytest.param('SELECT * FROM spent JOIN users ON id = user_id WHERE id = 5', id='a join'),
        pytest.param('SELECT 1 FROM users WHERE id = 5 AND EXISTS (SELECT FROM spent WHERE user_id = id)', id='EXISTS'),
        pytest.param('DELETE FROM users USING spent WHERE user_id = id AND user_id = 5', id='DELETE USING'),
    ],
)
def test_keys_are_seen_through_a_view(sql: str) -> None:
    assert keys(sql) == KeyIs(BY_ID, (Constant('5'),))


@pytest.mark.parametrize(
    ('sql', 'outputs'),
    [
        pytest.param('SELECT * FROM people', (0,), id='plain columns'),
        pytest.param('SELECT label FROM people', (), id='without its key'),
        pytest.param('SELECT * FROM spent', (0,), id='groups by the key'),
        pytest.param('SELECT number FROM nested', (0,), id='a view of a view'),
        pytest.param('SELECT id FROM users JOIN spent ON id = user_id', (0,), id='a join on the key'),
        pytest.param('SELECT u.id FROM users u, all_countries', (0,), id='with what is the same everywhere'),
    ],
)
def test_each_shard_has_its_part_of_a_view(sql: str, outputs: tuple[int, ...]) -> None:
    assert proven(sql) == Local(BY_ID, frozenset(outputs))


REFUSED = {
    'SELECT * FROM first': ('sharded table users is not joined by its key', 15),
    'SELECT * FROM by_name': ('rows that are not those of one shard', 0),
    'SELECT * FROM now_there': ('depends on the moment', 15),
    'SELECT * FROM today_there': ('depends on the moment', 15),
    'SELECT * FROM of_functions': ('function balance(), which may read sharded tables', 15),
    'SELECT * FROM users, of_functions': ('function balance(), which may read sharded tables', 22),
    'SELECT * FROM renamed': ('a view of sharded tables', 15),
    'SELECT * FROM broken': ('a view of sharded tables', 15),
    'SELECT * FROM users, people': ('is not joined by its key', 22),
    'SELECT u.id FROM users u, some_country': ('LIMIT in a subquery of what is the same', 0),
    'SELECT u.id FROM users u, random_countries': ('depends on the moment', 27),
    'UPDATE people SET label = $1 WHERE number = 5': ('a view of sharded tables', 8),
    'SELECT * FROM old_ones': ('a table of a schema that is on one shard', 15),
}


@pytest.mark.parametrize(('sql', 'expected'), REFUSED.items(), ids=REFUSED)
def test_what_is_not_a_shards_own_in_a_view_is_refused_where_the_view_is_named(
    sql: str, expected: tuple[str, int]
) -> None:
    found = proven(sql)
    assert isinstance(found, Refused), found
    assert expected[0] in found.why
    assert not expected[1] or found.position == expected[1]


def test_of_what_is_the_same_everywhere_a_view_concerns_no_shard() -> None:
    assert keys('SELECT * FROM random_countries') == NOWHERE
    assert isinstance(proven('SELECT * FROM all_countries'), Replicated)
