"""The servers that take part in a transaction which is about to end: all are asked at the same time."""

from collections.abc import Collection, Iterable

import gevent
from greenlet import getcurrent

from pgdog_gevent.backend.connection import ServerError
from pgdog_gevent.errors import ProxyError, ServerLost
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.twophase.decision import FACTS, read_facts
from pgdog_gevent.twophase.participant import Participant, heard


def participants(holdings: Holdings, shards: Collection[int]) -> list[Participant]:
    """What each says of its part. Raises ServerError, ServerLost, when all others have answered."""
    lent = [each for each in sorted(holdings.lent, key=lambda each: each[0]) if each[0] in shards]
    failed: ProxyError | None = None
    if len(lent) < len(shards):
        failed = ServerLost('the connection to a shard that takes part in the transaction is lost')
    found: list[Participant] = []
    told = []
    for shard, pool, connection in lent:
        try:
            connection.tell(FACTS)
            told.append((shard, pool, connection))
        except ServerLost as lost:
            failed = failed or lost
            lose(holdings, (shard,))
    for shard, pool, connection in told:
        try:
            found.append(Participant(shard, pool, connection, read_facts(heard(connection))))
        except ServerLost as lost:
            failed = failed or lost
            lose(holdings, (shard,))
        except ServerError as refused:
            failed = failed or refused
    if failed is not None:
        raise failed
    return found


def lose(holdings: Holdings, shards: Iterable[int]) -> None:
    """Close the connections of these. A session that is tied to one is to ``part``."""
    in_hand = holdings.binding.shard
    for shard in sorted(shards):
        holdings.turn_to(shard)
        holdings.parts = holdings.parts or bool(holdings.binding.pinned)
        holdings.binding.lose()
    holdings.turn_to(in_hand)


def part(holdings: Holdings) -> None:
    """End the session, if it has lost what it was tied to, when its client has been answered.

    Nothing may be asked of servers before that: it would be taken for their end.
    """
    if holdings.parts:
        holdings.parts = False
        gevent.kill(getcurrent(), ServerLost('the connection to a server that the session was tied to is lost'))
