"""Vectors are with the nearest centroids."""

import pytest

from pgdog_gevent.sharding.centroids import Centroids, Vector

FIVE: tuple[Vector, ...] = ((0.0, 0.0), (10.0, 0.0), (20.0, 0.0), (30.0, 0.0), (40.0, 0.0))


@pytest.mark.parametrize(
    ('vector', 'probes', 'expected'),
    [
        ((0.0, 1.0), 1, {0}),
        ((39.0, 0.0), 1, {1}),
        ((14.0, 3.0), 2, {1, 2}),
        ((31.0, 0.0), 2, {0, 1}),
        ((20.0, 0.0), 5, {0, 1, 2}),
        ((20.0, 0.0), 99, {0, 1, 2}),
    ],
)
def test_vector_is_on_the_shards_of_its_nearest_centroids(vector: Vector, probes: int, expected: set[int]) -> None:
    assert Centroids.of(FIVE, probes, 3).shards_of(vector) == expected


@pytest.mark.parametrize(('count', 'probes'), [(1, 1), (2, 2), (4, 2), (5, 3), (9, 3), (10, 4)])
def test_no_probes_are_the_square_root_rounded_up(count: int, probes: int) -> None:
    assert Centroids.of([(float(number),) for number in range(count)], 0, 2).probes == probes


def test_new_row_has_one_home_among_the_shards_that_are_searched() -> None:
    centroids = Centroids.of(FIVE, 3, 3)
    for position in range(-5, 50):
        vector = (float(position), 1.0)
        assert centroids.home_of(vector) in centroids.shards_of(vector)


def test_first_of_centroids_at_one_distance_is_home() -> None:
    assert Centroids.of(FIVE, 1, 5).home_of((15.0, 0.0)) == 1


def test_other_dimension_may_be_anywhere_and_has_no_home() -> None:
    centroids = Centroids.of(FIVE, 1, 3)
    assert centroids.shards_of((1.0,)) == {0, 1, 2}
    with pytest.raises(ValueError):
        centroids.home_of((1.0,))


@pytest.mark.parametrize('vectors', [[], [(1.0,), (1.0, 2.0)]], ids=['none', 'of two dimensions'])
def test_what_are_no_centroids_is_refused(vectors: list[Vector]) -> None:
    with pytest.raises(ValueError):
        Centroids.of(vectors, 1, 3)
