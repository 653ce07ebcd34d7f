"""A temporary place where local clusters live, which takes everything with it when it ends."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from pgdog_gevent.demo.account import Account, CommandFailed, Launcher, server_account
from pgdog_gevent.demo.cluster import Cluster, Replica
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER, ClusterSettings, write

AnyCluster = TypeVar('AnyCluster', bound=Cluster)

PREFIX = 'pgdog-gevent-'
COPY = '/bin/cp'
NO_DIFFERENCE = ClusterSettings()
SHARED_LIBRARIES = '.libs'
"""Ending of the directory beside a package where wheels keep libraries, found by relative paths."""


class Site:
    """Makes clusters in one temporary directory; a context manager that stops them and removes it.

    Servers run under another user if we are root; their programs are copied if that user cannot reach them.
    """

    def __init__(self, bindir: Path) -> None:
        self.bindir = bindir
        self._account = server_account()
        self._directory = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
        # Others pass through, to what they own below.
        self._directory.chmod(0o711)
        self._ends = ExitStack()
        self._ends.callback(shutil.rmtree, self._directory)

    def __enter__(self) -> 'Site':
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def directory(self) -> Path:
        """The directory that goes when the site ends; callers may put files of their own there."""
        return self._directory

    def close(self) -> None:
        """Stop all clusters, the last made first, and remove the directory."""
        self._ends.close()

    def cluster(self, name: str, settings: ClusterSettings = NO_DIFFERENCE) -> Cluster:
        """Make and start a cluster; ``name`` is its directory's and must be new in this site."""
        template = self._template()
        launcher = self._launcher(name)
        launcher.run([COPY, '-Rp', str(template), str(launcher.directory / 'data')])
        return self._started(Cluster(self.bindir, launcher, settings))

    def stranger(self, name: str, settings: ClusterSettings = NO_DIFFERENCE) -> Cluster:
        """Make and start a cluster with a system identifier of its own, unlike all others of the site."""
        self._template()  # Finds programs that the account can run.
        launcher = self._launcher(name)
        initialize(self.bindir, launcher)
        return self._started(Cluster(self.bindir, launcher, settings))

    def replica(self, name: str, primary: Cluster, settings: ClusterSettings = NO_DIFFERENCE) -> Replica:
        """Make and start a streaming replica of ``primary``."""
        launcher = self._launcher(name)
        launcher.run([
            str(self.bindir / 'pg_basebackup'),
            *('--host', str(primary.directory), '--port', str(primary.port), '--username', SUPERUSER),
            *('--pgdata', str(launcher.directory / 'data'), '--checkpoint', 'fast'),
            *('--write-recovery-conf', '--no-sync', '--no-password'),
        ])
        return self._started(Replica(self.bindir, launcher, settings))

    def rejoin(self, stopped: Cluster, primary: Cluster) -> Replica:
        """Start a stopped cluster again, at its port, as a replica of ``primary``, which must have all that it had.

        What is returned stands for it from now on.
        """
        launcher = Launcher(stopped.directory, self._account)
        replica = Replica(self.bindir, launcher, stopped.settings)
        replica.port = stopped.port
        replica.obey(primary)
        return self._started(replica)

    def remove(self, cluster: Cluster) -> None:
        """Stop a cluster of this site and remove its directory."""
        cluster.stop(immediate=True)
        shutil.rmtree(cluster.directory)

    def supports_tls(self) -> bool:
        """Whether the server was built with TLS; those in most wheels are not."""
        template = self._template()
        command = [str(self.bindir / 'postgres'), '-D', str(template), '-C', 'ssl_library']
        return Launcher(template.parent, self._account).run(command).strip() == 'OpenSSL'

    def _started(self, cluster: AnyCluster) -> AnyCluster:
        self._ends.callback(cluster.stop)
        cluster.start()
        return cluster

    def _launcher(self, name: str) -> Launcher:
        directory = self._directory / name
        directory.mkdir()
        launcher = Launcher(directory, self._account)
        launcher.own(directory)
        return launcher

    def _template(self) -> Path:
        directory = self._directory / 'template'
        if not directory.exists():
            launcher = self._launcher('template')
            self.bindir = reachable(self.bindir, self._directory / 'binaries', self._account)
            initialize(self.bindir, launcher)
        return directory / 'data'


def initialize(bindir: Path, launcher: Launcher) -> None:
    """Make the data directory that others are copied from."""
    secret = launcher.directory / 'password'
    write(secret, PASSWORD.encode(), launcher)
    launcher.run([
        str(bindir / 'initdb'),
        *('--pgdata', str(launcher.directory / 'data'), '--username', SUPERUSER, '--pwfile', str(secret)),
        *('--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync', '--no-instructions'),
    ])


def reachable(bindir: Path, copy: Path, account: Account | None) -> Path:
    """Return where ``account`` can run the programs of ``bindir``: there, or in a copy made at ``copy``."""
    if account is None or can_run(bindir / 'postgres', account):
        return bindir
    return copy_programs(bindir, copy)


def can_run(program: Path, account: Account) -> bool:
    """Whether ``account`` can reach and run ``program``: a wheel under root's home cannot be reached."""
    try:
        Launcher(Path('/'), account).run([str(program), '--version'])
    except CommandFailed:
        return False
    return True


def copy_programs(bindir: Path, copy: Path) -> Path:
    """Copy a whole installation under ``copy`` and return its directory of programs.

    Programs find their libraries by paths relative to themselves, which may lead to a directory beside the
    package; so both keep their places.
    """
    installation = bindir.parent
    package = installation.parent
    libraries = package.with_name(package.name + SHARED_LIBRARIES)
    shutil.copytree(installation, copy / package.name / installation.name, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    for directory in (copy, copy / package.name):
        directory.chmod(0o755)
    return copy / package.name / installation.name / bindir.name
