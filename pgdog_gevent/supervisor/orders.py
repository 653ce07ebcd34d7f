"""What a worker can be asked to do, as frozen values: ``Order`` is the closed union of them."""

from dataclasses import dataclass
from typing import NamedTuple

from pydantic import SecretStr

from pgdog_gevent.backend.neighbours import Greeted
from pgdog_gevent.config.resolve import Place, PoolSettings
from pgdog_gevent.config.settings import Config


class PoolKey(NamedTuple):
    """Which pool it is, in all workers."""

    user: str
    database: str
    role: str
    place: Place

    @classmethod
    def of(cls, settings: PoolSettings) -> 'PoolKey':
        return cls(settings.user, settings.database, settings.role.value, settings.place)


@dataclass(frozen=True, slots=True)
class Look:
    """Answer with a Snapshot."""


@dataclass(frozen=True, slots=True)
class LookAtQueries:
    """Answer with Queries."""


@dataclass(frozen=True, slots=True)
class ForgetQueries:
    """RESET QUERY_CACHE of the admin database."""


@dataclass(frozen=True, slots=True)
class Load:
    """Read the files, judge them, and answer with a Config."""


@dataclass(frozen=True, slots=True)
class Adopt:
    """Work by this configuration from now on."""

    config: Config


@dataclass(frozen=True, slots=True)
class Set:
    """SET of the admin database."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Pause:
    """PAUSE of the admin database; to be answered when servers have seen connections end."""

    user: str | None
    database: str | None


@dataclass(frozen=True, slots=True)
class Resume:
    """RESUME of the admin database."""

    user: str | None
    database: str | None


@dataclass(frozen=True, slots=True)
class Reconnect:
    """RECONNECT of the admin database."""

    database: str | None


@dataclass(frozen=True, slots=True)
class Kill:
    """KILL of the admin database."""

    database: str | None


@dataclass(frozen=True, slots=True)
class KillClient:
    """KILL_CLIENT of the admin database."""

    client_id: int


@dataclass(frozen=True, slots=True)
class Ban:
    """BAN of the admin database; pools have the numbers that they have in all workers."""

    pool: int | None


@dataclass(frozen=True, slots=True)
class Unban:
    """UNBAN of the admin database."""

    pool: int | None


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """HEALTHCHECK of the admin database; to be answered when it is done."""

    pool: int | None


@dataclass(frozen=True, slots=True)
class Recover:
    """RECOVER of the admin database; to be answered when it is done."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """A CancelRequest; to be answered when it can hit nothing later."""

    client_id: int
    secret: bytes


@dataclass(frozen=True, slots=True)
class SchemaChanged:
    """There may be other functions and types in a database."""

    place: Place


@dataclass(frozen=True, slots=True)
class TablesChanged:
    """There may be other tables of these names."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogChanged:
    """There may be other tables and types in a database, for those who read its catalog."""

    place: Place


@dataclass(frozen=True, slots=True)
class SequencesRead:
    """Clients of a database ask what has been taken from sequences."""

    place: Place


@dataclass(frozen=True, slots=True)
class PasswordIs:
    """A server has accepted what a pass-through client typed."""

    user: str
    database: str
    password: SecretStr


@dataclass(frozen=True, slots=True)
class Greet:
    """Answer with what a cluster tells sessions that begin with these settings, if it is known."""

    user: str
    database: str
    settings: Greeted


@dataclass(frozen=True, slots=True)
class Find:
    """Answer with the number of the client that has the connection to a server process, or had it last."""

    key: PoolKey
    pid: int


Order = (
    Look
    | LookAtQueries
    | ForgetQueries
    | Load
    | Adopt
    | Set
    | Pause
    | Resume
    | Reconnect
    | Kill
    | KillClient
    | Ban
    | Unban
    | HealthCheck
    | Recover
    | Cancel
    | SchemaChanged
    | TablesChanged
    | CatalogChanged
    | SequencesRead
    | PasswordIs
    | Greet
    | Find
)
