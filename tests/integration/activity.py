"""What PostgreSQL itself sees of the proxy."""

from pgdog_gevent.demo.cluster import Cluster


def servers(cluster: Cluster, database: str) -> set[int]:
    """The processes that serve clients of a database; the rounds that autovacuum makes there are no affair of ours."""
    rows = cluster.execute(
        'SELECT pid FROM pg_stat_activity'
        f" WHERE datname = '{database}' AND backend_type IN ('client backend', 'walsender')"
    )
    return {int(str(pid)) for (pid,) in rows}
