"""The demo: PostgreSQL servers, the proxy in front of them, and a few statements through it, until Ctrl-C."""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import psycopg

from pgdog_gevent.config.load import load
from pgdog_gevent.demo.account import CommandFailed
from pgdog_gevent.demo.binaries import BinariesMissing, find_binaries
from pgdog_gevent.demo.cluster import Cluster, ServerFailed
from pgdog_gevent.demo.configuration import (
    ADMINISTRATOR,
    CLUSTERS,
    DATABASE,
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
from pgdog_gevent.demo.story import tell
from pgdog_gevent.errors import ProxyError

POLL = 0.2
INTRODUCTION = """\
The proxy listens on port {port}. To its clients, "demo" is one database. It is three: of users and payments each
shard has those that PostgreSQL's hash partitioning would put into one of three partitions; countries are on all of
them. Through the proxy, with what "pgdog-gevent route" says of each statement:
"""


@click.command('demo')
@click.option(
    '--pg-bindir',
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory of PostgreSQL's programs. By default PG_BINDIR, else the system's, else a wheel's.",
)
@click.option(
    '--port', type=click.IntRange(0, 65535), default=6432, show_default=True, help='Port of the proxy; 0: any free.'
)
@click.option('--once', is_flag=True, help='End after the statements.')
def demo_command(pg_bindir: Path | None, port: int, once: bool) -> None:
    """Start three PostgreSQL clusters, a replica and the proxy: one database of three shards, and what it can do.

    Ctrl-C ends them and removes all that was written.
    """
    with heed_signals() as interruption:
        try:
            show(find_binaries(pg_bindir), choose_ports(port), interruption, once=once)
        except (BinariesMissing, CommandFailed, ServerFailed, ProxyFailed, ProxyError, psycopg.Error) as error:
            raise click.ClickException(str(error)) from error


def show(bindir: Path, listening: Listening, interruption: Interruption, *, once: bool) -> None:
    """Start all, show statements and how to connect, and stay until a signal or, if ``once``, leave."""
    with Site(bindir) as site:
        click.echo(f'Starting three PostgreSQL clusters and a replica with {bindir} ...')
        servers = start_servers(site, interruption)
        config = write_configuration(site, listening, servers)
        with running_proxy(config, listening) as proxy, interruption.anywhere():
            proxy.wait_until_it_answers()
            click.echo(INTRODUCTION.format(port=listening.clients))
            tell(url(listening, USER, DATABASE), load(config, None, environment={}).config, DATABASE)
            if not once:
                show_ways_in(listening, bindir)
                stay(proxy)


def choose_ports(port: int) -> Listening:
    """Choose where the proxy listens; ``port`` is that of clients, 0 for any."""
    if port and not is_free(port):
        raise click.ClickException(f'port {port} is taken: name another with --port, or 0 for any that is free')
    return Listening(clients=port or free_port(), openmetrics=free_port(), healthcheck=free_port())


def start_servers(site: Site, interruption: Interruption) -> list[Server]:
    """Start the clusters, a shard each, and a replica of the first."""
    clusters: list[Cluster] = []
    for name in CLUSTERS:
        clusters.append(site.cluster(name))
        prepare(clusters[-1])
        interruption.check()
    replica = site.replica('replica', clusters[0])
    replica.catch_up(clusters[0])
    primaries = [Server(shard, cluster.port, 'primary') for shard, cluster in enumerate(clusters)]
    return [*primaries, Server(0, replica.port, 'replica')]


def prepare(cluster: Cluster) -> None:
    """Make the demo's user and database."""
    cluster.create_user(USER, PASSWORD)
    cluster.execute(f'CREATE DATABASE {DATABASE} OWNER {USER}')


def write_configuration(site: Site, listening: Listening, servers: Sequence[Server]) -> Path:
    """Write the proxy's two files, and return the first of them."""
    directory = site.directory / 'proxy'
    directory.mkdir(mode=0o700)
    config = directory / 'pgdog.toml'
    config.write_text(pgdog_toml(listening, servers))
    (directory / 'users.toml').write_text(users_toml())
    return config


@contextmanager
def running_proxy(config: Path, listening: Listening) -> Iterator[ProxyProcess]:
    """Start the proxy and run it for the length of the ``with`` block, which has to wait until it answers."""
    proxy = ProxyProcess(config, listening.clients, proxy_environment())
    try:
        yield proxy
    finally:
        click.echo('\nStopping ...')
        proxy.stop()


def show_ways_in(listening: Listening, bindir: Path) -> None:
    """Print how to reach everything."""
    psql = shutil.which('psql') or str(bindir / 'psql')
    click.echo('Connect from another terminal, or with any driver:\n')
    click.echo(f'    {psql} {url(listening, USER, DATABASE)}')
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
