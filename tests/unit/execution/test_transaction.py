"""A transaction over several shards: who hears what, and what is told of its end."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import cast

import gevent
import pytest
from greenlet import getcurrent

from pgdog_gevent.backend.connection import ServerError
from pgdog_gevent.errors import CommitOutcomeUnknown, FailedTransaction, FeatureNotSupported, ServerLost, ShuttingDown
from pgdog_gevent.execution.direct import Relay
from pgdog_gevent.execution.transaction import Transaction
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.twophase.refusal import RolledBack
from tests.unit.execution.servers import CHECK, Session, session


@contextmanager
def begun(*shards: int) -> Iterator[tuple[Transaction, Session]]:
    """One in which these take part."""
    with session() as held:
        transaction = Transaction(held.holdings, cast(Relay, held))
        transaction.begin(b'BEGIN')
        join(transaction, held, *shards)
        yield transaction, held


def join(transaction: Transaction, held: Session, *shards: int) -> None:
    for shard in shards:
        held.holdings.turn_to(shard)
        transaction.join()


def ends(held: Session) -> list[list[bytes]]:
    """What each was asked after it had joined, without the check."""
    return [[text for text in server.asked[1:] if not text.startswith(CHECK)] for server in held.servers]


# Taking part


def test_shard_hears_all_that_was_said_before_it_joined_and_only_once() -> None:
    with begun(0) as (transaction, held):
        transaction.add(b"SET LOCAL a.b = 'c' -- yes")
        transaction.add_savepoint('one', b'SAVEPOINT one')
        join(transaction, held, 1, 1, 0)
        assert held.servers[0].asked == [b'BEGIN']
        assert held.servers[1].asked == [b"BEGIN\n;SET LOCAL a.b = 'c' -- yes\n;SAVEPOINT one"]
        assert transaction.joined == {0, 1}


def test_nobody_joins_what_has_not_begun() -> None:
    with session() as held:
        transaction = Transaction(held.holdings, cast(Relay, held))
        join(transaction, held, 0)
        assert not held.servers[0].asked
        assert not transaction.open


def test_what_is_rolled_back_is_not_heard_by_who_comes_later() -> None:
    with begun() as (transaction, held):
        transaction.add_savepoint('one', b'SAVEPOINT one')
        transaction.add(b'SET LOCAL a.b = 1')
        transaction.add_savepoint('two', b'SAVEPOINT two')
        transaction.roll_back_to('one')
        join(transaction, held, 2)
        assert held.servers[2].asked == [b'BEGIN\n;SAVEPOINT one']
        assert (transaction.depth, transaction.has_savepoint('two')) == (1, False)


def test_what_is_set_after_a_savepoint_that_is_released_stays() -> None:
    with begun() as (transaction, held):
        transaction.add_savepoint('one', b'SAVEPOINT one')
        transaction.add(b'SET LOCAL a.b = 1')
        transaction.add_savepoint('two', b'SAVEPOINT two')
        transaction.release('one')
        join(transaction, held, 2)
        assert held.servers[2].asked == [b'BEGIN\n;SET LOCAL a.b = 1']
        assert transaction.depth == 0


def test_last_savepoint_of_a_name_counts() -> None:
    with begun(0) as (transaction, held):
        transaction.add_savepoint('one', b'SAVEPOINT one')
        held.connection(0).settings = {'a': b'1'}
        transaction.add_savepoint('one', b'SAVEPOINT one')
        assert transaction.settings_at('one', 0) == {'a': b'1'}
        transaction.release('one')
        assert transaction.settings_at('one', 0) == {}


def test_chained_one_is_of_the_same_kind_and_no_more() -> None:
    with begun() as (transaction, held):
        transaction.add(b'SET TRANSACTION READ ONLY', lasts=True)
        transaction.add(b'SET LOCAL a.b = 1')
        opening = transaction.opening
        transaction.close()
        transaction.chain(opening)
        join(transaction, held, 0)
        assert held.servers[0].asked == [b'BEGIN\n;SET TRANSACTION READ ONLY']


def test_one_that_began_at_a_server_has_no_others() -> None:
    with session() as held:
        transaction = Transaction(held.holdings, cast(Relay, held))
        held.holdings.turn_to(1)
        transaction.adopt()
        transaction.check_admits(1)
        with pytest.raises(FeatureNotSupported):
            transaction.check_admits(0)


# Its end


def test_writers_commit_first_and_when_all_have_been_checked() -> None:
    order = list[tuple[int, bytes]]()
    with begun(0, 1, 2) as (transaction, held):
        held.servers[0].writes = False
        for server in held.servers:
            server.heard = partial(_note, order, server.shard)
        transaction.commit()
        assert sorted(order[:3]) == [(shard, CHECK) for shard in (0, 1, 2)]
        assert order[3:] == [(shard, b'COMMIT') for shard in (1, 2, 0)]
        assert not transaction.open


def _note(order: list[tuple[int, bytes]], shard: int, text: bytes) -> None:
    order.append((shard, text[: len(CHECK)]))


def test_one_alone_is_not_checked() -> None:
    with begun(1) as (transaction, held):
        transaction.commit()
        assert held.servers[1].asked == [b'BEGIN', b'COMMIT']


@pytest.mark.parametrize('shard', range(3))
def test_nobody_commits_what_one_has_something_against(shard: int) -> None:
    with begun(0, 1, 2) as (transaction, held):
        held.servers[shard].refuses = CHECK
        with pytest.raises(ServerError):
            transaction.commit()
        assert ends(held) == [[b'ROLLBACK']] * 3


@pytest.mark.parametrize('shard', range(3))
def test_nobody_commits_when_one_is_lost_before(shard: int) -> None:
    with begun(0, 1, 2) as (transaction, held):
        held.servers[shard].dies_of = CHECK
        lost = held.connection(shard)
        with pytest.raises(RolledBack):
            transaction.commit()
        assert [asked for number, asked in enumerate(ends(held)) if number != shard] == [[b'ROLLBACK']] * 2
        assert held.pool.discarded == [lost]


@pytest.mark.parametrize(('shard', 'done'), [(0, ()), (1, (0,)), (2, (0, 1))])
@pytest.mark.parametrize('refuses', [False, True])
def test_client_is_told_what_is_known_when_one_does_not_commit(
    shard: int, done: tuple[int, ...], *, refuses: bool
) -> None:
    with begun(0, 1, 2) as (transaction, held):
        server = held.servers[shard]
        server.refuses, server.dies_of = (b'COMMIT', b'nothing') if refuses else (b'nothing', b'COMMIT')
        wanted = ServerError if refuses and not done else CommitOutcomeUnknown
        with pytest.raises(wanted) as raised:
            transaction.commit()
        expected = [[b'COMMIT'] if number <= shard else [b'ROLLBACK'] for number in range(3)]
        assert ends(held) == expected
        if done:
            assert f'committed on shard {", ".join(map(str, done))}' in raised.value.message


@pytest.mark.parametrize('dies', [False, True])
def test_it_does_not_matter_if_one_that_has_only_read_is_lost(dies: bool) -> None:
    with begun(0, 1, 2) as (transaction, held):
        held.servers[1].writes = False
        held.servers[1].dies_of = b'COMMIT' if dies else b'nothing'
        transaction.commit()
        assert [asked[-1] for asked in ends(held)] == [b'COMMIT'] * 3


def test_failed_one_is_rolled_back_when_it_is_to_be_committed() -> None:
    with begun(0, 1) as (transaction, held):
        held.servers[1].refuses = b'SELECT'
        with pytest.raises(ServerError):
            held.connection(1).run(b'SELECT')
        assert transaction.failed_shard == 1
        with pytest.raises(FailedTransaction):
            transaction.commit()
        assert [server.asked[-1] for server in held.servers[:2]] == [b'ROLLBACK'] * 2


def test_all_fail_what_one_has_failed_so_that_nobody_waits_for_what_they_have_locked() -> None:
    with begun(0, 1, 2) as (transaction, held):
        held.servers[1].refuses = b'SELECT'
        with pytest.raises(ServerError):
            held.connection(1).run(b'SELECT')
        for shard in (0, 2):
            held.servers[shard].refuses = b'ROLLBACK TO'
        transaction.fail()
        assert [held.connection(shard).status for shard in range(3)] == [TransactionStatus.FAILED] * 3
        assert held.servers[1].asked[-1] == b'SELECT'
        assert transaction.open


def test_one_that_is_lost_meanwhile_is_told_when_all_others_have_failed() -> None:
    with begun(0, 1, 2) as (transaction, held):
        held.servers[0].dies_of = held.servers[2].refuses = held.servers[1].refuses = b'ROLLBACK TO'
        with pytest.raises(ServerLost):
            transaction.fail()
        assert held.holdings.connection(0) is None
        assert [held.connection(shard).status for shard in (1, 2)] == [TransactionStatus.FAILED] * 2


@pytest.mark.parametrize('shard', range(3))
def test_rollback_goes_on_where_one_is_lost(shard: int) -> None:
    with begun(0, 1, 2) as (transaction, held):
        held.servers[shard].dies_of = b'ROLLBACK'
        transaction.roll_back()
        assert ends(held) == [[b'ROLLBACK']] * 3
        assert not transaction.open


@pytest.mark.parametrize('writes', [True, False])
def test_session_that_is_ended_while_it_commits_ends_when_its_client_has_been_told(writes: bool) -> None:
    with begun(0, 1) as (transaction, held):
        me, server = getcurrent(), held.servers[1]
        server.writes = writes

        def heard(text: bytes) -> None:
            if text == b'COMMIT':
                gevent.kill(me, ShuttingDown('enough'))

        server.heard = heard
        with suppress(CommitOutcomeUnknown):
            transaction.commit()
        with pytest.raises(ShuttingDown):
            gevent.sleep(5)
