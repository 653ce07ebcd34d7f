"""What one query costs the proxy, beside pgbouncer.

``python -m tests.bench.direct_path`` starts a cluster, pgbouncer and the proxy, drives them in turn with
``pgbench -S`` and prints CPU microseconds of the proxy's process for each transaction, and their ratio. Throughput
is printed as well, but on a shared machine only the CPU figure can be compared.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import click

from pgdog_gevent.demo.binaries import find_binaries
from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.ports import free_port
from pgdog_gevent.demo.settings import ClusterSettings
from pgdog_gevent.demo.site import Site

HOST = '127.0.0.1'
USER, PASSWORD = 'bench', 'bench-secret'
PORTS = range(20_000, 20_100)
TICKS = os.sysconf('SC_CLK_TCK')


class Contender(NamedTuple):
    """Something that clients connect to; ``pid`` is 0 for the server itself, whose CPU is not measured."""

    name: str
    port: int
    pid: int


class Figures(NamedTuple):
    """One run of pgbench."""

    transactions_per_second: float
    cpu_microseconds: float
    """CPU time of the contender for each transaction."""


@click.command()
@click.option('--seconds', default=4, show_default=True, help='Length of one run.')
@click.option('--rounds', default=3, show_default=True, help='Runs of each kind; the median counts.')
@click.option('--clients', default='16,100', show_default=True, help='Numbers of clients.')
@click.option('--protocols', default='simple,extended,prepared', show_default=True)
def main(seconds: int, rounds: int, clients: str, protocols: str) -> None:
    """Measure the direct path."""
    bindir = find_binaries()
    with Site(bindir) as site:
        cluster = site.cluster('bench', ClusterSettings(parameters={'max_connections': '300'}))
        cluster.create_user(USER, PASSWORD)
        cluster.execute(f'CREATE DATABASE bench OWNER {USER}')
        environment = {**os.environ, 'PGPASSWORD': PASSWORD}
        pgbench = str(bindir / 'pgbench')
        subprocess.run([pgbench, '-q', '-i', '-s', '10', *_where(cluster.port)], env=environment, check=True,
                       capture_output=True)  # fmt: skip

        def run(contender: Contender, protocol: str, count: int) -> Figures:
            command = [pgbench, '-n', '-S', '-M', protocol, '-c', str(count), '-j', '1', '-T', str(seconds)]
            before = _cpu(contender.pid)
            result = subprocess.run(
                [*command, *_where(contender.port)], env=environment, capture_output=True, text=True, check=False
            )
            spent = _cpu(contender.pid) - before
            done = re.search(r'actually processed: (\d+)', result.stdout)
            speed = re.search(r'tps = ([\d.]+)', result.stdout)
            if done is None or speed is None or not int(done[1]):
                return Figures(0.0, float('nan'))
            return Figures(float(speed[1]), spent / int(done[1]) * 1e6)

        with _pgbouncer(cluster) as bouncer, _ours(cluster) as ours:
            contenders = [Contender('direct', cluster.port, 0), bouncer, ours]
            _report(run, contenders, rounds, [int(count) for count in clients.split(',')], protocols.split(','))


def _report(
    run: Callable[[Contender, str, int], Figures], contenders: list[Contender], rounds: int, clients: list[int],
    protocols: list[str],
) -> None:  # fmt: skip
    click.echo(f'{"protocol":10} {"clients":>7}  ' + '  '.join(f'{each.name:>22}' for each in contenders) + '   ratio')
    for protocol in protocols:
        for count in clients:
            figures: dict[str, list[Figures]] = {contender.name: [] for contender in contenders}
            for _ in range(rounds):
                for contender in contenders:
                    figures[contender.name].append(run(contender, protocol, count))
            speeds = {name: median(each.transactions_per_second for each in runs) for name, runs in figures.items()}
            costs = {name: median(each.cpu_microseconds for each in runs) for name, runs in figures.items()}
            cells = [f'{speeds[each.name]:9.0f}/s {costs[each.name]:7.1f} us' for each in contenders]
            ratio = costs[contenders[2].name] / costs[contenders[1].name] if costs[contenders[1].name] else float('nan')
            click.echo(f'{protocol:10} {count:7}  ' + '  '.join(f'{cell:>22}' for cell in cells) + f'   {ratio:5.2f}')


def _where(port: int) -> list[str]:
    return ['-h', HOST, '-p', str(port), '-U', USER, 'bench']


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has used, user and system."""
    if not pid:
        return 0.0
    fields = Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def _pgbouncer(cluster: Cluster) -> Iterator[Contender]:
    port = free_port(PORTS)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        (directory / 'users').write_text(f'"{USER}" "{PASSWORD}"\n')
        (directory / 'pgbouncer.ini').write_text(
            f'[databases]\nbench = host={HOST} port={cluster.port}\n[pgbouncer]\nlisten_addr = {HOST}\n'
            f'listen_port = {port}\nauth_type = scram-sha-256\nauth_file = {directory}/users\nunix_socket_dir =\n'
            'pool_mode = transaction\ndefault_pool_size = 20\nmax_client_conn = 1000\n'
        )
        (directory / 'users').chmod(0o644)
        with _process(['pgbouncer', '-q', '-u', 'nobody', str(directory / 'pgbouncer.ini')], port) as pid:
            yield Contender('pgbouncer', port, pid)


@contextmanager
def _ours(cluster: Cluster) -> Iterator[Contender]:
    port = free_port(PORTS)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / 'pgdog.toml').write_text(
            f'[general]\nhost = "{HOST}"\nport = {port}\ndefault_pool_size = 20\nlog_connections = false\n'
            'log_disconnections = false\n[[databases]]\n'
            f'name = "bench"\nhost = "{HOST}"\nport = {cluster.port}\n'
        )
        (directory / 'users.toml').write_text(
            f'[[users]]\nname = "{USER}"\ndatabase = "bench"\npassword = "{PASSWORD}"\n'
        )
        command = [sys.executable, '-m', 'pgdog_gevent', '-c', str(directory / 'pgdog.toml')]
        with _process(command, port) as pid:
            yield Contender('pgdog-gevent', port, pid)


@contextmanager
def _process(command: list[str], port: int) -> Iterator[int]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while subprocess.run(['pg_isready', '-q', '-h', HOST, '-p', str(port)], check=False).returncode == 2:
            if time.monotonic() > deadline or process.poll() is not None:
                raise click.ClickException(f'{command[0]} does not start')
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


if __name__ == '__main__':
    main()
