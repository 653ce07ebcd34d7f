"""What ``pgdog-gevent setup`` does: install, on every shard, the functions that make ids which belong there."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Final

from pgdog_gevent.admin.route import chosen
from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.connect import connect
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.config.settings import Config
from pgdog_gevent.config.show import with_setting
from pgdog_gevent.errors import CannotConnectNow, ProxyError
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.protocol.query import TERMINATE
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.router.made_ids import note
from pgdog_gevent.twophase.table import UNSAFE_HINT, Table, look
from pgdog_gevent.twophase.table import script as decisions_script

_OURS: Final = 'Made by pgdog-gevent setup.'
"""The comment on schema ``pgdog``, if it is not PgDog's own."""
_MARK: Final = f"COMMENT ON SCHEMA pgdog IS '{_OURS}'".encode()
_THEIRS: Final = (
    "SELECT FROM pg_namespace WHERE nspname = 'pgdog' "
    f"AND obj_description(oid, 'pg_namespace') IS DISTINCT FROM '{_OURS}'"
).encode()
_SETTINGS: Final = b"SET LOCAL client_min_messages = warning; SET LOCAL lock_timeout = '10s'"
_PATIENCE: Final = 60.0
"""Seconds for one shard."""
_STANDBY: Final = (b't',)


class SetupFailed(ProxyError):
    """A shard could not be set up; those before it are."""


def set_up(config: Config, database: str, user: str) -> Iterator[str]:
    """Do it, and say so shard by shard. Raises SetupFailed, and as ``chosen``.

    All of a shard is one transaction; what is there already is replaced.
    """
    clusters = Clusters(with_setting(config, 'dry_run', 'false'))
    cluster = chosen(clusters, database, user or _administrator(clusters, database))
    shards = cluster.topology.shards
    for shard in range(shards):
        try:
            with _primary(cluster, shard) as connection:
                has_aliases = _install(connection, shard, shards)
        except ProxyError as error:
            raise _failure(shard, cluster, error) from error
        yield f'shard {shard} of {shards}: schema pgdog_gevent is installed'
        if not has_aliases:
            yield '    schema pgdog is there already, and stays as it is'


def _administrator(clusters: Clusters, database: str) -> str:
    """The first user with ``schema_admin``; empty if there is none."""
    named = (cluster for cluster in clusters if database in ('', cluster.topology.database))
    return next((found.settings.user for found in named if found.settings.pools[0].schema_admin), '')


def _install(connection: BackendConnection, shard: int, shards: int) -> bool:
    """Whether the names of PgDog are there now, too."""
    connection.run(b'BEGIN READ WRITE; ' + _SETTINGS)
    connection.run(_script('setup.sql'))
    connection.run(decisions_script())
    [user] = decode_row(connection.run(b'SELECT current_user')[0])
    if look(connection, (user or b'').decode()) is Table.UNSAFE:
        raise SetupFailed('table pgdog_gevent.decision or its schema belongs to somebody else', hint=UNSAFE_HINT)
    connection.run(
        b'DELETE FROM pgdog_gevent.config; '
        b'INSERT INTO pgdog_gevent.config (shard, shards) VALUES (%d, %d)' % (shard, shards)
    )
    has_aliases = not connection.run(_THEIRS)
    if has_aliases:
        connection.run(_script('setup_pgdog.sql'))
        connection.run(_MARK)
    noted = note(shard, shards, as_pgdogs=has_aliases)
    connection.run(f"COMMENT ON SCHEMA pgdog_gevent IS '{noted}'".encode())
    connection.run(b'COMMIT')
    return has_aliases


def _script(name: str) -> bytes:
    return files(__package__).joinpath(name).read_bytes()


@contextmanager
def _primary(cluster: Cluster, shard: int) -> Iterator[BackendConnection]:
    """A connection with the server of a shard that can be written to. Raises ProxyError."""
    with Deadline(_PATIENCE):
        keys = KeyCache()
        for pool in cluster.pools:
            if pool.settings.shard == shard:
                with _connected(pool, keys) as connection:
                    if decode_row(connection.run(b'SELECT pg_is_in_recovery()')[0]) != _STANDBY:
                        yield connection
                        return
        raise CannotConnectNow('none of its servers is a primary')
    raise CannotConnectNow(f'it took more than {_PATIENCE:g} s')


@contextmanager
def _connected(pool: Pool, keys: KeyCache) -> Iterator[BackendConnection]:
    connection = connect(pool.target, keys)
    try:
        yield connection
        connection.stream.write(TERMINATE)
        connection.stream.flush()
    finally:
        connection.stream.close()


def _failure(shard: int, cluster: Cluster, error: ProxyError) -> SetupFailed:
    return SetupFailed(
        f'shard {shard}, as user "{cluster.settings.user}": {error.message}',
        detail=error.detail,
        hint=error.hint or 'The user must be allowed to create schemas in the database. Another one: --user.',
    )
