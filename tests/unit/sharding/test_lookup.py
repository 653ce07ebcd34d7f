"""Answers of lookup queries: which are kept, which are missing, and on which shards they say that keys are."""

import pytest

from pgdog_gevent.sharding.function import Hashed, LookedUp, Numbered
from pgdog_gevent.sharding.key import KeyType
from pgdog_gevent.sharding.lookup import Answers, Wanted

QUERY = 'SELECT tenant FROM names WHERE name = $1'
HASHED = Hashed(KeyType.BIGINT, 3)


def wanted(key: int) -> Wanted:
    return Wanted(QUERY, KeyType.BIGINT, key, KeyType.BIGINT)


def test_what_is_not_known_is_missing() -> None:
    answers = Answers(10_000)
    assert answers.find(wanted(1)) is None
    answers.keep(wanted(1), 7)
    assert answers.find(wanted(1)) == 7
    assert answers.find(wanted(2)) is None
    assert list(answers.missing) == [wanted(1), wanted(2)]


def test_those_asked_for_lately_stay() -> None:
    answers = Answers(3 * 256)
    for key in (1, 2, 3):
        answers.keep(wanted(key), key)
    answers.find(wanted(1))
    answers.keep(wanted(4), 4)
    answers.keep(wanted(4), 5)
    assert [answers.find(wanted(key)) for key in (1, 2, 3, 4)] == [1, None, 3, 5]
    assert (len(answers), answers.size) == (3, 3 * 256)


def test_answer_that_has_no_room_is_not_kept() -> None:
    answers = Answers(300)
    answers.keep(Wanted(QUERY, KeyType.TEXT, b'x' * 100, KeyType.BIGINT), 7)
    assert (len(answers), answers.size) == (0, 0)


def test_answers_can_be_known_for_a_while() -> None:
    answers = Answers(0)
    answers.find(wanted(1))
    with answers.with_these({wanted(1): 7}):
        assert answers.find(wanted(1)) == 7
        assert not answers.missing
    assert answers.find(wanted(1)) is None


def test_key_is_where_its_answer_says() -> None:
    answers = Answers(10_000)
    function = LookedUp(KeyType.TEXT, QUERY, HASHED, answers)
    assert function.shards_of(b'a') == {0, 1, 2}
    assert list(answers.missing) == [function.wanted(b'a')]
    answers.keep(function.wanted(b'a'), 42)
    assert function.shards_of(b'a') == HASHED.shards_of(42)
    assert function.shards_of(None) == function.shards_between(None, None) == {0, 1, 2}
    numbered = LookedUp(KeyType.TEXT, QUERY, Numbered(3), answers)
    assert numbered.wanted(b'a').shards == numbered.shards == 3
    answers.keep(numbered.wanted(b'a'), 2)
    assert numbered.shards_of(b'a') == {2}


@pytest.mark.parametrize(
    ('other', 'same'),
    [
        (LookedUp(KeyType.TEXT, QUERY, HASHED, Answers(1)), True),
        (LookedUp(KeyType.TEXT, 'SELECT $1', HASHED, Answers(1)), False),
        (LookedUp(KeyType.TEXT, QUERY, Numbered(3), Answers(1)), False),
        (LookedUp(KeyType.UUID, QUERY, HASHED, Answers(1)), False),
    ],
)
def test_functions_are_the_same_if_they_ask_the_same(other: LookedUp, same: bool) -> None:
    assert (LookedUp(KeyType.TEXT, QUERY, HASHED, Answers(0)) == other) is same
