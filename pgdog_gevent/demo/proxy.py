"""Start the proxy as a process of its own, as its users do, and find out when it answers."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from pgdog_gevent.demo import launch
from pgdog_gevent.demo.ports import LOOPBACK

START_TIMEOUT = 10.0
STOP_TIMEOUT = 20.0
POLL = 0.05

SSL_REQUEST = bytes.fromhex('0000000804d2162f')
"""Asks for TLS, which any proxy answers with one letter. PostgreSQL docs, "Message Formats", SSLRequest."""


class Process(Protocol):
    """What is asked of a process: as of ``subprocess.Popen``."""

    pid: int

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int, /) -> None: ...


class ProxyFailed(Exception):
    """The proxy did not start, did not end, or ended by itself; the message ends with its log."""


class ProxyProcess:
    """The proxy's process, which ends with ours at the latest; it writes its log into ``directory``."""

    def __init__(self, config: Path, port: int, environ: Mapping[str, str], arguments: tuple[str, ...] = ()) -> None:
        self.port = port
        self._log = config.parent / 'log'
        self._process = self._spawn(config, environ, arguments)

    @property
    def pid(self) -> int:
        """The process that was started; worker processes are its children."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Its exit status, ``None`` while it runs."""
        return self._process.poll()

    def log(self) -> str:
        """Return what it has written to stdout and stderr so far."""
        return self._log.read_text(errors='replace')

    def wait_until_it_answers(self) -> None:
        """Return when clients are answered; if that does not happen, kill the process and raise ProxyFailed."""
        deadline = time.monotonic() + START_TIMEOUT
        while not answers(self.port):
            if self.status is not None or time.monotonic() > deadline:
                self.kill()
                raise ProxyFailed(f'the proxy did not start:\n{self.log()}')
            time.sleep(POLL)

    def signal(self, signum: signal.Signals) -> None:
        """Send a signal to the process that was started."""
        self._process.send_signal(signum)

    def wait(self, timeout: float = STOP_TIMEOUT) -> int:
        """Wait for its end and return its exit status; if it does not come, kill it and raise ProxyFailed."""
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ProxyFailed(f'the proxy did not end in {timeout:g} s:\n{self.log()}') from None

    def stop(self) -> int:
        """Send SIGTERM and return the exit status, also if it has ended already."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """Kill it and its workers, if anything of them is alive."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()

    def _spawn(self, config: Path, environ: Mapping[str, str], arguments: tuple[str, ...]) -> Process:
        dies_with_us = [launch.__file__, str(os.getpid()), str(int(signal.SIGQUIT)), '-1', '-1']
        command = [sys.executable, '-m', 'pgdog_gevent', '-c', str(config), *arguments]
        with self._log.open('wb') as log:
            return subprocess.Popen(
                [sys.executable, '-I', '-S', *dies_with_us, *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=config.parent,
                env=environ,
                start_new_session=True,
            )


def proxy_environment() -> dict[str, str]:
    """Return our environment without the settings of proxies and of libpq, which would mix with the config's.

    The package is found where ours is, even if it is not installed, and in the form that we use.
    """
    environ = {
        name: text for name, text in os.environ.items() if name == 'PGDOG_RELAY' or not name.startswith('PG')
    }
    source = str(Path(__file__).resolve().parents[2])
    environ['PYTHONPATH'] = os.pathsep.join(filter(None, (source, os.environ.get('PYTHONPATH'))))
    return environ


def answers(port: int) -> bool:
    """Whether somebody on ``port`` answers an SSLRequest."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=START_TIMEOUT) as connection:
            connection.sendall(SSL_REQUEST)
            return connection.recv(1) in {b'S', b'N'}
    except OSError:
        return False
