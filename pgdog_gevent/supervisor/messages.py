"""What supervisor and workers say to each other, as frozen values."""

from dataclasses import dataclass
from typing import NamedTuple

from pydantic import SecretStr

from pgdog_gevent.admin.commands import ShutdownMode
from pgdog_gevent.backend.neighbours import Greeted
from pgdog_gevent.config.resolve import Place, PoolSettings
from pgdog_gevent.config.settings import Config
from pgdog_gevent.observe.snapshot import QueryView, Snapshot


class PoolKey(NamedTuple):
    """Which pool it is, in all workers."""

    user: str
    database: str
    role: str
    place: Place

    @classmethod
    def of(cls, settings: PoolSettings) -> 'PoolKey':
        return cls(settings.user, settings.database, settings.role.value, settings.place)


# What a worker can be asked to do


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
    | Cancel
    | SchemaChanged
    | TablesChanged
    | CatalogChanged
    | SequencesRead
    | PasswordIs
    | Greet
    | Find
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer: what was asked cannot be done; the parts of a ProxyError."""

    sqlstate: str
    message: str
    detail: str = ''
    hint: str = ''


@dataclass(frozen=True, slots=True)
class Queries:
    """An answer: the texts whose meaning a worker keeps."""

    views: tuple[QueryView, ...]


@dataclass(frozen=True, slots=True)
class Departed:
    """An answer that the supervisor adds to those of living workers: what others have counted that have died."""

    snapshot: Snapshot


# What workers want of the supervisor


@dataclass(frozen=True, slots=True)
class Everybody:
    """Have all workers do something, the one who asks as well."""

    order: Order


@dataclass(frozen=True, slots=True)
class Others:
    """Have all other workers do something."""

    order: Order


@dataclass(frozen=True, slots=True)
class One:
    """Have one worker do something."""

    worker: int
    order: Order


@dataclass(frozen=True, slots=True)
class Reload:
    """Have the configuration read again, and adopted by all."""


@dataclass(frozen=True, slots=True)
class Shutdown:
    """End all processes."""

    mode: ShutdownMode


Wish = Everybody | Others | One | Reload | Shutdown


# From worker to supervisor


@dataclass(frozen=True, slots=True)
class Listening:
    """The worker accepts clients."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The worker has a pool, or has it with another size; ``pool`` is the worker's own number of it."""

    pool: int
    key: PoolKey
    size: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A pool is gone, with all its connections."""

    pool: int


@dataclass(frozen=True, slots=True)
class Needed:
    """The worker could use so many permits for a pool; 0: none of its clients has waited for a while."""

    pool: int
    permits: int
    waits: bool
    """Whether one waits now."""


@dataclass(frozen=True, slots=True)
class Returned:
    """Permits that have been asked back."""

    pool: int
    permits: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish, to be answered with ``Answers`` of the same number."""

    number: int
    wish: Wish


@dataclass(frozen=True, slots=True)
class Answer:
    """To a ``Question``: a pickled value, which the supervisor need not understand."""

    number: int
    payload: bytes


FromWorker = Listening | Opened | Closed | Needed | Returned | Asked | Answer


# From supervisor to worker


@dataclass(frozen=True, slots=True)
class Lent:
    """So many more permits for a pool."""

    pool: int
    permits: int


@dataclass(frozen=True, slots=True)
class Recalled:
    """So many permits of a pool are to have been returned in all, as soon as that can be."""

    pool: int
    returned: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a pool that a worker has opened: its number in all workers, whether it is paused or banned."""

    pool: int
    number: int
    paused: bool
    banned: bool
    """By an administrator."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to do, to be answered with an ``Answer`` of the same number."""

    number: int
    order: Order


@dataclass(frozen=True, slots=True)
class Answers:
    """What those said who were asked and live; the payload of each ``Answer``."""

    number: int
    payloads: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """Go down, as a signal would have it."""

    mode: ShutdownMode


@dataclass(frozen=True, slots=True)
class SendStatsd:
    """Report to StatsD from now on."""


ToWorker = Lent | Recalled | Known | Question | Answers | Stop | SendStatsd
Message = FromWorker | ToWorker
