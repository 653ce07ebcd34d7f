"""A primary and its streaming replicas, and the two files of a proxy in front of them."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import psycopg
from psycopg.rows import TupleRow

from pgdog_gevent.demo.cluster import Cluster, Replica
from pgdog_gevent.demo.settings import ClusterSettings
from pgdog_gevent.demo.site import Site
from tests.integration.clients import Connection, admin, connect, eventually
from tests.integration.configuration import ADMIN_PASSWORD
from tests.integration.proxy import RunningProxy

Value = int | str | bool | tuple[str, ...]
Keys = Mapping[str, Value]
Returned = TypeVar('Returned')

DATABASE = 'fleet'
"""The database that every fleet has on its servers; clients of the proxy know it as ``app``."""
HERE = 'SELECT inet_server_port()'
"""A read that tells which server has run it. The function is STABLE; ``pg_is_in_recovery`` is VOLATILE."""
NO_KEYS: Keys = {}

SETTINGS = ClusterSettings(parameters={'wal_receiver_status_interval': '1s', 'wal_retrieve_retry_interval': '100ms'})
"""Replicas that come back to their primary soon."""

fleet_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Fleet:
    """Servers that replicate. Who is the primary now is up to the test."""

    site: Site
    primary: Cluster
    replicas: tuple[Replica, ...]
    rejoined: list[Replica] = field(default_factory=list)
    """Servers that have become replicas later."""

    @property
    def servers(self) -> tuple[Cluster, ...]:
        """All of them, the one that was made as the primary first."""
        return self.primary, *self.replicas

    @property
    def replica_ports(self) -> set[int]:
        """Where the replicas listen."""
        return {replica.port for replica in self.replicas}

    def execute(self, sql: str) -> list[TupleRow]:
        """Run ``sql`` on the primary, and wait until all replicas have done so."""
        rows = self.primary.execute(sql, DATABASE)
        self.catch_up()
        return rows

    def clear(self) -> None:
        """Make the database empty again."""
        self.primary.execute(f'DROP DATABASE {DATABASE} WITH (FORCE)')
        self.primary.execute(f'CREATE DATABASE {DATABASE}')
        self.catch_up()

    def catch_up(self) -> None:
        """Wait until the replicas have replayed all that there is."""
        for replica in self.replicas:
            replica.catch_up(self.primary)

    def replicate_synchronously(self) -> None:
        """Have commits wait from now on until all replicas have them."""
        count = len(self.replicas)
        self.primary.configure('synchronous_standby_names', f'{count} (*)')
        synchronous = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
        eventually(lambda: self.primary.execute(synchronous) == [(count,)], 'all replicas are synchronous')

    def successors(self) -> list[Replica]:
        """The replicas, the one first that has received most: the others can follow it, but it could follow none."""

        def missing(replica: Replica) -> int:
            [(count,)] = replica.execute("SELECT - (pg_last_wal_receive_lsn() - '0/0'::pg_lsn)")
            return int(str(count))

        return sorted(self.replicas, key=missing)

    def rejoin(self, stopped: Cluster, primary: Cluster) -> Replica:
        """Start a server again as a replica of another one, which has all that it had."""
        self.rejoined.append(self.site.rejoin(stopped, primary))
        return self.rejoined[-1]

    def remove(self) -> None:
        """Stop all servers, and remove their directories."""
        for replica in self.rejoined:
            replica.stop(immediate=True)
        for server in self.servers:
            self.site.remove(server)


def make_fleet(site: Site, replicas: int = 2, settings: ClusterSettings = SETTINGS) -> Fleet:
    """Make and start a primary with an empty ``DATABASE``, and its replicas."""
    name = f'fleet_{next(fleet_numbers)}'
    primary = site.cluster(f'{name}_primary', settings)
    primary.execute(f'CREATE DATABASE {DATABASE}')
    made = [site.replica(f'{name}_replica_{number}', primary, settings) for number in range(1, replicas + 1)]
    fleet = Fleet(site, primary, tuple(made))
    fleet.catch_up()
    return fleet


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of ``[[databases]]``; ``keys`` are more of its settings."""

    server: Cluster
    role: str = 'auto'
    keys: Keys = field(default_factory=dict)

    def toml(self) -> str:
        """The entry as it stands in the file."""
        named: Keys = {
            'name': 'app',
            'host': self.server.host,
            'port': self.server.port,
            'database_name': DATABASE,
            'role': self.role,
        }
        return f'[[databases]]\n{toml_lines({**named, **self.keys})}'


def fixed(fleet: Fleet, primary: Keys = NO_KEYS, replicas: Sequence[Keys] = (NO_KEYS, NO_KEYS)) -> tuple[Entry, ...]:
    """Entries with the roles that the servers have; more keys of the primary's entry, and of those of two replicas."""
    of_replicas = [Entry(server, 'replica', keys) for server, keys in zip(fleet.replicas, replicas, strict=True)]
    return Entry(fleet.primary, 'primary', primary), *of_replicas


def automatic(fleet: Fleet) -> tuple[Entry, ...]:
    """Entries whose roles the proxy has to find out."""
    return tuple(Entry(server) for server in fleet.servers)


def config_toml(*entries: Entry, **general: Value) -> str:
    """pgdog.toml with one database, known to clients as ``app``; ``general`` are keys of ``[general]``."""
    databases = '\n'.join(entry.toml() for entry in entries)
    return f'[general]\n{toml_lines(general)}\n[admin]\npassword = "{ADMIN_PASSWORD}"\n{databases}'


def toml_lines(keys: Keys) -> str:
    """One line for each key."""
    return ''.join(f'{name} = {_toml(value)}\n' for name, value in keys.items())


def _toml(value: Value) -> str:
    match value:
        case bool():
            return str(value).lower()
        case tuple():
            return f'[{", ".join(_toml(item) for item in value)}]'
        case str():
            return f'"{value}"'
        case _:
            return str(value)


QUICK: Keys = {
    'default_pool_size': 20,
    'min_pool_size': 0,
    'checkout_timeout': 5000,
    'connect_timeout': 500,
    'healthcheck_timeout': 500,
    'idle_healthcheck_interval': 300,
    'idle_healthcheck_delay': 0,
    'ban_timeout': 1000,
    'lsn_check_delay': 0,
    'lsn_check_interval': 500,
    'lsn_check_timeout': 500,
}
"""Keys of ``[general]`` with which the proxy notices soon what becomes of servers."""


def port_of(connection: Connection, sql: str = HERE) -> int:
    """The port of the server that answers."""
    row = connection.execute(sql.encode()).fetchone()
    assert row is not None
    return int(str(row[0]))


def ports(proxy: RunningProxy, reads: int = 100) -> Counter[int]:
    """Read so often on one connection; count which servers have answered."""
    with connect(proxy) as connection:
        return Counter(port_of(connection) for _ in range(reads))


def row_of(proxy: RunningProxy, view: str, server: Cluster) -> Mapping[str, object]:
    """The row of a server in a view of the admin database; empty if it has none."""
    rows = [row for row in admin(proxy, f'SHOW {view}') if str(row['port']) == str(server.port)]
    assert len(rows) <= 1, rows
    return rows[0] if rows else {}


def roles(proxy: RunningProxy) -> dict[int, str]:
    """The roles in SHOW HOSTS, by port."""
    return {int(str(row['port'])): str(row['role']) for row in admin(proxy, 'SHOW HOSTS')}


def words(row: Mapping[str, object]) -> str:
    """All that stands in a row."""
    return ' '.join(str(value) for value in row.values())


@dataclass(frozen=True, slots=True)
class Attempt:
    """One piece of work of a client; times are monotonic."""

    client: int
    begun: float
    ended: float
    port: int
    error: psycopg.Error | None


class Readers:
    """Clients that read all the time, each on its own connection, and again on a new one if that has ended."""

    def __init__(self, proxy: RunningProxy, clients: int, pause: float = 0.02) -> None:
        self.attempts: list[Attempt] = []
        self._proxy = proxy
        self._pause = pause
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(client,)) for client in range(clients)]

    @property
    def errors(self) -> list[Attempt]:
        """The reads that have failed so far."""
        return [attempt for attempt in self.attempts if attempt.error is not None]

    def since(self, moment: float) -> list[Attempt]:
        """The reads that have begun after ``moment`` and are over."""
        return [attempt for attempt in list(self.attempts) if attempt.begun > moment]

    def errors_by_client(self) -> Counter[int]:
        """How many reads of each client have failed."""
        return Counter(attempt.client for attempt in self.errors)

    def __enter__(self) -> 'Readers':
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join(30)

    def _read(self, client: int) -> None:
        connection = connect(self._proxy)
        while not self._done.wait(self._pause):
            if connection.closed:
                connection = connect(self._proxy)
            self.attempts.append(self._attempt(client, connection))
        connection.close()

    def _attempt(self, client: int, connection: Connection) -> Attempt:
        begun = time.monotonic()
        port, error = 0, None
        try:
            port = port_of(connection)
        except psycopg.Error as raised:
            error = raised
        return Attempt(client, begun, time.monotonic(), port, error)


class Writers:
    """Clients that insert numbers into ``written``, each number once, and note those that were acknowledged."""

    TABLE = 'CREATE TABLE written (n bigint PRIMARY KEY)'

    def __init__(self, proxy: RunningProxy, clients: int) -> None:
        self.acknowledged: dict[int, float] = {}
        """When each number was, monotonic."""
        self.errors: list[psycopg.Error] = []
        self._proxy = proxy
        self._numbers = itertools.count(1)
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._write) for _ in range(clients)]

    def first_after(self, moment: float) -> float | None:
        """When the first write after ``moment`` was acknowledged."""
        return min((at for at in list(self.acknowledged.values()) if at > moment), default=None)

    def __enter__(self) -> 'Writers':
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join(30)

    def _write(self) -> None:
        connection = connect(self._proxy)
        while not self._done.wait(0.005):
            if connection.closed:
                connection = connect(self._proxy)
            try:
                number = next(self._numbers)
                connection.execute('INSERT INTO written VALUES (%s)', (number,))
                self.acknowledged[number] = time.monotonic()
            except psycopg.Error as error:
                self.errors.append(error)
        connection.close()


def numbers_written(server: Cluster) -> set[int]:
    """The numbers that a server has."""
    return {int(str(n)) for (n,) in server.execute('SELECT n FROM written', DATABASE)}


class Watch:
    """What servers with ``log_statement = all`` have run since now."""

    def __init__(self, servers: Sequence[Cluster]) -> None:
        self._read = {server: len(server.log()) for server in servers}

    def who_ran(self, text: str) -> Iterator[Cluster]:
        """The servers whose logs have ``text``."""
        for server, read in self._read.items():
            if text in server.log()[read:]:
                yield server

    def times(self, server: Cluster, text: str) -> int:
        """How often ``text`` stands in the log of a server."""
        return server.log()[self._read[server] :].count(text)


def in_thread(work: Callable[[], Returned]) -> Callable[[], Returned]:
    """Begin ``work`` in a thread; the function that is returned waits for it, and returns or raises what it did."""
    answers: list[Returned] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(work())
        except BaseException as error:  # noqa: BLE001  # raised again by whoever waits
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()

    def wait() -> Returned:
        thread.join(60)
        for error in errors:
            raise error
        return answers[0]

    return wait
