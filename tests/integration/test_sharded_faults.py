"""Sessions over three shards, where something is in the way: small pools, locks, servers and clients that go."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.query import Execute
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.integration.clients import Connection, admin, connect, eventually, one
from tests.integration.extended import EXECUTE, ask, bind, letters, parse, values
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, on_shards, shard_names, sharded_proxy
from tests.integration.wire import Wire

PREFIX = 'sharded_faults'
QUERY_TIMEOUT, CHECKOUT_TIMEOUT = 1.0, 0.5
KEYS = tuple(next(key for key in range(100) if partition_of_int(key, SHARDS) == shard) for shard in range(SHARDS))
"""A key for each shard."""
INSERT = b'INSERT INTO users (id) VALUES ' + b', '.join(b'(%d)' % key for key in KEYS)


@pytest.fixture(scope='module')
def app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    """Each pool has one connection."""
    keys = (
        'default_pool_size = 1',
        f'checkout_timeout = {CHECKOUT_TIMEOUT * 1000:.0f}',
        f'query_timeout = {QUERY_TIMEOUT * 1000:.0f}',
    )
    with sharded_proxy(tmp_path_factory.mktemp('faults'), postgres, PREFIX, *keys) as proxy:
        yield proxy


@pytest.fixture
def users(app: RunningProxy) -> Iterator[Connection]:
    """A client, and a user on each shard; nobody has a connection in the end."""
    with connect(app) as connection:
        connection.execute('TRUNCATE users')
        assert connection.execute(INSERT).rowcount == SHARDS
        yield connection
    eventually(lambda: {row['sv_active'] for row in admin(app, 'SHOW POOLS')} == {0}, 'all connections are given back')


@contextmanager
def locked(postgres: Cluster, shard: int) -> Iterator[None]:
    """Nobody can read the users of one shard."""
    with postgres.connect(shard_names(PREFIX)[shard]) as other, other.transaction():
        other.execute('LOCK TABLE users')
        yield


def ids(postgres: Cluster) -> list[list[int]]:
    """The users of each shard."""
    rows = on_shards(postgres, PREFIX, 'SELECT id FROM users ORDER BY id')
    return [[int(str(key)) for [key] in of_shard] for of_shard in rows]


def terminate(postgres: Cluster, shard: int) -> None:
    """End all sessions with a shard."""
    with postgres.connect('postgres') as direct:
        direct.execute(
            'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s',
            (shard_names(PREFIX)[shard],),
        )


# Several statements in one text


@pytest.mark.parametrize('key', KEYS)
def test_transaction_begun_in_a_text_of_several_statements_is_no_trap(users: Connection, key: int) -> None:
    with pytest.raises((errors.FeatureNotSupported, AssertionError)):
        users.execute(f'BEGIN; DELETE FROM users WHERE id = {KEYS[0]}'.encode())
        users.execute(f'UPDATE users SET age = 1 WHERE id = {key}'.encode())
        assert users.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    users.execute('ROLLBACK')
    assert one(users, 'SELECT count(*) FROM users WHERE age IS NULL') == SHARDS


def test_transaction_within_one_text_is_done(users: Connection) -> None:
    users.execute(f'BEGIN; DELETE FROM users WHERE id = {KEYS[1]}; COMMIT'.encode())
    assert one(users, 'SELECT count(*) FROM users') == SHARDS - 1


def test_error_within_a_transaction_of_one_text_fails_it_for_all_shards(users: Connection) -> None:
    with pytest.raises(errors.DivisionByZero):
        users.execute(f'BEGIN; DELETE FROM users WHERE id = {KEYS[1]}; SELECT 1 / 0; COMMIT'.encode())
    for key in KEYS:
        with pytest.raises(errors.InFailedSqlTransaction):
            users.execute(f'DELETE FROM users WHERE id = {key}'.encode())
    users.execute('ROLLBACK')
    assert one(users, 'SELECT count(*) FROM users') == SHARDS


def test_commit_among_other_statements_does_not_divide_a_transaction(users: Connection, postgres: Cluster) -> None:
    users.execute('BEGIN')
    users.execute('UPDATE users SET age = 1')
    users.execute(f'SELECT 1 FROM users WHERE id = {KEYS[0]}; COMMIT'.encode())
    assert users.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    assert one(users, 'SELECT count(*) FROM users WHERE age = 1') == SHARDS


def test_end_of_a_transaction_may_be_followed_by_others(users: Connection) -> None:
    users.execute('BEGIN')
    users.execute('UPDATE users SET age = 1')
    cursor = users.execute('COMMIT; SELECT count(*) FROM users WHERE age = 1')
    assert cursor.nextset()
    assert cursor.fetchall() == [(SHARDS,)]
    users.execute('BEGIN')
    with pytest.raises(errors.DivisionByZero):
        users.execute('SELECT 1 / (id - id) FROM users')
    with pytest.raises(errors.UndefinedColumn) as raised:
        users.execute('/* ö */ ROLLBACK; SELECT nothing FROM users')
    assert raised.value.diag.statement_position == '26'
    assert users.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


# Settings


def test_setting_by_parameter_reaches_all_shards_of_a_transaction(users: Connection) -> None:
    sql = "SELECT current_setting('timezone') FROM users"
    for before in (True, False):
        with users.transaction():
            if before:
                users.execute('SELECT * FROM users')
            users.execute('SELECT set_config(%s, %s, true)', ('timezone', 'Asia/Tokyo'))
            assert users.execute(sql).fetchall() == [('Asia/Tokyo',)] * SHARDS


def test_set_after_set_local_counts_on_shards_that_come_later(users: Connection) -> None:
    with users.transaction():
        users.execute('SELECT * FROM users WHERE id = %s', (KEYS[0],))
        users.execute("SET LOCAL timezone TO 'Asia/Tokyo'")
        users.execute("SET timezone TO 'Asia/Seoul'")
        zones = users.execute("SELECT current_setting('timezone') FROM users").fetchall()
    assert zones == [('Asia/Seoul',)] * SHARDS


def test_set_local_after_set_counts_on_all_shards(users: Connection) -> None:
    with users.transaction():
        users.execute('SELECT * FROM users')
        users.execute("SET timezone TO 'Asia/Seoul'")
        users.execute("SET LOCAL timezone TO 'Asia/Tokyo'")
        zones = users.execute("SELECT current_setting('timezone') FROM users").fetchall()
    assert zones == [('Asia/Tokyo',)] * SHARDS


def test_setting_of_a_pipeline_stays_with_its_client(app: RunningProxy, users: Connection) -> None:
    with users.pipeline():
        users.execute('SELECT * FROM users')
        users.execute("SET timezone TO 'Asia/Seoul'")
    with connect(app) as other:
        zones = other.execute("SELECT current_setting('timezone') FROM users").fetchall()
    assert ('Asia/Seoul',) not in zones
    assert one(users, 'SHOW timezone') == 'Asia/Seoul'


def test_chained_transaction_hears_nothing_of_the_one_before(users: Connection) -> None:
    users.execute('BEGIN')
    users.execute("SET LOCAL timezone TO 'Asia/Tokyo'")
    users.execute('SELECT * FROM users WHERE id = %s', (KEYS[0],))
    users.execute('SAVEPOINT one')
    users.execute('COMMIT AND CHAIN')
    zones = users.execute("SELECT current_setting('timezone') FROM users").fetchall()
    assert ('Asia/Tokyo',) not in zones
    with pytest.raises(errors.InvalidSavepointSpecification):
        users.execute('ROLLBACK TO one')
    users.execute('ROLLBACK')


def test_isolation_level_is_chained_as_well(users: Connection) -> None:
    users.execute('BEGIN')
    users.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
    users.execute('UPDATE users SET age = 1')
    users.execute('COMMIT AND CHAIN')
    levels = users.execute("SELECT current_setting('transaction_isolation') FROM users").fetchall()
    users.execute('ROLLBACK')
    assert levels == [('repeatable read',)] * SHARDS


def test_search_path_can_be_set_in_a_transaction(users: Connection) -> None:
    with users.transaction():
        users.execute('SELECT * FROM users')
        users.execute('SET search_path TO public, pg_temp')
        assert len(users.execute('SELECT * FROM users').fetchall()) == SHARDS


ZONES = "SELECT current_setting('timezone') FROM users"
PROTOCOLS = pytest.mark.parametrize('parameters', [None, ()], ids=['simple', 'extended'])


@PROTOCOLS
@pytest.mark.parametrize('joins', [False, True], ids=['before any shard', 'after all'])
def test_savepoint_takes_settings_back_on_all_shards(
    users: Connection, parameters: tuple[()] | None, joins: bool
) -> None:
    before = one(users, 'SHOW timezone')
    users.execute('BEGIN', parameters)
    if joins:
        users.execute('SELECT * FROM users', parameters)
    users.execute('SAVEPOINT one', parameters)
    users.execute("SET timezone TO 'Asia/Seoul'", parameters)
    assert users.execute(ZONES, parameters).fetchall() == [('Asia/Seoul',)] * SHARDS
    with pytest.raises(errors.DivisionByZero):
        users.execute('SELECT 1 / (id - id) FROM users', parameters)
    users.execute('ROLLBACK TO one', parameters)
    assert users.execute(ZONES, parameters).fetchall() == [(before,)] * SHARDS
    users.execute('RELEASE one', parameters)
    with pytest.raises(errors.InvalidSavepointSpecification):
        users.execute('RELEASE one', parameters)
    users.execute('ROLLBACK', parameters)
    assert one(users, 'SHOW timezone') == before


@pytest.mark.parametrize('joins', [False, True])
def test_several_calls_of_set_config_reach_all_shards(users: Connection, joins: bool) -> None:
    with users.transaction():
        if joins:
            users.execute('SELECT * FROM users')
        sql = "SELECT set_config('app.tenant', %s, true), set_config('timezone', 'Asia/Tokyo', true)"
        assert users.execute(sql, ('it\'s',)).fetchall() == [("it's", 'Asia/Tokyo')]
        users.execute("SELECT set_config('app.user', '7', true)")
        users.execute("SET LOCAL app.role TO 'some'")
        names = ('app.tenant', 'timezone', 'app.user', 'app.role')
        settings = ', '.join(f"current_setting('{name}')" for name in names)
        found = users.execute(f'SELECT {settings} FROM users'.encode()).fetchall()
    assert found == [("it's", 'Asia/Tokyo', '7', 'some')] * SHARDS


def test_computed_setting_of_a_transaction_is_refused(users: Connection) -> None:
    with pytest.raises(errors.FeatureNotSupported), users.transaction():
        users.execute(f"SELECT set_config('app.tenant', name, true) FROM users WHERE id = {KEYS[0]}".encode())


def test_level_set_in_a_transaction_holds_on_all_shards(users: Connection) -> None:
    with users.transaction():
        users.execute('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE')
        levels = users.execute("SELECT current_setting('transaction_isolation') FROM users").fetchall()
    assert levels == [('serializable',)] * SHARDS


def test_everything_is_discarded_on_all_shards(users: Connection) -> None:
    before = one(users, 'SHOW timezone')
    users.execute("SET timezone TO 'Asia/Seoul'")
    users.execute(ZONES)
    users.execute('DISCARD ALL')
    assert users.execute(ZONES).fetchall() == [(before,)] * SHARDS


def test_limit_leaves_nothing_of_rows_that_a_server_has_sorted(users: Connection) -> None:
    for _ in range(2):
        assert len(users.execute('SELECT name FROM users ORDER BY name COLLATE "en-x-icu" LIMIT 1').fetchall()) == 1
    users.execute('BEGIN')
    assert len(users.execute('SELECT name FROM users ORDER BY name COLLATE "en-x-icu" LIMIT 1').fetchall()) == 1
    users.execute('COMMIT')


# Time


READ, COUNT, WRITE = 'SELECT id FROM users', 'SELECT count(*) FROM users', 'UPDATE users SET age = 1'
SHORT = ((READ, 'extended', 2), (COUNT, 'simple', 0), (WRITE, 'simple', 2))
"""Of the short run."""
TIMEOUTS = [
    pytest.param(
        sql, None if protocol == 'simple' else (), shard, id=f'{sql}, {protocol}, {shard}',
        marks=() if (sql, protocol, shard) in SHORT else pytest.mark.soak,
    )
    for sql, protocol, shard in itertools.product((READ, COUNT, WRITE), ('simple', 'extended'), (0, 2))
]  # fmt: skip


@pytest.mark.parametrize(('sql', 'parameters', 'shard'), TIMEOUTS)
def test_query_timeout_ends_what_several_shards_do(
    users: Connection, postgres: Cluster, sql: str, parameters: tuple[()] | None, shard: int
) -> None:
    with locked(postgres, shard), pytest.raises(errors.QueryCanceled):
        users.execute(sql.encode(), parameters, binary=parameters is not None)
    assert one(users, 'SELECT count(*) FROM users WHERE age IS NULL') == SHARDS


@pytest.mark.parametrize('begins', [False, True], ids=['alone', 'in a transaction'])
def test_others_leave_off_when_one_shard_fails(users: Connection, *, begins: bool) -> None:
    sleeps = f'pg_sleep(CASE id WHEN {KEYS[2]} THEN 10 ELSE 0 END)'
    if begins:
        users.execute('BEGIN')
        users.execute('UPDATE users SET age = 1')
        users.execute('SAVEPOINT one')
    with pytest.raises(errors.DivisionByZero):  # And not the time limit.
        users.execute(f'SELECT 1 / (id - {KEYS[0]}), {sleeps} FROM users'.encode())
    if begins:
        users.execute('ROLLBACK TO one')
        users.execute('COMMIT')
    assert one(users, 'SELECT count(*) FROM users WHERE age = 1') == (SHARDS if begins else 0)


def test_cancel_reaches_all_shards(users: Connection, postgres: Cluster) -> None:
    with locked(postgres, 1), pytest.raises(errors.QueryCanceled) as canceled:
        threading.Timer(0.2, users.cancel_safe).start()
        users.execute('SELECT count(*) FROM users')
    assert 'user request' in str(canceled.value)
    assert one(users, 'SELECT count(*) FROM users') == SHARDS


def test_clients_that_wait_for_one_another_are_told(app: RunningProxy, users: Connection) -> None:
    with connect(app) as other:
        users.execute('BEGIN')
        users.execute('UPDATE users SET age = 1 WHERE id = %s', (KEYS[0],))
        other.execute('BEGIN')
        other.execute('UPDATE users SET age = 2 WHERE id = %s', (KEYS[2],))
        found: list[BaseException] = []

        def wait(connection: Connection, key: int) -> None:
            try:
                connection.execute('UPDATE users SET age = 3 WHERE id = %s', (key,))
            except psycopg.Error as error:
                found.append(error)

        threads = [threading.Thread(target=wait, args=each) for each in ((users, KEYS[2]), (other, KEYS[0]))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert found
        assert {error.sqlstate for error in found if isinstance(error, psycopg.Error)} == {'53300'}
        for connection in (users, other):
            connection.execute('ROLLBACK')
    assert one(users, 'SELECT count(*) FROM users WHERE age IS NULL') == SHARDS


def test_many_clients_never_wait_for_one_another(app: RunningProxy, users: Connection) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with connect(app) as client:
                for _ in range(8):
                    client.execute('SELECT id FROM users ORDER BY id + 0 DESC LIMIT 2', (), binary=True)
                    client.execute('SELECT count(*) FROM users', ())
                    client.execute('UPDATE users SET age = 1 WHERE age = %s', (5,))
        except psycopg.Error as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures


# Portals


def test_portal_is_run_once(app: RunningProxy, users: Connection, postgres: Cluster) -> None:
    users.execute('TRUNCATE users')
    with Wire.to_proxy(app) as wire:
        answers = ask(wire, parse(b'', INSERT), bind(b''), EXECUTE, EXECUTE)
    assert letters(answers) == '12CEZ'
    assert b'55000' in answers[3][1]
    assert ids(postgres) == [[]] * SHARDS
    with Wire.to_proxy(app) as wire:
        ask(wire, parse(b'', INSERT), bind(b''), EXECUTE)
        answers = ask(wire, parse(b'', b'SELECT id FROM users'), bind(b''), EXECUTE, EXECUTE)
    assert letters(answers) == '12DDDCCZ'
    assert answers[-2][1] == b'SELECT 0\0'


def test_portal_ends_with_its_transaction_if_that_was_lost(
    app: RunningProxy, users: Connection, postgres: Cluster
) -> None:
    with Wire.to_proxy(app) as wire:
        wire.send(parse(b'', b'SELECT id FROM users') + bind(b'') + Execute(b'', 1).encode() + query.FLUSH)
        wire.read_until(ord('s'))
        terminate(postgres, 1)
        answers = ask(wire, parse(b'', b'SELECT count(*) FROM users'), bind(b''), EXECUTE)
        assert letters(answers[-2:]) == 'EZ'
        assert letters(ask(wire, EXECUTE)) == 'EZ'


def test_rows_come_as_many_at_a_time_as_are_asked_for(app: RunningProxy, users: Connection) -> None:
    two = Execute(b'', 2).encode()
    with Wire.to_proxy(app) as wire:
        answers = ask(wire, parse(b'', b'SELECT id FROM users ORDER BY id'), bind(b''), two, two)
    assert letters(answers) == '12DDsDCZ'
    assert answers[-2][1] == b'SELECT 1\0'
    assert values(answers) == [str(key).encode() for key in sorted(KEYS)]


@pytest.mark.parametrize('key', KEYS)
def test_statement_is_described_before_it_is_bound(app: RunningProxy, users: Connection, key: int) -> None:
    """As asyncpg does it."""
    sql = b'SELECT name, id FROM users WHERE id = $1'
    with Wire.to_proxy(app) as wire:
        for name in (b'', b'one'):
            wire.send(parse(name, sql) + query.Named(query.Target.STATEMENT, name).encode(ord('D')) + query.FLUSH)
            wire.read_until(Backend.ROW_DESCRIPTION)
            answers = ask(wire, bind(name, str(key).encode()), EXECUTE)
            assert letters(answers) == '2DCZ'


def test_query_amidst_a_pipeline_is_refused(app: RunningProxy, users: Connection, postgres: Cluster) -> None:
    with Wire.to_proxy(app) as wire:
        wire.send(parse(b'', b'DELETE FROM users') + bind(b'') + EXECUTE + query.FLUSH)
        wire.read_until(ord('C'))
        wire.send(query.query(b'SELECT count(*) FROM users'))
        assert wire.read_until(ord('Z'))[-1][1] == b'I'
    assert ids(postgres) == [[key] for key in KEYS]


def test_function_call_is_part_of_the_transaction(app: RunningProxy, users: Connection) -> None:
    with Wire.to_proxy(app) as wire:
        wire.send(query.query(b'BEGIN'))
        wire.read_until(ord('Z'))
        call = b'\0\0\0\xd8\0\0\0\x02\0\0\0\x012\0\0\0\x013\0\0'  # float8mul
        wire.send(b'F' + (len(call) + 4).to_bytes(4, 'big') + call)
        answers = wire.read_until(ord('Z'))
        assert 'V' in letters(answers)
        assert answers[-1][1] == b'T'


# Who goes away


@pytest.mark.parametrize('order', ['', ' ORDER BY id', ' ORDER BY name'])
def test_client_that_leaves_amid_rows_leaves_nothing(app: RunningProxy, users: Connection, order: str) -> None:
    users.execute("UPDATE users SET name = repeat('x', 300)")
    with Wire.to_proxy(app) as wire:
        wire.send(query.query(f'SELECT repeat(name, 10000) FROM users{order}'.encode()))
        wire.read_until(ord('D'))
        wire.leave(reset=True)
    eventually(lambda: {row['sv_active'] for row in admin(app, 'SHOW POOLS')} == {0}, 'connections are free')
    assert one(users, 'SELECT count(*) FROM users') == SHARDS


@pytest.mark.parametrize('reset', [False, True])
def test_client_that_leaves_a_transaction_leaves_nothing(
    app: RunningProxy, users: Connection, postgres: Cluster, reset: bool
) -> None:
    with Wire.to_proxy(app) as wire:
        for sql in (b'BEGIN', b'DELETE FROM users', b'SAVEPOINT one'):
            wire.send(query.query(sql))
            wire.read_until(ord('Z'))
        wire.leave(reset=reset)
    eventually(lambda: {row['sv_active'] for row in admin(app, 'SHOW POOLS')} == {0}, 'connections are free')
    assert ids(postgres) == [[key] for key in KEYS]


@pytest.mark.parametrize(
    'shard', [shard if shard == 1 else pytest.param(shard, marks=pytest.mark.soak) for shard in range(SHARDS)]
)
@pytest.mark.parametrize('after', ['BEGIN', 'first', 'all'])
@pytest.mark.parametrize('then', ['UPDATE users SET age = 2', 'COMMIT'])
def test_server_lost_in_a_transaction_undoes_it_everywhere(
    users: Connection, postgres: Cluster, shard: int, after: str, then: str
) -> None:
    users.execute('BEGIN')
    if after == 'first':
        users.execute('UPDATE users SET age = 1 WHERE id = %s', (KEYS[shard],))
    elif after == 'all':
        users.execute('UPDATE users SET age = 1')
    terminate(postgres, shard)
    try:
        users.execute(then.encode())
        users.execute('COMMIT')
    except psycopg.OperationalError:
        users.execute('ROLLBACK')
    ages = [rows[0][0] for rows in on_shards(postgres, PREFIX, 'SELECT age FROM users')]
    assert len(set(ages)) == 1
    assert one(users, 'SELECT count(*) FROM users') == SHARDS


def test_hint_of_a_transaction_counts_more_than_what_is_known_of_a_text(users: Connection) -> None:
    sql = f'SELECT id FROM users WHERE id = {KEYS[0]}'.encode()
    for _ in range(3):
        assert users.execute(sql).fetchall() == [(KEYS[0],)]
    with users.transaction():
        users.execute("SET LOCAL pgdog.shard TO '1'")
        assert users.execute(sql).fetchall() == []
    assert users.execute(sql).fetchall() == [(KEYS[0],)]
