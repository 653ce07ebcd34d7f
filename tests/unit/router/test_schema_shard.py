"""Tables and definitions of schemas that are on one shard."""

from dataclasses import replace

import pytest

from pgdog_gevent.router.blueprint import Blueprint, ByKey, OneShard, Refused, Shards
from pgdog_gevent.router.blueprints import blueprint
from pgdog_gevent.router.catalog import Table, TableKind
from pgdog_gevent.router.keys import OnShard
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.parse import parse
from pgdog_gevent.router.rules import Everywhere, Rules
from tests.unit.router.catalogs import ID, catalog
from tests.unit.router.written_tables import TYPES

TENANTS = Known(
    catalog(*(Table(schema, 'orders', TableKind.TABLE, (ID,)) for schema in ('public', 'one', 'two')), types=TYPES),
    Rules(3, schemas={'one': 1, 'two': 2, 'all': Everywhere.ALL}),
    ('one', 'public'),
    3,
)


def meaning(sql: str, known: Known = TENANTS) -> Blueprint:
    return blueprint(parse(sql.encode()).stmts[0], sql, known)


@pytest.mark.parametrize(
    ('sql', 'shard'),
    [
        ('create table t (id int)', 1),
        ('create table two.t (id int)', 2),
        ('create index on two.orders (id)', 2),
        ('alter table orders add column n timestamptz default now()', 1),
        ('drop table two.orders', 2),
        ('drop table orders', 1),
        ('drop index two.i', 2),
        ('create schema two', 2),
        ('drop schema two cascade', 2),
        ('truncate two.orders', 2),
        ('vacuum two.orders', 2),
        ('copy two.orders from stdin', 2),
        ('copy two.orders to stdout', 2),
    ],
)
def test_it_is_done_where_the_schema_is(sql: str, shard: int) -> None:
    assert meaning(sql) == OneShard(shard)


@pytest.mark.parametrize(
    'sql',
    ['create table public.t (id int)', 'create table "all".t (id int)', 'drop table public.orders', 'create role r'],
)
def test_what_is_in_other_schemas_is_done_everywhere(sql: str) -> None:
    assert meaning(sql) == Shards(sql.encode())


@pytest.mark.parametrize('sql', ['truncate one.orders, two.orders', 'drop table orders, public.orders'])
def test_schemas_of_different_shards_are_refused(sql: str) -> None:
    assert meaning(sql) == Refused('a statement about schemas of different shards')


@pytest.mark.parametrize(
    'sql',
    [
        'select max(id) from two.orders where id in (select id from public.orders)',
        'insert into two.orders values (now()::text::bigint), (random())',
        'update two.orders set id = random()',
        'delete from two.orders where id in (select id from public.orders limit 1)',
        'merge into two.orders using public.orders o on o.id = two.orders.id when matched then delete',
    ],
)
def test_a_query_goes_where_its_table_is(sql: str) -> None:
    found = meaning(sql)
    assert isinstance(found, ByKey)
    assert found.keys == OnShard(2)


def test_other_schemas_may_have_a_shard_too() -> None:
    known = replace(TENANTS, rules=Rules(3, other_schemas=0))
    assert meaning('create table tenant.t (id int)', known) == OneShard(0)
