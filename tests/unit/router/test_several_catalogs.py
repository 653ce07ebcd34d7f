"""What is true of all shards, and how the numbers of types correspond."""

from dataclasses import replace

import pytest

from pgdog_gevent.router.catalog import (
    UNCERTAIN,
    Collation,
    Column,
    FunctionNames,
    Name,
    Table,
    TableKind,
    Type,
    TypeKind,
)
from pgdog_gevent.router.several_catalogs import merged, oid_map, reused
from tests.unit.router.catalogs import ID, NOTE, ORDERS, ORDERS_NAME, C, catalog, mood


def both(*tables: Table) -> Table:
    """What is certain of the orders if shards have them so."""
    return merged([catalog(table) for table in tables]).tables[ORDERS_NAME]


def test_one_catalog_stays_what_it_is() -> None:
    assert merged([catalog(ORDERS)]) == catalog(ORDERS)


def test_equal_tables_stay_the_same_object() -> None:
    assert both(ORDERS, replace(ORDERS)) is ORDERS


def test_keys_count_only_if_all_shards_have_them() -> None:
    keyed = replace(ORDERS, unique_keys=(('id',), ('note',)))
    table = both(keyed, ORDERS)
    assert (table.unique_keys, table.more_unique) == ((('id',),), True)
    assert both(ORDERS, replace(ORDERS, primary_key=())).primary_key == ()


def test_column_is_not_null_only_if_it_is_everywhere() -> None:
    table = both(ORDERS, replace(ORDERS, columns=(replace(ID, not_null=False), replace(NOTE, deterministic=False))))
    assert [column.not_null for column in table.columns] == [False, False]
    assert [column.deterministic for column in table.columns] == [True, False]


@pytest.mark.parametrize(
    'other',
    [(replace(ID, default='1'), NOTE), (replace(ID, identity='d'), NOTE), (NOTE,)],
    ids=['default', 'identity', 'no such column'],
)
def test_column_that_shards_fill_differently_is_told(other: tuple[Column, ...]) -> None:
    table = both(ORDERS, replace(ORDERS, columns=other))
    assert [column.agreed for column in table.columns] == [False, True]


@pytest.mark.parametrize('fact', ['has_triggers', 'has_rules', 'row_security', 'more_unique'])
@pytest.mark.parametrize('on_first', [False, True], ids=['second shard', 'first shard'])
def test_what_any_shard_has_is_there(fact: str, on_first: bool) -> None:
    has = Table('public', 'orders', TableKind.TABLE, **{fact: True})  # type: ignore[arg-type]
    has_not = Table('public', 'orders', TableKind.TABLE)
    assert both(*((has, has_not) if on_first else (has_not, has))) == has


def test_view_reads_what_it_reads_anywhere() -> None:
    here, there = (Table('public', 'orders', TableKind.VIEW, view_tables=(Name('s', name),)) for name in 'ba')
    assert both(here, there).view_tables == (Name('s', 'a'), Name('s', 'b'))


def test_query_of_a_view_is_known_where_all_have_the_same() -> None:
    one, other = (Table('public', 'orders', TableKind.VIEW, definition=f'SELECT {value};') for value in (1, 2))
    assert both(one, other).definition == ''
    assert both(one, one).definition == 'SELECT 1;'


def test_tables_are_those_of_the_first() -> None:
    assert merged([catalog(), catalog(ORDERS)]).tables == catalog().tables
    assert merged([catalog(ORDERS), catalog()]).tables == catalog(ORDERS).tables


def test_collations_are_uncertain_where_shards_disagree() -> None:
    german = Collation('i', 'de', version='1')
    mixed = merged([catalog(collation=german), catalog(collation=replace(german, version='2'))])
    assert mixed.default_collation == UNCERTAIN
    assert mixed.collations == {'C': C}
    assert merged([catalog(), replace(catalog(), collations={})]).collations == {'C': UNCERTAIN}


def test_functions_are_those_of_all() -> None:
    here, there = FunctionNames(users=frozenset({'f'})), FunctionNames(users=frozenset({'g'}))
    assert merged([catalog(functions=here), catalog(functions=there)]).functions.users == {'f', 'g'}


def test_functions_are_immutable_wherever_they_are() -> None:
    both, f, g = frozenset({'f', 'g'}), frozenset({'f'}), frozenset({'g'})
    here, there = FunctionNames(users=both, immutable=both, own=f), FunctionNames(users=f, own=f)
    found = merged([catalog(functions=here), catalog(functions=there)]).functions
    assert (found.immutable, found.own) == (g, f)


def test_version_is_the_oldest() -> None:
    assert merged([catalog(version=160_001), catalog(version=150_001)]).server_version == 150_001


def test_types_correspond_by_name() -> None:
    here, there = catalog(types=mood(16_400)), catalog(types=mood(17_000))
    assert oid_map(here, there) == {16_400: 17_000, 16_401: 17_001}
    assert oid_map(here, here) == {}
    assert oid_map(here, catalog()) == {}


def test_arrays_correspond_by_their_elements() -> None:
    taken = Type(17_500, 'public', '_mood', TypeKind.COMPOSITE)
    enum, array = mood(17_000)
    there = catalog(types=(taken, enum, replace(array, name='__mood')))
    assert oid_map(catalog(types=mood(16_400)), there) == {16_400: 17_000, 16_401: 17_001}


def test_equal_parts_become_the_objects_that_are_known() -> None:
    known = catalog(ORDERS, types=mood(16_400))
    fresh = catalog(replace(ORDERS), replace(ORDERS, name='more'), types=mood(16_400, 'new'))
    again = reused(fresh, [known])
    assert again == fresh
    assert again.tables[ORDERS_NAME] is ORDERS
    assert again.types[16_401] is known.types[16_401]
    assert again.types[16_400].labels == ('new',)
