"""What a reload has to do: the difference between two configurations. Pure.

A cluster is known by its user and database, a pool of it by where it connects to. A pool whose settings are equal is
not mentioned and must not be touched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from enum import Enum

from pgdog_gevent.config.fields import Key, keys_of, section_at
from pgdog_gevent.config.resolve import ClusterSettings, PoolSettings, resolve
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.settings import Config


class Effect(Enum):
    """What a changed pool has to do."""

    ADD = 'add'
    REMOVE = 'remove'
    ADJUST = 'adjust'
    """Take the new sizes and timeouts; its connections stay."""
    RECONNECT = 'reconnect'
    """Replace its connections, each once it is idle: they were opened with settings that no longer hold."""


CONNECTION_SETTINGS = frozenset(
    {
        'server_user',
        'server_passwords',
        'server_auth',
        'statement_timeout',
        'lock_timeout',
        'read_only',
        'replication_mode',
    }
)
"""Fields of PoolSettings that a connection is opened with."""

CONNECTION_KEYS = (
    'tls_verify',
    'tls_server_ca_certificate',
    'tls_server_certificate',
    'tls_server_private_key',
)
"""Keys of ``[general]`` that all server connections are opened with."""


@dataclass(frozen=True, slots=True)
class PoolChange:
    """One pool that is not as it was."""

    effect: Effect
    old: PoolSettings | None
    """``None`` for a pool that is added."""
    new: PoolSettings | None
    """``None`` for a pool that is removed."""


@dataclass(frozen=True, slots=True)
class ClusterChange:
    """One cluster that stays, but not as it was; ``pools`` may be empty (only ``prepared_statements`` changed)."""

    old: ClusterSettings
    new: ClusterSettings
    pools: tuple[PoolChange, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs between two configurations."""

    added: tuple[ClusterSettings, ...]
    removed: tuple[ClusterSettings, ...]
    changed: tuple[ClusterChange, ...]
    settings: tuple[str, ...]
    """Paths that differ outside databases and users, such as ``general.checkout_timeout`` or ``sharded_tables``."""
    restart: tuple[str, ...]
    """Those of ``settings`` that stay as they were until the proxy is started anew."""
    users: bool
    """Whether ``[[users]]`` differ in any way; their passwords and rules then hold for the next login."""

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.settings or self.users)


def changes(old: Config, new: Config) -> Changes:
    """Return what has to be done to get from one configuration to another."""
    before = {(cluster.user, cluster.database): cluster for cluster in resolve(old)}
    after = {(cluster.user, cluster.database): cluster for cluster in resolve(new)}
    everything = any(dict(old.general)[key] != dict(new.general)[key] for key in CONNECTION_KEYS)
    settings, restart = _settings(old, new)
    return Changes(
        added=tuple(cluster for name, cluster in after.items() if name not in before),
        removed=tuple(cluster for name, cluster in before.items() if name not in after),
        changed=tuple(
            ClusterChange(before[name], cluster, pool_changes(before[name], cluster, reconnect=everything))
            for name, cluster in after.items()
            if name in before and (cluster != before[name] or everything)
        ),
        settings=settings,
        restart=restart,
        users=old.users != new.users,
    )


def pool_changes(old: ClusterSettings, new: ClusterSettings, *, reconnect: bool = False) -> tuple[PoolChange, ...]:
    """Return what happens to the pools of a cluster; with ``reconnect``, every pool that stays reconnects."""
    before, after = _by_address(old.pools), _by_address(new.pools)
    removed = [PoolChange(Effect.REMOVE, pool, None) for place, pool in before.items() if place not in after]
    stays_or_comes = (_pool_change(before.get(place), pool, reconnect) for place, pool in after.items())
    return (*removed, *(change for change in stays_or_comes if change is not None))


def _pool_change(old: PoolSettings | None, new: PoolSettings, reconnect: bool) -> PoolChange | None:
    if old is None:
        return PoolChange(Effect.ADD, None, new)
    different = different_fields(old, new)
    if reconnect or different & CONNECTION_SETTINGS:
        return PoolChange(Effect.RECONNECT, old, new)
    return PoolChange(Effect.ADJUST, old, new) if different else None


def different_fields(old: PoolSettings, new: PoolSettings) -> frozenset[str]:
    """Return the names of the settings in which two pools differ."""
    before, after = _by_field(old), _by_field(new)
    return frozenset(name for name in before if before[name] != after[name])


def _by_field(pool: PoolSettings) -> dict[str, object]:
    return {field.name: getattr(pool, field.name) for field in fields(pool) if field.compare}


def _by_address(pools: Sequence[PoolSettings]) -> dict[tuple[object, ...], PoolSettings]:
    """Return pools by where they connect to; the same place given twice counts each time."""
    placed: dict[tuple[object, ...], PoolSettings] = {}
    for pool in pools:
        place = (pool.shard, pool.host, pool.port, pool.server_database)
        times = sum(known[:-1] == place for known in placed)
        placed[*place, times] = pool
    return placed


def _settings(old: Config, new: Config) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paths that differ, and those of them that need a restart."""
    different = tuple(_different_settings(old, new))
    return tuple(path for path, _ in different), tuple(path for path, restart in different if restart)


def _different_settings(old: Config, new: Config) -> Iterator[tuple[str, bool]]:
    before, after = dict(old), dict(new)
    for name in (name for name in before if name not in ('databases', 'users')):
        model = section_at(Config, name)
        if before[name] == after[name] or model is None:
            continue
        if isinstance(before[name], Section) and isinstance(after[name], Section):
            yield from ((f'{name}.{key.name}', key.restart) for key in _different_keys(before[name], after[name]))
        else:
            yield name, any(key.restart for key in keys_of(model).values())


def _different_keys(old: Section, new: Section) -> Iterator[Key]:
    before, after = dict(old), dict(new)
    return (key for key in keys_of(type(new)).values() if before[key.attribute] != after[key.attribute])
