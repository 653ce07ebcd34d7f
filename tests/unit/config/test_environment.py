"""Environment variables give defaults; the files win."""

from pathlib import Path

import pytest

from pgdog_gevent.config.environment import numbered, variable_of
from pgdog_gevent.config.fields import Key, Kind, file_value, keys_of
from pgdog_gevent.config.findings import ConfigError
from pgdog_gevent.config.identity import identity_from
from pgdog_gevent.config.load import load
from pgdog_gevent.config.settings import General
from tests.unit.config.files import DATABASE, findings, loaded

FILES = {'tls_certificate', 'tls_private_key', 'tls_client_ca_certificate', 'tls_server_ca_certificate'} | {
    'tls_server_certificate',
    'tls_server_private_key',
}

CONTRADICTORY = {
    # Keys that cannot be set alone.
    'tls_client_required': {},
    'server_lifetime_jitter': {'PGDOG_SERVER_LIFETIME': '99999'},
    'cutover_replication_lag_threshold': {'PGDOG_CUTOVER_TRAFFIC_STOP_THRESHOLD': '99999'},
    'min_pool_size': {'PGDOG_DEFAULT_POOL_SIZE': '99999'},
}

SPECIAL = {
    'broadcast_address': '224.0.0.7',
    'mirror_exposure': '0.5',
    'openmetrics_namespace': 'shop',
    'query_log': 'queries.log',
    'two_phase_commit_wal_dir': 'wal',
    'host': '127.0.0.1',
    'unix_socket_dir': '/',
    'unix_socket_mode': '0700',
    'openmetrics_host': '127.0.0.1',
    'log_level': 'debug',
}


def other_value(key: Key) -> str:
    """Return text for a value that is not the default."""
    if key.name in SPECIAL:
        return SPECIAL[key.name]
    if key.kind is Kind.FLAG:
        return 'off' if key.default else 'yes'
    if key.kind is Kind.CHOICE:
        return next(choice for choice in key.choices if choice != file_value(key, key.default)).upper()
    return 'f, g' if key.kind is Kind.LIST else '77'


@pytest.mark.parametrize('key', sorted(keys_of(General).keys() - FILES - {'tls_client_required'}))
def test_every_general_key_has_a_variable(tmp_path: Path, key: str) -> None:
    text = other_value(keys_of(General)[key])
    environment = {variable_of(General, key): text, **CONTRADICTORY.get(key, {})}
    found = file_value(keys_of(General)[key], dict(loaded(tmp_path, environment=environment).config.general)[key])
    expected = {'yes': 'True', 'off': 'False', 'f, g': "('f', 'g')"}.get(text, text)
    assert str(found).lower() == expected.lower()


@pytest.mark.parametrize(
    ('key', 'variable'),
    [
        ('client_login_timeout', 'PGDOG_CLIENT_LOG_TIMEOUT'),
        ('reload_schema_on_ddl', 'PGDOG_SCHEMA_RELOAD_ON_DDL'),
        ('log_level', 'RUST_LOG'),
        ('port', 'PGDOG_PORT'),
        ('cutover_timeout_action', 'PGDOG_CUTOVER_TIMEOUT_ACTION'),
    ],
)
def test_variable_has_the_name_that_pgdog_gives(key: str, variable: str) -> None:
    assert variable_of(General, key) == variable


def test_tls_files_come_from_variables(tmp_path: Path) -> None:
    certificate = tmp_path / 'certificate.pem'
    certificate.touch()
    environment = {variable_of(General, key): str(certificate) for key in FILES}
    general = loaded(tmp_path, environment=environment | {'PGDOG_TLS_CLIENT_REQUIRED': '1'}).config.general
    assert {dict(general)[key] for key in FILES} == {certificate}
    assert general.tls_client_required


@pytest.mark.parametrize(
    ('text', 'expected'),
    [(word, True) for word in ('true', '1', 'yes', 'on', 'TRUE')]
    + [(word, False) for word in ('false', '0', 'no', 'off', 'Off')],
)
def test_booleans_have_several_spellings(tmp_path: Path, text: str, expected: bool) -> None:
    assert loaded(tmp_path, environment={'PGDOG_LOG_CONNECTIONS': text}).config.general.log_connections is expected


def test_choices_may_have_hyphens(tmp_path: Path) -> None:
    general = loaded(tmp_path, environment={'PGDOG_TLS_VERIFY': 'verify-full'}).config.general
    assert general.tls_verify.value == 'verify_full'


def test_the_file_wins_over_the_variable(tmp_path: Path) -> None:
    config = '[general]\nport = 7000\nmax_pool_size = 3\n' + DATABASE
    general = loaded(
        tmp_path, config, environment={'PGDOG_PORT': '8000', 'PGDOG_DEFAULT_POOL_SIZE': '4'}
    ).config.general
    assert (general.port, general.default_pool_size) == (7000, 3)


def test_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    assert loaded(tmp_path, environment={'PGDOG_PORT': ''}).config.general.port == 6432


def test_bad_variable_is_named_in_its_finding(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, environment={'PGDOG_CHECKOUT_TIMEOUT': '5s'})
    assert str(finding) == (
        'environment: PGDOG_CHECKOUT_TIMEOUT: expected a whole number of milliseconds, 0 or more, got "5s"'
    )


def test_service_link_of_kubernetes_is_not_a_port(tmp_path: Path) -> None:
    result = loaded(tmp_path, environment={'PGDOG_PORT': 'tcp://10.0.0.7:6432'})
    assert result.config.general.port == 6432
    assert [finding.path for finding in result.warnings] == ['PGDOG_PORT']


def test_admin_password_comes_from_its_variable(tmp_path: Path) -> None:
    admin = loaded(tmp_path, environment={'PGDOG_ADMIN_PASSWORD': 'open'}).config.admin
    assert admin.password.get_secret_value() == 'open'


OTEL = {
    'OTEL_EXPORTER_OTLP_ENDPOINT': 'http://collector',
    'OTEL_EXPORTER_OTLP_HEADERS': 'a=1,b=2=3',
    'OTEL_METRIC_EXPORT_INTERVAL': '500',
    'PGDOG_OTEL_NAMESPACE': 'shop',
    'DD_API_KEY': 'key',
}


def test_otel_variables_count_where_the_section_is(tmp_path: Path) -> None:
    otel = loaded(tmp_path, DATABASE + '[otel]\n', environment=OTEL).config.otel
    assert (otel.endpoint, otel.push_interval, otel.namespace) == ('http://collector', 0.5, 'shop')
    assert {name: value.get_secret_value() for name, value in otel.headers.items()} == {'a': '1', 'b': '2=3'}
    assert otel.datadog_api_key is not None


def test_otel_variables_do_not_turn_it_on(tmp_path: Path) -> None:
    assert loaded(tmp_path, environment=OTEL).config.otel.endpoint is None


def test_mirrors_come_from_numbered_variables(tmp_path: Path) -> None:
    environment = {
        'PGDOG_MIRRORING_1': 'source_db=shop&destination_db=copy&queue_length=5&exposure=0.5&level=dml',
        'PGDOG_MIRRORING_2': 'source_db=copy&destination_db=shop',
    }
    first, second = loaded(tmp_path, environment=environment).config.mirroring
    assert (first.queue_length, first.exposure, first.level.value) == (5, 0.5, 'dml')
    assert second.source_db == 'copy'


def test_numbers_start_at_one_and_have_no_gaps() -> None:
    assert numbered('X', {'X_1': 'a', 'X_2': 'b', 'X_4': 'd'}) == ('a', 'b')


def test_variables_after_a_gap_are_named(tmp_path: Path) -> None:
    result = loaded(tmp_path, environment={'PGDOG_DATABASE_URL_2': 'postgres://h/x'})
    assert [finding.path for finding in result.warnings] == ['PGDOG_DATABASE_URL_2']


def test_database_urls_stand_in_for_missing_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = load(None, None, environment={'PGDOG_DATABASE_URL_1': 'postgres://bob:pw@h:1/x'}).config
    assert [(entry.name, entry.host, entry.port) for entry in config.databases] == [('x', 'h', 1)]
    assert [(user.name, user.database) for user in config.users] == [('bob', 'x')]


def test_database_urls_of_the_environment_do_not_replace_the_file(tmp_path: Path) -> None:
    config = loaded(tmp_path, environment={'PGDOG_DATABASE_URL_1': 'postgres://bob:pw@h:1/x'}).config
    assert config.database_names == ('shop',)


def test_secret_variable_is_not_in_the_finding(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refusal:
        loaded(tmp_path, environment={'PGDOG_DATABASE_URL_1': 'mysql://bob:hunter2@h/x'})
    assert 'hunter2' not in refusal.value.detail


@pytest.mark.parametrize(('node', 'number'), [('7', 7), ('pgdog-12', 12), ('pgdog', None), ('pgdog12', None)])
def test_node_id_is_a_number_or_ends_in_one(node: str, number: int | None) -> None:
    identity = identity_from({'NODE_ID': node, 'DEPLOYMENT_ID': 'blue', 'HOSTNAME': 'h1'})
    assert identity.node_number == number
    assert (identity.instance_id, identity.deployment_id, identity.host_name) == (node, 'blue', 'h1')


@pytest.mark.parametrize('deployment', ['x' * 64, 'ü' * 11, '\udcff' * 22], ids=['long', 'not ASCII', 'not UTF-8'])
def test_deployment_that_no_transaction_can_be_named_after_is_refused(tmp_path: Path, deployment: str) -> None:
    environment = {'DEPLOYMENT_ID': deployment}
    with pytest.raises(ConfigError) as refusal:
        identity_from(environment)
    assert refusal.value.findings == findings(tmp_path, environment=environment)
    assert str(refusal.value.findings[0]) == (
        'environment: DEPLOYMENT_ID: percent-encoded, more than 63 bytes, prepared transactions are named after it'
    )


@pytest.mark.parametrize('deployment', ['x' * 63, 'ü' * 10, '\udcff' * 21], ids=['long', 'not ASCII', 'not UTF-8'])
def test_deployment_may_be_as_long_as_a_name(deployment: str) -> None:
    assert identity_from({'DEPLOYMENT_ID': deployment}).deployment_id == deployment


def test_instance_id_is_random_without_node_id() -> None:
    first, second = identity_from({'HOST': 'h'}), identity_from({'HOST': 'h'})
    assert len(first.instance_id) == 8
    assert first.instance_id != second.instance_id
    assert first.host_name == 'h'
