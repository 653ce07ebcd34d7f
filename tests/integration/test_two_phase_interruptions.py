"""Whatever befalls a session that commits: before the decision all is rolled back, from then on nothing stops it."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.site import Site
from pgdog_gevent.protocol import query
from tests.conversation.proxies import running
from tests.integration.clients import Connection, admin, eventually
from tests.integration.configuration import users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import sharded_toml
from tests.integration.two_phase import ALL, Shards, client_of, shards, strict_server
from tests.integration.wire import Wire

PREFIX = 'two_phase_interruptions'
WORK = 'UPDATE users SET age = age + 1'
TWO_PHASE = 'two_phase_commit = true'


@pytest.fixture(scope='module')
def databases(site: Site) -> Iterator[Shards]:
    with strict_server(site, PREFIX) as cluster, shards(cluster, PREFIX) as databases:
        databases.install()
        yield databases


@pytest.fixture(scope='module')
def app(databases: Shards, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    config = sharded_toml(databases.cluster, PREFIX, TWO_PHASE)
    with running(tmp_path_factory.mktemp(PREFIX), config, users_toml()) as proxy:
        yield proxy


@pytest.fixture
def full(databases: Shards) -> Shards:
    databases.fill()
    databases.forget()
    return databases


@pytest.fixture(params=['transaction', 'statement'])
def last(request: pytest.FixtureRequest, client: Connection) -> str:
    """What makes a client commit: COMMIT, or a statement by itself."""
    if request.param == 'statement':
        return WORK
    client.execute('BEGIN')
    client.execute(WORK)
    return 'COMMIT'


@pytest.fixture
def client(app: RunningProxy, full: Shards) -> Iterator[Connection]:
    with client_of(app) as client:
        yield client


def prepares(full: Shards) -> None:
    """Wait until two shards prepare."""
    eventually(lambda: sum('PREPARE' in each for each in full.waiting('SyncRep')) == 2, 'two prepare')


def decides(full: Shards) -> None:
    """Wait until the anchor decides."""
    eventually(lambda: len(full.waiting('relation')) == 1, 'one decides')


def rolled_back(full: Shards, ages: tuple[int, int, int] = (0, 0, 0)) -> None:
    eventually(lambda: full.prepared() == [], 'nothing is prepared any more')
    assert full.ages() == list(ages)
    assert full.decided() == Counter()


def committed(full: Shards) -> None:
    eventually(lambda: full.prepared() == [], 'nothing is prepared any more')
    assert full.ages() == [1, 1, 1]
    assert full.decided() == Counter([ALL])


def test_cancel_before_the_decision_rolls_back(full: Shards, client: Connection, last: str) -> None:
    with full.unprepared(lambda: client.execute(last.encode())) as committing:
        prepares(full)
        client.cancel()
        with pytest.raises(errors.QueryCanceled):
            committing.result(10)
    rolled_back(full)
    assert client.execute('SELECT count(*) FROM users').fetchone() == (3,)


def test_cancel_of_the_decision_rolls_back(full: Shards, client: Connection, last: str) -> None:
    with full.undecided(lambda: client.execute(last.encode())) as committing:
        decides(full)
        client.cancel()
        with pytest.raises(errors.QueryCanceled):
            committing.result(10)
    rolled_back(full)
    assert client.execute('SELECT count(*) FROM users').fetchone() == (3,)


def test_cancel_after_the_decision_does_nothing(full: Shards, client: Connection, last: str) -> None:
    with full.unprepared(lambda: client.execute(last.encode())) as committing:
        prepares(full)
        full.wait_no_longer('PREPARE TRANSACTION')
        eventually(lambda: full.wait_no_longer('INSERT INTO pgdog_gevent') == 1, 'it is decided')
        eventually(lambda: len(full.waiting('SyncRep')) == 2, 'two make it visible')
        client.cancel()
        assert committing.result(10).statusmessage in ('COMMIT', 'UPDATE 3')
    committed(full)


def kill(app: RunningProxy) -> None:
    [number] = [row['id'] for row in admin(app, 'SHOW CLIENTS') if row['database'] == 'app']
    admin(app, f'KILL_CLIENT {number}')


def test_killed_client_has_not_committed_before_the_decision(
    app: RunningProxy, full: Shards, client: Connection, last: str
) -> None:
    with full.unprepared(lambda: client.execute(last.encode())) as committing:
        prepares(full)
        kill(app)
        with pytest.raises(psycopg.OperationalError):
            committing.result(10)
    rolled_back(full)


def test_killed_client_has_committed_from_the_decision_on(
    app: RunningProxy, full: Shards, client: Connection, last: str
) -> None:
    with full.undecided(lambda: client.execute(last.encode())):
        decides(full)
        kill(app)
    committed(full)


@pytest.mark.parametrize('reset', [False, True], ids=['FIN', 'RST'])
def test_client_that_goes_while_it_is_decided_has_committed(app: RunningProxy, full: Shards, reset: bool) -> None:
    wire = Wire.to_proxy(app)
    wire.send(query.query(f'BEGIN; {WORK}'.encode()))
    wire.read_until(ord('Z'))
    with full.undecided(lambda: wire.send(query.query(b'COMMIT'))):
        decides(full)
        wire.leave(reset=reset)
    committed(full)


@pytest.mark.parametrize('reset', [False, True], ids=['FIN', 'RST'])
def test_client_that_goes_while_it_is_prepared_has_done_all_or_nothing(
    app: RunningProxy, full: Shards, reset: bool
) -> None:
    wire = Wire.to_proxy(app)
    wire.send(query.query(f'BEGIN; {WORK}'.encode()))
    wire.read_until(ord('Z'))
    with full.unprepared(lambda: wire.send(query.query(b'COMMIT'))):
        prepares(full)
        wire.leave(reset=reset)
    eventually(lambda: full.prepared() == [], 'nothing is prepared any more')
    eventually(lambda: full.ages() in ([0, 0, 0], [1, 1, 1]), 'all or nothing')
    eventually(lambda: not [row for row in admin(app, 'SHOW CLIENTS') if row['database'] == 'app'], 'it has gone')


def test_shutdown_waits_for_a_commit(full: Shards, proxy: StartProxy) -> None:
    app = proxy(sharded_toml(full.cluster, PREFIX, TWO_PHASE), users_toml())
    with client_of(app) as client:
        client.execute('BEGIN')
        client.execute(WORK)
        with ThreadPoolExecutor(1) as ender, full.undecided(lambda: client.execute('COMMIT')) as committing:
            decides(full)
            ended = ender.submit(app.stop)
            app.wait_for_log('shutting down')
        assert committing.result().statusmessage == 'COMMIT'
        assert ended.result() == 0
    committed(full)


def test_query_timeout_before_the_decision_rolls_back(full: Shards, proxy: StartProxy) -> None:
    app = proxy(sharded_toml(full.cluster, PREFIX, TWO_PHASE, 'query_timeout = 1000'), users_toml())
    with client_of(app) as client:
        client.execute('SELECT count(*) FROM users')
        with full.unprepared(lambda: client.execute(WORK)) as committing, pytest.raises(errors.QueryCanceled):
            committing.result(10)
    rolled_back(full)


@pytest.mark.parametrize(
    ('limit', 'error'),
    [('statement_timeout', errors.QueryCanceled), ('lock_timeout', errors.LockNotAvailable)],
    ids=['statement_timeout', 'lock_timeout'],
)
def test_limit_of_the_session_that_passes_while_it_is_decided_rolls_back(
    full: Shards, client: Connection, last: str, limit: str, error: type[psycopg.Error]
) -> None:
    if last != 'COMMIT':
        client.execute(f"SET {limit} = '400ms'".encode())
    else:
        client.execute(f"SET LOCAL {limit} = '400ms'".encode())
    with full.undecided(lambda: client.execute(last.encode())) as committing, pytest.raises(error):
        committing.result(10)
    rolled_back(full)
    assert client.execute('SELECT count(*) FROM users').fetchone() == (3,)


def test_server_that_ends_a_session_before_the_decision_rolls_back(full: Shards, client: Connection, last: str) -> None:
    with full.undecided(lambda: client.execute(last.encode())) as committing:
        eventually(lambda: full.cut_deciders() == 1, 'one is cut off')
    with pytest.raises(psycopg.OperationalError, match='has been rolled back on all shards'):
        committing.result()
    rolled_back(full)
