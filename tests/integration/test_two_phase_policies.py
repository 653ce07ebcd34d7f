"""Row level security of the table of decisions: nobody sees, removes or fakes what others have decided."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.settings import SUPERUSER
from pgdog_gevent.demo.site import Site
from tests.conversation.proxies import running
from tests.integration.clients import Connection, admin
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import shard_names, sharded_toml
from tests.integration.two_phase import Shards, shards, strict_server, user_toml

PREFIX = 'two_phase_policies'
INSERT = 'INSERT INTO pgdog_gevent.decision (name, verdict, participants) VALUES (%s, %s, %s)'
SEE = 'SELECT count(*) FROM pgdog_gevent.decision'


@pytest.fixture(scope='module')
def databases(site: Site) -> Iterator[Shards]:
    with strict_server(site, PREFIX) as cluster, shards(cluster, PREFIX) as databases:
        databases.role('victim')
        databases.role('intruder')
        databases.install()
        yield databases


@pytest.fixture(scope='module', params=['with a superuser', 'without'])
def app(
    databases: Shards, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningProxy]:
    """Both are users of the proxy, and maybe one who sees everything."""
    config = sharded_toml(databases.cluster, PREFIX, 'two_phase_commit = true')
    users = ''.join(user_toml(name) for name in ('intruder', 'victim'))
    if request.param != 'without':
        users = user_toml(SUPERUSER) + users
    with running(tmp_path_factory.mktemp(PREFIX), config, users) as proxy:
        yield proxy


@pytest.fixture
def full(databases: Shards) -> Shards:
    databases.fill()
    databases.forget()
    return databases


@pytest.fixture
def intruder(databases: Shards) -> Iterator[Connection]:
    """Who speaks to the server that decides, without the proxy."""
    with psycopg.connect(databases.cluster.dsn(shard_names(PREFIX)[0], 'intruder'), autocommit=True) as intruder:
        yield intruder


def test_decisions_of_others_are_not_seen(full: Shards, intruder: Connection) -> None:
    full.leave('commit', owner='victim', shards=())
    assert intruder.execute(SEE.encode()).fetchall() == [(0,)]


def test_decisions_of_others_are_not_removed(full: Shards, intruder: Connection) -> None:
    full.leave('commit', owner='victim', shards=())
    [(name,)] = full.on(0, 'SELECT name FROM pgdog_gevent.decision')
    intruder.execute('SELECT pgdog_gevent.forget(ARRAY[%s])', (name,))
    for text in ('DELETE FROM pgdog_gevent.decision', 'TRUNCATE pgdog_gevent.decision'):
        with pytest.raises(errors.InsufficientPrivilege):
            intruder.execute(text.encode())
    assert full.on(0, SEE) == [(1,)]


def test_own_decisions_are_removed(full: Shards, intruder: Connection) -> None:
    full.leave('commit', owner='intruder', shards=())
    [(name,)] = full.on(0, 'SELECT name FROM pgdog_gevent.decision')
    intruder.execute('SELECT pgdog_gevent.forget(ARRAY[%s])', (name,))
    assert full.on(0, SEE) == [(0,)]


@pytest.mark.parametrize('mode', ['SHARE ROW EXCLUSIVE', 'ACCESS EXCLUSIVE'])
def test_nobody_locks_the_table_so_that_others_cannot_commit(intruder: Connection, mode: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege), intruder.transaction():
        intruder.execute(f'LOCK TABLE pgdog_gevent.decision IN {mode} MODE'.encode())


@pytest.mark.parametrize('change', ["SET verdict = 'abort'", "SET owner = 'victim'"])
def test_decisions_are_not_changed_not_even_ones_own(full: Shards, intruder: Connection, change: str) -> None:
    full.leave('commit', owner='intruder', shards=())
    with pytest.raises(errors.InsufficientPrivilege):
        intruder.execute(f'UPDATE pgdog_gevent.decision {change}'.encode())


def test_nobody_decides_in_the_name_of_another(full: Shards, intruder: Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        intruder.execute(
            'INSERT INTO pgdog_gevent.decision (name, verdict, participants, owner) VALUES (%s, %s, %s, %s)',
            ('pgdog_gevent::app:0.1.0123456789abcdef', 'commit', [0, 1], 'victim'),
        )
    assert full.on(0, SEE) == [(0,)]


@pytest.mark.parametrize('fake', ['commit', 'abort'])
def test_faked_decisions_do_not_count(app: RunningProxy, full: Shards, fake: str) -> None:
    full.leave(fake, owner='victim', decider='intruder')
    admin(app, 'RECOVER')
    assert full.ages() == [0, 0, 0]
    assert full.prepared() == []
    assert full.on(0, "SELECT verdict FROM pgdog_gevent.decision WHERE owner = 'intruder'") == [(fake,)]
