"""The figures that are exported: each has one name, one unit and one way to read it.

OpenMetrics and StatsD print these tables; SHOW STATS prints ``TOTALS``. Names are PgDog's (its OpenMetrics page);
where PgDog has none, PgBouncer's.
"""

from collections.abc import Callable
from enum import Enum
from typing import Final, Generic, NamedTuple, TypeVar

from pgdog_gevent.config.choices import Role
from pgdog_gevent.observe.histograms import HistogramView
from pgdog_gevent.observe.snapshot import (
    HEALTHY,
    NOT_CHECKED,
    Averages,
    HostView,
    PoolView,
    Snapshot,
    Totals,
)

T = TypeVar('T')
T_contra = TypeVar('T_contra', contravariant=True)
Statistics = Totals | Averages
"""They have the same fields."""


class Unit(Enum):
    """What a figure counts. The value is OpenMetrics' name of the unit."""

    NUMBER = ''
    SECONDS = 'seconds'
    BYTES = 'bytes'


class Figure(NamedTuple, Generic[T_contra]):
    """One figure of a ``T``."""

    name: str
    help: str
    value: Callable[[T_contra], float]
    unit: Unit = Unit.NUMBER


TOTALS: Final[tuple[Figure[Statistics], ...]] = (
    Figure('xact_count', 'Transactions', lambda totals: totals.xact_count),
    Figure('xact_2pc_count', 'Two-phase transactions', lambda totals: totals.xact_2pc_count),
    Figure('query_count', 'Queries', lambda totals: totals.query_count),
    Figure(
        'server_assignment_count', 'Times a server was given to a client', lambda totals: totals.server_assignment_count
    ),
    Figure('received', 'Bytes received from servers', lambda totals: totals.received, Unit.BYTES),
    Figure('sent', 'Bytes sent to servers', lambda totals: totals.sent, Unit.BYTES),
    Figure('xact_time', 'Time spent in transactions', lambda totals: totals.xact_time, Unit.SECONDS),
    Figure('idle_xact_time', 'Time spent idle in transactions', lambda totals: totals.idle_xact_time, Unit.SECONDS),
    Figure('query_time', 'Time spent in queries', lambda totals: totals.query_time, Unit.SECONDS),
    Figure('wait_time', 'Time clients waited for a server', lambda totals: totals.wait_time, Unit.SECONDS),
    Figure('server_parse_count', 'Statements prepared on servers', lambda totals: totals.server_parse_count),
    Figure('bind_count', 'Statements bound', lambda totals: totals.bind_count),
    Figure('close_count', 'Statements closed on servers', lambda totals: totals.close_count),
    Figure('errors', 'Errors of servers and lost connections', lambda totals: totals.errors),
    Figure('cleaned', 'Connections reset before their next user', lambda totals: totals.cleaned),
    Figure('rollbacks', 'Transactions rolled back for a client that had gone', lambda totals: totals.rollbacks),
    Figure('connect_time', 'Time spent connecting to servers', lambda totals: totals.connect_time, Unit.SECONDS),
    Figure('connect_count', 'Connections made to servers', lambda totals: totals.connect_count),
    Figure('reads', 'Read transactions', lambda totals: totals.reads),
    Figure('writes', 'Write transactions', lambda totals: totals.writes),
    Figure('auth_attempts', 'Logins tried', lambda totals: totals.auth_attempts),
    Figure('rows_inserted', 'Rows inserted', lambda totals: totals.rows_inserted),
    Figure('rows_updated', 'Rows updated', lambda totals: totals.rows_updated),
    Figure('rows_deleted', 'Rows deleted', lambda totals: totals.rows_deleted),
)
"""The columns of PgDog's SHOW STATS, in its order."""

MORE_TOTALS: Final[tuple[Figure[Statistics], ...]] = (
    Figure('prepared_evictions', 'Statements evicted from servers', lambda totals: totals.prepared_evictions),
    Figure('healthchecks', 'Health checks made', lambda totals: totals.healthchecks),
    Figure('connect_errors', 'Connections to servers that failed', lambda totals: totals.connect_errors),
    Figure('checkout_timeouts', 'Clients that got no server in time', lambda totals: totals.checkout_timeouts),
)
"""Totals that PgDog's SHOW STATS does not have."""

POOL_GAUGES: Final[tuple[Figure[PoolView], ...]] = (
    Figure('max_connections', 'Most server connections allowed', lambda pool: pool.size),
    Figure('cl_waiting', 'Clients waiting for a server', lambda pool: pool.waiting),
    Figure('sv_active', 'Servers running a query', lambda pool: pool.active),
    Figure('sv_idle', 'Servers free to be used', lambda pool: pool.idle),
    Figure('sv_idle_xact', 'Servers idle in a transaction', lambda pool: pool.idle_in_transaction),
    Figure('sv_locked', 'Servers pinned to their client', lambda pool: pool.locked),
    Figure('sv_total', 'Open server connections', lambda pool: pool.total),
    Figure('maxwait', 'How long the first waiting client has waited', lambda pool: pool.longest_wait, Unit.SECONDS),
    Figure('paused', '1 if the pool is paused', lambda pool: pool.paused),
    Figure('banned', '1 if the pool is banned', lambda pool: pool.banned),
    Figure('half_open', '1 if the pool is on probation after a ban', lambda pool: pool.half_open),
    Figure('healthy', '1 if the pool is healthy', lambda pool: pool.healthy),
    Figure('online', '1 if the pool is open', lambda pool: pool.online),
)
POOL_COUNTERS: Final[tuple[Figure[PoolView], ...]] = (
    Figure('errors', 'Connections that ended in an error', lambda pool: pool.errors),
    Figure('out_of_sync', 'Connections given back out of sync', lambda pool: pool.out_of_sync),
    Figure('re_synced', 'Connections brought back into sync', lambda pool: pool.re_synced),
    Figure('force_closed', 'Connections closed by force', lambda pool: pool.force_closed),
)


class HostGauge(NamedTuple):
    """One figure of a server; ``None`` where it is not known."""

    name: str
    help: str
    value: Callable[[HostView], float | None]
    unit: Unit = Unit.NUMBER


HOST_GAUGES: Final = (
    HostGauge('primary', '1 if the server is the primary now', lambda host: host.role == Role.PRIMARY.value),
    HostGauge('host_healthy', '1 if the server is healthy and may get traffic', lambda host: _healthy(host)),
    HostGauge(
        'replica_lag',
        'How far the server is behind its primary',
        lambda host: None if host.replication is None else host.replication.lag,
        Unit.SECONDS,
    ),
    HostGauge(
        'replica_lag_bytes',
        'How much of the WAL of its primary the server has yet to replay',
        lambda host: None if host.replication is None else host.replication.lag_bytes,
        Unit.BYTES,
    ),
    HostGauge(
        'replica_lsn_age',
        'How long ago that was seen',
        lambda host: None if host.replication is None else host.replication.lsn_age,
        Unit.SECONDS,
    ),
)


class Histogram(NamedTuple, Generic[T_contra]):
    """One distribution of durations of a ``T``."""

    name: str
    help: str
    view: Callable[[T_contra], HistogramView]


POOL_HISTOGRAMS: Final[tuple[Histogram[PoolView], ...]] = (
    Histogram('checkout_wait', 'Time clients waited for a server', lambda pool: pool.wait_histogram),
    Histogram('query_duration', 'Duration of queries, those of a pipeline as one', lambda pool: pool.query_histogram),
    Histogram('transaction_duration', 'Duration of transactions', lambda pool: pool.transaction_histogram),
)

GAUGES: Final[tuple[Figure[Snapshot], ...]] = (
    Figure('clients', 'Connected clients', lambda snapshot: len(snapshot.clients)),
    Figure('clients_locked', 'Clients pinned to a server', lambda snapshot: sum(c.locked for c in snapshot.clients)),
    Figure('max_clients', 'Most clients allowed; 0 means no limit', lambda snapshot: snapshot.max_clients),
    Figure('logins_in_progress', 'Clients that are logging in', lambda snapshot: snapshot.logins_in_progress),
    Figure('shutting_down', '1 while the proxy is going down', lambda snapshot: snapshot.shutting_down),
    Figure('greenlets', 'Greenlets of clients and of the proxy itself', lambda snapshot: snapshot.greenlets),
    Figure('start_time', 'When the proxy started', lambda snapshot: snapshot.started_at, Unit.SECONDS),
    Figure('prepared_statements', 'Statements in the cache', lambda snapshot: len(snapshot.prepared)),
    Figure(
        'prepared_statements_memory_used',
        'Memory used by the statement cache',
        lambda snapshot: sum(statement.memory_used for statement in snapshot.prepared),
        Unit.BYTES,
    ),
    Figure(
        'prepared_statements_limit',
        'Most statements prepared on one server',
        lambda snapshot: snapshot.prepared_statements_limit,
    ),
    Figure('query_cache_size', 'Parsed queries in the cache', lambda snapshot: snapshot.query_cache.size),
    Figure('query_cache_limit', 'Most parsed queries in the cache', lambda snapshot: snapshot.query_cache.limit),
    Figure('two_pc_under_way', 'Commits in two phases under way', lambda snapshot: _commits(snapshot, in_doubt=False)),
    Figure('two_pc_in_doubt', 'Those for recovery to finish', lambda snapshot: _commits(snapshot, in_doubt=True)),
)
COUNTERS: Final[tuple[Figure[Snapshot], ...]] = (
    Figure('clients_refused', 'Clients refused at the limit', lambda snapshot: snapshot.clients_refused),
    Figure('query_cache_hits', 'Queries found in the cache', lambda snapshot: snapshot.query_cache.hits),
    Figure('query_cache_misses', 'Queries not found in the cache', lambda snapshot: snapshot.query_cache.misses),
    Figure(
        'query_cache_parse_time',
        'Time spent parsing queries',
        lambda snapshot: snapshot.query_cache.parse_time,
        Unit.SECONDS,
    ),
    Figure('dry_run_direct', 'Statements that one shard would do', lambda snapshot: snapshot.rehearsed.direct),
    Figure('dry_run_multi', 'Statements for several shards', lambda snapshot: snapshot.rehearsed.several),
    Figure('dry_run_refused', 'Statements that would be refused', lambda snapshot: snapshot.rehearsed.refused),
    Figure('two_pc_committed', 'Commits in two phases', lambda snapshot: snapshot.two_phase.committed),
    Figure('two_pc_aborted', 'Those that ended in a rollback', lambda snapshot: snapshot.two_phase.aborted),
    Figure('two_pc_recovered', 'Those finished by recovery', lambda snapshot: snapshot.two_phase.recovered),
)
HISTOGRAMS: Final[tuple[Histogram[Snapshot], ...]] = (
    Histogram('two_pc_duration', 'Duration of commits in two phases', lambda snapshot: snapshot.two_phase.histogram),
)


def _commits(snapshot: Snapshot, *, in_doubt: bool) -> int:
    return sum(transaction.in_doubt is in_doubt for transaction in snapshot.transactions)


def _healthy(host: HostView) -> float | None:
    return None if host.health == NOT_CHECKED else host.health == HEALTHY


def exported_name(total: Figure[Statistics]) -> str:
    """The name of a total outside of SHOW STATS, where ``errors`` is the name of a figure of the pool."""
    return 'server_errors' if total.name == 'errors' else total.name
