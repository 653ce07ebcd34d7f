"""PREPARE and EXECUTE in SQL where there are several shards: the arguments say where it is executed."""

from collections.abc import Iterator

import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from tests.integration.clients import Connection, connect, one
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import sharded_proxy

PREFIX = 'sharded_prepared'
MANY = range(1, 13)


@pytest.fixture(scope='module')
def app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    with sharded_proxy(tmp_path_factory.mktemp('sharded'), postgres, PREFIX) as proxy:
        yield proxy


@pytest.fixture
def client(app: RunningProxy) -> Iterator[Connection]:
    with connect(app) as connection:
        connection.execute('TRUNCATE users')
        connection.execute('PREPARE add (bigint, text) AS INSERT INTO users (id, name) VALUES ($1, $2)')
        for number in MANY:
            tag = connection.execute(f"EXECUTE add ({number}, 'user {number}')".encode()).statusmessage
            assert tag == 'INSERT 0 1'
        yield connection


def test_each_is_executed_where_its_arguments_say(client: Connection) -> None:
    client.execute('PREPARE named AS SELECT name FROM users WHERE id = $1')
    for number in MANY:
        assert one(client, f"EXECUTE named ('{number}')") == f'user {number}'
        assert one(client, f'SELECT name FROM users WHERE id = {number}') == f'user {number}'
    client.execute('BEGIN')
    assert [one(client, f'EXECUTE named ({number})') for number in MANY] == [f'user {number}' for number in MANY]
    client.execute('COMMIT')


def test_what_several_shards_would_answer_is_refused(client: Connection) -> None:
    client.execute('PREPARE counted AS SELECT count(*) FROM users')
    with pytest.raises(errors.FeatureNotSupported, match='EXECUTE of a statement that several shards'):
        client.execute('EXECUTE counted')
    client.execute('PREPARE named (int) AS SELECT name FROM users WHERE id = $1')
    with pytest.raises(errors.FeatureNotSupported, match='EXECUTE of a statement that several shards'):
        client.execute('EXECUTE named (2 + 3)')


def test_names_are_those_of_the_session(app: RunningProxy, client: Connection) -> None:
    with pytest.raises(errors.InvalidSqlStatementName, match='"absent" does not exist'):
        client.execute('EXECUTE absent (1)')
    with pytest.raises(errors.DuplicatePreparedStatement):
        client.execute('PREPARE add AS SELECT 1')
    client.execute('BEGIN')
    with pytest.raises(errors.InvalidSqlStatementName):
        client.execute('EXECUTE absent (1)')
    with pytest.raises(errors.InFailedSqlTransaction):
        client.execute('SELECT 1')
    client.execute('ROLLBACK')
    client.execute('DEALLOCATE add')
    with pytest.raises(errors.InvalidSqlStatementName):
        client.execute("EXECUTE add (99, 'x')")
    with connect(app) as other:
        other.execute('PREPARE add (bigint) AS SELECT $1 + 1')
        assert one(other, 'EXECUTE add (1)') == 2


def test_statement_that_a_driver_has_prepared_is_executed_by_name(client: Connection) -> None:
    client.prepare_threshold = 0
    assert client.execute('SELECT name FROM users WHERE id = %s', (3,)).fetchall() == [('user 3',)]
    for number in MANY:
        assert one(client, f'EXECUTE "_pg3_0" ({number})') == f'user {number}'


def test_execute_goes_by_the_extended_protocol(client: Connection) -> None:
    client.prepare_threshold = 5
    client.execute('PREPARE named (bigint) AS SELECT name FROM users WHERE id = $1')
    for number in MANY:
        found = client.execute(f'EXECUTE named ({number})'.encode(), prepare=True).fetchall()
        assert found == [(f'user {number}',)]


def test_pipeline_with_several_shards_has_no_execute(client: Connection) -> None:
    client.execute('PREPARE counted AS SELECT count(*) FROM users')
    client.prepare_threshold = 5
    with pytest.raises(errors.FeatureNotSupported, match='that several shards have to answer'):
        client.execute('EXECUTE counted', prepare=True)
    client.execute('PREPARE named (bigint) AS SELECT name FROM users WHERE id = $1')
    with pytest.raises(errors.FeatureNotSupported, match='in the midst'), client.pipeline():
        client.execute('SELECT count(*) FROM users')
        client.execute('EXECUTE named (1)')
    with client.pipeline():
        names = [client.execute('EXECUTE named (1)'), client.execute('SELECT name FROM users WHERE id = 1')]
    assert [cursor.fetchall() for cursor in names] == [[('user 1',)], [('user 1',)]]


def test_what_is_not_carried_is_refused(client: Connection) -> None:
    client.prepare_threshold = 5
    with pytest.raises(errors.FeatureNotSupported, match='as a text of their own'):
        client.execute('PREPARE a AS SELECT count(*) FROM users; SELECT 1')
    with pytest.raises(errors.FeatureNotSupported, match='as a text of their own'):
        client.execute('PREPARE a AS SELECT count(*) FROM users', prepare=True)
