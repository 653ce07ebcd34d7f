"""Turns that wait in the event loop, for a connection or for their answer, and whatever may happen meanwhile."""

import gc
import random
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import Enum
from pathlib import Path
from time import monotonic

import gevent
import pytest

from pgdog_gevent.frontend.loop_side import Queued
from pgdog_gevent.observe.snapshot import Activity
from pgdog_gevent.protocol import query
from pgdog_gevent.router.functions import Functions
from tests.conversation.sessions import HELD, SELECT, Site, Talk, site
from tests.unit.net.ends import turn, until

ANSWER = 'TDCZ'
LONG = query.query(b"SELECT '%b'" % (b'x' * 4_000))
DISCARD = query.query(b'DISCARD SEQUENCES')
UNSURE = Functions(harmless=frozenset(), reads_unsure=True, writes_unsure=True)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path) as found:
        yield found


def test_turns_wait_for_the_connection_in_the_order_of_asking(place: Site) -> None:
    second, third = place.talk(), place.talk()
    first = place.hold()
    place.queue(second)
    place.queue(third)
    assert all(isinstance(waiting, Queued) for waiting in place.pool.permits.queue)
    assert second.session.view().state is Activity.WAITING
    [connection] = place.pool.lent
    place.server.go.set()
    assert [talk.hear() for talk in (first, second, third)] == [ANSWER] * 3
    assert (list(place.pool.idle_connections), place.server.asked[-3:]) == ([connection], [HELD, SELECT, SELECT])
    assert {talk.session.view().state for talk in (first, second, third)} == {Activity.IDLE}


def test_client_that_waits_while_another_is_answered_pipelines_in_turn(place: Site) -> None:
    """Nobody has the connection twice while somebody waits for it."""
    second = place.talk()
    first = place.hold()
    first.ask(SELECT + SELECT)
    place.queue(second, SELECT + HELD)
    place.server.go.set()
    assert [first.hear(), second.hear(), first.hear()] == [ANSWER] * 3
    until(lambda: place.server.asked[-1] == HELD)
    place.server.go.set()
    assert [second.hear(), first.hear()] == [ANSWER] * 2


def test_second_turn_that_comes_while_the_first_waits_for_its_answer_is_answered(place: Site) -> None:
    talk = place.hold()
    talk.ask(SELECT)
    until(lambda: talk.session.client.stream.buffered)
    place.server.go.set()
    assert (talk.hear(), talk.hear()) == (ANSWER, ANSWER)


def test_second_turn_that_comes_while_the_first_is_in_the_queue_is_answered(place: Site) -> None:
    waits = place.talk()
    place.hold()
    place.queue(waits)
    waits.ask(SELECT)
    until(lambda: waits.session.client.stream.buffered)
    place.server.go.set()
    assert (waits.hear(), waits.hear()) == (ANSWER, ANSWER)


def goes(talk: Talk) -> None:
    talk.far.close()


def is_killed(talk: Talk) -> None:
    talk.session.client.kill('terminating connection')


@pytest.mark.parametrize('leave', [goes, is_killed])
def test_client_that_leaves_the_queue_frees_its_place(place: Site, leave: Callable[[Talk], None]) -> None:
    leaving, next_one = place.talk(), place.talk()
    first = place.hold()
    place.queue(leaving)
    place.queue(next_one)
    leave(leaving)
    leaving.serving.join()
    assert place.pool.permits.waiting == 1
    place.server.go.set()
    assert (first.hear(), next_one.hear()) == (ANSWER, ANSWER)
    assert place.server.asked[-2:] == [HELD, SELECT]


@pytest.mark.parametrize('leave', [goes, is_killed])
def test_session_that_leaves_the_queue_leaves_no_garbage(place: Site, leave: Callable[[Talk], None]) -> None:
    gc.collect()
    gc.disable()
    try:
        leaving = place.talk()
        session = weakref.ref(leaving.session)
        place.hold()
        place.queue(leaving)
        leave(leaving)
        leaving.serving.join()
        del leaving
        until(lambda: session() is None)
    finally:
        gc.enable()


def test_client_that_is_killed_with_its_permit_under_way_leaves_none_behind(place: Site) -> None:
    leaving = place.talk()
    first = place.hold()
    place.queue(leaving)
    leaving.serving.kill(block=False)
    place.pool.permits.resize(2)
    assert place.pool.permits.unclaimed == 1
    leaving.serving.join()
    place.pool.check_invariants()
    assert (place.pool.permits.held, place.pool.permits.unclaimed) == (1, 0)
    place.pool.permits.resize(1)
    place.server.go.set()
    assert first.hear() == ANSWER


def test_cancel_ends_the_wait_and_not_the_session(place: Site) -> None:
    waits = place.talk()
    first = place.hold()
    place.queue(waits)
    assert waits.session.cancel() is None
    assert waits.hear() == 'EZ'
    assert place.pool.permits.waiting == 0
    place.queue(waits)
    place.server.go.set()
    assert (first.hear(), waits.hear()) == (ANSWER, ANSWER)


def test_who_waits_for_checkout_timeout_is_told_and_may_ask_again(tmp_path: Path) -> None:
    with site(tmp_path, 'checkout_timeout = 50') as place:
        waits = place.talk()
        first = place.hold()
        waits.ask(SELECT)
        assert waits.hear() == 'EZ'
        assert (place.pool.counters.checkout_timeouts, place.pool.permits.waiting) == (1, 0)
        place.server.go.set()
        assert first.hear() == ANSWER
        waits.ask(SELECT)
        assert waits.hear() == ANSWER


def test_wait_is_counted_from_its_beginning_although_a_pause_has_come_between(place: Site) -> None:
    waits = place.talk()
    before = waits.session.client.counters.wait_time
    place.hold()
    place.queue(waits)
    since = next(iter(place.pool.permits.queue)).since
    place.pool.pause()
    place.server.go.set()
    until(lambda: place.pool.waiting == 1 and not place.pool.permits.waiting)
    assert waits.session.view().state is Activity.WAITING
    resumed = monotonic()
    place.pool.resume()
    assert waits.hear() == ANSWER
    assert waits.session.client.counters.wait_time - before >= resumed - since


@pytest.mark.parametrize('covered', [False, True], ids=['at once', 'after the server has been told something else'])
def test_turn_that_waited_is_judged_by_what_is_known_when_it_is_sent(place: Site, covered: bool) -> None:
    waits = place.talk()
    first = place.hold()
    place.queue(waits)
    place.cluster.known_functions.learn(UNSURE, 0)
    if covered:
        place.cluster.known_functions.read_sequences()
        [connection] = place.pool.lent
        connection.advanced_sequences = True
    place.server.go.set()
    assert (first.hear(), waits.hear()) == (ANSWER, ANSWER)
    assert (DISCARD in place.server.asked) is covered
    until(lambda: place.server.asked[-1] != SELECT)  # It is asked what the turn has left in it.


def is_taken_in(talk: Talk, messages: bytes) -> None:
    stream = talk.session.client.stream
    received = stream.bytes_received + len(messages)
    talk.ask(messages)
    until(lambda: stream.bytes_received == received)


def test_end_of_a_client_that_has_asked_for_more_than_is_taken_in_ahead_is_noticed(place: Site) -> None:
    talk = place.hold()
    for messages in (LONG * 10, LONG * 10 + HELD):
        is_taken_in(talk, messages)
    talk.ask(SELECT)
    turn()
    place.server.go.set()
    assert [talk.hear() for _ in range(21)] == [ANSWER] * 21
    until(lambda: place.server.asked[-1] == HELD)
    talk.far.close()
    talk.serving.join()


class Act(Enum):
    """What may happen while clients ask."""

    ASK = 'somebody asks'
    HOLD = 'somebody asks for something that takes long'
    ANSWER = 'the server answers that'
    GO = 'somebody goes'
    KILL = 'somebody is killed'
    CANCEL = 'somebody cancels'
    PAUSE = 'an administrator pauses the pool'
    RESUME = 'and resumes it'
    RECONNECT = 'all connections are replaced'
    RESIZE = 'there may be fewer or more of them'
    TURN = 'the loop turns'


class Program:
    """What some clients do, and what is done to them, by chance."""

    def __init__(self, place: Site, seed: int) -> None:
        self._place, self._chance = place, random.Random(seed)
        self._talks = [place.talk() for _ in range(5)]
        self._asked = [0] * 5

    def run(self) -> None:
        for act in self._chance.choices(list(Act), weights=[9, 3, 5, 1, 1, 2, 1, 2, 1, 2, 8], k=60):
            self._act(act, self._chance.randrange(5))

    def _act(self, act: Act, number: int) -> None:
        pool, talk = self._place.pool, self._talks[number]
        match act:
            case Act.ASK | Act.HOLD if not talk.serving.dead and talk.far.fileno() >= 0:
                self._asked[number] += 1
                with suppress(OSError):
                    talk.ask(SELECT if act is Act.ASK else HELD)
            case Act.ANSWER:
                self._place.server.go.set()
            case Act.GO:
                talk.far.close()
            case Act.KILL if not talk.serving.dead:
                talk.serving.kill(block=False)
            case Act.CANCEL if not talk.serving.dead:
                talk.session.cancel()
            case Act.PAUSE:
                pool.pause()
            case Act.RESUME:
                pool.resume()
            case Act.RECONNECT:
                pool.reconnect()
            case Act.RESIZE:
                pool.resize(self._chance.randrange(3))
            case _:
                turn()
        pool.check_invariants()

    def finish(self) -> None:
        """Let all be answered who are still there: each turn has its answer, or the client its end."""
        self._place.pool.resume()
        self._place.pool.resize(1)
        for talk, asked in zip(self._talks, self._asked, strict=True):
            while talk.far.fileno() >= 0 and asked:
                asked -= 1
                if not self._answered(talk):
                    break

    def _answered(self, talk: Talk) -> bool:
        hearing = gevent.spawn(talk.hear)
        while not hearing.ready():
            self._place.server.go.set()
            turn()
        return hearing.get()[-1:] == 'Z'


@pytest.mark.parametrize('seed', range(25))
def test_nobody_waits_for_ever_and_nothing_is_lost_whatever_happens(place: Site, seed: int) -> None:
    program = Program(place, seed)
    program.run()
    program.finish()
