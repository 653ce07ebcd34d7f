"""Where a statement of a database of several shards goes, by its text and by what the session has on its shards."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.layout import Layout, Shape
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.errors import FeatureNotSupported, ProxyError, StatementNotFound
from pgdog_gevent.execution.answer import Asked
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.execution.own_types import concern
from pgdog_gevent.execution.question import ShardRefused
from pgdog_gevent.execution.several import SeveralShards
from pgdog_gevent.execution.transaction import Transaction
from pgdog_gevent.frontend.bound import NOTHING_BOUND, Arguments, reads_text
from pgdog_gevent.frontend.cursors import Cursors
from pgdog_gevent.frontend.destination import Destination
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.frontend.one_time import in_time
from pgdog_gevent.frontend.whereabouts import Whereabouts
from pgdog_gevent.router.blueprint import (
    AnyShard,
    ClosesCursors,
    Declared,
    Everyone,
    Executed,
    OfCursor,
    OfPrepared,
    Prepares,
    Refused,
    Same,
)
from pgdog_gevent.router.described import says_numbers
from pgdog_gevent.router.keys import AsciiOnly, Bound
from pgdog_gevent.router.own_types import numbers_of
from pgdog_gevent.router.parse import Unparseable
from pgdog_gevent.router.plan import Anywhere, Direct, Plan, Together
from pgdog_gevent.router.planner import NotOnSeveralShards
from pgdog_gevent.router.statement import Statement
from pgdog_gevent.router.texts import One, planned, unread
from pgdog_gevent.router.unparsed import unparsed
from pgdog_gevent.sqlstate import IN_FAILED_SQL_TRANSACTION

_PROTOCOL: Final = 'Use a prepared statement of the protocol, as drivers do.'
_TEXT_FORMAT: Final = 'Leave out FORMAT binary.'
_COPIES_BINARY: Final = re.compile(rb'(?:\s|--[^\r\n]*|/\*.*?\*/)*copy\b.*\bbinary\b', re.IGNORECASE | re.DOTALL)

Statements = Sequence[One[Shape]]


class Session(Protocol):
    """What has the connections."""

    transaction: Transaction

    @property
    def failed(self) -> bool:
        """Whether its transaction has failed."""
        ...

    def reach(self, shard: int) -> BackendConnection:
        """The one of a shard, ready to be asked."""
        ...

    def any_shard(self) -> int:
        """One that costs nothing to ask."""
        ...

    def home(self) -> int:
        """Always the same one."""
        ...

    @property
    def changes_user(self) -> bool:
        """Whether it may be another user for the length of its transaction."""
        ...

    @property
    def first_shard(self) -> int | None:
        """The one whose time is that of the transaction."""
        ...


class Planning:
    """Reads the texts of one session."""

    __slots__ = (
        '_destination', '_exchange', '_holdings', '_session', '_several', '_whereabouts', 'cursors', 'refused',
    )  # fmt: skip

    def __init__(
        self, exchange: Exchange, destination: Destination, holdings: Holdings, several: SeveralShards,
        session: Session,
    ) -> None:  # fmt: skip
        self._exchange = exchange
        self._holdings = holdings
        self._several = several
        self._destination = destination
        self._session = session
        self._whereabouts = Whereabouts(exchange, holdings, session.transaction)
        self.cursors = Cursors(holdings, session.reach)
        self.refused: dict[bytes, ShardRefused] = {}
        """What a server has said already of a text in this request, before its turn has come."""

    def statements(self, sql: bytes) -> Statements:
        """What a text means for the shards. Raises CannotConnectNow if not enough is known of them."""
        exchange = self._exchange
        layout = exchange.cluster.layout
        if exchange.cluster.unparsed and exchange.cluster.guard is None:
            return unparsed(sql)
        path = self._search_path(layout)
        if exchange.cluster.guard is not None:
            exchange.cluster.guard.check(sql, path)
        if exchange.cluster.unparsed:
            return unparsed(sql)
        texts = layout.texts(path)
        if exchange.parameters.reading is not None and exchange.parameters.shard_hint is None:
            exchange.placing.learn(texts.known.catalog, texts.routes, texts.keyed_routes, layout.spokesman)
        try:
            return texts.statements(sql)
        except Unparseable as error:
            one: One[Shape] = unread(sql, error)
            self.shape(one, Asked(sql))  # PostgreSQL says what is wrong with it.
            return (one,)

    def _search_path(self, layout: Layout) -> tuple[str, ...]:
        parameters = self._exchange.parameters
        if self._session.failed:
            return ()  # Nothing that looks for a name is answered.
        settled = parameters.reading is not None and not self._session.changes_user
        if settled and (not self._holdings.shards or layout.knows(parameters.current)):
            return layout.path_set_by(parameters.current)
        # SET LOCAL is known to these servers only. And who has a connection must not wait for one more.
        return layout.path_at(self._session.reach(self._session.any_shard()))

    def plan_text(self, meaning: Statement, statements: Statements) -> list[Plan]:
        """Where the statements of a Query go. Raises as ``plan``."""
        if len(statements) > 1 or meaning.prepared is None:
            for one in statements:
                self.check_prepared(one)
        return [self.plan(one, NOTHING_BOUND, Asked(one.sql)) for one in statements]

    def check_prepared(self, statement: One[Shape]) -> None:
        """Raise FeatureNotSupported for a PREPARE that is not carried from server to server, and its EXECUTE."""
        if isinstance(statement.blueprint, Prepares | Executed):
            raise FeatureNotSupported(
                'PREPARE and EXECUTE can go to several shards only as a text of their own in the simple protocol',
                hint='Use prepared statements of the protocol, as drivers do.',
            )

    def plan(
        self, statement: One[Shape], bound: Bound, asked: Asked, needs: PreparedStatement | None = None
    ) -> Plan:
        """Where it goes now. ``needs``: what an EXECUTE executes, if it has a name of the proxy's.

        Raises FeatureNotSupported, StatementNotFound, ShardRefused, and as ``Cursors.exists`` and ``Whereabouts.plan``.
        """
        if isinstance(statement.blueprint, Executed):
            return self._execute(statement, statement.blueprint, needs)
        try:
            found = self._numbered(statement, self._plan(statement, bound), asked)
            return in_time(found, statement, self._session.first_shard)
        except NotOnSeveralShards as refused:
            refused.position += statement.start if refused.position else 0
            raise

    def _plan(self, statement: One[Shape], bound: Bound) -> Plan:
        blueprint = statement.blueprint
        if not reads_text(self._exchange.relay.agreement.told):
            bound = AsciiOnly(bound)
        cursor = self.cursor_of(statement)
        if cursor is not None:
            return Direct(cursor)
        if isinstance(blueprint, OfPrepared):
            return self._whereabouts.plan(blueprint.gid, self._destination.asked_for(statement))
        if isinstance(blueprint, ClosesCursors) and self._destination.asked_for(statement) is None:
            return self._everywhere(statement.sql)
        found = self._at_home(planned(statement, lambda one: self._destination.plan(one, bound)))
        return self._declare(blueprint, found) if isinstance(blueprint, Declared) else found

    def _at_home(self, found: Plan) -> Plan:
        """The shard that this client reads from, if it matters which one that is."""
        if not isinstance(found, Anywhere):
            return found
        spokesman = self._exchange.cluster.layout.spokesman if found.catalogs else None
        if spokesman is not None:
            return Direct(spokesman)
        return Direct(self._session.home()) if found.sticky else found

    def shard_for(self, statement: One[Shape]) -> int | None:
        """The shard that says what the columns are; ``None`` if each says the same."""
        cursor = self.cursor_of(statement)
        return self._destination.asked_for(statement) if cursor is None else cursor

    # EXECUTE

    def _execute(self, statement: One[Shape], executed: Executed, needs: PreparedStatement | None) -> Plan:
        """Where the statement goes that is executed, with these arguments."""
        if not self._exchange.renames:
            raise FeatureNotSupported(
                'EXECUTE on a database of several shards needs prepared statements that are carried to them',
                hint='Set pooler_mode to transaction, and prepared_statements to extended or full.',
            )
        known = needs or self._exchange.prepared.named(executed.name.encode())
        if known is None:
            raise StatementNotFound(f'prepared statement "{executed.name}" does not exist')
        sql = known.sql if known.made_by is None else known.made_by.under(b'pgdog')
        [one] = self.statements(sql)
        inner = replace(one, hint=statement.hint or one.hint)
        if isinstance(one.blueprint, Prepares):
            types, inner = one.blueprint.types, replace(inner, blueprint=one.blueprint.query)
        else:
            types = numbers_of(known.parameter_types)
        try:
            found = self._plan(inner, Arguments(types, executed.arguments))
        except NotOnSeveralShards as refused:
            refused.position = 0  # It is in the text of PREPARE.
            raise
        return self._executed_at(found, inner)

    def _executed_at(self, found: Plan, executed: One[Shape]) -> Plan:
        numbers, own_types = self._exchange.cluster.layout.numbers, executed.own_types
        any_knows = isinstance(executed.blueprint, AnyShard) and self._destination.asked_for(executed) is None
        if own_types and any_knows:
            return Direct(numbers.reference)
        if isinstance(found, Anywhere):
            return Direct(numbers.reference) if own_types else found
        if not isinstance(found, Direct):
            raise NotOnSeveralShards(Refused('EXECUTE of a statement that several shards have to answer', _PROTOCOL))
        if own_types and numbers.differ_at(found.shard):
            raise NotOnSeveralShards(Refused('EXECUTE of a statement with types that each shard numbers', _PROTOCOL))
        return found

    # Types

    def shape(self, statement: One[Shape] | None, asked: Asked) -> Shape:
        """What a server says of a statement. Raises ShardRefused, always the same one during a request."""
        if asked.sql in self.refused:
            raise self.refused[asked.sql]
        only = None if statement is None else self.shard_for(statement)
        lasts = statement is not None and not isinstance(statement.blueprint, OfCursor)
        shapes = statement.found if statement is not None and lasts else {}
        try:
            return self._several.shape(asked, self._session.any_shard() if only is None else only, shapes)
        except ShardRefused as refused:
            self.refused[asked.sql] = refused
            raise

    def cause_of(self, error: ProxyError) -> ProxyError:
        """What a client is to be told: if a server was asked before its turn, that has failed the transaction."""
        failed = isinstance(error, ShardRefused) and error.sqlstate == IN_FAILED_SQL_TRANSACTION
        return next(iter(self.refused.values()), error) if failed else error

    def concerns_own_types(self, statement: One[Shape], asked: Asked) -> bool:
        """Whether what a server says of it depends on which server it is. Raises ShardRefused."""
        numbers = self._exchange.cluster.layout.numbers
        if not numbers.own or not (statement.own_types or numbers.concern(asked.types)):
            return False
        return concern(self.shape(statement, asked), numbers)

    def _numbered(self, statement: One[Shape], found: Plan, asked: Asked) -> Plan:
        """Where types have other OIDs than clients know, the answer does not pass unread."""
        numbers = self._exchange.cluster.layout.numbers
        if not numbers.own:
            return found
        if statement.own_types and _COPIES_BINARY.match(statement.sql) and found != Direct(numbers.reference):
            raise NotOnSeveralShards(Refused('COPY in binary format of types that each shard numbers', _TEXT_FORMAT))
        if isinstance(found, Anywhere):
            alike = not statement.own_types and not says_numbers(statement.sql.decode(errors='replace'))
            return found if alike and not numbers.concern(asked.types) else Direct(numbers.reference)
        if not isinstance(found, Direct) or not numbers.differ_at(found.shard):
            return found
        if not self.concerns_own_types(statement, asked):
            return found
        return Together((found.shard,), Everyone(statement.sql))

    # Cursors

    def cursor_of(self, statement: One[Shape]) -> int | None:
        """The shard of the cursor that a statement is about, if there is one. Raises as ``Cursors.locate``."""
        return self.cursors.locate(statement.blueprint.name) if isinstance(statement.blueprint, OfCursor) else None

    def _declare(self, declared: Declared, found: Plan) -> Direct:
        """The shard that makes a cursor; if another one has it already, that says so."""
        known = self.cursors.find(declared.name)
        anywhere = self._session.any_shard() if known is None else known
        shard = found.shard if isinstance(found, Direct) else anywhere
        if known is not None and known != shard and self.cursors.exists(declared.name):
            return Direct(known)
        self.cursors.declare(declared.name, shard, with_hold=declared.with_hold)
        return Direct(shard)

    def _everywhere(self, sql: bytes) -> Plan:
        """CLOSE ALL: wherever there may be cursors."""
        held = self._holdings.shards
        return Together(held, Same(sql)) if len(held) > 1 else Anywhere()
