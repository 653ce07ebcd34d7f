"""The snapshot to StatsD: once per interval, one pipeline of UDP datagrams.

Counters are sent as their growth since the last report, so that a datagram too few or too many never spoils a
graph for long; gauges as they are. Times are milliseconds, as in SHOW STATS. Nothing that happens here disturbs
anybody: no daemon, no name, no route only means no figures.
"""

import logging
import re
import socket
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

import statsd
from gevent import socket as cooperative

from pgdog_gevent.observe.metrics import (
    COUNTERS,
    GAUGES,
    HOST_GAUGES,
    MORE_TOTALS,
    POOL_COUNTERS,
    POOL_GAUGES,
    TOTALS,
    Figure,
    T,
    Unit,
    exported_name,
)
from pgdog_gevent.observe.snapshot import HostView, PoolView, Snapshot

log = logging.getLogger(__name__)

NOT_ADDITIVE: Final = frozenset(
    {'healthy', 'online', 'paused', 'banned', 'half_open', 'maxwait', *(gauge.name for gauge in HOST_GAUGES)}
)
"""Gauges whose sum over several pools or servers would say nothing."""


class Reading(NamedTuple):
    """One figure, ready to be sent. ``key`` tells counters of equal names apart, such as those of two shards."""

    name: str
    value: float
    key: tuple[int, str]


class Report(NamedTuple):
    """What is sent at once: growth of counters, values of gauges, by name without the prefix."""

    counters: tuple[tuple[str, float], ...]
    gauges: tuple[tuple[str, float], ...]


class StatsdReporter:
    """Sends what a snapshot says to a StatsD daemon, whenever ``report`` is called."""

    def __init__(self, host: str, port: int, prefix: str, take: Callable[[], Snapshot]) -> None:
        self.direct(host, port, prefix)
        self._take = take
        self._baseline: dict[tuple[int, str], float] = {}
        self.failures = 0
        """Reports that could not be sent."""

    def direct(self, host: str, port: int, prefix: str) -> None:
        """Send to this daemon from now on. What the one before was sent, this one is not."""
        self._host = host
        self._port = port
        self._prefix = '.'.join(map(component, prefix.split('.'))) if prefix else ''
        self._address = ''

    def take_over(self) -> None:
        """Begin where another reporter has ended: what has been counted so far is not growth."""
        self._baseline = {reading.key: reading.value for reading in counters(self._take())}

    def report(self) -> None:
        """Send one report. Never raises for want of a daemon; what was not sent is part of the next report."""
        try:
            address = self._resolve()
            client = statsd.StatsClient(address, self._port, self._prefix, ipv6=':' in address)
        except (OSError, UnicodeError) as error:
            self._failed(error)
            return
        snapshot = self._take()
        try:
            _send(client, compose(snapshot, self._baseline))
        finally:
            client.close()
        self._baseline = {reading.key: reading.value for reading in counters(snapshot)}

    def _resolve(self) -> str:
        """Look the host up, each time: a daemon may move. A name server that is away leaves the last address.

        IPv4 first, as the package statsd does: many daemons listen on nothing else.
        """
        try:
            found = cooperative.getaddrinfo(self._host, self._port, type=socket.SOCK_DGRAM)
            found.sort(key=lambda address: address[0] != socket.AF_INET)
            self._address = str(found[0][4][0])
        except OSError:
            if not self._address:
                raise
        return self._address

    def _failed(self, error: Exception) -> None:
        self.failures += 1
        level = logging.WARNING if self.failures == 1 else logging.DEBUG
        log.log(level, 'statsd: cannot send to %s:%s: %s', self._host, self._port, error)


def _send(client: statsd.StatsClient, report: Report) -> None:
    with client.pipeline() as pipeline:
        for name, growth in report.counters:
            pipeline.incr(name, growth)
        for name, figure in report.gauges:
            pipeline.gauge(name, figure)


def compose(snapshot: Snapshot, baseline: dict[tuple[int, str], float]) -> Report:
    """Make a report of a snapshot and of the counters as they were at the last one.

    Counters that did not grow are left out. One that shrank belongs to an object that was made anew.
    """
    grown: dict[str, float] = {}
    for reading in counters(snapshot):
        before = baseline.get(reading.key, 0)
        growth = reading.value - before if reading.value >= before else reading.value
        if growth:
            grown[reading.name] = round(grown.get(reading.name, 0) + growth, 3)
    return Report(tuple(grown.items()), tuple(_merged(gauges(snapshot)).items()))


def _merged(readings: Iterable[Reading]) -> dict[str, float]:
    """One gauge for each name: two shards on one server have the same."""
    merged: dict[str, float] = {}
    for name, value, _ in readings:
        last = name.rpartition('.')[2]
        if last in NOT_ADDITIVE or last.startswith('avg_'):
            merged[name] = max(value, merged.get(name, value))
        else:
            merged[name] = round(merged.get(name, 0) + value, 3)
    return merged


def counters(snapshot: Snapshot) -> Iterator[Reading]:
    """Read all that only grows: of the proxy, then of each pool, under its own name and towards the sum."""
    for figure in COUNTERS:
        yield Reading(figure.name, _amount(figure, snapshot), (0, figure.name))
    for pool in snapshot.pools:
        place = pool_name(pool)
        for name, value in _pool_counters(pool):
            yield Reading(name, value, (pool.id, name))
            yield Reading(f'{place}.{name}', value, (pool.id, f'{place}.{name}'))


def _pool_counters(pool: PoolView) -> Iterator[tuple[str, float]]:
    for figure in POOL_COUNTERS:
        yield figure.name, _amount(figure, pool)
    for total in (*TOTALS, *MORE_TOTALS):
        yield exported_name(total), _amount(total, pool.totals)


def gauges(snapshot: Snapshot) -> Iterator[Reading]:
    """Read all that goes up and down: of the proxy, the sums over the pools, then of each pool and server."""
    for figure in GAUGES:
        yield Reading(figure.name, _amount(figure, snapshot), (0, figure.name))
    for gauge in POOL_GAUGES:
        if gauge.name not in NOT_ADDITIVE:
            total = sum(_amount(gauge, pool) for pool in snapshot.pools)
            yield Reading(gauge.name, total, (0, gauge.name))
    for pool in snapshot.pools:
        place = pool_name(pool)
        for name, value in _pool_gauges(pool):
            yield Reading(f'{place}.{name}', value, (pool.id, name))
    for host in snapshot.hosts:
        place = host_name(host)
        for name, value in _host_gauges(host):
            yield Reading(f'{place}.{name}', value, (0, f'{place}.{name}'))


def _host_gauges(host: HostView) -> Iterator[tuple[str, float]]:
    for gauge in HOST_GAUGES:
        value = gauge.value(host)
        if value is not None:
            yield gauge.name, _in_unit(value, gauge.unit)


def _pool_gauges(pool: PoolView) -> Iterator[tuple[str, float]]:
    for figure in POOL_GAUGES:
        yield figure.name, _amount(figure, pool)
    for average in (*TOTALS, *MORE_TOTALS):
        yield f'avg_{exported_name(average)}', _amount(average, pool.averages)


def _amount(figure: Figure[T], owner: T) -> float:
    return _in_unit(figure.value(owner), figure.unit)


def _in_unit(value: float, unit: Unit) -> float:
    """The figure in StatsD's units: milliseconds for times, to the microsecond."""
    return round(value * 1000 if unit is Unit.SECONDS else value, 3)


def pool_name(pool: PoolView) -> str:
    """Where a pool's figures are: ``pools.<database>.<user>.<host_port>``."""
    return '.'.join(('pools', *map(component, (pool.database, pool.user, f'{pool.address}_{pool.port}'))))


def host_name(host: HostView) -> str:
    """Where a server's figures are: ``hosts.<database>.<host_port>``."""
    return '.'.join(('hosts', *map(component, (host.database, f'{host.address}_{host.port}'))))


def component(text: str) -> str:
    """Make a text fit to be one part of a StatsD name: letters, digits, hyphens and underscores."""
    return re.sub(r'[^A-Za-z0-9_-]', '_', text) or '_'
