"""One client's session: read what it asks, have it done, answer. Errors of the proxy leave here."""

import logging
from time import monotonic
from typing import Final

import gevent
from greenlet import getcurrent

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connection import BackendConnection, Note
from pgdog_gevent.backend.recovery import cancel
from pgdog_gevent.errors import (
    ClientGone,
    IdleTimeout,
    PoolTimeout,
    ProxyError,
    QueryCanceled,
    ServerLost,
    ServerUnreachable,
    Severity,
    ShuttingDown,
)
from pgdog_gevent.execution.binding import Binding
from pgdog_gevent.execution.direct import Relay
from pgdog_gevent.execution.request import Step
from pgdog_gevent.frontend import failed
from pgdog_gevent.frontend.accounting import Accounting
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.prepared import Prepared
from pgdog_gevent.frontend.services import Services
from pgdog_gevent.frontend.state import State
from pgdog_gevent.observe.snapshot import Activity, ClientView
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.codes import FRONTEND_LIMITS, Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.query import query_text
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.planner import plan
from pgdog_gevent.router.statement import Statement

log = logging.getLogger(__name__)

_EXTENDED: Final = frozenset(
    (Frontend.PARSE, Frontend.BIND, Frontend.DESCRIBE, Frontend.EXECUTE, Frontend.CLOSE)
)
_ENDS_IN_READY: Final = frozenset((Frontend.QUERY, Frontend.FUNCTION_CALL, Frontend.SYNC))
_NO_SERVER: Final = (PoolTimeout, ServerUnreachable, ServerLost)
_GOODBYE: Final = 1.0
"""Seconds that a client has to take its last message."""
_BATCH: Final = 65_536
"""Bytes of a pipeline that are held back until the client asks for answers."""


class Session:
    """Serves one client from login to its end. Its parts own the state; this owns what the client is told."""

    def __init__(self, client: Client, cluster: Cluster, services: Services, parameters: Parameters) -> None:
        self.client = client
        self._services = services
        self.cluster = cluster
        self._stream = client.stream
        self._binding = Binding(cluster, client.id)
        self._prepared = Prepared(services.names, services.cache)
        self._state = State(parameters, self._prepared, self._binding)
        self._renames = services.renames(cluster)
        self._relay = Relay(client.stream, self._state, renames=self._renames)
        self._accounting = Accounting(client)
        self._steps: list[Step] = []
        self._batched = 0
        self._skipping = False
        self._transaction_lost = False
        self._unreported: ProxyError | None = None
        self._ending: ProxyError | None = None
        self._greenlet = getcurrent()

    # The loop

    def serve(self) -> None:
        """Answer requests until the client terminates, is gone, or is told to go."""
        self._greenlet = getcurrent()
        try:
            while self._turn():
                pass
        except ClientGone:
            pass
        except ProxyError as error:
            self._say_goodbye(error)
        finally:
            self._prepared.clear()
            if self._stream.mid_frame:
                self._binding.lose()
            else:
                self._binding.end()

    def _turn(self) -> bool:
        if self._ending is not None and self._resting:
            raise self._ending
        try:
            frame = self._next_frame()
        except QueryCanceled:
            return True  # A cancel that came too late.
        if frame.code == Frontend.TERMINATE:
            return False
        try:
            self._take(frame)
        except ProxyError as error:
            self._fail(error, frame.code)
        self._stream.flush()
        return True

    def _next_frame(self) -> Frame:
        client, connection = self.client, self._binding.connection
        client.activity = Activity.IDLE if self._resting else Activity.IDLE_IN_TRANSACTION
        limit = self._idle_limit()
        if connection is not None or limit is not None:
            with gevent.Timeout(limit, self._idle_too_long(limit)):
                self._await_client(connection)
        if self._services.general.query_size_limit is not None:
            self._check_size()
        frame = self._stream.read_frame(FRONTEND_LIMITS)
        client.activity = Activity.ACTIVE
        return frame

    def _await_client(self, connection: BackendConnection | None) -> None:
        """Wait for the client; if it holds a server connection, watch that as well."""
        stream = self._stream
        while not stream.readable_now:
            if connection is None:
                stream.peek_byte()
            elif connection.stream.whole_frame_buffered() or stream.wait_either(connection.stream) is not stream:
                try:
                    self._relay.unasked(connection)
                except ServerLost as error:
                    self._lose_server(error)
                    connection = None
            else:
                stream.receive_waiting()

    def _check_size(self) -> None:
        code, size = self._stream.peek_header()
        if code in (Frontend.QUERY, Frontend.PARSE):
            self._services.check_size(size)

    @property
    def _resting(self) -> bool:
        """Between transactions, with no message half answered."""
        return (
            self._state.status is TransactionStatus.IDLE
            and not self._transaction_lost
            and not self._skipping
            and not self._steps
            and (self._binding.connection is None or self._binding.connection.ledger.settled)
        )

    def _idle_limit(self) -> float | None:
        general = self._services.general
        return general.client_idle_timeout if self._resting else general.client_idle_in_transaction_timeout

    def _idle_too_long(self, limit: float | None) -> IdleTimeout | None:
        if limit is None:
            return None
        name = 'client_idle_timeout' if self._resting else 'client_idle_in_transaction_timeout'
        return IdleTimeout(f'terminating connection due to {name} ({limit:g} s)')

    # Requests

    def _take(self, frame: Frame) -> None:
        code = frame.code
        if code == Frontend.SYNC:
            self._sync(frame)
        elif self._skipping:
            return
        elif code == Frontend.QUERY:
            self._query(frame)
        elif code in _EXTENDED:
            self._step(frame)
        elif code == Frontend.FLUSH:
            if self._steps:
                self._send_steps(frame)
        elif code == Frontend.FUNCTION_CALL:
            self._function_call(frame)
        # What is left is CopyData, CopyDone, CopyFail after a COPY that has failed: ignored, as PostgreSQL does.

    def _query(self, frame: Frame) -> None:
        sql = query_text(frame.body)
        statement = self._services.cache.statement(sql)
        self._begin(sql)
        self._prepared.forget_unnamed()
        if self._steps:
            self._send_steps(None)
        if self._answered_here(statement):
            self._ready()
            return
        plan(statement, self.cluster.topology)
        connection = self._bind()
        with self._services.query_limit():
            self._relay.query(connection, frame, Note(statement.effects) if statement.effects else None)
        self._finish(connection)

    def _answered_here(self, statement: Statement) -> bool:
        """Whether a Query needs no server: the end of a transaction that is lost, a DEALLOCATE of our own names."""
        if self._transaction_lost:
            self._transaction_lost = not failed.ends(statement)
            self._stream.write(failed.ROLLBACK)
            return True
        tag = self._prepared.local(statement) if self._may_answer_locally else ''
        if tag:
            self._stream.write(response.command_complete(tag))
            self._state.completed(Note(statement.effects), b'')
        return bool(tag)

    @property
    def _may_answer_locally(self) -> bool:
        """Whether no server has prepared statements that are this client's alone."""
        failed_transaction = self._state.status is TransactionStatus.FAILED
        return self._renames and not failed_transaction and not self._binding.pinned

    def _function_call(self, frame: Frame) -> None:
        self._begin(b'')
        if self._transaction_lost:
            failed.ends(None)
        connection = self._bind()
        with self._services.query_limit():
            self._relay.function_call(connection, frame)
        self._finish(connection)

    def _step(self, frame: Frame) -> None:
        if self._unreported is not None or frame.code == Frontend.PARSE:
            self._begin(frame.body)
        step = self._prepared.step(frame)
        if self._transaction_lost:
            self._stream.write(failed.answer(step))
            self._transaction_lost = frame.code != Frontend.EXECUTE
            return
        if frame.code == Frontend.PARSE and step.statement is not None:
            plan(step.statement.meaning, self.cluster.topology)
        self._accounting.begin()
        self._steps.append(step)
        self._batched += len(frame.body)
        if self._batched >= _BATCH:
            self._send_steps(None)

    def _sync(self, frame: Frame) -> None:
        connection = self._binding.connection
        if self._skipping or (not self._steps and (connection is None or connection.ledger.settled)):
            self._skipping = False
            self._ready()
        else:
            self._send_steps(frame)

    def _send_steps(self, last: Frame | None) -> None:
        """Have the pipeline so far done; ``last`` is the Sync or Flush that asks for its answers."""
        steps, self._steps, self._batched = self._steps, [], 0
        if last is not None:
            steps.append(Step(last))
        connection = self._bind()
        if not self._renames and any(step.name and step.frame.code == Frontend.PARSE for step in steps):
            self._binding.pin('a prepared statement')
        with self._services.query_limit():
            self._relay.steps(connection, steps)
        if last is not None and last.code == Frontend.SYNC:
            self._finish(connection)

    def _begin(self, sql: bytes) -> None:
        self._accounting.begin()
        if self._unreported is not None:
            error, self._unreported = self._unreported, None
            raise error
        if self._services.logs_queries:
            self._services.log_query(self.client.user, self.client.database, sql.rstrip(b'\0'))

    def _bind(self) -> BackendConnection:
        connection = self._binding.connection
        if connection is None:
            client = self.client
            client.activity = Activity.WAITING
            started = monotonic()
            try:
                connection = self._binding.acquire(0)
            finally:
                client.wait_time += monotonic() - started
            client.activity = Activity.ACTIVE
        return connection

    def _finish(self, connection: BackendConnection) -> None:
        self._accounting.finish(connection, self._binding.pool.counters, self._state.status)
        self._binding.let_go()

    def _ready(self) -> None:
        status = TransactionStatus.FAILED if self._transaction_lost else self._state.status
        self._stream.write(response.ready_for_query(status))

    # Errors

    def _fail(self, error: ProxyError, code: int) -> None:
        """Tell the client, and go on if that is possible. Raises what ends the session."""
        if isinstance(error, ClientGone):
            raise error
        self.client.errors += 1
        connection = self._binding.connection
        if self._stream.torn or (connection is not None and connection.stream.mid_frame):
            raise ClientGone('the client has got part of a message, and there is no rest')
        if not self._give_up(error) or error.severity is Severity.FATAL:
            raise error
        if self._services.drops_clients and connection is None and isinstance(error, _NO_SERVER):
            raise error
        self._stream.write(response.error_response(error))
        if code in _ENDS_IN_READY:
            self._ready()
        else:
            self._skipping = True

    def _give_up(self, error: ProxyError) -> bool:
        """Let go of what the error has broken, and roll back an open transaction; say whether the session can go on."""
        binding, connection = self._binding, self._binding.connection
        self._steps, self._batched = [], 0
        in_transaction = self._state.status is not TransactionStatus.IDLE
        pinned = bool(binding.pinned)
        if connection is not None:
            if isinstance(error, ServerLost):
                binding.lose()
            elif in_transaction or not connection.ledger.settled:
                binding.end()
        self._transaction_lost = self._transaction_lost or in_transaction
        self._state.lost()
        self._accounting.abandon()
        return not pinned or binding.connection is connection

    def _lose_server(self, error: ServerLost) -> None:
        """The server has gone while the client was silent. What it asks for next gets the error."""
        if not self._give_up(error):
            raise error
        self._unreported = error

    def _say_goodbye(self, error: ProxyError) -> None:
        """Tell the client why its session ends, if it can still be told."""
        if self._stream.torn:
            return
        try:
            self._stream.write(response.error_response(error, Severity.FATAL))
            with gevent.Timeout(_GOODBYE, ClientGone('the client does not listen')):
                self._stream.flush()
        except ClientGone:
            return

    # From outside

    def cancel(self) -> None:
        """Cancel what the client waits for, as its CancelRequest asks."""
        if self.client.activity is Activity.WAITING:
            gevent.kill(self._greenlet, QueryCanceled('canceling statement due to user request'))
            return
        connection = self._binding.connection
        if connection is not None and not connection.ledger.settled:
            cancel(connection, self._binding.pool.target)

    def end(self, reason: str) -> None:
        """End the session after its transaction; at once if it has none."""
        self._ending = ShuttingDown(reason)
        if self.client.activity is Activity.IDLE:
            self.kill(reason)

    def kill(self, reason: str) -> None:
        """End the session now."""
        gevent.kill(self._greenlet, ShuttingDown(reason))

    @property
    def id(self) -> int:
        return self.client.id

    @property
    def secret(self) -> bytes:
        return self.client.secret

    def view(self) -> ClientView:
        """A row of SHOW CLIENTS."""
        return self.client.view(pinned=bool(self._binding.pinned), prepared_statements=len(self._prepared))
