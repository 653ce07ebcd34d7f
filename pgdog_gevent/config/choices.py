"""The settings that choose one of a few words. A member's value is the word in the file."""

from enum import Enum


class PoolerMode(Enum):
    """For how long a client keeps a server connection."""

    TRANSACTION = 'transaction'
    """From the first statement of a transaction to its end."""
    SESSION = 'session'
    """From the first statement to the client's end."""
    STATEMENT = 'statement'
    """For one statement; transactions of several statements are refused.

    Every way to open one is refused, not only text that starts with BEGIN as in PgDog, and
    ``PGDOG_POOLER_MODE`` may say ``statement``, which PgDog does not understand.
    """


class LoadBalancing(Enum):
    """How a replica is chosen for a read."""

    RANDOM = 'random'
    ROUND_ROBIN = 'round_robin'
    LEAST_ACTIVE_CONNECTIONS = 'least_active_connections'
    """Fewest connections in use. (PgDog's documentation says idle ones; its source counts those in use.)"""
    WEIGHTED_ROUND_ROBIN = 'weighted_round_robin'


class ReadWriteStrategy(Enum):
    """Where a transaction begins that has not said whether it writes."""

    CONSERVATIVE = 'conservative'
    AGGRESSIVE = 'aggressive'


class ReadWriteSplit(Enum):
    """Whether the primary serves reads."""

    INCLUDE_PRIMARY = 'include_primary'
    EXCLUDE_PRIMARY = 'exclude_primary'
    INCLUDE_PRIMARY_IF_REPLICA_BANNED = 'include_primary_if_replica_banned'
    PREFER_PRIMARY = 'prefer_primary'


class FunctionVolatility(Enum):
    """Which functions a statement may call and still be a read."""

    CATALOG = 'catalog'
    """Those that the catalog of the database does not call VOLATILE."""
    IGNORE = 'ignore'
    """All but those of PostgreSQL that are known to write: the rule of PgDog."""


class ReadYourWrites(Enum):
    """Whose writes a read must find, wherever it goes."""

    OFF = 'off'
    SESSION = 'session'
    """Those of its own session."""
    DATABASE = 'database'
    """Those of all clients of the database."""


class TwoPhaseReads(Enum):
    """What a read of several shards shows of a transaction that is committed on some of them already."""

    NOW = 'now'
    """What each shard has."""
    WAIT = 'wait'
    """All of it: the read waits until it is committed everywhere."""


class TlsVerify(Enum):
    """How far a server must prove who it is.

    PgDog's documentation writes ``none`` for the first; its source takes ``disabled``, and so do we.
    """

    DISABLED = 'disabled'
    """No TLS to servers."""
    PREFER = 'prefer'
    """TLS if the server offers it; its certificate is not checked."""
    VERIFY_CA = 'verify_ca'
    """TLS, and a certificate that a trusted authority signed."""
    VERIFY_FULL = 'verify_full'
    """As verify_ca, and the certificate names the host."""


class SizeLimitAction(Enum):
    """What happens to a statement longer than ``query_size_limit``."""

    WARN = 'warn'
    BLOCK = 'block'


class PreparedStatements(Enum):
    """Which prepared statements are kept across server connections."""

    DISABLED = 'disabled'
    EXTENDED = 'extended'
    """Named statements of the extended protocol."""
    EXTENDED_ANONYMOUS = 'extended_anonymous'
    """Those, and the unnamed one."""
    FULL = 'full'
    """Those, and the statements PREPARE and EXECUTE."""


class QueryParser(Enum):
    """When SQL is parsed."""

    ON = 'on'
    AUTO = 'auto'
    OFF = 'off'
    SESSION_CONTROL = 'session_control'
    SESSION_CONTROL_AND_LOCKS = 'session_control_and_locks'

    @property
    def routes(self) -> bool:
        """Return whether it is looked into a text to find out where it goes."""
        return self in (QueryParser.ON, QueryParser.AUTO)


class QueryParserEngine(Enum):
    """By which path the parser hands over its syntax tree."""

    PG_QUERY_PROTOBUF = 'pg_query_protobuf'
    PG_QUERY_RAW = 'pg_query_raw'


class PassthroughAuth(Enum):
    """Whether users that are not in users.toml log in with the password that their server accepts."""

    DISABLED = 'disabled'
    ENABLED = 'enabled'
    """Under TLS only."""
    ENABLED_PLAIN = 'enabled_plain'
    """Also without TLS: the password travels readable."""
    ENABLED_ALLOW_CHANGE = 'enabled_allow_change'
    """Under TLS only; a new password replaces the known one if the server accepts it."""
    ENABLED_PLAIN_ALLOW_CHANGE = 'enabled_plain_allow_change'

    @property
    def enabled(self) -> bool:
        """Whether there is pass-through authentication at all."""
        return self is not PassthroughAuth.DISABLED

    @property
    def plain(self) -> bool:
        """Whether it works without TLS."""
        return self in (PassthroughAuth.ENABLED_PLAIN, PassthroughAuth.ENABLED_PLAIN_ALLOW_CHANGE)

    @property
    def allows_change(self) -> bool:
        """Whether a password that differs from the known one is tried at the server."""
        return self in (PassthroughAuth.ENABLED_ALLOW_CHANGE, PassthroughAuth.ENABLED_PLAIN_ALLOW_CHANGE)


class AuthType(Enum):
    """How clients prove their password."""

    SCRAM = 'scram'
    MD5 = 'md5'
    PLAIN = 'plain'
    TRUST = 'trust'


class Recovery(Enum):
    """What is done with a server connection whose client left it in the middle of something."""

    RECOVER = 'recover'
    """Read the outstanding answers and roll back."""
    ROLLBACK_ONLY = 'rollback_only'
    """Roll back if nothing is outstanding, else close."""
    DROP = 'drop'
    """Close."""


class ClientRecovery(Enum):
    """What becomes of a client that found no server connection."""

    RECOVER = 'recover'
    """It gets an error and stays."""
    ROLLBACK_ONLY = 'rollback_only'
    """Accepted as PgDog accepts it; the same as ``recover``."""
    DROP = 'drop'
    """It is disconnected."""


class LogFormat(Enum):
    """The form of a log line."""

    TEXT = 'text'
    JSON = 'json'
    JSON_FLATTENED = 'json_flattened'


class UniqueIdFunction(Enum):
    """Which of two layouts ``pgdog.unique_id`` has."""

    STANDARD = 'standard'
    COMPACT = 'compact'


class SystemCatalogs(Enum):
    """How the tables of the system catalogs are read in a sharded database."""

    OMNISHARDED = 'omnisharded'
    OMNISHARDED_STICKY = 'omnisharded_sticky'
    SHARDED = 'sharded'


class CopyFormat(Enum):
    """The format in which resharding copies rows."""

    BINARY = 'binary'
    TEXT = 'text'


class LoadSchema(Enum):
    """Whether tables and columns are read from the servers at start."""

    ON = 'on'
    OFF = 'off'
    AUTO = 'auto'
    """Only for databases of more than one shard."""


class CutoverAction(Enum):
    """What happens when a cutover takes longer than ``cutover_timeout``."""

    ABORT = 'abort'
    CUTOVER = 'cutover'


class Role(Enum):
    """What a server is in its shard."""

    PRIMARY = 'primary'
    REPLICA = 'replica'
    AUTO = 'auto'
    """To be found out by asking it."""


class ServerAuth(Enum):
    """How the proxy proves itself to servers."""

    PASSWORD = 'password'
    RDS_IAM = 'rds_iam'
    AZURE_WORKLOAD_IDENTITY = 'azure_workload_identity'
    VAULT_DYNAMIC = 'vault_dynamic'
    VAULT_STATIC = 'vault_static'


class RewriteMode(Enum):
    """What is done with a statement that cannot run on shards as written."""

    IGNORE = 'ignore'
    ERROR = 'error'
    REWRITE = 'rewrite'
    REWRITE_OMNI = 'rewrite_omni'


class ShardKeyType(Enum):
    """The type of a sharding key."""

    BIGINT = 'bigint'
    UUID = 'uuid'
    VARCHAR = 'varchar'
    VECTOR = 'vector'


class Hasher(Enum):
    """The function from a sharding key to a shard."""

    POSTGRES = 'postgres'
    """That of PostgreSQL's hash partitions."""
    SHA1 = 'sha1'


class LookupResult(Enum):
    """What a lookup query returns."""

    VALUE = 'value'
    SHARD = 'shard'


class MappingKind(Enum):
    """The kind of one rule of ``[[sharded_mappings]]``."""

    LIST = 'list'
    RANGE = 'range'
    DEFAULT = 'default'


class MirrorLevel(Enum):
    """Which statements are mirrored."""

    ALL = 'all'
    DML = 'dml'
    DDL = 'ddl'


class VaultAuth(Enum):
    """How the proxy logs in to Vault."""

    KUBERNETES = 'kubernetes'
    APPROLE = 'approle'
