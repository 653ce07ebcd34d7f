"""Plans in words, for people who want to know where a statement goes and why."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from pgdog_gevent.router.blueprint import (
    AnyShard,
    Blueprint,
    ByKey,
    ByRow,
    ClosesCursors,
    CopyOut,
    CopyRows,
    CopyToAll,
    Declared,
    Everyone,
    Executed,
    Explained,
    Folded,
    Moving,
    OfCursor,
    OfPrepared,
    Once,
    OneByOne,
    OneShard,
    Prepares,
    Refused,
    Repeated,
    Same,
    Scattered,
    Shards,
)
from pgdog_gevent.router.keys import (
    All,
    Any,
    Bound,
    Constant,
    Every,
    KeyBetween,
    KeyInArray,
    KeyIs,
    Keys,
    Nowhere,
    OnShard,
    Operand,
    shards_of,
)
from pgdog_gevent.router.plan import (
    Anywhere,
    CopyIn,
    CopyOutOf,
    Direct,
    InTurn,
    Move,
    Plan,
    Shown,
    Split,
    Together,
    shards_in,
)


def where(plan: Plan) -> str:
    """Who answers."""
    match plan:
        case Anywhere(catalogs=True):
            return 'the shard whose catalogs the client reads'
        case Anywhere(sticky=True):
            return 'any shard, always the same one for a client'
        case Anywhere():
            return 'any shard'
        case _:
            return named(shards_in(plan))


def how(plan: Plan) -> Iterator[str]:
    """What is done there, and how one answer is made of several; and which texts servers get."""
    match plan:
        case Anywhere() | Direct():
            yield 'the statement as it is'
        case Together(_, manner):
            yield from _manner(manner)
        case Split(texts):
            yield 'each shard gets the rows that belong there'
            yield from _texts(texts)
        case Move(_, row):
            yield 'the shard that has the row deletes it, and the one where it belongs then inserts it'
            yield f'each gets: {_shown(row.select)}'
        case Shown(texts):
            yield 'each shard shows its plan'
            yield from _texts(texts)
        case InTurn():
            yield 'one after the other, each for itself: it cannot be part of a transaction'
        case CopyIn(rows=None):
            yield 'each shard gets all rows that the client sends'
        case CopyIn():
            yield 'each row that the client sends goes where it belongs'
        case CopyOutOf():
            yield 'the rows of one shard after those of the other'
        case _:
            assert_never(plan)


def _manner(manner: Scattered | Folded | Everyone | Same) -> Iterator[str]:
    match manner:
        case Scattered(sql, order_by):
            yield f'their rows are {"merged in the order of ORDER BY" if order_by else "put after one another"}'
            if manner.limit is not None or manner.offset is not None:
                yield 'LIMIT and OFFSET are applied to all of them together'
            yield f'each gets: {_shown(sql)}'
        case Folded(partial, final):
            yield 'one of them computes the answer out of what all have'
            yield f'each gets: {_shown(partial)}'
            yield f'and one:   {_shown(final)}'
        case Everyone(sql):
            yield 'each does it to its own rows, in one transaction'
            yield f'each gets: {_shown(sql)}'
        case Same(sql, once):
            yield 'all do the same, in one transaction, and must say the same'
            match once:
                case Once(select):
                    yield f'shard 0 first: {_shown(select)}'
                case Repeated(first, rest):
                    yield f'the first gets: {_shown(first)}'
                    yield f'the others get its new rows: {_shown(rest)}'
                    return
            yield f'each gets: {_shown(sql)}'


def why(blueprint: Blueprint, bound: Bound, shards: int) -> str:
    """Why it goes there."""
    match blueprint:
        case AnyShard():
            return 'all shards know the same'
        case OfCursor() | ClosesCursors():
            return 'the cursor is there'
        case OfPrepared():
            return 'all shards are asked which one has prepared the transaction'
        case Prepares() | Executed():
            return 'a prepared statement goes where it is executed'
        case OneShard():
            return 'it is about something that lives in one place'
        case ByKey(_, Same()):
            return 'all shards have the same rows'
        case ByKey(keys) | Moving(keys) | CopyOut(keys):
            return keys_in_words(keys, bound, shards)
        case ByRow(rows=rows):
            return f'each of {len(rows)} rows has its key' if len(rows) > 1 else 'the row has its key'
        case Shards() | OneByOne():
            return 'all shards have the same schema'
        case CopyRows() | CopyToAll():
            return 'the rows come from the client'
        case Explained(inner=inner) | Declared(query=inner):
            return why(inner, bound, shards)
        case Refused():
            return blueprint.why
        case _:
            assert_never(blueprint)


def keys_in_words(keys: Keys, bound: Bound, shards: int) -> str:
    """What a statement says of the sharding keys that it is about, and on which shards they are."""
    match keys:
        case Every():
            return 'nothing restricts the sharding key'
        case Nowhere():
            return 'no row is concerned that is on a shard already'
        case All(parts):
            return ' and '.join(_part(part, bound, shards) for part in parts)
        case Any(parts):
            return ' or '.join(_part(part, bound, shards) for part in parts)
        case OnShard(shard):
            return f'its schema is on {named((shard,))}'
        case KeyIs(operands=operands):
            words = ' or '.join(map(_operand, operands))
        case KeyInArray(array=array):
            words = f'one of {_operand(array)}'
        case KeyBetween():
            words = _interval(keys)
        case _:
            assert_never(keys)
    return f'the sharding key is {words} ({named(sorted(shards_of(keys, bound, shards)))})'


def named(shards: Iterable[int]) -> str:
    """Shards by their numbers."""
    numbers = list(shards)
    return f'{"shard" if len(numbers) == 1 else "shards"} {", ".join(map(str, numbers)) or "none"}'


def _part(keys: Keys, bound: Bound, shards: int) -> str:
    words = keys_in_words(keys, bound, shards)
    return f'({words})' if isinstance(keys, All | Any) else words


def _operand(operand: Operand) -> str:
    if isinstance(operand, Constant):
        return 'NULL' if operand.text is None else operand.text
    return f'${operand.number}'


def _interval(keys: KeyBetween) -> str:
    low = '' if keys.low is None else f'{">=" if keys.low_inclusive else ">"} {_operand(keys.low)}'
    high = '' if keys.high is None else f'{"<=" if keys.high_inclusive else "<"} {_operand(keys.high)}'
    return ' and '.join(filter(None, (low, high)))


def _texts(texts: Iterable[tuple[int, bytes]]) -> Iterator[str]:
    for shard, sql in texts:
        yield f'{named((shard,))} gets: {_shown(sql)}'


def _shown(sql: bytes) -> str:
    return ' '.join(sql.decode(errors='replace').split())
