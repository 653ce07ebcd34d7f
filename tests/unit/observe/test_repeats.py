"""Equal lines, counted instead of written."""

from dataclasses import replace

import pytest

from pgdog_gevent.observe.log_lines import Event
from pgdog_gevent.observe.repeats import MOST, Repeats

LINE = Event(1000.0, 'WARN', 'pgdog_gevent.backend.pool', 'cannot connect', traceback='Traceback')
OTHER = replace(LINE, message='cannot connect to another')


def test_lines_over_the_threshold_are_held_back() -> None:
    repeats = Repeats(window=10.0, threshold=2)
    assert [repeats.passes(LINE, now) for now in (0.0, 1.0, 2.0, 3.0)] == [True, True, False, False]


def test_lines_differ_by_more_than_their_time() -> None:
    repeats = Repeats(window=10.0, threshold=1)
    lines = (LINE, replace(LINE, time=1001.0), OTHER, replace(LINE, fields=(('user', 'bob'),)))
    assert [repeats.passes(line, 0.0) for line in lines] == [True, False, True, True]


def test_what_was_held_back_is_told_when_the_window_ends() -> None:
    repeats = Repeats(window=10.0, threshold=1)
    for second in range(4):
        repeats.passes(replace(LINE, time=1000.0 + second), float(second))
    assert repeats.over(9.9) == []
    summary = 'cannot connect (not written: 3 more like this)'
    assert repeats.over(10.0) == [replace(LINE, time=1003.0, message=summary, traceback='')]
    assert repeats.next_end is None


def test_nothing_is_told_where_nothing_was_held_back() -> None:
    repeats = Repeats(window=10.0, threshold=1)
    repeats.passes(LINE, 0.0)
    assert repeats.over(10.0) == []


def test_a_new_window_begins_after_the_end_of_one() -> None:
    repeats = Repeats(window=10.0, threshold=1)
    repeats.passes(LINE, 0.0)
    repeats.over(10.0)
    assert repeats.passes(LINE, 10.0)
    assert repeats.next_end == 20.0


def test_windows_end_in_the_order_of_their_beginning() -> None:
    repeats = Repeats(window=10.0, threshold=1)
    for now, line in ((0.0, LINE), (1.0, OTHER), (2.0, LINE), (3.0, OTHER)):
        repeats.passes(line, now)
    assert [event.message.split(' (')[0] for event in repeats.over(10.5)] == [LINE.message]
    assert repeats.next_end == 11.0


def test_closing_tells_what_was_held_back_so_far() -> None:
    repeats = Repeats(window=10.0, threshold=1)
    for _ in range(3):
        repeats.passes(LINE, 0.0)
    assert [event.message for event in repeats.close()] == ['cannot connect (not written: 2 more like this)']
    assert repeats.close() == []


@pytest.mark.parametrize(
    ('window', 'threshold'), [pytest.param(0.0, 5, id='no window'), pytest.param(5.0, 0, id='no threshold')]
)
def test_without_window_or_threshold_every_line_passes(window: float, threshold: int) -> None:
    repeats = Repeats(window, threshold)
    assert all(repeats.passes(LINE, 0.0) for _ in range(10))
    assert repeats.next_end is None


def test_too_many_different_lines_are_written_as_they_come() -> None:
    repeats = Repeats(window=10.0, threshold=1)
    for number in range(MOST):
        repeats.passes(replace(LINE, message=str(number)), 0.0)
    assert [repeats.passes(OTHER, 0.0) for _ in range(3)] == [True, True, True]
