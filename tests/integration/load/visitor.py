"""One client that knows what it has asked for, what its session must look like, and how long is too long."""

import itertools
import time
from collections.abc import Generator
from random import Random
from typing import Any, NoReturn, Self, TypeVar

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from tests.integration.load.logbook import Logbook, Watch

PATIENCE = 30.0
"""Seconds after which an answer will not come any more."""

ROLE = 'load_actor'
DEFAULTS = {
    'work_mem': '4MB',
    'statement_timeout': '0',
    'search_path': '"$user", public',
    'load.marker': '',
    'role': 'none',
}
_LOOK = """
    SELECT coalesce(current_setting(%s, true), ''), coalesce(current_setting(%s, true), ''),
           coalesce(current_setting(%s, true), ''), coalesce(current_setting(%s, true), ''),
           current_setting(%s, true),
           (SELECT count(*) FROM pg_listening_channels()),
           (SELECT count(*) FROM pg_prepared_statements WHERE from_sql),
           (SELECT count(*) FROM pg_cursors WHERE name <> '' AND is_holdable),
           (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()),
           (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())
"""

T = TypeVar('T')
Steps = Generator[Any, Any, T]

_numbers = itertools.count(1)
_BORN = time.time_ns()
"""Not the process id: in an hour a crowd gets that of one before."""


class Wrong(Exception):
    """An answer that no fault explains."""


def unique() -> str:
    """A text that no other client has: of one length, so that few texts of statements differ."""
    return f'm{_BORN:020d}{next(_numbers):010d}'


def expect(got: object, wanted: object, what: str) -> None:
    if got != wanted:
        raise Wrong(f'{what}: got {str(got)[:500]!r}, expected {str(wanted)[:500]!r}')


class PatientConnection(psycopg.Connection[TupleRow]):
    """Waits for each answer, but not for ever; hears what is said before the end of a connection that is idle."""

    last_words: str | None = None
    """SQLSTATE of a FATAL error that came unasked. libpq takes that for a notice, and then finds itself alone."""

    def wait(self, gen: Steps[T], *arguments: Any, **keywords: Any) -> T:  # noqa: ANN401  # psycopg's own
        try:
            return super().wait(_limited(gen), *arguments, **keywords)
        except psycopg.OperationalError as error:
            if error.sqlstate is not None or self.last_words is None:
                raise
            raise psycopg.errors.lookup(self.last_words)('the connection was ended') from error

    def hear(self, notice: psycopg.errors.Diagnostic) -> None:
        if notice.severity_nonlocalized == 'FATAL':
            self.last_words = notice.sqlstate


def _limited(steps: Steps[T]) -> Steps[T]:
    """psycopg comes back to it every now and then, whether there is anything to read or not."""
    deadline = time.monotonic() + PATIENCE
    try:
        wanted = next(steps)
        while True:
            ready = yield wanted
            if time.monotonic() > deadline:
                _no_answer()
            wanted = steps.send(ready)
    except StopIteration as end:
        result: T = end.value
        return result


def _no_answer() -> NoReturn:
    raise Wrong(f'no answer in {PATIENCE:g} s')


class Visitor:
    """A client from its login to its end. ``random`` decides what it does."""

    def __init__(self, dsn: str, random: Random, logbook: Logbook, watch: Watch) -> None:
        self.dsn = dsn
        self.random = random
        self.logbook = logbook
        self.watch = watch
        self.startup_settings = dict(DEFAULTS)
        if random.random() < 0.2:
            self.startup_settings['work_mem'] = f'{random.randint(100, 999)}kB'
        self.settings = dict(self.startup_settings)
        self.channels: set[str] = set()
        """All that it has listened to so far."""
        self.connection = self.another(options=f'-c work_mem={self.settings["work_mem"]}')

    def another(self, options: str = '') -> PatientConnection:
        """One more connection; ``options`` are command-line options of the server."""
        dsn = make_conninfo(self.dsn, connect_timeout=int(PATIENCE), sslmode='disable', options=options)
        connection = PatientConnection.connect(dsn, autocommit=True)
        connection.add_notice_handler(connection.hear)
        connection.prepare_threshold = self.random.choice((None, 0, 2))
        connection.prepared_max = 20
        return connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.connection.close()

    def one(self, sql: str, *parameters: object) -> object:
        """The single value of a query."""
        return one(self.connection, sql, *parameters)

    def run(self, sql: str, *parameters: object) -> None:
        self.connection.execute(sql.encode(), parameters or None)

    def look_around(self) -> None:
        """The session has the settings of this client, and nothing else."""
        names = list(self.settings)
        row = self.connection.execute(_LOOK, names).fetchone()
        assert row is not None
        expect(row, (*self.settings.values(), 0, 0, 0, 0, 0), 'the state of the session')


def one(connection: PatientConnection, sql: str, *parameters: object) -> object:
    """The single value of a query."""
    row = connection.execute(sql.encode(), parameters or None).fetchone()
    if row is None:
        raise Wrong(f'no row: {sql}')
    return row[0]
