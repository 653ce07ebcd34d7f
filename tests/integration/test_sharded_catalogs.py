"""From which shard clients read what all shards have: tables, and catalogs, whose OIDs must not be mixed."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from tests.conversation.proxies import running
from tests.integration.clients import Connection, connect, eventually, one
from tests.integration.configuration import users_toml
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SCHEMA, SHARDS, on_shards, shard_names, sharded_toml

PREFIX = 'sharded_catalogs'
STICKY = '[[omnisharded_tables]]\ndatabase = "app"\ntables = ["countries"]\nsticky = true\n'
HERE = 'SELECT current_database()'
OF_COUNTRIES = f'{HERE} FROM countries'
OF_CATALOGS = f"{HERE} FROM pg_class WHERE relname = 'users'"


@pytest.fixture(scope='module')
def alike(postgres: Cluster) -> Iterator[Cluster]:
    """Shards that are copies of one, so that they have the same OIDs."""
    first, *others = shard_names(PREFIX)
    postgres.execute(f'CREATE DATABASE {first}')
    with postgres.connect(first) as connection:
        connection.execute(SCHEMA.encode())
        connection.execute("CREATE TABLE rates (code text); INSERT INTO countries VALUES ('de', 'Germany')")
    for name in others:
        postgres.execute(f'CREATE DATABASE {name} TEMPLATE {first}')
    yield postgres
    for name in (first, *others):
        postgres.execute(f'DROP DATABASE {name} WITH (FORCE)')


@pytest.fixture(scope='module')
def app(alike: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    with running(tmp_path_factory.mktemp('catalogs'), sharded_toml(alike, PREFIX, more=STICKY), users_toml()) as proxy:
        yield proxy


def reload(app: RunningProxy, cluster: Cluster, *lines: str) -> None:
    before = app.log().count('configuration reloaded')
    app.reload(config_toml=sharded_toml(cluster, PREFIX, *lines, more=STICKY))
    eventually(lambda: app.log().count('configuration reloaded') > before, 'the configuration is reloaded')


def answered_by(client: Connection, sql: str) -> set[object]:
    """The shards that answer one client, whichever protocol it speaks."""
    asked = sql.encode()
    simple = {row[0] for _ in range(2 * SHARDS) for row in client.execute(asked).fetchall()}
    unnamed = {row[0] for _ in range(2 * SHARDS) for row in client.execute(asked, binary=True).fetchall()}
    named = {row[0] for _ in range(2 * SHARDS) for row in client.execute(asked, prepare=True).fetchall()}
    return simple | unnamed | named


@pytest.fixture
def clients(app: RunningProxy) -> Iterator[list[Connection]]:
    opened = [connect(app) for _ in range(SHARDS)]
    yield opened
    for client in opened:
        client.close()


ALL = set(shard_names(PREFIX))


def test_client_reads_a_sticky_table_and_catalogs_from_its_own_shard(
    app: RunningProxy, alike: Cluster, clients: list[Connection]
) -> None:
    reload(app, alike)
    homes = [answered_by(client, OF_COUNTRIES) for client in clients]
    assert [len(home) for home in homes] == [1] * SHARDS
    assert set().union(*homes) == ALL
    for client, home in zip(clients, homes, strict=True):
        assert answered_by(client, OF_CATALOGS) == home
        assert answered_by(client, HERE) == ALL
        client.execute('BEGIN')
        assert one(client, f"{OF_COUNTRIES} WHERE code = 'de'") in home
        client.execute('DECLARE c CURSOR FOR SELECT current_database() FROM countries')
        assert one(client, 'FETCH c') in home
        client.execute('COMMIT')


def test_hint_counts_more(app: RunningProxy, alike: Cluster, clients: list[Connection]) -> None:
    reload(app, alike)
    for number, name in enumerate(shard_names(PREFIX)):
        clients[0].execute(f'SET pgdog.shard TO {number}'.encode())
        assert answered_by(clients[0], OF_COUNTRIES) == answered_by(clients[0], OF_CATALOGS) == {name}


def test_catalogs_are_read_from_any_shard(app: RunningProxy, alike: Cluster, clients: list[Connection]) -> None:
    reload(app, alike, 'system_catalogs = "omnisharded"')
    assert answered_by(clients[0], OF_CATALOGS) == ALL
    assert len(answered_by(clients[0], OF_COUNTRIES)) == 1


def test_all_tables_are_sticky_if_all_are_to_be(app: RunningProxy, alike: Cluster, clients: list[Connection]) -> None:
    reload(app, alike)
    assert answered_by(clients[1], 'SELECT current_database() FROM (SELECT count(*) FROM rates) AS r') == ALL
    reload(app, alike, 'omnisharded_sticky = true', 'system_catalogs = "omnisharded"')
    assert len(answered_by(clients[1], 'SELECT current_database() FROM (SELECT count(*) FROM rates) AS r')) == 1
    assert len(answered_by(clients[1], OF_CATALOGS)) == 1


def test_one_catalog_is_read_from_all_shards(app: RunningProxy, alike: Cluster, clients: list[Connection]) -> None:
    reload(app, alike, 'system_catalogs = "sharded"')
    client = clients[0]
    assert answered_by(client, OF_CATALOGS) == ALL
    assert one(client, "SELECT count(*) FROM pg_class WHERE relname = 'users'") == SHARDS
    names = client.execute(
        "SELECT relname FROM pg_class WHERE relname IN ('users', 'payments') ORDER BY relname COLLATE \"C\""
    ).fetchall()
    assert names == [('payments',)] * SHARDS + [('users',)] * SHARDS
    joined = "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE relname = 'users' AND attname = 'id'"
    assert len(answered_by(client, f'{HERE} {joined}')) == 1
    assert one(client, f'SELECT count(*) {joined}') == 1


@pytest.mark.skipif(shutil.which('psql') is None, reason='psql is not installed')
@pytest.mark.parametrize('mode', ['omnisharded', 'omnisharded_sticky', 'sharded'])
def test_psql_describes_as_if_there_were_one_database(app: RunningProxy, alike: Cluster, mode: str) -> None:
    reload(app, alike, f'system_catalogs = "{mode}"')
    script = '\\d\n\\d users\n\\d+ payments\n\\di+\n\\dT+\n\\dn\n\\df\n\\du\n'
    direct, through = (
        subprocess.run(['psql', '-X', dsn], input=script, capture_output=True, text=True, check=True)
        for dsn in (alike.dsn(shard_names(PREFIX)[0]), app.dsn(SUPERUSER, PASSWORD, 'app'))
    )
    assert (through.stdout, through.stderr) == (direct.stdout, '')


def test_shards_that_number_by_themselves_are_described_by_the_first(
    app: RunningProxy, alike: Cluster, clients: list[Connection]
) -> None:
    reload(app, alike, 'system_catalogs = "omnisharded"')
    first, *others = shard_names(PREFIX)
    with alike.connect(others[0]) as connection:
        connection.execute('CREATE TABLE only_here (n int)')
    clients[0].execute('CREATE TABLE later (n int)')
    numbers = [row[0] for rows in on_shards(alike, PREFIX, "SELECT 'later'::regclass::oid") for row in rows]
    assert len(set(numbers)) > 1
    for client in clients:
        assert answered_by(client, OF_CATALOGS) == {first}
        assert answered_by(client, "SELECT 'later'::regclass::oid") == {numbers[0]}
        assert len(answered_by(client, OF_COUNTRIES)) == 1
    assert set().union(*(answered_by(client, OF_COUNTRIES) for client in clients)) == ALL
    clients[0].execute("CREATE TYPE mood AS ENUM ('sad')")
    clients[0].execute("ALTER TABLE countries ADD COLUMN m mood DEFAULT 'sad'")
    moods: set[object] = set()
    for client in clients:
        client.execute(f'PREPARE by_sql AS {HERE}, m FROM countries'.encode())
        assert client.execute('EXECUTE by_sql').fetchall() == [(first, 'sad')]
        found = client.execute(f'{HERE}, m FROM countries'.encode())
        assert found.description is not None
        moods.add(found.description[1].type_code)
    assert len(moods) == 1
    with pytest.raises(errors.UndefinedTable):
        clients[0].execute("SELECT 'only_here'::regclass")
