"""What a worker's clients share with those of other workers: numbers, seats, cancelling."""

from collections.abc import Iterator

import gevent

from pgdog_gevent.frontend.cancel import HIGHEST_NUMBER
from pgdog_gevent.frontend.listener import House
from pgdog_gevent.supervisor.board import Board
from pgdog_gevent.supervisor.colleagues import Colleagues
from pgdog_gevent.supervisor.messages import One
from pgdog_gevent.supervisor.orders import Cancel


class SharedSeats:
    """``frontend.seats.Seats`` of which other workers take some."""

    def __init__(self, board: Board, worker: int) -> None:
        self._board = board
        self._worker = worker

    def full(self, limit: int) -> bool:
        return 0 < limit <= self._board.seats

    def take(self, limit: int) -> bool:
        while True:
            try:
                with self._board.lock():
                    return self._take(limit)
            except BlockingIOError:
                # Another worker counts, which takes it microseconds.
                gevent.sleep(0.001)

    def _take(self, limit: int) -> bool:
        if self.full(limit):
            return False
        self._board.count_seats(self._worker, 1)
        return True

    def leave(self) -> None:
        self._board.count_seats(self._worker, -1)


class SharedHouse(House):
    """A worker in its place gives clients every n-th number, and goes on where the one before it there has ended.

    So the number of a client says which worker has it, and a key that somebody has kept fits nobody else.
    """

    def __init__(self, board: Board, worker: int, colleagues: Colleagues) -> None:
        self._workers = board.workers
        self._worker = worker
        self._colleagues = colleagues
        self.seats = SharedSeats(board, worker)
        self.numbers = numbers(board, worker)

    def owns(self, number: int) -> bool:
        return self._owner(number) == self._worker

    def cancel_elsewhere(self, number: int, secret: bytes) -> None:
        self._colleagues.ask(One(self._owner(number), Cancel(number, secret)))

    def _owner(self, number: int) -> int:
        return (number - 1) % self._workers


def numbers(board: Board, worker: int) -> Iterator[int]:
    """Yield the numbers for clients of a worker, and begin anew after the highest."""
    rounds = (HIGHEST_NUMBER - worker - 1) // board.workers + 1
    while True:
        yield 1 + worker + board.workers * (board.next_round(worker) % rounds)
