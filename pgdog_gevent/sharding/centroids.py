"""Vectors: each is with the centroids that are nearest to it, and centroid ``i`` is on shard ``i`` modulo shards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from math import ceil, dist, sqrt
from typing import TypeAlias

from pgdog_gevent.sharding.shards import Shards, all_shards, one_shard

Vector: TypeAlias = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Centroids:
    """The centres of groups of vectors, all of one dimension, and how many of them are looked at for one vector."""

    vectors: tuple[Vector, ...]
    probes: int
    shards: int
    dimensions: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, 'dimensions', len(self.vectors[0]))

    @classmethod
    def of(cls, vectors: Sequence[Vector], probes: int, shards: int) -> 'Centroids':
        """Build from at least one vector; no probes stand for the square root of their number, rounded up.

        Raises ValueError if vectors are missing or differ in dimension.
        """
        if len({len(vector) for vector in vectors}) != 1:
            raise ValueError('there are no centroids, or some of another dimension')
        return cls(tuple(vectors), min(probes or ceil(sqrt(len(vectors))), len(vectors)), shards)

    def shards_of(self, vector: Vector) -> Shards:
        """Return the shards of the nearest centroids; all shards, if the vector has another dimension."""
        if len(vector) != self.dimensions:
            return all_shards(self.shards)
        distances = ((dist(vector, centroid), number) for number, centroid in enumerate(self.vectors))
        nearest = frozenset(number % self.shards for _, number in nsmallest(self.probes, distances))
        return one_shard(next(iter(nearest))) if len(nearest) == 1 else nearest

    def home_of(self, vector: Vector) -> int:
        """Return the one shard to which a new row with this vector belongs: that of the nearest centroid.

        Of centroids at the same distance the first counts. Raises ValueError if the vector has another dimension.
        """
        distances = ((dist(vector, centroid), number) for number, centroid in enumerate(self.vectors))
        return min(distances)[1] % self.shards
