"""Judgements of the sections that say what is on which shard; mappings have a file of their own."""

from collections.abc import Iterator
from math import isfinite

from pgdog_gevent.config.choices import Hasher, LoadSchema, LookupResult, ShardKeyType
from pgdog_gevent.config.findings import Finding, error, warning
from pgdog_gevent.config.identifiers import fold
from pgdog_gevent.config.mappings import rules_of
from pgdog_gevent.config.settings import Config
from pgdog_gevent.config.sharding import OmnishardedTables, ShardedTable


def check_sharding(config: Config) -> Iterator[Finding]:
    """Judge the sections that refer to databases and shards by name and number."""
    for path, name in _references(config):
        if name not in config.database_names:
            yield warning(path, f'there is no database {name!r}')
    for name in config.database_names:
        yield from _shards(name, config)
    for index, table in enumerate(config.sharded_tables):
        path = f'sharded_tables[{index}]'
        mapped = bool(rules_of(config, index))
        yield from _hasher(path, table, mapped=mapped)
        yield from _vectors(path, table, mapped=mapped)
        yield from _lookup(path, table, mapped=mapped)
        if any(_same_key(table, other) for other in config.sharded_tables[:index]):
            yield warning(path, 'this key of these tables stands further up, where it counts')
    if config.general.dry_run and config.general.load_schema is LoadSchema.OFF:
        yield warning('general.dry_run', 'what statements concern is not known', "set load_schema to 'auto'")
    yield from _omnisharded(config)
    yield from _schemas(config)


def _references(config: Config) -> Iterator[tuple[str, str]]:
    """Walk all places that name a database, except users."""
    named = {
        'sharded_tables': [row.database for row in config.sharded_tables],
        'sharded_mappings': [row.database for row in config.sharded_mappings],
        'omnisharded_tables': [row.database for row in config.omnisharded_tables],
        'sharded_schemas': [row.database for row in config.sharded_schemas],
        'query_parsers': [row.database for row in config.query_parsers],
    }
    for section, names in named.items():
        yield from ((f'{section}[{index}].database', name) for index, name in enumerate(names))
    for index, mirror in enumerate(config.mirroring):
        yield f'mirroring[{index}].source_db', mirror.source_db
        yield f'mirroring[{index}].destination_db', mirror.destination_db


def _shards(name: str, config: Config) -> Iterator[Finding]:
    """Judge the numbers of the shards of one database: keys are spread over all up to the highest."""
    numbers = {entry.shard for entry in config.databases if entry.name == name}
    missing = sorted(set(range(max(numbers))) - numbers)
    if not missing:
        return
    problem = f'{name!r} has no shard {", ".join(map(str, missing))}'
    tables, schemas = config.sharded_tables, config.sharded_schemas
    if name in {*(row.database for row in tables), *(row.database for row in schemas)}:
        yield error('databases', problem, 'number the shards of sharded tables from 0, without gaps')
    else:
        yield warning('databases', problem)


def _hasher(path: str, table: ShardedTable, *, mapped: bool) -> Iterator[Finding]:
    if table.hasher is Hasher.POSTGRES:
        return
    if table.data_type is ShardKeyType.VECTOR:
        yield error(f'{path}.hasher', 'vectors are not hashed', 'leave it out')
    elif table.lookup_result is LookupResult.SHARD:
        yield error(f'{path}.hasher', "has no effect with lookup_result = 'shard'", 'leave it out')
    elif mapped:
        yield error(f'{path}.hasher', 'has no effect beside a mapping', 'leave it out')


def _vectors(path: str, table: ShardedTable, *, mapped: bool) -> Iterator[Finding]:
    given = bool(table.centroids) or table.centroids_path is not None
    if table.data_type is not ShardKeyType.VECTOR:
        if given:
            yield error(f'{path}.centroids', f"are for vectors, but data_type is '{table.data_type.value}'")
        elif table.centroid_probes:
            yield warning(f'{path}.centroid_probes', "has no effect unless data_type is 'vector'")
        return
    if not given:
        yield error(f'{path}.centroids', "missing, but data_type is 'vector'", 'give centroids or centroids_path')
    if mapped:
        yield error(f'{path}.mapping', 'vectors have no lists and ranges', 'give centroids')
    if len({len(vector) for vector in table.centroids}) > 1:
        yield error(f'{path}.centroids', 'not all of them have as many dimensions as the first')
    if not all(vector and all(map(isfinite, vector)) for vector in table.centroids):
        yield error(f'{path}.centroids', 'expected lists of one finite number or more')


def _lookup(path: str, table: ShardedTable, *, mapped: bool) -> Iterator[Finding]:
    if table.lookup_query is None:
        if table.lookup_result is LookupResult.SHARD:
            yield error(f'{path}.lookup_result', "'shard', but there is no lookup_query")
        return
    if '$1' not in table.lookup_query:
        yield error(f'{path}.lookup_query', 'asks for no value', 'write $1 where the key is to stand')
    if table.data_type is ShardKeyType.VECTOR:
        yield error(f'{path}.lookup_query', 'vectors cannot be looked up')
    if mapped and table.lookup_result is LookupResult.SHARD:
        yield error(f'{path}.mapping', "has no effect with lookup_result = 'shard'", 'leave out one of the two')


def _same_key(one: ShardedTable, other: ShardedTable) -> bool:
    return _identity(one) == _identity(other)


def _identity(table: ShardedTable) -> tuple[str, str, str, str]:
    return table.database, fold(table.schema_name or ''), fold(table.name or ''), fold(table.column)


def _omnisharded(config: Config) -> Iterator[Finding]:
    for index, row in enumerate(config.omnisharded_tables):
        for position, name in enumerate(row.tables):
            if any(_is_sharded(row, name, table) for table in config.sharded_tables):
                yield error(f'omnisharded_tables[{index}].tables[{position}]', f'{name!r} is in sharded_tables too')


def _is_sharded(row: OmnishardedTables, name: str, table: ShardedTable) -> bool:
    """Return whether a table of any schema is both; one of a certain schema may be sharded, and the others not."""
    named = table.name is not None and table.schema_name is None and fold(table.name) == fold(name)
    return named and table.database == row.database


def _schemas(config: Config) -> Iterator[Finding]:
    seen: set[tuple[str, str | None]] = set()
    for index, schema in enumerate(config.sharded_schemas):
        path = f'sharded_schemas[{index}]'
        shards = {entry.shard for entry in config.databases if entry.name == schema.database}
        if shards and schema.shard not in shards and not schema.all:
            yield error(f'{path}.shard', f'{schema.database!r} has no shard {schema.shard}')
        identity = (schema.database, None if schema.name is None else fold(schema.name))
        if identity in seen:
            named = 'the rule for all other schemas' if schema.name is None else f'schema {schema.name!r}'
            yield error(path, f'{named} stands further up for database {schema.database!r}')
        seen.add(identity)
