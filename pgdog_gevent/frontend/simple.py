"""The simple protocol: Query and FunctionCall."""

from dataclasses import replace
from functools import partial

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.note import Note
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.config.choices import PreparedStatements
from pgdog_gevent.errors import ServedElsewhere
from pgdog_gevent.frontend.blocks import goes_back_first
from pgdog_gevent.frontend.bound import NOTHING_BOUND
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.frontend.expanded import because_of_access, because_of_keys, expands, rows_of_one
from pgdog_gevent.frontend.foresight import foresee
from pgdog_gevent.frontend.pipeline import Pipeline
from pgdog_gevent.frontend.rehearsing import rehearse
from pgdog_gevent.frontend.sharded import ShardedSession
from pgdog_gevent.frontend.sql_names import Renamed, renamed
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.query import query_text
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.access import as_write
from pgdog_gevent.router.divided import divided, ends_first
from pgdog_gevent.router.planner import check
from pgdog_gevent.router.statement import ORDINARY, Access, Statement


class SimpleProtocol:
    """Has each message done as soon as it comes; what has been sent of a pipeline before it goes first."""

    __slots__ = (
        '_binding', '_carries_sql', '_cluster', '_exchange', '_fate', '_moves', '_pipeline', '_prepared', '_relay',
        '_renames', '_services', '_sharded', '_state', '_stream',
    )  # fmt: skip

    def __init__(self, exchange: Exchange, pipeline: Pipeline, sharded: ShardedSession | None) -> None:
        self._exchange = exchange
        self._sharded = sharded
        self._pipeline = pipeline
        self._binding = exchange.binding
        self._prepared = exchange.prepared
        self._relay = exchange.relay
        self._stream = exchange.stream
        self._state = exchange.state
        self._fate = exchange.fate
        self._cluster = exchange.cluster
        self._services = exchange.services
        self._renames = exchange.renames
        self._moves = exchange.moves
        full = exchange.cluster.settings.prepared_statements is PreparedStatements.FULL
        self._carries_sql = full or sharded is not None

    def query(self, frame: Frame) -> None:
        sql = self._exchange.completed(query_text(frame.body))
        kept = self._exchange.kept(sql)
        kept.hits += 1
        statement = kept.statement
        if statement.draws_ids:
            sql = self._exchange.with_ids(sql)
            frame, statement = Frame(Frontend.QUERY, sql + b'\0'), self._exchange.statement(sql)
        if statement is not ORDINARY:
            self._fate.heed(statement)
        self._exchange.begin(sql)
        if self._pipeline.pending:
            self._pipeline.send(None)
        if ends_first(statement) or self._goes_back(statement):
            sql = self._end_first(statement, sql)
            if not sql:
                return
            frame, statement = Frame(Frontend.QUERY, sql + b'\0'), self._exchange.statement(sql)
        if (statement is not ORDINARY or self._fate.failed) and self._answered_here(statement, sql):
            self._prepared.forget_unnamed()
            self._exchange.ready()
            return
        check(statement, self._cluster.topology)
        if self._sharded is None:
            self._exchange.check_tenants(statement, sql)
            rehearse(self._exchange, statement, sql)
        if self._sharded is not None and self._sharded.query(statement, sql, self._executed(statement)):
            return
        access = self._exchange.serve_for((self._executed(statement),))
        try:
            self._serve(statement, sql, frame, access, moves=self._exchange.repeats(access))
        except ServedElsewhere as elsewhere:
            if not elsewhere.lost:
                self._learn_write(statement, sql)
            access = self._exchange.moves_on(elsewhere, access)
            self._serve(statement, sql, frame, access, moves=False)
        if access is Access.READ and self._relay.answers.refused_to_write:
            self._learn_write(statement, sql)  # The client has had part of the answer, and then the error.

    def _goes_back(self, statement: Statement) -> bool:
        """Whether it begins by having a failed transaction of several shards go on."""
        sharded = self._sharded
        return sharded is not None and sharded.failed and goes_back_first(statement, sharded.transaction)

    def _end_first(self, statement: Statement, sql: bytes) -> bytes:
        """End a transaction that no one server can end, or roll it back to a savepoint.

        Return what follows in the text; empty if nothing does.
        """
        parts = divided(sql) if self._fate.failed or (self._sharded is not None and self._sharded.begun) else None
        if parts is None:
            return sql
        end, rest = replace(statement, effects=statement.effects[:1]), parts[1]
        if self._fate.failed:
            self._stream.write(self._fate.answer_query(end))
            return rest
        assert self._sharded is not None
        return rest if self._sharded.end_transaction(end, parts[0]) else b''

    def _executed(self, statement: Statement) -> Statement:
        """What a statement does; of an EXECUTE only the client's name tells it."""
        known = self._known(statement)
        return statement if known is None else statement.executing(known.meaning)

    def _known(self, statement: Statement) -> PreparedStatement | None:
        """What an EXECUTE executes, if the client has prepared it under a name that the proxy knows."""
        found = statement.prepared
        return None if found is None or found.prepares else self._prepared.named(found.name)

    def _learn_write(self, statement: Statement, sql: bytes) -> None:
        """What was taken for a read writes."""
        known = self._known(statement)
        if known is not None:
            known.meaning = as_write(known.meaning)
        self._exchange.learn_write((sql,))

    def _serve(self, statement: Statement, sql: bytes, frame: Frame, access: Access, *, moves: bool) -> None:
        connection = self._exchange.bind(access)
        if statement.prepared is not None and self._renames and connection.ledger.settled:
            query = renamed(self._prepared, statement, prepares=self._carries_sql)
            if query is not None:
                self._renamed_query(connection, query, moves=moves)
                return
        if statement is not ORDINARY or (self._moves and not self._cluster.functions.plain):
            foresee(self._binding, statement, sql)
        if statement.effects and self._renames and not connection.ledger.settled:
            frame = self._in_pipeline(connection, statement, frame)
        note = Note(statement.effects) if statement.effects else None
        if expands(self._exchange, statement):
            note = Note(statement.effects, appended=rows_of_one(self._exchange, self._because(sql, access)))
        with self._services.query_limit():
            self._relay.query(connection, frame, note, moves=moves)
        self._finish(connection)

    def _because(self, sql: bytes, access: Access) -> str:
        """Why the server in hand answers an EXPLAIN."""
        if self._sharded is None:
            return because_of_access(self._exchange, access)
        [one] = self._sharded.planning.statements(sql)
        return because_of_keys(self._exchange, one, NOTHING_BOUND)

    def _finish(self, connection: BackendConnection) -> None:
        self._exchange.finish(connection)
        if self._sharded is not None:
            self._sharded.settle()

    def _in_pipeline(self, connection: BackendConnection, statement: Statement, frame: Frame) -> Frame:
        """What is sent for a Query in the midst of a pipeline: only the server can say when it is done, and whether."""
        deallocates_here = self._prepared.local(statement) == 'DEALLOCATE'
        return self._relay.stand_in(connection) if deallocates_here else frame

    def _renamed_query(self, connection: BackendConnection, query: Renamed, *, moves: bool) -> None:
        """A PREPARE or EXECUTE under the name that the statement has on servers."""
        name, failed = query.target.server_name, connection.in_failed_transaction
        if query.given is not None and not failed and connection.prepared.touch(name):
            self._stream.write(response.command_complete('PREPARE'))
            self._prepared.give(query.given, query.target)
            self._prepared.forget_unnamed()
            self._exchange.ready()
            self._binding.let_go()
            if self._sharded is not None:
                self._sharded.settle()
            return
        foresee(self._binding, query.meaning, query.target.sql)
        errors = self._relay.answers.errors
        with self._services.query_limit():
            if query.given is None:
                self._relay.provide(connection, query.target)
            note = Note(query.meaning.effects) if query.meaning.effects else None
            position = partial(query.prepared.position, name)
            self._relay.renamed_query(connection, query.frame, note, position, moves=moves)
        if query.given is not None and self._relay.answers.errors == errors:
            connection.prepared.add(name)
            self._prepared.give(query.given, query.target)
        self._finish(connection)

    def _answered_here(self, statement: Statement, sql: bytes) -> bool:
        """Whether a Query needs no server: the end of a failed transaction, a DEALLOCATE of our own names.

        Or the beginning of a transaction, if it has still to be seen which server that needs.
        """
        if self._fate.failed:
            self._stream.write(self._fate.answer_query(statement))
            return True
        if self._cluster.splits and self._sharded is None and (answer := self._exchange.opening.answer(statement, sql)):
            self._stream.write(answer)
            return True
        tag = self._prepared.local(statement) if self._may_answer_locally else ''
        connection = self._binding.connection
        if connection is not None:
            if not connection.ledger.settled:
                return False
            if tag == 'DEALLOCATE ALL' and connection.dirty:
                return False  # The server may have statements that SQL has prepared.
        if tag:
            self._stream.write(response.command_complete(tag))
            self._state.completed(Note(statement.effects), b'')
        return bool(tag)

    @property
    def _may_answer_locally(self) -> bool:
        """Whether a DEALLOCATE may be about names that only the proxy knows."""
        return self._renames and self._state.status is not TransactionStatus.FAILED

    def function_call(self, frame: Frame) -> None:
        self._exchange.begin(b'function call')
        if self._fate.failed:
            self._fate.answer_query(None)
        connection = self._exchange.bind(Access.WRITE) if self._sharded is None else self._sharded.take_for_call()
        self._binding.taint('a function call message')
        self._binding.doubt('a function call message')
        with self._services.query_limit():
            self._relay.function_call(connection, frame)
        self._finish(connection)
