"""The configuration at the admin console: ``SHOW CONFIG``, and ``SET name TO value``."""

from dataclasses import replace

from pydantic import ValidationError

from pgdog_gevent import sqlstate
from pgdog_gevent.config.durations import human_duration
from pgdog_gevent.config.explain import explain
from pgdog_gevent.config.fields import Key, file_value, keys_of, value_from_text
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.settings import Config
from pgdog_gevent.errors import ProxyError

HUMANISED = ('_timeout', '_interval', '_delay', '_time', '_lifetime', '_grace', '_retention')
"""Parts of names whose values are shown as durations (``5s``); other durations are shown in milliseconds."""

ABSENT = 'default'

REWRITE_NAMES = {
    'rewrite_shard_key_updates': 'shard_key',
    'rewrite_split_inserts': 'split_inserts',
    'rewrite_primary_key': 'primary_key',
    'rewrite_enabled': 'enabled',
}
"""Names for SET of the keys of ``[rewrite]``."""

SETTABLE = (
    'query_timeout',
    'checkout_timeout',
    'auth_type',
    'passthrough_auth',
    'read_write_strategy',
    'read_write_split',
    'load_balancing_strategy',
    'prepared_statements_limit',
    'prepared_statements',
    'cross_shard_disabled',
    'two_phase_commit',
    'two_phase_commit_auto',
    'two_phase_commit_reads',
    'two_phase_commit_recovery_interval',
    'two_phase_commit_grace',
    'two_phase_commit_retention',
    *REWRITE_NAMES,
    'healthcheck_interval',
    'idle_healthcheck_interval',
    'idle_healthcheck_delay',
    'ban_timeout',
    'ban_replica_lag',
    'ban_replica_lag_bytes',
    'read_your_writes',
    'read_your_writes_timeout',
    'function_volatility',
    'tls_client_required',
    'query_parser',
    'client_idle_in_transaction_timeout',
    'reload_schema_on_ddl',
    'connection_recovery',
    'client_connection_recovery',
    'default_pool_size',
    'connect_timeout',
    'canonicalize_type_information',
    'dry_run',
)
"""What SET can change: keys of ``[general]``, and those of ``[rewrite]`` by the names that PgDog gives."""


class UnknownSetting(ProxyError):
    """SET names something that it cannot change. (PgDog says nothing and does nothing.)"""

    sqlstate = sqlstate.UNDEFINED_OBJECT


class BadSettingValue(ProxyError):
    """SET gives a value that the setting cannot take."""

    sqlstate = sqlstate.INVALID_PARAMETER_VALUE


def settings_as_rows(config: Config) -> list[tuple[str, str]]:
    """Return names and values for SHOW CONFIG: ``[general]`` by its own names, then ``tcp_*`` and ``memory_*``.

    No section of these holds a secret; should a key of them ever be one, it is left out.
    """
    return [*_rows('', config.general), *_rows('tcp_', config.tcp), *_rows('memory_', config.memory)]


def with_setting(config: Config, name: str, text: str) -> Config:
    """Return the configuration with one setting changed; ``text`` is in the units of the file, or ``default``.

    Raises UnknownSetting or BadSettingValue.
    """
    if name not in SETTABLE:
        raise UnknownSetting(f'unknown setting {name!r}', hint=f'Known: {", ".join(SETTABLE)}.')
    if name in REWRITE_NAMES:
        return _changed(config, 'rewrite', REWRITE_NAMES[name], text)
    return _changed(config, 'general', name, text)


def shown(key: Key, value: object) -> str:
    """Write a value as SHOW CONFIG does."""
    if value is None:
        return ABSENT
    if isinstance(value, float) and key.unit is not None and any(part in key.name for part in HUMANISED):
        return human_duration(value)
    plain = file_value(key, value)
    if isinstance(plain, tuple):
        return ', '.join(map(str, plain))
    return str(plain).lower() if isinstance(plain, bool) else str(plain)


def _rows(prefix: str, section: Section) -> list[tuple[str, str]]:
    values = dict(section)
    keys = sorted(keys_of(type(section)).values(), key=lambda key: key.name)
    # The keys of [tcp] are just 'time' and 'interval': with the prefix, their names say that they are durations.
    return [
        (prefix + key.name, shown(replace(key, name=prefix + key.name), values[key.attribute]))
        for key in keys
        if not key.secret
    ]


def _changed(config: Config, section: str, key: str, text: str) -> Config:
    before: Section = dict(config)[section]
    value = value_from_text(keys_of(type(before))[key], text)
    given = {} if text.lower() == ABSENT else {key: value}
    try:
        after: Section = dict(Config.model_validate({section: given}))[section]
    except ValidationError as error:
        finding = explain(error, {})[0]
        raise BadSettingValue(f'invalid value for {key!r}: expected {finding.expected}', hint=finding.hint) from None
    return config.model_copy(update={section: before.model_copy(update={key: dict(after)[key]})})
