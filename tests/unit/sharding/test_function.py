"""Functions from keys to shards: what they return, and when two are the same."""

from uuid import UUID

import pytest

from pgdog_gevent.sharding.centroids import Centroids
from pgdog_gevent.sharding.function import (
    Bound,
    Hashed,
    MappedNumbers,
    MappedText,
    Nearest,
    Numbered,
    Sha1,
    ShardFunction,
)
from pgdog_gevent.sharding.hashing import partition_of_int, partition_of_text, partition_of_uuid
from pgdog_gevent.sharding.key import Key, KeyType
from pgdog_gevent.sharding.mapping import DefaultRule, ListRule, Mapping, RangeRule, Rule
from pgdog_gevent.sharding.sha1 import sha1_shard_of_int

INTEGERS = Hashed(KeyType.BIGINT, 4)
UUIDS = Hashed(KeyType.UUID, 4)
TEXTS = Hashed(KeyType.TEXT, 4)
RULES: list[Rule[int]] = [RangeRule(0, 100, 0), RangeRule(100, None, 1), ListRule(frozenset({7}), 2)]
RANGES = MappedNumbers(KeyType.BIGINT, Mapping.of(RULES), 4)
TEXT_RULES: list[Rule[bytes]] = [RangeRule(b'a', b'm', 0), DefaultRule(1)]
TEXT_RANGES = MappedText(Mapping.of(TEXT_RULES), 4)
VECTORS = Nearest(Centroids.of([(0.0,), (10.0,)], 1, 4))
ALL = {0, 1, 2, 3}


def uuid(number: int) -> bytes:
    return UUID(int=number).bytes


def including(key: Key) -> Bound:
    return Bound(key, inclusive=True)


def excluding(key: Key) -> Bound:
    return Bound(key, inclusive=False)


@pytest.mark.parametrize('key', [0, 1, -1, 12345, 2**63 - 1])
def test_integer_is_where_postgres_would_have_it(key: int) -> None:
    assert INTEGERS.shards_of(key) == {partition_of_int(key, 4)}


def test_uuid_and_text_are_where_postgres_would_have_them() -> None:
    assert UUIDS.shards_of(uuid(9)) == {partition_of_uuid(uuid(9), 4)}
    assert TEXTS.shards_of(b'key') == {partition_of_text(b'key', 4)}


@pytest.mark.parametrize(
    ('function', 'expected'),
    [
        (INTEGERS, {0}),
        (Sha1(KeyType.TEXT, 4), {0}),
        (RANGES, set()),
        (TEXT_RANGES, {1}),
        (VECTORS, {0}),
        (Numbered(4), set()),
    ],
    ids=['hash', 'sha1', 'mapping', 'mapping with default', 'vectors', 'numbers'],
)
def test_null_has_its_shard(function: ShardFunction, expected: set[int]) -> None:
    assert function.shards_of(None) == expected


@pytest.mark.parametrize(('key', 'expected'), [(0, {0}), (3, {3}), (4, set()), (-1, set())])
def test_number_of_a_shard_is_that_shard(key: int, expected: set[int]) -> None:
    assert Numbered(4).shards_of(key) == expected


def test_vector_is_with_its_centroid() -> None:
    assert VECTORS.shards_of((9.0,)) == {1}
    assert VECTORS.home_of((9.0,)) == 1


def test_uuid_is_mapped_in_the_order_of_uuids() -> None:
    rules: list[Rule[int]] = [RangeRule(None, 2**127, 0), RangeRule(2**127, None, 1)]
    function = MappedNumbers(KeyType.UUID, Mapping.of(rules), 2)
    assert [function.shards_of(uuid(number)) for number in (0, 2**127 - 1, 2**127)] == [{0}, {0}, {1}]
    assert function.shards_between(including(uuid(2**127)), None) == {1}


@pytest.mark.parametrize(
    'function', [INTEGERS, Sha1(KeyType.BIGINT, 4), Hashed(KeyType.UUID, 4)], ids=['hash', 'sha1', 'uuid']
)
def test_one_shard_costs_no_new_set(function: ShardFunction) -> None:
    key = uuid(1) if function.key_type is KeyType.UUID else 1
    assert function.shards_of(key) is function.shards_of(key)


@pytest.mark.parametrize('function', [INTEGERS, Sha1(KeyType.BIGINT, 4)], ids=['hash', 'sha1'])
def test_short_interval_of_integers_is_hashed(function: Hashed | Sha1) -> None:
    for low in range(-10, 50):
        exact = function.shards_of(low) | function.shards_of(low + 1)
        assert function.shards_between(including(low), including(low + 1)) == exact
        assert function.shards_between(excluding(low - 1), excluding(low + 2)) == exact
        assert function.shards_between(excluding(low), including(low + 1)) == function.shards_of(low + 1)


def test_short_interval_of_uuids_is_hashed() -> None:
    assert UUIDS.shards_between(including(uuid(5)), excluding(uuid(6))) == UUIDS.shards_of(uuid(5))


@pytest.mark.parametrize(
    ('function', 'low', 'high', 'expected'),
    [
        pytest.param(INTEGERS, including(5), None, ALL, id='no upper bound'),
        pytest.param(INTEGERS, None, including(5), ALL, id='no lower bound'),
        pytest.param(INTEGERS, including(0), including(2**62), ALL, id='long'),
        pytest.param(INTEGERS, excluding(5), excluding(6), set(), id='no value'),
        pytest.param(INTEGERS, including(7), including(5), set(), id='turned round'),
        pytest.param(TEXTS, including(b'a'), including(b'a'), ALL, id='text'),
        pytest.param(TEXT_RANGES, including(b'a'), including(b'b'), ALL, id='text ranges'),
        pytest.param(VECTORS, including((1.0,)), None, ALL, id='vectors'),
        pytest.param(RANGES, including(8), excluding(100), {0}, id='range'),
        pytest.param(RANGES, including(8), including(100), {0, 1}, id='into the next range'),
        pytest.param(RANGES, excluding(99), None, {1}, id='range without upper bound'),
        pytest.param(RANGES, None, excluding(0), set(), id='nowhere'),
        pytest.param(Numbered(4), including(2), including(2**60), {2, 3}, id='numbers'),
        pytest.param(Numbered(4), including(-(2**60)), excluding(2), {0, 1}, id='numbers from below'),
        pytest.param(Numbered(4), None, None, ALL, id='all numbers'),
    ],
)
def test_interval_is_on_the_shards_that_may_have_it(
    function: ShardFunction, low: Bound | None, high: Bound | None, expected: set[int]
) -> None:
    assert function.shards_between(low, high) == expected


def test_the_same_function_is_equal() -> None:
    assert Hashed(KeyType.BIGINT, 4) == INTEGERS
    assert MappedNumbers(KeyType.BIGINT, Mapping.of(RULES[::-1]), 4) == RANGES
    assert len({Hashed(KeyType.BIGINT, 4), INTEGERS}) == 1


def test_other_functions_are_not_equal() -> None:
    functions: list[ShardFunction] = [
        INTEGERS,
        UUIDS,
        TEXTS,
        Hashed(KeyType.BIGINT, 5),
        Sha1(KeyType.BIGINT, 4),
        RANGES,
        TEXT_RANGES,
        VECTORS,
        Numbered(4),
    ]
    assert len(set(functions)) == len(functions)


def test_sha1_is_the_other_hasher() -> None:
    assert Sha1(KeyType.BIGINT, 4).shards_of(99) == {sha1_shard_of_int(99, 4)}


@pytest.mark.parametrize('function', [INTEGERS, Sha1(KeyType.UUID, 2), TEXT_RANGES, VECTORS], ids=lambda f: f.key_type)
def test_key_of_another_kind_is_a_mistake(function: ShardFunction) -> None:
    key: Key = b'x' if function is VECTORS else (1.0,)
    with pytest.raises(TypeError):
        function.shards_of(key)
