"""The command line."""

# First of all: psycopg and ssl cooperate with the hub only when they are imported after this.
from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import NoReturn  # noqa: E402

import click  # noqa: E402
import gevent  # noqa: E402
from gevent.socket import socket  # noqa: E402

from pgdog_gevent import __version__  # noqa: E402
from pgdog_gevent.admin.route import Question, answer  # noqa: E402
from pgdog_gevent.admin.setup import set_up  # noqa: E402
from pgdog_gevent.compiled import COMPILED  # noqa: E402
from pgdog_gevent.config.fields import TomlValue  # noqa: E402
from pgdog_gevent.config.findings import ConfigError  # noqa: E402
from pgdog_gevent.config.identity import identity_from  # noqa: E402
from pgdog_gevent.config.pending import not_implemented_yet  # noqa: E402
from pgdog_gevent.config.settings import Config  # noqa: E402
from pgdog_gevent.daemon import Daemon, Sockets, Sources, Surroundings, check, warn  # noqa: E402
from pgdog_gevent.demo.tour import demo_command  # noqa: E402
from pgdog_gevent.errors import ProxyError  # noqa: E402
from pgdog_gevent.frontend.services import unique_ids  # noqa: E402
from pgdog_gevent.observe.logs import configure  # noqa: E402
from pgdog_gevent.operations import Operations  # noqa: E402
from pgdog_gevent.protocol.scram_keys import Verifier, new_salt  # noqa: E402
from pgdog_gevent.supervisor.parent import supervise  # noqa: E402
from pgdog_gevent.systemd import inherited_sockets  # noqa: E402

log = logging.getLogger(__name__)

RELAY = 'compiled relay' if COMPILED else 'relay in Python'


@click.group(invoke_without_command=True)
@click.option('-c', '--config', type=click.Path(path_type=Path), help='pgdog.toml; default: in the current folder.')
@click.option('-u', '--users', type=click.Path(path_type=Path), help='users.toml; default: beside the first file.')
@click.option('-d', '--database-url', multiple=True, metavar='URL', help='Serve this server instead; repeatable.')
@click.version_option(__version__, prog_name='pgdog-gevent', message=f'%(prog)s, version %(version)s, {RELAY}')
@click.pass_context
def main(context: click.Context, config: Path | None, users: Path | None, database_url: tuple[str, ...]) -> None:
    """PostgreSQL connection pooler, load balancer and sharding router."""
    context.obj = Sources(config, users, os.environ, database_url)
    if context.invoked_subcommand is None:
        _run(context.obj)


@main.command()
@click.option('-p', '--pool-size', type=click.IntRange(min=1), help='default_pool_size.')
@click.option('-m', '--min-pool-size', type=click.IntRange(min=0), help='min_pool_size.')
@click.option('-s', '--session-mode', type=bool, help='Session pooling instead of transaction pooling.')
@click.pass_obj
def run(sources: Sources, pool_size: int | None, min_pool_size: int | None, session_mode: bool | None) -> None:
    """Run the proxy (the default command)."""
    overrides: dict[str, TomlValue] = {}
    if pool_size is not None:
        overrides['default_pool_size'] = pool_size
    if min_pool_size is not None:
        overrides['min_pool_size'] = min_pool_size
    if session_mode is not None:
        overrides['pooler_mode'] = 'session' if session_mode else 'transaction'
    _run(Sources(sources.config, sources.users, sources.environment, sources.database_urls, overrides))


@main.command()
@click.pass_obj
def configcheck(sources: Sources) -> None:
    """Check the configuration files; exit with 1 if they are wrong."""
    try:
        loaded = sources.load()
    except ConfigError as error:
        _give_up(error)
    for finding in loaded.warnings:
        click.echo(f'warning: {finding}', err=True)
    for key in not_implemented_yet(loaded.config):
        click.echo(f'warning: {key}: not implemented yet', err=True)
    click.echo('configuration is valid')


@main.command('hash')
@click.argument('password')
def hash_password(password: str) -> None:
    """Print a SCRAM-SHA-256 verifier of PASSWORD, for password_hash in users.toml."""
    click.echo(Verifier.from_password(password, new_salt()).text())


@main.command()
@click.option('--database', default='', help='As clients name it; needed if there are several.')
@click.option('--user', default='', help='Of users.toml; default: the first one of the database.')
@click.argument('sql')
@click.argument('parameters', nargs=-1)
@click.pass_obj
def route(sources: Sources, database: str, user: str, sql: str, parameters: tuple[str, ...]) -> None:
    """Print where SQL would go, and why. It is not done; only the tables of the shards are looked at."""
    try:
        loaded = sources.load()
        for line in answer(Question(sql, parameters, database, user), loaded.config):
            click.echo(line)
    except ConfigError as error:
        _give_up(error)
    except ProxyError as error:
        _die_of(error)


@main.command()
@click.option('--database', default='', help='As clients name it; needed if there are several.')
@click.option('--user', default='', help='Of users.toml; default: one with schema_admin, else the first.')
@click.pass_obj
def setup(sources: Sources, database: str, user: str) -> None:
    """Install on every shard what makes ids that belong there: schema pgdog_gevent. May be run again."""
    try:
        loaded = sources.load()
        for line in set_up(loaded.config, database, user):
            click.echo(line)
    except ConfigError as error:
        _give_up(error)
    except ProxyError as error:
        _die_of(error)


main.add_command(demo_command)


def _run(sources: Sources) -> None:
    # Each greenlet would keep who has spawned it.
    gevent.config.track_greenlet_tree = False
    _raise_file_limit()
    try:
        loaded = sources.load()
        configure(loaded.config.general)
        warn(loaded)
        if loaded.config.general.workers > 1:
            check(loaded.config)
            status = supervise(sources, loaded.config, _inherited_descriptor())
        else:
            status = _run_alone(sources, loaded.config)
    except ConfigError as error:
        _give_up(error)
    except ProxyError as error:
        _die(error.message)
    except OSError as error:
        where = f' on {error.filename}' if error.filename else ''
        _die(f'cannot listen{where}: {error.strerror or error}')
    sys.exit(status)


def _run_alone(sources: Sources, config: Config) -> int:
    """Serve all clients in this process; return its exit status."""
    instance_id = identity_from(sources.environment).instance_id
    surroundings = Surroundings(instance_id, unique_ids=unique_ids(sources.environment))
    daemon = Daemon(sources, config, Operations, surroundings)
    daemon.start(Sockets(_inherited()))
    _listen_to_signals(daemon)
    # What is alive now stays alive: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    daemon.wait()
    return 0


def _raise_file_limit() -> None:
    """Every client and server takes a descriptor; the usual soft limit of 1024 is for programs that use select()."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _inherited() -> socket | None:
    """The socket that systemd has opened for us, if it has."""
    descriptor = _inherited_descriptor()
    return None if descriptor is None else socket(fileno=descriptor)


def _inherited_descriptor() -> int | None:
    return next(iter(inherited_sockets()), None)


def _listen_to_signals(daemon: Daemon) -> None:
    def reload() -> None:
        try:
            daemon.reload()
        except ProxyError as error:
            log.error('%s', f'{error.message} {error.detail}'.rstrip())  # noqa: TRY400  # its words are all there is

    def on(number: int, action: Callable[[], None]) -> None:
        gevent.signal_handler(number, gevent.spawn, action)

    on(signal.SIGHUP, reload)
    on(signal.SIGTERM, daemon.shut_down)
    on(signal.SIGINT, daemon.shut_down)
    on(signal.SIGQUIT, daemon.stop)


def _give_up(error: ConfigError) -> NoReturn:
    for finding in error.findings:
        click.echo(str(finding), err=True)
    sys.exit(1)


def _die_of(error: ProxyError) -> NoReturn:
    _die('\n'.join(filter(None, (error.message, error.detail, error.hint))))


def _die(message: str) -> NoReturn:
    click.echo(f'pgdog-gevent: {message}', err=True)
    sys.exit(1)
