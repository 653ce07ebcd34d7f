"""PREPARE TRANSACTION of clients, and its end by COMMIT PREPARED and ROLLBACK PREPARED, on three servers."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from psycopg import errors
from psycopg.pq import TransactionStatus

from pgdog_gevent import sqlstate
from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.response import ErrorFields
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.conversation.proxies import running
from tests.integration.clients import Connection, admin, connect, eventually, one
from tests.integration.configuration import ADMIN_PASSWORD, users_toml
from tests.integration.extended import EXECUTE, ask, ask_simply, bind, letters, parse, values
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS
from tests.integration.wire import Wire

Clusters = tuple[Cluster, Cluster, Cluster]

DATABASE, TELLER = 'sharded_prepared_transactions', 'teller'
KEYS = tuple(next(key for key in range(100) if partition_of_int(key, SHARDS) == shard) for shard in range(SHARDS))
MODES = (
    'pooler_mode = "transaction"', 'pooler_mode = "session"', 'query_parser = "off"', 'two_phase_commit = true',
)  # fmt: skip
ENDS = ('COMMIT', 'ROLLBACK')
RESERVED = 'pgdog_gevent:::0.1.0123456789abcdef.0'
TERMINATE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND query LIKE '%pg_prepared_xacts%' AND datname = current_database()
"""
GIDS = 'SELECT gid FROM pg_prepared_xacts WHERE database = current_database()'


def config_toml(clusters: Clusters, *lines: str) -> str:
    """One connection in each pool: who waits for a second one of a shard waits in vain."""
    databases = '\n'.join(
        f'[[databases]]\nname = "app"\nhost = "{cluster.host}"\nport = {cluster.port}\n'
        f'database_name = "{DATABASE}"\nshard = {shard}'
        for shard, cluster in enumerate(clusters)
    )
    keys = '\n'.join(('default_pool_size = 1', *lines))
    table = '[[sharded_tables]]\ndatabase = "app"\nname = "users"\ncolumn = "id"'
    return f'[general]\n{keys}\n[admin]\npassword = "{ADMIN_PASSWORD}"\n{databases}\n{table}\n'


@pytest.fixture(scope='module')
def shards(three_clusters: Clusters) -> Iterator[Clusters]:
    """A database on each server, and somebody who may do little."""
    for cluster in three_clusters:
        cluster.execute(f'CREATE DATABASE {DATABASE}')
        cluster.create_user(TELLER, TELLER)
        with cluster.connect(DATABASE) as connection:
            connection.execute('CREATE TABLE users (id bigint PRIMARY KEY)')
            connection.execute(f'GRANT ALL ON users TO {TELLER}'.encode())
    yield three_clusters
    for cluster in three_clusters:
        cluster.execute(f'DROP DATABASE {DATABASE} WITH (FORCE)')
        cluster.execute(f'DROP ROLE {TELLER}')


@pytest.fixture(scope='module', params=MODES)
def app(
    request: pytest.FixtureRequest, shards: Clusters, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningProxy]:
    teller = f'[[users]]\nname = "{TELLER}"\ndatabase = "app"\npassword = "{TELLER}"\n'
    directory = tmp_path_factory.mktemp('prepared')
    with running(directory, config_toml(shards, request.param), users_toml() + teller) as proxy:
        yield proxy


@pytest.fixture(autouse=True)
def nothing_is_left(shards: Clusters) -> Iterator[None]:
    yield
    for cluster in shards:
        with cluster.connect(DATABASE) as connection:
            for (gid,) in connection.execute(GIDS.encode()).fetchall():
                connection.execute(f'ROLLBACK PREPARED {quoted(gid)}'.encode())
            connection.execute('TRUNCATE users')


def prepare(app: RunningProxy, shard: int, gid: str) -> None:
    """Have a client insert a row on a shard, and prepare that."""
    with connect(app) as client:
        begin_on(client, shard)
        client.execute(f'PREPARE TRANSACTION {quoted(gid)}'.encode())


def quoted(gid: str) -> str:
    return f"""'{gid.replace("'", "''")}'"""


def begin_on(client: Connection, shard: int) -> None:
    client.execute('BEGIN')
    client.execute(f'/* pgdog_shard: {shard} */ INSERT INTO users VALUES ({KEYS[shard]})'.encode())


def prepared(shards: Clusters) -> list[list[object]]:
    """The names on each shard."""
    return [[gid for (gid,) in cluster.execute(GIDS, DATABASE)] for cluster in shards]


def rows(shards: Clusters) -> list[int]:
    return [len(cluster.execute('SELECT id FROM users', DATABASE)) for cluster in shards]


def on(shard: int, there: int = 1) -> list[int]:
    return [there if number == shard else 0 for number in range(SHARDS)]


@pytest.mark.parametrize('end', ENDS)
@pytest.mark.parametrize('shard', range(SHARDS))
@pytest.mark.parametrize('prepare_it', [None, False, True], ids=['simple', 'extended', 'named'])
def test_prepared_transaction_is_ended_where_it_is(
    app: RunningProxy, shards: Clusters, shard: int, end: str, prepare_it: bool | None
) -> None:
    prepare(app, shard, "it's")
    assert prepared(shards)[shard] == ["it's"]
    with connect(app) as client:
        parameters = None if prepare_it is None else ()
        cursor = client.execute(f"{end} PREPARED 'it''s'".encode(), parameters, prepare=prepare_it)
        assert cursor.statusmessage == f'{end} PREPARED'
        assert one(client, f'/* pgdog_shard: {shard} */ SELECT count(*) FROM users') == int(end == 'COMMIT')
    assert prepared(shards) == [[], [], []]
    assert rows(shards) == on(shard, int(end == 'COMMIT'))


def test_it_is_ended_in_one_round_of_the_extended_protocol(app: RunningProxy, shards: Clusters) -> None:
    prepare(app, 2, 'x')
    with Wire.to_proxy(app) as wire:
        assert letters(ask(wire, parse(b'', b"COMMIT PREPARED 'x'") + bind(b'') + EXECUTE)) == '12CZ'
    assert rows(shards) == on(2)


def test_it_is_parsed_before_it_is_prepared(app: RunningProxy, shards: Clusters) -> None:
    with Wire.to_proxy(app) as wire:
        assert letters(ask(wire, parse(b'end', b"COMMIT PREPARED 'x'"))) == '1Z'
        assert letters(ask(wire, bind(b'end') + EXECUTE)) in ('2EZ', 'EZ')
        for key, shard in ((KEYS[1], 1), (KEYS[2], 2)):
            for sql in ('BEGIN', f'/* pgdog_shard: {shard} */ INSERT INTO users VALUES ({key})'):
                ask_simply(wire, sql.encode())
            assert letters(ask_simply(wire, b"PREPARE TRANSACTION 'x'")) == 'CZ'
            assert letters(ask(wire, bind(b'end') + EXECUTE)) == '2CZ'
    assert rows(shards) == [0, 1, 1]


def test_name_that_is_on_no_shard_has_the_answer_of_postgres(app: RunningProxy) -> None:
    with connect(app) as client:
        for parameters in (None, ()):
            with pytest.raises(errors.UndefinedObject, match='prepared transaction with identifier "x" does not exist'):
                client.execute("COMMIT PREPARED 'x'", parameters)
        assert client.info.transaction_status is TransactionStatus.IDLE


def test_name_that_is_on_several_shards_has_to_be_told_apart(app: RunningProxy, shards: Clusters) -> None:
    prepare(app, 1, 'x')
    prepare(app, 2, 'x')
    with connect(app) as client:
        for parameters in (None, ()):
            with pytest.raises(errors.FeatureNotSupported, match='exists on shards 1, 2') as refused:
                client.execute("COMMIT PREPARED 'x'", parameters)
            assert 'pgdog_shard' in (refused.value.diag.message_hint or '')
        assert prepared(shards) == [[], ['x'], ['x']]
        client.execute("/* pgdog_shard: 2 */ COMMIT PREPARED 'x'")
        assert rows(shards) == on(2)
        client.execute("ROLLBACK PREPARED 'x'")
    assert prepared(shards) == [[], [], []]


@pytest.mark.parametrize('setting', ['pgdog.shard TO 2', f'pgdog.sharding_key TO {KEYS[2]}'])
def test_setting_says_which_shard_is_meant(app: RunningProxy, shards: Clusters, setting: str) -> None:
    prepare(app, 1, 'x')
    prepare(app, 2, 'x')
    with connect(app) as client:
        client.execute(f'SET {setting}'.encode())
        client.execute("COMMIT PREPARED 'x'")
        with pytest.raises(errors.UndefinedObject):
            client.execute("COMMIT PREPARED 'x'")
    assert rows(shards) == on(2)


def test_it_is_not_ended_in_a_transaction(app: RunningProxy, shards: Clusters) -> None:
    prepare(app, 1, 'x')
    with connect(app) as client:
        client.execute('BEGIN')
        with pytest.raises(errors.ActiveSqlTransaction):
            client.execute("COMMIT PREPARED 'x'")
        assert client.info.transaction_status is TransactionStatus.INERROR
        client.execute('ROLLBACK')
    assert prepared(shards) == [[], ['x'], []]


@pytest.mark.parametrize('begun_on', [0, 1], ids=['another shard', 'its shard'])
def test_in_a_transaction_no_other_shard_is_waited_for(app: RunningProxy, shards: Clusters, begun_on: int) -> None:
    prepare(app, 1, 'x')
    with somebody_at(app, 2), somebody_at(app, begun_on) as client, pytest.raises(errors.ActiveSqlTransaction):
        client.execute("COMMIT PREPARED 'x'")
    assert prepared(shards) == [[], ['x'], []]


def test_it_is_not_ended_among_other_statements_of_a_text(app: RunningProxy, shards: Clusters) -> None:
    prepare(app, 1, 'x')
    with connect(app) as client, pytest.raises((errors.ActiveSqlTransaction, errors.FeatureNotSupported)):
        client.execute("SELECT 1; COMMIT PREPARED 'x'")
    assert prepared(shards) == [[], ['x'], []]


@pytest.mark.parametrize('first', [True, False])
def test_it_is_not_ended_in_one_pipeline_with_what_several_shards_do(
    app: RunningProxy, shards: Clusters, first: bool
) -> None:
    prepare(app, 1, 'x')
    steps = [parse(b'', sql) + bind(b'') + EXECUTE for sql in (b"COMMIT PREPARED 'x'", b'SELECT count(*) FROM users')]
    with Wire.to_proxy(app) as wire:
        assert letters(ask(wire, *(steps if first else steps[::-1])))[-2:] == 'EZ'
        assert letters(ask_simply(wire, b'')) == 'IZ'
    assert prepared(shards) == [[], ['x'], []]


def test_transaction_of_several_shards_is_not_prepared(app: RunningProxy, shards: Clusters) -> None:
    with connect(app) as client:
        begin_on(client, 0)
        client.execute(f'/* pgdog_shard: 1 */ INSERT INTO users VALUES ({KEYS[1]})'.encode())
        with pytest.raises(errors.FeatureNotSupported, match='several shards'):
            client.execute("PREPARE TRANSACTION 'x'")
        client.execute('ROLLBACK')
    assert prepared(shards) == [[], [], []]


# Names of the proxy's own


@pytest.mark.parametrize('parameters', [None, ()], ids=['simple', 'extended'])
@pytest.mark.parametrize('end', ENDS)
def test_what_the_proxy_has_prepared_is_not_ended_by_clients(
    app: RunningProxy, shards: Clusters, end: str, parameters: tuple[()] | None
) -> None:
    with shards[0].connect(DATABASE) as direct:
        for sql in ('BEGIN', 'INSERT INTO users VALUES (0)', f"PREPARE TRANSACTION '{RESERVED}'"):
            direct.execute(sql.encode())
    with connect(app) as client:
        for comment in ('', '/* pgdog_shard: 0 */ '):
            with pytest.raises(errors.InsufficientPrivilege, match='not the client'):
                client.execute(f"{comment}{end} PREPARED '{RESERVED}'".encode(), parameters)
        assert one(client, '/* pgdog_shard: 0 */ SELECT count(*) FROM users') == 0
    assert prepared(shards) == [[RESERVED], [], []]


@pytest.mark.parametrize('parameters', [None, ()], ids=['simple', 'extended'])
def test_client_prepares_nothing_under_a_name_of_the_proxy(
    app: RunningProxy, shards: Clusters, parameters: tuple[()] | None
) -> None:
    with connect(app) as client:
        begin_on(client, 0)
        with pytest.raises(errors.InsufficientPrivilege):
            client.execute(f"PREPARE TRANSACTION '{RESERVED}'".encode(), parameters)
        assert client.execute('ROLLBACK').statusmessage == 'ROLLBACK'
        with pytest.raises(errors.InsufficientPrivilege):
            client.execute(
                f"/* pgdog_shard: 0 */ BEGIN; INSERT INTO users VALUES (0); PREPARE TRANSACTION '{RESERVED}'".encode()
            )
        assert client.info.transaction_status is TransactionStatus.IDLE
    assert (prepared(shards), rows(shards)) == ([[], [], []], [0, 0, 0])


def test_failed_transaction_is_rolled_back_whatever_it_was_to_be_called(app: RunningProxy) -> None:
    with connect(app) as client:
        begin_on(client, 0)
        with pytest.raises(errors.SyntaxError):
            client.execute('/* pgdog_shard: 0 */ SELEC')
        assert client.execute(f"PREPARE TRANSACTION '{RESERVED}'".encode()).statusmessage == 'ROLLBACK'


# Who asks, and what is held meanwhile


def test_it_is_postgres_that_says_who_may_end_it(app: RunningProxy, shards: Clusters) -> None:
    prepare(app, 2, 'x')
    with psycopg.connect(app.dsn(TELLER, TELLER, 'app'), autocommit=True) as teller:
        with pytest.raises(errors.InsufficientPrivilege, match='permission denied to finish prepared transaction'):
            teller.execute("COMMIT PREPARED 'x'")
        for sql in ('BEGIN', f'/* pgdog_shard: 1 */ INSERT INTO users VALUES ({KEYS[1]})'):
            teller.execute(sql.encode())
        teller.execute("PREPARE TRANSACTION 'y'")
        with connect(app) as client:
            client.execute("COMMIT PREPARED 'y'")
    assert rows(shards) == on(1)


@pytest.mark.parametrize('held', [(0, 1, 2), (0,), (1,), (2,)], ids=str)
def test_session_that_holds_servers_asks_those(app: RunningProxy, shards: Clusters, held: tuple[int, ...]) -> None:
    prepare(app, 1, 'x')
    with connect(app) as client:
        for shard in held:
            client.execute(f'/* pgdog_shard: {shard} */ SELECT pg_advisory_lock(1)'.encode())
        client.execute("COMMIT PREPARED 'x'")
        client.execute('SET search_path TO nowhere')
        with pytest.raises(errors.UndefinedObject, match='does not exist'):
            client.execute("COMMIT PREPARED 'x'")
    assert rows(shards) == on(1)


def test_name_may_have_any_characters(app: RunningProxy, shards: Clusters) -> None:
    prepare(app, 2, 'größer')
    with connect(app) as client:
        client.execute("COMMIT PREPARED 'größer'")
    assert rows(shards) == on(2)


@contextmanager
def somebody_at(app: RunningProxy, shard: int) -> Iterator[Connection]:
    """A client in a transaction, which has the only connection of a shard."""
    with connect(app) as holder:
        holder.execute('BEGIN')
        holder.execute(f'/* pgdog_shard: {shard} */ SELECT count(*) FROM users'.encode())
        yield holder
        holder.execute('ROLLBACK')


@pytest.mark.parametrize('busy', range(SHARDS))
def test_who_looks_for_it_holds_no_server_that_others_wait_for(app: RunningProxy, shards: Clusters, busy: int) -> None:
    there = (busy + 1) % SHARDS
    prepare(app, there, 'x')
    with Wire.to_proxy(app) as looking:
        with somebody_at(app, busy):
            looking.send(query.query(b"COMMIT PREPARED 'x'"))
            check_that_others_are_served(app, busy)
        assert letters(looking.read_until(ord('Z'))) == 'CZ'
    assert rows(shards) == on(there)


@pytest.mark.parametrize('app', MODES[:1], indirect=True)
def test_nor_the_one_that_it_has_been_parsed_by(app: RunningProxy, shards: Clusters) -> None:
    prepare(app, 2, 'x')
    with Wire.to_proxy(app) as looking:
        looking.send(parse(b'', b"COMMIT PREPARED 'x'") + query.FLUSH)
        looking.read_until(ord('1'))
        held = {row['shard'] for row in admin(app, 'SHOW POOLS') if row['sv_active']}
        busy = min({0, 1, 2} - held)
        with somebody_at(app, busy):
            looking.send(bind(b'') + EXECUTE + query.SYNC)
            check_that_others_are_served(app, busy)
        assert letters(looking.read_until(ord('Z'))) == '2CZ'
    assert rows(shards) == on(2)


def check_that_others_are_served(app: RunningProxy, busy: int) -> None:
    eventually(lambda: any(row['cl_waiting'] for row in admin(app, 'SHOW POOLS')), 'somebody waits for the shard')
    with connect(app) as other:
        for shard in {0, 1, 2} - {busy}:
            other.execute('BEGIN')
            other.execute(f'/* pgdog_shard: {shard} */ SELECT count(*) FROM users'.encode())
            other.execute('ROLLBACK')


@pytest.mark.parametrize('extended', [False, True])
def test_session_goes_on_when_a_server_is_lost_that_was_asked(
    app: RunningProxy, shards: Clusters, extended: bool
) -> None:
    prepare(app, 1, 'y')  # So that there is a connection: while that is locked nobody can log in.
    prepare(app, 2, 'x')
    eventually(lambda: {row['sv_active'] for row in admin(app, 'SHOW POOLS')} == {0}, 'all are given back')
    ending = b"COMMIT PREPARED 'x'"
    with Wire.to_proxy(app) as looking:
        ask_simply(looking, b'/* pgdog_shard: 0 */ SELECT pg_advisory_lock(1)')
        with shards[1].connect(DATABASE) as direct, direct.transaction():
            direct.execute('LOCK TABLE pg_authid')  # The names of owners are among what is asked.
            looking.send(parse(b'', ending) + bind(b'') + EXECUTE + query.SYNC if extended else query.query(ending))
            eventually(lambda: terminated(direct), 'the server is asked')
            answer = looking.read_until(ord('Z'))
        [error] = [body for code, body in answer if code == Backend.ERROR_RESPONSE]
        assert ErrorFields.decode(error).sqlstate == sqlstate.CONNECTION_FAILURE
        assert letters(ask_simply(looking, ending)) == 'CZ'
        assert values(ask_simply(looking, b'/* pgdog_shard: 0 */ SELECT pg_advisory_unlock(1)')) == [b't']
    assert rows(shards) == on(2)


def terminated(direct: Connection) -> bool:
    """Whether there was a server that waits for what has been locked; it is gone then."""
    direct.execute('SELECT pg_stat_clear_snapshot()')
    return direct.execute(TERMINATE).fetchall() == [(True,)]


# As drivers do it


def test_driver_commits_in_two_phases(app: RunningProxy, shards: Clusters) -> None:
    with connect(app, autocommit=False) as client:
        for shard in range(SHARDS):
            client.tpc_begin(client.xid(1, f'transfer {shard}', 'branch'))
            client.execute(f'/* pgdog_shard: {shard} */ INSERT INTO users VALUES ({KEYS[shard]})'.encode())
            client.tpc_prepare()
            client.tpc_commit() if shard else client.tpc_rollback()
    assert (prepared(shards), rows(shards)) == ([[], [], []], [0, 1, 1])


@pytest.mark.parametrize('shard', range(SHARDS))
def test_driver_finds_on_each_shard_what_it_has_left_there(app: RunningProxy, shards: Clusters, shard: int) -> None:
    with closing(connect(app, autocommit=False)) as client:
        xid = client.xid(1, 'transfer', 'branch')
        client.tpc_begin(xid)
        client.execute(f'/* pgdog_shard: {shard} */ INSERT INTO users VALUES ({KEYS[shard]})'.encode())
        client.tpc_prepare()
    with connect(app, options=f'-c pgdog.shard={shard}') as client:
        [found] = client.tpc_recover()
    with connect(app) as client:
        client.tpc_commit(found)
    assert (prepared(shards), rows(shards)) == ([[], [], []], on(shard))


@pytest.mark.parametrize('app', ['system_catalogs = "sharded"'], indirect=True)
def test_driver_finds_all_at_once_where_catalogs_are_of_all_shards(app: RunningProxy, shards: Clusters) -> None:
    for shard in range(SHARDS):
        prepare(app, shard, f'transfer {shard}')
    with connect(app) as client:
        for xid in client.tpc_recover():
            client.tpc_commit(xid)
    assert (prepared(shards), rows(shards)) == ([[], [], []], [1, 1, 1])
