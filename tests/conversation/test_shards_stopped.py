"""Three scripted shards that are not read to the end: another one has failed, the client has cancelled, or has gone."""

from typing import Final

import pytest

from pgdog_gevent.protocol import query
from tests.conversation.shard_actors import REFUSED, Fault, ShardActor
from tests.conversation.shard_stage import Stage, stage
from tests.conversation.test_shards_cut import KEYS, PROGRAMS, READ, READS, UPDATE, pipeline, simply, step
from tests.conversation.troupe import Guest
from tests.unit.net.ends import until
from tests.unit.router.sharded import SHARDS

BEGIN, ROLLBACK, COMMIT = simply(b'BEGIN', b'ROLLBACK', b'COMMIT')
CANCELED: Final = '57014'
TOO_MUCH: Final = '54000'
SCATTER, MERGE, FOLD = simply(
    b'SELECT id FROM users', b'SELECT id FROM users ORDER BY id', b'SELECT sum(id) FROM users'
)
READINGS = pytest.mark.parametrize(
    'reading', [SCATTER, MERGE, FOLD, pipeline(b'SELECT id FROM users')], ids=['scatter', 'merge', 'fold', 'extended']
)
SHARD = pytest.mark.parametrize('shard', range(SHARDS))


def goes_on(client: Guest, place: Stage) -> None:
    """The client is answered as ever, again and again: no cancel has been late."""
    for _ in range(3):
        assert client.ask(READS) == READ
    assert place.quiet
    assert not any(actor.overtaken for actor in place.actors)


def readings(actor: ShardActor) -> int:
    """How often it has heard what it is to read: who has not heard it yet is overtaken by the cancel that is for it."""
    return sum(b'SELECT' in sql and b'users' in sql for sql in actor.told)


# One has failed


@READINGS
@SHARD
def test_servers_that_are_not_done_are_cancelled_when_one_refuses(shard: int, reading: bytes) -> None:
    with stage() as place, place.guest() as client:
        client.ask(reading)
        others = [actor for actor in place.actors if actor.number != shard]
        others[-1].hangs_on = b'users'
        place.actors[shard].arm(0, Fault.REFUSED)
        assert REFUSED in client.ask(reading)
        assert others[-1].hanging.is_set()
        others[-1].hangs_on = b''
        goes_on(client, place)


def test_those_that_are_done_are_not() -> None:
    with stage() as place, place.guest() as client:
        for shard in range(SHARDS):
            place.actors[shard].arm(0, Fault.REFUSED)
            assert client.ask(SCATTER) == f'{REFUSED} Z'
        assert place.cancels == 0
        goes_on(client, place)


def test_transaction_is_as_it_was_before_the_savepoint_when_one_was_cancelled() -> None:
    with stage() as place, place.guest() as client:
        for turn in simply(b'BEGIN', UPDATE, b'SAVEPOINT one'):
            client.ask(turn)
        place.actors[2].hangs_on = b'users'
        place.actors[0].arm(0, Fault.REFUSED)
        assert client.ask(SCATTER) == f'{REFUSED} Z'
        place.actors[2].hangs_on = b''
        assert client.ask(query.query(b'ROLLBACK TO one')) == 'C Z'
        assert client.ask(SCATTER) == READ
        assert client.ask(COMMIT) == 'C Z'
        assert place.committed == [[UPDATE]] * SHARDS
        goes_on(client, place)


def test_write_is_cancelled_and_nothing_of_it_is_done() -> None:
    with stage() as place, place.guest() as client:
        client.ask(SCATTER)
        place.actors[1].hangs_on = b'UPDATE'
        place.actors[0].arm(1, Fault.REFUSED)
        assert client.ask(query.query(UPDATE)) == f'{REFUSED} Z'
        place.actors[1].hangs_on = b''
        assert place.committed == [[]] * SHARDS
        goes_on(client, place)


# The client wants no more


@READINGS
@SHARD
def test_cancel_of_the_client_reaches_who_is_not_done(shard: int, reading: bytes) -> None:
    with stage() as place, place.guest() as client:
        client.ask(reading)
        actor = place.actors[shard]
        actor.hangs_on = b'users'
        client.say(reading)
        until(actor.hanging.is_set)
        until(lambda: all(readings(each) == 2 for each in place.actors))
        sent = client.session.cancel()
        assert sent is not None
        sent.join()
        assert CANCELED in client.hear()
        actor.hangs_on = b''
        goes_on(client, place)


@READINGS
@SHARD
@pytest.mark.parametrize('begins', [False, True], ids=['alone', 'in a transaction'])
def test_client_that_leaves_while_one_is_at_it_leaves_nothing(shard: int, reading: bytes, *, begins: bool) -> None:
    with stage() as place:
        actor = place.actors[shard]
        with place.guest() as client:
            if begins:
                client.ask(BEGIN)
                client.ask(query.query(UPDATE))
            actor.hangs_on = b'users' if not begins else b'SELECT'
            client.say(reading)
            until(actor.hanging.is_set)
            until(lambda: all(readings(each) == 1 for each in place.actors))
            client.session.client.kill('the client has gone')
        until(lambda: place.quiet)
        assert place.committed == [[]] * SHARDS
        actor.hangs_on = b''
        with place.guest() as another:
            goes_on(another, place)


@pytest.mark.parametrize('name', PROGRAMS)
def test_client_that_leaves_after_any_turn_leaves_no_transaction(name: str) -> None:
    program = PROGRAMS[name]
    with stage() as place:
        for last in range(len(program.turns)):
            with place.guest() as client:
                for turn in program.turns[:last]:
                    client.ask(turn)
                client.say(program.turns[last])
            until(lambda: place.quiet)
            counts = tuple(map(len, place.committed))
            assert counts in ((0,) * SHARDS, *program.committed)
            place.forget()


@pytest.mark.parametrize('size', range(1, len(step(UPDATE)), 7))
def test_client_that_leaves_amid_a_message_has_nothing_committed(size: int) -> None:
    with stage() as place:
        with place.guest() as client:
            client.say(pipeline(b'BEGIN', UPDATE), step(UPDATE)[:size])
        until(lambda: place.quiet)
        assert place.committed == [[]] * SHARDS


def test_rollback_that_follows_a_lost_server_may_begin_a_text() -> None:
    with stage() as place, place.guest() as client:
        client.ask(BEGIN)
        client.ask(query.query(UPDATE))
        place.actors[1].arm(0, Fault.LOST)
        assert client.ask(SCATTER) == '08006 Z'
        assert client.ask(query.query(b'ROLLBACK; SELECT id FROM users')) == f'C {READ}'
        assert place.committed == [[]] * SHARDS
        assert client.ask(READS) == READ


# Too many rows


@pytest.mark.parametrize(
    'reading',
    [FOLD, step(b'SELECT id FROM users', 1) + query.SYNC],
    ids=['computed', 'kept'],
)
@pytest.mark.parametrize('begins', [False, True], ids=['alone', 'in a transaction'])
def test_rows_that_do_not_fit_into_gather_limit_are_an_error(reading: bytes, *, begins: bool) -> None:
    with stage({'gather_limit': 20}) as place, place.guest() as client:
        client.ask(BEGIN if begins else SCATTER)
        place.actors[2].hangs_on = b'users'
        assert TOO_MUCH in client.ask(reading)
        place.actors[2].hangs_on = b''
        client.ask(ROLLBACK)
        goes_on(client, place)


def test_rows_that_are_only_merged_need_no_room() -> None:
    with stage({'gather_limit': 1}) as place, place.guest() as client:
        assert client.ask(MERGE) == READ


# It waits for nobody any more


def test_servers_of_a_transaction_are_free_while_what_follows_its_end_in_the_text_waits() -> None:
    with stage() as place, place.guest() as client:
        client.ask(BEGIN)
        client.ask(query.query(UPDATE))
        assert [len(pool.lent) for pool in place.pools] == [1] * SHARDS
        place.actors[0].hangs_on = b'WHERE id = '
        client.say(query.query(b'COMMIT; SELECT id FROM users WHERE id = %d' % KEYS[0]))
        until(place.actors[0].hanging.is_set)
        assert [len(pool.lent) for pool in place.pools] == [1] + [0] * (SHARDS - 1)
        client.session.cancel()
        assert CANCELED in client.hear()
