"""Who gets a server connection, when, and what becomes of it afterwards."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from tests.integration.activity import servers
from tests.integration.clients import PATIENCE, Connection, Load, admin, connect, eventually, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy


@pytest.fixture
def narrow(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    """A proxy with one server connection."""
    return proxy(config_toml(postgres, database, default_pool_size=1, checkout_timeout=500), users_toml())


@pytest.fixture
def holder(narrow: RunningProxy) -> Iterator[Connection]:
    """A client that holds the only connection in a transaction."""
    with connect(narrow) as connection:
        connection.execute('BEGIN')
        yield connection


def terminated(cluster: Cluster, database: str) -> int:
    """Terminate the connections for a database; return how many there were. The proxy may have opened one meanwhile."""
    pids = servers(cluster, database)
    cluster.execute(f'SELECT pg_terminate_backend(pid) FROM unnest(ARRAY[{", ".join(map(str, pids))}]::int[]) AS pid')
    return len(pids)


# Waiting


def test_saturation_is_an_error_with_figures_and_the_client_stays(narrow: RunningProxy, holder: Connection) -> None:
    with connect(narrow) as client:
        with pytest.raises(errors.TooManyConnections, match='checkout_timeout') as refused:
            client.execute('SELECT 1')
        detail = refused.value.diag.message_detail or ''
        assert 'pool_size 1' in detail
        assert '0 others waiting' in detail
        assert 'waited 5' in detail
        holder.execute('COMMIT')
        assert one(client, 'SELECT 1') == 1
    [pool] = admin(narrow, 'SHOW POOLS')
    assert (pool['banned'], pool['healthy']) == (False, True)


def test_client_is_disconnected_after_saturation_if_configured(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    app = proxy(
        config_toml(postgres, database, default_pool_size=1, checkout_timeout=200, client_connection_recovery='drop'),
        users_toml(),
    )
    with connect(app) as holder, connect(app) as client:
        holder.execute('BEGIN')
        with pytest.raises(errors.TooManyConnections):
            client.execute('SELECT 1')
        with pytest.raises(psycopg.OperationalError):
            client.execute('SELECT 1')


def test_waiters_are_served_in_the_order_of_their_coming(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    postgres.execute('CREATE TABLE served (turn serial, client int)', database)
    app = proxy(config_toml(postgres, database, default_pool_size=1, checkout_timeout=20_000), users_toml())
    with connect(app) as holder, ExitStack() as ends:
        holder.execute('BEGIN')
        threads = []
        for number in range(8):
            client = ends.enter_context(connect(app))
            sql = f'INSERT INTO served (client) VALUES ({number})'
            threads.append(threading.Thread(target=client.execute, args=(sql.encode(),)))
            threads[-1].start()
            eventually(lambda: admin(app, 'SHOW POOLS')[0]['cl_waiting'] == len(threads), 'the client is in line')
        holder.execute('COMMIT')
        for thread in threads:
            thread.join(PATIENCE)
    assert postgres.execute('SELECT client FROM served ORDER BY turn', database) == [(n,) for n in range(8)]


def test_sixty_four_cold_clients_all_hold_a_connection_at_once(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    app = proxy(config_toml(postgres, database, default_pool_size=80, pooler_mode='session'), users_toml())
    together = threading.Barrier(64, timeout=PATIENCE)
    arrived: list[int] = []

    def hold() -> None:
        with connect(app) as connection:
            connection.execute('SELECT 1')
            arrived.append(together.wait())

    threads = [threading.Thread(target=hold) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(arrived) == 64


def test_pool_size_is_never_exceeded_whatever_happens_to_connections(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    size = 3
    app = proxy(config_toml(postgres, database, default_pool_size=size, server_lifetime=300), users_toml())

    def chaos() -> None:
        connection = connect(app)
        try:
            connection.execute('BEGIN')
            connection.execute('SELECT pg_terminate_backend(pg_backend_pid()) WHERE random() < 0.2')
        except psycopg.Error:
            pass
        finally:
            connection.close()  # In the middle of the transaction.

    with Load(chaos, threads=5) as load:
        until = time.monotonic() + 3
        most: set[int] = set()
        while time.monotonic() < until:
            most = max(most, servers(postgres, database), key=len)
    assert load.errors == []
    assert 0 < len(most) <= size


# Reuse


def test_connection_is_reused_between_transactions(narrow: RunningProxy) -> None:
    with connect(narrow) as first, connect(narrow) as second:
        assert one(first, 'SELECT pg_backend_pid()') == one(second, 'SELECT pg_backend_pid()')


def test_terminated_idle_connections_are_never_given_to_a_client(
    narrow: RunningProxy, postgres: Cluster, database: str
) -> None:
    with connect(narrow) as client:
        for _ in range(30):
            eventually(lambda: terminated(postgres, database) == 0, 'the server connection has gone')
            assert one(client, 'SELECT 1') == 1


def test_transaction_of_a_client_that_has_gone_is_rolled_back(
    narrow: RunningProxy, postgres: Cluster, database: str
) -> None:
    postgres.execute('CREATE TABLE written (n int)', database)
    client = connect(narrow)
    pid = one(client, 'SELECT pg_backend_pid()')
    client.execute('BEGIN')
    client.execute('INSERT INTO written VALUES (1)')
    client.close()
    with connect(narrow) as next_client:
        assert one(next_client, 'SELECT count(*) FROM written') == 0
        assert one(next_client, 'SELECT pg_backend_pid()') == pid
    assert admin(narrow, 'SHOW STATS')[0]['total_rollbacks'] == 1


def test_query_of_a_client_that_has_gone_is_cancelled_and_its_connection_reused(
    narrow: RunningProxy, postgres: Cluster, database: str
) -> None:
    client = connect(narrow)
    pid = one(client, 'SELECT pg_backend_pid()')
    client.pgconn.send_query(b'SELECT pg_sleep(60)')
    running = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND query LIKE '%pg_sleep(60)%' AND state = 'active'"  # noqa: E501
    eventually(lambda: postgres.execute(running) == [(1,)], 'the query runs')
    client.close()
    eventually(lambda: postgres.execute(running) == [(0,)], 'the query has been cancelled')
    with connect(narrow) as next_client:
        assert one(next_client, 'SELECT pg_backend_pid()') == pid


def test_copy_of_a_client_that_has_gone_leaves_no_row(narrow: RunningProxy, postgres: Cluster, database: str) -> None:
    postgres.execute('CREATE TABLE copied (n int)', database)
    client = connect(narrow)
    client.pgconn.exec_(b'COPY copied FROM STDIN')
    client.pgconn.put_copy_data(b'1\n' * 10_000)
    client.close()
    with connect(narrow) as next_client:
        assert one(next_client, 'SELECT count(*) FROM copied') == 0


def test_idle_connections_beyond_the_minimum_are_closed(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    app = proxy(config_toml(postgres, database, default_pool_size=5, min_pool_size=2, idle_timeout=500), users_toml())
    clients = [connect(app) for _ in range(5)]
    for client in clients:
        client.execute('BEGIN')
    assert len(servers(postgres, database)) == 5
    for client in clients:
        client.close()
    eventually(lambda: len(servers(postgres, database)) == 2, 'idle connections have gone')


def test_minimum_is_opened_before_anybody_asks(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    proxy(config_toml(postgres, database, min_pool_size=3), users_toml())
    eventually(lambda: len(servers(postgres, database)) == 3, 'the minimum is open')


def test_connections_are_replaced_when_they_are_old(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    app = proxy(config_toml(postgres, database, default_pool_size=1, server_lifetime=200), users_toml())
    with connect(app) as client:
        pid = one(client, 'SELECT pg_backend_pid()')
        eventually(lambda: one(client, 'SELECT pg_backend_pid()') != pid, 'a new connection')


# Session state


def test_session_settings_follow_their_client_and_no_other(narrow: RunningProxy) -> None:
    with connect(narrow) as first, connect(narrow, options='-c search_path=startup') as second:
        first.execute("SET search_path TO 'first', \"quoted name\"")
        first.execute("SET TIME ZONE 'Asia/Tokyo'")
        assert one(second, 'SHOW search_path') == 'startup'
        assert one(second, 'SHOW timezone') != 'Asia/Tokyo'
        assert one(first, 'SHOW search_path') == 'first, "quoted name"'
        assert one(first, 'SHOW timezone') == 'Asia/Tokyo'
        second.execute('SET search_path TO other')
        second.execute('RESET search_path')
        assert one(second, 'SHOW search_path') == 'startup'
        first.execute('RESET ALL')
        assert one(first, 'SHOW search_path') == '"$user", public'


def test_settings_of_a_transaction_that_is_rolled_back_are_taken_back(narrow: RunningProxy) -> None:
    with connect(narrow) as client, connect(narrow) as other:
        client.execute('SET work_mem TO 1111')
        client.execute('BEGIN')
        client.execute('SET work_mem TO 2222')
        client.execute('SAVEPOINT a')
        client.execute('SET work_mem TO 3333')
        client.execute('ROLLBACK TO a')
        assert one(client, 'SHOW work_mem') == '2222kB'
        client.execute('ROLLBACK')
        assert one(other, 'SHOW work_mem') == '4MB'
        assert one(client, 'SHOW work_mem') == '1111kB'
        with pytest.raises(errors.DivisionByZero):
            client.execute('SET work_mem TO 4444; SELECT 1 / 0')
        assert one(client, 'SHOW work_mem') == '1111kB'


def test_temporary_tables_pin_their_client(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    app = proxy(config_toml(postgres, database, default_pool_size=2), users_toml())
    with connect(app) as client, connect(app) as other:
        client.execute('CREATE TEMP TABLE mine (n int)')
        for _ in range(3):
            assert one(client, 'SELECT count(*) FROM mine') == 0
            assert one(other, "SELECT to_regclass('mine')") is None
        assert [row['locked'] for row in admin(app, 'SHOW CLIENTS') if row['database'] == 'app'].count(True) == 1


def test_what_pinned_a_client_is_gone_for_the_next(narrow: RunningProxy) -> None:
    with connect(narrow) as client:
        client.execute('CREATE TEMP TABLE mine (n int)')
        client.execute('SELECT pg_advisory_lock(42)')
        client.execute('LISTEN news')
        client.execute('PREPARE mine AS SELECT 1')
    with connect(narrow) as next_client:
        assert one(next_client, "SELECT to_regclass('mine')") is None
        assert one(next_client, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0
        assert one(next_client, 'SELECT count(*) FROM pg_listening_channels()') == 0
        assert one(next_client, 'SELECT count(*) FROM pg_prepared_statements') == 0


def test_session_mode_keeps_a_server_until_the_client_ends_and_resets_it(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    app = proxy(config_toml(postgres, database, default_pool_size=1, pooler_mode='session'), users_toml())
    with connect(app) as client:
        client.execute('SET work_mem TO 1111')
        client.execute('CREATE TEMP TABLE mine (n int)')
        pid = one(client, 'SELECT pg_backend_pid()')
        assert one(client, 'SHOW work_mem') == '1111kB'
    with connect(app) as client:
        assert one(client, 'SHOW work_mem') == '4MB'
        assert one(client, "SELECT to_regclass('mine')") is None
        assert one(client, 'SELECT pg_backend_pid()') == pid


# Statement mode


BEGINS = ['BEGIN', 'start transaction read only', '/* x */ BEGIN', '-- x\nBEGIN ISOLATION LEVEL SERIALIZABLE']
SEVERAL = ['SELECT 1; BEGIN', ';begin;', 'BEGIN; SELECT 1; COMMIT']


@pytest.mark.parametrize('sql', BEGINS + SEVERAL)
def test_statement_mode_refuses_every_way_to_open_a_transaction(statement_mode: RunningProxy, sql: str) -> None:
    with connect(statement_mode) as client:
        with pytest.raises(errors.FeatureNotSupported, match='statement pooling mode'):
            client.execute(sql.encode())
        assert one(client, 'SELECT 1') == 1


@pytest.mark.parametrize('sql', BEGINS)
def test_statement_mode_refuses_transactions_in_the_extended_protocol(statement_mode: RunningProxy, sql: str) -> None:
    with connect(statement_mode) as client:
        with pytest.raises(errors.FeatureNotSupported, match='statement pooling mode'), client.pipeline():
            client.execute(sql.encode())
        assert one(client, 'SELECT 1') == 1


@pytest.fixture
def statement_mode(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    return proxy(config_toml(postgres, database, pooler_mode='statement'), users_toml())


# Loss of the server


def test_statements_after_a_lost_transaction_do_not_run_outside_it(
    narrow: RunningProxy, postgres: Cluster, database: str
) -> None:
    postgres.execute('CREATE TABLE written (n int)', database)
    with connect(narrow) as client:
        client.execute('BEGIN')
        client.execute('INSERT INTO written VALUES (1)')
        _terminate(postgres, narrow, client)
        with pytest.raises(errors.AdminShutdown):
            client.execute('INSERT INTO written VALUES (2)')
        with pytest.raises(errors.InFailedSqlTransaction):
            client.execute('INSERT INTO written VALUES (3)')
        assert client.execute('COMMIT').statusmessage == 'ROLLBACK'
        assert one(client, 'SELECT count(*) FROM written') == 0


def test_commit_of_a_lost_transaction_is_an_error_and_ends_it(narrow: RunningProxy, postgres: Cluster) -> None:
    with connect(narrow) as client:
        client.execute('BEGIN')
        client.execute('SELECT 1')
        _terminate(postgres, narrow, client)
        with pytest.raises(errors.AdminShutdown):
            client.execute('COMMIT')
        assert client.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert one(client, 'SELECT 1') == 1


def test_rollback_of_a_lost_transaction_succeeds(narrow: RunningProxy, postgres: Cluster) -> None:
    with connect(narrow) as client:
        client.execute('BEGIN')
        client.execute('SELECT 1')
        _terminate(postgres, narrow, client)
        assert client.execute('ROLLBACK').statusmessage == 'ROLLBACK'
        assert one(client, 'SELECT 1') == 1


def test_server_that_ends_in_the_middle_of_a_statement_gives_its_own_words(
    narrow: RunningProxy, postgres: Cluster
) -> None:
    with connect(narrow) as client:
        with pytest.raises(errors.AdminShutdown, match='terminating connection due to administrator command'):
            client.execute('SELECT pg_terminate_backend(pg_backend_pid())')
        assert one(client, 'SELECT 1') == 1


def test_pinned_client_is_told_and_disconnected_when_its_server_is_lost(
    narrow: RunningProxy, postgres: Cluster
) -> None:
    with connect(narrow) as client:
        client.execute('CREATE TEMP TABLE mine (n int)')
        _terminate(postgres, narrow, client)
        with pytest.raises(errors.AdminShutdown):
            client.execute('SELECT * FROM mine')
        assert client.closed


def _terminate(cluster: Cluster, proxy: RunningProxy, client: Connection) -> None:
    """End the server of a client from outside, and wait until the proxy knows."""
    pid = one(client, 'SELECT pg_backend_pid()')
    cluster.execute(f'SELECT pg_terminate_backend({pid})')
    eventually(lambda: pid not in {row['remote_pid'] for row in admin(proxy, 'SHOW SERVERS')}, 'gone')


# Timeouts and cancel


def test_query_timeout_cancels_and_names_itself(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    app = proxy(config_toml(postgres, database, query_timeout=300), users_toml())
    with connect(app) as client:
        with pytest.raises(errors.QueryCanceled, match='query_timeout'):
            client.execute('SELECT pg_sleep(60)')
        assert one(client, 'SELECT 1') == 1
    eventually(
        lambda: postgres.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' "
                                 "AND state = 'active' AND pid <> pg_backend_pid()") == [(0,)],
        'the server does not go on with it',
    )  # fmt: skip


@pytest.mark.parametrize('setting', ['client_idle_timeout', 'client_idle_in_transaction_timeout'])
def test_silent_client_is_told_which_setting_ended_it(
    proxy: StartProxy, postgres: Cluster, database: str, setting: str
) -> None:
    app = proxy(config_toml(postgres, database, **{setting: 300}), users_toml())
    with connect(app) as client:
        client.execute('BEGIN' if 'transaction' in setting else 'SELECT 1')
        eventually(lambda: not any(row['database'] == 'app' for row in admin(app, 'SHOW CLIENTS')), 'it has been ended')
        with pytest.raises(psycopg.OperationalError, match=rf'due to {setting} \('):
            client.execute('SELECT 1')


def test_cancel_ends_the_query_in_flight_and_nothing_else(narrow: RunningProxy) -> None:
    with connect(narrow) as client:
        timer = threading.Timer(0.3, client.cancel)
        timer.start()
        with pytest.raises(errors.QueryCanceled):
            client.execute('SELECT pg_sleep(60)')
        timer.join()
        for _ in range(20):
            assert one(client, 'SELECT 1') == 1


def test_cancel_of_a_client_that_waits_for_a_connection_takes_it_out_of_line(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    app = proxy(config_toml(postgres, database, default_pool_size=1, checkout_timeout=20_000), users_toml())
    with connect(app) as holder, connect(app) as client:
        holder.execute('BEGIN')

        def cancel_once_it_waits() -> None:
            eventually(lambda: admin(app, 'SHOW POOLS')[0]['cl_waiting'] == 1, 'it waits')
            client.cancel()

        canceller = threading.Thread(target=cancel_once_it_waits)
        canceller.start()
        with pytest.raises(errors.QueryCanceled):
            client.execute('SELECT 1')
        canceller.join(PATIENCE)
        assert one(holder, 'SELECT 1') == 1
        holder.execute('COMMIT')
        assert one(client, 'SELECT 1') == 1


def test_late_cancels_never_hit_the_next_client_of_the_connection(narrow: RunningProxy) -> None:
    stop = threading.Event()

    def cancel_over_and_over(victim: Connection) -> None:
        while not stop.is_set():
            victim.cancel()

    with connect(narrow) as victim, connect(narrow) as bystander:
        canceller = threading.Thread(target=cancel_over_and_over, args=(victim,))
        canceller.start()
        try:
            for _ in range(150):
                try:
                    victim.execute('SELECT 1')
                except errors.QueryCanceled:
                    pass
                assert one(bystander, 'SELECT 2') == 2
        finally:
            stop.set()
            canceller.join(PATIENCE)


# Limits


def test_clients_beyond_the_limit_are_refused_in_words(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    app = proxy(config_toml(postgres, database, max_client_conn=2), users_toml())
    with connect(app), connect(app):
        with pytest.raises(psycopg.OperationalError, match='too many clients'):
            connect(app)
        assert admin(app, 'SHOW VERSION')


def test_statement_that_is_too_large_is_refused_before_it_is_read(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    app = proxy(config_toml(postgres, database, query_size_limit=1000, query_size_limit_action='block'), users_toml())
    with connect(app) as client:
        assert one(client, 'SELECT 1') == 1
        with pytest.raises(psycopg.Error) as refused:
            client.execute(f"SELECT '{'x' * 2000}'".encode())
        assert refused.value.sqlstate == '54000'
