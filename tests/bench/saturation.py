"""What becomes of throughput and fairness when there are far more clients than server connections."""

from collections.abc import Iterator, Sequence
from functools import partial

import click

from tests.bench import pgbench
from tests.bench.contenders import PROXIES, REFERENCE, Contender, started
from tests.bench.figures import Case, Column, Figures, Round, Table
from tests.bench.options import PROTOCOL, Setting, measurement
from tests.bench.pgbench import Load
from tests.bench.report import one_round, report, substitutions
from tests.bench.stage import Stage

MULTIPLES = (1, 2, 5, 10, 50)
"""Numbers of clients, in sizes of the pool; at the last one throughput is compared with its peak."""
CROWD = 1000
"""Clients that fairness is judged with."""


def counts(pool: int) -> list[int]:
    """Return the numbers of clients, ascending."""
    return sorted({CROWD, *(pool * multiple for multiple in MULTIPLES)})


def tables(contenders: tuple[str, ...]) -> tuple[Table, Table]:
    """Return how each number of clients is printed, and what follows from all of them."""
    by_count = (
        Column('tps', 'tps'),
        Column('CPU us', 'cpu_us', 1),
        Column('p50 ms', 'p50_ms', 3),
        Column('p99 ms', 'p99_ms', 3),
        Column('p99/p50', 'p99_by_p50', 2),
        Column('CPU ratio', 'cpu_us', ratio=True),
        Column('tps ratio', 'tps', ratio=True),
        Column('p99/p50 ratio', 'p99_by_p50', ratio=True),
    )
    summary = (
        Column('peak tps', 'peak_tps'),
        Column('tps', 'tps'),
        Column('share', 'share', 2),
        Column('share ratio', 'share', ratio=True),
    )
    return Table(('clients',), by_count, contenders, REFERENCE), Table(('clients',), summary, contenders, REFERENCE)


def measure(setting: Setting, stage: Stage, contenders: Sequence[Contender], protocol: str) -> dict[int, list[Round]]:
    """Return the rounds of each number of clients; all of them are measured within one round."""
    rounds: dict[int, list[Round]] = {count: [] for count in counts(setting.pool)}
    for number in range(setting.rounds):
        for count, found in rounds.items():
            click.echo(f'round {number + 1} of {setting.rounds}, {count} clients', err=True)
            run = partial(pgbench.run, stage, Load('select', protocol, count), setting.seconds)
            found.append(one_round(contenders, run))
    return rounds


def cases(rounds: dict[int, list[Round]]) -> Iterator[Case]:
    """Yield one for each number of clients."""
    for count, found in rounds.items():
        yield Case({'clients': str(count)}, found)


def summary(rounds: dict[int, list[Round]], pool: int) -> Case:
    """Return what remains of the peak of throughput at the greatest multiple of the pool."""
    most = pool * MULTIPLES[-1]
    return Case({'clients': str(most)}, [_shares(dict(zip(rounds, each, strict=True)), most)
                                         for each in zip(*rounds.values(), strict=True)])  # fmt: skip


def _shares(by_count: dict[int, Round], most: int) -> Round:
    return {name: _share(by_count, name, most) for name in by_count[most]}


def _share(by_count: dict[int, Round], name: str, most: int) -> Figures:
    peak = max(found[name]['tps'] for found in by_count.values() if name in found)
    tps = by_count[most][name]['tps']
    return {'peak_tps': peak, 'tps': tps, 'share': tps / peak}


@click.command()
@measurement(PROXIES)
@PROTOCOL
def saturation(setting: Setting, protocol: str) -> None:
    """Throughput and fairness with many more clients than server connections."""
    by_count, overall = tables(setting.contenders)
    with setting.stage() as stage, started(stage, setting.contenders) as contenders:
        rounds = measure(setting, stage, contenders, protocol)
        sections = [(by_count, cases(rounds)), (overall, [summary(rounds, setting.pool)])]
        report(setting, stage, sections, substitutions(contenders, (protocol,)))
