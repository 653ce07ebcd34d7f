"""Random transactions, savepoints and settings of two clients over three shards have the answers of one PostgreSQL.

``TRANSACTIONS_COUNT=500`` makes it long.
"""

import os
import random
from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol import query
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.integration.clients import Connection, connect
from tests.integration.extended import EXECUTE, bind, parse
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SCHEMA, SHARDS, shard_names, sharded_proxy
from tests.integration.sharded_programs import NOT_AVAILABLE, Program, heard
from tests.integration.wire import Wire

PREFIX, PLAIN = 'sharded_transactions', 'sharded_transactions_plain'
COUNT = int(os.environ.get('TRANSACTIONS_COUNT', '8'))
STEPS = 25
KEYS = tuple(next(key for key in range(100) if partition_of_int(key, SHARDS) == shard) for shard in range(SHARDS))
ZONES = ('Asia/Tokyo', 'Asia/Seoul', 'Europe/Oslo')
SEEN = "SELECT id, age, current_setting('timezone'), coalesce(current_setting('app.x', true), '') FROM users"


def statement(chance: random.Random) -> str:
    zone, key, name = chance.choice(ZONES), chance.choice(KEYS), chance.choice(('a', 'b'))
    return chance.choice(
        (
            'BEGIN', 'BEGIN', 'COMMIT', 'ROLLBACK', 'COMMIT AND CHAIN', 'ROLLBACK AND CHAIN',
            f'SAVEPOINT {name}', f'SAVEPOINT {name}', f'ROLLBACK TO {name}', f'RELEASE {name}',
            f"SET timezone TO '{zone}'", f"SET LOCAL timezone TO '{zone}'", 'RESET timezone',
            f"SET app.x TO '{zone}'", f"SET LOCAL app.x TO '{zone}'",
            f"SELECT set_config('timezone', '{zone}', true)", f"SELECT set_config('app.x', '{zone}', false)",
            f"SELECT set_config('app.x', '{zone}', true), set_config('timezone', '{zone}', true)",
            f'{SEEN} ORDER BY id', f'{SEEN} ORDER BY id', f'{SEEN} WHERE id = {key}', f'{SEEN} WHERE id = {key}',
            'UPDATE users SET age = age + 1', f'UPDATE users SET age = age + 1 WHERE id = {key} RETURNING age',
            f'SELECT 1 / (id - {key}) FROM users', f'SELECT 1 / (id - id) FROM users WHERE id = {key}',
            'SHOW timezone',
        )
    )  # fmt: skip


def answer(client: Connection, sql: str, *, extended: bool) -> tuple[object, ...]:
    try:
        cursor = client.execute(sql.encode(), () if extended else None)
    except psycopg.Error as error:
        return error.sqlstate, client.info.transaction_status
    rows = cursor.fetchall() if cursor.description is not None else []
    return cursor.statusmessage, rows, client.info.transaction_status


@pytest.fixture(scope='module')
def app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    """Pools of two, so that clients have the connections of others."""
    directory = tmp_path_factory.mktemp('transactions')
    postgres.execute(f'CREATE DATABASE {PLAIN}')
    with postgres.connect(PLAIN) as direct:
        direct.execute(SCHEMA.encode())
    with sharded_proxy(directory, postgres, PREFIX, 'default_pool_size = 4', 'query_timeout = 5000') as proxy:
        yield proxy
    postgres.execute(f'DROP DATABASE {PLAIN} WITH (FORCE)')


@pytest.mark.parametrize('seed', range(COUNT))
def test_transactions_are_those_of_one_server(app: RunningProxy, postgres: Cluster, seed: int) -> None:
    chance = random.Random(seed)
    history: list[str] = []
    with postgres.connect(PLAIN) as plain, connect(app) as sharded:
        for client in (plain, sharded):
            client.prepare_threshold = None
            client.execute('TRUNCATE users')
            client.execute(b'INSERT INTO users (id, age) VALUES ' + b', '.join(b'(%d, 0)' % key for key in KEYS))
        begins = [client.execute('SHOW timezone').fetchall() for client in (plain, sharded)]
        assert begins[0] == begins[1]
        for _ in range(STEPS):
            sql, extended = statement(chance), chance.random() < 0.5
            history.append(f'{sql};{" -- extended" if extended else ""}')
            expected = answer(plain, sql, extended=extended)
            found = answer(sharded, sql, extended=extended)
            if found[0] == NOT_AVAILABLE:
                if sharded.info.transaction_status is psycopg.pq.TransactionStatus.IDLE:
                    return
                found, expected = (answer(client, 'ROLLBACK', extended=False) for client in (sharded, plain))
            assert found == expected, '\n'.join(history)


# Programs of several clients who take turns

CLIENTS, TURNS = 3, 30
PROGRAMS_COUNT = int(os.environ.get('PROGRAMS_COUNT', '500'))
OWN = tuple(
    tuple(
        next(key for key in range(100 * client, 999) if partition_of_int(key, SHARDS) == shard)
        for shard in range(SHARDS)
    )
    for client in range(1, CLIENTS + 1)
)
"""The keys of each client, one for each shard."""
OPEN = (('Z E', 'Z E'), ('Z E', 'Z T'))
"""Where what has been done by one only can be taken back."""


def run(app: RunningProxy, postgres: Cluster, seed: int) -> None:
    rows = b', '.join(b"(%d, 'c%d', 0)" % (key, client) for client, keys in enumerate(OWN) for key in keys)
    with postgres.connect(PLAIN) as plain, connect(app) as sharded:
        for each in (plain, sharded):
            each.execute('TRUNCATE users')
            each.execute(b'INSERT INTO users (id, name, age) VALUES ' + rows)
    history = list[str]()
    with ExitStack() as stack:
        plains = [stack.enter_context(Wire.to_cluster(postgres, PLAIN)) for _ in OWN]
        shardeds = [stack.enter_context(Wire.to_proxy(app)) for _ in OWN]
        for turn in Program(seed, OWN).turns(TURNS):
            history.append(f'{turn.client}: {turn.shown}')
            found, expected = (answer_to(each[turn.client], turn.messages) for each in (shardeds, plains))
            if NOT_AVAILABLE in found:
                if (found[-1], expected[-1]) not in OPEN or ' s' in turn.shown:
                    return  # What one has done lasts, as what has been prepared.
                rollback = query.query(b'ROLLBACK')
                found, expected = (answer_to(each[turn.client], rollback) for each in (shardeds, plains))
            assert alike(found, expected), '\n'.join([*history, str(found), str(expected)])


def alike(found: list[str], expected: list[str]) -> bool:
    """What fails a transaction may be found before its turn has come; nothing before it is done then, either."""
    early = found in (expected[-2:], ['42601', 'Z E'])
    return found == expected or (expected[-1] == 'Z E' and early)


def answer_to(wire: Wire, messages: bytes) -> list[str]:
    wire.send(messages)
    return heard(wire.read_until(ord('Z')))


def as_turn(said: str) -> bytes:
    """A Query, or, with bars, a pipeline."""
    steps = [parse(b'', sql.encode()) + bind(b'') + EXECUTE for sql in said.split(' | ')]
    return b''.join(steps) + query.SYNC if len(steps) > 1 else query.query(said.encode())


READ, WRITE = f'SELECT id FROM users WHERE id = {KEYS[0]}', 'UPDATE users SET age = 1'
SAID = (
    (f'{WRITE} | SAVEPOINT a', 'SHOW transaction_isolation'),
    ('SAVEPOINT a | ' + WRITE, 'ROLLBACK TO a | ' + READ, 'RELEASE a | ' + READ, f'{WRITE} | COMMIT AND CHAIN'),
    (f'{WRITE} | DECLARE c CURSOR FOR {READ}', f'{WRITE} | LOCK TABLE users'),
    ('COMMIT | ' + WRITE, 'ROLLBACK | ' + WRITE, f'{WRITE} | COMMIT | SELECT nothing'),
    (f'{WRITE} | ROLLBACK | SELECT 1', READ),
    (f'{READ} | BEGIN ISOLATION LEVEL SERIALIZABLE', 'SHOW transaction_isolation'),
    (f'{READ} | BEGIN READ ONLY', 'SHOW transaction_read_only', WRITE, 'ROLLBACK', WRITE),
    ('SELECT 1 | BEGIN READ ONLY', READ, WRITE, 'COMMIT', 'SHOW transaction_read_only'),
    ('BEGIN', 'BEGIN READ ONLY', READ, WRITE, 'COMMIT'),
    ('SET LOCAL work_mem TO 999 | ' + WRITE + ' | SHOW work_mem', 'SHOW work_mem'),
    (f'SET TRANSACTION READ ONLY; {WRITE}; SELECT 1', 'SELECT count(*) FROM users WHERE age = 1'),
    ('SET LOCAL work_mem TO 999; SELECT count(*) FROM users; SHOW work_mem', 'SHOW work_mem'),
    ('SET TRANSACTION READ ONLY | ' + WRITE, 'SHOW transaction_read_only'),
    ('BEGIN', 'SELECT 1 / 0', 'ROLLBACK; SELECT 1', READ),
    ('BEGIN', 'SELECT 1 / 0', 'COMMIT; BEGIN', WRITE, 'ROLLBACK; SELECT count(*) FROM users WHERE age = 1; SELECT 1'),
    ('BEGIN', 'SELECT id / 0 FROM users', '', 'SELEC', 'ROLLBACK; SELEC', 'ROLLBACK'),
    ('BEGIN', 'SAVEPOINT a', WRITE, 'SELECT 1 / 0', 'ROLLBACK TO a; RELEASE a', READ, 'COMMIT'),
    ('BEGIN', 'SAVEPOINT a', 'SELECT id / 0 FROM users', f'ROLLBACK TO a; {WRITE}; COMMIT; SELECT 1', 'ROLLBACK'),
    ('BEGIN', 'SAVEPOINT a', 'SELECT id / 0 FROM users', 'ROLLBACK TO a; SELECT 1 / 0; COMMIT', 'ROLLBACK TO a'),
    ('BEGIN', WRITE, 'SAVEPOINT a', 'SELECT 1 / 0', 'ROLLBACK TO b; SELECT 1', f'ROLLBACK TO a; {READ}', 'COMMIT'),
    (f'BEGIN; {READ}; SAVEPOINT a; SELECT 1 / 0', 'ROLLBACK TO a; SELECT 1', 'ROLLBACK TO b; SELECT 1',
     f'ROLLBACK TO a; {READ}', 'SELECT 1 / 0', 'ROLLBACK TO a', READ, 'COMMIT'),
    (f'BEGIN ISOLATION LEVEL SERIALIZABLE; {READ}', 'COMMIT AND CHAIN; SHOW transaction_isolation', 'ROLLBACK'),
    ('SET LOCAL work_mem TO 999; LOCK TABLE users; SELECT count(*) FROM users',),
)
"""What clients say, turn by turn: as a Query, or, with bars, as a pipeline."""


@pytest.mark.parametrize('said', SAID, ids=[turns[0] for turns in SAID])
def test_transactions_end_and_fail_as_in_one_server(
    app: RunningProxy, postgres: Cluster, said: tuple[str, ...]
) -> None:
    with Wire.to_cluster(postgres, PLAIN) as plain, Wire.to_proxy(app) as sharded:
        for turn in ('TRUNCATE users', *(f'INSERT INTO users (id, age) VALUES ({key}, 0)' for key in KEYS), *said):
            expected, found = (answer_to(wire, as_turn(turn)) for wire in (plain, sharded))
            assert found == expected, turn


SAID_OF_PREPARED = (
    ('BEGIN', READ, "PREPARE TRANSACTION '%s'; SELECT 1", READ),
    ('BEGIN', READ, "SAVEPOINT a | PREPARE TRANSACTION '%s'", READ),
    (f"BEGIN; {READ}; PREPARE TRANSACTION '%s'; SELECT count(*) FROM users", READ),
    ('BEGIN', "PREPARE TRANSACTION '%s'", READ),
    ('BEGIN', 'SELECT 1 / 0', "PREPARE TRANSACTION '%s'; SELECT 1"),
)


@pytest.mark.parametrize('said', SAID_OF_PREPARED, ids=[turns[-2] for turns in SAID_OF_PREPARED])
def test_transaction_that_is_prepared_is_over(app: RunningProxy, postgres: Cluster, said: tuple[str, ...]) -> None:
    answers = []
    for wire, name in ((Wire.to_cluster(postgres, PLAIN), 'plain'), (Wire.to_proxy(app), 'sharded')):
        with wire:
            found = [answer_to(wire, as_turn(turn.replace('%s', name))) for turn in said]
            answers.append([answer[-1] for answer in found] + found[-1])
    for database in (PLAIN, *shard_names(PREFIX)):
        with postgres.connect(database) as connection:
            for (gid,) in connection.execute(b'SELECT gid FROM pg_prepared_xacts WHERE database = current_database()'):
                connection.execute(f"ROLLBACK PREPARED '{gid}'".encode())
    assert answers[0] == answers[1]


def test_what_is_wrong_with_a_text_is_told_although_it_is_found_before_its_turn(app: RunningProxy) -> None:
    with Wire.to_proxy(app) as wire:
        assert answer_to(wire, query.query(b'BEGIN')) == ['C BEGIN\0', 'Z T']
        steps = (parse(b'', sql) + bind(b'') + EXECUTE for sql in (WRITE.encode(), b'SELEC'))
        assert answer_to(wire, b''.join(steps) + query.SYNC) == ['42601', 'Z E']


@pytest.mark.parametrize('seed', range(COUNT))
def test_programs_of_several_clients_are_those_of_one_server(app: RunningProxy, postgres: Cluster, seed: int) -> None:
    run(app, postgres, seed)


@pytest.mark.soak
def test_many_programs_of_several_clients_are_those_of_one_server(app: RunningProxy, postgres: Cluster) -> None:
    for seed in range(COUNT, COUNT + PROGRAMS_COUNT):
        run(app, postgres, seed)
