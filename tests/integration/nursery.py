"""Proxies that are born instead of started: forked from a process that has imported everything.

Starting Python and importing takes longer than most tests. A proxy whose environment says something to Python itself is
started like any command.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from pgdog_gevent.demo import launch
from pgdog_gevent.demo.proxy import Process, ProxyProcess, proxy_environment

POLL = 0.01
TO_PYTHON = ('PYTHON', 'LD_', 'PGDOG_RELAY', 'GEVENT')


class Nursery:
    """Has a process of its own, which ends with ours."""

    def __init__(self) -> None:
        self.environ = proxy_environment()
        self._lock = threading.Lock()
        dies_with_us = [launch.__file__, str(os.getpid()), str(int(signal.SIGKILL)), '-1', '-1']
        self._process = subprocess.Popen(
            [sys.executable, '-I', '-S', *dies_with_us, sys.executable, '-m', 'tests.integration.nurse'],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self.environ,
            cwd=Path(__file__).resolve().parents[2],
            start_new_session=True,
            text=True,
        )

    def can_have(self, environ: Mapping[str, str]) -> bool:
        """Whether nothing there would have to be known before Python starts."""
        names = {*environ, *self.environ}
        said = (name for name in names if name.startswith(TO_PYTHON) and name != 'PYTHONUNBUFFERED')
        return all(environ.get(name) == self.environ.get(name) for name in said)

    def ask(self, **request: object) -> int | None:
        """Ask for a proxy or for the status of one."""
        with self._lock:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(request) + '\n')
            self._process.stdin.flush()
            answer: int | None = json.loads(self._process.stdout.readline())
            return answer


class Child:
    """A process of the nursery, to whom it is as a child of ours would be."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._status: int | None = None

    def poll(self) -> int | None:
        if self._status is None:
            self._status = self._nursery.ask(wait=self.pid)
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired('pgdog-gevent', timeout or 0)
            time.sleep(POLL)
        return status

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signum)


class BornProxy(ProxyProcess):
    """A proxy from the nursery, if it can be."""

    def _spawn(self, config: Path, environ: Mapping[str, str], arguments: tuple[str, ...]) -> Process:
        nursery = the_nursery()
        if not nursery.can_have(environ):
            return super()._spawn(config, environ, arguments)
        pid = nursery.ask(
            directory=str(config.parent), log=str(self._log), environ=dict(environ),
            arguments=['-c', str(config), *arguments],
        )  # fmt: skip
        assert pid is not None
        return Child(nursery, pid)


_nurseries: list[Nursery] = []


def the_nursery() -> Nursery:
    """The one of this process, which is made when first asked for."""
    if not _nurseries:
        _nurseries.append(Nursery())
    return _nurseries[0]
