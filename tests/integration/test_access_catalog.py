"""What is known of functions by name, held against the catalog of a real server; and what that says of others."""

from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import psycopg
import pytest

from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.config.load import load
from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from pgdog_gevent.monitor.function_query import read_functions
from pgdog_gevent.router.access import reads
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.functions import CORE, Functions, judge
from pgdog_gevent.router.volatile import FAMILIES, READS, WRITES

VOLATILE = """
    SELECT proname::text FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND oid < 16384 AND provolatile = 'v'
"""
NEWER = {
    'random_normal', 'uuidv4', 'uuidv7', 'pg_stat_get_io', 'pg_stat_get_backend_io', 'pg_get_wal_resource_managers',
    'pg_stat_get_xact_tuples_newpage_updated', 'pg_stat_get_recovery_prefetch', 'pg_stat_have_stats',
    'pg_database_collation_actual_version', 'pg_get_wal_replay_pause_state',
}  # fmt: skip
"""Functions that some version of PostgreSQL does not have yet."""


@pytest.fixture(scope='module')
def volatile(postgres: Cluster) -> set[str]:
    """The names of VOLATILE functions that the server comes with."""
    with closing(connected(postgres, 'postgres')) as session:
        return {name for (name,) in session.execute(VOLATILE)}


def connected(postgres: Cluster, database: str) -> psycopg.Connection[tuple[str]]:
    return psycopg.connect(
        host=postgres.host, port=postgres.port, user=SUPERUSER, password=PASSWORD, dbname=database, autocommit=True
    )


@pytest.fixture
def server(postgres: Cluster, database: str) -> Iterator[BackendConnection]:
    """A connection of the proxy's own kind."""
    url = f'postgres://{SUPERUSER}:{quote(PASSWORD)}@{postgres.host}:{postgres.port}/{database}'
    cluster = Clusters(load(None, None, environment={}, database_urls=[url]).config).find(SUPERUSER, database)
    assert cluster is not None
    connection = cluster.pools[0].acquire()
    with closing(connection.stream):
        yield connection


def known(server: BackendConnection) -> Functions:
    return judge(read_functions(server, {}, lambda: None)[0])


def test_what_reads_whatever_the_catalog_says_is_volatile_there(volatile: set[str]) -> None:
    assert READS - volatile <= NEWER


def test_volatile_functions_that_need_no_catalog_are_known_by_name(volatile: set[str]) -> None:
    assert volatile & CORE <= READS | WRITES


def test_what_is_volatile_is_stable_only_if_it_is_known_to_read(
    server: BackendConnection, volatile: set[str]
) -> None:
    assert known(server).stable & volatile == READS & volatile


def test_what_is_known_to_write_is_never_a_read(server: BackendConnection, volatile: set[str]) -> None:
    functions = known(server)
    for name in sorted((volatile - READS) | WRITES):
        if name in WRITES or name.startswith(FAMILIES):
            assert analyze(f'SELECT {name}()'.encode()).access.value == 'write', name
        assert not reads(analyze(f'SELECT {name}()'.encode()), functions), name


FUNCTIONS = """
CREATE FUNCTION plain() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION two_of_a_name(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION two_of_a_name(text) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1';
CREATE FUNCTION "Mixed"() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE SEQUENCE s;
CREATE FUNCTION by_default(a bigint DEFAULT nextval('s')) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE FUNCTION by_harmless_default(a text DEFAULT lower('A')) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1';
CREATE AGGREGATE total(int) (SFUNC = adds, STYPE = int);
CREATE AGGREGATE biggest(int) (SFUNC = int4larger, STYPE = int);
CREATE PROCEDURE upper(int) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION on_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
"""


def test_volatility_of_the_user_functions_is_what_the_catalog_says(
    server: BackendConnection, postgres: Cluster, database: str
) -> None:
    postgres.execute(FUNCTIONS, database)
    functions = known(server)
    names = {'plain', 'writes', 'two_of_a_name', 'mixed', 'by_default', 'by_harmless_default', 'total', 'biggest'}
    assert functions.stable & names == {'plain', 'mixed', 'by_harmless_default', 'biggest'}
    assert functions.core_is_stable
    assert reads(analyze(b'SELECT plain(), "Mixed"(), biggest(a), lower(b) FROM t'), functions)
    assert not reads(analyze(b'SELECT plain(), total(a) FROM t'), functions)


def test_volatile_function_with_a_well_known_name_makes_all_such_calls_writes(
    server: BackendConnection, postgres: Cluster, database: str
) -> None:
    postgres.execute('CREATE FUNCTION lower(int) RETURNS int LANGUAGE sql IMMUTABLE AS $$SELECT 1$$', database)
    assert reads(analyze(b'SELECT lower(1)'), known(server))
    postgres.execute('CREATE FUNCTION lower(date) RETURNS int LANGUAGE sql AS $$SELECT 1$$', database)
    assert not reads(analyze(b'SELECT lower(1)'), known(server))


def test_functions_of_pgcrypto_only_compute(server: BackendConnection, postgres: Cluster, database: str) -> None:
    with closing(connected(postgres, database)) as session:
        try:
            session.execute('CREATE EXTENSION pgcrypto')
        except psycopg.errors.FeatureNotSupported as error:
            pytest.skip(str(error))
    functions = known(server)
    assert functions.core_is_stable
    assert functions.stable >= {'gen_random_uuid', 'gen_salt', 'gen_random_bytes', 'digest', 'crypt'}
