"""What writes on several shards is committed in two phases: all of it is there, or nothing, whoever refuses."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.site import Site
from tests.conversation.proxies import running
from tests.integration.clients import connect
from tests.integration.configuration import users_toml
from tests.integration.extended import EXECUTE, ask, bind, letters, parse
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import sharded_toml
from tests.integration.two_phase import ALL, NEW, PREPARES, Shards, places_left, shards, strict_server
from tests.integration.two_phase_work import ALL_WORK, IMPLICIT, MOVED, ONE_BY_ONE, Work
from tests.integration.wire import Wire

PREFIX = 'two_phase_coverage'
REWRITE = '[rewrite]\nshard_key = "rewrite"'

Refusal = Callable[[Shards], AbstractContextManager[None]]


@pytest.fixture(scope='module')
def cluster(site: Site) -> Iterator[Cluster]:
    with strict_server(site, PREFIX) as cluster:
        yield cluster


@pytest.fixture(scope='module')
def databases(cluster: Cluster) -> Iterator[Shards]:
    with shards(cluster, PREFIX) as databases:
        yield databases


@pytest.fixture(scope='module')
def app(databases: Shards, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    """A proxy that commits all of these in two phases."""
    config = sharded_toml(databases.cluster, PREFIX, 'two_phase_commit = true', more=REWRITE)
    with running(tmp_path_factory.mktemp(PREFIX), config, users_toml()) as proxy:
        with connect(proxy) as client:
            client.execute('UPDATE users SET age = 0')  # That makes the table of decisions.
        yield proxy


@pytest.fixture
def full(databases: Shards, app: RunningProxy) -> Shards:
    """The rows that there are before each test."""
    databases.fill()
    databases.execute('DROP TABLE IF EXISTS other; DROP INDEX IF EXISTS by_age')
    databases.forget()
    return databases


def room_for_one(databases: Shards) -> AbstractContextManager[None]:
    """One can prepare, and another one cannot."""
    return places_left(databases.cluster, 1)


def no_decision(databases: Shards) -> AbstractContextManager[None]:
    """All can prepare, and the anchor fails."""
    return databases.nobody_may_decide()


REFUSALS: dict[str, tuple[Refusal, type[psycopg.Error]]] = {
    'some prepare': (room_for_one, errors.OutOfMemory),
    'it is not decided': (no_decision, errors.CheckViolation),
}


@pytest.mark.parametrize('work', ALL_WORK.values(), ids=ALL_WORK.keys())
def test_writes_on_all_shards_are_committed_in_two_phases(app: RunningProxy, full: Shards, work: Work) -> None:
    before = full.contents()
    with connect(app) as client:
        work(client)
    assert set(full.decided()) == {ALL}
    after = full.contents()
    assert work is IMPLICIT['ALTER TABLE'] or all(now != then for now, then in zip(after, before, strict=True))
    assert full.prepared() == []


@pytest.mark.parametrize('refusal', REFUSALS.values(), ids=REFUSALS.keys())
@pytest.mark.parametrize('work', ALL_WORK.values(), ids=ALL_WORK.keys())
def test_nothing_of_it_is_there_if_one_refuses(
    app: RunningProxy, full: Shards, work: Work, refusal: tuple[Refusal, type[psycopg.Error]]
) -> None:
    before = full.contents()
    refuses, error = refusal
    with connect(app) as client:
        with refuses(full), pytest.raises(error):
            work(client)
        assert client.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
        assert full.contents() == before
        assert full.prepared() == []
        assert not full.decided()
        work(client)
    assert set(full.decided()) == {ALL}


def test_row_moves_to_another_shard_in_two_phases(app: RunningProxy, full: Shards) -> None:
    with connect(app) as client:
        MOVED(client)
    assert full.decided() == Counter([(0, 2)])
    assert full.on(2, f'SELECT name FROM users WHERE id = {NEW[2]}') == [('old',)]
    assert full.on(0, 'SELECT name FROM users') == []


def test_row_stays_where_it_is_if_a_shard_refuses(app: RunningProxy, full: Shards) -> None:
    before = full.contents()
    with connect(app) as client, full.nobody_may_decide(), pytest.raises(errors.CheckViolation):
        MOVED(client)
    assert full.contents() == before
    assert full.prepared() == []


def test_statements_of_one_round_are_committed_in_two_phases(app: RunningProxy, full: Shards) -> None:
    with Wire.to_proxy(app) as wire:
        answers = ask(wire, *(parse(b'', sql.encode()) + bind(b'') + EXECUTE for sql in ONE_BY_ONE))
    assert letters(answers) == '12C' * 3 + 'Z'
    assert full.decided() == Counter([ALL])


@pytest.mark.parametrize('refusal', REFUSALS.values(), ids=REFUSALS.keys())
def test_round_ends_in_an_error_if_a_shard_refuses(
    app: RunningProxy, full: Shards, refusal: tuple[Refusal, type[psycopg.Error]]
) -> None:
    before = full.contents()
    refuses, _ = refusal
    with Wire.to_proxy(app) as wire, refuses(full):
        answers = ask(wire, *(parse(b'', sql.encode()) + bind(b'') + EXECUTE for sql in ONE_BY_ONE))
        assert letters(answers) == '12C' * 3 + 'EZ'  # As PostgreSQL does if a deferred constraint is violated.
        assert answers[-1][1] == b'I'
    assert full.contents() == before
    assert full.prepared() == []


def test_deferred_constraint_refuses_before_anything_is_prepared(app: RunningProxy, full: Shards) -> None:
    full.execute('ALTER TABLE users ADD CONSTRAINT of_age UNIQUE (name, age) DEFERRABLE INITIALLY DEFERRED')
    before, logged = full.contents(), len(full.cluster.log())
    try:
        with connect(app) as client, pytest.raises(errors.UniqueViolation), client.transaction():
            client.execute('UPDATE users SET age = 1')
            client.execute(f"INSERT INTO users (id, name, age) VALUES ({NEW[1]}, 'old', 1)".encode())
        assert full.contents() == before
        assert PREPARES not in full.cluster.log()[logged:]
    finally:
        full.execute('ALTER TABLE users DROP CONSTRAINT of_age')


@pytest.mark.parametrize(
    'sql',
    [
        '/* pgdog_shard: 0 */ LISTEN something', '/* pgdog_shard: 0 */ CREATE TEMP TABLE mine (id int)',
        '/* pgdog_shard: 0 */ DECLARE c CURSOR WITH HOLD FOR SELECT 1',
    ],
)  # fmt: skip
def test_what_no_server_prepares_commits_where_it_is_decided_or_is_refused_as_a_whole(
    app: RunningProxy, full: Shards, sql: str
) -> None:
    before = full.contents()
    with connect(app) as client:
        for statement in ('BEGIN', sql, 'UPDATE users SET age = age + 1'):
            client.execute(statement.encode())
        try:
            client.execute('COMMIT')
        except errors.FeatureNotSupported:
            assert full.contents() == before
        else:
            assert all(now != then for now, then in zip(full.contents(), before, strict=True))
        assert client.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
    assert full.prepared() == []
