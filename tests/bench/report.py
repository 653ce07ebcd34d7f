"""Say what is measured: lines while it goes on, and JSON at the end if it was asked for."""

from collections.abc import Callable, Iterable, Sequence

import click

from tests.bench.contenders import REFERENCE, Contender, pgbouncer_program, pgbouncer_version, reference
from tests.bench.figures import Case, Conditions, Figures, Round, Table, as_json
from tests.bench.options import Setting
from tests.bench.stage import RunFailed, Stage


def one_round(contenders: Sequence[Contender], measure: Callable[[Contender], Figures]) -> Round:
    """Measure each contender once, in turn; say who has failed, and go on without it."""
    found: dict[str, Figures] = {}
    for contender in contenders:
        try:
            found[contender.name] = measure(contender)
        except RunFailed as failure:
            click.echo(f'{contender.name} has failed: {failure}', err=True)
    return found


def report(
    setting: Setting, stage: Stage, sections: Iterable[tuple[Table, Iterable[Case]]], notes: tuple[str, ...] = ()
) -> None:
    """Print each case as soon as it has been measured; ``notes`` stand above all."""
    given = conditions(setting, stage, notes)
    click.echo(preamble(given))
    told: list[Case] = []
    for table, cases in sections:
        click.echo(f'\n{table.header()}')
        for case in cases:
            click.echo('\n'.join(table.lines(case)))
            told.append(case)
    if setting.json is not None:
        setting.json.write(as_json(given, told, reference(setting.contenders)) + '\n')


def conditions(setting: Setting, stage: Stage, notes: tuple[str, ...]) -> Conditions:
    """Return what all figures of this run have in common."""
    [(postgres,)] = stage.cluster.execute('SHOW server_version')
    takes_part = REFERENCE in setting.contenders
    version = '.'.join(map(str, pgbouncer_version(pgbouncer_program(stage)))) if takes_part else ''
    return Conditions(str(postgres), version, setting.rounds, setting.seconds, setting.pool, setting.unix, notes)


def preamble(given: Conditions) -> str:
    """Return the lines above all tables."""
    servers = f'PostgreSQL {given.postgres} over {"its Unix socket" if given.unix else "TCP"}'
    pooler = f', pgbouncer {given.pgbouncer}' if given.pgbouncer else ''
    rounds = f'rounds: {given.rounds}' + (f' of {given.seconds} s for each' if given.seconds else '')
    return '\n'.join([f'{servers}{pooler}; pool of {given.pool}; {rounds}', *given.notes])


def substitutions(contenders: Sequence[Contender], protocols: Iterable[str]) -> tuple[str, ...]:
    """Say for whom another protocol stands in the place of one of ``protocols``."""
    return tuple(
        f'{each.name} cannot do {protocol} in transaction mode: it stands there with {each.spoken(protocol)}'
        for each in contenders
        for protocol in dict.fromkeys(protocols)
        if each.spoken(protocol) != protocol
    )
