"""Where contenders meet: one PostgreSQL server with pgbench's tables."""

import itertools
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pgdog_gevent.demo.binaries import find_binaries
from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.ports import LOOPBACK
from pgdog_gevent.demo.settings import ClusterSettings, ServerTls
from pgdog_gevent.demo.site import Site
from tests.fakes.certificates import Certificates, KeyPair, make_certificates

USER, PASSWORD, DATABASE = 'bench', 'bench-secret', 'bench'
SCALE = 10
"""Millions of bytes of pgbench's tables, by 15; also how many of its transactions can write at a time."""
THOUSAND = """
    CREATE TABLE thousand AS SELECT id, repeat('x', 96) AS filler FROM generate_series(1, 1000) AS id;
    ALTER TABLE thousand OWNER TO {user}; VACUUM ANALYZE thousand
"""

SHARDS = 3
"""As many as contenders have who have more than one."""
PLACES = 10_000
"""Rows of ``moved`` on each of them; the first ones are on the first shard."""
MOVED = f"""
    CREATE TABLE moved AS SELECT place, 0 AS amount FROM generate_series(0, {SHARDS * PLACES} - 1) AS place;
    ALTER TABLE moved ADD PRIMARY KEY (place); ALTER TABLE moved SET (fillfactor = 50);
    ALTER TABLE moved OWNER TO {{user}}; VACUUM FULL moved; VACUUM ANALYZE moved
"""

directory_numbers = itertools.count(1)


class RunFailed(Exception):
    """A run did not come to its end, or one of its clients did not; the message has what was said."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One server, and what contenders are started with."""

    site: Site
    cluster: Cluster
    tls: KeyPair
    """What contenders show to clients."""
    pool: int = 20
    unix: bool = False
    """Whether proxies reach the server over its Unix socket."""
    pgbouncer: Path | None = None
    """Its program; absent: the system's."""

    @property
    def server_host(self) -> str:
        """What proxies are told to be the server's host."""
        return str(self.cluster.directory) if self.unix else LOOPBACK

    @property
    def pgbench(self) -> Path:
        """The program."""
        return self.site.bindir / 'pgbench'

    def directory(self) -> Path:
        """Make a new directory for the files of one contender or one run."""
        directory = self.site.directory / f'bench-{next(directory_numbers)}'
        directory.mkdir()
        return directory


@contextmanager
def stage(connections: int, pool: int, *, unix: bool, pgbouncer: Path | None) -> Iterator[Stage]:
    """Start a server with room for ``connections``, and fill it."""
    with Site(find_binaries()) as site:
        certificates = make_certificates(site.directory / 'certificates')
        settings = ClusterSettings(
            parameters={'max_connections': str(connections), 'max_wal_size': '1GB', 'shared_buffers': '256MB'},
            tls=_server_tls(certificates) if site.supports_tls() else None,
        )
        set_up = Stage(site, site.cluster('server', settings), certificates.server, pool, unix, pgbouncer)
        fill(set_up, SCALE)
        yield set_up


def fill(stage: Stage, scale: int) -> None:
    """Make the role and its database, with pgbench's tables and those of our own. Raises RunFailed."""
    if not stage.pgbench.exists():
        raise RunFailed(f'there is no {stage.pgbench}; name another directory with PG_BINDIR')
    stage.cluster.create_user(USER, PASSWORD)
    stage.cluster.execute(f'CREATE DATABASE {DATABASE} OWNER {USER}')
    arguments = ['-q', '-i', '-s', str(scale), *address(stage.cluster.port)]
    made = subprocess.run(
        [stage.pgbench, *arguments], env=pgbench_environment(tls=False), capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise RunFailed(made.stderr)
    for sql in f'{THOUSAND};{MOVED}'.format(user=USER).split(';'):
        stage.cluster.execute(sql, DATABASE)


def address(port: int) -> list[str]:
    """Return the arguments of pgbench that say where it connects."""
    return ['-h', LOOPBACK, '-p', str(port), '-U', USER, DATABASE]


def pgbench_environment(*, tls: bool) -> Mapping[str, str]:
    """Return our environment with nothing for libpq but the password, and whether to use TLS."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith('PG')}
    modes = {'PGSSLMODE': 'require' if tls else 'disable', 'PGGSSENCMODE': 'disable'}
    return {**kept, **modes, 'PGPASSWORD': PASSWORD}


def _server_tls(certificates: Certificates) -> ServerTls:
    return ServerTls(
        certificate=certificates.server.certificate.read_bytes(),
        key=certificates.server.key.read_bytes(),
        authority=certificates.authority.certificate.read_bytes(),
    )
