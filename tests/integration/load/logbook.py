"""What clients have seen, written line by line, so that nothing of it is lost when a client is killed."""

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error that a client got; it may be the work of a fault between ``since``, when all was well, and ``at``."""

    since: float
    at: float
    code: str
    """SQLSTATE, or what else happened: ``lost`` is a connection that ended without a word."""
    task: str
    message: str


class Logbook:
    """Written by one process; what is killed in the middle of a line leaves that line incomplete."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def trouble(self, trouble: Trouble) -> None:
        self._write('trouble', asdict(trouble))

    def mistake(self, text: str) -> None:
        """The proxy has done something that no fault explains."""
        self._write('mistake', f'{time.time():.3f} {text}')

    def asks_for_commit(self, marker: str) -> None:
        """From now on the transaction may have been committed."""
        self._write('asked', marker)

    def committed(self, marker: str) -> None:
        self._write('committed', marker)

    def done(self, tasks: Counter[str]) -> None:
        self._write('done', tasks)

    def _write(self, kind: str, entry: object) -> None:
        os.write(self._file, json.dumps([kind, entry]).encode() + b'\n')


class Record:
    """The logbooks of all processes."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.troubles: list[Trouble] = []
        self.mistakes: list[str] = []
        self.asked: set[str] = set()
        self.committed: set[str] = set()
        self.done: Counter[str] = Counter()
        for path in paths:
            for line in path.read_bytes().split(b'\n')[:-1]:
                self._take(line)

    def _take(self, line: bytes) -> None:
        kind, entry = json.loads(line)
        match kind:
            case 'trouble':
                self.troubles.append(Trouble(**entry))
            case 'mistake':
                self.mistakes.append(entry)
            case 'asked':
                self.asked.add(entry)
            case 'committed':
                self.committed.add(entry)
            case 'done':
                self.done.update(entry)


class Watch:
    """Since when a client has been without trouble."""

    def __init__(self, logbook: Logbook) -> None:
        self._logbook = logbook
        self._well = time.time()
        self.tasks: Counter[str] = Counter()

    def well(self, task: str) -> None:
        """A task is done."""
        self._well = time.time()
        self.tasks[task] += 1

    def trouble(self, code: str, task: str, error: BaseException) -> None:
        now = time.time()
        text = f'{type(error).__name__}: {error} ({threading.current_thread().name})'
        self._logbook.trouble(Trouble(self._well, now, code, task, text))
        self._well = now
