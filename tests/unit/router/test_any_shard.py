"""From which shard is read what all shards have."""

from dataclasses import replace

import pytest

from pgdog_gevent.config.choices import SystemCatalogs
from pgdog_gevent.router.blueprint import AnyShard, Blueprint, ByKey, Folded, OneShard, Scattered
from pgdog_gevent.router.blueprints import blueprint
from pgdog_gevent.router.catalog import Name, Table, TableKind
from pgdog_gevent.router.keys import EVERY, Keys
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.parse import parse
from tests.unit.router.sharded import CATALOG, KNOWN, RULES, table

SYSTEM = (
    'pg_class', 'pg_attribute', 'pg_namespace', 'pg_statistic_ext', 'pg_locks', 'pg_settings', 'pg_stat_activity',
    'pg_stats',
)  # fmt: skip
RELATIONS = (
    *(Table('pg_catalog', name, TableKind.TABLE) for name in SYSTEM),
    Table('information_schema', 'tables', TableKind.VIEW),
    Table('public', 'numbers', TableKind.SEQUENCE),
    Table('public', 'my_tables', TableKind.VIEW, view_tables=(Name('pg_catalog', 'pg_class'),)),
    Table('public', 'my_locks', TableKind.VIEW, view_tables=(Name('pg_catalog', 'pg_locks'),)),
    table('renamed_countries', 'id integer, name text', TableKind.VIEW, ['countries']),
)
TABLES = {**CATALOG.tables, **{each.key: each for each in RELATIONS}}
STICKY_COUNTRIES = replace(RULES, omnisharded={'countries': True, 'rates': False})


def meaning(
    sql: str,
    *,
    system_catalogs: SystemCatalogs = SystemCatalogs.OMNISHARDED_STICKY,
    sticky: bool = False,
    own_types: frozenset[int] = frozenset(),
) -> Blueprint:
    rules = replace(STICKY_COUNTRIES, sticky=sticky, system_catalogs=system_catalogs)
    known = Known(replace(CATALOG, tables=TABLES), rules, KNOWN.search_path, KNOWN.shards, own_types)
    return blueprint(parse(sql.encode()).stmts[0], sql, known)


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT * FROM countries',
        'SELECT * FROM renamed_countries',
        'SELECT * FROM rates JOIN countries ON id = country',
        'SELECT 1 WHERE EXISTS (SELECT FROM countries)',
        'COPY countries TO STDOUT',
        'COPY (SELECT name FROM countries) TO STDOUT',
        'EXPLAIN SELECT * FROM countries',
    ],
)
def test_sticky_table_is_read_from_one_shard(sql: str) -> None:
    assert meaning(sql) == AnyShard(sticky=True)


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT * FROM rates',
        'SELECT 1',
        'COPY rates TO STDOUT',
        "SELECT rate AS region, 'void' AS android, country AS registered FROM rates",
    ],
)
def test_other_tables_are_read_from_any(sql: str) -> None:
    assert meaning(sql) == AnyShard()


def test_all_tables_are_read_from_one_shard_if_all_are_sticky() -> None:
    assert meaning('SELECT * FROM rates', sticky=True) == AnyShard(sticky=True)
    assert meaning('SELECT 1', sticky=True) == AnyShard()


OF_CATALOGS = (
    'SELECT relname FROM pg_class',
    'SELECT * FROM information_schema.tables',
    'SELECT * FROM my_tables',
    'SELECT c.oid, a.attname FROM pg_catalog.pg_class c JOIN pg_attribute a ON a.attrelid = c.oid ORDER BY 1',
    'SELECT stxname FROM pg_statistic_ext',
    'SELECT pg_get_viewdef(17000)',
    "SELECT 'users'::regclass::oid",
    'SELECT tableoid FROM rates',
    'SELECT CAST(1 AS oid)',
    "SELECT to_regtype('mood')",
    "SELECT 'f(int)'::regprocedure, '+'::regoperator",
    "SELECT format_type(16999, -1), has_table_privilege(17000, 'SELECT')",
    'SELECT relname FROM pg_class WHERE pg_catalog.pg_table_is_visible(oid)',
    'SELECT relname FROM pg_class, countries',
    'COPY pg_class TO STDOUT',
)


@pytest.mark.parametrize('sql', OF_CATALOGS)
def test_catalogs_are_read_from_one_shard(sql: str) -> None:
    assert meaning(sql) == AnyShard(sticky=True, catalogs=True)


@pytest.mark.parametrize('sql', OF_CATALOGS)
def test_catalogs_are_read_from_any_shard_if_that_is_wanted(sql: str) -> None:
    sticky = 'countries' in sql
    assert meaning(sql, system_catalogs=SystemCatalogs.OMNISHARDED) == AnyShard(sticky, catalogs=True)


OF_ONE_SERVER = (
    'SELECT * FROM pg_stat_activity', 'SELECT * FROM pg_locks', 'SELECT * FROM pg_settings', 'SELECT * FROM my_locks',
    'SELECT * FROM pg_stats', 'SELECT last_value FROM numbers', 'SELECT * FROM pg_class, pg_locks WHERE oid = relation',
    'SELECT relname FROM pg_class FOR UPDATE', 'SELECT relname, pg_advisory_lock(oid::int) FROM pg_class',
    'SELECT balance(1) FROM pg_class',
)  # fmt: skip


@pytest.mark.parametrize('mode', [SystemCatalogs.OMNISHARDED, SystemCatalogs.OMNISHARDED_STICKY])
@pytest.mark.parametrize('sql', OF_ONE_SERVER)
def test_what_servers_say_of_themselves_is_asked_of_the_first(sql: str, mode: SystemCatalogs) -> None:
    assert meaning(sql, system_catalogs=mode) == OneShard()


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT relname FROM pg_class',
        'SELECT pid, query FROM pg_stat_activity WHERE pid > 0',
        'SELECT * FROM information_schema.tables',
        "SELECT attname FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0",
    ],
)
def test_one_catalog_is_asked_of_all_shards_if_it_counts_as_sharded(sql: str) -> None:
    found = meaning(sql, system_catalogs=SystemCatalogs.SHARDED)
    assert isinstance(found, ByKey)
    assert found.keys == EVERY
    assert isinstance(found.several, Scattered)


@pytest.mark.parametrize(
    ('sql', 'alike', 'differ'),
    [
        ('SELECT relname FROM pg_class WHERE oid = 16385', EVERY, None),
        ("SELECT relname FROM pg_class WHERE oid = '16385'", EVERY, None),
        ('SELECT relname FROM pg_class WHERE oid = $1', EVERY, None),
        ('SELECT relname FROM pg_class WHERE oid = 1259', EVERY, EVERY),
        ("SELECT relname FROM pg_class WHERE relname = 'users'", EVERY, EVERY),
        ('SELECT pid FROM pg_stat_activity WHERE pid = 16385 ORDER BY pid', EVERY, EVERY),
        ('SELECT nspname FROM pg_namespace ORDER BY 1', None, None),
        ('SELECT nspname FROM pg_namespace ORDER BY nspname COLLATE "C"', EVERY, EVERY),
    ],
)
def test_catalog_is_asked_of_all_shards_unless_it_is_given_oids_of_one_or_has_names_to_sort(
    sql: str, alike: Keys | None, differ: Keys | None
) -> None:
    for own_types, expected in ((frozenset[int](), alike), (frozenset({16384}), differ)):
        found = meaning(sql, own_types=own_types, system_catalogs=SystemCatalogs.SHARDED)
        assert (found.keys if isinstance(found, ByKey) else None) == expected


def test_rows_of_catalogs_are_counted_together() -> None:
    found = meaning('SELECT count(*) FROM pg_class', system_catalogs=SystemCatalogs.SHARDED)
    assert isinstance(found, ByKey)
    assert isinstance(found.several, Folded)


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT c.oid, a.attname FROM pg_catalog.pg_class c JOIN pg_attribute a ON a.attrelid = c.oid',
        'SELECT relname FROM pg_class c WHERE EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid)',
        'WITH c AS (SELECT oid FROM pg_class) SELECT oid FROM c',
        'SELECT oid FROM pg_class UNION SELECT oid FROM pg_namespace',
        'SELECT * FROM my_tables',
        'SELECT pg_get_viewdef(17000)',
    ],
)
def test_oids_of_two_shards_do_not_meet(sql: str) -> None:
    assert meaning(sql, system_catalogs=SystemCatalogs.SHARDED) == AnyShard(sticky=True, catalogs=True)


@pytest.mark.parametrize('sql', ['SELECT last_value FROM numbers', 'SELECT relname FROM pg_class, pg_locks'])
def test_sequences_and_joins_with_what_servers_say_are_on_the_first(sql: str) -> None:
    assert meaning(sql, system_catalogs=SystemCatalogs.SHARDED) == OneShard()
