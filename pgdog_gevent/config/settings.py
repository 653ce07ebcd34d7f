"""The whole configuration as one immutable value."""

from collections.abc import Mapping
from typing import ClassVar

from pgdog_gevent.config.databases import Database
from pgdog_gevent.config.general_network import (
    AuthenticationSettings,
    ListeningSettings,
    LogSettings,
    MetricsSettings,
    TlsSettings,
)
from pgdog_gevent.config.general_pools import HealthSettings, PoolDefaults, PreparedStatementSettings
from pgdog_gevent.config.general_routing import (
    ParserSettings,
    ReplicaSettings,
    ReshardingSettings,
    ShardingSettings,
    TwoPhaseCommitSettings,
)
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.sections import (
    Admin,
    Memory,
    MultiTenant,
    Otel,
    Plugin,
    QueryParserLevel,
    ReplicaLag,
    Replication,
    Statsd,
    Tcp,
    Vault,
)
from pgdog_gevent.config.sharding import (
    Mirroring,
    OmnishardedTables,
    Rewrite,
    ShardedMapping,
    ShardedSchema,
    ShardedTable,
)
from pgdog_gevent.config.users import User


class General(
    ListeningSettings,
    TlsSettings,
    AuthenticationSettings,
    LogSettings,
    MetricsSettings,
    PoolDefaults,
    HealthSettings,
    PreparedStatementSettings,
    ParserSettings,
    ReplicaSettings,
    ShardingSettings,
    TwoPhaseCommitSettings,
    ReshardingSettings,
):
    """``[general]``: what holds for all databases and users unless they say otherwise."""

    aliases: ClassVar[Mapping[str, str]] = {'max_pool_size': 'default_pool_size'}


class Config(Section):
    """Both files: ``[[users]]`` is from users.toml, the rest from pgdog.toml.

    ``Config()`` is a valid configuration, of defaults only, without databases and users.
    """

    general: General = General()
    admin: Admin = Admin()
    tcp: Tcp = Tcp()
    memory: Memory = Memory()
    rewrite: Rewrite = Rewrite()
    databases: tuple[Database, ...] = ()
    users: tuple[User, ...] = ()
    sharded_tables: tuple[ShardedTable, ...] = ()
    sharded_mappings: tuple[ShardedMapping, ...] = ()
    omnisharded_tables: tuple[OmnishardedTables, ...] = ()
    sharded_schemas: tuple[ShardedSchema, ...] = ()
    mirroring: tuple[Mirroring, ...] = ()
    plugins: tuple[Plugin, ...] = ()
    multi_tenant: MultiTenant | None = None
    replica_lag: ReplicaLag | None = None
    replication: Replication = Replication()
    otel: Otel = Otel()
    vault: Vault | None = None
    query_parsers: tuple[QueryParserLevel, ...] = ()
    statsd: Statsd = Statsd()

    @property
    def database_names(self) -> tuple[str, ...]:
        """The names by which clients can connect, in the order of the file; the admin database is not among them."""
        return tuple(dict.fromkeys(database.name for database in self.databases))
