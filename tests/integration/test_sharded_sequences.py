"""``pgdog-gevent setup``: shards make ids that belong to them, and rows without a key are put where it is made."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from tests.conversation.proxies import running
from tests.integration.clients import Connection, connect, one
from tests.integration.commands import Result, run_command
from tests.integration.configuration import users_toml
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, databases, on_shards, shard_names, sharded_toml

PREFIX = 'sequences'
SCHEMA = """
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE payments (id bigint GENERATED ALWAYS AS IDENTITY, user_id bigint PRIMARY KEY);
CREATE TABLE items (key uuid PRIMARY KEY, name text);
CREATE TABLE countries (name text);
CREATE TABLE by_id (id bigint) PARTITION BY HASH (id);
CREATE TABLE by_key (key uuid) PARTITION BY HASH (key);
"""
ITEMS = """
[[sharded_tables]]
database = "app"
name = "items"
column = "key"
data_type = "uuid"
"""
FIRST = 1000
"""Of the keys that are there before the shards make any."""
SEVERAL = "INSERT INTO users (name) VALUES ('a'), ('b'), ('c') RETURNING id"


def setup(directory: Path, *arguments: str) -> Result:
    return run_command(directory, 'setup', *arguments)


@pytest.fixture(scope='module')
def files(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The configuration of shards that have been set up."""
    directory = tmp_path_factory.mktemp('sequences')
    (directory / 'pgdog.toml').write_text(sharded_toml(postgres, PREFIX, more=ITEMS))
    stranger = '[[users]]\nname = "stranger"\ndatabase = "app"\npassword = "of nobody"\n'
    (directory / 'users.toml').write_text(stranger + users_toml(schema_admin=True))
    with databases(postgres, PREFIX, SCHEMA):
        for _ in range(2):
            result = setup(directory)
            assert (result.exit_code, result.output.count('is installed')) == (0, SHARDS), result.output
        yield directory


@pytest.fixture(scope='module')
def app(files: Path, postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    config = sharded_toml(postgres, PREFIX, more=ITEMS)
    with running(tmp_path_factory.mktemp('proxy'), config, users_toml()) as proxy:
        with connect(proxy) as client:
            before = ', '.join(f'({FIRST + number})' for number in range(20))
            client.execute(f'INSERT INTO users VALUES {before}'.encode())
            one(client, "SELECT pgdog_gevent.install_sharded_sequence('public', 'users')")
            one(client, "SELECT pgdog.install_sharded_sequence('public', 'payments', 'user_id')")
            one(client, "SELECT pgdog.install_next_id('public', 'payments')")
            one(client, "SELECT pgdog_gevent.install_sharded_sequence('public', 'items', 'key')")
        yield proxy


@pytest.fixture
def client(app: RunningProxy) -> Iterator[Connection]:
    with connect(app) as connection:
        connection.execute('TRUNCATE users, payments, items, countries')
        yield connection


@pytest.mark.parametrize(
    ('table', 'key_type', 'function'),
    [
        ('by_id', 'bigint', 'pgdog_gevent.next_id_auto()'),
        ('by_id', 'bigint', 'pgdog.next_id_auto()'),
        ('by_key', 'uuid', 'pgdog_gevent.next_uuid_auto()'),
        ('by_id', 'bigint', f'pgdog_gevent.next_id({SHARDS}, (SELECT shard FROM pgdog_gevent.config))'),
    ],
    ids=['id', 'name of PgDog', 'uuid', 'with numbers'],
)
def test_ids_belong_to_the_shard_that_makes_them(
    files: Path, postgres: Cluster, table: str, key_type: str, function: str
) -> None:
    made = on_shards(postgres, PREFIX, f'SELECT {function} FROM generate_series(1, 50)')
    ids = [value for rows in made for (value,) in rows]
    assert len(set(ids)) == len(ids) == SHARDS * 50
    for shard, name in enumerate(shard_names(PREFIX)):
        with postgres.connect(name) as connection:
            belongs = f"SELECT satisfies_hash_partition('{table}'::regclass, {SHARDS}, {shard}, %s::{key_type})"
            assert all(connection.execute(belongs.encode(), row).fetchone() == (True,) for row in made[shard])


def is_home(client: Connection, table: str, ids: list[object]) -> bool:
    """Whether each row is found where its key says."""
    column = 'key' if table == 'items' else 'id'
    return all(client.execute(f'SELECT FROM {table} WHERE {column} = %s'.encode(), (id,)).rowcount == 1 for id in ids)


@pytest.mark.parametrize('sql', ["INSERT INTO users (name) VALUES ('a') RETURNING id", SEVERAL, SEVERAL.replace(
    "(name) VALUES ('a')", "VALUES (DEFAULT, 'a')").replace("('b'), ('c')", "(DEFAULT, 'b')")],
    ids=['one', 'several', 'DEFAULT'],
)  # fmt: skip
@pytest.mark.parametrize('extended', [False, True], ids=['simple', 'extended'])
def test_rows_without_a_key_are_found_by_the_one_they_get(client: Connection, sql: str, extended: bool) -> None:
    ids: list[object] = []
    for _ in range(5):
        ids += [id for (id,) in client.execute(sql.encode(), () if extended else None, prepare=extended).fetchall()]
    assert len(set(ids)) == len(ids) == 5 * (sql.count('(') - ('(name)' in sql))
    assert is_home(client, 'users', ids)


def test_rows_without_a_key_are_spread(client: Connection, postgres: Cluster) -> None:
    for _ in range(SHARDS):
        client.execute("INSERT INTO items (name) VALUES ('a')")
    assert on_shards(postgres, PREFIX, 'SELECT count(*) FROM items') == [[(1,)]] * SHARDS
    assert is_home(client, 'items', [key for (key,) in client.execute('SELECT key FROM items').fetchall()])


def test_a_transaction_stays_on_one_shard(client: Connection, postgres: Cluster) -> None:
    with client.transaction():
        client.execute("INSERT INTO users (name) VALUES ('a')")
        client.execute("INSERT INTO users (name) VALUES ('b')")
    counts = on_shards(postgres, PREFIX, 'SELECT count(*) FROM users')
    assert sorted(counts) == [[(0,)], [(0,)], [(2,)]]


def test_rows_are_made_of_what_all_shards_have(client: Connection) -> None:
    client.execute("INSERT INTO countries VALUES ('x'), ('y')")
    made = client.execute('INSERT INTO users (name) SELECT name FROM countries RETURNING id').fetchall()
    assert len(made) == 2
    assert is_home(client, 'users', [id for (id,) in made])


def test_ids_come_after_those_that_are_there(client: Connection) -> None:
    for _ in range(SHARDS):
        made = one(client, "INSERT INTO users (name) VALUES ('e') RETURNING id")
        assert isinstance(made, int)
        assert made > FIRST


@pytest.mark.parametrize(
    'sql',
    [
        "INSERT INTO users VALUES (DEFAULT, 'a'), (5, 'b')",
        'INSERT INTO users (name) SELECT name FROM users',
        "SELECT pgdog_gevent.install_sharded_sequence('public', 'users') FROM countries",
    ],
    ids=['some rows have keys', 'rows of all shards', 'more than an installation'],
)  # fmt: skip
def test_what_no_single_shard_can_do_is_refused(client: Connection, sql: str) -> None:
    with pytest.raises(errors.FeatureNotSupported):
        client.execute(sql.encode())


def test_columns_that_are_not_there_are_told(client: Connection) -> None:
    with pytest.raises(psycopg.errors.UndefinedColumn, match='column "nothing" of table'):
        client.execute("SELECT pgdog_gevent.install_sharded_sequence('public', 'users', 'nothing')")


def test_ids_for_another_number_of_shards_are_no_keys(client: Connection, postgres: Cluster) -> None:
    last = shard_names(PREFIX)[-1]
    [[noted]] = postgres.execute("SELECT obj_description('pgdog_gevent'::regnamespace, 'pg_namespace')", last)
    for changed, refused in (('ids of shard 2 of 4', True), (noted, False)):
        postgres.execute(f"COMMENT ON SCHEMA pgdog_gevent IS '{changed}'", last)
        client.execute('ALTER TABLE users ALTER COLUMN name DROP NOT NULL')  # The tables are read again.
        if refused:
            with pytest.raises(errors.FeatureNotSupported, match='no value for the sharding key'):
                client.execute("INSERT INTO users (name) VALUES ('a')")
        else:
            client.execute("INSERT INTO users (name) VALUES ('a')")


def test_user_without_rights_is_told_so(files: Path, postgres: Cluster, tmp_path: Path) -> None:
    postgres.create_user('nobody_special', 'secret')
    (tmp_path / 'pgdog.toml').write_text(sharded_toml(postgres, 'postgres').replace('"postgres_', '"sequences_'))
    (tmp_path / 'users.toml').write_text(
        '[[users]]\nname = "nobody_special"\ndatabase = "app"\npassword = "secret"\n'
    )
    (tmp_path / 'users.toml').chmod(0o600)
    result = setup(tmp_path)
    assert result.exit_code == 1
    assert 'shard 0, as user "nobody_special": permission denied for database' in result.output
    assert '--user' in result.output
    postgres.execute('DROP ROLE nobody_special')
