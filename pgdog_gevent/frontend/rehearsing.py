"""Plans for several shards what shard 0 does alone (``dry_run``), and counts what would become of it.

Nothing that a client sees depends on it: where it cannot be told what would happen, nothing is counted.
"""

from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.backend.rehearsal import Rehearsal
from pgdog_gevent.errors import (
    CannotConnectNow,
    CrossShardDisabled,
    FeatureNotSupported,
    LookupFailed,
    ProtocolViolation,
    ProxyError,
    WrongSetting,
)
from pgdog_gevent.frontend.bound import NOTHING_BOUND, BoundParameters, values_of
from pgdog_gevent.frontend.destination import Destination
from pgdog_gevent.frontend.distributed import CONTROL, only_effect
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.protocol.query import Bind
from pgdog_gevent.router.blueprint import Executed
from pgdog_gevent.router.keys import Bound
from pgdog_gevent.router.parse import Unparseable
from pgdog_gevent.router.plan import Anywhere, Direct
from pgdog_gevent.router.statement import Statement
from pgdog_gevent.router.texts import One, planned, unread
from pgdog_gevent.router.unparsed import unparsed

_PATIENCE: Final = 0.5
"""Seconds."""
_REFUSALS: Final = (FeatureNotSupported, WrongSetting, CrossShardDisabled)


class _Apart:
    """Has nothing at hand: the connection of the client is not for questions of ours."""

    def __init__(self, exchange: Exchange) -> None:
        self._binding = exchange.binding

    def at_hand(self) -> tuple[int, BackendConnection] | None:
        return None

    def any_shard(self) -> int:
        """Who holds a connection must not wait for one more."""
        if self._binding.connection is not None:
            raise LookupFailed('a key that is not known is not looked up by a client that has a connection')
        return 0


def rehearse(exchange: Exchange, meaning: Statement, sql: bytes, bound: Bound = NOTHING_BOUND) -> None:
    """Count what would become of a text. Does not raise."""
    rehearsal = exchange.cluster.rehearsal
    if rehearsal is None or isinstance(only_effect(meaning), CONTROL):
        return
    try:
        several = _takes_several(exchange, sql, bound)
    except _REFUSALS as refused:
        rehearsal.refused += 1
        rehearsal.why = reason(refused)
        exchange.count_refusal(sql, refused)
    except ProxyError:
        pass
    else:
        _count(exchange, rehearsal, sql, several=several)


def reason(refused: ProxyError) -> str:
    """Why it would be refused, without any value, for the log."""
    return 'a hint that cannot be heeded' if isinstance(refused, WrongSetting) else refused.message


def rehearse_bind(exchange: Exchange, statement: PreparedStatement, body: bytes) -> None:
    """Likewise of a statement that is bound by a message with this body."""
    if exchange.cluster.rehearsal is None or statement.needs is not None:
        return
    try:
        values = values_of(Bind.decode(body))
    except ProtocolViolation:
        return  # The server says so.
    rehearse(exchange, statement.meaning, statement.sql, BoundParameters(statement.parameter_types, values))


def _count(exchange: Exchange, rehearsal: Rehearsal, sql: bytes, *, several: bool) -> None:
    if several:
        rehearsal.several += 1
        exchange.counted(sql).several += 1
    else:
        rehearsal.direct += 1


def _takes_several(exchange: Exchange, sql: bytes, bound: Bound) -> bool:
    """Raises what would refuse it, or another ProxyError if nobody can tell."""
    statements = _statements(exchange, sql)
    if any(isinstance(one.blueprint, Executed) for one in statements):
        raise CannotConnectNow('what EXECUTE executes is not looked for')
    destination = Destination(exchange, _Apart(exchange))
    plans = [planned(one, lambda one: destination.plan(one, bound)) for one in statements]
    shards = {plan.shard for plan in plans if isinstance(plan, Direct)}
    return len(shards) > 1 or not all(isinstance(plan, Direct | Anywhere) for plan in plans)


def _statements(exchange: Exchange, sql: bytes) -> tuple[One[Shape], ...]:
    if exchange.cluster.unparsed:
        return unparsed(sql)
    if exchange.cluster.known_catalog.outdated:
        raise CannotConnectNow('the tables have changed, and their reading is not waited for')
    texts = exchange.cluster.layout.texts(_search_path(exchange))
    parameters = exchange.parameters
    if parameters.reading is not None and parameters.shard_hint is None:
        spokesman = exchange.cluster.layout.spokesman
        exchange.placing.learn(texts.known.catalog, texts.routes, texts.keyed_routes, spokesman)
    try:
        return texts.statements(sql)
    except Unparseable as error:
        return (unread(sql, error),)


def _search_path(exchange: Exchange) -> tuple[str, ...]:
    parameters, layout, connection = exchange.parameters, exchange.cluster.layout, exchange.binding.connection
    # Who holds a connection must not wait for one more.
    if parameters.reading is not None and (connection is None or layout.knows(parameters.current)):
        with Deadline(_PATIENCE):
            return layout.path_set_by(parameters.current)
        raise CannotConnectNow('search_path is not known, and not waited for')
    # What the fast lane has sent already is answered first.
    at_rest = connection is not None and connection.ledger.settled and not connection.stream.early
    if connection is None or not at_rest or connection.in_failed_transaction:
        raise CannotConnectNow('search_path is not known after SET LOCAL')
    return layout.path_at(connection)
