"""Clients of the proxy, and a look inside it through its console."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg.rows import dict_row

from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from tests.integration.configuration import ADMIN_PASSWORD
from tests.integration.proxy import RunningProxy

PATIENCE = 20.0
"""Seconds after which something that should happen is taken not to."""

Connection = psycopg.Connection[tuple[object, ...]]


def connect(proxy: RunningProxy, *, autocommit: bool = True, **options: str) -> Connection:
    """Connect as the usual user; no prepared statements unless asked for."""
    connection = psycopg.connect(proxy.dsn(SUPERUSER, PASSWORD, 'app', **options), autocommit=autocommit)
    connection.prepare_threshold = None
    return connection


@contextmanager
def on_another_server(proxy: RunningProxy) -> Iterator[None]:
    """Somebody holds the server connection that was used last: who comes now gets another of the two."""
    with connect(proxy) as holder:
        holder.execute('BEGIN')
        yield


def one(connection: Connection, sql: str) -> object:
    """The single value of a query."""
    row = connection.execute(sql.encode()).fetchone()
    assert row is not None
    return row[0]


def admin(proxy: RunningProxy, command: str) -> list[dict[str, object]]:
    """Run a command of the admin console."""
    dsn = proxy.dsn('admin', ADMIN_PASSWORD, 'admin')
    with psycopg.connect(dsn, autocommit=True, row_factory=dict_row) as connection:
        cursor = connection.execute(command.encode())
        return cursor.fetchall() if cursor.description else []


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f'never came true: {what}'
        time.sleep(0.02)


class Load:
    """Work that several threads do over and over; ``errors`` are those that occurred."""

    def __init__(self, work: Callable[[], None], threads: int) -> None:
        self.errors: list[Exception] = []
        self._work = work
        self._rounds = [0] * threads
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(threads)]

    def _run(self, number: int) -> None:
        while not self._done.is_set():
            try:
                self._work()
            except Exception as error:  # noqa: BLE001  # whatever it is, the test judges it
                self.errors.append(error)
            self._rounds[number] += 1

    def go_round(self) -> None:
        """Wait until each thread has begun and ended a piece of work."""
        before = list(self._rounds)
        eventually(
            lambda: all(now > then + 1 for now, then in zip(self._rounds, before, strict=True)), 'the load goes on'
        )

    def __enter__(self) -> 'Load':
        for thread in self._threads:
            thread.start()
        self.go_round()
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            if exception[0] is None:
                self.go_round()
        finally:
            self._done.set()
            for thread in self._threads:
                thread.join(PATIENCE)
