"""Sets of shards as expressions over keys."""

from struct import pack

import pytest

from pgdog_gevent.router.keys import (
    EVERY,
    NOWHERE,
    All,
    Any,
    AsciiOnly,
    BoundValue,
    Constant,
    KeyBetween,
    KeyInArray,
    KeyIs,
    Keys,
    OnShard,
    Parameter,
    conjunction,
    disjunction,
    homes_of_row,
    shards_of,
)
from pgdog_gevent.sharding.function import MappedNumbers
from pgdog_gevent.sharding.key import KeyType
from pgdog_gevent.sharding.mapping import Mapping
from tests.unit.router.sharded import BY_ID, BY_NAME, BY_UUID, SHARDS, Values

ALL = frozenset(range(SHARDS))
NO_ONE = frozenset[int]()
FIVE, SIX = KeyIs(BY_ID, (Constant('5'),)), KeyIs(BY_ID, (Constant('6'),))
A_UUID = '00000000-0000-0000-0000-000000000001'


def of(*numbers: int) -> frozenset[int]:
    return frozenset().union(*(BY_ID.shards_of(number) for number in numbers))


class Binary:
    """One parameter in binary."""

    def __init__(self, type_oid: int, value: bytes) -> None:
        self._value = BoundValue(type_oid, 1, value)

    def parameter(self, number: int) -> BoundValue:
        return (self._value,)[number - 1]


@pytest.mark.parametrize(
    ('keys', 'expected'),
    [
        pytest.param(EVERY, ALL, id='every'),
        pytest.param(NOWHERE, NO_ONE, id='nowhere'),
        pytest.param(OnShard(2), frozenset({2}), id='one that is named'),
        pytest.param(FIVE, of(5), id='a constant'),
        pytest.param(KeyIs(BY_ID, (Constant(' 0x10 '),)), of(16), id='as PostgreSQL reads it'),
        pytest.param(KeyIs(BY_ID, (Constant('5'), Constant('7'), Constant('2'))), of(5, 7, 2), id='several'),
        pytest.param(KeyIs(BY_ID, (Constant(None),)), NO_ONE, id='nothing equals NULL'),
        pytest.param(KeyIs(BY_ID, (Constant(None), Constant('5'))), of(5), id='NULL in a list'),
        pytest.param(KeyIs(BY_ID, (Constant(None),), null_matches=True), BY_ID.shards_of(None), id='NULL as a key'),
        pytest.param(KeyIs(BY_ID, (Constant('5.5'),)), ALL, id='no integer'),
        pytest.param(KeyIs(BY_ID, (Constant('5'), Constant('x'))), ALL, id='one of several is no integer'),
        pytest.param(KeyIs(BY_UUID, (Constant(A_UUID.upper()),)), BY_UUID.shards_of(bytes(15) + b'\1'), id='a UUID'),
        pytest.param(KeyIs(BY_NAME, (Constant('Ä'),)), BY_NAME.shards_of('Ä'.encode()), id='text'),
        pytest.param(KeyInArray(BY_ID, Constant('{5,NULL,7}')), of(5, 7), id='an array'),
        pytest.param(KeyInArray(BY_ID, Constant('{}')), NO_ONE, id='an empty array'),
        pytest.param(KeyInArray(BY_ID, Constant(None)), NO_ONE, id='no array'),
        pytest.param(KeyInArray(BY_ID, Constant('{x}')), ALL, id='an array of something else'),
        pytest.param(KeyBetween(BY_ID, Constant('5'), Constant('5')), of(5), id='a short interval'),
        pytest.param(KeyBetween(BY_ID, Constant('5'), Constant('5'), low_inclusive=False), NO_ONE, id='an empty one'),
        pytest.param(KeyBetween(BY_ID, Constant('5'), None), ALL, id='a long interval'),
        pytest.param(KeyBetween(BY_ID, Constant(None), Constant('5')), NO_ONE, id='an interval from NULL'),
        pytest.param(KeyBetween(BY_ID, Constant('5.5'), Constant('5')), ALL, id='an interval that cannot be read'),
        pytest.param(All((FIVE, KeyIs(BY_ID, (Constant('5'), Constant('2'))))), of(5), id='both'),
        pytest.param(All((FIVE, OnShard(0))), NO_ONE, id='neither'),
        pytest.param(Any((FIVE, KeyIs(BY_ID, (Constant('2'),)))), of(5, 2), id='either'),
    ],
)
def test_keys_without_parameters(keys: Keys, expected: frozenset[int]) -> None:
    assert shards_of(keys, Values(), SHARDS) == expected


@pytest.mark.parametrize(
    ('keys', 'value', 'expected'),
    [
        pytest.param(KeyIs(BY_ID, (Parameter(1),)), 5, of(5), id='an integer'),
        pytest.param(KeyIs(BY_ID, (Parameter(1),)), None, NO_ONE, id='NULL'),
        pytest.param(KeyIs(BY_ID, (Parameter(1),), null_matches=True), None, BY_ID.shards_of(None), id='NULL as a key'),
        pytest.param(KeyIs(BY_ID, (Parameter(1),)), 'x', ALL, id='of another type'),
        pytest.param(KeyIs(BY_NAME, (Parameter(1),)), 5, ALL, id='a number for text'),
        pytest.param(KeyIs(BY_ID, (Parameter(2),)), 5, ALL, id='one that is not given'),
        pytest.param(KeyInArray(BY_ID, Parameter(1)), [5, None, 7], of(5, 7), id='an array'),
        pytest.param(KeyInArray(BY_ID, Parameter(1)), None, NO_ONE, id='a NULL array'),
        pytest.param(KeyInArray(BY_ID, Parameter(1)), 5, ALL, id='no array'),
        pytest.param(KeyBetween(BY_ID, Parameter(1), Parameter(1)), 5, of(5), id='an interval'),
    ],
)
def test_keys_with_parameters(keys: Keys, value: object, expected: frozenset[int]) -> None:
    assert shards_of(keys, Values(value), SHARDS) == expected


def test_parameters_in_binary() -> None:
    assert shards_of(KeyIs(BY_ID, (Parameter(1),)), Binary(20, pack('!q', 5)), SHARDS) == of(5)


def test_arrays_in_binary() -> None:
    array = pack('!iiIiiiqi', 1, 1, 20, 2, 1, 8, 5, -1)
    assert shards_of(KeyInArray(BY_ID, Parameter(1)), Binary(1016, array), SHARDS) == of(5)


def test_text_in_an_unknown_encoding_may_be_anywhere() -> None:
    class Bytes:
        def parameter(self, number: int) -> BoundValue:
            return BoundValue(25, 0, b'\xe9')

    assert shards_of(KeyIs(BY_NAME, (Parameter(1),)), Bytes(), SHARDS) == ALL


def test_a_double_may_equal_many_integers() -> None:
    assert shards_of(KeyIs(BY_ID, (Parameter(1),)), Binary(701, pack('!d', 5.0)), SHARDS) == ALL


def test_functions_that_know_of_no_shard() -> None:
    nothing = MappedNumbers(KeyType.BIGINT, Mapping.of([]), SHARDS)
    assert shards_of(KeyIs(nothing, (Constant('5'),)), Values(), SHARDS) == nothing.shards_of(5)


@pytest.mark.parametrize(
    ('parts', 'both', 'either'),
    [
        pytest.param((), EVERY, NOWHERE, id='of nothing'),
        pytest.param((FIVE,), FIVE, FIVE, id='of one'),
        pytest.param((FIVE, FIVE), FIVE, FIVE, id='of the same'),
        pytest.param((FIVE, EVERY), FIVE, EVERY, id='with all'),
        pytest.param((FIVE, NOWHERE), NOWHERE, FIVE, id='with none'),
        pytest.param((FIVE, SIX), All((FIVE, SIX)), Any((FIVE, SIX)), id='of two'),
        pytest.param((All((FIVE, SIX)), FIVE), All((FIVE, SIX)), FIVE, id='nested in AND'),
        pytest.param((Any((FIVE, SIX)), FIVE), FIVE, Any((FIVE, SIX)), id='nested in OR'),
    ],
)
def test_what_is_put_together_is_simple(parts: tuple[Keys, ...], both: Keys, either: Keys) -> None:
    assert conjunction(parts) == both
    assert disjunction(parts) == either


@pytest.mark.parametrize(
    ('keys', 'expected'),
    [
        pytest.param(KeyIs(BY_NAME, (Constant('a'),)), BY_NAME.shards_of(b'a'), id='ASCII'),
        pytest.param(KeyIs(BY_NAME, (Constant('ä'),)), ALL, id='a constant'),
        pytest.param(KeyIs(BY_NAME, (Parameter(1),)), ALL, id='a parameter'),
        pytest.param(KeyInArray(BY_NAME, Constant('{a,ä}')), ALL, id='an element'),
        pytest.param(KeyIs(BY_UUID, (Constant('ffffffff-ffff-ffff-ffff-ffffffffffff'),)),
                     BY_UUID.shards_of(b'\xff' * 16), id='no text'),
    ],
)  # fmt: skip
def test_text_in_another_encoding_is_a_key_if_it_is_ascii(keys: Keys, expected: frozenset[int]) -> None:
    assert shards_of(keys, AsciiOnly(Values('ä')), SHARDS) == expected


def test_row_whose_key_is_in_another_encoding_may_belong_anywhere() -> None:
    assert homes_of_row(BY_NAME, Constant('ä'), AsciiOnly(Values()), SHARDS) == ALL
    assert homes_of_row(BY_NAME, Constant('a'), AsciiOnly(Values()), SHARDS) == BY_NAME.shards_of(b'a')
