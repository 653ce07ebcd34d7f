"""Reads that are done by another server in the place of the one that was asked first: nobody can tell."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pglast import parse_sql

from pgdog_gevent.backend.host import Status
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.query import SYNC, Bind, Execute, Named, Parse, Target
from pgdog_gevent.protocol.response import parameter_status
from pgdog_gevent.router.functions import Functions
from tests.conversation.troupe import KNOWN, Troupe, rows, troupe
from tests.unit.net.ends import until

CALL, PLAIN, WRITE, INSERT = b'SELECT f()', b'SELECT 1', b'DELETE FROM t', b'INSERT INTO t VALUES (1)'
READ_ONLY, LOST = '25006', '08006'
UNSURE = Functions(frozenset(), reads_unsure=True, writes_unsure=True, stable=frozenset({'f'}))
DESCRIBE, EXECUTE = Named(Target.PORTAL, b'').encode(Frontend.DESCRIBE), Execute(b'', 0).encode()


def ask(sql: bytes) -> bytes:
    return query.query(sql)


def run(sql: bytes) -> bytes:
    """All in one turn of the extended protocol."""
    return Parse(b'', sql, b'\0\0').encode() + bind(b'') + DESCRIBE + EXECUTE + SYNC


def bind(name: bytes) -> bytes:
    return Bind(b'', name, (), (), ()).encode()


def run_named(name: bytes) -> bytes:
    return bind(name) + EXECUTE + SYNC


@pytest.fixture
def place() -> Iterator[Troupe]:
    """A primary and a replica that refuses to do CALL."""
    with troupe('primary', 'replica') as found:
        found.actors[1].refuses.add(CALL)
        yield found


# Refused because the server is read only


def test_query_that_a_replica_refuses_is_done_by_the_primary(place: Troupe) -> None:
    guest = place.guest()
    assert guest.ask(ask(CALL)) == 'T p0 C Z'
    assert place.asked == [[CALL], [CALL]]


def test_unnamed_statement_that_a_replica_refuses_is_done_by_the_primary(place: Troupe) -> None:
    guest = place.guest()
    assert [guest.ask(run(CALL)), guest.ask(run(PLAIN))] == ['1 2 T p0 C Z', '1 2 T r1 C Z']
    assert place.asked == [[CALL], [CALL, PLAIN]]


def test_named_statement_that_a_replica_refuses_is_done_by_the_primary(place: Troupe) -> None:
    guest = place.guest()
    assert guest.ask(Parse(b's', CALL, b'\0\0').encode() + SYNC) == '1 Z'
    assert guest.ask(run_named(b's')) == '2 p0 C Z'
    assert guest.ask(run_named(b's')) == '2 p0 C Z'
    assert place.asked == [[CALL, CALL], [CALL]]


def test_pipeline_of_which_a_replica_refuses_a_part_before_all_is_sent_is_done_by_the_primary(place: Troupe) -> None:
    """It has to prepare the second statement, and to say what that returns, before that can be bound."""
    guest, replica = place.guest(), place.pools[1]
    replica.standing.ban()
    for name, sql in ((b's', CALL), (b't', PLAIN)):
        describe = Named(Target.STATEMENT, name).encode(Frontend.DESCRIBE)
        assert guest.ask(Parse(name, sql, b'\0\0').encode() + describe + SYNC) == '1 t T Z'
    replica.standing.unban()
    pipeline = bind(b's') + EXECUTE + bind(b't') + EXECUTE + SYNC
    assert guest.ask(pipeline) == '2 p0 C 2 p0 C Z'
    assert place.asked == [[CALL, PLAIN], [CALL]]
    assert guest.ask(run(PLAIN)).startswith('1 2 T')


def test_statement_prepared_by_sql_that_a_replica_refuses_is_done_by_the_primary() -> None:
    with troupe('primary', 'replica', general={'prepared_statements': 'full'}) as place:
        guest = place.guest()
        assert guest.ask(ask(b'PREPARE s AS SELECT f()')) == 'C Z'
        place.actors[1].refuses |= {b'EXECUTE __pgdog_1'}
        assert guest.ask(ask(b'EXECUTE s')) == 'T p0 C Z'
        assert place.asked[1][-1:] == [b'EXECUTE __pgdog_1']
        assert guest.ask(ask(b'EXECUTE s')) == 'T p0 C Z'
        assert b'EXECUTE __pgdog_1' not in place.asked[1]


@pytest.mark.parametrize('form', [ask, run], ids=['simple', 'extended'])
def test_what_a_replica_has_refused_is_remembered_for_all(place: Troupe, form: object) -> None:
    request = ask(CALL) if form is ask else run(CALL)
    place.guest().ask(request)
    assert place.asked == [[CALL], [CALL]]
    for guest in (place.guest(), place.guest()):
        guest.ask(request)
    assert place.asked == [[CALL, CALL], []]


def test_replica_goes_on_to_serve_other_reads(place: Troupe) -> None:
    guest = place.guest()
    guest.ask(ask(CALL))
    assert [guest.ask(ask(PLAIN)), guest.ask(run(PLAIN))] == ['T r1 C Z', '1 2 T r1 C Z']
    assert len(place.pools[1].idle_connections) == 1


def test_read_in_a_transaction_is_not_repeated(place: Troupe) -> None:
    guest = place.guest()
    assert guest.ask(ask(b'BEGIN READ ONLY')) == 'C Z'
    assert guest.ask(ask(CALL)) == f'{READ_ONLY} Z'
    assert guest.ask(ask(b'ROLLBACK')) == 'C Z'
    assert place.asked == [[], [b'BEGIN READ ONLY', CALL, b'ROLLBACK']]


@pytest.mark.parametrize('before', [(), (PLAIN,)], ids=['at first', 'after another read'])
@pytest.mark.parametrize('form', [ask, run], ids=['simple', 'extended'])
def test_read_in_a_transaction_that_began_where_its_first_statement_reads_is_not_repeated(
    before: tuple[bytes, ...], form: object
) -> None:
    with troupe('primary', 'replica', general={'read_write_strategy': 'aggressive'}) as place:
        place.actors[1].refuses.add(CALL)
        guest = place.guest()
        for sql in (b'BEGIN', *before):
            guest.ask(ask(sql))
        assert guest.ask(ask(CALL) if form is ask else run(CALL)).split()[-2:] == [READ_ONLY, 'Z']
        guest.ask(ask(b'ROLLBACK'))
        assert place.asked == [[], [b'BEGIN', *before, CALL, b'ROLLBACK']]


def test_read_for_which_a_replica_was_asked_is_not_repeated(place: Troupe) -> None:
    hinted = b'/* pgdog_role: replica */ SELECT f()'
    place.actors[1].refuses.add(hinted)
    assert place.guest().ask(ask(hinted)) == f'{READ_ONLY} Z'
    assert place.asked == [[], [hinted]]


def test_read_is_not_repeated_when_its_client_has_had_part_of_the_answer(place: Troupe) -> None:
    place.actors[1].begins_with = rows(b'x' * 500_000)[:-14]
    answer = place.guest().ask(ask(CALL))
    assert answer == f'T xxxx {READ_ONLY} Z'
    assert place.asked == [[], [CALL]]


def test_part_of_an_answer_that_has_not_reached_the_client_is_taken_back(place: Troupe) -> None:
    place.actors[1].begins_with = rows(b'x')[:-14]
    assert place.guest().ask(ask(CALL)) == 'T p0 C Z'


def test_parameter_that_was_reported_in_an_answer_which_is_taken_back_is_reported_all_the_same(place: Troupe) -> None:
    guest, (primary, replica) = place.guest(), place.actors
    guest.ask(ask(PLAIN))
    primary.reports = replica.begins_with = parameter_status('TimeZone', 'Mars/Elysium')
    assert guest.ask(ask(CALL)) == 'T p0 C Z'
    assert guest.parameters['TimeZone'] == 'Mars/Elysium'


@pytest.mark.parametrize(('request_', 'answer'), [(ask(CALL), ''), (run(CALL), '1 2 T ')], ids=['simple', 'extended'])
def test_read_is_not_repeated_twice(place: Troupe, request_: bytes, answer: str) -> None:
    place.actors[0].refuses.add(CALL)
    assert place.guest().ask(request_) == f'{answer}{READ_ONLY} Z'
    assert place.asked == [[CALL], [CALL]]


def test_write_that_the_primary_refuses_is_not_repeated(place: Troupe) -> None:
    place.actors[0].refuses.add(WRITE)
    assert place.guest().ask(ask(WRITE)) == f'{READ_ONLY} Z'
    assert place.asked == [[WRITE], []]


def test_refusal_has_the_monitor_look_at_the_server(place: Troupe) -> None:
    looks: list[str] = []
    place.pools[1].host.look_soon = lambda: looks.append('look')
    place.guest().ask(ask(CALL))
    assert looks == ['look']


# Lost


@pytest.fixture
def replicas() -> Iterator[Troupe]:
    """A primary and two replicas that are read in turn; the first hangs up when it is asked to do CALL."""
    with troupe('primary', 'replica', 'replica') as found:
        found.actors[1].hangs_up_on.add(CALL)
        yield found


@pytest.mark.parametrize(
    ('request_', 'answer'), [(ask(CALL), 'T r2 C Z'), (run(CALL), '1 2 T r2 C Z')], ids=['simple', 'extended']
)
def test_read_whose_server_hangs_up_is_done_by_another(replicas: Troupe, request_: bytes, answer: str) -> None:
    assert replicas.guest().ask(request_) == answer
    assert replicas.asked == [[], [CALL], [CALL]]


def test_read_whose_second_server_hangs_up_too_fails(replicas: Troupe) -> None:
    replicas.actors[2].hangs_up_on.add(CALL)
    assert replicas.guest().ask(ask(CALL)) == f'{LOST} Z'
    assert replicas.asked == [[], [CALL], [CALL]]


def test_lost_server_does_not_make_a_write_of_a_read(replicas: Troupe) -> None:
    guest = replicas.guest()
    guest.ask(ask(CALL))
    replicas.actors[1].hangs_up_on.clear()
    assert {guest.ask(ask(CALL)) for _ in range(2)} == {'T r1 C Z', 'T r2 C Z'}


@pytest.mark.parametrize('before', [0, 2], ids=['at first', 'in the fast lane'])
@pytest.mark.parametrize('form', [ask, run], ids=['simple', 'extended'])
def test_write_whose_server_hangs_up_is_not_repeated(replicas: Troupe, before: int, form: object) -> None:
    request = ask(WRITE) if form is ask else run(WRITE)
    guest = replicas.guest()
    for _ in range(before):
        guest.ask(request)
    replicas.actors[0].hangs_up_on.add(WRITE)
    assert guest.ask(request).split()[-2:] == [LOST, 'Z']
    assert replicas.asked == [[WRITE] * (before + 1), [], []]


def test_read_in_a_transaction_whose_server_hangs_up_is_not_repeated(replicas: Troupe) -> None:
    guest = replicas.guest()
    guest.ask(ask(b'BEGIN READ ONLY'))
    assert guest.ask(ask(CALL)) == f'{LOST} Z'
    assert replicas.asked == [[], [b'BEGIN READ ONLY', CALL], []]


def test_read_whose_client_has_had_part_of_the_answer_is_not_repeated_when_its_server_is_lost(place: Troupe) -> None:
    place.actors[1].begins_with = rows(b'x' * 500_000)[:-14]
    place.actors[1].refuses.clear()
    place.actors[1].hangs_up_on.add(CALL)
    assert place.guest().ask(ask(CALL)).startswith('T xxxx')
    assert place.asked == [[], [CALL]]


# Transactions that begin late


@pytest.mark.parametrize('request_', [ask(CALL), run(CALL)], ids=['simple', 'extended'])
def test_server_that_hangs_up_once_it_has_refused_does_no_harm_to_what_comes_next(
    place: Troupe, request_: bytes
) -> None:
    place.actors[1].hangs_up_after_refusing = True
    guest = place.guest()
    guest.ask(request_)
    assert CALL in place.asked[1]
    assert guest.ask(ask(INSERT)) == 'C Z'
    assert place.asked == [[INSERT], []]


# Choices of the fast lane


def test_choice_of_the_fast_lane_does_not_hold_for_what_comes_next() -> None:
    """A replica is asked for after the primary has been read."""
    with troupe('primary', 'replica', general={'read_write_split': 'prefer_primary'}) as place:
        guest = place.guest()
        assert [guest.ask(ask(PLAIN)) for _ in range(2)] == ['T p0 C Z'] * 2
        assert guest.ask(ask(b'SELECT 2 /* pgdog_role: replica */')) == 'T r1 C Z'


def test_read_that_is_queued_at_a_server_goes_elsewhere_when_that_is_not_used_any_more() -> None:
    with troupe('primary', 'replica', general={'default_pool_size': 1}) as place:
        guest, (old, busy) = place.guest(), place.pools
        guest.ask(ask(PLAIN))
        with busy.lease():
            guest.say(ask(PLAIN))
            until(lambda: busy.permits.waiting == 1)
            place.cluster.shard(0).fleet.assign(old.host, {busy.host: 'stale primary'}, '')
            busy.divert()
            assert guest.hear() == 'T p0 C Z'


def test_write_whose_turn_has_come_goes_to_the_new_primary_if_that_changes_before_it_is_sent() -> None:
    with troupe('auto', 'auto', general={'default_pool_size': 1}) as place:
        fleet, (old, new) = place.cluster.shard(0).fleet, place.pools
        for host, standby in ((old.host, False), (new.host, True)):
            host.status = Status(in_recovery=standby)
        fleet.assign(old.host, {}, '')
        guest = place.guest()
        assert [guest.ask(ask(INSERT)) for _ in range(2)] == ['C Z'] * 2
        connection = old.acquire()
        guest.say(ask(INSERT))
        until(lambda: old.permits.waiting == 1)
        old.release(connection)
        fleet.assign(new.host, {}, '')
        assert guest.hear() == 'C Z'
        assert place.asked == [[INSERT, INSERT], [INSERT]]


@pytest.mark.parametrize('request_', [ask(PLAIN), run(PLAIN)], ids=['simple', 'extended'])
def test_turn_of_the_fast_lane_whose_server_hangs_up_is_done_by_another(replicas: Troupe, request_: bytes) -> None:
    guest = replicas.guest()
    answers = [guest.ask(request_) for _ in range(4)]
    assert answers[3] == answers[2].replace('r1', 'r2')
    replicas.actors[1].hangs_up_on.add(PLAIN)
    assert [guest.ask(request_) for _ in range(2)] == [answers[3]] * 2
    assert replicas.asked == [[], [PLAIN] * 4, [PLAIN] * 4]


@pytest.mark.parametrize('request_', [ask(PLAIN), run(PLAIN)], ids=['simple', 'extended'])
def test_turn_of_the_fast_lane_that_a_replica_refuses_is_done_by_the_primary(place: Troupe, request_: bytes) -> None:
    guest = place.guest()
    first = [guest.ask(request_) for _ in range(2)]
    place.actors[1].refuses.add(PLAIN)
    assert guest.ask(request_) == first[1].replace('r1', 'p0')
    assert guest.ask(request_) == first[1].replace('r1', 'p0')
    assert place.asked == [[PLAIN, PLAIN], [PLAIN, PLAIN, PLAIN]]


@pytest.mark.parametrize('form', [ask, run], ids=['simple', 'extended'])
def test_turn_that_a_client_repeats_is_known_to_write_when_a_replica_has_refused_it_to_another(form: object) -> None:
    request = ask(PLAIN) if form is ask else run(PLAIN)
    with troupe('primary', 'replica') as place:
        one, other = place.guest(), place.guest()
        for guest in (one, other) * 3:
            guest.ask(request)
        place.actors[1].refuses.add(PLAIN)
        assert one.ask(request).endswith('T p0 C Z')
        assert other.ask(request).endswith('T p0 C Z')


def test_transaction_begins_at_its_server_with_all_that_was_said_of_it(place: Troupe) -> None:
    guest = place.guest()
    assert guest.ask(ask(b'BEGIN -- traced')) == 'C Z'
    assert guest.ask(ask(b'SET TRANSACTION READ ONLY -- traced')) == 'C Z'
    assert guest.ask(ask(PLAIN)) == 'T r1 C Z'
    assert guest.ask(ask(b'COMMIT')) == 'C Z'
    [[], [begin, *rest]] = place.asked
    assert [type(one.stmt).__name__ for one in parse_sql(begin.decode())] == ['TransactionStmt', 'VariableSetStmt']
    assert rest == [PLAIN, b'COMMIT']


def test_name_of_a_begin_that_is_given_twice_is_refused_by_the_server(place: Troupe) -> None:
    guest = place.guest()
    assert guest.ask(Parse(b's', b'BEGIN', b'\0\0').encode() + SYNC) == '1 Z'
    guest.ask(Parse(b's', INSERT, b'\0\0').encode() + run_named(b's'))
    assert place.asked[0] == [INSERT]  # Which a real one does not come to.


@pytest.mark.parametrize('form', [ask, run], ids=['simple', 'extended'])
def test_second_server_is_watched_as_the_first_would_have_been(place: Troupe, form: object) -> None:
    """A function that may leave something in the session is called there."""
    place.cluster.known_functions.learn(UNSURE, 0)
    assert place.guest().ask(ask(CALL) if form is ask else run(CALL)).endswith('p0 C Z')
    until(lambda: len(place.actors[0].asked) > 1)
    assert b'pg_locks' in place.actors[0].asked[1]


# What is known changes


def test_turn_that_waits_for_a_replica_goes_to_the_primary_if_it_is_no_read_any_more() -> None:
    with troupe('primary', 'replica', general={'default_pool_size': 1}) as place:
        guest, replica = place.guest(), place.pools[1]
        assert [guest.ask(ask(PLAIN)) for _ in range(2)] == ['T r1 C Z'] * 2
        with replica.lease():
            guest.say(ask(PLAIN))
            until(lambda: replica.permits.waiting == 1)
            place.cluster.known_functions.learn(replace(KNOWN, core_is_stable=False), 0)
        assert guest.hear() == 'T p0 C Z'


def test_function_that_an_administrator_says_writes_does_so_for_what_is_prepared_already() -> None:
    parse = Parse(b's', CALL, b'\0\0').encode() + SYNC
    with troupe('primary', 'replica') as place:
        guest, other = place.guest(), place.guest()
        assert [guest.ask(parse), guest.ask(run_named(b's'))] == ['1 Z', '2 r1 C Z']
        place.reload({'write_functions': ['f']})
        assert guest.ask(run_named(b's')) == '2 p0 C Z'
        assert [other.ask(parse), other.ask(run_named(b's'))] == ['1 Z', '2 p0 C Z']
        place.reload({'write_functions': []})
        other.ask(Parse(b't', CALL, b'\0\0').encode() + SYNC)
        assert other.ask(run_named(b't')) == '2 r1 C Z'


def test_statement_that_sql_has_prepared_may_write_when_other_functions_do() -> None:
    with troupe('primary', 'replica', general={'prepared_statements': 'full'}) as place:
        guest = place.guest()
        assert [guest.ask(ask(sql)) for sql in (b'PREPARE s AS SELECT f()', b'EXECUTE s')] == ['C Z', 'T r1 C Z']
        place.reload({'prepared_statements': 'full', 'write_functions': ['f']})
        assert guest.ask(ask(b'EXECUTE s')) == 'T p0 C Z'


def test_server_that_a_statement_with_a_name_ties_the_session_to_is_the_primary() -> None:
    """Where names are not renamed, all that comes later goes there."""
    with troupe('primary', 'replica', general={'prepared_statements': 'disabled'}) as place:
        guest = place.guest()
        assert guest.ask(Parse(b's', PLAIN, b'\0\0').encode() + SYNC) == '1 Z'
        assert [guest.ask(run_named(b's')), guest.ask(ask(INSERT))] == ['2 p0 C Z', 'C Z']
        assert place.asked == [[PLAIN, INSERT], []]
