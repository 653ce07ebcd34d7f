"""What the monitor is told by a primary, by its standby, and by that after its promotion."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from time import time
from urllib.parse import quote

import pytest

from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.host import Status
from pgdog_gevent.config.load import load
from pgdog_gevent.demo.cluster import Cluster, Replica
from pgdog_gevent.demo.settings import PASSWORD
from pgdog_gevent.monitor.status import Capabilities, Part, ask, find_out

PLAIN = 'plain'
NOTHING = Capabilities(parts=frozenset())
Connect = Callable[[Cluster, str], BackendConnection]


@pytest.fixture
def plain(postgres: Cluster) -> Iterator[str]:
    """A role without any rights, which would have its own objects found first."""
    postgres.create_user(PLAIN, PASSWORD)
    postgres.execute(f'ALTER ROLE {PLAIN} SET search_path TO public, pg_catalog')
    yield PLAIN
    postgres.execute(f'DROP ROLE {PLAIN}')


@pytest.fixture
def connect(database: str) -> Iterator[Connect]:
    """A function that opens a connection of the proxy's own kind."""
    with ExitStack() as ends:

        def connect(cluster: Cluster, user: str) -> BackendConnection:
            url = f'postgres://{user}:{quote(PASSWORD)}@{cluster.host}:{cluster.port}/{database}'
            found = Clusters(load(None, None, environment={}, database_urls=[url]).config).find(user, database)
            assert found is not None
            connection = found.pools[0].acquire()
            ends.callback(connection.stream.close)
            return connection

        yield connect


@pytest.fixture
def server(connect: Connect, postgres: Cluster, plain: str) -> BackendConnection:
    """A plain role's connection to the primary."""
    return connect(postgres, plain)


def status(connection: BackendConnection) -> Status:
    return ask(connection, find_out(connection))


def test_promotion_is_seen_at_once_by_a_role_without_rights(
    connect: Connect, postgres: Cluster, plain: str, database: str, replica: Replica
) -> None:
    postgres.execute('CREATE TABLE t ()', database)
    replica.catch_up(postgres)
    server, standby = connect(postgres, plain), connect(replica, plain)
    before, following = status(server), status(standby)
    replica.promote()
    promoted = status(standby)
    assert (before.in_recovery, following.in_recovery, promoted.in_recovery) == (False, True, False)
    assert before.timeline == following.timeline == promoted.timeline - 1 > 0
    assert before.system_identifier == following.system_identifier == promoted.system_identifier != ''
    assert before.replayed_at is None
    assert following.replayed_at == pytest.approx(time(), abs=60)
    assert promoted.replayed_at is None


def test_idle_standby_gets_to_where_its_primary_is_at_the_end_of_a_page(
    connect: Connect, postgres: Cluster, plain: str, replica: Replica
) -> None:
    server, standby = connect(postgres, plain), connect(replica, plain)
    postgres.execute('SELECT pg_switch_wal()')
    replica.catch_up(postgres)
    assert status(server).lsn == status(standby).lsn > 0


def test_objects_of_others_are_not_taken_for_the_servers_own(
    server: BackendConnection, postgres: Cluster, database: str
) -> None:
    truth = status(server)
    postgres.execute(
        """
        CREATE FUNCTION public.pg_is_in_recovery() RETURNS bool LANGUAGE sql RETURN true;
        CREATE FUNCTION public.aurora_version() RETURNS text LANGUAGE sql RETURN '17';
        CREATE VIEW public.pg_stat_wal_receiver AS SELECT 99 AS received_tli;
        """,
        database,
    )
    assert replace(status(server), lsn=truth.lsn) == truth


def test_refused_parts_are_found_out_once_and_done_without(
    server: BackendConnection, postgres: Cluster, database: str
) -> None:
    postgres.execute(
        'REVOKE EXECUTE ON FUNCTION pg_control_system(), pg_control_recovery(), pg_walfile_name(pg_lsn) FROM PUBLIC;'
        'REVOKE SELECT ON pg_stat_wal_receiver FROM PUBLIC',
        database,
    )
    known = find_out(server)
    assert known == Capabilities(parts=frozenset({Part.TIMELINE_OF_CHECKPOINT}))
    told = ask(server, known)
    assert (told.in_recovery, told.timeline, told.system_identifier) == (False, 0, '')
    assert told.lsn > 0


def test_server_that_refuses_what_its_catalog_allows_is_asked_the_small_question(
    server: BackendConnection, postgres: Cluster, database: str
) -> None:
    # The view may be read, but not what it is made of.
    postgres.execute('REVOKE EXECUTE ON FUNCTION pg_stat_get_wal_receiver() FROM PUBLIC', database)
    known = find_out(server)
    assert known == NOTHING
    assert ask(server, known).lsn > 0


def test_only_the_recovery_flag_of_aurora_is_believed(
    server: BackendConnection, postgres: Cluster, database: str
) -> None:
    postgres.execute("CREATE FUNCTION pg_catalog.aurora_version() RETURNS text LANGUAGE sql RETURN '16.4'", database)
    assert status(server) == Status(in_recovery=False, aurora=True)
