"""What a transaction costs, and how fast it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import click

from tests.bench import pgbench
from tests.bench.contenders import Contender, reference, started
from tests.bench.figures import Case, Column, Table
from tests.bench.options import Setting, measurement, names, numbers
from tests.bench.pgbench import PROTOCOLS, WORKLOADS, Load
from tests.bench.report import one_round, report, substitutions
from tests.bench.stage import Stage


@dataclass(frozen=True, slots=True)
class Kind:
    """Loads of one workload."""

    workload: str
    protocols: tuple[str, ...]
    clients: tuple[int, ...]
    tls: bool = False

    def loads(self) -> Iterator[Load]:
        """Yield each."""
        for protocol in self.protocols:
            for count in self.clients:
                yield Load(self.workload, protocol, count, self.tls)


TARGETS = (
    Kind('select', PROTOCOLS, (1, 16, 100)),
    Kind('select', ('simple', 'prepared'), (16, 100), tls=True),
    Kind('tpcb', ('simple', 'prepared'), (16, 100)),
    Kind('repeatable', ('simple', 'prepared'), (16,)),
    Kind('rows', ('simple', 'extended'), (16,)),
    Kind('reconnect', ('simple',), (16,)),
    Kind('two_shards', ('simple', 'prepared'), (1, 16)),
    Kind('three_shards', ('simple', 'prepared'), (1, 16)),
)
"""What is measured unless something else is asked for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the command's own options say; absent is what the targets say."""

    workloads: tuple[str, ...] | None = None
    protocols: tuple[str, ...] | None = None
    clients: tuple[int, ...] | None = None
    tls: bool | None = None

    def loads(self) -> list[Load]:
        """Return the targets of the chosen workloads, with everything else as it was chosen; each once."""
        chosen = [kind for kind in TARGETS if self.workloads is None or kind.workload in self.workloads]
        return list(dict.fromkeys(load for kind in chosen for load in self._applied(kind).loads()))

    def _applied(self, kind: Kind) -> Kind:
        tls = kind.tls if self.tls is None else self.tls
        return replace(kind, protocols=self.protocols or kind.protocols, clients=self.clients or kind.clients, tls=tls)


def table(contenders: tuple[str, ...]) -> Table:
    """Return how loads are printed."""
    columns = (
        Column('tps', 'tps'),
        Column('CPU us', 'cpu_us', 1),
        Column('p50 ms', 'p50_ms', 3),
        Column('p95 ms', 'p95_ms', 3),
        Column('p99 ms', 'p99_ms', 3),
        Column('CPU ratio', 'cpu_us', ratio=True),
        Column('tps ratio', 'tps', ratio=True),
        Column('p99 ratio', 'p99_ms', ratio=True),
    )
    return Table(('workload', 'protocol', 'clients'), columns, contenders, reference(contenders))


def labels(load: Load) -> dict[str, str]:
    """Return what tells a load from others."""
    workload = f'{load.workload}/TLS' if load.tls else load.workload
    return {'workload': workload, 'protocol': load.protocol, 'clients': str(load.clients)}


def measure(
    setting: Setting, stage: Stage, contenders: Sequence[Contender], loads: Sequence[Load]
) -> Iterator[Case]:
    """Measure load after load, each in all rounds."""
    for load in loads:
        run = partial(pgbench.run, stage, load, setting.seconds)
        yield Case(labels(load), [one_round(contenders, run) for _ in range(setting.rounds)])


@click.command()
@measurement()
@click.option('--workload', 'workloads', callback=names(tuple(WORKLOADS)), help=f'Absent: all: {",".join(WORKLOADS)}.')
@click.option('--protocols', callback=names(PROTOCOLS), help='Absent: those of the targets.')
@click.option('--clients', callback=numbers, help='Absent: those of the targets.')
@click.option('--tls/--no-tls', default=None, help='Absent: as in the targets, which have both.')
def transactions(
    setting: Setting, workloads: tuple[str, ...] | None, protocols: tuple[str, ...] | None,
    clients: tuple[int, ...] | None, tls: bool | None,
) -> None:  # fmt: skip
    """CPU time, throughput and latency of transactions."""
    loads = Choice(workloads, protocols, clients, tls).loads()
    with setting.stage(max(load.clients for load in loads)) as stage, started(stage, setting.contenders) as contenders:
        sections = [(table(setting.contenders), measure(setting, stage, contenders, loads))]
        report(setting, stage, sections, substitutions(contenders, (load.protocol for load in loads)))
