"""Plans in words."""

import pytest

from pgdog_gevent.router.blueprint import Everyone, Folded, OfPrepared, Once, Same, Scattered, SortColumn
from pgdog_gevent.router.keys import (
    EVERY,
    NOWHERE,
    All,
    Any,
    BoundValue,
    Constant,
    KeyBetween,
    KeyInArray,
    KeyIs,
    Keys,
    OnShard,
    Parameter,
)
from pgdog_gevent.router.plan import Anywhere, CopyIn, Direct, InTurn, Plan, Split, Together
from pgdog_gevent.router.wording import how, keys_in_words, where, why
from pgdog_gevent.sharding.function import Numbered

FUNCTION = Numbered(3)
ONE = KeyIs(FUNCTION, (Constant('1'),))
TWO = KeyIs(FUNCTION, (Parameter(1), Constant(None)))


class Two:
    """All parameters are 2."""

    def parameter(self, number: int) -> BoundValue:
        return BoundValue(0, 0, b'2')


@pytest.mark.parametrize(
    ('keys', 'words'),
    [
        (EVERY, 'nothing restricts the sharding key'),
        (NOWHERE, 'no row is concerned that is on a shard already'),
        (OnShard(1), 'its schema is on shard 1'),
        (ONE, 'the sharding key is 1 (shard 1)'),
        (TWO, 'the sharding key is $1 or NULL (shard 2)'),
        (Any((ONE, TWO)), 'the sharding key is 1 (shard 1) or the sharding key is $1 or NULL (shard 2)'),
        (
            All((EVERY, Any((ONE, OnShard(0))))),
            'nothing restricts the sharding key and (the sharding key is 1 (shard 1) or its schema is on shard 0)',
        ),
        (KeyInArray(FUNCTION, Constant('{0,1}')), 'the sharding key is one of {0,1} (shards 0, 1)'),
        (
            KeyBetween(FUNCTION, Constant('1'), Parameter(1), high_inclusive=False),
            'the sharding key is >= 1 and < $1 (shard 1)',
        ),
    ],
)
def test_keys_are_told_in_words(keys: Keys, words: str) -> None:
    assert keys_in_words(keys, Two(), 3) == words


@pytest.mark.parametrize(
    ('plan', 'place', 'words'),
    [
        (Anywhere(), 'any shard', 'the statement as it is'),
        (Direct(1), 'shard 1', 'the statement as it is'),
        (Together((0, 1), Scattered(b'SELECT\n 1')), 'shards 0, 1', 'put after one another; each gets: SELECT 1'),
        (Together((0, 1), Scattered(b'x', (SortColumn(),), limit=1)), 'shards 0, 1', 'ORDER BY; LIMIT and OFFSET'),
        (Together((0, 1), Folded(b'a', b'b', 0)), 'shards 0, 1', 'each gets: a; and one:   b'),
        (Together((0, 1), Everyone(b'a')), 'shards 0, 1', 'to its own rows'),
        (Together((0, 1), Same(b'a', Once(b'SELECT now()', 0))), 'shards 0, 1', 'shard 0 first: SELECT now()'),
        (Split(((0, b'a'), (2, b'b')), ((0,), (1,))), 'shards 0, 2', 'shard 0 gets: a; shard 2 gets: b'),
        (InTurn((0, 1), b'VACUUM'), 'shards 0, 1', 'one after the other'),
        (CopyIn((0, 1), None), 'shards 0, 1', 'gets all rows'),
    ],
)
def test_plan_is_told_in_words(plan: Plan, place: str, words: str) -> None:
    assert where(plan) == place
    assert words in '; '.join(how(plan))


def test_shard_of_a_prepared_transaction_is_found_by_asking() -> None:
    assert 'all shards are asked' in why(OfPrepared('x'), Two(), 3)
