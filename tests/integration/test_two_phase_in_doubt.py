"""Transactions that somebody has left prepared: console, figures and log tell of them, and they are finished.

What is not ours is left alone: users' own, another deployment's, another database's.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from pgdog_gevent.demo.ports import free_port
from pgdog_gevent.demo.settings import SUPERUSER
from pgdog_gevent.demo.site import Site
from tests.integration.clients import admin, eventually
from tests.integration.configuration import users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import shard_names, sharded_toml
from tests.integration.two_phase import PLACES, Shards, client_of, name_of, shards, strict_server
from tests.integration.watchers import scrape

PREFIX = 'two_phase_in_doubt'
DEPLOYMENT = {'DEPLOYMENT_ID': 'blue'}
SCOPE = 'pgdog_gevent:blue:app:'
STRANGERS = {
    'another deployment': 'pgdog_gevent:green:app:',
    'no deployment': 'pgdog_gevent::app:',
    'another database': 'pgdog_gevent:blue:other:',
    'a longer name': 'pgdog_gevent:blue:app2:',
    'a user': 'mine:',
    'a user who knows us': 'pgdog_gevent:',
}
TOKEN = '0123456789abcdef01234567'
ODD = (
    'x', f'0.1.{TOKEN}', f'0.1.{TOKEN}.01', f'0.01.{TOKEN}.1', f'0.1.{TOKEN.upper()}.1', f'0.1.{TOKEN}.1.1',
    f'0.1.{TOKEN[:-1]}.1',
)  # fmt: skip
"""Names that are nearly ours, but for their beginning."""


@pytest.fixture(scope='module')
def databases(site: Site) -> Iterator[Shards]:
    with strict_server(site, PREFIX) as cluster, shards(cluster, PREFIX) as databases:
        databases.install()
        yield databases


@pytest.fixture
def full(databases: Shards) -> Shards:
    databases.fill()
    databases.forget()
    return databases


@pytest.fixture(params=['1', '2'], ids=['one process', 'two workers'])
def workers(request: pytest.FixtureRequest) -> dict[str, str]:
    return {'PGDOG_WORKERS': str(request.param)}


def config(full: Shards, *general: str) -> str:
    return sharded_toml(full.cluster, PREFIX, 'two_phase_commit = true', *general)


@contextmanager
def without_shard(full: Shards, shard: int) -> Iterator[None]:
    """A shard that nobody can connect to."""
    name = shard_names(PREFIX)[shard]
    full.cluster.execute(f'ALTER DATABASE {name} ALLOW_CONNECTIONS false')
    full.cluster.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    try:
        yield
    finally:
        full.cluster.execute(f'ALTER DATABASE {name} ALLOW_CONNECTIONS true')


def start(full: Shards, proxy: StartProxy, workers: dict[str, str], *general: str) -> RunningProxy:
    return proxy(config(full, *general), users_toml(), env=DEPLOYMENT | workers)


def figure(port: int, name: str) -> float:
    [sample] = scrape(port)[name]
    return sample.value


@pytest.mark.parametrize('verdict', ['commit', 'abort', ''], ids=['commit', 'abort', 'undecided'])
def test_what_was_left_is_finished_without_being_told(
    full: Shards, proxy: StartProxy, workers: dict[str, str], verdict: str
) -> None:
    name = full.leave(verdict, scope=SCOPE)
    app = start(full, proxy, workers)
    eventually(lambda: full.prepared() == [], 'it is finished')
    assert full.ages() == ([0, 99, 99] if verdict == 'commit' else [0, 0, 0])
    word = 'committed' if verdict == 'commit' else 'rolled back'
    app.wait_for_log(f'app: recovered transaction {name}: {word} on shard 1, 2')


def participants(app: RunningProxy) -> list[object]:
    return [row['participants'] for row in admin(app, 'SHOW TRANSACTIONS')]


def test_what_is_in_doubt_is_shown_until_it_is_finished(
    full: Shards, proxy: StartProxy, workers: dict[str, str]
) -> None:
    port = free_port()
    app = start(full, proxy, workers, f'openmetrics_port = {port}', 'default_pool_size = 2', 'min_pool_size = 0')
    name = name_of(SUPERUSER, f'{SCOPE}0.3')
    with without_shard(full, 0):
        for shard in (1, 2):
            full.on(shard, f"BEGIN; UPDATE users SET age = 99; PREPARE TRANSACTION '{name}.{shard}'")
        eventually(lambda: participants(app) == ['1,2'], 'it is seen')
        [row] = admin(app, 'SHOW TRANSACTIONS')
        seen = {key: row[key] for key in ('database', 'user', 'transaction_name', 'transaction_state', 'participants')}
        assert seen == {
            'database': 'app', 'user': SUPERUSER, 'transaction_name': name, 'transaction_state': 'in doubt',
            'participants': '1,2',
        }  # fmt: skip
        with pytest.raises(psycopg.Error, match='transactions in doubt could not be recovered') as found:
            admin(app, 'RECOVER')
        assert f'transaction {name} cannot be finished yet: shard 0, which decides, cannot be asked' in str(found.value)
        eventually(lambda: figure(port, 'two_pc_in_doubt') == 1, 'it is counted')
        app.wait_for_log(f'app: transaction {name} cannot be finished yet')
    admin(app, 'RECOVER')
    assert full.prepared() == []
    assert full.ages() == [0, 0, 0]
    assert admin(app, 'SHOW TRANSACTIONS') == []
    eventually(lambda: figure(port, 'two_pc_in_doubt') == 0, 'there is none any more')
    assert figure(port, 'two_pc_recovered_total') == 1


def test_commit_under_way_is_shown(full: Shards, proxy: StartProxy, workers: dict[str, str]) -> None:
    app = start(full, proxy, workers)
    with client_of(app) as client, full.undecided(lambda: client.execute('UPDATE users SET age = 1')):
        eventually(lambda: len(full.prepared()) == 2, 'two are prepared')
        [row] = admin(app, 'SHOW TRANSACTIONS')
        assert row['transaction_state'] == 'deciding'
        assert row['participants'] == '0,1,2'
        assert full.prepared()[0].startswith(str(row['transaction_name']))
        admin(app, 'RECOVER')
        assert len(full.prepared()) == 2
    assert full.ages() == [1, 1, 1]
    assert admin(app, 'SHOW TRANSACTIONS') == []


def test_commit_of_one_proxy_is_left_alone_by_another(full: Shards, proxy: StartProxy) -> None:
    app, another = (start(full, proxy, {'PGDOG_WORKERS': '1'}) for _ in range(2))
    with client_of(app) as client, full.undecided(lambda: client.execute('UPDATE users SET age = 1')):
        eventually(lambda: len(full.prepared()) == 2, 'two are prepared')
        admin(another, 'RECOVER')
        assert len(full.prepared()) == 2
    assert full.ages() == [1, 1, 1]


@pytest.mark.parametrize('scope', STRANGERS.values(), ids=STRANGERS.keys())
def test_what_others_have_prepared_is_left_alone(full: Shards, proxy: StartProxy, scope: str) -> None:
    full.leave('commit', scope=scope)
    before = full.prepared()
    app = start(full, proxy, {})
    for _ in range(2):
        admin(app, 'RECOVER')
    assert full.prepared() == before
    assert admin(app, 'SHOW TRANSACTIONS') == []
    assert len(before) == 2


def test_what_is_only_nearly_ours_is_left_alone(full: Shards, proxy: StartProxy) -> None:
    assert len(ODD) <= PLACES
    for end in ODD:
        full.on(1, f"BEGIN; SELECT txid_current(); PREPARE TRANSACTION '{SCOPE}{end}'")
    app = start(full, proxy, {})
    admin(app, 'RECOVER')
    assert full.prepared() == sorted(SCOPE + end for end in ODD)


def test_part_of_another_shard_is_told_of_and_left_alone(full: Shards, proxy: StartProxy) -> None:
    gid = f'{name_of(SUPERUSER, SCOPE + "0.1")}.2'
    full.on(1, f"BEGIN; SELECT txid_current(); PREPARE TRANSACTION '{gid}'")
    app = start(full, proxy, {})
    with pytest.raises(psycopg.Error, match=f'{gid} is prepared on shard 1'):
        admin(app, 'RECOVER')
    assert full.prepared() == [gid]


def test_own_transactions_of_users_go_through_the_proxy(full: Shards, proxy: StartProxy) -> None:
    app = start(full, proxy, {})
    with client_of(app) as client:
        for sql in ('BEGIN', '/* pgdog_shard: 1 */ UPDATE users SET age = 7', "PREPARE TRANSACTION 'mine'"):
            client.execute(sql.encode())
        admin(app, 'RECOVER')
        assert full.prepared() == ['mine']
        client.execute("/* pgdog_shard: 1 */ COMMIT PREPARED 'mine'")
    assert full.ages() == [0, 7, 0]


def test_decisions_are_forgotten_when_nobody_needs_them(full: Shards, proxy: StartProxy) -> None:
    app = start(full, proxy, {}, 'two_phase_commit_retention = 0')
    with client_of(app) as client:
        client.execute('UPDATE users SET age = 1')
    full.leave('commit', scope=STRANGERS['another deployment'], shards=())
    admin(app, 'RECOVER')
    assert [str(rows[0][0])[:19] for rows in full.each('SELECT name FROM pgdog_gevent.decision') if rows] == [
        'pgdog_gevent:green:'
    ]
