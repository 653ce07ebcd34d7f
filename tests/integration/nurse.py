"""A process that has imported the proxy and forks: each child goes on as ``pgdog-gevent``. See ``nursery``.

One request a line on standard input, one answer a line on standard output, both JSON.
"""

import ctypes
import json
import os
import signal
import sys
import time
from typing import NoReturn

from gevent import monkey

import pgdog_gevent.cli as cli  # Patches the whole process: that is why it is one of its own.
from tests.crash.mortal import DIES_AT, become_mortal

PR_SET_PDEATHSIG = 1
# No hub must begin here: it would be that of all children.
fork = monkey.get_original('os', 'fork')
waitpid = monkey.get_original('os', 'waitpid')


def main() -> None:
    """Serve until standard input ends."""
    for line in sys.stdin:
        request = json.loads(line)
        answer = status_of(request['wait']) if 'wait' in request else born(request)
        print(json.dumps(answer), flush=True)


def status_of(pid: int) -> int | None:
    """The exit status of a child as ``subprocess`` has it; ``None`` while it runs."""
    ended, status = waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def born(request: dict[str, object]) -> int:
    """Fork, and return the child's process id."""
    nurse = os.getpid()
    pid: int = fork()
    if pid == 0:
        grow_up(nurse, request)
    return pid


def grow_up(nurse: int, request: dict[str, object]) -> NoReturn:
    """Become a proxy as if started by its command."""
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT, 0, 0, 0)
    if os.getppid() != nurse:
        sys.exit('the process that asked for this proxy is gone')
    log = os.open(str(request['log']), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    null = os.open(os.devnull, os.O_RDONLY)
    for descriptor, source in enumerate((null, log, log)):
        os.dup2(source, descriptor)
    os.closerange(3, max(null, log) + 1)
    sys.stdin = open(0)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(write_through=True)  # type: ignore[union-attr]
    environ = request['environ']
    assert isinstance(environ, dict)
    os.environ.clear()
    os.environ.update(environ)
    if DIES_AT in environ:
        become_mortal()
    time.tzset()
    os.chdir(str(request['directory']))
    arguments = request['arguments']
    assert isinstance(arguments, list)
    sys.argv = ['pgdog-gevent', *arguments]
    cli.main(arguments, prog_name='pgdog-gevent')
    sys.exit(0)


if __name__ == '__main__':
    main()
