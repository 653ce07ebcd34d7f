"""Say what is measured: lines while it goes on, and JSON at the end if it was asked for."""

from collections.abc import Callable, Iterable, Sequence

import click

from tests.bench.contenders import PREPARES_SINCE, REFERENCE, Contender, pgbouncer_program, pgbouncer_version
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


def report(setting: Setting, stage: Stage, sections: Iterable[tuple[Table, Iterable[Case]]]) -> None:
    """Print each case as soon as it has been measured."""
    given = conditions(setting, stage)
    click.echo(preamble(given))
    told: list[Case] = []
    for table, cases in sections:
        click.echo(f'\n{table.header()}')
        for case in cases:
            click.echo('\n'.join(table.lines(case)))
            told.append(case)
    if setting.json is not None:
        setting.json.write(as_json(given, told, REFERENCE) + '\n')


def conditions(setting: Setting, stage: Stage) -> Conditions:
    """Return what all figures of this run have in common."""
    [(postgres,)] = stage.cluster.execute('SHOW server_version')
    pgbouncer, notes = _pgbouncer(setting, stage)
    return Conditions(str(postgres), pgbouncer, setting.rounds, setting.seconds, setting.pool, setting.unix, notes)


def preamble(given: Conditions) -> str:
    """Return the lines above all tables."""
    way = 'the Unix socket' if given.unix else 'TCP'
    lines = [
        f'PostgreSQL {given.postgres} over {way}, pgbouncer {given.pgbouncer or "absent"}, pool {given.pool}; '
        f'medians of {given.rounds} rounds of {given.seconds} s; ratios to {REFERENCE} (least-greatest)',
        *given.notes,
    ]
    return '\n'.join(lines)


def _pgbouncer(setting: Setting, stage: Stage) -> tuple[str, tuple[str, ...]]:
    """Its version, empty if it does not take part, and what has to be said about it."""
    if REFERENCE not in setting.contenders:
        return '', ()
    version = pgbouncer_version(pgbouncer_program(stage))
    text = '.'.join(map(str, version))
    if version >= PREPARES_SINCE:
        return text, ()
    note = f'pgbouncer {text} has no prepared statements in transaction mode: in its place stands its extended protocol'
    return text, (note,)
