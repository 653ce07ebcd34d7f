"""What a worker does because all have to, or because another one asks."""

import logging
from typing import assert_never

import gevent

from pgdog_gevent.backend.neighbours import Greeted
from pgdog_gevent.config.changes import changes
from pgdog_gevent.config.resolve import Place
from pgdog_gevent.config.settings import Config
from pgdog_gevent.daemon import Daemon
from pgdog_gevent.errors import ProxyError
from pgdog_gevent.observe.snapshot import Snapshot
from pgdog_gevent.operations import Operations
from pgdog_gevent.supervisor.borrowing import Borrowing
from pgdog_gevent.supervisor.colleagues import refusal
from pgdog_gevent.supervisor.messages import Queries, Refusal
from pgdog_gevent.supervisor.orders import (
    Adopt,
    Ban,
    Cancel,
    CatalogChanged,
    Find,
    ForgetQueries,
    Greet,
    HealthCheck,
    Kill,
    KillClient,
    Load,
    Look,
    LookAtQueries,
    Order,
    PasswordIs,
    Pause,
    PoolKey,
    Reconnect,
    Recover,
    Resume,
    SchemaChanged,
    SequencesRead,
    Set,
    TablesChanged,
    Unban,
)

log = logging.getLogger(__name__)

Result = Snapshot | Queries | Config | Refusal | dict[str, str] | int | None


class Duties:
    """Carries out orders, each in a greenlet of its own.

    What an order changes, it changes before it first waits: so all workers make the same changes in the same order.
    """

    def __init__(self, daemon: Daemon, borrowing: Borrowing) -> None:
        self._daemon = daemon
        self._borrowing = borrowing
        self._operations = Operations(daemon)

    def carry_out(self, order: Order) -> Result:
        """Do it, and return what is to be answered."""
        try:
            return self._do(order)
        except ProxyError as error:
            if isinstance(order, Adopt | Set):
                self._differ(error)
            return refusal(error)
        except Exception:
            log.exception('%s: internal error', type(order).__name__)
            return refusal(ProxyError('internal error', hint='The log of the proxy has the details.'))

    def _differ(self, error: ProxyError) -> None:
        """We are not what the others are now: one who begins anew will be."""
        log.error('this worker cannot do what others do, and ends: %s', f'{error.message} {error.detail}'.rstrip())
        gevent.spawn(self._daemon.stop)

    def _do(self, order: Order) -> Result:
        operations, daemon = self._operations, self._daemon
        match order:
            case Look():
                return self._borrowing.numbered(daemon.snapshot())
            case LookAtQueries():
                return Queries(operations.queries())
            case ForgetQueries():
                operations.forget_queries()
            case Load():
                return self._load()
            case Adopt(config):
                daemon.apply(config)
            case Set(name, value):
                operations.set(name, value)
            case Pause(user, database):
                operations.pause(user, database)
            case Resume(user, database):
                operations.resume(user, database)
            case Reconnect(database):
                operations.reconnect(database)
            case Kill(database):
                operations.kill(database)
            case KillClient(client_id):
                operations.kill_client(client_id)
            case Ban() | Unban() | HealthCheck():
                self._do_to_pool(order)
            case Recover():
                operations.recover()
            case Cancel(client_id, secret):
                daemon.listener.sessions.cancel(client_id, secret)
            case SchemaChanged(place):
                daemon.services.names.schema_changes()
                self._forget_functions(place)
            case TablesChanged(names):
                daemon.services.names.tables_change(names)
            case CatalogChanged(place):
                daemon.clusters.forget_tables(place)
            case SequencesRead(place):
                self._sequences_are_read(place)
            case PasswordIs(user_name, database_name, password):
                daemon.clusters.accept(user_name, database_name, password)
                daemon.authenticator.accept(user_name, database_name, password.get_secret_value())
            case Greet(user_name, database_name, greeted):
                return self._greeting(user_name, database_name, greeted)
            case Find(key, pid):
                return self._find(key, pid)
            case _:
                assert_never(order)
        return None

    def _do_to_pool(self, order: Ban | Unban | HealthCheck) -> None:
        pool = None if order.pool is None else self._borrowing.own_number(order.pool)
        match order:
            case Ban():
                self._operations.ban(pool)
            case Unban():
                self._operations.unban(pool)
            case HealthCheck():
                self._operations.health_check(pool)

    def _load(self) -> Config:
        daemon = self._daemon
        loaded = daemon.load()
        daemon.warn(loaded, changes(daemon.config, loaded.config))
        return loaded.config

    def _greeting(self, user: str, database: str, settings: Greeted) -> dict[str, str] | None:
        cluster = self._daemon.clusters.find(user, database)
        known = None if cluster is None else cluster.known_greeting(settings)
        return None if known is None else dict(known)

    def _find(self, key: PoolKey, pid: int) -> int | None:
        pools = (pool for pool in self._daemon.clusters.pools() if PoolKey.of(pool.settings) == key)
        return next((found for pool in pools if (found := pool.client_of(pid)) is not None), None)

    def _forget_functions(self, place: Place) -> None:
        known = self._daemon.clusters.known_functions(place)
        if known is not None:
            known.forget()

    def _sequences_are_read(self, place: Place) -> None:
        known = self._daemon.clusters.known_functions(place)
        if known is not None:
            known.sequences_are_read = True
