"""The demo: PostgreSQL servers, the proxy in front of them, and a first query, until Ctrl-C."""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import psycopg

from pgdog_gevent.demo.account import CommandFailed
from pgdog_gevent.demo.binaries import BinariesMissing, find_binaries
from pgdog_gevent.demo.cluster import Cluster, ServerFailed
from pgdog_gevent.demo.configuration import (
    ADMINISTRATOR,
    DATABASES,
    PASSWORD,
    USER,
    Listening,
    Server,
    http,
    pgdog_toml,
    url,
    users_toml,
)
from pgdog_gevent.demo.interruption import Interruption, heed_signals
from pgdog_gevent.demo.ports import free_port, is_free
from pgdog_gevent.demo.proxy import ProxyFailed, ProxyProcess, proxy_environment
from pgdog_gevent.demo.site import Site

POLL = 0.2

TABLE = f"""
CREATE TABLE city (name text, population integer);
INSERT INTO city VALUES ('Amsterdam', 933000), ('Lisbon', 546000), ('Zagreb', 767000);
ALTER TABLE city OWNER TO {USER}
"""
FIRST_QUERY = (
    'SELECT current_database(), inet_server_port() AS server_port, name, population FROM city ORDER BY population'
)


@click.command('demo')
@click.option(
    '--pg-bindir',
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory of PostgreSQL's programs. By default PG_BINDIR, else the system's, else a wheel's.",
)
@click.option(
    '--port', type=click.IntRange(0, 65535), default=6432, show_default=True, help='Port of the proxy; 0: any free.'
)
@click.option('--once', is_flag=True, help='End after the first query.')
def demo_command(pg_bindir: Path | None, port: int, once: bool) -> None:
    """Start three PostgreSQL clusters, a replica and the proxy, and show a first query.

    Ctrl-C ends them and removes all that was written.
    """
    with heed_signals() as interruption:
        try:
            show(find_binaries(pg_bindir), choose_ports(port), interruption, once=once)
        except (BinariesMissing, CommandFailed, ServerFailed, ProxyFailed, psycopg.Error) as error:
            raise click.ClickException(str(error)) from error


def show(bindir: Path, listening: Listening, interruption: Interruption, *, once: bool) -> None:
    """Start all, show the first query and how to connect, and stay until a signal or, if ``once``, leave."""
    with Site(bindir) as site:
        click.echo(f'Starting three PostgreSQL clusters and a replica with {bindir} ...')
        servers = start_servers(site, interruption)
        with running_proxy(site, listening, servers) as proxy, interruption.anywhere():
            proxy.wait_until_it_answers()
            click.echo(f'The proxy listens on port {listening.clients}. A first query through it:\n')
            show_first_query(url(listening, USER, DATABASES[0]))
            if not once:
                show_ways_in(listening, bindir)
                stay(proxy)


def choose_ports(port: int) -> Listening:
    """Choose where the proxy listens; ``port`` is that of clients, 0 for any."""
    if port and not is_free(port):
        raise click.ClickException(f'port {port} is taken: name another with --port, or 0 for any that is free')
    return Listening(clients=port or free_port(), openmetrics=free_port(), healthcheck=free_port())


def start_servers(site: Site, interruption: Interruption) -> list[Server]:
    """Start the clusters, each with a database of its name, and a replica of the first."""
    clusters: list[Cluster] = []
    for name in DATABASES:
        clusters.append(site.cluster(name))
        prepare(clusters[-1], name)
        interruption.check()
    replica = site.replica('replica', clusters[0])
    replica.catch_up(clusters[0])
    primaries = [Server(name, cluster.port, 'primary') for name, cluster in zip(DATABASES, clusters, strict=True)]
    return [*primaries, Server(DATABASES[0], replica.port, 'replica')]


def prepare(cluster: Cluster, database: str) -> None:
    """Make the demo's user, the database and its table."""
    cluster.create_user(USER, PASSWORD)
    cluster.execute(f'CREATE DATABASE {database} OWNER {USER}')
    cluster.execute(TABLE, database)


@contextmanager
def running_proxy(site: Site, listening: Listening, servers: Sequence[Server]) -> Iterator[ProxyProcess]:
    """Start the proxy and run it for the length of the ``with`` block, which has to wait until it answers."""
    directory = site.directory / 'proxy'
    directory.mkdir(mode=0o700)
    config = directory / 'pgdog.toml'
    config.write_text(pgdog_toml(listening, servers))
    (directory / 'users.toml').write_text(users_toml())
    proxy = ProxyProcess(config, listening.clients, proxy_environment())
    try:
        yield proxy
    finally:
        click.echo('\nStopping ...')
        proxy.stop()


def show_first_query(conninfo: str) -> None:
    """Run the query as any client would, and print it with its rows."""
    with psycopg.connect(conninfo) as connection:
        cursor = connection.execute(FIRST_QUERY)
        names = [column.name for column in cursor.description or ()]
        rows = [[str(value) for value in row] for row in cursor]
    click.echo(f'    {FIRST_QUERY};\n')
    for line in table(names, rows):
        click.echo(f'    {line}')


def table(names: list[str], rows: list[list[str]]) -> list[str]:
    """Lay out rows under their names, as psql does."""
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    rule = '-+-'.join('-' * width for width in widths)
    aligned = [' | '.join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in (names, *rows)]
    return [aligned[0].rstrip(), rule, *(line.rstrip() for line in aligned[1:])]


def show_ways_in(listening: Listening, bindir: Path) -> None:
    """Print how to reach everything."""
    psql = shutil.which('psql') or str(bindir / 'psql')
    click.echo('\nConnect from another terminal, or with any driver:\n')
    for database in DATABASES:
        click.echo(f'    {psql} {url(listening, USER, database)}')
    click.echo('\nThe admin database (try SHOW POOLS), figures for Prometheus, health:\n')
    click.echo(f'    {psql} {url(listening, ADMINISTRATOR, "admin")}')
    click.echo(f'    {http(listening.openmetrics, "metrics")}')
    click.echo(f'    {http(listening.healthcheck, "healthz")}')
    click.echo('\nCtrl-C ends the demo and removes all of it.')


def stay(proxy: ProxyProcess) -> None:
    """Stay until a signal comes; raise ProxyFailed if the proxy ends before."""
    while proxy.status is None:
        time.sleep(POLL)
    raise ProxyFailed(f'the proxy ended by itself with status {proxy.status}:\n{proxy.log()}')
