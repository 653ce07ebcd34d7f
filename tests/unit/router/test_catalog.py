"""How names are found in a catalog, and what belongs together there."""

from dataclasses import replace

import pytest

from pgdog_gevent.router.catalog import Collation, Column, ForeignKey, Name, Table, TableKind, Type, TypeKind
from tests.unit.router.catalogs import ID, INT4, INT4_ARRAY, NOTE, ORDERS, ORDERS_NAME, PG_CLASS, C, catalog, mood

SHADOWED = Table('sales', 'orders', TableKind.TABLE)
FALSE_FRIEND = Table('public', 'pg_class', TableKind.TABLE)
SHOP = catalog(ORDERS, SHADOWED, FALSE_FRIEND, types=mood(16_400, 'sad', 'ok'))


@pytest.mark.parametrize(
    ('schema', 'name', 'search_path', 'found'),
    [
        (None, 'orders', ('public',), ORDERS),
        (None, 'orders', ('sales', 'public'), SHADOWED),
        (None, 'orders', ('nowhere', 'public'), ORDERS),
        (None, 'orders', (), None),
        (None, 'Orders', ('public',), None),
        ('sales', 'orders', ('public',), SHADOWED),
        ('nowhere', 'orders', ('public',), None),
        (None, 'pg_class', ('public',), PG_CLASS),
        (None, 'pg_class', ('public', 'pg_catalog'), FALSE_FRIEND),
        ('public', 'pg_class', (), FALSE_FRIEND),
    ],
)
def test_table_is_found_where_postgresql_finds_it(
    schema: str | None, name: str, search_path: tuple[str, ...], found: Table | None
) -> None:
    assert SHOP.table(schema, name, search_path) == found


def test_type_is_found_by_number_and_by_name() -> None:
    assert SHOP.type(23) is SHOP.type_named('int4') is INT4
    assert SHOP.type_named('mood') is None
    assert SHOP.type_named('mood', search_path=('public',)) is SHOP.type_named('mood', 'public') is SHOP.type(16_400)


def test_domains_are_taken_off_until_a_type_is_left() -> None:
    inner = Type(16_500, 'public', 'inner', TypeKind.DOMAIN, base_type=23)
    outer = Type(16_502, 'public', 'outer', TypeKind.DOMAIN, base_type=16_500)
    domains = catalog(types=(inner, outer))
    assert domains.plain_type(16_502) is INT4
    assert domains.plain_type(1007) is INT4_ARRAY
    assert domains.plain_type(99_999) is None


@pytest.mark.parametrize(
    ('column', 'collation'),
    [
        (ID, None),
        (NOTE, C),
        (replace(NOTE, collation='C'), C),
        (replace(NOTE, collation='de_DE'), None),
    ],
    ids=['none', 'default', 'known', 'unknown'],
)
def test_column_is_compared_by_its_collation(column: Column, collation: Collation | None) -> None:
    assert SHOP.collation(column) == collation


@pytest.mark.parametrize(
    ('collation', 'bytewise'),
    [
        (Collation('c', 'C'), True),
        (Collation('c', 'POSIX'), True),
        (Collation('b', 'C.UTF-8'), True),
        (Collation('c', 'C.UTF-8'), False),
        (Collation('c', 'en_US.utf8'), False),
        (Collation('i', 'C'), False),
    ],
)
def test_only_some_collations_compare_bytes(collation: Collation, bytewise: bool) -> None:
    assert collation.bytewise is bytewise


def test_keys_that_reference_a_table_are_found_with_their_tables() -> None:
    key = ForeignKey('items_order', ('order_id',), ORDERS_NAME, ('id',))
    items = Table('public', 'items', TableKind.TABLE, foreign_keys=(key,))
    referenced = catalog(ORDERS, items)
    assert list(referenced.referencing(ORDERS)) == [(items, key)]
    assert list(referenced.referencing(items)) == []


def test_children_are_those_that_name_their_parent() -> None:
    part = Table('public', 'orders_1', TableKind.TABLE, parents=(ORDERS_NAME,), partition=True)
    assert list(catalog(ORDERS, part).children(ORDERS)) == [part]


def view(name: str, *tables: Name) -> Table:
    return Table('public', name, TableKind.VIEW, view_tables=tables)


def test_view_reads_what_the_views_read_that_it_reads() -> None:
    inner = view('inner', ORDERS_NAME, PG_CLASS.key)
    outer = view('outer', inner.key, Name('public', 'counter'))
    views = catalog(ORDERS, inner, outer)
    assert views.reads(outer) == {ORDERS_NAME, PG_CLASS.key, Name('public', 'counter')}
    assert views.reads(ORDERS) == {ORDERS_NAME}


def test_views_may_read_each_other() -> None:
    one, other = view('one', Name('public', 'other')), view('other', Name('public', 'one'), ORDERS_NAME)
    assert catalog(ORDERS, one, other).reads(one) == {ORDERS_NAME}


def test_materialized_view_is_read_itself() -> None:
    stored = replace(view('stored', ORDERS_NAME), kind=TableKind.MATERIALIZED_VIEW)
    assert catalog(ORDERS, stored).reads(stored) == {stored.key}
