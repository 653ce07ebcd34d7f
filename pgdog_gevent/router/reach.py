"""How far the rows of one table reach: what of the answer depends on those with one value of the key.

Take a row whose key is v away. The answer can only change where columns have the value v that equal the key wherever
the row takes part: ``reach`` finds all such columns, in the table's own block and in others, and what is known of their
values. From that follow both the shards that matter (no row matters whose v is excluded by what is known) and locality
(all rows that matter to one row of the answer have its key).

Two steps. Within a block, columns are equal by the conditions that hold wherever the row takes part. From block to
block: a subquery that names an outer column depends on v only for outer rows with v there; a subquery in FROM, or one
that IN compares with a column, hands v on in a column, if nothing in it (LIMIT, an aggregate over other groups, ...)
mixes rows with v and rows with other values.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from pgdog_gevent.router.equality import closure
from pgdog_gevent.router.relations import Attribute, Block, Condition, Entry, Output, SetOperation

_FARTHEST: Final = 2000


@dataclass(frozen=True, slots=True)
class Fact:
    """Conditions that are true where all of ``columns`` have the value of the key."""

    conditions: tuple[Condition, ...]
    columns: frozenset[Attribute]


@dataclass(frozen=True, slots=True)
class Reach:
    """The columns that have the value of the key, and what is known where they have."""

    attributes: frozenset[Attribute]
    facts: tuple[Fact, ...]


Pending: TypeAlias = list[Attribute]


def reach(key: Attribute) -> Reach:
    """Find all columns that the key of an entry reaches."""
    facts: list[Fact] = []
    seen: set[Attribute] = set()
    waiting: Pending = [key]
    while waiting and len(seen) < _FARTHEST:
        attribute = waiting.pop()
        if attribute in seen:
            continue
        seen.add(attribute)
        columns = closure(attribute, attribute.entry.filters)
        facts.append(Fact(attribute.entry.filters, columns))
        waiting.extend(columns)
        _hand_on(attribute.entry, columns, waiting)
    return Reach(frozenset(seen), tuple(facts))


def _hand_on(entry: Entry, columns: frozenset[Attribute], waiting: Pending) -> None:
    """Follow the value out of the block, by the columns that it returns."""
    block = entry.block
    steady = frozenset(each for each in columns if each.entry.block is block and not each.entry.nullable)
    if not _keeps_apart(block, steady):
        return
    for output in block.outputs:
        if output.attribute in steady:
            _out(output, waiting)


def _keeps_apart(block: Block, columns: frozenset[Attribute]) -> bool:
    """Whether rows with one value in ``columns`` have no influence on what the block makes of others."""
    if block.limited or (block.grouping is not None and columns.isdisjoint(block.grouping.attributes)):
        return False
    if block.distinct and all(each.family is None for each in columns):
        return False
    if block.distinct_on is not None and columns.isdisjoint(block.distinct_on):
        return False
    return not any(columns.isdisjoint(partition) for partition in block.partitions)


def _out(output: Output, waiting: Pending) -> None:
    if output.seen_as is not None:
        waiting.append(output.seen_as)
    for whole in output.wholes:
        if isinstance(whole.query, SetOperation) and not whole.query.limited:
            _out(whole, waiting)
