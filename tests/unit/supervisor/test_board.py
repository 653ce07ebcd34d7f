"""The memory that all workers share."""

from itertools import product
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.supervisor import board as module
from pgdog_gevent.supervisor.board import Board

WRITES = st.lists(st.tuples(st.integers(0, 2), st.sampled_from([b'app/0', b'app/1', b'shop/0']), st.integers(0, 2**62)))


def test_floor_of_all_workers_is_the_highest_of_theirs() -> None:
    board = Board(3)
    found = []
    for worker, lsn in ((0, 100), (2, 300), (1, 200), (0, 400)):
        board.raise_floor(worker, b'app/0', lsn)
        found.append(board.floor(b'app/0'))
    assert found == [100, 300, 300, 400]


def test_floor_does_not_sink() -> None:
    board = Board(2)
    board.raise_floor(1, b'app/0', 300)
    board.raise_floor(1, b'app/0', 200)
    assert board.floor(b'app/0') == 300


def test_floors_of_different_names_are_different() -> None:
    board = Board(2)
    board.raise_floor(0, b'app/0', 100)
    assert (board.floor(b'app/0'), board.floor(b'app/1')) == (100, 0)


def test_two_names_of_the_same_number_have_the_higher_of_their_floors() -> None:
    names = (b'%d' % number for number in range(100_000))
    first = next(names)
    other = next(name for name in names if crc32(name) % module._FLOORS == crc32(first) % module._FLOORS)
    board = Board(2)
    board.raise_floor(0, first, 100)
    board.raise_floor(1, other, 200)
    assert (board.floor(first), board.floor(other)) == (200, 200)


def test_floors_seats_and_numbers_do_not_get_into_each_others_way() -> None:
    """With the first and the last number that a name can have."""
    workers = 3
    first, last = (
        next(name for name in (b'%d' % n for n in range(1_000_000)) if crc32(name) % module._FLOORS == wanted)
        for wanted in (0, module._FLOORS - 1)
    )
    board = Board(workers)
    for worker, name in product(range(workers), (first, last)):
        board.raise_floor(worker, name, 2**62)
    assert board.seats == 0
    assert [board.next_round(worker) for worker in range(workers)] == [0, 0, 0]
    for worker in range(workers):
        board.count_seats(worker, 5)
    assert (board.seats, board.floor(first), board.floor(last)) == (15, 2**62, 2**62)


def test_floor_outlives_the_worker_that_has_raised_it() -> None:
    board = Board(2)
    board.count_seats(0, 7)
    board.raise_floor(0, b'app/0', 100)
    board.clear_seats(0)
    assert (board.seats, board.floor(b'app/0')) == (0, 100)


@given(writes=WRITES)
def test_floor_is_the_highest_that_any_worker_has_written(writes: list[tuple[int, bytes, int]]) -> None:
    board = Board(3)
    highest: dict[bytes, int] = {}
    for worker, name, lsn in writes:
        board.raise_floor(worker, name, lsn)
        highest[name] = max(highest.get(name, 0), lsn)
    assert {name: board.floor(name) for name in highest} == highest


@pytest.mark.parametrize('workers', [1, 4])
def test_seats_are_those_of_all_workers(workers: int) -> None:
    board = Board(workers)
    for worker in range(workers):
        board.count_seats(worker, 3)
    board.count_seats(0, -1)
    assert board.seats == 3 * workers - 1


# Commits in two phases


def test_commits_that_are_seen_everywhere_are_not_waited_for() -> None:
    board = Board(2)
    board.publish_commits(1, decided=3, oldest=3)
    assert board.decided() == (0, 3)
    assert board.seen((0, 3))


def test_commit_of_any_worker_is_waited_for_until_it_is_seen() -> None:
    board = Board(2)
    board.publish_commits(1, decided=3, oldest=1)
    marks = board.decided()
    assert not board.seen(marks)
    board.publish_commits(1, decided=4, oldest=3)
    assert board.seen(marks)


def test_worker_that_is_gone_is_not_waited_for() -> None:
    board = Board(2)
    board.publish_commits(0, decided=5, oldest=2)
    marks = board.decided()
    board.clear_commits(0)
    assert board.seen(marks)
