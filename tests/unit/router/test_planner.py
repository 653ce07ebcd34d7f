"""Who answers a statement, and what is refused."""

import pytest

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.plan import ONLY_SHARD, Direct
from pgdog_gevent.router.planner import Topology, plan
from pgdog_gevent.router.statement import ORDINARY

ONE_SHARD = Topology('shop', shards=1, statement_mode=False)
STATEMENT_MODE = Topology('shop', shards=1, statement_mode=True)


@pytest.mark.parametrize('sql', [b'SELECT 1', b'BEGIN', b'SET a.b TO 1', b'CREATE TEMP TABLE t (a int)', b'nonsense'])
def test_only_shard_answers_everything(sql: bytes) -> None:
    assert plan(analyze(sql), ONE_SHARD) == ONLY_SHARD == Direct(0)


@pytest.mark.parametrize(
    'sql', [b'BEGIN', b'START TRANSACTION', b'SELECT 1; BEGIN', b'BEGIN; SELECT 1; COMMIT', b'/* x */ begin read only']
)
def test_statement_mode_refuses_every_way_to_open_a_transaction(sql: bytes) -> None:
    with pytest.raises(FeatureNotSupported, match='statement pooling') as refused:
        plan(analyze(sql), STATEMENT_MODE)
    assert 'shop' in refused.value.detail
    assert 'pooler_mode' in refused.value.hint


@pytest.mark.parametrize('sql', [b'SELECT 1', b'COMMIT', b'SET a.b TO 1', b'SELECT 1; SELECT 2'])
def test_statement_mode_accepts_what_opens_none(sql: bytes) -> None:
    assert plan(analyze(sql), STATEMENT_MODE) == ONLY_SHARD


def test_several_shards_are_refused_in_words() -> None:
    with pytest.raises(FeatureNotSupported, match='"shop" has 3 shards'):
        plan(ORDINARY, Topology('shop', shards=3, statement_mode=False))
