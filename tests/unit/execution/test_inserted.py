"""Rows that an INSERT over several shards returns."""

from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.execution.answer import Asked
from pgdog_gevent.execution.inserted import in_order, one_after_the_other
from pgdog_gevent.execution.question import Question, ShardAnswer
from pgdog_gevent.router.plan import Split


def test_rows_have_the_order_of_the_client() -> None:
    plan = Split(((0, b''), (1, b'')), ((0, 3), (1, 2)))
    assert list(in_order(plan, [[b'a', b'd'], [b'b', b'c']])) == [b'a', b'b', b'c', b'd']


def test_nobody_knows_which_row_is_missing() -> None:
    with pytest.raises(FeatureNotSupported):
        in_order(Split(((0, b''), (1, b'')), ((0, 3), (1, 2))), [[b'a'], [b'b', b'c']])


def test_texts_of_one_shard_are_asked_one_after_the_other() -> None:
    asked: list[dict[int, bytes]] = []

    def ask(questions: Mapping[int, Question]) -> Sequence[tuple[ShardAnswer, list[bytes]]]:
        asked.append({shard: question.sql for shard, question in questions.items()})
        nowhere = cast(BackendConnection, None)
        return [(ShardAnswer(shard, nowhere), [question.sql]) for shard, question in questions.items()]

    plan = Split(((1, b'a'), (0, b'b'), (1, b'c'), (2, b'd'), (1, b'e')), ())
    answers, rows = one_after_the_other(plan, Asked(b''), b'', ask)
    assert asked == [{1: b'a', 0: b'b', 2: b'd'}, {1: b'c'}, {1: b'e'}]
    assert list(rows) == [b'a', b'b', b'c', b'd', b'e']
    assert [answer.shard for answer in answers] == [1, 0, 1, 2, 1]
