"""A worker's permits: it borrows them from the supervisor, and gives back what is asked back."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Final

import gevent

from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.config.resolve import PoolSettings
from pgdog_gevent.errors import UnknownPool
from pgdog_gevent.observe.snapshot import Snapshot
from pgdog_gevent.supervisor.messages import Closed, FromWorker, Known, Lent, Needed, Opened, Recalled, Returned
from pgdog_gevent.supervisor.orders import PoolKey

PATIENCE: Final = 0.01
"""Seconds that clients wait for permits of this worker before those of others are asked for: to take one from there
costs about as much, as a connection is closed there and another opened here."""
MEMORY: Final = 0.05
"""Seconds; the most permits that were in use in the last two such periods are those that are needed."""
CALM: Final = 2.0
"""Seconds; when no client has waited for as long, what is used is nobody's business any more."""

Send = Callable[[FromWorker], None]


class Borrowing:
    """The pools of a worker: a ``backend.lender.Lender``."""

    def __init__(self, send: Send, worker: int, workers: int) -> None:
        self._send = send
        self._worker = worker
        self._workers = workers
        self._borrowers: dict[int, _Borrower] = {}

    def share(self, settings: PoolSettings) -> PoolSettings:
        """Each worker keeps its part of ``min_pool_size``."""
        minimum, more = divmod(settings.min_pool_size, self._workers)
        return replace(settings, min_pool_size=minimum + (self._worker < more))

    def allot(self, pool: Pool) -> None:
        """A pool that is new has no permits until the supervisor lends some."""
        if pool.id not in self._borrowers:
            pool.resize(0)
            borrower = self._borrowers[pool.id] = _Borrower(pool, self._send)
            pool.permits.on_wait = borrower.somebody_waits
        self._send(Opened(pool.id, PoolKey.of(pool.settings), pool.settings.pool_size))

    def take(self, news: Lent | Recalled | Known) -> None:
        """The supervisor speaks of a pool."""
        borrower = self._borrowers.get(news.pool)
        if borrower is None:
            return
        match news:
            case Lent(_, permits):
                borrower.lent(permits)
            case Recalled(_, returned):
                borrower.recalled(returned)
            case Known(_, number, paused, banned):
                borrower.number = number
                if paused:
                    borrower.pool.pause()
                if banned:
                    borrower.pool.ban()

    def tidy(self) -> None:
        """Give up pools that are no more."""
        gone = [pool for pool, borrower in self._borrowers.items() if borrower.pool.retired and not borrower.pool.total]
        for pool in gone:
            del self._borrowers[pool]
            self._send(Closed(pool))

    def own_number(self, number: int) -> int:
        """This worker's number of the pool that has ``number`` in all workers. Raises UnknownPool."""
        for pool, borrower in self._borrowers.items():
            if borrower.number == number:
                return pool
        raise UnknownPool(number)

    def numbered(self, snapshot: Snapshot) -> Snapshot:
        """The same with the numbers that pools have in all workers; those that have none yet are left out."""
        numbers = {pool: borrower.number for pool, borrower in self._borrowers.items() if borrower.number}
        return replace(
            snapshot,
            pools=tuple(replace(pool, id=numbers[pool.id]) for pool in snapshot.pools if pool.id in numbers),
            servers=tuple(
                replace(server, pool_id=numbers[server.pool_id])
                for server in snapshot.servers
                if server.pool_id in numbers
            ),
        )


class _Borrower:
    """One pool."""

    def __init__(self, pool: Pool, send: Send) -> None:
        self.pool = pool
        self.number = 0
        """In all workers; 0 until the supervisor has said it."""
        self._send = send
        self._told = (0, False)
        """How many permits the supervisor thinks that could be used, and whether somebody waits for one."""
        self._watching = False
        self._to_return = 0
        """How many are to have been returned in all."""
        self._returned = 0
        """How many have been, or are about to be."""
        self._in_line = 0
        """Greenlets that wait for a permit to return."""

    def lent(self, permits: int) -> None:
        self.pool.resize(self.pool.permits.size + permits)

    # What is needed

    def somebody_waits(self) -> None:
        """Called for every client that waits: does next to nothing."""
        if not self._watching:
            self._watching = True
            gevent.spawn(self._watch)

    def _watch(self) -> None:
        """Tell the supervisor what is needed, from when somebody waits for too long until nobody has for a while."""
        before, peak = 0, 0
        now = waited_at = monotonic()
        period_ends = now + MEMORY
        permits = self.pool.permits
        while permits.waiting or self._told[0]:
            if now >= period_ends:
                before, peak, period_ends = peak, 0, now + MEMORY
            peak = max(peak, permits.held + permits.waiting)
            waits = permits.waiting > 0 and (not permits.size or permits.longest_wait >= PATIENCE)
            if permits.waiting:
                waited_at = now
            if waits or self._told[0]:
                self._tell(max(before, peak) if now - waited_at < CALM else 0, waits)
            gevent.sleep(PATIENCE)
            now = monotonic()
        self._watching = False

    def _tell(self, need: int, waits: bool) -> None:
        if (need, waits) != self._told:
            self._told = need, waits
            self._send(Needed(self.pool.id, need, waits))

    # What is asked back

    def recalled(self, returned: int) -> None:
        """See to it that so many permits have been returned, as soon as each has its turn; fewer than before may do."""
        self._to_return = returned
        while self._returned + self._in_line < self._to_return:
            self._in_line += 1
            gevent.spawn(self._return)

    def _return(self) -> None:
        permits = self.pool.permits
        try:
            permits.withdraw()
        finally:
            self._in_line -= 1
        if self._returned >= self._to_return:
            permits.release()
            return
        self._returned += 1
        try:
            self.pool.surrender()
        finally:
            self._send(Returned(self.pool.id, 1))
