"""The sections about shards: tables, keys, mappings, mirrors."""

from pathlib import Path

from pydantic import Field, model_validator

from pgdog_gevent.config.choices import (
    Hasher,
    LookupResult,
    MappingKind,
    MirrorLevel,
    RewriteMode,
    ShardKeyType,
)
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.types import Count, Flag, Fraction, KeyValue, Name, wrong


class Rewrite(Section):
    """``[rewrite]``: statements that cannot run on shards as written."""

    enabled: Flag = False
    """Accepted as PgDog accepts it; each key below acts on its own."""
    shard_key: RewriteMode = RewriteMode.ERROR
    """UPDATE that gives a row another sharding key, so that it may belong on another shard: it is refused (``error``,
    and ``rewrite_omni``, too); or the row moves, if it is the only one (``rewrite``); or it stays where it is and is
    found no more by its key (``ignore``)."""
    split_inserts: RewriteMode = RewriteMode.REWRITE
    """INSERT of rows that belong to different shards: each shard gets its own, or the statement is refused (``error``,
    and all other values, too: PgDog would put every row on every shard then). In PgDog the default is ``error``, and
    does what its ``ignore`` does."""
    primary_key: RewriteMode = RewriteMode.IGNORE
    """INSERT that has no value for a primary key of type ``bigint``, or ``DEFAULT``: the shards give one, or it is
    refused, or each row of ``VALUES`` gets one from ``pgdog.unique_id()``; with ``rewrite_omni`` only in tables that
    all shards have. INSERT in WITH, in PREPARE and of a SELECT keeps what the shards give."""


class MappingRule(Section):
    """``[[sharded_tables.mapping]]``: key values and their shard.

    A list (``values``), a range (``start``, ``end``), or neither: the rule for all other values.
    """

    values: tuple[KeyValue, ...] | None = None
    """Values of a list."""
    start: KeyValue | None = None
    """First value of a range; absent: no lower bound."""
    end: KeyValue | None = None
    """Value after the last of a range; absent: no upper bound."""
    shard: Count
    """Their shard."""

    @model_validator(mode='after')
    def _list_or_range(self) -> 'MappingRule':
        if self.values is not None and not (self.start is None and self.end is None):
            raise wrong("either 'values' or 'start' and 'end'")
        return self


class ShardedTable(Section):
    """``[[sharded_tables]]``: which column decides on which shard a row is."""

    database: Name
    """The database."""
    name: Name | None = None
    """Table; absent: every table that has the column."""
    schema_name: Name | None = Field(default=None, alias='schema')
    """Schema of the table; absent: any."""
    column: Name
    """The sharding key."""
    data_type: ShardKeyType = ShardKeyType.BIGINT
    """Its type."""
    hasher: Hasher = Hasher.POSTGRES
    """The function from key to shard: that of PostgreSQL's hash partitions, or one built on SHA-1."""
    primary: Flag = False
    """Whether the column is the key itself, not a reference to it."""
    centroids: tuple[tuple[float, ...], ...] = ()
    """For ``vector``: the centres of the shards."""
    centroids_path: Path | None = None
    """JSON file with these."""
    centroid_probes: Count = 0
    """How many centres are searched; 0: the square root of their number, rounded up."""
    mapping: tuple[MappingRule, ...] = ()
    """Lists and ranges instead of a hash function."""
    lookup_query: Name | None = None
    """Query that translates a key, which is its ``$1``: any one shard answers it, so it must read what all shards have.
    What it has answered is kept, so that must not change; name tables in it with their schema. A key for which it
    returns no row is an error (58000)."""
    lookup_result: LookupResult = LookupResult.VALUE
    """What it returns: a ``value`` of the type ``data_type``, which goes to its shard as a key would that is not
    translated; or the number of a ``shard``."""


class ShardedMapping(Section):
    """``[[sharded_mappings]]``: deprecated form of ``[[sharded_tables.mapping]]``."""

    database: Name
    """The database."""
    column: Name
    """The sharding key."""
    table: Name | None = None
    """Table; absent: every table that has the column."""
    schema_name: Name | None = Field(default=None, alias='schema')
    """Schema of the table; absent: any."""
    kind: MappingKind
    """``list``, ``range`` or ``default``."""
    values: tuple[KeyValue, ...] = ()
    """Values of a list."""
    start: KeyValue | None = None
    """First value of a range."""
    end: KeyValue | None = None
    """Value after the last of a range."""
    shard: Count
    """Their shard."""


class OmnishardedTables(Section):
    """``[[omnisharded_tables]]``: tables that are the same on all shards."""

    database: Name
    """The database."""
    tables: tuple[Name, ...]
    """The tables."""
    sticky: Flag = False
    """Whether a client reads them from one shard."""


class ShardedSchema(Section):
    """``[[sharded_schemas]]``: schemas that live on one shard."""

    database: Name
    """The database."""
    name: Name | None = None
    """The schema; absent: all schemas without a rule of their own."""
    shard: Count = 0
    """Its shard."""
    all: Flag = False
    """Whether it is on all shards instead."""


class Mirroring(Section):
    """``[[mirroring]]``: copies of one database's traffic for another."""

    source_db: Name
    """Database whose traffic is copied."""
    destination_db: Name
    """Database that gets the copies."""
    queue_length: Count | None = None
    """Transactions that wait; absent: ``mirror_queue``. (PgDog's documentation also writes ``queue_depth``, which
    neither PgDog nor this proxy accepts.)"""
    exposure: Fraction | None = None
    """Share of the transactions that is copied, 0 to 1; absent: ``mirror_exposure``."""
    level: MirrorLevel = MirrorLevel.ALL
    """Which statements are copied."""
