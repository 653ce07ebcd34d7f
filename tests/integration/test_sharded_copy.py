"""COPY of a database with three shards: what goes in and comes out is what one server would have taken and given."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.response import ErrorFields
from tests.integration.clients import Connection, connect, eventually, one
from tests.integration.copy_messages import BEGINS, DONE, ERROR, FAIL, FLUSH, READY, SYNC, data, extended, held, letters
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, on_shards, sharded_proxy
from tests.integration.wire import Wire

PREFIX = 'sharded_copy'
MORE = """
[[sharded_tables]]
database = "app"
name = "notes"
column = "word"
data_type = "varchar"
[[sharded_tables]]
database = "app"
name = "things"
column = "id"
data_type = "uuid"
"""
TABLES = """
CREATE TABLE notes (note text, word varchar(40), number numeric);
CREATE TABLE things (id uuid, thing text);
CREATE TABLE notes_by_hash (word varchar) PARTITION BY HASH (word);
CREATE TABLE things_by_hash (id uuid) PARTITION BY HASH (id);
"""
WHOLE = 'whole_copy'
WORDS = [
    '', ' ', 'plain', '\\N', '\\.', '\\', 'a\tb', 'a\nb', 'a\r\nb', '\r', '"', '""', 'a,b', "it's", 'naïve', '𝕏', 'NULL'
]  # fmt: skip
NOTES: list[tuple[str | None, str | None, int | None]] = [
    (
        WORDS[-number % len(WORDS)] if number % 5 else None,
        f'{word}{number}' if number % 9 else word,
        number if number % 3 else None,
    )
    for number, word in enumerate(WORDS * 12)
]
NOTES += [('NULL', None, 1), (None, None, None)]
FORMATS = [
    '',
    "WITH (DELIMITER '|', NULL '-')",
    "WITH (FORMAT csv)",
    "WITH (FORMAT csv, HEADER, FORCE_QUOTE *)",
    "WITH (FORMAT csv, DELIMITER ';', QUOTE '''', ESCAPE '\\', NULL 'plain')",
    'WITH (FORMAT binary)',
]
PIECES = (1, 7, 1000, 100_000)


@pytest.fixture(scope='module')
def whole(postgres: Cluster) -> Iterator[psycopg.Connection]:
    """One server that has all rows."""
    postgres.execute(f'CREATE DATABASE {WHOLE}')
    with postgres.connect(WHOLE) as connection:
        connection.autocommit = True
        connection.execute(TABLES.encode())
        connection.execute('CREATE TABLE users (id bigint PRIMARY KEY, name text, age int)')
        connection.execute('CREATE TABLE back (LIKE notes)')
        with connection.cursor() as cursor:
            cursor.executemany('INSERT INTO notes VALUES (%s, %s, %s)', NOTES)
        yield connection
    postgres.execute(f'DROP DATABASE {WHOLE} WITH (FORCE)')


@pytest.fixture(scope='module')
def app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    with sharded_proxy(tmp_path_factory.mktemp('copy'), postgres, PREFIX, more=MORE) as proxy:
        with connect(proxy) as connection:
            connection.execute(TABLES.encode())
        yield proxy


@pytest.fixture
def client(app: RunningProxy) -> Iterator[Connection]:
    with connect(app) as connection:
        connection.execute('TRUNCATE users, notes, things, countries')
        yield connection


def copy_in(client: psycopg.Connection, sql: str, *pieces: bytes) -> int:
    with client.cursor() as cursor:
        with cursor.copy(sql.encode()) as copy:
            for piece in pieces:
                copy.write(piece)
        return cursor.rowcount


def copy_out(client: psycopg.Connection, sql: str) -> bytes:
    with client.cursor() as cursor, cursor.copy(sql.encode()) as copy:
        return b''.join(copy)


def cut(stream: bytes, size: int) -> Iterator[bytes]:
    return (stream[at : at + size] for at in range(0, len(stream), size))


def users(numbers: Sequence[int]) -> bytes:
    return b''.join(b'%d\tuser %d\t%d\n' % (number, number, number % 7) for number in numbers)


def is_empty(postgres: Cluster, table: str = 'users') -> bool:
    return not any(rows for rows in on_shards(postgres, PREFIX, f'SELECT FROM {table}'))


def assert_at_home(postgres: Cluster, table: str, column: str) -> None:
    for shard in range(SHARDS):
        home = f"satisfies_hash_partition('{table}_by_hash'::regclass, {SHARDS}, {shard}, {column})"
        assert on_shards(postgres, PREFIX, f'SELECT count(*) FROM {table} WHERE NOT {home}')[shard] == [(0,)]


@pytest.mark.parametrize('options', FORMATS)
def test_rows_that_a_server_has_written_go_to_their_shards_and_come_back(
    whole: psycopg.Connection, client: Connection, postgres: Cluster, options: str
) -> None:
    written = copy_out(whole, f'COPY notes TO STDOUT {options}')
    size = PIECES[FORMATS.index(options) % len(PIECES)]
    assert copy_in(client, f'COPY notes FROM STDIN {_taking(options)}', *cut(written, size)) == len(NOTES)
    assert_at_home(postgres, 'notes', 'word')
    whole.execute('TRUNCATE back')
    gathered = copy_out(client, f'COPY notes TO STDOUT {options}')
    assert copy_in(whole, f'COPY back FROM STDIN {_taking(options)}', gathered) == len(NOTES)
    same = 'SELECT count(*) FROM (SELECT * FROM notes EXCEPT ALL SELECT * FROM back) differing'
    assert (one(whole, same), one(whole, 'SELECT count(*) FROM back')) == (0, len(NOTES))


def _taking(options: str) -> str:
    return options.replace(', FORCE_QUOTE *', '')


@pytest.mark.parametrize('options', ['', 'WITH (FORMAT binary)'], ids=['text', 'binary'])
def test_uuids_are_keys(client: Connection, whole: psycopg.Connection, postgres: Cluster, options: str) -> None:
    rows = [(UUID(int=number * 0x123456789ABCDEF0123), str(number)) for number in range(100)]
    whole.execute('TRUNCATE things')
    with whole.cursor() as cursor:
        cursor.executemany('INSERT INTO things VALUES (%s, %s)', rows)
    copy_in(client, f'COPY things FROM STDIN {options}', copy_out(whole, f'COPY things TO STDOUT {options}'))
    assert_at_home(postgres, 'things', 'id')
    assert sorted(client.execute('SELECT id, thing FROM things')) == sorted(rows)


def test_columns_may_be_in_another_order(client: Connection) -> None:
    copy_in(client, 'COPY users (age, id) FROM STDIN WHERE age > 1', b'1\t10\n2\t20\n3\t30\n')
    assert sorted(client.execute('SELECT id, age FROM users')) == [(20, 2), (30, 3)]


def test_rows_for_a_table_that_all_have_go_to_all(client: Connection, postgres: Cluster) -> None:
    assert copy_in(client, 'COPY countries FROM STDIN (FORMAT csv, HEADER)', b'code,name\n', b'x,y\nz,', b'w\n') == 2
    assert on_shards(postgres, PREFIX, 'SELECT count(*) FROM countries') == [[(2,)]] * SHARDS
    assert copy_out(client, 'COPY countries TO STDOUT (FORMAT csv, HEADER)').count(b'\n') == 3


def test_many_rows_pass(client: Connection, postgres: Cluster) -> None:
    stream = users(range(100_000))
    assert copy_in(client, 'COPY users FROM STDIN', *cut(stream, 65_000)) == 100_000
    assert sorted(copy_out(client, 'COPY users TO STDOUT').splitlines()) == sorted(stream.splitlines())
    rows = copy_out(client, 'COPY (SELECT id FROM users WHERE age = 3) TO STDOUT')
    assert len(rows.splitlines()) == len([number for number in range(100_000) if number % 7 == 3])


@pytest.mark.parametrize(
    ('rows', 'error'),
    [
        (b'1\ta\t1\nno number\ta\t1\n', errors.InvalidTextRepresentation),
        (b'1\ta\t1\n2\ta\tno number\n', errors.InvalidTextRepresentation),
        (b'1\ta\t1\n2\n', errors.BadCopyFileFormat),
        (b'1\ta\t1\n2\ta\t1\textra\n', errors.BadCopyFileFormat),
        (b'1\ta\t1\n\\N\ta\t1\n', errors.NotNullViolation),
        (b'1\ta\t1\n2\ta\t1\n3\ta\t1\n1\ta\t1\n', errors.UniqueViolation),
        (b'1\ta\t1\n2\ta\t1\r\n', errors.BadCopyFileFormat),
        (b'1\ta\t1\n99999999999999999999\ta\t1\n', errors.NumericValueOutOfRange),
        (b'1\ta\t1\n2\t\xff\t1\n', errors.CharacterNotInRepertoire),
    ],
)  # fmt: skip
def test_one_wrong_row_and_nothing_is_there(
    client: Connection, postgres: Cluster, rows: bytes, error: type[psycopg.Error]
) -> None:
    with pytest.raises(error):
        copy_in(client, 'COPY users FROM STDIN', users(range(50, 90)), rows)
    assert is_empty(postgres)
    assert copy_in(client, 'COPY users FROM STDIN', b'1\ta\t1\n') == 1


def test_an_encoding_that_is_not_safe_is_refused(client: Connection) -> None:
    client.execute("SET client_encoding = 'SJIS'")
    with pytest.raises(errors.FeatureNotSupported):
        copy_in(client, 'COPY users FROM STDIN', b'1\ta\t1\n')
    client.execute('RESET client_encoding')


def test_a_copy_is_part_of_the_transaction(client: Connection, postgres: Cluster) -> None:
    with client.transaction(force_rollback=True):
        copy_in(client, 'COPY users FROM STDIN', users(range(20)))
        with pytest.raises(errors.UniqueViolation), client.transaction():
            copy_in(client, 'COPY users FROM STDIN', users(range(30, 40)), users([5]))
        assert one(client, 'SELECT count(*) FROM users') == 20
    assert is_empty(postgres)
    with client.transaction():
        copy_in(client, 'COPY users FROM STDIN', users(range(20)))
    assert one(client, 'SELECT count(*) FROM users') == 20


def test_an_error_fails_the_transaction(client: Connection, postgres: Cluster) -> None:
    client.execute('BEGIN')
    with pytest.raises(errors.BadCopyFileFormat):
        copy_in(client, 'COPY users FROM STDIN', b'1\ta\t1\n2\tb\t1\r\n')
    with pytest.raises(errors.InFailedSqlTransaction):
        client.execute('SELECT 1')
    client.execute('ROLLBACK')
    assert is_empty(postgres)


COPY = b'COPY users FROM STDIN'
IN, STEPS = query.query(COPY), extended(COPY)
PLENTY = b''.join(data(users(range(start, start + 30))) for start in range(1000, 10_000, 30))
"""Rows with which nothing is wrong: which shard is the first to find another fault would be chance."""
SOME, BAD, COUNT = data(users(range(30))), data(b'x\ty\tz\n'), query.query(b'SELECT count(*) FROM users')
CONVERSATIONS: dict[str, tuple[bytes | int, ...]] = {
    'simple': (IN, BEGINS, SOME, DONE, READY, COUNT),
    'simple, at once': (IN + SOME + DONE + COUNT,),
    'no rows': (IN, BEGINS, DONE, READY, COUNT),
    'extended': (STEPS + SYNC, BEGINS, SOME, DONE + SYNC, READY, COUNT),
    'extended, at once': (STEPS + SYNC + SOME + DONE + SYNC + COUNT,),
    'extended, with a Flush': (STEPS + FLUSH, BEGINS, SOME, DONE + SYNC, READY, COUNT),
    'extended, without a Sync': (STEPS + SOME + DONE + SYNC, READY, COUNT),
    'with Syncs within': (IN, BEGINS, SYNC + SOME + FLUSH + SYNC, DONE, READY, COUNT),
    'the client fails': (IN, BEGINS, SOME + FAIL, READY, COUNT),
    'the client fails, extended': (STEPS + SYNC, BEGINS, SOME + FAIL + SYNC, READY, COUNT),
    'a bad row': (IN, BEGINS, SOME + BAD + DONE, READY, COUNT),
    'a bad row, extended': (STEPS + SYNC, BEGINS, SOME + BAD + DONE + SYNC, READY, COUNT),
    'a bad row, and more': (IN, BEGINS, SOME + BAD + PLENTY, ERROR, SOME + DONE, COUNT),
    'no such column': (query.query(b'COPY users (id, nothing) FROM STDIN'), READY, COUNT),
    'several statements': (query.query(COPY + b'; SELECT count(*) FROM users'), BEGINS, SOME + DONE, READY),
    'the second fails': (query.query(COPY + b';' + COPY), BEGINS, SOME + DONE, BEGINS, SOME + DONE, READY, COUNT),
    'out, extended': (extended(b'COPY users TO STDOUT') + SYNC, READY, COUNT),
    'another message': (IN, BEGINS, SOME + COUNT),
}  # fmt: skip


@pytest.mark.parametrize('turns', CONVERSATIONS.values(), ids=list(CONVERSATIONS))
def test_a_client_is_told_what_one_server_would_tell_it(
    app: RunningProxy, client: Connection, whole: psycopg.Connection, postgres: Cluster, turns: tuple[bytes | int, ...]
) -> None:
    whole.execute('TRUNCATE users')
    # Whoever closes with something unread resets the connection, and what it has said may be lost.
    ended = turns if turns == CONVERSATIONS['another message'] else (*turns, query.TERMINATE)
    told = held(Wire.to_proxy(app), *ended)
    expected = held(Wire.to_cluster(postgres, WHOLE), *ended)
    assert [_comparable(*message) for message in told] == [_comparable(*message) for message in expected], letters(told)


def _comparable(code: int, body: bytes) -> tuple[int, object]:
    return code, ErrorFields.decode(body).sqlstate if code == Backend.ERROR_RESPONSE else body


@pytest.mark.parametrize('reset', [False, True], ids=['FIN', 'RST'])
def test_nothing_stays_of_a_client_that_goes(
    app: RunningProxy, client: Connection, postgres: Cluster, reset: bool
) -> None:
    wire = Wire.to_proxy(app)
    wire.send(IN)
    wire.read_until(BEGINS)
    wire.send(data(users(range(20_000))) + SOME[:-10])
    wire.leave(reset=reset)
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'sharded_copy%' AND state <> 'idle'"
    eventually(lambda: postgres.execute(busy) == [(0,)], 'servers have given up the COPY')
    assert is_empty(postgres)


def test_a_server_that_goes_ends_it_for_all(app: RunningProxy, client: Connection, postgres: Cluster) -> None:
    with pytest.raises(psycopg.Error, match='shard 1'), client.cursor() as cursor, cursor.copy(COPY) as copy:
        copy.write(users(range(20_000)))
        copying = "FROM pg_stat_activity WHERE datname = 'sharded_copy_1' AND state = 'active'"
        eventually(lambda: bool(postgres.execute(f'SELECT pg_terminate_backend(pid) {copying}')), 'it has been ended')
        copy.write(users(range(20_000, 60_000)))
    with connect(app) as another:
        assert one(another, 'SELECT count(*) FROM users') == 0
    assert is_empty(postgres)
