"""Where a shard is not ready for a commit in two phases: an error that says what to do, before anything is prepared."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.settings import SUPERUSER
from pgdog_gevent.demo.site import Site
from tests.integration.clients import PATIENCE, Connection, one
from tests.integration.commands import run_command
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import sharded_toml
from tests.integration.two_phase import (
    ALL,
    KEYS,
    PREPARES,
    Shards,
    client_of,
    places_left,
    shards,
    strict_server,
    user_toml,
)

PREFIX = 'two_phase_refusals'
USERS = user_toml(SUPERUSER, 'schema_admin = true') + user_toml('writer') + user_toml('founder')
EVERYWHERE = 'UPDATE users SET age = age + 1'
BY_ITSELF = f'UPDATE users SET age = age + 1 WHERE id = {KEYS[1]}'
PUBLIC = {
    'USAGE': 'REVOKE USAGE ON SCHEMA pgdog_gevent FROM PUBLIC',
    'INSERT': 'REVOKE INSERT ON pgdog_gevent.decision FROM PUBLIC',
    'SELECT': 'REVOKE SELECT ON pgdog_gevent.decision FROM PUBLIC',
}


@pytest.fixture(scope='module')
def databases(site: Site) -> Iterator[Shards]:
    """With a ``writer`` who may not make schemas, and a ``founder`` who may."""
    with strict_server(site, PREFIX) as cluster, shards(cluster, PREFIX) as databases:
        databases.role('writer')
        databases.role('founder')
        for shard in ALL:
            databases.on(shard, f'GRANT CREATE ON DATABASE {PREFIX}_{shard} TO founder')
        yield databases


@pytest.fixture
def bare(databases: Shards) -> Shards:
    """Without the table of decisions."""
    databases.execute('DROP SCHEMA IF EXISTS pgdog_gevent CASCADE; DROP SCHEMA IF EXISTS pgdog CASCADE')
    databases.fill()
    return databases


@pytest.fixture
def app(bare: Shards, proxy: StartProxy) -> RunningProxy:
    """A proxy that knows nothing of these servers yet."""
    return proxy(sharded_toml(bare.cluster, PREFIX, 'two_phase_commit = true'), USERS)


def refused(client: Connection, databases: Shards) -> psycopg.Error:
    """How a transaction and a statement are refused: nothing is prepared, and the session goes on."""
    before, logged = databases.contents(), len(databases.cluster.log())
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as found, client.transaction():
        client.execute(EVERYWHERE.encode())
    assert client.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        client.execute(EVERYWHERE.encode())
    assert client.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
    assert databases.contents() == before
    assert PREPARES not in databases.cluster.log()[logged:]
    client.execute(BY_ITSELF.encode())
    assert databases.on(1, 'SELECT age FROM users') == [(1,)]
    return found.value


def test_server_without_places_is_refused(site: Site, proxy: StartProxy) -> None:
    with ExitStack() as ends:
        cluster = ends.enter_context(strict_server(site, f'{PREFIX}_none', max_prepared_transactions='0'))
        databases = ends.enter_context(shards(cluster, PREFIX))
        app = proxy(sharded_toml(cluster, PREFIX, 'two_phase_commit = true'), USERS)
        error = refused(ends.enter_context(client_of(app)), databases)
        assert 'cannot commit in two phases: its server has no place for prepared transactions' in str(error)
        assert str(error.diag.message_hint).startswith('Set max_prepared_transactions there')


def test_user_who_may_not_make_the_table_is_told_of_setup(app: RunningProxy, bare: Shards) -> None:
    with client_of(app, 'writer') as client:
        error = refused(client, bare)
    assert 'it has no table pgdog_gevent.decision, and user "writer" cannot make it' in str(error)
    assert 'permission denied for database' in str(error.diag.message_detail)
    assert error.diag.message_hint == 'Run "pgdog-gevent setup" as a user who may create schemas there.'
    assert bare.each("SELECT to_regnamespace('pgdog_gevent') IS NULL") == [[(True,)]] * 3


def test_setup_is_all_that_it_takes(app: RunningProxy, bare: Shards) -> None:
    with client_of(app, 'writer') as client:
        refused(client, bare)
        assert run_command(app.directory, 'setup').exit_code == 0
        client.execute(EVERYWHERE.encode())
    assert bare.decided() == Counter([ALL])


@pytest.mark.parametrize('missing', range(3))
def test_shard_that_was_not_set_up_refuses_for_all(app: RunningProxy, bare: Shards, missing: int) -> None:
    bare.install()
    bare.on(missing, 'DROP TABLE pgdog_gevent.decision')
    with client_of(app, 'writer') as client:
        error = refused(client, bare)
    assert f'shard {missing} cannot commit in two phases: it has no table' in str(error)


@pytest.mark.parametrize('revoke', PUBLIC.values(), ids=PUBLIC.keys())
def test_user_without_rights_is_told_so(app: RunningProxy, bare: Shards, revoke: str) -> None:
    bare.install()
    bare.execute(revoke)
    with client_of(app, 'writer') as client:
        error = refused(client, bare)
        assert 'user "writer" may not use table pgdog_gevent.decision' in str(error)
        assert error.diag.message_hint == 'Run "pgdog-gevent setup" as a user who may create schemas there.'
        bare.install()
        client.execute(EVERYWHERE.encode())
    assert bare.decided() == Counter([ALL])


@pytest.mark.parametrize('user', ['founder', SUPERUSER])
def test_first_commit_makes_the_table_where_the_user_may(app: RunningProxy, bare: Shards, user: str) -> None:
    with client_of(app, user) as client:
        client.execute(EVERYWHERE.encode())
    assert bare.decided() == Counter([ALL])
    assert bare.each('SELECT age FROM users') == [[(1,)]] * 3


@pytest.fixture
def cautious_founder(bare: Shards) -> Iterator[str]:
    """Whose transactions are read only unless they say otherwise."""
    bare.cluster.execute('ALTER ROLE founder SET default_transaction_read_only = on')
    yield 'founder'
    bare.cluster.execute('ALTER ROLE founder RESET default_transaction_read_only')


def test_user_who_reads_by_default_makes_the_table_too(
    app: RunningProxy, bare: Shards, cautious_founder: str
) -> None:
    with client_of(app, cautious_founder) as client:
        for sql in ('BEGIN READ WRITE', EVERYWHERE, 'COMMIT'):
            client.execute(sql.encode())
    assert bare.decided() == Counter([ALL])


def test_setup_is_done_by_a_user_who_reads_by_default(
    app: RunningProxy, bare: Shards, cautious_founder: str
) -> None:
    result = run_command(app.directory, 'setup', '--user', cautious_founder)
    assert result.exit_code == 0, result.output


def test_table_that_a_superuser_has_made_is_for_all(app: RunningProxy, bare: Shards) -> None:
    for user in (SUPERUSER, 'founder', 'writer'):
        with client_of(app, user) as client:
            client.execute(EVERYWHERE.encode())
    assert bare.decided() == Counter({ALL: 3})


@pytest.mark.parametrize('user', ['founder', SUPERUSER])
def test_those_who_make_it_at_once_are_not_in_each_others_way(
    app: RunningProxy, bare: Shards, proxy: StartProxy, user: str
) -> None:
    """Sessions of two proxies, each with rows of its own."""
    another = proxy(app.config.read_text(), USERS)
    bare.execute('TRUNCATE users')
    start, errors_seen = threading.Barrier(6), list[Exception]()

    def work(client: Connection, number: int) -> None:
        start.wait(PATIENCE)
        try:
            client.execute(f"INSERT INTO countries VALUES ('c{number}', 'new')".encode())
        except psycopg.Error as error:
            errors_seen.append(error)

    with ExitStack() as ends:
        clients = [ends.enter_context(client_of(each, user)) for each in (app, another) for _ in range(3)]
        threads = [threading.Thread(target=work, args=(client, number)) for number, client in enumerate(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
    assert errors_seen == []
    assert bare.decided() == Counter({ALL: 6})
    assert bare.each('SELECT count(*) FROM countries') == [[(7,)]] * 3


def test_table_that_has_gone_is_made_again(app: RunningProxy, bare: Shards) -> None:
    with client_of(app) as client:
        client.execute(EVERYWHERE.encode())
        bare.execute('DROP SCHEMA pgdog_gevent CASCADE')
        with pytest.raises(errors.UndefinedTable):
            client.execute(EVERYWHERE.encode())
        assert bare.prepared() == []
        client.execute(EVERYWHERE.encode())
    assert bare.decided() == Counter([ALL])
    assert bare.each('SELECT age FROM users') == [[(2,)]] * 3


def test_transaction_goes_through_when_there_is_room_again(app: RunningProxy, bare: Shards) -> None:
    with client_of(app) as client:
        client.execute(EVERYWHERE.encode())
        with places_left(bare.cluster, 0):
            with pytest.raises(errors.OutOfMemory, match='maximum number of prepared transactions reached'):
                client.execute(EVERYWHERE.encode())
            assert one(client, 'SELECT sum(age) FROM users') == 3
            client.execute(BY_ITSELF.encode())
        with places_left(bare.cluster, 2):
            client.execute(EVERYWHERE.encode())
    assert bare.each('SELECT age FROM users') == [[(2,)], [(3,)], [(2,)]]
