"""The fast lane: turns that leave nothing behind and need nothing but a server.

A turn is what a client sends up to a Query or a Sync. Most are one statement that changes nothing in its session, for a
server that is as this session wants it. They are sent as soon as that is known, and their answers pass in one piece;
all of it happens in the event loop, where the bytes arrive, while the greenlet of the session sleeps. It is woken for
what takes time. As soon as anything else shows, it has the turn done over again by ``Requests``, which knows all there
is to know; what the server has been sent by then is compared with what ``Requests`` would have sent, and not sent once
more.
"""

from typing import Final

from gevent.hub import get_hub
from greenlet import getcurrent

from pgdog_gevent.backend.gate import Diverted
from pgdog_gevent.errors import ProxyError, ServerLost
from pgdog_gevent.frontend.deadlines import overdue_client, overdue_query
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.frontend.loop_side import LoopSide
from pgdog_gevent.frontend.requests import Requests
from pgdog_gevent.frontend.step import Step
from pgdog_gevent.net.relay import LONGEST_TURN
from pgdog_gevent.observe.snapshot import Activity
from pgdog_gevent.protocol.codes import FRONTEND_LIMITS
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.statement import Access

_MORE: Final = int(Step.MORE)
_QUEUED: Final = int(Step.QUEUED)
_SENT: Final = int(Step.SENT)
_FLUSH: Final = int(Step.FLUSH)
_BIND: Final = int(Step.BIND)
_COVER: Final = int(Step.COVER)
_ANSWERED: Final = int(Step.ANSWERED)
_CARE: Final = int(Step.CARE)
_ACTIVE: Final = Activity.ACTIVE
_IN_NO_TRANSACTION: Final = TransactionStatus.IDLE.value


class Lane(LoopSide):
    """Serves the turns of one session as long as they are plain: does for ``LoopSide`` what takes a greenlet.

    What it leaves for ``Requests`` to know, an unnamed statement and portal, it hands over when it is left.
    """

    __slots__ = ('_exchange', '_requests')

    def __init__(self, exchange: Exchange, requests: Requests) -> None:
        super().__init__(exchange)
        self._exchange = exchange
        self._requests = requests

    @property
    def open(self) -> bool:
        """Whether nothing is under way that takes care."""
        connection = self._binding.connection
        return (
            not self.closed
            and not self._services.logs_queries
            and not self._requests.outdated
            and (not self._cluster.sharded or self._requests.on_no_shard)
            and self._cluster.guard is None
            and not self._exchange.opening.pending
            and self._requests.between_turns
            and (connection is None or (connection.ledger.settled and not self._binding.doubtful))
        )

    def serve(self) -> bool:
        """Serve turns, if the lane is ``open``; say whether it may be asked again, or the next message takes care.

        Raises as ``Requests.take`` while ``code`` is set; otherwise what ends the session.
        """
        self.code = 0
        self._general = general = self._services.general
        self._timed = self._services.timed
        self._judge.use(self._services.cache_for(self._cluster), general.function_volatility)
        self._longest = LONGEST_TURN if general.query_size_limit is None else general.query_size_limit
        self._status = self._state.status.value
        try:
            step: int = self._next()
            while True:
                if step <= _QUEUED:
                    step = self._wait(step)
                elif step == _FLUSH:
                    self._stream.flush()
                    step = _SENT if self._message else self._next()
                elif step == _BIND:
                    step = self._bind()
                elif step == _COVER:
                    self._binding.cover_sequences()
                    step = self._send_anew()
                elif step == _ANSWERED:
                    step = self._end()
                else:
                    break
        except BaseException:
            self._break_off()
            raise
        finally:
            self._leave()
        return step == _CARE and self._carefully()

    def _wait(self, step: int) -> int:
        try:
            return self._sleep(step)
        except ServerLost:
            if not self._moves():
                raise
            return _CARE

    def _moves(self) -> bool:
        """Whether another server can do the turn, whose server is lost, and nobody can tell; that is let go of then."""
        connection = self._binding.connection
        if connection is None or not (self._message and self._reads and self._cluster.splits):
            return False
        if self._binding.pinned or self._status != _IN_NO_TRANSACTION or connection.stream.answered:
            return False
        connection.counters.errors += 1
        self._binding.lose()
        return True

    def _sleep(self, step: int) -> int:
        """Leave the session to the event loop until something takes a greenlet: say what."""
        stream, connection = self._stream, self._binding.connection
        self._next_step = step
        try:
            if connection is not None:
                connection.stream.attendant = self
                connection.stream.arm()
            stream.attendant = self
            stream.arm()
            self._sleeper = getcurrent()
            stream.give_way()
        finally:
            self._sleeper = None
            stream.attendant = None
            connection = self._binding.connection
            if connection is not None:
                connection.stream.attendant = None
        return self._next_step

    def check_time(self, now: float) -> None:
        """Have the turn end, or the session, if it takes longer than it may. For other greenlets; does not wait."""
        if self._timed and self._sleeper is not None:
            error = self._overdue(now - self._since)
            if error is not None:
                get_hub().loop.run_callback(self._expire, self._since, error)

    def _overdue(self, taken: float) -> ProxyError | None:
        """What is wrong with the present step, if it has taken so many seconds."""
        general = self._general
        if self._next_step == _SENT:
            limit = general.query_timeout
            return None if limit is None or taken < limit else overdue_query(limit)
        if self._next_step != _MORE or self._stream.buffered:
            return None
        if self._status == _IN_NO_TRANSACTION:
            name, limit = 'client_idle_timeout', general.client_idle_timeout
        else:
            name, limit = 'client_idle_in_transaction_timeout', general.client_idle_in_transaction_timeout
        return None if limit is None or taken < limit else overdue_client(name, limit)

    def _expire(self, since: float, error: ProxyError) -> None:
        """In the hub: end the step that has begun at ``since``, if it has not ended meanwhile."""
        if self._since == since:
            self._throw(error)

    def _bind(self) -> int:
        """Wait for a connection, or take the one that has been waited for, and send the turn."""
        place = self._place
        if place is None:
            self._exchange.bind(Access.READ if self._reads else Access.WRITE)
            return self._send_anew()
        self._place = place.lane = None
        client = self._client
        try:
            client.counters.wait_time += self._binding.claim(place.pool, place).waited
        except Diverted:
            return _BIND
        finally:
            client.activity = _ACTIVE
        return _COVER if self._binding.betrays_sequences() else self._send_anew()

    def _break_off(self) -> None:
        """Something has put an end to the turn."""
        place, connection = self._place, self._binding.connection
        if place is not None:
            self._place = place.lane = None
            place.pool.permits.leave(place)
            self._binding.candidate = None
        if not self._message:
            return
        self._message = b''
        if connection is not None and connection.stream.early:
            connection.ledger.expand(connection.stream.early)
            connection.stream.early = b''
            connection.stream.answered = False
            self._accounting.broken_off(connection, self._queries)
        else:
            self._accounting.broken_off(None, self._queries)
        self._client.activity = _ACTIVE

    def _leave(self) -> None:
        """Hand over what ``Prepared`` has to know from now on."""
        if self._parse:
            self._prepared.adopt(self._parse)
            self._parse = b''
        if self._portal is not None:
            self._prepared.adopt_portal(self._portal)
            self._portal = None

    def _choose_anew(self) -> None:
        """Let go of a server that was chosen for a read, of which nobody knows any more whether it is one."""
        binding, connection = self._binding, self._binding.connection
        if self._reads and self._judge.outdated() and connection is not None and not connection.stream.early:
            binding.let_go()

    def _carefully(self) -> bool:
        """Have a turn done with all care, whatever has come of it so far; say that the lane may be asked again."""
        message, self._message = self._message, b''
        if self._cluster.splits:
            self._turn = None  # What has been taken for a read may turn out to be none.
            self._choose_anew()
        self._accounting.begun(self._started)
        connection = self._binding.connection
        if connection is not None and connection.stream.early and connection.stream.answered:
            self._count(connection, connection.stream.tags)
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
