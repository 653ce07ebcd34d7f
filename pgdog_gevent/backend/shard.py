"""One shard as one user of a database has it: its pools, and which of them serves what now."""

import logging
from collections.abc import Sequence
from functools import partial
from time import monotonic
from typing import Final, NamedTuple, Protocol

from pgdog_gevent import sqlstate
from pgdog_gevent.backend.balancer import balancer
from pgdog_gevent.backend.connect import LoginRefused
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.fleet import Fleet
from pgdog_gevent.backend.gate import Diverted
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.standing import BanReason
from pgdog_gevent.config.choices import LoadBalancing, ReadWriteSplit, Role
from pgdog_gevent.errors import CannotConnectNow, ProxyError, ServerUnreachable, ServerUnsuitable
from pgdog_gevent.router.statement import Access

log = logging.getLogger(__name__)

_BREATH: Final = 0.1
"""Seconds between two rounds over servers that all have failed."""
_NOT_NOW: Final = frozenset({
    sqlstate.TOO_MANY_CONNECTIONS, sqlstate.CANNOT_CONNECT_NOW, sqlstate.ADMIN_SHUTDOWN, sqlstate.CRASH_SHUTDOWN,
})  # fmt: skip
"""Why a server lets nobody in for the moment: it may be worth to wait."""


class ReadPolicy(NamedTuple):
    """Which servers read."""

    strategy: LoadBalancing
    split: ReadWriteSplit
    read_only: bool
    """The user only reads."""
    patience: float
    """Seconds to wait for a replica that has replayed what is to be read; then the primary is asked."""


class Reader(Protocol):
    """Who wants to read."""

    @property
    def position(self) -> int:
        """What of the WAL must have been replayed where it reads."""


class Shard:
    """Chooses a pool for each request. What is chosen from changes with the hosts and their standing.

    ``primary`` writes; ``None`` while nobody may. ``readers`` serve reads, ``replicas`` those who ask for a replica.
    A target is never banned while it is the last that could serve.
    """

    def __init__(self, number: int, pools: Sequence[Pool], policy: ReadPolicy, fleet: Fleet) -> None:
        self.number = number
        self.fleet = fleet
        self._pools: tuple[Pool, ...] = ()
        self.primary: Pool | None = None
        self.readers: tuple[Pool, ...] = ()
        self.replicas: tuple[Pool, ...] = ()
        self.trials: tuple[Pool, ...] = ()
        """Those of the readers and replicas that are on trial: each is given one connection at a time."""
        self.configure(pools, policy)
        fleet.listeners.add(self)

    def configure(self, pools: Sequence[Pool], policy: ReadPolicy) -> None:
        """Take other pools, or read in another way."""
        self._pools = tuple(pool for pool in pools if not pool.settings.resharding_only)
        self._balancer = balancer(policy.strategy)
        self._policy = policy
        self.writes = any(pool.settings.role is not Role.REPLICA for pool in self._pools)
        """Whether there is anybody to write to; if not, everything is read."""
        for pool in pools:
            pool.standing.on_change = self.refresh
            pool.on_failure(partial(self._failed, pool))
        self.refresh()

    @property
    def only_pool(self) -> Pool | None:
        """The pool of everything, if there is no choice and never will be."""
        alone = len(self._pools) == 1 and self._pools[0].settings.role is not Role.AUTO
        return self._pools[0] if alone else None

    def refresh(self) -> None:
        """See who serves what now."""
        before = self.primary
        serving = [pool for pool in self._pools if not pool.host.excluded]
        primaries = [pool for pool in serving if pool.host.role is Role.PRIMARY]
        self.primary = primaries[0] if primaries and not self.fleet.conflict else None
        replicas = [pool for pool in serving if pool.host.role is Role.REPLICA]
        usable = [pool for pool in replicas if pool.standing.usable]
        first = [pool for pool in primaries[:1] if pool.standing.usable]
        self.replicas = tuple(usable or first)
        self.readers = tuple(self._readers(usable, first, all_well=len(usable) == len(replicas)))
        self.trials = tuple(pool for pool in {*self.readers, *self.replicas} if pool.standing.half_open)
        self._last_resort = (*replicas, *primaries[:1])
        if before is not None and self.primary is not before:
            before.divert()

    def _readers(self, replicas: list[Pool], primary: list[Pool], *, all_well: bool) -> list[Pool]:
        match self._policy.split:
            case ReadWriteSplit.PREFER_PRIMARY:
                return primary or replicas
            case ReadWriteSplit.EXCLUDE_PRIMARY:
                return replicas or primary
            case ReadWriteSplit.INCLUDE_PRIMARY_IF_REPLICA_BANNED:
                return replicas if replicas and all_well else [*replicas, *primary]
            case _:
                return replicas if replicas and self._policy.read_only else [*replicas, *primary]

    # Choosing

    def pick(self, reads: bool, position: int) -> Pool | None:
        """A pool for a request, chosen in no time; ``None`` if that takes more than a look."""
        if not (reads or self.writes):
            reads = True
        if not reads:
            return self.primary
        if self.trials or not self.readers:
            return None
        pool = self._balancer.choose(self.readers)
        if pool.stock.saturated():
            pool = self._less_busy(pool)
        return pool if pool.host.replayed >= position else None

    def _less_busy(self, pool: Pool) -> Pool:
        """A reader where nobody has to wait, instead of this one; this one if there is none."""
        return next((other for other in self.readers if not other.stock.saturated()), pool)

    def acquire(self, access: Access, reader: Reader, candidate: Pool | None = None) -> tuple[Pool, BackendConnection]:
        """Lend a connection that serves ``access``, waiting for ``checkout_timeout`` at most; from ``candidate`` first.

        Raises PoolTimeout, CannotConnectNow, and ServerUnreachable if it is of no use to wait.
        """
        if access is Access.WRITE and self.writes:
            return self._acquire_to_write(candidate)
        return self._acquire_to_read(access, reader, candidate)

    @property
    def _patience(self) -> float:
        return self._pools[0].settings.checkout_timeout if self._pools else 0.0

    def _acquire_to_write(self, candidate: Pool | None) -> tuple[Pool, BackendConnection]:
        patience = self._patience
        deadline = monotonic() + patience
        failure: ProxyError | None = None
        while True:
            pool, candidate = candidate or self.primary, None
            left = deadline - monotonic()
            if left <= 0 and (pool is None or failure is not None):
                raise self._unavailable(patience, failure)
            if pool is None:
                self.fleet.suspect()
                self.fleet.wait(left)
                continue
            try:
                connection = pool.acquire(left)
            except Diverted as diverted:
                deadline += diverted.held_back
                continue
            except ServerUnreachable as error:
                if not _worth_waiting(error):
                    raise
                failure = error
                pool.host.look_soon()
                continue
            if pool is not self.primary:
                pool.release(connection)  # It has come when the roles changed.
                continue
            pool.standing.served(monotonic())
            return pool, connection

    def _acquire_to_read(
        self, access: Access, reader: Reader, candidate: Pool | None
    ) -> tuple[Pool, BackendConnection]:
        patience = self._patience
        deadline = monotonic() + patience
        failure: ProxyError | None = None
        tried: list[Pool] = []
        while True:
            pool, candidate = candidate or self._untried(access, reader, tried), None
            left = deadline - monotonic()
            if left <= 0 and (pool is None or failure is not None):
                raise self._unavailable(patience, failure)
            if pool is None:
                tried.clear()
                self.fleet.suspect()
                self.fleet.wait(min(left, _BREATH))
                continue
            tried.append(pool)
            others = any(other not in tried for other in self._choice(access))
            try:
                connection = pool.acquire(left, left / 2 if others else None)
            except Diverted as diverted:
                deadline += diverted.held_back
                continue
            except ServerUnreachable as error:
                if not (_worth_waiting(error) or self._anybody_left(access, reader, tried)):
                    raise
                failure = error
                continue
            pool.standing.served(monotonic())
            return pool, connection

    def _anybody_left(self, access: Access, reader: Reader, tried: Sequence[Pool]) -> bool:
        """Whether somebody may still be asked; who reads has changed if one that has refused is banned."""
        resort = (pool for pool in self._last_resort if _may_be_asked(pool, reader))
        return any(pool not in tried for pool in (*self._choice(access), *resort))

    def _choice(self, access: Access) -> tuple[Pool, ...]:
        return self.replicas if access is Access.REPLICA else self.readers

    def _untried(self, access: Access, reader: Reader, tried: Sequence[Pool]) -> Pool | None:
        """Who is to be asked next: of those that are trusted, or as a last resort of those that are not."""
        on_trial = next((pool for pool in self.trials if pool not in tried and not pool.permits.held), None)
        trusted = [pool for pool in self._choice(access) if pool not in tried and pool not in self.trials]
        left = [on_trial] if on_trial is not None and on_trial in self._choice(access) else trusted
        if left and reader.position:
            left = self._abreast(left, reader.position, tried)
        if left:
            return self._balancer.choose([pool for pool in left if not pool.stock.saturated()] or left)
        last = [self.primary] if self.primary is not None else []
        may_be_asked = [*(pool for pool in self._last_resort if _may_be_asked(pool, reader)), *last]
        return next((pool for pool in may_be_asked if pool not in tried), None)

    def _abreast(self, pools: list[Pool], position: int, tried: Sequence[Pool]) -> list[Pool]:
        """Those who show what has been written up to a position, if only after a while; else the primary."""
        hosts = [pool.host for pool in pools]
        if hosts and all(host.replayed < position for host in hosts):
            self.fleet.await_replay(position, hosts, self._policy.patience)
        abreast = [pool for pool in pools if pool.host.replayed >= position]
        primary = self.primary
        return abreast or ([primary] if primary is not None and primary not in tried else [])

    def _unavailable(self, patience: float, failure: ProxyError | None) -> CannotConnectNow:
        """What a client is told who has waited for ``checkout_timeout``."""
        fleet = self.fleet
        reason = fleet.conflict or ('' if failure is None else failure.message) or 'none of its servers is the primary'
        return CannotConnectNow(
            f'database "{fleet.database}" has no server for this within checkout_timeout ({patience:g} s): {reason}',
            detail='' if failure is None else failure.detail,
            hint='SHOW HOSTS of the admin database tells what is known of its servers.',
        )

    # Judging

    def _failed(self, pool: Pool, error: ProxyError) -> None:
        """A connection could not be opened. A server that has too many already is busy, not sick."""
        pool.host.look_soon()
        if not (isinstance(error, LoginRefused) and error.sqlstate == sqlstate.TOO_MANY_CONNECTIONS):
            self.ban(pool, BanReason.CONNECT, error.message)

    def ban(self, pool: Pool, reason: BanReason, detail: str) -> bool:
        """Have no reads go to a pool for a while, unless nobody else could serve them; say whether that is so now."""
        if self._is_last(pool):
            return False
        was_usable = pool.standing.usable
        pool.standing.failed(reason, detail, monotonic())
        if was_usable and not pool.standing.usable:
            log.warning('%s is banned (%s): %s', pool.name, reason.value, detail)
            pool.reconnect()
        return not pool.standing.usable

    def lag(self, pool: Pool, detail: str) -> None:
        """Have no reads go to a replica as long as it is behind; ``detail`` says how far, and is empty if it is not."""
        if detail and pool.standing.usable and self._is_last(pool):
            return
        before = pool.standing.reason
        if detail:
            pool.standing.lagging(detail)
        else:
            pool.standing.caught_up()
        if pool.standing.reason is not before:
            log.warning('%s: %s', pool.name, detail or 'is no longer behind')

    def _is_last(self, pool: Pool) -> bool:
        others = (other for other in self._last_resort if other is not pool)
        return not any(other.standing.usable for other in others)


def _may_be_asked(pool: Pool, reader: Reader) -> bool:
    standing = pool.standing
    return standing.reason not in (BanReason.MANUAL, BanReason.UNCHECKED) and pool.host.replayed >= reader.position


def _worth_waiting(error: ServerUnreachable) -> bool:
    """Whether the server may let us in a moment later."""
    if isinstance(error, LoginRefused):
        return error.sqlstate in _NOT_NOW
    return not isinstance(error, ServerUnsuitable)
