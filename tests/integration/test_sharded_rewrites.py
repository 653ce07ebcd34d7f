"""What shards cannot do as it is written, with ``[rewrite]``: keys that are made, rows that move."""

import threading
from collections.abc import Iterator

import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.conversation.proxies import running
from tests.integration.clients import Connection, connect, eventually, one
from tests.integration.configuration import users_toml
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, databases, on_shards, sharded_toml

PREFIX = 'sharded_rewrites'
SCHEMA = """
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE countries (id bigserial PRIMARY KEY, code text);
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE DOMAIN short AS varchar(4);
CREATE TABLE wide (
    id bigint PRIMARY KEY, twice bigint GENERATED ALWAYS AS (id * 2) STORED,
    number int GENERATED ALWAYS AS IDENTITY,
    feeling mood DEFAULT 'sad', tag short, at timestamptz, marks text[], more numeric(6, 2), note varchar(4),
    extra jsonb
);
CREATE TABLE parts (id bigint, part int, PRIMARY KEY (id, part)) PARTITION BY LIST (part);
CREATE TABLE parts_one PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE parts_two PARTITION OF parts FOR VALUES IN (2);
CREATE TABLE kept (user_id bigint REFERENCES users (id));
CREATE TABLE notes (slug varchar(5), "Na""me" text);
CREATE TABLE owners (id bigint PRIMARY KEY);
CREATE TABLE owned (owner bigint REFERENCES owners (id) ON DELETE CASCADE);
"""
KEYS = {'wide': 'id', 'parts': 'id', 'kept': 'user_id', 'owners': 'id', 'owned': 'owner'}
NOTES = '[[sharded_tables]]\ndatabase = "app"\nname = "notes"\ncolumn = "slug"\ndata_type = "varchar"\n'
TABLES = NOTES + ''.join(
    f'[[sharded_tables]]\ndatabase = "app"\nname = "{name}"\ncolumn = "{column}"\n' for name, column in KEYS.items()
)
REWRITE = TABLES + '[rewrite]\nprimary_key = "rewrite"\nshard_key = "rewrite"'
ELSEWHERE = (2, 3, 4, 5, 6)
"""Among these keys there are some of each shard."""


@pytest.fixture(scope='module')
def app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    config = sharded_toml(postgres, PREFIX, more=REWRITE)
    directory = tmp_path_factory.mktemp('rewrites')
    with databases(postgres, PREFIX, SCHEMA), running(directory, config, users_toml(), {'NODE_ID': '0'}) as proxy:
        yield proxy


@pytest.fixture
def client(app: RunningProxy) -> Iterator[Connection]:
    with connect(app) as connection:
        yield connection


@pytest.mark.parametrize('parameters', [None, ('a', 'b')], ids=['simple', 'extended'])
def test_primary_keys_are_made_also_where_they_are_the_sharding_key(
    client: Connection, postgres: Cluster, parameters: tuple[str, str] | None
) -> None:
    values = "('a'), (default)" if parameters is None else '(%s), (%s)'
    sql = f'INSERT INTO users (name) VALUES {values} RETURNING id'.encode()
    for prepared in (False, True, True):
        made = client.execute(sql, parameters, prepare=prepared).fetchall()
        assert len(set(made)) == 2
        for [key] in made:
            assert client.execute('SELECT id FROM users WHERE id = %s', (key,)).fetchall() == [(key,)]
    [row] = client.execute('INSERT INTO countries (code) VALUES (%s) RETURNING id', ('DE',)).fetchall()
    assert on_shards(postgres, PREFIX, f'SELECT count(*) FROM countries WHERE id = {row[0]}') == [[(1,)]] * 3


# Rows that move


@pytest.fixture
def users(client: Connection) -> Connection:
    """A client of a database with one user."""
    client.execute('TRUNCATE users, kept, wide, parts, notes, owners, owned')
    client.execute("INSERT INTO users VALUES (1, 'one')")
    return client


def where(postgres: Cluster, table: str = 'users') -> dict[object, int]:
    """The shard of each row, by its id, which is where its key says."""
    found = on_shards(postgres, PREFIX, f'SELECT id FROM {table}')
    places = {row[0]: shard for shard, rows in enumerate(found) for row in rows}
    assert len(places) == sum(map(len, found))
    for key, shard in places.items():
        assert partition_of_int(int(str(key)), SHARDS) == shard
    return places


@pytest.mark.parametrize('extended', [False, True], ids=['simple', 'extended'])
def test_row_moves_to_where_its_new_key_is(users: Connection, postgres: Cluster, *, extended: bool) -> None:
    old = 1
    for new in ELSEWHERE:
        if extended:
            sql = 'UPDATE users SET name = %s, id = %s WHERE id = %s RETURNING id, name, id + %s'
            cursor = users.execute(sql, (f'now {new}', new, old, 5))
        else:
            sql = f"UPDATE users SET name = 'now {new}', id = {new} WHERE id = {old} RETURNING id, name, id + 5"
            cursor = users.execute(sql.encode())
        assert cursor.fetchall() == [(new, f'now {new}', new + 5)]
        assert cursor.statusmessage == 'UPDATE 1'
        assert list(where(postgres)) == [new]
        old = new


def test_row_is_found_without_its_key_and_moves_by_what_is_computed(users: Connection, postgres: Cluster) -> None:
    for step in range(1, 6):
        assert users.execute("UPDATE users AS u SET id = u.id + 1 WHERE name = 'one'").rowcount == 1
        assert list(where(postgres)) == [step + 1]
    assert users.execute("UPDATE users SET id = '7' WHERE name = 'one'").rowcount == 1
    assert list(where(postgres)) == [7]


def test_text_is_placed_by_its_bytes_in_the_database(users: Connection) -> None:
    users.execute("INSERT INTO notes VALUES ('a', 'x')")
    for slug in ('bc', 'defgh', 'i  ', 'jklmn   ', 'é'):
        sql = 'UPDATE notes AS "n o" SET slug = %s RETURNING "n o"."Na""me"'
        assert users.execute(sql, (slug,)).fetchall() == [('x',)]
        assert users.execute('SELECT slug FROM notes WHERE slug = %s', (slug[:5],)).fetchall() == [(slug[:5],)]
    users.execute("SET client_encoding TO 'LATIN1'")
    users.execute('UPDATE notes SET slug = %s', ('ö',))
    users.execute('RESET client_encoding')
    assert users.execute("SELECT slug FROM notes WHERE slug = 'ö'").fetchall() == [('ö',)]


def test_rows_move_in_a_pipeline(users: Connection, postgres: Cluster) -> None:
    with users.pipeline():
        for new in range(2, 7):
            users.execute('UPDATE users SET id = %s WHERE id = %s', (new, new - 1))
        found = users.execute('SELECT id, name FROM users')
    assert found.fetchall() == [(6, 'one')]
    assert list(where(postgres)) == [6]


def test_no_row_or_several(users: Connection, postgres: Cluster) -> None:
    cursor = users.execute('UPDATE users SET id = id + 1 WHERE false OR id = 99 RETURNING *')
    assert (cursor.statusmessage, cursor.fetchall()) == ('UPDATE 0', [])
    users.execute("INSERT INTO users VALUES (2, 'two'), (3, 'three')")
    with pytest.raises(errors.FeatureNotSupported, match='several rows'):
        users.execute('UPDATE users SET id = id + 10')
    assert sorted(map(str, where(postgres))) == ['1', '2', '3']


def test_move_is_part_of_its_transaction(users: Connection, postgres: Cluster) -> None:
    for end, left in (('ROLLBACK', 1), ('COMMIT', 5)):
        users.execute('BEGIN')
        users.execute('UPDATE users SET id = 2 WHERE id = 1')
        users.execute('UPDATE users SET id = 5 WHERE id = 2')
        assert users.execute('SELECT id FROM users').fetchall() == [(5,)]
        users.execute(end)
        assert list(where(postgres)) == [left]


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'sharded_rewrites%' AND wait_event_type = 'Lock'"


@pytest.mark.parametrize(
    ('first', 'end', 'found'),
    [
        ('UPDATE users SET id = 2 WHERE id = 1', 'COMMIT', '40001'),
        ('UPDATE users SET id = 2 WHERE id = 1', 'ROLLBACK', 'UPDATE 1'),
        ("UPDATE users SET name = 'uno' WHERE id = 1", 'COMMIT', 'UPDATE 1'),
    ],
    ids=['moved', 'not moved', 'changed'],
)
def test_row_that_has_been_waited_for_and_has_gone_is_to_be_asked_for_again(
    app: RunningProxy, users: Connection, postgres: Cluster, first: str, end: str, found: str
) -> None:
    """As PostgreSQL does it where a partition is in the place of a shard."""
    said = list[str | None]()

    def move() -> None:
        with connect(app) as other:
            try:
                said.append(other.execute('UPDATE users SET id = id + 4').statusmessage)
            except errors.SerializationFailure as error:
                said.append(error.sqlstate)

    users.execute('BEGIN')
    users.execute(first.encode())
    waiting = threading.Thread(target=move)
    waiting.start()
    with postgres.connect('postgres') as direct:
        eventually(lambda: one(direct, WAITING) == 1, 'the other client waits')
    users.execute(end)
    waiting.join()
    assert said == [found]
    assert list(where(postgres)) == [2 if found == '40001' else 5]


def test_row_has_the_values_of_all_its_columns(users: Connection, postgres: Cluster) -> None:
    users.execute(
        "INSERT INTO wide VALUES (1, default, default, 'glad', 'abcd', '2020-02-03 04:05', '{a,NULL}', 1.5, 'x', '[1]')"
    )
    sql = 'SELECT number, feeling::text, tag, at, marks, more, note, extra FROM wide'
    before = users.execute(sql).fetchall()
    for new in ELSEWHERE:
        assert users.execute('UPDATE wide SET id = %s', (new,)).rowcount == 1
        assert list(where(postgres, 'wide')) == [new]
        assert users.execute(sql).fetchall() == before
        assert users.execute('SELECT twice FROM wide').fetchall() == [(2 * new,)]
    old = ELSEWHERE[-1]
    new = next(key for key in range(50, 99) if partition_of_int(key, SHARDS) != partition_of_int(old, SHARDS))
    users.execute(
        "UPDATE wide SET id = %s, feeling = default, tag = 'ab', at = NULL, marks = array['b'], more = 2.345, "
        "note = 5, extra = '{}' WHERE id = %s", (new, old)
    )  # fmt: skip
    after = users.execute('SELECT feeling::text, tag, at, marks, more::text, note, extra FROM wide').fetchall()
    assert after == [('sad', 'ab', None, ['b'], '2.35', '5', {})]
    with pytest.raises(errors.StringDataRightTruncation):
        users.execute("UPDATE wide SET id = %s, note = 'too long' WHERE id = %s", (old, new))
    assert list(where(postgres, 'wide')) == [new]


def test_row_of_a_partition_moves(users: Connection, postgres: Cluster) -> None:
    users.execute('INSERT INTO parts VALUES (1, 1), (1, 2)')
    assert users.execute('UPDATE parts SET id = 2 WHERE id = 1 AND part = 2').rowcount == 1
    assert users.execute('SELECT id FROM parts_two').fetchall() == [(2,)]
    assert set(where(postgres, 'parts')) == {1, 2}


def test_what_references_a_row_is_not_changed_behind_its_back(users: Connection, postgres: Cluster) -> None:
    users.execute('INSERT INTO kept VALUES (1)')
    with pytest.raises(errors.ForeignKeyViolation):
        users.execute('UPDATE users SET id = 2 WHERE id = 1')
    assert list(where(postgres)) == [1]
    users.execute('INSERT INTO owners VALUES (1)')
    with pytest.raises(errors.FeatureNotSupported, match='ON DELETE CASCADE'):
        users.execute('UPDATE owners SET id = 2 WHERE id = 1')
    same = next(key for key in range(2, 99) if partition_of_int(key, SHARDS) == partition_of_int(1, SHARDS))
    assert users.execute('UPDATE owners SET id = %s WHERE id = 1', (same,)).rowcount == 1


def test_errors_are_those_of_the_statement_itself(users: Connection, postgres: Cluster) -> None:
    users.execute("INSERT INTO users VALUES (2, 'two')")
    with pytest.raises(errors.UniqueViolation):
        users.execute('UPDATE users SET id = 2 WHERE id = 1')
    with pytest.raises(errors.NotNullViolation):
        users.execute('UPDATE users SET id = NULL WHERE id = 1')
    with pytest.raises(errors.UndefinedColumn):
        users.execute('UPDATE users SET id = 2, absent = 1 WHERE id = 1')
    assert set(where(postgres)) == {1, 2}
