"""Many kinds of clients at once, while servers, clients and the administrator do their worst.

Each client checks each answer. An error must be explained by a fault at that time; afterwards nothing may be left.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.ports import free_port
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER, ClusterSettings
from tests.integration.clients import admin, connect, eventually, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.load.crowd import ALL
from tests.integration.load.crowds import Crowds
from tests.integration.load.faults import Chaos
from tests.integration.load.logbook import Record
from tests.integration.load.tasks import ACCOUNTS, BALANCE
from tests.integration.load.visitor import ROLE
from tests.integration.proxy import RunningProxy
from tests.integration.watchers import scrape

POOL = 10
SEED = os.environ.get('LOAD_SEED', '1')
SOAK = float(os.environ.get('LOAD_SECONDS', '3600'))
GROWTH = 5 * 1024
"""Kilobytes of growth from the third quarter to the fourth: 65 bytes for each task, at 90 a second for an hour."""

TABLES = f"""
    CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL);
    INSERT INTO account SELECT n, {BALANCE} FROM generate_series(0, {ACCOUNTS - 1}) n;
    CREATE TABLE journal (marker text, source int, destination int, amount int);
    CREATE INDEX ON journal (marker);
    CREATE TABLE copied (marker text, number int);
    CREATE INDEX ON copied (marker);
    CREATE TABLE locked (id int PRIMARY KEY, taken int NOT NULL);
    INSERT INTO locked SELECT n, 0 FROM generate_series(1, 50) n;
    CREATE ROLE {ROLE}
"""
DIFFERENT_BALANCES = f"""
    SELECT id, balance FROM account
    WHERE balance <> {BALANCE} + (SELECT coalesce(sum(amount), 0) FROM journal WHERE destination = id)
                             - (SELECT coalesce(sum(amount), 0) FROM journal WHERE source = id)
"""
LEFT_BEHIND = """
    SELECT 'lock ' || locktype || ' of ' || pid FROM pg_locks WHERE locktype = 'advisory'
    UNION ALL SELECT pid || ' ' || state || ' ' || query FROM pg_stat_activity
              WHERE backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()
    UNION ALL SELECT 'prepared ' || gid FROM pg_prepared_xacts
    UNION ALL SELECT 'temporary ' || relname FROM pg_class WHERE relpersistence = 't'
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the load is."""

    postgres: Cluster
    proxy: RunningProxy
    openmetrics_port: int

    def figures(self) -> tuple[int, int]:
        """Greenlets, and open files beside server connections."""
        page = scrape(self.openmetrics_port)
        files = len(list(Path(f'/proc/{self.proxy.pid}/fd').iterdir()))
        return int(page['greenlets'][0].value), files - int(page['sv_total'][0].value)

    def open_files(self) -> list[str]:
        """What they are, for somebody who looks for a leak."""
        return sorted(str(file.readlink()) for file in Path(f'/proc/{self.proxy.pid}/fd').iterdir())

    def resident_kilobytes(self) -> int:
        status = Path(f'/proc/{self.proxy.pid}/status').read_text()
        return int(status.split('VmRSS:')[1].split()[0])


@pytest.fixture
def place(start_cluster: Callable[[ClusterSettings], Cluster], proxy: StartProxy) -> Place:
    """A proxy that has a small pool and small caches, in front of a server of its own."""
    postgres = start_cluster(ClusterSettings())
    postgres.execute('CREATE DATABASE load')
    postgres.execute(TABLES, 'load')
    port = free_port()
    config = config_toml(
        postgres, 'load', default_pool_size=POOL, checkout_timeout=20_000, openmetrics_port=port,
        prepared_statements_limit=100, query_cache_limit=200, log_connections=False, log_disconnections=False,
    )  # fmt: skip
    return Place(postgres, proxy(config, users_toml()), port)


@contextmanager
def sampled(figure: Callable[[], int]) -> Iterator[list[int]]:
    """Read a figure every second."""
    samples: list[int] = []
    over = threading.Event()

    def run() -> None:
        while not over.wait(1.0):
            samples.append(figure())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()


def load(place: Place, directory: Path, seconds: float, period: float, *, processes: int, threads: int) -> Record:
    """Have clients work for some time while one kind of fault follows the other; raise what nothing explains."""
    dsn = place.proxy.dsn(SUPERUSER, PASSWORD, 'app')
    with Crowds(directory, dsn, SEED, processes=processes, threads=threads) as crowds:
        chaos = Chaos(place.proxy, place.postgres, crowds, SEED, period)
        chaos.run(seconds)
        crowds.go_home()
        record = crowds.record()
    print(f'seed {SEED}:', dict(record.done), Counter(fault.kind for fault in chaos.faults))
    (directory / 'faults').write_text('\n'.join(map(str, chaos.faults)))
    print(Counter((trouble.task, trouble.code) for trouble in record.troubles))
    assert not record.mistakes, '\n'.join(record.mistakes)
    unexplained = chaos.unexplained(record.troubles)
    assert not unexplained, '\n'.join(map(str, unexplained))
    return record


def check_that_nothing_is_left(place: Place, before: tuple[int, int]) -> None:
    """Clients, server connections, greenlets, files and locks are as before."""
    eventually(lambda: len(admin(place.proxy, 'SHOW CLIENTS')) == 1, 'all clients have gone')
    eventually(lambda: idle(place.proxy), 'all server connections are idle')
    try:
        eventually(lambda: all(now <= then for now, then in zip(place.figures(), before, strict=True)), 'no leak')
    except AssertionError:
        pytest.fail(f'greenlets and files were {before} and are {place.figures()}: {place.open_files()}')
    eventually(lambda: place.postgres.execute(LEFT_BEHIND, 'load') == [], 'nothing is left in the server')


def idle(proxy: RunningProxy) -> bool:
    [pool] = admin(proxy, 'SHOW POOLS')
    return pool['cl_waiting'] == pool['sv_active'] == pool['sv_idle_xact'] == 0 and pool['sv_idle'] == pool['sv_total']


def check_accounts(postgres: Cluster, record: Record) -> None:
    """What was committed is there, what nobody asked to commit is not, and no money is lost."""
    journal = {str(marker) for (marker,) in postgres.execute('SELECT marker FROM journal', 'load')}
    assert record.committed <= journal, 'a transfer that was committed is lost'
    assert journal <= record.asked, 'a transfer was committed that nobody wanted'
    assert postgres.execute(DIFFERENT_BALANCES, 'load') == []
    assert postgres.execute("SELECT count(*) FROM copied WHERE marker = 'never'", 'load') == [(0,)]


def warmed_up(place: Place) -> tuple[int, int]:
    """The figures of a proxy that has been used, with no client left."""
    with connect(place.proxy) as connection:
        assert one(connection, 'SELECT 1') == 1
        connection.cancel_safe()
    eventually(lambda: idle(place.proxy) and len(admin(place.proxy, 'SHOW CLIENTS')) == 1, 'nobody is there')
    eventually(lambda: place.figures() == place.figures() == place.figures(), 'the figures stay the same')
    return place.figures()


def test_clients_see_only_what_faults_explain_and_leave_nothing_behind(place: Place, tmp_path: Path) -> None:
    before = warmed_up(place)
    record = load(place, tmp_path, 12, 1.2, processes=2, threads=8)
    check_that_nothing_is_left(place, before)
    check_accounts(place.postgres, record)
    assert record.committed


@pytest.mark.soak
@pytest.mark.timeout(SOAK * 1.2 + 300)
def test_memory_stays_the_same_under_hours_of_load_and_faults(place: Place, tmp_path: Path) -> None:
    before = warmed_up(place)
    with sampled(place.resident_kilobytes) as resident:
        record = load(place, tmp_path, SOAK, 10, processes=4, threads=6)
    check_that_nothing_is_left(place, before)
    check_accounts(place.postgres, record)
    assert set(record.done) >= {task.__name__ for task in ALL}
    quarter = len(resident) // 4
    third, fourth = median(resident[2 * quarter : 3 * quarter]), median(resident[3 * quarter :])
    print(f'kB resident: {resident[0]}, later {third:.0f}, in the end {fourth:.0f}')
    assert fourth - third < GROWTH
