"""Memory that all workers see: how many clients each has, which numbers it has given to them, what they have written.

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
from zlib import crc32

_NUMBER: Final = Struct('@q')
_SIZE: Final = _NUMBER.size
_FLOORS: Final = 4096


class Board:
    """Made by the supervisor before it forks, and inherited by all workers."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._descriptor = os.memfd_create('pgdog-gevent')
        size = (2 + _FLOORS) * workers * _SIZE
        os.ftruncate(self._descriptor, size)
        self._memory = mmap.mmap(self._descriptor, size)

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

    def floor(self, name: bytes) -> int:
        """How far the WAL of a database's shard has come that clients of any worker have written, in bytes."""
        return max(self._read(self._place(worker, name)) for worker in range(self.workers))

    def raise_floor(self, worker: int, name: bytes, lsn: int) -> None:
        """Clients of a worker have written so far."""
        place = self._place(worker, name)
        self._write(place, max(lsn, self._read(place)))

    def _place(self, worker: int, name: bytes) -> int:
        # Two of the same number are as one: replicas of either may then seem to be behind, but never to be abreast.
        return (2 + crc32(name) % _FLOORS) * self.workers + worker

    def _read(self, place: int) -> int:
        count: int = _NUMBER.unpack_from(self._memory, place * _SIZE)[0]
        return count

    def _write(self, place: int, count: int) -> None:
        _NUMBER.pack_into(self._memory, place * _SIZE, count)
