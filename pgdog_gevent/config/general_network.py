"""``[general]``: listening, TLS, authentication, shutdown, logs, metrics."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from pgdog_gevent.config.choices import (
    AuthType,
    LogFormat,
    PassthroughAuth,
    SizeLimitAction,
    TlsVerify,
)
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.types import (
    CHARACTERS,
    RESTART,
    ByteLimit,
    Count,
    Flag,
    MaybeMilliseconds,
    Milliseconds,
    Name,
    OctalMode,
    Port,
    TimeLimit,
)


class ListeningSettings(Section):
    """Listening for clients."""

    host: Annotated[Name, RESTART] = '0.0.0.0'
    """Address to listen on."""
    port: Annotated[Port, RESTART] = 6432
    """TCP port to listen on; 0 takes any free one."""
    unix_socket_dir: Annotated[Path | None, RESTART] = None
    """Folder for a Unix socket ``.s.PGSQL.<port>`` beside the TCP port; one that is relative begins at the folder of
    pgdog.toml; absent: there is none. Connections over it have no TLS and need none, but users who must show a
    certificate cannot use it. Not a setting of PgDog; nor are the next two, which PgBouncer has."""
    unix_socket_mode: Annotated[OctalMode, RESTART] = '0777'
    """Permissions of that socket: who may write to it may connect."""
    unix_socket_group: Annotated[Name | None, RESTART] = None
    """Group of that socket; absent: that of the process."""
    workers: Annotated[Count, RESTART] = 2
    """Worker processes that share the port; 0 and 1 mean a single process. Pool sizes and ``max_client_conn`` are
    those of all together."""
    max_client_conn: Count = 0
    """Most client connections at a time; more are refused with 53300. 0 means no limit. Not a setting of PgDog;
    PgBouncer has it under this name."""
    client_login_timeout: Milliseconds = 60.0
    """Longest time from accepting a connection until it is ready for queries, TLS included."""
    client_send_timeout: TimeLimit = 60.0
    """For how long a client may take nothing at all of what the proxy has for it; then it is disconnected, and the log
    says so. 0: for ever. Not a setting of PgDog."""
    client_idle_timeout: TimeLimit = None
    """Longest silence of a client outside a transaction; then it is disconnected with 57P05."""
    client_idle_in_transaction_timeout: TimeLimit = None
    """Longest silence of a client inside a transaction; then it is disconnected with 57P05."""
    broadcast_address: str | None = None
    """IPv4 multicast group in which proxies find each other; absent: they do not."""
    broadcast_port: Port | None = None
    """UDP port for that; absent: ``port`` + 1."""
    shutdown_timeout: Milliseconds = 60.0
    """How long open transactions may go on after the signal to stop."""
    shutdown_termination_timeout: MaybeMilliseconds = None
    """After ``shutdown_timeout``, running statements are cancelled and given this long to end; absent: no
    cancelling."""


class TlsSettings(Section):
    """TLS. Certificates and keys are PEM files without a passphrase."""

    tls_certificate: Path | None = None
    """Certificate shown to clients; together with ``tls_private_key`` it turns TLS on."""
    tls_private_key: Path | None = None
    """Key of ``tls_certificate``."""
    tls_client_required: Flag = False
    """Whether clients without TLS are refused, with 08004; those of the Unix socket are not."""
    tls_client_ca_certificate: Path | None = None
    """Authorities whose client certificates are accepted; clients must then show one."""
    tls_verify: TlsVerify = TlsVerify.PREFER
    """TLS to servers: ``disabled``; ``prefer`` (if offered, certificate unchecked); ``verify_ca``;
    ``verify_full`` (also the host name)."""
    tls_server_ca_certificate: Path | None = None
    """Authorities for the two ``verify`` modes; absent: those of the system."""
    tls_server_certificate: Path | None = None
    """Certificate shown to servers."""
    tls_server_private_key: Path | None = None
    """Key of ``tls_server_certificate``."""


class AuthenticationSettings(Section):
    """Authentication of clients."""

    auth_type: AuthType = AuthType.SCRAM
    """How clients prove their password: ``scram`` (with channel binding under TLS), ``md5``, ``plain``, or
    ``trust`` for not at all; the administrator's password is asked for even then (PgDog lets it in)."""
    passthrough_auth: PassthroughAuth = PassthroughAuth.DISABLED
    """Whether users without a known password log in with the one that their server accepts: ``enabled`` under TLS
    only, ``enabled_plain`` always; with ``_allow_change`` a new password replaces the known one."""


class LogSettings(Section):
    """Logs. Lines go to standard error."""

    log_format: LogFormat = LogFormat.TEXT
    """``text``, ``json``, or ``json_flattened`` (one level of keys)."""
    log_level: Name = 'info'
    """Least severe level that is logged; ``logger=level`` pairs after a comma set it for parts."""
    log_connections: Flag = True
    """Whether logins are logged."""
    log_disconnections: Flag = True
    """Whether the ends of connections are logged."""
    log_dedup_window: Milliseconds = 0.0
    """Within this time, identical lines over ``log_dedup_threshold`` are counted instead of written; 0: never."""
    log_dedup_threshold: Count = 0
    """How many identical lines are written before the rest is counted; 0: never."""
    log_min_duration_parse: MaybeMilliseconds = None
    """Parsing of SQL that takes longer is logged; absent: none is."""
    log_query_sample_length: Annotated[Count, CHARACTERS] = 1000
    """To how much a statement is cut in the log."""
    query_log: Path | None = None
    """File to which every statement is written."""
    query_log_stdout: Flag = False
    """Whether every statement is written to standard output, with its database and user."""
    query_size_limit: ByteLimit = None
    """Largest Query or Parse message, its five bytes of header included."""
    query_size_limit_action: SizeLimitAction = SizeLimitAction.WARN
    """On a larger one, ``warn`` in the log, or ``block``: 54000 and disconnect, before it is read."""


class MetricsSettings(Section):
    """Metrics and health over HTTP."""

    openmetrics_host: Annotated[Name, RESTART] = '0.0.0.0'
    """Address of the metrics endpoint."""
    openmetrics_port: Annotated[Port | None, RESTART] = None
    """Port of ``/metrics``; absent: there is none."""
    openmetrics_namespace: str | None = Field(default=None, pattern='^[a-zA-Z_:][a-zA-Z0-9_:]*$')
    """Prefix of the names of metrics."""
    healthcheck_port: Annotated[Port | None, RESTART] = None
    """Port of ``/healthz`` and ``/readyz``; absent: there is none."""
    stats_period: Milliseconds = 15.0
    """Time over which the averages of SHOW STATS are taken; 0: no averages."""
