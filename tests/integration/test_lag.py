"""Replicas that are behind, and clients that want to read what they have written."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from pgdog_gevent.demo.cluster import Replica
from tests.conversation.proxies import running
from tests.integration.clients import Connection, admin, connect, eventually
from tests.integration.configuration import users_toml
from tests.integration.conftest import StartProxy
from tests.integration.fleet import DATABASE, QUICK, Fleet, Value, config_toml, fixed, ports, row_of
from tests.integration.proxy import RunningProxy

ROUNDS = pytest.mark.parametrize(
    'rounds', [60, pytest.param(1000, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])], ids=['short', 'long']
)
DELAY = '250ms'
NO_WAIT = 1
"""Milliseconds for ``read_your_writes_timeout``: less than the delay, so that the primary serves."""
READ = 'SELECT n FROM counter'
WRITE = 'UPDATE counter SET n = %s'

Write = Callable[[Connection, int], None]
Read = Callable[[Connection], object]


@pytest.fixture(scope='module')
def counting_fleet(fleet: Fleet) -> Iterator[Fleet]:
    """The fleet with one row that is written again and again."""
    fleet.execute('CREATE TABLE counter (n int); INSERT INTO counter VALUES (0); CREATE TABLE filled (text text)')
    yield fleet
    fleet.clear()


@contextmanager
def delayed(fleet: Fleet, *replicas: Replica, by: str) -> Iterator[None]:
    """Have replicas replay what they receive only after some time."""
    for replica in replicas:
        replica.configure('recovery_min_apply_delay', by)
    try:
        yield
    finally:
        for replica in replicas:
            replica.configure('recovery_min_apply_delay', None)
        fleet.catch_up()


@contextmanager
def steady_writes(fleet: Fleet) -> Iterator[None]:
    """Write on the primary all the time: the lag of a replica that has nothing to replay means nothing."""
    done = threading.Event()

    def write() -> None:
        with fleet.primary.connect(DATABASE) as connection:
            while not done.wait(0.02):
                connection.execute('UPDATE counter SET n = n + 1')

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        done.set()
        writer.join()


@pytest.fixture
def served(proxy: StartProxy, counting_fleet: Fleet) -> Callable[..., RunningProxy]:
    """Starts a proxy; keys are those of ``[general]``."""

    def start(**general: Value) -> RunningProxy:
        settings: dict[str, Value] = {**QUICK, 'lsn_check_interval': 100, 'ban_timeout': 300, **general}
        workers = str(settings.pop('workers', 1))
        return proxy(config_toml(*fixed(counting_fleet), **settings), users_toml(), env={'PGDOG_WORKERS': workers})

    return start


# Bans


def test_a_replica_is_banned_while_it_is_too_far_behind_in_time(
    served: Callable[..., RunningProxy], counting_fleet: Fleet
) -> None:
    app = served(ban_replica_lag=1000)
    slow, fast = counting_fleet.replicas
    with steady_writes(counting_fleet):
        eventually(lambda: slow.port in ports(app, 10), 'it serves')
        with delayed(counting_fleet, slow, by='4s'):
            eventually(lambda: row_of(app, 'BANS', slow) != {}, 'it is banned')
            assert 'lag' in str(row_of(app, 'BANS', slow)['ban_reason'])
            assert ports(app).keys() == {counting_fleet.primary.port, fast.port}
            eventually(lambda: number(row_of(app, 'REPLICATION', slow)['replica_lag']) > 1000, 'the lag is shown')
            assert number(row_of(app, 'HOSTS', slow)['replica_lag']) > 1000
            assert number(row_of(app, 'POOLS', slow)['replica_lag']) > 1000
            assert number(row_of(app, 'REPLICATION', fast)['replica_lag']) < 1000
        eventually(lambda: admin(app, 'SHOW BANS') == [], 'the ban is over')
        eventually(lambda: slow.port in ports(app, 10), 'it serves again')


def number(value: object) -> int:
    return 0 if value is None else int(str(value))


def test_a_replica_is_banned_while_it_is_too_far_behind_in_bytes(
    served: Callable[..., RunningProxy], counting_fleet: Fleet
) -> None:
    app = served(ban_replica_lag_bytes=200_000)
    slow, fast = counting_fleet.replicas
    eventually(lambda: slow.port in ports(app, 10), 'it serves')
    with delayed(counting_fleet, slow, by='1h'):
        # Replay goes on up to the first commit, and stays there.
        counting_fleet.primary.execute('UPDATE counter SET n = 0', DATABASE)
        a_megabyte = "INSERT INTO filled SELECT repeat('x', 1000) FROM generate_series(1, 1000)"
        counting_fleet.primary.execute(a_megabyte, DATABASE)
        eventually(lambda: row_of(app, 'BANS', slow) != {}, 'it is banned')
        assert 'lag' in str(row_of(app, 'BANS', slow)['ban_reason'])
        assert ports(app).keys() == {counting_fleet.primary.port, fast.port}
        assert number(row_of(app, 'REPLICATION', slow)['replica_lag_bytes']) > 200_000
    eventually(lambda: admin(app, 'SHOW BANS') == [], 'the ban is over')
    eventually(lambda: slow.port in ports(app, 10), 'it serves again')


def test_a_replica_with_nothing_to_replay_is_not_behind(
    served: Callable[..., RunningProxy], counting_fleet: Fleet
) -> None:
    """Its last transaction gets older and older all the same."""
    app = served(ban_replica_lag=300)
    counting_fleet.catch_up()
    time.sleep(1.5)  # Nobody writes meanwhile; that is what the test is about.
    assert admin(app, 'SHOW BANS') == []
    assert ports(app).keys() == {server.port for server in counting_fleet.servers}


def test_all_replicas_may_be_behind(served: Callable[..., RunningProxy], counting_fleet: Fleet) -> None:
    app = served(ban_replica_lag=1000, read_write_split='exclude_primary')
    with steady_writes(counting_fleet), delayed(counting_fleet, *counting_fleet.replicas, by='4s'):
        eventually(lambda: ports(app, 10).keys() == {counting_fleet.primary.port}, 'the primary serves')


def test_replication_is_shown(served: Callable[..., RunningProxy], counting_fleet: Fleet) -> None:
    app = served()
    connect(app).close()
    eventually(lambda: all(row['pg_lsn'] for row in admin(app, 'SHOW REPLICATION')), 'all have been seen')
    rows = admin(app, 'SHOW REPLICATION')
    assert list(rows[0])[:11] == [
        *('id', 'database', 'user', 'addr', 'port', 'shard', 'role'),
        *('replica_lag', 'pg_lsn', 'lsn_age', 'pg_is_in_recovery'),
    ]
    shown = {row['port']: (row['role'], row['pg_is_in_recovery']) for row in rows}
    expected: dict[object, object] = {replica.port: ('replica', True) for replica in counting_fleet.replicas}
    assert shown == {counting_fleet.primary.port: ('primary', False), **expected}
    assert all(number(row['lsn_age']) < 5000 for row in rows)
    counting_fleet.execute('UPDATE counter SET n = 0')
    [(position,)] = counting_fleet.primary.execute('SELECT pg_current_wal_lsn()')

    def all_have_come_there() -> bool:
        positions = ', '.join(f"'{row['pg_lsn']}'::pg_lsn" for row in admin(app, 'SHOW REPLICATION'))
        return counting_fleet.primary.execute(f"SELECT least({positions}) >= '{position}'") == [(True,)]

    eventually(all_have_come_there, 'positions are shown')


def test_hosts_are_shown(served: Callable[..., RunningProxy], counting_fleet: Fleet) -> None:
    app = served()
    connect(app).close()
    eventually(lambda: all(row['lsn'] for row in admin(app, 'SHOW HOSTS')), 'all have been seen')
    rows = {row['port']: row for row in admin(app, 'SHOW HOSTS')}
    assert rows.keys() == {server.port for server in counting_fleet.servers}
    assert {row['health'] for row in rows.values()} == {'healthy'}
    assert {number(row['timeline']) for row in rows.values()} == {1}
    assert rows[counting_fleet.primary.port]['role'] == 'primary'


# Reading what was written


def write_simply(client: Connection, value: int) -> None:
    client.execute(f'UPDATE counter SET n = {value}'.encode())


def write_with_parameter(client: Connection, value: int) -> None:
    client.execute(WRITE, (value,))


def write_prepared(client: Connection, value: int) -> None:
    client.execute(WRITE, (value,), prepare=True)


def write_in_a_transaction(client: Connection, value: int) -> None:
    with client.transaction():
        client.execute(WRITE, (value,))


def write_in_a_pipeline(client: Connection, value: int) -> None:
    with client.pipeline():
        client.execute('SELECT 1')
        client.execute(WRITE, (value,))


def write_in_a_script(client: Connection, value: int) -> None:
    client.execute(f'BEGIN; UPDATE counter SET n = {value}; COMMIT; SELECT 1'.encode())


def write_by_copy(client: Connection, value: int) -> None:
    """COPY, seen by a trigger: what a client writes is not always what it names."""
    with client.cursor().copy('COPY copied FROM STDIN') as copy:
        copy.write_row((value,))


def write_by_a_function(client: Connection, value: int) -> None:
    client.execute('SELECT count_to(%s)', (value,))


def write_by_a_sly_read(client: Connection, value: int) -> None:
    client.execute('SELECT secretly_count_to(%s)', (value,))


WRITES = [
    write_simply,
    write_with_parameter,
    write_prepared,
    write_in_a_transaction,
    write_in_a_pipeline,
    write_in_a_script,
    write_by_copy,
    write_by_a_function,
    write_by_a_sly_read,
]
FUNCTIONS = """
CREATE FUNCTION count_to(i int) RETURNS int VOLATILE LANGUAGE plpgsql
    AS 'BEGIN UPDATE counter SET n = i; RETURN i; END';
CREATE FUNCTION secretly_count_to(i int) RETURNS int STABLE LANGUAGE plpgsql
    AS 'BEGIN PERFORM count_to(i); RETURN i; END';
CREATE TABLE copied (n int);
CREATE FUNCTION count_along() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN UPDATE counter SET n = new.n; RETURN NULL; END';
CREATE TRIGGER count_along AFTER INSERT ON copied FOR EACH ROW EXECUTE FUNCTION count_along();
"""


def read_simply(client: Connection) -> object:
    return value_of(client.execute(READ))


def read_prepared(client: Connection) -> object:
    return value_of(client.execute(READ, prepare=True))


def read_in_a_transaction(client: Connection) -> object:
    with client.transaction():
        client.execute('SET TRANSACTION READ ONLY')
        return value_of(client.execute(READ))


def value_of(cursor: psycopg.Cursor[tuple[object, ...]]) -> object:
    row = cursor.fetchone()
    assert row is not None
    return row[0]


def stale_reads(client: Connection, rounds: int, *, write: Write = write_simply, read: Read = read_simply) -> int:
    """How often a client has not read what it had written before."""
    return stale_reads_of(client, [client], rounds, write=write, read=read)


def stale_reads_of(
    writer: Connection, readers: list[Connection], rounds: int, *, write: Write = write_simply, read: Read = read_simply
) -> int:
    stale = 0
    for value, reader in zip(range(1, rounds + 1), itertools.cycle(readers), strict=False):
        write(writer, value)
        stale += read(reader) != value
    return stale


@ROUNDS
def test_without_it_a_client_reads_what_was_before(
    served: Callable[..., RunningProxy], counting_fleet: Fleet, rounds: int
) -> None:
    app = served(read_write_split='exclude_primary')
    with delayed(counting_fleet, *counting_fleet.replicas, by=DELAY), connect(app) as client:
        assert stale_reads(client, rounds) > rounds / 2


@ROUNDS
@pytest.mark.parametrize('scope', ['session', 'database'])
@pytest.mark.parametrize(
    ('timeout', 'delay'), [(NO_WAIT, DELAY), (5000, '20ms')], ids=['the primary serves', 'waiting for a replica']
)
def test_a_client_reads_what_it_has_written(
    served: Callable[..., RunningProxy], counting_fleet: Fleet, rounds: int, scope: str, timeout: int, delay: str
) -> None:
    app = served(read_write_split='exclude_primary', read_your_writes=scope, read_your_writes_timeout=timeout)
    with delayed(counting_fleet, *counting_fleet.replicas, by=delay), connect(app) as client:
        assert stale_reads(client, rounds) == 0


@pytest.mark.parametrize('write', WRITES, ids=lambda write: write.__name__)
@pytest.mark.parametrize(
    'read', [read_simply, read_prepared, read_in_a_transaction], ids=lambda read: read.__name__
)
def test_whatever_way_it_was_written(
    written_any_way: RunningProxy, write: Write, read: Read
) -> None:
    with connect(written_any_way) as client:
        assert stale_reads(client, 3, write=write, read=read) == 0


@pytest.fixture(scope='module')
def written_any_way(
    counting_fleet: Fleet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningProxy]:
    """A proxy for clients that read their writes from replicas that are always behind."""
    counting_fleet.execute(FUNCTIONS)
    settings: dict[str, Value] = {
        **QUICK,
        'lsn_check_interval': 100,
        'read_write_split': 'exclude_primary',
        'read_your_writes': 'session',
        'read_your_writes_timeout': NO_WAIT,
    }
    config = config_toml(*fixed(counting_fleet), **settings)
    with (
        delayed(counting_fleet, *counting_fleet.replicas, by=DELAY),
        running(tmp_path_factory.mktemp('any_way'), config, users_toml()) as app,
    ):
        yield app


def test_replicas_that_have_caught_up_serve(served: Callable[..., RunningProxy], counting_fleet: Fleet) -> None:
    app = served(read_write_split='exclude_primary', read_your_writes='session', read_your_writes_timeout=5000)
    with connect(app) as client:
        write_simply(client, 1)
        counting_fleet.catch_up()
        seen: set[object] = set()

        def both_have_served() -> bool:
            seen.add(value_of(client.execute('SELECT inet_server_port() FROM counter')))
            return seen >= counting_fleet.replica_ports

        eventually(both_have_served, 'both are known to have caught up')
    assert seen == counting_fleet.replica_ports


def test_only_replicas_that_have_caught_up_serve(served: Callable[..., RunningProxy], counting_fleet: Fleet) -> None:
    app = served(read_write_split='exclude_primary', read_your_writes='session', read_your_writes_timeout=5000)
    slow, fast = counting_fleet.replicas
    with delayed(counting_fleet, slow, by='1h'), connect(app) as client:
        write_simply(client, 1)
        began = time.monotonic()
        seen = {value_of(client.execute('SELECT inet_server_port() FROM counter')) for _ in range(50)}
        assert time.monotonic() - began < 4, 'nobody has waited for the slow one'
    assert seen == {fast.port}


def test_a_client_that_has_not_written_reads_anywhere(
    served: Callable[..., RunningProxy], counting_fleet: Fleet
) -> None:
    app = served(read_write_split='exclude_primary', read_your_writes='session', read_your_writes_timeout=NO_WAIT)
    with delayed(counting_fleet, *counting_fleet.replicas, by='1h'), connect(app) as writer, connect(app) as reader:
        write_simply(writer, 1)
        assert value_of(writer.execute('SELECT inet_server_port()')) == counting_fleet.primary.port
        assert value_of(reader.execute('SELECT inet_server_port()')) in counting_fleet.replica_ports


def test_what_is_rolled_back_is_not_waited_for(served: Callable[..., RunningProxy], counting_fleet: Fleet) -> None:
    app = served(read_write_split='exclude_primary', read_your_writes='session', read_your_writes_timeout=NO_WAIT)
    with connect(app) as client:
        client.execute('BEGIN')
        write_simply(client, 1)
        client.execute('ROLLBACK')
        counting_fleet.catch_up()
        eventually(
            lambda: value_of(client.execute('SELECT inet_server_port()')) in counting_fleet.replica_ports, 'a replica'
        )


def test_it_can_be_set_for_one_user(proxy: StartProxy, counting_fleet: Fleet) -> None:
    general: dict[str, Value] = {'read_write_split': 'exclude_primary', 'read_your_writes_timeout': NO_WAIT}
    config = config_toml(*fixed(counting_fleet), **{**QUICK, **general})
    app = proxy(config, users_toml(read_your_writes='session'))
    with delayed(counting_fleet, *counting_fleet.replicas, by=DELAY), connect(app) as client:
        assert stale_reads(client, 20) == 0


@ROUNDS
@pytest.mark.parametrize('workers', [1, 2])
def test_all_clients_of_a_database_read_what_one_has_written(
    served: Callable[..., RunningProxy], counting_fleet: Fleet, rounds: int, workers: int
) -> None:
    app = served(
        read_write_split='exclude_primary',
        read_your_writes='database',
        read_your_writes_timeout=NO_WAIT,
        workers=workers,
    )
    readers = [connect(app) for _ in range(8)]
    with delayed(counting_fleet, *counting_fleet.replicas, by=DELAY), connect(app) as writer:
        assert stale_reads_of(writer, readers, rounds) == 0
    for reader in readers:
        reader.close()


@ROUNDS
def test_each_worker_keeps_the_promise_to_its_sessions(
    served: Callable[..., RunningProxy], counting_fleet: Fleet, rounds: int
) -> None:
    app = served(
        read_write_split='exclude_primary', read_your_writes='session', read_your_writes_timeout=NO_WAIT, workers=2
    )
    clients = [connect(app) for _ in range(6)]
    with delayed(counting_fleet, *counting_fleet.replicas, by=DELAY):
        assert [stale_reads(client, rounds // 6) for client in clients] == [0] * 6
    for client in clients:
        client.close()
