"""The processes that clients live in."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.integration.load.logbook import Record
from tests.integration.load.visitor import PATIENCE

REPOSITORY = Path(__file__).parents[3]


class Crowds:
    """Some processes with ``threads`` clients each, from ``with`` on; each killed one has a successor."""

    def __init__(self, directory: Path, dsn: str, seed: str, *, processes: int, threads: int) -> None:
        self._directory = directory
        self._dsn = dsn
        self._seed = seed
        self._threads = threads
        self._started = 0
        self._running = [self._start() for _ in range(processes)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._running:
            process.kill()
            process.wait()

    def __len__(self) -> int:
        return len(self._running)

    def kill(self, number: int) -> None:
        """Kill a process in the middle of whatever its clients do, and start another."""
        self._running[number].kill()
        self._running[number].wait()
        self._running[number] = self._start()

    def go_home(self) -> None:
        """Have all clients end what they do and leave. One that has just started may not know SIGTERM."""
        for process in self._running:
            process.send_signal(signal.SIGTERM)
        for process in self._running:
            status = self._end(process)
            assert status in (0, -signal.SIGTERM), f'clients ended with status {status}: {self.stderr()}'

    def _end(self, process: 'subprocess.Popen[bytes]') -> int:
        try:
            return process.wait(2 * PATIENCE)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGUSR1)
            time.sleep(1.0)
            raise AssertionError(f'clients do not end: {self.stderr()}') from None

    def record(self) -> Record:
        """What they have seen so far."""
        return Record(sorted(self._directory.glob('*.log')))

    def stderr(self) -> str:
        """Tracebacks of the clients themselves."""
        return (self._directory / 'stderr').read_text()[-5000:]

    def _start(self) -> 'subprocess.Popen[bytes]':
        self._started += 1
        logbook = self._directory / f'crowd_{self._started}.log'
        seed = f'{self._seed}/{self._started}'
        arguments = str(logbook), seed, str(self._threads), self._dsn
        command = [sys.executable, '-m', 'tests.integration.load.crowd', *arguments]
        with (self._directory / 'stderr').open('ab') as stderr:
            return subprocess.Popen(command, cwd=REPOSITORY, stderr=stderr)
