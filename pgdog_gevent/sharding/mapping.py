"""Lists and ranges of key values, each with its shard, in place of a hash function.

A value is where a list says; else where a range says, from its start up to, not including, its end; else where the
default says; else nowhere. So does PgDog. A UUID is mapped as the number that its 16 bytes are, which has the order of
PostgreSQL; text in the order of its bytes.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, TypeAlias, TypeVar

from pgdog_gevent.sharding.shards import NO_SHARDS, Shards, one_shard

Value = TypeVar('Value', int, bytes)


@dataclass(frozen=True, slots=True)
class ListRule(Generic[Value]):
    """Values, and the shard where they are."""

    values: frozenset[Value]
    shard: int


@dataclass(frozen=True, slots=True)
class RangeRule(Generic[Value]):
    """The values from ``start`` up to, not including, ``end``; ``None``: no such bound."""

    start: Value | None
    end: Value | None
    shard: int

    @property
    def empty(self) -> bool:
        return self.start is not None and self.end is not None and self.start >= self.end

    @property
    def place(self) -> tuple[bool, Value | None]:
        """What to sort ranges by: one without lower bound comes first."""
        return self.start is not None, self.start

    def overlaps(self, other: 'RangeRule[Value]') -> bool:
        """Return whether some value is in both."""
        return not self.empty and not other.empty and self._begins_before(other) and other._begins_before(self)

    def _begins_before(self, other: 'RangeRule[Value]') -> bool:
        """Return whether this range begins before the other one ends."""
        return self.start is None or other.end is None or self.start < other.end


@dataclass(frozen=True, slots=True)
class DefaultRule:
    """The shard of all other values."""

    shard: int


Rule: TypeAlias = ListRule[Value] | RangeRule[Value] | DefaultRule


@dataclass(frozen=True, slots=True)
class Mapping(Generic[Value]):
    """All rules of one function. Equal where the same values are said to be on the same shards, in whatever order."""

    listed: frozenset[tuple[Value, int]]
    ranges: tuple[RangeRule[Value], ...]
    """In order; without overlaps, empty ranges, and neighbours that have the same shard."""
    default: int | None
    _by_value: dict[Value, Shards] = field(init=False, repr=False, compare=False)
    _starts: list[Value] = field(init=False, repr=False, compare=False)
    """Where ranges begin, but for one that has no lower bound."""

    def __post_init__(self) -> None:
        object.__setattr__(self, '_by_value', {value: one_shard(shard) for value, shard in self.listed})
        object.__setattr__(self, '_starts', [rule.start for rule in self.ranges if rule.start is not None])

    @classmethod
    def of(cls, rules: Iterable[Rule[Value]]) -> 'Mapping[Value]':
        """Build the mapping. Raises ValueError if rules contradict each other."""
        rules = tuple(rules)
        listed = frozenset((value, rule.shard) for rule in rules if isinstance(rule, ListRule) for value in rule.values)
        if len({value for value, _ in listed}) < len(listed):
            raise ValueError('a value has two shards')
        defaults = {rule.shard for rule in rules if isinstance(rule, DefaultRule)}
        if len(defaults) > 1:
            raise ValueError('there are two defaults')
        return cls(
            listed, _in_order([rule for rule in rules if isinstance(rule, RangeRule)]), next(iter(defaults), None)
        )

    def shards_of(self, value: Value) -> Shards:
        """Return the shard of a value; none if no rule says it."""
        return self._by_value.get(value) or self._by_range(value)

    def shards_of_null(self) -> Shards:
        """Return the shard of NULL, which is in no list and no range."""
        return NO_SHARDS if self.default is None else one_shard(self.default)

    def shards_between(self, start: Value | None, end: Value | None) -> Shards:
        """Return all shards of values from ``start`` up to, not including, ``end``; ``None``: no such bound."""
        asked = RangeRule(start, end, 0)
        if asked.empty:
            return NO_SHARDS
        found = [rule for rule in self.ranges if rule.overlaps(asked)]
        shards = {rule.shard for rule in found}
        shards |= {shard for value, shard in self.listed if _within(value, asked)}
        if self.default is not None and not _covered(asked, found):
            shards.add(self.default)
        return one_shard(next(iter(shards))) if len(shards) == 1 else frozenset(shards)

    def _by_range(self, value: Value) -> Shards:
        # A range without lower bound comes first, and its start is not among the starts.
        position = bisect_right(self._starts, value) + len(self.ranges) - len(self._starts) - 1
        if position >= 0:
            rule = self.ranges[position]
            if rule.end is None or value < rule.end:
                return one_shard(rule.shard)
        return self.shards_of_null()


def _in_order(ranges: Sequence[RangeRule[Value]]) -> tuple[RangeRule[Value], ...]:
    ordered = sorted((rule for rule in ranges if not rule.empty), key=lambda rule: rule.place)
    if any(before.overlaps(after) for before, after in pairwise(ordered)):
        raise ValueError('ranges overlap')
    return tuple(_joined(ordered))


def _joined(ordered: Sequence[RangeRule[Value]]) -> list[RangeRule[Value]]:
    """Make one range of neighbours that have the same shard."""
    joined: list[RangeRule[Value]] = []
    for rule in ordered:
        if joined and joined[-1].shard == rule.shard and joined[-1].end == rule.start:
            rule = RangeRule(joined.pop().start, rule.end, rule.shard)
        joined.append(rule)
    return joined


def _within(value: Value, rule: RangeRule[Value]) -> bool:
    return (rule.start is None or rule.start <= value) and (rule.end is None or value < rule.end)


def _covered(asked: RangeRule[Value], found: Sequence[RangeRule[Value]]) -> bool:
    """Return whether ranges, which are in order, leave nothing of another one over."""
    if not found:
        return False
    first, last = found[0].start, found[-1].end
    begins = first is None or (asked.start is not None and first <= asked.start)
    ends = last is None or (asked.end is not None and asked.end <= last)
    return begins and ends and all(before.end == after.start for before, after in pairwise(found))
