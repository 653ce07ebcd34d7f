"""Users win over databases, databases over the general section; for server logins the other way round."""

import pytest
from pydantic import SecretStr

from pgdog_gevent.config.choices import PoolerMode, PreparedStatements, QueryParser, ReadYourWrites, Role
from pgdog_gevent.config.resolve import ClusterSettings, PoolSettings, resolve, resolve_for_passthrough, with_role
from pgdog_gevent.config.settings import Config

DATABASE: dict[str, object] = {'name': 'shop', 'host': 'h'}
SHARDS = [DATABASE, DATABASE | {'shard': 1}]
USER: dict[str, object] = {'name': 'alice', 'database': 'shop', 'password': 'own'}


def configured(**sections: object) -> Config:
    """Build a configuration of one database and one user, as changed by the sections."""
    return Config.model_validate({'databases': [DATABASE], 'users': [USER], **sections})


def only_cluster(**sections: object) -> ClusterSettings:
    """Return the only cluster of such a configuration."""
    (cluster,) = resolve(configured(**sections))
    return cluster


def pool(
    user: dict[str, object] | None = None,
    database: dict[str, object] | None = None,
    general: dict[str, object] | None = None,
) -> PoolSettings:
    """Return the only pool, with these keys in the three sections."""
    cluster = only_cluster(users=[USER | (user or {})], databases=[DATABASE | (database or {})], general=general or {})
    return cluster.pools[0]


@pytest.mark.parametrize(
    ('attribute', 'key', 'general_key', 'values', 'expected'),
    [
        ('pool_size', 'pool_size', 'default_pool_size', (5, 6, 7), (5, 6, 7)),
        ('min_pool_size', 'min_pool_size', 'min_pool_size', (2, 3, 4), (2, 3, 4)),
        ('idle_timeout', 'idle_timeout', 'idle_timeout', (100, 200, 300), (0.1, 0.2, 0.3)),
        ('server_lifetime', 'server_lifetime', 'server_lifetime', (100, 200, 300), (0.1, 0.2, 0.3)),
        ('server_lifetime_jitter', 'server_lifetime_jitter', 'server_lifetime_jitter', (0, 2, 3), (0, 0.002, 0.003)),
    ],
    ids=['pool_size', 'min_pool_size', 'idle_timeout', 'server_lifetime', 'server_lifetime_jitter'],
)
def test_user_wins_over_database_wins_over_general(
    attribute: str, key: str, general_key: str, values: tuple[int, int, int], expected: tuple[float, float, float]
) -> None:
    user, database, general = values
    resolved = (
        pool({key: user}, {key: database}, {general_key: general}),
        pool({}, {key: database}, {general_key: general}),
        pool({}, {}, {general_key: general}),
    )
    assert tuple(getattr(settings, attribute) for settings in resolved) == expected


@pytest.mark.parametrize('key', ['statement_timeout', 'lock_timeout'])
def test_timeouts_of_the_server_come_from_user_then_database(key: str) -> None:
    assert getattr(pool({key: 0}, {key: 200}), key) == 0
    assert getattr(pool({}, {key: 200}), key) == 0.2
    assert getattr(pool(), key) is None


def test_user_can_lift_read_only() -> None:
    assert pool({}, {'read_only': True}).read_only
    assert not pool({'read_only': False}, {'read_only': True}).read_only


def test_pooler_mode_is_that_of_user_then_database_then_general() -> None:
    mode: dict[str, object] = {'pooler_mode': 'session'}
    assert pool(mode, {'pooler_mode': 'statement'}).pooler_mode is PoolerMode.SESSION
    assert pool({}, {'pooler_mode': 'statement'}, mode).pooler_mode is PoolerMode.STATEMENT
    assert pool({}, {}, mode).pooler_mode is PoolerMode.SESSION


def test_one_pooler_mode_holds_for_all_servers_of_a_database() -> None:
    cluster = only_cluster(
        databases=[DATABASE | {'pooler_mode': 'session'}, DATABASE | {'host': 'i', 'pooler_mode': 'statement'}]
    )
    assert {cluster.pooler_mode, *(settings.pooler_mode for settings in cluster.pools)} == {PoolerMode.SESSION}


def test_minimum_is_cut_to_the_size() -> None:
    assert pool({'pool_size': 2}, {}, {'min_pool_size': 5}).min_pool_size == 2


def test_value_for_a_role_wins_over_the_plain_one_beside_it() -> None:
    sizes: dict[str, object] = {'pool_size': 1, 'pool_size_primary': 2, 'pool_size_replica': 3}
    assert pool({}, {**sizes, 'role': 'primary'}).pool_size == 2
    assert pool({}, {**sizes, 'role': 'replica'}).pool_size == 3
    assert pool({}, {**sizes, 'role': 'auto'}).pool_size == 1


def test_plain_value_of_the_user_wins_over_the_database_value_for_a_role() -> None:
    assert pool({'pool_size': 1}, {'pool_size_primary': 2}).pool_size == 1


def test_idle_timeout_and_minimum_have_values_for_roles_too() -> None:
    settings = pool({'idle_timeout_primary': 100, 'min_pool_size_primary': 3}, {'idle_timeout': 200})
    assert (settings.idle_timeout, settings.min_pool_size) == (0.1, 3)


@pytest.mark.parametrize('configured_role', ['primary', 'replica', 'auto'])
def test_sizes_follow_the_role_that_the_server_has_now(configured_role: str) -> None:
    sizes: dict[str, object] = {
        **{'pool_size': 4, 'pool_size_primary': 5, 'pool_size_replica': 6},
        **{'min_pool_size': 3, 'min_pool_size_replica': 0, 'idle_timeout': 400, 'idle_timeout_primary': 500},
    }
    configured_as = pool({}, {**sizes, 'role': configured_role})
    found = {
        role: (settings.pool_size, settings.min_pool_size, settings.idle_timeout)
        for role in Role
        if (settings := with_role(configured_as, role))
    }
    assert found == {Role.PRIMARY: (5, 3, 0.5), Role.REPLICA: (6, 0, 0.4), Role.AUTO: (4, 3, 0.4)}


def test_pool_stays_the_same_pool_when_its_server_takes_another_role() -> None:
    before = pool({}, {'role': 'replica', 'pool_size_primary': 5})
    promoted = with_role(before, Role.PRIMARY)
    assert (promoted.role, promoted.place) == (Role.REPLICA, before.place)
    assert with_role(promoted, Role.REPLICA) == before
    assert with_role(pool(), Role.REPLICA) == pool()


def test_size_for_another_role_is_a_difference() -> None:
    assert pool({}, {'pool_size_replica': 5}) != pool({}, {'pool_size_replica': 6})


def test_passthrough_keeps_no_minimum_in_any_role() -> None:
    config = configured(databases=[DATABASE | {'min_pool_size_replica': 5}])
    cluster = resolve_for_passthrough(config, 'bob', 'shop', SecretStr('x'))
    assert cluster is not None
    assert [with_role(cluster.pools[0], role).min_pool_size for role in Role] == [0, 0, 0]


@pytest.mark.parametrize(
    ('user', 'general', 'expected'),
    [({}, {}, 'off'), ({}, {'read_your_writes': 'session'}, 'session')]
    + [({'read_your_writes': value}, {'read_your_writes': 'session'}, value) for value in ('off', 'database')],
)
def test_user_wins_over_general_in_reading_its_writes(
    user: dict[str, object], general: dict[str, object], expected: str
) -> None:
    cluster = only_cluster(users=[USER | user], general=general)
    assert cluster.read_your_writes is ReadYourWrites(expected)


@pytest.mark.parametrize(
    ('user', 'general', 'expected'),
    [({}, False, False), ({}, True, True), ({'cross_shard_disabled': False}, True, False)],
)
def test_user_wins_over_general_in_what_several_shards_do(
    user: dict[str, object], general: bool, expected: bool
) -> None:
    cluster = only_cluster(users=[USER | user], general={'cross_shard_disabled': general})
    assert cluster.cross_shard_disabled is expected


def two_phases(
    user: dict[str, object], general: dict[str, object], databases: list[dict[str, object]] = SHARDS
) -> tuple[bool, bool]:
    """Return what is committed in two phases: transactions, lone statements."""
    keys = [{f'two_phase_commit{key}': value for key, value in given.items()} for given in (user, general)]
    cluster = only_cluster(users=[USER | keys[0]], general=keys[1], databases=databases)
    return cluster.two_phase_commit, cluster.two_phase_commit_auto


@pytest.mark.parametrize(
    ('user', 'general', 'expected'),
    [
        ({}, False, False),
        ({}, True, True),
        ({'': False}, True, False),
        ({'': True}, False, True),
    ],
)
def test_user_wins_over_general_in_committing_in_two_phases(
    user: dict[str, object], general: bool, expected: bool
) -> None:
    assert two_phases(user, {'': general}) == (expected, expected)


@pytest.mark.parametrize(
    ('user', 'general', 'expected'),
    [
        ({}, {}, True),
        ({}, {'_auto': False}, False),
        ({'_auto': True}, {'_auto': False}, True),
        ({'_auto': False}, {'_auto': True}, False),
        ({'_auto': False}, {}, False),
    ],
)
def test_lone_statements_are_as_transactions_unless_user_or_general_says_otherwise(
    user: dict[str, object], general: dict[str, object], expected: bool
) -> None:
    assert two_phases(user, {'': True} | general) == (True, expected)
    assert two_phases({'': True} | user, general) == (True, expected)


@pytest.mark.parametrize('user', [{'_auto': True}, {'': False}, {'': False, '_auto': True}])
def test_lone_statements_are_not_committed_in_two_phases_if_transactions_are_not(user: dict[str, object]) -> None:
    assert two_phases(user, {'': '' in user, '_auto': True}) == (False, False)


@pytest.mark.parametrize(
    'databases', [SHARDS[:1], [*SHARDS[:1], DATABASE | {'host': 'r', 'role': 'replica'}]], ids=['server', 'replica too']
)
def test_one_shard_needs_no_two_phases(databases: list[dict[str, object]]) -> None:
    assert two_phases({}, {'': True, '_auto': True}, databases) == (False, False)


def test_first_shard_of_a_dry_run_needs_no_two_phases() -> None:
    general: dict[str, object] = {'two_phase_commit': True, 'dry_run': True}
    assert not only_cluster(databases=SHARDS, general=general).two_phase_commit


def test_unlisted_user_commits_in_two_phases_as_general_says() -> None:
    config = configured(databases=SHARDS, general={'two_phase_commit': True})
    cluster = resolve_for_passthrough(config, 'bob', 'shop', SecretStr('x'))
    assert cluster is not None
    assert (cluster.two_phase_commit, cluster.two_phase_commit_auto) == (True, True)


@pytest.mark.parametrize(
    ('general', 'rows', 'expected'),
    [
        ({}, [], QueryParser.AUTO),
        ({'query_parser': 'off'}, [], QueryParser.OFF),
        ({'query_parser_enabled': True}, [], QueryParser.ON),
        ({'query_parser_enabled': True, 'query_parser': 'off'}, [], QueryParser.OFF),
        ({'query_parser': 'off'}, [{'database': 'shop', 'level': 'on'}], QueryParser.ON),
        ({'query_parser': 'off'}, [{'database': 'other', 'level': 'on'}], QueryParser.OFF),
        ({}, [{'database': 'shop', 'level': 'session_control'}] * 2, QueryParser.SESSION_CONTROL),
    ],
)
def test_a_database_has_its_own_level_of_parsing(
    general: dict[str, object], rows: list[dict[str, str]], expected: QueryParser
) -> None:
    assert only_cluster(general=general, query_parsers=rows).query_parser is expected


@pytest.mark.parametrize(('dry_run', 'shards'), [(False, [0, 1]), (True, [0])])
def test_in_a_dry_run_only_the_first_shard_serves(dry_run: bool, shards: list[int]) -> None:
    cluster = only_cluster(databases=[DATABASE | {'shard': 1}, DATABASE], general={'dry_run': dry_run})
    assert [pool.shard for pool in cluster.pools] == shards


def login(settings: PoolSettings) -> tuple[str, list[str]]:
    """Return as whom the proxy logs in to the server."""
    return settings.server_user, [password.get_secret_value() for password in settings.server_passwords]


def test_server_login_is_that_of_database_then_user() -> None:
    user: dict[str, object] = {'server_user': 'app', 'server_password': 'secret'}
    assert login(pool(user, {'user': 'root', 'password': 'top'})) == ('root', ['top'])
    assert login(pool(user)) == ('app', ['secret'])
    assert login(pool()) == ('alice', ['own'])
    assert login(pool(user, {'user': 'root'})) == ('root', ['secret'])


def test_several_passwords_are_tried_in_order() -> None:
    assert login(pool({'passwords': ['one', 'two']})) == ('alice', ['one', 'two', 'own'])


def test_pool_without_a_password_opens_nothing_ahead() -> None:
    cluster = only_cluster(users=[{'name': 'alice', 'database': 'shop', 'min_pool_size': 5}])
    assert cluster.pools[0].min_pool_size == 0


def test_pool_with_external_authentication_keeps_its_minimum() -> None:
    cluster = only_cluster(users=[{'name': 'alice', 'database': 'shop', 'server_auth': 'rds_iam'}])
    assert cluster.pools[0].min_pool_size == 1


def test_server_is_named_as_it_calls_itself() -> None:
    settings = pool({}, {'database_name': 'shop_v2', 'port': 7, 'lb_weight': 3})
    assert (settings.database, settings.server_database, settings.port, settings.lb_weight) == ('shop', 'shop_v2', 7, 3)
    assert pool().server_database == 'shop'


def test_general_settings_reach_the_pool_in_seconds() -> None:
    settings = pool({}, {}, {'checkout_timeout': 250, 'connect_attempts': 3, 'query_timeout': 0})
    assert (settings.checkout_timeout, settings.connect_attempts, settings.query_timeout) == (0.25, 3, None)


def test_pools_stand_by_shard_and_then_as_in_the_file() -> None:
    servers = [DATABASE | {'host': host, 'shard': shard} for host, shard in (('a', 1), ('b', 0), ('c', 1), ('d', 0))]
    cluster = only_cluster(databases=servers)
    assert [(settings.host, settings.index) for settings in cluster.pools] == [('b', 1), ('d', 3), ('a', 0), ('c', 2)]


@pytest.mark.parametrize(
    ('keys', 'names'),
    [
        ({'database': 'b'}, ['b']),
        ({'databases': ['c', 'a']}, ['c', 'a']),
        ({'database': 'b', 'databases': ['a', 'b']}, ['b', 'a']),
        ({'database': 'b', 'all_databases': True}, ['a', 'b', 'c']),
        ({'database': 'x'}, []),
        ({}, []),
    ],
    ids=['one', 'several', 'both', 'all', 'unknown', 'none'],
)
def test_user_has_a_cluster_for_each_database(keys: dict[str, object], names: list[str]) -> None:
    config = configured(
        databases=[{'name': name, 'host': 'h'} for name in 'abc'], users=[{'name': 'u', 'password': 'p', **keys}]
    )
    assert [cluster.database for cluster in resolve(config)] == names


def test_first_of_two_entries_for_one_user_counts() -> None:
    assert only_cluster(users=[USER | {'pool_size': 1}, USER | {'pool_size': 2}]).pools[0].pool_size == 1


def test_session_mode_needs_no_prepared_statements() -> None:
    assert only_cluster().prepared_statements is PreparedStatements.EXTENDED
    session = only_cluster(users=[USER | {'pooler_mode': 'session'}])
    assert session.prepared_statements is PreparedStatements.DISABLED


def passthrough(user: str = 'bob', database: str = 'shop', **sections: object) -> ClusterSettings | None:
    """Resolve for a user who has brought a password."""
    return resolve_for_passthrough(configured(**sections), user, database, SecretStr('brought'))


def test_unlisted_user_logs_in_with_what_the_client_brought() -> None:
    cluster = passthrough()
    assert cluster is not None
    assert (cluster.user, cluster.passthrough, login(cluster.pools[0])) == ('bob', True, ('bob', ['brought']))
    assert cluster.pools[0].min_pool_size == 0


def test_unlisted_user_cannot_borrow_the_login_of_the_database() -> None:
    cluster = passthrough(databases=[DATABASE | {'user': 'root', 'password': 'top'}])
    assert cluster is not None
    assert login(cluster.pools[0]) == ('bob', ['brought'])


def test_listed_user_keeps_settings_but_not_passwords() -> None:
    users = [USER | {'pool_size': 3, 'server_user': 'app', 'server_password': 'secret'}]
    cluster = passthrough('alice', users=users)
    assert cluster is not None
    assert (cluster.pools[0].pool_size, login(cluster.pools[0])) == (3, ('app', ['brought']))


def test_unknown_database_has_no_cluster() -> None:
    assert passthrough(database='x') is None


def test_passwords_are_not_in_the_representation() -> None:
    assert 'own' not in repr(only_cluster())
