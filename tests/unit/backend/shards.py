"""Shards whose pools have no connection, of servers that nobody looks at."""

from collections.abc import Mapping
from typing import Final

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.host import Host, Status
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.shard import Shard
from pgdog_gevent.config.settings import Config

PRIMARY, REPLICA, AUTO = 'primary', 'replica', 'auto'
Values = Mapping[str, str | int | bool | list[str]]
NOTHING: Final[Values] = {}


def config(*servers: str | Values, general: Values = NOTHING, user: Values = NOTHING) -> Config:
    """The configuration of one database; each server is a role, or what its entry says beside host."""
    entries = [{'role': server} if isinstance(server, str) else server for server in servers]
    databases = [{'name': 'app', 'host': f'db{number}', **entry} for number, entry in enumerate(entries)]
    users = [{'name': 'alice', 'database': 'app', 'password': 'secret', **user}]
    return Config.model_validate({'general': general, 'databases': databases, 'users': users})


class Site:
    """One database for one user. Its servers are known by number."""

    def __init__(self, *servers: str | Values, general: Values = NOTHING, user: Values = NOTHING) -> None:
        self.clusters = Clusters(config(*servers, general=general, user=user))

    @property
    def cluster(self) -> Cluster:
        [cluster] = self.clusters
        return cluster

    @property
    def shard(self) -> Shard:
        return self.cluster.shard(0)

    @property
    def pools(self) -> tuple[Pool, ...]:
        return self.cluster.pools

    @property
    def hosts(self) -> tuple[Host, ...]:
        return self.shard.fleet.hosts

    def assign(self, primary: int | None, excluded: Mapping[int, str] | None = None, conflict: str = '') -> None:
        """Say which server is the primary, as the monitor does."""
        hosts = self.hosts
        for number, host in enumerate(hosts):
            host.status = Status(in_recovery=number != primary)
        out = {hosts[number]: reason for number, reason in (excluded or {}).items()}
        self.shard.fleet.assign(None if primary is None else hosts[primary], out, conflict)

    def numbers(self, *pools: Pool | None) -> list[int | None]:
        """Which servers these pools are of."""
        return [None if pool is None else self.pools.index(pool) for pool in pools]

    @property
    def readers(self) -> set[int | None]:
        return set(self.numbers(*self.shard.readers))

    @property
    def replicas(self) -> set[int | None]:
        return set(self.numbers(*self.shard.replicas))

    @property
    def primary(self) -> int | None:
        return self.numbers(self.shard.primary)[0]
