"""What the console may ask of the proxy, and how each command asks for it."""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol, assert_never

from pgdog_gevent.admin.commands import (
    Accepted,
    Action,
    Ban,
    Begin,
    Command,
    Deallocate,
    End,
    ForgetQueries,
    HealthCheck,
    Kill,
    KillClient,
    Pause,
    Reconnect,
    Recover,
    Reload,
    Resume,
    Select,
    SetSetting,
    Show,
    ShowParameter,
    ShowQueries,
    Shutdown,
    ShutdownMode,
    Unban,
    View,
)
from pgdog_gevent.admin.show import SERVER_VERSION, Settings, show, show_parameter, show_queries
from pgdog_gevent.admin.table import Heading, Table, Type, one_row
from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.observe.snapshot import QueryView, Snapshot


class Administration(Protocol):
    """The proxy, as its administrator sees it.

    Whatever cannot be done raises the ProxyError that the administrator is to be told, such as one for a database
    that does not exist. ``None`` for a database, user or pool means all of them. Pools have the ids of SHOW POOLS.
    """

    def snapshot(self) -> Snapshot:
        """Read the state of everything."""
        ...

    def queries(self) -> Sequence[QueryView]:
        """The texts whose meaning is kept, without their literals; what is executed most comes first."""
        ...

    def forget_queries(self) -> None:
        """Begin anew to keep them."""
        ...

    def settings(self) -> Settings:
        """Name and value of every setting, without secrets."""
        ...

    def reload(self) -> None:
        """Read the configuration files again; a broken one changes nothing."""
        ...

    def reconnect(self, database: str | None) -> None:
        """Replace server connections, each when it is free."""
        ...

    def pause(self, user: str | None, database: str | None) -> None:
        """Let nobody have a server connection, and return when those in use have been given back."""
        ...

    def resume(self, user: str | None, database: str | None) -> None:
        """Undo ``pause``."""
        ...

    def kill(self, database: str | None) -> None:
        """Drop clients and servers at once."""
        ...

    def kill_client(self, client_id: int) -> None:
        """Drop one client and the server connection it holds."""
        ...

    def ban(self, pool: int | None) -> None:
        """Let no reads go to a pool until ``unban``."""
        ...

    def unban(self, pool: int | None) -> None:
        """End the ban of a pool, whatever its reason."""
        ...

    def health_check(self, pool: int | None) -> None:
        """See now whether the server of a pool is well; what comes of it is shown."""
        ...

    def recover(self) -> None:
        """Finish transactions in doubt; returns when all databases have been gone through."""
        ...

    def shutdown(self, mode: ShutdownMode) -> None:
        """Begin to go down. Returns at once: the console has yet to answer."""
        ...

    def set(self, name: str, value: str) -> None:
        """Change a setting until the next reload."""
        ...


class Outcome(NamedTuple):
    """What a command answers: its tag and, of those that show something, a table."""

    tag: str
    table: Table | None = None


_QUERIES_BELONG_ELSEWHERE: Final = 'Connect to another database to run queries; SHOW HELP lists the admin commands.'


def carry_out(command: Command, administration: Administration) -> Outcome:
    """Do what a command says. Those that concern only the session itself have no effect here."""
    match command:
        case Show(view, columns):
            settings = administration.settings() if view is View.CONFIG else ()
            return Outcome('SHOW', show(view, columns, administration.snapshot(), settings))
        case ShowQueries(part):
            return Outcome('SHOW', show_queries(part, administration.queries()))
        case ShowParameter(name):
            return Outcome('SHOW', show_parameter(name))
        case Select(expression):
            return Outcome('SELECT 1', _selected(expression, administration))
        case Begin(tag) | End(tag) | Accepted(tag):
            return Outcome(tag)
        case Deallocate(name):
            return Outcome('DEALLOCATE ALL' if name is None else 'DEALLOCATE')
        case _:
            return Outcome(_act(command, administration))


def _act(action: Action, administration: Administration) -> str:
    """Change something, and return the tag."""
    match action:
        case ForgetQueries():
            administration.forget_queries()
            return 'RESET'
        case Reload():
            administration.reload()
            return 'RELOAD'
        case Reconnect(database):
            administration.reconnect(database)
            return 'RECONNECT'
        case Pause(user, database):
            administration.pause(user, database)
            return 'PAUSE'
        case Resume(user, database):
            administration.resume(user, database)
            return 'RESUME'
        case Kill(database):
            administration.kill(database)
            return 'KILL'
        case KillClient(client_id):
            administration.kill_client(client_id)
            return 'KILL_CLIENT'
        case Ban(pool):
            administration.ban(pool)
            return 'BAN'
        case Unban(pool):
            administration.unban(pool)
            return 'UNBAN'
        case HealthCheck(pool):
            administration.health_check(pool)
            return 'HEALTHCHECK'
        case Recover():
            administration.recover()
            return 'RECOVER'
        case Shutdown(mode):
            administration.shutdown(mode)
            return 'SHUTDOWN'
        case SetSetting(name, value):
            administration.set(name, value)
            return 'SET'
        case _:
            assert_never(action)


def _selected(expression: str, administration: Administration) -> Table:
    match expression.removeprefix('pg_catalog.'):
        case '1':
            return Table((Heading('?column?', Type.INT8),), ((1,),))
        case 'version()':
            ours = administration.snapshot().version
            return one_row(version=f'PostgreSQL {SERVER_VERSION} (pgdog-gevent {ours})')
        case 'current_schema()':
            return one_row(current_schema='')
        case 'pg_advisory_unlock_all()':
            return one_row(pg_advisory_unlock_all='')
    raise FeatureNotSupported('the admin database runs no queries', hint=_QUERIES_BELONG_ELSEWHERE)
