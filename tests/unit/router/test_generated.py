"""Rows whose keys are made by the shard that they are inserted on."""

from dataclasses import replace

import pytest

from pgdog_gevent.router.blueprint import ByRow, Refused, Shards
from pgdog_gevent.router.catalog import Column
from pgdog_gevent.router.generated import generates_keys
from pgdog_gevent.router.keys import NOWHERE, BoundValue, Constant, KeyIs
from pgdog_gevent.router.plan import Anywhere, Direct
from pgdog_gevent.router.planner import plan
from pgdog_gevent.sharding.function import Hashed, Sha1, ShardingFunction
from pgdog_gevent.sharding.key import KeyType
from tests.unit.router.catalogs import catalog
from tests.unit.router.written_tables import NUMBER, TYPES, WORD, by_key, meaning, refusal

ID = Column('id', 20, 'bigint', default='pgdog_gevent.next_id_auto()')
CATALOG = catalog(types=TYPES, id_schemas=frozenset({'pgdog_gevent', 'pgdog'}))


class _Nothing:
    """No parameters."""

    def parameter(self, number: int) -> BoundValue:
        raise AssertionError(number)


NOTHING = _Nothing()


@pytest.mark.parametrize(
    'default',
    [
        'pgdog_gevent.next_id_auto()',
        'pgdog.next_id_auto()',
        "pgdog_gevent.next_id_seq('users_id_seq'::regclass)",
        '(pgdog_gevent.next_id_auto())::integer',
    ],
)
def test_keys_are_generated(default: str) -> None:
    assert generates_keys(replace(ID, default=default), NUMBER, CATALOG)


@pytest.mark.parametrize(
    ('column', 'function'),
    [
        (replace(ID, default=None), NUMBER),
        (replace(ID, default='next_id_auto()'), NUMBER),
        (replace(ID, default='public.next_id_auto()'), NUMBER),
        (replace(ID, default="nextval('pgdog_gevent.id_seq'::regclass)"), NUMBER),
        (replace(ID, default='pgdog_gevent.next_id_auto() + 1'), NUMBER),
        (replace(ID, default='pgdog_gevent.next_uuid_auto()'), NUMBER),
        (replace(ID, agreed=False), NUMBER),
        (replace(ID, generated='s'), NUMBER),
        (replace(ID, type_oid=25, type_name='text'), NUMBER),
        (ID, WORD),
        (ID, Hashed(KeyType.UUID, 3)),
        (ID, Sha1(KeyType.BIGINT, 3)),
    ],
)
def test_keys_are_not_generated(column: Column, function: ShardingFunction) -> None:
    assert not generates_keys(column, function, CATALOG)


@pytest.mark.parametrize('schemas', [(), ('pgdog',)], ids=['none', 'the other'])
def test_functions_that_make_other_ids_generate_no_keys(schemas: tuple[str, ...]) -> None:
    assert not generates_keys(ID, NUMBER, replace(CATALOG, id_schemas=frozenset(schemas)))


@pytest.mark.parametrize(
    'sql',
    [
        "insert into drawn (name) values ('a'), ('b')",
        "insert into drawn values (default, 'a')",
        'insert into drawn default values',
        'insert into drawn (name) select name from countries',
    ],
)
def test_rows_go_to_any_shard(sql: str) -> None:
    assert by_key(sql).keys == NOWHERE
    assert plan(meaning(sql), NOTHING, 3) == Anywhere()


def test_rows_go_where_that_is_which_they_are_made_of() -> None:
    sql = 'insert into drawn (name) select name from users where id = 5'
    assert by_key(sql).keys == KeyIs(NUMBER, (Constant('5'),))
    assert isinstance(plan(meaning(sql), NOTHING, 3), Direct)


@pytest.mark.parametrize(
    ('sql', 'why'),
    [
        ('insert into drawn (name) select name from users', 'an INSERT that generates sharding keys'),
        ("insert into drawn values (default, 'a'), (5, 'b')", 'a computed value for the sharding key'),
        ('insert into drawn (name) values (total_of(1))', 'function total_of()'),
        ("insert into drawn (name) values ('a') on conflict (user_id) do nothing", 'any shard may have the other row'),
    ],
)
def test_what_is_not_on_one_shard_is_refused(sql: str, why: str) -> None:
    assert why in refusal(sql)


def test_keys_that_are_given_count() -> None:
    assert isinstance(meaning("insert into drawn values (5, 'a')"), ByRow)


@pytest.mark.parametrize(
    'sql',
    [
        "select pgdog_gevent.install_sharded_sequence('public', 'users')",
        "select pgdog.install_sharded_sequence($1, $2), pgdog.install_next_id('a', table_name => 'b')",
    ],
)
def test_sequences_are_installed_on_all_shards(sql: str) -> None:
    assert meaning(sql) == Shards(sql.encode())


@pytest.mark.parametrize(
    'sql',
    [
        "select 1, pgdog_gevent.install_sharded_sequence('public', 'users')",
        "select pgdog_gevent.install_sharded_sequence('public', name) from countries",
        "select upper(pgdog_gevent.install_sharded_sequence('public', 'users'))",
    ],
)
def test_sequences_are_installed_by_a_statement_of_their_own(sql: str) -> None:
    assert isinstance(meaning(sql), Refused)
