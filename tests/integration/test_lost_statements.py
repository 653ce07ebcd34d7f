"""Code in the server that takes prepared statements away, or others in their place: only its own client may notice."""

from collections.abc import Iterator

import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.response import ErrorFields
from tests.integration import extended
from tests.integration.clients import connect, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.extended import EXECUTE, ask_simply, bind, close, parse, values
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
PARSE, CLOSE = parse(b's', b'SELECT 1'), close(b's')
RUN = bind(b's') + EXECUTE
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
    """The values that come in answer to a round, and the SQLSTATEs of errors."""
    answers = extended.ask(wire, *messages)
    errors = [ErrorFields.decode(body) for code, body in answers if code == Backend.ERROR_RESPONSE]
    return values(answers) + [error.sqlstate.encode() for error in errors]


def test_others_keep_their_statements(app: RunningProxy) -> None:
    for way in WAYS:
        with Wire.to_proxy(app) as guilty, Wire.to_proxy(app) as innocent:
            assert ask(guilty, PARSE, RUN) == ROW
            assert ask(innocent, PARSE, RUN) == ROW
            for _ in range(2):
                ask_simply(guilty, way)
                assert ask(innocent, RUN) == ROW, way
            assert ask(guilty, RUN) == ROW, way


def test_who_has_lost_its_statements_and_those_who_come_later_may_prepare_them_again(app: RunningProxy) -> None:
    for way in WAYS:
        with Wire.to_proxy(app) as guilty, Wire.to_proxy(app) as later:
            ask(guilty, PARSE, RUN)
            ask_simply(guilty, way)
            assert ask(later, PARSE, RUN) == ROW, way
            assert ask(guilty, CLOSE, PARSE, RUN) == ROW, way


def test_in_its_own_transaction_the_client_is_told_and_may_go_on(guilty: Wire, innocent: Wire) -> None:
    assert ask(innocent, PARSE, RUN) == ROW
    ask_simply(guilty, b'BEGIN')
    assert ask(guilty, PARSE, RUN) == ROW
    ask_simply(guilty, b'SAVEPOINT before')
    ask_simply(guilty, WAYS[0])
    assert ask(guilty, RUN) == [b'26000']
    ask_simply(guilty, b'ROLLBACK TO before')
    assert ask(guilty, RUN) == ROW
    assert ask(guilty, CLOSE, PARSE, RUN) == ROW
    ask_simply(guilty, b'COMMIT')
    assert ask(innocent, RUN) == ROW
    assert ask(guilty, RUN) == ROW


def test_statements_that_are_all_there_stay(guilty: Wire, innocent: Wire) -> None:
    """What has to be reset for another reason does not cost everybody their statements."""
    assert ask(innocent, PARSE, RUN) == ROW
    prepared = b"SELECT string_agg(name || prepare_time, ',') FROM pg_prepared_statements"
    before = ask_simply(innocent, prepared)
    ask_simply(guilty, b'DO $$BEGIN PERFORM 1; END$$')
    assert ask_simply(innocent, prepared) == before


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
