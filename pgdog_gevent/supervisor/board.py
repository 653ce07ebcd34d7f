"""A page of memory that all workers see: how many clients each has, and which numbers it has given to them.

A client is counted by its own worker, and against those of all. So that two workers do not give the last seat away
twice, one at a time looks and counts; a record lock keeps the others away for that moment, and the system takes it
from a worker that dies.
"""

import fcntl
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from struct import Struct
from typing import Final

_NUMBER: Final = Struct('@q')
_SIZE: Final = _NUMBER.size


class Board:
    """Made by the supervisor before it forks, and inherited by all workers."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._descriptor = os.memfd_create('pgdog-gevent')
        os.ftruncate(self._descriptor, 2 * workers * _SIZE)
        self._memory = mmap.mmap(self._descriptor, 2 * workers * _SIZE)

    @property
    def seats(self) -> int:
        """How many clients all workers have."""
        return sum(self._read(worker) for worker in range(self.workers))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other processes from counting here. Raises BlockingIOError while one of them does."""
        fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield
        finally:
            fcntl.lockf(self._descriptor, fcntl.LOCK_UN)

    def count_seats(self, worker: int, change: int) -> None:
        """A worker has more clients, or fewer."""
        self._write(worker, self._read(worker) + change)

    def clear_seats(self, worker: int) -> None:
        """A worker is gone, and with it its clients."""
        self._write(worker, 0)

    def next_round(self, worker: int) -> int:
        """Count how many numbers a worker and those in its place before it have given to clients."""
        count = self._read(self.workers + worker)
        self._write(self.workers + worker, count + 1)
        return count

    def _read(self, place: int) -> int:
        count: int = _NUMBER.unpack_from(self._memory, place * _SIZE)[0]
        return count

    def _write(self, place: int, count: int) -> None:
        _NUMBER.pack_into(self._memory, place * _SIZE, count)
