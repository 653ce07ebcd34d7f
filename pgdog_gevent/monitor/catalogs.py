"""Keeps what is known of the tables of sharded databases up to date, in the background."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import gevent

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connect import Target
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.known_catalog import KnownCatalog
from pgdog_gevent.backend.login import logged_in
from pgdog_gevent.config.settings import Config
from pgdog_gevent.errors import CannotConnectNow, ProxyError, ServerLost
from pgdog_gevent.monitor.catalog_query import read_catalog
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.router.catalog import Catalog

log = logging.getLogger(__name__)

INTERVAL: Final = 0.1
"""Seconds between two looks at what has to be read."""
_PATIENCE: Final = 10.0
"""Seconds for a reading, with the connection that is opened for it."""
_RENEWAL: Final = 60.0
"""Seconds after which a shard is read again: its tables may be changed without the proxy."""
_BETWEEN_READINGS: Final = 1.0
"""Seconds after which what clients change is read, if nobody waits for it."""
_AFTER_A_FAILURE: Final = 1.0
_NAME: Final = 'pgdog-gevent catalog'

Where = Callable[[], Sequence[Target]]
"""Where a shard is read, as one user after the other; none while all of them are paused. Raises CannotConnectNow."""


class Catalogs:
    """One step over all databases whose catalog somebody wants to know. ``clock`` is monotonic, in seconds.

    A connection is opened for each reading: those of pools may all be held by sessions that wait for it.
    """

    def __init__(
        self,
        clusters: Callable[[], Iterable[Cluster]],
        config: Callable[[], Config],
        clock: Callable[[], float],
    ) -> None:
        self._clusters = clusters
        self._config = config
        self._clock = clock
        self._keys = KeyCache()
        self._readers: dict[KnownCatalog, _Readers] = {}

    def step(self) -> None:
        """Begin to read what it is time for."""
        config = self._config()
        clusters: dict[KnownCatalog, list[Cluster]] = {}
        for cluster in self._clusters():
            if cluster.known_catalog.shards and not cluster.retired:
                clusters.setdefault(cluster.known_catalog, []).append(cluster)
        self._readers = {known: self._readers.get(known) or self._begin(known) for known in clusters}
        for known, users in clusters.items():
            self._readers[known].look(users, config)

    @property
    def busy(self) -> bool:
        """Whether something is being read."""
        return any(readers.busy for readers in self._readers.values())

    def _begin(self, known: KnownCatalog) -> '_Readers':
        readers = _Readers(known, self._keys, self._clock)
        known.read_soon = readers.consider
        return readers


class _Readers:
    """Those of one database: one for each of its shards."""

    def __init__(self, known: KnownCatalog, keys: KeyCache, clock: Callable[[], float]) -> None:
        self._known = known
        self._keys = keys
        self._clock = clock
        self._users: Sequence[Cluster] = ()
        self._heeded: Config | None = None
        self._by_shard: dict[int, _Reader] = {}

    def look(self, users: Sequence[Cluster], config: Config) -> None:
        """Take the database's clusters as they are now, and begin to read if it is time."""
        self._users = users
        self._by_shard = {shard: self._by_shard.get(shard) or self._reader(shard) for shard in self._known.shards}
        if config is not self._heeded:
            self._heeded = config
            for reader in self._by_shard.values():
                reader.hurry()
        self.consider()

    @property
    def busy(self) -> bool:
        return any(reader.busy for reader in self._by_shard.values())

    def consider(self) -> None:
        """Begin to read what it is time for."""
        for reader in self._by_shard.values():
            reader.consider()

    def _reader(self, shard: int) -> '_Reader':
        return _Reader(self._known, shard, lambda: self._targets(shard), self._keys, self._clock)

    def _targets(self, shard: int) -> Sequence[Target]:
        pools = [cluster.writer(shard) for cluster in self._users]
        return [pool.target for pool in pools if not pool.paused]


class _Reader:
    """Reads one shard whenever it is time."""

    def __init__(
        self, known: KnownCatalog, shard: int, where: Where, keys: KeyCache, clock: Callable[[], float]
    ) -> None:
        self._known = known
        self._shard = shard
        self._where = where
        self._keys = keys
        self._clock = clock
        self.busy = False
        self._due = clock()
        """When it is read again, whatever happens."""
        self._rested = clock()
        """From when on it can be read because clients have changed something; earlier if anybody waits."""
        self._possible = clock()
        """From when on it can be read at all."""
        self._failure: str | None = None
        """Why it could not be read the last time; empty if it could."""

    def hurry(self) -> None:
        """Read it as soon as possible."""
        self._due = self._clock()

    def consider(self) -> None:
        """Begin to read if it is time. Does not wait."""
        if not self.busy and self._is_time():
            self.busy = True
            gevent.spawn(self._run)

    def _is_time(self) -> bool:
        now = self._clock()
        changed = self._known.is_due(self._shard) and (self._known.awaited > 0 or now >= self._rested)
        return now >= self._possible and (now >= self._due or changed)

    def _run(self) -> None:
        times_forgotten = self._known.times_forgotten
        self._due = self._clock() + _RENEWAL
        try:
            self._note(self._read(), times_forgotten)
        except CannotConnectNow as error:
            # There is no primary, and those who look for one say so.
            self._put_off()
            self._known.fail(self._shard, error.message, times_forgotten)
        except ProxyError as error:
            self._due = self._clock() + _AFTER_A_FAILURE
            self._known.fail(self._shard, error.message, times_forgotten)
            self._complain(error.message)
        finally:
            self.busy = False
            self._rested = self._clock() + _BETWEEN_READINGS
        self.consider()

    def _put_off(self) -> None:
        self._due = self._possible = self._clock() + INTERVAL

    def _note(self, catalog: Catalog | None, times_forgotten: int) -> None:
        if catalog is None:
            self._put_off()
            return
        before = self._known.drift
        self._known.learn(self._shard, catalog, times_forgotten)
        if self._failure != '':
            self._failure = ''
            log.info('%s, shard %s: tables have been read', self._known.database, self._shard)
        if self._known.drift and self._known.drift != before:
            count = len(self._known.drift)
            log.warning('%s: shards differ in %s points, see SHOW SCHEMA_DRIFT', self._known.database, count)

    def _complain(self, failure: str) -> None:
        if failure != self._failure:
            self._failure = failure
            log.warning('%s, shard %s: cannot read its tables: %s', self._known.database, self._shard, failure)

    def _read(self) -> Catalog | None:
        """``None`` if nobody may connect at the moment."""
        with Deadline(_PATIENCE):
            targets = self._where()
            return _read_at(targets, self._keys) if targets else None
        raise ServerLost(f'the server did not answer within {_PATIENCE:g} s')


def _read_at(targets: Sequence[Target], keys: KeyCache) -> Catalog:
    with logged_in(targets, keys, _NAME) as connection:
        return read_catalog(connection, _let_others_run)


def _let_others_run() -> None:
    gevent.sleep(0)
