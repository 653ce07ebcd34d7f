"""The sharding functions: from a key to the shards that may have it. A closed union of values.

Two functions that compare equal put equal keys on the same shards, so tables with equal functions are co-located.
``shards_of`` is empty if no shard can have the key, which only a mapping says. NULL is on shard 0, as in PostgreSQL's
hash partitions; where there is a mapping, its default says.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from pgdog_gevent.sharding.centroids import Centroids
from pgdog_gevent.sharding.hashing import partition_of_int, partition_of_text
from pgdog_gevent.sharding.key import Key, KeyType
from pgdog_gevent.sharding.lookup import Answers, Wanted
from pgdog_gevent.sharding.mapping import Mapping
from pgdog_gevent.sharding.sha1 import sha1_shard_of_int, sha1_shard_of_octets
from pgdog_gevent.sharding.shards import NO_SHARDS, Shards, all_shards, each_shard, one_shard

_WIDEST_SPAN: Final = 64
"""So many values are hashed to find the shards of an interval."""


class Bound(NamedTuple):
    """Where an interval of keys begins or ends."""

    key: Key
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Hashed:
    """PostgreSQL's hash partitions: integers, UUIDs and text."""

    key_type: KeyType
    shards: int
    _each: tuple[Shards, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, '_each', each_shard(self.shards))

    def shards_of(self, key: Key | None) -> Shards:
        if isinstance(key, int):
            return self._each[partition_of_int(key, self.shards)]
        return self._each[0 if key is None else partition_of_text(_octets(key), self.shards)]

    def shards_between(self, low: Bound | None, high: Bound | None) -> Shards:
        """Return the shards that may have keys of an interval, exactly if it is short; ``None``: no such bound."""
        return _shards_of_each(self, low, high)


@dataclass(frozen=True, slots=True)
class Sha1:
    """PgDog's ``sha1`` hasher: integers, UUIDs and text."""

    key_type: KeyType
    shards: int

    def shards_of(self, key: Key | None) -> Shards:
        if isinstance(key, int):
            return one_shard(sha1_shard_of_int(key, self.shards))
        return one_shard(0 if key is None else sha1_shard_of_octets(_octets(key), self.shards))

    def shards_between(self, low: Bound | None, high: Bound | None) -> Shards:
        """Return the shards that may have keys of an interval, exactly if it is short; ``None``: no such bound."""
        return _shards_of_each(self, low, high)


@dataclass(frozen=True, slots=True)
class MappedNumbers:
    """Lists and ranges of integers or UUIDs."""

    key_type: KeyType
    mapping: Mapping[int]
    shards: int

    def shards_of(self, key: Key | None) -> Shards:
        return self.mapping.shards_of_null() if key is None else self.mapping.shards_of(number_of(key))

    def shards_between(self, low: Bound | None, high: Bound | None) -> Shards:
        """Return the shards that have keys of an interval; ``None``: no such bound."""
        return self.mapping.shards_between(*_span(low, high))


@dataclass(frozen=True, slots=True)
class MappedText:
    """Lists and ranges of text."""

    mapping: Mapping[bytes]
    shards: int

    @property
    def key_type(self) -> KeyType:
        return KeyType.TEXT

    def shards_of(self, key: Key | None) -> Shards:
        return self.mapping.shards_of_null() if key is None else self.mapping.shards_of(_octets(key))

    def shards_between(self, low: Bound | None, high: Bound | None) -> Shards:
        """Return all shards: ranges are in the order of bytes, but comparisons in that of a collation."""
        return all_shards(self.shards)


@dataclass(frozen=True, slots=True)
class Nearest:
    """Vectors, on the shards of the centroids that are nearest."""

    centroids: Centroids

    @property
    def key_type(self) -> KeyType:
        return KeyType.VECTOR

    @property
    def shards(self) -> int:
        return self.centroids.shards

    def shards_of(self, key: Key | None) -> Shards:
        """Return the shards of so many of the nearest centroids as are probed; new rows go to ``home_of`` alone."""
        return one_shard(0) if key is None else self.centroids.shards_of(_vector(key))

    def home_of(self, key: Key | None) -> int:
        """Return the shard of a new row. Raises ValueError if the vector has another dimension than the centroids."""
        return 0 if key is None else self.centroids.home_of(_vector(key))

    def shards_between(self, low: Bound | None, high: Bound | None) -> Shards:
        """Return all shards."""
        return all_shards(self.shards)


@dataclass(frozen=True, slots=True)
class Numbered:
    """The key is itself the number of its shard, as some lookups answer."""

    shards: int

    @property
    def key_type(self) -> KeyType:
        return KeyType.BIGINT

    def shards_of(self, key: Key | None) -> Shards:
        return one_shard(key) if isinstance(key, int) and 0 <= key < self.shards else NO_SHARDS

    def shards_between(self, low: Bound | None, high: Bound | None) -> Shards:
        """Return the shards whose numbers are in an interval; ``None``: no such bound."""
        start, end = _span(low, high)
        last = self.shards if end is None else min(end, self.shards)
        return frozenset(range(max(start or 0, 0), last))


AnswerFunction: TypeAlias = Hashed | Sha1 | MappedNumbers | MappedText | Numbered
"""What can be applied to the answer of a lookup query."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A query translates the key, and its answer says on which shard it is."""

    key_type: KeyType
    query: str
    of_answer: AnswerFunction
    answers: Answers = field(repr=False, compare=False)

    @property
    def shards(self) -> int:
        return self.of_answer.shards

    def wanted(self, key: Key) -> Wanted:
        """What has to be known of a key."""
        numbers = self.shards if isinstance(self.of_answer, Numbered) else 0
        return Wanted(self.query, self.key_type, key, self.of_answer.key_type, numbers)

    def shards_of(self, key: Key | None) -> Shards:
        """Return all shards for what has not been looked up, which is noted; and for NULL, which cannot be."""
        answer = None if key is None else self.answers.find(self.wanted(key))
        return all_shards(self.shards) if answer is None else self.of_answer.shards_of(answer)

    def shards_between(self, low: Bound | None, high: Bound | None) -> Shards:
        """Return all shards."""
        return all_shards(self.shards)


ShardingFunction: TypeAlias = Hashed | Sha1 | MappedNumbers | MappedText | Nearest | Numbered | LookedUp
ShardFunction: TypeAlias = ShardingFunction


def homes_of(function: ShardingFunction, key: Key | None) -> Shards:
    """Return the shard to which a new row belongs; none or several, if its key does not say which one that is."""
    if not isinstance(function, Nearest):
        return function.shards_of(key)
    try:
        return one_shard(function.home_of(key))
    except ValueError:
        return all_shards(function.shards)


def number_of(key: Key) -> int:
    """Return an integer, or the number that the bytes of a UUID are, which has the order of UUIDs."""
    return key if isinstance(key, int) else int.from_bytes(_octets(key), 'big')


def _octets(key: Key) -> bytes:
    if not isinstance(key, bytes):
        raise TypeError(f'a key of another type: {type(key).__name__}')
    return key


def _vector(key: Key) -> tuple[float, ...]:
    if not isinstance(key, tuple):
        raise TypeError(f'a key of another type: {type(key).__name__}')
    return key


def _span(low: Bound | None, high: Bound | None) -> tuple[int | None, int | None]:
    """Return an interval of whole numbers as where it starts, and what comes after its end."""
    start = None if low is None else number_of(low.key) + (not low.inclusive)
    end = None if high is None else number_of(high.key) + high.inclusive
    return start, end


def _shards_of_each(function: Hashed | Sha1, low: Bound | None, high: Bound | None) -> Shards:
    """Hash all keys between two bounds, if they are few and can be counted."""
    everything = all_shards(function.shards)
    if function.key_type not in (KeyType.BIGINT, KeyType.UUID) or low is None or high is None:
        return everything
    start, end = _span(low, high)
    if start is None or end is None or end - start > _WIDEST_SPAN:
        return everything
    found: set[int] = set()
    for number in range(start, end):
        found |= function.shards_of(number if function.key_type is KeyType.BIGINT else number.to_bytes(16, 'big'))
        if len(found) == function.shards:
            return everything
    return one_shard(found.pop()) if len(found) == 1 else frozenset(found)
