"""The shards: databases of one server, in which each commit that is tried writes a row of its own."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Final, Self

import psycopg

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from tests.integration.configuration import ADMIN_PASSWORD

MOST: Final = 5
DATABASES: Final = {2: 'two', 3: 'three', 5: 'five'}
"""What clients know that has so many shards, the first ones."""
PATIENCE: Final = 20.0
_PAUSE: Final = 0.002
_HAS_TABLE: Final = "SELECT to_regclass('pgdog_gevent.decision') IS NOT NULL"
_PREPARED: Final = "SELECT count(*) FROM pg_prepared_xacts WHERE database ~ '^crash_'"
_IN_TRANSACTION: Final = "SELECT pid FROM pg_stat_activity WHERE datname ~ '^crash_' AND state = 'idle in transaction'"
_ALIVE: Final = 'SELECT count(*) FROM pg_stat_activity WHERE pid = ANY (%s)'


class Shards:
    """All of them, as their administrator sees them; a context manager."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._ends = ExitStack()
        self._connections: list[psycopg.Connection[tuple[object, ...]]] = []
        self._writings = 0

    def __enter__(self) -> Self:
        for name in map(name_of, range(MOST)):
            self.cluster.execute(f'CREATE DATABASE {name}')
            connection = self._ends.enter_context(self.cluster.connect(name))
            connection.autocommit = True
            connection.execute('CREATE TABLE written (key text PRIMARY KEY)')
            self._connections.append(connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.close()

    def new_key(self) -> str:
        """What nobody has written before."""
        self._writings += 1
        return f'key {self._writings}'

    def execute(self, shard: int, sql: str) -> list[tuple[object, ...]]:
        cursor = self._connections[shard].execute(sql.encode())
        return cursor.fetchall() if cursor.description else []

    def having(self, key: str) -> list[int]:
        """The shards that have a row."""
        return [shard for shard in range(MOST) if self.execute(shard, f"SELECT 1 FROM written WHERE key = '{key}'")]

    @property
    def prepared(self) -> int:
        """How many transactions are prepared, on all of them."""
        [[count]] = self.execute(0, _PREPARED)
        assert isinstance(count, int)
        return count

    @property
    def decisions(self) -> int:
        """How many rows the tables of decisions have."""
        known = [shard for shard in range(MOST) if self.execute(shard, _HAS_TABLE) == [(True,)]]
        return sum(len(self.execute(shard, 'SELECT 1 FROM pgdog_gevent.decision')) for shard in known)

    @property
    def pids(self) -> list[int]:
        """The processes that work for transactions which have begun on them."""
        return [pid for (pid,) in self.execute(0, _IN_TRANSACTION) if isinstance(pid, int)]

    def are_alive(self, pids: list[int]) -> bool:
        """Whether any of these processes still works for somebody."""
        return self._connections[0].execute(_ALIVE, (pids,)).fetchone() != (0,)

    def are_clean(self) -> bool:
        """Whether nothing is left of any commit."""
        return self.prepared == 0 and self.decisions == 0

    def end(self, pid: int) -> None:
        """Have the server end a session."""
        self.execute(0, f'SELECT pg_terminate_backend({pid})')

    def admit(self, shard: int, *, anybody: bool) -> None:
        """Whether a shard can be connected to."""
        self.cluster.execute(f'ALTER DATABASE {name_of(shard)} ALLOW_CONNECTIONS {anybody}')

    def config_toml(self, *lines: str) -> str:
        """pgdog.toml of a proxy in front of them; ``lines`` are keys of ``[general]``. Every row is on all shards."""
        sections = ['[general]', 'two_phase_commit = true', *lines, f'[admin]\npassword = "{ADMIN_PASSWORD}"']
        for count, database in DATABASES.items():
            sections += [
                f'[[databases]]\nname = "{database}"\nshard = {shard}\nhost = "{self.cluster.host}"\n'
                f'port = {self.cluster.port}\ndatabase_name = "{name_of(shard)}"'
                for shard in range(count)
            ]
            sections.append(f'[[omnisharded_tables]]\ndatabase = "{database}"\ntables = ["written"]')
        return '\n'.join(sections)


def name_of(shard: int) -> str:
    """The database of a shard."""
    return f'crash_{shard}'


def users_toml() -> str:
    """users.toml with the superuser."""
    return '\n'.join(
        f'[[users]]\nname = "{SUPERUSER}"\ndatabase = "{database}"\npassword = "{PASSWORD}"'
        for database in DATABASES.values()
    )


def wait(condition: Callable[[], bool], rest: Callable[[float], None] = time.sleep) -> None:
    """Wait until something is so; ``rest`` lets others work meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f'{condition} has not come true'
        rest(_PAUSE)
