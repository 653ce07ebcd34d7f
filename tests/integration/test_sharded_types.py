"""Types that each shard has under another OID: clients know one number, wherever their statements go."""

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from struct import pack

import pytest
from psycopg import RawCursor, errors
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types.enum import EnumInfo, register_enum

from pgdog_gevent.demo.cluster import Cluster
from tests.conversation.proxies import running
from tests.integration.clients import Connection, connect, one
from tests.integration.configuration import users_toml
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, databases, on_shards, sharded_toml

PREFIX = 'sharded_types'
SCHEMA = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE pair AS (a int, b mood);
CREATE TABLE users (id bigint PRIMARY KEY, now mood, past mood[], both_ pair, name text);
CREATE TABLE payments (id bigint, user_id bigint NOT NULL);
CREATE TABLE moods (m mood PRIMARY KEY);
"""
MANY = range(1, 31)


class _Binary(bytes):
    """A value in binary format, of a type that is left to the server."""


class _BinaryDumper(Dumper):
    format = Format.BINARY
    oid = 0

    def dump(self, obj: bytes) -> bytes:
        return bytes(obj)


@pytest.fixture(scope='module')
def app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    directory: Path = tmp_path_factory.mktemp('sharded')
    config = sharded_toml(postgres, PREFIX)
    with databases(postgres, PREFIX, SCHEMA), running(directory, config, users_toml()) as proxy:
        with connect(proxy) as client:
            client.execute("INSERT INTO moods VALUES ('sad'), ('happy')")
            for number in MANY:
                client.execute(
                    f"INSERT INTO users VALUES ({number}, 'ok', '{{sad,ok}}', '(1,happy)', 'user {number}')".encode()
                )
        yield proxy


@pytest.fixture
def client(app: RunningProxy) -> Iterator[Connection]:
    with connect(app) as connection:
        yield connection


def numbers(postgres: Cluster, name: str) -> list[int]:
    return [int(str(rows[0][0])) for rows in on_shards(postgres, PREFIX, f"SELECT '{name}'::regtype::oid")]


@pytest.fixture(scope='module')
def keys(app: RunningProxy, postgres: Cluster) -> list[int]:
    return [int(str(rows[0][0])) for rows in on_shards(postgres, PREFIX, 'SELECT min(id) FROM users')]


@pytest.mark.parametrize('prepare', [None, True], ids=['simple', 'extended'])
def test_every_shard_speaks_by_the_numbers_of_the_first(
    client: Connection, postgres: Cluster, keys: list[int], prepare: bool | None
) -> None:
    client.prepare_threshold = 5
    mood, moods, pair = (numbers(postgres, name)[0] for name in ('mood', 'mood[]', 'pair'))
    assert len(set(numbers(postgres, 'mood'))) == SHARDS
    for key in keys:
        if prepare:
            found = client.execute('SELECT now, past, both_, name FROM users WHERE id = %s', (key,), prepare=True)
        else:
            found = client.execute(f'SELECT now, past, both_, name FROM users WHERE id = {key}'.encode())
        assert found.description is not None
        assert [column.type_code for column in found.description] == [mood, moods, pair, 25]
        row = found.fetchone()
        assert row is not None
        assert row[3] == f'user {key}'
    together = client.execute('SELECT now FROM users')
    assert together.description is not None
    assert {column.type_code for column in together.description} == {mood}


def test_driver_asks_for_numbers_and_gets_those_that_it_is_told(client: Connection, postgres: Cluster) -> None:
    for _ in range(SHARDS):
        info = EnumInfo.fetch(client, 'mood')
        assert info is not None
        assert info.oid == numbers(postgres, 'mood')[0]
        assert one(client, "SELECT 'mood'::regtype::oid") == info.oid


def test_parameters_are_of_the_type_that_the_client_knows(client: Connection, keys: list[int]) -> None:
    client.prepare_threshold = 5
    info = EnumInfo.fetch(client, 'mood')
    assert info is not None
    mood = Enum('mood', ['sad', 'ok', 'happy'])
    register_enum(info, client, mood)
    for key in keys:
        changed = client.execute(
            'UPDATE users SET now = %s WHERE id = %s RETURNING now', (mood.happy, key), prepare=True
        )
        assert changed.fetchall() == [(mood.happy,)]
    assert client.execute('SELECT count(*) FROM users WHERE now = %s', (mood.happy,)).fetchall() == [(len(keys),)]


def test_numbers_in_binary_values_are_those_that_clients_know(
    client: Connection, postgres: Cluster, keys: list[int]
) -> None:
    mood, pair = (numbers(postgres, name)[0] for name in ('mood', 'pair'))
    array = pack('!iIIii', 1, 0, mood, 2, 1) + pack('!i3s', 3, b'sad') + pack('!i2s', 2, b'ok')
    row = pack('!IIii', 2, 23, 4, 1) + pack('!Ii5s', mood, 5, b'happy')
    rows = pack('!iIIii', 1, 0, pair, 1, 1) + pack('!i', len(row)) + row
    cursor = RawCursor(client)
    cursor.adapters.register_dumper(_Binary, _BinaryDumper)
    for key in keys:
        selected = cursor.execute(
            'SELECT past, both_, ARRAY[both_], ROW(past) FROM users WHERE id = $1', (key,), binary=True
        )
        assert selected.pgresult is not None
        values = [selected.pgresult.get_value(0, column) for column in range(4)]
        assert values[:3] == [array, row, rows]
        assert values[3] == pack('!IIi', 1, numbers(postgres, 'mood[]')[0], len(array)) + array
        given = [_Binary(array), _Binary(row), key]
        cursor.execute('UPDATE users SET past = $1, both_ = $2 WHERE id = $3 RETURNING past', given, binary=True)
        assert selected.pgresult.get_value(0, 0) == array
    found = cursor.execute('SELECT past FROM users WHERE past = $1 AND id < 31', [_Binary(array)], binary=True)
    assert found.pgresult is not None
    assert {found.pgresult.get_value(number, 0) for number in range(found.pgresult.ntuples)} == {array}
    grouped = cursor.execute('SELECT count(*) FROM users WHERE id = ANY($1) GROUP BY now IS NULL, past[1]', (keys[1:],))
    assert grouped.fetchall() == [(2,)]


def test_copy_in_binary_format_is_refused_unless_it_is_of_plain_types(client: Connection, keys: list[int]) -> None:
    with client.cursor() as cursor:
        for sql in ('COPY users', f'COPY (SELECT past FROM users WHERE id = {keys[1]})'):
            with pytest.raises(errors.FeatureNotSupported), cursor.copy(f'{sql} TO STDOUT (FORMAT binary)'.encode()):
                pass
        with cursor.copy('COPY payments TO STDOUT (FORMAT binary)') as copy:
            assert list(copy)
        with cursor.copy(f'COPY (SELECT past FROM users WHERE id = {keys[1]}) TO STDOUT'.encode()) as copy:
            assert list(copy.rows()) == [('{sad,ok}',)]


def test_statement_of_plain_types_passes_as_before(client: Connection, keys: list[int]) -> None:
    for key in keys:
        assert one(client, f'SELECT id FROM users WHERE id = {key}') == key


def test_errors_are_said_as_they_are_in_a_transaction(client: Connection, keys: list[int]) -> None:
    client.prepare_threshold = 5
    client.execute('BEGIN')
    with pytest.raises(errors.UndefinedColumn):
        client.execute('SELECT nothing, now FROM users WHERE id = %s', (keys[1],), prepare=True)
    client.execute('ROLLBACK')

