"""Two files become one configuration, or all that is wrong with them."""

from pathlib import Path

import pytest

from pgdog_gevent.config.findings import ConfigError
from pgdog_gevent.config.load import load
from pgdog_gevent.errors import ProxyError
from tests.unit.config.files import DATABASE, USER, findings, lines, loaded, write


def test_both_files_are_read(tmp_path: Path) -> None:
    result = loaded(tmp_path, '[general]\ncheckout_timeout = 200\n' + DATABASE)
    assert result.config.general.checkout_timeout == 0.2
    assert result.config.users[0].name == 'alice'
    assert result.warnings == ()
    assert (result.config_path, result.users_path) == (tmp_path / 'pgdog.toml', tmp_path / 'users.toml')


def test_everything_wrong_is_found_at_once(tmp_path: Path) -> None:
    config = """
        [general]
        chekout_timeout = 5
        port = true
        pooler_mode = "transactoin"
        connect_timeout = -1
        [[databases]]
        name = "shop"
        prt = 5432
    """
    users = '[[users]]\nname = 7\n[[users]]\nname = "bob"\npool_size = "many"\n'
    assert sorted(lines(tmp_path, config, users)) == sorted(
        [
            'pgdog.toml: general.port: expected a whole number, got true',
            "pgdog.toml: general.pooler_mode: expected 'transaction', 'session' or 'statement', got \"transactoin\","
            " did you mean 'transaction'?",
            'pgdog.toml: general.connect_timeout: expected a whole number of milliseconds, 0 or more, got -1',
            "pgdog.toml: general.chekout_timeout: no such setting, did you mean 'checkout_timeout'?",
            'pgdog.toml: databases[0].host: missing',
            "pgdog.toml: databases[0].prt: no such setting, did you mean 'port'?",
            'users.toml: users[0].name: expected a string, got 7',
            'users.toml: users[1].pool_size: expected a whole number, got "many"',
        ]
    )


def test_syntax_errors_of_both_files_are_found(tmp_path: Path) -> None:
    first, second, *_ = lines(tmp_path, '[general', '[[users]')
    assert first.startswith('pgdog.toml: ')
    assert second.startswith('users.toml: ')


@pytest.mark.parametrize(
    ('config', 'line'),
    [
        pytest.param('[general]\nhots = "x"', "general.hots: no such setting, did you mean 'host'?", id='near miss'),
        pytest.param('[general]\nqqqqqq = 1', 'general.qqqqqq: no such setting', id='nothing like it'),
        pytest.param('[genral]\nport = 1', "genral: no such setting, did you mean 'general'?", id='section'),
        pytest.param('[tcp]\nport = 1', 'tcp.port: no such setting, it belongs in [general]', id='wrong section'),
        pytest.param(
            '[general]\nlb_weight = 1', 'general.lb_weight: no such setting, it belongs in [[databases]]', id='a row'
        ),
        pytest.param(
            '[query_stats]\nenabled = true',
            "query_stats: no such setting, it belongs to PgDog's Enterprise Edition",
            id='enterprise',
        ),
        pytest.param(
            '[general]\nmax_pool_size = 1\ndefault_pool_size = 1',
            "general.max_pool_size: no such setting, it is another name of 'default_pool_size', which is given too",
            id='both names',
        ),
        pytest.param(
            '[[sharded_mapping]]', "sharded_mapping: no such setting, did you mean 'sharded_mappings'?", id='s'
        ),
        pytest.param(
            '[[mirroring]]\nsource_db = "shop"\ndestination_db = "shop"\nqueue_depth = 1',
            "mirroring[0].queue_depth: no such setting, did you mean 'queue_length'?",
            id='mirroring',
        ),
        pytest.param('databases = 5', 'databases: expected an array of tables, [[databases]]', id='array of tables'),
        pytest.param('[databases]\nname = "a"', 'databases: expected an array of tables, [[databases]]', id='table'),
        pytest.param('general = 5', 'general: expected a table', id='value for table'),
        pytest.param('[otel]\nheaders = 5', 'otel.headers: expected a table', id='value for map'),
    ],
)
def test_wrong_key_gets_a_remedy(tmp_path: Path, config: str, line: str) -> None:
    assert f'pgdog.toml: {line}' in lines(tmp_path, config)


def test_users_in_the_first_file_belong_in_the_second(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, DATABASE + USER)
    assert str(finding).endswith(f'users: no such setting, it belongs in {tmp_path}/users.toml')


@pytest.mark.parametrize(
    ('users', 'ending'),
    [
        pytest.param('[general]\nport = 1', 'general: no such setting, it belongs in pgdog.toml', id='other file'),
        pytest.param('[[user]]\nname = "a"', "user: no such setting, did you mean 'users'?", id='near miss'),
    ],
)
def test_wrong_section_in_the_second_file_gets_a_remedy(tmp_path: Path, users: str, ending: str) -> None:
    assert f'users.toml: {ending}' in lines(tmp_path, DATABASE, users)


def test_admin_section_of_the_second_file_wins(tmp_path: Path) -> None:
    config = DATABASE + '[admin]\nname = "one"\nuser = "root"\n'
    admin = loaded(tmp_path, config, USER + '[admin]\nname = "two"\n').config.admin
    assert (admin.name, admin.user) == ('two', 'admin')


def test_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refusal:
        load(tmp_path / 'a.toml', tmp_path / 'b.toml', environment={})
    assert [str(finding).replace(f'{tmp_path}/', '') for finding in refusal.value.findings][:2] == [
        'a.toml: cannot be read: No such file or directory',
        'b.toml: cannot be read: No such file or directory',
    ]


def test_second_file_may_be_missing_if_it_is_not_named(tmp_path: Path) -> None:
    path = write(tmp_path, DATABASE)
    path.with_name('users.toml').unlink()
    result = load(path, None, environment={})
    assert result.config.users == ()
    assert f'{tmp_path}/users.toml: warning: no such file, defaults are used' in map(str, result.warnings)


def test_without_names_both_files_may_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = load(None, None, environment={})
    assert result.config.general.port == 6432
    assert [finding.file for finding in result.warnings][:2] == ['pgdog.toml', 'users.toml']


def test_secrets_are_not_in_findings(tmp_path: Path) -> None:
    config = """
        [admin]
        pasword = "hunter1"
        password = ["hunter2"]
        [[databases]]
        name = "shop"
        host = "h"
        password = {hunter3 = "hunter4"}
        [vault]
        url = "http://v"
        auth_method = "approle"
        token = "hunter5"
        [otel]
        headers = "hunter6"
        datadog_api_key = ["hunter7"]
    """
    users = """
        users = [
            {name = "a", password = ["hunter8"], passwords = "hunter9", server_password = ["hunter10"]},
            {name = "b", password_hash = "hunter11"},
        ]
    """
    detail = '\n'.join(map(str, findings(tmp_path, config, users)))
    assert 'datadog_api_key' in detail
    assert 'hunter' not in detail.replace('hunter3', '')


def test_secrets_are_not_in_findings_of_a_string_in_place_of_users(tmp_path: Path) -> None:
    assert 'hunter2' not in '\n'.join(lines(tmp_path, DATABASE, 'users = "alice:hunter2"'))


def test_malformed_password_hash_is_refused_without_its_value(tmp_path: Path) -> None:
    users = '[[users]]\nname = "a"\ndatabase = "shop"\npassword_hash = "md5hunter2"\nserver_password = "x"\n'
    assert lines(tmp_path, DATABASE, users) == [
        "users.toml: users[0].password_hash: expected a SCRAM-SHA-256 verifier, see 'pgdog-gevent hash'"
    ]


def test_refusal_is_a_proxy_error_that_counts_its_errors(tmp_path: Path) -> None:
    with pytest.raises(ProxyError) as refusal:
        loaded(tmp_path, DATABASE + '[general]\na = 1\nb = 2\n')
    assert refusal.value.message == 'configuration refused: 2 errors'
    assert refusal.value.sqlstate == 'F0000'
    assert refusal.value.detail.count('no such setting') == 2


def test_urls_of_the_command_line_replace_databases_and_users(tmp_path: Path) -> None:
    config = loaded(tmp_path, urls=['postgres://bob:pw@h:1/x', 'postgres://bob:pw@r:2/x?role=replica']).config
    assert [(entry.name, entry.host, entry.role.value) for entry in config.databases] == [
        ('x', 'h', 'primary'),
        ('x', 'r', 'replica'),
    ]
    assert [(user.name, user.database) for user in config.users] == [('bob', 'x')]


def test_bad_url_is_refused_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refusal:
        loaded(tmp_path, urls=['postgres://bob:hunter2@h:99999/x'])
    assert refusal.value.detail == 'command line: database URL: URL 1: expected a port from 0 to 65535'


def test_bad_value_in_a_url_names_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refusal:
        loaded(tmp_path, urls=['postgres://bob:pw@h/x?pool_size=many'])
    assert refusal.value.detail == 'command line: databases[0].pool_size: expected a whole number, got "many"'


def test_overrides_win_over_files_and_environment(tmp_path: Path) -> None:
    general = loaded(
        tmp_path,
        '[general]\nmax_pool_size = 3\n' + DATABASE,
        environment={'PGDOG_MIN_POOL_SIZE': '2'},
        overrides={'default_pool_size': 20, 'min_pool_size': 5, 'pooler_mode': 'session'},
    ).config.general
    assert (general.default_pool_size, general.min_pool_size, general.pooler_mode.value) == (20, 5, 'session')


def test_bad_override_names_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refusal:
        loaded(tmp_path, overrides={'default_pool_size': 0})
    assert refusal.value.detail == 'command line: default_pool_size: expected at least 1, got 0'


@pytest.mark.parametrize('written', ['sockets', './sockets'])
def test_relative_folder_of_the_unix_socket_begins_at_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    (tmp_path / 'sockets').mkdir()
    monkeypatch.chdir('/')
    config = loaded(tmp_path, f'{DATABASE}[general]\nunix_socket_dir = "{written}"').config
    assert config.general.unix_socket_dir == tmp_path / 'sockets'


def test_the_examples_are_valid_and_ask_for_nothing_doubtful() -> None:
    folder = Path(__file__).parents[3] / 'etc'
    assert load(folder / 'pgdog.toml', folder / 'users.toml', environment={}).warnings == ()
