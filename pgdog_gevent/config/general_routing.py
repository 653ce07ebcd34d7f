"""``[general]``: the SQL parser, replicas, shards, two-phase commit, resharding."""

from pathlib import Path

from pgdog_gevent.config.choices import (
    CopyFormat,
    CutoverAction,
    FunctionVolatility,
    LoadBalancing,
    LoadSchema,
    QueryParser,
    QueryParserEngine,
    ReadWriteSplit,
    ReadWriteStrategy,
    ReadYourWrites,
    SystemCatalogs,
    TwoPhaseReads,
    UniqueIdFunction,
)
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.types import (
    Bytes,
    Count,
    Flag,
    Fraction,
    MaybeMilliseconds,
    Milliseconds,
    Name,
    PositiveCount,
    PositiveMilliseconds,
)


class ParserSettings(Section):
    """The SQL parser."""

    query_parser: QueryParser = QueryParser.AUTO
    """When SQL is parsed to find out where it goes: ``auto`` (where there is a choice of servers), ``on`` (everywhere),
    or not at all: ``off``, and the same ``session_control`` and ``session_control_and_locks``. What a session becomes
    by SET, BEGIN and the like, and by advisory locks, is seen in any case."""
    query_parser_enabled: Flag = False
    """Deprecated: the same as ``query_parser = "on"``."""
    query_parser_engine: QueryParserEngine = QueryParserEngine.PG_QUERY_PROTOBUF
    """Accepted, without a meaning here: there is one path by which the syntax tree comes from the parser."""
    regex_parser_limit: Bytes = 1000
    """Accepted, without a meaning here: a text is looked at as a whole."""
    query_cache_limit: Count = 1000
    """How many statements are kept parsed."""
    dry_run: Flag = False
    """Whether statements for several shards are planned on record only, while shard 0 does all of them."""
    expanded_explain: Flag = False
    """Whether EXPLAIN also says how the statement was routed."""


class ReplicaSettings(Section):
    """Reads and replicas."""

    load_balancing_strategy: LoadBalancing = LoadBalancing.RANDOM
    """How a replica is chosen."""
    read_write_strategy: ReadWriteStrategy = ReadWriteStrategy.CONSERVATIVE
    """Where transactions go: ``conservative`` to the primary, ``aggressive`` as their first statement says."""
    read_write_split: ReadWriteSplit = ReadWriteSplit.INCLUDE_PRIMARY
    """Whether the primary serves reads too."""
    function_volatility: FunctionVolatility = FunctionVolatility.CATALOG
    """Which functions make a statement a write: with ``catalog`` those that are VOLATILE and those that are not known,
    with ``ignore`` only those of PostgreSQL that are known to write, as in PgDog."""
    read_functions: tuple[Name, ...] = ()
    """Functions that only read, whatever the catalog says; names without schema. In the environment, with commas."""
    write_functions: tuple[Name, ...] = ()
    """Functions that write, whatever the catalog and ``read_functions`` say."""
    read_your_writes: ReadYourWrites = ReadYourWrites.OFF
    """Whose writes a read finds at a replica too: those of its own ``session``, those of all clients of its
    ``database``, or, with ``off``, those that happen to be there."""
    read_your_writes_timeout: Milliseconds = 1.0
    """Longest wait for a replica that has them; then the primary is read."""
    lsn_check_delay: MaybeMilliseconds = None
    """Time before replication is first looked at; absent: it is not, or at once if ``role = "auto"``,
    ``ban_replica_lag``, ``ban_replica_lag_bytes`` or ``read_your_writes`` needs it."""
    lsn_check_interval: Milliseconds = 5.0
    """How often it is looked at."""
    lsn_check_timeout: Milliseconds = 5.0
    """Longest time for one look."""
    mirror_queue: Count = 128
    """Transactions that wait to be mirrored; more are dropped."""
    mirror_exposure: Fraction = 1.0
    """Share of the transactions that is mirrored, 0 to 1."""
    pub_sub_channel_size: Count = 0
    """Notifications that wait for a listener; above 0, LISTEN and NOTIFY work in transaction mode."""


class ShardingSettings(Section):
    """Shards."""

    cross_shard_disabled: Flag = False
    """Whether statements for more than one shard are refused."""
    unique_id_function: UniqueIdFunction = UniqueIdFunction.STANDARD
    """Layout of generated ids."""
    unique_id_min: Count = 0
    """Added to every generated id."""
    system_catalogs: SystemCatalogs = SystemCatalogs.OMNISHARDED_STICKY
    """From which shards catalogs are read that describe the schema: any in turn, always the same one for a client, or,
    with ``sharded``, all of them, if a statement reads only one catalog and joins nothing. Where types of shards have
    other OIDs the first two mean the shard whose OIDs clients are told."""
    omnisharded_sticky: Flag = False
    """Whether a client reads all omnisharded tables from one shard; else each statement from the next one."""
    sharding_lookup_cache_size: Bytes = 67108864
    """Memory for the answers of lookup queries, for each cluster."""
    sharding_lookup_timeout: Milliseconds = 5.0
    """Longest time for a lookup query."""
    gather_limit: Bytes = 67108864
    """Memory for the rows of several shards that one statement needs together, to sort or to compute something of
    them; above it the statement fails with 54000. What is only merged is not kept."""
    reload_schema_on_ddl: Flag = True
    """Whether the schema is read again after a statement that changes it."""
    load_schema: LoadSchema = LoadSchema.AUTO
    """Whether the schema is read at start; ``auto``: only for more than one shard."""
    canonicalize_type_information: Flag = False
    """Whether the OIDs of types are shown as those of shard 0. They always are."""


class TwoPhaseCommitSettings(Section):
    """Two-phase commit."""

    two_phase_commit: Flag = False
    """Whether transactions that have written on several shards are committed in two phases: on all of them or on none.
    The decision is a row in PostgreSQL, in a table that ``pgdog-gevent setup`` makes, and any proxy finishes what
    another one has begun. Servers need ``max_prepared_transactions``."""
    two_phase_commit_auto: Flag | None = None
    """Whether a single statement that writes on several shards, outside of a transaction, is too; absent: as
    ``two_phase_commit`` says, without which it has no effect. (In PgDog it is true by its documentation, false by its
    source.)"""
    two_phase_commit_reads: TwoPhaseReads = TwoPhaseReads.NOW
    """What a read of several shards shows of a transaction that this proxy has committed on some of them already:
    ``now``, what each shard has; or all of it, for which it has to ``wait``."""
    two_phase_commit_recovery_interval: PositiveMilliseconds = 1.0
    """How often prepared transactions are looked for that somebody has left behind."""
    two_phase_commit_grace: Milliseconds = 60.0
    """Age at which a prepared transaction is given up even though its coordinator still seems to be connected to the
    shard that decides."""
    two_phase_commit_retention: Milliseconds = 60.0
    """How long a decision is kept after all shards have confirmed it: for a standby that is promoted and has not heard
    of it."""
    two_phase_commit_wal_dir: Path | None = None
    """Accepted, without an effect here: the decision is a row in PostgreSQL, and no log is needed."""
    two_phase_commit_wal_segment_size: Bytes = 16777216
    """Accepted, without an effect here: there is no log."""
    two_phase_commit_wal_fsync_interval: Milliseconds = 0.0
    """Accepted, without an effect here: there is no log."""
    two_phase_commit_wal_checkpoint_interval: Milliseconds = 15.0
    """Accepted, without an effect here: there is no log."""


class ReshardingSettings(Section):
    """Resharding."""

    resharding_copy_format: CopyFormat = CopyFormat.BINARY
    """Format in which rows are copied."""
    resharding_parallel_copies: PositiveCount = 1
    """Tables copied at the same time from each replica."""
    resharding_copy_retry_max_attempts: Count = 5
    """How often a failed copy is tried again."""
    resharding_copy_retry_min_delay: Milliseconds = 1.0
    """Pause before the first of these; it doubles up to 32 times this."""
    resharding_replication_retry_max_attempts: Count = 5
    """How often broken replication is tried again; 0: for ever."""
    resharding_replication_retry_min_delay: Milliseconds = 1.0
    """Pause before each of these."""
    cutover_traffic_stop_threshold: Bytes = 1000000
    """Lag below which clients are made to wait for the cutover."""
    cutover_replication_lag_threshold: Bytes = 0
    """Lag at which the cutover happens."""
    cutover_last_transaction_delay: Milliseconds = 1.0
    """Without a transaction for this long, it happens too."""
    cutover_timeout: Milliseconds = 30.0
    """Longest time for which clients wait."""
    cutover_timeout_action: CutoverAction = CutoverAction.ABORT
    """What happens then: ``abort``, or ``cutover`` all the same."""
    cutover_save_config: Flag = False
    """Whether the changed files are written, the old ones kept as ``pgdog.bak.toml`` and ``users.bak.toml``."""
