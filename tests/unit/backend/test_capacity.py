"""Permits: their order, and that none is lost when who waits is interrupted at the worst moment."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from math import inf

import gevent
import pytest
from gevent import Greenlet, GreenletExit, Timeout
from greenlet import getcurrent
from hypothesis import given, settings
from hypothesis import strategies as st

from pgdog_gevent.backend import capacity as module
from pgdog_gevent.backend.capacity import Capacity
from pgdog_gevent.backend.line import Place

INTERRUPTIONS = pytest.mark.parametrize('interruption', [GreenletExit, Timeout], ids=['kill', 'timeout'])


def turn() -> None:
    """Let everything run that can run now."""
    gevent.sleep(0)


@dataclass(slots=True)
class Crowd:
    """Greenlets that ask for a permit; ``served`` names those that got one, in order, and kept it.

    ``away`` names those who have been turned away.
    """

    capacity: Capacity
    served: list[int] = field(default_factory=list)
    away: list[int] = field(default_factory=list)
    asking: list['Greenlet[[int], None]'] = field(default_factory=list)

    def ask(self) -> int:
        """One more asks, and has asked when this returns."""
        name = len(self.asking)
        self.asking.append(gevent.spawn(self._acquire, name))
        turn()
        return name

    def interrupt(self, name: int, interruption: type[BaseException] = GreenletExit) -> None:
        """Throw something into a greenlet the next time the hub turns, and before anything that is asked for later."""
        self.asking[name].kill(interruption, block=False)

    def _acquire(self, name: int) -> None:
        try:
            granted = self.capacity.acquire()
        except Timeout:
            return
        (self.served if granted else self.away).append(name)


@pytest.fixture
def busy() -> Iterator[Crowd]:
    """A capacity of one, which is taken."""
    capacity = Capacity(1)
    assert capacity.try_acquire()
    crowd = Crowd(capacity)
    yield crowd
    capacity.check_invariants()
    assert capacity.waiting == 0, 'somebody still waits'


def test_as_many_get_a_permit_as_there_are() -> None:
    capacity = Capacity(2)
    assert [capacity.try_acquire() for _ in range(4)] == [True, True, False, False]
    assert capacity.held == 2


def test_permit_that_is_free_is_given_without_waiting() -> None:
    capacity = Capacity(1)
    capacity.acquire()
    capacity.release()
    capacity.acquire()
    assert (capacity.held, capacity.waiting) == (1, 0)


def test_permits_are_given_in_the_order_of_asking(busy: Crowd) -> None:
    for _ in range(5):
        busy.ask()
    for _ in range(5):
        busy.capacity.release()
        turn()
    assert busy.served == [0, 1, 2, 3, 4]


def test_several_permits_at_once_are_given_in_the_order_of_asking() -> None:
    capacity = Capacity(3)
    crowd = Crowd(capacity)
    for _ in range(8):
        crowd.ask()
    for _ in range(3):
        capacity.release()
    turn()
    assert crowd.served == [0, 1, 2, 3, 4, 5]
    assert (capacity.held, capacity.waiting) == (3, 2)


def test_newcomer_does_not_overtake_who_has_been_given_a_permit_and_not_woken_yet(busy: Crowd) -> None:
    busy.ask()
    busy.capacity.release()
    assert not busy.capacity.try_acquire()
    assert busy.served == []
    turn()
    assert busy.served == [0]


def test_newcomer_does_not_overtake_who_waits(busy: Crowd) -> None:
    first, second = busy.ask(), busy.ask()
    busy.capacity.release()
    assert not busy.capacity.try_acquire()
    turn()
    busy.capacity.release()
    turn()
    assert busy.served == [first, second]


@INTERRUPTIONS
def test_interrupted_waiter_leaves_the_queue(busy: Crowd, interruption: type[BaseException]) -> None:
    first, second = busy.ask(), busy.ask()
    busy.interrupt(first, interruption)
    turn()
    assert busy.capacity.waiting == 1
    busy.capacity.release()
    turn()
    assert busy.served == [second]


@INTERRUPTIONS
def test_permit_is_not_lost_when_its_receiver_is_interrupted_before_it_wakes(
    busy: Crowd, interruption: type[BaseException]
) -> None:
    """The famous race: the interruption is under way when the permit is given, and arrives first."""
    only = busy.ask()
    busy.interrupt(only, interruption)
    busy.capacity.release()
    assert busy.capacity.held == 1, 'the permit was given'
    turn()
    assert busy.served == []
    assert busy.capacity.held == 0
    assert busy.capacity.try_acquire()


@INTERRUPTIONS
def test_permit_goes_to_the_next_when_its_receiver_is_interrupted_before_it_wakes(
    busy: Crowd, interruption: type[BaseException]
) -> None:
    first, second, third = busy.ask(), busy.ask(), busy.ask()
    busy.interrupt(first, interruption)
    busy.interrupt(second, interruption)
    busy.capacity.release()
    turn()
    turn()
    assert busy.served == [third]
    assert busy.capacity.held == 1


@INTERRUPTIONS
def test_receiver_that_wakes_before_the_interruption_keeps_the_permit(
    busy: Crowd, interruption: type[BaseException]
) -> None:
    only = busy.ask()
    busy.capacity.release()
    busy.interrupt(only, interruption)
    turn()
    assert busy.served == [only]
    assert busy.capacity.held == 1


def test_real_timeout_that_fires_while_the_permit_is_under_way_loses_nothing() -> None:
    """Timer and release meet in the same turn of the loop, many times, in whichever order the loop has them."""
    capacity = Capacity(1)
    outcomes = {'served': 0, 'gave up': 0}

    def ask() -> None:
        try:
            with Timeout(0.001):
                capacity.acquire()
        except Timeout:
            outcomes['gave up'] += 1
            return
        outcomes['served'] += 1
        gevent.sleep(0.0005)
        capacity.release()

    gevent.joinall([gevent.spawn(ask) for _ in range(60)], raise_error=True)
    assert sum(outcomes.values()) == 60
    assert (capacity.held, capacity.waiting) == (0, 0)


def test_more_permits_are_given_at_once(busy: Crowd) -> None:
    for _ in range(3):
        busy.ask()
    busy.capacity.resize(4)
    turn()
    assert busy.served == [0, 1, 2]
    assert busy.capacity.held == 4


def test_with_fewer_permits_those_who_hold_one_keep_it() -> None:
    capacity = Capacity(3)
    for _ in range(3):
        capacity.acquire()
    crowd = Crowd(capacity)
    capacity.resize(1)
    crowd.ask()
    for held in (3, 2):
        assert capacity.held == held
        capacity.release()
        turn()
        assert crowd.served == []
    capacity.release()
    turn()
    assert crowd.served == [0]
    assert capacity.held == 1


def test_capacity_tells_how_many_wait_and_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = 100.0
    monkeypatch.setattr(module, 'monotonic', lambda: seconds)
    capacity = Capacity(0)
    crowd = Crowd(capacity)
    assert (capacity.waiting, capacity.longest_wait) == (0, 0.0)
    crowd.ask()
    seconds = 103.0
    crowd.ask()
    seconds = 104.0
    assert (capacity.waiting, capacity.longest_wait) == (2, 4.0)
    crowd.interrupt(0)
    turn()
    assert (capacity.waiting, capacity.longest_wait) == (1, 1.0)
    crowd.interrupt(1)
    turn()
    assert capacity.longest_wait == 0.0


class Woken(Place):
    """Notes what it was woken with."""

    def __init__(self, since: float = 0.0, deadline: float = inf) -> None:
        super().__init__(since, deadline)
        self.woken: list[tuple[bool, object]] = []

    def wake(self) -> None:
        self.woken.append((self.granted, getcurrent()))


def two_in_line() -> tuple[Capacity, list[Woken]]:
    """One permit, which is taken, and two who wait for it."""
    capacity, places = Capacity(1), [Woken(), Woken()]
    capacity.acquire()
    for place in places:
        capacity.enqueue(place)
        gevent.sleep(0.001)  # Who comes in the same iteration of the loop comes in the reverse order.
    return capacity, places


def test_place_is_woken_in_the_hub_with_its_permit() -> None:
    capacity, place = Capacity(1), Woken()
    capacity.acquire()
    capacity.enqueue(place)
    capacity.release()
    assert (place.granted, place.woken, capacity.unclaimed) == (True, [], 1)
    turn()
    assert place.woken == [(True, gevent.get_hub())]


class Failing(Woken):
    """Fails when it is woken."""

    def wake(self) -> None:
        super().wake()
        raise RuntimeError('this place cannot be woken')


def test_those_who_are_woken_together_do_not_suffer_from_one_that_fails(capsys: pytest.CaptureFixture[str]) -> None:
    capacity, places = Capacity(0), [Woken(), Failing(), Woken()]
    for place in places:
        capacity.enqueue(place)
    capacity.resize(len(places))
    turn()
    turn()
    assert [len(place.woken) for place in places] == [1, 1, 1]
    assert 'this place cannot be woken' in capsys.readouterr().err


def test_permit_that_there_is_no_more_is_not_granted() -> None:
    capacity, place = Capacity(2), Woken()
    capacity.acquire()
    capacity.acquire()
    capacity.resize(1)
    capacity.enqueue(place)
    capacity.release()
    turn()
    assert (place.woken, capacity.held, capacity.waiting) == ([], 1, 1)


def test_place_that_is_left_is_nobodys() -> None:
    capacity, places = two_in_line()
    capacity.leave(places[0])
    capacity.release()
    assert [place.granted for place in places] == [False, True]


def test_permit_of_a_place_that_is_left_goes_to_the_next() -> None:
    capacity, places = two_in_line()
    capacity.release()
    capacity.leave(places[0])
    assert (places[1].granted, capacity.held, capacity.unclaimed, capacity.waiting) == (True, 1, 1, 0)


def test_place_whose_time_is_over_is_woken_without_a_permit() -> None:
    capacity, late, other = Capacity(0), Woken(deadline=0.0), Woken()
    capacity.enqueue(other)
    capacity.enqueue(late)
    while not late.woken:
        gevent.sleep(0.001)
    assert late.woken == [(False, gevent.get_hub())]
    assert (other.woken, capacity.waiting) == ([], 1)


def test_all_who_wait_are_turned_away_at_once_and_take_nothing(busy: Crowd) -> None:
    for _ in range(3):
        busy.ask()
    busy.capacity.turn_away()
    assert busy.capacity.waiting == 0
    turn()
    assert (busy.away, busy.served, busy.capacity.held, busy.capacity.unclaimed) == ([0, 1, 2], [], 1, 0)


def test_whoever_comes_after_those_who_were_turned_away_waits_as_ever(busy: Crowd) -> None:
    first = busy.ask()
    busy.capacity.turn_away()
    second = busy.ask()
    busy.capacity.release()
    turn()
    assert (busy.away, busy.served) == ([first], [second])


def test_permit_that_has_been_granted_is_kept_when_all_others_are_turned_away(busy: Crowd) -> None:
    first, second = busy.ask(), busy.ask()
    busy.capacity.release()
    busy.capacity.turn_away()
    turn()
    assert (busy.served, busy.away, busy.capacity.held) == ([first], [second], 1)


@INTERRUPTIONS
def test_waiter_that_is_interrupted_when_it_is_turned_away_loses_nothing(
    busy: Crowd, interruption: type[BaseException]
) -> None:
    for when_asked in (True, False):
        name = busy.ask()
        if when_asked:
            busy.interrupt(name, interruption)
        busy.capacity.turn_away()
        if not when_asked:
            busy.interrupt(name, interruption)
        settle()
        assert (busy.served, busy.capacity.held, busy.capacity.waiting) == ([], 1, 0)


def test_place_that_is_turned_away_knows_it() -> None:
    capacity, places = two_in_line()
    capacity.turn_away()
    assert [place.woken for place in places] == [[], []]
    turn()
    assert [place.woken for place in places] == [[(False, gevent.get_hub())]] * 2
    assert [place.away for place in places] == [True, True]


def test_place_that_is_left_after_it_was_turned_away_takes_nothing_with_it() -> None:
    capacity, places = two_in_line()
    capacity.turn_away()
    capacity.leave(places[0])
    capacity.release()
    assert (capacity.held, capacity.waiting, capacity.unclaimed) == (0, 0, 0)


def test_whoever_gives_a_permit_away_waits_on_when_others_are_turned_away() -> None:
    capacity = Capacity(1)
    capacity.acquire()
    giver = gevent.spawn(capacity.withdraw)
    turn()
    capacity.turn_away()
    settle()
    assert not giver.ready()
    capacity.release()
    settle()
    assert (giver.successful(), capacity.withdrawing) == (True, 0)
    capacity.surrender()
    assert (capacity.size, capacity.held) == (0, 0)


def test_whoever_waits_is_counted_while_somebody_is_about_to_give_a_permit_away() -> None:
    capacity = Capacity(1)
    capacity.acquire()
    giver = gevent.spawn(capacity.withdraw)
    turn()
    capacity.release()
    capacity.enqueue(Woken())
    assert (capacity.waiting, giver.ready()) == (1, False)
    settle()
    assert (capacity.waiting, giver.successful()) == (1, True)


def test_giver_that_is_killed_waits_no_more_whether_it_was_turned_away_or_not() -> None:
    capacity = Capacity(1)
    capacity.acquire()
    for turned_away in (False, True):
        giver = gevent.spawn(capacity.withdraw)
        turn()
        if turned_away:
            capacity.turn_away()
        giver.kill()
        assert (capacity.waiting, capacity.withdrawing, capacity.queue.size) == (0, 0, 0)


def test_missing_permit_is_noticed() -> None:
    capacity = Capacity(1)
    capacity.release()
    with pytest.raises(AssertionError):
        capacity.check_invariants()


class Act(Enum):
    """What may happen to a capacity."""

    ASK = 'somebody asks'
    TAKE = 'somebody asks who does not want to wait'
    RELEASE = 'somebody gives back'
    KILL = 'somebody who asks is killed'
    TIME_OUT = 'somebody who asks gives up'
    RESIZE = 'the size changes'
    TURN_AWAY = 'all who wait are turned away'
    WITHDRAW = 'somebody asks who will give a permit away'
    TURN = 'the hub turns'


PROGRAMS = st.lists(st.tuples(st.sampled_from(Act), st.integers(0, 5)), max_size=40)


class Play:
    """Plays a program against a capacity; ``holding`` counts the permits that somebody knows to have."""

    def __init__(self) -> None:
        self.capacity = Capacity(2)
        self.crowd = Crowd(self.capacity)
        self.interrupted: set[int] = set()
        self.withdrawing: list[Greenlet[[], None]] = []
        self._taken = self._returned = 0

    @property
    def holding(self) -> int:
        return self._taken + len(self.crowd.served) - self._returned

    def act(self, act: Act, number: int) -> None:
        match act:
            case Act.ASK:
                self.crowd.ask()
            case Act.TAKE:
                self._taken += self.capacity.try_acquire()
            case Act.RELEASE if self.holding:
                self._returned += 1
                self.capacity.release()
            case Act.KILL | Act.TIME_OUT if self.crowd.asking:
                name = number % len(self.crowd.asking)
                self.interrupted.add(name)
                self.crowd.interrupt(name, GreenletExit if act is Act.KILL else Timeout)
            case Act.RESIZE:
                self.capacity.resize(number)
            case Act.TURN_AWAY:
                self.capacity.turn_away()
            case Act.WITHDRAW:
                self.withdrawing.append(gevent.spawn(self._withdraw))
            case _:
                turn()

    def _withdraw(self) -> None:
        self.capacity.withdraw()
        self.capacity.surrender()

    def finish(self) -> None:
        """Serve all who wait, and give everything back."""
        self.capacity.resize(2 + len(self.withdrawing))
        settle()
        while self.holding:
            self.act(Act.RELEASE, 0)
            settle()
        assert all(each.successful() for each in self.withdrawing)


def settle() -> None:
    """Turn until interruptions, grants and the grants that these set free have all arrived."""
    for _ in range(4):
        turn()


def test_permit_that_is_to_be_given_away_comes_in_turn_and_is_not_counted_as_waited_for() -> None:
    capacity = Capacity(1)
    crowd = Crowd(capacity)
    crowd.ask()
    giver = gevent.spawn(capacity.withdraw)
    turn()
    crowd.ask()
    assert (capacity.waiting, crowd.served) == (1, [0])
    capacity.release()
    settle()
    assert giver.ready()
    capacity.surrender()
    assert (capacity.size, capacity.held, crowd.served) == (0, 0, [0])
    capacity.resize(1)
    settle()
    assert crowd.served == [0, 1]


def test_who_watches_hears_of_those_who_wait_only() -> None:
    capacity = Capacity(1)
    waited: list[int] = []
    capacity.on_wait = lambda: waited.append(capacity.waiting)
    crowd = Crowd(capacity)
    for _ in range(3):
        crowd.ask()
    assert waited == [1, 2]
    crowd.interrupt(1)
    crowd.interrupt(2)
    settle()


@settings(max_examples=300, deadline=None)
@given(program=PROGRAMS)
def test_no_permit_is_lost_or_made_whatever_happens(program: list[tuple[Act, int]]) -> None:
    play = Play()
    for act, number in program:
        play.act(act, number)
        play.capacity.check_invariants()
        assert play.capacity.held >= play.holding
    play.finish()
    assert (play.capacity.held, play.capacity.waiting) == (0, 0)
    served = play.crowd.served
    assert served == sorted(served), 'somebody was overtaken'
    assert not set(served) & set(play.crowd.away)
    assert set(range(len(play.crowd.asking))) - set(served) - set(play.crowd.away) <= play.interrupted
    assert play.crowd.away == sorted(play.crowd.away)
