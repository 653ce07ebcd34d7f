"""Judgements of ``[general]`` and the small sections."""

import grp
import ipaddress
import os
from collections.abc import Iterator
from pathlib import Path

from pgdog_gevent.config.choices import TlsVerify
from pgdog_gevent.config.findings import Finding, error, warning
from pgdog_gevent.config.settings import Config, General
from pgdog_gevent.protocol.unix_socket import LONGEST_PATH, fits, socket_path

LOG_LEVELS = frozenset({'off', 'error', 'warn', 'warning', 'info', 'debug', 'trace', 'critical'})


def check_general(config: Config) -> Iterator[Finding]:
    """Judge what is about the proxy as a whole."""
    general = config.general
    yield from _ports(general)
    yield from _unix_socket(general)
    yield from _sizes(general)
    yield from _logs(general)
    yield from _multicast(general)
    yield from _lags(config)
    for path, interval in (
        ('statsd.interval', config.statsd.interval),
        ('otel.push_interval', config.otel.push_interval),
    ):
        if interval == 0:
            yield error(path, 'expected more than 0')


def check_tls(config: Config) -> Iterator[Finding]:
    """Judge certificates and keys, and what relies on them."""
    general = config.general
    yield from _pair('tls_certificate', general.tls_certificate, 'tls_private_key', general.tls_private_key)
    yield from _pair(
        'tls_server_certificate',
        general.tls_server_certificate,
        'tls_server_private_key',
        general.tls_server_private_key,
    )
    for key, path in _tls_files(general):
        if path is not None and not _readable(path):
            yield error(f'general.{key}', 'no such file, or it cannot be read')
    if general.tls_certificate is None:
        yield from _without_certificate(general)
    if general.tls_verify is TlsVerify.DISABLED and general.tls_server_certificate is not None:
        yield warning('general.tls_server_certificate', "has no effect with tls_verify = 'disabled'")


def _ports(general: General) -> Iterator[Finding]:
    taken: dict[int, str] = {}
    for key, port in (
        ('port', general.port),
        ('openmetrics_port', general.openmetrics_port),
        ('healthcheck_port', general.healthcheck_port),
    ):
        if not port:
            continue
        if port in taken:
            yield error(f'general.{key}', f'{port} is the {taken[port]} already')
        taken.setdefault(port, key)


def _unix_socket(general: General) -> Iterator[Finding]:
    directory, group = general.unix_socket_dir, general.unix_socket_group
    if directory is None:
        if group is not None:
            yield warning('general.unix_socket_group', 'has no effect without unix_socket_dir')
        return
    # A port that the system chooses may have five digits.
    path = socket_path(str(directory), general.port or 65535)
    if not fits(path):
        yield error('general.unix_socket_dir', f'{path} is longer than the {LONGEST_PATH} bytes of a socket address')
    elif not directory.is_absolute() or not directory.is_dir():
        yield error('general.unix_socket_dir', 'no such folder')
    if group is not None and not _group_exists(group):
        yield error('general.unix_socket_group', f'there is no group {group!r}')


def _group_exists(group: str) -> bool:
    try:
        grp.getgrnam(group)
    except KeyError:
        return False
    return True


def _sizes(general: General) -> Iterator[Finding]:
    if general.min_pool_size > general.default_pool_size:
        yield error(
            'general.min_pool_size',
            f'{general.min_pool_size} is more than default_pool_size, {general.default_pool_size}',
        )
    if general.server_lifetime_jitter > general.server_lifetime:
        yield error('general.server_lifetime_jitter', 'longer than server_lifetime')
    if 0 < general.ban_timeout <= general.idle_healthcheck_interval:
        yield warning(
            'general.idle_healthcheck_interval',
            'not shorter than ban_timeout: a ban ends before the next check',
        )


def _logs(general: General) -> Iterator[Finding]:
    if general.query_log is not None and not general.query_log.absolute().parent.is_dir():
        yield error('general.query_log', 'its folder does not exist')
    for directive in general.log_level.split(','):
        level = directive.rpartition('=')[2].strip().lower()
        if level not in LOG_LEVELS:
            yield warning('general.log_level', f'{level!r} is no level', f'known: {", ".join(sorted(LOG_LEVELS))}')


def _multicast(general: General) -> Iterator[Finding]:
    if general.broadcast_address is None:
        return
    try:
        multicast = ipaddress.IPv4Address(general.broadcast_address).is_multicast
    except ValueError:
        multicast = False
    if not multicast:
        yield error('general.broadcast_address', 'expected an IPv4 multicast address (224.0.0.0 to 239.255.255.255)')


def _lags(config: Config) -> Iterator[Finding]:
    general = config.general
    if general.cutover_replication_lag_threshold > general.cutover_traffic_stop_threshold:
        yield error('general.cutover_replication_lag_threshold', 'more than cutover_traffic_stop_threshold')
    if config.replica_lag is not None:
        yield warning('replica_lag', 'deprecated', 'use lsn_check_interval and ban_replica_lag in [general]')
        given = config.replica_lag.model_fields_set
        if 'check_interval' in given and 'max_age' not in given:
            yield error('replica_lag.check_interval', 'needs max_age')
    yield from _parser(config)


def _parser(config: Config) -> Iterator[Finding]:
    general = config.general
    if general.query_parser_enabled:
        yield warning('general.query_parser_enabled', 'deprecated', "use query_parser = 'on'")
    asked = general.model_fields_set | {key for row in config.query_parsers for key in row.model_fields_set}
    ignored = [key for key in ('query_parser_engine', 'engine', 'regex_parser_limit') if key in asked]
    if ignored:
        yield warning('general', f'{", ".join(ignored)}: without a meaning here', 'SQL is parsed in one way only')


def _pair(certificate: str, first: Path | None, key: str, second: Path | None) -> Iterator[Finding]:
    if first is not None and second is None:
        yield error(f'general.{certificate}', f'needs {key}')
    if second is not None and first is None:
        yield error(f'general.{key}', f'needs {certificate}')


def _tls_files(general: General) -> tuple[tuple[str, Path | None], ...]:
    return (
        ('tls_certificate', general.tls_certificate),
        ('tls_private_key', general.tls_private_key),
        ('tls_client_ca_certificate', general.tls_client_ca_certificate),
        ('tls_server_ca_certificate', general.tls_server_ca_certificate),
        ('tls_server_certificate', general.tls_server_certificate),
        ('tls_server_private_key', general.tls_server_private_key),
    )


def _readable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK)


def _without_certificate(general: General) -> Iterator[Finding]:
    if general.tls_client_required:
        yield error('general.tls_client_required', 'needs tls_certificate and tls_private_key')
    if general.tls_client_ca_certificate is not None:
        yield error('general.tls_client_ca_certificate', 'needs tls_certificate and tls_private_key')
    if general.passthrough_auth.plain:
        yield warning('general.passthrough_auth', 'without TLS, passwords travel readable')
    elif general.passthrough_auth.enabled:
        yield warning(
            'general.passthrough_auth', 'needs TLS, so nobody can use it', 'give tls_certificate and tls_private_key'
        )
