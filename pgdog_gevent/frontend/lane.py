"""The fast lane: turns that leave nothing behind and need nothing but a server.

A turn is what a client sends up to a Query or a Sync. Most are one statement that changes nothing in its session, for a
server that is as this session wants it. They are sent as soon as that is known, and their answers pass in one piece.
As soon as anything else shows, the turn is done over again by ``Requests``, which knows all there is to know; what the
server has been sent by then is compared with what ``Requests`` would have sent, and not sent once more.
"""

from collections.abc import Mapping
from time import monotonic, time
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.note import Note
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.execution.answers import MAY_ADVANCE_SEQUENCES
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.frontend.foresight import vouched
from pgdog_gevent.frontend.requests import Requests
from pgdog_gevent.frontend.turn import Turn
from pgdog_gevent.observe.snapshot import Activity
from pgdog_gevent.protocol.codes import FRONTEND_LIMITS, Frontend
from pgdog_gevent.protocol.frames import HEADER_SIZE
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.functions import Functions
from pgdog_gevent.router.statement import CONTROL, ORDINARY, Statement

_QUERY: Final = Frontend.QUERY
_ACTIVE: Final = Activity.ACTIVE
_IDLE: Final = Activity.IDLE
_IDLE_IN_TRANSACTION: Final = Activity.IDLE_IN_TRANSACTION
_STATUS: Final = {status.value: status for status in TransactionStatus}
_IN_NO_TRANSACTION: Final = TransactionStatus.IDLE.value


class Lane:
    """Serves the turns of one session as long as they are plain.

    What it leaves for ``Requests`` to know, an unnamed statement and portal, it hands over when it is left.
    """

    __slots__ = (
        '_accounting', '_agreement', '_answers', '_binding', '_cache', '_client', '_cluster', '_exchange', '_fate',
        '_functions', '_functions_plain', '_general', '_harmless_statement', '_keyed', '_moves', '_parameters',
        '_parse', '_plain_text', '_portal', '_prepared', '_renames', '_requests', '_services', '_state', '_status',
        '_stream', '_told', '_turn', 'closed', 'code',
    )  # fmt: skip

    def __init__(self, exchange: Exchange, requests: Requests) -> None:
        self._exchange = exchange
        self._requests = requests
        self._client = exchange.client
        self._stream = exchange.stream
        self._binding = exchange.binding
        self._cluster = exchange.cluster
        self._services = exchange.services
        self._general = exchange.services.general
        self._cache = exchange.services.cache
        self._prepared = exchange.prepared
        self._state = exchange.state
        self._parameters = exchange.parameters
        self._fate = exchange.fate
        self._accounting = exchange.accounting
        self._answers = exchange.relay.answers
        self._agreement = exchange.relay.agreement
        self._renames = exchange.renames
        self._moves = exchange.moves
        self._status = 0
        self._told: Mapping[str, str] | None = None
        self._keyed = False
        self._plain_text = self._plain
        self._harmless_statement = self._harmless
        self._functions: Functions | None = None
        self._functions_plain = False
        """Whether ``_functions``, as they were last seen, are."""
        self._turn = Turn()
        self._parse = b''
        """The body of the last Parse, of which ``Prepared`` has not heard."""
        self._portal: PreparedStatement | bytes | None = None
        """What the unnamed portal is of, if ``Prepared`` has not heard of it: it lives as long as its transaction."""
        self.code = 0
        """The Query or Sync that is being answered; 0 while the client is waited for."""
        self.closed = False
        """The session is to end."""

    @property
    def open(self) -> bool:
        """Whether nothing is under way that takes care."""
        connection = self._binding.connection
        return (
            not self.closed
            and self._services.unhurried
            and self._cluster.topology.shards == 1
            and self._requests.between_turns
            and (connection is None or (connection.ledger.settled and not self._binding.doubtful))
        )

    def serve(self) -> bool:
        """Serve turns, if the lane is ``open``; say whether it may be asked again, or the next message takes care.

        Raises as ``Requests.take`` while ``code`` is set; otherwise what ends the session.
        """
        self.code = 0
        self._general = self._services.general
        self._status = self._state.status.value
        stream = self._stream
        try:
            while True:
                kind = stream.turn() if stream.position < len(stream.received) else 0
                while not kind:
                    if not self._await_client():
                        return False
                    kind = stream.turn()
                if kind < 0 or self.closed or self._services.general is not self._general:
                    return False
                self.code = kind
                message = stream.take_turn()
                started = monotonic()
                if not self._serve(message, started):
                    return self._carefully(message, started)
                self.code = 0
        finally:
            self._leave()

    def _await_client(self) -> bool:
        """Wait for more from the client; false if something else has to be done."""
        if self.closed:
            return False
        connection, client = self._binding.connection, self._client
        if connection is None:
            client.activity = _IDLE
            self._stream.receive()
        else:
            client.activity = _IDLE if self._status == _IN_NO_TRANSACTION else _IDLE_IN_TRANSACTION
            server = connection.stream
            if self._binding.doubtful or server.readable_now or self._stream.wait_either(server) is not self._stream:
                return False
            self._stream.receive_waiting()
        client.activity = _ACTIVE
        return True

    def _serve(self, message: bytes, started: float) -> bool:
        """Serve one turn; false if it takes care."""
        turn = self._turn
        query = self.code == _QUERY
        if query:
            if message.find(b'\0', HEADER_SIZE) != len(message) - 1:
                return False
            statement = self._plain(message[HEADER_SIZE:-1])
            sent, queries = message, 1
        elif turn.read(message, self._plain_text, self._harmless_statement, self._prepared.statements, self._renames):
            statement = turn.meaning
            sent, queries = turn.message, turn.executes
        else:
            return False
        if statement is None:
            return False
        if statement is not ORDINARY:
            self._fate.heed(statement)
        connection = self._binding.connection
        if connection is None:
            connection = self._bind(started, queries)
            if self._cluster.known_functions.current is not self._functions:
                return False  # They have changed while it was waited for.
        if not self._fits(connection) or not (query or turn.provided(connection.prepared)):
            return False
        connection.request_at = self._client.last_request_at = time()
        status = self._answered(connection, message, sent, queries)
        if not status:
            return False
        server = connection.stream
        if server.tags:
            self._count(connection, server.tags)
        if query:
            self._parse = b''
            if self._prepared.statements:
                self._prepared.forget_unnamed()
        else:
            self._note_names(turn, connection)
        connection.prepared.unnamed = None
        if statement is not ORDINARY or status != self._status:
            self._turned(connection, status, statement)
        now = monotonic()
        idle = status == _IN_NO_TRANSACTION
        self._accounting.turn(connection, self._binding.pool.counters, started, now, queries, idle)
        if idle:
            self._portal = None
            self._binding.give_back(now)
        if self._stream.rest or self._stream.out:
            self._stream.flush()
        return True

    def _plain(self, sql: bytes) -> Statement | None:
        """What a text means, if it is one of those that need no care here."""
        if self._told is not self._agreement.told:
            self._told, self._keyed = self._agreement.told, self._agreement.keyed
        statement = self._cache.statement(sql, self._keyed)
        if statement is not ORDINARY and (statement not in CONTROL or self._cluster.topology.statement_mode):
            return None
        return statement if self._calls_nothing(statement, sql) else None

    def _harmless(self, prepared: PreparedStatement) -> bool:
        """Whether a prepared statement is as ``_plain`` asks of a text."""
        statement = prepared.meaning
        if statement is not ORDINARY and (statement not in CONTROL or self._cluster.topology.statement_mode):
            return False
        return self._calls_nothing(statement, prepared.sql)

    def _calls_nothing(self, statement: Statement, sql: bytes) -> bool:
        """Whether no function that the statement calls unseen, by way of a trigger or view, changes the session."""
        functions = self._cluster.known_functions.current
        if functions is not self._functions:
            self._functions, self._functions_plain = functions, functions.plain
        return self._functions_plain or (statement is ORDINARY and not self._moves) or vouched(functions, sql)

    def _fits(self, connection: BackendConnection) -> bool:
        """Whether a server is as this session wants it, with nothing to be done or told first."""
        prepared, stream = connection.prepared, connection.stream
        return (
            connection.settings is self._parameters.current
            and connection.parameters is self._agreement.told
            and not prepared.stale
            and not prepared.private
            and prepared.ttl is None
            and not connection.notifications
            and stream.position >= len(stream.received)
        )

    def _bind(self, started: float, queries: int) -> BackendConnection:
        try:
            return self._binding.take_at_once(started) or self._exchange.bind()
        except BaseException:
            self._accounting.broken_off(None, queries)
            raise

    def _answered(self, connection: BackendConnection, message: bytes, sent: bytes, queries: int) -> int:
        """Send ``sent`` for the client's ``message`` and pass on the answer. The status; 0 if it takes care."""
        ledger = connection.ledger
        ledger.turn = message
        server = connection.stream
        try:
            status = server.answer(sent, self._stream)
        except BaseException:
            ledger.expand()
            server.answered = False
            self._accounting.broken_off(connection, queries)
            raise
        ledger.turn = b''
        return status

    def _count(self, connection: BackendConnection, tags: list[bytes]) -> None:
        for tag in tags:
            connection.counters.count_tag(tag)
            if tag[:4] in MAY_ADVANCE_SEQUENCES:
                connection.advanced_sequences = True

    def _turned(self, connection: BackendConnection, status: int, statement: Statement) -> None:
        self._answers.turned(connection, _STATUS[status], Note(statement.effects))
        self._status = status
        self._fate.answered()

    def _note_names(self, turn: Turn, connection: BackendConnection) -> None:
        """What later turns may speak of: the unnamed statement, and in a transaction the unnamed portal."""
        connection.counters.parses += turn.parses
        connection.counters.binds += turn.binds
        if turn.parses:
            self._parse = turn.parse
        if turn.binds:
            self._portal = turn.bound

    def _leave(self) -> None:
        """Hand over what ``Prepared`` has to know from now on."""
        if self._parse:
            self._prepared.adopt(self._parse)
            self._parse = b''
        if self._portal is not None:
            self._prepared.adopt_portal(self._portal)
            self._portal = None

    def _carefully(self, message: bytes, started: float) -> bool:
        """Have a turn done with all care, whatever has come of it so far; say that the lane may be asked again."""
        self._accounting.begun(started)
        connection = self._binding.connection
        if connection is not None and connection.stream.early and connection.stream.answered:
            self._count(connection, connection.stream.tags)
        self._leave()
        stream = self._stream
        stream.put_back(message)
        end = self.code
        while True:
            frame = stream.read_frame(FRONTEND_LIMITS)
            self.code = frame.code
            self._requests.take(frame)
            if frame.code == end:
                stream.flush()
                return True
