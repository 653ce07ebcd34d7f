"""The snapshots of several processes as one of the proxy. Pure.

Counts are added up, and so are the averages of counts for a second; averages of times are those of all events. What
the processes have in common, such as configured databases, is shown once.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import fields, replace
from functools import reduce
from math import inf
from operator import add
from typing import Any, Final, TypeVar

from pgdog_gevent.observe.averages import EVENTS_BY_TIME
from pgdog_gevent.observe.snapshot import (
    Averages,
    CacheView,
    DatabaseView,
    HostView,
    PoolView,
    PreparedView,
    RehearsalView,
    ReplicationView,
    SchemaView,
    Snapshot,
    Totals,
    UserView,
)
from pgdog_gevent.observe.transactions import joined

T = TypeVar('T')
_Seen = TypeVar('_Seen', PoolView, HostView)

_ADDED: Final = (
    'waiting', 'idle', 'active', 'idle_in_transaction', 'total', 'errors', 're_synced', 'out_of_sync', 'force_closed',
    'locked',
)  # fmt: skip
"""Figures of a pool that are the sums of those of its parts."""
_GROWS: Final = ('errors', 're_synced', 'out_of_sync', 'force_closed')
"""Those of them that never shrink."""


def merged(snapshots: Sequence[Snapshot], departed: Snapshot | None = None) -> Snapshot:
    """Add up snapshots of processes that live, and what remains of those that do not."""
    everything = (*snapshots, departed) if departed is not None else tuple(snapshots)
    first = snapshots[0]
    return replace(
        first,
        taken_at=max(snapshot.taken_at for snapshot in snapshots),
        started_at=min(snapshot.started_at for snapshot in everything),
        logins_in_progress=sum(snapshot.logins_in_progress for snapshot in snapshots),
        clients_refused=sum(snapshot.clients_refused for snapshot in everything),
        shutting_down=any(snapshot.shutting_down for snapshot in snapshots),
        greenlets=sum(snapshot.greenlets for snapshot in snapshots),
        clients=tuple(client for snapshot in snapshots for client in snapshot.clients),
        servers=tuple(server for snapshot in snapshots for server in snapshot.servers),
        pools=_pools(snapshots, departed),
        hosts=_joined((snapshot.hosts for snapshot in snapshots), _address, _host),
        schemas=_joined((snapshot.schemas for snapshot in snapshots), lambda view: view.database, _schema),
        prepared=_joined((snapshot.prepared for snapshot in snapshots), lambda view: view.statement, _prepared),
        databases=_joined((snapshot.databases for snapshot in snapshots), _entry, _database),
        users=_joined((snapshot.users for snapshot in snapshots), lambda view: view.name, _user),
        query_cache=_caches([snapshot.query_cache for snapshot in everything]),
        transactions=joined(view for snapshot in snapshots for view in snapshot.transactions),
        two_phase=reduce(add, (snapshot.two_phase for snapshot in everything)),
        rehearsed=sum((snapshot.rehearsed for snapshot in everything), RehearsalView()),
    )


def remains(snapshot: Snapshot) -> Snapshot:
    """What stays of a process that is gone: that it has counted, so that no counter ever shrinks."""
    pools = tuple(_counted(pool) for pool in snapshot.pools)
    cache = replace(snapshot.query_cache, size=0, limit=0)
    return replace(
        snapshot, logins_in_progress=0, shutting_down=False, greenlets=0, clients=(), servers=(), pools=pools,
        hosts=(), schemas=(), prepared=(), databases=(), users=(), query_cache=cache, transactions=(),
    )  # fmt: skip


def _counted(pool: PoolView) -> PoolView:
    """The counters of a pool; all else is what makes no difference to others of it."""
    nothing: dict[str, Any] = dict.fromkeys(set(_ADDED) - set(_GROWS), 0)
    return replace(
        pool, **nothing, longest_wait=0.0, paused=False, banned=True, ban_reason='', ban_detail='', ban_time_left=None,
        half_open=False, healthy=True, online=False, replication=None, averages=Averages(),
    )  # fmt: skip


def _joined(views: Iterable[Iterable[T]], key: Callable[[T], Hashable], join: Callable[[T, T], T]) -> tuple[T, ...]:
    """Join what has the same key in different processes; of one that has it twice, the first with the first."""
    found: dict[tuple[Hashable, int], T] = {}
    for of_one in views:
        times: dict[Hashable, int] = {}
        for view in of_one:
            name = key(view)
            times[name] = times.get(name, 0) + 1
            place = name, times[name]
            found[place] = join(found[place], view) if place in found else view
    return tuple(found.values())


def _pools(snapshots: Sequence[Snapshot], departed: Snapshot | None) -> tuple[PoolView, ...]:
    living = [snapshot.pools for snapshot in snapshots]
    known = {pool.id for pools in living for pool in pools}
    gone = () if departed is None else tuple(pool for pool in departed.pools if pool.id in known)
    found: dict[int, PoolView] = {}
    for pool in (pool for pools in (*living, gone) for pool in pools):
        found[pool.id] = _pool(found[pool.id], pool) if pool.id in found else pool
    return tuple(sorted(found.values(), key=lambda pool: pool.id))


def _pool(one: PoolView, other: PoolView) -> PoolView:
    added: dict[str, Any] = {name: getattr(one, name) + getattr(other, name) for name in _ADDED}
    banned, seen = _longer_banned(one, other), _seen_last(one, other)
    return replace(
        one,
        **added,
        role=seen.role,
        replication=seen.replication,
        longest_wait=max(one.longest_wait, other.longest_wait),
        paused=one.paused or other.paused,
        banned=one.banned and other.banned,
        ban_reason=banned.ban_reason,
        ban_detail=banned.ban_detail,
        ban_time_left=banned.ban_time_left,
        half_open=one.half_open or other.half_open,
        healthy=(one.healthy and other.healthy) or _works(one) or _works(other),
        online=one.online or other.online,
        totals=one.totals + other.totals,
        averages=_averages(one.averages, other.averages),
        wait_histogram=one.wait_histogram + other.wait_histogram,
        query_histogram=one.query_histogram + other.query_histogram,
        transaction_histogram=one.transaction_histogram + other.transaction_histogram,
    )


def _works(pool: PoolView) -> bool:
    """Whether there is more to say for its health than that nothing has been tried."""
    return pool.healthy and pool.idle + pool.active + pool.idle_in_transaction > 0


def _longer_banned(one: PoolView, other: PoolView) -> PoolView:
    """The one whose ban is to be told of, if either has one."""
    return max(one, other, key=_ban_time)


def _ban_time(pool: PoolView) -> float:
    if not pool.ban_reason:
        return -1.0
    return inf if pool.ban_time_left is None else pool.ban_time_left


def _seen_last(one: _Seen, other: _Seen) -> _Seen:
    """The one whose server has been seen last."""
    return min(one, other, key=lambda view: _age(view.replication))


def _age(replication: ReplicationView | None) -> float:
    return inf if replication is None else replication.lsn_age


def _averages(one: Averages, other: Averages) -> Averages:
    return Averages(**{field.name: _average(one, other, field.name) for field in fields(Totals)})


def _average(one: Averages, other: Averages, name: str) -> float:
    here, there = getattr(one, name), getattr(other, name)
    events = EVENTS_BY_TIME.get(name)
    if events is None:
        return float(here + there)
    weight, more = getattr(one, events), getattr(other, events)
    return float((here * weight + there * more) / (weight + more)) if weight + more else 0.0


def _schema(one: SchemaView, other: SchemaView) -> SchemaView:
    """What was read last."""
    return max(one, other, key=lambda view: view.read_at)


def _prepared(one: PreparedView, other: PreparedView) -> PreparedView:
    return replace(one, used_by=one.used_by + other.used_by, memory_used=one.memory_used + other.memory_used)


def _entry(view: DatabaseView) -> Hashable:
    return view.name, view.host, view.port, view.database, view.shard, view.role


def _database(one: DatabaseView, other: DatabaseView) -> DatabaseView:
    return replace(
        one,
        current_connections=one.current_connections + other.current_connections,
        paused=one.paused or other.paused,
    )


def _address(view: HostView) -> Hashable:
    return view.database, view.shard, view.address, view.port


def _host(one: HostView, other: HostView) -> HostView:
    """What was seen last; a process that has begun later may not know since when that is so."""
    last = _seen_last(one, other)
    agreed = (one.role, one.health) == (other.role, other.health)
    return replace(last, since=min(one.since, other.since)) if agreed else last


def _user(one: UserView, other: UserView) -> UserView:
    return replace(
        one,
        databases=tuple(dict.fromkeys((*one.databases, *other.databases))),
        current_connections=one.current_connections + other.current_connections,
    )


def _caches(views: Sequence[CacheView]) -> CacheView:
    return CacheView(
        size=sum(view.size for view in views),
        limit=sum(view.limit for view in views),
        hits=sum(view.hits for view in views),
        misses=sum(view.misses for view in views),
        parse_time=sum(view.parse_time for view in views),
    )
