"""Names of transactions that are prepared."""

import pytest

from pgdog_gevent import sqlstate
from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.frontend.prepares import NameReserved, check_name, check_names
from pgdog_gevent.frontend.whereabouts import only_shard
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.twophase.gid import Name, Scope


def test_names_of_the_proxy_are_reserved() -> None:
    with pytest.raises(NameReserved, match='not the client') as refused:
        check_name(Name.new(Scope('', 'shop'), 0, 7, 'app').gid(1))
    assert refused.value.sqlstate == sqlstate.INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize('gid', ['', 'x', 'my pgdog_gevent:x', 'pgdog_gevent', 'PGDOG_GEVENT:x'])
def test_all_other_names_are_free(gid: str) -> None:
    check_name(gid)


@pytest.mark.parametrize(
    'sql', ["PREPARE TRANSACTION 'pgdog_gevent:x'", "BEGIN; SELECT 1; PREPARE TRANSACTION E'pgdog\\x5fgevent:x'"]
)
def test_reserved_name_is_found_in_a_text(sql: str) -> None:
    with pytest.raises(NameReserved):
        check_names(analyze(sql.encode()))


@pytest.mark.parametrize('sql', ['COMMIT', "PREPARE TRANSACTION 'x'", "SELECT 'pgdog_gevent:x'", 'ROLLBACK'])
def test_text_without_one_is_let_through(sql: str) -> None:
    check_names(analyze(sql.encode()))


@pytest.mark.parametrize(('having', 'shard'), [([], None), ([0], 0), ([2], 2)])
def test_transaction_is_where_it_is_prepared(having: list[int], shard: int | None) -> None:
    assert only_shard('x', having) == shard


def test_transactions_of_one_name_on_several_shards_are_not_told_apart() -> None:
    with pytest.raises(FeatureNotSupported, match=r'"x" exists on shards 1, 2') as refused:
        only_shard('x', [1, 2])
    assert 'pgdog_shard: 1' in refused.value.hint
