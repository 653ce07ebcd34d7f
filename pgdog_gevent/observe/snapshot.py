"""The state of the proxy at one moment, as frozen values.

Every object owns plain numbers; whoever wants to show them takes a ``Snapshot`` and prints it. SHOW, OpenMetrics and
StatsD are three printers of the same value, so their figures agree by construction. Times are seconds; moments
called ``*_at`` are seconds since the Unix epoch.
"""

from dataclasses import dataclass, fields
from enum import Enum
from typing import Final

from pgdog_gevent.observe.histograms import HistogramView
from pgdog_gevent.observe.transactions import TransactionView, TwoPhaseView

HEALTHY: Final = 'healthy'
UNHEALTHY: Final = 'unhealthy'
NOT_CHECKED: Final = 'not checked'
"""What SHOW HOSTS says of the health of a server that is not excluded for another reason."""


class Activity(Enum):
    """What a client or server connection is doing; the words of the ``state`` column."""

    IDLE = 'idle'
    ACTIVE = 'active'
    IDLE_IN_TRANSACTION = 'idle in transaction'
    TRANSACTION_ERROR = 'transaction error'
    WAITING = 'waiting'
    COPY = 'copy mode'
    DISCONNECTED = 'disconnected'


@dataclass(frozen=True, slots=True)
class Totals:
    """What a pool has done since it exists: the ``total_`` columns of SHOW STATS. All only grow."""

    xact_count: int = 0
    xact_2pc_count: int = 0
    query_count: int = 0
    server_assignment_count: int = 0
    received: int = 0
    """Bytes received from the server."""
    sent: int = 0
    """Bytes sent to the server."""
    xact_time: float = 0.0
    idle_xact_time: float = 0.0
    query_time: float = 0.0
    wait_time: float = 0.0
    server_parse_count: int = 0
    bind_count: int = 0
    close_count: int = 0
    errors: int = 0
    """ErrorResponses and lost connections."""
    cleaned: int = 0
    """Connections that were reset before their next user."""
    rollbacks: int = 0
    """Transactions that the proxy rolled back for a client that had gone."""
    connect_time: float = 0.0
    connect_count: int = 0
    reads: int = 0
    writes: int = 0
    auth_attempts: int = 0
    rows_inserted: int = 0
    rows_updated: int = 0
    rows_deleted: int = 0
    prepared_evictions: int = 0
    healthchecks: int = 0
    connect_errors: int = 0
    checkout_timeouts: int = 0

    def __add__(self, other: 'Totals') -> 'Totals':
        return Totals(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def __sub__(self, other: 'Totals') -> 'Totals':
        return Totals(*(getattr(self, f.name) - getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True, slots=True)
class Averages:
    """What became of ``Totals`` in the last ``stats_period``: the ``avg_`` columns of SHOW STATS.

    Per second for counts and bytes; per event for times.
    """

    xact_count: float = 0.0
    xact_2pc_count: float = 0.0
    query_count: float = 0.0
    server_assignment_count: float = 0.0
    received: float = 0.0
    sent: float = 0.0
    xact_time: float = 0.0
    idle_xact_time: float = 0.0
    query_time: float = 0.0
    wait_time: float = 0.0
    server_parse_count: float = 0.0
    bind_count: float = 0.0
    close_count: float = 0.0
    errors: float = 0.0
    cleaned: float = 0.0
    rollbacks: float = 0.0
    connect_time: float = 0.0
    connect_count: float = 0.0
    reads: float = 0.0
    writes: float = 0.0
    auth_attempts: float = 0.0
    rows_inserted: float = 0.0
    rows_updated: float = 0.0
    rows_deleted: float = 0.0
    prepared_evictions: float = 0.0
    healthchecks: float = 0.0
    connect_errors: float = 0.0
    checkout_timeouts: float = 0.0


@dataclass(frozen=True, slots=True)
class ClientView:
    """One client connection: a row of SHOW CLIENTS."""

    id: int
    user: str
    database: str
    address: str
    port: int
    state: Activity
    replication: bool
    connected_at: float
    last_request_at: float | None
    queries: int
    transactions: int
    transactions_2pc: int
    wait_time: float
    query_time: float
    transaction_time: float
    bytes_received: int
    bytes_sent: int
    errors: int
    application_name: str
    locked: bool
    """Pinned to its server connection."""
    prepared_statements: int
    tls: bool


@dataclass(frozen=True, slots=True)
class ServerView:
    """One server connection: a row of SHOW SERVERS."""

    pool_id: int
    database: str
    user: str
    address: str
    port: int
    state: Activity
    connected_at: float
    request_at: float | None
    remote_pid: int
    client_id: int | None
    transactions: int
    queries: int
    rollbacks: int
    prepared_statements: int
    healthchecks: int
    errors: int
    bytes_received: int
    bytes_sent: int
    last_sent: str
    """Code letter of the last message to the server; empty if none."""
    last_received: str
    age: float
    application_name: str
    tls: bool


@dataclass(frozen=True, slots=True)
class ReplicationView:
    """How far a server is, as it was last seen."""

    lag: float | None
    """How far it is behind the primary, in time."""
    lag_bytes: int | None
    lsn: int
    """In bytes; 0 if unknown."""
    lsn_age: float
    """How long ago it was seen."""
    timeline: int
    """0 if unknown."""
    in_recovery: bool


@dataclass(frozen=True, slots=True)
class HostView:
    """One server of one database, for all users: a row of SHOW HOSTS."""

    database: str
    shard: int
    address: str
    port: int
    role: str
    """What it is now."""
    configured_role: str
    health: str
    """HEALTHY, UNHEALTHY, NOT_CHECKED, or why it gets no traffic at all."""
    replication: ReplicationView | None
    """``None`` until it has been seen."""
    last_error: str
    since: float
    """The last change of role or health; seconds since the Unix epoch."""
    system_identifier: str
    """That of its cluster; empty if unknown."""


@dataclass(frozen=True, slots=True)
class PoolView:
    """One pool, that is one (user, database, host): a row of SHOW POOLS and of SHOW STATS."""

    id: int
    database: str
    user: str
    address: str
    port: int
    shard: int
    role: str
    """That of its server now."""
    waiting: int
    idle: int
    active: int
    idle_in_transaction: int
    total: int
    """Open server connections."""
    size: int
    """The most that may be open."""
    longest_wait: float
    """How long the first of the waiting clients has waited."""
    mode: str
    paused: bool
    banned: bool
    ban_reason: str
    """Empty if there is no ban. Of several processes, one may ban a pool that is not banned in all."""
    ban_detail: str
    ban_time_left: float | None
    """``None`` if the ban does not end by itself."""
    half_open: bool
    """Whether it is on probation after a ban."""
    healthy: bool
    online: bool
    errors: int
    re_synced: int
    out_of_sync: int
    force_closed: int
    locked: int
    """Server connections pinned to their client."""
    schema_admin: bool
    replication: ReplicationView | None
    """``None`` until its server has been seen."""
    totals: Totals
    averages: Averages
    wait_histogram: HistogramView
    query_histogram: HistogramView
    transaction_histogram: HistogramView


@dataclass(frozen=True, slots=True)
class DriftView:
    """A difference between shards: a row of SHOW SCHEMA_DRIFT."""

    shard: int
    object: str
    """``database``, or a table, column or type; empty: the shard could not be read."""
    difference: str


@dataclass(frozen=True, slots=True)
class SchemaView:
    """The tables of one database of several shards, as they were read last."""

    database: str
    read_at: float
    """0 if nothing has been read."""
    drift: tuple[DriftView, ...]


@dataclass(frozen=True, slots=True)
class PreparedView:
    """One statement text of the process-wide cache: a row of SHOW PREPARED."""

    name: str
    statement: str
    used_by: int
    memory_used: int


@dataclass(frozen=True, slots=True)
class QueryView:
    """One text whose meaning is kept, without its literals: a row of SHOW QUERY_CACHE."""

    query: str
    hits: int
    direct: int
    """How often one server answered, or none had to."""
    several: int
    """How often several shards did."""
    refused: int
    why: str
    """The reason of the last refusal."""


@dataclass(frozen=True, slots=True)
class DatabaseView:
    """One entry of ``[[databases]]``: a row of SHOW DATABASES."""

    name: str
    host: str
    port: int
    database: str
    user: str
    """The forced server user, or empty."""
    pool_size: int
    min_pool_size: int
    pool_mode: str
    shard: int
    role: str
    current_connections: int
    paused: bool


@dataclass(frozen=True, slots=True)
class UserView:
    """One user: a row of SHOW USERS."""

    name: str
    databases: tuple[str, ...]
    pool_size: int | None
    pool_mode: str | None
    current_connections: int


@dataclass(frozen=True, slots=True)
class CacheView:
    """The statement cache of the router."""

    size: int
    limit: int
    hits: int
    misses: int
    parse_time: float


@dataclass(frozen=True, slots=True)
class RehearsalView:
    """What would have become of statements on several shards, in dry runs."""

    direct: int = 0
    several: int = 0
    refused: int = 0

    def __add__(self, other: 'RehearsalView') -> 'RehearsalView':
        return RehearsalView(
            self.direct + other.direct, self.several + other.several, self.refused + other.refused
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All there is to show."""

    taken_at: float
    started_at: float
    version: str
    instance_id: str
    max_clients: int
    """``max_client_conn``; 0 means no limit."""
    logins_in_progress: int
    clients_refused: int
    shutting_down: bool
    greenlets: int
    prepared_statements_limit: int
    clients: tuple[ClientView, ...]
    servers: tuple[ServerView, ...]
    pools: tuple[PoolView, ...]
    hosts: tuple[HostView, ...]
    schemas: tuple[SchemaView, ...]
    prepared: tuple[PreparedView, ...]
    databases: tuple[DatabaseView, ...]
    users: tuple[UserView, ...]
    query_cache: CacheView
    transactions: tuple[TransactionView, ...]
    two_phase: TwoPhaseView
    rehearsed: RehearsalView = RehearsalView()
