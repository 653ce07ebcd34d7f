"""The columns of each view of SHOW, and where their values come from.

Columns and their order are PgDog's (its admin database page); PgBouncer's columns of the same views, and ours,
follow. Times are milliseconds unless the name says otherwise.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from pgdog_gevent.admin.table import Cell, Field, Type
from pgdog_gevent.observe.metrics import MORE_TOTALS, TOTALS, Figure, Statistics, Unit
from pgdog_gevent.observe.snapshot import (
    Activity,
    ClientView,
    DatabaseView,
    DriftView,
    HostView,
    PoolView,
    PreparedView,
    QueryView,
    ReplicationView,
    ServerView,
    Snapshot,
    UserView,
)
from pgdog_gevent.observe.transactions import TransactionView

KEPT: Final = ('user', 'database', 'addr', 'port')
"""Columns of CLIENTS and SERVERS that stay when others are chosen."""


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime('%Y-%m-%d %H:%M:%S %Z')


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _whole_milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def _lsn(lsn: int) -> str | None:
    """As pg_lsn is written."""
    return f'{lsn >> 32:X}/{lsn & 0xFFFF_FFFF:X}' if lsn else None


CLIENTS: Final[tuple[Field[ClientView], ...]] = (
    Field('id', Type.INT8, lambda client: client.id),
    Field('user', Type.TEXT, lambda client: client.user),
    Field('database', Type.TEXT, lambda client: client.database),
    Field('addr', Type.TEXT, lambda client: client.address),
    Field('port', Type.INT8, lambda client: client.port),
    Field('state', Type.TEXT, lambda client: client.state.value),
    Field('replication', Type.BOOL, lambda client: client.replication),
    Field('connect_time', Type.TEXT, lambda client: _moment(client.connected_at)),
    Field('last_request', Type.TEXT, lambda client: _moment(client.last_request_at)),
    Field('queries', Type.INT8, lambda client: client.queries),
    Field('transactions', Type.INT8, lambda client: client.transactions),
    Field('transactions_2pc', Type.INT8, lambda client: client.transactions_2pc),
    Field('wait_time', Type.FLOAT8, lambda client: _milliseconds(client.wait_time)),
    Field('query_time', Type.FLOAT8, lambda client: _milliseconds(client.query_time)),
    Field('transaction_time', Type.FLOAT8, lambda client: _milliseconds(client.transaction_time)),
    Field('bytes_received', Type.INT8, lambda client: client.bytes_received),
    Field('bytes_sent', Type.INT8, lambda client: client.bytes_sent),
    Field('errors', Type.INT8, lambda client: client.errors),
    Field('application_name', Type.TEXT, lambda client: client.application_name),
    Field('locked', Type.BOOL, lambda client: client.locked),
    Field('prepared_statements', Type.INT8, lambda client: client.prepared_statements),
    Field('tls', Type.BOOL, lambda client: client.tls),
)
SERVERS: Final[tuple[Field[ServerView], ...]] = (
    Field('pool_id', Type.INT8, lambda server: server.pool_id),
    Field('database', Type.TEXT, lambda server: server.database),
    Field('user', Type.TEXT, lambda server: server.user),
    Field('addr', Type.TEXT, lambda server: server.address),
    Field('port', Type.INT8, lambda server: server.port),
    Field('state', Type.TEXT, lambda server: server.state.value),
    Field('connect_time', Type.TEXT, lambda server: _moment(server.connected_at)),
    Field('request_time', Type.TEXT, lambda server: _moment(server.request_at)),
    Field('remote_pid', Type.INT8, lambda server: server.remote_pid),
    Field('client_id', Type.INT8, lambda server: server.client_id),
    Field('transactions', Type.INT8, lambda server: server.transactions),
    Field('queries', Type.INT8, lambda server: server.queries),
    Field('rollbacks', Type.INT8, lambda server: server.rollbacks),
    Field('prepared_statements', Type.INT8, lambda server: server.prepared_statements),
    Field('healthchecks', Type.INT8, lambda server: server.healthchecks),
    Field('errors', Type.INT8, lambda server: server.errors),
    Field('bytes_received', Type.INT8, lambda server: server.bytes_received),
    Field('bytes_sent', Type.INT8, lambda server: server.bytes_sent),
    Field('last_sent', Type.TEXT, lambda server: server.last_sent),
    Field('last_received', Type.TEXT, lambda server: server.last_received),
    Field('age', Type.INT8, lambda server: round(server.age * 1000)),
    Field('application_name', Type.TEXT, lambda server: server.application_name),
    Field('tls', Type.BOOL, lambda server: server.tls),
)
PLACE: Final[tuple[Field[PoolView], ...]] = (
    Field('database', Type.TEXT, lambda pool: pool.database),
    Field('user', Type.TEXT, lambda pool: pool.user),
    Field('addr', Type.TEXT, lambda pool: pool.address),
    Field('port', Type.INT8, lambda pool: pool.port),
    Field('shard', Type.INT8, lambda pool: pool.shard),
    Field('role', Type.TEXT, lambda pool: pool.role),
)
POOLS: Final[tuple[Field[PoolView], ...]] = (
    Field('id', Type.INT8, lambda pool: pool.id),
    *PLACE,
    Field('cl_waiting', Type.INT8, lambda pool: pool.waiting),
    Field('sv_idle', Type.INT8, lambda pool: pool.idle),
    Field('sv_active', Type.INT8, lambda pool: pool.active),
    Field('sv_idle_xact', Type.INT8, lambda pool: pool.idle_in_transaction),
    Field('sv_total', Type.INT8, lambda pool: pool.total),
    Field('maxwait', Type.INT8, lambda pool: round(pool.longest_wait * 1_000_000) // 1_000_000),
    Field('maxwait_us', Type.INT8, lambda pool: round(pool.longest_wait * 1_000_000) % 1_000_000),
    Field('pool_mode', Type.TEXT, lambda pool: pool.mode),
    Field('paused', Type.BOOL, lambda pool: pool.paused),
    Field('banned', Type.BOOL, lambda pool: pool.banned),
    Field('healthy', Type.BOOL, lambda pool: pool.healthy),
    Field('errors', Type.INT8, lambda pool: pool.errors),
    Field('re_synced', Type.INT8, lambda pool: pool.re_synced),
    Field('out_of_sync', Type.INT8, lambda pool: pool.out_of_sync),
    Field('force_closed', Type.INT8, lambda pool: pool.force_closed),
    Field('online', Type.BOOL, lambda pool: pool.online),
    Field('schema_admin', Type.BOOL, lambda pool: pool.schema_admin),
    Field('pool_size', Type.INT8, lambda pool: pool.size),
    Field('sv_locked', Type.INT8, lambda pool: pool.locked),
    Field('replica_lag', Type.INT8, lambda pool: _of(pool, lambda seen: _whole_milliseconds(seen.lag))),
)
BANS: Final[tuple[Field[PoolView], ...]] = (
    Field('id', Type.INT8, lambda pool: pool.id),
    *PLACE,
    Field('ban_reason', Type.TEXT, lambda pool: pool.ban_reason),
    Field('ban_time_left', Type.INT8, lambda pool: _whole_milliseconds(pool.ban_time_left)),
    Field('detail', Type.TEXT, lambda pool: pool.ban_detail),
)
REPLICATION: Final[tuple[Field[PoolView], ...]] = (
    Field('id', Type.INT8, lambda pool: pool.id),
    *PLACE,
    Field('replica_lag', Type.INT8, lambda pool: _of(pool, lambda seen: _whole_milliseconds(seen.lag))),
    Field('pg_lsn', Type.TEXT, lambda pool: _of(pool, lambda seen: _lsn(seen.lsn))),
    Field('lsn_age', Type.INT8, lambda pool: _of(pool, lambda seen: _whole_milliseconds(seen.lsn_age))),
    Field('pg_is_in_recovery', Type.BOOL, lambda pool: _of(pool, lambda seen: seen.in_recovery)),
    Field('replica_lag_bytes', Type.INT8, lambda pool: _of(pool, lambda seen: seen.lag_bytes)),
    Field('timeline', Type.INT8, lambda pool: _of(pool, lambda seen: seen.timeline or None)),
)
HOSTS: Final[tuple[Field[HostView], ...]] = (
    Field('database', Type.TEXT, lambda host: host.database),
    Field('addr', Type.TEXT, lambda host: host.address),
    Field('port', Type.INT8, lambda host: host.port),
    Field('shard', Type.INT8, lambda host: host.shard),
    Field('role', Type.TEXT, lambda host: host.role),
    Field('configured_role', Type.TEXT, lambda host: host.configured_role),
    Field('health', Type.TEXT, lambda host: host.health),
    Field('timeline', Type.INT8, lambda host: _of(host, lambda seen: seen.timeline or None)),
    Field('lsn', Type.TEXT, lambda host: _of(host, lambda seen: _lsn(seen.lsn))),
    Field('replica_lag', Type.INT8, lambda host: _of(host, lambda seen: _whole_milliseconds(seen.lag))),
    Field('replica_lag_bytes', Type.INT8, lambda host: _of(host, lambda seen: seen.lag_bytes)),
    Field('last_error', Type.TEXT, lambda host: host.last_error or None),
    Field('since', Type.TEXT, lambda host: _moment(host.since)),
    Field('system_identifier', Type.TEXT, lambda host: host.system_identifier or None),
)
SCHEMA_DRIFT: Final[tuple[Field[tuple[str, DriftView]], ...]] = (
    Field('database', Type.TEXT, lambda row: row[0]),
    Field('shard', Type.INT8, lambda row: row[1].shard),
    Field('object', Type.TEXT, lambda row: row[1].object or None),
    Field('difference', Type.TEXT, lambda row: row[1].difference),
)
TRANSACTIONS: Final[tuple[Field[tuple[TransactionView, float]], ...]] = (
    Field('database', Type.TEXT, lambda row: row[0].database),
    Field('user', Type.TEXT, lambda row: row[0].user),
    Field('transaction_name', Type.TEXT, lambda row: row[0].name),
    Field('transaction_state', Type.TEXT, lambda row: row[0].state.value),
    Field('participants', Type.TEXT, lambda row: ','.join(map(str, row[0].participants))),
    Field('age', Type.INT8, lambda row: round(row[1] * 1000)),
)
PREPARED: Final[tuple[Field[PreparedView], ...]] = (
    Field('name', Type.TEXT, lambda prepared: prepared.name),
    Field('statement', Type.TEXT, lambda prepared: prepared.statement),
    Field('rewrite', Type.TEXT, lambda prepared: None),
    Field('used_by', Type.INT8, lambda prepared: prepared.used_by),
    Field('memory_used', Type.INT8, lambda prepared: prepared.memory_used),
)
QUERY_CACHE: Final[tuple[Field[QueryView], ...]] = (
    Field('query', Type.TEXT, lambda query: query.query),
    Field('hits', Type.INT8, lambda query: query.hits),
    Field('direct', Type.INT8, lambda query: query.direct),
    Field('multi', Type.INT8, lambda query: query.several),
    Field('refused', Type.INT8, lambda query: query.refused),
    Field('reason', Type.TEXT, lambda query: query.why or None),
)
DATABASES: Final[tuple[Field[tuple[DatabaseView, int]], ...]] = (
    Field('name', Type.TEXT, lambda row: row[0].name),
    Field('host', Type.TEXT, lambda row: row[0].host),
    Field('port', Type.INT8, lambda row: row[0].port),
    Field('database', Type.TEXT, lambda row: row[0].database),
    Field('force_user', Type.TEXT, lambda row: row[0].user or None),
    Field('pool_size', Type.INT8, lambda row: row[0].pool_size),
    Field('min_pool_size', Type.INT8, lambda row: row[0].min_pool_size),
    Field('reserve_pool_size', Type.INT8, lambda row: 0),
    Field('pool_mode', Type.TEXT, lambda row: row[0].pool_mode or None),
    Field('max_connections', Type.INT8, lambda row: 0),
    Field('current_connections', Type.INT8, lambda row: row[0].current_connections),
    Field('max_client_connections', Type.INT8, lambda row: 0),
    Field('current_client_connections', Type.INT8, lambda row: row[1]),
    Field('paused', Type.INT8, lambda row: int(row[0].paused)),
    Field('disabled', Type.INT8, lambda row: 0),
    Field('shard', Type.INT8, lambda row: row[0].shard),
    Field('role', Type.TEXT, lambda row: row[0].role),
)
USERS: Final[tuple[Field[tuple[UserView, int]], ...]] = (
    Field('name', Type.TEXT, lambda row: row[0].name),
    Field('pool_size', Type.INT8, lambda row: row[0].pool_size),
    Field('reserve_pool_size', Type.INT8, lambda row: None),
    Field('pool_mode', Type.TEXT, lambda row: row[0].pool_mode),
    Field('max_user_connections', Type.INT8, lambda row: 0),
    Field('current_connections', Type.INT8, lambda row: row[0].current_connections),
    Field('max_user_client_connections', Type.INT8, lambda row: 0),
    Field('current_client_connections', Type.INT8, lambda row: row[1]),
    Field('databases', Type.TEXT, lambda row: ','.join(row[0].databases)),
)
LISTS: Final[tuple[Field[Snapshot], ...]] = (
    Field('databases', Type.INT8, lambda snapshot: len({database.name for database in snapshot.databases})),
    Field('users', Type.INT8, lambda snapshot: len(snapshot.users)),
    Field('pools', Type.INT8, lambda snapshot: len(snapshot.pools)),
    Field('used_clients', Type.INT8, lambda snapshot: len(snapshot.clients)),
    Field('free_servers', Type.INT8, lambda snapshot: _idle_servers(snapshot)),
    Field('used_servers', Type.INT8, lambda snapshot: len(snapshot.servers) - _idle_servers(snapshot)),
    Field('free_clients', Type.INT8, lambda snapshot: 0),
    Field('login_clients', Type.INT8, lambda snapshot: snapshot.logins_in_progress),
)
CONFIG: Final[tuple[Field[tuple[str, str]], ...]] = (
    Field('name', Type.TEXT, lambda setting: setting[0]),
    Field('value', Type.TEXT, lambda setting: setting[1]),
)
def _of(owner: PoolView | HostView, cell: Callable[[ReplicationView], Cell]) -> Cell:
    """A cell of what was seen of a server; NULL until it has been seen."""
    return None if owner.replication is None else cell(owner.replication)


def _idle_servers(snapshot: Snapshot) -> int:
    return sum(server.state is Activity.IDLE for server in snapshot.servers)


def _statistics(prefix: str, figures: Sequence[Figure[Statistics]]) -> Iterator[Field[PoolView]]:
    """The columns of STATS: ``total_`` counts whole things, everything else is fractions."""
    totals = prefix == 'total_'
    for figure in figures:
        counts = totals and figure.unit is not Unit.SECONDS
        yield Field(prefix + figure.name, Type.INT8 if counts else Type.FLOAT8, _statistic(figure, totals))


def _statistic(figure: Figure[Statistics], totals: bool) -> Callable[[PoolView], Cell]:
    def cell(pool: PoolView) -> Cell:
        value = figure.value(pool.totals if totals else pool.averages)
        if figure.unit is Unit.SECONDS:
            return _milliseconds(value)
        return value if totals else round(float(value), 3)

    return cell


_OURS_LAST: Final = (*_statistics('total_', MORE_TOTALS), *_statistics('avg_', MORE_TOTALS))
STATS: Final = (*PLACE, *_statistics('total_', TOTALS), *_statistics('avg_', TOTALS), *_OURS_LAST)
STATS_TOTALS: Final = (*PLACE, *_statistics('total_', (*TOTALS, *MORE_TOTALS)))
STATS_AVERAGES: Final = (*PLACE, *_statistics('avg_', (*TOTALS, *MORE_TOTALS)))


def drift(snapshot: Snapshot) -> Iterator[tuple[str, DriftView]]:
    """What differs between shards, each with its database."""
    return ((schema.database, difference) for schema in snapshot.schemas for difference in schema.drift)


def aged_transactions(snapshot: Snapshot) -> Iterator[tuple[TransactionView, float]]:
    """Transactions, and how long ago their commit has begun; the clock of a server may be ahead of ours."""
    for transaction in snapshot.transactions:
        yield transaction, max(0.0, snapshot.taken_at - transaction.began_at)


def occupied_databases(snapshot: Snapshot) -> Iterator[tuple[DatabaseView, int]]:
    """Databases with their clients counted."""
    for database in snapshot.databases:
        yield database, sum(client.database == database.name for client in snapshot.clients)


def occupied_users(snapshot: Snapshot) -> Iterator[tuple[UserView, int]]:
    """Users with their clients counted."""
    for user in snapshot.users:
        yield user, sum(client.user == user.name for client in snapshot.clients)
