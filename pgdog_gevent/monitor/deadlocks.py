"""Looks for deadlocks over several shards, and ends them as PostgreSQL does those that it sees.

Nothing is done, and no connection open, while no session waits that holds connections of several shards.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from random import getrandbits
from time import time
from typing import Final, Protocol

import gevent

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.known_catalog import KnownCatalog
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.errors import CannotConnectNow, DeadlockDetected
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.monitor.lock_server import LockServer
from pgdog_gevent.monitor.standstill import (
    PID_BITS,
    TRANSACTION_BITS,
    Claim,
    Edge,
    Place,
    Reading,
    Sight,
    described,
    sight,
    victims,
)

log = logging.getLogger(__name__)

INTERVAL: Final = 0.5
"""Seconds between two looks at who waits."""
TIMEOUT: Final = 1.0
"""Seconds after which a wait is looked into: PostgreSQL's ``deadlock_timeout``, if nobody has changed it."""
_KEPT: Final = 2.0
"""Seconds for which connections stay open that nobody needs."""


class Suspect(Protocol):
    """A session, as far as it can be part of a deadlock."""

    @property
    def cluster(self) -> Cluster:
        """Its database."""

    @property
    def holdings(self) -> Holdings | None:
        """The connections of several shards, if it may hold any."""

    def end_deadlock(self, error: DeadlockDetected) -> None:
        """Have what its client waits for fail, without waiting."""


class Deadlocks:
    """One step over all sessions. ``clock`` is monotonic, in seconds."""

    def __init__(self, sessions: Iterable[Suspect], clock: Callable[[], float]) -> None:
        self._sessions = sessions
        self._clock = clock
        self._keys = KeyCache()
        self._watches: dict[KnownCatalog, _Watch] = {}

    def step(self) -> None:
        """Begin to look at the databases where somebody has waited long enough."""
        waiting: dict[KnownCatalog, list[Suspect]] = {known: [] for known in self._watches}
        since = time() - TIMEOUT
        for session in self._sessions:
            holdings = session.holdings
            if holdings is not None and holdings.waiting_since(since):
                waiting.setdefault(session.cluster.known_catalog, []).append(session)
        for known, sessions in waiting.items():
            self._watch(known).consider(sessions)
        for known in [known for known, watch in self._watches.items() if watch.retired]:
            self._watches.pop(known).close()

    def _watch(self, known: KnownCatalog) -> '_Watch':
        if known not in self._watches:
            self._watches[known] = _Watch(known.database, self._keys, self._clock)
        return self._watches[known]

    @property
    def busy(self) -> bool:
        """Whether something is being looked at."""
        return any(watch.busy for watch in self._watches.values())

    def stop(self) -> None:
        """Close all connections."""
        for watch in self._watches.values():
            watch.close()


class _Watch:
    """Looks at the shards of one database, as long as somebody waits, and a little longer."""

    def __init__(self, database: str, keys: KeyCache, clock: Callable[[], float]) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self._servers: dict[int, LockServer] = {}
        self._clusters: Sequence[Cluster] = ()
        """The database as those users see it who have waited last."""
        self._numbers: dict[Suspect, int] = {}
        """By which the transactions of these sessions are known."""
        self._needed_at = clock()
        self._looking: gevent.Greenlet[[Sequence[Suspect]], None] | None = None

    @property
    def busy(self) -> bool:
        return self._looking is not None and not self._looking.dead

    @property
    def retired(self) -> bool:
        """Whether the configuration no longer has the database."""
        return not self.busy and all(cluster.retired for cluster in self._clusters)

    def consider(self, waiting: Sequence[Suspect]) -> None:
        """Begin to look, unless it still does; close what nobody has needed for a while. Does not wait."""
        if self.busy:
            return
        now = self._clock()
        if waiting:
            self._needed_at = now
            self._clusters = list(dict.fromkeys(session.cluster for session in waiting))
            self._looking = gevent.spawn(self._look, waiting)
        elif now - self._needed_at > _KEPT:
            self.close()

    def close(self) -> None:
        """Withdraw everything."""
        if self._looking is not None:
            self._looking.kill()
        for server in self._servers.values():
            server.close()
        self._numbers.clear()

    def _look(self, waiting: Sequence[Suspect]) -> None:
        pools = self._pools()
        readings = self._read({shard: pools[shard] for shard in pools.keys() & _busy_shards(waiting)})
        blocked = {(shard, wait.pid) for shard, reading in readings.items() for wait in reading.waits}
        involved = {session: held for session in waiting if blocked & (held := _held(session, pools)).keys()}
        if involved or self._numbers:
            readings = self._read(pools)
            still = {session: held for session, held in involved.items() if _held(session, pools) == held}
            self._claim(still, readings, pools)
        if self._numbers:
            self._judge(pools)

    def _pools(self) -> dict[int, Sequence[Pool]]:
        """Those of each shard's primary, one for each user; of shards that have none at the moment nothing is known."""
        found: dict[int, Sequence[Pool]] = {}
        for shard in range(self._clusters[0].topology.shards):
            with suppress(CannotConnectNow):
                found[shard] = [cluster.writer(shard) for cluster in self._clusters]
        return found

    def _server(self, shard: int) -> LockServer:
        if shard not in self._servers:
            self._servers[shard] = LockServer(f'{self._database}, shard {shard}', self._keys, self._clock)
        return self._servers[shard]

    def _read(self, pools: Mapping[int, Sequence[Pool]]) -> dict[int, Reading]:
        return {shard: self._server(shard).read(of_shard) for shard, of_shard in pools.items()}

    def _claim(
        self, involved: Mapping[Suspect, Iterable[Place]], readings: Mapping[int, Reading],
        pools: Mapping[int, Sequence[Pool]],
    ) -> None:  # fmt: skip
        """Say on all shards what these sessions hold, and of others nothing any more."""
        taken = {claim.transaction for reading in readings.values() for claim in reading.claims}
        self._numbers = {session: self._numbers.get(session) or _number(taken) for session in involved}
        claims: dict[int, set[Claim]] = {shard: set() for shard in readings}
        for session, places in involved.items():
            for shard, pid in places:
                claims[shard].add(Claim(pid, readings[shard].moment(pid), self._numbers[session]))
        for shard, of_shard in claims.items():
            self._server(shard).claim(pools[shard], frozenset(of_shard))

    def _judge(self, pools: Mapping[int, Sequence[Pool]]) -> None:
        """End what has to end of our own, if it is sure."""
        found = self._ours(sight(self._read(pools)))
        if found:
            seen = [sight(self._read(pools)) for _ in range(3)]
            found = self._ours(seen[0] & seen[1] & seen[2])
        for session, circle in found.items():
            text = described(circle)
            log.info('%s: deadlock over several shards: %s', self._database, text.replace('\n', ' '))
            session.end_deadlock(DeadlockDetected(text))

    def _ours(self, seen: Sight) -> dict[Suspect, tuple[Edge, ...]]:
        circles = victims(seen)
        return {session: circles[number] for session, number in self._numbers.items() if number in circles}


def _held(session: Suspect, pools: Mapping[int, Sequence[Pool]]) -> dict[Place, float]:
    """The backends of primaries that it holds, and when each was asked last: that tells one wait from another."""
    return {
        (shard, connection.key.pid): connection.request_at
        for shard, pool, connection in _lent(session)
        if shard in pools and pool.host is pools[shard][0].host and 0 < connection.key.pid < 1 << PID_BITS
    }


def _lent(session: Suspect) -> Iterable[tuple[int, Pool, BackendConnection]]:
    return () if session.holdings is None else session.holdings.lent


def _busy_shards(sessions: Iterable[Suspect]) -> set[int]:
    """Where these sessions wait for an answer."""
    return {shard for session in sessions for shard, _, connection in _lent(session) if connection.busy}


def _number(taken: set[int]) -> int:
    """One that nobody has; not 0."""
    number = 0
    while not number or number in taken:
        number = getrandbits(TRANSACTION_BITS)
    taken.add(number)
    return number
