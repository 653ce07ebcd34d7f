"""Reads pools and sessions into a ``Snapshot``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import monotonic, time
from typing import Final

import pgdog_gevent
from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.counters import ServerCounters, fold_turns
from pgdog_gevent.backend.host import Host
from pgdog_gevent.backend.known_catalog import KnownCatalog
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.prepared import StatementNames
from pgdog_gevent.backend.standing import Standing
from pgdog_gevent.config.settings import Config
from pgdog_gevent.observe.averages import averages
from pgdog_gevent.observe.greenlets import Greenlets
from pgdog_gevent.observe.histograms import HistogramView
from pgdog_gevent.observe.snapshot import (
    HEALTHY,
    NOT_CHECKED,
    UNHEALTHY,
    Activity,
    Averages,
    CacheView,
    ClientView,
    DatabaseView,
    DriftView,
    HostView,
    PoolView,
    PreparedView,
    RehearsalView,
    ReplicationView,
    SchemaView,
    ServerView,
    Snapshot,
    Totals,
    UserView,
)
from pgdog_gevent.observe.transactions import TwoPhaseView, transactions
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.cache import StatementCache
from pgdog_gevent.twophase.register import Register

_ACTIVITY: Final = {
    TransactionStatus.IDLE: Activity.IDLE,
    TransactionStatus.IN_TRANSACTION: Activity.IDLE_IN_TRANSACTION,
    TransactionStatus.FAILED: Activity.TRANSACTION_ERROR,
}
_HEALTH: Final = {True: HEALTHY, False: UNHEALTHY, None: NOT_CHECKED}
_NOTHING: Final = Totals()
_NO_AVERAGES: Final = Averages()


@dataclass(frozen=True, slots=True)
class FrontendView:
    """What the side that faces clients has to say."""

    clients: tuple[ClientView, ...]
    logins_in_progress: int
    refused: int
    shutting_down: bool


class World:
    """All that can be looked at. ``sample`` is called every ``stats_period`` for the averages."""

    def __init__(
        self, clusters: Clusters, names: StatementNames, caches: Sequence[StatementCache], register: Register,
        instance_id: str,
    ) -> None:  # fmt: skip
        self._clusters = clusters
        self._names = names
        self._caches = caches
        self._register = register
        self._instance_id = instance_id
        self._greenlets = Greenlets()
        self._started_at = time()
        self._sampled_at = monotonic()
        self._samples: dict[int, Totals] = {}
        self._averages: dict[int, Averages] = {}

    def sample(self) -> None:
        """Work out the averages since the last call."""
        now = monotonic()
        samples = {pool.id: totals(pool) for pool in self._clusters.pools()}
        self._averages = {
            pool_id: averages(self._samples.get(pool_id, _NOTHING), later, now - self._sampled_at)
            for pool_id, later in samples.items()
        }
        self._samples, self._sampled_at = samples, now

    def take(self, config: Config, frontend: FrontendView) -> Snapshot:
        """Read everything. Does not wait, so the figures belong together."""
        pools = tuple(self._clusters.pools())
        return Snapshot(
            taken_at=time(),
            started_at=self._started_at,
            version=pgdog_gevent.__version__,
            instance_id=self._instance_id,
            max_clients=config.general.max_client_conn,
            logins_in_progress=frontend.logins_in_progress,
            clients_refused=frontend.refused,
            shutting_down=frontend.shutting_down,
            greenlets=len(self._greenlets),
            prepared_statements_limit=config.general.prepared_statements_limit or 0,
            clients=frontend.clients,
            servers=tuple(_server(pool, connection) for pool in pools for connection in _open(pool)),
            pools=tuple(_pool(pool, self._averages.get(pool.id, _NO_AVERAGES)) for pool in pools),
            hosts=_hosts(pools),
            schemas=_schemas(self._clusters),
            prepared=_prepared(self._names),
            databases=_databases(config, pools),
            users=_users(config, self._clusters),
            query_cache=_cache(self._caches),
            transactions=transactions(self._register),
            two_phase=TwoPhaseView.of(self._register),
            rehearsed=_rehearsed(self._clusters),
        )


def _open(pool: Pool) -> tuple[BackendConnection, ...]:
    return (*pool.idle_connections, *pool.lent)


def totals(pool: Pool) -> Totals:
    """What a pool has done: its own count, that of its connections, and that of those which are closed."""
    counted = ServerCounters()
    finished = pool.finished
    counted.add(finished.counters)
    received, sent = finished.bytes_received, finished.bytes_sent
    for connection in _open(pool):
        counted.add(connection.counters)
        received += connection.stream.bytes_received
        sent += connection.stream.bytes_sent
    fold_turns(counted)
    own = pool.counters
    own.fold()
    return Totals(
        xact_count=counted.transactions,
        xact_2pc_count=counted.transactions_2pc,
        query_count=counted.queries,
        server_assignment_count=own.assignments,
        received=received,
        sent=sent,
        xact_time=counted.transaction_time,
        idle_xact_time=counted.idle_in_transaction_time,
        query_time=counted.query_time,
        wait_time=own.wait_time,
        server_parse_count=counted.parses,
        bind_count=counted.binds,
        close_count=counted.closes,
        errors=counted.errors + own.connect_errors,
        cleaned=own.cleaned,
        rollbacks=counted.rollbacks,
        connect_time=own.connect_time,
        connect_count=own.connects,
        reads=own.reads,
        writes=own.assignments - own.reads,
        auth_attempts=own.auth_attempts,
        rows_inserted=counted.rows_inserted,
        rows_updated=counted.rows_updated,
        rows_deleted=counted.rows_deleted,
        prepared_evictions=counted.evictions,
        healthchecks=counted.healthchecks,
        connect_errors=own.connect_errors,
        checkout_timeouts=own.checkout_timeouts,
    )


def _pool(pool: Pool, average: Averages) -> PoolView:
    settings, counters = pool.settings, pool.counters
    idle_in_transaction = sum(_idle_in_transaction(connection) for connection in pool.lent)
    figures = totals(pool)
    host, standing, now = pool.host, pool.standing, monotonic()
    return PoolView(
        id=pool.id,
        database=settings.database,
        user=settings.user,
        address=settings.host,
        port=settings.port,
        shard=settings.shard,
        role=host.role.value,
        waiting=pool.waiting,
        idle=len(pool.idle_connections),
        active=len(pool.lent) - idle_in_transaction,
        idle_in_transaction=idle_in_transaction,
        total=pool.total,
        size=settings.pool_size,
        longest_wait=pool.longest_wait,
        mode=settings.pooler_mode.value,
        paused=pool.paused,
        banned=not standing.usable,
        ban_reason=_reason(standing),
        ban_detail=standing.detail,
        ban_time_left=standing.time_left(now),
        half_open=standing.half_open,
        healthy=pool.last_failure is None and host.healthy is not False,
        online=not pool.retired,
        errors=figures.errors,
        re_synced=counters.re_synced,
        out_of_sync=counters.out_of_sync,
        force_closed=counters.force_closed,
        locked=sum(bool(connection.dirty) for connection in pool.lent),
        schema_admin=settings.schema_admin,
        replication=_replication(host, now),
        totals=figures,
        averages=average,
        wait_histogram=HistogramView.of(counters.wait_histogram),
        query_histogram=HistogramView.of(counters.query_histogram),
        transaction_histogram=HistogramView.of(counters.transaction_histogram),
    )


def _reason(standing: Standing) -> str:
    return '' if standing.reason is None else standing.reason.value


def _hosts(pools: Iterable[Pool]) -> tuple[HostView, ...]:
    """Those of all pools, each once; pools of different users have the same."""
    hosts = dict.fromkeys(pool.host for pool in pools if not pool.retired)
    now = monotonic()
    return tuple(_host(host, now) for host in hosts)


def _host(host: Host, now: float) -> HostView:
    place, status = host.place, host.status
    return HostView(
        database=host.database,
        shard=place.shard,
        address=place.host,
        port=place.port,
        role=host.role.value,
        configured_role=host.configured.value,
        health=host.excluded or _HEALTH[host.healthy],
        replication=_replication(host, now),
        last_error=host.last_error,
        since=host.since,
        system_identifier='' if status is None else status.system_identifier,
    )


def _schemas(clusters: Iterable[Cluster]) -> tuple[SchemaView, ...]:
    """Those that are read, each once; users of a database share it."""
    known = dict.fromkeys(cluster.known_catalog for cluster in clusters if cluster.known_catalog.shards)
    return tuple(map(_schema, known))


def _schema(known: KnownCatalog) -> SchemaView:
    unread = tuple(DriftView(shard, '', f'cannot be read: {why}') for shard, why in sorted(known.failures.items()))
    return SchemaView(known.database, known.read_at, unread + tuple(DriftView(*each) for each in known.drift))


def _replication(host: Host, now: float) -> ReplicationView | None:
    status = host.status
    if status is None:
        return None
    return ReplicationView(
        lag=host.lag,
        lag_bytes=host.lag_bytes,
        lsn=status.lsn,
        lsn_age=now - host.seen_at,
        timeline=status.timeline,
        in_recovery=status.in_recovery,
    )


def _idle_in_transaction(connection: BackendConnection) -> bool:
    return connection.status is not TransactionStatus.IDLE and not connection.busy


def _server(pool: Pool, connection: BackendConnection) -> ServerView:
    stream, counters = connection.stream, connection.counters
    fold_turns(counters)
    return ServerView(
        pool_id=pool.id,
        database=pool.settings.database,
        user=pool.settings.user,
        address=pool.settings.host,
        port=pool.settings.port,
        state=Activity.ACTIVE if connection.busy else _ACTIVITY[connection.status],
        connected_at=connection.connected_at,
        request_at=connection.request_at or None,
        remote_pid=connection.key.pid,
        client_id=connection.client_id,
        transactions=counters.transactions,
        queries=counters.queries,
        rollbacks=counters.rollbacks,
        prepared_statements=len(connection.prepared),
        healthchecks=counters.healthchecks,
        errors=counters.errors,
        bytes_received=stream.bytes_received,
        bytes_sent=stream.bytes_sent,
        last_sent=_letter(stream.last_sent),
        last_received=_letter(stream.last_received),
        age=monotonic() - connection.opened_at,
        application_name=connection.parameters.get('application_name', ''),
        tls=stream.tls is not None,
    )


def _letter(code: int) -> str:
    return chr(code) if code else ''


def _prepared(names: StatementNames) -> tuple[PreparedView, ...]:
    return tuple(
        PreparedView(
            name=statement.server_name.decode(),
            statement=statement.sql.decode(errors='replace'),
            used_by=statement.users,
            memory_used=statement.size_bytes,
        )
        for statement in names.all()
    )


def _databases(config: Config, pools: Iterable[Pool]) -> tuple[DatabaseView, ...]:
    general = config.general
    views = []
    for entry in config.databases:
        own = [
            pool for pool in pools
            if (pool.settings.database, pool.settings.host, pool.settings.port, pool.settings.shard)
            == (entry.name, entry.host, entry.port, entry.shard)
        ]  # fmt: skip
        views.append(DatabaseView(
            name=entry.name,
            host=entry.host,
            port=entry.port,
            database=entry.database_name or entry.name,
            user=entry.user or '',
            pool_size=general.default_pool_size if entry.pool_size is None else entry.pool_size,
            min_pool_size=general.min_pool_size if entry.min_pool_size is None else entry.min_pool_size,
            pool_mode=(entry.pooler_mode or general.pooler_mode).value,
            shard=entry.shard,
            role=entry.role.value,
            current_connections=sum(pool.total for pool in own),
            paused=bool(own) and all(pool.paused for pool in own),
        ))  # fmt: skip
    return tuple(views)


def _users(config: Config, clusters: Iterable[Cluster]) -> tuple[UserView, ...]:
    connections: dict[str, int] = {}
    databases: dict[str, list[str]] = {}
    for cluster in clusters:
        user = cluster.settings.user
        connections[user] = connections.get(user, 0) + sum(pool.total for pool in cluster.pools)
        databases.setdefault(user, []).append(cluster.settings.database)
    return tuple(
        UserView(
            name=user.name,
            databases=tuple(databases.get(user.name, ())),
            pool_size=user.pool_size,
            pool_mode=None if user.pooler_mode is None else user.pooler_mode.value,
            current_connections=connections.get(user.name, 0),
        )
        for user in config.users
    )


def _rehearsed(clusters: Clusters) -> RehearsalView:
    return sum((RehearsalView(*rehearsal.counts) for rehearsal in clusters.rehearsals), RehearsalView())


def _cache(caches: Sequence[StatementCache]) -> CacheView:
    return CacheView(
        sum(map(len, caches)),
        sum(cache.limit for cache in caches),
        sum(cache.hits for cache in caches),
        sum(cache.misses for cache in caches),
        sum(cache.parse_time for cache in caches),
    )
