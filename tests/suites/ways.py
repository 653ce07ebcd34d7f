"""The ways from a suite to PostgreSQL: straight, through the proxy in either mode, through pgbouncer.

Nobody is asked for a password on any of them, so that a difference is one of the protocol.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.ports import LOOPBACK, free_port
from pgdog_gevent.demo.proxy import answers
from pgdog_gevent.demo.settings import SUPERUSER, ClusterSettings
from pgdog_gevent.demo.site import Site
from tests.integration.proxy import RunningProxy
from tests.suites.suite import USER, Address, Suite

POOL_SIZE = 50
IDLE_SECONDS = 1
"""How long pools keep what nobody uses: DROP DATABASE waits five seconds for others to go."""
START_TIMEOUT = 20.0
POLL = 0.05
PORTS = range(21_000, 21_100)

SETTINGS = ClusterSettings(
    parameters={'default_text_search_config': 'pg_catalog.english', 'max_connections': '400'},
    hba=(f'host all all {LOOPBACK}/32 trust',),
)

Way = Callable[[Cluster, Suite], AbstractContextManager[Address]]


def prepared_cluster(site: Site, name: str, suite: Suite) -> Cluster:
    """Start a cluster that no suite has touched, with the user and database for this one."""
    cluster = site.cluster(name, SETTINGS)
    cluster.execute(f'CREATE ROLE {USER} SUPERUSER LOGIN')
    if suite.database != 'postgres':
        cluster.execute(f'CREATE DATABASE {suite.database} OWNER {USER}')
    for sql in suite.sql:
        cluster.execute(f'SET ROLE {USER}; {sql}', suite.database)
    return cluster


def logins(suite: Suite) -> list[tuple[str, str]]:
    """Pair users and databases that clients of the suite name."""
    databases = dict.fromkeys(('postgres', suite.database, *suite.databases))
    return [(user, database) for user in (SUPERUSER, USER, *suite.users) for database in databases]


@contextmanager
def direct(cluster: Cluster, suite: Suite) -> Iterator[Address]:
    """No proxy at all: what the others are measured by."""
    yield Address(cluster.host, cluster.port, suite.database)


def through_the_proxy(mode: str) -> Way:
    """The proxy in ``mode``; a traceback in its log, or a bad end, is an error."""

    @contextmanager
    def serve(cluster: Cluster, suite: Suite) -> Iterator[Address]:
        with tempfile.TemporaryDirectory() as name:
            directory = Path(name)
            databases = dict.fromkeys(database for _, database in logins(suite))
            (directory / 'pgdog.toml').write_text(
                f'[general]\npooler_mode = "{mode}"\nauth_type = "trust"\ndefault_pool_size = {POOL_SIZE}\n'
                f'idle_timeout = {IDLE_SECONDS * 1000}\n'
                + ''.join(
                    f'[[databases]]\nname = "{database}"\nhost = "{cluster.host}"\nport = {cluster.port}\n'
                    for database in databases
                )
            )
            (directory / 'users.toml').write_text(
                ''.join(f'[[users]]\nname = "{user}"\ndatabase = "{database}"\n' for user, database in logins(suite))
            )
            running = RunningProxy(directory, {})
            try:
                yield Address(running.host, running.port, suite.database)
            finally:
                running.finish()

    return serve


@contextmanager
def pgbouncer(cluster: Cluster, suite: Suite) -> Iterator[Address]:
    """pgbouncer in transaction mode, from the system's package."""
    port = free_port(PORTS)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        users = dict.fromkeys(user for user, _ in logins(suite))
        (directory / 'users').write_text(''.join(f'"{user}" ""\n' for user in users))
        (directory / 'pgbouncer.ini').write_text(
            f'[databases]\n* = host={cluster.host} port={cluster.port}\n[pgbouncer]\nlisten_addr = {LOOPBACK}\n'
            f'listen_port = {port}\nauth_type = trust\nauth_file = {directory}/users\nunix_socket_dir =\n'
            f'pool_mode = transaction\ndefault_pool_size = {POOL_SIZE}\nmax_client_conn = 1000\n'
            f'server_idle_timeout = {IDLE_SECONDS}\n'
        )
        command = [program(), '-q', '-u', 'nobody', str(directory / 'pgbouncer.ini')]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + START_TIMEOUT
            while not answers(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError('pgbouncer does not start')
                time.sleep(POLL)
            yield Address(LOOPBACK, port, suite.database)
        finally:
            process.terminate()
            process.wait(START_TIMEOUT)


def program() -> str:
    """Return where pgbouncer is; Debian has it where root looks only."""
    found = shutil.which('pgbouncer') or shutil.which('pgbouncer', path='/usr/sbin')
    if found is None:
        raise RuntimeError('pgbouncer is not installed')
    return found


WAYS: dict[str, Way] = {
    'direct': direct,
    'session': through_the_proxy('session'),
    'transaction': through_the_proxy('transaction'),
    'pgbouncer': pgbouncer,
}
