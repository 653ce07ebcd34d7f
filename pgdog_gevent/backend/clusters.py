"""All clusters: made from the configuration, changed in place by a reload."""

from collections.abc import Iterator
from pathlib import Path
from weakref import WeakValueDictionary

from pydantic import SecretStr

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connect import LoginRefused, Target
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.known_functions import KnownFunctions
from pgdog_gevent.backend.lender import InFull, Lender
from pgdog_gevent.backend.neighbours import Neighbours, Nobody
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.config.resolve import (
    ClusterSettings,
    Place,
    PoolSettings,
    resolve,
    resolve_for_passthrough,
    user_of,
)
from pgdog_gevent.config.settings import Config
from pgdog_gevent.errors import AuthenticationFailed
from pgdog_gevent.net.dial import TcpOptions
from pgdog_gevent.net.tls import BackendTls, TlsMode, backend_context

Key = tuple[str, str]
"""User and database."""


class Clusters:
    """The clusters by user and database.

    Clusters and pools that stay the same to their clients stay the same objects: their connections are not touched.
    """

    def __init__(self, config: Config, lender: Lender | None = None, neighbours: Neighbours | None = None) -> None:
        self._lender = lender or InFull()
        self._neighbours = neighbours or Nobody()
        self._keys = KeyCache()
        self._clusters: dict[Key, Cluster] = {}
        self._passwords: dict[Key, SecretStr] = {}
        """What pass-through clients typed and a server accepted."""
        self._known_functions: WeakValueDictionary[Place, KnownFunctions] = WeakValueDictionary()
        """By server and database."""
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

    def known_functions(self, place: Place) -> KnownFunctions | None:
        """What is known of a database's functions; ``None`` if no cluster is there."""
        return self._known_functions.get(place)

    def find(self, user: str, database: str) -> Cluster | None:
        return self._clusters.get((user, database))

    def apply(self, config: Config) -> None:
        """Make the clusters what ``config`` says. Raises InvalidTlsFiles before anything is changed."""
        maker = _TargetMaker(config)
        self._passwords = {key: typed for key, typed in self._passwords.items() if typed_counts(config, *key)}
        wanted = {(settings.user, settings.database): settings for settings in resolve(config)}
        for (user, database), password in self._passwords.items():
            if (again := resolve_for_passthrough(config, user, database, password)) is not None:
                wanted[user, database] = again
        self._config, self._maker = config, maker
        for key in self._clusters.keys() - wanted.keys():
            self._retire(self._clusters.pop(key).pools)
        for key, settings in wanted.items():
            self._put(key, settings)

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
            trial = Pool(0, settings.pools[0], self._maker.target(settings.pools[0]), self._keys)
            with trial.lease():
                pass
            trial.retire()
        except LoginRefused as refused:
            if refused.wrong_password:
                raise AuthenticationFailed(f'password authentication failed for user "{user}"') from None
            raise
        self._passwords[user, database] = secret
        self._put((user, database), settings)
        self._neighbours.password_is(user, database, secret)
        self._neighbours.settle()

    def accept(self, user: str, database: str, password: SecretStr) -> None:
        """A server has accepted what a client of another process typed."""
        settings = resolve_for_passthrough(self._config, user, database, password)
        if settings is not None:
            self._passwords[user, database] = password
            self._put((user, database), settings)

    def _put(self, key: Key, settings: ClusterSettings) -> None:
        cluster = self._clusters.get(key)
        old = {pool.settings.place: pool for pool in cluster.pools} if cluster is not None else {}
        pools = [self._pool(each, old.pop(each.place, None)) for each in settings.pools]
        self._retire(tuple(old.values()))
        if cluster is None:
            cluster = self._clusters[key] = Cluster(settings, pools, self._neighbours)
        else:
            cluster.configure(settings, pools)
        if pools:
            cluster.known_functions = self._functions_of(cluster.place)

    def _pool(self, settings: PoolSettings, existing: Pool | None) -> Pool:
        settings = self._lender.share(settings)
        target = self._maker.target(settings)
        if existing is None:
            self._last_pool_id += 1
            pool = Pool(self._last_pool_id, settings, target, self._keys)
        else:
            pool = existing
            pool.configure(settings, target)
        self._lender.allot(pool)
        return pool

    def _functions_of(self, place: Place) -> KnownFunctions:
        known = self._known_functions.get(place)
        if known is None:
            known = KnownFunctions(lambda: self._neighbours.sequences_are_read(place))
            self._known_functions[place] = known
        return known

    def _retire(self, pools: tuple[Pool, ...]) -> None:
        for pool in pools:
            pool.retire()
        self._retired += pools


def check_servers(config: Config) -> None:
    """Raise what ``Clusters.apply`` would raise."""
    _TargetMaker(config)


def typed_counts(config: Config, user: str, database: str) -> bool:
    """Whether a password that a client typed is still good after a reload: the file goes before, where it has one."""
    listed = user_of(config, user, database)
    own = listed is not None and (listed.known_passwords or listed.password_hash)
    return config.general.passthrough_auth.enabled and not own


class _TargetMaker:
    """Makes targets that share one TLS context."""

    def __init__(self, config: Config) -> None:
        general = config.general
        self._tls = BackendTls(
            mode=TlsMode(general.tls_verify.value),
            ca=_path(general.tls_server_ca_certificate),
            certificate=_path(general.tls_server_certificate),
            private_key=_path(general.tls_server_private_key),
        )
        self._context = backend_context(self._tls)
        self._tcp = tcp_options(config)

    def target(self, settings: PoolSettings) -> Target:
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
            tls=self._tls,
            tls_context=self._context,
            tcp=self._tcp,
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
