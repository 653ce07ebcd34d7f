"""Has all servers watched that the configuration names."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Final

import gevent

from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.connect import Target
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.fleet import Fleet
from pgdog_gevent.backend.host import Host
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.shard import Shard
from pgdog_gevent.config.settings import Config
from pgdog_gevent.monitor.overseer import Overseer
from pgdog_gevent.monitor.timing import Timing
from pgdog_gevent.monitor.upkeep import attempt
from pgdog_gevent.monitor.watch import Watch

INTERVAL: Final = 0.1
"""Seconds between two looks at which servers there are."""


class Monitor:
    """One watch for each host that has others beside it, or whose role is to be found out.

    A server that stands alone is used whatever is known of it: its own pools notice when it is away, and when it is
    back.
    """

    def __init__(self, clusters: Clusters, config: Callable[[], Config]) -> None:
        self._clusters = clusters
        self._config = config
        self._keys = KeyCache()
        self._overseers: dict[Fleet, Overseer] = {}
        self._watches: dict[Host, Watch] = {}
        self._heeded: Config | None = None

    def step(self) -> None:
        """Begin to watch hosts that are new, and stop where they are gone."""
        fleets = [fleet for fleet in self._clusters.fleets if len(fleet.hosts) > 1 or fleet.detects_roles]
        self._overseers = {fleet: self._overseers.get(fleet) or self._overseer(fleet) for fleet in fleets}
        hosts = {host: overseer for fleet, overseer in self._overseers.items() for host in fleet.hosts}
        for host in self._watches.keys() - hosts.keys():
            self._watches.pop(host).stop()
        for host in hosts.keys() - self._watches.keys():
            self._watches[host] = self._watch(host, hosts[host])
            self._watches[host].start()
        if self._config() is not self._heeded:
            self._heeded = self._config()
            for watch in self._watches.values():
                watch.wake()

    def stop(self) -> None:
        """Watch nobody any more."""
        for watch in self._watches.values():
            watch.stop()
        self._watches.clear()

    def check(self, pools: Collection[Pool]) -> None:
        """Look at the servers of these pools now, and return when that is done."""
        looks = {self._watches[pool.host]: None for pool in pools if pool.host in self._watches}
        alone = [pool for pool in pools if pool.host not in self._watches]
        checks: list[Callable[[], None]] = [watch.look for watch in looks]
        checks += [partial(attempt, pool) for pool in alone]
        gevent.joinall([gevent.spawn(check) for check in checks])

    def _overseer(self, fleet: Fleet) -> Overseer:
        return Overseer(fleet, self._users, partial(self._timing, fleet), self._clusters.resize)

    def _watch(self, host: Host, overseer: Overseer) -> Watch:
        return Watch(
            host,
            partial(self._targets, host),
            partial(self._timing, overseer.fleet),
            lambda: overseer.hurried,
            overseer.wanted_in,
            overseer.heed,
            self._keys,
        )

    def _timing(self, fleet: Fleet) -> Timing:
        return Timing.of(self._config(), detects_roles=fleet.detects_roles)

    def _users(self, host: Host) -> Iterator[tuple[Shard, Pool]]:
        for cluster in self._clusters:
            for pool in cluster.pools:
                if pool.host is host:
                    yield cluster.shard(pool.settings.shard), pool

    def _targets(self, host: Host) -> Sequence[Target]:
        return [pool.target for _, pool in self._users(host)]
