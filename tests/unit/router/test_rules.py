"""The rules of one database, from the configuration."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from pgdog_gevent.config.settings import Config
from pgdog_gevent.router.rules import Everywhere, Rules, ShardKey
from pgdog_gevent.sharding.function import (
    Hashed,
    LookedUp,
    MappedNumbers,
    MappedText,
    Nearest,
    Numbered,
    Sha1,
    ShardFunction,
)
from pgdog_gevent.sharding.key import KeyType, key_of_text
from pgdog_gevent.sharding.lookup import Answers

SHARDS = [
    {'name': 'shop', 'host': 'a', 'shard': 0},
    {'name': 'shop', 'host': 'b', 'shard': 1},
    {'name': 'shop', 'host': 'c', 'shard': 1, 'role': 'replica'},
    {'name': 'other', 'host': 'a', 'shard': 4},
]
BY_HASH = Hashed(KeyType.BIGINT, 2)
UUID = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
QUERY = 'SELECT tenant FROM names WHERE name = $1'
BY_LOOKUP = LookedUp(KeyType.BIGINT, QUERY, BY_HASH, Answers(0))


def table(column: str = 'id', **keys: object) -> dict[str, object]:
    return {'database': 'shop', 'column': column, **keys}


def rules(*tables: dict[str, object], **sections: object) -> Rules:
    """Return the rules of ``shop``, which has two shards."""
    config = Config.model_validate({'databases': SHARDS, 'sharded_tables': list(tables), **sections})
    return Rules.of(config, 'shop')


def function(**keys: object) -> ShardFunction:
    """Return the function of a table with these keys."""
    key = rules(table('id', name='t', **keys)).key_of('public', 't', None)
    assert key is not None
    return key.function


def column(found: ShardKey | None) -> str | None:
    return None if found is None else found.column


def test_shards_are_counted_by_their_numbers() -> None:
    config = Config.model_validate({'databases': SHARDS})
    assert [Rules.of(config, name).shards for name in ('shop', 'other', 'none')] == [2, 5, 1]


@pytest.mark.parametrize(
    ('keys', 'expected'),
    [
        ({}, BY_HASH),
        ({'data_type': 'uuid'}, Hashed(KeyType.UUID, 2)),
        ({'data_type': 'varchar'}, Hashed(KeyType.TEXT, 2)),
        ({'hasher': 'sha1'}, Sha1(KeyType.BIGINT, 2)),
        ({'lookup_query': QUERY}, BY_LOOKUP),
        ({'lookup_query': QUERY, 'lookup_result': 'shard'}, replace(BY_LOOKUP, of_answer=Numbered(2))),
    ],
    ids=['bigint', 'uuid', 'varchar', 'sha1', 'lookup', 'lookup of a shard'],
)
def test_function_is_as_configured(keys: dict[str, object], expected: ShardFunction) -> None:
    assert function(**keys) == expected


def test_lists_and_ranges_are_a_mapping() -> None:
    found = function(mapping=[{'values': [7], 'shard': 1}, {'start': 0, 'end': 10, 'shard': 0}])
    assert isinstance(found, MappedNumbers)
    assert [found.shards_of(key) for key in (7, 8, 10)] == [{1}, {0}, set()]


def test_uuids_are_mapped() -> None:
    found = function(data_type='uuid', mapping=[{'values': [UUID], 'shard': 1}, {'shard': 0}])
    assert isinstance(found, MappedNumbers)
    assert found.shards_of(key_of_text(KeyType.UUID, UUID)) == {1}
    assert found.shards_of(bytes(16)) == {0}


def test_texts_are_mapped() -> None:
    found = function(data_type='varchar', mapping=[{'start': 'a', 'end': 'b', 'shard': 1}])
    assert isinstance(found, MappedText)
    assert [found.shards_of(key) for key in (b'abc', b'b')] == [{1}, set()]


def test_vectors_have_centroids() -> None:
    found = function(data_type='vector', centroids=[[0.0], [5.0], [9.0]], centroid_probes=1)
    assert isinstance(found, Nearest)
    assert [found.shards_of((key,)) for key in (1.0, 4.0, 8.0)] == [{0}, {1}, {0}]


def test_both_forms_of_mappings_are_one() -> None:
    deprecated = {'database': 'shop', 'table': 'T', 'column': 'id', 'kind': 'list', 'values': [1], 'shard': 1}
    found = rules(table(name='t', mapping=[{'shard': 0}]), sharded_mappings=[deprecated]).key_of('public', 't', None)
    assert found is not None
    assert found.function == function(mapping=[{'values': [1], 'shard': 1}, {'shard': 0}])


def test_answers_of_lookups_are_kept_together_and_anew_for_each_reading() -> None:
    tables = [table(name='t', lookup_query=QUERY), table(name='u', lookup_query=QUERY)]
    found, again = rules(*tables), rules(*tables)
    [one, other] = (rule.key.function for rule in found.tables)
    assert isinstance(one, LookedUp)
    assert isinstance(other, LookedUp)
    assert one.answers is other.answers is found.answers
    assert found == again
    assert found.answers is not again.answers
    assert found.looks_up
    assert not rules(table(name='t')).looks_up


@pytest.mark.parametrize(
    ('schema', 'name', 'columns', 'expected'),
    [
        pytest.param('public', 'orders', None, 'order_id', id='named'),
        pytest.param('public', 'orders', ['customer', 'order_id'], 'order_id', id='named before its columns'),
        pytest.param('public', 'orders', ['customer'], 'order_id', id='named, column is not known'),
        pytest.param('public', 'items', ['id', 'customer'], 'customer', id='column'),
        pytest.param('public', 'items', ['id'], None, id='no such column'),
        pytest.param('public', 'items', None, None, id='columns are not known'),
        pytest.param('audit', 'events', None, 'Event', id='named in its schema'),
        pytest.param('public', 'events', None, None, id='named in another schema'),
        pytest.param('public', 'events', ['customer'], 'customer', id='named in another schema, has the column'),
        pytest.param('audit', 'items', ['day'], 'day', id='column in its schema'),
        pytest.param('public', 'items', ['day'], None, id='column in another schema'),
        pytest.param('public', 'countries', ['customer'], None, id='omnisharded'),
        pytest.param('pg_catalog', 'pg_class', ['customer'], None, id='catalog'),
        pytest.param('information_schema', 'tables', ['customer'], None, id='information schema'),
    ],
)
def test_table_has_its_key(schema: str, name: str, columns: Collection[str] | None, expected: str | None) -> None:
    found = rules(
        table('Customer'),
        table('ORDER_ID', name='Orders'),
        table('"Event"', name='events', schema='Audit'),
        table('day', schema='audit'),
        omnisharded_tables=[{'database': 'shop', 'tables': ['Countries']}],
    )
    assert column(found.key_of(schema, name, columns)) == expected


@pytest.mark.parametrize(
    ('columns', 'expected'),
    [(None, 'a'), (['a', 'b'], 'a'), (['b'], 'b'), (['c'], 'a')],
    ids=['not known', 'both', 'second', 'neither'],
)
def test_first_of_several_entries_counts_whose_column_is_there(columns: list[str] | None, expected: str) -> None:
    found = rules(table('a', name='t'), table('b', name='t'))
    assert column(found.key_of('public', 't', columns)) == expected


def test_other_databases_have_rules_of_their_own() -> None:
    config = Config.model_validate({'databases': SHARDS, 'sharded_tables': [table(name='t')]})
    assert Rules.of(config, 'other').key_of('public', 't', None) is None


def test_keys_agree_if_function_and_lookup_are_equal() -> None:
    assert ShardKey('a', BY_HASH).agrees_with(ShardKey('b', Hashed(KeyType.BIGINT, 2)))
    assert not ShardKey('a', BY_HASH).agrees_with(ShardKey('a', Sha1(KeyType.BIGINT, 2)))
    assert not ShardKey('a', BY_HASH).agrees_with(ShardKey('a', BY_LOOKUP))


@pytest.mark.parametrize(
    ('other', 'expected'),
    [
        ({}, BY_HASH),
        ({'hasher': 'sha1'}, None),
        ({'data_type': 'uuid'}, None),
        ({'mapping': [{'shard': 0}]}, None),
        ({'lookup_query': QUERY}, None),
    ],
    ids=['same', 'hasher', 'type', 'mapping', 'lookup'],
)
def test_bare_key_needs_one_function_for_all_tables(other: dict[str, object], expected: ShardFunction | None) -> None:
    assert rules(table(name='t'), table('b', **other)).bare_key() == expected


def test_bare_key_is_looked_up_where_all_tables_do() -> None:
    found = rules(table(name='t', lookup_query=QUERY), table('b', lookup_query=QUERY))
    assert found.bare_key() == BY_LOOKUP


def test_no_tables_have_no_bare_key() -> None:
    assert rules().bare_key() is None


@pytest.mark.parametrize(
    ('schema', 'expected'),
    [
        ('tenant_1', 1),
        ('Quoted', 0),
        ('quoted', None),
        ('shared', Everywhere.ALL),
        ('elsewhere', None),
        ('pg_catalog', None),
    ],
)
def test_schema_is_where_its_rule_says(schema: str, expected: int | Everywhere | None) -> None:
    found = rules(
        sharded_schemas=[
            {'database': 'shop', 'name': 'Tenant_1', 'shard': 1},
            {'database': 'shop', 'name': '"Quoted"', 'shard': 0},
            {'database': 'shop', 'name': 'shared', 'all': True},
            {'database': 'other', 'name': 'elsewhere', 'shard': 1},
        ]
    )
    assert found.schema_shard(schema) == expected


def test_other_schemas_are_where_the_rule_without_name_says() -> None:
    found = rules(sharded_schemas=[{'database': 'shop', 'name': 'a', 'shard': 0}, {'database': 'shop', 'shard': 1}])
    assert [found.schema_shard(name) for name in ('a', 'b', 'pg_catalog', 'information_schema')] == [0, 1, None, None]


def test_omnisharded_tables_say_whether_they_are_sticky() -> None:
    sections = [
        {'database': 'shop', 'tables': ['A', 'b'], 'sticky': True},
        {'database': 'shop', 'tables': ['c']},
        {'database': 'other', 'tables': ['d']},
    ]
    assert rules(omnisharded_tables=sections).omnisharded == {'a': True, 'b': True, 'c': False}


@pytest.mark.parametrize(
    ('sections', 'expected'),
    [
        ({}, False),
        ({'sharded_tables': [table()]}, True),
        ({'sharded_schemas': [{'database': 'shop', 'shard': 0}]}, True),
        ({'sharded_tables': [table()], 'databases': SHARDS[:1]}, False),
    ],
    ids=['no rules', 'table', 'schema', 'one shard'],
)
def test_database_is_sharded_if_there_are_rules_and_shards(sections: dict[str, object], expected: bool) -> None:
    config = Config.model_validate({'databases': SHARDS, **sections})
    assert Rules.of(config, 'shop').sharded is expected


def test_rules_are_equal_if_nothing_has_changed() -> None:
    assert rules(table(name='t')) == rules(table(name='T'))
    assert rules(table(name='t')) != rules(table(name='t', hasher='sha1'))
