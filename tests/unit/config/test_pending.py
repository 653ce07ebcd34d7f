"""What is asked for and not built is named; nothing else is."""

import pytest

from pgdog_gevent.config.fields import keys_of, section_at
from pgdog_gevent.config.pending import KEYS, SECTIONS, VALUES, not_implemented_yet
from pgdog_gevent.config.settings import Config


def named(**sections: object) -> tuple[str, ...]:
    """Return what a configuration of these sections asks for in vain."""
    return not_implemented_yet(Config.model_validate(sections))


def test_defaults_ask_for_nothing() -> None:
    assert named() == ()


@pytest.mark.parametrize(
    ('sections', 'names'),
    [
        ({'general': {'two_phase_commit': True, 'two_phase_commit_reads': 'wait'}}, ()),
        ({'users': [{'name': 'a', 'two_phase_commit': True, 'two_phase_commit_auto': False}]}, ()),
        ({'general': {'prepared_statements': 'full'}}, ()),
        ({'general': {'prepared_statements': 'disabled'}}, ()),
        ({'general': {'query_parser': 'on'}}, ()),
        ({'general': {'query_parser': 'off'}}, ()),
        ({'general': {'workers': 4}}, ()),
        ({'general': {'ban_timeout': 5, 'lsn_check_delay': 0, 'read_write_split': 'exclude_primary'}}, ()),
        ({'general': {'mirror_queue': 5}}, ('general.mirror_queue',)),
        ({'general': {'checkout_timeout': 5, 'pooler_mode': 'session', 'max_client_conn': 5}}, ()),
        ({'sharded_tables': [{'database': 'a', 'column': 'b', 'lookup_query': '$1'}]}, ()),
        ({'sharded_tables': [{'database': 'a', 'column': 'b', 'primary': True}]}, ('sharded_tables.primary',)),
        ({'omnisharded_tables': [{'database': 'a', 'tables': [], 'sticky': True}]}, ()),
        ({'rewrite': {'shard_key': 'rewrite', 'split_inserts': 'error'}}, ()),
        ({'otel': {'endpoint': 'x'}}, ('otel',)),
        ({'vault': {'url': 'x', 'auth_method': 'approle'}}, ('vault',)),
        ({'memory': {'net_buffer': 5}}, ('memory',)),
        ({'statsd': {'host': 'x'}, 'tcp': {'time': 5}, 'admin': {'password': 'x'}}, ()),
        (
            {'databases': [{'name': 'a', 'host': 'b', 'role': 'replica'}, {'name': 'a', 'host': 'c', 'shard': 1}]},
            (),
        ),
        ({'databases': [{'name': 'a', 'host': 'b', 'role': 'auto', 'lb_weight': 5, 'resharding_only': True}]}, ()),
        ({'databases': [{'name': 'a', 'host': 'b', 'port': 1, 'pool_size': 2, 'read_only': True}]}, ()),
        ({'users': [{'name': 'a', 'server_auth': 'rds_iam'}] * 2}, ('users.server_auth',)),
        ({'users': [{'name': 'a', 'identity': 'x', 'password_hash': 'y', 'pooler_mode': 'session'}]}, ()),
    ],
)
def test_only_what_is_not_built_is_named(sections: dict[str, object], names: tuple[str, ...]) -> None:
    assert set(named(**sections)) == set(names)


def test_the_list_names_only_keys_that_exist() -> None:
    places = {(section, key) for section, keys in KEYS.items() for key in keys} | VALUES.keys()
    known = {
        (name, key) for name in keys_of(Config) if (section := section_at(Config, name)) for key in keys_of(section)
    }
    assert places <= known
    assert keys_of(Config).keys() >= SECTIONS


def test_the_list_names_only_values_that_exist() -> None:
    for (section, key), values in VALUES.items():
        model = section_at(Config, section)
        assert model is not None
        assert values <= set(keys_of(model)[key].choices)
