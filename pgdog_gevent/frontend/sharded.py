"""A session of a database that has several shards: where each statement goes, and who answers it.

What one shard answers takes the way of all statements, with that shard's connection in hand. The rest is answered here.
"""

from collections.abc import Sequence
from functools import partial
from operator import add

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.backend.note import Note
from pgdog_gevent.errors import FeatureNotSupported, ProxyError, ServerLost
from pgdog_gevent.execution.answer import Answer, Asked
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.execution.question import ShardRefused
from pgdog_gevent.execution.several import SeveralShards
from pgdog_gevent.execution.transaction import Transaction
from pgdog_gevent.frontend.alone import has_to_be_in_turn, is_together, sets
from pgdog_gevent.frontend.bound import BoundParameters
from pgdog_gevent.frontend.deadlocked import set_free
from pgdog_gevent.frontend.destination import Destination
from pgdog_gevent.frontend.distributed import Control
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.frontend.expanded import append, because_of_keys, expands
from pgdog_gevent.frontend.foresight import foresee
from pgdog_gevent.frontend.in_turn import run_in_turn, run_together
from pgdog_gevent.frontend.once_more import AGAIN, leave_all, refuses_to_write
from pgdog_gevent.frontend.one_time import text_of_copy, with_times
from pgdog_gevent.frontend.planning import Planning
from pgdog_gevent.frontend.printed import print_rows
from pgdog_gevent.frontend.refused import REFUSED
from pgdog_gevent.frontend.sharded_copy import ShardedCopy
from pgdog_gevent.frontend.whole import await_whole
from pgdog_gevent.protocol import frames, response
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.response import TransactionStatus, moved
from pgdog_gevent.router.own_types import TypeNumbers
from pgdog_gevent.router.plan import Anywhere, CopyIn, CopyOutOf, Direct, InTurn, Plan, shards_in, together
from pgdog_gevent.router.statement import Access, Statement
from pgdog_gevent.router.texts import One
from pgdog_gevent.sharding.quick import UNKNOWN
from pgdog_gevent.twophase.committer import Committer


class ShardedSession:
    """Plans what one client asks for, and has several shards answer it."""

    __slots__ = (
        '_access', '_exchange', '_printed', 'control', 'copies', 'destination', 'holdings', 'placing',
        'planning', 'several', 'transaction',
    )  # fmt: skip

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.holdings = Holdings(exchange.binding)
        self.placing = exchange.placing
        committer = Committer(exchange.cluster, exchange.services.register, exchange.client.counters)
        self.transaction = Transaction(self.holdings, exchange.relay, committer)
        self.control = Control(self.transaction, self.holdings, exchange.state)
        self.several = SeveralShards(self.holdings, self.reach, self._array_of, self._numbers)
        self.destination = Destination(exchange, self)
        self.several.look_up = self.destination.look_up
        self.copies = ShardedCopy(exchange.stream, self.holdings, self.reach, self.destination.look_up_apart)
        self.planning = Planning(exchange, self.destination, self.holdings, self.several, self)
        self._access = Access.WRITE
        """Which kind of server the request at hand needs."""
        self._printed = False
        """Whether the client has been told anything of its answer."""

    def _array_of(self, oid: int) -> int | None:
        return self._exchange.cluster.layout.array_of(oid)

    def _numbers(self) -> TypeNumbers:
        return self._exchange.cluster.layout.numbers

    @property
    def failed(self) -> bool:
        """Whether the transaction has failed."""
        return self.control.failed

    @property
    def changes_user(self) -> bool:
        """Whether it may be another user for the length of its transaction."""
        return self.transaction.changes_user

    @property
    def first_shard(self) -> int | None:
        """The one that has taken part in the transaction first."""
        return self.transaction.first

    # Which shard

    def one_shard(self, plans: Sequence[Plan]) -> int | None:
        """The shard that can answer all of it by itself; ``None`` if none can."""
        direct = {found.shard for found in plans if isinstance(found, Direct)}
        if len(direct) > 1 or not all(isinstance(found, Direct | Anywhere) for found in plans):
            return None
        return direct.pop() if direct else self.any_shard()

    def any_shard(self) -> int:
        """One that need not be asked for a connection first, or the next in turn."""
        in_hand, joined = self.holdings.binding.shard, self.transaction.joined
        if joined:
            return in_hand if in_hand in joined else min(joined)
        held = self.holdings.shards
        if held:
            return held[0]
        return self.placing.next_shard()

    def home(self) -> int:
        """The one that this client reads from, where it is always the same one."""
        return self.any_shard() if self.transaction.adopted else self.placing.home

    def at_hand(self) -> tuple[int, BackendConnection] | None:
        """A server that is held, ready to be asked, whatever for."""
        if not self.transaction.joined and (self.transaction.open or not self.holdings.shards):
            return None
        shard = self.any_shard()
        return shard, self.reach(shard)

    def decide_access(self, statements: Sequence[Statement]) -> Access:
        """Find out which kind of server these statements need, before any is asked for."""
        self._printed = False
        transaction = self.transaction
        if not self._exchange.cluster.splits or transaction.implicit:
            self._access = self._exchange.serve_for(()) if not self._exchange.cluster.splits else Access.WRITE
        elif not transaction.open:
            self._access = self._exchange.routing.access(statements)
        elif not transaction.joined:
            control = self.control
            self._access = self._exchange.routing.of_transaction(control.begin, control.mode, control.role, statements)
        return self._access

    # Having shards at hand

    @property
    def free(self) -> bool:
        """Whether nothing ties the session to a shard but what is in hand."""
        return not self.transaction.open and not self.holdings.others

    def take(self, shard: int) -> BackendConnection:
        """Have the connection of a shard in hand, as part of the transaction. Raises as ``Exchange.bind``."""
        self.transaction.check_admits(shard)
        self.holdings.turn_to(shard)
        connection = self._exchange.bind(self._access)
        self.transaction.join()
        return connection

    def take_for_call(self) -> BackendConnection:
        """Have the one shard in hand where functions are called by message: large objects are there."""
        if self.transaction.implicit or self.control.failed:
            raise FeatureNotSupported('a function call message amid what several shards do')
        self._access = Access.WRITE
        return self.take(0)

    def reach(self, shard: int) -> BackendConnection:
        """Likewise, ready to be asked on the proxy's own account."""
        connection = self.take(shard)
        self._exchange.relay.prepare(connection)
        return connection

    @property
    def decided(self) -> bool:
        """Whether the fast lane has sent the request at hand to a shard already: that one has to answer it."""
        connection = self.holdings.binding.connection
        return connection is not None and bool(connection.stream.early)

    # A Query

    def query(self, statement: Statement, sql: bytes, executed: Statement) -> bool:
        """Answer a Query; false if the shard that is in hand now has to. ``executed``: what it does, if EXECUTE."""
        try:
            if self.transaction.implicit:
                raise FeatureNotSupported('a Query amid a pipeline of several shards')
            completed = self.control.answer(statement, sql)
            if completed:
                self._exchange.stream.write(completed)
            elif self._leaves_to_one(statement, sql, executed):
                return False
        except REFUSED as error:
            self._exchange.count_refusal(sql, error)
            self.refuse(error)
        self.finish()
        return True

    @property
    def begun(self) -> bool:
        """Whether the client has begun a transaction."""
        return self.transaction.open and not self.transaction.implicit

    def end_transaction(self, statement: Statement, sql: bytes) -> bool:
        """Answer COMMIT or ROLLBACK (TO) that others follow in the same text; false if they are not to be done."""
        try:
            self._exchange.stream.write(self.control.answer(statement, sql, relays=False))
        except REFUSED as error:
            self.refuse(error)
            self.finish()
            return False
        self.settle()  # What comes next may have to wait for a server, and then holds none that others wait for.
        return True

    def _leaves_to_one(self, statement: Statement, sql: bytes, executed: Statement) -> bool:
        """Answer, unless one shard can, which is in hand then."""
        if self.decided:
            return True
        self.decide_access((executed,))
        parameters = self._exchange.parameters
        placing, keyed = self.placing, self._exchange.relay.agreement.keyed
        shard = UNKNOWN if self.transaction.adopted else placing.of_query(sql, keyed)
        plain = shard >= 0 and parameters.reading is not None and parameters.shard_hint is None
        if plain and self.first_shard in (None, shard) and not self.changes_user:
            self.take(shard)
            return True
        statements = self.planning.statements(sql)
        mixed = len(statements) > 1 and not is_together(statement)
        in_turn = mixed and (self.transaction.open or has_to_be_in_turn(statement))
        plans = [] if in_turn else self.planning.plan_text(statement, statements)
        if not in_turn and self._is_served_by_one(statement, plans):
            return True
        self._exchange.prepared.forget_unnamed()
        self._exchange.counted(sql).several += 1
        write = self._exchange.stream.write
        with self._exchange.services.query_limit():
            if mixed:
                run_in_turn(self, write, statement, statements)
                return False
            try:
                run_together(self, write, statement, statements, plans)
            except AGAIN as error:
                if not self.asks_others(error, (sql,)):
                    raise
                run_together(self, write, statement, statements, plans)
        return False

    def asks_others(self, error: ShardRefused | ServerLost, texts: Sequence[bytes]) -> bool:
        """Whether what only reads can be asked of other servers: the client has been told nothing of the answer.

        If one refuses to write, it is asked of primaries, and is no read any more.
        """
        refuses = refuses_to_write(error)
        if self._access is not Access.READ or not (refuses or isinstance(error, ServerLost)):
            return False
        if refuses:
            self._exchange.learn_write(texts)
        if self.transaction.open or self._printed:
            return False
        if not refuses:
            return leave_all(self.holdings)
        self.holdings.let_go(self._exchange.stream.flush)
        self._access = Access.WRITE
        return True

    def _is_served_by_one(self, statement: Statement, plans: Sequence[Plan]) -> bool:
        if statement.discards_all:
            self.holdings.discard_all_but(self.any_shard())
        shard = self.one_shard(plans)
        if shard is not None:
            self.take(shard)
        return shard is not None

    def run_part(self, meaning: Statement, found: Plan, one: One[Shape]) -> bytes:
        """Have one statement of a Query done, and print its rows; return the body of its CommandComplete."""
        try:
            return self._run(meaning, found, one)
        except ShardRefused as refused:
            refused.body = moved(refused.body, partial(add, one.start))
            raise

    def _run(self, meaning: Statement, found: Plan, one: One[Shape]) -> bytes:
        if isinstance(found, CopyIn | CopyOutOf):
            return self.copy(meaning, found, one)
        answer = self.run(meaning, found, one, Asked(one.sql))
        self._printed = True
        if answer.description is not None:
            self._exchange.stream.write(frames.encode(Backend.ROW_DESCRIPTION, answer.description))
        print_rows(self._exchange.stream, answer)
        return answer.tag

    def copy(self, meaning: Statement, found: CopyIn | CopyOutOf, one: One[Shape]) -> bytes:
        """Have a COPY done, data and all; return the body of its CommandComplete."""
        await_whole(self._exchange, found)
        try:
            return self.copies.run(meaning, found, text_of_copy(found, one, self.several, self.transaction))
        finally:
            self._printed = self._printed or self.copies.begun

    # Having a statement done

    def open_implicitly(self) -> None:
        """What follows is one transaction, if the client has not begun one."""
        if not self.transaction.open:
            self.transaction.begin_implicitly()

    def close_implicitly(self) -> None:
        """What has been opened so is done. Raises ServerError if it cannot be, and then it is as if it never was."""
        if self.transaction.implicit:
            self.transaction.commit()
            self._exchange.state.ready(TransactionStatus.IDLE, failed=False)

    def _heed_settings(self) -> None:
        """How text is sorted may be known here, if its bytes are those of the database."""
        told = self._exchange.relay.agreement.told
        self.several.c_by_default = self._exchange.cluster.layout.sorts_by_bytes
        self.several.gather_limit = self._exchange.services.general.gather_limit
        self.several.same_encoding = told.get('client_encoding') == told.get('server_encoding')

    def run(self, meaning: Statement, found: Plan, one: One[Shape], asked: Asked) -> Answer:
        """Have the shards begin to answer a statement. Raises as ``SeveralShards.answer``."""
        self._heed_settings()
        await_whole(self._exchange, found)
        asked_of = together(found, one.sql, self.any_shard)
        shards = shards_in(asked_of)
        if not self.transaction.joined and max(self.holdings.shards, default=-1) > min(shards):
            self.holdings.let_go(self._exchange.stream.flush)  # All take them in order, and wait in no circle.
        roles: dict[int, str] = {}
        for shard in shards:
            self.reach(shard)
            foresee(self.holdings.binding, meaning, asked.sql)
            roles[shard] = self.holdings.binding.pool.settings.role.value
        asked_of = with_times(asked_of, one, asked, self.several, self.transaction)
        if isinstance(asked_of, InTurn):
            return self.several.in_turn(asked_of.shards, asked)
        answer = self.several.answer(asked_of, asked, one.found)
        if expands(self._exchange, meaning):
            bound = BoundParameters(asked.types, asked.values)
            append(answer, roles, because_of_keys(self._exchange, one, bound), found)
        return answer

    def completed(self, meaning: Statement, found: Plan, tag: bytes) -> None:
        """A statement has succeeded: note what it does to the session, wherever it was done."""
        if not meaning.effects:
            return
        state = self._exchange.state
        for shard in shards_in(found) or (self.holdings.binding.shard,):
            self.holdings.turn_to(shard)
            state.completed(Note(meaning.effects), tag)
            connection = self.holdings.binding.connection
            if connection is not None and sets(meaning):
                connection.note_settings(state.in_force)

    # The end of a request

    def refuse(self, error: ProxyError) -> None:
        """Tell the client of an error after which all servers are as they should be."""
        exchange = self._exchange
        exchange.client.counters.errors += 1
        if isinstance(error, ShardRefused):
            exchange.stream.write(frames.encode(Backend.ERROR_RESPONSE, error.body))
        else:
            exchange.stream.write(response.error_response(error))
        fails = self.transaction.open and not self.transaction.implicit
        if self.transaction.implicit:
            self.transaction.roll_back()
        self.control.failed_here = fails
        exchange.state.ready(TransactionStatus.FAILED if fails else TransactionStatus.IDLE, failed=True)

    def finish(self) -> None:
        """Say ReadyForQuery, and let go of what is not needed any more."""
        exchange, binding = self._exchange, self.holdings.binding
        exchange.fate.answered()
        if binding.connection is None:
            self.holdings.turn_to(next(iter(self.holdings.shards), binding.shard))
        if binding.connection is None:
            exchange.accounting.abandon()
        else:
            exchange.accounting.finish(binding.connection, binding.pool.counters, exchange.state.status)
        for connection in self.holdings.connections:
            exchange.relay.answers.overheard(connection)
        exchange.stream.write(response.ready_for_query(exchange.state.status))
        self.settle()

    def settle(self) -> None:
        """Outside a transaction only what ties the session to a server is kept."""
        self.planning.refused.clear()
        if self._exchange.state.status is TransactionStatus.IDLE:
            self.transaction.close()
            self.control.failed_here = False
            self.holdings.let_go(self._exchange.stream.flush)
            self.planning.cursors.end_transaction()
        elif not self.transaction.open:
            self.transaction.adopt()
        elif self.transaction.deadlocked and self.control.failed:
            set_free(self.transaction, self._exchange.fate)

    def give_up(self) -> bool:
        """Something has gone wrong that no statement is to blame for; false if the session cannot go on."""
        goes_on = self.holdings.end_others()
        if self.transaction.open:
            self.holdings.binding.end()
        self.transaction.close()
        self.planning.refused.clear()
        self.planning.cursors.end_transaction()
        self.control.failed_here = False
        return goes_on

    def close(self) -> None:
        """The client has gone."""
        self.holdings.end()
