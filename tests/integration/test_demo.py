"""The demo, as a user runs it: what it shows, and what it leaves behind."""

import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pgdog_gevent.demo.cluster import ServerFailed
from pgdog_gevent.demo.proxy import proxy_environment
from pgdog_gevent.demo.settings import ClusterSettings
from pgdog_gevent.demo.site import Site

LAST_LINE = b'Ctrl-C ends the demo'
PATIENCE = 60.0
KILLED = """
import sys, time
from pathlib import Path
from pgdog_gevent.demo.site import Site
with Site(Path(sys.argv[1])) as site:
    site.cluster('one')
    print('ready', flush=True)
    time.sleep(600)
"""


@pytest.fixture
def temporary(site: Site) -> Iterator[Path]:
    """Where the demo puts its files; the servers' user can pass through, unlike ``tmp_path``."""
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o711)
        yield Path(directory)


@contextmanager
def started(temporary: Path, *command: str) -> Iterator['subprocess.Popen[bytes]']:
    with subprocess.Popen(
        [sys.executable, *command],
        env=proxy_environment() | {'TMPDIR': str(temporary), 'PYTHONUNBUFFERED': '1'},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: 'subprocess.Popen[bytes]', text: bytes) -> bytes:
    """Read what a process prints until it has printed ``text``."""
    assert process.stdout is not None
    printed = b''
    while text not in printed:
        assert select.select([process.stdout], [], [], PATIENCE)[0], printed
        more = os.read(process.stdout.fileno(), 65536)
        assert more, printed
        printed += more
    return printed


def processes_below(directory: Path) -> list[str]:
    """Return the command lines that name ``directory``, and those of processes that work in it."""
    found = []
    for entry in Path('/proc').glob('[0-9]*'):
        try:
            command = (entry / 'cmdline').read_bytes().replace(b'\0', b' ').decode(errors='replace')
            works_in = os.readlink(entry / 'cwd')
        except OSError:
            continue
        if str(directory) in command or works_in.startswith(str(directory)):
            found.append(command)
    return found


def test_the_demo_shows_what_shards_answer_and_leaves_nothing(temporary: Path) -> None:
    with started(temporary, '-m', 'pgdog_gevent', 'demo', '--once', '--port', '0') as process:
        printed, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, printed
    for line in (b'Netherlands | 4 ', b'4       | 1  | 100\n', b'3       | 1  | 55\n', b'--> shard 1, because'):
        assert line in printed
    assert list(temporary.iterdir()) == []
    assert processes_below(temporary) == []


@pytest.mark.parametrize('signum', [signal.SIGINT, signal.SIGTERM], ids=lambda signum: signum.name)
@pytest.mark.parametrize('moment', [b'Starting', LAST_LINE], ids=['while it starts', 'while it runs'])
def test_a_signal_ends_the_demo_and_leaves_nothing(temporary: Path, signum: signal.Signals, moment: bytes) -> None:
    with started(temporary, '-m', 'pgdog_gevent', 'demo', '--port', '0') as process:
        printed = read_until(process, moment)
        process.send_signal(signum)
        rest, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, printed + rest
    assert b'Traceback' not in rest
    assert list(temporary.iterdir()) == []
    assert processes_below(temporary) == []


@pytest.mark.skipif(sys.platform != 'linux', reason='only Linux tells a process that its parent has died')
def test_a_site_that_is_killed_leaves_no_server(temporary: Path, site: Site) -> None:
    with started(temporary, '-c', KILLED, str(site.bindir)) as process:
        read_until(process, b'ready')
        assert processes_below(temporary) != []
    log = next(temporary.glob('*/one/log'))
    while processes_below(temporary):
        # The server's last line comes before its end; the timeout of the test is the limit.
        os.sched_yield()
    assert 'immediate shutdown request' in log.read_text()


def test_an_error_inside_a_site_leaves_nothing(temporary: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, 'tempdir', str(temporary))
    with pytest.raises(ServerFailed, match='unrecognized configuration parameter "nonsense"'):
        start_a_good_and_a_bad_cluster(site.bindir)
    assert list(temporary.iterdir()) == []
    assert processes_below(temporary) == []


def start_a_good_and_a_bad_cluster(bindir: Path) -> None:
    with Site(bindir) as site:
        site.cluster('good')
        site.cluster('bad', ClusterSettings(parameters={'nonsense': '1'}))
