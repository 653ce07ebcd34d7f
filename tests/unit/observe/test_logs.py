"""The whole of logging, in a process of its own that is monkey-patched as the proxy is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PREAMBLE = """
from gevent import monkey
monkey.patch_all()
import logging, os, sys, time
import gevent
from pgdog_gevent.config.settings import General
from pgdog_gevent.observe import logs
log = logging.getLogger('pgdog_gevent.backend.pool')
queries = logging.getLogger('pgdog_gevent.queries')
def query(text):
    queries.info('%s', text, extra={'user': 'alice', 'database': 'shop'})
"""
SOURCE = Path(__file__).resolve().parents[3]
PATIENCE = 60.0


def start(script: str, *, stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE) -> 'subprocess.Popen[str]':
    return subprocess.Popen(
        [sys.executable, '-c', f'{PREAMBLE}\n{script}'],
        stdout=stdout,
        stderr=stderr,
        text=True,
        env={**os.environ, 'PYTHONPATH': str(SOURCE)},
    )


def run(script: str) -> tuple[list[str], list[str]]:
    """Return the lines that a script has written to stdout and to stderr."""
    with start(script) as process:
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    return out.splitlines(), err.splitlines()


def messages(lines: list[str]) -> list[str]:
    return [line.split(': ', 1)[1] for line in lines]


def test_lines_go_to_stderr_and_are_there_when_the_process_has_ended() -> None:
    out, [line] = run("logs.configure(General())\nlog.info('opened %s', 'it', extra={'user': 'alice'})")
    assert out == []
    assert line.endswith('Z  INFO pgdog_gevent.backend.pool: opened it user=alice')


def test_json_lines_are_json() -> None:
    _, [line] = run("logs.configure(General(log_format='json'))\nlog.warning('opened', extra={'user': 'alice'})")
    assert json.loads(line)['fields'] == {'message': 'opened', 'user': 'alice'}


def test_parts_have_levels_of_their_own() -> None:
    script = """
logs.configure(General(log_level='warn,pgdog::backend=debug'))
log.debug('one')
logging.getLogger('pgdog_gevent.frontend').info('two')
logs.configure(General(log_level='warn'))
log.info('three')
log.warning('four')
"""
    assert messages(run(script)[1]) == ['one', 'four']


def test_repeated_lines_are_summed_up() -> None:
    script = """
logs.configure(General(log_dedup_window=60_000, log_dedup_threshold=1))
for _ in range(5): log.info('again')
"""
    assert messages(run(script)[1]) == ['again', 'again (not written: 4 more like this)']


def test_warnings_of_python_are_logged() -> None:
    _, lines = run("logs.configure(General())\nimport warnings\nwarnings.warn('old', stacklevel=1)")
    assert ' WARN py.warnings: ' in lines[0]


def test_statements_go_to_the_query_log_only(tmp_path: Path) -> None:
    path = tmp_path / 'queries'
    out, err = run(f"logs.configure(General(query_log={str(path)!r}))\nquery('SELECT 1,\\n2')")
    assert (out, err) == ([], [])
    assert path.read_text().split(' ', 1)[1] == 'user=alice database=shop SELECT 1,\\n2\n'
    assert path.stat().st_mode & 0o777 == 0o600


def test_statements_go_to_stdout_if_asked_for() -> None:
    [line], err = run("logs.configure(General(query_log_stdout=True))\nquery('SELECT 1')")
    assert (line.split(' ', 1)[1], err) == ('user=alice database=shop SELECT 1', [])


def test_statements_go_nowhere_unless_asked_for() -> None:
    assert run("logs.configure(General())\nquery('SELECT 1')") == ([], [])


def test_configuring_again_lets_the_query_log_be_rotated(tmp_path: Path) -> None:
    path = tmp_path / 'queries'
    script = f"""
general = General(query_log={str(path)!r})
logs.configure(general)
query('SELECT 1')
os.rename(general.query_log, {str(path)!r} + '.1')
query('SELECT 2')
logs.configure(general)
query('SELECT 3')
queries.handlers[0].flush()
logs.configure(General())
query('SELECT 4')
"""
    assert run(script) == ([], [])
    assert [line[-8:] for line in Path(f'{path}.1').read_text().splitlines()] == ['SELECT 1', 'SELECT 2']
    assert [line[-8:] for line in path.read_text().splitlines()] == ['SELECT 3']


def test_a_query_log_that_cannot_be_opened_is_said_and_the_one_before_goes_on(tmp_path: Path) -> None:
    path = tmp_path / 'queries'
    script = f"""
logs.configure(General(query_log={str(path)!r}))
logs.configure(General(query_log={str(tmp_path / 'no' / 'folder')!r}))
query('SELECT 1')
"""
    _, err = run(script)
    assert messages(err) == [f'cannot open query_log {tmp_path}/no/folder: No such file or directory']
    assert path.read_text().endswith('SELECT 1\n')


def test_a_full_disk_is_said_once_in_the_log() -> None:
    script = """
logs.configure(General(query_log='/dev/full'))
for _ in range(3):
    query('SELECT 1')
    gevent.sleep(0.05)
"""
    assert messages(run(script)[1]) == ['query_log /dev/full: cannot write: No space left on device']


BUSY = """
logs.configure(General())
ticks = []
def tick():
    while True:
        ticks.append(time.monotonic())
        gevent.sleep(0.005)
gevent.spawn(tick)
for _ in range(100):
    for _ in range(20):
        log.info('x' * 10_000)
    gevent.sleep(0.005)
print(max(later - earlier for earlier, later in zip(ticks, ticks[1:])))
"""


def test_a_blocked_stderr_delays_nobody_and_does_not_keep_the_process_from_ending() -> None:
    with start(BUSY) as process:
        assert process.stdout is not None
        longest_gap = float(process.stdout.readline())
        assert process.wait(PATIENCE) == 0
    assert longest_gap < 1.0


@pytest.mark.parametrize('redirection', ['2>&-', '2>/dev/full', '2> >(true)'], ids=['closed', 'full', 'broken pipe'])
def test_a_stderr_that_takes_nothing_disturbs_nobody(redirection: str, tmp_path: Path) -> None:
    script = tmp_path / 'script.py'
    proof = tmp_path / 'proof'
    script.write_text(f"{PREAMBLE}\n{BUSY}\nopen({str(proof)!r}, 'w').write('survived')")
    command = f'{sys.executable} {script} {redirection}'
    completed = subprocess.run(
        ['bash', '-c', command],
        stdout=subprocess.DEVNULL,
        timeout=PATIENCE,
        env={**os.environ, 'PYTHONPATH': str(SOURCE)},
    )
    assert completed.returncode == 0
    assert proof.read_text() == 'survived'


def test_without_stderr_lines_do_not_go_to_the_file_that_got_its_number(tmp_path: Path) -> None:
    script = f"""
os.close(2)
sys.stderr = sys.__stderr__ = None
victim = os.open({str(tmp_path / 'victim')!r}, os.O_WRONLY | os.O_CREAT)
assert victim == 2
logs.configure(General())
log.error('not here')
logging.shutdown()
"""
    run(script)
    assert (tmp_path / 'victim').read_bytes() == b''


def test_a_forked_process_logs_for_itself() -> None:
    script = """
import warnings
warnings.simplefilter('ignore')
logs.configure(General())
log.info('parent')
logging.root.handlers[0].flush()
if os.fork() == 0:
    log.info('child')
    logging.shutdown()
    os._exit(0)
os.wait()
log.info('parent again')
"""
    assert messages(run(script)[1]) == ['parent', 'child', 'parent again']


def test_threads_of_the_operating_system_may_log() -> None:
    script = """
logs.configure(General())
gevent.get_hub().threadpool.map(lambda number: log.info('%d', number), range(100))
"""
    assert sorted(map(int, messages(run(script)[1]))) == list(range(100))
