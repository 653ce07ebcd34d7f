"""Memory that all workers see: how many clients each has, which numbers it has given to them, what they have written.

And which commits in two phases are not seen everywhere yet.

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
_OTHERS: Final = 4
"""Numbers of each worker that are no floors: clients, rounds, commits that are decided, the first that is not seen."""


class Board:
    """Made by the supervisor before it forks, and inherited by all workers."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._descriptor = os.memfd_create('pgdog-gevent')
        size = (_OTHERS + _FLOORS) * workers * _SIZE
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

    def publish_commits(self, worker: int, decided: int, oldest: int) -> None:
        """A worker has decided so many commits in two phases; the first that is not seen everywhere has this number."""
        self._write(3 * self.workers + worker, oldest)  # Before the other: nobody may see that all are seen.
        self._write(2 * self.workers + worker, decided)

    def clear_commits(self, worker: int) -> None:
        """A worker is gone; what it was at is recovery's."""
        self.publish_commits(worker, 0, 0)

    def decided(self) -> tuple[int, ...]:
        """How many each worker has decided."""
        return tuple(self._read(2 * self.workers + worker) for worker in range(self.workers))

    def seen(self, decided: tuple[int, ...]) -> bool:
        """Whether all that each worker had decided are seen everywhere, or the worker is gone."""
        return all(
            self._read(3 * self.workers + worker) >= count or self._read(2 * self.workers + worker) < count
            for worker, count in enumerate(decided)
        )

    def _place(self, worker: int, name: bytes) -> int:
        # Two of the same number are as one: replicas of either may then seem to be behind, but never to be abreast.
        return (_OTHERS + crc32(name) % _FLOORS) * self.workers + worker

    def _read(self, place: int) -> int:
        count: int = _NUMBER.unpack_from(self._memory, place * _SIZE)[0]
        return count

    def _write(self, place: int, count: int) -> None:
        _NUMBER.pack_into(self._memory, place * _SIZE, count)
