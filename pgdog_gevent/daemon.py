"""The composition root: builds the proxy from its configuration; starts, reloads, drains and stops it."""

import _socket
import logging
import os
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, perf_counter

import gevent
from gevent.event import Event
from gevent.socket import socket

from pgdog_gevent.admin.administration import Administration
from pgdog_gevent.admin.console import Console, serve
from pgdog_gevent.backend.clusters import Clusters, check_servers, tcp_options
from pgdog_gevent.backend.lender import InFull, Lender
from pgdog_gevent.backend.neighbours import Neighbours, Nobody
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.prepared import StatementNames
from pgdog_gevent.config.changes import Changes, changes
from pgdog_gevent.config.fields import TomlValue
from pgdog_gevent.config.identity import identity_from
from pgdog_gevent.config.load import Loaded, load
from pgdog_gevent.config.pending import not_implemented_yet
from pgdog_gevent.config.resolve import databases_of, parser_levels
from pgdog_gevent.config.settings import Config, General
from pgdog_gevent.frontend.authentication import Account, Authenticator, Rules
from pgdog_gevent.frontend.listener import Door, House, Listener
from pgdog_gevent.frontend.services import Services
from pgdog_gevent.loops import Loops
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.net.tls import FrontendTls, ServerCertificate, frontend_tls
from pgdog_gevent.net.unix_socket import Place
from pgdog_gevent.observe import logs
from pgdog_gevent.observe.http import HEALTH_HOST, HttpServer, health_server, metrics_server
from pgdog_gevent.observe.snapshot import Snapshot
from pgdog_gevent.observe.statsd import StatsdReporter
from pgdog_gevent.observe.world import FrontendView, World
from pgdog_gevent.protocol.scram_keys import Verifier
from pgdog_gevent.router.cache import StatementCache
from pgdog_gevent.router.chosen_key import key
from pgdog_gevent.sharding.unique_id import UniqueIds
from pgdog_gevent.systemd import notify
from pgdog_gevent.twophase.register import Register

log = logging.getLogger(__name__)

_LAST_WORDS = 0.2
"""Seconds between telling clients that it is over and leaving."""
_GOODBYES = 1.0
"""Seconds until sessions that have been told to end are left as they are."""
_SHUTDOWN = 'terminating connection due to administrator command'


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the configuration comes from; read again by a reload."""

    config: Path | None
    users: Path | None
    environment: Mapping[str, str]
    database_urls: Sequence[str] = ()
    overrides: Mapping[str, TomlValue] | None = None

    def load(self) -> Loaded:
        """Raises ConfigError."""
        return load(
            self.config,
            self.users,
            environment=self.environment,
            database_urls=self.database_urls,
            overrides=self.overrides,
        )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a Daemon has in common with other processes of the proxy; by itself, it is the proxy."""

    instance_id: str
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    """What the salts are made of that strangers are shown."""
    lender: Lender = field(default_factory=InFull)
    neighbours: Neighbours = field(default_factory=Nobody)
    house: House = field(default_factory=House)
    on_duty: bool = True
    """Whether it does what one process does for all."""
    pids: Callable[[], Iterable[int]] = lambda: (os.getpid(),)
    """The proxy's processes."""
    unique_ids: UniqueIds | None = None


@dataclass(frozen=True, slots=True)
class Sockets:
    """Those that listen already; where there is none, the Daemon makes its own."""

    clients: socket | None = None
    unix: _socket.socket | None = None
    metrics: socket | None = None
    health: socket | None = None


class Daemon:
    """The proxy as a whole, or one process of it."""

    def __init__(
        self,
        sources: Sources,
        config: Config,
        administration: Callable[['Daemon'], Administration],
        surroundings: Surroundings,
    ) -> None:
        """Raises what is wrong with files that ``config`` names."""
        self._sources = sources
        self.config = config
        logs.configure(config.general)
        general = config.general
        self.clusters = Clusters(config, surroundings.lender, surroundings.neighbours)
        cache = StatementCache(general.query_cache_limit, perf_counter, key)
        routing_cache = StatementCache(general.query_cache_limit, perf_counter, key)
        names = StatementNames(surroundings.neighbours)
        register = Register(identity_from(sources.environment).deployment_id, surroundings.neighbours.commits())
        self.services = Services(general, cache, routing_cache, names, surroundings.unique_ids, register)
        tls = _tls(self.config)
        self.authenticator = Authenticator(_rules(self.config, tls), self.clusters.judge, surroundings.secret)
        self._administration = administration(self)
        door = _door(self.config, tls)
        self.listener = Listener(
            door, self.services, self.authenticator, self.clusters.find, self._serve_admin, surroundings.house
        )
        self._world = World(self.clusters, names, self.services.caches, register, surroundings.instance_id)
        self._statsd = StatsdReporter('', 0, '', self._administration.snapshot)
        self._pids = surroundings.pids
        self._loops = Loops(
            self.clusters, lambda: self.config, self.listener.sessions, self._world.sample,
            self._statsd, register, on_duty=surroundings.on_duty,
        )  # fmt: skip
        self._http: list[HttpServer] = []
        self._stopping = Event()
        self._stopped = Event()
        self._started = False

    # Life

    def start(self, sockets: Sockets) -> int:
        """Listen; return the port. Raises OSError."""
        general = self.config.general
        port = self.listener.start(sockets.clients or (general.host, general.port))
        self._serve_http(sockets)
        if sockets.unix is not None:
            self.listener.accept_from(sockets.unix)
        elif (place := unix_place(general)) is not None:
            log.info('listening on %s', self.listener.listen_locally(place, port or general.port))
        self._loops.start()
        self._started = True
        notify('READY=1', f'STATUS=listening on port {port}')
        log.info('listening on %s:%s, process %s', general.host, port, os.getpid())
        return port

    def _serve_http(self, sockets: Sockets) -> None:
        general, take = self.config.general, self._administration.snapshot
        if general.openmetrics_port is not None:
            where = sockets.metrics or (general.openmetrics_host, general.openmetrics_port)
            self._http.append(metrics_server(where, take, general.openmetrics_namespace or '', self._pids))
        if general.healthcheck_port is not None:
            where = sockets.health or (HEALTH_HOST, general.healthcheck_port)
            self._http.append(health_server(where, take, lambda: self._started))
        for server in self._http:
            server.start()

    def wait(self) -> None:
        """Return when the proxy has been shut down."""
        self._stopped.wait()

    def shut_down(self) -> None:
        """Begin to go down; open transactions have ``shutdown_timeout`` to finish. A second call ends them."""
        if self._stopping.is_set():
            self.stop()
        else:
            self._stopping.set()
            gevent.spawn(self._drain)

    def stop(self) -> None:
        """Go down now; clients are told if that takes no time."""
        self._stopping.set()
        self.listener.close(_SHUTDOWN)
        for session in self.listener.sessions:
            session.client.kill(_SHUTDOWN)
        gevent.spawn_later(_LAST_WORDS, self._stopped.set)

    @property
    def stopping(self) -> bool:
        """Whether the proxy is going down."""
        return self._stopping.is_set()

    def _drain(self) -> None:
        notify('STOPPING=1')
        general = self.config.general
        log.info('shutting down: open transactions have %g s to finish', general.shutdown_timeout)
        self.listener.close(_SHUTDOWN)
        for session in self.listener.sessions:
            session.end(_SHUTDOWN)
        if not self._await_sessions('shutdown_timeout', general.shutdown_timeout):
            self._cancel_sessions(general.shutdown_termination_timeout)
        for client in self.listener.clients:
            client.kill(_SHUTDOWN)
        self._await_sessions('the time for goodbyes', _GOODBYES)
        self._close()
        self._stopped.set()

    def _cancel_sessions(self, timeout: float | None) -> None:
        """Cancel what they do, if they are given time for what follows from it."""
        if timeout is not None:
            for session in self.listener.sessions:
                session.cancel()
            self._await_sessions('shutdown_termination_timeout', timeout)

    def _await_sessions(self, setting: str, timeout: float) -> bool:
        """Wait until all sessions have ended; say whether they have."""
        deadline = monotonic() + timeout
        while len(self.listener.sessions) and monotonic() < deadline:
            gevent.sleep(0.02)
        left = len(self.listener.sessions)
        if left:
            log.info('%s (%g s) is over, and %s sessions have not ended', setting, timeout, left)
        return not left

    def _close(self) -> None:
        self._loops.stop()
        for pool in self.clusters.pools():
            pool.retire()
        deadline = monotonic() + 1.0
        while any(pool.total for pool in self.clusters.pools()) and monotonic() < deadline:
            gevent.sleep(0.01)
        for server in self._http:
            server.stop()
        log.info('shut down')

    # Reload

    def reload(self) -> Changes:
        """Read the files again and apply what differs. Raises ConfigError, and then nothing has changed."""
        notify('RELOADING=1')
        try:
            loaded = self.load()
            difference = changes(self.config, loaded.config)
            self.apply(loaded.config)
        finally:
            notify('READY=1')
        self.warn(loaded, difference)
        log.info('configuration reloaded')
        return difference

    def load(self) -> Loaded:
        """Read the files again, and judge them. Raises what is wrong with them."""
        loaded = self._sources.load()
        check(loaded.config)
        return loaded

    def warn(self, loaded: Loaded, difference: Changes) -> None:
        """Log what is odd about a configuration, and what of it has to wait."""
        warn(loaded)
        for setting in difference.restart:
            log.warning('%s has changed and takes effect after a restart', setting)

    def apply(self, config: Config) -> None:
        """Make the proxy what ``config`` says. Raises what is wrong with it before anything is changed."""
        tls = _tls(config)
        rules = _rules(config, tls)
        self.clusters.apply(config)
        if parser_levels(config) != parser_levels(self.config):
            self.services.names.schema_changes()  # What is prepared from now on means something else.
        self.config = config
        self.services.configure(config.general)
        self.authenticator.configure(rules)
        self.listener.door = _door(config, tls)
        logs.configure(config.general)
        self._loops.retime()

    # Parts

    def check_health(self, pools: Collection[Pool]) -> None:
        """See whether the servers of these pools take connections; return when that is known of all."""
        self._loops.monitor.check(pools)

    def recover(self) -> tuple[str, ...]:
        """Finish transactions in doubt now; return what could not be done, each with its database."""
        return self._loops.recover()

    def take_duty(self) -> None:
        """Have this process do what one does for all, where perhaps another one did so before: StatsD, recovery."""
        self._statsd.take_over()
        self._loops.take_over()

    def _serve_admin(self, stream: Stream) -> None:
        serve(stream, Console(self._administration))

    def snapshot(self) -> Snapshot:
        """Read the state of everything."""
        listener = self.listener
        clients = tuple(session.view() for session in listener.sessions)
        clients += tuple(admin.view() for admin in listener.admins.values())
        view = FrontendView(clients, listener.logging_in, listener.refused, self.stopping)
        return self._world.take(self.config, view)


def warn(loaded: Loaded) -> None:
    """Log what is odd about a configuration."""
    for finding in loaded.warnings:
        log.warning('%s', finding)
    if pending := not_implemented_yet(loaded.config):
        log.warning('not implemented yet: %s', ', '.join(pending))


def check(config: Config) -> None:
    """Raise what is wrong with the files that a configuration names."""
    _rules(config, _tls(config))
    check_servers(config)


def _tls(config: Config) -> FrontendTls | None:
    general = config.general
    if general.tls_certificate is None or general.tls_private_key is None:
        return None
    client_ca = general.tls_client_ca_certificate
    files = ServerCertificate(
        Path(general.tls_certificate), Path(general.tls_private_key), None if client_ca is None else Path(client_ca)
    )
    return frontend_tls(files)


def unix_place(general: General) -> Place | None:
    """Where the Unix socket goes, if there is to be one."""
    if general.unix_socket_dir is None:
        return None
    return Place(str(general.unix_socket_dir), int(general.unix_socket_mode, 8), general.unix_socket_group)


def _door(config: Config, tls: FrontendTls | None) -> Door:
    admin = config.admin
    account = Account(admin.user, (admin.password.get_secret_value(),))
    return Door(tls, tcp_options(config), account, admin.name)


def _rules(config: Config, tls: FrontendTls | None) -> Rules:
    general = config.general
    client_ca = general.tls_client_ca_certificate is not None
    accounts: dict[tuple[str, str], Account] = {}
    for user in config.users:
        account = Account(
            user=user.name,
            passwords=tuple(password.get_secret_value() for password in user.known_passwords),
            verifier=None if user.password_hash is None else Verifier.parse(user.password_hash.get_secret_value()),
            identity=user.identity,
            certificate_required=client_ca and user.tls_client_certificate_required is not False,
        )
        for database in databases_of(user, config):
            accounts.setdefault((user.name, database), account)
    return Rules(
        method=general.auth_type,
        passthrough=general.passthrough_auth,
        accounts=accounts,
        channel_binding=None if tls is None else tls.channel_binding,
        client_ca=client_ca,
    )
