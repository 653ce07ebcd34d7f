"""Who commits in two phases: by ``[general]``, by user, statements by themselves; and where one phase is enough."""

from collections import Counter
from collections.abc import Iterator

import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import SUPERUSER
from pgdog_gevent.demo.site import Site
from tests.conversation.proxies import running
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import shard_names, sharded_toml
from tests.integration.two_phase import (
    ALL,
    KEYS,
    PREPARES,
    Shards,
    client_of,
    shards,
    strict_server,
    user_toml,
)
from tests.integration.two_phase_work import ALL_WORK, EXPLICIT, IMPLICIT, MOVED, Work

PREFIX = 'two_phase_settings'
REWRITE = '[rewrite]\nshard_key = "rewrite"'
USERS = {
    'silent': '',
    'never': 'two_phase_commit = false',
    'always': 'two_phase_commit = true',
    'transactions': 'two_phase_commit = true\ntwo_phase_commit_auto = false',
    'statements': 'two_phase_commit = true\ntwo_phase_commit_auto = true',
    'only_statements': 'two_phase_commit = false\ntwo_phase_commit_auto = true',
}
GENERAL = {
    'off': (),
    'on': ('two_phase_commit = true',),
    'on, without statements': ('two_phase_commit = true', 'two_phase_commit_auto = false'),
}
TRANSACTIONS, STATEMENTS, BOTH, NONE = 'transactions', 'statements', 'transactions and statements', ''
EXPECTED = {
    'off': {'silent': NONE, 'never': NONE, 'always': BOTH, 'transactions': TRANSACTIONS, 'statements': BOTH,
            'only_statements': NONE},
    'on': {'silent': BOTH, 'never': NONE, 'always': BOTH, 'transactions': TRANSACTIONS, 'statements': BOTH,
           'only_statements': NONE},
    'on, without statements': {'silent': TRANSACTIONS, 'never': NONE, 'always': TRANSACTIONS,
                               'transactions': TRANSACTIONS, 'statements': BOTH, 'only_statements': NONE},
}  # fmt: skip


@pytest.fixture(scope='module')
def databases(site: Site) -> Iterator[Shards]:
    with strict_server(site, PREFIX) as cluster, shards(cluster, PREFIX) as databases:
        yield databases


@pytest.fixture(scope='module', params=GENERAL.keys())
def general(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope='module')
def app(databases: Shards, general: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    with running(tmp_path_factory.mktemp(PREFIX), config(databases.cluster, *GENERAL[general]), users()) as proxy:
        yield proxy


@pytest.fixture(scope='module')
def app_that_is_off(databases: Shards, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    with running(tmp_path_factory.mktemp(PREFIX), config(databases.cluster), users()) as proxy:
        yield proxy


@pytest.fixture
def full(databases: Shards) -> Shards:
    databases.fill()
    databases.execute('DROP TABLE IF EXISTS other; DROP INDEX IF EXISTS by_age')
    databases.forget()
    return databases


def config(cluster: Cluster, *general: str) -> str:
    return sharded_toml(cluster, PREFIX, *general, more=REWRITE)


def users() -> str:
    return ''.join(user_toml(name, keys, server_user=SUPERUSER) for name, keys in USERS.items())


@pytest.mark.parametrize('user', USERS)
@pytest.mark.parametrize(
    ('kind', 'work'),
    [(TRANSACTIONS, EXPLICIT['simple']), (STATEMENTS, IMPLICIT['UPDATE']), (STATEMENTS, IMPLICIT['COPY'])],
    ids=['transaction', 'statement', 'COPY'],
)
def test_users_commit_as_they_are_configured(
    app: RunningProxy, general: str, full: Shards, user: str, kind: str, work: Work
) -> None:
    with client_of(app, user) as client:
        work(client)
    assert full.decided() == (Counter([ALL]) if kind in EXPECTED[general][user] else Counter())


@pytest.mark.parametrize('work', [*ALL_WORK.values(), MOVED], ids=[*ALL_WORK.keys(), 'a row moves'])
def test_nothing_is_prepared_where_it_is_off(app_that_is_off: RunningProxy, full: Shards, work: Work) -> None:
    before, logged = full.contents(), len(full.cluster.log())
    with client_of(app_that_is_off, 'silent') as client:
        work(client)
    assert work is IMPLICIT['ALTER TABLE'] or full.contents() != before
    assert PREPARES not in full.cluster.log()[logged:]


# One phase

IN_ONE_PHASE = {
    'one shard': [f'UPDATE users SET age = 1 WHERE id = {KEYS[0]}', f'SELECT * FROM users WHERE id = {KEYS[0]}'],
    'one writer and two readers': ['SELECT * FROM users', f'UPDATE users SET age = 1 WHERE id = {KEYS[1]}'],
    'only readers': ['SELECT * FROM users', 'SELECT * FROM countries'],
    'read only': ['SET TRANSACTION READ ONLY', 'SELECT * FROM users'],
    'writes that are undone': ['SELECT * FROM users', 'UPDATE users SET age = 1 WHERE false'],
    'nothing': [],
}


@pytest.mark.parametrize('statements', IN_ONE_PHASE.values(), ids=IN_ONE_PHASE.keys())
@pytest.mark.parametrize('level', ['READ COMMITTED', 'SERIALIZABLE'])
def test_one_who_writes_needs_one_phase(
    app_that_is_off: RunningProxy, full: Shards, statements: list[str], level: str
) -> None:
    logged = len(full.cluster.log())
    with client_of(app_that_is_off, 'always') as client:
        for sql in (f'BEGIN ISOLATION LEVEL {level}', *statements, 'COMMIT'):
            client.execute(sql.encode())
    assert PREPARES not in full.cluster.log()[logged:]
    assert full.decided() == Counter()


def test_only_those_who_write_take_part(app_that_is_off: RunningProxy, full: Shards) -> None:
    with client_of(app_that_is_off, 'always') as client, client.transaction():
        client.execute('SELECT * FROM users')
        client.execute(f'UPDATE users SET age = 1 WHERE id IN ({KEYS[0]}, {KEYS[2]})'.encode())
    assert full.decided() == Counter([(0, 2)])


def test_serializable_reader_commits_before_the_decision(app_that_is_off: RunningProxy, full: Shards) -> None:
    reader = shard_names(PREFIX)[1]
    with client_of(app_that_is_off, 'always') as client:
        client.execute('UPDATE users SET age = 0')
        logged = len(full.cluster.log())
        client.execute('BEGIN ISOLATION LEVEL SERIALIZABLE')
        client.execute('SELECT * FROM users')
        client.execute(f'UPDATE users SET age = 1 WHERE id IN ({KEYS[0]}, {KEYS[2]})'.encode())
        client.execute('COMMIT')
    said = full.cluster.log()[logged:].splitlines()
    commit = next(at for at, line in enumerate(said) if f'@{reader} ' in line and line.endswith('statement: COMMIT'))
    prepares = next(at for at, line in enumerate(said) if PREPARES in line)
    decision = next(at for at, line in enumerate(said) if 'INSERT INTO pgdog_gevent.decision' in line)
    assert commit < prepares < decision
    assert not any(f'@{reader} ' in line for line in said[prepares:])
