"""What is known of the tables and types of a database of several shards; all its users share it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from time import time
from types import MappingProxyType
from typing import Final
from weakref import WeakSet

from gevent.event import Event

from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.router.catalog import Catalog
from pgdog_gevent.router.drift import Drift, drift
from pgdog_gevent.router.made_ids import id_schemas
from pgdog_gevent.router.several_catalogs import merged, reused

PATIENCE: Final = 5.0
"""Seconds for which a session waits, at most, until what clients have changed has been read."""


def _nobody_reads() -> None:
    """Where nothing is monitored."""


class KnownCatalog:
    """Written by whoever reads the catalogs of the shards; sessions wait for that where they have to.

    What was read last of a shard stays as long as it cannot be read again.
    """

    def __init__(self, database: str) -> None:
        self.database = database
        self.current: Catalog | None = None
        """What is true of all shards (``router.several_catalogs.merged``); ``None`` until it has been read."""
        self.reference = 0
        """The shard whose OIDs ``current`` has: the first, or the first that could be read since the last change."""
        self.by_shard: Mapping[int, Catalog] = MappingProxyType({})
        self.drift: tuple[Drift, ...] = ()
        """How the shards differ."""
        self.failures: dict[int, str] = {}
        """Why shards could not be read the last time."""
        self.read_at = 0.0
        """When a shard was read last; seconds since the epoch."""
        self.outdated = True
        """Whether clients have changed something since ``current`` was read, or it never was."""
        self.times_forgotten = 0
        self.awaited = 0
        """How many sessions wait for a reading."""
        self.read_soon: Callable[[], None] = _nobody_reads
        """Has all that is outdated read at once. Does not wait."""
        self.shards: Collection[int] = ()
        """Those that are read; none where nobody wants to know."""
        self._heeds_changes = True
        self._read: dict[int, int] = {}
        """By shard, how often it had been forgotten when its last reading began."""
        self._tried: dict[int, int] = {}
        """The same of the last attempt, even if that failed."""
        self._news = Event()

    def configure(self, shards: Collection[int], *, heeds_changes: bool) -> None:
        """Have these shards read from now on, and also when clients change something or not."""
        self._heeds_changes = heeds_changes
        if self.shards == shards:
            return
        self.shards = shards
        for gone in self.by_shard.keys() - set(shards):
            self._read.pop(gone, None)
            self._tried.pop(gone, None)
            self.failures.pop(gone, None)
        self.by_shard = MappingProxyType({each: known for each, known in self.by_shard.items() if each in shards})
        self._judge()

    def forget(self) -> None:
        """There may be other tables and types from now on."""
        if self.shards and self._heeds_changes:
            self.times_forgotten += 1
            self.outdated = True

    def is_due(self, shard: int) -> bool:
        """Whether nobody has tried to read a shard since clients have changed something."""
        return self._tried.get(shard) != self.times_forgotten

    def learn(self, shard: int, catalog: Catalog, times_forgotten: int) -> None:
        """Take what has been read of a shard; ``times_forgotten`` is of when that began."""
        known = self.by_shard.get(shard)
        others = [catalog for other, catalog in self.by_shard.items() if other != shard]
        fresh = reused(catalog, others if known is None else [known, *others])
        news = fresh != known
        if news:
            self.by_shard = MappingProxyType(dict(sorted({**self.by_shard, shard: fresh}.items())))
        self._read[shard] = self._tried[shard] = times_forgotten
        self.failures.pop(shard, None)
        self.read_at = time()
        self._judge(news=news)

    def fail(self, shard: int, reason: str, times_forgotten: int) -> None:
        """A shard could not be read."""
        self._tried[shard] = times_forgotten
        self.failures[shard] = reason
        self._judge(news=False)

    def _judge(self, *, news: bool = True) -> None:
        """See whether all is known that can be known."""
        was_outdated = self.outdated
        self.outdated = not self._fresh or any(map(self.is_due, self.shards))
        if not self.outdated:
            if news or was_outdated or self._fresh[0] != self.reference:
                self._take()
            done, self._news = self._news, Event()
            done.set()

    @property
    def _fresh(self) -> list[int]:
        """The shards that have been read since the last change."""
        return [shard for shard in self.by_shard if self._read.get(shard) == self.times_forgotten]

    def _take(self) -> None:
        """Make one of all that is known, what is fresh in the first place."""
        fresh = self._fresh
        order = [*fresh, *(shard for shard in self.by_shard if shard not in fresh)]
        self.reference = order[0]
        certain = id_schemas(self.by_shard) if len(self.by_shard) == len(self.shards) else frozenset[str]()
        self.current = replace(merged([self.by_shard[shard] for shard in order]), id_schemas=certain)
        self.drift = drift(self.by_shard)

    def wait(self, patience: float = PATIENCE) -> Catalog | None:
        """Return the catalog with all that clients have changed; ``None`` if it cannot be had within that time.

        Does not wait if nothing has changed. What the caller has changed in a transaction that is still open is not
        there. Shards that do not answer are taken for what they were, if any other does.
        """
        if self.outdated and self.shards:
            self._await(patience)
            if self.outdated:
                if not self._fresh:
                    return None
                self._take()
        return self.current

    def _await(self, patience: float) -> None:
        self.awaited += 1
        try:
            with Deadline(patience):
                while self.outdated:
                    self.read_soon()
                    self._news.wait()
        finally:
            self.awaited -= 1


class ServerSchema:
    """The tables and types of one database at one server, as far as clients of the proxy change them.

    It may be a shard of one database of the configuration, and by itself another one.
    """

    def __init__(self) -> None:
        self.known_by: WeakSet[KnownCatalog] = WeakSet()


def forget_all(schemas: Iterable[ServerSchema]) -> None:
    """There may be other tables and types there from now on: whoever knows them has to read again."""
    for known in {known for schema in schemas for known in schema.known_by}:
        known.forget()
