"""One text prepared by clients who read it differently: each gets what it would get from PostgreSQL."""

from collections.abc import Iterator

import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.query import Bind, Execute, Named, Parse, Target
from tests.integration.clients import connect, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy
from tests.integration.wire import Wire

WHOSE = b'SELECT * FROM whose'


@pytest.fixture
def app(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    """A proxy with one server connection; two schemas have a table of one name with other columns."""
    postgres.execute('CREATE SCHEMA a; CREATE TABLE a.whose AS SELECT 1 AS n', database)
    postgres.execute("CREATE SCHEMA b; CREATE TABLE b.whose AS SELECT 'two'::text AS t, 2 AS n", database)
    return proxy(config_toml(postgres, database, default_pool_size=1), users_toml())


class Client:
    """Prepares once and binds without a look at the description, as asyncpg and PgJDBC do."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def query(self, sql: bytes) -> None:
        self._wire.send(query.query(sql))
        self._check()

    def prepare(self, sql: bytes, name: bytes = b's') -> None:
        describe = Named(Target.STATEMENT, name).encode(Frontend.DESCRIBE)
        self._wire.send(Parse(name, sql, b'\0\0').encode() + describe + query.SYNC)
        self._check()

    def run(self, name: bytes = b's') -> list[bytes]:
        """The DataRows, as they are."""
        self._wire.send(Bind(b'', name, (), (), ()).encode() + Execute(b'', 0).encode() + query.SYNC)
        return [body for code, body in self._check() if code == Backend.DATA_ROW]

    def pipeline(self, *texts: bytes) -> list[bytes]:
        """Run texts unnamed, the last of them as ``s``, in one round."""
        names = [b''] * (len(texts) - 1) + [b's']
        for sql, name in zip(texts, names, strict=True):
            self._wire.send(Parse(name, sql, b'\0\0').encode() + Bind(b'', name, (), (), ()).encode())
            self._wire.send(Execute(b'', 0).encode())
        self._wire.send(query.SYNC)
        return [body for code, body in self._check() if code == Backend.DATA_ROW]

    def _check(self) -> list[tuple[int, bytes]]:
        answers = self._wire.read_until(Backend.READY_FOR_QUERY)
        assert [body for code, body in answers if code == Backend.ERROR_RESPONSE] == []
        return answers


@pytest.fixture
def two(app: RunningProxy) -> Iterator[tuple[Client, Client]]:
    with Wire.to_proxy(app) as first, Wire.to_proxy(app) as second:
        yield Client(first), Client(second)


def row(*values: bytes) -> bytes:
    return len(values).to_bytes(2) + b''.join(len(value).to_bytes(4) + value for value in values)


ONE, TWO = row(b'1'), row(b'two', b'2')


def test_each_client_finds_the_tables_of_its_search_path(two: tuple[Client, Client]) -> None:
    first, second = two
    first.query(b'SET search_path TO a')
    second.query(b'SET search_path TO b')
    first.prepare(WHOSE)
    second.prepare(WHOSE)
    for _ in range(3):
        assert first.run() == [ONE]
        assert second.run() == [TWO]


def test_search_path_of_a_transaction_is_no_concern_of_others(two: tuple[Client, Client]) -> None:
    first, second = two
    for _ in range(2):
        for client, path, expected in ((first, b'a', ONE), (second, b'b', TWO)):
            client.query(b'BEGIN; SET LOCAL search_path TO ' + path)
            client.prepare(WHOSE, path)
            assert client.run(path) == [expected]
            assert client.run(path) == [expected]
            client.query(b'COMMIT')
            client.query(b'DEALLOCATE ' + path)


def test_search_path_that_the_same_round_sets_is_heeded(two: tuple[Client, Client]) -> None:
    first, second = two
    assert first.pipeline(b'SET search_path TO a', WHOSE) == [ONE]
    assert second.pipeline(b'SET search_path TO b', WHOSE) == [TWO]
    assert first.run() == [ONE]
    assert second.run() == [TWO]


READ_OTHERWISE = {
    'datestyle': (b'datestyle', b"'ISO, DMY'", b"'ISO, MDY'", b"'01/02/2003'::date", b'2003-02-01', b'2003-01-02'),
    'timezone': (
        b'timezone', b"'UTC'", b"'Asia/Tokyo'", b"extract(epoch FROM '1970-01-01 09:00'::timestamptz)::int",
        b'32400', b'0',
    ),
    'strings': (b'standard_conforming_strings', b'on', b'off', b"length('a\\nb')", b'4', b'3'),
    'encoding': (b'client_encoding', b"'UTF8'", b"'LATIN1'", b"length('\xc3\xa9')", b'1', b'2'),
    'null equals': (b'transform_null_equals', b'off', b'on', b'(1 = NULL) IS NULL', b't', b'f'),
    'array nulls': (b'array_nulls', b'on', b'off', b"('{NULL}'::text[])[1] IS NULL", b't', b'f'),
}  # fmt: skip


@pytest.mark.parametrize(
    ('parameter', 'one_way', 'other_way', 'expression', 'one_value', 'other_value'),
    READ_OTHERWISE.values(),
    ids=READ_OTHERWISE.keys(),
)
@pytest.mark.parametrize('how', ['session', 'transaction', 'round'])
def test_constants_are_read_as_their_client_says(
    two: tuple[Client, Client],
    how: str,
    parameter: bytes,
    one_way: bytes,
    other_way: bytes,
    expression: bytes,
    one_value: bytes,
    other_value: bytes,
) -> None:
    sql = b'SELECT ' + expression
    for _ in range(2):
        for client, way, value in zip(two, (one_way, other_way), (one_value, other_value), strict=True):
            says = parameter + b' TO ' + way
            if how == 'session':
                client.query(b'SET ' + says)
                client.prepare(sql)
                assert client.run() == [row(value)]
            elif how == 'transaction':
                client.query(b'BEGIN; SET LOCAL ' + says)
                client.prepare(sql)
                assert client.run() == [row(value)]
                client.query(b'COMMIT')
            else:
                assert client.pipeline(b'SET ' + says, sql) == [row(value)]
            client.query(b'DEALLOCATE s')


def test_temporary_table_hides_nothing_from_others(app: RunningProxy) -> None:
    sql = 'SELECT * FROM a.whose, thing'
    with connect(app) as first:
        first.prepare_threshold = 0
        first.execute("CREATE TEMP TABLE thing AS SELECT 'mine' AS owner")
        assert first.execute(sql).fetchall() == [(1, 'mine')]
    with connect(app) as second:
        second.prepare_threshold = 0
        second.execute('CREATE TABLE public.thing AS SELECT 7 AS n, 8 AS m')
        assert second.execute(sql).fetchall() == [(1, 7, 8)]


def test_statements_that_are_for_one_transaction_do_not_stay(
    two: tuple[Client, Client], app: RunningProxy
) -> None:
    first, _ = two
    for number in range(5):
        first.query(b'BEGIN; SET LOCAL search_path TO a')
        first.prepare(WHOSE, b'%d' % number)
        first.query(b'COMMIT')
    first.prepare(b'SELECT 1')
    with connect(app) as probe:
        assert one(probe, 'SELECT count(*) FROM pg_prepared_statements') == 1


def test_clients_who_read_alike_share_a_statement(two: tuple[Client, Client], app: RunningProxy) -> None:
    for client in two:
        client.query(b'SET search_path TO a')
        client.query(b"SET application_name TO 'whatever'")
        client.prepare(WHOSE)
    with connect(app) as probe:
        assert one(probe, 'SELECT count(*) FROM pg_prepared_statements') == 1
