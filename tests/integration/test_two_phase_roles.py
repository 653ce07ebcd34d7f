"""Whoever commits, and as whom: what is prepared belongs to who has logged in, and sessions are as they were."""

from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.settings import SUPERUSER
from pgdog_gevent.demo.site import Site
from tests.conversation.proxies import running
from tests.integration.clients import Connection, admin, eventually
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import shard_names, sharded_toml
from tests.integration.two_phase import ALL, Shards, client_of, shards, strict_server, user_toml

PREFIX = 'two_phase_roles'
SETTINGS = {
    'plain': '',
    'careless': 'SET synchronous_commit = off',
    'dumper': 'SET row_security = off',
    'reader': 'SET default_transaction_read_only = on',
    'unseeing': "SET search_path = ''",
    'disguised': "SET role = 'crowd'",
    'exact': "SET default_transaction_isolation = 'serializable'",
    'old': 'SET standard_conforming_strings = off',
    'western': "SET client_encoding = 'LATIN1'",
}
"""Roles that may log in, and what ALTER ROLE says of them. All are members of ``crowd``."""
QUOTED = {'"o\'br\\ien"': "o'br\\ien", '"jörg"': 'jörg'}
WORK = 'UPDATE public.users SET age = age + 1'
STATE = (
    "SELECT current_user, session_user, current_setting('role'), current_setting('synchronous_commit'),"
    " current_setting('row_security'), current_setting('search_path'), current_setting('statement_timeout')"
)


@pytest.fixture(scope='module')
def databases(site: Site) -> Iterator[Shards]:
    with strict_server(site, PREFIX) as cluster, shards(cluster, PREFIX) as databases:
        databases.cluster.execute('CREATE ROLE crowd')
        databases.execute('GRANT ALL ON ALL TABLES IN SCHEMA public TO crowd')
        for role, setting in SETTINGS.items():
            databases.role(role, 'IN ROLE crowd')
            if setting:
                cluster.execute(f'ALTER ROLE {role} {setting}')
        for role in QUOTED:
            databases.role(role)
        databases.install()
        yield databases


@pytest.fixture(scope='module')
def app(databases: Shards, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    config = sharded_toml(databases.cluster, PREFIX, 'two_phase_commit = true')
    with running(tmp_path_factory.mktemp(PREFIX), config, users()) as proxy:
        yield proxy


@pytest.fixture
def full(databases: Shards) -> Shards:
    databases.fill()
    databases.forget()
    return databases


def users() -> str:
    return ''.join(user_toml(name) for name in (SUPERUSER, *SETTINGS)) + ''.join(
        user_toml(name, server_user=name.replace('\\', '\\\\')).replace(f'name = "{name}"', f"name = '''{name}'''", 1)
        for name in QUOTED.values()
    )


def commit(client: Connection, *statements: str) -> None:
    for sql in ('BEGIN READ WRITE', *statements, WORK, 'COMMIT'):
        client.execute(sql.encode())


@pytest.mark.parametrize('user', [*SETTINGS, *QUOTED.values()])
def test_every_user_commits_in_two_phases(app: RunningProxy, full: Shards, user: str) -> None:
    with client_of(app, user) as client:
        commit(client)
    assert full.decided() == Counter([ALL])
    assert full.ages() == [1, 1, 1]
    assert {rows[0][0] for rows in full.each('SELECT owner::text FROM pgdog_gevent.decision') if rows} == {user}


@pytest.mark.parametrize('user', [*SETTINGS, *QUOTED.values()])
def test_every_user_is_rolled_back_as_a_whole(app: RunningProxy, full: Shards, user: str) -> None:
    with client_of(app, user) as client:
        with full.nobody_may_decide(), pytest.raises(errors.CheckViolation):
            commit(client)
        assert full.prepared() == []
        commit(client)
    assert full.ages() == [1, 1, 1]


@pytest.mark.parametrize('encoding', ['UTF8', 'LATIN1', 'WIN1252'])
def test_name_of_a_user_is_read_in_any_encoding(full: Shards, proxy: StartProxy, encoding: str) -> None:
    app = proxy(sharded_toml(full.cluster, PREFIX, 'two_phase_commit = true'), users())
    with client_of(app, 'jörg', client_encoding=encoding) as client:
        client.execute(WORK.encode())
    assert full.decided() == Counter([ALL])


DISGUISES = {
    'nothing': [''],
    'SET ROLE': ['SET ROLE crowd'],
    'SET LOCAL ROLE': ['SET LOCAL ROLE crowd'],
    'SET SESSION AUTHORIZATION': ['SET SESSION AUTHORIZATION plain'],
    'SET LOCAL SESSION AUTHORIZATION': ['SET LOCAL SESSION AUTHORIZATION plain'],
    'both': ['SET SESSION AUTHORIZATION plain', 'SET ROLE crowd'],
    'settings': ['SET synchronous_commit = off', "SET search_path = ''", 'SET row_security = off'],
    'local settings': ['SET LOCAL synchronous_commit = off', "SET LOCAL search_path = ''"],
    'timeout': ["SET statement_timeout = '30s'", "SET LOCAL statement_timeout = '20s'"],
}

DISGUISED = {
    f'{user}, {name}': (user, disguise)
    for user in (SUPERUSER, 'plain', 'disguised', 'careless')
    for name, disguise in DISGUISES.items()
    if user == SUPERUSER or 'AUTHORIZATION' not in disguise[0]
}
"""Users, and what they say; only superusers may become somebody else."""


@pytest.mark.parametrize(('user', 'disguise'), DISGUISED.values(), ids=DISGUISED.keys())
@pytest.mark.parametrize('end', ['COMMIT', 'aborted COMMIT', 'ROLLBACK', 'COMMIT, SET before BEGIN'])
def test_session_is_afterwards_as_in_postgres(
    app: RunningProxy, full: Shards, user: str, disguise: list[str], end: str
) -> None:
    with (
        psycopg.connect(full.cluster.dsn(shard_names(PREFIX)[0], user), autocommit=True) as plain,
        client_of(app, user) as client,
    ):
        states = []
        for each in (plain, client):
            before, within = (disguise, []) if end.endswith('before BEGIN') else ([], disguise)
            for sql in (*before, 'BEGIN', *within, WORK):
                each.execute(sql.encode())
            if end.startswith('COMMIT'):
                each.execute('COMMIT')
            elif each is plain or end == 'ROLLBACK':
                each.execute('ROLLBACK')
            else:
                with full.nobody_may_decide(), pytest.raises(errors.CheckViolation):
                    each.execute('COMMIT')
            states.append([each.execute(STATE.encode()).fetchall() for _ in range(2)])
        assert states[1] == states[0]
        seen = client.execute('SELECT current_user, session_user FROM public.users').fetchall()
        assert seen == [states[0][0][0][:2]] * 3
    assert full.prepared() == []


@pytest.mark.parametrize(('user', 'disguise'), DISGUISED.values(), ids=DISGUISED.keys())
def test_what_is_prepared_belongs_to_who_has_logged_in(
    app: RunningProxy, full: Shards, user: str, disguise: list[str]
) -> None:
    with client_of(app, user) as client:
        for sql in ('BEGIN', *disguise, WORK):
            client.execute(sql.encode())
        with full.undecided(lambda: client.execute('COMMIT')) as committed:
            eventually(lambda: len(full.prepared()) == 2, 'two are prepared')
            owners = full.cluster.execute('SELECT DISTINCT owner::text FROM pg_prepared_xacts')
        assert committed.result().statusmessage == 'COMMIT'
    assert owners == [(user,)]
    assert full.ages() == [1, 1, 1]


@pytest.mark.parametrize('user', [SUPERUSER, *SETTINGS, *QUOTED.values()])
def test_user_asks_again_what_a_lost_server_has_decided(app: RunningProxy, full: Shards, user: str) -> None:
    with client_of(app, user) as client:
        for sql in ('BEGIN READ WRITE', WORK):
            client.execute(sql.encode())
        with full.undecided(lambda: client.execute('COMMIT')) as committed:
            eventually(lambda: full.cut_deciders() == 1, 'one waits for its decision')
        with pytest.raises(psycopg.OperationalError, match='has been rolled back on all shards, because one was lost'):
            committed.result()
    assert full.prepared() == []
    assert full.ages() == [0, 0, 0]


# Recovery of what they have left


@pytest.mark.parametrize('verdict', ['commit', 'abort', ''], ids=['commit', 'abort', 'undecided'])
@pytest.mark.parametrize('owner', SETTINGS)
def test_what_any_user_has_left_is_finished(app: RunningProxy, full: Shards, owner: str, verdict: str) -> None:
    full.leave(verdict, owner=owner)
    admin(app, 'RECOVER')
    assert full.prepared() == []
    assert full.ages() == ([0, 99, 99] if verdict == 'commit' else [0, 0, 0])


def test_what_several_users_have_left_is_finished_at_once(app: RunningProxy, full: Shards) -> None:
    full.leave('commit', owner='plain', shards=(1,))
    full.leave('', owner='careless', shards=(2,))
    full.leave('commit', owner='reader', anchor=2, shards=(0,))
    admin(app, 'RECOVER')
    assert full.prepared() == []
    assert full.ages() == [99, 99, 0]


@pytest.mark.parametrize('verdict', ['commit', ''], ids=['decided', 'undecided'])
def test_superuser_finishes_what_a_user_has_left_who_is_not_configured(
    full: Shards, proxy: StartProxy, verdict: str
) -> None:
    config = sharded_toml(full.cluster, PREFIX, 'two_phase_commit = true')
    app = proxy(config, user_toml('careless') + user_toml(SUPERUSER))
    full.leave(verdict, owner='plain')
    admin(app, 'RECOVER')
    assert full.prepared() == []
    assert full.ages() == ([0, 99, 99] if verdict else [0, 0, 0])


@pytest.mark.parametrize('verdict', ['commit', ''], ids=['decided', 'undecided'])
def test_nobody_finishes_what_only_others_may(full: Shards, proxy: StartProxy, verdict: str) -> None:
    config = sharded_toml(full.cluster, PREFIX, 'two_phase_commit = true')
    app = proxy(config, user_toml('careless') + user_toml('dumper'))
    name = full.leave(verdict, owner='plain')
    try:
        with pytest.raises(psycopg.Error, match='transactions in doubt could not be recovered') as found:
            admin(app, 'RECOVER')
        assert f'transaction {name} cannot be finished yet: ' in str(found.value.diag.message_detail)
        app.wait_for_log(f'transaction {name} cannot be finished yet')
        assert [row['transaction_state'] for row in admin(app, 'SHOW TRANSACTIONS')] == ['in doubt']
        assert len(full.prepared()) == 2
    finally:
        app.reload(users_toml=user_toml('careless') + user_toml('plain'))
        eventually(lambda: full.prepared() == [], 'who may finish it is configured again')
    assert full.ages() == ([0, 99, 99] if verdict else [0, 0, 0])
