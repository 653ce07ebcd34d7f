"""Those who are compared: the server itself, pgbouncer, and the proxy with its compiled relay and without.

All of them offer TLS and ask for SCRAM; whether TLS is used is for the client to say. To the server there is no TLS.
"""

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pgdog_gevent.demo.account import Launcher, server_account
from pgdog_gevent.demo.ports import LOOPBACK, free_port
from pgdog_gevent.demo.proxy import answers
from pgdog_gevent.demo.site import can_run
from tests.bench.proc import cpu_seconds
from tests.bench.stage import DATABASE, PASSWORD, PLACES, SHARDS, USER, Stage
from tests.integration.proxy import RunningProxy

PORTS = range(20_000, 20_100)
START_TIMEOUT = 20.0
POLL = 0.05
MOST_CLIENTS = 20_000
PREPARES_SINCE = (1, 21)
"""The first version of pgbouncer that has prepared statements in transaction mode."""


class ContenderFailed(Exception):
    """A contender is not there, or did not start; the message says why."""


class Contender(NamedTuple):
    """Something that clients connect to, on ``port`` of 127.0.0.1."""

    name: str
    port: int
    pid: int | None = None
    """Whose CPU time counts, with that of its children; ``None``: nobody's."""
    prepares: bool = True
    """Whether it can do prepared statements."""

    @property
    def cpu_seconds(self) -> float:
        """What it has used so far."""
        return 0.0 if self.pid is None else cpu_seconds(self.pid)

    def spoken(self, protocol: str) -> str:
        """Return the protocol of pgbench that stands for ``protocol`` here."""
        return 'extended' if protocol == 'prepared' and not self.prepares else protocol


@contextmanager
def direct(stage: Stage) -> Iterator[Contender]:
    """PostgreSQL itself."""
    yield Contender('direct', stage.cluster.port)


@contextmanager
def pgbouncer(stage: Stage) -> Iterator[Contender]:
    """pgbouncer in transaction mode; like PostgreSQL not as root.

    It gets the verifier and not the password, with which version 1.18 would derive another verifier for each login.
    """
    launcher = Launcher(stage.directory(), server_account())
    launcher.own(launcher.directory)
    program = pgbouncer_program(stage)
    prepares = pgbouncer_version(program) >= PREPARES_SINCE
    port = free_port(PORTS)
    [(verifier,)] = stage.cluster.execute(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{USER}'")
    files = {
        'users': f'"{USER}" "{verifier}"\n',
        'pgbouncer.ini': pgbouncer_ini(stage, launcher.directory, port, prepares=prepares),
        'server.crt': stage.tls.certificate.read_text(),
        'server.key': stage.tls.key.read_text(),
    }
    for name, text in files.items():
        (launcher.directory / name).write_text(text)
        launcher.own(launcher.directory / name)
    with (launcher.directory / 'log').open('wb') as log:
        process = launcher.spawn([str(program), str(launcher.directory / 'pgbouncer.ini')], log)
    try:
        _wait_until_it_answers(process, port, launcher.directory / 'log')
        yield Contender('pgbouncer', port, process.pid, prepares)
    finally:
        process.terminate()
        process.wait(START_TIMEOUT)


def pgbouncer_ini(stage: Stage, directory: Path, port: int, *, prepares: bool) -> str:
    """Return the whole of pgbouncer.ini; what it does not say is pgbouncer's default."""
    settings = {
        'listen_addr': LOOPBACK,
        'listen_port': str(port),
        'unix_socket_dir': '',
        'auth_type': 'scram-sha-256',
        'auth_file': str(directory / 'users'),
        'pool_mode': 'transaction',
        'default_pool_size': str(stage.pool),
        'max_client_conn': str(MOST_CLIENTS),
        'client_tls_sslmode': 'allow',
        'client_tls_cert_file': str(directory / 'server.crt'),
        'client_tls_key_file': str(directory / 'server.key'),
        'server_tls_sslmode': 'disable',
    }
    if prepares:
        settings['max_prepared_statements'] = '200'
    database = f'[databases]\n{DATABASE} = host={stage.server_host} port={stage.cluster.port}\n'
    return database + '[pgbouncer]\n' + ''.join(f'{name} = {text}\n' for name, text in settings.items())


def pgbouncer_program(stage: Stage) -> Path:
    """Return where pgbouncer is, in a copy if its user cannot run it there. Raises ContenderFailed.

    Debian has it where root looks only.
    """
    found = stage.pgbouncer or shutil.which('pgbouncer') or shutil.which('pgbouncer', path='/usr/sbin')
    if found is None:
        raise ContenderFailed('pgbouncer is not installed; name its program with --pgbouncer')
    program = Path(found).resolve()
    account = server_account()
    if account is None or can_run(program, account):
        return program
    copy = stage.site.directory / 'pgbouncer'
    shutil.copy(program, copy)
    copy.chmod(0o755)
    return copy


def pgbouncer_version(program: Path) -> tuple[int, int]:
    """Return the version of a program, as far as it matters. Raises ContenderFailed."""
    printed = subprocess.run([program, '--version'], capture_output=True, text=True, check=False).stdout
    found = re.search(r'(\d+)\.(\d+)', printed)
    if found is None:
        raise ContenderFailed(f'{program} --version does not say a version: {printed!r}')
    return int(found[1]), int(found[2])


@contextmanager
def proxy(
    name: str, environ: Mapping[str, str], stage: Stage, shards: int = 1, general: str = ''
) -> Iterator[Contender]:
    """The proxy, with one worker; a traceback in its log, or a bad end, is an error.

    Several ``shards`` are one database, which it takes for several: a query by key finds its row whatever shard it is.
    ``general`` are more lines of ``[general]``.
    """
    directory = stage.directory()
    (directory / 'pgdog.toml').write_text(
        f'[general]\nworkers = 1\ndefault_pool_size = {stage.pool}\ntls_verify = "disabled"\n'
        f'tls_certificate = "{stage.tls.certificate}"\ntls_private_key = "{stage.tls.key}"\n{general}\n'
        + ''.join(
            f'[[databases]]\nname = "{DATABASE}"\nhost = "{stage.server_host}"\nport = {stage.cluster.port}\n'
            f'shard = {shard}\n'
            for shard in range(shards)
        )
        + (sharded_tables(shards) if shards > 1 else '')
    )
    (directory / 'users.toml').write_text(
        f'[[users]]\nname = "{USER}"\ndatabase = "{DATABASE}"\npassword = "{PASSWORD}"\n'
    )
    running = RunningProxy(directory, environ)
    try:
        yield Contender(name, running.port, running.pid)
    finally:
        running.finish()


def sharded_tables(shards: int) -> str:
    """Return the sections about accounts and about ``moved``, whose keys say on which shard a row is."""
    ranges = ''.join(
        f'[[sharded_tables.mapping]]\nstart = {shard * PLACES}\nend = {(shard + 1) * PLACES}\nshard = {shard}\n'
        for shard in range(shards)
    )
    table = f'[[sharded_tables]]\ndatabase = "{DATABASE}"\n'
    return f'{table}column = "aid"\n{table}name = "moved"\ncolumn = "place"\n{ranges}'


CONTENDERS: Mapping[str, Callable[[Stage], AbstractContextManager[Contender]]] = {
    'direct': direct,
    'pgbouncer': pgbouncer,
    'compiled': partial(proxy, 'compiled', {}),
    'pure': partial(proxy, 'pure', {'PGDOG_RELAY': 'python'}),
    'sharded': partial(proxy, 'sharded', {}, shards=SHARDS),
    'two_phase': partial(proxy, 'two_phase', {}, shards=SHARDS, general='two_phase_commit = true'),
}
REFERENCE = 'pgbouncer'
"""The contender that ratios are about, if it takes part."""
PROXIES = tuple(name for name in CONTENDERS if name != 'direct')


def reference(names: Sequence[str]) -> str:
    """Return whom ratios are about: the first one, where pgbouncer does not take part."""
    return REFERENCE if REFERENCE in names else names[0]


@contextmanager
def started(stage: Stage, names: tuple[str, ...]) -> Iterator[list[Contender]]:
    """Start contenders by name, all at once."""
    with ExitStack() as ends:
        yield [ends.enter_context(CONTENDERS[name](stage)) for name in names]


def _wait_until_it_answers(process: 'subprocess.Popen[bytes]', port: int, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while not answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise ContenderFailed(f'pgbouncer does not start:\n{log.read_text(errors="replace")}')
        time.sleep(POLL)
