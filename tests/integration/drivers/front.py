"""A database behind a proxy, as drivers are told of it and as the server sees it."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
from psycopg.rows import TupleRow

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from tests.integration.proxy import RunningProxy

PATIENCE = 20.0
POLL = 0.02

RUNNING = "SELECT count(*) FROM pg_stat_activity WHERE datname = '{}' AND state = 'active' AND query LIKE '%{}%'"


@dataclass(frozen=True, slots=True)
class Front:
    """Where drivers connect, with which words; ``behind`` is the way past the proxy."""

    proxy: RunningProxy
    postgres: Cluster
    database: str
    mode: str
    user: str = SUPERUSER
    password: str = PASSWORD

    @property
    def host(self) -> str:
        """The proxy's address."""
        return self.proxy.host

    @property
    def port(self) -> int:
        """The proxy's port."""
        return self.proxy.port

    @property
    def moves(self) -> bool:
        """Whether a client may get another server connection after each transaction."""
        return self.mode == 'transaction'

    def dsn(self, **options: str) -> str:
        """Return libpq's conninfo."""
        return self.proxy.dsn(self.user, self.password, self.database, **options)

    def url(self, scheme: str = 'postgresql') -> str:
        """Return a URL as most drivers take it."""
        return f'{scheme}://{self.user}:{quote(self.password)}@{self.host}:{self.port}/{self.database}'

    def environ(self, **more: str) -> dict[str, str]:
        """Return an environment in which programs that heed libpq's variables connect here."""
        return clean_environ() | {
            'PGHOST': self.host,
            'PGPORT': str(self.port),
            'PGUSER': self.user,
            'PGPASSWORD': self.password,
            'PGDATABASE': self.database,
            **more,
        }

    def behind(self, sql: str) -> list[TupleRow]:
        """Run ``sql`` on the server itself, past the proxy."""
        return self.postgres.execute(sql, self.database)

    def wait_until_running(self, sql_part: str) -> None:
        """Return when the server is at work on a statement that has ``sql_part`` in it."""
        deadline = time.monotonic() + PATIENCE
        with self.postgres.connect() as connection:
            while connection.execute(RUNNING.format(self.database, sql_part).encode()).fetchone() == (0,):
                assert time.monotonic() < deadline, f'{sql_part!r} never ran'
                time.sleep(POLL)

    @contextmanager
    def when_running(self, sql_part: str, act: Callable[[], object]) -> Iterator[None]:
        """Call ``act`` in another thread as soon as the server is at work on what the ``with`` block asks for."""

        def wait_and_act() -> None:
            self.wait_until_running(sql_part)
            act()

        with ThreadPoolExecutor(1) as executor:
            acted = executor.submit(wait_and_act)
            yield
            acted.result()

    @contextmanager
    def connections_held(self, count: int = 1) -> Iterator[None]:
        """Have other clients hold the server connections used last, each in a transaction.

        Whoever comes back to the proxy meanwhile is served by another connection, in transaction mode.
        """
        others = [psycopg.connect(self.dsn()) for _ in range(count)]
        try:
            for other in others:
                other.execute('SELECT 1')
            yield
        finally:
            for other in others:
                other.close()

    def assert_moved(self, pids: list[int]) -> None:
        """Check that the server processes ``pids`` are as many as the mode says: many, or one for the session."""
        assert (len(set(pids)) > 1) is self.moves, pids


def clean_environ() -> dict[str, str]:
    """Return our environment without the variables of libpq."""
    return {name: text for name, text in os.environ.items() if not name.startswith('PG')}


def config_toml(postgres: Cluster, database: str, mode: str, pool_size: int) -> str:
    """Return a pgdog.toml for one database; clients wait long for a server connection."""
    return f"""
[general]
pooler_mode = "{mode}"
default_pool_size = {pool_size}
checkout_timeout = 60000

[[databases]]
name = "{database}"
host = "{postgres.host}"
port = {postgres.port}
"""


def users_toml(database: str) -> str:
    """Return a users.toml that lets the superuser in."""
    return f'[[users]]\nname = "{SUPERUSER}"\npassword = "{PASSWORD}"\ndatabase = "{database}"\n'
