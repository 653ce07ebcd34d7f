"""What holds for one pool, after users, databases and ``[general]`` have had their say. Pure.

A user's own value wins over the database's, which wins over the general one; for the login at the server the database
wins over the user. Where a role has a value of its own (``pool_size_replica``), it wins over the plain one beside it.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from pydantic import SecretStr

from pgdog_gevent.config.choices import (
    PoolerMode,
    PreparedStatements,
    QueryParser,
    ReadYourWrites,
    Recovery,
    Role,
    ServerAuth,
)
from pgdog_gevent.config.databases import Database, PoolOverrides
from pgdog_gevent.config.settings import Config
from pgdog_gevent.config.users import User

T = TypeVar('T')


class Place(NamedTuple):
    """What makes a pool the same pool before and after a reload, and in all processes; for one user and database."""

    shard: int
    host: str
    port: int
    server_database: str


class Sizes(NamedTuple):
    """How large a pool is."""

    pool_size: int
    min_pool_size: int
    idle_timeout: float


class SizesByRole(NamedTuple):
    """How large a pool is while its server has a role."""

    primary: Sizes
    replica: Sizes
    auto: Sizes
    """While nobody knows."""

    def of(self, role: Role) -> Sizes:
        """Return those of one role."""
        return {Role.PRIMARY: self.primary, Role.REPLICA: self.replica, Role.AUTO: self.auto}[role]


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """One pool: one user's connections to one server. Durations in seconds; ``None`` means no limit."""

    user: str
    database: str
    """The name by which clients know it."""
    shard: int
    host: str
    port: int
    role: Role
    """As configured; what the server is now makes no other pool of it."""
    server_database: str
    server_user: str
    server_passwords: tuple[SecretStr, ...]
    """In the order in which they are tried; may be empty."""
    server_auth: ServerAuth
    sizes: SizesByRole
    pool_size: int
    """With the next two: the ``sizes`` for the role that counts, which at first is ``role``."""
    min_pool_size: int
    pooler_mode: PoolerMode
    idle_timeout: float
    server_lifetime: float
    server_lifetime_jitter: float
    statement_timeout: float | None
    """``None``: not sent to the server. 0 is sent, and means no limit there."""
    lock_timeout: float | None
    """As ``statement_timeout``."""
    read_only: bool
    checkout_timeout: float
    connect_timeout: float
    connect_attempts: int
    connect_attempt_delay: float
    query_timeout: float | None
    healthcheck_interval: float
    healthcheck_timeout: float
    ban_timeout: float
    """0: nobody is banned by the proxy itself."""
    require_healthcheck_on_discovery: bool
    rollback_timeout: float
    connection_recovery: Recovery
    prepared_statements_limit: int | None
    prepared_statements_ttl: float | None
    prepared_statements_ttl_jitter: float
    resharding_only: bool
    schema_admin: bool
    """Whether its user changes schemas."""
    lb_weight: int
    replication_mode: bool
    index: int = field(compare=False)
    """Position of the server among all ``[[databases]]``. A change of it alone changes nothing."""

    @property
    def place(self) -> Place:
        """Where its connections go."""
        return Place(self.shard, self.host, self.port, self.server_database)

    @property
    def name(self) -> str:
        """What log lines and errors call the pool."""
        return f'{self.user}@{self.database} ({self.host}:{self.port})'


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """All pools of one user for one database, by shard and then as in the file."""

    user: str
    database: str
    pooler_mode: PoolerMode
    prepared_statements: PreparedStatements
    """Disabled in session mode, where a client keeps its server connection."""
    prepared_statements_limit: int | None
    read_your_writes: ReadYourWrites
    cross_shard_disabled: bool
    """Whether what takes several shards is refused."""
    two_phase_commit: bool
    """Whether what a transaction has written on several shards is committed in two phases; never where there is one."""
    two_phase_commit_auto: bool
    """The same of a statement outside of a transaction; never without ``two_phase_commit``."""
    query_parser: QueryParser
    """When texts are parsed to find out where they go."""
    passthrough: bool
    """Whether the passwords came from the client."""
    pools: tuple[PoolSettings, ...]


class Login(NamedTuple):
    """As whom the proxy logs in to a server."""

    user: str
    passwords: tuple[SecretStr, ...]


@dataclass(frozen=True, slots=True)
class Server:
    """One server with its position among all ``[[databases]]``, and the login there."""

    index: int
    entry: Database
    login: Login


def resolve(config: Config) -> tuple[ClusterSettings, ...]:
    """Return the clusters of all users, in the order of users.toml.

    Databases that do not exist are left out; of a user given twice for one database the first counts. ``check``
    reports both.
    """
    clusters: dict[tuple[str, str], ClusterSettings] = {}
    for user in config.users:
        for database in databases_of(user, config):
            clusters.setdefault((user.name, database), _cluster(config, user, database, None))
    return tuple(clusters.values())


def resolve_for_passthrough(
    config: Config, user_name: str, database: str, password: SecretStr
) -> ClusterSettings | None:
    """Return the cluster of a user whose password only the server can judge; ``None`` if the database is unknown.

    The server sees exactly this password, and no user or password that the configuration has for the database:
    otherwise a wrong password would log in with the right one. A user who is listed keeps ``server_user`` and pool
    settings. Such pools keep no minimum of connections.
    """
    if database not in config.database_names:
        return None
    user = user_of(config, user_name, database) or User(name=user_name, database=database)
    login = Login(user.server_user or user_name, (password,))
    return _cluster(config, user, database, login)


def user_of(config: Config, name: str, database: str) -> User | None:
    """Return the entry of a user for a database."""
    return next((user for user in config.users if user.name == name and database in databases_of(user, config)), None)


def databases_of(user: User, config: Config) -> tuple[str, ...]:
    """Return the databases that exist and to which a user may connect."""
    known = config.database_names
    if user.all_databases:
        return known
    named = ((user.database,) if user.database else ()) + user.databases
    return tuple(database for database in dict.fromkeys(named) if database in known)


def _cluster(config: Config, user: User, database: str, login: Login | None) -> ClusterSettings:
    servers = _servers(config, database)
    mode = _first(user.pooler_mode, *(server.pooler_mode for _, server in servers), default=config.general.pooler_mode)
    pools = tuple(
        _pool(config, user, Server(index, server, login or _server_login(user, server)), mode)
        for index, server in servers
    )
    if login is not None:
        pools = tuple(_without_minimum(pool) for pool in pools)
    session = mode is PoolerMode.SESSION
    two_phases = _two_phases(config, user, pools)
    return ClusterSettings(
        user=user.name,
        database=database,
        pooler_mode=mode,
        prepared_statements=PreparedStatements.DISABLED if session else config.general.prepared_statements,
        prepared_statements_limit=config.general.prepared_statements_limit,
        read_your_writes=_first(user.read_your_writes, default=config.general.read_your_writes),
        cross_shard_disabled=_first(user.cross_shard_disabled, default=config.general.cross_shard_disabled),
        two_phase_commit=two_phases.transactions,
        two_phase_commit_auto=two_phases.statements,
        query_parser=parser_level(config, database),
        passthrough=login is not None,
        pools=pools,
    )


class TwoPhases(NamedTuple):
    """What is committed in two phases."""

    transactions: bool
    statements: bool
    """Those that are not in a transaction."""


def _two_phases(config: Config, user: User, pools: tuple[PoolSettings, ...]) -> TwoPhases:
    general = config.general
    several = len({pool.shard for pool in pools}) > 1
    wanted = several and _first(user.two_phase_commit, default=general.two_phase_commit)
    # Who says nothing of lone statements must not get them less safe than transactions.
    statements = _first(user.two_phase_commit_auto, general.two_phase_commit_auto, default=wanted)
    return TwoPhases(wanted, wanted and statements)


def serves(config: Config, server: Database) -> bool:
    """Return whether clients are served by a server: in a dry run the first shard is that of all rows."""
    return server.shard == 0 or not config.general.dry_run


def parser_level(config: Config, database: str) -> QueryParser:
    """Return what holds for a database: its own row counts more than ``[general]``, the first one if it has several."""
    general = config.general
    enabled = general.query_parser_enabled and general.query_parser is QueryParser.AUTO
    everywhere = QueryParser.ON if enabled else general.query_parser
    return next((row.level for row in config.query_parsers if row.database == database), everywhere)


def parser_levels(config: Config) -> dict[str, QueryParser]:
    """Return what holds for each database."""
    return {database: parser_level(config, database) for database in config.database_names}


def with_role(settings: PoolSettings, role: Role) -> PoolSettings:
    """Return the settings of the same pool while its server has a role: the sizes are those for it."""
    return replace(settings, **settings.sizes.of(role)._asdict())


def _without_minimum(pool: PoolSettings) -> PoolSettings:
    sizes = SizesByRole(*(sizes._replace(min_pool_size=0) for sizes in pool.sizes))
    return with_role(replace(pool, sizes=sizes), pool.role)


def _servers(config: Config, database: str) -> list[tuple[int, Database]]:
    """Return the servers of a database with their positions, by shard and then as in the file."""
    entries = enumerate(config.databases)
    numbered = [(index, server) for index, server in entries if server.name == database and serves(config, server)]
    return sorted(numbered, key=lambda pair: pair[1].shard)


def _server_login(user: User, server: Database) -> Login:
    passwords = _first(
        None if server.password is None else (server.password,),
        None if user.server_password is None else (user.server_password,),
        default=user.known_passwords,
    )
    return Login(server.user or user.server_user or user.name, passwords)


def _pool(config: Config, user: User, server: Server, mode: PoolerMode) -> PoolSettings:
    general, entry = config.general, server.entry
    sizes = SizesByRole(*(_sizes(config, user, server, role) for role in (Role.PRIMARY, Role.REPLICA, Role.AUTO)))
    at_first = sizes.of(entry.role)
    return PoolSettings(
        user=user.name,
        database=entry.name,
        shard=entry.shard,
        host=entry.host,
        port=entry.port,
        role=entry.role,
        server_database=entry.database_name or entry.name,
        server_user=server.login.user,
        server_passwords=server.login.passwords,
        server_auth=user.server_auth,
        sizes=sizes,
        pool_size=at_first.pool_size,
        min_pool_size=at_first.min_pool_size,
        pooler_mode=mode,
        idle_timeout=at_first.idle_timeout,
        server_lifetime=_first(user.server_lifetime, entry.server_lifetime, default=general.server_lifetime),
        server_lifetime_jitter=_first(
            user.server_lifetime_jitter, entry.server_lifetime_jitter, default=general.server_lifetime_jitter
        ),
        statement_timeout=_first(user.statement_timeout, default=entry.statement_timeout),
        lock_timeout=_first(user.lock_timeout, default=entry.lock_timeout),
        read_only=_first(user.read_only, entry.read_only, default=False),
        checkout_timeout=general.checkout_timeout,
        connect_timeout=general.connect_timeout,
        connect_attempts=general.connect_attempts,
        connect_attempt_delay=general.connect_attempt_delay,
        query_timeout=general.query_timeout,
        healthcheck_interval=general.healthcheck_interval,
        healthcheck_timeout=general.healthcheck_timeout,
        ban_timeout=general.ban_timeout,
        require_healthcheck_on_discovery=general.require_healthcheck_on_discovery,
        rollback_timeout=general.rollback_timeout,
        connection_recovery=general.connection_recovery,
        prepared_statements_limit=general.prepared_statements_limit,
        prepared_statements_ttl=general.prepared_statements_ttl,
        prepared_statements_ttl_jitter=general.prepared_statements_ttl_jitter,
        resharding_only=entry.resharding_only,
        schema_admin=user.schema_admin,
        lb_weight=entry.lb_weight,
        replication_mode=user.replication_mode,
        index=server.index,
    )


class SizesGiven(NamedTuple):
    """What one section says of how large a pool is; ``None`` where it says nothing."""

    pool_size: int | None
    min_pool_size: int | None
    idle_timeout: float | None


def _sizes(config: Config, user: User, server: Server, role: Role) -> Sizes:
    own, shared = _sizes_for(user, role), _sizes_for(server.entry, role)
    general = config.general
    pool_size = _first(own.pool_size, shared.pool_size, default=general.default_pool_size)
    minimum = _first(own.min_pool_size, shared.min_pool_size, default=general.min_pool_size)
    # Without a password no connection can be opened ahead of a client that brings one.
    usable = bool(server.login.passwords) or user.server_auth is not ServerAuth.PASSWORD
    return Sizes(
        pool_size=pool_size,
        min_pool_size=min(minimum, pool_size) if usable else 0,
        idle_timeout=_first(own.idle_timeout, shared.idle_timeout, default=general.idle_timeout),
    )


def _sizes_for(section: PoolOverrides, role: Role) -> SizesGiven:
    """Return what a section says for a role; one that is still to be found out has no values of its own."""
    plain = SizesGiven(section.pool_size, section.min_pool_size, section.idle_timeout)
    match role:
        case Role.PRIMARY:
            own = (section.pool_size_primary, section.min_pool_size_primary, section.idle_timeout_primary)
        case Role.REPLICA:
            own = (section.pool_size_replica, section.min_pool_size_replica, section.idle_timeout_replica)
        case Role.AUTO:
            own = plain
    of_role = SizesGiven(*own)
    return SizesGiven(
        _first(of_role.pool_size, default=plain.pool_size),
        _first(of_role.min_pool_size, default=plain.min_pool_size),
        _first(of_role.idle_timeout, default=plain.idle_timeout),
    )


def _first(*values: T | None, default: T) -> T:
    """Return the first value that is given."""
    return next((value for value in values if value is not None), default)
