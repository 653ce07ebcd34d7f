"""Keys are on the shard that is the partition where PostgreSQL has them, and are read as PostgreSQL reads them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from random import Random
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import TupleRow

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.sharding.array import keys_of_binary_array, keys_of_text_array
from pgdog_gevent.sharding.function import Hashed
from pgdog_gevent.sharding.key import Key, KeyType, NotAKey, key_of_binary, key_of_text
from tests.integration.conftest import database_numbers

MODULI = (1, 2, 3, 7, 16, 64)
PARTITIONS = 7
COUNT = 2000
ALPHABET = 'ab \t\'"{}\\,éключ漢字🐘'

Server = psycopg.Connection[TupleRow]

AS_TEXT = """
CREATE FUNCTION as_read(written text, type regtype) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
    EXECUTE format('SELECT %L::%s::text', written, type) INTO found;
    RETURN found;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$
"""


def integers(bits: int) -> Callable[[Random], list[str]]:
    """Return a maker of integers of so many bits, small and large ones alike."""
    last = 2 ** (bits - 1) - 1
    edges = [0, 1, -1, last, -last - 1, last - 1, -last]

    def make(chosen: Random) -> list[str]:
        drawn = [chosen.randrange(-last - 1, last + 1) >> chosen.randrange(bits) for _ in range(COUNT)]
        return [str(number) for number in (*edges, *drawn)]

    return make


def uuids(chosen: Random) -> list[str]:
    edges = [UUID(int=0), UUID(int=2**128 - 1), UUID(int=1), UUID(int=2**127)]
    return [str(uuid) for uuid in (*edges, *(UUID(int=chosen.getrandbits(128)) for _ in range(COUNT)))]


def texts(chosen: Random) -> list[str]:
    edges = ['', ' ', 'a ', 'é', *('x' * size for size in range(1, 50)), 'y' * 3000]
    return edges + [''.join(chosen.choices(ALPHABET, k=chosen.randrange(40))) for _ in range(COUNT)]


@pytest.fixture(scope='module')
def server(postgres: Cluster) -> Iterator[Server]:
    """A connection to a database of its own."""
    name = f'partitions_{next(database_numbers)}'
    postgres.execute(f'CREATE DATABASE {name}')
    with closing(postgres.connect(name)) as server:
        server.execute(AS_TEXT)
        yield server
    postgres.execute(f'DROP DATABASE {name} WITH (FORCE)')


@pytest.mark.parametrize(
    ('sql_type', 'key_type', 'values'),
    [
        pytest.param('bigint', KeyType.BIGINT, integers(64), id='bigint'),
        pytest.param('integer', KeyType.BIGINT, integers(32), id='integer'),
        pytest.param('smallint', KeyType.BIGINT, integers(16), id='smallint'),
        pytest.param('uuid', KeyType.UUID, uuids, id='uuid'),
        pytest.param('text', KeyType.TEXT, texts, id='text'),
        pytest.param('varchar', KeyType.TEXT, texts, id='varchar'),
    ],
)
def test_shard_is_the_partition(
    server: Server, sql_type: str, key_type: KeyType, values: Callable[[Random], list[str]]
) -> None:
    written = values(Random(sql_type))
    keys = [key_of_text(key_type, text) for text in written]
    _make_partitions(server, sql_type)
    for modulus in MODULI:
        expected = _remainders(server, sql_type, written, modulus)
        assert _shards(key_type, keys, modulus) == expected
    assert _shards(key_type, keys, PARTITIONS) == _stored(server, sql_type, written)


def test_null_is_in_the_first_partition(server: Server) -> None:
    _make_partitions(server, 'bigint')
    assert Hashed(KeyType.BIGINT, PARTITIONS).shards_of(None) == {0}
    _run(server, 'INSERT INTO keys VALUES (1, NULL)')
    assert _rows(server, 'SELECT tableoid::regclass::text FROM keys') == [('keys_0',)]


@pytest.mark.parametrize(
    ('sql_type', 'type_oid', 'key_type', 'values'),
    [
        pytest.param('bigint', 20, KeyType.BIGINT, integers(64), id='bigint'),
        pytest.param('integer', 23, KeyType.BIGINT, integers(32), id='integer'),
        pytest.param('smallint', 21, KeyType.BIGINT, integers(16), id='smallint'),
        pytest.param('numeric', 1700, KeyType.BIGINT, integers(64), id='numeric'),
        pytest.param('uuid', 2950, KeyType.UUID, uuids, id='uuid'),
        pytest.param('text', 25, KeyType.TEXT, texts, id='text'),
    ],
)
def test_binary_and_text_are_the_same_key(
    server: Server, sql_type: str, type_oid: int, key_type: KeyType, values: Callable[[Random], list[str]]
) -> None:
    written = values(Random(sql_type))
    with server.cursor(binary=True) as cursor:
        sql = f'SELECT v::{sql_type} FROM unnest(%s::text[]) WITH ORDINALITY u (v, n) ORDER BY n'
        cursor.execute(sql.encode(), (written,))
        assert cursor.pgresult is not None
        binary = [cursor.pgresult.get_value(row, 0) for row in range(len(written))]
    read = [key_of_binary(key_type, type_oid, octets) for octets in binary if octets is not None]
    assert read == [key_of_text(key_type, text) for text in written]


def written_integers(chosen: Random) -> list[str]:
    parts = ['-', '+', ' ', '0', '7', '9', '9223372036854775807', '.', '\n', 'e']
    return [''.join(chosen.choices(parts, k=chosen.randrange(1, 6))) for _ in range(2000)]


def written_uuids(chosen: Random) -> list[str]:
    """Return UUIDs with hyphens in places that are right and wrong, and with what is around them or missing."""
    written = []
    for _ in range(2000):
        digits = f'{chosen.getrandbits(128):032x}'
        places = [place for place in range(4, 32, 4) if chosen.random() < 0.5]
        if chosen.random() < 0.2:
            places.append(chosen.randrange(33))
        parts = [digits[start:end] for start, end in pairwise((0, *sorted(places), chosen.choice((32, 32, 32, 31))))]
        begin, end = chosen.choice((('', ''), ('{', '}'), ('{', ''), ('', '}'), (' ', ''), ('', ' ')))
        written.append(begin + '-'.join(parts) + end)
    return written


@pytest.mark.parametrize(
    ('sql_type', 'key_type', 'values'),
    [
        pytest.param('bigint', KeyType.BIGINT, written_integers, id='bigint'),
        pytest.param('uuid', KeyType.UUID, written_uuids, id='uuid'),
    ],
)
def test_text_is_a_key_where_postgres_reads_it(
    server: Server, sql_type: str, key_type: KeyType, values: Callable[[Random], list[str]]
) -> None:
    written = values(Random(sql_type))
    sql = 'SELECT as_read(w, %s::text::regtype) FROM unnest(%s::text[]) WITH ORDINALITY u (w, n) ORDER BY n'
    expected = [text for (text,) in _rows(server, sql, sql_type, written)]
    assert [_canonical(key_type, text) for text in written] == expected
    assert 100 < len([text for text in expected if text is not None]) < len(written) - 100


@pytest.mark.parametrize(
    ('sql_type', 'key_type', 'values'),
    [
        pytest.param('bigint', KeyType.BIGINT, integers(64), id='bigint'),
        pytest.param('uuid', KeyType.UUID, uuids, id='uuid'),
        pytest.param('text', KeyType.TEXT, texts, id='text'),
    ],
)
def test_elements_of_arrays_are_the_same_keys(
    server: Server, sql_type: str, key_type: KeyType, values: Callable[[Random], list[str]]
) -> None:
    written = values(Random(sql_type))
    sql = f'SELECT array_agg(v::{sql_type} ORDER BY n) FROM unnest(%s::text[]) WITH ORDINALITY u (v, n)'
    keys = [key_of_text(key_type, text) for text in written]
    assert keys_of_text_array(key_type, _value(server, sql, written, binary=False).decode()) == keys
    assert keys_of_binary_array(key_type, _value(server, sql, written, binary=True)) == keys


def _value(server: Server, sql: str, written: list[str], *, binary: bool) -> bytes:
    """Return the one value of an answer as it is on the wire."""
    with server.cursor(binary=binary) as cursor:
        cursor.execute(sql.encode(), (written,))
        assert cursor.pgresult is not None
        octets = cursor.pgresult.get_value(0, 0)
        assert octets is not None
        return octets


def _canonical(key_type: KeyType, text: str) -> str | None:
    """Return the key as PostgreSQL would write it."""
    try:
        key = key_of_text(key_type, text)
    except NotAKey:
        return None
    return str(UUID(bytes=key)) if isinstance(key, bytes) else str(key)


def _make_partitions(server: Server, sql_type: str) -> None:
    _run(server, 'DROP TABLE IF EXISTS keys')
    _run(server, f'CREATE TABLE keys (n int, key {sql_type}) PARTITION BY HASH (key)')
    for remainder in range(PARTITIONS):
        bounds = f'WITH (MODULUS {PARTITIONS}, REMAINDER {remainder})'
        _run(server, f'CREATE TABLE keys_{remainder} PARTITION OF keys FOR VALUES {bounds}')


def _remainders(server: Server, sql_type: str, written: list[str], modulus: int) -> list[int]:
    """Return the partitions that values would have, by PostgreSQL's own function."""
    rows = _rows(
        server,
        f"SELECT r FROM unnest(%s::text[]) WITH ORDINALITY u (v, n), generate_series(0, {modulus - 1}) r"
        f" WHERE satisfies_hash_partition('keys'::regclass, {modulus}, r, v::{sql_type}) ORDER BY n",
        written,
    )
    return [remainder for (remainder,) in rows]


def _stored(server: Server, sql_type: str, written: list[str]) -> list[int]:
    """Return the partitions that values have been stored in."""
    _rows(
        server,
        f'INSERT INTO keys SELECT n, v::{sql_type} FROM unnest(%s::text[]) WITH ORDINALITY u (v, n) RETURNING 1',
        written,
    )
    rows = _rows(server, 'SELECT tableoid::regclass::text FROM keys ORDER BY n')
    return [int(name.removeprefix('keys_')) for (name,) in rows]


def _shards(key_type: KeyType, keys: Sequence[Key], modulus: int) -> list[int]:
    function = Hashed(key_type, modulus)
    return [next(iter(function.shards_of(key))) for key in keys]


def _run(server: Server, sql: str) -> None:
    server.execute(sql.encode())


def _rows(server: Server, sql: str, *parameters: object) -> list[TupleRow]:
    return server.execute(sql.encode(), parameters).fetchall()
