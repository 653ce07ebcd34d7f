"""The connection to one of three shards is cut at every message: before the server gets it, and before it answers.

Whatever several shards do as one is then done by all of them or by none, or the client is told that nobody knows.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.conversation.proxies import running
from tests.fakes.cutter import Cutter
from tests.integration.clients import Connection, admin, connect, eventually, one
from tests.integration.configuration import users_toml
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, databases, shard_names, sharded_toml

PREFIX = 'sharded_cuts'
KEYS = tuple(next(key for key in range(100) if partition_of_int(key, SHARDS) == shard) for shard in range(SHARDS))
UNKNOWN = '08007'
"""Of what is committed on some shards and not on others."""
MOST_MESSAGES = 60


@pytest.fixture(scope='module')
def cutters(postgres: Cluster) -> Iterator[list[Cutter]]:
    """On the way to each shard."""
    with ExitStack() as stack:
        yield [stack.enter_context(Cutter(postgres.host, postgres.port)) for _ in range(SHARDS)]


@pytest.fixture(scope='module')
def app(
    postgres: Cluster, cutters: list[Cutter], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningProxy]:
    config = sharded_toml(postgres, PREFIX, 'min_pool_size = 0')
    for cutter in cutters:
        config = config.replace(f'port = {postgres.port}\n', f'port = {cutter.port}\n', 1)
    with databases(postgres, PREFIX), running(tmp_path_factory.mktemp('cuts'), config, users_toml()) as proxy:
        yield proxy


def update(client: Connection) -> None:
    client.execute('UPDATE users SET age = age + 1')


def insert(client: Connection) -> None:
    """Every row counts as one that is older by one year."""
    client.execute(b'INSERT INTO users (id, age) VALUES ' + b', '.join(b'(%d, 1)' % (key + 1000) for key in ALIKE))


ALIKE = tuple(next(key for key in range(2000) if partition_of_int(key + 1000, SHARDS) == s) for s in range(SHARDS))


def insert_by_parameters(client: Connection) -> None:
    rows = ', '.join(f'(%s, {1})' for _ in ALIKE)
    client.execute(f'INSERT INTO users (id, age) VALUES {rows}'.encode(), [key + 1000 for key in ALIKE])


def transaction_of_two(client: Connection) -> None:
    with client.transaction():
        for key in KEYS[:2]:
            client.execute('UPDATE users SET age = age + 1 WHERE id = %s', (key,))
        client.execute('SELECT count(*) FROM users')


def transaction_of_three(client: Connection) -> None:
    with client.transaction():
        client.execute('UPDATE users SET age = age + 1')
        client.execute('SAVEPOINT one')
        client.execute('UPDATE users SET age = age + 10')
        client.execute('ROLLBACK TO SAVEPOINT one')


def scatter(client: Connection) -> None:
    assert len(client.execute('SELECT id FROM users ORDER BY id').fetchall()) == SHARDS


def fold(client: Connection) -> None:
    assert one(client, 'SELECT sum(id) FROM users') == sum(KEYS)


def work_on(client: Connection, work: Callable[[Connection], None]) -> psycopg.Error | None:
    """What has come of it."""
    try:
        work(client)
    except psycopg.Error as error:
        return error
    return None


def older(postgres: Cluster) -> list[int]:
    """By how much those of each shard are; waits for whoever is at it."""
    found = []
    for name in shard_names(PREFIX):
        with postgres.connect(name) as direct, direct.transaction():
            direct.execute('LOCK TABLE users')
            [(total,)] = direct.execute('SELECT sum(age) FROM users').fetchall()
            found.append(int(str(total)))
    return found


WORKS = (
    (update, 3), (insert, 3), (insert_by_parameters, 3), (transaction_of_two, 2), (transaction_of_three, 3),
    (scatter, 0), (fold, 0),
)  # fmt: skip
"""What is done, and how many users are older after it, by one year each."""
SHORT = ((update, 0, True),)
"""Of the short run: with the shard that is cut, and whether it gets the last message.

All of this is tried with scripted servers as well, in no time (tests/conversation/test_shards_cut.py).
"""
CASES = [
    pytest.param(
        work, changes, shard, delivers, id=f'{work.__name__}, {shard}, {"delivered" if delivers else "lost"}',
        marks=() if (work, shard, delivers) in SHORT else pytest.mark.soak,
    )
    for (work, changes), shard, delivers in itertools.product(WORKS, range(SHARDS), (False, True))
]  # fmt: skip


@pytest.mark.parametrize(('work', 'changes', 'shard', 'delivers'), CASES)
def test_all_shards_do_it_or_none(
    app: RunningProxy, postgres: Cluster, cutters: list[Cutter], work: Callable[[Connection], None], changes: int,
    shard: int, delivers: bool,
) -> None:  # fmt: skip
    for messages in itertools.count():
        assert messages < MOST_MESSAGES
        with connect(app) as client:
            client.execute('TRUNCATE users')
            client.execute(b'INSERT INTO users (id, age) VALUES ' + b', '.join(b'(%d, 0)' % key for key in KEYS))
            cutters[shard].arm(messages, delivers=delivers)
            failure = work_on(client, work)
            reached = not cutters[shard].armed
            cutters[shard].disarm()
            assert reached or failure is None
            done = sum(older(postgres))
            if failure is None:
                assert done == changes, messages
            elif failure.sqlstate != UNKNOWN:
                assert done in (0, changes), (messages, failure)
            if not client.closed:
                assert client.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
                assert one(client, 'SELECT count(*) FROM users WHERE id < 1000') == SHARDS
        if not reached:
            break
    eventually(lambda: {row['sv_active'] for row in admin(app, 'SHOW POOLS')} == {0}, 'all connections are given back')
