"""A proxy in front of one database, and its administrator."""

import os
import select
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg.rows import DictRow, TupleRow, dict_row

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from tests.integration.proxy import RunningProxy

ADMIN, ADMIN_PASSWORD = 'keeper', 'the-admin-password'
PATIENCE = 10.0
POLL = 0.02

Row = DictRow


def config_toml(postgres: Cluster, database: str, *, general: str = '', sections: str = '') -> str:
    """Return a pgdog.toml for one database; ``general`` and ``sections`` are more lines of it."""
    return f"""
        [general]
        min_pool_size = 0
        default_pool_size = 3
        {general}

        [admin]
        user = "{ADMIN}"
        password = "{ADMIN_PASSWORD}"

        [[databases]]
        name = "{database}"
        host = "{postgres.host}"
        port = {postgres.port}
        {sections}
    """


def users_toml(database: str) -> str:
    """Return a users.toml that lets the superuser in."""
    return f'[[users]]\nname = "{SUPERUSER}"\npassword = "{PASSWORD}"\ndatabase = "{database}"\n'


@dataclass(frozen=True, slots=True)
class Served:
    """A database behind a proxy."""

    proxy: RunningProxy
    database: str

    def client(self, **options: str) -> psycopg.Connection[TupleRow]:
        """Connect as an ordinary user, in autocommit."""
        dsn = self.proxy.dsn(SUPERUSER, PASSWORD, self.database, **options)
        return psycopg.connect(dsn, autocommit=True)

    def settled(self) -> 'Served':
        """Wait until the proxy has read which functions there are: then it asks the server nothing by itself."""
        self.client().close()
        self.proxy.wait_for_log('functions have been read')
        return self

    @property
    def admin_dsn(self) -> str:
        """The way to the admin database."""
        return self.proxy.dsn(ADMIN, ADMIN_PASSWORD, 'admin')

    def order(self, command: str) -> list[Row]:
        """Give one command to the admin database, over a connection of its own; return what it shows."""
        with psycopg.connect(self.admin_dsn, autocommit=True, row_factory=dict_row) as connection:
            cursor = connection.execute(command.encode())
            return cursor.fetchall() if cursor.description else []

    def pool(self, view: str = 'POOLS') -> Row:
        """Return the row of the only pool."""
        rows = self.order(f'SHOW {view}')
        assert len(rows) == 1, rows
        return rows[0]

    def clients(self) -> list[Row]:
        """Return the rows of SHOW CLIENTS that are not administrators'."""
        return [row for row in self.order('SHOW CLIENTS') if row['database'] == self.database]


def eventually(true: Callable[[], object], timeout: float = PATIENCE) -> None:
    """Return when ``true()`` is; fail if it does not come to that."""
    deadline = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < deadline, 'it did not come to that'
        time.sleep(POLL)


def farewell(connection: psycopg.Connection[TupleRow]) -> str:
    """Wait for the last message that an idle client gets, and close its connection; return the SQLSTATE."""
    assert select.select([connection], [], [], PATIENCE)[0], 'nothing came'
    last_message = os.read(connection.fileno(), 65_536)
    connection.close()
    fields = last_message[5:].split(b'\0')
    return next(field[1:].decode() for field in fields if field.startswith(b'C'))


def backend_pid(connection: psycopg.Connection[TupleRow]) -> int:
    """Ask for the process that serves a connection."""
    row = connection.execute('SELECT pg_backend_pid()').fetchone()
    assert row is not None
    return int(row[0])
