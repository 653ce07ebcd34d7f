"""Which shards the conditions of a statement leave, as an expression over keys."""

from collections.abc import Iterable
from typing import assert_never

from pgdog_gevent.router.equality import closure
from pgdog_gevent.router.keys import (
    EVERY,
    NOWHERE,
    KeyBetween,
    KeyInArray,
    KeyIs,
    Keys,
    conjunction,
    disjunction,
)
from pgdog_gevent.router.level import Unresolved
from pgdog_gevent.router.reach import Reach
from pgdog_gevent.router.relations import (
    And,
    Attribute,
    Between,
    Block,
    Condition,
    Equal,
    Exists,
    InArray,
    InQuery,
    Never,
    NotNull,
    OneOf,
    Opaque,
    Or,
    Other,
    Output,
    Query,
    SetOperation,
    SetOperator,
    Values,
)
from pgdog_gevent.sharding.function import ShardingFunction

Columns = frozenset[Attribute]
_MOST_STEPS = 20_000


class Allowed:
    """The shards of one sharding function that can matter. Raises Unresolved if that takes too long to find out."""

    __slots__ = ('_function', '_steps')

    def __init__(self, function: ShardingFunction) -> None:
        self._function = function
        self._steps = 0

    def by_reach(self, reached: Reach) -> Keys:
        """The shards of rows that reach so far."""
        facts = (self._all(fact.conditions, fact.columns) for fact in reached.facts)
        return conjunction([*facts, *map(self._of_attribute, reached.attributes)])

    def of_output(self, output: Output) -> Keys:
        """The shards of the values that a column of a query has, where it is not NULL."""
        self._step()
        if output.constants:
            return KeyIs(self._function, output.constants)
        if output.parts is not None and isinstance(output.query, SetOperation):
            return self._of_parts(output.query.operator, *map(self.of_output, output.parts))
        attribute = output.attribute
        if attribute is None or not _is_each_value(attribute, output.query):
            return EVERY
        return self.of_column(attribute)

    def of_column(self, attribute: Attribute) -> Keys:
        """The shards of the values that a column has in the rows of its block, where it is not NULL."""
        columns = closure(attribute, attribute.entry.filters)
        known = (self._of_attribute(each) for each in columns)
        return conjunction([self._all(attribute.entry.filters, columns), *known])

    def _of_attribute(self, attribute: Attribute) -> Keys:
        if attribute.array is not None and attribute.family is self._function.key_type:
            return KeyInArray(self._function, attribute.array)
        return EVERY if attribute.output is None else self.of_output(attribute.output)

    def _of_parts(self, operator: SetOperator, left: Keys, right: Keys) -> Keys:
        match operator:
            case SetOperator.UNION:
                return disjunction([left, right])
            case SetOperator.INTERSECT:
                return conjunction([left, right])
            case SetOperator.EXCEPT:
                return left

    def _all(self, conditions: Iterable[Condition], columns: Columns) -> Keys:
        return conjunction([self._by(condition, columns) for condition in conditions])

    def _by(self, condition: Condition, columns: Columns) -> Keys:
        """The shards that ``condition`` leaves for the value that all of ``columns`` have."""
        self._step()
        match condition:
            case And(parts):
                return self._all(parts, closure(columns, parts))
            case Or(parts):
                return disjunction([self._by(part, columns) for part in parts])
            case InQuery(attributes, query):
                pairs = zip(attributes, query.outputs, strict=False)
                return conjunction([self.of_output(output) for attribute, output in pairs if attribute in columns])
            case Exists(query):
                return self._exists(query, columns)
            case Never():
                return NOWHERE
            case OneOf() | InArray() | Between():
                return self._leaf(condition) if condition.attribute in columns else EVERY
            case Equal() | NotNull() | Other():
                return EVERY
            case _:
                assert_never(condition)

    def _leaf(self, condition: OneOf | InArray | Between) -> Keys:
        attribute = condition.attribute
        if attribute.family is not self._function.key_type:
            return EVERY
        match condition:
            case OneOf(_, operands, null_matches):
                # A row that an outer join has put NULLs into may be there in place of one that is not.
                lost = null_matches and attribute.entry.nullable
                return EVERY if lost else KeyIs(self._function, operands, null_matches)
            case InArray(_, array):
                return KeyInArray(self._function, array)
            case Between(_, low, high, low_inclusive, high_inclusive):
                return KeyBetween(self._function, low, high, low_inclusive, high_inclusive)
            case _:
                assert_never(condition)

    def _exists(self, query: Query, columns: Columns) -> Keys:
        """A row that a subquery returns is there because some row has met its conditions."""
        match query:
            case Block():
                if query.grouping is not None and not query.grouping.groups:
                    return EVERY
                same = closure(columns, query.row_filters)
                inner = (self._of_attribute(each) for each in same if each.entry.block is query)
                return conjunction([self._all(query.row_filters, same), *inner])
            case SetOperation(operator):
                left, right = (self._exists(side, columns) for side in (query.left, query.right))
                return self._of_parts(operator, left, right)
            case Values() | Opaque():
                return EVERY
            case _:
                assert_never(query)

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise Unresolved('too many conditions')


def _is_each_value(attribute: Attribute, query: Query) -> bool:
    """Whether what a query returns as ``attribute`` are values that rows of it have."""
    return isinstance(query, Block) and attribute.entry.block is query
