"""The proxy as a process of its own, as its users run it."""

import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path

from psycopg.conninfo import make_conninfo

from pgdog_gevent.demo import launch
from pgdog_gevent.demo.ports import LOOPBACK, free_port

SOURCE = Path(__file__).resolve().parents[2]
START_TIMEOUT = 10.0
STOP_TIMEOUT = 20.0
POLL = 0.05
PORT_ATTEMPTS = 5
LOWEST_PORT, PORTS_PER_WORKER = 10_000, 100
SSL_REQUEST = bytes.fromhex('0000000804d2162f')
TRACEBACK = 'Traceback (most recent call last)'


class ProxyFailed(AssertionError):
    """The proxy did not start, or did not behave as a process should; the message ends with its log."""


class RunningProxy:
    """A proxy that listens on ``port`` of 127.0.0.1, with its files in ``directory``."""

    host = LOOPBACK

    def __init__(
        self, directory: Path, env: Mapping[str, str], arguments: tuple[str, ...] = ()
    ) -> None:
        self.directory = directory
        self.config = directory / 'pgdog.toml'
        self.users = directory / 'users.toml'
        self.port = 0
        self._env = env
        self._arguments = arguments
        self._stopped = False
        self._process = self._start()

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
        return (self.directory / 'log').read_text(errors='replace')

    def wait_for_log(self, text: str, timeout: float = 10.0) -> None:
        """Return when ``text`` is in the log."""
        deadline = time.monotonic() + timeout
        while text not in self.log():
            if time.monotonic() > deadline:
                raise ProxyFailed(f'no {text!r} in the log after {timeout:g} s:\n{self.log()}')
            time.sleep(POLL)

    def signal(self, signum: signal.Signals) -> None:
        """Send a signal to the process that was started."""
        self._process.send_signal(signum)

    def reload(self, *, config_toml: str | None = None, users_toml: str | None = None) -> None:
        """Write the files that are given, then send SIGHUP; does not wait for its effect."""
        if config_toml is not None:
            self.config.write_text(config_toml)
        if users_toml is not None:
            self.users.write_text(users_toml)
        self.signal(signal.SIGHUP)

    def wait(self, timeout: float = STOP_TIMEOUT) -> int:
        """Wait until the proxy has ended by itself, or by a signal already sent; return its exit status."""
        status = self._process.wait(timeout)
        self._stopped = True
        return status

    def stop(self) -> int:
        """Send SIGTERM and return the exit status; raises ProxyFailed if that did not end it."""
        self.signal(signal.SIGTERM)
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self._kill()
            raise ProxyFailed(f'SIGTERM did not end the proxy in {STOP_TIMEOUT:g} s:\n{self.log()}') from None

    def finish(self) -> None:
        """End it if the test has not, and fail if anything about its end or its log is wrong."""
        if not self._stopped:
            died = self._process.poll()
            if died is not None:
                raise ProxyFailed(f'the proxy ended by itself with status {died}:\n{self.log()}')
            status = self.stop()
            if status != 0:
                raise ProxyFailed(f'SIGTERM ended the proxy with status {status}:\n{self.log()}')
        if TRACEBACK in self.log():
            raise ProxyFailed(f'the proxy logged a traceback:\n{self.log()}')

    def _kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _start(self) -> 'subprocess.Popen[bytes]':
        named = tomllib.loads(self.config.read_text()).get('general', {}).get('port')
        for _ in range(PORT_ATTEMPTS):
            self.port = named or free_port(worker_ports())
            process = self._spawn()
            if self._answers(process):
                return process
            if named or 'Address already in use' not in self.log():
                break
        raise ProxyFailed(f'the proxy did not start:\n{self.log()}')

    def _spawn(self) -> 'subprocess.Popen[bytes]':
        # Ends with us, even if we are killed.
        wrapper = [sys.executable, '-I', '-S', launch.__file__, str(os.getpid()), str(int(signal.SIGQUIT)), '-1', '-1']
        command = [sys.executable, '-m', 'pgdog_gevent', '-c', str(self.config), *self._arguments]
        with (self.directory / 'log').open('wb') as log:
            return subprocess.Popen(
                [*wrapper, *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.directory,
                env={**proxy_environment(self.port), **self._env},
                start_new_session=True,
            )

    def _answers(self, process: 'subprocess.Popen[bytes]') -> bool:
        """Wait for the first answer: ``False`` if the process ended before; it is killed if it takes too long."""
        deadline = time.monotonic() + START_TIMEOUT
        while process.poll() is None:
            if answers(self.port):
                return True
            if time.monotonic() > deadline:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            time.sleep(POLL)
        return False


def proxy_environment(port: int) -> dict[str, str]:
    """Return our environment without settings of proxies and of libpq, with a place to listen."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(('PGDOG_', 'PG'))}
    kept |= {'PGDOG_HOST': LOOPBACK, 'PGDOG_PORT': str(port), 'PYTHONUNBUFFERED': '1'}
    kept['PYTHONPATH'] = os.pathsep.join(filter(None, (str(SOURCE), os.environ.get('PYTHONPATH'))))
    return kept


def answers(port: int) -> bool:
    """Whether somebody on ``port`` answers an SSLRequest."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=START_TIMEOUT) as connection:
            connection.sendall(SSL_REQUEST)
            return connection.recv(1) in {b'S', b'N'}
    except OSError:
        return False


def worker_ports() -> range:
    """Return the ports of this xdist worker.

    Apart from those of other workers: with SO_REUSEPORT two proxies on one port would share its clients in silence.
    """
    number = int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0').removeprefix('gw')) % 50
    lowest = LOWEST_PORT + number * PORTS_PER_WORKER
    return range(lowest, lowest + PORTS_PER_WORKER)
