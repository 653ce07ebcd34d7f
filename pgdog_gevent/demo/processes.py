"""All processes of one server at once: stopped, continued, killed. Linux."""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

POLL = 0.001
STOPPED = 'T'
GONE = frozenset({'', 'X', 'Z'})
"""States of processes that run no more; a zombie only waits to be counted."""


def freeze(pid: int) -> tuple[int, ...]:
    """Stop a process and its children, as a machine stops that hangs; return them all, the process first.

    The process is stopped before its children are counted, so that it makes no more of them.
    """
    _stop(pid)
    children = tuple(int(child) for child in Path(f'/proc/{pid}/task/{pid}/children').read_text().split())
    for child in children:
        _stop(child)
    return pid, *children


def thaw(pids: Iterable[int]) -> None:
    """Have stopped processes go on."""
    for pid in pids:
        _send(pid, signal.SIGCONT)


def kill(pids: Iterable[int]) -> None:
    """End processes without a last word, and wait until none of them runs."""
    pids = tuple(pids)
    for pid in pids:
        _send(pid, signal.SIGKILL)
    for pid in pids:
        _wait_for(pid, GONE)


def _stop(pid: int) -> None:
    _send(pid, signal.SIGSTOP)
    _wait_for(pid, GONE | {STOPPED})


def _send(pid: int, signum: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signum)


def _wait_for(pid: int, states: frozenset[str]) -> None:
    while _state(pid) not in states:
        time.sleep(POLL)


def _state(pid: int) -> str:
    """The letter of ``man 5 proc``; empty if there is no such process."""
    try:
        stat = Path(f'/proc/{pid}/stat').read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ''
    # The name in parentheses may have any character.
    return stat.rpartition(')')[2].split()[0]
