"""The smaller sections: admin, sockets, memory, StatsD, telemetry, Vault, plugins."""

import secrets
import string
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr

from pgdog_gevent.config.choices import QueryParser, QueryParserEngine, VaultAuth
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.types import (
    RESTART,
    WHOLE_SECONDS,
    Bytes,
    Count,
    Flag,
    MaybeMilliseconds,
    Milliseconds,
    Name,
    Port,
)

ALPHANUMERICS = string.ascii_letters + string.digits


@cache
def random_admin_password() -> SecretStr:
    """Return a password that nobody knows, the same for the life of the process."""
    return SecretStr('_pgdog_' + ''.join(secrets.choice(ALPHANUMERICS) for _ in range(12)))


class Admin(Section):
    """``[admin]``: the admin database. This section may also stand in users.toml, which then wins."""

    name: Name = 'admin'
    """Name of the admin database."""
    user: Name = 'admin'
    """Its only user."""
    password: SecretStr = Field(default_factory=random_admin_password)
    """Password of that user; absent: a random one, so that nobody can log in."""


class Tcp(Section):
    """``[tcp]``: options of client and server sockets."""

    keepalive: Flag = True
    """Whether the kernel probes silent connections."""
    time: MaybeMilliseconds = None
    """Silence before the first probe; absent: the system's own."""
    interval: MaybeMilliseconds = None
    """Time between probes; absent: the system's own."""
    retries: Count | None = None
    """Unanswered probes after which a connection is dead; absent: the system's own."""
    user_timeout: MaybeMilliseconds = None
    """How long sent bytes may stay unacknowledged (Linux); absent: the system's own."""
    congestion_control: Name | None = None
    """Congestion control algorithm (Linux); absent: the system's own."""


class Memory(Section):
    """``[memory]``: sizes of buffers."""

    net_buffer: Bytes = 4096
    """Buffer of a socket."""
    message_buffer: Bytes = 4096
    """Buffer of a message."""
    stack_size: Bytes = 2097152
    """Stack of a thread."""


class Statsd(Section):
    """``[statsd]``: where figures are sent. Not a section of PgDog."""

    host: Name | None = None
    """Host of the StatsD daemon; absent: nothing is sent."""
    port: Port = 8125
    """Its UDP port."""
    prefix: str = 'pgdog'
    """First part of the names of figures; may be empty."""
    interval: Milliseconds = 10.0
    """How often figures are sent."""


class Otel(Section):
    """``[otel]``: metrics for an OpenTelemetry collector. Without this section nothing is sent."""

    endpoint: Name | None = None
    """URL of the collector."""
    namespace: Name = 'pgdog'
    """First part of the names of metrics."""
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    """HTTP headers, for instance with a token."""
    datadog_api_key: SecretStr | None = None
    """Key for Datadog."""
    push_interval: Milliseconds = 10.0
    """How often metrics are sent."""


class Vault(Section):
    """``[vault]``: HashiCorp Vault, for ``server_auth`` and ``vault_path``."""

    url: Name
    """URL of the server."""
    namespace: Name | None = None
    """Namespace on it."""
    auth_method: VaultAuth
    """How the proxy logs in: ``kubernetes`` or ``approle``."""
    auth_mount: Name | None = None
    """Where that method is mounted; absent: under its own name."""
    kubernetes_role: Name | None = None
    """Role for ``kubernetes``."""
    kubernetes_jwt_path: Path = Path('/var/run/secrets/kubernetes.io/serviceaccount/token')
    """Token of the service account."""
    approle_role_id: Name | None = None
    """Role for ``approle``."""
    approle_secret_id_file: Path | None = None
    """File with its secret; absent: the environment variable VAULT_SECRET_ID."""
    client_token_ttl: Annotated[Count, WHOLE_SECONDS] = 60
    """Life of the proxy's own token. In seconds, unlike all other durations, as in PgDog."""


class Plugin(Section):
    """``[[plugins]]``: extensions, loaded at start only."""

    name: Annotated[Name, RESTART]
    """Name or path of the library."""
    config: Annotated[Path | None, RESTART] = None
    """Its own configuration file."""


class MultiTenant(Section):
    """``[multi_tenant]``: statements must filter by tenant."""

    column: Name
    """Column that every statement must filter on."""


class ReplicaLag(Section):
    """``[replica_lag]``: an older form of the lag settings of ``[general]``."""

    check_interval: Milliseconds = 1.0
    """How often the lag is looked at; needs ``max_age``."""
    max_age: Milliseconds = 0.025
    """Lag above which a replica gets no reads."""


class Replication(Section):
    """``[replication]``: tools for resharding."""

    pg_dump_path: Path = Path('pg_dump')
    """The pg_dump program."""


class QueryParserLevel(Section):
    """``[[query_parsers]]``: when SQL is parsed, for one database."""

    database: Name
    """The database."""
    level: QueryParser = QueryParser.AUTO
    """As ``query_parser`` of ``[general]``."""
    engine: QueryParserEngine = QueryParserEngine.PG_QUERY_PROTOBUF
    """Accepted, without a meaning here, as ``query_parser_engine`` of ``[general]``."""
