"""The proxy as a process of its own, judged by its log and by how it ends."""

import signal
import socket
import time
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from psycopg.conninfo import make_conninfo

from pgdog_gevent.demo.ports import LOOPBACK, free_port
from pgdog_gevent.demo.proxy import STOP_TIMEOUT, ProxyFailed, ProxyProcess, proxy_environment
from tests.integration.nursery import BornProxy

POLL = 0.05
PORT_ATTEMPTS = 5
PORTS = range(10_000, 15_000)
TRACEBACK = 'Traceback (most recent call last)'


class RunningProxy:
    """A proxy that listens on ``port`` of 127.0.0.1, with its files in ``directory``."""

    host = LOOPBACK

    def __init__(self, directory: Path, env: Mapping[str, str], arguments: tuple[str, ...] = ()) -> None:
        self.directory = directory
        self.config = directory / 'pgdog.toml'
        self.users = directory / 'users.toml'
        self._stopped = False
        self._claim = socket.socket(type=socket.SOCK_DGRAM)
        self._process = self._start(env, arguments)

    @property
    def port(self) -> int:
        """Where clients connect."""
        return self._process.port

    @property
    def pid(self) -> int:
        """The process that was started; worker processes are its children."""
        return self._process.pid

    def dsn(self, user: str, password: str, database: str, **options: str) -> str:
        """Return a conninfo; ``options`` are libpq's, e.g. ``sslmode``."""
        return make_conninfo(
            host=self.host, port=self.port, user=user, password=password, dbname=database, **options
        )

    def log(self) -> str:
        """Return what the proxy has written to stdout and stderr so far."""
        return self._process.log()

    def wait_for_log(self, text: str, timeout: float = 10.0) -> None:
        """Return when ``text`` is in the log."""
        deadline = time.monotonic() + timeout
        while text not in self.log():
            if time.monotonic() > deadline:
                raise ProxyFailed(f'no {text!r} in the log after {timeout:g} s:\n{self.log()}')
            time.sleep(POLL)

    def signal(self, signum: signal.Signals) -> None:
        """Send a signal to the process that was started."""
        self._process.signal(signum)

    def reload(self, *, config_toml: str | None = None, users_toml: str | None = None) -> None:
        """Write the files that are given, then send SIGHUP; does not wait for its effect."""
        if config_toml is not None:
            self.config.write_text(config_toml)
        if users_toml is not None:
            self.users.write_text(users_toml)
        self.signal(signal.SIGHUP)

    def wait(self, timeout: float = STOP_TIMEOUT) -> int:
        """Wait until the proxy has ended by itself, or by a signal already sent; return its exit status."""
        self._stopped = True
        return self._process.wait(timeout)

    def stop(self) -> int:
        """Send SIGTERM and return the exit status; raises ProxyFailed if that did not end it."""
        self._stopped = True
        return self._process.stop()

    def finish(self) -> None:
        """End it if the test has not, and fail if anything about its end or its log is wrong."""
        if not self._stopped:
            if self._process.status is not None:
                raise ProxyFailed(f'the proxy ended by itself with status {self._process.status}:\n{self.log()}')
            status = self.stop()
            if status != 0:
                raise ProxyFailed(f'SIGTERM ended the proxy with status {status}:\n{self.log()}')
        self._process.kill()
        self._claim.close()
        if TRACEBACK in self.log():
            raise ProxyFailed(f'the proxy logged a traceback:\n{self.log()}')

    def _start(self, env: Mapping[str, str], arguments: tuple[str, ...]) -> ProxyProcess:
        named = tomllib.loads(self.config.read_text()).get('general', {}).get('port')
        for _ in range(PORT_ATTEMPTS):
            port = named or self._claimed_port()
            # One process, unless a test is about several.
            ours = {'PGDOG_HOST': LOOPBACK, 'PGDOG_PORT': str(port), 'PGDOG_WORKERS': '1', 'PYTHONUNBUFFERED': '1'}
            process = BornProxy(self.config, port, {**proxy_environment(), **ours, **env}, arguments)
            try:
                process.wait_until_it_answers()
                return process
            except ProxyFailed:
                if named or 'Address already in use' not in process.log():
                    raise
        raise ProxyFailed(f'no port stayed free in {PORT_ATTEMPTS} attempts')

    def _claimed_port(self) -> int:
        """Return a free port that no other test has, nor one of another run of tests, until this proxy has ended.

        With SO_REUSEPORT two proxies on one port would share its clients in silence; two sockets for UDP do not.
        """
        while True:
            self._claim.close()
            self._claim = socket.socket(type=socket.SOCK_DGRAM)
            port = free_port(PORTS)
            with suppress(OSError):
                self._claim.bind((LOOPBACK, port))
                return port
