"""What the configuration says of one database's shards: which tables have which key, which schemas are where.

A table's key is that of the first entry of ``[[sharded_tables]]``, in the order of the file, that names the table; of
several, the first whose column the table has. Entries without a table hold for all tables that have their column, save
those that ``[[omnisharded_tables]]`` lists and those of PostgreSQL's own schemas.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from pgdog_gevent.config.choices import Hasher, LookupResult, SystemCatalogs
from pgdog_gevent.config.identifiers import fold
from pgdog_gevent.config.mappings import KEY_TYPES, number_rule, rules_of, text_rule
from pgdog_gevent.config.settings import Config
from pgdog_gevent.config.sharding import Rewrite, ShardedSchema, ShardedTable
from pgdog_gevent.sharding.centroids import Centroids
from pgdog_gevent.sharding.function import (
    AnswerFunction,
    Hashed,
    LookedUp,
    MappedNumbers,
    MappedText,
    Nearest,
    Numbered,
    Sha1,
    ShardFunction,
)
from pgdog_gevent.sharding.key import KeyType
from pgdog_gevent.sharding.lookup import Answers
from pgdog_gevent.sharding.mapping import Mapping as KeyMapping

_INFORMATION_SCHEMA: Final = 'information_schema'


class Everywhere(Enum):
    """A place that is no single shard."""

    ALL = 'all'


@dataclass(frozen=True, slots=True)
class ShardKey:
    """The column that decides where a row is, and how."""

    column: str
    function: ShardFunction

    def agrees_with(self, other: 'ShardKey') -> bool:
        """Return whether rows of two tables are on the same shard if their keys are equal."""
        return self.function == other.function


@dataclass(frozen=True, slots=True)
class TableRule:
    """One entry of ``[[sharded_tables]]``; a schema or table of ``None`` is any."""

    schema: str | None
    table: str | None
    key: ShardKey

    def covers(self, schema: str) -> bool:
        return self.schema is None or self.schema == schema


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of one database; equal if nothing has changed."""

    shards: int
    tables: tuple[TableRule, ...] = ()
    """In the order of the file."""
    omnisharded: Mapping[str, bool] = field(default_factory=dict)
    """Tables that are the same on all shards, and whether a client reads them from one shard."""
    schemas: Mapping[str, int | Everywhere] = field(default_factory=dict)
    other_schemas: int | Everywhere | None = None
    """Where schemas are that have no rule; ``None``: nothing is said."""
    sticky: bool = False
    """Whether a client reads all tables from one shard that are the same on all."""
    system_catalogs: SystemCatalogs = SystemCatalogs.OMNISHARDED_STICKY
    """From which shards catalogs are read."""
    rewrite: Rewrite = field(default_factory=Rewrite)
    """What is done with statements that shards cannot do as they are written."""
    answers: Answers = field(default_factory=lambda: Answers(0), repr=False, compare=False)
    """Of lookup queries."""
    _by_table: Mapping[str, tuple[TableRule, ...]] = field(init=False, repr=False, compare=False)
    _by_column: tuple[TableRule, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named: dict[str, tuple[TableRule, ...]] = {}
        for rule in self.tables:
            if rule.table is not None:
                named[rule.table] = (*named.get(rule.table, ()), rule)
        object.__setattr__(self, '_by_table', named)
        object.__setattr__(self, '_by_column', tuple(rule for rule in self.tables if rule.table is None))

    @classmethod
    def of(cls, config: Config, database: str) -> 'Rules':
        """Read the rules of a database off a configuration that has been checked."""
        shards = 1 + max((entry.shard for entry in config.databases if entry.name == database), default=0)
        schemas = [row for row in config.sharded_schemas if row.database == database]
        answers = Answers(config.general.sharding_lookup_cache_size)
        return cls(
            shards,
            tuple(_tables(config, database, shards, answers)),
            _omnisharded(config, database),
            {fold(row.name): _place(row) for row in reversed(schemas) if row.name is not None},
            next((_place(row) for row in schemas if row.name is None), None),
            config.general.omnisharded_sticky,
            config.general.system_catalogs,
            config.rewrite,
            answers,
        )

    @property
    def sharded(self) -> bool:
        """Whether anything is said of shards, and there are several."""
        return self.shards > 1 and bool(self.tables or self.schemas or self.other_schemas is not None)

    def key_of(self, schema: str, table: str, columns: Collection[str] | None) -> ShardKey | None:
        """Return the key of a table; ``columns`` are its own, ``None`` if they are not known.

        Without them only the entries that name the table can be found.
        """
        rules = [rule for rule in self._by_table.get(table, ()) if rule.covers(schema)]
        if not rules and columns is not None and table not in self.omnisharded and not is_system_schema(schema):
            rules = [rule for rule in self._by_column if rule.covers(schema) and rule.key.column in columns]
        present = (rule.key for rule in rules if columns is None or rule.key.column in columns)
        # A column that is not there means that what is known of the table is old: it is sharded all the same.
        return next(present, rules[0].key if rules else None)

    def schema_shard(self, schema: str) -> int | Everywhere | None:
        """Return where a schema is; ``None`` if no rule says it. PostgreSQL's own have no shard."""
        found = self.schemas.get(schema)
        return self.other_schemas if found is None and not is_system_schema(schema) else found

    def bare_key(self) -> ShardFunction | None:
        """Return the function of a key that a client gives without a table, if it is the same for all tables."""
        keys = [rule.key for rule in self.tables]
        return keys[0].function if keys and all(key.agrees_with(keys[0]) for key in keys) else None

    @property
    def looks_up(self) -> bool:
        """Whether any keys have to be looked up."""
        return any(isinstance(rule.key.function, LookedUp) for rule in self.tables)


def is_system_schema(schema: str) -> bool:
    """Return whether a schema is PostgreSQL's own, as those are whose names begin with ``pg_``."""
    return schema.startswith('pg_') or schema == _INFORMATION_SCHEMA


def _tables(config: Config, database: str, shards: int, answers: Answers) -> Iterable[TableRule]:
    for index, row in enumerate(config.sharded_tables):
        if row.database == database:
            key = ShardKey(fold(row.column), _function(config, index, shards, answers))
            yield TableRule(_folded(row.schema_name), _folded(row.name), key)


def _function(config: Config, index: int, shards: int, answers: Answers) -> ShardFunction:
    row = config.sharded_tables[index]
    key_type = KEY_TYPES[row.data_type]
    if key_type is KeyType.VECTOR:
        return Nearest(Centroids.of(row.centroids, row.centroid_probes, shards))
    if row.lookup_query is None:
        return _of_key(config, index, shards)
    is_shard = row.lookup_result is LookupResult.SHARD
    of_answer = Numbered(shards) if is_shard else _of_key(config, index, shards)
    return LookedUp(key_type, row.lookup_query, of_answer, answers)


def _of_key(config: Config, index: int, shards: int) -> AnswerFunction:
    row = config.sharded_tables[index]
    key_type = KEY_TYPES[row.data_type]
    written = rules_of(config, index)
    if not written:
        return _hash(row, key_type, shards)
    if key_type is KeyType.TEXT:
        return MappedText(KeyMapping.of(map(text_rule, written)), shards)
    return MappedNumbers(key_type, KeyMapping.of(number_rule(rule, key_type) for rule in written), shards)


def _hash(row: ShardedTable, key_type: KeyType, shards: int) -> AnswerFunction:
    match row.hasher:
        case Hasher.POSTGRES:
            return Hashed(key_type, shards)
        case Hasher.SHA1:
            return Sha1(key_type, shards)


def _omnisharded(config: Config, database: str) -> dict[str, bool]:
    rows = [row for row in reversed(config.omnisharded_tables) if row.database == database]
    return {fold(name): row.sticky for row in rows for name in row.tables}


def _place(row: ShardedSchema) -> int | Everywhere:
    return Everywhere.ALL if row.all else row.shard


def _folded(name: str | None) -> str | None:
    return None if name is None else fold(name)
