"""One process full of clients. It runs until SIGTERM, and is killed now and then.

Arguments: the logbook, a seed, a number of threads, and the conninfo of the proxy.
"""

import faulthandler
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from random import Random
from typing import Final

import asyncpg
import psycopg
from psycopg.conninfo import conninfo_to_dict

from tests.integration.load import guests, rude, session_tasks, tasks
from tests.integration.load.logbook import Logbook, Watch
from tests.integration.load.visitor import Visitor, Wrong

Task = Callable[[Visitor], None]

TASKS: Final[dict[Task, int]] = {
    tasks.ask: 10,
    tasks.prepared: 10,
    tasks.pipeline: 6,
    tasks.pipeline_with_error: 3,
    tasks.several_statements: 4,
    tasks.do_block: 3,
    tasks.failing: 4,
    tasks.failed_transaction: 4,
    tasks.transfer: 20,
    tasks.copy_in: 4,
    tasks.copy_in_that_fails: 2,
    tasks.copy_out: 4,
    tasks.large: 1,
    tasks.canceled: 3,
    tasks.cursor_in_transaction: 4,
    tasks.unusual_text: 4,
    Visitor.look_around: 12,
}
"""Each with its weight."""
SESSION_TASKS: Final[dict[Task, int]] = {
    session_tasks.settings: 6,
    session_tasks.role: 3,
    session_tasks.temporary_table: 2,
    session_tasks.temporary_table_of_a_transaction: 2,
    session_tasks.advisory_lock: 3,
    session_tasks.listen: 2,
    session_tasks.held_cursor: 2,
    session_tasks.sql_prepare: 2,
    session_tasks.discard_all: 1,
    session_tasks.leave_open: 1,
}
ALL: Final = {**TASKS, **SESSION_TASKS}
PIPELINES: Final = frozenset({tasks.pipeline, tasks.pipeline_with_error})
"""After an error in one, psycopg may count a statement as prepared whose Parse was skipped; on PostgreSQL as well."""
TIES: Final = frozenset({
    session_tasks.temporary_table, session_tasks.advisory_lock, session_tasks.listen, session_tasks.held_cursor,
    session_tasks.sql_prepare,
})  # fmt: skip
"""Tasks that hold a server connection between transactions."""
STORM = 12
"""Clients that come all at once."""


class Crowd:
    """The clients of one process, one for each thread at a time."""

    def __init__(self, logbook: Logbook, dsn: str) -> None:
        self.gone_home = threading.Event()
        self._logbook = logbook
        self._dsn = dsn
        # More tied clients than server connections would wait for each other.
        self._ties = threading.Semaphore(2)

    def come_and_go(self, random: Random) -> None:
        """Be one client after the other."""
        kinds = {self._visit: 60, self._guest: 20, self._depart: 15, self._read_slowly: 3, self._storm: 2}
        while not self.gone_home.is_set():
            [kind] = random.choices(list(kinds), list(kinds.values()))
            watch = Watch(self._logbook)
            self._judged(lambda: kind(random, watch), kind.__name__.strip('_'), watch)  # noqa: B023  # it is run at once
            self._logbook.done(watch.tasks)

    def _judged(self, work: Callable[[], object], task: str, watch: Watch) -> None:
        """Do something and write down what is wrong with it."""
        try:
            work()
        except (Wrong, TimeoutError, psycopg.errors.ConnectionTimeout):
            self._logbook.mistake(f'{threading.current_thread().name}, {task}: {traceback.format_exc()}')
        except Exception as error:  # noqa: BLE001  # the judge knows whether a fault explains it
            watch.trouble(code_of(error), task, error)

    def _guest(self, random: Random, watch: Watch) -> None:
        guests.visit(_for_asyncpg(self._dsn), random, watch)

    def _depart(self, random: Random, watch: Watch) -> None:
        watch.well(rude.depart(self._dsn, random))

    def _read_slowly(self, random: Random, watch: Watch) -> None:
        watch.well(rude.read_slowly(self._dsn, random))

    def _visit(self, random: Random, watch: Watch) -> None:
        with Visitor(self._dsn, random, self._logbook, watch) as visitor:
            visitor.look_around()
            watch.well('come')
            while random.random() < 0.9 and not visitor.connection.closed and not self.gone_home.is_set():
                [task] = random.choices(list(ALL), list(ALL.values()))
                if not self._goes_on(task, visitor):
                    return

    def _goes_on(self, task: Task, visitor: Visitor) -> bool:
        """Do a task; whether the visitor knows, afterwards, what its session is."""
        try:
            with self._ties if task in TIES else nullcontext():
                task(visitor)
            visitor.watch.well(task.__name__)
        except psycopg.errors.ConnectionTimeout:
            raise
        except psycopg.Error as error:
            visitor.watch.trouble(code_of(error), task.__name__, error)
            if task in SESSION_TASKS or task in PIPELINES or visitor.connection.closed:
                return False
            visitor.connection.rollback()
        return True

    def _storm(self, random: Random, watch: Watch) -> None:
        seeds = [random.random() for _ in range(STORM)]
        threads = [
            threading.Thread(target=self._judged, args=(lambda seed=seed: self._blow(seed, watch), 'blow', watch))
            for seed in seeds
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        watch.well('storm')

    def _blow(self, seed: float, watch: Watch) -> None:
        with Visitor(self._dsn, Random(seed), self._logbook, watch) as visitor:
            tasks.ask(visitor)


def code_of(error: Exception) -> str:
    """The SQLSTATE, or what else it is."""
    if isinstance(error, asyncpg.ConnectionDoesNotExistError):
        return '57P01' if 'terminating connection' in str(error) else 'lost'
    if isinstance(error, psycopg.Error | asyncpg.PostgresError | rude.Refused) and error.sqlstate:
        return str(error.sqlstate)
    if 'FATAL:' in str(error):
        return 'refused'  # libpq has no SQLSTATE for a connection that did not come about.
    if isinstance(error, OSError | psycopg.OperationalError | asyncpg.InterfaceError | asyncpg.InternalClientError):
        return 'lost'
    return type(error).__name__


def _for_asyncpg(dsn: str) -> dict[str, object]:
    return {'database' if key == 'dbname' else key: value for key, value in conninfo_to_dict(dsn).items()}


def main(logbook: str, seed: str, threads: str, dsn: str) -> None:
    crowd = Crowd(Logbook(Path(logbook)), dsn)
    faulthandler.register(signal.SIGUSR1)
    # A handler would run when this thread next gets to, which may be never while it waits for the others.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    clients = [
        threading.Thread(
            target=crowd.come_and_go, args=(Random(f'{seed}/{number}'),), name=f'{Path(logbook).name}/{number}'
        )
        for number in range(int(threads))
    ]
    for client in clients:
        client.start()
    signal.sigwait({signal.SIGTERM})
    crowd.gone_home.set()
    for client in clients:
        client.join()


if __name__ == '__main__':
    main(*sys.argv[1:])
