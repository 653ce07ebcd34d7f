"""Connections are reset after functions that nobody can vouch for, and after no others."""

from collections.abc import Callable

import psycopg
import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from tests.integration.clients import Connection, Load, admin, connect, eventually
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy

FUNCTIONS = """
CREATE FUNCTION harmless() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION other() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION unsure() RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE ''SELECT 1''; END';
"""
UNSURE = "CREATE OR REPLACE FUNCTION harmless() RETURNS int LANGUAGE plpgsql AS 'BEGIN RESET work_mem; RETURN 1; END'"


@pytest.fixture
def narrow(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    """A proxy with one server connection; a statement waits until it has been reset after the one before."""
    postgres.execute(FUNCTIONS, database)
    return proxy(config_toml(postgres, database, default_pool_size=1), users_toml())


def login(proxy: RunningProxy, user: str, database: str) -> Connection:
    return psycopg.connect(proxy.dsn(user, PASSWORD, database), autocommit=True, prepare_threshold=None)


def resets(proxy: RunningProxy, client: Connection, sql: str) -> bool:
    """Whether a statement makes its connection be reset."""
    client.execute('SELECT 1')
    before = cleaned(proxy)
    client.execute(sql.encode())
    client.execute('SELECT 1')
    return cleaned(proxy) > before


def cleaned(proxy: RunningProxy) -> int:
    return sum(int(str(row['total_cleaned'])) for row in admin(proxy, 'SHOW STATS'))


def trusts(proxy: RunningProxy, client: Connection) -> Callable[[], bool]:
    return lambda: not resets(proxy, client, 'SELECT harmless()')


def test_harmless_functions_are_soon_trusted_and_others_are_not(narrow: RunningProxy) -> None:
    with connect(narrow) as client:
        eventually(trusts(narrow, client), 'harmless() is trusted')
        assert resets(narrow, client, 'SELECT unsure()')
        assert not resets(narrow, client, 'SELECT harmless()')


def test_triggers_count(narrow: RunningProxy, postgres: Cluster, database: str) -> None:
    postgres.execute(
        """
        CREATE TABLE t (a int);
        CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN EXECUTE ''SELECT 1''; RETURN NEW; END';
        CREATE TRIGGER audit BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION audit()
        """,
        database,
    )
    with connect(narrow) as client:
        eventually(trusts(narrow, client), 'harmless() is trusted')
        assert resets(narrow, client, 'INSERT INTO t VALUES (1)')
        assert not resets(narrow, client, 'SELECT a FROM t')


def test_a_function_that_another_user_replaces_is_not_trusted_any_more(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    postgres.execute(FUNCTIONS, database)
    twin = f'[[databases]]\nname = "twin"\nhost = "{postgres.host}"\nport = {postgres.port}\n'
    twin += f'database_name = "{database}"\n'
    user = f'[[users]]\nname = "postgres"\ndatabase = "twin"\npassword = "{PASSWORD}"\n'
    running = proxy(config_toml(postgres, database, default_pool_size=1) + twin, users_toml() + user)
    with connect(running) as client, login(running, SUPERUSER, 'twin') as other:
        eventually(trusts(running, client), 'harmless() is trusted')
        with other.transaction():
            other.execute(UNSURE)
            assert resets(running, client, 'SELECT harmless()')
            eventually(trusts(running, client), 'what others see is trusted again')
        assert resets(running, client, 'SELECT harmless()')
        eventually(lambda: not resets(running, client, 'SELECT other()'), 'other functions are trusted again')
        assert resets(running, client, 'SELECT harmless()')


def test_without_rights_to_read_the_catalog_nothing_is_trusted(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    postgres.execute(f'{FUNCTIONS} REVOKE SELECT ON pg_proc FROM PUBLIC', database)
    name = f'reader_of_{database}'
    postgres.create_user(name, PASSWORD)
    users = f'[[users]]\nname = "{name}"\ndatabase = "app"\npassword = "{PASSWORD}"\n'
    running = proxy(config_toml(postgres, database, default_pool_size=1), users)
    with login(running, name, 'app') as client:
        client.execute('SELECT 1')
        eventually(lambda: 'none is trusted: permission denied' in running.log(), 'the proxy complains')
        assert resets(running, client, 'SELECT harmless()')


def test_functions_are_read_although_no_connection_is_ever_idle(narrow: RunningProxy) -> None:
    with connect(narrow) as client, Load(lambda: hammer(narrow), 4):
        eventually(trusts(narrow, client), 'harmless() is trusted')


def hammer(proxy: RunningProxy) -> None:
    with connect(proxy) as client:
        for _ in range(50):
            client.execute('SELECT 1')
