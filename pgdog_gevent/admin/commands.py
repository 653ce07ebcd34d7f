"""What the admin console can be told, as values: ``Command`` is the closed union of them."""

from dataclasses import dataclass
from enum import Enum


class View(Enum):
    """What SHOW can show; the value is how it is written."""

    BANS = 'BANS'
    CLIENTS = 'CLIENTS'
    CONFIG = 'CONFIG'
    DATABASES = 'DATABASES'
    HELP = 'HELP'
    HOSTS = 'HOSTS'
    INSTANCE_ID = 'INSTANCE_ID'
    LISTS = 'LISTS'
    POOLS = 'POOLS'
    PREPARED = 'PREPARED'
    REPLICATION = 'REPLICATION'
    SCHEMA_DRIFT = 'SCHEMA_DRIFT'
    SERVERS = 'SERVERS'
    STATS = 'STATS'
    STATS_AVERAGES = 'STATS_AVERAGES'
    STATS_TOTALS = 'STATS_TOTALS'
    TRANSACTIONS = 'TRANSACTIONS'
    USERS = 'USERS'
    VERSION = 'VERSION'


class ShutdownMode(Enum):
    """How the proxy goes down."""

    GRACEFUL = 'WAIT_FOR_SERVERS'
    """Open transactions finish, within ``shutdown_timeout``."""
    IMMEDIATE = 'IMMEDIATE'


@dataclass(frozen=True, slots=True)
class Show:
    """A view; ``columns`` are those asked for, none meaning all."""

    view: View
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowQueries:
    """QUERY_CACHE: the texts that have ``part`` in them, in any case."""

    part: str = ''


@dataclass(frozen=True, slots=True)
class ForgetQueries:
    """Begin anew to keep what texts mean."""


@dataclass(frozen=True, slots=True)
class ShowParameter:
    """A run-time parameter of PostgreSQL, which graphical tools ask for."""

    name: str


@dataclass(frozen=True, slots=True)
class Select:
    """An expression that drivers select to see who answers, such as ``version()``; lower case, no spaces."""

    expression: str


@dataclass(frozen=True, slots=True)
class Reload:
    """Read the configuration files again."""


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Replace the server connections of a database, or of all."""

    database: str | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Let nobody have a server connection; ``None`` means every user, every database."""

    user: str | None = None
    database: str | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Undo Pause."""

    user: str | None = None
    database: str | None = None


@dataclass(frozen=True, slots=True)
class Kill:
    """Drop the client and server connections of a database, or of all."""

    database: str | None = None


@dataclass(frozen=True, slots=True)
class KillClient:
    """Drop one client; ``id`` as in SHOW CLIENTS."""

    id: int


@dataclass(frozen=True, slots=True)
class Ban:
    """Let no reads go to a pool, or to any; ``pool`` is its id in SHOW POOLS."""

    pool: int | None = None


@dataclass(frozen=True, slots=True)
class Unban:
    """End every ban of a pool, or of all."""

    pool: int | None = None


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """Look now whether the server of a pool is well, or all servers."""

    pool: int | None = None


@dataclass(frozen=True, slots=True)
class Recover:
    """Finish now the commits in two phases that nobody is at any more."""


@dataclass(frozen=True, slots=True)
class Shutdown:
    """End the process."""

    mode: ShutdownMode


@dataclass(frozen=True, slots=True)
class SetSetting:
    """Change a setting of the configuration until it is next reloaded."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Begin:
    """Accepted, without effect: the console has no transactions."""

    tag: str


@dataclass(frozen=True, slots=True)
class End:
    """Accepted, without effect."""

    tag: str


@dataclass(frozen=True, slots=True)
class Deallocate:
    """Forget a prepared statement of this session, or all."""

    name: str | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """Something that means nothing here and that drivers expect to work."""

    tag: str


Action = (
    ForgetQueries
    | Reload
    | Reconnect
    | Pause
    | Resume
    | Kill
    | KillClient
    | Ban
    | Unban
    | HealthCheck
    | Recover
    | Shutdown
    | SetSetting
)
"""Commands that change something."""
Command = Show | ShowQueries | ShowParameter | Select | Action | Begin | End | Deallocate | Accepted
