"""Code in the server that takes prepared statements away, or others in their place: only its own client may notice."""

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

FUNCTIONS = """
    CREATE FUNCTION forget() RETURNS void LANGUAGE plpgsql AS $$BEGIN DEALLOCATE ALL; END$$;
    CREATE FUNCTION forget_in_sql() RETURNS void LANGUAGE sql AS 'DEALLOCATE ALL';
    CREATE FUNCTION forget_by_name() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE mine text;
        BEGIN
            FOR mine IN SELECT name FROM pg_prepared_statements LOOP EXECUTE format('DEALLOCATE %I', mine); END LOOP;
        END$$;
    CREATE FUNCTION forge() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE mine text;
        BEGIN
            FOR mine IN SELECT name FROM pg_prepared_statements LOOP
                EXECUTE format('DEALLOCATE %I', mine);
                EXECUTE format('PREPARE %I AS SELECT 666', mine);
            END LOOP;
        END$$;
"""
WAYS = (
    b"DO $$BEGIN EXECUTE 'DEALLOCATE ALL'; END$$", b'DO $$BEGIN PERFORM forge(); END$$', b'SELECT forget()',
    b'SELECT forget_in_sql()', b'SELECT forget_by_name()', b'SELECT forge()',
)  # fmt: skip
PARSE = Parse(b's', b'SELECT 1', b'\0\0').encode()
RUN = Bind(b'', b's', (), (), ()).encode() + Execute(b'', 0).encode()
CLOSE = Named(Target.STATEMENT, b's').encode(Frontend.CLOSE)
ROW = [b'1']


@pytest.fixture
def app(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    """A proxy with one server connection."""
    postgres.execute(FUNCTIONS, database)
    return proxy(config_toml(postgres, database, default_pool_size=1), users_toml())


@pytest.fixture
def guilty(app: RunningProxy) -> Iterator[Wire]:
    with Wire.to_proxy(app) as wire:
        yield wire


@pytest.fixture
def innocent(app: RunningProxy) -> Iterator[Wire]:
    with Wire.to_proxy(app) as wire:
        yield wire


def ask(wire: Wire, *messages: bytes) -> list[bytes]:
    """The values that come in answer to a round or a Query, and the SQLSTATEs of errors."""
    wire.send(b''.join(messages))
    if messages[-1][0] != Frontend.QUERY:
        wire.send(query.SYNC)
    found = []
    for code, body in wire.read_until(Backend.READY_FOR_QUERY):
        if code == Backend.DATA_ROW:
            found.append(body[6:])
        elif code == Backend.ERROR_RESPONSE:
            found.append(next(field[1:] for field in body.split(b'\0') if field[:1] == b'C'))
    return found


def test_others_keep_their_statements(app: RunningProxy) -> None:
    for way in WAYS:
        with Wire.to_proxy(app) as guilty, Wire.to_proxy(app) as innocent:
            assert ask(guilty, PARSE, RUN) == ROW
            assert ask(innocent, PARSE, RUN) == ROW
            for _ in range(2):
                ask(guilty, query.query(way))
                assert ask(innocent, RUN) == ROW, way
            assert ask(guilty, RUN) == ROW, way


def test_who_has_lost_its_statements_and_those_who_come_later_may_prepare_them_again(app: RunningProxy) -> None:
    for way in WAYS:
        with Wire.to_proxy(app) as guilty, Wire.to_proxy(app) as later:
            ask(guilty, PARSE, RUN)
            ask(guilty, query.query(way))
            assert ask(later, PARSE, RUN) == ROW, way
            assert ask(guilty, CLOSE, PARSE, RUN) == ROW, way


def test_in_its_own_transaction_the_client_is_told_and_may_go_on(guilty: Wire, innocent: Wire) -> None:
    assert ask(innocent, PARSE, RUN) == ROW
    ask(guilty, query.query(b'BEGIN'))
    assert ask(guilty, PARSE, RUN) == ROW
    ask(guilty, query.query(b'SAVEPOINT before'))
    ask(guilty, query.query(WAYS[0]))
    assert ask(guilty, RUN) == [b'26000']
    ask(guilty, query.query(b'ROLLBACK TO before'))
    assert ask(guilty, RUN) == ROW
    assert ask(guilty, CLOSE, PARSE, RUN) == ROW
    ask(guilty, query.query(b'COMMIT'))
    assert ask(innocent, RUN) == ROW
    assert ask(guilty, RUN) == ROW


def test_statements_that_are_all_there_stay(guilty: Wire, innocent: Wire) -> None:
    """What has to be reset for another reason does not cost everybody their statements."""
    assert ask(innocent, PARSE, RUN) == ROW
    prepared = b"SELECT string_agg(name || prepare_time, ',') FROM pg_prepared_statements"
    [before] = ask(innocent, query.query(prepared))
    ask(guilty, query.query(b'DO $$BEGIN PERFORM 1; END$$'))
    assert ask(innocent, query.query(prepared)) == [before]


def test_statements_of_sql_are_kept_too(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    postgres.execute(FUNCTIONS, database)
    full = proxy(config_toml(postgres, database, default_pool_size=1, prepared_statements='full'), users_toml())
    for way in WAYS:
        with connect(full) as guilty, connect(full) as innocent:
            for client in (guilty, innocent):
                client.execute('PREPARE s AS SELECT 1')
                assert one(client, 'EXECUTE s') == 1
            guilty.execute(way)
            assert [one(client, 'EXECUTE s') for client in (innocent, guilty)] == [1, 1], way
