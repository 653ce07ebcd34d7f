"""All clusters: made from the configuration, changed in place by a reload."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final
from weakref import WeakValueDictionary

from pydantic import SecretStr

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connect import LoginRefused, Target
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.fleet import Fleet
from pgdog_gevent.backend.guard import Guard
from pgdog_gevent.backend.host import Host
from pgdog_gevent.backend.known_catalog import KnownCatalog, ServerSchema, forget_all
from pgdog_gevent.backend.known_functions import KnownFunctions
from pgdog_gevent.backend.lender import InFull, Lender
from pgdog_gevent.backend.neighbours import Neighbours, Nobody
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.rehearsal import Rehearsal
from pgdog_gevent.backend.shard import ReadPolicy
from pgdog_gevent.config.choices import LoadSchema, Role
from pgdog_gevent.config.identifiers import fold
from pgdog_gevent.config.resolve import (
    ClusterSettings,
    Place,
    PoolSettings,
    resolve,
    resolve_for_passthrough,
    serves,
    user_of,
    with_role,
)
from pgdog_gevent.config.settings import Config
from pgdog_gevent.errors import AuthenticationFailed, CannotConnectNow, ProxyError, ServerUnreachable
from pgdog_gevent.net.dial import TcpOptions
from pgdog_gevent.net.resolver import Resolver
from pgdog_gevent.net.tls import BackendTls, TlsMode, backend_context
from pgdog_gevent.router.rules import Rules

Key = tuple[str, str]
"""User and database."""
_NOT_IN_RECOVERY: Final = MappingProxyType({'in_hot_standby': 'off'})
"""libpq looks at it for target_session_attrs; whoever writes is given a server that is not."""


class Clusters:
    """The clusters by user and database.

    Clusters and pools that stay the same to their clients stay the same objects: their connections are not touched.
    """

    def __init__(
        self,
        config: Config,
        lender: Lender | None = None,
        neighbours: Neighbours | None = None,
        resolver: Resolver | None = None,
    ) -> None:
        self.resolver = resolver or Resolver()
        """Where servers are; how long it remembers that is as ``config`` says."""
        self._lender = lender or InFull()
        self._neighbours = neighbours or Nobody()
        self._keys = KeyCache()
        self._clusters: dict[Key, Cluster] = {}
        self._passwords: dict[Key, SecretStr] = {}
        """What pass-through clients typed and a server accepted."""
        self._known_functions: WeakValueDictionary[Place, KnownFunctions] = WeakValueDictionary()
        """By server and database."""
        self._known_catalogs: WeakValueDictionary[str, KnownCatalog] = WeakValueDictionary()
        """By database, as clients know it."""
        self._schemas: WeakValueDictionary[tuple[str, int, str], ServerSchema] = WeakValueDictionary()
        """By host, port and database there."""
        self._fleets: dict[tuple[str, int], Fleet] = {}
        """By database and shard."""
        self._rehearsals: dict[str, Rehearsal] = {}
        """By database."""
        self._retired: list[Pool] = []
        self._last_pool_id = 0
        self.apply(config)

    def __iter__(self) -> Iterator[Cluster]:
        return iter(tuple(self._clusters.values()))

    def pools(self) -> Iterator[Pool]:
        """All pools, those included that are only waiting for their last connections."""
        for cluster in self:
            yield from cluster.pools
        self._retired = [pool for pool in self._retired if pool.total]
        yield from self._retired

    @property
    def rehearsals(self) -> tuple[Rehearsal, ...]:
        """Those of all databases that have been in a dry run."""
        return tuple(self._rehearsals.values())

    @property
    def fleets(self) -> tuple[Fleet, ...]:
        """All servers, by database and shard."""
        return tuple(self._fleets.values())

    def known_functions(self, place: Place) -> KnownFunctions | None:
        """What is known of a database's functions; ``None`` if no cluster is there."""
        return self._known_functions.get(place)

    def forget_tables(self, place: Place) -> None:
        """There may be other tables and types in a database."""
        schema = self._schemas.get(_database_at(place))
        if schema is not None:
            forget_all((schema,))

    def find(self, user: str, database: str) -> Cluster | None:
        return self._clusters.get((user, database))

    def apply(self, config: Config) -> None:
        """Make the clusters what ``config`` says. Raises InvalidTlsFiles before anything is changed."""
        maker = _TargetMaker(config, self.resolver)
        self.resolver.ttl = config.general.dns_ttl
        self._passwords = {key: typed for key, typed in self._passwords.items() if typed_counts(config, *key)}
        wanted = {(settings.user, settings.database): settings for settings in resolve(config)}
        for (user, database), password in self._passwords.items():
            if (again := resolve_for_passthrough(config, user, database, password)) is not None:
                wanted[user, database] = again
        self._config, self._maker = config, maker
        self._make_fleets(config)
        for key in self._clusters.keys() - wanted.keys():
            self._retire(self._clusters.pop(key).pools)
        for key, settings in wanted.items():
            self._put(key, settings)
        for fleet in self._fleets.values():
            fleet.wake()  # There may be a primary now, and nobody else who says so.

    def judge(self, user: str, database: str, password: str) -> None:
        """Ask a server whether ``password`` is right, and serve the user with it from now on if it is.

        Raises AuthenticationFailed if it is not, or if there is no such database.
        """
        secret = SecretStr(password)
        settings = resolve_for_passthrough(self._config, user, database, secret)
        if settings is None or not settings.pools:
            raise AuthenticationFailed(f'password authentication failed for user "{user}"')
        known = self._passwords.get((user, database))
        if known is not None and known == secret and (user, database) in self._clusters:
            return
        try:
            self._log_in(settings)
        except LoginRefused as refused:
            if refused.wrong_password:
                raise AuthenticationFailed(f'password authentication failed for user "{user}"') from None
            raise
        self._passwords[user, database] = secret
        self._put((user, database), settings)
        self._neighbours.password_is(user, database, secret)
        self._neighbours.settle()

    def _log_in(self, settings: ClusterSettings) -> None:
        """See whether a server lets the user in: the primary, or the first one that can be asked."""
        fleets = [fleet for fleet in self.fleets if fleet.database == settings.database]
        hosts = {host.place: host for fleet in fleets for host in fleet.hosts}
        judges = [each for each in settings.pools if not hosts[each.place].excluded]
        judges.sort(key=lambda each: hosts[each.place].role is not Role.PRIMARY)
        failure: ProxyError | None = None
        for each in judges:
            trial = Pool(0, each, self._maker.target(each, several=False), self._keys)
            try:
                with trial.lease():
                    pass
            except ServerUnreachable as error:
                failure = failure or error
                if isinstance(error, LoginRefused) and error.wrong_password:
                    raise
            else:
                trial.retire()
                return
        raise failure or CannotConnectNow(f'database "{settings.database}" has no server at the moment')

    def accept(self, user: str, database: str, password: SecretStr) -> None:
        """A server has accepted what a client of another process typed."""
        settings = resolve_for_passthrough(self._config, user, database, password)
        if settings is not None:
            self._passwords[user, database] = password
            self._put((user, database), settings)

    def _put(self, key: Key, settings: ClusterSettings) -> None:
        cluster = self._clusters.get(key)
        old = {pool.settings.place: pool for pool in cluster.pools} if cluster is not None else {}
        fleets = [self._fleets[settings.database, shard] for shard in {each.shard: None for each in settings.pools}]
        hosts = {host.place: host for fleet in fleets for host in fleet.hosts}
        pools = [self._pool(each, hosts[each.place], old.pop(each.place, None)) for each in settings.pools]
        self._retire(tuple(old.values()))
        policy = _policy(self._config, settings)
        if cluster is None:
            cluster = self._clusters[key] = Cluster(settings, pools, fleets, policy, self._neighbours)
        else:
            cluster.configure(settings, pools, fleets, policy)
        if pools:
            cluster.known_functions = self._functions_of(cluster.place)
        self._have_known(cluster)

    def _make_fleets(self, config: Config) -> None:
        """Have a fleet for each shard of each database; those that stay are the same objects."""
        places: dict[tuple[str, int], dict[Place, Role]] = {}
        for entry in (entry for entry in config.databases if serves(config, entry)):
            place = Place(entry.shard, entry.host, entry.port, entry.database_name or entry.name)
            places.setdefault((entry.name, entry.shard), {}).setdefault(place, entry.role)
        self._fleets = {
            key: self._fleets.get(key) or Fleet(*key, self._neighbours.floor(*key)) for key in places
        }
        for key, fleet in self._fleets.items():
            fleet.configure(places[key])

    def _pool(self, configured: PoolSettings, host: Host, existing: Pool | None) -> Pool:
        settings = self._lender.share(with_role(configured, host.role))
        several = len(self._fleets[settings.database, settings.shard].hosts) > 1
        if not several:
            # Nobody looks at a server that stands alone.
            settings = replace(settings, require_healthcheck_on_discovery=False)
        target = self._maker.target(settings, several=several)
        if existing is None:
            self._last_pool_id += 1
            pool = Pool(self._last_pool_id, settings, target, self._keys, host)
        else:
            pool = existing
            pool.host = host
            pool.configure(settings, target)
        self._lender.allot(pool)
        return pool

    def resize(self, fleet: Fleet) -> None:
        """Have the pools of a fleet as large as the roles of their servers say, which have changed."""
        for cluster in self:
            configured = {each.place: each for each in cluster.settings.pools}
            for pool in cluster.pools:
                if pool.host in fleet.hosts and (each := configured.get(pool.settings.place)) is not None:
                    self._pool(each, pool.host, pool)

    def _functions_of(self, place: Place) -> KnownFunctions:
        known = self._known_functions.get(place)
        if known is None:
            known = KnownFunctions(lambda: self._neighbours.sequences_are_read(place))
            self._known_functions[place] = known
        return known

    def _have_known(self, cluster: Cluster) -> None:
        """Give a cluster the catalog that it shares with all users of its database."""
        database = cluster.settings.database
        known = self._known_catalogs.setdefault(database, cluster.known_catalog)
        shards = tuple(sorted(shard for name, shard in self._fleets if name == database))
        rules = Rules.of(self._config, database)
        rehearses = rules.shards > max(1, len(shards))
        wanted = self._loads_schema(rules.shards if rehearses else len(shards))
        known.configure(shards if wanted else (), heeds_changes=self._config.general.reload_schema_on_ddl)
        cluster.known_catalog = known
        limit = self._config.general.query_cache_limit
        cluster.layout.configure(known, rules, rules.shards if rehearses else max(1, len(shards)), limit)
        cluster.rehearsal = self._rehearsals.setdefault(database, Rehearsal(database)) if rehearses else None
        if cluster.unparsed or rehearses:
            cluster.layout.gives_keys = False
        tenants = self._config.multi_tenant
        cluster.guard = None if tenants is None else Guard(cluster.layout, fold(tenants.column), limit)
        servers = dict.fromkeys(_database_at(pool.settings.place) for pool in cluster.pools)
        cluster.schemas = tuple(self._schemas.setdefault(server, ServerSchema()) for server in servers)
        for schema in cluster.schemas:
            if wanted:
                schema.known_by.add(known)
            else:
                schema.known_by.discard(known)

    def _loads_schema(self, shards: int) -> bool:
        match self._config.general.load_schema:
            case LoadSchema.ON:
                return True
            case LoadSchema.OFF:
                return False
            case LoadSchema.AUTO:
                return shards > 1 or self._config.multi_tenant is not None

    def _retire(self, pools: tuple[Pool, ...]) -> None:
        for pool in pools:
            pool.retire()
        self._retired += pools


def _database_at(place: Place) -> tuple[str, int, str]:
    return place.host, place.port, place.server_database


def _policy(config: Config, settings: ClusterSettings) -> ReadPolicy:
    general = config.general
    return ReadPolicy(
        strategy=general.load_balancing_strategy,
        split=general.read_write_split,
        read_only=all(pool.read_only for pool in settings.pools),
        patience=general.read_your_writes_timeout,
    )


def check_servers(config: Config) -> None:
    """Raise what ``Clusters.apply`` would raise."""
    _TargetMaker(config, Resolver())


def typed_counts(config: Config, user: str, database: str) -> bool:
    """Whether a password that a client typed is still good after a reload: the file goes before, where it has one."""
    listed = user_of(config, user, database)
    own = listed is not None and (listed.known_passwords or listed.password_hash)
    return config.general.passthrough_auth.enabled and not own


class _TargetMaker:
    """Makes targets that share one TLS context."""

    def __init__(self, config: Config, resolver: Resolver) -> None:
        general = config.general
        self._resolver = resolver
        self._tls = BackendTls(
            mode=TlsMode(general.tls_verify.value),
            ca=_path(general.tls_server_ca_certificate),
            certificate=_path(general.tls_server_certificate),
            private_key=_path(general.tls_server_private_key),
        )
        self._context = backend_context(self._tls)
        self._tcp = tcp_options(config)

    def target(self, settings: PoolSettings, *, several: bool) -> Target:
        """``several``: clients go from one server to others of another role, and are not to notice."""
        parameters: dict[str, str] = {}
        if settings.statement_timeout is not None:
            parameters['statement_timeout'] = str(round(settings.statement_timeout * 1000))
        if settings.lock_timeout is not None:
            parameters['lock_timeout'] = str(round(settings.lock_timeout * 1000))
        if settings.read_only:
            parameters['default_transaction_read_only'] = 'on'
        return Target(
            host=settings.host,
            port=settings.port,
            user=settings.server_user,
            database=settings.server_database,
            passwords=tuple(password.get_secret_value() for password in settings.server_passwords),
            parameters=parameters,
            reports=_NOT_IN_RECOVERY if several else MappingProxyType({}),
            tls=self._tls,
            tls_context=self._context,
            tcp=self._tcp,
            resolver=self._resolver,
            connect_timeout=settings.connect_timeout,
            attempts=max(1, settings.connect_attempts),
            attempt_delay=settings.connect_attempt_delay,
            lifetime=settings.server_lifetime,
            lifetime_jitter=settings.server_lifetime_jitter,
        )


def tcp_options(config: Config) -> TcpOptions:
    """``[tcp]`` as sockets take it."""
    tcp = config.tcp
    return TcpOptions(
        keepalive=tcp.keepalive,
        time=tcp.time,
        interval=tcp.interval,
        retries=tcp.retries,
        user_timeout=tcp.user_timeout,
        congestion_control=tcp.congestion_control,
    )


def _path(name: Path | str | None) -> Path | None:
    return None if name is None else Path(name)
