"""What a FROM clause joins, as a tree; what follows from it for the rows of each entry.

A LEFT JOIN of whose right side something is known that NULLs would not meet is an inner join, and so on.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias

from pgdog_gevent.router.equality import closure
from pgdog_gevent.router.relations import (
    And,
    Attribute,
    Between,
    Block,
    Condition,
    Entry,
    Equal,
    InArray,
    InQuery,
    NotNull,
    OneOf,
    Or,
    conjuncts,
)
from pgdog_gevent.router.rules import ShardKey


class JoinKind(Enum):
    """Which rows come out that have no partner."""

    INNER = 'none'
    LEFT = 'those of the left side'
    RIGHT = 'those of the right side'
    FULL = 'those of both sides'


@dataclass(eq=False, slots=True)
class Leaf:
    """One entry."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Merged:
    """A column of a FULL JOIN: that of the side which has a row."""

    attribute: Attribute
    left: Attribute
    right: Attribute


@dataclass(eq=False, slots=True)
class Join:
    """Two sides and what joins them."""

    kind: JoinKind
    left: 'Tree'
    right: 'Tree'
    on: Condition
    merged: list[Merged] = field(default_factory=list)


Tree: TypeAlias = Leaf | Join

_KEEPS_LEFT: Final = frozenset({JoinKind.LEFT, JoinKind.FULL})
_KEEPS_RIGHT: Final = frozenset({JoinKind.RIGHT, JoinKind.FULL})


def merge_columns(join: Join, block: Block) -> None:
    """Name what each pair of equal columns of a FULL JOIN is together."""
    left, right = frozenset(entries_of(join.left)), frozenset(entries_of(join.right))
    already = {(each.left, each.right) for each in join.merged}
    for equal in conjuncts(join.on):
        if not isinstance(equal, Equal):
            continue
        pairs = ((equal.left, equal.right), (equal.right, equal.left))
        for one, other in pairs:
            if one.entry in left and other.entry in right and (one, other) not in already:
                join.merged.append(Merged(merged_column(one, block), one, other))


def merged_column(like: Attribute, block: Block) -> Attribute:
    """A column that belongs to no entry of FROM but to a join."""
    return Attribute(like.name, Entry(block), like.family, plain=like.plain)


def entries_of(tree: Tree) -> Iterator[Entry]:
    if isinstance(tree, Leaf):
        yield tree.entry
    else:
        yield from entries_of(tree.left)
        yield from entries_of(tree.right)


def settle(trees: Sequence[Tree], where: Condition, block: Block) -> None:
    """Tell each entry what holds for its rows, and the block what holds for all of its rows."""
    strict = frozenset(_not_null_entries(where))
    block.row_filters.append(where)
    filters = (where, *(condition for tree in trees for condition in _always(_reduced(tree, strict))))
    for tree in trees:
        _assign(tree, filters, nullable=False)
    block.row_filters.extend(filters[1:])
    anchors = [anchor for tree in trees for anchor in _anchors(tree)]
    block.placed = dict(_spread([*anchors, *_semi_joined(block.row_filters)], block.row_filters))


def _reduced(tree: Tree, strict: frozenset[Entry]) -> Tree:
    """Make inner joins of outer ones whose rows without partner are dropped later, as ``strict`` has no NULLs."""
    if isinstance(tree, Leaf):
        return tree
    if tree.kind in _KEEPS_LEFT and not strict.isdisjoint(entries_of(tree.right)):
        tree.kind = JoinKind.INNER if tree.kind is JoinKind.LEFT else JoinKind.RIGHT
    if tree.kind in _KEEPS_RIGHT and not strict.isdisjoint(entries_of(tree.left)):
        tree.kind = JoinKind.INNER if tree.kind is JoinKind.RIGHT else JoinKind.LEFT
    inner = strict | frozenset(_not_null_entries(tree.on))
    _reduced(tree.left, strict if tree.kind in _KEEPS_LEFT else inner)
    _reduced(tree.right, strict if tree.kind in _KEEPS_RIGHT else inner)
    return tree


def _not_null_entries(condition: Condition) -> set[Entry]:
    return {attribute.entry for attribute in _not_null(condition)}


def _not_null(condition: Condition) -> frozenset[Attribute]:
    """The columns that are not NULL where ``condition`` is true."""
    match condition:
        case And(parts):
            return frozenset().union(*map(_not_null, parts))
        case Or(parts):
            return frozenset.intersection(*map(_not_null, parts)) if parts else frozenset()
        case Equal(left, right):
            return frozenset({left, right})
        case OneOf(attribute, _, null_matches):
            return frozenset() if null_matches else frozenset({attribute})
        case InArray(attribute) | Between(attribute):
            return frozenset({attribute})
        case InQuery(attributes):
            return frozenset(attribute for attribute in attributes if attribute is not None)
        case NotNull(attributes):
            return frozenset(attributes)
        case _:
            return frozenset()


def _always(tree: Tree) -> Iterator[Condition]:
    """What holds for all rows that come out of ``tree``."""
    if isinstance(tree, Leaf):
        return
    if tree.kind is JoinKind.INNER:
        yield tree.on
    if tree.kind is not JoinKind.FULL:
        yield from _same_columns(tree)
    if tree.kind not in _KEEPS_RIGHT:
        yield from _always(tree.left)
    if tree.kind not in _KEEPS_LEFT:
        yield from _always(tree.right)


def _same_columns(join: Join) -> Iterator[Condition]:
    """What has become of the columns of a FULL JOIN that is none any more."""
    for merged in join.merged:
        yield Equal(merged.attribute, merged.right if join.kind is JoinKind.RIGHT else merged.left)


def _assign(tree: Tree, filters: tuple[Condition, ...], *, nullable: bool) -> None:
    if isinstance(tree, Leaf):
        tree.entry.filters, tree.entry.nullable = filters, nullable
        return
    for merged in tree.merged:
        merged.attribute.entry.filters, merged.attribute.entry.nullable = filters, nullable
    # What holds for all rows of a side is in ``filters`` already, if it holds for all rows of the join.
    within = (*filters, tree.on)
    left_lost, right_lost = tree.kind in _KEEPS_RIGHT, tree.kind in _KEEPS_LEFT
    if tree.kind is JoinKind.FULL:
        lefts = (*filters, *(Equal(each.attribute, each.left) for each in tree.merged))
        rights = (*filters, *(Equal(each.attribute, each.right) for each in tree.merged))
    else:
        lefts = within if tree.kind is not JoinKind.LEFT else filters
        rights = within if tree.kind is not JoinKind.RIGHT else filters
    _assign(tree.left, _with_own(tree.left, lefts, left_lost), nullable=nullable or left_lost)
    _assign(tree.right, _with_own(tree.right, rights, right_lost), nullable=nullable or right_lost)


def _with_own(tree: Tree, filters: tuple[Condition, ...], lost: bool) -> tuple[Condition, ...]:
    """Add what holds for all rows of a side, if that is said of no whole around it."""
    return (*filters, *_always(tree)) if lost else filters


Anchor: TypeAlias = tuple[Attribute, ShardKey]


def _anchors(tree: Tree) -> Iterator[Anchor]:
    """Columns that say of every row that comes out of ``tree`` on which shard it is."""
    if isinstance(tree, Leaf):
        yield from _anchors_of_entry(tree.entry)
        return
    if tree.kind is JoinKind.FULL:
        yield from _merged_anchors(tree)
    if tree.kind not in _KEEPS_RIGHT:
        yield from _anchors(tree.left)
    if tree.kind not in _KEEPS_LEFT:
        yield from _anchors(tree.right)


def _anchors_of_entry(entry: Entry) -> Iterator[Anchor]:
    if entry.shard_key is not None and entry.key is not None:
        yield entry.key, entry.shard_key
    for attribute in entry.attributes:
        if attribute.output is not None and attribute.output.placement is not None:
            yield attribute, attribute.output.placement


def _merged_anchors(join: Join) -> Iterator[Anchor]:
    lefts = dict(_spread(_anchors(join.left), [*_always(join.left)]))
    rights = dict(_spread(_anchors(join.right), [*_always(join.right)]))
    for merged in join.merged:
        left, right = lefts.get(merged.left), rights.get(merged.right)
        if left is not None and right is not None and left.agrees_with(right):
            yield merged.attribute, left


def _spread(anchors: Iterable[Anchor], filters: Sequence[Condition]) -> Iterator[Anchor]:
    """``anchors``, and the columns that equal one of them in every row."""
    for attribute, key in anchors:
        for same in closure(attribute, filters):
            yield same, key


def _semi_joined(filters: Sequence[Condition]) -> Iterator[Anchor]:
    """Columns for whose value there is a row of a sharded table, or the row would not be here."""
    for filtered in filters:
        for part in conjuncts(filtered):
            if isinstance(part, InQuery):
                for attribute, output in zip(part.attributes, part.query.outputs, strict=False):
                    if attribute is not None and output.placement is not None:
                        yield attribute, output.placement
