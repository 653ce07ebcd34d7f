"""Which differences between shards are told, and in which words."""

from dataclasses import replace

import pytest

from pgdog_gevent.router.catalog import Catalog, Collation, Column, ForeignKey, Name, Table, TableKind, Type, TypeKind
from pgdog_gevent.router.drift import MISSING, Drift, drift
from tests.unit.router.catalogs import ID, NOTE, ORDERS, ORDERS_NAME, PG_CLASS, catalog, mood

MOOD = Column('mood', 16_400, 'public.mood')


def one(first: Catalog, second: Catalog) -> tuple[str, str]:
    """The only difference of shard 1."""
    [difference] = drift({0: first, 1: second})
    assert difference.shard == 1
    return difference.object, difference.what


def test_equal_shards_do_not_differ() -> None:
    assert drift({0: catalog(ORDERS), 1: catalog(ORDERS), 2: catalog(ORDERS)}) == ()
    assert drift({3: catalog(ORDERS)}) == ()
    assert drift({}) == ()


def test_numbers_of_types_may_differ() -> None:
    here = catalog(replace(ORDERS, columns=(ID, MOOD)), types=mood(16_400, 'ok'))
    there = catalog(replace(ORDERS, columns=(ID, replace(MOOD, type_oid=17_000))), types=mood(17_000, 'ok'))
    assert drift({0: here, 1: there}) == ()


def test_what_came_with_the_server_may_differ() -> None:
    newer = replace(PG_CLASS, has_triggers=True)
    assert drift({0: catalog(ORDERS), 1: replace(catalog(ORDERS), tables={**catalog(ORDERS, newer).tables})}) == ()


@pytest.mark.parametrize('without', [0, 1, 2])
def test_table_is_missing_where_it_is_not(without: int) -> None:
    shards = {shard: catalog() if shard == without else catalog(ORDERS) for shard in range(3)}
    assert drift(shards) == (Drift(without, 'public.orders', MISSING),)


@pytest.mark.parametrize('without', [0, 1])
def test_column_is_missing_where_it_is_not(without: int) -> None:
    shards = {0: catalog(ORDERS), 1: catalog(ORDERS)}
    shards[without] = catalog(replace(ORDERS, columns=(ID,)))
    assert drift(shards) == (Drift(without, 'public.orders.note', MISSING),)


@pytest.mark.parametrize(
    ('column', 'what'),
    [
        (replace(NOTE, type_name='character varying(10)'), 'type is character varying(10); on shard 0: text'),
        (replace(NOTE, not_null=True), 'not null is yes; on shard 0: no'),
        (replace(NOTE, default="''::text"), "default is ''::text; on shard 0: absent"),
        (replace(NOTE, identity='d'), 'identity is d; on shard 0: absent'),
        (replace(NOTE, generated='s'), 'generated is s; on shard 0: absent'),
        (replace(NOTE, collation='C'), 'collation is C; on shard 0: default'),
    ],
    ids=['type', 'not null', 'default', 'identity', 'generated', 'collation'],
)
def test_columns_differ(column: Column, what: str) -> None:
    other = replace(ORDERS, columns=(ID, column))
    assert one(catalog(ORDERS), catalog(other)) == ('public.orders.note', what)


@pytest.mark.parametrize(
    ('table', 'what'),
    [
        (replace(ORDERS, kind=TableKind.FOREIGN), 'kind is foreign; on shard 0: table'),
        (replace(ORDERS, primary_key=()), 'primary key is absent; on shard 0: (id)'),
        (replace(ORDERS, unique_keys=(('id',), ('id', 'note'))), 'unique indexes is (id) (id, note); on shard 0: (id)'),
        (replace(ORDERS, more_unique=True), 'other uniqueness is yes; on shard 0: no'),
        (replace(ORDERS, parents=(Name('public', 'all'),)), 'parent is public.all; on shard 0: absent'),
        (replace(ORDERS, has_triggers=True), 'trigger is yes; on shard 0: no'),
        (replace(ORDERS, has_rules=True), 'rule is yes; on shard 0: no'),
        (replace(ORDERS, row_security=True), 'row level security is yes; on shard 0: no'),
        (replace(ORDERS, columns=(NOTE, ID)), 'order of columns is (note, id); on shard 0: (id, note)'),
        (
            replace(ORDERS, foreign_keys=(ForeignKey('k', ('id',), ORDERS_NAME, ('id',), 'c'),)),
            'foreign keys is (id) to public.orders (id) on delete c, on update a; on shard 0: absent',
        ),
    ],
    ids=['kind', 'primary', 'unique', 'more', 'parent', 'trigger', 'rule', 'security', 'order', 'foreign'],
)
def test_tables_differ(table: Table, what: str) -> None:
    assert one(catalog(ORDERS), catalog(table)) == ('public.orders', what)


def test_names_of_foreign_keys_may_differ() -> None:
    here, there = (ForeignKey(name, ('id',), ORDERS_NAME, ('id',)) for name in ('a', 'b'))
    shards = {n: catalog(replace(ORDERS, foreign_keys=(key,))) for n, key in enumerate((here, there))}
    assert drift(shards) == ()


def test_labels_of_an_enum_differ() -> None:
    shards = catalog(types=mood(16_400, 'sad', 'ok')), catalog(types=mood(16_400, 'ok', 'sad'))
    assert one(*shards) == ('public.mood', 'list of labels is (ok, sad); on shard 0: (sad, ok)')


def test_types_are_missing_with_no_word_of_their_arrays() -> None:
    assert one(catalog(types=mood(16_400, 'ok')), catalog()) == ('public.mood', MISSING)


def test_domains_differ_in_what_they_are_made_from() -> None:
    domain = Type(16_500, 'public', 'd', TypeKind.DOMAIN, base_type=23)
    made_otherwise = replace(domain, base_type=1007)
    what = 'base type is pg_catalog._int4; on shard 0: pg_catalog.int4'
    assert one(catalog(types=(domain,)), catalog(types=(made_otherwise,))) == ('public.d', what)


@pytest.mark.parametrize(
    ('other', 'what'),
    [
        (catalog(version=170_001), 'PostgreSQL version is 17; on shard 0: 15'),
        (replace(catalog(), encoding='LATIN1'), 'encoding is LATIN1; on shard 0: UTF8'),
        (
            catalog(collation=Collation('i', 'de', version='153.14')),
            'default collation is icu de 153.14; on shard 0: libc C',
        ),
    ],
    ids=['version', 'encoding', 'collation'],
)
def test_databases_differ(other: Catalog, what: str) -> None:
    assert one(catalog(), other) == ('database', what)


def test_minor_versions_may_differ() -> None:
    assert drift({0: catalog(version=150_003), 1: catalog(version=150_010)}) == ()
