"""``[[databases]]``: the servers."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import SecretStr

from pgdog_gevent.config.choices import PoolerMode, Role
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.types import (
    Count,
    Flag,
    MaybeMilliseconds,
    Name,
    Port,
    PositiveCount,
    Weight,
)


class RoleSizes(Section):
    """Sizes that depend on what a server is at the moment; they change with its role."""

    pool_size_primary: PositiveCount | None = None
    """``pool_size`` while the server is a primary."""
    pool_size_replica: PositiveCount | None = None
    """``pool_size`` while the server is a replica."""
    min_pool_size_primary: Count | None = None
    """``min_pool_size`` while the server is a primary."""
    min_pool_size_replica: Count | None = None
    """``min_pool_size`` while the server is a replica."""
    idle_timeout_primary: MaybeMilliseconds = None
    """``idle_timeout`` while the server is a primary."""
    idle_timeout_replica: MaybeMilliseconds = None
    """``idle_timeout`` while the server is a replica."""


class PoolOverrides(RoleSizes):
    """What both a database and a user can set for their pools; absent keys are inherited."""

    pool_size: PositiveCount | None = None
    """Most server connections of a pool."""
    min_pool_size: Count | None = None
    """Connections that a pool keeps open."""
    pooler_mode: PoolerMode | None = None
    """For how long a client keeps a server connection."""
    statement_timeout: MaybeMilliseconds = None
    """PostgreSQL's ``statement_timeout`` on the server connections."""
    lock_timeout: MaybeMilliseconds = None
    """PostgreSQL's ``lock_timeout`` on the server connections."""
    idle_timeout: MaybeMilliseconds = None
    """Server connections above the minimum that are idle for this long are closed."""
    read_only: Flag | None = None
    """Whether server connections start with ``default_transaction_read_only``."""
    server_lifetime: MaybeMilliseconds = None
    """Age at which a server connection is closed once it is idle."""
    server_lifetime_jitter: MaybeMilliseconds = None
    """Random spread of that age."""


class Database(PoolOverrides):
    """``[[databases]]``: one server of one database. Servers with the same ``name`` form one cluster."""

    aliases: ClassVar[Mapping[str, str]] = {'max_pool_size': 'pool_size'}

    name: Name
    """Name by which clients connect."""
    host: Name
    """Host name or address of the server."""
    port: Port = 5432
    """TCP port of the server."""
    role: Role = Role.PRIMARY
    """``primary``, ``replica``, or ``auto``: to be found out."""
    shard: Count = 0
    """Number of the shard that the server holds; numbers have no gaps."""
    database_name: Name | None = None
    """Name of the database on the server; absent: ``name``."""
    user: Name | None = None
    """User on the server, for everybody; absent: the user's own."""
    password: SecretStr | None = None
    """Password on the server, for everybody; absent: the user's own."""
    resharding_only: Flag = False
    """Whether the server is for the copies of resharding only."""
    lb_weight: Weight = 255
    """Share of the reads under ``weighted_round_robin``, 0 to 255."""
