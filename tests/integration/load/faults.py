"""What goes wrong while clients work, and which errors that explains."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Final

import psycopg

from pgdog_gevent.demo.cluster import Cluster
from tests.integration.clients import admin, eventually
from tests.integration.load.crowds import Crowds
from tests.integration.load.logbook import Trouble
from tests.integration.proxy import RunningProxy

GRACE = 5.0
"""Seconds after a fault in which a client may hear of it."""

_SERVER_GONE = frozenset({'57P01', '57P03', '08006', '08007', '25P02', 'refused'})
EXPLAINS: Final = {
    'calm': frozenset[str](),
    'kill_a_crowd': frozenset[str](),
    'administer': frozenset[str](),
    'kill_a_client': frozenset({'57P01', 'refused'}),
    'cancel_a_server': frozenset({'57014', '25P02'}),
    'terminate_a_server': _SERVER_GONE,
    'restart_the_server': _SERVER_GONE | {'57P03', '53300'},
}
"""The codes of the troubles that clients may have because of each kind of fault. A client that is killed troubles
nobody else, and neither does PAUSE, RELOAD or RECONNECT."""
WORDLESS = frozenset({
    'large', 'read_slowly', 'depart', 'guest', 'pipeline', 'pipeline_with_error', 'visit', 'blow', 'listen',
})  # fmt: skip
"""Tasks in which a connection may end without a word: in the middle of a message, or where the driver keeps what it has
heard to itself, as asyncpg does between two requests, and psycopg in a pipeline and before its first query: it has no
notice handler yet when libpq reads what came together with the end of the login."""

_BACKENDS = """
    SELECT pid FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND datname = 'load' ORDER BY pid
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that went wrong, on purpose."""

    kind: str
    begin: float
    end: float

    def explains(self, trouble: Trouble) -> bool:
        overlap = self.begin <= trouble.at and trouble.since <= self.end + GRACE
        explained = EXPLAINS[self.kind]
        wordless = trouble.task in WORDLESS and trouble.code == 'lost' and '57P01' in explained
        return overlap and (trouble.code in explained or wordless)


class Chaos:
    """One kind of fault after the other, each for ``period`` seconds; what is random is seeded."""

    def __init__(self, proxy: RunningProxy, postgres: Cluster, crowds: Crowds, seed: str, period: float) -> None:
        self.faults: list[Fault] = []
        self._proxy = proxy
        self._postgres = postgres
        self._crowds = crowds
        self._random = Random(seed)
        self._period = period
        self._ways: dict[str, Callable[[], object]] = {
            'calm': lambda: None,
            'kill_a_crowd': self._kill_a_crowd,
            'administer': self._administer,
            'kill_a_client': self._kill_a_client,
            'cancel_a_server': lambda: self._signal_a_server('pg_cancel_backend'),
            'terminate_a_server': lambda: self._signal_a_server('pg_terminate_backend'),
            'restart_the_server': self._restart,
        }

    def run(self, seconds: float) -> None:
        """Have one kind of fault after the other, in the thread that is to outlive the server: it ends with that."""
        end = time.monotonic() + seconds
        while True:
            for kind in self._random.sample(list(self._ways), len(self._ways)):
                if time.monotonic() >= end:
                    return
                self._strike(kind, min(end, time.monotonic() + self._period))

    def unexplained(self, troubles: Iterable[Trouble]) -> list[Trouble]:
        """The troubles that no fault explains."""
        return [trouble for trouble in troubles if not any(fault.explains(trouble) for fault in self.faults)]

    def _strike(self, kind: str, end: float) -> None:
        """A period of one kind of fault; a server is restarted once in it."""
        while time.monotonic() < end:
            begin = time.time()
            self._ways[kind]()
            self.faults.append(Fault(kind, begin, time.time()))
            pause = self._period if kind == 'restart_the_server' else self._random.expovariate(3.0)
            time.sleep(min(pause, max(0.0, end - time.monotonic())))

    def _kill_a_crowd(self) -> None:
        self._crowds.kill(self._random.randrange(len(self._crowds)))

    def _kill_a_client(self) -> None:
        clients = sorted(int(str(row['id'])) for row in admin(self._proxy, 'SHOW CLIENTS') if row['database'] == 'app')
        if clients:
            try:
                admin(self._proxy, f'KILL_CLIENT {self._random.choice(clients)}')
            except psycopg.Error as error:
                if error.sqlstate != '42704':
                    raise

    def _signal_a_server(self, function: str) -> None:
        backends = self._postgres.execute(_BACKENDS)
        if backends:
            self._postgres.execute(f'SELECT {function}({self._random.choice(backends)[0]})')

    def _administer(self) -> None:
        command = self._random.choice(('PAUSE', 'RELOAD', 'RECONNECT', 'SHOW POOLS', 'SHOW SERVERS'))
        if command != 'PAUSE':
            admin(self._proxy, command)
            return
        # PAUSE returns when all connections have ended; some of them may be tied to their clients.
        pause = threading.Thread(target=admin, args=(self._proxy, command))
        pause.start()
        eventually(lambda: paused(self._proxy), 'the pool is paused')
        time.sleep(self._random.random())
        admin(self._proxy, 'RESUME')
        pause.join()

    def _restart(self) -> None:
        self._postgres.restart()


def paused(proxy: RunningProxy) -> bool:
    """Whether an administrator has paused the pool, and that has been heard."""
    return all(pool['paused'] for pool in admin(proxy, 'SHOW POOLS'))
