"""The figures: what happened is what is counted, whoever asks, and whoever counts."""

import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import psycopg
import pytest
from psycopg.rows import TupleRow

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.ports import LOOPBACK, free_port
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER, ClusterSettings
from pgdog_gevent.observe.metrics import MORE_TOTALS, TOTALS, Figure, Statistics, Unit, exported_name
from tests.integration.administrator import (
    ADMIN_PASSWORD,
    PATIENCE,
    Row,
    Served,
    backend_pid,
    config_toml,
    eventually,
    users_toml,
)
from tests.integration.conftest import StartProxy
from tests.integration.watchers import StatsdDaemon, get, scrape

MILLISECOND = 0.001
Client = psycopg.Connection[TupleRow]


class Watched(NamedTuple):
    """A database behind a proxy whose figures go everywhere."""

    served: Served
    statsd: StatsdDaemon
    metrics_port: int
    health_port: int


@pytest.fixture
def statsd() -> Iterator[StatsdDaemon]:
    """A daemon that listens."""
    with StatsdDaemon() as daemon:
        yield daemon


def watched_by(statsd_host: str, statsd_port: int, interval: int = 50) -> str:
    """Return the section of pgdog.toml that has figures sent."""
    return f'\n[statsd]\nhost = "{statsd_host}"\nport = {statsd_port}\nprefix = "pg.test"\ninterval = {interval}\n'


@pytest.fixture
def watched(proxy: StartProxy, postgres: Cluster, database: str, statsd: StatsdDaemon) -> Watched:
    """A pool of two connections."""
    metrics_port, health_port = free_port(), free_port()
    general = f"""
        openmetrics_port = {metrics_port}
        openmetrics_host = "{LOOPBACK}"
        openmetrics_namespace = "test_"
        healthcheck_port = {health_port}
        checkout_timeout = 10000
    """
    sections = f'pool_size = 2\n{watched_by(LOOPBACK, statsd.port)}'
    toml = config_toml(postgres, database, general=general, sections=sections)
    served = Served(proxy(toml, users_toml(database)), database).settled()
    return Watched(served, statsd, metrics_port, health_port)


@pytest.fixture
def served(watched: Watched) -> Served:
    """The same, for those who only use SHOW."""
    return watched.served


@pytest.fixture
def background() -> Iterator[ThreadPoolExecutor]:
    """Threads for what has to wait."""
    with ThreadPoolExecutor() as executor:
        yield executor


# A load whose figures are known




def simple(client: Client, sql: str) -> None:
    client.execute(sql.encode())


def extended(client: Client, sql: str) -> None:
    client.execute(sql.encode(), prepare=False, binary=True)


def prepared(client: Client, sql: str) -> None:
    client.execute(sql.encode(), prepare=True, binary=True)


def pipelined(client: Client, sql: str) -> None:
    with client.pipeline():
        client.execute(sql.encode())


LOADS = [simple, extended, prepared, pipelined]

TABLE = 'CREATE TABLE figures (x int)'
AUTOCOMMITTED = 7
TRANSACTIONS = 4
INSERTED, UPDATED, DELETED = 30, 10, 5
STATEMENTS = (
    f'INSERT INTO figures SELECT generate_series(1, {INSERTED})',
    f'UPDATE figures SET x = -x WHERE x BETWEEN 1 AND {UPDATED}',
    f'DELETE FROM figures WHERE x > {INSERTED - DELETED}',
)


def work(client: Client, run: Callable[[Client, str], None]) -> None:
    """Seven queries by themselves, of which one fails, and four transactions of three, with their BEGIN and COMMIT."""
    for number in range(AUTOCOMMITTED - 1):
        run(client, f'SELECT {number}')
    with pytest.raises(psycopg.errors.DivisionByZero):
        run(client, 'SELECT 1/0')
    for _ in range(TRANSACTIONS):
        client.execute('BEGIN')
        for sql in STATEMENTS:
            run(client, sql)
        client.execute('COMMIT')


EXPECTED = {
    'query_count': AUTOCOMMITTED + TRANSACTIONS * (len(STATEMENTS) + 2),
    'xact_count': AUTOCOMMITTED + TRANSACTIONS,
    'server_assignment_count': AUTOCOMMITTED + TRANSACTIONS,
    'errors': 1,
    'rows_inserted': TRANSACTIONS * INSERTED,
    'rows_updated': TRANSACTIONS * UPDATED,
    'rows_deleted': TRANSACTIONS * DELETED,
    'rollbacks': 0,
    'checkout_timeouts': 0,
    'connect_errors': 0,
}


@pytest.mark.parametrize('run', LOADS, ids=lambda run: run.__name__)
def test_a_known_load_is_counted_exactly(served: Served, run: Callable[[Client, str], None]) -> None:
    with served.client() as client:
        client.execute(TABLE)
        before, own = served.pool('STATS'), served.clients()[0]
        work(client, run)
        after, counted = served.pool('STATS'), served.clients()[0]
    # Preparing a statement by itself is a transaction, as PostgreSQL counts them.
    preparations = AUTOCOMMITTED + len(STATEMENTS) if run is prepared else 0
    assert {name: after[f'total_{name}'] - before[f'total_{name}'] for name in EXPECTED} == {
        **EXPECTED,
        'xact_count': EXPECTED['xact_count'] + (AUTOCOMMITTED if preparations else 0),
        'server_assignment_count': EXPECTED['server_assignment_count'] + (AUTOCOMMITTED if preparations else 0),
    }
    assert counted['queries'] - own['queries'] == EXPECTED['query_count']
    assert counted['transactions'] - own['transactions'] == after['total_xact_count'] - before['total_xact_count']
    assert counted['errors'] - own['errors'] == 1


def test_clients_servers_and_pools_agree(served: Served) -> None:
    with served.client() as first, served.client() as second:
        first.execute(TABLE)
        work(first, simple)
        second.execute('BEGIN')
        work(first, extended)
        second.execute('COMMIT')
        pool, clients, servers = served.pool('STATS'), served.clients(), served.order('SHOW SERVERS')
    assert len(servers) == 2
    for name in ('queries', 'transactions', 'errors'):
        total = pool['total_' + {'queries': 'query_count', 'transactions': 'xact_count'}.get(name, name)]
        assert sum(row[name] for row in servers) == total
        assert sum(row[name] for row in clients) == total
    assert sum(row['bytes_received'] for row in servers) == pool['total_received']
    assert sum(row['bytes_sent'] for row in servers) == pool['total_sent']
    rounding = MILLISECOND * (len(clients) + 1)
    assert sum(row['query_time'] for row in clients) == pytest.approx(pool['total_query_time'], abs=rounding)
    assert sum(row['transaction_time'] for row in clients) == pytest.approx(pool['total_xact_time'], abs=rounding)


def test_figures_of_closed_connections_stay(served: Served) -> None:
    with served.client() as client:
        client.execute(TABLE)
        work(client, simple)
        before = served.pool('STATS')
        served.order('RECONNECT')
        eventually(lambda: not served.order('SHOW SERVERS'))
        after = served.pool('STATS')
    same = [name for name in before if name.startswith('total_') and name not in ('total_sent', 'total_received')]
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert after['total_sent'] >= before['total_sent']


@pytest.mark.parametrize('run', LOADS, ids=lambda run: run.__name__)
def test_postgresql_counts_the_same(
    proxy: StartProxy,
    start_cluster: Callable[[ClusterSettings], Cluster],
    run: Callable[[Client, str], None],
) -> None:
    cluster = start_cluster(ClusterSettings(parameters={'autovacuum': 'off'}))
    cluster.execute('CREATE DATABASE counted')
    toml = config_toml(cluster, 'counted', sections='pool_size = 1')
    served = Served(proxy(toml, users_toml('counted')), 'counted').settled()
    with served.client() as client:
        client.execute(TABLE)
        client.execute('SELECT pg_stat_force_next_flush()')
        # The flush comes at the end of its own transaction; what follows counts only what is asked from here.
        theirs, ours = postgres_counts(cluster), served.pool('STATS')
        work(client, run)
        client.execute('SELECT pg_stat_force_next_flush()')
        eventually(lambda: postgres_counts(cluster)['tup_deleted'] > theirs['tup_deleted'])
        later, counted = postgres_counts(cluster), served.pool('STATS')
    grown = {name: later[name] - theirs[name] for name in later}
    xacts = counted['total_xact_count'] - ours['total_xact_count']
    assert grown['xact_commit'] + grown['xact_rollback'] == xacts
    assert grown['xact_rollback'] == 1
    for theirs_name, ours_name in (
        ('tup_inserted', 'total_rows_inserted'),
        ('tup_updated', 'total_rows_updated'),
        ('tup_deleted', 'total_rows_deleted'),
    ):
        assert grown[theirs_name] == counted[ours_name] - ours[ours_name]


def postgres_counts(cluster: Cluster) -> dict[str, int]:
    columns = ('xact_commit', 'xact_rollback', 'tup_inserted', 'tup_updated', 'tup_deleted')
    sql = f"SELECT {', '.join(columns)} FROM pg_stat_database WHERE datname = 'counted'"
    return dict(zip(columns, cluster.execute(sql)[0], strict=True))


# Waiting, failing, leaving


def test_waiting_is_seen_while_it_lasts_and_counted_after(served: Served, background: ThreadPoolExecutor) -> None:
    with served.client() as first, served.client() as second, served.client(application_name='waits') as third:
        first.execute('BEGIN')
        second.execute('BEGIN')
        before = served.pool('STATS')
        answer = background.submit(third.execute, 'SELECT 1')
        eventually(lambda: served.pool()['cl_waiting'] == 1)
        pool = served.pool()
        assert (pool['sv_idle_xact'], pool['sv_idle'], pool['sv_active'], pool['sv_total']) == (2, 0, 0, 2)
        eventually(lambda: served.pool()['maxwait_us'] > 100_000)
        first.execute('COMMIT')
        answer.result(PATIENCE)
        pool, after = served.pool(), served.pool('STATS')
        assert (pool['cl_waiting'], pool['maxwait'], pool['maxwait_us']) == (0, 0, 0)
        waited = after['total_wait_time'] - before['total_wait_time']
        assert waited > 100
        (client,) = [row for row in served.clients() if row['application_name'] == 'waits']
        assert client['wait_time'] == pytest.approx(waited, abs=50)


def test_a_busy_server_is_active(served: Served, background: ThreadPoolExecutor) -> None:
    with served.client() as client:
        pid = backend_pid(client)
        answer = background.submit(client.execute, 'SELECT pg_sleep(0.5)')
        eventually(lambda: served.pool()['sv_active'] == 1)
        (server,) = served.order('SHOW SERVERS')
        (row,) = served.clients()
        assert (server['state'], server['remote_pid'], server['client_id']) == ('active', pid, row['id'])
        assert row['state'] == 'active'
        answer.result(PATIENCE)
        assert served.order('SHOW SERVERS')[0]['state'] == 'idle'
        assert served.pool('STATS')['total_query_time'] >= 500


def test_a_client_that_waits_too_long_is_counted(served: Served) -> None:
    with served.client() as first, served.client() as second, served.client() as third:
        first.execute('BEGIN')
        second.execute('BEGIN')
        served.order('SET checkout_timeout TO 20')
        with pytest.raises(psycopg.Error):
            third.execute('SELECT 1')
        assert served.pool('STATS')['total_checkout_timeouts'] == 1
        assert sum(row['errors'] for row in served.clients()) == 1


def test_a_transaction_left_open_is_rolled_back_and_counted(served: Served) -> None:
    with served.client() as client:
        client.execute('BEGIN')
        client.close()
    eventually(lambda: served.pool('STATS')['total_rollbacks'] == 1)
    eventually(lambda: served.pool()['sv_idle'] == 1)
    assert [row['rollbacks'] for row in served.order('SHOW SERVERS')] == [1]


def test_a_server_that_dies_is_an_error(served: Served, postgres: Cluster) -> None:
    with served.client() as client:
        pid = backend_pid(client)
        client.execute('BEGIN')
        postgres.execute(f'SELECT pg_terminate_backend({pid})')
        with pytest.raises(psycopg.Error):
            client.execute('SELECT 1')
        client.rollback()
        client.execute('SELECT 1')
        assert served.pool('STATS')['total_errors'] == 1
        assert [row['errors'] for row in served.clients()] == [1]


def test_prepared_statements_are_counted_where_they_are(served: Served) -> None:
    with served.client() as first, served.client() as second:
        for client in (first, second):
            for number in range(3):
                client.execute(f'SELECT {number}, %s::int'.encode(), (1,), prepare=True)
        assert [row['prepared_statements'] for row in served.clients()] == [3, 3]
        assert [row['prepared_statements'] for row in served.order('SHOW SERVERS')] == [3]
        assert [row['used_by'] for row in served.order('SHOW PREPARED')] == [2, 2, 2]
        assert served.pool('STATS')['total_bind_count'] == 6
    eventually(lambda: {row['used_by'] for row in served.order('SHOW PREPARED')} <= {0})


def test_rows_that_are_copied_in_are_inserted(served: Served) -> None:
    with served.client() as client:
        client.execute(TABLE)
        with client.cursor().copy('COPY figures FROM STDIN') as copy:
            for number in range(INSERTED):
                copy.write_row((number,))
        with client.cursor().copy('COPY figures TO STDOUT') as copy:
            assert len(list(copy.rows())) == INSERTED
        with pytest.raises(psycopg.DataError), client.cursor().copy('COPY figures FROM STDIN') as copy:
            copy.write_row(('no number',))
        client.execute('INSERT INTO figures VALUES (1)')
    assert served.pool('STATS')['total_rows_inserted'] == INSERTED + 1


def test_lists_databases_and_users_count_who_is_there(served: Served) -> None:
    with served.client() as first, served.client() as second:
        first.execute('BEGIN')
        second.execute('SELECT 1')
        (lists,) = served.order('SHOW LISTS')
        (database,) = served.order('SHOW DATABASES')
        (user,) = served.order('SHOW USERS')
        second.execute('SELECT 1')
        first.execute('COMMIT')
    assert {name: lists[name] for name in ('databases', 'users', 'pools', 'free_servers', 'used_servers')} == {
        'databases': 1, 'users': 1, 'pools': 1, 'free_servers': 1, 'used_servers': 1,
    }  # fmt: skip
    assert lists['used_clients'] == 3  # With whoever asked.
    assert (database['current_connections'], database['current_client_connections']) == (2, 2)
    assert (user['current_connections'], user['current_client_connections']) == (2, 2)


def test_connections_to_servers_are_counted(served: Served) -> None:
    with served.client() as first, served.client() as second:
        for client in (first, second):
            client.execute('BEGIN')
        stats = served.pool('STATS')
    assert (stats['total_connect_count'], stats['total_auth_attempts'], stats['total_connect_errors']) == (2, 2, 0)
    assert stats['total_connect_time'] > 0


def test_a_client_that_keeps_its_server_is_locked(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    toml = config_toml(postgres, database, general='pooler_mode = "session"')
    served = Served(proxy(toml, users_toml(database)), database)
    with served.client() as client:
        assert [row['locked'] for row in served.clients()] == [False]
        client.execute('SELECT 1')
        assert [row['locked'] for row in served.clients()] == [True]
        assert (served.pool()['pool_mode'], served.pool()['sv_locked']) == ('session', 1)
    eventually(lambda: served.pool()['sv_idle'] == 1)
    assert served.pool()['sv_locked'] == 0
    assert served.pool('STATS')['total_cleaned'] == 1


def test_a_healthcheck_is_no_query(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    toml = config_toml(postgres, database, general='healthcheck_interval = 1')
    served = Served(proxy(toml, users_toml(database)), database).settled()
    with served.client() as client:
        for _ in range(3):
            time.sleep(0.01)
            client.execute('SELECT 1')
        stats = served.pool('STATS')
        assert (stats['total_query_count'], stats['total_xact_count']) == (3, 3)
        assert stats['total_healthchecks'] >= 2
        assert [row['healthchecks'] for row in served.order('SHOW SERVERS')] == [stats['total_healthchecks']]


def test_bytes_are_those_of_the_rows(served: Served) -> None:
    size = 500_000
    with served.client() as client:
        client.execute('SELECT 1')
        before, own = served.pool('STATS'), served.clients()[0]
        client.execute(f"SELECT repeat('x', {size})".encode())
        client.execute(f"SELECT length('{'x' * size}')".encode())
        after, counted = served.pool('STATS'), served.clients()[0]
    for grown in (
        after['total_received'] - before['total_received'],
        after['total_sent'] - before['total_sent'],
        counted['bytes_received'] - own['bytes_received'],
        counted['bytes_sent'] - own['bytes_sent'],
    ):
        assert size < grown < size + 1000


def test_averages_are_of_the_last_period(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    toml = config_toml(postgres, database, general='stats_period = 500')
    served = Served(proxy(toml, users_toml(database)), database)
    with served.client() as client:
        client.execute('SELECT pg_sleep(0.1)')
        eventually(lambda: served.pool('STATS')['avg_query_count'])
        averages = served.pool('STATS')
        assert averages['avg_query_count'] == pytest.approx(2, rel=0.4)
        assert averages['avg_query_time'] == pytest.approx(100, rel=0.3)
        eventually(lambda: not served.pool('STATS')['avg_query_count'])


# Three printers


def shown(row: Row, total: Figure[Statistics]) -> float:
    """A total as SHOW STATS tells it, times in milliseconds."""
    return float(row[f'total_{total.name}'])


def test_the_three_printers_agree(watched: Watched) -> None:
    served, daemon = watched.served, watched.statsd
    with served.client() as client:
        client.execute(TABLE)
        work(client, simple)
        work(client, prepared)
    eventually(lambda: served.pool()['sv_idle'])
    row = served.pool('STATS')
    place = f'pg.test.pools.{served.database}.{SUPERUSER}.127_0_0_1_{row_port(served)}'
    eventually(lambda: daemon.counters[f'{place}.query_count'] == row['total_query_count'])
    eventually(lambda: daemon.counters[f'{place}.sent'] == row['total_sent'])
    metrics = scrape(watched.metrics_port)
    for total in (*TOTALS, *MORE_TOTALS):
        expected, exported = shown(row, total), exported_name(total)
        unit = f'_{total.unit.value}' if total.unit is not Unit.NUMBER else ''
        (sample,) = metrics[f'test_total_{exported}{unit}_total']
        scale = 1000 if total.unit is Unit.SECONDS else 1
        tolerance = 0.01 if total.unit is Unit.SECONDS else 0
        assert sample.value * scale == pytest.approx(expected, abs=tolerance), total.name
        assert daemon.counters.get(f'{place}.{exported}', 0) == pytest.approx(expected, abs=tolerance * 10), total.name
        assert sample.labels == {
            'user': SUPERUSER, 'database': served.database, 'host': LOOPBACK, 'port': str(row_port(served)),
            'shard': '0', 'role': row['role'],
        }  # fmt: skip
    pool = served.pool()
    for gauge in ('sv_idle', 'sv_active', 'cl_waiting', 'sv_total'):
        assert metrics[f'test_{gauge}'][0].value == pool[gauge]
        assert daemon.gauges[f'{place}.{gauge}'] == pool[gauge]


def row_port(served: Served) -> int:
    return int(served.pool()['port'])


def test_histograms_hold_every_query_once(watched: Watched) -> None:
    served = watched.served
    with served.client() as client:
        client.execute(TABLE)
        work(client, simple)
        row, metrics = served.pool('STATS'), scrape(watched.metrics_port)
    for name, count, total in (
        ('query_duration', 'total_query_count', 'total_query_time'),
        ('transaction_duration', 'total_xact_count', 'total_xact_time'),
        ('checkout_wait', 'total_server_assignment_count', 'total_wait_time'),
    ):
        assert metrics[f'test_{name}_seconds_count'][0].value == row[count]
        assert metrics[f'test_{name}_seconds_sum'][0].value == pytest.approx(row[total] / 1000, abs=MILLISECOND)


def test_a_scraper_that_asks_for_nothing_gets_plain_text(watched: Watched) -> None:
    page = get(watched.metrics_port, '/')
    assert page.content_type.startswith('text/plain')
    assert 'test_clients 0.0' in page.text


@pytest.mark.parametrize('command', ['RELOAD', 'SET query_timeout TO 60000'])
def test_a_reload_sends_no_figure_twice(watched: Watched, command: str) -> None:
    served, daemon = watched.served, watched.statsd
    with served.client() as client:
        client.execute(TABLE)
        work(client, simple)
    for _ in range(3):
        served.order(command)
        packets = daemon.packets
        eventually(lambda: daemon.packets > packets + 2)  # noqa: B023  # called before the next turn
    assert daemon.counters['pg.test.query_count'] == served.pool('STATS')['total_query_count']


def test_statsd_can_be_moved_by_a_reload(watched: Watched, postgres: Cluster) -> None:
    served = watched.served
    with served.client() as client, StatsdDaemon() as other:
        client.execute('SELECT 1')
        eventually(lambda: watched.statsd.counters['pg.test.query_count'] == 1)
        config = served.proxy.config.read_text()
        served.proxy.reload(config_toml=config.replace(f'port = {watched.statsd.port}', f'port = {other.port}'))
        eventually(lambda: other.packets)
        client.execute('SELECT 1')
        eventually(lambda: other.counters['pg.test.query_count'] >= 1)
        assert watched.statsd.counters['pg.test.query_count'] == 1


@pytest.mark.parametrize('host', ['127.0.0.1', 'no-such-host.invalid'], ids=['dead', 'unresolvable'])
def test_a_statsd_daemon_that_is_not_there_disturbs_nobody(
    proxy: StartProxy, postgres: Cluster, database: str, host: str
) -> None:
    toml = config_toml(postgres, database, sections=watched_by(host, free_port(), interval=20))
    served = Served(proxy(toml, users_toml(database)), database)
    with served.client() as client:
        deadline = time.monotonic() + 1.5
        longest = 0.0
        while time.monotonic() < deadline:
            began = time.monotonic()
            client.execute('SELECT 1')
            longest = max(longest, time.monotonic() - began)
    assert longest < 1
    assert served.proxy.log().count('statsd: cannot send') <= 1


# Health


def test_readiness_ends_with_the_shutdown_and_health_does_not(watched: Watched) -> None:
    served, port = watched.served, watched.health_port
    assert [get(port, path)[:2] for path in ('/healthz', '/readyz', '/')] == [
        (200, 'up\n'), (200, 'ready\n'), (200, 'up'),
    ]  # fmt: skip
    with served.client() as client:
        client.execute('BEGIN')
        served.proxy.signal(signal.SIGTERM)
        eventually(lambda: get(port, '/readyz').status == 503)
        assert get(port, '/readyz').text == 'shutting down\n'
        assert get(port, '/healthz').status == 200
        assert scrape(watched.metrics_port)['test_shutting_down'][0].value == 1
        client.execute('COMMIT')
        assert served.proxy.wait() == 0


def test_health_is_down_when_no_server_can_be_reached(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    port = free_port()
    toml = config_toml(postgres, database, general=f'healthcheck_port = {port}')
    served = Served(proxy(toml.replace(f'port = {postgres.port}', 'port = 1'), users_toml(database)), database)
    with pytest.raises(psycopg.OperationalError):
        served.client()
    assert get(port, '/')[:2] == (502, 'down')
    assert get(port, '/healthz').status == 200
    assert get(port, '/readyz').status == 200


# Logs

TEXT_LINE = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z +(TRACE|DEBUG|INFO|WARN|ERROR) [\w.]+: .+')


def logged(proxy: StartProxy, postgres: Cluster, database: str, form: str) -> str:
    """Run a proxy that has a client, an administrator and an intruder; return its log."""
    toml = config_toml(postgres, database, general=f'log_format = "{form}"')
    served = Served(proxy(toml, users_toml(database)), database)
    with served.client() as client:
        client.execute("SELECT 'planted-parameter'")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(served.proxy.dsn(SUPERUSER, 'planted-wrong', database))
    served.order('RELOAD')
    served.proxy.wait_for_log(f'disconnected: user {quoted(SUPERUSER, form)}, database {quoted(database, form)}')
    assert served.proxy.stop() == 0
    return served.proxy.log()


def quoted(name: str, form: str) -> str:
    return f'"{name}"' if form == 'text' else f'\\"{name}\\"'


def test_every_line_of_the_text_log_has_its_parts(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    lines = logged(proxy, postgres, database, 'text').splitlines()
    assert lines
    assert not [line for line in lines if not TEXT_LINE.fullmatch(line)]


@pytest.mark.parametrize('form', ['json', 'json_flattened'])
def test_every_line_of_the_json_log_parses(proxy: StartProxy, postgres: Cluster, database: str, form: str) -> None:
    lines = [json.loads(line) for line in logged(proxy, postgres, database, form).splitlines()]
    messages = [line['message'] if form == 'json_flattened' else line['fields']['message'] for line in lines]
    assert all({'timestamp', 'level', 'target'} <= line.keys() for line in lines)
    assert any(re.fullmatch(r'client 127\.0\.0\.1:\d+ connected: user "postgres", database ".+"', m) for m in messages)


def test_the_log_tells_who_came_and_went_and_no_secret(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    log = logged(proxy, postgres, database, 'text')
    for event in ('connected', 'disconnected'):
        for user, name in ((SUPERUSER, database), ('keeper', 'admin')):
            assert re.search(rf'client 127\.0\.0\.1:\d+ {event}: user "{user}", database "{name}"', log), event
    assert 'password authentication failed for user "postgres"' in log
    assert 'admin: RELOAD' in log
    assert not [secret for secret in (PASSWORD, ADMIN_PASSWORD, 'planted-wrong', 'planted-parameter') if secret in log]


def test_the_log_is_silent_about_connections_if_so_configured(
    proxy: StartProxy, postgres: Cluster, database: str
) -> None:
    toml = config_toml(postgres, database, general='log_connections = false\nlog_disconnections = false')
    served = Served(proxy(toml, users_toml(database)), database)
    with served.client() as client:
        client.execute('SELECT 1')
    served.order('SHOW CLIENTS')
    assert served.proxy.stop() == 0
    assert 'connected' not in served.proxy.log()
