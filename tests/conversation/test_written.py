"""What a client has written is there when it reads, whichever server is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pgdog_gevent.protocol import query
from pgdog_gevent.router.functions import Functions
from tests.conversation.troupe import Troupe, troupe
from tests.unit.backend.shards import Values
from tests.unit.net.ends import until

INSERT, PLAIN, CALL = b'INSERT INTO t VALUES (1)', b'SELECT 1', b'SELECT f()'
UNSURE = Functions(frozenset(), reads_unsure=False, writes_unsure=False, stable=frozenset({'f'}))


def ask(sql: bytes) -> bytes:
    return query.query(sql)


@pytest.fixture
def place() -> Iterator[Troupe]:
    """A primary, and a replica that has replayed nothing of what is written."""
    general: Values = {'read_your_writes': 'session', 'read_your_writes_timeout': 0}
    with troupe('primary', 'replica', general=general) as found:
        found.actors[0].wal = 1000
        yield found


def test_read_after_a_write_goes_to_the_primary_as_long_as_the_replica_has_not_got_it(place: Troupe) -> None:
    guest = place.guest()
    assert [guest.ask(ask(sql)) for sql in (PLAIN, INSERT, PLAIN)] == ['T r1 C Z', 'C Z', 'T p0 C Z']
    place.pools[1].host.replays(1000)
    assert guest.ask(ask(PLAIN)) == 'T r1 C Z'


# The primary is lost when it is asked how far it has come


@pytest.fixture
def losing(place: Troupe) -> Troupe:
    """The primary hangs up when it is asked that."""
    place.actors[0].is_lost_when_located = True
    return place


def test_client_whose_write_was_answered_before_its_server_was_lost_hears_of_nothing_else(losing: Troupe) -> None:
    guest = losing.guest()
    assert [guest.ask(ask(sql)) for sql in (INSERT, PLAIN, PLAIN)] == ['C Z', 'T p0 C Z', 'T p0 C Z']


def test_read_goes_to_the_primary_after_a_write_of_which_nobody_could_say_where_it_is(losing: Troupe) -> None:
    guest = losing.guest()
    guest.ask(ask(INSERT))
    losing.pools[1].host.replays(5000)
    losing.actors[0].is_lost_when_located = False
    assert [guest.ask(ask(PLAIN)) for _ in range(2)] == ['T p0 C Z', 'T r1 C Z']


# Writes at a server that was chosen for a read


@contextmanager
def replica_away(place: Troupe) -> Iterator[None]:
    """The primary serves reads too."""
    place.pools[1].standing.ban()
    try:
        yield
    finally:
        place.pools[1].standing.unban()


def test_write_in_a_transaction_that_began_with_a_read_is_there_for_the_next_read() -> None:
    strategy: Values = {'read_write_strategy': 'aggressive'}
    general = {'read_your_writes': 'session', 'read_your_writes_timeout': 0, **strategy}
    with troupe('primary', 'replica', general=general) as place:
        place.actors[0].wal = 1000
        guest = place.guest()
        with replica_away(place):
            answers = [guest.ask(ask(sql)) for sql in (b'BEGIN', PLAIN, INSERT, b'COMMIT')]
        assert answers == ['C Z', 'T p0 C Z', 'C Z', 'C Z']
        assert guest.ask(ask(PLAIN)) == 'T p0 C Z'


def test_write_at_a_server_that_was_pinned_by_a_read_is_there_when_it_is_not_pinned_any_more(place: Troupe) -> None:
    place.cluster.known_functions.learn(UNSURE, 0)
    guest = place.guest()
    with replica_away(place):
        place.actors[0].leaves = b'a lock'
        assert guest.ask(ask(CALL)) == 'T p0 C Z'
        assert place.pools[0].lent
    assert guest.ask(ask(INSERT)) == 'C Z'
    place.actors[0].leaves = b''
    assert guest.ask(ask(b'UNLISTEN x')) == 'C Z'
    until(lambda: not place.pools[0].lent)
    assert guest.ask(ask(PLAIN)) == 'T p0 C Z'


def test_write_where_a_replica_was_asked_for_is_there_for_the_next_read(place: Troupe) -> None:
    guest = place.guest()
    with replica_away(place):
        assert guest.ask(ask(INSERT + b' /* pgdog_role: replica */')) == 'C Z'
    assert guest.ask(ask(PLAIN)) == 'T p0 C Z'


def test_transaction_that_reads_at_a_replica_does_not_count_as_a_write(place: Troupe) -> None:
    guest = place.guest()
    answers = [guest.ask(ask(sql)) for sql in (b'BEGIN READ ONLY', PLAIN, b'COMMIT', PLAIN)]
    assert answers == ['C Z', 'T r1 C Z', 'C Z', 'T r1 C Z']
    assert place.asked[0] == []


# Other clients


def test_client_that_sees_a_write_answered_can_have_all_others_read_it() -> None:
    """Also if the session has to be looked at after it, for which its client does not wait."""
    general: Values = {'read_your_writes': 'database', 'read_your_writes_timeout': 0}
    with troupe('primary', 'replica', general=general) as place:
        place.actors[0].wal = 1000
        place.actors[0].thinks_while_located = True
        one, other = place.guest(), place.guest()
        assert one.ask(ask(b'ALTER TABLE t ADD x int')) == 'C Z'
        assert other.ask(ask(PLAIN)) == 'T p0 C Z'


@pytest.mark.parametrize(('before', 'after'), [('session', 'database'), ('database', 'session')])
def test_what_was_written_before_a_reload_counts_after_it(before: str, after: str) -> None:
    with troupe('primary', 'replica', general={'read_your_writes': before, 'read_your_writes_timeout': 0}) as place:
        place.actors[0].wal = 1000
        one, other = place.guest(), place.guest()
        assert one.ask(ask(INSERT)) == 'C Z'
        place.reload({'read_your_writes': after, 'read_your_writes_timeout': 0})
        assert one.ask(ask(PLAIN)) == 'T p0 C Z'
        place.pools[1].host.replays(1000)
        place.actors[0].wal = 2000
        assert [one.ask(ask(sql)) for sql in (INSERT, PLAIN)] == ['C Z', 'T p0 C Z']
        assert other.ask(ask(PLAIN)) == ('T p0 C Z' if after == 'database' else 'T r1 C Z')
