"""Every key has PgDog's name, default and unit."""

import re

import pytest

from pgdog_gevent.config.databases import Database
from pgdog_gevent.config.fields import file_value, keys_of
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.sections import Admin, Memory, Otel, ReplicaLag, Replication, Statsd, Tcp, Vault
from pgdog_gevent.config.settings import Config, General
from pgdog_gevent.config.sharding import Mirroring, Rewrite, ShardedSchema, ShardedTable
from pgdog_gevent.config.users import User

GENERAL: dict[str, object] = {
    'host': '0.0.0.0',
    'port': 6432,
    'workers': 2,
    'default_pool_size': 10,
    'min_pool_size': 1,
    'pooler_mode': 'transaction',
    'healthcheck_interval': 30000,
    'idle_healthcheck_interval': 30000,
    'idle_healthcheck_delay': 5000,
    'healthcheck_timeout': 5000,
    'healthcheck_port': None,
    'require_healthcheck_on_discovery': False,
    'ban_timeout': 300000,
    'ban_replica_lag': None,
    'ban_replica_lag_bytes': None,
    'rollback_timeout': 5000,
    'load_balancing_strategy': 'random',
    'read_write_strategy': 'conservative',
    'read_write_split': 'include_primary',
    'tls_certificate': None,
    'tls_private_key': None,
    'tls_client_required': False,
    'tls_client_ca_certificate': None,
    'tls_verify': 'prefer',
    'tls_server_ca_certificate': None,
    'tls_server_certificate': None,
    'tls_server_private_key': None,
    'shutdown_timeout': 60000,
    'shutdown_termination_timeout': None,
    'broadcast_address': None,
    'broadcast_port': None,
    'query_log': None,
    'query_log_stdout': False,
    'log_min_duration_parse': None,
    'log_query_sample_length': 1000,
    'query_size_limit': None,
    'query_size_limit_action': 'warn',
    'openmetrics_host': '0.0.0.0',
    'openmetrics_port': None,
    'openmetrics_namespace': None,
    'prepared_statements': 'extended',
    'prepared_statements_limit': None,
    'prepared_statements_ttl': None,
    'prepared_statements_ttl_jitter': 30000,
    'query_parser': 'auto',
    'query_parser_enabled': False,
    'query_parser_engine': 'pg_query_protobuf',
    'regex_parser_limit': 1000,
    'query_cache_limit': 1000,
    'passthrough_auth': 'disabled',
    'auth_type': 'scram',
    'connect_timeout': 5000,
    'connect_attempts': 1,
    'connect_attempt_delay': 0,
    'query_timeout': None,
    'checkout_timeout': 5000,
    'client_login_timeout': 60000,
    'idle_timeout': 60000,
    'client_idle_timeout': None,
    'client_send_timeout': 60000,
    'unix_socket_dir': None,
    'unix_socket_mode': '0777',
    'unix_socket_group': None,
    'client_idle_in_transaction_timeout': None,
    'server_lifetime': 86400000,
    'server_lifetime_jitter': 0,
    'connection_recovery': 'recover',
    'client_connection_recovery': 'recover',  # PgDog: drop
    'mirror_queue': 128,
    'mirror_exposure': 1.0,
    'dry_run': False,
    'cross_shard_disabled': False,
    'dns_ttl': None,
    'pub_sub_channel_size': 0,
    'log_format': 'text',
    'log_level': 'info',
    'log_connections': True,
    'log_disconnections': True,
    'log_dedup_window': 0,
    'log_dedup_threshold': 0,
    'two_phase_commit': False,
    'two_phase_commit_auto': None,
    'two_phase_commit_reads': 'now',
    'two_phase_commit_recovery_interval': 1000,
    'two_phase_commit_grace': 60000,
    'two_phase_commit_retention': 60000,
    'two_phase_commit_wal_dir': None,
    'two_phase_commit_wal_segment_size': 16777216,
    'two_phase_commit_wal_fsync_interval': 0,
    'two_phase_commit_wal_checkpoint_interval': 15000,
    'expanded_explain': False,
    'stats_period': 15000,
    'function_volatility': 'catalog',  # not in PgDog, like the next four
    'read_functions': (),
    'write_functions': (),
    'read_your_writes': 'off',
    'read_your_writes_timeout': 1000,
    'lsn_check_delay': None,
    'lsn_check_interval': 5000,
    'lsn_check_timeout': 5000,
    'unique_id_function': 'standard',
    'unique_id_min': 0,
    'system_catalogs': 'omnisharded_sticky',
    'omnisharded_sticky': False,
    'resharding_copy_format': 'binary',
    'resharding_parallel_copies': 1,
    'resharding_copy_retry_max_attempts': 5,
    'resharding_copy_retry_min_delay': 1000,
    'resharding_replication_retry_max_attempts': 5,
    'resharding_replication_retry_min_delay': 1000,
    'sharding_lookup_cache_size': 67108864,
    'sharding_lookup_timeout': 5000,
    'gather_limit': 67108864,  # not in PgDog
    'reload_schema_on_ddl': True,
    'load_schema': 'auto',
    'canonicalize_type_information': False,
    'cutover_traffic_stop_threshold': 1000000,
    'cutover_replication_lag_threshold': 0,
    'cutover_last_transaction_delay': 1000,
    'cutover_timeout': 30000,
    'cutover_timeout_action': 'abort',
    'cutover_save_config': False,
    'max_client_conn': 0,  # not in PgDog
}

DATABASE: dict[str, object] = {'port': 5432, 'role': 'primary', 'shard': 0, 'resharding_only': False, 'lb_weight': 255}

INHERITED = {
    'pool_size',
    'min_pool_size',
    'pooler_mode',
    'statement_timeout',
    'lock_timeout',
    'idle_timeout',
    'read_only',
    'server_lifetime',
    'server_lifetime_jitter',
    'pool_size_primary',
    'pool_size_replica',
    'min_pool_size_primary',
    'min_pool_size_replica',
    'idle_timeout_primary',
    'idle_timeout_replica',
}

SMALL: list[tuple[type[Section], dict[str, object]]] = [
    (Tcp, {'keepalive': True} | dict.fromkeys(('time', 'interval', 'retries', 'user_timeout', 'congestion_control'))),
    (Memory, {'net_buffer': 4096, 'message_buffer': 4096, 'stack_size': 2097152}),
    (Rewrite, {'enabled': False, 'shard_key': 'error', 'split_inserts': 'rewrite', 'primary_key': 'ignore'}),
    (Statsd, {'host': None, 'port': 8125, 'prefix': 'pgdog', 'interval': 10000}),
    (ReplicaLag, {'check_interval': 1000, 'max_age': 25}),
]


def defaults(section: type[Section]) -> dict[str, object]:
    """Return the defaults of a section as its file would hold them."""
    return {name: file_value(key, key.default) for name, key in keys_of(section).items()}


@pytest.mark.parametrize('key', sorted(GENERAL.keys() | keys_of(General).keys()))
def test_general_key_has_its_default(key: str) -> None:
    assert defaults(General)[key] == GENERAL[key]


@pytest.mark.parametrize('section', [Database, User], ids=['databases', 'users'])
def test_keys_that_databases_and_users_inherit_are_absent_by_default(section: type[Section]) -> None:
    assert all(defaults(section)[key] is None for key in INHERITED)


def test_databases_have_their_keys_and_defaults() -> None:
    own = {key: value for key, value in defaults(Database).items() if key not in INHERITED}
    assert own == DATABASE | dict.fromkeys(('name', 'host', 'database_name', 'user', 'password'))


def test_users_have_their_keys() -> None:
    assert keys_of(User).keys() - INHERITED == {
        'name',
        'database',
        'databases',
        'all_databases',
        'password',
        'passwords',
        'password_hash',
        'identity',
        'tls_client_certificate_required',
        'vault_path',
        'server_user',
        'server_password',
        'server_auth',
        'server_iam_region',
        'server_vault_path',
        'vault_refresh_percent',
        'replication_mode',
        'replication_sharding',
        'schema_admin',
        'read_your_writes',
        'cross_shard_disabled',
        'two_phase_commit',
        'two_phase_commit_auto',
    }


@pytest.mark.parametrize(('section', 'expected'), SMALL, ids=[section.__name__ for section, _ in SMALL])
def test_small_section_has_its_keys_and_defaults(section: type[Section], expected: dict[str, object]) -> None:
    assert defaults(section) == expected


def test_sections_with_required_keys_default_the_rest() -> None:
    vault = Vault(url='http://vault', auth_method='kubernetes')
    assert vault.client_token_ttl == 60
    assert str(vault.kubernetes_jwt_path) == '/var/run/secrets/kubernetes.io/serviceaccount/token'
    assert str(Replication().pg_dump_path) == 'pg_dump'
    assert (Otel().namespace, Otel().push_interval) == ('pgdog', 10.0)
    assert Mirroring(source_db='a', destination_db='b').level.value == 'all'
    assert (ShardedSchema(database='a').shard, ShardedSchema(database='a').all) == (0, False)
    table = ShardedTable(database='a', column='b')
    assert (table.data_type.value, table.hasher.value, table.lookup_result.value) == ('bigint', 'postgres', 'value')


def test_admin_password_is_random_but_stays_for_the_process() -> None:
    password = Admin().password.get_secret_value()
    assert re.fullmatch('_pgdog_[A-Za-z0-9]{12}', password)
    assert Admin().password.get_secret_value() == password
    assert (Admin().name, Admin().user) == ('admin', 'admin')


def test_every_key_of_every_section_has_a_meaning() -> None:
    sections = [General, Database, User, ShardedTable, Vault, *(section for section, _ in SMALL)]
    assert [key.name for section in sections for key in keys_of(section).values() if not key.meaning] == []


def test_a_configuration_without_anything_is_valid() -> None:
    assert Config().database_names == ()
