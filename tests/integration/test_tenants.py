"""``[multi_tenant]``: clients see rows of the tenants that their statements name, or none."""

from collections.abc import Iterator

import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from tests.conversation.proxies import running
from tests.integration.clients import Connection, connect, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.proxy import RunningProxy

SCHEMA = """
CREATE TABLE orders (tenant int, id int, PRIMARY KEY (tenant, id));
CREATE TABLE countries (name text);
INSERT INTO orders VALUES (1, 1), (1, 2), (2, 1);
"""
NAME = 'tenants'


@pytest.fixture(scope='module')
def app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    postgres.execute(f'CREATE DATABASE {NAME}')
    with postgres.connect(NAME) as connection:
        connection.execute(SCHEMA.encode())
    config = f'{config_toml(postgres, NAME)}\n[multi_tenant]\ncolumn = "tenant"\n'
    with running(tmp_path_factory.mktemp(NAME), config, users_toml()) as proxy:
        yield proxy
    postgres.execute(f'DROP DATABASE {NAME} WITH (FORCE)')


@pytest.fixture
def client(app: RunningProxy) -> Iterator[Connection]:
    with connect(app) as connection:
        yield connection


@pytest.mark.parametrize('prepared', [False, True], ids=['unnamed', 'named'])
def test_rows_of_a_tenant_are_read(client: Connection, prepared: bool) -> None:
    for _ in range(2):
        sql = 'SELECT count(*) FROM orders WHERE tenant = %s'
        assert client.execute(sql, (1,), prepare=prepared).fetchall() == [(2,)]
    assert one(client, 'SELECT count(*) FROM orders WHERE tenant = 2') == 1


@pytest.mark.parametrize('parameters', [None, ()], ids=['simple', 'extended'])
@pytest.mark.parametrize(
    'sql', ['SELECT * FROM orders', 'DELETE FROM orders', 'INSERT INTO orders (id) VALUES (1)', 'TRUNCATE orders']
)
def test_rows_of_all_tenants_are_not(client: Connection, sql: str, parameters: tuple[()] | None) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        client.execute(sql.encode(), parameters)
    assert one(client, 'SELECT count(*) FROM orders WHERE tenant IN (1, 2)') == 3


def test_other_tables_are_as_they_were(client: Connection) -> None:
    client.execute("INSERT INTO countries VALUES ('Germany')")
    assert one(client, 'SELECT name FROM countries') == 'Germany'
    assert one(client, "SELECT count(*) FROM pg_class WHERE relname = 'orders'") == 1


def test_transaction_fails_and_is_rolled_back(client: Connection) -> None:
    client.execute('BEGIN')
    client.execute('DELETE FROM orders WHERE tenant = 1')
    with pytest.raises(errors.InsufficientPrivilege):
        client.execute('SELECT * FROM orders')
    client.execute('ROLLBACK')
    assert one(client, 'SELECT count(*) FROM orders WHERE tenant = 1') == 2


def test_names_lead_where_the_session_says(client: Connection) -> None:
    client.execute('CREATE SCHEMA IF NOT EXISTS apart')
    client.execute('CREATE TABLE IF NOT EXISTS apart.orders (id int)')
    client.execute('SET search_path TO apart')
    assert one(client, 'SELECT count(*) FROM orders') == 0
    client.execute('BEGIN')
    client.execute('SELECT 1')
    client.execute('SET LOCAL search_path TO public')
    with pytest.raises(errors.InsufficientPrivilege):
        client.execute('SELECT * FROM orders')
    client.execute('ROLLBACK')
    assert one(client, 'SELECT count(*) FROM orders') == 0


def test_prepared_statement_is_judged_by_where_names_lead_now(client: Connection) -> None:
    client.execute('CREATE SCHEMA IF NOT EXISTS apart')
    client.execute('CREATE TABLE IF NOT EXISTS apart.orders (id int)')
    client.execute('SET search_path TO apart')
    for _ in range(2):
        assert client.execute('SELECT id FROM orders', prepare=True).fetchall() == []
    client.execute('SET search_path TO public')
    with pytest.raises(errors.InsufficientPrivilege):
        client.execute('SELECT id FROM orders', prepare=True)
