"""Has done what one client asks for, message by message."""

from functools import partial
from typing import Final

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connection import BackendConnection, Note
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.config.choices import PoolerMode, PreparedStatements
from pgdog_gevent.errors import (
    CommitOutcomeUnknown,
    FeatureNotSupported,
    OutdatedPlan,
    ProxyError,
    ServerLost,
    ServerViolation,
)
from pgdog_gevent.execution.answers import ServerQuit
from pgdog_gevent.execution.binding import Binding
from pgdog_gevent.execution.direct import Relay
from pgdog_gevent.execution.request import Step
from pgdog_gevent.frontend.accounting import Accounting
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.frontend.failed import TransactionFate
from pgdog_gevent.frontend.foresight import foresee
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.prepared import Prepared
from pgdog_gevent.frontend.services import Services
from pgdog_gevent.frontend.sql_names import Renamed, renamed
from pgdog_gevent.frontend.state import State
from pgdog_gevent.observe.snapshot import Activity
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.query import query_text
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.planner import plan
from pgdog_gevent.router.statement import ORDINARY, Statement

_COPYING: Final = frozenset((Frontend.COPY_DATA, Frontend.COPY_DONE, Frontend.COPY_FAIL))
_EXTENDED: Final = frozenset((Frontend.PARSE, Frontend.BIND, Frontend.DESCRIBE, Frontend.EXECUTE, Frontend.CLOSE))
_ENDS_IN_READY: Final = frozenset((Frontend.QUERY, Frontend.FUNCTION_CALL, Frontend.SYNC))
_BATCH: Final = 65_536
"""Bytes of a pipeline that are held back until the client asks for answers."""


class Requests:
    """Takes the client's messages and sees to their answers.

    Answers are written to the client's stream; the last part of them is not yet flushed. A ProxyError out of ``take``
    leaves the request to ``fail``.
    """

    def __init__(self, client: Client, cluster: Cluster, services: Services, parameters: Parameters) -> None:
        self.binding = Binding(cluster, client.id)
        self.prepared = Prepared(services.names, services.cache, lambda: self._state.reading)
        self._client = client
        self._stream = client.stream
        self._cluster = cluster
        self._services = services
        self._renames = services.renames(cluster)
        self._carries_sql = cluster.settings.prepared_statements is PreparedStatements.FULL
        self._state = State(parameters, self.prepared, self.binding)
        self._moves = cluster.mode is not PoolerMode.SESSION
        self.relay = Relay(client.stream, self._state, client.greeting, renames=self._renames, moves=self._moves)
        self._accounting = Accounting(client)
        self._steps: list[Step] = []
        self._unforeseen: list[PreparedStatement] = []
        """Statements of the pipeline that may do something to the session."""
        self._batched = 0
        self._skipping = False
        self._fate = TransactionFate()

    @property
    def resting(self) -> bool:
        """Between transactions, with no message half answered."""
        connection = self.binding.connection
        return (
            self._state.status is TransactionStatus.IDLE
            and not self._fate.failed
            and not self._skipping
            and not self._steps
            and (connection is None or connection.ledger.settled)
        )

    def take(self, frame: Frame) -> None:
        """Deal with one message."""
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
        elif code in _COPYING:
            self._copy(frame)

    # Simple protocol

    def _query(self, frame: Frame) -> None:
        sql = query_text(frame.body)
        statement = self._services.cache.statement(sql)
        if statement is not ORDINARY:
            self._fate.heed(statement)
        self._begin(sql)
        if self._steps:
            self._send_steps(None)
        if (statement is not ORDINARY or self._fate.failed) and self._answered_here(statement):
            self.prepared.forget_unnamed()
            self._ready()
            return
        plan(statement, self._cluster.topology)
        connection = self._bind()
        if statement.prepared is not None and self._renames and connection.ledger.settled:
            query = renamed(self.prepared, statement, prepares=self._carries_sql)
            if query is not None:
                self._renamed_query(connection, query)
                return
        if statement is not ORDINARY or (self._moves and not self._cluster.functions.plain):
            foresee(self.binding, statement, sql)
        with self._services.query_limit():
            self.relay.query(connection, frame, Note(statement.effects) if statement.effects else None)
        self._finish(connection)

    def _renamed_query(self, connection: BackendConnection, query: Renamed) -> None:
        """A PREPARE or EXECUTE under the name that the statement has on servers."""
        name, failed = query.target.server_name, connection.in_failed_transaction
        if query.given is not None and not failed and connection.prepared.touch(name):
            self._stream.write(response.command_complete('PREPARE'))
            self.prepared.give(query.given, query.target)
            self.prepared.forget_unnamed()
            self._ready()
            self.binding.let_go()
            return
        foresee(self.binding, query.meaning, query.target.sql)
        errors = self.relay.answers.errors
        with self._services.query_limit():
            if query.given is None:
                self.relay.provide(connection, query.target)
            note = Note(query.meaning.effects) if query.meaning.effects else None
            self.relay.renamed_query(connection, query.frame, note, partial(query.prepared.position, name))
        if query.given is not None and self.relay.answers.errors == errors:
            connection.prepared.add(name)
            self.prepared.give(query.given, query.target)
        self._finish(connection)

    @property
    def _server_skips(self) -> bool:
        """Whether the server ignores all but a Sync, because of an error in the pipeline."""
        connection = self.binding.connection
        return connection is not None and connection.ledger.skipping

    def _answered_here(self, statement: Statement) -> bool:
        """Whether a Query needs no server: the end of a failed transaction, a DEALLOCATE of our own names."""
        if self._fate.failed:
            self._stream.write(self._fate.answer_query(statement))
            return True
        tag = self.prepared.local(statement) if self._may_answer_locally else ''
        if tag and not self._nothing_owed:
            if tag != 'DEALLOCATE ALL' and not self._server_skips:
                raise FeatureNotSupported(
                    'DEALLOCATE in the middle of a pipeline is not supported', hint='Send Sync before it.'
                )
            return False
        connection = self.binding.connection
        if tag == 'DEALLOCATE ALL' and connection is not None and connection.dirty:
            return False  # The server may have statements that SQL has prepared.
        if tag:
            self._stream.write(response.command_complete(tag))
            self._state.completed(Note(statement.effects), b'')
        return bool(tag)

    @property
    def _nothing_owed(self) -> bool:
        connection = self.binding.connection
        return connection is None or connection.ledger.settled

    @property
    def _may_answer_locally(self) -> bool:
        """Whether a DEALLOCATE may be about names that only the proxy knows."""
        return self._renames and self._state.status is not TransactionStatus.FAILED

    def _function_call(self, frame: Frame) -> None:
        self._begin(b'function call')
        if self._fate.failed:
            self._fate.answer_query(None)
        connection = self._bind()
        self.binding.taint('a function call message')
        self.binding.doubt('a function call message')
        with self._services.query_limit():
            self.relay.function_call(connection, frame)
        self._finish(connection)

    # Extended protocol

    def _step(self, frame: Frame) -> None:
        self._accounting.begin(query=frame.code == Frontend.EXECUTE)
        step = self.prepared.step(frame)
        statement = step.statement
        if statement is not None:
            if statement.meaning is not ORDINARY:
                self._fate.heed(statement.meaning)
                self._unforeseen.append(statement)
            elif self._moves and not self._cluster.functions.plain:
                self._unforeseen.append(statement)
        try:
            self._fate.report()
            admitted = self._admit(step)
        except ProxyError:
            self._revoke([step])
            raise
        if not admitted:
            return
        self._steps.append(step)
        self._batched += len(frame.body)
        if self._batched >= _BATCH:
            self._send_steps(None)

    def _admit(self, step: Step) -> bool:
        """Whether a server has to see this step. Raises what is wrong with it."""
        code = step.frame.code
        if self._fate.failed:
            self._stream.write(self._fate.answer_step(step))
            return False
        if code == Frontend.PARSE and step.statement is not None:
            plan(step.statement.meaning, self._cluster.topology)
            self._log(step.statement.sql)
        return True

    def _revoke(self, steps: list[Step]) -> None:
        """Take back the names of Parses that no server will see."""
        for step in reversed(steps):
            if step.frame.code == Frontend.PARSE and not step.clash:
                self.prepared.revoked(Note(parsed=step.name, replaced=step.replaced), skipped=True)
            else:
                self.prepared.revoked(Note(closed=step.closed), skipped=True)

    def _sync(self, frame: Frame) -> None:
        connection = self.binding.connection
        if self._skipping or (not self._steps and (connection is None or connection.ledger.settled)):
            self._skipping = False
            self._ready()
        else:
            self._send_steps(frame)

    def _send_steps(self, last: Frame | None) -> None:
        """Have the pipeline so far done; ``last`` is the Sync or Flush that asks for its answers."""
        connection = self._bind()
        if not self._renames and any(step.name and step.frame.code == Frontend.PARSE for step in self._steps):
            self.binding.pin('a prepared statement')
        if self._unforeseen:
            unforeseen, self._unforeseen = self._unforeseen, []
            for statement in unforeseen:
                foresee(self.binding, statement.meaning, statement.sql)
        with self._services.query_limit():
            self.relay.prepare(connection)
            # Only now: what no server will see is revoked.
            steps, self._steps, self._batched = self._steps, [], 0
            if last is not None:
                steps.append(Step(last))
            self._relay_steps(connection, steps)
        self._skipping = self.relay.answers.skipping
        if self._skipping or (last is not None and last.code == Frontend.SYNC):
            self._finish(connection)

    def _copy(self, frame: Frame) -> None:
        """Ignore what comes after a COPY that has failed, as PostgreSQL does; one may have been sent without a Sync."""
        connection = self.binding.connection
        if self._steps or (connection is not None and len(connection.ledger)):
            self._stream.put_back(frame)
            self._send_steps(Frame(Frontend.FLUSH, b''))
            self._stream.flush()

    def _relay_steps(self, connection: BackendConnection, steps: list[Step]) -> None:
        try:
            self.relay.steps(connection, steps)
        except OutdatedPlan:
            self._steps = self.relay.unsent
            raise

    # Both

    def _begin(self, sql: bytes) -> None:
        self._accounting.begin(query=True)
        self._fate.report()
        self._log(sql)

    def _log(self, sql: bytes) -> None:
        if self._services.logs_queries:
            self._services.log_query(self._client.user, self._client.database, sql)

    def _bind(self) -> BackendConnection:
        connection = self.binding.connection
        if connection is None:
            client = self._client
            client.activity = Activity.WAITING
            try:
                connection = self.binding.acquire(0)
            finally:
                client.activity = Activity.ACTIVE
            client.wait_time += connection.waited
        return connection

    def _finish(self, connection: BackendConnection) -> None:
        self._fate.answered()
        self._accounting.finish(connection, self.binding.pool.counters, self._state.status)
        if self.binding.doubtful and connection.settled:
            self._stream.flush()  # The client does not wait while the server is asked.
        self.binding.let_go()

    def _ready(self) -> None:
        self._fate.answered()
        status = TransactionStatus.FAILED if self._fate.failed else self._state.status
        if self._fate.failed or status is TransactionStatus.IDLE:
            self._accounting.abandon()
        self._stream.write(response.ready_for_query(status))

    # Errors

    def explain(self, error: ProxyError) -> ProxyError:
        """The error as the client should see it: of a COMMIT whose server is lost nobody knows whether it happened."""
        connection = self.binding.connection
        in_transaction = self._state.status is not TransactionStatus.IDLE
        if isinstance(error, ServerLost) and self._fate.concluding and in_transaction and connection is not None:
            return CommitOutcomeUnknown(
                'the connection to the server was lost during COMMIT: it is not known whether the transaction has '
                'been committed',
                detail=error.message,
                hint='Look whether its changes are there before repeating it.',
            )
        return error

    def fail(self, error: ProxyError, code: int) -> None:
        """Answer the message ``code`` with an error that did not end the session."""
        self._stream.write(response.error_response(error))
        if code in _ENDS_IN_READY and not self.relay.answers.sync_spent:
            self._ready()
        else:
            self._skipping = True

    def give_up(self, error: ProxyError) -> bool:
        """Let go of what the error has broken, and roll back an open transaction; say whether the session can go on."""
        binding, connection = self.binding, self.binding.connection
        self._revoke(self._steps)
        self._steps, self._batched = [], 0
        if connection is not None:
            for note in reversed(connection.ledger.notes()):
                self.prepared.revoked(note, skipped=True)
        in_transaction = self._state.status is not TransactionStatus.IDLE
        pinned = bool(binding.pinned)
        if connection is not None:
            if isinstance(error, ServerLost):
                connection.counters.errors += not isinstance(error, ServerQuit)
                binding.pool.counters.out_of_sync += isinstance(error, ServerViolation)
                binding.lose()
            elif in_transaction or self._stream.mid_frame or not connection.ledger.settled:
                connection.stream.torn = connection.stream.torn or self._stream.mid_frame
                binding.end()
            else:
                binding.let_go()
        self._fate.fail(in_transaction=in_transaction)
        self._state.lost()
        self._accounting.abandon()
        return not pinned or binding.connection is connection

    def report_later(self, error: ProxyError) -> None:
        """The client is silent; what it asks for next gets the error."""
        self._fate.report_later(error)

    def close(self) -> None:
        """The client has gone."""
        self.prepared.clear()
        if self._stream.mid_frame:
            self.binding.lose()
        else:
            self.binding.end()
