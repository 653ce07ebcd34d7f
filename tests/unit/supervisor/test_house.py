"""Numbers and seats that workers share."""

import os
from itertools import islice

import pytest

from pgdog_gevent.frontend.cancel import HIGHEST_NUMBER
from pgdog_gevent.supervisor.board import Board
from pgdog_gevent.supervisor.house import SharedSeats, numbers


def test_each_worker_has_its_own_numbers() -> None:
    board = Board(3)
    found = [list(islice(numbers(board, worker), 4)) for worker in range(3)]
    assert found == [[1, 4, 7, 10], [2, 5, 8, 11], [3, 6, 9, 12]]


def test_a_successor_goes_on_where_the_one_before_it_has_ended() -> None:
    board = Board(2)
    assert list(islice(numbers(board, 1), 3)) == [2, 4, 6]
    assert list(islice(numbers(board, 1), 2)) == [8, 10]


def test_numbers_begin_anew_after_the_highest() -> None:
    board = Board(2)
    for worker, last in ((0, HIGHEST_NUMBER), (1, HIGHEST_NUMBER - 1)):
        board._write(2 + worker, (last - worker - 1) // 2)
        assert list(islice(numbers(board, worker), 2)) == [last, worker + 1]


def test_seats_are_those_of_all() -> None:
    board = Board(2)
    here, there = SharedSeats(board, 0), SharedSeats(board, 1)
    assert [here.take(3), there.take(3), here.take(3), there.take(3)] == [True, True, True, False]
    assert here.full(3)
    here.leave()
    assert there.take(3)
    assert there.take(0), 'no limit'


def test_the_seats_of_a_dead_worker_are_free() -> None:
    board = Board(2)
    for _ in range(5):
        assert SharedSeats(board, 1).take(5)
    board.clear_seats(1)
    assert SharedSeats(board, 0).take(5)


@pytest.mark.filterwarnings('ignore::DeprecationWarning')
def test_four_processes_take_exactly_as_many_seats_as_there_are() -> None:
    board = Board(4)
    children = []
    for worker in range(4):
        if (pid := os.fork()) == 0:
            seats = SharedSeats(board, worker)
            os._exit(sum(seats.take(100) for _ in range(60)))
        children.append(pid)
    taken = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
    assert sum(taken) == board.seats == 100
