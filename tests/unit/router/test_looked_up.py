"""Tables whose keys are looked up: what is planned, before and after it is known what they stand for."""

import pytest

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.router.blueprint import ByKey, Everyone
from pgdog_gevent.router.keys import KeyIs, Parameter
from pgdog_gevent.router.plan import Direct, Split, Together
from pgdog_gevent.router.planner import plan
from pgdog_gevent.router.texts import One, Texts
from tests.unit.router.sharded import BY_ID, BY_LOOKUP, KNOWN, SHARDS, Values

READ = b'DELETE FROM looked_up WHERE id = $1'
ROWS = b'INSERT INTO looked_up VALUES ($1), ($2), (3)'


def planned(sql: bytes) -> tuple[Texts[object], One[object]]:
    texts = Texts[object](KNOWN, 10)
    [one] = texts.statements(sql)
    return texts, one


def test_the_key_says_what_is_to_be_looked_up() -> None:
    _, one = planned(READ)
    assert one.blueprint == ByKey(KeyIs(BY_LOOKUP, (Parameter(1),)), Everyone(READ))
    answers = BY_LOOKUP.answers
    with answers.with_these({}):
        assert plan(one.blueprint, Values(5), SHARDS) == Together((0, 1, 2), Everyone(READ))
        assert list(answers.missing) == [BY_LOOKUP.wanted(5)]
    with answers.with_these({BY_LOOKUP.wanted(5): 70}):
        assert plan(one.blueprint, Values(5), SHARDS) == Direct(*BY_ID.shards_of(70))
        assert not answers.missing


def test_all_rows_of_an_insert_are_asked_for_at_once() -> None:
    _, one = planned(ROWS)
    answers = BY_LOOKUP.answers
    with answers.with_these({}):
        with pytest.raises(FeatureNotSupported):
            plan(one.blueprint, Values(1, 2), SHARDS)
        wanted = tuple(answers.missing)
    assert wanted == tuple(map(BY_LOOKUP.wanted, (1, 2, 3)))
    by_shard = {next(iter(BY_ID.shards_of(number))): number for number in range(20)}
    with answers.with_these(dict(zip(wanted, by_shard.values(), strict=True))):
        assert isinstance(plan(one.blueprint, Values(1, 2), SHARDS), Split)


@pytest.mark.parametrize('sql', [READ, b'SELECT FROM looked_up WHERE id = 5', b'INSERT INTO looked_up VALUES (5)'])
def test_the_fast_lane_knows_no_way_to_them(sql: bytes) -> None:
    texts, _ = planned(sql)
    assert not texts.routes
    assert not any(texts.keyed_routes.values())
