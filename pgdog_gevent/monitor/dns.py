"""Notices when the name of a server gets other addresses, and has its pools go there."""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import gevent

from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.net.resolver import Resolver, is_name

log = logging.getLogger(__name__)

_PATIENCE: Final = 5.0
"""Seconds for the look-up of a name that has never been known; others are waited for less."""


class NameWatch:
    """One step over the host names of all pools. A name that nobody answers for does not hold up the others."""

    def __init__(self, pools: Callable[[], Iterable[Pool]], resolver: Resolver) -> None:
        self._pools = pools
        self._resolver = resolver
        self._addresses: dict[str, frozenset[str]] = {}
        """Where the connections of each name go."""

    def step(self) -> None:
        pools = self._pools_by_name()
        self._resolver.forget_others(pools)
        self._addresses = {name: known for name, known in self._addresses.items() if name in pools}
        gevent.joinall([gevent.spawn(self._look, name, its_pools) for name, its_pools in pools.items()])

    def _pools_by_name(self) -> Mapping[str, list[Pool]]:
        pools: dict[str, list[Pool]] = {}
        for pool in self._pools():
            if is_name(pool.target.host) and not pool.retired:
                pools.setdefault(pool.target.host, []).append(pool)
        return pools

    def _look(self, name: str, pools: list[Pool]) -> None:
        # What was known before is where connections have gone if this is the first look.
        before = self._addresses.get(name) or frozenset(self._resolver.known(name))
        with Deadline(_PATIENCE):
            try:
                now = self._resolver.look_again(name)
            except OSError:
                return  # Whoever wants a connection is told.
            self._addresses[name] = frozenset(now)
            if before and before != self._addresses[name]:
                log.info('%s has other addresses: %s', name, ', '.join(now))
                for pool in pools:
                    pool.reconnect()
                    pool.host.replays(0)  # It may be another server.
                    pool.host.look_soon()
