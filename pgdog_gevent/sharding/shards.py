"""Sets of shards, made once: to name one shard costs no allocation."""

from functools import lru_cache
from typing import Final, TypeAlias

Shards: TypeAlias = frozenset[int]

NO_SHARDS: Final[Shards] = frozenset()
_SINGLE: Final = tuple(frozenset((number,)) for number in range(1024))


def one_shard(number: int) -> Shards:
    return _SINGLE[number] if number < len(_SINGLE) else frozenset((number,))


@lru_cache(64)
def all_shards(count: int) -> Shards:
    return frozenset(range(count))


@lru_cache(64)
def each_shard(count: int) -> tuple[Shards, ...]:
    """Return the sets of one shard, by its number."""
    return tuple(map(one_shard, range(count)))
