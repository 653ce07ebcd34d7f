"""Where a contender spends its time: by ``perf``, or by ``py-spy`` where ``perf`` is not to be had."""

import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from pgdog_gevent.demo.proxy import STOP_TIMEOUT
from tests.bench import pgbench
from tests.bench.contenders import PROXIES, started
from tests.bench.options import PROTOCOL, TLS, Setting, measurement
from tests.bench.pgbench import WORKLOADS, Load
from tests.bench.proc import family

LINES = 40
"""Functions that are shown, those with the largest share."""
FREQUENCY = 997
"""Samples of perf for each second, no divisor of what may happen regularly; py-spy, which has to stop the process for
each, takes a hundred."""
PADDING = re.compile(r'[\s-]{2,}$|\s{2,}')
ADVICE = 'Neither perf can be used here nor py-spy: apt-get install linux-perf, or pip install py-spy.'


def shares(pid: int, directory: Path, load: Callable[[], object]) -> Iterator[str]:
    """Watch ``pid`` and its children during ``load``; yield lines that say where the time went."""
    pids = ','.join(map(str, family(pid)))
    perf, spy = shutil.which('perf'), shutil.which('py-spy')
    samples = directory / 'samples'
    if perf is not None and _can_watch(perf, pids, samples):
        with _watching([perf, 'record', '-q', '-F', str(FREQUENCY), '-o', str(samples), '-p', pids]):
            load()
        yield from perf_shares(perf, samples)
    elif spy is not None:
        options = ['--subprocesses', '--function', '-f', 'raw', '-o', str(samples)]
        with _watching([spy, 'record', *options, '-p', str(pid)]):
            load()
        yield from innermost(samples.read_text().splitlines())
    else:
        raise click.ClickException(ADVICE)


def perf_shares(perf: str, samples: Path) -> Iterator[str]:
    """Yield the share of each library, then those of functions."""
    for keys, most in (('dso', None), ('dso,symbol', LINES)):
        command = [perf, 'report', '-i', str(samples), '--stdio', '-q', '--sort', keys]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        lines = [PADDING.sub('  ', line.strip()) for line in printed.splitlines() if line.strip()]
        yield from ('', f'share by {keys}', *lines[:most])


def innermost(stacks: Iterable[str]) -> Iterator[str]:
    """Yield the share of each function itself, from lines with a stack, outermost first, and its samples."""
    counts: Counter[str] = Counter()
    for line in stacks:
        stack, _, count = line.rpartition(' ')
        counts[stack.rpartition(';')[2]] += int(count)
    yield 'share by function'
    for function, samples in counts.most_common(LINES):
        yield f'{samples / counts.total():8.2%}  {function}'


def _can_watch(perf: str, pids: str, samples: Path) -> bool:
    """Whether the kernel lets us."""
    command = [perf, 'record', '-q', '-o', str(samples), '-p', pids, '--', 'true']
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@contextmanager
def _watching(command: list[str]) -> Iterator[None]:
    """Run a profiler, which writes what it has seen when it is interrupted."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_TIMEOUT)


@click.command()
@measurement(PROXIES, seconds=10, rounds=None)
@click.option('--workload', type=click.Choice(tuple(WORKLOADS)), default='select', show_default=True)
@PROTOCOL
@click.option('--clients', type=click.IntRange(1), default=16, show_default=True)
@TLS
def profile(setting: Setting, workload: str, protocol: str, clients: int, tls: bool) -> None:
    """Where the time goes, by perf or py-spy."""
    load = Load(workload, protocol, clients, tls)
    with setting.stage() as stage, started(stage, setting.contenders) as contenders:
        for each in contenders:
            click.echo(f'\n{each.name}')
            if each.pid is not None:
                run = partial(pgbench.run, stage, load, setting.seconds, each)
                click.echo('\n'.join(shares(each.pid, stage.directory(), run)))
