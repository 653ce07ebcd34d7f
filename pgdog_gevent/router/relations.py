"""A statement as relations: which queries are in which, what they join, and which columns come from which.

Made by ``resolve`` from the syntax tree, and only read after that. Objects are told apart by identity: a table that is
named twice is two entries with two sets of columns, and a CTE is there once for each time that it is named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from google.protobuf.message import Message

from pgdog_gevent.router.keys import Operand
from pgdog_gevent.router.places import Place, Standing
from pgdog_gevent.router.rules import ShardKey
from pgdog_gevent.sharding.key import KeyType


@dataclass(eq=False, slots=True)
class Attribute:
    """A column of an entry."""

    name: str
    entry: 'Entry'
    family: KeyType | None = None
    """Whose values it has, if those of this family are equal exactly if they are the same key."""
    not_null: bool = False
    plain: bool = False
    """Comparisons with it are PostgreSQL's own: never true of NULL."""
    output: 'Output | None' = None
    """The column of a subquery that it is."""
    array: Operand | None = None
    """What unnest() makes it from."""


@dataclass(eq=False, slots=True)
class Output:
    """A column of what a query returns."""

    query: 'Query'
    name: str
    family: KeyType | None = None
    not_null: bool = False
    plain: bool = False
    attribute: Attribute | None = None
    """The column that it is, of a block; absent if it is something else."""
    constants: tuple[Operand, ...] = ()
    """All values that it has, of VALUES; empty if they are not known."""
    parts: 'tuple[Output, Output] | None' = None
    """Those of both sides of a set operation."""
    placement: ShardKey | None = None
    """If there is one: what a shard returns has values here that this key puts on that shard."""
    hidden: bool = False
    """It is not returned, but could be: the rows would be the same, with one column more."""
    wholes: 'list[Output]' = field(default_factory=list)
    """Those of set operations that have it as a part."""
    seen_as: Attribute | None = None
    """What it is where the query stands: a column in FROM, or that which IN compares it with."""


@dataclass(eq=False, slots=True)
class Entry:
    """One table, subquery or function in FROM; also the target of a write."""

    block: 'Block'
    attributes: list[Attribute] = field(default_factory=list)
    place: Place | None = None
    query: 'Query | None' = None
    schema: str = ''
    """That of a table without alias."""
    open: bool = False
    """It may have more columns than are known."""
    nullable: bool = False
    """An outer join may put NULLs in place of its columns."""
    filters: 'tuple[Condition, ...]' = ()
    """What holds wherever a row of it takes part in what the block returns."""
    key: Attribute | None = None
    """The column that says where its rows are."""
    location: int = -1

    @property
    def shard_key(self) -> ShardKey | None:
        return self.place.key if self.place is not None and self.place.standing is Standing.SHARDED else None


@dataclass(eq=False, slots=True)
class Grouping:
    """How a block groups its rows."""

    attributes: Sequence[Attribute] = ()
    """The columns among what it groups by, if each group has one value of all of them."""
    groups: bool = False
    """There is GROUP BY: no rows, no group."""


@dataclass(eq=False, slots=True)
class Block:
    """One SELECT ... FROM ... WHERE ..., or an UPDATE, DELETE or MERGE."""

    entries: list[Entry] = field(default_factory=list)
    row_filters: 'list[Condition]' = field(default_factory=list)
    """What holds for all rows, before they are grouped."""
    outputs: list[Output] = field(default_factory=list)
    open: bool = False
    """How many columns it returns is not known."""
    placed: dict[Attribute, ShardKey] = field(default_factory=dict)
    """Columns whose values say, for each row, on which shard it is."""
    grouping: Grouping | None = None
    distinct: bool = False
    distinct_on: Sequence[Attribute] | None = None
    partitions: list[Sequence[Attribute]] = field(default_factory=list)
    """The columns among what each window function partitions by."""
    limited: bool = False
    sublinks: 'list[Sublink]' = field(default_factory=list)
    varies: str = ''
    """What in it may give another answer on each shard, if shards are asked the same: ``LIMIT``."""
    named_outside: 'set[Entry]' = field(default_factory=set)
    """The entries of blocks around it whose columns it names."""
    around: 'Block | None' = None
    """The block in which it stands."""
    aggregated_inside: bool = False
    """A subquery has an aggregate of its columns, which is therefore its own."""


@dataclass(eq=False, slots=True)
class Values:
    """VALUES lists."""

    outputs: list[Output] = field(default_factory=list)
    open: bool = False
    varies: str = ''
    block: Block | None = None
    """Holds what subqueries are in it; its rows are not those of the lists."""


class SetOperator(Enum):
    """UNION, INTERSECT and EXCEPT."""

    UNION = 'UNION'
    INTERSECT = 'INTERSECT'
    EXCEPT = 'EXCEPT'


@dataclass(eq=False, slots=True)
class SetOperation:
    """Two queries in one; with ``all_rows`` duplicates stay."""

    operator: SetOperator
    all_rows: bool
    left: 'Query'
    right: 'Query'
    outputs: list[Output] = field(default_factory=list)
    open: bool = False
    limited: bool = False
    varies: str = ''


@dataclass(eq=False, slots=True)
class Opaque:
    """A query of which only its parts are known: a recursive one, or what it refers to itself by."""

    outputs: list[Output] = field(default_factory=list)
    open: bool = False
    parts: 'tuple[Query, ...]' = ()
    varies: str = ''


Query: TypeAlias = Block | Values | SetOperation | Opaque


@dataclass(eq=False, slots=True)
class Sublink:
    """A subquery in an expression of a block; ``after``: it is looked at for each group, not for each row."""

    query: Query
    after: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All of ``parts`` are true."""

    parts: 'tuple[Condition, ...]'


@dataclass(frozen=True, slots=True)
class Or:
    """One of ``parts`` is true."""

    parts: 'tuple[Condition, ...]'


@dataclass(frozen=True, slots=True)
class Equal:
    """Two columns have equal values, and not NULL."""

    left: Attribute
    right: Attribute


@dataclass(frozen=True, slots=True)
class OneOf:
    """A column has one of these values."""

    attribute: Attribute
    operands: tuple[Operand, ...]
    null_matches: bool = False


@dataclass(frozen=True, slots=True)
class InArray:
    """A column's value is an element of an array."""

    attribute: Attribute
    array: Operand


@dataclass(frozen=True, slots=True)
class Between:
    """A column's value is in an interval; ``None`` is no bound."""

    attribute: Attribute
    low: Operand | None
    high: Operand | None
    low_inclusive: bool = True
    high_inclusive: bool = True


@dataclass(frozen=True, slots=True)
class InQuery:
    """Columns have the values of a row that a subquery returns; ``None``: what is compared there is no column."""

    attributes: tuple[Attribute | None, ...]
    query: Query


@dataclass(frozen=True, slots=True)
class Exists:
    """A subquery returns a row."""

    query: Query


@dataclass(frozen=True, slots=True)
class NotNull:
    """None of these columns is NULL; whatever else is said of them is left out."""

    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Never:
    """It is false, or NULL."""


@dataclass(frozen=True, slots=True)
class Other:
    """Nothing that matters here."""


Condition: TypeAlias = And | Or | Equal | OneOf | InArray | Between | InQuery | Exists | NotNull | Never | Other


@dataclass(eq=False, slots=True)
class Call:
    """A function call, or what else is not the same on all shards."""

    name: str
    schema: str
    location: int


@dataclass(eq=False, slots=True)
class Survey:
    """All that was found in a statement, at whatever depth."""

    root: Query
    entries: list[Entry] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    system_columns: list[int] = field(default_factory=list)
    """Where they are named."""
    samples: list[int] = field(default_factory=list)
    """Where TABLESAMPLE is."""
    varying_views: list[int] = field(default_factory=list)
    """Where views are named that do not always answer the same for the same rows."""
    fixed: list[str] = field(default_factory=list)
    """Volatile functions in FROM: PostgreSQL calls them once, for all rows."""
    writes: list[Message] = field(default_factory=list)
    """Statements in WITH that write."""
    cte_names: set[str] = field(default_factory=set)

    def sharded(self) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.shard_key is not None)

    def standing(self, *standings: Standing) -> Entry | None:
        """The first entry that stands so."""
        return next((e for e in self.entries if e.place is not None and e.place.standing in standings), None)


def conjuncts(condition: Condition) -> Iterator[Condition]:
    """What is true if ``condition`` is."""
    if isinstance(condition, And):
        for part in condition.parts:
            yield from conjuncts(part)
    else:
        yield condition
