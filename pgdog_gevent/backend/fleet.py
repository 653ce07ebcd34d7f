"""All servers of one shard of a database, whoever its users are: which of them is the primary."""

import logging
from collections.abc import Collection, Mapping
from typing import Protocol
from weakref import WeakSet

from gevent.event import Event

from pgdog_gevent.backend.floor import Floor
from pgdog_gevent.backend.host import Host
from pgdog_gevent.config.choices import Role
from pgdog_gevent.config.resolve import Place
from pgdog_gevent.net.deadline import Deadline

log = logging.getLogger(__name__)


class Listener(Protocol):
    """Who works with the servers of a fleet."""

    def refresh(self) -> None:
        """Something about them has changed. Does not wait."""
        ...


class Fleet:
    """Knows the hosts and what they are to each other; the monitor says so."""

    def __init__(self, database: str, shard: int, floor: Floor) -> None:
        self.database = database
        self.shard = shard
        self.hosts: tuple[Host, ...] = ()
        self.conflict = ''
        """Why nobody may write; empty if somebody may."""
        self.floor = floor
        """How far replicas must have replayed for all that clients have written."""
        self.listeners: WeakSet[Listener] = WeakSet()
        self.awaited = 0
        """How many wait for replicas to replay something: they are to be looked at all the time."""
        self._news = Event()

    @property
    def detects_roles(self) -> bool:
        """Whether it is to be found out what its servers are. That takes all of them, or none."""
        return bool(self.hosts) and all(host.configured is Role.AUTO for host in self.hosts)

    @property
    def primary(self) -> Host | None:
        return next((host for host in self.hosts if host.role is Role.PRIMARY and not host.excluded), None)

    def configure(self, places: Mapping[Place, Role]) -> None:
        """Have hosts at these places, configured so; those that stay the same are the same objects."""
        known = {(host.place, host.configured): host for host in self.hosts}
        self.hosts = tuple(
            known.get((place, role)) or Host(self.database, place, role) for place, role in places.items()
        )
        if not self.detects_roles:
            self.conflict = ''
            for host in self.hosts:
                host.become(host.configured, '')

    def host(self, place: Place) -> Host:
        """The host at a place, which must be one of ours."""
        return next(host for host in self.hosts if host.place == place)

    def assign(self, primary: Host | None, excluded: Mapping[Host, str], conflict: str) -> bool:
        """Give all hosts the roles that have been found out; say whether anything has changed."""
        changed = [
            host for host in self.hosts
            if host.become(_role(host, primary, excluded), excluded.get(host, ''))
        ]  # fmt: skip
        for host in changed:
            log.log(
                logging.ERROR if host.excluded else logging.INFO,
                '%s, shard %s: %s is %s',
                self.database, self.shard, host.name, host.excluded or host.role.value,
            )  # fmt: skip
        if conflict and conflict != self.conflict:
            log.error('%s, shard %s: %s', self.database, self.shard, conflict)
        if not changed and conflict == self.conflict:
            return False
        self.conflict = conflict
        self.tell()
        return True

    def tell(self) -> None:
        """Let all know that something has changed: those who choose servers, and those who wait for one."""
        for listener in tuple(self.listeners):
            listener.refresh()
        self.wake()

    def wake(self) -> None:
        """Have those look again who wait for news."""
        news, self._news = self._news, Event()
        news.set()

    def wait(self, patience: float) -> None:
        """Wait for news, for so many seconds at most."""
        self._news.wait(max(0.0, patience))

    def suspect(self) -> None:
        """Have the monitor look at all of them at once."""
        for host in self.hosts:
            host.look_soon()

    def await_replay(self, lsn: float, hosts: Collection[Host], patience: float) -> None:
        """Wait until one of ``hosts`` has replayed the WAL up to ``lsn``, for so many seconds at most."""
        self.awaited += 1
        try:
            with Deadline(patience):
                while all(host.replayed < lsn for host in hosts):
                    for host in hosts:
                        host.look_soon()
                    self._news.wait()
        finally:
            self.awaited -= 1


def _role(host: Host, primary: Host | None, excluded: Mapping[Host, str]) -> Role:
    if host is primary:
        return Role.PRIMARY
    # Of one that has never answered nobody knows whether it belongs to the others.
    unknown = host.status is None and host.role is Role.AUTO and host not in excluded
    return Role.AUTO if unknown else Role.REPLICA
