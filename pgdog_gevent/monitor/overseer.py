"""Draws conclusions from what is seen of the servers of one shard: health, lag, roles."""

import logging
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Final
from weakref import WeakSet

from pgdog_gevent.backend.fleet import Fleet
from pgdog_gevent.backend.host import Host, Status
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.shard import Shard
from pgdog_gevent.backend.standing import BanReason, Standing
from pgdog_gevent.config.choices import Role
from pgdog_gevent.monitor.lag import LagHistory
from pgdog_gevent.monitor.roles import NOTHING_REMEMBERED, Observation, verdict
from pgdog_gevent.monitor.timing import Timing
from pgdog_gevent.monitor.watch import Report

log = logging.getLogger(__name__)

_GONE: Final = 2
"""Looks in succession that have found a server not well: then it counts as gone, where there are two primaries."""

Users = Callable[[Host], Iterator[tuple[Shard, Pool]]]
"""The pools of a host, of all users, each with its shard."""


class Overseer:
    """Is told what each look at a host has shown, and sees to it that everybody heeds it. Nothing here waits."""

    def __init__(
        self, fleet: Fleet, users: Users, timing: Callable[[], Timing], roles_changed: Callable[[Fleet], None]
    ) -> None:
        self.fleet = fleet
        self._users = users
        self._timing = timing
        self._roles_changed = roles_changed
        self._history = LagHistory()
        self._fence = NOTHING_REMEMBERED
        self._looked_at: WeakSet[Host] = WeakSet()

    @property
    def hurried(self) -> bool:
        """Whether somebody waits for a replica to replay something."""
        return self.fleet.awaited > 0

    def wanted_in(self, host: Host) -> float | None:
        """The seconds until a look at a host may end a ban of it; ``None`` if none can."""
        now = monotonic()
        waits = [_probe_in(pool.standing, now) for _, pool in self._users(host)]
        return min((wait for wait in waits if wait is not None), default=None)

    def heed(self, host: Host, report: Report) -> None:
        """Draw the conclusions from one look at a host."""
        self._looked_at.add(host)
        if report.alive and not report.error:
            self._passed(host, report.status)
        elif report.alive:
            host.last_error = report.error
        else:
            self._failed(host, report.error)
        if self.fleet.detects_roles:
            self._judge_roles()

    def _passed(self, host: Host, status: Status | None) -> None:
        now = monotonic()
        if host.healthy is False:
            log.info('%s, shard %s: %s is well again', self.fleet.database, self.fleet.shard, host.name)
            self._hurry(host)
        host.seems(healthy=True, error='')
        for _, pool in self._users(host):
            pool.standing.probe_passed(now)
        if status is None:
            host.lag = host.lag_bytes = None
            self._hold_back(host, '')
        else:
            host.status, host.seen_at = status, now
            self._judge_lag(host, status, now)
        self.fleet.wake()

    def _failed(self, host: Host, error: str) -> None:
        if host.healthy is not False:
            log.warning('%s, shard %s: %s is not well: %s', self.fleet.database, self.fleet.shard, host.name, error)
        host.seems(healthy=False, error=error)
        host.replays(0)  # After a crash it shows less for a while than it did.
        for shard, pool in self._users(host):
            if shard.ban(pool, BanReason.PROBE, error) and host.role is not Role.PRIMARY:
                pool.sever(f'{host.name} is not well: {error}')

    def _hurry(self, host: Host) -> None:
        for _, pool in self._users(host):
            pool.hurry()

    # Lag

    def _judge_lag(self, host: Host, status: Status, now: float) -> None:
        if status.aurora:
            host.lag, host.lag_bytes = 0.0, 0
            return
        if not status.in_recovery or host.excluded:
            # Also one that gets its rows by logical replication: its WAL is its own.
            if host is self.fleet.primary:
                self._history.note(status.lsn, now)
            host.lag = host.lag_bytes = None
            self._hold_back(host, '')
            return
        host.replays(status.lsn)
        host.lag, host.lag_bytes = self._history.behind(status.lsn, now), self._history.behind_bytes(status.lsn)
        self._hold_back(host, _too_far(host, self._timing()))

    def _hold_back(self, host: Host, detail: str) -> None:
        """Keep reads from a host as long as it is behind, as ``detail`` says; empty: it is not."""
        for shard, pool in self._users(host):
            shard.lag(pool, detail)

    # Roles

    def _judge_roles(self) -> None:
        hosts = {host.name: host for host in self.fleet.hosts}
        if not self._looked_at.issuperset(hosts.values()):
            return  # Too early: one that has not been asked yet may say that it is the primary.
        seen = [Observation(name, host.status if host.misses < _GONE else None) for name, host in hosts.items()]
        judged = verdict(seen, self._fence)
        before = self.fleet.primary
        self._fence = judged.fence
        primary = None if judged.primary is None else hosts[judged.primary]
        excluded = {hosts[name]: reason for name, reason in judged.excluded.items()}
        if not self.fleet.assign(primary, excluded, judged.conflict):
            return
        self._roles_changed(self.fleet)
        if self.fleet.primary is not before:
            self._history.forget()
            self._succeed(before)
        for host in self.fleet.hosts:
            if host.excluded:
                self._abandon(host, f'{host.name} is not used any more: {host.excluded}')

    def _succeed(self, before: Host | None) -> None:
        """There is another primary, or none."""
        if self.fleet.primary is not None:
            self._hurry(self.fleet.primary)
        if before is None:
            return
        for _, pool in self._users(before):
            pool.reconnect()
        if before.healthy is False:
            self._abandon(before, f'{before.name} is not the primary any more')

    def _abandon(self, host: Host, reason: str) -> None:
        for _, pool in self._users(host):
            pool.reconnect()
            pool.divert()
            pool.sever(reason)


def _probe_in(standing: Standing, now: float) -> float | None:
    if standing.due_for_probe(now):
        return 0.0
    return standing.time_left(now)


def _too_far(host: Host, timing: Timing) -> str:
    """How far a replica is behind, if that is more than it may be; empty if not."""
    lag, lag_bytes = host.lag or 0.0, host.lag_bytes or 0
    if timing.most_lag is not None and lag > timing.most_lag:
        return f'{lag:.1f} s behind, more than ban_replica_lag ({timing.most_lag:g} s)'
    if timing.most_lag_bytes is not None and lag_bytes > timing.most_lag_bytes:
        return f'{lag_bytes} bytes behind, more than ban_replica_lag_bytes ({timing.most_lag_bytes})'
    return ''
