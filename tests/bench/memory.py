"""What an idle client costs in memory."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial

import click

from tests.bench.contenders import PROXIES, REFERENCE, Contender, started
from tests.bench.figures import Case, Column, Figures, Round, Table
from tests.bench.logins import log_in
from tests.bench.options import TLS, Setting, measurement, numbers
from tests.bench.proc import resident_kilobytes
from tests.bench.report import one_round, report
from tests.bench.stage import Stage


def table(contenders: tuple[str, ...]) -> Table:
    """Return how memory is printed."""
    columns = (
        Column('empty MiB', 'empty_mib', 1),
        Column('full MiB', 'full_mib', 1),
        Column('KiB/client', 'kib', 1),
        Column('ratio', 'kib', ratio=True),
    )
    return Table(('idle', 'clients'), columns, contenders, REFERENCE)


def measure(setting: Setting, stage: Stage, counts: Sequence[int], *, tls: bool) -> Iterator[Case]:
    """Measure with each number of clients."""
    for count in counts:
        rounds = [one_round_of_new_ones(setting, stage, count, tls=tls) for _ in range(setting.rounds)]
        yield Case({'idle': 'TLS' if tls else 'plain', 'clients': str(count)}, rounds)


def one_round_of_new_ones(setting: Setting, stage: Stage, count: int, *, tls: bool) -> Round:
    """Start each contender for itself, as memory that was once taken is seldom given back."""
    found: dict[str, Figures] = {}
    for name in setting.contenders:
        with started(stage, (name,)) as contenders:
            found |= one_round(contenders, partial(occupied, count, tls))
    return found


def occupied(count: int, tls: bool, contender: Contender) -> Figures:
    """Log ``count`` clients in; the first, who is gone before, has what is needed only once made."""
    with ExitStack() as ends:
        with log_in(contender.port, tls=tls):
            pass
        empty = resident_kilobytes(contender.pid or 0)
        for _ in range(count):
            ends.enter_context(log_in(contender.port, tls=tls))
        full = resident_kilobytes(contender.pid or 0)
    return {'empty_mib': empty / 1024, 'full_mib': full / 1024, 'kib': (full - empty) / count}


@click.command()
@measurement(PROXIES, seconds=None, rounds=1)
@click.option('--clients', callback=numbers, default='1000,5000', show_default=True)
@TLS
def memory(setting: Setting, clients: tuple[int, ...], tls: bool) -> None:
    """Memory that idle clients take."""
    with setting.stage() as stage:
        report(setting, stage, [(table(setting.contenders), measure(setting, stage, clients, tls=tls))])
