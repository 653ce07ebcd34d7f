"""Reloads that add shards, take them away, or place rows otherwise: no session looks for its rows in a wrong place."""

from collections.abc import Iterator

import psycopg
import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.conversation.proxies import running
from tests.integration.clients import Connection, connect, eventually, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, databases, shard_names, sharded_toml

PREFIX = 'sharded_reload'


def first_keys(start: int) -> tuple[int, ...]:
    """The first key for each shard."""
    return tuple(
        next(key for key in range(start, start + 100) if partition_of_int(key, SHARDS) == shard)
        for shard in range(SHARDS)
    )


KEYS, OTHERS = first_keys(0), first_keys(1000)
POINT = 'SELECT id FROM users WHERE id = %s'


@pytest.fixture(scope='module')
def shards(postgres: Cluster) -> Iterator[Cluster]:
    """A user on each shard, as the hash of its id has it."""
    with databases(postgres, PREFIX):
        for key, name in zip(KEYS, shard_names(PREFIX), strict=True):
            with postgres.connect(name) as direct:
                direct.execute('INSERT INTO users VALUES (%s, %s)', (key, name))
        yield postgres


@pytest.fixture(scope='module')
def app(shards: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    with running(tmp_path_factory.mktemp('reload'), sharded_toml(shards, PREFIX), users_toml()) as proxy:
        yield proxy


def reload(app: RunningProxy, config: str) -> None:
    """Returns when the new configuration counts."""
    before = app.log().count('configuration reloaded')
    app.reload(config_toml=config)
    eventually(lambda: app.log().count('configuration reloaded') > before, 'the configuration is reloaded')


@pytest.fixture
def client(app: RunningProxy, shards: Cluster) -> Iterator[Connection]:
    """A client that has found all users, along the fast lane."""
    reload(app, sharded_toml(shards, PREFIX))
    with connect(app) as connection:
        for key in (*KEYS, *KEYS):
            assert connection.execute(POINT, (key,)).fetchall() == [(key,)]
        yield connection


@pytest.mark.parametrize('begins', [False, True], ids=['alone', 'in a transaction'])
@pytest.mark.parametrize('key', KEYS)
def test_session_ends_if_there_are_no_shards_any_more(
    app: RunningProxy, shards: Cluster, client: Connection, key: int, begins: bool
) -> None:
    if begins:
        client.execute('BEGIN')
        client.execute(POINT, (key,))
    reload(app, config_toml(shards, shard_names(PREFIX)[0]))
    with pytest.raises(psycopg.errors.AdminShutdown, match='number of shards'):
        client.execute(POINT, (key,))
    with connect(app) as other:
        assert one(other, 'SELECT count(*) FROM users') == 1


@pytest.mark.parametrize('key', KEYS)
def test_session_ends_if_there_are_shards_now(app: RunningProxy, shards: Cluster, key: int) -> None:
    reload(app, config_toml(shards, shard_names(PREFIX)[0]))
    with connect(app) as client:
        assert one(client, 'SELECT count(*) FROM users') == 1
        reload(app, sharded_toml(shards, PREFIX))
        with pytest.raises(psycopg.errors.AdminShutdown, match='number of shards'):
            client.execute(POINT, (key,))


def test_session_finds_rows_by_new_rules(app: RunningProxy, shards: Cluster, client: Connection) -> None:
    """They are where no hash of their ids would have put them."""
    for key, name in zip(OTHERS, shard_names(PREFIX)[::-1], strict=True):
        with shards.connect(name) as direct:
            direct.execute('INSERT INTO users VALUES (%s)', (key,))
    reload(app, sharded_toml(shards, PREFIX).replace('column = "id"', 'column = "age"'))
    for key in (*KEYS, *OTHERS):
        assert client.execute(POINT, (key,)).fetchall() == [(key,)]
