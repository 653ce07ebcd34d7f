"""Commands that change their user and die with their parent."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pgdog_gevent.demo import launch
from pgdog_gevent.demo.account import Account, CommandFailed, Launcher, server_account

PATIENCE = 20.0
PARENT = """
import os, subprocess, sys
subprocess.run([sys.executable, '-I', '-S', sys.argv[1], str(os.getpid()), '9', '-1', '-1', '/bin/sh', '-c',
                'echo started; exec sleep 600'])
"""


def printed_within_patience(pipe: int) -> bytes:
    assert select.select([pipe], [], [], PATIENCE)[0], 'nothing came, and the pipe is still held'
    return os.read(pipe, 100)


@pytest.mark.skipif(sys.platform != 'linux', reason='only Linux tells a process that its parent has died')
def test_a_command_dies_with_its_parent() -> None:
    parent = subprocess.Popen([sys.executable, '-c', PARENT, launch.__file__], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent.stdout:
        assert printed_within_patience(parent.stdout.fileno()) == b'started\n'
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        # The end of the pipe: the command, which alone still held it, is gone.
        assert printed_within_patience(parent.stdout.fileno()) == b''


def test_a_command_whose_parent_is_gone_does_not_start() -> None:
    nobodys_child = [sys.executable, '-I', '-S', launch.__file__, '1', '9', '-1', '-1', '/bin/echo', 'started']
    finished = subprocess.run(nobodys_child, capture_output=True, text=True, check=False)
    assert finished.stdout == ''
    assert finished.returncode == 1


def test_what_a_command_printed_is_returned(tmp_path: Path) -> None:
    assert Launcher(tmp_path, None).run(['/bin/sh', '-c', 'echo out; echo err >&2']) == 'out\nerr\n'


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match='status 3:\nbroken'):
        Launcher(tmp_path, None).run(['/bin/sh', '-c', 'echo broken; exit 3'])


def test_a_command_sees_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('PGHOST', 'elsewhere')
    assert 'PGHOST' not in Launcher(tmp_path, None).run(['/usr/bin/env'])


@pytest.mark.skipif(os.geteuid() != 0, reason='only root can become another user')
def test_root_runs_commands_as_another_user() -> None:
    account = server_account()
    assert account is not None
    assert account.uid != 0
    ids = Launcher(Path('/'), account).run(['/bin/sh', '-c', 'id -u; id -g; id -G'])
    assert ids.split() == [str(account.uid), str(account.gid), str(account.gid)]


@pytest.mark.skipif(os.geteuid() != 0, reason='only root can become another user')
def test_what_the_server_owns_is_closed_to_others(tmp_path: Path) -> None:
    secret = tmp_path / 'secret'
    secret.touch(mode=0o644)
    Launcher(tmp_path, Account(65534, 65534)).own(secret)
    status = secret.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (65534, 65534, 0o600)
