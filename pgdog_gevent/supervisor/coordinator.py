"""What the supervisor decides: who gets permits, who is asked what, and what a new worker begins with.

It touches no socket and no process: what it has to say goes through ``send``.
"""

import logging
import pickle
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count

from pgdog_gevent import sqlstate
from pgdog_gevent.admin.commands import ShutdownMode
from pgdog_gevent.backend.clusters import typed_counts
from pgdog_gevent.config.resolve import Place
from pgdog_gevent.config.settings import Config
from pgdog_gevent.config.show import with_setting
from pgdog_gevent.observe.snapshot import Snapshot
from pgdog_gevent.observe.together import merged, remains
from pgdog_gevent.supervisor.budget import Budget, Lend, Recall, Step
from pgdog_gevent.supervisor.messages import (
    Answer,
    Answers,
    Asked,
    Closed,
    Departed,
    Everybody,
    FromWorker,
    Known,
    Lent,
    Needed,
    One,
    Opened,
    Others,
    Question,
    Recalled,
    Refusal,
    Reload,
    Returned,
    Shutdown,
    ToWorker,
    Wish,
)
from pgdog_gevent.supervisor.orders import (
    Adopt,
    Ban,
    Load,
    Look,
    Order,
    PasswordIs,
    Pause,
    PoolKey,
    Resume,
    SequencesRead,
    Set,
    Unban,
)

log = logging.getLogger(__name__)

Borrower = tuple[int, int]
"""A worker, and its number for the pool."""
Payloads = tuple[bytes, ...]
_LOST = pickle.dumps(Refusal(sqlstate.CONNECTION_FAILURE, 'a worker process has died'))


@dataclass(slots=True)
class _Pool:
    number: int
    budget: Budget[Borrower]
    paused: bool = False
    banned: bool = False
    """By an administrator."""


@dataclass(slots=True)
class _Inquiry:
    """Some are asked, and when all have answered who live, that is it."""

    awaited: set[int]
    order: Order
    done: Callable[[Payloads], None]
    payloads: list[bytes] = field(default_factory=list)


class Coordinator:
    """Speaks with all workers. ``config`` and what else a new worker needs to know is what the others have."""

    def __init__(
        self,
        config: Config,
        workers: int,
        send: Callable[[int, ToWorker], None],
        shut_down: Callable[[ShutdownMode], None],
        notify: Callable[[str], None],
    ) -> None:
        self.config = config
        self._learnt: dict[Place | tuple[str, str], Order] = {}
        self._workers = workers
        self._living: set[int] = set()
        self._send = send
        self._shut_down = shut_down
        self._notify = notify
        self._pools: dict[PoolKey, _Pool] = {}
        self._keys: dict[Borrower, PoolKey] = {}
        self._pool_numbers = count(1)
        self._inquiries: dict[int, _Inquiry] = {}
        self._inquiry_numbers = count(1)
        self._last_seen: dict[int, bytes] = {}
        """What each worker has last answered to Look."""
        self._departed: Snapshot | None = None

    @property
    def learnt(self) -> tuple[Order, ...]:
        """What workers have told each other that one who begins has to be told as well."""
        return tuple(self._learnt.values())

    # Workers come and go

    def joins(self, worker: int) -> None:
        """A worker begins: from now on it hears what all hear."""
        self._living.add(worker)

    def leaves(self, worker: int) -> None:
        """A worker is no more: what it had is free, and nobody waits for its answers."""
        self._living.discard(worker)
        self._bury(worker)
        for borrower in [borrower for borrower in self._keys if borrower[0] == worker]:
            self._follow(self._pools[self._keys.pop(borrower)].budget.leave(borrower))
        for number, inquiry in list(self._inquiries.items()):
            if worker in inquiry.awaited:
                self._answered(number, worker, None)

    def _bury(self, worker: int) -> None:
        """Keep what it has counted, as far as somebody has seen it."""
        seen = self._last_seen.pop(worker, None)
        if seen is None:
            return
        snapshot = pickle.loads(seen)
        if isinstance(snapshot, Snapshot):
            rest = remains(snapshot)
            # What is merged last may name pools that the first does not have: as both are kept whole.
            self._departed = rest if self._departed is None else merged([rest, self._departed])

    def receive(self, worker: int, message: FromWorker) -> None:
        """Do what follows from what a worker says."""
        match message:
            case Opened():
                self._opened(worker, message)
            case Closed(pool):
                self._closed((worker, pool))
            case Needed(pool, permits, waits):
                self._change((worker, pool), lambda budget, borrower: budget.want(borrower, permits, waits=waits))
            case Returned(pool, permits):
                self._change((worker, pool), lambda budget, borrower: budget.give_back(borrower, permits))
            case Asked(number, wish):
                self._grant(wish, worker, lambda payloads: self._tell(worker, number, payloads))
            case Answer(number, payload):
                self._answered(number, worker, payload)

    # Permits

    def _opened(self, worker: int, message: Opened) -> None:
        pool = self._pools.get(message.key)
        if pool is None:
            pool = self._pools[message.key] = _Pool(next(self._pool_numbers), Budget(message.size))
        borrower = worker, message.pool
        self._keys[borrower] = message.key
        self._send(worker, Known(message.pool, pool.number, pool.paused, pool.banned))
        share, more = divmod(message.size, self._workers)
        self._follow(pool.budget.resize(message.size))
        self._follow(pool.budget.join(borrower, share + (worker < more)))

    def _closed(self, borrower: Borrower) -> None:
        key = self._keys.pop(borrower, None)
        if key is None:
            return
        pool = self._pools[key]
        self._follow(pool.budget.leave(borrower))
        if not pool.budget.borrowers:
            del self._pools[key]

    def _change(self, borrower: Borrower, change: Callable[[Budget[Borrower], Borrower], list[Step[Borrower]]]) -> None:
        if borrower in self._keys:
            self._follow(change(self._pools[self._keys[borrower]].budget, borrower))

    def _follow(self, steps: Iterable[Step[Borrower]]) -> None:
        for step in steps:
            worker, pool = step.borrower
            match step:
                case Lend(_, permits):
                    self._send(worker, Lent(pool, permits))
                case Recall(_, returned):
                    self._send(worker, Recalled(pool, returned))

    # Questions

    def _grant(self, wish: Wish, worker: int, done: Callable[[Payloads], None]) -> None:
        match wish:
            case Everybody(order):
                self._note(order)
                self._ask(self._living, order, done)
            case Others(order):
                self._note(order)
                self._ask(self._living - {worker}, order, done)
            case One(other, order):
                self._ask(self._living & {other}, order, done)
            case Reload():
                self.reload(lambda refusal: done(() if refusal is None else (pickle.dumps(refusal),)))
            case Shutdown(mode):
                done(())
                self._shut_down(mode)

    def _ask(self, workers: set[int], order: Order, done: Callable[[Payloads], None]) -> None:
        if not workers:
            done(())
            return
        number = next(self._inquiry_numbers)
        self._inquiries[number] = _Inquiry(set(workers), order, done)
        for worker in sorted(workers):
            self._send(worker, Question(number, order))

    def _answered(self, number: int, worker: int, payload: bytes | None) -> None:
        inquiry = self._inquiries.get(number)
        if inquiry is None:
            return
        inquiry.awaited.discard(worker)
        if payload is not None:
            inquiry.payloads.append(payload)
            if isinstance(inquiry.order, Look):
                self._last_seen[worker] = payload
        if not inquiry.awaited:
            del self._inquiries[number]
            if isinstance(inquiry.order, Look) and self._departed is not None:
                inquiry.payloads.append(pickle.dumps(Departed(self._departed)))
            inquiry.done(tuple(inquiry.payloads))

    def _tell(self, worker: int, number: int, payloads: Payloads) -> None:
        if worker in self._living:
            self._send(worker, Answers(number, payloads))

    def _note(self, order: Order) -> None:
        """Remember what workers have to know that begin later."""
        match order:
            case Pause(user, database):
                self._mark(user, database, paused=True)
            case Resume(user, database):
                self._mark(user, database, paused=False)
            case Ban(number):
                self._judge(number, banned=True)
            case Unban(number):
                self._judge(number, banned=False)
            case Set(name, value):
                self._adopt(with_setting(self.config, name, value))
            case SequencesRead():
                self._learnt[order.place] = order
            case PasswordIs(user, database, _):
                self._learnt[user, database] = order
            case _:
                pass

    def _mark(self, user: str | None, database: str | None, *, paused: bool) -> None:
        for key, pool in self._pools.items():
            if user in (None, key.user) and database in (None, key.database):
                pool.paused = paused

    def _judge(self, number: int | None, *, banned: bool) -> None:
        for pool in self._pools.values():
            if number in (None, pool.number):
                pool.banned = banned

    # Configuration

    def reload(self, done: Callable[[Refusal | None], None]) -> None:
        """Have one worker read the files, and all adopt what is in them if nothing is wrong with it."""
        self._notify('RELOADING=1')
        reader = set(sorted(self._living)[:1])
        self._ask(reader, Load(), lambda payloads: self._loaded(payloads, done))

    def _loaded(self, payloads: Payloads, done: Callable[[Refusal | None], None]) -> None:
        result = pickle.loads(payloads[0] if payloads else _LOST)
        if isinstance(result, Config):
            self._adopt(result)
            self._ask(self._living, Adopt(result), lambda _: self._reloaded(None, done))
        else:
            self._reloaded(result, done)

    def _adopt(self, config: Config) -> None:
        """Passwords that do not count any more must not come to a new worker."""
        self.config = config
        gone = [
            key
            for key, order in self._learnt.items()
            if isinstance(order, PasswordIs) and not typed_counts(config, order.user, order.database)
        ]
        for key in gone:
            del self._learnt[key]

    def _reloaded(self, refusal: Refusal | None, done: Callable[[Refusal | None], None]) -> None:
        self._notify('READY=1')
        if refusal is None:
            log.info('configuration reloaded')
        done(refusal)
