"""Sharding keys that a query translates: ``lookup_query``."""

from collections.abc import Iterator

import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.conversation.proxies import running
from tests.integration.clients import Connection, connect, one
from tests.integration.configuration import users_toml
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, databases, on_shards, sharded_toml

PREFIX = 'sharded_lookups'
SCHEMA = """
CREATE TABLE tenants (name text PRIMARY KEY, shard int NOT NULL);
CREATE TABLE orders (id bigint, tenant text NOT NULL, PRIMARY KEY (tenant, id));
CREATE TABLE accounts (id bigint PRIMARY KEY, owner bigint);
CREATE TABLE visits (account bigint, at int);
"""
TABLES = """
[[sharded_tables]]
database = "app"
name = "orders"
column = "tenant"
data_type = "varchar"
lookup_query = "SELECT shard FROM public.tenants WHERE name = $1"
lookup_result = "shard"
[[sharded_tables]]
database = "app"
name = "visits"
column = "account"
lookup_query = "SELECT owner FROM public.accounts WHERE id = $1"
[rewrite]
shard_key = "rewrite"
"""


@pytest.fixture(scope='module')
def app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    config = sharded_toml(postgres, PREFIX, 'sharding_lookup_timeout = 20000', more=TABLES)
    directory = tmp_path_factory.mktemp('lookups')
    with databases(postgres, PREFIX, SCHEMA), running(directory, config, users_toml()) as proxy:
        with connect(proxy) as connection:
            connection.execute("INSERT INTO tenants VALUES ('a', 0), ('b', 1), ('c', 2), ('d', 7)")
            connection.execute('INSERT INTO accounts SELECT n, n * 100 FROM generate_series(1, 20) n')
        yield proxy


@pytest.fixture
def client(app: RunningProxy) -> Iterator[Connection]:
    with connect(app) as connection:
        connection.execute('TRUNCATE orders, visits')
        yield connection


def orders(postgres: Cluster) -> list[list[tuple[object, ...]]]:
    return on_shards(postgres, PREFIX, 'SELECT tenant, id FROM orders ORDER BY id')


def test_rows_are_where_their_lookups_say(client: Connection, postgres: Cluster) -> None:
    client.execute("INSERT INTO orders VALUES (1, 'b'), (2, 'c'), (3, 'b')")
    client.execute('INSERT INTO orders VALUES (%s, %s)', (4, 'a'))
    assert orders(postgres) == [[('a', 4)], [('b', 1), ('b', 3)], [('c', 2)]]
    assert client.execute('SELECT id FROM orders WHERE tenant = %s ORDER BY id', ('b',)).fetchall() == [(1,), (3,)]
    assert client.execute("DELETE FROM orders WHERE tenant IN ('b', 'c')").rowcount == 3
    assert one(client, 'SELECT count(*) FROM orders') == 1


def test_answers_are_hashed(client: Connection, postgres: Cluster) -> None:
    rows = ', '.join(f'({account}, 0)' for account in range(1, 21))
    assert client.execute(f'INSERT INTO visits VALUES {rows}'.encode()).rowcount == 20
    for shard, found in enumerate(on_shards(postgres, PREFIX, 'SELECT account FROM visits')):
        assert all(partition_of_int(100 * int(str(account)), SHARDS) == shard for [account] in found)
    cursor = client.execute('SELECT account FROM visits WHERE account = ANY(%s) ORDER BY account', ([3, 4, 5],))
    assert cursor.fetchall() == [(3,), (4,), (5,)]
    assert one(client, 'EXPLAIN SELECT FROM visits WHERE account = 7') is not None


def test_rows_of_a_copy_are_looked_up(client: Connection, postgres: Cluster) -> None:
    with client.cursor() as cursor, cursor.copy('COPY orders (id, tenant) FROM STDIN') as copy:
        for number, tenant in enumerate('abcabc'):
            copy.write_row((number, tenant))
    assert orders(postgres) == [[('a', 0), ('a', 3)], [('b', 1), ('b', 4)], [('c', 2), ('c', 5)]]
    with pytest.raises(errors.SystemError), client.cursor() as cursor, cursor.copy('COPY orders FROM STDIN') as copy:
        copy.write_row((1, 'nobody'))
    assert one(client, 'SELECT count(*) FROM orders') == 6


@pytest.mark.parametrize(
    ('tenant', 'detail'), [('nobody', 'returns no row'), ('d', 'a number that no shard has')], ids=['none', 'wrong']
)
def test_key_without_an_answer_is_an_error(client: Connection, tenant: str, detail: str) -> None:
    for sql in ('INSERT INTO orders VALUES (1, %s)', 'SELECT FROM orders WHERE id = 1 AND tenant = %s'):
        with pytest.raises(errors.SystemError, match='sharding key lookup failed') as failed:
            client.execute(sql, (tenant,))
        assert detail in str(failed.value.diag.message_detail)
    client.execute('BEGIN')
    with pytest.raises(errors.SystemError):
        client.execute('INSERT INTO orders VALUES (1, %s)', (tenant,))
    with pytest.raises(errors.InFailedSqlTransaction):
        client.execute('SELECT 1')


def test_transaction_looks_up_what_it_has_written_and_nobody_else_does(app: RunningProxy, client: Connection) -> None:
    client.execute('BEGIN')
    client.execute("INSERT INTO tenants VALUES ('new', 1)")
    client.execute("INSERT INTO orders VALUES (1, 'new')")
    assert client.execute('SELECT id FROM orders WHERE tenant = %s', ('new',)).fetchall() == [(1,)]
    with connect(app) as other, pytest.raises(errors.SystemError):
        other.execute("SELECT FROM orders WHERE tenant = 'new'")
    client.execute('ROLLBACK')
    with pytest.raises(errors.SystemError):
        client.execute("SELECT FROM orders WHERE tenant = 'new'")


def test_row_moves_to_where_its_new_key_is_translated_to(client: Connection, postgres: Cluster) -> None:
    client.execute("INSERT INTO orders VALUES (1, 'a')")
    for tenant, shard in (('b', 1), ('c', 2), ('a', 0)):
        assert client.execute('UPDATE orders SET tenant = %s WHERE id = 1', (tenant,)).rowcount == 1
        assert orders(postgres) == [[(tenant, 1)] if number == shard else [] for number in range(SHARDS)]
    with pytest.raises(errors.SystemError):
        client.execute("UPDATE orders SET tenant = 'nobody'")


def test_hint_with_a_key_is_looked_up_too(client: Connection) -> None:
    with pytest.raises(errors.Error, match='multiple sharding functions'):
        client.execute("SELECT 1 /* pgdog_sharding_key: 'a' */")
