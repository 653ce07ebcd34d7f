"""The extended protocol: messages are gathered until the client asks for answers."""

from collections.abc import Sequence
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.note import Note
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.errors import OutdatedPlan, ProxyError, ServedElsewhere
from pgdog_gevent.execution.request import Step
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.frontend.expanded import because_of_access, because_of_portal, expands, rows_of_one
from pgdog_gevent.frontend.foresight import foresee
from pgdog_gevent.frontend.rehearsing import rehearse_bind
from pgdog_gevent.frontend.sharded_pipeline import ShardedPipeline
from pgdog_gevent.frontend.unserved import answer_to
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.query import Execute
from pgdog_gevent.router.access import as_write
from pgdog_gevent.router.planner import check
from pgdog_gevent.router.statement import ORDINARY, Access, Statement

_BATCH: Final = 65_536
"""Bytes of a pipeline that are held back until the client asks for answers."""


class Pipeline:
    """The messages since the last Sync that no server has been sent yet."""

    __slots__ = (
        '_accounting', '_batched', '_binding', '_cluster', '_exchange', '_fate', '_moves', '_prepared', '_relay',
        '_renames', '_services', '_sharded', '_steps', '_stream', '_unforeseen', 'skipping',
    )  # fmt: skip

    def __init__(self, exchange: Exchange, sharded: ShardedPipeline | None) -> None:
        self._exchange = exchange
        self._sharded = sharded
        self._binding = exchange.binding
        self._prepared = exchange.prepared
        self._relay = exchange.relay
        self._stream = exchange.stream
        self._fate = exchange.fate
        self._cluster = exchange.cluster
        self._services = exchange.services
        self._accounting = exchange.accounting
        self._renames = exchange.renames
        self._moves = exchange.moves
        self._steps: list[Step] = []
        self._unforeseen: list[PreparedStatement] = []
        """Statements of the pipeline that may do something to the session."""
        self._batched = 0
        self.skipping = False
        """After an error everything is ignored up to the client's Sync."""

    @property
    def resting(self) -> bool:
        """Whether no message is half answered."""
        return not self.skipping and not self._steps

    @property
    def pending(self) -> bool:
        """Whether there are messages that no server has been sent yet."""
        return bool(self._steps)

    def step(self, frame: Frame) -> None:
        self._accounting.begin(query=frame.code == Frontend.EXECUTE)
        step = self._prepared.step(frame)
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
        if statement is not None and step.frame.code == Frontend.BIND:
            self._exchange.count(statement)
            rehearse_bind(self._exchange, statement, step.frame.body)
        self._steps.append(step)
        self._batched += len(frame.body)
        if self._batched >= _BATCH:
            self.send(None)

    def _admit(self, step: Step) -> bool:
        """Whether a server has to see this step. Raises what is wrong with it."""
        code = step.frame.code
        if self._fate.failed:
            self._stream.write(self._fate.answer_step(step))
            return False
        if code in (Frontend.PARSE, Frontend.BIND) and step.statement is not None and self._sharded is None:
            self._exchange.check_tenants(step.statement.meaning, step.statement.sql)
        if code == Frontend.PARSE and step.statement is not None:
            check(step.statement.meaning, self._cluster.topology)
            self._exchange.log(step.statement.sql)
        return True

    def _revoke(self, steps: list[Step]) -> None:
        """Take back the names of Parses that no server will see."""
        for step in reversed(steps):
            if step.frame.code == Frontend.PARSE and not step.clash:
                self._prepared.revoked(Note(parsed=step.name, replaced=step.replaced), skipped=True)
            else:
                self._prepared.revoked(Note(closed=step.closed), skipped=True)

    def sync(self, frame: Frame) -> None:
        if self._sharded is not None and (self.skipping or not self._steps):
            self.skipping = False
            self._sharded.sync()
            return
        connection = self._binding.connection
        if self.skipping or (not self._steps and (connection is None or connection.ledger.settled)):
            self.skipping = False
            self._exchange.ready()
        else:
            self.send(frame)

    def send(self, last: Frame | None) -> None:
        """Have the pipeline so far done; ``last`` is the Sync or Flush that asks for its answers."""
        connection = self._binding.connection
        # The fast lane may have taken a connection for it already.
        begins = connection is None or connection.ledger.settled
        whole = begins and last is not None and last.code == Frontend.SYNC
        if self._sharded is not None and not (whole and self._sharded.served_by_one(self._steps)):
            self._answer_step_by_step(self._sharded, last)
            return
        if whole and self._cluster.splits and self._answered_here():
            return
        access = self._serve_for(whole=whole)
        moves = whole and self._exchange.repeats(access)
        steps, unforeseen = list(self._steps), self._unforeseen
        try:
            self._send(last, access, moves=moves)
        except ServedElsewhere as elsewhere:
            if not elsewhere.lost:
                self._learn_writes(steps)
            access = self._exchange.moves_on(elsewhere, access)
            self._steps, self._unforeseen = steps, unforeseen
            self._send(last, access, moves=False)
        if access is Access.READ and self._relay.answers.refused_to_write:
            self._learn_writes(steps)

    def _answer_step_by_step(self, sharded: ShardedPipeline, last: Frame | None) -> None:
        """Several shards answer, or none has to."""
        steps, self._steps, self._unforeseen, self._batched = self._steps, [], [], 0
        synchronizes = last is not None and last.code == Frontend.SYNC
        with self._services.query_limit():
            answered = sharded.answer(steps, whole=synchronizes)
        self._revoke(steps[answered:])
        if synchronizes and not self._relay.answers.sync_spent:
            sharded.sync()
        else:
            self.skipping = answered < len(steps)

    def _serve_for(self, *, whole: bool) -> Access:
        """What server is needed: if more may follow up to the Sync, one that does whatever that is."""
        if whole or self._exchange.opening.pending:
            access = self._exchange.serve_for(_meanings(self._steps))
            return Access.WRITE if access is Access.READ and self._pins else access
        return Access.WRITE

    @property
    def _pins(self) -> bool:
        """Whether its server is the client's from then on, for all that it does."""
        return not self._renames and any(step.name and step.frame.code == Frontend.PARSE for step in self._steps)

    def _answered_here(self) -> bool:
        """Whether all of the pipeline is one statement about a transaction that no server has to see yet."""
        statements = {step.statement for step in self._steps}
        if any(step.clash or (step.name and not self._renames) for step in self._steps):
            return False
        executed = [step for step in self._steps if step.frame.code == Frontend.EXECUTE]
        if len(statements) != 1 or len(executed) != 1 or executed[0].statement is None:
            return False
        statement = executed[0].statement
        completed = self._exchange.opening.answer(statement.meaning, statement.sql)
        if not completed:
            return False
        steps, self._steps, self._unforeseen, self._batched = self._steps, [], [], 0
        for step in steps:
            self._stream.write(answer_to(step, completed))
        self._exchange.ready()
        return True

    def _learn_writes(self, steps: Sequence[Step]) -> None:
        statements = {step.statement for step in steps if step.statement is not None}
        self._exchange.learn_write(statement.sql for statement in statements)
        for statement in statements:
            statement.meaning = as_write(statement.meaning)

    def _send(self, last: Frame | None, access: Access, *, moves: bool) -> None:
        connection = self._exchange.bind(access)
        if self._pins:
            self._binding.pin('a prepared statement')
        if self._unforeseen:
            unforeseen, self._unforeseen = self._unforeseen, []
            for statement in unforeseen:
                foresee(self._binding, statement.meaning, statement.sql)
        with self._services.query_limit():
            self._relay.prepare(connection)
            # Only now: what no server will see is revoked.
            steps, self._steps, self._batched = self._steps, [], 0
            if self._services.general.expanded_explain:
                steps = [self._expanded(step, access) for step in steps]
            if last is not None:
                steps.append(Step(last))
            self._relay_steps(connection, steps, moves=moves)
        self.skipping = self._relay.answers.skipping
        if self.skipping or (last is not None and last.code == Frontend.SYNC):
            self._exchange.finish(connection)
            if self._sharded is not None:
                self._sharded.settle()

    def _expanded(self, step: Step, access: Access) -> Step:
        """An Execute of EXPLAIN for all of its rows is answered with some more."""
        if step.frame.code != Frontend.EXECUTE or step.statement is None:
            return step
        if not expands(self._exchange, step.statement.meaning) or Execute.decode(step.frame.body).limit > 0:
            return step
        if self._sharded is None:
            because = because_of_access(self._exchange, access)
        else:
            because = because_of_portal(self._exchange, self._sharded.portal(step))
        return step._replace(appended=rows_of_one(self._exchange, because))

    def copy(self, frame: Frame) -> None:
        """Ignore what comes after a COPY that has failed, as PostgreSQL does; one may have been sent without a Sync."""
        connection = self._binding.connection
        if self._steps or (connection is not None and len(connection.ledger)):
            self._stream.put_back(frame.raw)
            self.send(Frame(Frontend.FLUSH, b''))
            self._stream.flush()

    def _relay_steps(self, connection: BackendConnection, steps: list[Step], *, moves: bool) -> None:
        try:
            self._relay.steps(connection, steps, moves=moves)
        except OutdatedPlan:
            self._steps = list(self._relay.unsent)
            raise

    def abandon(self) -> None:
        """Forget what no server has been sent."""
        self._revoke(self._steps)
        self._steps, self._unforeseen, self._batched = [], [], 0
        if self._sharded is not None:
            self._sharded.abandon()


def _meanings(steps: Sequence[Step]) -> list[Statement]:
    """What the statements say of which there is talk, each once."""
    return list(dict.fromkeys(step.statement.meaning for step in steps if step.statement is not None))
