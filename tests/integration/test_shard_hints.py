"""Clients that say on which shard a statement is done; ids that no two rows have."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol.query import Execute
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.integration.clients import Connection, admin, connect, one
from tests.integration.extended import ask, bind, letters, parse, values
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, on_shards, shard_names, sharded_proxy
from tests.integration.wire import Wire

PREFIX = 'shard_hints'
NODE = 3
WHERE = 'SELECT current_database()'


@pytest.fixture(scope='module')
def app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    directory = tmp_path_factory.mktemp('hints')
    keys = 'expanded_explain = true'
    with sharded_proxy(directory, postgres, PREFIX, keys, env={'NODE_ID': f'proxy-{NODE}'}) as proxy:
        yield proxy


@pytest.fixture
def client(app: RunningProxy) -> Iterator[Connection]:
    with connect(app) as connection:
        connection.execute('TRUNCATE users')
        yield connection


def database(shard: int) -> str:
    return shard_names(PREFIX)[shard]


@pytest.mark.parametrize('shard', range(SHARDS))
def test_comment_says_where(client: Connection, shard: int) -> None:
    assert one(client, f'/* pgdog_shard: {shard} */ {WHERE}') == database(shard)
    assert client.execute(f'{WHERE} WHERE %s -- pgdog_shard: {shard}', (True,)).fetchall() == [(database(shard),)]


@pytest.mark.parametrize('key', [1, 2, 3, 4, 5])
def test_key_says_where(client: Connection, key: int) -> None:
    assert one(client, f'/* pgdog_sharding_key: {key} */ {WHERE}') == database(partition_of_int(key, SHARDS))


def test_setting_says_where_until_it_is_reset(client: Connection) -> None:
    client.execute('SET pgdog.shard TO 2')
    assert [one(client, WHERE) for _ in range(3)] == [database(2)] * 3
    assert one(client, f'/* pgdog_shard: 1 */ {WHERE}') == database(1)
    with client.transaction():
        client.execute('SET LOCAL pgdog.shard TO 0')
        assert one(client, WHERE) == database(0)
    assert one(client, WHERE) == database(2)
    client.execute('RESET pgdog.shard')
    assert len({one(client, WHERE) for _ in range(SHARDS)}) > 1


def test_rows_are_read_of_the_shard_that_is_named(client: Connection, postgres: Cluster) -> None:
    client.execute('INSERT INTO users (id) VALUES (1), (2), (3), (4), (5)')
    counts = [one(client, f'/* pgdog_shard: {shard} */ SELECT count(*) FROM users') for shard in range(SHARDS)]
    assert counts == [rows[0][0] for rows in on_shards(postgres, PREFIX, 'SELECT count(*) FROM users')]


def test_client_connects_to_a_shard(app: RunningProxy) -> None:
    with connect(app, options='-c pgdog.shard=1') as client:
        assert [one(client, WHERE) for _ in range(3)] == [database(1)] * 3


@pytest.mark.parametrize(
    ('sql', 'error'),
    [
        (f'/* pgdog_shard: 3 */ {WHERE}', errors.InvalidParameterValue),
        (f'/* pgdog_sharding_key: one */ {WHERE}', errors.InvalidParameterValue),
        ('SET pgdog.shard TO 3', errors.InvalidParameterValue),
        ("/* pgdog_shard: 1 */ INSERT INTO countries VALUES ('de', 'Germany')", errors.FeatureNotSupported),
    ],
)
def test_what_makes_no_sense_is_refused(client: Connection, sql: str, error: type[psycopg.Error]) -> None:
    with pytest.raises(error):
        client.execute(sql.encode())
    assert one(client, 'SELECT 1') == 1


@pytest.mark.parametrize('parameters', [None, ()], ids=['simple', 'extended'])
def test_text_that_cannot_be_read_is_for_one_shard_only(client: Connection, parameters: tuple[()] | None) -> None:
    client.execute('SET client_encoding TO latin1')
    for sql in ("SELECT count(*) FROM users WHERE name <> 'é'", "DELETE FROM users WHERE name <> 'é'"):
        with pytest.raises(errors.FeatureNotSupported, match='cannot read'):
            client.execute(sql, parameters)
        client.execute(f'/* pgdog_shard: 1 */ {sql}', parameters)
    with pytest.raises(errors.SyntaxError):
        client.execute('SELEC 1', parameters)


@pytest.mark.parametrize('sql', ['SELECT id FROM users', 'DELETE FROM users', "INSERT INTO countries VALUES ('de')"])
def test_statement_for_several_shards_can_be_forbidden(app: RunningProxy, client: Connection, sql: str) -> None:
    admin(app, 'SET cross_shard_disabled TO true')
    try:
        for parameters in (None, ()):
            with pytest.raises(errors.SystemError, match='are disabled'):
                client.execute(sql.encode(), parameters)
        assert one(client, 'SELECT count(*) FROM users WHERE id = 1') == 0
        assert one(client, '/* pgdog_shard: 1 */ SELECT count(*) FROM users') == 0
    finally:
        admin(app, 'SET cross_shard_disabled TO false')
    client.execute(sql.encode())
    client.execute('TRUNCATE countries')


@pytest.mark.parametrize('prepared', [False, True], ids=['unnamed', 'named'])
def test_each_execution_draws_its_own_ids(client: Connection, postgres: Cluster, prepared: bool) -> None:
    sql = 'INSERT INTO users (id, name) VALUES (pgdog.unique_id(), %s) RETURNING id'
    drawn = [client.execute(sql, (str(number),), prepare=prepared).fetchone() for number in range(5)]
    drawn += [client.execute(b'INSERT INTO users VALUES (pgdog.unique_id()) RETURNING id').fetchone()]
    ids = [int(str(row[0])) for row in drawn if row is not None]
    assert ids == sorted(set(ids))
    assert {identifier >> 12 & 0x3FF for identifier in ids} == {NODE}
    for shard, rows in enumerate(on_shards(postgres, PREFIX, 'SELECT id FROM users')):
        assert {partition_of_int(identifier, SHARDS) for (identifier,) in rows} <= {shard}  # type: ignore[arg-type]


def test_columns_are_called_after_the_function(client: Connection) -> None:
    cursor = client.execute('SELECT pgdog.unique_id(), pgdog.unique_id()::text, pgdog.unique_id() + %s', (1,))
    assert cursor.description is not None
    assert [column.name for column in cursor.description] == ['unique_id', 'unique_id', '?column?']
    assert [column.type_code for column in cursor.description] == [20, 25, 20]


def seen(app: RunningProxy, part: str) -> dict[object, tuple[object, ...]]:
    """Hits, direct, multi, refused and the reason, by text."""
    return {query: tuple(counts) for query, *counts in (row.values() for row in admin(app, f'SHOW QUERY_CACHE {part}'))}


def test_texts_are_counted_by_where_they_went(app: RunningProxy, client: Connection) -> None:
    admin(app, 'RESET QUERY_CACHE')
    for number in range(4):
        client.execute(f"SELECT name, 'some secret' FROM users WHERE id = {number}")
        client.execute('SELECT id FROM users WHERE id = %s', (number,), prepare=True)
        client.execute('SELECT name FROM users WHERE id = %s', (number,), prepare=False)
    for _ in range(2):
        client.execute('SELECT count(*) FROM users')
        client.execute('SELECT count(*) FROM users WHERE age > %s', (1,))
        with pytest.raises(errors.FeatureNotSupported):
            client.execute('SELECT xmin FROM users AS a NATURAL JOIN payments AS b WHERE a.age = b.id FOR UPDATE')
    found = seen(app, 'users')
    refused = found.pop('SELECT xmin FROM users AS a NATURAL JOIN payments AS b WHERE a.age = b.id FOR UPDATE')
    assert refused[:4] == (2, 0, 0, 2)
    assert refused[4]
    assert found == {
        'SELECT name, ? FROM users WHERE id = ?': (4, 4, 0, 0, None),
        'SELECT id FROM users WHERE id = $1': (4, 4, 0, 0, None),
        'SELECT name FROM users WHERE id = $1': (4, 4, 0, 0, None),
        'SELECT count(*) FROM users': (2, 0, 2, 0, None),
        'SELECT count(*) FROM users WHERE age > $1': (2, 0, 2, 0, None),
    }


@pytest.fixture
def unparsed(app: RunningProxy) -> Iterator[None]:
    admin(app, 'SET query_parser TO off')
    yield
    admin(app, 'SET query_parser TO auto')


def test_without_a_parser_clients_name_the_shard(app: RunningProxy, client: Connection, unparsed: None) -> None:
    with pytest.raises(errors.FeatureNotSupported, match='query_parser'):
        client.execute('SELECT 1')
    with pytest.raises(errors.FeatureNotSupported, match='query_parser'):
        client.execute('SELECT name FROM users WHERE id = %s', (1,), prepare=True, binary=True)
    assert one(client, f'/* pgdog_shard: 1 */ {WHERE}') == database(1)
    client.execute('SET pgdog.shard TO 2')
    assert one(client, WHERE) == database(2)
    assert client.execute(f'{WHERE} WHERE %s', (True,), prepare=True).fetchall() == [(database(2),)]
    with client.transaction():
        client.execute('INSERT INTO users (id) VALUES (7)')
        client.execute('SAVEPOINT a')
        client.execute('SET LOCAL work_mem TO 1024')
        assert one(client, 'SHOW work_mem') == '1MB'
        assert one(client, 'SELECT count(*) FROM users') == 1
    with client.cursor().copy('COPY users (id) FROM STDIN') as copy:
        copy.write_row((8,))
    client.execute("SET a.b TO 'c'")
    assert one(client, 'SHOW a.b') == 'c'
    client.execute('RESET pgdog.shard')
    with pytest.raises(errors.FeatureNotSupported, match='query_parser'):
        client.execute('SELECT count(*) FROM users')
    with connect(app, options='-c pgdog.shard=0') as other:
        assert one(other, WHERE) == database(0)


@pytest.fixture
def rehearsed(app: RunningProxy) -> Iterator[None]:
    admin(app, 'SET dry_run TO true')
    yield
    admin(app, 'SET dry_run TO false')


def test_in_a_dry_run_shard_0_does_everything_and_it_is_counted(
    app: RunningProxy, postgres: Cluster, rehearsed: None
) -> None:
    admin(app, 'RESET QUERY_CACHE')
    with connect(app) as client:
        client.execute('TRUNCATE users')
        with client.transaction():
            for number in range(8):
                client.execute('INSERT INTO users VALUES (%s, %s, 1)', (number, 'name'), prepare=False)
            assert one(client, 'SELECT count(*) FROM users') == 8
        with client.cursor().copy('COPY users (id) FROM STDIN') as copy:
            copy.write_row((8,))
        for number in range(6):
            assert one(client, f'SELECT id FROM users WHERE id = {number}') == number
            client.execute('SELECT name FROM users WHERE id = %s', (number,), prepare=True, binary=True)
            client.execute('SELECT name FROM users WHERE age = %s', (number,), prepare=True)
        assert one(client, f'/* pgdog_shard: 2 */ {WHERE}') == database(0)
        assert len(client.execute('SELECT a.id FROM users a JOIN payments b ON a.age = b.id').fetchall()) == 0
    assert on_shards(postgres, PREFIX, 'SELECT count(*) FROM users')[0] == [(9,)]
    found = seen(app, 'users')
    *counts, reason = found.pop('SELECT a.id FROM users a JOIN payments b ON a.age = b.id')
    assert counts == [1, 0, 0, 1]
    assert reason
    assert found == {
        'TRUNCATE users': (1, 0, 1, 0, None),
        'INSERT INTO users VALUES ($1, $2, ?)': (8, 8, 0, 0, None),
        'SELECT count(*) FROM users': (1, 0, 1, 0, None),
        'COPY users (id) FROM STDIN': (1, 0, 1, 0, None),
        'SELECT id FROM users WHERE id = ?': (6, 6, 0, 0, None),
        'SELECT name FROM users WHERE id = $1': (6, 6, 0, 0, None),
        'SELECT name FROM users WHERE age = $1': (6, 0, 6, 0, None),
    }


def explained(client: Connection, sql: str, *values: object, options: str = 'COSTS off') -> list[str]:
    """The lines about the way, after those of the plan."""
    cursor = client.execute(f'EXPLAIN ({options}) {sql}'.encode(), values or None, prepare=bool(values))
    assert cursor.statusmessage == 'EXPLAIN'
    lines = [str(line) for (line,) in cursor.fetchall()]
    start = lines.index('PgDog Routing:') if 'PgDog Routing:' in lines else len(lines)
    assert start > 0
    return lines[start + 1 :]


def test_explain_says_which_way_it_went(client: Connection) -> None:
    home = partition_of_int(5, SHARDS)
    lines = [
        f'  Summary: shard={home} role=primary',
        f'  Shard {home}: primary, because the sharding key is 5 (shard {home})',
    ]
    assert explained(client, 'SELECT name FROM users WHERE id = 5') == lines
    lines[1] = lines[1].replace(' 5 ', ' $1 ')
    assert explained(client, 'SELECT name FROM users WHERE id = %s', 5) == lines
    everywhere = explained(client, 'SELECT name FROM users')
    assert everywhere[:4] == [
        '  Summary: shard=0,1,2 role=primary',
        *(f'  Shard {shard}: primary, because nothing restricts the sharding key' for shard in range(SHARDS)),
    ]
    assert everywhere[4] == '  Note: each shard shows its plan'
    assert explained(client, 'SELECT name FROM users WHERE age > %s', 5)[:4] == everywhere[:4]
    assert explained(client, 'SELECT name FROM users /* pgdog_shard: 1 */') == [
        '  Summary: shard=1 role=primary',
        '  Shard 1: primary, because a comment asks for it',
    ]


@pytest.mark.parametrize('options', ['FORMAT json', "FORMAT 'yaml'", 'FORMAT text, FORMAT xml'])
def test_explain_says_no_more_than_a_format_can_hold(client: Connection, options: str) -> None:
    for sql in ('SELECT name FROM users WHERE id = 5', 'SELECT name FROM users'):
        cursor = client.execute(f'EXPLAIN ({options}) {sql}'.encode())
        assert not any('Routing' in str(row) for row in cursor.fetchall())


def test_explain_that_is_fetched_in_parts_says_no_more(app: RunningProxy) -> None:
    with Wire.to_proxy(app) as wire:
        text = b'EXPLAIN (COSTS off) SELECT name FROM users WHERE id = 5 AND age > 1'
        answers = ask(wire, parse(b'', text), bind(b''), Execute(b'', 1).encode(), Execute(b'', 50).encode())
        assert letters(answers).rstrip('Z').endswith('DC')
        assert not any(b'Routing' in (value or b'') for value in values(answers))
