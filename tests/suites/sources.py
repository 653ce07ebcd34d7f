"""Fetches source packages and makes the environments that their tests run in; both are kept in the user's cache."""

import os
import shutil
import subprocess
import sys
import tarfile
import venv
from importlib.metadata import PackageNotFoundError
from pathlib import Path

from tests.suites.suite import Suite, installed_version

TEST_RUNNER = ('pytest', 'pytest-timeout')


def cache() -> Path:
    """Return the directory where everything is kept."""
    return Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / 'pgdog-gevent-suites'


def tests_of(suite: Suite) -> Path:
    """Return a directory with the suite's tests, fetched and unpacked if this is the first time."""
    version = installed_version(suite.package)
    directory = cache() / f'{suite.package}-{version}'
    if not directory.exists():
        unpack(fetch(suite.package, version), suite, directory)
    return directory


def python_for(suite: Suite) -> Path:
    """Return the Python of an environment that has what the suite needs."""
    requirements = [pinned(name) for name in (*TEST_RUNNER, *suite.requirements)]
    directory = cache() / f'venv-{suite.package}'
    stamp = directory / 'requirements'
    wanted = '\n'.join([sys.version, *requirements])
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(directory, clear=True, with_pip=True)
        subprocess.run([directory / 'bin' / 'pip', 'install', '-q', *requirements], check=True)
        stamp.write_text(wanted)
    return directory / 'bin' / 'python'


def fetch(package: str, version: str) -> Path:
    """Download a source package; pip builds its metadata first, which takes minutes for asyncpg."""
    directory = cache() / 'packages'
    packages = list(directory.glob(f'{package}-{version}.tar.gz'))
    if not packages:
        options = ['--no-binary', ':all:', '--no-deps', '-q', '-d', str(directory)]
        command = [sys.executable, '-m', 'pip', 'download', *options, f'{package}=={version}']
        subprocess.run(command, check=True)
        packages = list(directory.glob(f'{package}-{version}.tar.gz'))
    return packages[0]


def unpack(package: Path, suite: Suite, directory: Path) -> None:
    """Unpack what the suite wants of ``package``, without its first folder; all of it or nothing."""
    unfinished = directory.with_name(f'{directory.name}.unfinished')
    shutil.rmtree(unfinished, ignore_errors=True)
    with tarfile.open(package) as archive:
        for member in archive.getmembers():
            member.name = member.name.partition('/')[2]
            if member.name.startswith(suite.unpacked):
                archive.extract(member, unfinished, filter='data')
    unfinished.rename(directory)


def pinned(package: str) -> str:
    """Return the requirement for the version beside us, or for any if it is not installed here."""
    try:
        return f'{package}=={installed_version(package)}'
    except PackageNotFoundError:
        return package
