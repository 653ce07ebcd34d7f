"""One time for all that a transaction does, on whatever shards: that of the shard which has taken part first."""

from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.execution.answer import Asked
from pgdog_gevent.execution.several import SeveralShards
from pgdog_gevent.execution.times import Times, any_says_now, ask_times, check_parameters
from pgdog_gevent.execution.transaction import Transaction
from pgdog_gevent.router.blueprint import Everyone
from pgdog_gevent.router.plan import (
    Anywhere,
    Asks,
    CopyIn,
    CopyOutOf,
    Direct,
    InTurn,
    Plan,
    Together,
    shards_in,
)
from pgdog_gevent.router.texts import One
from pgdog_gevent.router.timed import Marked, put


def in_time(found: Plan, statement: One[Shape], first: int | None) -> Plan:
    """The same for a transaction whose time is that of ``first``: no other shard tells its own."""
    marked = _text(statement) if first is not None and _as_it_is(found, statement) else None
    if first is None or marked is None or shards_in(found) == (first,):
        return found
    return Direct(first) if isinstance(found, Anywhere) else Together(shards_in(found), Everyone(marked.sql))


def with_times(
    found: Asks, statement: One[Shape], asked: Asked, several: SeveralShards, transaction: Transaction
) -> Asks:
    """Put the time where there are marks.

    Raises ShardRefused, ServerLost, and FeatureNotSupported for a time among the parameters.
    """
    shards = shards_in(found)
    if len(shards) > 1 and any_says_now(asked):
        check_parameters(asked, several.shape(asked, shards[0], statement.found).types)
    marked = None if isinstance(found, InTurn) else _text(statement)
    if marked is None:
        return found
    if transaction.first not in (None, *shards) and _as_it_is(found, statement):
        found = Together(shards, Everyone(marked.sql))
    if put(found, lambda sql: marked.marks.put(sql, b'', b'')) == found:
        return found
    times = _times(marked, several, transaction, shards[0])
    return put(found, lambda sql: marked.marks.put(sql, *times))


def text_of_copy(
    found: CopyIn | CopyOutOf, statement: One[Shape], several: SeveralShards, transaction: Transaction
) -> bytes:
    """The text of a COPY, with the time in it. Raises ShardRefused, ServerLost."""
    marked = None if statement.timed is None or isinstance(found, CopyIn) else statement.timed.marked
    if marked is None:
        return statement.sql
    return marked.marks.put(marked.sql, *_times(marked, several, transaction, found.shards[0]))


def _times(marked: Marked, several: SeveralShards, transaction: Transaction, shard: int) -> Times:
    """Of the shard that has taken part in a transaction first; of ``shard``, if there is none."""
    if transaction.time and not marked.asks_for_statement:
        return Times(transaction.time, b'')
    times = ask_times(several, shard if transaction.first is None else transaction.first)
    if transaction.first is not None:
        transaction.time = times.transaction
    return times


def _text(statement: One[Shape]) -> Marked | None:
    """Its text with marks, if it is one that is asked as a question."""
    marked = None if statement.timed is None else statement.timed.marked
    return None if marked is None or marked.copies else marked


def _as_it_is(found: Plan, statement: One[Shape]) -> bool:
    """Whether one shard gets the text as it is."""
    match found:
        case Direct() | Anywhere():
            return True
        case Together((_,), Everyone(sql)):
            return sql == statement.sql
        case _:
            return False
