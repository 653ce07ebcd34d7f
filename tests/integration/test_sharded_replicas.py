"""Two shards, each with a replica: reads find the replicas of their shards, writes the primaries.

The shards are two databases of one primary, each with a streaming replica of it for itself.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.conversation.proxies import running
from tests.integration.clients import Connection, connect, eventually
from tests.integration.configuration import users_toml
from tests.integration.fleet import Entry, Fleet, Keys, Value, config_toml
from tests.integration.proxy import RunningProxy

SHARDS = ('shard_0', 'shard_1')
KEYS = tuple(next(key for key in range(100) if partition_of_int(key, 2) == shard) for shard in range(2))
SCHEMA = """
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE written (id bigint);
CREATE FUNCTION writes(bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN INSERT INTO written VALUES ($1); RETURN true; END $$;
CREATE DOMAIN noted AS bigint CHECK (writes(VALUE));
"""
TABLES = '\n'.join(
    f'[[sharded_tables]]\ndatabase = "app"\nname = "{name}"\ncolumn = "id"\n' for name in ('users', 'written')
)
GENERAL: Keys = {
    'read_write_split': 'exclude_primary',
    'min_pool_size': 0,
    'idle_healthcheck_interval': 300,
    'idle_healthcheck_delay': 0,
    'ban_timeout': 1000,
    'lsn_check_delay': 0,
    'lsn_check_interval': 200,
}
HERE = "current_setting('port')::int, current_database()"
POINT = f'SELECT {HERE} FROM users WHERE id = %s'
SCATTERED = f'SELECT {HERE} FROM users'


@pytest.fixture(scope='module')
def shards(fleet: Fleet) -> Iterator[Fleet]:
    for name, key in zip(SHARDS, KEYS, strict=True):
        fleet.primary.execute(f'CREATE DATABASE {name}')
        fleet.primary.execute(f"{SCHEMA}INSERT INTO users VALUES ({key}, 'first')", name)
    fleet.catch_up()
    yield fleet
    for name in SHARDS:
        fleet.primary.execute(f'DROP DATABASE {name} WITH (FORCE)')
    fleet.catch_up()


def entries(fleet: Fleet) -> list[Entry]:
    return [
        Entry(server, role, {'database_name': name, 'shard': shard})
        for shard, name in enumerate(SHARDS)
        for server, role in ((fleet.primary, 'primary'), (fleet.replicas[shard], 'replica'))
    ]


def served(directory: Path, fleet: Fleet, **general: Value) -> AbstractContextManager[RunningProxy]:
    config = config_toml(*entries(fleet), **{**GENERAL, **general}) + TABLES
    return running(directory, config, users_toml())


@pytest.fixture(scope='module')
def app(shards: Fleet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    with served(tmp_path_factory.mktemp('replicas'), shards) as proxy:
        with connect(proxy) as client:
            eventually(lambda: answered(client) == replicas(shards), 'functions are known, and all servers are well')
        yield proxy


@pytest.fixture
def client(app: RunningProxy) -> Iterator[Connection]:
    with connect(app) as connection:
        yield connection


def replicas(fleet: Fleet) -> list[tuple[object, ...]]:
    return [(replica.port, name) for replica, name in zip(fleet.replicas, SHARDS, strict=True)]


def primaries(fleet: Fleet) -> list[tuple[object, ...]]:
    return [(fleet.primary.port, name) for name in SHARDS]


def points(client: Connection, prefix: str = '') -> list[tuple[object, ...]]:
    """Who answers reads by key, in whichever protocol."""
    answers = []
    for key in KEYS:
        simple = {client.execute(f'{prefix}{POINT}'.replace('%s', str(key)).encode()).fetchone() for _ in range(2)}
        unnamed = {client.execute(f'{prefix}{POINT}'.encode(), (key,)).fetchone() for _ in range(2)}
        named = {client.execute(f'{prefix}{POINT}'.encode(), (key,), prepare=True).fetchone() for _ in range(2)}
        [answer] = simple | unnamed | named
        assert answer is not None
        answers.append(answer)
    return answers


def answered(client: Connection) -> list[tuple[object, ...] | None]:
    """Who answers at this moment."""
    return [client.execute(POINT, (key,)).fetchone() for key in KEYS]


def scattered(client: Connection, prefix: str = '') -> list[tuple[object, ...]]:
    sql = f'{prefix}{SCATTERED}'.encode()
    simple, named = client.execute(sql).fetchall(), client.execute(sql, prepare=True).fetchall()
    assert sorted(map(str, simple)) == sorted(map(str, named))
    return sorted(simple, key=lambda row: str(row[1]))


def test_reads_go_to_the_replicas_of_their_shards(shards: Fleet, client: Connection) -> None:
    assert points(client) == replicas(shards)
    assert scattered(client) == replicas(shards)


def test_writes_go_to_the_primaries(shards: Fleet, client: Connection) -> None:
    update = f"UPDATE users SET name = 'second' WHERE id = ANY(%s) RETURNING {HERE}"
    for key, primary in zip(KEYS, primaries(shards), strict=True):
        assert client.execute(update, ([key],)).fetchall() == [primary]
    assert sorted(client.execute(update, (list(KEYS),)).fetchall(), key=str) == sorted(primaries(shards), key=str)


def test_transactions_go_to_the_primaries_unless_they_only_read(shards: Fleet, client: Connection) -> None:
    for begin, servers in (('BEGIN', primaries(shards)), ('BEGIN READ ONLY', replicas(shards))):
        client.execute(begin.encode())
        assert points(client) == servers
        assert scattered(client) == servers
        client.execute('COMMIT')
        client.execute(begin.encode())
        assert scattered(client) == servers
        client.execute('ROLLBACK')
    client.execute('BEGIN READ ONLY')
    assert points(client)[0] == replicas(shards)[0]
    with pytest.raises(errors.ReadOnlySqlTransaction):
        client.execute("UPDATE users SET name = 'third'")
    client.execute('ROLLBACK')


def test_client_can_ask_for_a_kind_of_server(app: RunningProxy, shards: Fleet, client: Connection) -> None:
    for role, servers in (('primary', primaries(shards)), ('replica', replicas(shards))):
        assert points(client, f'/* pgdog_role: {role} */ ') == servers
        assert scattered(client, f'/* pgdog_role: {role} */ ') == servers
        client.execute(f"SET pgdog.role TO '{role}'".encode())
        assert points(client) == servers
        assert scattered(client) == servers
        client.execute('RESET pgdog.role')
        client.execute('BEGIN')
        client.execute(f"SET LOCAL pgdog.role TO '{role}'".encode())
        assert scattered(client) == servers
        client.execute('COMMIT')
        with connect(app, options=f'-c pgdog.role={role}') as other:
            assert points(other) == servers
            assert scattered(other) == servers


def test_what_replicas_refuse_is_done_by_the_primaries(shards: Fleet, client: Connection) -> None:
    assert sorted(client.execute('SELECT id::noted FROM users').fetchall()) == sorted((key,) for key in KEYS)
    assert client.execute(f'SELECT id::noted, {HERE} FROM users WHERE id = {KEYS[1]}'.encode()).fetchall() == [
        (KEYS[1], *primaries(shards)[1])
    ]
    named = 'SELECT id::noted AS m FROM users WHERE id = %s'
    unnamed = client.execute('SELECT id::noted AS n FROM users WHERE id > %s', (-1,)).fetchall()
    assert len(unnamed) == 2
    for _ in range(3):
        for key in (-KEYS[1], KEYS[1] + 1000):
            assert client.execute(named, (key,), prepare=True).fetchall() == []
    client.execute(named, (KEYS[1],), prepare=True)
    for name, key in zip(SHARDS, KEYS, strict=True):
        [(count,)] = shards.primary.execute(f'SELECT count(*) FROM written WHERE id = {key}', name)
        assert count == 2 + 2 * (key == KEYS[1])


def test_write_is_seen_by_who_has_written_it_whichever_shard_it_is_on(
    shards: Fleet, tmp_path_factory: pytest.TempPathFactory
) -> None:
    late = shards.replicas[1]
    general: dict[str, Value] = {'read_your_writes': 'session', 'read_your_writes_timeout': 0, 'lsn_check_interval': 50}
    with served(tmp_path_factory.mktemp('own'), shards, **general) as proxy, connect(proxy) as client:
        eventually(lambda: answered(client) == replicas(shards), 'it is known what replicas have replayed')
        assert scattered(client) == replicas(shards)
        late.execute('SELECT pg_wal_replay_pause()')
        try:
            client.execute(f"UPDATE users SET name = 'mine' WHERE id = {KEYS[1]}".encode())
            mixed = [replicas(shards)[0], primaries(shards)[1]]
            assert points(client) == mixed
            assert scattered(client) == mixed
            assert client.execute('SELECT name FROM users WHERE id = %s', (KEYS[1],)).fetchall() == [('mine',)]
            with connect(proxy) as other:
                assert points(other) == replicas(shards)
            client.execute("UPDATE users SET name = 'ours'")
            eventually(lambda: answered(client) == mixed, 'the other replica has replayed it')
            assert [name for (name,) in client.execute('SELECT name FROM users')] == ['ours', 'ours']
        finally:
            late.execute('SELECT pg_wal_replay_resume()')
        eventually(lambda: answered(client) == replicas(shards), 'both have')


def test_read_goes_on_when_a_replica_is_killed(app: RunningProxy, shards: Fleet, client: Connection) -> None:
    lost: Cluster = shards.replicas[1]
    assert points(client) == replicas(shards)
    assert scattered(client) == replicas(shards)
    lost.stop(immediate=True)
    try:
        assert client.execute(POINT, (KEYS[1],), prepare=True).fetchall() == [primaries(shards)[1]]
        assert scattered(client) == [replicas(shards)[0], primaries(shards)[1]]
        assert points(client) == [replicas(shards)[0], primaries(shards)[1]]
    finally:
        lost.start()
    eventually(lambda: answered(client) == replicas(shards), 'it is back')
    shards.catch_up()
