"""Keeps what is known of the functions of databases in use up to date, in the background."""

import logging
from collections.abc import Callable, Iterable
from typing import Final

import gevent

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.known_functions import KnownFunctions
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.settings import NO_SETTINGS
from pgdog_gevent.config.choices import PoolerMode
from pgdog_gevent.errors import ProxyError, ServerLost
from pgdog_gevent.monitor.function_query import Digests, read_functions
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.router.functions import Functions, judge

log = logging.getLogger(__name__)

INTERVAL: Final = 0.1
"""Seconds between two looks at what has to be read."""
_PATIENCE: Final = 10.0
"""Seconds for a reading; a server that takes longer is left alone, and its connection closed."""
_BETWEEN_READINGS: Final = 1.0
_AFTER_A_FAILURE: Final = 5.0
_LIFETIME: Final = 60.0
"""Seconds after which it is not trusted any more: functions may change without the proxy."""
_RENEWAL: Final = 45.0
"""Seconds after which it is read again, so that it can be trusted without a gap."""
_COURTESY: Final = 100
"""How often clients are served before a reading that finds no idle connection stands in line with them."""


class FunctionCatalogue:
    """One step over all clusters that share connections between clients.

    In session mode a connection has one client and is reset wholly after it: there is nothing to know. ``clock`` is
    monotonic, in seconds.
    """

    def __init__(self, clusters: Callable[[], Iterable[Cluster]], clock: Callable[[], float]) -> None:
        self._clusters = clusters
        self._clock = clock
        self._readers: dict[KnownFunctions, _Reader] = {}

    def step(self) -> None:
        pools: dict[KnownFunctions, list[Pool]] = {}
        users: dict[KnownFunctions, list[Pool]] = {}
        for cluster in self._clusters():
            if cluster.mode is PoolerMode.SESSION or cluster.retired:
                continue
            pool = cluster.reference
            if pool is not None:
                pools.setdefault(cluster.known_functions, []).append(pool)
                users.setdefault(cluster.known_functions, []).extend(cluster.pools)
        self._readers = {known: self._readers.get(known) or _Reader(known, self._clock) for known in pools}
        for known, its_pools in pools.items():
            self._readers[known].consider(its_pools, users[known])


class _Reader:
    """Reads one catalog whenever it is time."""

    def __init__(self, known: KnownFunctions, clock: Callable[[], float]) -> None:
        self._known = known
        self._clock = clock
        self._digests: Digests = {}
        self._reading = False
        self._due = clock()
        self._read_at: float | None = None
        """When what is known now was read."""
        self._times_forgotten = known.times_forgotten
        self._leases = 0
        """How often it has lent a connection for itself."""
        self._uses = 0
        """How often others had, when it last began to read."""
        self._stepped_back: int | None = None
        """How often others had, when it first found no idle connection."""
        self._failure: str | None = None
        """Why it could not read the last time; empty if it could."""

    def consider(self, pools: list[Pool], users: list[Pool]) -> None:
        """Begin to read if it is time.

        ``pools`` are those of the database's users that can be read from: each sees the functions of all. ``users``
        are all pools whose clients call them, those of replicas too, which may not have the latest.
        """
        now = self._clock()
        if self._read_at is not None and now >= self._read_at + _LIFETIME:
            self._outdated()
        if self._reading or now < self._due or not self._wanted(users):
            return
        used = self._used(users)
        pool = _spare(pools)
        if pool is None and self._overtaken(used):
            pool = next((pool for pool in pools if not pool.paused), None)
        if pool is not None:
            self._reading = True
            self._uses = used
            self._stepped_back = None
            gevent.spawn(self._run, pool)

    def _overtaken(self, used: int) -> bool:
        """Whether enough others have gone first. Where nobody moves, there is nothing to judge."""
        if self._stepped_back is None:
            self._stepped_back = used
        return used - self._stepped_back >= _COURTESY

    def _wanted(self, pools: list[Pool]) -> bool:
        """Whether there is something to find out, and somebody who uses it."""
        if self._times_forgotten != self._known.times_forgotten:
            return True
        ages = self._read_at is None or self._clock() >= self._read_at + _RENEWAL
        return ages and self._used(pools) != self._uses

    def _used(self, pools: list[Pool]) -> int:
        return sum(pool.counters.assignments for pool in pools) - self._leases

    def _outdated(self) -> None:
        self._read_at = None
        self._known.expire()

    def _run(self, pool: Pool) -> None:
        times_forgotten = self._known.times_forgotten
        try:
            functions = self._read(pool)
        except ProxyError as error:
            self._complain(pool, error.message)
            self._uses = -1
            delay = _AFTER_A_FAILURE
        else:
            self._known.learn(functions, times_forgotten)
            if self._failure != '':
                log.info('%s: functions have been read', pool.name)
            self._read_at = self._clock()
            self._times_forgotten = times_forgotten
            self._failure = ''
            delay = _BETWEEN_READINGS
        finally:
            self._reading = False
        self._due = self._clock() + delay

    def _read(self, pool: Pool) -> Functions:
        with Deadline(_PATIENCE):
            with pool.lease() as connection:
                self._leases += 1
                connection.apply(NO_SETTINGS)
                reading, self._digests = read_functions(connection, self._digests, _let_others_run)
            return judge(reading)
        raise ServerLost(f'the server did not answer within {_PATIENCE:g} s')

    def _complain(self, pool: Pool, failure: str) -> None:
        if failure != self._failure:
            self._failure = failure
            log.warning('%s: cannot read which functions there are, so that none is trusted: %s', pool.name, failure)


def _spare(pools: list[Pool]) -> Pool | None:
    """A pool with a connection that nobody wants."""
    return next((pool for pool in pools if pool.idle_connections and not pool.paused), None)


def _let_others_run() -> None:
    gevent.sleep(0)
