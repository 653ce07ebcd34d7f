"""Start commands under the user that PostgreSQL servers run as.

PostgreSQL refuses to run as root. When we are root, its servers run as ``postgres`` if there is such a user,
else as ``nobody``; otherwise as ourselves.
"""

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from pgdog_gevent.demo import launch

NOBODY = 65534


class Account(NamedTuple):
    """A user and its group, by number."""

    uid: int
    gid: int


class CommandFailed(Exception):
    """A command that had to succeed did not; the message has what it said."""


def server_account() -> Account | None:
    """Choose whom servers run as; ``None`` means as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ('postgres', 'nobody'):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(NOBODY, NOBODY)


@dataclass(frozen=True, slots=True)
class Launcher:
    """Starts commands in a directory, under an account, that end when we end.

    They see none of our environment: ``PGHOST`` and its like would lead them astray, and the home of root is
    closed to them.
    """

    directory: Path
    account: Account | None

    def spawn(self, command: list[str], output: IO[bytes]) -> 'subprocess.Popen[bytes]':
        """Start ``command``, an absolute path first, in a session of its own: Ctrl-C does not reach it."""
        return self._start(command, output, signal.SIGQUIT)

    def run(self, command: list[str]) -> str:
        """Run ``command`` to its end and return what it printed; raise ``CommandFailed`` if it fails."""
        process = self._start(command, subprocess.PIPE, signal.SIGKILL)
        assert process.stdout is not None
        try:
            printed = process.stdout.read().decode(errors='replace')
            status = process.wait()
        except BaseException:
            # initdb and pg_basebackup have children, who hold the pipe: its end is theirs.
            os.killpg(process.pid, signal.SIGKILL)
            process.stdout.read()
            process.wait()
            raise
        finally:
            process.stdout.close()
        if status != 0:
            raise CommandFailed(f'{" ".join(command)} failed with status {status}:\n{printed}')
        return printed

    def own(self, path: Path) -> None:
        """Make ``path`` belong to the account and closed to others, as PostgreSQL wants its files."""
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)
        path.chmod(0o700 if path.is_dir() else 0o600)

    def _start(
        self, command: list[str], output: IO[bytes] | int, death_signal: signal.Signals
    ) -> 'subprocess.Popen[bytes]':
        return subprocess.Popen(
            self._wrapped(command, death_signal),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=self.directory,
            env=self._environment(),
            start_new_session=True,
        )

    def _wrapped(self, command: list[str], death_signal: signal.Signals) -> list[str]:
        account = self.account or Account(-1, -1)
        numbers = (os.getpid(), int(death_signal), account.uid, account.gid)
        return [sys.executable, '-I', '-S', launch.__file__, *map(str, numbers), *command]

    def _environment(self) -> Mapping[str, str]:
        kept = {name: os.environ[name] for name in ('PATH', 'LD_LIBRARY_PATH') if name in os.environ}
        return {**kept, 'HOME': str(self.directory), 'LC_ALL': 'C', 'TZ': 'UTC'}
