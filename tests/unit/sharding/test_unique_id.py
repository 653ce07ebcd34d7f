"""Ids of pgdog.unique_id(): what is in them, and that none is given twice."""

import pytest

from pgdog_gevent.errors import UniqueIdUnavailable
from pgdog_gevent.sharding.unique_id import COMPACT, EPOCH, NOWHERE, STANDARD, Layout, Origin, UniqueIds

START = EPOCH + 86_400_000
"""A day of ids has gone by."""


class Clock:
    """Goes on only by what is waited, and a little more."""

    def __init__(self, milliseconds: int = START) -> None:
        self.milliseconds = milliseconds
        self.waits: list[float] = []

    def now(self) -> float:
        return self.milliseconds / 1000 + 0.0001

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.milliseconds += round(seconds * 1000)


def ids(clock: Clock, place: Origin, layout: Layout = STANDARD, offset: int = 0) -> UniqueIds:
    found = UniqueIds(place, clock.now, clock.wait)
    found.configure(layout, offset)
    return found


@pytest.mark.parametrize(
    ('layout', 'expected'),
    [(STANDARD, 86_400_000 << 22 | 5 << 12), (COMPACT, 86_400_000 << 12 | 5 << 6)],
    ids=['standard', 'compact'],
)
def test_id_has_time_node_and_number(layout: Layout, expected: int) -> None:
    found = ids(Clock(), Origin(5), layout)
    assert [found.next() - expected for _ in range(3)] == [0, 1, 2]


def test_offset_is_added() -> None:
    assert ids(Clock(), Origin(1), offset=1000).next() == ids(Clock(), Origin(1)).next() + 1000


@pytest.mark.parametrize(('layout', 'most'), [(STANDARD, 4096), (COMPACT, 64)], ids=['standard', 'compact'])
def test_millisecond_that_has_no_more_is_waited_for(layout: Layout, most: int) -> None:
    clock = Clock()
    found = ids(clock, Origin(1), layout)
    given = [found.next() for _ in range(2 * most + 1)]
    assert given == sorted(set(given))
    assert clock.waits == [0.001, 0.001]


def test_processes_share_a_millisecond() -> None:
    each = [ids(Clock(), Origin(1, process, 3), COMPACT) for process in range(3)]
    given = [one.next() for one in each for _ in range(21)]
    assert len(set(given)) == 63
    assert len({identifier >> 6 for identifier in given}) == 1


def test_clock_that_has_gone_back_is_waited_for() -> None:
    clock = Clock()
    found = ids(clock, Origin(1))
    first = found.next()
    clock.milliseconds -= 5
    assert found.next() > first
    assert clock.waits == [0.006]


@pytest.mark.parametrize('back', [60_000, 86_400_001], ids=['a minute', 'before all ids'])
def test_clock_that_has_gone_back_far_is_an_error(back: int) -> None:
    clock = Clock()
    found = ids(clock, Origin(1))
    found.next()
    clock.milliseconds -= back
    with pytest.raises(UniqueIdUnavailable, match='clock is wrong'):
        found.next()
    assert not clock.waits


@pytest.mark.parametrize(
    ('place', 'layout', 'words'),
    [
        (NOWHERE, STANDARD, 'need a number for this proxy'),
        (Origin(1024), STANDARD, 'NODE_ID 1024 is too high'),
        (Origin(64), COMPACT, 'NODE_ID 64 is too high'),
        (Origin(1, 70, 80), COMPACT, 'more processes than ids'),
    ],
)
def test_proxy_that_is_not_told_apart_gives_no_ids(place: Origin, layout: Layout, words: str) -> None:
    with pytest.raises(UniqueIdUnavailable, match=words):
        ids(Clock(), place, layout).next()


def test_ids_end() -> None:
    with pytest.raises(UniqueIdUnavailable, match='no more ids'):
        ids(Clock(EPOCH + 2**41), Origin(1)).next()
    with pytest.raises(UniqueIdUnavailable, match='no more ids'):
        ids(Clock(), Origin(1), offset=2**63 - 1).next()
