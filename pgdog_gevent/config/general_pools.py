"""``[general]``: pools, timeouts, recovery, health, prepared statements."""

from pgdog_gevent.config.choices import (
    ClientRecovery,
    PoolerMode,
    PreparedStatements,
    Recovery,
)
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.types import (
    ByteLimit,
    Count,
    Flag,
    Limit,
    MaybeMilliseconds,
    Milliseconds,
    PositiveCount,
    TimeLimit,
)


class PoolDefaults(Section):
    """Pools. There is one for each user, database and server."""

    default_pool_size: PositiveCount = 10
    """Most server connections of a pool."""
    min_pool_size: Count = 1
    """Connections that a pool keeps open."""
    pooler_mode: PoolerMode = PoolerMode.TRANSACTION
    """For how long a client keeps a server connection: a ``transaction``, its ``session``, or one ``statement``
    (which refuses transactions)."""
    checkout_timeout: Milliseconds = 5.0
    """Longest wait for a server connection; then 53300."""
    connect_timeout: Milliseconds = 5.0
    """Longest time for opening a server connection, authentication included."""
    connect_attempts: PositiveCount = 1
    """How often opening one is tried."""
    connect_attempt_delay: Milliseconds = 0.0
    """Pause between these attempts."""
    query_timeout: TimeLimit = None
    """Longest time for one exchange with a server; then the client gets an error and the connection is closed.

    Like the times that a client may be silent, it may be over by a twentieth or 20 ms, whichever is
    more, but by no more than a second.
    """
    idle_timeout: Milliseconds = 60.0
    """Server connections above the minimum that are idle for this long are closed."""
    server_lifetime: Milliseconds = 86400.0
    """Age at which a server connection is closed once it is idle."""
    server_lifetime_jitter: Milliseconds = 0.0
    """The lifetime of each connection is spread at random by up to this much, both ways."""
    rollback_timeout: Milliseconds = 5.0
    """Longest time for cleaning a connection when its client gives it back."""
    connection_recovery: Recovery = Recovery.RECOVER
    """What is done with a server connection that its client left mid-way: ``recover`` reads what is outstanding and
    rolls back, ``rollback_only`` only rolls back, ``drop`` closes."""
    client_connection_recovery: ClientRecovery = ClientRecovery.RECOVER
    """What becomes of a client that got no server connection: with ``recover`` an error, with ``drop`` it is
    disconnected. PgDog's default is ``drop``."""


class HealthSettings(Section):
    """Health checks and bans."""

    healthcheck_interval: Milliseconds = 30.0
    """A connection is checked when it is taken from its pool if its last check is older than this."""
    healthcheck_timeout: Milliseconds = 5.0
    """Longest time for a health check."""
    idle_healthcheck_interval: Milliseconds = 30.0
    """How often each server that has others beside it is checked in the background; 0: never."""
    idle_healthcheck_delay: Milliseconds = 5.0
    """Time before the first of these checks."""
    require_healthcheck_on_discovery: Flag = False
    """Whether a new server that has others beside it gets no reads before a health check has passed."""
    ban_timeout: Milliseconds = 300.0
    """How long a failed replica gets no reads, the first time; 0: only an administrator bans."""
    ban_replica_lag: MaybeMilliseconds = None
    """Replicas that are further behind than this get no reads; absent: all do."""
    ban_replica_lag_bytes: ByteLimit = None
    """The same, in bytes of WAL."""
    dns_ttl: MaybeMilliseconds = None
    """How long the addresses of server hosts are kept; absent: each connection asks."""


class PreparedStatementSettings(Section):
    """Prepared statements."""

    prepared_statements: PreparedStatements = PreparedStatements.EXTENDED
    """Which are kept across server connections: ``disabled``, ``extended`` (named ones of the extended protocol),
    ``extended_anonymous`` (the unnamed one too), ``full`` (also PREPARE and EXECUTE). Pools in session mode need
    none of it and pass prepared statements on. (PgDog looks at the general ``pooler_mode`` only.)"""
    prepared_statements_limit: Limit = None
    """Most prepared statements on a server connection, and most unused ones that are remembered."""
    prepared_statements_ttl: TimeLimit = None
    """Age at which a statement is closed and prepared anew on a server connection, at its next use."""
    prepared_statements_ttl_jitter: Milliseconds = 30.0
    """That age is spread at random by up to this much, both ways; never by more than the age itself."""
