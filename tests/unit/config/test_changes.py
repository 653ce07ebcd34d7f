"""A reload does what differs, and nothing else."""

import pytest

from pgdog_gevent.config.changes import Changes, Effect, changes
from pgdog_gevent.config.settings import Config

DATABASE: dict[str, object] = {'name': 'shop', 'host': 'h'}
OTHER: dict[str, object] = {'name': 'blog', 'host': 'h'}
USER: dict[str, object] = {'name': 'alice', 'all_databases': True, 'password': 'own'}


def configured(**sections: object) -> Config:
    """Build a configuration of two databases and one user, as changed by the sections."""
    return Config.model_validate({'databases': [DATABASE, OTHER], 'users': [USER], **sections})


def changed(**sections: object) -> Changes:
    """Return the changes from the plain configuration to one with these sections."""
    return changes(configured(), configured(**sections))


def effects(found: Changes) -> list[tuple[str, list[Effect]]]:
    """Return the databases of changed clusters with the effects on their pools."""
    return [(change.new.database, [pool.effect for pool in change.pools]) for change in found.changed]


def test_equal_configurations_have_no_changes() -> None:
    assert not changed()


def test_order_of_the_file_is_no_change_for_pools() -> None:
    found = changed(databases=[OTHER, DATABASE])
    assert not found


def test_new_database_adds_a_cluster_and_leaves_the_others() -> None:
    found = changed(databases=[DATABASE, OTHER, {'name': 'new', 'host': 'h'}])
    assert [cluster.database for cluster in found.added] == ['new']
    assert (found.removed, found.changed) == ((), ())


def test_lost_database_removes_its_cluster() -> None:
    found = changed(databases=[DATABASE])
    assert [cluster.database for cluster in found.removed] == ['blog']


def test_new_user_adds_clusters() -> None:
    found = changed(users=[USER, USER | {'name': 'bob'}])
    assert [(cluster.user, cluster.database) for cluster in found.added] == [('bob', 'shop'), ('bob', 'blog')]
    assert found.users


@pytest.mark.parametrize(
    ('keys', 'effect'),
    [
        ({'pool_size': 3}, Effect.ADJUST),
        ({'min_pool_size': 3}, Effect.ADJUST),
        ({'idle_timeout': 3}, Effect.ADJUST),
        ({'server_lifetime': 3}, Effect.ADJUST),
        ({'role': 'replica'}, Effect.ADJUST),
        ({'lb_weight': 3}, Effect.ADJUST),
        ({'pooler_mode': 'session'}, Effect.ADJUST),
        ({'user': 'app'}, Effect.RECONNECT),
        ({'password': 'secret'}, Effect.RECONNECT),
        ({'statement_timeout': 5}, Effect.RECONNECT),
        ({'lock_timeout': 5}, Effect.RECONNECT),
        ({'read_only': True}, Effect.RECONNECT),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else value.name,
)
def test_setting_of_one_database_changes_only_its_pool(keys: dict[str, object], effect: Effect) -> None:
    found = changed(databases=[DATABASE | keys, OTHER])
    assert effects(found) == [('shop', [effect])]
    assert not found.users


@pytest.mark.parametrize(
    'keys', [{'host': 'i'}, {'port': 7}, {'database_name': 'x'}, {'shard': 1}], ids=['host', 'port', 'name', 'shard']
)
def test_other_address_is_another_pool(keys: dict[str, object]) -> None:
    assert effects(changed(databases=[DATABASE | keys, OTHER])) == [('shop', [Effect.REMOVE, Effect.ADD])]


def test_second_server_is_added_to_its_cluster() -> None:
    found = changed(databases=[DATABASE, DATABASE | {'host': 'i', 'role': 'replica'}, OTHER])
    assert effects(found) == [('shop', [Effect.ADD])]


def test_same_server_given_twice_counts_twice() -> None:
    found = changed(databases=[DATABASE, DATABASE, OTHER])
    assert effects(found) == [('shop', [Effect.ADD])]


def test_changed_password_reconnects_and_is_told() -> None:
    found = changed(users=[USER | {'password': 'new'}])
    assert effects(found) == [('shop', [Effect.RECONNECT]), ('blog', [Effect.RECONNECT])]
    assert found.users


def test_general_timeout_adjusts_all_pools() -> None:
    found = changed(general={'checkout_timeout': 7})
    assert effects(found) == [('shop', [Effect.ADJUST]), ('blog', [Effect.ADJUST])]
    assert (found.settings, found.restart) == (('general.checkout_timeout',), ())


def test_tls_to_servers_reconnects_all_pools() -> None:
    found = changed(general={'tls_verify': 'verify_full'})
    assert effects(found) == [('shop', [Effect.RECONNECT]), ('blog', [Effect.RECONNECT])]


def test_other_prepared_statements_change_the_cluster_but_no_pool() -> None:
    assert effects(changed(general={'prepared_statements': 'disabled'})) == [('shop', []), ('blog', [])]


def test_two_phase_commit_changes_the_cluster_but_no_pool() -> None:
    shards = [DATABASE, DATABASE | {'shard': 1}]
    found = changes(configured(databases=shards), configured(databases=shards, general={'two_phase_commit': True}))
    assert effects(found) == [('shop', [])]
    assert (found.settings, found.restart) == (('general.two_phase_commit',), ())


@pytest.mark.parametrize(
    ('key', 'value'),
    [
        ('host', 'x'),
        ('port', 1),
        ('workers', 1),
        ('unix_socket_dir', '/tmp'),
        ('unix_socket_mode', '0700'),
        ('unix_socket_group', 'root'),
        ('healthcheck_port', 1),
        ('openmetrics_host', 'x'),
        ('openmetrics_port', 1),
    ],
)
def test_key_that_needs_a_restart_is_named(key: str, value: object) -> None:
    found = changed(general={key: value, 'log_level': 'debug'})
    assert found.restart == (f'general.{key}',)
    assert set(found.settings) == {f'general.{key}', 'general.log_level'}


@pytest.mark.parametrize(
    ('sections', 'settings', 'restart'),
    [
        ({'plugins': [{'name': 'x'}]}, ('plugins',), ('plugins',)),
        ({'sharded_tables': [{'database': 'shop', 'column': 'x'}]}, ('sharded_tables',), ()),
        ({'multi_tenant': {'column': 'x'}}, ('multi_tenant',), ()),
        ({'statsd': {'host': 'x'}}, ('statsd.host',), ()),
        ({'admin': {'password': 'x'}}, ('admin.password',), ()),
        ({'tcp': {'time': 5}}, ('tcp.time',), ()),
    ],
    ids=['plugins', 'tables', 'tenant', 'statsd', 'admin', 'tcp'],
)
def test_changed_sections_are_named(
    sections: dict[str, object], settings: tuple[str, ...], restart: tuple[str, ...]
) -> None:
    found = changed(**sections)
    assert (found.settings, found.restart) == (settings, restart)
    assert found.changed == ()
