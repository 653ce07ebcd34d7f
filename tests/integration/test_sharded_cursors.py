"""Cursors of SQL where there are several shards: each is on one, and is found there by its name."""

from collections.abc import Iterator

import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from tests.integration.clients import Connection, connect, one
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import on_shards, sharded_proxy

PREFIX = 'sharded_cursors'
MANY = range(1, 31)


@pytest.fixture(scope='module')
def app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    with sharded_proxy(tmp_path_factory.mktemp('sharded'), postgres, PREFIX) as proxy, connect(proxy) as client:
        rows = ', '.join(f"({number}, 'user {number}', {number % 7})" for number in MANY)
        client.execute(f'INSERT INTO users VALUES {rows}'.encode())
        yield proxy


@pytest.fixture
def client(app: RunningProxy) -> Iterator[Connection]:
    with connect(app, autocommit=False) as connection:
        yield connection
        connection.rollback()


@pytest.fixture(scope='module')
def keys(app: RunningProxy, postgres: Cluster) -> list[int]:
    """A key of each shard."""
    return [int(str(rows[0][0])) for rows in on_shards(postgres, PREFIX, 'SELECT min(id) FROM users')]


def declare(client: Connection, name: str, key: int, more: str = '') -> None:
    client.execute(f'DECLARE {name} CURSOR {more} FOR SELECT id FROM users WHERE id = {key} FOR UPDATE'.encode())


def test_each_cursor_is_read_where_it_is(client: Connection, keys: list[int]) -> None:
    for number, key in enumerate(keys):
        declare(client, f'c{number}', key)
    assert one(client, 'SELECT count(*) FROM users') == len(MANY)
    for number, key in enumerate(keys):
        assert one(client, f'FETCH c{number}') == key
    for number in range(len(keys)):
        assert client.execute(f'MOVE ALL IN c{number}'.encode()).statusmessage == 'MOVE 0'
        client.execute(f'CLOSE c{number}'.encode())
    with pytest.raises(errors.InvalidCursorName):
        client.execute('FETCH c0')


def test_cursor_of_several_shards_is_refused(client: Connection) -> None:
    with pytest.raises(errors.FeatureNotSupported, match='a cursor over several shards'):
        client.execute('DECLARE c CURSOR FOR SELECT id FROM users')


def test_name_is_taken_only_as_long_as_there_is_the_cursor(client: Connection, keys: list[int]) -> None:
    client.execute('SAVEPOINT a')
    declare(client, 'c', keys[0])
    client.execute('SAVEPOINT b')
    with pytest.raises(errors.DuplicateCursor):
        declare(client, 'c', keys[1])
    client.execute('ROLLBACK TO SAVEPOINT b')
    assert one(client, 'FETCH c') == keys[0]
    client.execute('ROLLBACK TO SAVEPOINT a')
    declare(client, 'c', keys[1])
    assert one(client, 'FETCH c') == keys[1]


def test_close_all_reaches_all_shards(client: Connection, keys: list[int]) -> None:
    for number, key in enumerate(keys):
        declare(client, f'c{number}', key)
    assert client.execute('CLOSE ALL').statusmessage == 'CLOSE CURSOR ALL'
    for number, key in enumerate(keys):
        declare(client, f'c{number}', key)


def test_row_of_a_cursor_is_changed_where_it_is(client: Connection, keys: list[int]) -> None:
    for number, key in enumerate(keys):
        declare(client, f'c{number}', key)
        assert one(client, f'FETCH c{number}') == key
    for number, key in enumerate(keys):
        changed = client.execute(f'UPDATE users SET age = -1 WHERE CURRENT OF c{number} RETURNING id'.encode())
        assert changed.fetchall() == [(key,)]
    with pytest.raises(errors.FeatureNotSupported):
        client.execute('UPDATE users SET id = 5 WHERE CURRENT OF c1')


def test_cursor_with_hold_outlives_its_transaction(app: RunningProxy, keys: list[int]) -> None:
    with connect(app) as client:
        for number, key in enumerate(keys):
            client.execute(f'DECLARE c{number} CURSOR WITH HOLD FOR SELECT id FROM users WHERE id = {key}'.encode())
        assert one(client, 'SELECT count(*) FROM users') == len(MANY)
        for number, key in enumerate(keys):
            assert one(client, f'FETCH c{number}') == key
        client.execute('CLOSE ALL')
        with pytest.raises(errors.InvalidCursorName):
            client.execute('FETCH c1')


def test_cursor_of_a_transaction_ends_with_it(app: RunningProxy, keys: list[int]) -> None:
    with connect(app) as client:
        client.execute('BEGIN')
        declare(client, 'c', keys[2])
        client.execute('COMMIT')
        with pytest.raises(errors.InvalidCursorName):
            client.execute('FETCH c')
        with pytest.raises(errors.NoActiveSqlTransaction):
            client.execute('DECLARE c CURSOR FOR SELECT 1')


def test_drivers_own_cursors_are_described_where_they_are(client: Connection, keys: list[int]) -> None:
    one(client, 'SELECT count(*) FROM users')
    cursors = []
    for number, key in enumerate(keys):
        cursor = client.cursor(f'c{number}')
        cursor.execute('SELECT id, name FROM users WHERE id = %s', (key,))
        cursors.append(cursor)
    for cursor, key in zip(cursors, keys, strict=True):
        assert cursor.description is not None
        assert [column.name for column in cursor.description] == ['id', 'name']
        assert cursor.fetchall() == [(key, f'user {key}')]
        cursor.close()


def test_fetch_is_described_and_executed_by_the_extended_protocol(client: Connection, keys: list[int]) -> None:
    client.prepare_threshold = 5
    for number, key in enumerate(keys):
        declare(client, f'c{number}', key)
    for number, key in enumerate(keys):
        assert client.execute(f'FETCH c{number}', prepare=True, binary=True).fetchall() == [(key,)]


def test_declare_and_fetch_go_in_one_text_with_what_all_shards_answer(app: RunningProxy, keys: list[int]) -> None:
    text = f'DECLARE c CURSOR FOR SELECT id FROM users WHERE id = {keys[2]}; SELECT count(*) FROM users; FETCH c'
    with connect(app) as client:
        cursor = client.execute(text.encode())
        answers = []
        while True:
            answers.append(cursor.fetchall() if cursor.description else [])
            if not cursor.nextset():
                break
    assert answers == [[], [(len(MANY),)], [(keys[2],)]]


# Several statements in one text


@pytest.mark.parametrize(
    'first', ['SELECT 1', 'SELECT count(*) FROM users', '/* ä */ SELECT 1'], ids=['one', 'all', 'comment']
)
def test_refusal_says_where_in_the_text_it_is(app: RunningProxy, first: str) -> None:
    refused = 'CREATE TEMPORARY TABLE t (a int)'
    with connect(app) as client, pytest.raises(errors.FeatureNotSupported) as caught:
        client.execute(f'{first}; {refused}'.encode())
    assert caught.value.diag.statement_position == str(len(f'{first}; CREATE TEMPORARY TABLE ') + 1)


def test_server_says_where_in_the_whole_text_its_error_is(app: RunningProxy) -> None:
    with connect(app) as client, pytest.raises(errors.UndefinedColumn) as caught:
        client.execute('SELECT count(*) FROM users; SELECT nothing FROM users')
    assert caught.value.diag.statement_position == str(len('SELECT count(*) FROM users; SELECT ') + 1)
