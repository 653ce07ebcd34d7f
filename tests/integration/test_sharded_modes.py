"""Shards in the other pooler modes, and with replicas."""

from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.integration.clients import Connection, connect, one
from tests.integration.extended import EXECUTE, ask, bind, letters, parse, values
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, sharded_proxy
from tests.integration.wire import Wire

PREFIX = 'sharded_modes'
KEYS = tuple(next(key for key in range(100) if partition_of_int(key, SHARDS) == shard) for shard in range(SHARDS))
MODES = ('pooler_mode = "session"', 'prepared_statements = "disabled"', 'pooler_mode = "statement"')


@pytest.fixture(scope='module', params=MODES)
def app(
    request: pytest.FixtureRequest, postgres: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningProxy]:
    with sharded_proxy(tmp_path_factory.mktemp('modes'), postgres, PREFIX, request.param) as proxy:
        yield proxy


@pytest.fixture
def users(app: RunningProxy) -> Iterator[Connection]:
    with connect(app) as connection:
        connection.execute('TRUNCATE users')
        rows = ', '.join(f"({key}, 'user {key}')" for key in KEYS)
        connection.execute(f'INSERT INTO users VALUES {rows}'.encode())
        yield connection


def test_named_statement_serves_all_shards(app: RunningProxy, users: Connection) -> None:
    users.prepare_threshold = 0
    for _ in range(3):
        for key in KEYS:
            assert users.execute('SELECT name FROM users WHERE id = %s', (key,)).fetchall() == [(f'user {key}',)]
        assert len(users.execute('SELECT name FROM users WHERE id > %s', (-1,)).fetchall()) == SHARDS


def test_named_statement_is_parsed_apart(app: RunningProxy, users: Connection) -> None:
    with Wire.to_proxy(app) as wire:
        assert letters(ask(wire, parse(b'one', b'SELECT id FROM users WHERE id = $1'))) == '1Z'
        for key in KEYS:
            answers = ask(wire, bind(b'one', str(key).encode()), EXECUTE)
            assert values(answers) == [str(key).encode()]
        assert letters(ask(wire, parse(b'one', b'SELECT 1'))) == 'EZ'


def test_statement_prepared_by_sql_serves_all_shards(users: Connection) -> None:
    """Or it is refused, so far."""
    with suppress(errors.FeatureNotSupported):
        users.execute('PREPARE two AS SELECT name FROM users WHERE id = $1')
        for key in KEYS:
            assert users.execute(f'EXECUTE two({key})'.encode()).fetchall() == [(f'user {key}',)]
        users.execute('DEALLOCATE two')


def test_settings_follow_the_session(users: Connection) -> None:
    users.execute("SET timezone TO 'Asia/Seoul'")
    zones = users.execute("SELECT current_setting('timezone') FROM users").fetchall()
    assert zones == [('Asia/Seoul',)] * SHARDS
    users.execute('DISCARD ALL')
    zones = users.execute("SELECT current_setting('timezone') FROM users").fetchall()
    assert ('Asia/Seoul',) not in zones


def test_writes_of_several_shards_are_one(users: Connection) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        users.execute(f'UPDATE users SET age = 1 / (id - {KEYS[1]})'.encode())
    assert one(users, 'SELECT count(*) FROM users WHERE age IS NULL') == SHARDS
