"""Run pgbench against one contender, and read what it says and logs. Source: PostgreSQL docs, "pgbench"."""

import itertools
import math
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from tests.bench.contenders import Contender
from tests.bench.figures import Figures, percentile
from tests.bench.stage import PLACES, RunFailed, Stage, address, pgbench_environment

PROTOCOLS = ('simple', 'extended', 'prepared')
CLIENTS_PER_THREAD = 250
LONGEST_LOGIN = 300
"""Seconds in which all clients must have logged in."""
GRACE = 10
DONE = re.compile(r'actually processed: (\d+)')
SPEED = re.compile(r'tps = ([\d.]+)')
PROGRESS = re.compile(r'progress: ([\d.]+) s, ([\d.]+) tps')


class Workload(NamedTuple):
    """What each client does again and again."""

    arguments: tuple[str, ...] = ()
    script: str = ''
    """If there is one, it is run instead of one of pgbench's own."""
    logged: float = 1.0
    """Share of transactions whose latency is logged, unless there are so many clients that they are slow."""
    reconnects: bool = False
    """Whether each transaction has a connection of its own."""
    thread_each: bool = True
    """Whether each client needs a thread of pgbench. It stands still while one of its clients connects or prepares: if
    the others have all server connections, in transactions or with results that nobody reads, that is for ever."""


def moves(shards: int) -> str:
    """Return the script of a transaction that writes one row on each of the first ``shards``."""
    chosen = (f'\\set place{shard} random({shard * PLACES}, {(shard + 1) * PLACES - 1})\n' for shard in range(shards))
    updates = (f'UPDATE moved SET amount = amount + 1 WHERE place = :place{shard};\n' for shard in range(shards))
    return ''.join((*chosen, 'BEGIN;\n', *updates, 'COMMIT;\n'))


WORKLOADS: Mapping[str, Workload] = {
    'select': Workload(('-b', 'select-only'), logged=0.1, thread_each=False),
    'tpcb': Workload(('-b', 'tpcb-like')),
    'rows': Workload(script='SELECT id, filler FROM thousand;\n'),
    'reconnect': Workload(('-b', 'select-only', '-C'), reconnects=True),
    'repeatable': Workload(
        script='\\set aid random(1, 100000)\n'
        'BEGIN ISOLATION LEVEL REPEATABLE READ;\n'
        'SELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n'
        'SELECT count(*) FROM pgbench_branches;\n'
        'COMMIT;\n'
    ),
    'two_shards': Workload(script=moves(2)),
    'three_shards': Workload(script=moves(3)),
}


class Load(NamedTuple):
    """One run: who does what, and how."""

    workload: str
    protocol: str
    clients: int
    tls: bool = False


class Progress(NamedTuple):
    """A report of pgbench while it runs, and the CPU time that the contender had used when it came."""

    time: float
    transactions_per_second: float
    """Since the last report."""
    cpu_seconds: float


class Steady(NamedTuple):
    """What was done in some time, and the CPU time that it took the contender."""

    transactions: float
    seconds: float
    cpu_seconds: float


class Printed(NamedTuple):
    """What pgbench says at its end; logging in at the start is not part of the time."""

    transactions: int
    transactions_per_second: float


def run(stage: Stage, load: Load, seconds: int, contender: Contender) -> Figures:
    """Run pgbench for ``seconds``. Raises RunFailed, also if only one of its clients gave up.

    pgbench's own time begins before its clients log in, which takes many of them longer than a whole run. So we end
    it, with the signal that it would send to itself: its first report comes a second after the last login.
    """
    workload = WORKLOADS[load.workload]
    directory = stage.directory()
    (directory / 'script').write_text(workload.script)
    command = [str(stage.pgbench), *_arguments(load, contender, seconds), *address(contender.port)]
    before = contender.cpu_seconds
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=directory,
        env=pgbench_environment(tls=load.tls),
    ) as process, killed_after(seconds + LONGEST_LOGIN + GRACE, process):  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        end = partial(process.send_signal, signal.SIGALRM)
        reports, complaints = follow(process.stderr, lambda: contender.cpu_seconds, seconds, end)
        said = process.stdout.read()
    if process.returncode != 0:
        raise RunFailed(f'status {process.returncode} of pgbench: {"".join(complaints[:3])}')
    printed = read_printed(said)
    seconds_in_all = printed.transactions / printed.transactions_per_second
    whole = Steady(printed.transactions, seconds_in_all, contender.cpu_seconds - before)
    log = [line for path in directory.glob('log.*') for line in path.read_text().splitlines()]
    shutil.rmtree(directory)
    counted = steady(reports) or whole
    span = (reports[0].time, reports[-1].time) if len(reports) > 1 else (0.0, math.inf)
    took = latencies(log, *span, cycles=workload.reconnects)
    found = {'tps': counted.transactions / counted.seconds, **percentiles(took)}
    if contender.pid is not None:
        found['cpu_us'] = counted.cpu_seconds / counted.transactions * 1e6
    return found


@contextmanager
def killed_after(seconds: float, process: 'subprocess.Popen[str]') -> Iterator[None]:
    """Kill ``process`` if the block takes longer, so that what waits for its output goes on."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def follow(
    stderr: Iterable[str], cpu: Callable[[], float], most: int, end: Callable[[], None]
) -> tuple[list[Progress], list[str]]:
    """Read what pgbench reports, and ``end`` it after ``most`` of that; return its reports, and all other lines."""
    reports: list[Progress] = []
    others: list[str] = []
    for line in stderr:
        found = PROGRESS.match(line)
        if found is None:
            others.append(line)
        else:
            reports.append(Progress(float(found[1]), float(found[2]), cpu()))
            if len(reports) == most:
                end()
    return reports, others


def steady(reports: Sequence[Progress]) -> Steady | None:
    """Return what was done between the first report and the last; ``None`` if there is only one.

    So what it costs to log in and out does not count, nor what happens once.
    """
    pairs = list(itertools.pairwise(reports))
    transactions = sum((later.time - earlier.time) * later.transactions_per_second for earlier, later in pairs)
    if not transactions:
        return None
    first, last = reports[0], reports[-1]
    return Steady(transactions, last.time - first.time, last.cpu_seconds - first.cpu_seconds)


def read_printed(said: str) -> Printed:
    """Read what pgbench prints at its end. Raises RunFailed if nothing was done."""
    done, speed = DONE.search(said), SPEED.search(said)
    if done is None or speed is None or not int(done[1]):
        raise RunFailed(f'no transaction was done in time: {said!r}')
    return Printed(int(done[1]), float(speed[1]))


def latencies(log: Iterable[str], since: float = 0.0, until: float = math.inf, *, cycles: bool) -> list[float]:
    """Return milliseconds for each transaction in pgbench's log that has ended between two times, in seconds.

    The log leaves out how long a client takes to connect. With ``cycles``, when each does nothing but that and one
    transaction, and every transaction is logged, it is the time since the client's last one that counts.
    """
    found: list[float] = []
    last: dict[str, int] = {}
    for line in log:
        client, _, latency, _, seconds, microseconds, *_ = line.split()
        ended = int(seconds) * 1_000_000 + int(microseconds)
        if since <= ended / 1_000_000 <= until:
            if not cycles:
                found.append(int(latency) / 1000)
            elif client in last:
                found.append((ended - last[client]) / 1000)
        last[client] = ended
    return found


def percentiles(milliseconds: Sequence[float]) -> Figures:
    """Return those that tables have, and how far the slow are from the usual; none of nothing."""
    if not milliseconds:
        return {}
    found = {f'p{percent}_ms': percentile(milliseconds, percent) for percent in (50, 95, 99)}
    return {**found, 'p99_by_p50': found['p99_ms'] / found['p50_ms']}


def _arguments(load: Load, contender: Contender, seconds: int) -> list[str]:
    workload = WORKLOADS[load.workload]
    crowds = load.clients // CLIENTS_PER_THREAD
    threads = load.clients if workload.thread_each else max(1, crowds)
    script = ['-f', 'script'] if workload.script else []
    sampling = [f'--sampling-rate={workload.logged}'] if workload.logged < 1 and not crowds else []
    return [
        *('-n', '-M', contender.spoken(load.protocol), '-c', str(load.clients), '-j', str(threads)),
        *('-T', str(seconds + LONGEST_LOGIN), '-P', '1', '--progress-timestamp', '-l', '--log-prefix=log'),
        *workload.arguments, *script, *sampling,
    ]  # fmt: skip
