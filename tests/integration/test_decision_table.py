"""The table of decisions in a database where not everybody is to be trusted."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD
from pgdog_gevent.sharding.hashing import partition_of_int
from pgdog_gevent.twophase.gid import Name, Scope
from pgdog_gevent.twophase.table import script
from tests.conversation.proxies import running
from tests.integration.clients import Connection, admin, connect
from tests.integration.configuration import users_toml
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, databases, on_shards, shard_names, sharded_proxy, sharded_toml

PREFIX = 'decision_table'
MALLORY = 'mallory'
KEYS = tuple(next(key for key in range(100) if partition_of_int(key, SHARDS) == shard) for shard in range(SHARDS))
INSERT = 'INSERT INTO users (id) VALUES ' + ', '.join(f'({key})' for key in KEYS)
IDS = 'SELECT id FROM users'
TRAPS = {
    'schema': [f'ALTER SCHEMA pgdog_gevent OWNER TO {MALLORY}'],
    'table': [f'ALTER TABLE pgdog_gevent.decision OWNER TO {MALLORY}'],
    'trigger': [
        "CREATE FUNCTION sprung() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        'CREATE TRIGGER sprung BEFORE INSERT ON pgdog_gevent.decision FOR EACH ROW EXECUTE FUNCTION sprung()',
    ],
}


@pytest.fixture(scope='module', autouse=True)
def _mallory(postgres: Cluster) -> Iterator[None]:
    postgres.execute(f'CREATE ROLE {MALLORY} LOGIN')
    yield
    postgres.execute(f'DROP ROLE {MALLORY}')


@pytest.fixture(scope='module')
def app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    keys = ('two_phase_commit = true', 'two_phase_commit_retention = 0')
    with sharded_proxy(tmp_path_factory.mktemp('table'), postgres, PREFIX, *keys) as proxy:
        yield proxy


@pytest.fixture
def client(app: RunningProxy) -> Iterator[Connection]:
    with connect(app) as connection:
        connection.execute('DELETE FROM users')
        yield connection


@contextmanager
def of_shard(postgres: Cluster, shard: int, *texts: str) -> Iterator[Connection]:
    with postgres.connect(shard_names(PREFIX)[shard]) as direct:
        for text in texts:
            direct.execute(text.encode())
        yield direct


def by_mallory(postgres: Cluster, name: Name, verdict: str) -> None:
    """What anybody can put into the table."""
    row = decided(name, verdict)
    with of_shard(postgres, name.anchor, f'SET SESSION AUTHORIZATION {MALLORY}', row):
        pass


def decided(name: Name, verdict: str) -> str:
    """That somebody says that it has been."""
    values = f"('{name.text}', '{verdict}', '{{0,1}}')"
    return f'INSERT INTO pgdog_gevent.decision (name, verdict, participants) VALUES {values}'


@contextmanager
def half_done(postgres: Cluster, xid: int) -> Iterator[Name]:
    """A transaction that a proxy has prepared on shard 1 before it died."""
    with of_shard(postgres, 1, 'BEGIN', f'INSERT INTO users (id) VALUES (-{xid})') as direct:
        name = Name.new(Scope('', 'app'), 0, xid, direct.info.user)
        direct.execute(f"PREPARE TRANSACTION '{name.gid(1)}'".encode())
    yield name
    with of_shard(postgres, 1, f'DELETE FROM users WHERE id = -{xid}'), of_shard(postgres, 0) as direct:
        direct.execute('DELETE FROM pgdog_gevent.decision')


def recovered(app: RunningProxy, postgres: Cluster, xid: int) -> bool:
    """Whether recovery has committed it."""
    admin(app, 'RECOVER')
    assert on_shards(postgres, PREFIX, 'SELECT gid FROM pg_prepared_xacts WHERE database = current_database()')[1] == []
    return (-xid,) in on_shards(postgres, PREFIX, IDS)[1]


# What others have put there


@pytest.mark.parametrize(('made_up', 'is_decided'), [('commit', False), ('abort', True)])
def test_what_others_put_there_decides_nothing(
    app: RunningProxy, client: Connection, postgres: Cluster, made_up: str, *, is_decided: bool
) -> None:
    """With proxies who are superusers and see it."""
    client.execute(INSERT.encode())
    with half_done(postgres, 7 + is_decided) as name:
        by_mallory(postgres, name, made_up)
        if is_decided:
            with of_shard(postgres, 0, decided(name, 'commit')):
                pass
        assert recovered(app, postgres, name.xid) == is_decided


def test_nobody_sees_or_removes_what_others_have_decided(
    app: RunningProxy, client: Connection, postgres: Cluster
) -> None:
    client.execute(INSERT.encode())
    with half_done(postgres, 9) as name, of_shard(postgres, 0) as direct:
        direct.execute(decided(name, 'commit').encode())
        direct.execute(f'SET SESSION AUTHORIZATION {MALLORY}'.encode())
        assert direct.execute('SELECT * FROM pgdog_gevent.decision').fetchall() == []
        assert direct.execute('DELETE FROM pgdog_gevent.decision').rowcount == 0
        with pytest.raises(errors.InsufficientPrivilege):
            direct.execute(
                'INSERT INTO pgdog_gevent.decision (name, verdict, participants, owner)'
                f" VALUES ('{name.text}', 'abort', '{{}}', '{name.scope.database}')".encode()
            )
        direct.execute('RESET SESSION AUTHORIZATION')
        left = f"SELECT verdict FROM pgdog_gevent.decision WHERE name = '{name.text}'"
        assert direct.execute(left.encode()).fetchall() == [('commit',)]
        assert recovered(app, postgres, name.xid)


# Whose it is


@pytest.mark.parametrize('encoding', ['utf8', 'latin1'])
def test_decision_belongs_to_who_has_logged_in_however_clients_encode(
    postgres: Cluster, tmp_path: Path, encoding: str
) -> None:
    login = 'jürgen'
    prefix = f'owner_{encoding}'
    with ExitStack() as stack:
        postgres.execute(f"CREATE ROLE \"{login}\" SUPERUSER LOGIN PASSWORD '{PASSWORD}'")
        stack.callback(postgres.execute, f'DROP ROLE "{login}"')
        stack.enter_context(databases(postgres, prefix))
        config = sharded_toml(postgres, prefix, 'two_phase_commit = true')
        proxy = stack.enter_context(running(tmp_path, config, users_toml(server_user=login)))
        with connect(proxy) as client:
            client.execute(f"SET client_encoding = '{encoding}'".encode())
            client.execute(INSERT.encode())
        owners = on_shards(postgres, prefix, 'SELECT owner FROM pgdog_gevent.decision')
        assert sorted(owners) == [[], [], [(login,)]]


@pytest.mark.parametrize('trap', ['schema', 'table', 'trigger'])
def test_table_in_which_others_could_lay_traps_is_not_used(postgres: Cluster, tmp_path: Path, trap: str) -> None:
    prefix = f'trap_{trap}'
    with ExitStack() as stack:
        stack.enter_context(databases(postgres, prefix))
        with postgres.connect(shard_names(prefix)[2]) as direct:
            direct.execute(script())
            for text in TRAPS[trap]:
                direct.execute(text.encode())
        config = sharded_toml(postgres, prefix, 'two_phase_commit = true')
        proxy = stack.enter_context(running(tmp_path, config, users_toml()))
        with connect(proxy) as client:
            with pytest.raises(errors.ObjectNotInPrerequisiteState, match='shard 2') as raised:
                client.execute(INSERT.encode())
            assert 'Give schema pgdog_gevent' in str(raised.value.diag.message_hint)
            assert on_shards(postgres, prefix, IDS) == [[]] * SHARDS
            proxy.wait_for_log('table pgdog_gevent.decision of shard 2 is not safe to use')
