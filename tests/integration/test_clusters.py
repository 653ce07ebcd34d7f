"""The servers that the other integration tests run on."""

import signal
from collections.abc import Callable

import psycopg
import pytest

from pgdog_gevent.demo.cluster import Cluster, Replica
from pgdog_gevent.demo.settings import ClusterSettings
from pgdog_gevent.demo.site import Site
from tests.fakes.certificates import Certificates

StartCluster = Callable[[ClusterSettings], Cluster]


def test_a_password_is_asked_for_over_tcp(postgres: Cluster) -> None:
    with psycopg.connect(postgres.dsn()) as connection:
        assert connection.execute('SELECT 1').fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError, match='password authentication failed'):
        psycopg.connect(postgres.dsn(password='wrong'))


def test_each_test_has_a_database_of_its_own(postgres: Cluster, database: str) -> None:
    assert postgres.execute('SELECT current_database()', database) == [(database,)]


def test_a_created_user_logs_in_with_an_awkward_password(postgres: Cluster) -> None:
    postgres.create_user('o\'brien "x"', "it's \\ me")
    with psycopg.connect(postgres.dsn(user='o\'brien "x"', password="it's \\ me")) as connection:
        assert connection.info.user == 'o\'brien "x"'


def test_three_clusters_are_three_servers(three_clusters: tuple[Cluster, Cluster, Cluster]) -> None:
    pids = {pid for cluster in three_clusters for (pid,) in cluster.execute('SELECT pg_postmaster_start_time()')}
    assert len(pids) == 3
    assert len({cluster.port for cluster in three_clusters}) == 3


def test_a_replica_streams_what_the_primary_commits(postgres: Cluster, replica: Replica, database: str) -> None:
    postgres.execute('CREATE TABLE streamed AS SELECT 42 AS answer', database)
    replica.catch_up(postgres)
    assert replica.execute('SELECT answer FROM streamed', database) == [(42,)]
    assert replica.execute('SELECT pg_is_in_recovery()') == [(True,)]


def test_tls_is_verified_on_both_sides(postgres_with_tls: Cluster, certificates: Certificates) -> None:
    dsn = postgres_with_tls.dsn()
    with psycopg.connect(
        dsn,
        sslmode='verify-full',
        sslrootcert=str(certificates.authority.certificate),
        sslcert=str(certificates.client.certificate),
        sslkey=str(certificates.client.key),
    ) as connection:
        found = connection.execute('SELECT ssl, client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
        assert found.fetchone() == (True, '/CN=alice')
    with pytest.raises(psycopg.OperationalError, match='certificate verify failed'):
        psycopg.connect(dsn, sslmode='verify-full', sslrootcert=str(certificates.stranger.certificate))


def test_a_cluster_of_its_own_restarts_and_survives_crashes(start_cluster: StartCluster) -> None:
    cluster = start_cluster(ClusterSettings(parameters={'work_mem': '123kB'}, hba=('host all all all trust',)))
    port = cluster.port
    cluster.execute('CREATE TABLE kept AS SELECT 1 AS x')
    cluster.restart(immediate=True)
    assert cluster.port == port
    assert cluster.execute('SELECT x, current_setting($$work_mem$$) FROM kept') == [(1, '123kB')]
    cluster.signal(signal.SIGKILL)
    cluster.restart()
    assert cluster.execute('SELECT x FROM kept') == [(1,)]
    cluster.stop()
    assert not cluster.running


def test_new_rules_of_access_are_in_force_at_once(start_cluster: StartCluster) -> None:
    cluster = start_cluster(ClusterSettings(hba=('host all all all trust',)))
    psycopg.connect(cluster.dsn(password='wrong')).close()
    cluster.use_hba('host all all all reject')
    with pytest.raises(psycopg.OperationalError, match='rejects connection'):
        psycopg.connect(cluster.dsn())


def test_a_replica_can_be_promoted(site: Site, start_cluster: StartCluster) -> None:
    primary = start_cluster(ClusterSettings())
    replica = site.replica('promoted', primary)
    try:
        replica.promote()
        assert replica.execute('SELECT pg_is_in_recovery()') == [(False,)]
    finally:
        site.remove(replica)
