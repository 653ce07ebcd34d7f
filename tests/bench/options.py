"""The options that all measurements share."""

import functools
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import click

from tests.bench.contenders import CONTENDERS
from tests.bench.pgbench import PROTOCOLS
from tests.bench.stage import SHARDS, Stage, stage

SPARE_CONNECTIONS = 30

PROTOCOL = click.option('--protocol', type=click.Choice(PROTOCOLS), default='simple', show_default=True)
TLS = click.option('--tls', is_flag=True, help='Clients use TLS.')


def names(known: Sequence[str]) -> Callable[[click.Context, click.Parameter, str | None], tuple[str, ...] | None]:
    """Return a callback that splits a list at its commas; each name must be in ``known``."""

    def split(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[str, ...] | None:
        if text is None:
            return None
        for name in text.split(','):
            if name not in known:
                raise click.BadParameter(f'{name!r} is not one of {", ".join(known)}', ctx, param)
        return tuple(text.split(','))

    return split


def numbers(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[int, ...] | None:
    """Split a list of positive numbers at its commas; a callback."""
    if text is None:
        return None
    if not all(each.isdecimal() and int(each) for each in text.split(',')):
        raise click.BadParameter(f'{text!r} is not a list of positive numbers', ctx, param)
    return tuple(int(each) for each in text.split(','))


@dataclass(frozen=True, slots=True)
class Setting:
    """What the shared options say."""

    contenders: tuple[str, ...]
    seconds: int
    """Length of a run; 0 if it ends by itself."""
    rounds: int
    pool: int
    unix: bool
    pgbouncer: Path | None
    json: IO[str] | None

    def stage(self, clients: int = 0) -> AbstractContextManager[Stage]:
        """Start a server that has room for all contenders, and for ``clients`` that come without one."""
        connections = clients + SHARDS * self.pool * len(self.contenders) + SPARE_CONNECTIONS
        return stage(connections, self.pool, unix=self.unix, pgbouncer=self.pgbouncer)


def measurement(
    contenders: Sequence[str] = tuple(CONTENDERS), seconds: int | None = 5, rounds: int | None = 3
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the shared options, with these defaults; it gets them as a ``Setting``.

    Without ``seconds`` runs end by themselves. Without ``rounds`` there are no figures to be made medians of.
    """
    options = [
        click.option('--contenders', callback=names(contenders), default=','.join(contenders), show_default=True),
        click.option('--pool', type=click.IntRange(1), default=20, show_default=True, help='Server connections.'),
        click.option('--unix', is_flag=True, help='Proxies reach the server over its Unix socket; otherwise over TCP.'),
        click.option('--pgbouncer', type=click.Path(exists=True, dir_okay=False, path_type=Path),
                     help="Its program, if not the system's."),
    ]  # fmt: skip
    if seconds is not None:
        options.append(click.option('--seconds', type=click.IntRange(1), default=seconds, show_default=True,
                                    help='Length of one run.'))  # fmt: skip
    if rounds is not None:
        options += [
            click.option('--rounds', type=click.IntRange(1), default=rounds, show_default=True,
                         help='Each contender runs once in a round; medians count.'),
            click.option('--json', type=click.File('w', lazy=False), help='Where all figures go as JSON.'),
        ]  # fmt: skip

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def read_options(
            contenders: tuple[str, ...], pool: int, unix: bool, pgbouncer: Path | None, seconds: int = 0,
            rounds: int = 1, json: IO[str] | None = None, **own: object,
        ) -> None:  # fmt: skip
            command(Setting(contenders, seconds, rounds, pool, unix, pgbouncer, json), **own)

        return functools.reduce(lambda wrapped, option: option(wrapped), reversed(options), read_options)

    return with_options
