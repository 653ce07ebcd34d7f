"""What an administrator can have the proxy do: the console's commands made true."""

from collections.abc import Callable, Iterator
from typing import Final

import gevent

from pgdog_gevent.admin.commands import ShutdownMode
from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.config.show import settings_as_rows, with_setting
from pgdog_gevent.daemon import Daemon
from pgdog_gevent.errors import NoSuchDatabase, NotRecovered, UnknownClient, UnknownPool
from pgdog_gevent.observe.queries import forget, queries
from pgdog_gevent.observe.snapshot import QueryView, Snapshot

_KILLED: Final = 'terminating connection due to administrator command'


class Operations:
    """The proxy as its administrator sees it: an ``admin.administration.Administration``."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon

    def snapshot(self) -> Snapshot:
        return self._daemon.snapshot()

    def queries(self) -> tuple[QueryView, ...]:
        services = self._daemon.services
        return queries(services.caches, services.names)

    def forget_queries(self) -> None:
        services = self._daemon.services
        forget(services.caches, services.names)

    def settings(self) -> list[tuple[str, str]]:
        return settings_as_rows(self._daemon.config)

    def reload(self) -> None:
        self._daemon.reload()

    def reconnect(self, database: str | None) -> None:
        for pool in self._pools(None, database):
            pool.reconnect()

    def pause(self, user: str | None, database: str | None) -> None:
        """Returns when the servers have seen all connections end."""
        pools = tuple(self._pools(user, database))
        for pool in pools:
            pool.pause()
        while any(pool.total and pool.paused for pool in pools):
            gevent.sleep(0.01)

    def resume(self, user: str | None, database: str | None) -> None:
        for pool in self._pools(user, database):
            pool.resume()

    def kill(self, database: str | None) -> None:
        chosen = set(self._clusters(None, database))
        for session in self._daemon.listener.sessions:
            if session.cluster in chosen:
                session.client.kill(_KILLED)
        self.reconnect(database)

    def kill_client(self, client_id: int) -> None:
        client = next((client for client in self._daemon.listener.clients if client.id == client_id), None)
        if client is None:
            raise UnknownClient(f'there is no client {client_id}', hint='SHOW CLIENTS lists them.')
        client.kill(_KILLED)

    def ban(self, pool: int | None) -> None:
        for each in self._numbered(pool):
            each.ban()

    def unban(self, pool: int | None) -> None:
        for each in self._numbered(pool):
            each.unban()

    def health_check(self, pool: int | None) -> None:
        self._daemon.check_health(self._numbered(pool))

    def recover(self) -> None:
        failures = self._daemon.recover()
        if failures:
            raise NotRecovered('transactions in doubt could not be recovered', detail='\n'.join(failures))

    def shutdown(self, mode: ShutdownMode) -> None:
        action: Callable[[], None] = (
            self._daemon.stop if mode is ShutdownMode.IMMEDIATE else self._daemon.shut_down
        )
        gevent.spawn_later(0.05, action)

    def set(self, name: str, value: str) -> None:
        self._daemon.apply(with_setting(self._daemon.config, name, value))

    def _numbered(self, number: int | None) -> tuple[Pool, ...]:
        """The pool of this number, or all. Raises UnknownPool."""
        pools = tuple(pool for pool in self._daemon.clusters.pools() if number in (None, pool.id))
        if number is not None and not pools:
            raise UnknownPool(number)
        return pools

    def _clusters(self, user: str | None, database: str | None) -> Iterator[Cluster]:
        """The clusters that a command speaks of. Raises NoSuchDatabase if there are none."""
        found = False
        for cluster in self._daemon.clusters:
            settings = cluster.settings
            if user in (None, settings.user) and database in (None, settings.database):
                found = True
                yield cluster
        if not found and (user, database) != (None, None):
            raise NoSuchDatabase(f'no such database: {database}' + (f' (of user {user})' if user else ''))

    def _pools(self, user: str | None, database: str | None) -> Iterator[Pool]:
        for cluster in self._clusters(user, database):
            yield from cluster.pools
