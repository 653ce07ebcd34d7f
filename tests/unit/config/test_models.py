"""Values are strict, durations are converted once, secrets stay hidden."""

import pytest
from pydantic import ValidationError

from pgdog_gevent.config.databases import Database
from pgdog_gevent.config.settings import Config, General
from pgdog_gevent.config.sharding import MappingRule, ShardedTable
from pgdog_gevent.config.types import CENTURY, UNLIMITED
from pgdog_gevent.config.users import User


def general(**keys: object) -> General:
    """Build the section from what a file would hold."""
    return General.model_validate(keys)


def test_milliseconds_of_the_file_are_seconds_in_memory() -> None:
    assert general(checkout_timeout=250).checkout_timeout == 0.25


@pytest.mark.parametrize('key', ['query_timeout', 'client_idle_timeout', 'client_idle_in_transaction_timeout'])
def test_zero_means_no_limit_for_limits_that_can_be_absent(key: str) -> None:
    assert dict(general(**{key: 0}))[key] is None


@pytest.mark.parametrize('key', ['lsn_check_delay', 'log_min_duration_parse', 'shutdown_termination_timeout'])
def test_zero_stays_zero_where_absence_means_off(key: str) -> None:
    assert dict(general(**{key: 0}))[key] == 0.0


@pytest.mark.parametrize(
    'key', ['query_timeout', 'ban_replica_lag', 'ban_replica_lag_bytes', 'prepared_statements_limit']
)
def test_the_largest_integer_means_no_limit(key: str) -> None:
    assert dict(general(**{key: UNLIMITED}))[key] is None


def test_endless_lifetime_is_cut_to_a_century() -> None:
    assert general(server_lifetime=UNLIMITED).server_lifetime == CENTURY


@pytest.mark.parametrize(
    ('key', 'value'),
    [
        pytest.param('port', True, id='boolean for integer'),
        pytest.param('port', '6432', id='string for integer'),
        pytest.param('port', 6432.0, id='float for integer'),
        pytest.param('port', 65536, id='port too high'),
        pytest.param('port', -1, id='port below zero'),
        pytest.param('checkout_timeout', True, id='boolean for milliseconds'),
        pytest.param('checkout_timeout', 1.5, id='float for milliseconds'),
        pytest.param('checkout_timeout', '5s', id='string for milliseconds'),
        pytest.param('checkout_timeout', -1, id='negative milliseconds'),
        pytest.param('two_phase_commit_recovery_interval', 0, id='no milliseconds for a pause'),
        pytest.param('query_timeout', '1', id='string for optional milliseconds'),
        pytest.param('prepared_statements_limit', True, id='boolean for limit'),
        pytest.param('dry_run', 1, id='integer for boolean'),
        pytest.param('dry_run', 'true', id='string for boolean'),
        pytest.param('host', 1, id='integer for string'),
        pytest.param('host', '', id='empty string'),
        pytest.param('mirror_exposure', 1.1, id='fraction above one'),
        pytest.param('mirror_exposure', True, id='boolean for fraction'),
        pytest.param('pooler_mode', 'Transaction', id='choice in wrong case'),
        pytest.param('default_pool_size', 0, id='pool of nothing'),
        pytest.param('unix_socket_mode', 777, id='number for permissions'),
        pytest.param('unix_socket_mode', '0888', id='permissions that are not octal'),
        pytest.param('unix_socket_mode', '', id='no permissions'),
        pytest.param('openmetrics_namespace', 'my-app', id='hyphen in metric name'),
    ],
)
def test_wrong_value_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        general(**{key: value})


def test_whole_number_serves_as_fraction() -> None:
    assert general(mirror_exposure=1).mirror_exposure == 1.0


def test_max_pool_size_is_another_name() -> None:
    assert general(max_pool_size=7).default_pool_size == 7
    assert Database.model_validate({'name': 'a', 'host': 'b', 'max_pool_size': 7}).pool_size == 7


def test_both_names_of_a_key_at_once_are_refused() -> None:
    with pytest.raises(ValidationError):
        general(max_pool_size=7, default_pool_size=7)


def test_values_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        general().port = 1  # type: ignore[misc]


def test_secrets_are_not_in_the_representation() -> None:
    config = Config.model_validate(
        {
            'admin': {'password': 'hunter1'},
            'databases': [{'name': 'a', 'host': 'b', 'password': 'hunter2'}],
            'users': [
                {
                    'name': 'a',
                    'password': 'hunter3',
                    'passwords': ['hunter4'],
                    'password_hash': 'hunter5',
                    'server_password': 'hunter6',
                }
            ],
            'otel': {'headers': {'authorization': 'hunter7'}, 'datadog_api_key': 'hunter8'},
        }
    )
    assert 'hunter' not in repr(config) + str(config)


def test_validation_errors_do_not_repeat_input() -> None:
    with pytest.raises(ValidationError) as refusal:
        User.model_validate({'name': 'a', 'pasword': 'hunter2'})
    assert 'hunter2' not in str(refusal.value)


def test_passwords_are_tried_before_password() -> None:
    user = User.model_validate({'name': 'a', 'password': 'last', 'passwords': ['first', 'second']})
    assert [password.get_secret_value() for password in user.known_passwords] == ['first', 'second', 'last']


def test_mapping_rules_are_lists_ranges_or_the_rest() -> None:
    table = ShardedTable.model_validate(
        {
            'database': 'a',
            'column': 'b',
            'schema': 'sales',
            'mapping': [{'values': [1, 'x'], 'shard': 0}, {'start': 5, 'end': 9, 'shard': 1}, {'shard': 2}],
        }
    )
    assert table.schema_name == 'sales'
    assert [(rule.values, rule.start, rule.shard) for rule in table.mapping] == [
        ((1, 'x'), None, 0),
        (None, 5, 1),
        (None, None, 2),
    ]


@pytest.mark.parametrize(
    'rule',
    [{'values': [1], 'start': 1, 'shard': 0}, {'values': [True], 'shard': 0}, {'values': [1.5], 'shard': 0}],
    ids=['list and range', 'boolean', 'float'],
)
def test_other_mapping_rules_are_refused(rule: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        MappingRule.model_validate(rule)
