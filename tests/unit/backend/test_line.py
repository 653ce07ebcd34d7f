"""The order in which those who wait are served."""

from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.backend.line import Line, Place


def places(number: int) -> list[Place]:
    return [Place(float(each), float(each)) for each in range(number)]


def taken(line: Line) -> list[Place]:
    return [line.take() for _ in range(len(line))]


def test_those_who_join_are_served_in_their_order() -> None:
    line, (first, second, third) = Line(), places(3)
    for place in (first, second, third):
        line.join(place)
    assert line.first() is first
    assert taken(line) == [first, second, third]
    assert len(line) == 0


def test_of_those_who_arrive_in_one_iteration_who_was_told_of_last_is_first() -> None:
    line, (a, b, c, d, e) = Line(), places(5)
    for place, iteration in ((a, 1), (b, 1), (c, 2), (d, 2), (e, 3)):
        line.arrive(place, iteration)
    assert list(line) == [b, a, d, c, e]
    assert taken(line) == [b, a, d, c, e]


def test_who_joins_is_overtaken_by_nobody_of_the_same_iteration() -> None:
    line, (arrived, joined, late) = Line(), places(3)
    line.arrive(arrived, 7)
    line.join(joined)
    line.arrive(late, 7)
    assert taken(line) == [arrived, joined, late]


def test_round_that_has_been_emptied_can_be_joined_no_more() -> None:
    line, (first, second) = Line(), places(2)
    line.arrive(first, 1)
    assert line.take() is first
    line.arrive(second, 1)
    assert (line.take(), len(line)) == (second, 0)


def test_whose_time_is_over_leaves_in_order() -> None:
    line, (first, second, third) = Line(), places(3)
    for place in (first, second, third):
        line.arrive(place, 1)
    assert line.take_late(1.0) == [second, first]
    assert taken(line) == [third]


def test_who_has_left_may_leave_again() -> None:
    line, (first, second) = Line(), places(2)
    line.join(first)
    line.join(second)
    line.remove(first)
    line.remove(first)
    assert (len(line), taken(line)) == (1, [second])


@given(st.lists(st.sampled_from(['join', 'arrive', 'take', 'remove']), max_size=40), st.data())
def test_nobody_is_lost_or_served_twice(actions: list[str], data: st.DataObject) -> None:
    line, waiting = Line(), []
    for number, action in enumerate(actions):
        place = Place(float(number), 0.0)
        if action == 'join':
            line.join(place)
            waiting.append(place)
        elif action == 'arrive':
            line.arrive(place, number // 4)
            waiting.append(place)
        elif waiting:
            first = line.first()
            leaves = line.take() if action == 'take' else data.draw(st.sampled_from(waiting))
            assert action == 'remove' or leaves is first
            line.remove(leaves)
            waiting.remove(leaves)
        assert len(line) == len(waiting)
        assert {id(each) for each in line} == {id(each) for each in waiting}
