"""Contradictions refuse a configuration, doubts are told."""

from pathlib import Path

import pytest

from pgdog_gevent.config.check import check
from pgdog_gevent.config.findings import Files, Gravity
from pgdog_gevent.config.settings import Config

DATABASE: dict[str, object] = {'name': 'shop', 'host': 'h'}
REPLICA: dict[str, object] = {'name': 'shop', 'host': 'r', 'role': 'replica'}
USER: dict[str, object] = {'name': 'alice', 'database': 'shop', 'password': 'x'}
HASH = 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy'


def judged(**sections: object) -> list[tuple[str, str]]:
    """Return gravity and place of all findings about one database and one user, as changed by the sections."""
    config = Config.model_validate({'databases': [DATABASE], 'users': [USER], **sections})
    return [(finding.severity.value, finding.path) for finding in check(config)]


def test_an_ordinary_configuration_has_no_findings() -> None:
    assert judged() == []


@pytest.mark.parametrize(
    ('path', 'sections'),
    [
        ('users[0].database', {'users': [USER | {'database': 'shpo'}]}),
        ('users[0].databases[1]', {'users': [{'name': 'a', 'databases': ['shop', 'x'], 'password': 'x'}]}),
        ('users[0]', {'users': [{'name': 'a', 'password': 'x'}]}),
        ('users[1]', {'users': [USER, USER]}),
        ('users[1]', {'users': [USER, {'name': 'alice', 'all_databases': True, 'password': 'x'}]}),
        ('users[0]', {'users': [{'name': 'a', 'database': 'shop'}]}),
        ('users[0].min_pool_size', {'users': [USER | {'min_pool_size': 3, 'pool_size': 2}]}),
        ('users[0].min_pool_size_replica', {'users': [USER | {'min_pool_size_replica': 3, 'pool_size_replica': 2}]}),
        ('users[0].server_lifetime_jitter', {'users': [USER | {'server_lifetime': 1, 'server_lifetime_jitter': 2}]}),
        ('users[0].server_auth', {'users': [USER | {'server_auth': 'vault_static'}], 'vault': None}),
        ('users[0].password_hash', {'users': [USER | {'password_hash': 'md5abc'}]}),
        (
            'users[0].password_hash',
            {'users': [USER | {'password_hash': HASH}], 'general': {'auth_type': 'md5'}},
        ),
        ('users[0].tls_client_certificate_required', {'users': [USER | {'tls_client_certificate_required': True}]}),
        ('users[0]', {'users': [USER | {'vault_path': 'x'}]}),
        (
            'users[0].server_auth',
            {'users': [USER | {'server_auth': 'rds_iam'}], 'general': {'tls_verify': 'disabled'}},
        ),
        (
            'users[0].server_auth',
            {'users': [USER | {'server_auth': 'rds_iam'}], 'general': {'passthrough_auth': 'enabled_plain'}},
        ),
        ('databases[0].min_pool_size', {'databases': [DATABASE | {'min_pool_size': 3, 'pool_size': 2}]}),
        ('databases[0].name', {'admin': {'name': 'shop'}}),
        ('general.min_pool_size', {'general': {'min_pool_size': 3, 'default_pool_size': 2}}),
        ('general.server_lifetime_jitter', {'general': {'server_lifetime': 1, 'server_lifetime_jitter': 2}}),
        ('general.openmetrics_port', {'general': {'openmetrics_port': 6432}}),
        ('general.healthcheck_port', {'general': {'openmetrics_port': 9000, 'healthcheck_port': 9000}}),
        ('general.tls_client_required', {'general': {'tls_client_required': True}}),
        ('general.tls_certificate', {'general': {'tls_certificate': __file__}}),
        ('general.tls_private_key', {'general': {'tls_private_key': __file__}}),
        ('general.tls_server_certificate', {'general': {'tls_server_certificate': __file__}}),
        ('general.tls_server_private_key', {'general': {'tls_server_private_key': __file__}}),
        ('general.tls_client_ca_certificate', {'general': {'tls_client_ca_certificate': __file__}}),
        ('general.tls_server_ca_certificate', {'general': {'tls_server_ca_certificate': '/no/such/file'}}),
        ('general.tls_server_ca_certificate', {'general': {'tls_server_ca_certificate': str(Path(__file__).parent)}}),
        ('general.query_log', {'general': {'query_log': '/no/such/folder/queries.log'}}),
        ('general.unix_socket_dir', {'general': {'unix_socket_dir': '/no/such/folder'}}),
        ('general.unix_socket_dir', {'general': {'unix_socket_dir': __file__}}),
        ('general.unix_socket_dir', {'general': {'unix_socket_dir': ''}}),
        ('general.unix_socket_dir', {'general': {'unix_socket_dir': '/' + 'x' * 107}}),
        ('general.unix_socket_group', {'general': {'unix_socket_dir': '/', 'unix_socket_group': 'no such group'}}),
        ('general.broadcast_address', {'general': {'broadcast_address': '10.0.0.1'}}),
        ('general.broadcast_address', {'general': {'broadcast_address': 'ff02::1'}}),
        (
            'databases[0].name',
            {
                'databases': [{'name': 'ü' * 11, 'host': 'h', 'shard': shard} for shard in (0, 1)],
                'users': [{'name': 'a', 'all_databases': True, 'password': 'x', 'two_phase_commit': True}],
            },
        ),
        (
            'databases[1].name',
            {
                'databases': [DATABASE, *({'name': 'x' * 64, 'host': 'h', 'shard': shard} for shard in (0, 1))],
                'general': {'two_phase_commit': True},
            },
        ),
        ('general.cutover_replication_lag_threshold', {'general': {'cutover_replication_lag_threshold': 2000000}}),
        ('replica_lag.check_interval', {'replica_lag': {'check_interval': 5}}),
        ('statsd.interval', {'statsd': {'interval': 0}}),
        ('otel.push_interval', {'otel': {'push_interval': 0}}),
    ],
)
def test_contradiction_is_an_error(path: str, sections: dict[str, object]) -> None:
    assert ('error', path) in judged(**sections)


@pytest.mark.parametrize(
    ('path', 'sections'),
    [
        ('databases', {'databases': [], 'users': []}),
        ('users', {'users': []}),
        ('databases[1]', {'databases': [DATABASE, DATABASE]}),
        ('databases', {'databases': [DATABASE, DATABASE | {'shard': 2}]}),
        ('databases', {'databases': [DATABASE | {'shard': 1}]}),
        ('databases', {'databases': [DATABASE | {'pooler_mode': 'session'}, REPLICA | {'pooler_mode': 'statement'}]}),
        ('databases', {'databases': [DATABASE, REPLICA | {'role': 'auto'}]}),
        ('databases', {'databases': [DATABASE, DATABASE | {'host': 'other'}]}),
        ('general.query_parser', {'databases': [DATABASE, REPLICA], 'general': {'query_parser': 'off'}}),
        (
            'general.query_parser',
            {'databases': [DATABASE, DATABASE | {'shard': 1}], 'general': {'query_parser': 'off'}},
        ),
        ('general.idle_healthcheck_interval', {'general': {'ban_timeout': 30000}}),
        ('general.unix_socket_group', {'general': {'unix_socket_group': 'root'}}),
        ('general.passthrough_auth', {'general': {'passthrough_auth': 'enabled'}}),
        ('general.passthrough_auth', {'general': {'passthrough_auth': 'enabled_plain'}}),
        ('rewrite', {'rewrite': {'shard_key': 'rewrite'}}),
        (
            'mirroring[0].level',
            {
                'general': {'query_parser': 'off'},
                'mirroring': [{'source_db': 'shop', 'destination_db': 'shop', 'level': 'ddl'}],
            },
        ),
        ('general.read_write_split', {'general': {'read_write_split': 'exclude_primary'}}),
        ('general.lsn_check_delay', {'general': {'lsn_check_delay': 0}}),
        ('general.query_parser_enabled', {'general': {'query_parser_enabled': True}}),
        ('general', {'general': {'query_parser_engine': 'pg_query_raw', 'regex_parser_limit': 5}}),
        ('general.dry_run', {'general': {'dry_run': True, 'load_schema': 'off'}}),
        ('general', {'query_parsers': [{'database': 'shop', 'engine': 'pg_query_raw'}]}),
        (
            'general.query_parser',
            {'databases': [DATABASE, REPLICA], 'query_parsers': [{'database': 'shop', 'level': 'session_control'}]},
        ),
        ('replica_lag', {'replica_lag': {'max_age': 5}}),
        ('general.two_phase_commit_auto', {'general': {'two_phase_commit_auto': True}}),
        ('users[0].two_phase_commit_auto', {'users': [USER | {'two_phase_commit_auto': True}]}),
        (
            'users[0].two_phase_commit_auto',
            {
                'users': [USER | {'two_phase_commit': False, 'two_phase_commit_auto': True}],
                'general': {'two_phase_commit': True},
            },
        ),
        ('general', {'general': {'two_phase_commit_wal_dir': 'wal'}}),
        ('general', {'general': {'two_phase_commit_wal_fsync_interval': 1}}),
        ('general.log_level', {'general': {'log_level': 'loud'}}),
        ('general.tls_server_certificate', {'general': {'tls_verify': 'disabled', 'tls_server_certificate': __file__}}),
        ('mirroring[0].destination_db', {'mirroring': [{'source_db': 'shop', 'destination_db': 'x'}]}),
        ('users[0]', {'users': [{'name': 'a', 'database': 'shop', 'password_hash': HASH}]}),
        ('users[0].identity', {'users': [USER | {'identity': 'a'}]}),
    ],
)
def test_doubt_is_a_warning(path: str, sections: dict[str, object]) -> None:
    assert ('warning', path) in judged(**sections)


@pytest.mark.parametrize(
    'sections',
    [
        {'users': [{'name': 'a', 'database': 'shop'}], 'general': {'auth_type': 'trust'}},
        {'users': [USER | {'password_hash': HASH}]},
        {'users': [{'name': 'a', 'database': 'shop', 'password_hash': HASH, 'server_password': 'x'}]},
        {'users': [{'name': 'a', 'database': 'shop', 'server_auth': 'rds_iam'}]},
        {'users': [USER, USER | {'name': 'bob'}]},
        {'databases': [DATABASE, DATABASE | {'shard': 1, 'host': 'i'}, REPLICA]},
        {'general': {'log_level': 'info,router=debug'}},
        {'general': {'query_log': 'queries.log'}},
        {'general': {'port': 0, 'openmetrics_port': 0}},
        {'databases': [DATABASE | {'role': 'auto'}, REPLICA | {'role': 'auto'}]},
        {'general': {'two_phase_commit': True}, 'rewrite': {'shard_key': 'rewrite'}},
        {
            'general': {'two_phase_commit_auto': True},
            'users': [USER | {'two_phase_commit': True, 'two_phase_commit_auto': True}],
        },
        {'general': {'two_phase_commit_wal_dir': None, 'two_phase_commit_wal_segment_size': 16777216}},
        {
            'general': {'two_phase_commit': True},
            'databases': [DATABASE | {'name': 'x' * 64}],
            'users': [USER | {'database': 'x' * 64}],
        },
        {
            'general': {'two_phase_commit': True},
            'databases': [DATABASE | {'name': 'x' * 63, 'shard': shard} for shard in (0, 1)],
            'users': [USER | {'database': 'x' * 63}],
        },
        {
            'databases': [DATABASE | {'name': 'x' * 64, 'shard': shard} for shard in (0, 1)],
            'users': [USER | {'database': 'x' * 64}, {'name': 'b', 'all_databases': True, 'password': 'x'}],
        },
    ],
    ids=[
        'trust', 'hash', 'hash and server password', 'iam', 'two users', 'two shards', 'levels', 'log', 'any port',
        'roles to be found out', 'two phases', 'two phases of one user', 'defaults of the log', 'long name, one shard',
        'name that just fits', 'long name, one phase',
    ],
)  # fmt: skip
def test_sound_configuration_has_no_findings(sections: dict[str, object]) -> None:
    assert judged(**sections) == []


def test_one_notice_names_all_that_is_said_of_the_log() -> None:
    general = {'two_phase_commit_wal_dir': 'wal', 'two_phase_commit_wal_segment_size': 5, 'two_phase_commit': True}
    config = Config.model_validate({'databases': [DATABASE], 'users': [USER], 'general': general})
    assert [str(finding) for finding in check(config)] == [
        'pgdog.toml: general: warning: two_phase_commit_wal_dir, two_phase_commit_wal_segment_size: '
        'without an effect here, decisions are kept in PostgreSQL, not in a log'
    ]


def test_passthrough_lets_users_be_without_password() -> None:
    findings = judged(users=[{'name': 'a', 'database': 'shop'}], general={'passthrough_auth': 'enabled_plain'})
    assert findings == [('warning', 'general.passthrough_auth')]


def test_findings_name_the_file_of_their_section() -> None:
    config = Config.model_validate(
        {'databases': [DATABASE], 'users': [USER | {'database': 'shpo'}], 'statsd': {'interval': 0}}
    )
    findings = check(config, Files('a.toml', 'b.toml'))
    assert sorted(finding.file for finding in findings) == ['a.toml', 'b.toml']
    (misspelt,) = (finding for finding in findings if finding.file == 'b.toml')
    assert str(misspelt) == "b.toml: users[0].database: there is no database 'shpo', did you mean 'shop'?"
    assert misspelt.severity is Gravity.ERROR
