"""Commits in two phases, where something comes between: clients that are ended, limits, rows of nobody."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.sharding.hashing import partition_of_int
from pgdog_gevent.twophase.gid import Name, Scope
from tests.conversation.proxies import running
from tests.integration.clients import PATIENCE, Connection, admin, connect, eventually, one
from tests.integration.configuration import users_toml
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, on_shards, shard_names, sharded_proxy, sharded_toml

PREFIX = 'commit_faults'
QUERY_TIMEOUT = 1.0
KEYS = tuple(next(key for key in range(100) if partition_of_int(key, SHARDS) == shard) for shard in range(SHARDS))
"""A key for each shard."""
INSERT = 'INSERT INTO users (id) VALUES ' + ', '.join(f'({key})' for key in KEYS)
KEYS_OF_PROXY = (
    'two_phase_commit = true', 'two_phase_commit_retention = 0', f'query_timeout = {QUERY_TIMEOUT * 1000:.0f}',
)  # fmt: skip
PREPARED = "SELECT gid FROM pg_prepared_xacts WHERE gid LIKE 'pgdog\\_gevent:%' AND database = current_database()"
LATE = """
CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON payments DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION wait()
"""


@pytest.fixture(scope='module')
def app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    with sharded_proxy(tmp_path_factory.mktemp('faults'), postgres, PREFIX, *KEYS_OF_PROXY) as proxy:
        for name in shard_names(PREFIX):
            with postgres.connect(name) as direct:
                direct.execute(LATE.encode())
        with connect(proxy) as client:  # Has the tables of decisions made.
            client.execute(INSERT.encode())
        proxy.wait_for_log('functions have been read')  # What else a statement leaves in a server is not sure.
        yield proxy
        eventually(lambda: not prepared(postgres), 'what a test has left in doubt is finished')


@pytest.fixture
def client(app: RunningProxy) -> Iterator[Connection]:
    with connect(app) as connection:
        connection.execute('DELETE FROM users')
        yield connection


@contextmanager
def undecided(postgres: Cluster) -> Iterator[None]:
    """No shard can decide anything."""
    with ExitStack() as stack:
        for name in shard_names(PREFIX):
            direct = stack.enter_context(postgres.connect(name))
            stack.enter_context(direct.transaction())
            direct.execute('LOCK TABLE pgdog_gevent.decision')
        yield


def deciding(postgres: Cluster) -> list[int]:
    """The backends that wait to do so."""
    with postgres.connect('postgres') as direct:
        rows = direct.execute(
            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%pgdog_gevent.decision%'"
            " AND datname LIKE 'commit\\_faults%' AND application_name <> 'pgdog-gevent recovery'"
        ).fetchall()
    return [int(str(pid)) for [pid] in rows]


def ids(postgres: Cluster) -> list[list[tuple[object, ...]]]:
    return on_shards(postgres, PREFIX, 'SELECT id FROM users ORDER BY id')


def kill(app: RunningProxy) -> None:
    """End all clients."""
    for row in admin(app, 'SHOW CLIENTS'):
        if row['database'] == 'app':
            admin(app, f'KILL_CLIENT {row["id"]}')


# What comes from outside


def test_client_that_is_ended_while_it_is_decided_is_told_and_ends(
    app: RunningProxy, postgres: Cluster, client: Connection
) -> None:
    client.execute(f'INSERT INTO users (id) VALUES ({KEYS[2]})')
    client.execute('BEGIN')
    client.execute(f'INSERT INTO users (id) VALUES ({KEYS[0]})')
    client.execute(f'INSERT INTO users (id) VALUES ({KEYS[1]})')
    client.execute(f'SELECT FROM users WHERE id = {KEYS[2]}')
    with ThreadPoolExecutor(1) as threads:
        with undecided(postgres):
            told = threads.submit(client.execute, b'COMMIT')
            eventually(lambda: bool(deciding(postgres)), 'it is being decided')
            kill(app)
        assert told.result().statusmessage == 'COMMIT'
    with pytest.raises(psycopg.OperationalError):
        client.execute('SELECT 1')
        client.execute('SELECT 1')
    assert ids(postgres) == [[(key,)] for key in KEYS]


def test_client_that_is_ended_need_not_wait_for_a_shard_that_does_not_decide(
    app: RunningProxy, postgres: Cluster, client: Connection
) -> None:
    with ThreadPoolExecutor(1) as threads, undecided(postgres):
        client.execute('BEGIN')
        client.execute(INSERT.encode())
        told = threads.submit(client.execute, b'COMMIT')
        eventually(lambda: bool(deciding(postgres)), 'it is being decided')
        kill(app)
        with pytest.raises(psycopg.OperationalError) as caught:
            told.result(PATIENCE)
        assert caught.value.sqlstate == '08007'  # Others may still find that it has been decided.
        with pytest.raises(psycopg.OperationalError):
            client.execute('SELECT 1')
            client.execute('SELECT 1')
    eventually(lambda: prepared(postgres) == 0, 'recovery has finished it')
    assert ids(postgres) in ([[(key,)] for key in KEYS], [[]] * SHARDS)


def test_limit_that_is_over_before_it_is_prepared_has_it_rolled_back(
    app: RunningProxy, postgres: Cluster, client: Connection
) -> None:
    values = ', '.join(f'(1, {key})' for key in KEYS)
    with pytest.raises(errors.QueryCanceled):
        client.execute(f'INSERT INTO payments (id, user_id) VALUES {values}'.encode())
    assert one(client, 'SELECT count(*) FROM payments') == 0


def test_limit_that_is_over_does_not_hide_that_the_outcome_is_unknown(
    app: RunningProxy, postgres: Cluster, client: Connection
) -> None:
    with ThreadPoolExecutor(1) as threads, undecided(postgres):
        told = threads.submit(client.execute, INSERT.encode())
        eventually(lambda: bool(deciding(postgres)), 'it is being decided')
        with pytest.raises(TimeoutError):
            told.result(2 * QUERY_TIMEOUT)
        with postgres.connect('postgres') as direct:
            direct.execute('SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid', (deciding(postgres),))
        with pytest.raises(errors.OperationalError) as caught:
            told.result()
        assert caught.value.sqlstate == '08007'


@pytest.mark.parametrize('lost', [0, 1])
def test_session_that_was_tied_to_a_lost_server_ends_when_others_have_rolled_back(
    postgres: Cluster, app: RunningProxy, tmp_path: Path, lost: int
) -> None:
    config = sharded_toml(postgres, PREFIX, *KEYS_OF_PROXY, 'pooler_mode = "session"')
    with running(tmp_path, config, users_toml()) as proxy, connect(proxy) as client:
        client.execute('BEGIN')
        pids = [one(client, f'/* pgdog_shard: {shard} */ SELECT pg_backend_pid()') for shard in range(SHARDS)]
        client.execute('DELETE FROM users')
        client.execute(INSERT.encode())
        with postgres.connect('postgres') as direct:
            direct.execute('SELECT pg_terminate_backend(%s, 5000)', (pids[lost],))
        with pytest.raises(errors.OperationalError, match='rolled back on all shards'):
            client.execute('COMMIT')
        with pytest.raises(psycopg.OperationalError):
            client.execute('SELECT 1')


def test_shard_that_was_lost_is_asked_whatever_it_presumes_of_transactions(
    app: RunningProxy, postgres: Cluster, client: Connection
) -> None:
    with presumed(postgres, 'default_transaction_read_only'), ThreadPoolExecutor(1) as threads:
        client.execute('BEGIN READ WRITE')
        client.execute(INSERT.encode())
        with undecided(postgres):
            told = threads.submit(client.execute, b'COMMIT')
            eventually(lambda: bool(deciding(postgres)), 'it is being decided')
            with postgres.connect('postgres') as direct:
                direct.execute('SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid', (deciding(postgres),))
        with pytest.raises(errors.OperationalError, match='rolled back on all shards'):
            told.result()


@contextmanager
def presumed(postgres: Cluster, setting: str) -> Iterator[None]:
    """New sessions with the shards have a setting that is switched on."""
    for name in shard_names(PREFIX):
        postgres.execute(f'ALTER DATABASE {name} SET {setting} = on')
    try:
        yield
    finally:
        for name in shard_names(PREFIX):
            postgres.execute(f'ALTER DATABASE {name} RESET {setting}')


# What cannot be prepared


def test_shard_decides_that_has_what_cannot_be_prepared(client: Connection) -> None:
    for _ in range(10):
        client.execute('BEGIN')
        client.execute('DELETE FROM users')
        client.execute(INSERT.encode())
        client.execute(f'DECLARE kept CURSOR WITH HOLD FOR SELECT id FROM users WHERE id = {KEYS[1]}')
        client.execute('COMMIT')
        assert client.execute('FETCH kept').fetchall() == [(KEYS[1],)]
        client.execute('CLOSE kept')


def test_notification_is_sent_by_the_shard_that_decides(client: Connection, app: RunningProxy) -> None:
    with connect(app) as listener:
        listener.execute('LISTEN moved')
        for round_number in range(5):
            client.execute('BEGIN')
            client.execute('DELETE FROM users')
            client.execute(INSERT.encode())
            client.execute(f"NOTIFY moved, '{round_number}'".encode())
            client.execute('COMMIT')
            [heard] = list(listener.notifies(timeout=PATIENCE, stop_after=1))
            assert heard.payload == str(round_number)


# What recovery finds


@contextmanager
def begun_by_hand(postgres: Cluster, deployment: str = '') -> Iterator[None]:
    """As another proxy does: the part of shard 1 is prepared, and shard 0 has not decided yet."""
    deciding, prepared = shard_names(PREFIX)[:2]
    with postgres.connect(deciding) as direct, direct.transaction(force_rollback=True):
        [xid] = direct.execute('SELECT txid_current()').fetchone() or ()
        with postgres.connect(prepared) as other:
            other.execute('BEGIN')
            other.execute(f'INSERT INTO users (id) VALUES (-{xid})'.encode())
            name = Name.new(Scope(deployment, 'app'), 0, xid, direct.info.user)
            other.execute(f"PREPARE TRANSACTION '{name.gid(1)}'".encode())
        yield


def prepared(postgres: Cluster) -> int:
    return sum(map(len, on_shards(postgres, PREFIX, PREPARED)))


def test_transaction_whose_shard_is_just_about_to_decide_is_left_alone(app: RunningProxy, postgres: Cluster) -> None:
    with begun_by_hand(postgres):
        admin(app, 'RECOVER')
        assert prepared(postgres) == 1
    eventually(lambda: prepared(postgres) == 0, 'it is given up')


@pytest.mark.parametrize('has_looked', [False, True])
def test_without_two_phases_what_is_left_is_looked_for_until_there_is_nothing(
    postgres: Cluster, app: RunningProxy, tmp_path: Path, *, has_looked: bool
) -> None:
    """Also what is found by RECOVER when nothing had been left before."""
    config = sharded_toml(postgres, PREFIX)
    with running(tmp_path, config, users_toml(), {'DEPLOYMENT_ID': 'other'}) as proxy:
        if has_looked:
            admin(proxy, 'RECOVER')
        with begun_by_hand(postgres, 'other'):
            admin(proxy, 'RECOVER')
        eventually(lambda: prepared(postgres) == 0, 'it is given up')


def test_decisions_of_all_users_are_forgotten(postgres: Cluster, app: RunningProxy, tmp_path: Path) -> None:
    names = [f'forgetful_{number}' for number in range(SHARDS)]
    for name in names:
        postgres.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'x'")
        decide_as(postgres, name)
    config = sharded_toml(postgres, PREFIX, *KEYS_OF_PROXY)
    users = ''.join(f'[[users]]\nname = "{name}"\npassword = "x"\ndatabase = "app"\n' for name in names)
    with running(tmp_path, config, users, {'DEPLOYMENT_ID': 'third'}) as proxy:
        for _ in names:
            admin(proxy, 'RECOVER')
        left = on_shards(postgres, PREFIX, "SELECT owner FROM pgdog_gevent.decision WHERE owner LIKE 'forgetful%'")
        assert left == [[]] * SHARDS
    postgres.execute(f'DROP ROLE {", ".join(names)}')


def decide_as(postgres: Cluster, user: str) -> None:
    """A decision on each shard, which all have heard of."""
    for shard, name in enumerate(shard_names(PREFIX)):
        with postgres.connect(name) as direct:
            direct.execute(f'SET SESSION AUTHORIZATION {user}'.encode())
            key = f"'pgdog_gevent:third:app:{shard}.1.' || left(md5(current_user), 24)"
            columns = '(name, verdict, participants)'
            direct.execute(f"INSERT INTO pgdog_gevent.decision {columns} VALUES ({key}, 'commit', '{{}}')".encode())
