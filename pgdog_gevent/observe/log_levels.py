"""``log_level``: what is logged, by part of the proxy. Pure.

The language is that of PgDog's ``RUST_LOG``: ``info,pgdog_gevent.backend=debug``. PgDog's own names of parts are
understood as far as the parts are called the same: ``pgdog::backend=debug``.
"""

import logging
from dataclasses import dataclass, field
from typing import Final

TRACE: Final = 5
OFF: Final = logging.CRITICAL + 10

NAMES: Final = {
    'off': OFF,
    'critical': logging.CRITICAL,
    'error': logging.ERROR,
    'warn': logging.WARNING,
    'warning': logging.WARNING,
    'info': logging.INFO,
    'debug': logging.DEBUG,
    'trace': TRACE,
}


@dataclass(frozen=True, slots=True)
class Levels:
    """The least severe level that is logged: of everything, and of those loggers that have their own."""

    everything: int = logging.INFO
    parts: dict[str, int] = field(default_factory=dict)


def levels(setting: str) -> Levels:
    """Read ``log_level``. What names no level counts for nothing; ``configcheck`` warns of it."""
    everything, parts = logging.INFO, {}
    for directive in setting.split(','):
        part, _, word = directive.rpartition('=')
        level = NAMES.get(word.strip().lower())
        if level is None:
            continue
        if name := logger_name(part.strip()):
            parts[name] = level
        else:
            everything = level
    return Levels(everything, parts)


def logger_name(target: str) -> str:
    """Return what we call a part that may be named in PgDog's way."""
    name = target.replace('::', '.')
    first, dot, rest = name.partition('.')
    return f'pgdog_gevent{dot}{rest}' if first == 'pgdog' else name
