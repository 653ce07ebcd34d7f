"""SHOW: a view of a snapshot, as a table."""

from collections.abc import Iterable, Sequence
from typing import Final, assert_never

from pgdog_gevent.admin import views
from pgdog_gevent.admin.commands import View
from pgdog_gevent.admin.table import Field, Table, Type, chosen, one_row, tabulate
from pgdog_gevent.observe.snapshot import QueryView, Snapshot

SERVER_VERSION: Final = '18.0'
"""The PostgreSQL version that the console claims to be: drivers choose their behaviour by it."""

Settings = Sequence[tuple[str, str]]
"""Name and value of every setting, as SHOW CONFIG tells them."""

_PARAMETERS: Final = {
    'client_encoding': 'UTF8',
    'server_encoding': 'UTF8',
    'server_version': SERVER_VERSION,
    'standard_conforming_strings': 'on',
    'transaction_isolation': 'read committed',
    'transaction_isolation_level': 'read committed',
}
_COMMANDS: Final = (
    ('SHOW CLIENTS [column, ...]', 'connected clients'),
    ('SHOW SERVERS [column, ...]', 'connections to servers'),
    ('SHOW POOLS', 'connection pools'),
    ('SHOW HOSTS', 'servers: role, health and lag of each'),
    ('SHOW REPLICATION', 'how far the server of each pool is'),
    ('SHOW BANS', 'pools that are banned, and why'),
    ('SHOW SCHEMA_DRIFT', 'how the tables of shards differ'),
    ('SHOW STATS | STATS_TOTALS | STATS_AVERAGES', 'what the pools have done, and do on average'),
    ('SHOW TRANSACTIONS', 'commits in two phases that are not over'),
    ('SHOW LISTS', 'how many there are of each'),
    ('SHOW CONFIG', 'settings'),
    ('SHOW DATABASES', 'configured databases'),
    ('SHOW USERS', 'configured users'),
    ('SHOW PREPARED', 'prepared statements in the cache'),
    ('SHOW QUERY_CACHE [text]', 'texts of statements, without literals, and where they went'),
    ('SHOW VERSION', 'version of the proxy'),
    ('SHOW INSTANCE_ID', 'name of this process'),
    ('RELOAD', 'read the configuration files again'),
    ('RECONNECT [database]', 'replace connections to servers as they become free'),
    ('PAUSE [database] | PAUSE user database', 'let clients wait for a server until RESUME'),
    ('RESUME [database] | RESUME user database', 'undo PAUSE'),
    ('KILL [database]', 'drop clients and servers at once'),
    ('KILL_CLIENT id', 'drop one client'),
    ('BAN [pool]', 'let no reads go to a pool until UNBAN; its id is that of SHOW POOLS'),
    ('UNBAN [pool]', 'end the ban of a pool, whatever its reason'),
    ('HEALTHCHECK [pool]', 'check the server of a pool now'),
    ('RECOVER', 'finish transactions in doubt now'),
    ('RESET QUERY_CACHE', 'begin anew with these texts'),
    ('SET name TO value', 'change a setting until the next RELOAD'),
    ('SHUTDOWN [IMMEDIATE]', 'end the proxy; without IMMEDIATE, open transactions finish'),
)


_HELP: Final[tuple[Field[tuple[str, str]], ...]] = (
    Field('command', Type.TEXT, lambda entry: entry[0]),
    Field('effect', Type.TEXT, lambda entry: entry[1]),
)


def show(view: View, columns: Sequence[str], snapshot: Snapshot, settings: Settings) -> Table:
    """Make the table of a view. ``columns`` choose among those of CLIENTS and SERVERS; none means all."""
    match view:
        case View.CLIENTS:
            return tabulate(chosen(views.CLIENTS, columns, views.KEPT), snapshot.clients)
        case View.SERVERS:
            return tabulate(chosen(views.SERVERS, columns, views.KEPT), snapshot.servers)
        case View.POOLS:
            return tabulate(views.POOLS, snapshot.pools)
        case View.BANS:
            return tabulate(views.BANS, (pool for pool in snapshot.pools if pool.ban_reason))
        case View.REPLICATION:
            return tabulate(views.REPLICATION, snapshot.pools)
        case View.HOSTS:
            return tabulate(views.HOSTS, snapshot.hosts)
        case View.SCHEMA_DRIFT:
            return tabulate(views.SCHEMA_DRIFT, views.drift(snapshot))
        case View.STATS:
            return tabulate(views.STATS, snapshot.pools)
        case View.STATS_TOTALS:
            return tabulate(views.STATS_TOTALS, snapshot.pools)
        case View.STATS_AVERAGES:
            return tabulate(views.STATS_AVERAGES, snapshot.pools)
        case View.TRANSACTIONS:
            return tabulate(views.TRANSACTIONS, views.aged_transactions(snapshot))
        case View.LISTS:
            return tabulate(views.LISTS, (snapshot,))
        case View.PREPARED:
            return tabulate(views.PREPARED, snapshot.prepared)
        case View.DATABASES:
            return tabulate(views.DATABASES, views.occupied_databases(snapshot))
        case View.USERS:
            return tabulate(views.USERS, views.occupied_users(snapshot))
        case View.CONFIG:
            return tabulate(views.CONFIG, settings)
        case View.VERSION:
            return one_row(version=f'pgdog-gevent {snapshot.version}')
        case View.INSTANCE_ID:
            return one_row(instance_id=snapshot.instance_id)
        case View.HELP:
            return tabulate(_HELP, _COMMANDS)
        case _:
            assert_never(view)


def show_queries(part: str, queries: Iterable[QueryView]) -> Table:
    """Make the table of texts, of those that have ``part`` in them in any case."""
    wanted = part.casefold()
    return tabulate(views.QUERY_CACHE, (query for query in queries if wanted in query.query.casefold()))


def show_parameter(name: str) -> Table:
    """Answer for a run-time parameter of PostgreSQL: empty unless drivers rely on it."""
    shown = 'transaction_isolation' if name == 'transaction_isolation_level' else name
    return one_row(**{shown: _PARAMETERS.get(name, '')})
