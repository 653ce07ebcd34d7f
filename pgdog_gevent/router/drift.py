"""How the catalogs of several shards differ, which ought to be the same."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple, TypeVar

from pgdog_gevent.router.catalog import Catalog, Collation, Column, ForeignKey, Name, Table, Type, TypeKind

T = TypeVar('T')
By = dict[int, T]
"""By shard, those shards that have it; the first is what the others are compared with."""

MISSING: Final = 'is missing'
_DATABASE: Final = 'database'


class Drift(NamedTuple):
    """One difference: what one shard has, and the first shard that has the object has otherwise."""

    shard: int
    object: str
    """``database``, or the name of a table, column or type, with its schema."""
    what: str


def drift(catalogs: Mapping[int, Catalog]) -> tuple[Drift, ...]:
    """Find all differences, those of each object together. Types are compared by name; system catalogs are not."""
    by_shard = dict(sorted(catalogs.items()))
    return tuple(_drift(by_shard))


def _drift(catalogs: By[Catalog]) -> Iterator[Drift]:
    for label, fact in _DATABASE_FACTS:
        yield from _differing(_DATABASE, label, {shard: fact(catalog) for shard, catalog in catalogs.items()})
    for name, types in _by_name({shard: _types(catalog) for shard, catalog in catalogs.items()}):
        yield from _missing(catalogs, types, str(name))
        yield from _types_differ(catalogs, types, str(name))
    for name, tables in _by_name({shard: _tables(catalog) for shard, catalog in catalogs.items()}):
        yield from _missing(catalogs, tables, str(name))
        yield from _tables_differ(tables, str(name))


def _tables(catalog: Catalog) -> Mapping[Name, Table]:
    return {name: table for name, table in catalog.tables.items() if not table.system}


def _types(catalog: Catalog) -> Mapping[Name, Type]:
    """Those that are made by CREATE TYPE or CREATE DOMAIN and are no tables."""
    return {
        each.key: each
        for each in catalog.types.values()
        if each.oid >= FIRST_OF_USERS and each.kind is not TypeKind.COMPOSITE and not each.element
    }


FIRST_OF_USERS: Final = 16384
"""The first OID that PostgreSQL gives to what initdb has not made."""


def _by_name(things: By[Mapping[Name, T]]) -> Iterator[tuple[Name, By[T]]]:
    names = sorted({name for those in things.values() for name in those})
    for name in names:
        yield name, {shard: those[name] for shard, those in things.items() if name in those}


def _missing(catalogs: Mapping[int, object], having: By[T], name: str) -> Iterator[Drift]:
    for shard in catalogs:
        if shard not in having:
            yield Drift(shard, name, MISSING)


def _differing(name: str, label: str, facts: By[str]) -> Iterator[Drift]:
    """Compare one fact: all shards with the first."""
    if len(set(facts.values())) < 2:
        return
    first, expected = next(iter(facts.items()))
    for shard, fact in facts.items():
        if fact != expected:
            yield Drift(shard, name, f'{label} is {fact or "absent"}; on shard {first}: {expected or "absent"}')


def _version(catalog: Catalog) -> str:
    return str(catalog.server_version // 10_000)


def _collation(collation: Collation) -> str:
    described = (collation.locale, collation.ctype, collation.rules, collation.version)
    return ' '.join(filter(None, (_PROVIDERS.get(collation.provider, collation.provider), *described)))


_PROVIDERS: Final = {'c': 'libc', 'i': 'icu', 'b': 'builtin'}
_DATABASE_FACTS: Final[tuple[tuple[str, Callable[[Catalog], str]], ...]] = (
    ('PostgreSQL version', _version),
    ('encoding', lambda catalog: catalog.encoding),
    ('default collation', lambda catalog: _collation(catalog.default_collation)),
)


def _types_differ(catalogs: By[Catalog], types: By[Type], name: str) -> Iterator[Drift]:
    facts: tuple[tuple[str, Callable[[int, Type], str]], ...] = (
        ('kind', lambda shard, each: each.kind.name.lower()),
        ('list of labels', lambda shard, each: _list(each.labels)),
        ('base type', lambda shard, each: _type_name(catalogs[shard], each.base_type)),
    )
    for label, fact in facts:
        yield from _differing(name, label, {shard: fact(shard, each) for shard, each in types.items()})


def _type_name(catalog: Catalog, oid: int) -> str:
    found = catalog.type(oid)
    return '' if found is None else str(found.key)


def _tables_differ(tables: By[Table], name: str) -> Iterator[Drift]:
    first = next(iter(tables.values()))
    if all(table == first for table in tables.values()):
        return
    for label, fact in _TABLE_FACTS:
        yield from _differing(name, label, {shard: fact(table) for shard, table in tables.items()})
    yield from _columns_differ(tables, name)


def _columns_differ(tables: By[Table], name: str) -> Iterator[Drift]:
    by_shard = {shard: {column.name: column for column in table.columns} for shard, table in tables.items()}
    names = tuple(dict.fromkeys(name for columns in by_shard.values() for name in columns))
    for column in names:
        having = {shard: columns[column] for shard, columns in by_shard.items() if column in columns}
        yield from _missing(tables, having, f'{name}.{column}')
        for label, fact in _COLUMN_FACTS:
            facts = {shard: fact(each) for shard, each in having.items()}
            yield from _differing(f'{name}.{column}', label, facts)
    if all(columns.keys() == set(names) for columns in by_shard.values()):
        yield from _differing(name, 'order of columns', {shard: _list(columns) for shard, columns in by_shard.items()})


def _list(words: tuple[str, ...] | Mapping[str, object]) -> str:
    return f'({", ".join(words)})' if words else ''


def _keys(keys: tuple[tuple[str, ...], ...]) -> str:
    return ' '.join(map(_list, keys))


def _foreign_key(key: ForeignKey) -> str:
    actions = f'on delete {key.on_delete}, on update {key.on_update}'
    return f'{_list(key.columns)} to {key.table} {_list(key.referenced)} {actions}'


def _yes(fact: bool) -> str:
    return 'yes' if fact else 'no'


_TABLE_FACTS: Final[tuple[tuple[str, Callable[[Table], str]], ...]] = (
    ('kind', lambda table: table.kind.name.lower().replace('_', ' ')),
    ('primary key', lambda table: _list(table.primary_key)),
    ('unique indexes', lambda table: _keys(table.unique_keys)),
    ('other uniqueness', lambda table: _yes(table.more_unique)),
    ('foreign keys', lambda table: '; '.join(sorted(map(_foreign_key, table.foreign_keys)))),
    ('parent', lambda table: ', '.join(map(str, table.parents))),
    ('view of', lambda table: ', '.join(map(str, table.view_tables))),
    ('query of a view', lambda table: table.definition),
    ('trigger', lambda table: _yes(table.has_triggers)),
    ('rule', lambda table: _yes(table.has_rules)),
    ('row level security', lambda table: _yes(table.row_security)),
)
_COLUMN_FACTS: Final[tuple[tuple[str, Callable[[Column], str]], ...]] = (
    ('type', lambda column: column.type_name),
    ('not null', lambda column: _yes(column.not_null)),
    ('default', lambda column: column.default or ''),
    ('identity', lambda column: column.identity),
    ('generated', lambda column: column.generated),
    ('collation', lambda column: column.collation),
)
