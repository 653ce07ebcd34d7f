"""The shards: databases of one server, in which each commit that is tried writes a row of its own."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Final, Self

import psycopg

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER

MOST: Final = 5
DATABASES: Final = {2: 'two', 3: 'three', 5: 'five'}
"""What clients know that has so many shards, the first ones."""
PATIENCE: Final = 20.0
_PAUSE: Final = 0.002
_HAS_TABLE: Final = "SELECT to_regclass('pgdog_gevent.decision') IS NOT NULL"
_PREPARED: Final = "SELECT count(*) FROM pg_prepared_xacts WHERE database ~ '^crash_'"
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

    def config(self, **general: int | str | bool) -> dict[str, object]:
        """The configuration of a proxy in front of them."""
        servers: list[dict[str, object]] = [
            {
                'name': database, 'shard': shard, 'host': self.cluster.host, 'port': self.cluster.port,
                'database_name': name_of(shard),
            }
            for count, database in DATABASES.items() for shard in range(count)
        ]  # fmt: skip
        users = [{'name': SUPERUSER, 'database': name, 'password': PASSWORD} for name in DATABASES.values()]
        return {'general': {'two_phase_commit': True, **general}, 'databases': servers, 'users': users}


def name_of(shard: int) -> str:
    """The database of a shard."""
    return f'crash_{shard}'


def wait(condition: Callable[[], bool], rest: Callable[[float], None] = time.sleep) -> None:
    """Wait until something is so; ``rest`` lets others work meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f'{condition} has not come true'
        rest(_PAUSE)
