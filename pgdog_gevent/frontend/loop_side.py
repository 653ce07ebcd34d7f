"""The fast lane as far as the event loop serves it. Nothing here waits."""

from typing import Final

from greenlet import greenlet

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.line import Place
from pgdog_gevent.backend.note import Note
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.config.choices import PoolerMode
from pgdog_gevent.execution.answers import MAY_ADVANCE_SEQUENCES
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.frontend.judge import Judge
from pgdog_gevent.frontend.step import Step
from pgdog_gevent.frontend.turn import Turn
from pgdog_gevent.net.clock import monotonic, time
from pgdog_gevent.net.octets import part
from pgdog_gevent.net.wire import Attendant, Wire
from pgdog_gevent.observe.snapshot import Activity
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.frames import HEADER_SIZE
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.routes import ANYWHERE
from pgdog_gevent.router.statement import ORDINARY, Statement

# Plain numbers: to compare those costs less than to compare members of an enumeration.
_MORE: Final = int(Step.MORE)
_SENT: Final = int(Step.SENT)
_QUEUED: Final = int(Step.QUEUED)
_FLUSH: Final = int(Step.FLUSH)
_BIND: Final = int(Step.BIND)
_COVER: Final = int(Step.COVER)
_ANSWERED: Final = int(Step.ANSWERED)
_CARE: Final = int(Step.CARE)
_LEAVE: Final = int(Step.LEAVE)
_QUERY: Final = int(Frontend.QUERY)
_SYNC: Final = int(Frontend.SYNC)
_ACTIVE: Final = Activity.ACTIVE
_IDLE: Final = Activity.IDLE
_WAITING: Final = Activity.WAITING
_IDLE_IN_TRANSACTION: Final = Activity.IDLE_IN_TRANSACTION
_HEADER: Final = HEADER_SIZE
_ORDINARY: Final = ORDINARY
_SESSION: Final = PoolerMode.SESSION
_ANYWHERE: Final = ANYWHERE
_STATUS: Final = {status.value: status for status in TransactionStatus}
_IN_NO_TRANSACTION: Final = int(TransactionStatus.IDLE.value)


class Queued(Place):
    """The place of a session in the queue for a connection."""

    __slots__ = ('lane', 'pool')

    lane: 'LoopSide | None'
    """``None`` when it does not wait any more."""
    pool: Pool

    def wake(self) -> None:
        if self.lane is not None:
            self.lane.called()


class LoopSide(Attendant):
    """Begins turns where they arrive and ends them where their answers do, while the session's greenlet sleeps.

    Every method that takes part in a turn says which ``Step`` comes next.
    """

    __slots__ = (
        '_accounting', '_agreement', '_answers', '_binding', '_client', '_cluster', '_fate', '_general', '_judge',
        '_longest', '_message', '_next_step', '_parameters', '_parse', '_place', '_placing', '_portal', '_prepared',
        '_queries', '_reads', '_renames', '_services', '_since', '_sleeper', '_started', '_state', '_statement',
        '_status', '_stream', '_timed', '_turn', '_turn_status', 'closed', 'code',
    )  # fmt: skip

    def __init__(self, exchange: Exchange) -> None:
        self._client = exchange.client
        self._stream = exchange.stream
        self._binding = exchange.binding
        self._cluster = exchange.cluster
        self._services = exchange.services
        self._general = exchange.services.general
        self._prepared = exchange.prepared
        self._parameters = exchange.parameters
        self._state = exchange.state
        self._fate = exchange.fate
        self._accounting = exchange.accounting
        self._answers = exchange.relay.answers
        self._agreement = exchange.relay.agreement
        self._renames = exchange.renames
        self._placing = exchange.placing
        self._judge = Judge(exchange.services.cache, self._agreement, exchange.cluster, moves=exchange.moves)
        self._sleeper: greenlet | None = None
        """The greenlet of the session, while the event loop serves it."""
        self._next_step: int = _MORE
        self._status = 0
        """As the last turn, or what was before the first, has left it."""
        self._message = b''
        """The turn that is being served; empty between turns."""
        self._statement: Statement = ORDINARY
        """What it is."""
        self._reads = False
        """Whether it only reads, so that another server than the primary may serve it."""
        self._queries = 0
        """How many things it has executed."""
        self._started = 0.0
        self._timed = False
        """Whether there is a limit on the time that a step may take."""
        self._since = 0.0
        """When the present step has begun, if it is ``_timed``."""
        self._longest = 0
        """Bytes of a turn; a longer one takes care."""
        self._turn_status = 0
        """In the ReadyForQuery that has answered it."""
        self._place: Queued | None = None
        self._turn: Turn | None = None
        """The last turn of the extended protocol."""
        self._parse = b''
        """The body of the last Parse, of which ``Prepared`` has not heard."""
        self._portal: PreparedStatement | bytes | None = None
        """What the unnamed portal is of, if ``Prepared`` has not heard of it: it lives as long as its transaction."""
        self.code = 0
        """The Query or Sync that is being answered; 0 while the client is waited for."""
        self.closed = False
        """The session is to end."""

    # What arrives

    def attend(self, wire: Wire) -> None:
        """The client or its server has sent something."""
        try:
            step: int = self._hear_client() if wire is self._stream else self._hear_server()
        except BaseException as error:  # noqa: BLE001  # It is the session's.
            self._throw(error)
            return
        self._next_step = step
        if step > _QUEUED and self._sleeper is not None:
            self._sleeper.switch()

    def called(self) -> None:
        """The turn of this session has come among those that wait for a connection, or it has waited too long."""
        try:
            step = self._bind_at_once()
        except BaseException as error:  # noqa: BLE001
            self._throw(error)
            return
        self._next_step = step
        if step > _QUEUED and self._sleeper is not None:
            self._sleeper.switch()

    def _throw(self, error: BaseException) -> None:
        if self._sleeper is not None:
            self._sleeper.throw(error)

    def _hear_client(self) -> int:
        stream = self._stream
        if self._message:
            stream.receive_ahead()
            return self._next_step
        return self._next() if stream.receive_waiting() else _MORE

    def _hear_server(self) -> int:
        connection = self._binding.connection
        if connection is None or not self._message:
            return _LEAVE  # Nobody has asked.
        status = connection.stream.hear(self._stream)
        if status <= 0:
            return _CARE if status else _FLUSH if self._stream.rest else _SENT
        self._turn_status = status
        if self._binding.doubtful or self._binding.wrote:
            return _ANSWERED
        if (self._statement is not _ORDINARY or status != self._status) and not self._state.ends_quietly:
            return _ANSWERED
        return self._end()

    def _bind_at_once(self) -> int:
        place, client = self._place, self._client
        assert place is not None
        if place.away or not place.granted:
            return _BIND
        now = monotonic()
        connection = self._binding.take_granted(place.pool, now, now - place.since)
        if connection is None:
            return _BIND
        self._place = place.lane = None
        client.counters.wait_time += connection.waited
        client.activity = _ACTIVE
        return _COVER if self._binding.betrays_sequences() else self._send_anew()

    # A turn

    def _next(self) -> int:
        """Begin with the next turn, if it has arrived."""
        if self.closed or self._services.general is not self._general:
            return _LEAVE
        stream, turn, binding = self._stream, self._turn, self._binding
        received = stream.received
        if turn is not None and turn.after_bind and not stream.position and turn.comes_again(received):
            kind, stream.turn_end = _SYNC, len(received)
        else:
            kind = stream.turn()
        while not (kind or stream.plain) and stream.holds_more():
            stream.receive_waiting()
            kind = stream.turn()
        if kind <= 0:
            return _LEAVE if kind else self._pause()
        if stream.turn_end - stream.position > self._longest:
            return _LEAVE
        self._client.activity = _ACTIVE
        self.code = kind
        self._started = self._since = monotonic()
        self._message = stream.take_turn()
        stream.arm()  # It listens no more if there was too much.
        if not self._judged(self._message):
            return _CARE
        if binding.connection is None:
            connection = binding.take_at_once(self._started, self._reads)
            if connection is None:
                return self._enqueue()
            if connection.foreign_sequences and binding.betrays_sequences():
                return _COVER
        return self._send()

    def _pause(self) -> int:
        """Wait for the client, of whose next turn nothing more is here."""
        if self.closed or self._services.general is not self._general:
            return _LEAVE
        connection = self._binding.connection
        if connection is None:
            self._client.activity = _IDLE
        else:
            if self._binding.doubtful or connection.stream.readable_now:
                return _LEAVE
            self._client.activity = _IDLE if self._status == _IN_NO_TRANSACTION else _IDLE_IN_TRANSACTION
        if not self._stream.armed:
            self._stream.arm()
        if self._timed:
            self._since = monotonic()
        return _MORE

    def _judged(self, message: bytes) -> bool:
        """Whether a turn is plain."""
        if self.code == _QUERY:
            statement = self._judge.meaning(part(message, _HEADER, len(message) - 1))
            if statement is None:
                return False
            self._reads = self._judge.reads
            self._queries = 1
        else:
            if self._turn is None:
                self._turn = Turn()
            turn = self._turn
            if not turn.read(message, self._judge, self._prepared.statements, self._renames):
                return False
            statement = turn.meaning
            self._reads = turn.reads
            self._queries = turn.executes
        if self._cluster.splits and not self._may_go(statement):
            return False
        if self._placing.looks and not self._placed(statement, message):
            return False
        self._statement = statement
        if statement is not _ORDINARY:
            self._fate.heed(statement)
        return True

    def _may_go(self, statement: Statement) -> bool:
        """Whether a turn needs nothing else to be thought of, where there are several servers."""
        commits = statement is not _ORDINARY or self._status == _IN_NO_TRANSACTION
        if commits and self._cluster.causal and not self._reads:
            return False  # Before it is answered, it has to be known where in the WAL that is.
        if self._binding.connection is not None:
            return True
        return statement is _ORDINARY and not self._parameters.routed

    def _placed(self, statement: Statement, message: bytes) -> bool:
        """Whether it takes but a look to see which shard has to answer, and that is the one in hand, if any is."""
        several = self._placing.several
        if statement is not _ORDINARY or (several and self._status != _IN_NO_TRANSACTION):
            return not several
        if self.code == _QUERY:
            shard = self._placing.of_query(part(message, _HEADER, len(message) - 1), self._agreement.keyed)
        else:
            assert self._turn is not None
            shard = self._placing.of_turn(self._turn, message)
        binding = self._binding
        if shard == _ANYWHERE:
            shard = binding.shard if binding.connection is not None else self._placing.next_shard()
        if shard < 0 or not several or (binding.connection is not None and binding.shard != shard):
            return shard >= 0 and not several
        if binding.shard != shard:
            binding.turn_to(shard)
        return True

    def _enqueue(self) -> int:
        """Wait in turn for a connection, if there are as many as there may be."""
        pool = self._cluster.only_pool
        if pool is None:
            pool = self._binding.candidate
        if pool is None or self._cluster.mode is _SESSION or not pool.stock.saturated():
            return _BIND
        self._client.activity = _WAITING
        place = self._place = Queued.__new__(Queued)  # Without a call of Python.
        place.lane, place.pool, place.granted, place.away, place.gives = self, pool, False, False, False
        place.since = self._started
        place.deadline = self._started + pool.stock.patience
        pool.stock.permits.enqueue(place)
        return _QUEUED

    def _send_anew(self) -> int:
        """Send a turn that was judged before its connection was waited for."""
        several = self._placing.several
        if self._judge.outdated() or self._cluster.sharded != several or (several and not self._placing.known()):
            return _CARE
        return self._send()

    def _send(self) -> int:
        """Send the turn, if the server is as this session wants it, with nothing to be done or told first."""
        connection = self._binding.connection
        assert connection is not None
        prepared, server = connection.prepared, connection.stream
        turn = None if self.code == _QUERY else self._turn
        if (
            connection.settings is not self._parameters.current
            or connection.parameters is not self._agreement.told
            or prepared.stale
            or prepared.private
            or prepared.ttl is not None
            or connection.notifications
            or (server.received and server.position < len(server.received))
            or not (turn is None or turn.provided(prepared))
        ):
            return _CARE
        if self._timed:
            self._since = monotonic()
        connection.request_at = self._client.last_request_at = time()
        if self._sleeper is not None:
            server.attendant = self
            if not server.armed:
                server.arm()
        return _SENT if server.ask(self._message if turn is None else turn.message) else _CARE

    def _end(self) -> int:
        """Take in the answer to the turn, and begin with the next one."""
        binding, stream, status = self._binding, self._stream, self._turn_status
        connection, counters = binding.connection, binding.counters
        assert connection is not None
        assert counters is not None
        server = connection.stream
        if server.tags:
            self._count(connection, server.tags)
        if self._placing.rehearsal is not None and self._statement is _ORDINARY:
            self._placing.rehearsal.direct += self._queries
        if self.code != _QUERY:
            self._note_names(connection)
        else:
            self._judge.kept.hits += 1
            if self._prepared.statements or self._parse:
                self._parse = b''
                self._prepared.forget_unnamed()
        connection.prepared.unnamed = None
        if self._statement is not _ORDINARY or status != self._status:
            self._answers.turned(connection, _STATUS[status], Note(self._statement.effects))
            self._status = status
            self._fate.answered()
        now = monotonic()
        idle = status == _IN_NO_TRANSACTION
        self._accounting.turn(connection, counters, self._started, now, self._queries, idle)
        self._message = b''
        if idle:
            self._portal = None
            if not binding.pinned:
                server.attendant = None
                binding.give_back(now)
        self.code = 0
        if stream.rest or stream.out:
            return _FLUSH
        return self._next() if stream.received or not stream.plain else self._pause()

    def _count(self, connection: BackendConnection, tags: list[bytes]) -> None:
        for tag in tags:
            connection.counters.count_tag(tag)
            if tag[:4] in MAY_ADVANCE_SEQUENCES:
                connection.advanced_sequences = True

    def _note_names(self, connection: BackendConnection) -> None:
        """What later turns may speak of: the unnamed statement, and in a transaction the unnamed portal."""
        turn = self._turn
        assert turn is not None
        turn.count()
        connection.counters.parses += turn.parses
        connection.counters.binds += turn.binds
        if turn.parses:
            self._parse = turn.parse
        if turn.binds:
            self._portal = turn.bound
