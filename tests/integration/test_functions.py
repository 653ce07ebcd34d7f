"""Which functions of a database are known to leave the session as it is, and what the proxy does about the others."""

from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import pytest

from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.config.load import load
from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from pgdog_gevent.monitor import function_query
from pgdog_gevent.monitor.function_query import Digests, read_functions
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.router.functions import CORE, SESSION, Functions, judge
from tests.integration.conftest import database_numbers

NOTHING: Digests = {}
UNSURE = """
CREATE TABLE t (a int, b text);
CREATE FUNCTION unsure(a int DEFAULT 1) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN EXECUTE ''x''; RETURN 1; END';
CREATE FUNCTION unsure_check(a text) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS 'BEGIN EXECUTE a; RETURN true; END';
CREATE FUNCTION unsure_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN EXECUTE ''x''; RETURN NEW; END';
CREATE FUNCTION writer() RETURNS void LANGUAGE sql AS 'INSERT INTO t VALUES (1)';
"""


@pytest.fixture(scope='module')
def database(postgres: Cluster) -> Iterator[str]:
    """The name of a database for all tests of this module, one after the other."""
    name = f'functions_{next(database_numbers)}'
    postgres.execute(f'CREATE DATABASE {name}')
    yield name
    postgres.execute(f'DROP DATABASE {name} WITH (FORCE)')


@pytest.fixture(scope='module')
def shared_server(postgres: Cluster, database: str) -> Iterator[BackendConnection]:
    """A connection of the proxy's own kind."""
    url = f'postgres://{SUPERUSER}:{quote(PASSWORD)}@{postgres.host}:{postgres.port}/{database}'
    clusters = Clusters(load(None, None, environment={}, database_urls=[url]).config)
    cluster = clusters.find(SUPERUSER, database)
    assert cluster is not None
    connection = cluster.pools[0].acquire()
    with closing(connection.stream):
        yield connection


@pytest.fixture
def server(shared_server: BackendConnection, postgres: Cluster, database: str) -> Iterator[BackendConnection]:
    """That connection; what the test has made is dropped after it."""
    yield shared_server
    shared_server.run(b'DISCARD ALL')
    postgres.execute(
        'DROP SCHEMA IF EXISTS s, evil CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public', database
    )


def pause() -> None:
    """Nobody else has to run."""


def read(server: BackendConnection) -> Functions:
    return judge(read_functions(server, NOTHING, pause)[0])


@pytest.mark.parametrize('version', [12, 13, 14, 15])
def test_built_in_functions_are_known(server: BackendConnection, version: int) -> None:
    reported = server.parameters
    server.parameters = {**reported, 'server_version': f'{version}.1 (Debian)'}
    functions = read(server)
    server.parameters = reported
    assert (functions.reads_unsure, functions.writes_unsure) == (False, False)
    assert len(functions.harmless) > 2000
    # Later versions have the one, earlier ones had the others; and there is no function trim().
    assert CORE - functions.harmless <= {'any_value', 'trim'}
    assert functions.harmless.isdisjoint(SESSION)
    assert '_pg_expandarray' in functions.harmless


@pytest.mark.parametrize(
    ('sql', 'name'),
    [
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", 'f'),
        ('CREATE FUNCTION "F g"() RETURNS int LANGUAGE sql AS \'SELECT 1\'', 'f g'),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END' SET work_mem = '1MB'", 'f'),
        ('CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END', 'f'),
        ("CREATE PROCEDURE f() LANGUAGE plpgsql AS 'BEGIN UPDATE t SET a = 1; COMMIT; END'", 'f'),
        ("CREATE FUNCTION f(text) RETURNS int LANGUAGE internal AS 'textlen'", 'f'),
        ('CREATE AGGREGATE f(int) (sfunc = int4pl, stype = int)', 'f'),
        ('CREATE EXTENSION pg_trgm', 'similarity'),
    ],
)
def test_harmless_functions_are_vouched_for(
    server: BackendConnection, postgres: Cluster, database: str, sql: str, name: str
) -> None:
    postgres.execute(UNSURE + sql, database)
    functions = read(server)
    assert functions.vouches(frozenset({name, 'writer'}), writes=True)


@pytest.mark.parametrize(
    ('sql', 'name'),
    [
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT unsure()'", 'f'),
        ('CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT unsure(); END', 'f'),
        ("CREATE FUNCTION f() RETURNS text LANGUAGE sql RETURN set_config('x.y', 'z', false)", 'f'),
        ("CREATE FUNCTION f(a int DEFAULT unsure()) RETURNS int LANGUAGE sql AS 'SELECT 1'", 'f'),
        (
            "CREATE FUNCTION f(a text DEFAULT set_config('a.b', 'c', false)) RETURNS int LANGUAGE sql AS 'SELECT 1'",
            'f',
        ),
        ("CREATE FUNCTION f(text, text, bool) RETURNS text LANGUAGE internal AS 'set_config_by_name'", 'f'),
        (
            "CREATE FUNCTION f(int, int) RETURNS int LANGUAGE sql AS 'SELECT unsure($1)';"
            'CREATE AGGREGATE g(int) (sfunc = f, stype = int)',
            'g',
        ),
        ('CREATE AGGREGATE g(text, bool) (sfunc = set_config, stype = text)', 'g'),
        ("CREATE SCHEMA s; CREATE FUNCTION s.writer() RETURNS void LANGUAGE plpgsql AS 'BEGIN RESET x; END'", 'writer'),
        ('CREATE EXTENSION dblink', 'dblink_connect'),
        ('CREATE EXTENSION tablefunc', 'crosstab'),
        ('CREATE EXTENSION pg_trgm', 'set_limit'),
    ],
)
def test_unsure_functions_are_not_vouched_for(
    server: BackendConnection, postgres: Cluster, database: str, sql: str, name: str
) -> None:
    postgres.execute(UNSURE + sql, database)
    functions = read(server)
    assert name not in functions.harmless
    assert (functions.reads_unsure, functions.writes_unsure) == (False, False)


@pytest.mark.parametrize(
    'sql',
    [
        'CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION unsure_trigger()',
        'ALTER TABLE t ALTER a SET DEFAULT unsure()',
        "ALTER TABLE t ALTER b SET DEFAULT set_config('x.y', 'z', false)",
        'ALTER TABLE t ADD c int GENERATED ALWAYS AS (unsure(a)) STORED',
        'CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW '
        "WHEN (set_config('x.y', 'z', false) = 'z') EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ],
)
def test_what_writes_call_unnamed_makes_writes_unsure(
    server: BackendConnection, postgres: Cluster, database: str, sql: str
) -> None:
    postgres.execute(UNSURE + sql, database)
    functions = read(server)
    assert not functions.vouches(frozenset(), writes=True)
    assert functions.vouches(frozenset(), writes=False)
    assert 'writer' not in functions.harmless


@pytest.mark.parametrize(
    'sql',
    [
        'CREATE VIEW v AS SELECT unsure(a) FROM t',
        "CREATE VIEW v AS SELECT set_config('x.y', 'z', false)",
        'CREATE MATERIALIZED VIEW v AS SELECT a FROM t WHERE unsure(a) = 1',
        "CREATE RULE r AS ON INSERT TO t DO ALSO SELECT set_config('x.y', 'z', false)",
        "CREATE POLICY p ON t USING (set_config('x.y', 'z', false) = 'z')",
        'CREATE POLICY p ON t USING (unsure_check(b))',
        'CREATE DOMAIN d AS text CHECK (unsure_check(VALUE))',
        "CREATE DOMAIN d AS text CHECK (set_config('x.y', VALUE, false) = VALUE)",
        'ALTER TABLE t ADD CHECK (unsure_check(b))',
        'CREATE INDEX ON t (unsure(a))',
        'CREATE OPERATOR !!! (rightarg = text, function = unsure_check)',
        'CREATE OPERATOR !!! (leftarg = int, rightarg = int, function = pg_try_advisory_lock)',
        'CREATE CAST (text AS bool) WITH FUNCTION unsure_check(text)',
        "CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT unsure()'",
        "CREATE FUNCTION lower(int) RETURNS int LANGUAGE sql AS 'SELECT unsure()'",
    ],
)
def test_what_any_statement_may_call_unnamed_makes_everything_unsure(
    server: BackendConnection, postgres: Cluster, database: str, sql: str
) -> None:
    postgres.execute(UNSURE + sql, database)
    assert not read(server).vouches(frozenset(), writes=False)


def test_disabled_triggers_call_nothing(server: BackendConnection, postgres: Cluster, database: str) -> None:
    trigger = 'CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION unsure_trigger()'
    postgres.execute(f'{UNSURE}{trigger}; ALTER TABLE t DISABLE TRIGGER x', database)
    assert read(server).vouches(frozenset(), writes=True)


def test_texts_are_fetched_once(
    server: BackendConnection, postgres: Cluster, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(function_query, '_TEXTS_AT_ONCE', 2)
    postgres.execute(UNSURE, database)
    first, digests = read_functions(server, NOTHING, pause)
    received = server.stream.bytes_received
    assert read_functions(server, digests, pause) == (first, digests)
    again = server.stream.bytes_received - received
    read_functions(server, NOTHING, pause)
    assert server.stream.bytes_received - received - again > again
    postgres.execute('DROP FUNCTION writer', database)
    postgres.execute("CREATE FUNCTION writer() RETURNS int LANGUAGE sql AS 'SELECT unsure()'", database)
    changed, now = read_functions(server, digests, pause)
    assert 'writer' not in judge(changed).harmless
    assert len(now) == len(digests)
    assert len(now.keys() - digests.keys()) == 1


def test_settings_of_the_last_client_do_not_subvert_the_reading(
    server: BackendConnection, postgres: Cluster, database: str
) -> None:
    postgres.execute(
        f"""{UNSURE}
        CREATE SCHEMA evil;
        CREATE TABLE evil.pg_proc AS SELECT * FROM pg_proc WHERE proname NOT LIKE 'unsure%';
        CREATE FUNCTION evil.concat(oid, text, text) RETURNS text LANGUAGE sql AS 'SELECT NULL';
        CREATE FUNCTION evil.same(text, text) RETURNS bool LANGUAGE sql AS 'SELECT false';
        CREATE OPERATOR evil.= (leftarg = text, rightarg = text, function = evil.same)
        """,
        database,
    )
    server.run(b"SET search_path TO evil, pg_catalog; SET client_encoding TO 'LATIN1'")
    server.run(b'CREATE TEMP TABLE pg_depend AS SELECT * FROM pg_catalog.pg_depend LIMIT 0')
    functions = read(server)
    assert 'unsure' not in functions.harmless
    assert 'writer' in functions.harmless
    assert [decode_row(row) for row in server.run(b'SHOW search_path')] == [(b'evil, pg_catalog',)]
    assert server.parameters['client_encoding'] == 'LATIN1'
