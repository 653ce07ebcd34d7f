"""What a process and its children have used, from ``/proc``. Source: ``man 5 proc``."""

import os
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf('SC_CLK_TCK')
UTIME, STIME, CUTIME, CSTIME = 11, 12, 13, 14
"""Places in ``/proc/PID/stat``, counted from the field after the name: own time, and that of children waited for."""


def cpu_seconds(pid: int) -> float:
    """Return the CPU time, user and system, of ``pid`` and of all its children, also of those that have ended."""
    return sum(_ticks(each) for each in family(pid)) / TICKS


def resident_kilobytes(pid: int) -> int:
    """Return the memory that ``pid`` and its children occupy; what they share counts for each of them."""
    return sum(_resident(each) for each in family(pid))


def family(pid: int) -> Iterator[int]:
    """Yield ``pid`` and its living children, and theirs."""
    yield pid
    for children in Path(f'/proc/{pid}/task').glob('*/children'):
        for child in children.read_text().split():
            yield from family(int(child))


def _ticks(pid: int) -> int:
    # The name, in parentheses, may have spaces.
    fields = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
    return sum(int(fields[place]) for place in (UTIME, STIME, CUTIME, CSTIME))


def _resident(pid: int) -> int:
    return int(Path(f'/proc/{pid}/status').read_text().partition('VmRSS:')[2].split()[0])
