"""What is wrong with a configuration, in a form that can be printed, counted and compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from pgdog_gevent import sqlstate
from pgdog_gevent.errors import ProxyError


class Gravity(Enum):
    """Whether a finding refuses the configuration."""

    ERROR = 'error'
    WARNING = 'warning'


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, at one place.

    Either ``problem`` says it in words, or ``expected`` and ``value`` do. Values of secret settings never get here.
    """

    file: str
    path: str
    """Dotted key (``databases[0].port``), environment variable, or line and column."""
    problem: str = ''
    value: str = ''
    """What is there, as TOML writes it."""
    expected: str = ''
    hint: str = ''
    severity: Gravity = Gravity.ERROR

    def __str__(self) -> str:
        got = f', got {self.value}' if self.value else ''
        said = self.problem or f'expected {self.expected}{got}'
        place = ': '.join(filter(None, (self.file, self.path)))
        gravity = 'warning: ' if self.severity is Gravity.WARNING else ''
        return f'{place}: {gravity}{said}' + (f', {self.hint}' if self.hint else '')


class Files(NamedTuple):
    """The names of the two files, as findings print them."""

    config: str = 'pgdog.toml'
    users: str = 'users.toml'


class ConfigError(ProxyError):
    """The configuration is refused; ``findings`` holds everything that is wrong with it, warnings too."""

    sqlstate = sqlstate.CONFIG_FILE_ERROR

    def __init__(self, findings: Sequence[Finding]) -> None:
        errors = sum(finding.severity is Gravity.ERROR for finding in findings)
        super().__init__(
            f'configuration refused: {errors} error{"" if errors == 1 else "s"}',
            detail='\n'.join(map(str, findings)),
        )
        self.findings = tuple(findings)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether any of the findings is more than a warning."""
    return any(finding.severity is Gravity.ERROR for finding in findings)


def error(path: str, problem: str, hint: str = '') -> Finding:
    """Make an error whose file is not known yet."""
    return Finding('', path, problem, hint=hint)


def warning(path: str, problem: str, hint: str = '') -> Finding:
    """Make a warning whose file is not known yet."""
    return Finding('', path, problem, hint=hint, severity=Gravity.WARNING)
