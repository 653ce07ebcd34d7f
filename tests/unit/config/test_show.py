"""SHOW CONFIG and SET, without the console."""

import pytest

from pgdog_gevent.config.durations import human_duration
from pgdog_gevent.config.resolve import resolve
from pgdog_gevent.config.settings import Config
from pgdog_gevent.config.show import SETTABLE, BadSettingValue, UnknownSetting, settings_as_rows, with_setting

CONFIG = Config.model_validate(
    {
        'general': {
            'checkout_timeout': 90500,
            'log_connections': False,
            'tls_certificate': 'a.pem',
            'read_functions': ['f', 'g'],
        },
        'tcp': {'time': 60000},
        'admin': {'password': 'hunter2'},
    }
)


@pytest.mark.parametrize(
    ('name', 'value'),
    [
        ('checkout_timeout', '1m 30s 500ms'),
        ('healthcheck_interval', '30s'),
        ('connect_attempt_delay', '0ms'),
        ('server_lifetime', '1d'),
        ('stats_period', '15000'),
        ('two_phase_commit_recovery_interval', '1s'),
        ('two_phase_commit_grace', '1m'),
        ('two_phase_commit_retention', '1m'),
        ('two_phase_commit_reads', 'now'),
        ('query_timeout', 'default'),
        ('port', '6432'),
        ('log_connections', 'false'),
        ('pooler_mode', 'transaction'),
        ('tls_certificate', 'a.pem'),
        ('tls_private_key', 'default'),
        ('read_functions', 'f, g'),
        ('write_functions', ''),
        ('tcp_keepalive', 'true'),
        ('tcp_time', '1m'),
        ('tcp_interval', 'default'),
        ('memory_stack_size', '2097152'),
    ],
)
def test_setting_is_shown(name: str, value: str) -> None:
    assert dict(settings_as_rows(CONFIG))[name] == value


def test_names_are_unique() -> None:
    names = [name for name, _ in settings_as_rows(CONFIG)]
    assert len(names) == len(set(names))


def test_secrets_are_not_shown() -> None:
    assert 'hunter2' not in str(settings_as_rows(CONFIG))


VALUES = {
    'auth_type': 'md5',
    'passthrough_auth': 'enabled_plain',
    'read_write_strategy': 'aggressive',
    'read_write_split': 'prefer_primary',
    'load_balancing_strategy': 'round_robin',
    'read_your_writes': 'session',
    'function_volatility': 'ignore',
    'two_phase_commit_reads': 'wait',
    'prepared_statements': 'disabled',
    'rewrite_shard_key_updates': 'rewrite',
    'rewrite_split_inserts': 'ignore',
    'rewrite_primary_key': 'error',
    'query_parser': 'off',
    'connection_recovery': 'drop',
    'client_connection_recovery': 'drop',
    'reload_schema_on_ddl': 'off',
}
FLAGS = {
    'cross_shard_disabled',
    'two_phase_commit',
    'two_phase_commit_auto',
    'rewrite_enabled',
    'tls_client_required',
    'canonicalize_type_information',
    'dry_run',
}


@pytest.mark.parametrize('name', SETTABLE)
def test_every_settable_name_changes_the_configuration(name: str) -> None:
    text = VALUES.get(name, 'on' if name in FLAGS else '77')
    assert with_setting(CONFIG, name, text) != CONFIG


def test_set_changes_nothing_else() -> None:
    changed = with_setting(CONFIG, 'query_timeout', '500')
    assert changed.general.query_timeout == 0.5
    assert changed.general.checkout_timeout == 90.5
    assert with_setting(changed, 'query_timeout', 'default') == CONFIG


def test_set_of_two_phase_commit_reaches_clusters() -> None:
    before = Config.model_validate(
        {
            'databases': [{'name': 'shop', 'host': 'h'}, {'name': 'shop', 'host': 'i', 'shard': 1}],
            'users': [{'name': 'alice', 'database': 'shop', 'password': 'x'}],
        }
    )
    (cluster,) = resolve(with_setting(before, 'two_phase_commit', 'true'))
    assert (cluster.two_phase_commit, cluster.two_phase_commit_auto) == (True, True)


def test_recovery_cannot_be_set_to_run_without_a_pause() -> None:
    with pytest.raises(BadSettingValue, match='expected a whole number of milliseconds, 1 or more'):
        with_setting(CONFIG, 'two_phase_commit_recovery_interval', '0')


def test_set_of_rewrite_has_names_of_its_own() -> None:
    assert with_setting(CONFIG, 'rewrite_shard_key_updates', 'rewrite').rewrite.shard_key.value == 'rewrite'


@pytest.mark.parametrize('name', ['chekout_timeout', 'port', 'password', 'shard_key'])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(UnknownSetting, match=name) as refusal:
        with_setting(CONFIG, name, '1')
    assert refusal.value.sqlstate == '42704'


def test_bad_value_is_refused_with_what_was_expected() -> None:
    with pytest.raises(BadSettingValue, match="'auth_type': expected 'scram'") as refusal:
        with_setting(CONFIG, 'auth_type', 'scarm')
    assert refusal.value.hint == "did you mean 'scram'?"
    assert refusal.value.sqlstate == '22023'


@pytest.mark.parametrize(
    ('seconds', 'text'),
    [
        (0, '0ms'),
        (0.001, '1ms'),
        (0.25, '250ms'),
        (5, '5s'),
        (90, '1m 30s'),
        (3600, '1h'),
        (86400 + 3661, '1d 1h 1m 1s'),
    ],
)
def test_durations_are_written_for_people(seconds: float, text: str) -> None:
    assert human_duration(seconds) == text
