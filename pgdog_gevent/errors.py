"""What can go wrong in the proxy, each with the SQLSTATE that the client is told.

There is one door: ``frontend.session``, for replication ``frontend.replication``, catches ``ProxyError`` and sends
its ErrorResponse. Errors that PostgreSQL itself reports are frames and pass unchanged; they are no exceptions here.
"""

from enum import Enum
from typing import ClassVar

from pgdog_gevent import sqlstate


class Severity(Enum):
    """What an error does to the session it happens in."""

    ERROR = 'ERROR'
    """The statement fails; the session goes on."""
    FATAL = 'FATAL'
    """The session ends."""


class ProxyError(Exception):
    """An error of the proxy's own, as an ErrorResponse will tell it.

    ``detail`` gives the figures, ``hint`` the remedy; both may be empty. None of the three may hold a secret.
    """

    sqlstate: str = sqlstate.INTERNAL_ERROR
    severity: ClassVar[Severity] = Severity.ERROR
    routine: ClassVar[str] = ''
    """The function of PostgreSQL's that reports the same; some drivers tell errors apart by it."""

    def __init__(self, message: str, *, detail: str = '', hint: str = '') -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.hint = hint
        self.position = 0
        """The character of the client's text that it is about, from 1; 0 if it is about none."""


class OutdatedPlan(ProxyError):
    """A prepared statement returns something else than its client was told: the client would misread the rows."""

    sqlstate = sqlstate.FEATURE_NOT_SUPPORTED
    routine = 'RevalidateCachedQuery'

    def __init__(self) -> None:
        super().__init__('cached plan must not change result type')


class ProtocolViolation(ProxyError):
    """A peer sent bytes that the protocol does not allow."""

    sqlstate = sqlstate.PROTOCOL_VIOLATION
    severity = Severity.FATAL


class ConnectionLost(ProxyError):
    """A peer closed its connection, or the network did."""

    sqlstate = sqlstate.CONNECTION_FAILURE


class ClientGone(ConnectionLost):
    """The client is no longer there: nobody is left to be told."""

    severity = Severity.FATAL


class ClientAbandoned(ClientGone):
    """The client is given up in the middle of a message, where it cannot be told why; so the log says it."""


class ServerLost(ConnectionLost):
    """A server connection ended while it was in use."""


class ServerViolation(ServerLost):
    """A server sent bytes that the protocol does not allow; its connection cannot be used any more."""


class ServedElsewhere(ProxyError):
    """A request that only reads has to be done by another server; its client has not been told anything yet.

    It never reaches the client. ``lost``: the server is, as ``message`` says; otherwise it refuses to write.
    """

    def __init__(self, message: str, *, lost: bool) -> None:
        super().__init__(message)
        self.lost = lost


class CommitOutcomeUnknown(ProxyError):
    """Nobody can say whether a transaction was committed."""

    sqlstate = sqlstate.TRANSACTION_RESOLUTION_UNKNOWN


class FeatureNotSupported(ProxyError):
    """The proxy cannot do this exactly, so it does not do it at all."""

    sqlstate = sqlstate.FEATURE_NOT_SUPPORTED


class DeadlockDetected(ProxyError):
    """Transactions on several shards wait for one another in a circle, which no server can see; this one is to end."""

    sqlstate = sqlstate.DEADLOCK_DETECTED
    routine = 'DeadLockReport'

    def __init__(self, circle: str) -> None:
        super().__init__('deadlock detected', detail=circle, hint='See server log for query details.')


class TenantMissing(ProxyError):
    """A statement may concern rows of other tenants than it names (``[multi_tenant]``)."""

    sqlstate = sqlstate.INSUFFICIENT_PRIVILEGE


class CrossShardDisabled(ProxyError):
    """A statement takes several shards, and ``cross_shard_disabled`` forbids that."""

    sqlstate = sqlstate.SYSTEM_ERROR

    def __init__(self, shards: int) -> None:
        super().__init__(
            'statements for several shards are disabled',
            detail=f'cross_shard_disabled is true, and this one would go to {shards} shards.',
            hint='Restrict the sharding key to one value, or name a shard in a comment.',
        )


class LookupFailed(ProxyError):
    """A ``lookup_query`` does not say what a sharding key stands for."""

    sqlstate = sqlstate.SYSTEM_ERROR

    def __init__(self, detail: str) -> None:
        super().__init__('sharding key lookup failed', detail=detail)


class LookupOverdue(ProxyError):
    """A ``lookup_query`` takes longer than ``sharding_lookup_timeout``, in seconds; the server may still be at it."""

    sqlstate = sqlstate.SYSTEM_ERROR

    def __init__(self, limit: float) -> None:
        super().__init__('sharding key lookup failed', detail=f'It took longer than {limit:g} s.')


class ShardsDisagree(FeatureNotSupported):
    """The answers of several shards to one statement do not fit together: there is no one answer to it."""


class GatherLimit(ProxyError):
    """Shards have more rows for a statement than may be brought together."""

    sqlstate = sqlstate.PROGRAM_LIMIT_EXCEEDED

    def __init__(self, limit: int) -> None:
        super().__init__(
            f'the rows of several shards that this statement needs together have more than {limit} bytes',
            hint='Raise gather_limit, or ask for fewer rows.',
        )


class BadCopyData(ProxyError):
    """What a client sends for COPY is not taken."""


class BadCopyFormat(BadCopyData):
    """It cannot be divided into rows: in PostgreSQL's words."""

    sqlstate = sqlstate.BAD_COPY_FILE_FORMAT


class CopyRowTooLong(BadCopyData):
    """A row is longer than PostgreSQL takes."""

    sqlstate = sqlstate.PROGRAM_LIMIT_EXCEEDED

    def __init__(self, limit: int) -> None:
        super().__init__(f'a row of COPY has more than {limit} bytes')


class AuthenticationFailed(ProxyError):
    """The client did not prove who it is: the same words whatever was wrong."""

    sqlstate = sqlstate.INVALID_PASSWORD
    severity = Severity.FATAL


class ConnectionRejected(ProxyError):
    """The client may not connect this way, for example without TLS."""

    sqlstate = sqlstate.SQLSERVER_REJECTED_CONNECTION
    severity = Severity.FATAL


class LoginTimeout(ProxyError):
    """The client took longer than ``client_login_timeout`` to log in."""

    sqlstate = sqlstate.QUERY_CANCELED
    severity = Severity.FATAL


class InvalidParameterValue(ProxyError):
    """A StartupMessage gives a parameter a value that it cannot have."""

    sqlstate = sqlstate.INVALID_PARAMETER_VALUE
    severity = Severity.FATAL


class WrongSetting(ProxyError):
    """A statement gives a parameter of the proxy a value that it cannot have."""

    sqlstate = sqlstate.INVALID_PARAMETER_VALUE


class UniqueIdUnavailable(ProxyError):
    """``pgdog.unique_id()`` cannot give an id that is certainly nobody else's."""

    sqlstate = sqlstate.OBJECT_NOT_IN_PREREQUISITE_STATE


class TooManyClients(ProxyError):
    """The limit on client connections is reached."""

    sqlstate = sqlstate.TOO_MANY_CONNECTIONS
    severity = Severity.FATAL


class PoolTimeout(ProxyError):
    """No server connection became free within ``checkout_timeout``."""

    sqlstate = sqlstate.TOO_MANY_CONNECTIONS


class ServerUnreachable(ProxyError):
    """A server cannot be connected to; the message has its own words where it gave any."""

    sqlstate = sqlstate.CONNECTION_FAILURE


class ServerUnsuitable(ServerUnreachable):
    """The server is there, and cannot be used as it is: to wait would not help."""


class CannotConnectNow(ProxyError):
    """There is nothing to connect to for the moment: starting, or no usable server."""

    sqlstate = sqlstate.CANNOT_CONNECT_NOW


class ShuttingDown(ProxyError):
    """The proxy is going down, or an administrator ended this session."""

    sqlstate = sqlstate.ADMIN_SHUTDOWN
    severity = Severity.FATAL


class QueryCanceled(ProxyError):
    """Cancelled by the client, or by a timeout that the message names."""

    sqlstate = sqlstate.QUERY_CANCELED


class CanceledByUser(QueryCanceled):
    """A CancelRequest came before a server had the query; in PostgreSQL's words."""

    def __init__(self) -> None:
        super().__init__('canceling statement due to user request')


class IdleTimeout(ProxyError):
    """The client was silent for longer than a setting allows; the message names the setting."""

    sqlstate = sqlstate.IDLE_SESSION_TIMEOUT
    severity = Severity.FATAL


class FailedTransaction(ProxyError):
    """The transaction has failed; only its end is accepted."""

    sqlstate = sqlstate.IN_FAILED_SQL_TRANSACTION


class NoActiveTransaction(ProxyError):
    """``command`` needs a transaction that the client has begun: in PostgreSQL's words."""

    sqlstate = sqlstate.NO_ACTIVE_SQL_TRANSACTION

    def __init__(self, command: str) -> None:
        super().__init__(f'{command} can only be used in transaction blocks')


class RowMovedMeanwhile(ProxyError):
    """A row that was to get another sharding key has gone while it was waited for."""

    sqlstate = sqlstate.SERIALIZATION_FAILURE

    def __init__(self) -> None:
        super().__init__(
            'the row has been changed, deleted or moved to another shard by a concurrent transaction',
            hint='Try again.',
        )


class StatementNotFound(ProxyError):
    """A prepared statement of this name does not exist in this session."""

    sqlstate = sqlstate.INVALID_SQL_STATEMENT_NAME


class StatementExists(ProxyError):
    """A prepared statement of this name exists in this session."""

    sqlstate = sqlstate.DUPLICATE_PREPARED_STATEMENT

    def __init__(self, name: bytes) -> None:
        super().__init__(f'prepared statement "{name.decode(errors="replace")}" already exists')


class PortalNotFound(ProxyError):
    """A portal of this name does not exist in this session."""

    sqlstate = sqlstate.INVALID_CURSOR_NAME

    def __init__(self, name: bytes) -> None:
        super().__init__(f'portal "{name.decode(errors="replace")}" does not exist')


class PortalExists(ProxyError):
    """A portal of this name exists in this session."""

    sqlstate = sqlstate.DUPLICATE_CURSOR

    def __init__(self, name: bytes) -> None:
        super().__init__(f'cursor "{name.decode(errors="replace")}" already exists')


class PortalCannotBeRun(ProxyError):
    """A portal has been run to its end, and does what is not to be done twice."""

    sqlstate = sqlstate.OBJECT_NOT_IN_PREREQUISITE_STATE

    def __init__(self, name: bytes) -> None:
        super().__init__(f'portal "{name.decode(errors="replace")}" cannot be run')


class AdminCommandFailed(ProxyError):
    """The admin console cannot do what it was asked."""

    sqlstate = sqlstate.SYNTAX_ERROR


class NotRecovered(AdminCommandFailed):
    """Not all transactions in doubt could be finished, or even found."""

    sqlstate = sqlstate.OBJECT_NOT_IN_PREREQUISITE_STATE


class StatementTooLarge(ProxyError):
    """A message is longer than ``query_size_limit``."""

    sqlstate = sqlstate.PROGRAM_LIMIT_EXCEEDED
    severity = Severity.FATAL


class NoSuchDatabase(ProxyError):
    """The administrator named a database that does not exist."""

    sqlstate = sqlstate.INVALID_CATALOG_NAME


class UnknownPool(ProxyError):
    """An administrator names a pool that does not exist."""

    sqlstate = sqlstate.UNDEFINED_OBJECT

    def __init__(self, number: int) -> None:
        super().__init__(f'there is no pool {number}', hint='SHOW POOLS lists them.')


class UnknownClient(ProxyError):
    """The administrator named a client that is not connected."""

    sqlstate = sqlstate.UNDEFINED_OBJECT
