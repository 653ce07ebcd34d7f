"""Judgements of ``[[databases]]``, and of what the routing settings expect of them."""

from collections import Counter
from collections.abc import Iterator

from pgdog_gevent.config.choices import MirrorLevel, QueryParser, ReadWriteSplit, Role
from pgdog_gevent.config.databases import Database, PoolOverrides
from pgdog_gevent.config.findings import Finding, error, warning
from pgdog_gevent.config.resolve import parser_level
from pgdog_gevent.config.settings import Config


def check_databases(config: Config) -> Iterator[Finding]:
    """Judge the servers, alone and as clusters."""
    if not config.databases:
        yield warning('databases', 'there are none, so nobody can connect')
    seen: set[tuple[object, ...]] = set()
    for index, entry in enumerate(config.databases):
        path = f'databases[{index}]'
        if entry.name == config.admin.name:
            yield error(f'{path}.name', f'{entry.name!r} is the name of the admin database')
        identity = (entry.name, entry.shard, entry.role, entry.host, entry.port, entry.database_name)
        if identity in seen:
            yield warning(path, f'the same server for {entry.name!r} stands further up')
        seen.add(identity)
        yield from check_overrides(path, entry)
    for name in config.database_names:
        yield from _cluster(name, [entry for entry in config.databases if entry.name == name])


def check_overrides(path: str, section: PoolOverrides) -> Iterator[Finding]:
    """Judge the sizes that a database or a user has of its own."""
    for suffix, minimum, size in (
        ('', section.min_pool_size, section.pool_size),
        ('_primary', section.min_pool_size_primary, section.pool_size_primary),
        ('_replica', section.min_pool_size_replica, section.pool_size_replica),
    ):
        if minimum is not None and size is not None and minimum > size:
            yield error(f'{path}.min_pool_size{suffix}', f'{minimum} is more than pool_size{suffix}, {size}')
    lifetime, jitter = section.server_lifetime, section.server_lifetime_jitter
    if lifetime is not None and jitter is not None and jitter > lifetime:
        yield error(f'{path}.server_lifetime_jitter', 'longer than server_lifetime')


def check_routing(config: Config) -> Iterator[Finding]:
    """Judge what the routing settings expect of the servers."""
    general = config.general
    has_replicas = any(entry.role is not Role.PRIMARY for entry in config.databases)
    for database in config.database_names:
        if not (level := parser_level(config, database)).routes:
            yield from _unparsed(config, database, level)
    if general.read_write_split is ReadWriteSplit.EXCLUDE_PRIMARY and not has_replicas:
        yield warning('general.read_write_split', "'exclude_primary', but there are no replicas")
    if general.lsn_check_delay is not None and not has_replicas:
        yield warning('general.lsn_check_delay', 'replication is looked at, but there are no replicas')


def _cluster(name: str, servers: list[Database]) -> Iterator[Finding]:
    if len({server.pooler_mode for server in servers if server.pooler_mode}) > 1:
        yield warning('databases', f'the servers of {name!r} differ in pooler_mode; the first one counts')
    roles = {server.role for server in servers}
    if Role.AUTO in roles and len(roles) > 1:
        yield warning('databases', f"{name!r} mixes 'auto' with fixed roles, so none are found out")
    primaries = Counter(
        server.shard for server in servers if server.role is Role.PRIMARY and not server.resharding_only
    )
    for shard, count in sorted(primaries.items()):
        if count > 1:
            yield warning('databases', f'shard {shard} of {name!r} has {count} primaries; the first one is used')


def _unparsed(config: Config, database: str, level: QueryParser) -> Iterator[Finding]:
    servers = [entry for entry in config.databases if entry.name == database]
    roles = {entry.role for entry in servers}
    of = f'{level.value!r} for {database!r}, but there are'
    if any(entry.shard > 0 for entry in servers):
        yield warning('general.query_parser', f'{of} shards to choose from', 'clients have to name the shard')
    if len(roles) > 1 or (Role.AUTO in roles and len(servers) > 1):
        yield warning('general.query_parser', f'{of} a primary and replicas to choose from')
    for index, mirror in enumerate(config.mirroring):
        if mirror.level is not MirrorLevel.ALL and mirror.source_db == database:
            yield warning(f'mirroring[{index}].level', f"has no effect with query_parser = '{level.value}'")
