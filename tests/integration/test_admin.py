"""The admin database: what administrators see and do, by every driver that can ask."""

import asyncio
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pg8000.native
import psycopg
import psycopg2
import pytest
from psycopg.rows import TupleRow, dict_row

from pgdog_gevent.admin.commands import View
from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import SUPERUSER
from tests.integration.activity import servers
from tests.integration.administrator import (
    ADMIN,
    ADMIN_PASSWORD,
    PATIENCE,
    Row,
    Served,
    backend_pid,
    config_toml,
    eventually,
    farewell,
    users_toml,
)
from tests.integration.conftest import StartProxy

ADMIN_SHUTDOWN = '57P01'


@pytest.fixture
def served(proxy: StartProxy, postgres: Cluster, database: str) -> Served:
    """A database of the test's own behind a proxy."""
    return Served(proxy(config_toml(postgres, database), users_toml(database)), database).settled()


@pytest.fixture
def scarce(proxy: StartProxy, postgres: Cluster, database: str) -> Served:
    """A pool of one connection."""
    toml = config_toml(postgres, database, general='checkout_timeout = 300', sections='pool_size = 1')
    return Served(proxy(toml, users_toml(database)), database)


@pytest.fixture
def background() -> Iterator[ThreadPoolExecutor]:
    """Threads for what has to wait."""
    with ThreadPoolExecutor(max_workers=10) as executor:
        yield executor


def busy(served: Served) -> psycopg.Connection[TupleRow]:
    """A client that has prepared a statement and is in a transaction."""
    client = served.client(application_name='busy')
    client.execute('SELECT %s::int', (1,), prepare=True)
    client.execute('BEGIN')
    return client


# Everything, by every driver


def by_psycopg(served: Served, command: str) -> list[str]:
    with psycopg.connect(served.admin_dsn, autocommit=True) as connection:
        cursor = connection.execute(command.encode())
        cursor.fetchall()
        return [column.name for column in cursor.description or ()]


def by_psycopg_binary(served: Served, command: str) -> list[str]:
    with psycopg.connect(served.admin_dsn, autocommit=True) as connection:
        cursor = connection.execute(command.encode(), prepare=True, binary=True)
        cursor.fetchall()
        return [column.name for column in cursor.description or ()]


def by_psycopg2(served: Served, command: str) -> list[str]:
    connection = psycopg2.connect(served.admin_dsn)
    try:
        cursor = connection.cursor()
        cursor.execute(command)
        cursor.fetchall()
        return [column.name for column in cursor.description or ()]
    finally:
        connection.close()


def by_asyncpg(served: Served, command: str) -> list[str]:
    async def ask() -> list[str]:
        connection = await asyncpg.connect(
            host=served.proxy.host, port=served.proxy.port, user=ADMIN, password=ADMIN_PASSWORD, database='admin'
        )
        try:
            statement = await connection.prepare(command)
            await statement.fetch()
            return [attribute.name for attribute in statement.get_attributes()]
        finally:
            await connection.close()

    return asyncio.run(ask())


def by_pg8000(served: Served, command: str) -> list[str]:
    connection = pg8000.native.Connection(
        ADMIN, host=served.proxy.host, port=served.proxy.port, password=ADMIN_PASSWORD, database='admin'
    )
    try:
        connection.run(command)
        return [str(column['name']) for column in connection.columns]
    finally:
        connection.close()


def by_psql(served: Served, command: str) -> list[str]:
    psql = ['psql', '-X', '-A', '-F', '\t', '-d', served.admin_dsn, '-v', 'ON_ERROR_STOP=1', '-c', command]
    answer = subprocess.run(psql, capture_output=True, text=True, timeout=PATIENCE, check=True)
    return answer.stdout.splitlines()[0].split('\t')


DRIVERS = [by_psycopg, by_psycopg_binary, by_psycopg2, by_asyncpg, by_pg8000, by_psql]


@pytest.mark.parametrize('ask', DRIVERS, ids=lambda ask: ask.__name__.removeprefix('by_'))
def test_every_driver_reads_every_view(served: Served, ask: Callable[[Served, str], list[str]]) -> None:
    with busy(served):
        for view in View:
            assert ask(served, f'SHOW {view.value}') == columns(served, view)


def columns(served: Served, view: View) -> list[str]:
    """The columns of a view, which may have no rows, as the C library tells them."""
    connection = psycopg.pq.PGconn.connect(served.admin_dsn.encode())
    answer = connection.exec_(f'SHOW {view.value}'.encode())
    names = [answer.fname(number) for number in range(answer.nfields)]
    connection.finish()
    return [name.decode() for name in names if name is not None]


@pytest.mark.parametrize('view', View, ids=lambda view: view.value)
def test_every_view_has_rows_while_somebody_is_busy(served: Served, view: View) -> None:
    with busy(served):
        assert served.order(f'SHOW {view.value}') or view in (View.BANS, View.SCHEMA_DRIFT, View.TRANSACTIONS)


def test_jdbc_reads_the_views(served: Served, tmp_path: Path) -> None:
    driver = Path('/usr/share/java/postgresql.jar')
    if not driver.exists():
        pytest.skip('the JDBC driver is not installed (Debian: libpostgresql-jdbc-java)')
    source = tmp_path / 'Ask.java'
    source.write_text(ASK_JAVA)
    url = f'jdbc:postgresql://{served.proxy.host}:{served.proxy.port}/admin'
    command = ['java', '-cp', str(driver), str(source), url, ADMIN, ADMIN_PASSWORD, *(view.value for view in View)]
    with busy(served):
        answer = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert answer.stderr == ''
    counted = dict(line.split('=') for line in answer.stdout.split())
    assert counted == {view.value: str(len(columns(served, view))) for view in View}


ASK_JAVA = """
import java.sql.*;

public class Ask {
    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection(arguments[0], arguments[1], arguments[2])) {
            for (int i = 3; i < arguments.length; i++) {
                try (Statement statement = connection.createStatement();
                     ResultSet rows = statement.executeQuery("SHOW " + arguments[i])) {
                    int columns = rows.getMetaData().getColumnCount();
                    while (rows.next()) {
                        for (int column = 1; column <= columns; column++) rows.getObject(column);
                    }
                    System.out.println(arguments[i] + "=" + columns);
                }
            }
        }
    }
}
"""


def test_a_parameter_names_the_client_to_kill(served: Served) -> None:
    with served.client() as client, psycopg.connect(served.admin_dsn, autocommit=True) as admin:
        admin.execute('KILL_CLIENT %s', (served.clients()[0]['id'],))
        with pytest.raises(psycopg.OperationalError):
            client.execute('SELECT 1')


def test_several_commands_in_one_message_are_answered_in_order(served: Served) -> None:
    with psycopg.connect(served.admin_dsn, autocommit=True) as admin:
        cursor = admin.execute('SHOW VERSION; SHOW INSTANCE_ID')
        assert cursor.description is not None
        assert cursor.description[0].name == 'version'
        assert cursor.nextset()
        assert cursor.description[0].name == 'instance_id'


@pytest.mark.parametrize(
    ('command', 'sqlstate'),
    [
        ('NONSENSE', '42601'),
        ('CUTOVER 1', '0A000'),
        ('BAN x', '42601'),
        ('BAN 123456789', '42704'),
        ('UNBAN 123456789', '42704'),
        ('HEALTHCHECK 123456789', '42704'),
        ('SELECT * FROM pg_class', '0A000'),
        ('SET no_such_setting TO 5', '42704'),
        ('SET checkout_timeout TO soon', '22023'),
        ('PAUSE no_such_database', '3D000'),
        ('RECONNECT no_such_database', '3D000'),
        ('KILL no_such_database', '3D000'),
        ('KILL_CLIENT 123456789', '42704'),
    ],
)
def test_a_refused_command_has_its_sqlstate_and_the_session_goes_on(
    served: Served, command: str, sqlstate: str
) -> None:
    with psycopg.connect(served.admin_dsn, autocommit=True) as admin:
        for binary in (False, True):
            with pytest.raises(psycopg.Error) as refused:
                admin.execute(command.encode(), binary=binary)
            assert refused.value.sqlstate == sqlstate
        assert admin.execute('SHOW VERSION').fetchone()


@pytest.mark.parametrize(('user', 'password'), [(ADMIN, 'wrong'), (SUPERUSER, ADMIN_PASSWORD), (SUPERUSER, 'postgres')])
def test_only_the_administrator_comes_in(served: Served, user: str, password: str) -> None:
    with pytest.raises(psycopg.OperationalError, match=f'password authentication failed for user "{user}"'):
        psycopg.connect(served.proxy.dsn(user, password, 'admin'))


# Commands


def test_reconnect_replaces_server_connections(served: Served) -> None:
    with served.client() as resting, served.client() as working:
        before = backend_pid(resting)
        working.execute('BEGIN')
        held = backend_pid(working)
        served.order(f'RECONNECT {served.database}')
        assert backend_pid(working) == held
        working.execute('COMMIT')
        eventually(lambda: {row['remote_pid'] for row in served.order('SHOW SERVERS')}.isdisjoint({before, held}))
        assert {backend_pid(resting), backend_pid(working)}.isdisjoint({before, held})


def test_reload_takes_new_settings_and_touches_nothing_else(served: Served, postgres: Cluster) -> None:
    with served.client() as client:
        before = backend_pid(client)
        served.proxy.config.write_text(config_toml(postgres, served.database, general='healthcheck_timeout = 4000'))
        served.order('RELOAD')
        assert setting(served, 'healthcheck_timeout') == '4s'
        assert backend_pid(client) == before


def test_a_broken_file_is_refused_by_reload_and_nothing_changes(served: Served) -> None:
    served.proxy.config.write_text('[general]\ndefault_pool_sise = 3\n')
    with pytest.raises(psycopg.Error, match='default_pool_sise') as refused:
        served.order('RELOAD')
    assert refused.value.sqlstate == 'F0000'
    with served.client() as client:
        assert backend_pid(client)


def setting(served: Served, name: str) -> str:
    return str(next(row['value'] for row in served.order('SHOW CONFIG') if row['name'] == name))


@pytest.mark.parametrize(
    ('command', 'back'),
    [
        ('PAUSE', 'RESUME'),
        ('PAUSE {database}', 'RESUME {database}'),
        ('PAUSE {user} {database}', 'RESUME {user} {database}'),
        ('pause "{user}" "{database}"', 'resume'),
    ],
)
def test_queries_wait_while_paused_and_then_go_on(
    served: Served, background: ThreadPoolExecutor, command: str, back: str
) -> None:
    names = {'user': SUPERUSER, 'database': served.database}
    with served.client() as client:
        client.execute('SELECT 1')
        served.order(command.format(**names))
        assert served.pool()['paused']
        assert served.pool()['sv_total'] == 0
        answer = background.submit(backend_pid, client)
        eventually(lambda: served.clients()[0]['state'] == 'waiting')
        assert served.pool()['cl_waiting'] == 1
        eventually(lambda: served.pool()['maxwait_us'] > 0)
        assert not answer.done()
        served.order(back.format(**names))
        assert answer.result(PATIENCE)
        assert not served.pool()['paused']
        assert served.pool()['cl_waiting'] == 0


def test_a_pause_is_longer_than_checkout_timeout(scarce: Served, background: ThreadPoolExecutor) -> None:
    with scarce.client() as client:
        scarce.order('PAUSE')
        answer = background.submit(backend_pid, client)
        time.sleep(0.6)
        assert not answer.done()
        scarce.order('RESUME')
        assert answer.result(PATIENCE)


def test_a_client_that_waits_for_the_end_of_a_pause_can_leave(served: Served, background: ThreadPoolExecutor) -> None:
    with served.client() as killed, served.client(application_name='patient') as canceled:
        served.order('PAUSE')
        ends = background.submit(failure, killed, 'SELECT 1')
        fails = background.submit(failure, canceled, 'SELECT 1')
        eventually(lambda: served.pool()['cl_waiting'] == 2)
        victim = next(row for row in served.clients() if row['application_name'] != 'patient')
        served.order(f'KILL_CLIENT {victim["id"]}')
        canceled.cancel_safe()
        assert ends.result(PATIENCE) == ADMIN_SHUTDOWN
        assert fails.result(PATIENCE) == '57014'
        assert served.pool()['cl_waiting'] == 0
        served.order('RESUME')
        assert backend_pid(canceled)


def test_pause_waits_for_open_transactions(served: Served, background: ThreadPoolExecutor) -> None:
    with served.client() as client:
        client.execute('BEGIN')
        pause = background.submit(served.order, 'PAUSE')
        eventually(lambda: served.pool()['paused'])
        client.execute('CREATE TABLE finished ()')
        assert not pause.done()
        client.execute('COMMIT')
        pause.result(PATIENCE)
        served.order('RESUME')
        client.execute('SELECT FROM finished')


def test_pause_waits_until_the_servers_have_gone(served: Served, postgres: Cluster) -> None:
    with served.client() as client:
        client.execute('SELECT 1')
        served.order('PAUSE')
        assert servers(postgres, served.database) == set()


def test_kill_drops_clients_and_servers(served: Served) -> None:
    with served.client() as idle, served.client() as working:
        idle.execute('SELECT 1')
        working.execute('BEGIN')
        held = backend_pid(working)
        served.order(f'KILL {served.database}')
        for client in (idle, working):
            assert farewell(client) == ADMIN_SHUTDOWN
        eventually(lambda: not served.clients())
        eventually(lambda: held not in {row['remote_pid'] for row in served.order('SHOW SERVERS')})
    with served.client() as client:
        assert backend_pid(client) != held


@pytest.mark.parametrize('everywhere', [False, True], ids=['by id', 'all'])
def test_a_ban_lasts_until_it_is_lifted(served: Served, everywhere: bool) -> None:
    chosen = '' if everywhere else served.pool()['id']
    assert served.order('SHOW BANS') == []
    served.order(f'BAN {chosen}')
    [ban] = served.order('SHOW BANS')
    assert (ban['database'], ban['ban_reason'], ban['ban_time_left']) == (served.database, 'manual', None)
    assert (ban['id'], served.pool()['banned']) == (served.pool()['id'], True)
    served.order('RELOAD')
    assert served.pool()['banned']
    served.order(f'UNBAN {chosen}')
    assert served.order('SHOW BANS') == []
    assert not served.pool()['banned']


def test_a_healthcheck_finds_out_what_has_become_of_a_server(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    config = config_toml(postgres, database)
    served = Served(proxy(config, users_toml(database)), database)
    assert served.pool()['healthy']
    served.proxy.config.write_text(config.replace(f'port = {postgres.port}', 'port = 1'))
    served.order('RELOAD')
    served.order('HEALTHCHECK')
    assert [row['healthy'] for row in served.order('SHOW POOLS')] == [False]


def test_recovery_ends_where_there_is_nothing_to_recover(served: Served) -> None:
    with psycopg.connect(served.admin_dsn, autocommit=True) as admin:
        assert admin.execute('RECOVER').statusmessage == 'RECOVER'
    assert served.order('SHOW TRANSACTIONS') == []


@pytest.mark.parametrize('activity', ['idle', 'active', 'idle in transaction', 'waiting', 'transaction error'])
def test_a_killed_client_hears_why_and_leaves_a_clean_server(
    scarce: Served, background: ThreadPoolExecutor, activity: str
) -> None:
    scarce.order('SET checkout_timeout TO 20000')
    with scarce.client(application_name='victim') as victim, scarce.client() as holder:
        if activity == 'waiting':
            holder.execute('BEGIN')
        hears = occupy(victim, activity, background)
        eventually(lambda: client(scarce, 'victim')['state'] in (activity, 'idle in transaction'))
        eventually(lambda: activity != 'active' or scarce.pool()['sv_active'] == 1)
        scarce.order(f'KILL_CLIENT {client(scarce, "victim")["id"]}')
        assert hears() == ADMIN_SHUTDOWN
        holder.execute('ROLLBACK')
    with scarce.client() as next_one:
        assert next_one.execute('SHOW work_mem').fetchone() != ('77kB',)
        assert next_one.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
        assert next_one.execute("SELECT count(*) FROM pg_class WHERE relname = 'unfinished'").fetchone() == (0,)
    assert scarce.pool()['sv_total'] == 1


def client(served: Served, application_name: str) -> Row:
    return next(row for row in served.clients() if row['application_name'] == application_name)


def occupy(
    victim: psycopg.Connection[TupleRow], activity: str, background: ThreadPoolExecutor
) -> Callable[[], str]:
    """Bring a client into a state; return what tells the SQLSTATE of its end."""
    match activity:
        case 'active':
            return background.submit(failure, victim, 'SELECT pg_sleep(60)').result
        case 'waiting':
            return background.submit(failure, victim, 'SELECT 1').result
        case 'idle in transaction':
            victim.execute('BEGIN')
            victim.execute("SET work_mem = '77kB'")
            victim.execute('CREATE TABLE unfinished ()')
        case 'transaction error':
            victim.execute('BEGIN')
            with pytest.raises(psycopg.Error):
                victim.execute('SELECT 1/0')
    return lambda: farewell(victim)


def failure(connection: psycopg.Connection[TupleRow], sql: str) -> str:
    """Run what must fail, and return its SQLSTATE."""
    with pytest.raises(psycopg.Error) as failed:
        connection.execute(sql.encode())
    return failed.value.sqlstate or ''


def test_an_administrator_can_be_killed_too(served: Served) -> None:
    with psycopg.connect(served.admin_dsn, autocommit=True, application_name='other') as other:
        rows = served.order('SHOW CLIENTS')
        served.order(f'KILL_CLIENT {next(row["id"] for row in rows if row["application_name"] == "other")}')
        assert farewell(other) == ADMIN_SHUTDOWN


@pytest.mark.parametrize('command', ['SHUTDOWN', 'SHUTDOWN WAIT_FOR_SERVERS'])
def test_shutdown_lets_open_transactions_finish(
    served: Served, background: ThreadPoolExecutor, command: str
) -> None:
    with served.client() as idle, served.client() as working:
        working.execute('BEGIN')
        served.order(command)
        assert farewell(idle) == ADMIN_SHUTDOWN
        working.execute('CREATE TABLE finished ()')
        working.execute('COMMIT')
        assert served.proxy.wait() == 0


def test_shutdown_does_not_wait_for_those_who_wait_for_resume(served: Served, background: ThreadPoolExecutor) -> None:
    with served.client() as client:
        served.order('PAUSE')
        ends = background.submit(failure, client, 'SELECT 1')
        eventually(lambda: served.pool()['cl_waiting'] == 1)
        served.order('SHUTDOWN')
        assert ends.result(PATIENCE) == ADMIN_SHUTDOWN
        assert served.proxy.wait() == 0


def test_shutdown_tells_administrators(served: Served) -> None:
    with psycopg.connect(served.admin_dsn, autocommit=True) as other:
        served.order('SHUTDOWN')
        assert farewell(other) == ADMIN_SHUTDOWN
    assert served.proxy.wait(PATIENCE) == 0


def test_shutdown_immediate_does_not_wait(served: Served) -> None:
    with served.client() as working:
        working.execute('BEGIN')
        served.order('SHUTDOWN IMMEDIATE')
        assert served.proxy.wait(PATIENCE) == 0
        with pytest.raises(psycopg.OperationalError):
            working.execute('SELECT 1')


def test_a_setting_takes_effect_and_lasts_until_reload(scarce: Served) -> None:
    with scarce.client() as holder, scarce.client() as other:
        holder.execute('BEGIN')
        scarce.order('SET checkout_timeout TO 50')
        assert setting(scarce, 'checkout_timeout') == '50ms'
        began = time.monotonic()
        with pytest.raises(psycopg.Error, match=r'checkout_timeout \(0.05 s\)') as late:
            other.execute('SELECT 1')
        assert late.value.sqlstate == '53300'
        assert time.monotonic() - began < 0.3
        scarce.order('RELOAD')
        assert setting(scarce, 'checkout_timeout') == '300ms'


def test_a_limit_of_query_time_takes_effect(served: Served) -> None:
    with served.client() as client:
        served.order('SET query_timeout TO 100')
        with pytest.raises(psycopg.Error) as late:
            client.execute('SELECT pg_sleep(60)')
        assert late.value.sqlstate == '57014'
        served.order('SET query_timeout TO default')
        client.execute('SELECT pg_sleep(0.2)')


def test_trust_takes_effect_for_users_and_never_for_administrators(served: Served) -> None:
    wrong = served.proxy.dsn(SUPERUSER, 'wrong', served.database)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(wrong)
    served.order('SET auth_type TO trust')
    psycopg.connect(wrong).close()
    for user in (ADMIN, SUPERUSER):
        with pytest.raises(psycopg.OperationalError, match='password authentication failed'):
            psycopg.connect(served.proxy.dsn(user, 'wrong', 'admin'))


def test_fewer_prepared_statements_take_effect(served: Served) -> None:
    with served.client() as client:
        served.order('SET prepared_statements_limit TO 2')
        for _ in range(2):
            for number in range(4):
                assert client.execute(f'SELECT {number}'.encode(), prepare=True).fetchone() == (number,)
        (server,) = served.order('SHOW SERVERS')
        assert server['prepared_statements'] == 2
        assert served.pool('STATS')['total_prepared_evictions'] == 6


def test_a_smaller_and_a_larger_pool_take_effect(served: Served) -> None:
    with served.client() as first, served.client() as second:
        served.order('SET checkout_timeout TO 50')
        served.order('SET default_pool_size TO 1')
        first.execute('BEGIN')
        with pytest.raises(psycopg.Error) as late:
            second.execute('SELECT 1')
        assert late.value.sqlstate == '53300'
        served.order('SET default_pool_size TO 2')
        second.execute('SELECT 1')
        assert served.pool()['pool_size'] == 2


# In distress


def test_the_admin_database_answers_when_pools_are_exhausted_and_paused(
    scarce: Served, background: ThreadPoolExecutor
) -> None:
    scarce.order('SET checkout_timeout TO 20000')
    with scarce.client() as holder, scarce.client() as other:
        holder.execute('BEGIN')
        waiting = background.submit(backend_pid, other)
        eventually(lambda: scarce.pool()['cl_waiting'] == 1)
        pause = background.submit(scarce.order, 'PAUSE')
        eventually(lambda: scarce.pool()['paused'])
        for view in View:
            scarce.order(f'SHOW {view.value}')
        scarce.order('RESUME')
        pause.result(PATIENCE)
        holder.execute('COMMIT')
        assert waiting.result(PATIENCE)


def test_the_admin_database_answers_when_the_server_is_away(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    config = config_toml(postgres, database).replace(f'port = {postgres.port}', 'port = 1')
    away = Served(proxy(config, users_toml(database)), database)
    with pytest.raises(psycopg.OperationalError):
        away.client()
    assert not away.pool()['healthy']
    assert away.pool()['errors'] >= 1
    for view in View:
        away.order(f'SHOW {view.value}')


def test_the_admin_database_answers_at_the_limit_of_clients(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    config = config_toml(postgres, database, general='max_client_conn = 1')
    served = Served(proxy(config, users_toml(database)), database)
    with served.client():
        with pytest.raises(psycopg.OperationalError, match='too many clients'):
            served.client()
        assert len(served.clients()) == 1


# Secrets


def test_secrets_are_shown_nowhere(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    secrets = ('planted-user', 'planted-spare', 'planted-admin', 'planted-server', 'planted-wrong', 'planted-role')
    config = config_toml(postgres, database, general='log_level = "debug"')
    config = config.replace(ADMIN_PASSWORD, 'planted-admin')
    users = f"""
        [[users]]
        name = "{SUPERUSER}"
        password = "planted-user"
        server_password = "planted-server"
        database = "{database}"

        [[users]]
        name = "spare"
        passwords = ["planted-spare", "planted-user"]
        database = "{database}"
    """
    running = proxy(config, users)
    logins = ((SUPERUSER, 'planted-user'), ('spare', 'planted-spare'), (SUPERUSER, 'planted-wrong'))
    seen = [said_to(running.dsn(user, password, database)) for user, password in logins]
    with psycopg.connect(running.dsn(ADMIN, 'planted-admin', 'admin'), autocommit=True) as admin:
        for view in View:
            seen.append(str(admin.execute(f'SHOW {view.value}'.encode()).fetchall()))
        for command in ('SET no_such TO 1', 'RELOAD', 'BAN x', 'KILL nobody'):
            try:
                admin.execute(command.encode())
            except psycopg.Error as error:
                seen.append(told(error))
        running.users.write_text(users + '\npassword_of = "planted-role"\n')
        with pytest.raises(psycopg.Error) as refused:
            admin.execute('RELOAD')
        seen.append(told(refused.value))
    seen.append(running.log())
    for secret in secrets:
        assert not [text for text in seen if secret in text]


def said_to(dsn: str) -> str:
    """Everything that a client is told that tries to connect."""
    try:
        with psycopg.connect(dsn) as connection:
            return str(connection.execute('SELECT 1').fetchall())
    except psycopg.OperationalError as error:
        return told(error)


def told(error: psycopg.Error) -> str:
    diagnosis = error.diag
    return f'{error} {diagnosis.message_primary} {diagnosis.message_detail} {diagnosis.message_hint}'


# Under load


def test_reconnect_never_takes_more_connections_than_the_pool_has(
    proxy: StartProxy, postgres: Cluster, database: str, background: ThreadPoolExecutor
) -> None:
    # The server itself refuses one more; the count of such refusals is connect_errors.
    role, size = f'limited_{database}', 3  # As in config_toml.
    postgres.create_user(role, 'secret')
    postgres.execute(f'ALTER ROLE {role} CONNECTION LIMIT {size}')
    users = f'[[users]]\nname = "{role}"\npassword = "secret"\ndatabase = "{database}"\n'
    served = Served(proxy(config_toml(postgres, database, general='connect_attempts = 1'), users), database)
    dsn, over = served.proxy.dsn(role, 'secret', database), threading.Event()

    def work() -> None:
        with psycopg.connect(dsn, autocommit=True) as client:
            while not over.is_set():
                client.execute('SELECT 1')

    clients = [background.submit(work) for _ in range(8)]
    totals = set()
    try:
        eventually(lambda: len(served.clients()) == len(clients))
        with psycopg.connect(served.admin_dsn, autocommit=True, row_factory=dict_row) as admin:
            for _ in range(200):
                admin.execute('RECONNECT')
                row = admin.execute('SHOW POOLS').fetchone()
                assert row is not None
                totals.add(row['sv_total'])
    finally:
        over.set()
    for client in clients:
        client.result(PATIENCE)
    assert served.pool('STATS')['total_connect_errors'] == 0
    assert max(totals) <= size
