"""What a second worker is worth: throughput and CPU of the proxy with one process and with two.

``python -m tests.bench.workers`` puts the proxy before a server that answers from memory, drives it with pgbench
(``SELECT 1``, simple protocol), in turn with one worker and with two, and prints the medians, and their ratio.

pgbench and the server need CPU, too. Where there are not four cores for them all, the proxy is kept to one core
and all else to the others. Then the ratio of throughput says nothing, and the other one counts: two workers on cores of
their own do twice as much as one, divided by how much more CPU they need for each query. It says little of a proxy that
does not fill its core; that is printed.
"""

import os
import re
import selectors
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

import click

from pgdog_gevent.demo.binaries import find_binaries
from pgdog_gevent.demo.ports import LOOPBACK, free_port
from pgdog_gevent.demo.proxy import ProxyProcess, proxy_environment
from pgdog_gevent.protocol import authentication as auth
from pgdog_gevent.protocol.frames import encode
from tests.bench.proc import cpu_seconds, family
from tests.fakes.backend import GREETING, ONE_ROW, READY, reads_functions

USER: Final = 'bench'
CORES: Final = 4
"""For two workers, pgbench and the server."""
_BUSY: Final = 0.9
"""Of a core, that one worker uses if nobody keeps it waiting."""


class Figures(NamedTuple):
    """One run."""

    transactions_per_second: float
    cpu_microseconds: float
    """Of all processes of the proxy, for each transaction."""
    cores: float
    """That the proxy was busy on, on average."""


@click.command()
@click.option('--seconds', default=4, show_default=True, help='Length of one run.')
@click.option('--rounds', default=3, show_default=True, help='Runs of each kind; the median counts.')
@click.option('--clients', default=32, show_default=True, help='Number of clients.')
@click.option('--pool-size', default=20, show_default=True, help='default_pool_size.')
def main(seconds: int, rounds: int, clients: int, pool_size: int) -> None:
    """Compare two workers with one."""
    runs: dict[int, list[Figures]] = {1: [], 2: []}
    cores = os.sched_getaffinity(0)
    shared = {min(cores)} if len(cores) < CORES else cores
    os.sched_setaffinity(0, cores - shared or cores)
    with serving() as server:
        for _ in range(rounds):
            for workers, figures in runs.items():
                with proxy(server, workers, pool_size) as process:
                    for pid in family(process.pid):
                        os.sched_setaffinity(pid, shared)
                    figures.append(run(process, seconds, clients))
    typical = {workers: Figures(*map(median, zip(*figures, strict=True))) for workers, figures in runs.items()}
    for workers, each in typical.items():
        click.echo(
            f'{workers} worker{"s" * (workers > 1):1}  {each.transactions_per_second:9.0f}/s'
            f'  {each.cpu_microseconds:7.1f} us of CPU for each  busy on {each.cores:4.2f} cores'
        )
    one, two = typical[1], typical[2]
    if min(one.cores, two.cores) < _BUSY:
        click.echo('The proxy has waited for pgbench or for the server: the figures say little.')
    if shared is cores:
        faster = two.transactions_per_second / one.transactions_per_second
        click.echo(f'throughput of two, to that of one: {faster:.2f}')
    expected = 2 * one.cpu_microseconds / two.cpu_microseconds
    click.echo(f'by CPU for each query, on two cores of their own: {expected:.2f}  ({len(cores)} cores here)')


def run(process: ProxyProcess, seconds: int, clients: int) -> Figures:
    """Drive the proxy for a while."""
    with tempfile.NamedTemporaryFile('w', suffix='.sql') as script:
        script.write('SELECT 1;\n')
        script.flush()
        command = [
            str(find_binaries() / 'pgbench'), '-n', '-f', script.name, '-c', str(clients), '-T', str(seconds),
            '-h', LOOPBACK, '-p', str(process.port), '-U', USER, 'bench',
        ]  # fmt: skip
        before = cpu_seconds(process.pid)
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        spent = cpu_seconds(process.pid) - before
    done = re.search(r'actually processed: (\d+)', result.stdout)
    speed = re.search(r'tps = ([\d.]+)', result.stdout)
    if done is None or speed is None or not int(done[1]):
        raise click.ClickException(f'pgbench says: {result.stderr[-500:]}')
    return Figures(float(speed[1]), spent / int(done[1]) * 1e6, spent / seconds)


@contextmanager
def proxy(server: int, workers: int, pool_size: int) -> Iterator[ProxyProcess]:
    """The proxy, before the server on a port."""
    with tempfile.TemporaryDirectory() as name:
        config = Path(name) / 'pgdog.toml'
        port = free_port()
        config.write_text(
            f'[general]\nhost = "{LOOPBACK}"\nport = {port}\nworkers = {workers}\ndefault_pool_size = {pool_size}\n'
            'auth_type = "trust"\nlog_connections = false\nlog_disconnections = false\n'
            f'[[databases]]\nname = "bench"\nhost = "{LOOPBACK}"\nport = {server}\n'
        )
        (Path(name) / 'users.toml').write_text(f'[[users]]\nname = "{USER}"\ndatabase = "bench"\n')
        process = ProxyProcess(config, port, proxy_environment())
        try:
            process.wait_until_it_answers()
            yield process
            process.stop()
        finally:
            process.kill()


# The server


@contextmanager
def serving() -> Iterator[int]:
    """A server in a process of its own; its port."""
    listening = socket.create_server((LOOPBACK, 0), backlog=1000)
    with listening:
        server = get_context('fork').Process(target=serve, args=(listening,), daemon=True)
        server.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.kill()
            server.join()


def serve(listening: socket.socket) -> None:
    """Answer all that is asked with one row, with as few instructions as can be."""
    selector = selectors.DefaultSelector()
    selector.register(listening, selectors.EVENT_READ)
    greeted: set[socket.socket] = set()
    row = ONE_ROW + READY
    while True:
        for key, _ in selector.select():
            peer = key.fileobj
            assert isinstance(peer, socket.socket)
            if peer is listening:
                accepted = peer.accept()[0]
                accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(accepted, selectors.EVENT_READ)
                continue
            try:
                octets = peer.recv(65_536)
            except OSError:
                octets = b''
            if not octets or octets[:1] == b'X':
                selector.unregister(peer)
                greeted.discard(peer)
                peer.close()
            elif peer not in greeted:
                _greet(peer, octets, greeted)
            else:
                peer.send(_functions() if reads_functions(octets) else row)


def _greet(peer: socket.socket, octets: bytes, greeted: set[socket.socket]) -> None:
    if octets == bytes.fromhex('0000000804d2162f'):
        peer.send(b'N')
        return
    greeted.add(peer)
    peer.send(auth.AUTHENTICATION_OK + GREETING + READY)


def _functions() -> bytes:
    """There are none."""
    return encode(ord('C'), b'COMMIT\0') + READY


if __name__ == '__main__':
    sys.exit(main())
