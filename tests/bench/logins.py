"""How many clients can log in within a second, and what each login costs.

The clients are processes of our own: pgbench derives its key from the password for each login, which is more work
than any proxy has with it.
"""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import click

from pgdog_gevent.demo.proxy import SSL_REQUEST
from tests.bench.contenders import REFERENCE, Contender, started
from tests.bench.figures import Case, Column, Figures, Table
from tests.bench.options import TLS, Setting, measurement, numbers
from tests.bench.pgbench import percentiles
from tests.bench.report import one_round, report
from tests.bench.stage import DATABASE, PASSWORD, USER, RunFailed
from tests.fakes.frontend import Frontend

HEAD_START = 0.5
"""Seconds in which all client processes have come up."""


def log_in(port: int, *, tls: bool) -> Frontend:
    """Return a client that is logged in, by SCRAM. Raises RunFailed if it is refused."""
    client = Frontend(port)
    if tls:
        client.send(SSL_REQUEST)
        if client.receive(1) != b'S':
            raise RunFailed(f'no TLS on port {port}')
        client.start_tls()
    client.start(USER, DATABASE)
    try:
        last = client.log_in(USER, PASSWORD)[-1]
    except (EOFError, OSError) as error:
        raise RunFailed(f'no login on port {port}: {error!r}') from error
    if last.letter != 'Z':
        raise RunFailed(f'no login on port {port}: {last.body!r}')
    return client


def log_in_again_and_again(port: int, begin: float, seconds: float, tls: bool) -> list[float]:
    """Log in and out from ``begin``, by the monotonic clock; return how many milliseconds each login took."""
    with log_in(port, tls=tls):
        pass
    time.sleep(max(0.0, begin - time.monotonic()))
    took: list[float] = []
    while (asked := time.monotonic()) < begin + seconds:
        with log_in(port, tls=tls):
            took.append((time.monotonic() - asked) * 1000)
    return took


def figures(clients: int, seconds: float, tls: bool, contender: Contender) -> Figures:
    """Have ``clients`` processes log in for ``seconds``."""
    begin = time.monotonic() + HEAD_START
    with ProcessPoolExecutor(clients, multiprocessing.get_context('fork')) as processes:
        works = [processes.submit(log_in_again_and_again, contender.port, begin, seconds, tls) for _ in range(clients)]
        time.sleep(max(0.0, begin - time.monotonic()))
        before = contender.cpu_seconds
        took = [each for work in works for each in work.result()]
        spent = contender.cpu_seconds - before
    found = {'logins': len(took) / seconds, **percentiles(took)}
    return found if contender.pid is None else {**found, 'cpu_us': spent / len(took) * 1e6}


def table(contenders: tuple[str, ...]) -> Table:
    """Return how logins are printed."""
    columns = (
        Column('logins/s', 'logins'),
        Column('CPU us', 'cpu_us', 1),
        Column('p50 ms', 'p50_ms', 3),
        Column('p99 ms', 'p99_ms', 3),
        Column('CPU ratio', 'cpu_us', ratio=True),
        Column('logins ratio', 'logins', ratio=True),
    )
    return Table(('logins', 'clients'), columns, contenders, REFERENCE)


def measure(setting: Setting, contenders: Sequence[Contender], counts: Sequence[int], *, tls: bool) -> Iterator[Case]:
    """Measure with each number of clients."""
    for count in counts:
        run = partial(figures, count, setting.seconds, tls)
        rounds = [one_round(contenders, run) for _ in range(setting.rounds)]
        yield Case({'logins': 'SCRAM/TLS' if tls else 'SCRAM', 'clients': str(count)}, rounds)


@click.command()
@measurement()
@click.option('--clients', callback=numbers, default='8', show_default=True, help='Processes that log in.')
@TLS
def logins(setting: Setting, clients: tuple[int, ...], tls: bool) -> None:
    """Logins for each second, with SCRAM."""
    with setting.stage(max(clients)) as stage, started(stage, setting.contenders) as contenders:
        report(setting, stage, [(table(setting.contenders), measure(setting, contenders, clients, tls=tls))])
