"""Settings that are accepted and validated, but whose feature is not built yet.

The one list of them. Who builds a feature takes its keys out here; warnings, reference and tests follow.
"""

from collections.abc import Iterator, Mapping

from pgdog_gevent.config.fields import Key, Kind, file_value, keys_of, section_at
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.settings import Config

SECTIONS = frozenset(
    {
        'memory',
        'mirroring',
        'plugins',
        'replica_lag',
        'replication',
        'otel',
        'vault',
    }
)
"""Sections of which nothing is built."""

KEYS: Mapping[str, frozenset[str]] = {
    'general': frozenset(
        [
            'broadcast_address',
            'broadcast_port',
            'mirror_queue',
            'mirror_exposure',
            'pub_sub_channel_size',
            'resharding_copy_format',
            'resharding_parallel_copies',
            'resharding_copy_retry_max_attempts',
            'resharding_copy_retry_min_delay',
            'resharding_replication_retry_max_attempts',
            'resharding_replication_retry_min_delay',
            'cutover_traffic_stop_threshold',
            'cutover_replication_lag_threshold',
            'cutover_last_transaction_delay',
            'cutover_timeout',
            'cutover_timeout_action',
            'cutover_save_config',
        ]
    ),
    'sharded_tables': frozenset({'primary'}),
    'users': frozenset(
        [
            'vault_path',
            'server_auth',
            'server_iam_region',
            'server_vault_path',
            'vault_refresh_percent',
            'replication_mode',
            'replication_sharding',
        ]
    ),
}
"""Keys of which nothing is built, by section."""

VALUES: Mapping[tuple[str, str], frozenset[str]] = {}
"""Values that are not built, of keys that otherwise are."""


def pending_key(section: str, key: str) -> bool:
    """Return whether a key has no effect yet, whatever its value."""
    return section in SECTIONS or key in KEYS.get(section, frozenset())


def not_implemented_yet(config: Config) -> tuple[str, ...]:
    """Name everything that the configuration asks for and that is not built; keys at their default ask for nothing.

    Names are paths without positions (``databases.role``), each once; a value is named where others are built
    (``section.key = "value"``).
    """
    found = [name for key in keys_of(Config).values() for name in _of_section(key, config)]
    return tuple(dict.fromkeys(found))


def _of_section(section: Key, config: Config) -> Iterator[str]:
    value = dict(config)[section.attribute]
    if section.name in SECTIONS:
        if value != section.default:
            yield section.name
        return
    rows = value if section.kind is Kind.TABLES else (value,)
    for row in filter(None, rows):
        yield from _of_row(section.name, row)


def _of_row(section: str, row: Section) -> Iterator[str]:
    values = dict(row)
    model = section_at(Config, section)
    for key in keys_of(model or Config).values():
        value = values[key.attribute]
        if key.name in KEYS.get(section, ()) and value != key.default:
            yield f'{section}.{key.name}'
        word = file_value(key, value)
        if word in VALUES.get((section, key.name), ()):
            yield f'{section}.{key.name} = "{word}"'
