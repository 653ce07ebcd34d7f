"""What supervisor and workers say to each other, as frozen values."""

from dataclasses import dataclass

from pgdog_gevent.admin.commands import ShutdownMode
from pgdog_gevent.observe.snapshot import QueryView, Snapshot
from pgdog_gevent.supervisor.orders import Order, PoolKey


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
class TakeDuty:
    """What one worker does for all is done by this one now: reports to StatsD, and recovery."""


ToWorker = Lent | Recalled | Known | Question | Answers | Stop | TakeDuty
Message = FromWorker | ToWorker
