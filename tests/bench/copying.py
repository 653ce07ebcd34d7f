"""What COPY costs that deals rows out to three shards, beside a COPY into one table directly."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click
import psycopg
from psycopg.conninfo import make_conninfo

from pgdog_gevent.demo.binaries import find_binaries
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from pgdog_gevent.demo.site import Site
from tests.bench.proc import cpu_seconds, resident_kilobytes
from tests.integration.configuration import users_toml
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import databases, shard_names, sharded_toml

PREFIX = 'copying'
BATCH = 10_000
LOOKS = 20
"""How often memory is looked at."""


def chunks(rows: int) -> Iterator[bytes]:
    """Yield rows of about 60 bytes for table ``users``."""
    for start in range(0, rows, BATCH):
        numbers = range(start, min(start + BATCH, rows))
        yield b''.join(b'%d\tuser %d, whose name has some more letters\t%d\n' % (one, one, one % 90) for one in numbers)


def copy(dsn: str, rows: int, pid: int | None) -> tuple[float, list[int]]:
    """Copy so many rows; return the seconds it took, and the memory of a process meanwhile, in kilobytes."""
    seen: list[int] = []
    with psycopg.connect(dsn, autocommit=True) as connection, connection.cursor() as cursor:
        begun = time.perf_counter()
        with cursor.copy('COPY users FROM STDIN') as stream:
            for number, chunk in enumerate(chunks(rows)):
                stream.write(chunk)
                if pid is not None and number % max(1, rows // BATCH // LOOKS) == 0:
                    seen.append(resident_kilobytes(pid))
        taken = time.perf_counter() - begun
        [[count]] = cursor.execute('SELECT count(*) FROM users').fetchall()
        assert count == rows, count
        cursor.execute('TRUNCATE users')
    return taken, seen


@click.command('copy')
@click.option('--rows', default=1_000_000, show_default=True)
@click.option('--rounds', default=3, show_default=True)
def copying(rows: int, rounds: int) -> None:
    """COPY FROM STDIN of rows that belong on three shards."""
    with Site(find_binaries()) as site, tempfile.TemporaryDirectory() as directory:
        cluster = site.cluster('server')
        with databases(cluster, PREFIX):
            place = Path(directory)
            (place / 'pgdog.toml').write_text(sharded_toml(cluster, PREFIX))
            (place / 'users.toml').write_text(users_toml())
            proxy = RunningProxy(place, {})
            try:
                direct = make_conninfo(
                    host=cluster.host, port=cluster.port, user=SUPERUSER, password=PASSWORD,
                    dbname=shard_names(PREFIX)[0],
                )  # fmt: skip
                for _ in range(rounds):
                    _report('direct', rows, *copy(direct, rows, None), 0.0)
                    before = cpu_seconds(proxy.pid)
                    taken, seen = copy(proxy.dsn(SUPERUSER, PASSWORD, 'app'), rows, proxy.pid)
                    _report('over three shards', rows, taken, seen, cpu_seconds(proxy.pid) - before)
            finally:
                proxy.finish()


def _report(way: str, rows: int, taken: float, seen: list[int], cpu: float) -> None:
    memory = f', memory {min(seen) // 1024} to {max(seen) // 1024} MiB' if seen else ''
    spent = f', CPU of the proxy {cpu:.1f} s' if cpu else ''
    click.echo(f'{way:20} {rows / taken:12,.0f} rows/s{spent}{memory}')
