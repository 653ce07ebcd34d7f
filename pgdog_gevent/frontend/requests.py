"""Has done what one client asks for, message by message."""

from typing import Final

from pgdog_gevent.errors import CommitOutcomeUnknown, ProxyError, ServerLost, ServerViolation, ShuttingDown
from pgdog_gevent.execution.answers import ServerQuit
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.frontend.pipeline import Pipeline
from pgdog_gevent.frontend.sharded import ShardedSession
from pgdog_gevent.frontend.sharded_pipeline import ShardedPipeline
from pgdog_gevent.frontend.simple import SimpleProtocol
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.response import TransactionStatus

_COPYING: Final = frozenset((Frontend.COPY_DATA, Frontend.COPY_DONE, Frontend.COPY_FAIL))
_EXTENDED: Final = frozenset((Frontend.PARSE, Frontend.BIND, Frontend.DESCRIBE, Frontend.EXECUTE, Frontend.CLOSE))
_ENDS_IN_READY: Final = frozenset((Frontend.QUERY, Frontend.FUNCTION_CALL, Frontend.SYNC))


class Requests:
    """Takes the client's messages and sees to their answers.

    Answers are written to the client's stream; the last part of them is not yet flushed. A ProxyError out of ``take``
    leaves the request to ``fail``.
    """

    __slots__ = (
        '_accounting', '_exchange', '_fate', '_pipeline', '_shards', '_simple', '_state', '_stream', 'binding',
        'prepared', 'relay', 'sharded',
    )  # fmt: skip

    def __init__(self, exchange: Exchange) -> None:
        self._shards = exchange.cluster.topology.shards
        self.sharded = ShardedSession(exchange) if self._shards > 1 else None
        self.binding = exchange.binding
        self.prepared = exchange.prepared
        self.relay = exchange.relay
        self._exchange = exchange
        self._stream = exchange.stream
        self._state = exchange.state
        self._fate = exchange.fate
        self._accounting = exchange.accounting
        self._pipeline: Pipeline | None = None
        self._simple: SimpleProtocol | None = None

    @property
    def between_turns(self) -> bool:
        """Whether nothing is half done that the next turn has to know of."""
        return (
            not self._fate.burdened
            and (self._pipeline is None or self._pipeline.resting)
            and self._state.status is not TransactionStatus.FAILED
            and not self.prepared.has_spent_portals
        )

    @property
    def outdated(self) -> bool:
        """Whether a reload has changed the number of shards: where this session finds its rows nobody knows."""
        return self._shards != self._exchange.cluster.topology.shards

    @property
    def on_no_shard(self) -> bool:
        """Whether there are several shards, and no transaction or connection that ties the session to any."""
        return self.sharded is not None and self.sharded.free

    @property
    def resting(self) -> bool:
        """Between transactions, with no message half answered."""
        connection = self.binding.connection
        return (
            self._state.status is TransactionStatus.IDLE
            and not self._fate.failed
            and (self._pipeline is None or self._pipeline.resting)
            and (connection is None or connection.ledger.settled)
        )

    def take(self, frame: Frame) -> None:
        """Deal with one message. Raises ShuttingDown if the session is ``outdated``."""
        if self.outdated:
            raise ShuttingDown('the database has another number of shards now', hint='Connect anew.')
        code = frame.code
        self.relay.answers.sync_spent = False
        pipeline = self._pipelined()
        if code == Frontend.SYNC:
            pipeline.sync(frame)
        elif pipeline.skipping:
            return
        elif code == Frontend.QUERY:
            self._simply(pipeline).query(frame)
        elif code in _EXTENDED:
            pipeline.step(frame)
        elif code == Frontend.FLUSH:
            if pipeline.pending:
                pipeline.send(frame)
        elif code == Frontend.FUNCTION_CALL:
            self._simply(pipeline).function_call(frame)
        elif code in _COPYING:
            pipeline.copy(frame)

    # Made when they are needed: many clients never leave the fast lane, or are idle.

    def _pipelined(self) -> Pipeline:
        if self._pipeline is None:
            sharded = None if self.sharded is None else ShardedPipeline(self.sharded, self._exchange)
            self._pipeline = Pipeline(self._exchange, sharded)
        return self._pipeline

    def _simply(self, pipeline: Pipeline) -> SimpleProtocol:
        if self._simple is None:
            self._simple = SimpleProtocol(self._exchange, pipeline, self.sharded)
        return self._simple

    def explain(self, error: ProxyError) -> ProxyError:
        """The error as the client should see it: of a COMMIT whose server is lost nobody knows whether it happened."""
        connection = self.binding.connection
        in_transaction = self._state.status is not TransactionStatus.IDLE
        several = self.sharded is not None and len(self.sharded.transaction.joined) > 1  # They say so themselves.
        concluding = self._fate.concluding and in_transaction and not several
        if isinstance(error, ServerLost) and concluding and connection is not None:
            return CommitOutcomeUnknown(
                'the connection to the server was lost during COMMIT: it is not known whether the transaction has '
                'been committed',
                detail=error.message,
                hint='Look whether its changes are there before repeating it.',
            )
        if isinstance(error, ServerLost) and connection is not None and connection.severed:
            return ServerLost(f'the connection to the server was broken off: {connection.severed}')
        return error

    def fail(self, error: ProxyError, code: int) -> None:
        """Answer the message ``code`` with an error that did not end the session."""
        connection = self.binding.connection
        if connection is not None:
            self.relay.answers.overheard(connection)
        self._stream.write(response.error_response(error))
        if code in _ENDS_IN_READY and not self.relay.answers.sync_spent:
            self._exchange.ready()
        else:
            self._pipelined().skipping = True

    def give_up(self, error: ProxyError) -> bool:
        """Let go of what the error has broken, and roll back an open transaction; say whether the session can go on."""
        binding, connection = self.binding, self.binding.connection
        self._pipelined().abandon()
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
        if self.sharded is not None and not self.sharded.give_up():
            pinned = True
        self._fate.fail(in_transaction=in_transaction)
        self._exchange.opening.close()
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
        if self.sharded is not None:
            self.sharded.close()
