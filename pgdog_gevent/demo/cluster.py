"""One local PostgreSQL server: its directory, its process, and an administrator's way in."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier, Literal

from pgdog_gevent.demo import processes
from pgdog_gevent.demo.account import Launcher
from pgdog_gevent.demo.ports import LOOPBACK, free_port
from pgdog_gevent.demo.settings import (
    PASSWORD,
    SUPERUSER,
    ClusterSettings,
    pg_hba_conf,
    quoted,
    write,
    write_settings,
)

TIMEOUT = 60.0
"""Longest wait for a server to start, reload or replay, in seconds."""
STOP_TIMEOUT = 20.0
PORT_ATTEMPTS = 10
POLL = 0.02
STATUS_LINE = 7
"""Line of postmaster.pid, from 0, that says ``ready`` or ``standby`` (PostgreSQL's source, pidfile.h)."""


class ServerFailed(Exception):
    """A server did not start, stop or answer; the message ends with its log."""


class Cluster:
    """A PostgreSQL server on 127.0.0.1 and on a Unix socket, made and ended by a ``Site``.

    The administrator's connections go through the Unix socket without a password; everybody else meets
    ``ClusterSettings.hba``. Copies of one initdb share a system identifier.
    """

    host = LOOPBACK

    def __init__(self, bindir: Path, launcher: Launcher, settings: ClusterSettings) -> None:
        self.directory = launcher.directory
        self.settings = settings
        self.port = 0
        self._bindir = bindir
        self._launcher = launcher
        self._postmaster: subprocess.Popen[bytes] | None = None
        self._frozen: tuple[int, ...] = ()

    @property
    def running(self) -> bool:
        """Whether the server's first process is alive."""
        return self._postmaster is not None and self._postmaster.poll() is None

    def start(self) -> None:
        """Start the server and wait until it takes connections; a port, once chosen, is kept."""
        if self.running:
            return
        write_settings(self.settings, self._data_directory, self._launcher)
        if self.port:
            self._launch(self.port)
        else:
            self.port = self._launch_somewhere()

    def stop(self, *, immediate: bool = False) -> None:
        """Stop the server; ``immediate`` as in a crash: no checkpoint, recovery at the next start."""
        if self._postmaster is None or not self.running:
            return
        self.thaw()
        for signum in (signal.SIGQUIT if immediate else signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            self._postmaster.send_signal(signum)
            try:
                self._postmaster.wait(STOP_TIMEOUT)
                return
            except subprocess.TimeoutExpired:
                continue
        raise ServerFailed(f'{self.directory}: the server survived SIGKILL')

    def freeze(self) -> None:
        """Stop all processes of the server where they are: its connections stay open, and nobody answers."""
        if self._postmaster is not None and self.running and not self._frozen:
            self._frozen = processes.freeze(self._postmaster.pid)

    def thaw(self) -> None:
        """Have a frozen server go on."""
        processes.thaw(self._frozen)
        self._frozen = ()

    def kill(self) -> None:
        """End all processes of the server at once, without a last word: what a crash of its machine does to it."""
        if self._postmaster is None or not self.running:
            return
        self.freeze()
        processes.kill(self._frozen)
        self._frozen = ()
        self._postmaster.wait()

    def restart(self, *, immediate: bool = False) -> None:
        """Stop, then start on the same port."""
        self.stop(immediate=immediate)
        self.start()

    def signal(self, signum: signal.Signals) -> None:
        """Send a signal to the server's first process, e.g. SIGSTOP so that nobody new is answered."""
        if self._postmaster is not None:
            self._postmaster.send_signal(signum)

    def connect(self, database: str = 'postgres') -> psycopg.Connection[TupleRow]:
        """Open an administrator's connection in autocommit, over the Unix socket."""
        return psycopg.connect(
            host=str(self.directory), port=self.port, user=SUPERUSER, dbname=database, autocommit=True
        )

    def execute(self, sql: str, database: str = 'postgres') -> list[TupleRow]:
        """Run ``sql`` as administrator and return its rows, none if it has none."""
        with self.connect(database) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def create_user(self, name: str, password: str) -> None:
        """Create a role that can log in; its password is kept as ``password_encryption`` says."""
        statement = SQL('CREATE ROLE {} LOGIN PASSWORD {}').format(Identifier(name), Literal(password))
        with self.connect() as connection:
            connection.execute(statement)

    def dsn(self, database: str = 'postgres', user: str = SUPERUSER, password: str = PASSWORD) -> str:
        """Return the conninfo of a connection over TCP."""
        return make_conninfo(host=self.host, port=self.port, dbname=database, user=user, password=password)

    def use_hba(self, *hba: str) -> None:
        """Replace the lines of pg_hba.conf until the next start, the administrator's excepted."""
        write(self._data_directory / 'pg_hba.conf', pg_hba_conf(hba).encode(), self._launcher)
        self.reload()

    def reload(self) -> None:
        """Have the server read its configuration again; return when new connections are served by it."""
        # A backend inherits the time from its postmaster, so this sees what new connections get.
        loaded = 'SELECT pg_conf_load_time()'
        before = self.execute(loaded)
        self.signal(signal.SIGHUP)
        self._wait(lambda: self.execute(loaded) != before, 'did not reload')

    def configure(self, name: str, setting: str | None) -> None:
        """Set a parameter that a reload can change, for later starts as well; ``None`` is what the files say."""
        to = SQL('RESET {}').format(Identifier(name))
        if setting is not None:
            to = SQL('SET {} = {}').format(Identifier(name), Literal(setting))
        with self.connect() as connection:
            connection.execute(SQL('ALTER SYSTEM {}').format(to))
        self.reload()

    def log(self) -> str:
        """Return what the server has logged so far."""
        path = self.directory / 'log'
        return path.read_text(errors='replace') if path.exists() else ''

    @property
    def _data_directory(self) -> Path:
        return self.directory / 'data'

    def _launch_somewhere(self) -> int:
        for _ in range(PORT_ATTEMPTS):
            port = free_port()
            logged = len(self.log())
            try:
                self._launch(port)
                return port
            except ServerFailed:
                if 'Address already in use' not in self.log()[logged:]:
                    raise
        raise ServerFailed(f'no port stayed free in {PORT_ATTEMPTS} attempts')

    def _launch(self, port: int) -> None:
        command = [str(self._bindir / 'postgres'), '-D', str(self._data_directory), '-p', str(port)]
        with (self.directory / 'log').open('ab') as log:
            self._postmaster = self._launcher.spawn(command, log)
        try:
            self._wait(self._ready, 'did not start')
        except BaseException:
            self.stop(immediate=True)
            raise

    def _ready(self) -> bool:
        if self._postmaster is None or not self.running:
            raise ServerFailed(f'{self.directory}: the server ended at its start:\n{self.log()}')
        try:
            lines = (self._data_directory / 'postmaster.pid').read_text().splitlines()
            status = lines[STATUS_LINE].strip()
        except (FileNotFoundError, IndexError):
            return False
        # A server that was killed leaves its file behind.
        return int(lines[0]) == self._postmaster.pid and status in {'ready', 'standby'}

    def _wait(self, reached: Callable[[], bool], failure: str) -> None:
        deadline = time.monotonic() + TIMEOUT
        while not reached():
            if time.monotonic() > deadline:
                raise ServerFailed(f'{self.directory}: the server {failure} in {TIMEOUT:g} s:\n{self.log()}')
            time.sleep(POLL)


class Replica(Cluster):
    """A streaming replica of another cluster."""

    def catch_up(self, primary: Cluster) -> None:
        """Wait until all that ``primary`` has committed by now is visible here."""
        [(position,)] = primary.execute('SELECT pg_current_wal_flush_lsn()')
        replayed = f"SELECT pg_last_wal_replay_lsn() >= '{position}'"
        self._wait(lambda: self.execute(replayed) == [(True,)], f'did not replay up to {position}')

    def promote(self) -> None:
        """Make this a primary and wait until it is one."""
        self.execute('SELECT pg_promote(true, 60)')

    def follow(self, primary: Cluster) -> None:
        """Stream from another primary from now on."""
        self.configure('primary_conninfo', _stream_from(primary))

    def obey(self, primary: Cluster) -> None:
        """Have a stopped server begin as a replica of ``primary`` when it is started."""
        write(self._data_directory / 'standby.signal', b'', self._launcher)
        # The last line counts.
        with (self._data_directory / 'postgresql.auto.conf').open('a') as settings:
            settings.write(f'primary_conninfo = {quoted(_stream_from(primary))}\n')

    def forget_primary(self) -> None:
        """Restart as a primary without a promotion: on the timeline that it was on, as a second primary."""
        self.stop()
        (self._data_directory / 'standby.signal').unlink()
        self.start()


def _stream_from(primary: Cluster) -> str:
    return make_conninfo(host=str(primary.directory), port=primary.port, user=SUPERUSER)
