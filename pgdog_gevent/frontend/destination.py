"""Where the statements of one session go, by their blueprints, by hints, and by what lookup queries say of keys."""

from collections.abc import Callable
from typing import Final, Protocol, TypeVar

import gevent

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.errors import (
    CrossShardDisabled,
    FeatureNotSupported,
    LookupFailed,
    LookupOverdue,
    ServerLost,
    WrongSetting,
)
from pgdog_gevent.execution.looking_up import ask
from pgdog_gevent.frontend.apart import apart
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.router.keys import Bound
from pgdog_gevent.router.plan import Move, Plan, shards_in
from pgdog_gevent.router.planner import plan, plan_on
from pgdog_gevent.router.shard_hints import shard_asked_for
from pgdog_gevent.router.texts import One
from pgdog_gevent.sharding.key import Key
from pgdog_gevent.sharding.lookup import Wanted

_UNCHANGED: Final = b'SELECT 1 WHERE txid_current_if_assigned() IS NULL'

Found = TypeVar('Found')


class Connections(Protocol):
    """What the session has at hand."""

    def at_hand(self) -> tuple[int, BackendConnection] | None:
        """A server that is held and can be asked now; ``None``: no pool is waited for in vain."""
        ...

    def any_shard(self) -> int:
        """The next one to ask."""
        ...


class Destination:
    """Decides it. A key that has to be looked up is looked up on the way, and then it is decided anew."""

    __slots__ = ('_connections', '_exchange')

    def __init__(self, exchange: Exchange, connections: Connections) -> None:
        self._exchange = exchange
        self._connections = connections

    def plan(self, statement: One[Shape], bound: Bound) -> Plan:
        """Where a statement goes now. Raises FeatureNotSupported, CrossShardDisabled, LookupFailed, LookupOverdue."""
        shards, asked_for = self._exchange.cluster.layout.shards, self.asked_for(statement)
        if asked_for is not None:
            return self._settled(
                lambda: plan_on(asked_for, statement.blueprint, bound, shards, writes_alike=statement.writes_alike)
            )
        found = self._settled(lambda: plan(statement.blueprint, bound, shards))
        if self._exchange.cluster.settings.cross_shard_disabled:
            count = shards if isinstance(found, Move) else len(shards_in(found))
            if count > 1:
                raise CrossShardDisabled(count)
        return found

    def asked_for(self, statement: One[Shape]) -> int | None:
        """The shard that the client asks for: a comment counts more than what is set. Raises WrongSetting."""
        hint = statement.hint or self._exchange.parameters.shard_hint
        if hint is None:
            return None
        rules, shards = self._exchange.cluster.layout.rules, self._exchange.cluster.layout.shards
        return self._settled(lambda: shard_asked_for(hint, rules, shards))

    def _settled(self, decide: Callable[[], Found]) -> Found:
        """What is decided when all keys are known that have a say in it."""
        if not self._exchange.cluster.layout.looks_up:
            return decide()
        found: dict[Wanted, Key] = {}
        answers = self._exchange.cluster.layout.rules.answers
        while True:
            with answers.with_these(found):
                try:
                    decision = decide()
                except (FeatureNotSupported, WrongSetting):
                    if not answers.missing:
                        raise
                else:
                    if not answers.missing:
                        return decision
                missing = tuple(answers.missing)
            for wanted in missing:
                found[wanted] = self.look_up(wanted)

    # Looking up

    def look_up(self, wanted: Wanted) -> Key:
        """By a server that the session holds, if there is one: who waits for a second one may wait for himself."""
        known = self._exchange.cluster.layout.rules.answers.find(wanted)
        if known is not None:
            return known
        held = self._connections.at_hand()
        if held is None:
            return self.look_up_apart(wanted)
        shard, connection = held
        limit = self._exchange.services.general.sharding_lookup_timeout
        with gevent.Timeout(limit, LookupOverdue(limit)):
            key = ask(wanted, shard, connection)
            certain = connection.settled or bool(connection.run(_UNCHANGED))
        if certain:  # And not what this transaction alone can see.
            self._exchange.cluster.layout.rules.answers.keep(wanted, key)
        return key

    def look_up_apart(self, wanted: Wanted) -> Key:
        """By a server of its own. Raises LookupFailed, ShardRefused, and as ``Cluster.acquire``."""
        answers = self._exchange.cluster.layout.rules.answers
        known = answers.find(wanted)
        if known is not None:
            return known
        try:
            key = self._ask_apart(wanted, self._connections.any_shard())
        except ServerLost as lost:
            raise LookupFailed(lost.message) from None
        answers.keep(wanted, key)
        return key

    def _ask_apart(self, wanted: Wanted, shard: int) -> Key:
        limit = self._exchange.services.general.sharding_lookup_timeout
        overdue = LookupFailed(f'It took longer than {limit:g} s.')
        with gevent.Timeout(limit, overdue), apart(self._exchange.cluster, shard) as connection:
            return ask(wanted, shard, connection)
