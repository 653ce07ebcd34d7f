"""The files that the demo writes for the proxy."""

import tomllib

from pgdog_gevent.demo.configuration import Listening, Server, pgdog_toml, url, users_toml

LISTENING = Listening(clients=6432, openmetrics=9090, healthcheck=8080)


def test_every_server_is_listed_with_its_shard_and_role() -> None:
    text = pgdog_toml(LISTENING, [Server(0, 5001, 'primary'), Server(1, 5002, 'replica')])
    assert tomllib.loads(text)['databases'] == [
        {'name': 'demo', 'shard': 0, 'host': '127.0.0.1', 'port': 5001, 'role': 'primary'},
        {'name': 'demo', 'shard': 1, 'host': '127.0.0.1', 'port': 5002, 'role': 'replica'},
    ]


def test_tables_are_sharded_by_their_keys() -> None:
    assert tomllib.loads(pgdog_toml(LISTENING, []))['sharded_tables'] == [
        {'database': 'demo', 'name': 'users', 'column': 'id'},
        {'database': 'demo', 'name': 'payments', 'column': 'user_id'},
    ]


def test_the_ports_are_those_that_were_chosen() -> None:
    general = tomllib.loads(pgdog_toml(LISTENING, []))['general']
    assert (general['port'], general['openmetrics_port'], general['healthcheck_port']) == (6432, 9090, 8080)


def test_the_user_may_use_the_database() -> None:
    [user] = tomllib.loads(users_toml())['users']
    assert user['database'] == 'demo'


def test_a_url_names_user_and_database() -> None:
    assert url(LISTENING, 'demo', 'other') == 'postgresql://demo:demo@127.0.0.1:6432/other'
