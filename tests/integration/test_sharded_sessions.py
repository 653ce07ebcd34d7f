"""Sessions of a database with three shards: each statement goes where its rows are, and transactions are one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from tests.integration.clients import Connection, admin, connect, one
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SCHEMA, SHARDS, on_shards, sharded_proxy

PREFIX = 'sharded_sessions'
MANY = range(1, 41)


@pytest.fixture(scope='module')
def app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    with sharded_proxy(tmp_path_factory.mktemp('sharded'), postgres, PREFIX) as proxy:
        yield proxy


@pytest.fixture
def client(app: RunningProxy) -> Iterator[Connection]:
    with connect(app) as connection:
        connection.execute('TRUNCATE users')
        yield connection


@pytest.fixture
def users(client: Connection) -> Connection:
    """A client of a database with users."""
    rows = ', '.join(f"({number}, 'user {number}', {number % 7})" for number in MANY)
    assert client.execute(f'INSERT INTO users VALUES {rows}'.encode()).rowcount == len(MANY)
    return client


def per_shard(postgres: Cluster, sql: str) -> list[object]:
    return [rows[0][0] for rows in on_shards(postgres, PREFIX, sql)]


def test_rows_are_where_hash_partitions_put_them(users: Connection, postgres: Cluster) -> None:
    for shard in range(SHARDS):
        here = f"satisfies_hash_partition('by_hash'::regclass, {SHARDS}, {shard}, id)"
        assert per_shard(postgres, f'SELECT count(*) FROM users WHERE NOT {here}')[shard] == 0
    assert sum(per_shard(postgres, 'SELECT count(*) FROM users')) == len(MANY)  # type: ignore[arg-type]


@pytest.mark.parametrize('parameters', [None, (17,)], ids=['simple', 'extended'])
def test_row_is_read_where_it_is(users: Connection, parameters: tuple[int] | None) -> None:
    sql = 'SELECT name FROM users WHERE id = 17' if parameters is None else 'SELECT name FROM users WHERE id = %s'
    assert users.execute(sql, parameters).fetchall() == [('user 17',)]


def test_rows_of_all_shards_are_read(users: Connection) -> None:
    assert sorted(users.execute('SELECT id FROM users').fetchall()) == [(number,) for number in MANY]
    assert users.execute('SELECT id FROM users ORDER BY id').fetchall() == [(number,) for number in MANY]
    assert one(users, 'SELECT count(*) FROM users') == len(MANY)


def test_text_is_sorted_as_the_database_sorts_it(users: Connection, postgres: Cluster) -> None:
    names = ', '.join(f"('user {number}')" for number in MANY)
    with postgres.connect('postgres') as direct:
        expected = direct.execute(f'SELECT name FROM (VALUES {names}) v(name) ORDER BY name'.encode()).fetchall()
    assert users.execute('SELECT name FROM users ORDER BY name').fetchall() == expected


def test_rows_are_changed_on_all_shards(users: Connection) -> None:
    assert users.execute('UPDATE users SET age = 1').rowcount == len(MANY)
    assert users.execute('DELETE FROM users').rowcount == len(MANY)
    assert one(users, 'SELECT count(*) FROM users') == 0


def test_what_is_returned_has_the_order_of_the_rows_inserted(client: Connection) -> None:
    keys = [30, 2, 11, 7, 25, 4]
    values = ', '.join(f"({key}, 'x')" for key in keys)
    returned = client.execute(f'INSERT INTO users (id, name) VALUES {values} RETURNING id'.encode()).fetchall()
    assert returned == [(key,) for key in keys]


@pytest.mark.parametrize('parameters', [None, ()], ids=['simple', 'extended'])
def test_what_is_returned_has_that_order_also_if_some_rows_are_there(
    client: Connection, parameters: tuple[()] | None
) -> None:
    keys = [30, 2, 11, 2, 7, 25, 4, 30, 6, 13]
    client.execute('INSERT INTO users VALUES (11), (25)')
    values = ', '.join(f"({key}, '{number}')" for number, key in enumerate(keys))
    sql = f'INSERT INTO users (id, name) VALUES {values} ON CONFLICT'
    cursor = client.execute(f'{sql} DO NOTHING RETURNING id, name'.encode(), parameters)
    assert cursor.statusmessage == 'INSERT 0 6'
    assert cursor.fetchall() == [(30, '0'), (2, '1'), (7, '4'), (4, '6'), (6, '8'), (13, '9')]
    with pytest.raises(errors.FeatureNotSupported, match='left out some'):
        distinct = ', '.join(f"({key}, 'x')" for key in range(20))
        client.execute(
            f'INSERT INTO users (id, name) VALUES {distinct} ON CONFLICT (id) DO UPDATE SET age = 1 '
            'WHERE users.id > 12 RETURNING id'.encode(),
            parameters,
        )
    assert one(client, 'SELECT count(*) FROM users') == 8


# Transactions


def test_transaction_of_several_shards_is_committed_or_rolled_back_as_one(users: Connection) -> None:
    for end, left in (('ROLLBACK', len(MANY)), ('COMMIT', 0)):
        users.execute('BEGIN')
        users.execute('DELETE FROM users WHERE id = 1')
        users.execute('DELETE FROM users')
        assert one(users, 'SELECT count(*) FROM users') == 0
        users.execute(end)
        assert one(users, 'SELECT count(*) FROM users') == left


def test_error_on_one_shard_fails_the_transaction_on_all(users: Connection) -> None:
    users.execute('BEGIN')
    users.execute('DELETE FROM users WHERE id = 1')
    with pytest.raises(errors.DivisionByZero):
        users.execute('SELECT 1 / 0 FROM users WHERE id = 2')
    for sql in ('SELECT 1', 'SELECT * FROM users WHERE id = 1', 'SELECT count(*) FROM users'):
        with pytest.raises(errors.InFailedSqlTransaction):
            users.execute(sql)
    assert users.execute('COMMIT').statusmessage == 'ROLLBACK'
    assert one(users, 'SELECT count(*) FROM users') == len(MANY)


def test_error_of_one_of_several_shards_undoes_what_the_others_have_done(users: Connection) -> None:
    with pytest.raises(errors.DivisionByZero):
        users.execute('UPDATE users SET age = 1 / (id - 7)')
    assert users.execute('SELECT name FROM users WHERE age = 6 AND id = 6').fetchall() == [('user 6',)]


def test_savepoints_reach_all_shards_also_those_that_come_later(users: Connection) -> None:
    users.execute('BEGIN')
    users.execute('DELETE FROM users WHERE id = 1')
    users.execute('SAVEPOINT one')
    users.execute('DELETE FROM users')
    with pytest.raises(errors.DivisionByZero):
        users.execute('SELECT 1 / (age - 100 - age + 100) FROM users WHERE id = 3 OR 1 / 0 = 1')
    users.execute('ROLLBACK TO SAVEPOINT one')
    assert one(users, 'SELECT count(*) FROM users') == len(MANY) - 1
    users.execute('RELEASE SAVEPOINT one')
    with pytest.raises(errors.InvalidSavepointSpecification):
        users.execute('ROLLBACK TO SAVEPOINT one')
    users.execute('ROLLBACK')


def test_local_settings_reach_all_shards(users: Connection) -> None:
    users.execute('BEGIN')
    users.execute("SET LOCAL timezone TO 'Asia/Tokyo'")
    zones = users.execute("SELECT current_setting('timezone') FROM users")
    assert set(zones.fetchall()) == {('Asia/Tokyo',)}
    users.execute('COMMIT')
    assert one(users, "SELECT current_setting('timezone')") != 'Asia/Tokyo'


def test_local_settings_of_any_name_reach_all_shards(users: Connection) -> None:
    users.execute('BEGIN')
    users.execute("SET LOCAL app.name TO 'x'")
    assert one(users, "SELECT count(*) FROM users WHERE current_setting('app.name', true) = 'x'") == len(MANY)
    users.execute('ROLLBACK')
    users.execute('BEGIN')
    assert one(users, "SELECT set_config('timezone', 'Asia/Tokyo', true)") == 'Asia/Tokyo'
    assert one(users, "SELECT count(*) FROM users WHERE current_setting('timezone') = 'Asia/Tokyo'") == len(MANY)
    users.execute('ROLLBACK')


def test_session_settings_reach_all_shards(users: Connection) -> None:
    users.execute("SET timezone TO 'Asia/Tokyo'")
    zones = users.execute("SELECT current_setting('timezone') FROM users").fetchall()
    assert zones == [('Asia/Tokyo',)] * len(MANY)


def test_cursor_of_the_client_sees_one_transaction(app: RunningProxy, users: Connection) -> None:
    with connect(app, autocommit=False) as other:
        other.execute('DELETE FROM users')
        assert one(users, 'SELECT count(*) FROM users') == len(MANY)
        other.commit()
    assert one(users, 'SELECT count(*) FROM users') == 0


def test_pipeline_is_one_transaction(users: Connection) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero), users.pipeline():
        users.execute('DELETE FROM users WHERE id = %s', (1,))
        users.execute('DELETE FROM users WHERE id = %s', (2,))
        users.execute('SELECT 1 / 0 FROM users')
    assert one(users, 'SELECT count(*) FROM users') == len(MANY)
    with users.pipeline():
        every, only = users.execute('SELECT count(*) FROM users'), users.execute('SELECT id FROM users WHERE id = 1')
    assert (every.fetchall(), only.fetchall()) == ([(len(MANY),)], [(1,)])
    with users.pipeline():
        cursors = [users.execute('DELETE FROM users WHERE id = %s RETURNING name', (number,)) for number in MANY]
        assert [cursor.fetchall() for cursor in cursors] == [[(f'user {number}',)] for number in MANY]


def test_connections_go_back_to_their_pools(app: RunningProxy, users: Connection) -> None:
    users.execute('SELECT count(*) FROM users')
    assert {row['sv_active'] for row in admin(app, 'SHOW POOLS')} == {0}


def test_clients_that_write_the_same_rows_of_all_shards_wait_for_each_other(
    app: RunningProxy, client: Connection, postgres: Cluster
) -> None:
    client.execute("INSERT INTO countries VALUES ('XX', '0')")
    writers, times = 4, 20

    def write() -> None:
        with connect(app) as writer:
            writer.execute("SET lock_timeout TO '5s'")
            for _ in range(times):
                writer.execute("UPDATE countries SET name = name::int + 1 WHERE code = 'XX'")

    with ThreadPoolExecutor(writers) as pool:
        for writing in [pool.submit(write) for _ in range(writers)]:
            writing.result()
    assert per_shard(postgres, "DELETE FROM countries WHERE code = 'XX' RETURNING name") == [str(writers * times)] * 3


def test_definitions_can_be_sent_together(client: Connection, postgres: Cluster) -> None:
    client.execute("CREATE TYPE kind AS ENUM ('a'); CREATE TABLE made (k kind); CREATE INDEX by_kind ON made (k)")
    assert per_shard(postgres, "SELECT count(*) FROM pg_class WHERE relname IN ('made', 'by_kind')") == [2, 2, 2]
    client.execute('DROP TABLE made; DROP TYPE kind')
    assert per_shard(postgres, "SELECT count(*) FROM pg_type WHERE typname IN ('made', 'kind')") == [0, 0, 0]


NEW_ROWS = {
    'a sequence': 'INSERT INTO made (body) SELECT * FROM unnest($1::text[]) RETURNING id, body',
    'what is volatile': 'INSERT INTO made (body, n) SELECT b, random() FROM unnest($1::text[]) b RETURNING id, body',
    'an order': 'INSERT INTO made (body) SELECT b FROM unnest($1::text[]) b ORDER BY random() RETURNING id, body',
    'all types': """INSERT INTO made (body, kind, kinds, tags, day)
        SELECT b, 'b', '{b,a}', ARRAY[b, NULL], '2026-01-01' FROM unnest($1::text[]) b RETURNING id, body""",
}


@pytest.mark.parametrize('sql', NEW_ROWS.values(), ids=NEW_ROWS)
def test_rows_that_one_shard_has_made_are_the_same_on_all(client: Connection, postgres: Cluster, sql: str) -> None:
    client.execute("""CREATE TYPE kind AS ENUM ('a', 'b'); CREATE DOMAIN day AS date; CREATE TABLE made (
        id bigserial PRIMARY KEY, body text, kind kind DEFAULT 'a', kinds kind[], tags text[] DEFAULT '{}',
        day day, n float8, at timestamptz DEFAULT clock_timestamp())""")
    try:
        texts = ["it's", '', '{"x"}', 'ä\\']
        inserted = client.execute(sql.replace('$1', '%s').encode(), [texts])
        assert {body for _, body in inserted.fetchall()} == set(texts)
        assert inserted.statusmessage == 'INSERT 0 4'
        [one] = set(per_shard(postgres, "SELECT string_agg(made::text, ';' ORDER BY id) FROM made"))
        assert one is not None
    finally:
        client.execute('DROP TABLE made; DROP DOMAIN day; DROP TYPE kind')


TEXTS = {
    'a transaction': "BEGIN; INSERT INTO users VALUES (1, 'a', 1), (2, 'b', 2); COMMIT; SELECT count(*) FROM users",
    'one that is rolled back': "BEGIN; INSERT INTO users VALUES (3), (4); ROLLBACK; SELECT count(*) FROM users",
    'one that goes on': "BEGIN; INSERT INTO users VALUES (5), (6); SELECT count(*) FROM users",
    'one that has begun before it': "INSERT INTO users VALUES (7), (8); BEGIN; INSERT INTO users VALUES (9), (1)",
    'one that ends without beginning': 'INSERT INTO users VALUES (1), (2); COMMIT; INSERT INTO users VALUES (3), (3)',
    'an error': 'BEGIN; INSERT INTO users VALUES (1), (2); SELECT 1/0; COMMIT',
    'an error in all shards': 'INSERT INTO users VALUES (1), (2); BEGIN; SELECT 1/(id - id) FROM users; COMMIT',
    'a savepoint': 'BEGIN; INSERT INTO users VALUES (1), (2); SAVEPOINT a; DELETE FROM users; ROLLBACK TO a; COMMIT',
    'a setting': "SET timezone TO 'Asia/Tokyo'; SELECT count(*), current_setting('timezone') FROM users",
    'a setting that is taken back': "SET timezone TO 'Asia/Tokyo'; SELECT 1 / (id - id) FROM users",
    'a setting of the transaction': "BEGIN; SET LOCAL timezone TO 'Asia/Tokyo'; INSERT INTO users VALUES (1), (2);"
    ' COMMIT',
    'a path': "SET search_path TO other, public; INSERT INTO users VALUES (1), (2); SELECT count(*) FROM users",
}


def outcome(client: Connection, sql: str) -> list[object]:
    """What each statement of a text says, or its error; and how the session is afterwards."""
    told: list[object] = []
    try:
        cursor = client.execute(sql.encode())
        while True:
            told.append((cursor.statusmessage, cursor.fetchall() if cursor.description else None))
            if not cursor.nextset():
                break
    except psycopg.Error as error:
        told.append(error.sqlstate)
    told.append(client.info.transaction_status)
    client.execute('ROLLBACK')
    told.append(client.execute('SELECT count(*) FROM public.users').fetchone())
    told.append(client.execute('SHOW timezone').fetchone())
    client.execute('RESET ALL')
    return told


@pytest.mark.parametrize('sql', TEXTS.values(), ids=TEXTS)
def test_texts_of_several_statements_are_done_as_by_one_server(
    client: Connection, postgres: Cluster, database: str, sql: str
) -> None:
    other = 'CREATE SCHEMA other; CREATE TABLE other.users (id bigint PRIMARY KEY)'
    with postgres.connect(database) as plain:
        plain.execute(f'{SCHEMA}; {other}'.encode())
        client.execute(other)
        try:
            assert outcome(client, sql) == outcome(plain, sql)
        finally:
            client.execute('DROP SCHEMA other CASCADE')


# What one PostgreSQL would do

EXACT = """
CREATE SCHEMA exact;
CREATE TABLE exact.users (
    id bigint PRIMARY KEY, email text UNIQUE, added timestamptz DEFAULT now(), day date DEFAULT current_date
);
CREATE TABLE exact.rates (id bigint PRIMARY KEY, added timestamptz DEFAULT now());
"""


@pytest.fixture(scope='module')
def exact_tables(app: RunningProxy) -> None:
    with connect(app) as client:
        client.execute('BEGIN')
        for sql in EXACT.split(';')[:-1]:
            client.execute(sql.encode())
        client.execute('COMMIT')


@pytest.fixture
def exact(client: Connection, exact_tables: None) -> Connection:
    """A client of tables with defaults that tell the time."""
    client.execute('TRUNCATE exact.users, exact.rates')
    client.execute("SET timezone TO 'Pacific/Kiritimati'")
    return client


def times(client: Connection, table: str = 'users') -> int:
    """How many times there are in a table."""
    return len(client.execute(f'SELECT DISTINCT added FROM exact.{table}'.encode()).fetchall())


ALL = ', '.join(f'({number})' for number in MANY)


@pytest.mark.parametrize('parameters', [None, ()], ids=['simple', 'extended'])
def test_rows_of_one_statement_have_one_time(exact: Connection, parameters: tuple[()] | None) -> None:
    exact.execute(f'INSERT INTO exact.users (id) VALUES {ALL}'.encode(), parameters)
    assert times(exact) == 1
    days = exact.execute('SELECT DISTINCT day = added::date, day = current_date FROM exact.users', parameters)
    assert days.fetchall() == [(True, True)]
    exact.execute("UPDATE exact.users SET added = now() + interval '1 h', day = DEFAULT", parameters)
    assert times(exact) == 1
    assert one(exact, 'SELECT count(*) FROM exact.users WHERE added > now()') == len(MANY)
    exact.execute('UPDATE exact.users SET added = DEFAULT', parameters)
    assert times(exact) == 1
    cursor = exact.execute('SELECT DISTINCT now(), localtimestamp(0), statement_timestamp() >= now() FROM users')
    assert [column.name for column in cursor.description or ()] == ['now', 'localtimestamp', '?column?']
    rows = exact.execute('UPDATE exact.users SET email = id RETURNING current_timestamp(3), added < now()', parameters)
    assert len(set(rows.fetchall())) == 1


def test_transaction_has_one_time_on_all_shards(exact: Connection, postgres: Cluster) -> None:
    exact.execute('BEGIN')
    for number in MANY[:6]:
        exact.execute('INSERT INTO exact.users (id) VALUES (%s)', (number,))
        exact.execute(f'INSERT INTO exact.users (id, day) VALUES ({number + 100}, DEFAULT)'.encode())
    began = one(exact, 'SELECT now()')
    exact.execute('INSERT INTO exact.rates VALUES (1), (2)')
    exact.execute('INSERT INTO exact.rates (id) SELECT 3')
    exact.execute(f'INSERT INTO exact.users (id) VALUES {ALL} ON CONFLICT (id) DO UPDATE SET added = now()'.encode())
    for sql in ('SELECT now() FROM exact.users', 'SELECT now() FROM exact.users WHERE id = 2', 'SELECT now()'):
        assert set(exact.execute(sql.encode()).fetchall()) == {(began,)}
        assert set(exact.execute(sql.encode(), ()).fetchall()) == {(began,)}
    exact.execute('COMMIT AND CHAIN')
    assert one(exact, 'SELECT min(now()) FROM exact.users') != began
    exact.execute('COMMIT')
    assert times(exact) == times(exact, 'rates') == 1
    assert len({str(rows) for rows in on_shards(postgres, PREFIX, 'SELECT * FROM exact.rates ORDER BY id')}) == 1
    assert one(exact, 'SELECT added FROM exact.rates WHERE id = 3') == began
    assert one(exact, 'SELECT now()') != began


def test_time_of_a_copy_and_of_parts_of_a_query_is_one(exact: Connection) -> None:
    exact.execute(f'INSERT INTO exact.users (id) VALUES {ALL}'.encode())
    with exact.cursor().copy('COPY (SELECT now(), id > 0 FROM exact.users) TO STDOUT') as copy:
        assert len({bytes(row) for row in copy}) == 1
    exact.execute('TRUNCATE exact.users')
    exact.execute('; '.join(f'INSERT INTO exact.users (id) VALUES ({number})' for number in MANY).encode())
    assert times(exact) == 1
    with exact.pipeline():
        for number in MANY:
            exact.execute('UPDATE exact.users SET added = now() WHERE id = %s', (number,))
    assert times(exact) == 1


def test_row_of_another_shard_that_conflicts_is_not_overlooked(exact: Connection) -> None:
    for conflict in ('(email) DO NOTHING', 'DO NOTHING', '(email) DO UPDATE SET day = now()'):
        with pytest.raises(errors.FeatureNotSupported, match='another shard may have the other row'):
            exact.execute(f"INSERT INTO exact.users (id, email) VALUES (1, 'x') ON CONFLICT {conflict}".encode())
    assert exact.execute('INSERT INTO exact.users (id) VALUES (1) ON CONFLICT (id) DO NOTHING').rowcount == 1


def test_parameter_that_each_server_reads_as_its_time_is_refused(exact: Connection) -> None:
    exact.execute('INSERT INTO exact.users (id) VALUES (1)')
    with pytest.raises(errors.FeatureNotSupported, match='word for a time'):
        exact.execute('UPDATE exact.users SET added = %s', ('now',))
    assert exact.execute('UPDATE exact.users SET email = %s', ('now',)).rowcount == 1
    assert exact.execute('UPDATE exact.users SET added = %s WHERE id = 1', ('now',)).rowcount == 1


def test_names_lead_to_the_schema_of_who_the_user_has_become(client: Connection) -> None:
    # Roles are those of the one cluster that all shards are in.
    client.execute('CREATE ROLE sharded_guest /* pgdog_shard: 0 */')
    client.execute('BEGIN')
    for sql in (
        'CREATE SCHEMA sharded_guest AUTHORIZATION sharded_guest',
        'CREATE TABLE sharded_guest.users (id bigint, name text)',
        'GRANT ALL ON ALL TABLES IN SCHEMA sharded_guest TO sharded_guest',
    ):  # fmt: skip
        client.execute(sql.encode())
    client.execute('COMMIT')
    client.execute('INSERT INTO users (id) VALUES (1), (2), (3)')
    try:
        client.execute('SET ROLE sharded_guest')
        assert one(client, 'SELECT count(*) FROM users') == 0
        client.execute("INSERT INTO users VALUES (4, 'guest'), (5, 'guest')")
        client.execute('RESET ROLE')
        assert one(client, 'SELECT count(*) FROM users') == 3
        client.execute('BEGIN')
        client.execute('SET LOCAL ROLE sharded_guest')
        assert one(client, 'SELECT count(*) FROM users') == 2
        assert one(client, 'SELECT name FROM users WHERE id = 4') == 'guest'
        client.execute('ROLLBACK')
    finally:
        client.execute('RESET ROLE')
        client.execute('DROP SCHEMA sharded_guest CASCADE')
        client.execute('DROP ROLE sharded_guest /* pgdog_shard: 0 */')


WRITES = {
    'a queue': 'DELETE FROM jobs WHERE id = (SELECT id FROM jobs LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id',
    'a claim': """UPDATE jobs SET kind = 'b', taken = clock_timestamp() FROM (SELECT id FROM jobs ORDER BY id LIMIT 2
        FOR UPDATE SKIP LOCKED) AS next WHERE next.id = jobs.id RETURNING jobs.id""",
    'chance': 'UPDATE jobs SET n = random() RETURNING id',
    'nobody': 'DELETE FROM jobs WHERE n = random()',
}


@pytest.mark.parametrize('sql', WRITES.values(), ids=WRITES)
def test_what_one_shard_has_done_to_its_rows_is_done_by_all(client: Connection, postgres: Cluster, sql: str) -> None:
    client.execute("""CREATE TYPE kind AS ENUM ('a', 'b'); CREATE TABLE jobs (
        id bigserial PRIMARY KEY, kind kind DEFAULT 'a', n float8, taken timestamptz)""")
    try:
        client.execute('INSERT INTO jobs (n) SELECT random() FROM generate_series(1, 5)')
        before = set(per_shard(postgres, "SELECT string_agg(jobs::text, ';' ORDER BY id) FROM jobs"))
        done = client.execute(sql.encode())
        assert done.description is None or len(done.fetchall()) == done.rowcount
        after = set(per_shard(postgres, "SELECT string_agg(jobs::text, ';' ORDER BY id) FROM jobs"))
        assert (len(before), len(after), before != after) == (1, 1, done.rowcount > 0)
    finally:
        client.execute('DROP TABLE jobs; DROP TYPE kind')


@pytest.mark.parametrize('first', ['SELECT 1', 'SELECT count(*) FROM users'], ids=['anywhere', 'on all shards'])
def test_transaction_that_begins_amid_a_text_is_like_any_other(client: Connection, first: str) -> None:
    client.execute(f'BEGIN; SAVEPOINT a; {first}'.encode())
    with pytest.raises(errors.SyntaxError):
        client.execute('SELEC')
    with pytest.raises(errors.InFailedSqlTransaction):
        client.execute('INSERT INTO users VALUES (1), (2); SELECT 1')
    client.execute('ROLLBACK TO a')
    client.execute('INSERT INTO users VALUES (1), (2), (3)')
    assert one(client, 'SELECT count(*) FROM users') == SHARDS
    client.execute('COMMIT')
    assert one(client, 'SELECT count(*) FROM users') == SHARDS
