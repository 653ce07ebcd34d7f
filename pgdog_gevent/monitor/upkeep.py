"""Keeps pools as large as they should be: closes what is old or idle, opens what is missing."""

from collections.abc import Callable, Iterable
from typing import Final

import gevent

from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.errors import ProxyError

INTERVAL: Final = 0.333
"""Seconds; the period of PgDog's and PgBouncer's own maintenance."""


def attempt(pool: Pool) -> None:
    """Have a connection for a moment. If none can be had, that is the pool's ``last_failure``; a paused one rests."""
    if pool.paused:
        return
    try:
        with pool.lease():
            pass
    except ProxyError:
        return  # The pool has logged it.


class Upkeep:
    """One step over all pools. A pool whose server does not answer does not hold up the others."""

    def __init__(self, pools: Callable[[], Iterable[Pool]]) -> None:
        self._pools = pools
        self._warming: set[Pool] = set()

    def step(self) -> None:
        for pool in self._pools():
            pool.counters.fold()
            pool.trim()
            if pool.wants_more and pool not in self._warming:
                self._warming.add(pool)
                gevent.spawn(self._warm, pool)

    def _warm(self, pool: Pool) -> None:
        try:
            pool.warm()
        except ProxyError:
            return  # The pool has logged it and keeps its distance.
        finally:
            self._warming.discard(pool)
