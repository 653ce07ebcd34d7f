"""One connection to a PostgreSQL server, and all that is known about its state."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from time import monotonic, time
from types import MappingProxyType

from gevent import Greenlet

from pgdog_gevent.backend.canceller import CancelKey, Canceller, Instead
from pgdog_gevent.backend.counters import ServerCounters
from pgdog_gevent.backend.note import Note, take_back
from pgdog_gevent.backend.prepared import PreparedStatement, ServerStatements
from pgdog_gevent.backend.settings import NO_SETTINGS, Settings, transition
from pgdog_gevent.config.resolve import PoolSettings
from pgdog_gevent.errors import ServerLost
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import BACKEND_LIMITS, Backend, Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.ledger import Owed, ReplyLedger
from pgdog_gevent.protocol.query import Named, Target
from pgdog_gevent.protocol.response import (
    ErrorFields,
    ServersWords,
    TransactionStatus,
    read_parameter_status,
    transaction_status,
)
from pgdog_gevent.sqlstate import QUERY_CANCELED


class ServerError(ServersWords):
    """PostgreSQL refused a statement that the proxy sent on its own account."""


def shared(parameters: Mapping[str, str]) -> Mapping[str, str]:
    """One object for equal parameters, so that ``is`` tells in no time that two sessions see the same."""
    return _shared(tuple(parameters.items()))


@lru_cache(maxsize=4096)
def _shared(parameters: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return MappingProxyType(dict(parameters))


class BackendConnection:
    """A session with a server: its stream, the replies it owes, what it has prepared and which settings are in force.

    It belongs to its pool while idle, and to one ``Binding`` while lent.
    """

    __slots__ = (
        '_committed',
        '_revoked',
        '_tainted',
        'advanced_sequences',
        'canceller',
        'changed',
        'checked_at',
        'client_id',
        'configured_by',
        'connected_at',
        'copying_in',
        'counters',
        'dirty',
        'expires_at',
        'foreign_sequences',
        'generation',
        'key',
        'last_client_id',
        'ledger',
        'notifications',
        'opened_at',
        'parameters',
        'prepared',
        'recall',
        'released_at',
        'reports',
        'request_at',
        'settings',
        'severed',
        'status',
        'stream',
        'waited',
    )  # fmt: skip

    def __init__(
        self, stream: Stream, key: CancelKey, parameters: dict[str, str], send_cancel: Callable[[], bool], *,
        expires_at: float, reports: Mapping[str, str] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """``reports``: what clients are told of some parameters, whatever the server says."""
        self.stream = stream
        self.key = key
        self.canceller = Canceller(send_cancel)
        self.reports = reports
        self.parameters = shared({**parameters, **{name: reports[name] for name in reports if name in parameters}})
        """As the server last reported them in ParameterStatus; one object for all servers that report the same."""
        self.settings: Settings = NO_SETTINGS
        """What has been set in this session, by SQL that the proxy knows."""
        self._committed = NO_SETTINGS
        """What of it stays when the transaction is rolled back."""
        self.dirty = ''
        """Why the session must be reset wholly before its next user; empty if it need not."""
        self._tainted = False
        self.changed = False
        """What its present user has done may have changed what texts mean in this session."""
        self.status = TransactionStatus.IDLE
        self.copying_in = False
        """The server waits for CopyData."""
        self.prepared = ServerStatements()
        self.configured_by: PoolSettings | None = None
        self._revoked: list[tuple[Owed[Note], bool]] = []
        self.ledger: ReplyLedger[Note] = ReplyLedger(self._revoke)
        self.counters = ServerCounters()
        self.client_id: int | None = None
        self.last_client_id: int | None = None
        self.advanced_sequences = self.foreign_sequences = False
        """Whether the client that has it, or had it last, may have taken from sequences; whether others may have."""
        self.notifications: list[Frame] = []
        """Those for its present user that came while the proxy asked something on its own account."""
        self.recall: Callable[[], None] | None = None
        """How its pool asks for it back, if whoever has it would keep it for ever."""
        self.waited = 0.0
        """Seconds that its present user has waited for it."""
        self.generation = 0
        self.opened_at = self.checked_at = self.released_at = monotonic()
        self.connected_at = time()
        self.request_at = 0.0
        """When it was sent its last request; 0 before the first one."""
        self.expires_at = expires_at
        self.severed = ''
        """Why it has been broken off here; empty if it has not."""

    @property
    def settled(self) -> bool:
        """Between statements and outside a transaction."""
        return self.status is TransactionStatus.IDLE and self.ledger.settled

    @property
    def busy(self) -> bool:
        """Whether the server has something to answer."""
        return not self.ledger.settled or bool(self.stream.early)

    @property
    def in_failed_transaction(self) -> bool:
        return self.status is TransactionStatus.FAILED

    @property
    def clean(self) -> bool:
        """Whether the next user may have it as it is."""
        return self.settled and not self.dirty and not self.canceller.asked and not self.stream.early

    def configure(self, settings: PoolSettings) -> None:
        """Heed the settings of the pool."""
        if self.configured_by is not settings:
            self.configured_by = settings
            self.prepared.configure(settings)

    def lend_to(self, client_id: int) -> None:
        """Note who uses it from now on."""
        if self.notifications:
            self.notifications.clear()
        self.client_id = client_id
        if self.last_client_id != client_id:
            self.last_client_id = client_id
            self.foreign_sequences = self.foreign_sequences or self.advanced_sequences
            self.advanced_sequences = False

    def taint(self, reason: str) -> None:
        """Nobody can say what the session has become: it is reset wholly before the next user."""
        self.dirty = self.dirty or reason
        self._tainted = True

    def proven_clean(self) -> None:
        """The server has said that what made it ``dirty`` is gone; that does not help if it is tainted."""
        if not self._tainted:
            self.dirty = ''
            self.changed = False

    def note_change(self) -> None:
        """A round has ended: what is ``dirty`` now is so for the next one."""
        self.changed = bool(self.dirty)

    def wear_out(self) -> None:
        """Have the pool close it when it comes back."""
        self.expires_at = 0.0

    def sever(self, reason: str) -> None:
        """Break it off: whoever waits for the server is told that it is lost."""
        self.severed = self.severed or reason
        self.stream.cut()

    def _revoke(self, owed: Owed[Note], skipped: bool) -> None:
        """The server has failed or skipped a message that would have changed what is prepared."""
        self._revoked.append((owed, skipped))

    def take_revoked(self) -> list[tuple[Note, bool]]:
        """Take back what was prepared and closed since it was last called, and did not happen.

        Return what the session must take back, the last first; with whether it was skipped.
        """
        revoked, self._revoked = self._revoked[::-1], []
        for owed, _ in revoked:
            take_back(owed, self.prepared)
        return [(owed.note, skipped) for owed, skipped in revoked if owed.note is not None]

    def read_frame(self) -> Frame:
        return self.stream.read_frame(BACKEND_LIMITS)

    def note_parameter(self, body: bytes) -> tuple[str, str]:
        """Take in a ParameterStatus."""
        name, value = read_parameter_status(body)
        value = self.reports.get(name, value)
        if self.parameters.get(name) != value:
            self.parameters = shared({**self.parameters, name: value})
        return name, value

    def cancel(self) -> 'Greenlet[..., None] | None':
        """Have the server cancel the request in flight, if there is one. Does not wait.

        When the greenlet that is returned has ended, the cancel can hit no later request.
        """
        if not self.busy:
            return None
        request_at = self.request_at
        return self.cancel_if(lambda: self.busy and self.request_at == request_at)

    def cancel_if(self, wanted: Callable[[], bool]) -> 'Greenlet[..., None] | None':
        """As ``cancel``, for those who know better than the ledger whether there is something to cancel."""
        return self.canceller.request(wanted) if self.key.given else None

    def cancel_with(self, error: bytes) -> 'Greenlet[..., None] | None':
        """As ``cancel``; if that ends the request, this is the body of the ErrorResponse that says so."""
        self.canceller.instead = Instead(self.request_at, error)
        return self.cancel()

    def explained(self, error: Frame) -> Frame:
        """An ErrorResponse; one that says that the request was canceled, as ``cancel_with`` wants it."""
        instead = self.canceller.instead
        if instead is None or instead.request_at != self.request_at:
            return error
        return Frame(error.code, instead.error) if ErrorFields.decode(error.body).sqlstate == QUERY_CANCELED else error

    # Statements of the proxy's own

    def run(self, sql: bytes) -> tuple[bytes, ...]:
        """Run SQL on the proxy's own account and return the bodies of its rows.

        Raises ServerError if the server refuses, after its ReadyForQuery, so that the connection can be used again.
        """
        self.tell(sql)
        return self.hear()

    def tell(self, sql: bytes) -> None:
        """Send SQL as ``run`` does, and do not wait: so several servers can be at it at once. Raises ServerLost."""
        self._send(query.query(sql), Frontend.QUERY)

    def hear(self) -> tuple[bytes, ...]:
        """What ``run`` returns, for what has been sent by ``tell``."""
        return self._receive()

    def prepare(self, statement: PreparedStatement) -> None:
        """Have a statement prepared under its server-side name. Raises ServerError as ``run``."""
        if statement.made_by is not None:
            self.run(statement.made_by.under(statement.server_name))
        else:
            self._ask(statement.parse(statement.server_name) + query.SYNC, Frontend.PARSE, Frontend.SYNC)
        self.prepared.add(statement.server_name, monotonic())

    def close_stale(self) -> None:
        """Close the statements that may or may not be there under names that are to be used anew."""
        names = tuple(self.prepared.stale)
        if names:
            closes = b''.join(Named(Target.STATEMENT, name).encode(Frontend.CLOSE) for name in names)
            self._ask(closes + query.SYNC, *(Frontend.CLOSE for _ in names), Frontend.SYNC)
            self.prepared.stale.clear()
            for name in names:
                self.prepared.discard(name)

    def _ask(self, messages: bytes, *codes: int) -> tuple[bytes, ...]:
        self._send(messages, *codes)
        return self._receive()

    def _send(self, messages: bytes, *codes: int) -> None:
        assert self.ledger.settled
        self.prepared.unnamed = None
        self.stream.write(messages)
        self.stream.flush()
        for code in codes:
            self.ledger.sent(Owed(code))

    def _receive(self) -> tuple[bytes, ...]:
        rows: list[bytes] = []
        refused: ErrorFields | None = None
        while not self.ledger.settled:
            frame = self.read_frame()
            self.ledger.received(frame.code)
            match frame.code:
                case Backend.DATA_ROW:
                    rows.append(frame.body)
                case Backend.ERROR_RESPONSE:
                    refused = refused or ErrorFields.decode(self.explained(frame).body)
                    if refused.final:
                        raise ServerLost(refused.message, detail=refused.detail, hint=refused.hint)
                case Backend.PARAMETER_STATUS:
                    self.note_parameter(frame.body)
                case Backend.NOTIFICATION_RESPONSE:
                    self.notifications.append(frame)
                case Backend.READY_FOR_QUERY:
                    self.status = transaction_status(frame.body)
        if refused is not None:
            raise ServerError(refused)
        return tuple(rows)

    def apply(self, wanted: Settings) -> None:
        """Make ``wanted`` the settings of this session. Raises ServerError, with nothing changed, if one is refused."""
        if self.settings is wanted:
            return
        sql = transition(self.settings, wanted)
        if sql:
            self.run(sql)
        self.note_settings(wanted)

    def note_settings(self, in_force: Settings) -> None:
        """Take in what statements have set; they have been answered with a ReadyForQuery."""
        self.settings = in_force
        if self.status is TransactionStatus.IDLE:
            self._committed = in_force

    def commit_settings(self, in_force: Settings) -> None:
        """A COMMIT has made them permanent; with AND CHAIN the next transaction has begun already."""
        self._committed = in_force

    def roll_back(self) -> None:
        """End the transaction; what it has set is undone. Raises ServerError, ServerLost."""
        self.counters.rollbacks += 1
        self.run(b'ROLLBACK')
        self.rolled_back()

    def rolled_back(self) -> None:
        """The transaction has ended so: what it has set is undone."""
        self.settings = self._committed

    def discard_sequences(self) -> None:
        """Let currval() and lastval() know of nothing. Raises ServerError, ServerLost."""
        self.run(b'DISCARD SEQUENCES')
        self.advanced_sequences = self.foreign_sequences = False

    def forget_session(self) -> None:
        """After a reset: nothing is set any more."""
        self.settings = self._committed = NO_SETTINGS
        self.dirty = ''
        self._tainted = self.changed = self.advanced_sequences = self.foreign_sequences = False
