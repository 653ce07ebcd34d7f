"""The tables of SHOW."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pgdog_gevent.admin.commands import View
from pgdog_gevent.admin.show import show, show_parameter
from pgdog_gevent.admin.table import Cell, Table, Type, as_binary, as_text
from pgdog_gevent.errors import AdminCommandFailed
from pgdog_gevent.observe.snapshot import Averages, DriftView, HostView, PoolView, SchemaView
from tests.unit.observe.views import DATABASE, DOUBT, HOST, POOL, REPLICATION, SNAPSHOT, UNDER_WAY

SETTINGS = (('port', '6432'), ('checkout_timeout', '5s'))

STATISTICS = (
    'xact_count xact_2pc_count query_count server_assignment_count received sent xact_time idle_xact_time query_time '
    'wait_time server_parse_count bind_count close_count errors cleaned rollbacks connect_time connect_count reads '
    'writes auth_attempts rows_inserted rows_updated rows_deleted'
)

# The columns of PgDog, in its order.
PGDOG = {
    View.CLIENTS: 'id user database addr port state replication connect_time last_request queries transactions '
    'transactions_2pc wait_time query_time transaction_time bytes_received bytes_sent errors application_name locked '
    'prepared_statements',
    View.SERVERS: 'pool_id database user addr port state connect_time request_time remote_pid client_id transactions '
    'queries rollbacks prepared_statements healthchecks errors bytes_received bytes_sent last_sent last_received age '
    'application_name',
    View.POOLS: 'id database user addr port shard role cl_waiting sv_idle sv_active sv_idle_xact sv_total maxwait '
    'maxwait_us pool_mode paused banned healthy errors re_synced out_of_sync force_closed online schema_admin',
    View.BANS: 'id database user addr port shard role ban_reason ban_time_left',
    View.REPLICATION: 'id database user addr port shard role replica_lag pg_lsn lsn_age pg_is_in_recovery',
    View.STATS: 'database user addr port shard role '
    + ' '.join(f'{prefix}_{name}' for prefix in ('total', 'avg') for name in STATISTICS.split()),
    View.TRANSACTIONS: 'database user transaction_name transaction_state',
    View.CONFIG: 'name value',
    View.LISTS: 'databases users pools used_clients free_servers used_servers',
    View.PREPARED: 'name statement rewrite used_by memory_used',
    View.VERSION: 'version',
    View.INSTANCE_ID: 'instance_id',
}
OURS = {
    View.BANS: 'detail',
    View.REPLICATION: 'replica_lag_bytes timeline',
    View.POOLS: 'pool_size sv_locked replica_lag',
    View.HOSTS: 'database addr port shard role configured_role health timeline lsn replica_lag replica_lag_bytes '
    'last_error since system_identifier',
    View.SCHEMA_DRIFT: 'database shard object difference',
    View.TRANSACTIONS: 'participants age',
}
"""What follows them."""
BANNED = replace(POOL, banned=True, ban_reason='connect', ban_detail='refused', ban_time_left=1.5)
CROWDED = replace(SNAPSHOT, pools=(POOL, replace(BANNED, id=2)))
PGBOUNCER = {
    View.DATABASES: 'name host port database force_user pool_size min_pool_size reserve_pool_size pool_mode '
    'max_connections current_connections max_client_connections current_client_connections paused disabled',
    View.USERS: 'name pool_size reserve_pool_size pool_mode max_user_connections current_connections '
    'max_user_client_connections current_client_connections',
    View.LISTS: 'databases users pools free_clients used_clients login_clients free_servers used_servers',
}


def shown(view: View) -> Table:
    return show(view, (), CROWDED if view is View.BANS else SNAPSHOT, SETTINGS)


def only_row(table: Table) -> Mapping[str, Cell]:
    (row,) = table.rows
    return dict(zip((heading.name for heading in table.headings), row, strict=True))


@pytest.mark.parametrize('view', PGDOG, ids=lambda view: view.value)
def test_columns_begin_with_those_of_pgdog(view: View) -> None:
    expected = PGDOG[view].split()
    assert [heading.name for heading in shown(view).headings][: len(expected)] == expected


@pytest.mark.parametrize('view', OURS, ids=lambda view: view.value)
def test_our_columns_are_the_last(view: View) -> None:
    expected = PGDOG.get(view, '').split() + OURS[view].split()
    assert [heading.name for heading in shown(view).headings] == expected


@pytest.mark.parametrize('view', PGBOUNCER, ids=lambda view: view.value)
def test_columns_include_those_of_pgbouncer(view: View) -> None:
    assert {heading.name for heading in shown(view).headings} >= set(PGBOUNCER[view].split())


@pytest.mark.parametrize('view', View, ids=lambda view: view.value)
def test_every_cell_fits_its_column_in_both_formats(view: View) -> None:
    table = shown(view)
    assert table.rows
    for row in table.rows:
        for cell, heading in zip(row, table.headings, strict=True):
            as_text(cell)
            binary = as_binary(cell, heading.type)
            size = heading.type.value[1]
            assert binary is None or size in (-1, len(binary))
            if heading.type is Type.INT8:
                assert cell is None or type(cell) is int, heading.name


def test_clients_are_shown_in_milliseconds() -> None:
    client = only_row(shown(View.CLIENTS))
    assert (client['wait_time'], client['query_time'], client['transaction_time']) == (1.5, 250.0, 500.0)
    assert (client['state'], client['last_request']) == ('active', None)
    assert client['connect_time'] == '2023-11-14 22:13:20 UTC'


def test_pools_split_the_longest_wait_into_seconds_and_microseconds() -> None:
    pool = only_row(shown(View.POOLS))
    assert (pool['maxwait'], pool['maxwait_us'], pool['sv_total'], pool['pool_size']) == (2, 500_000, 10, 20)


def of_pool(view: View, pool: PoolView) -> Mapping[str, Cell]:
    return only_row(show(view, (), replace(SNAPSHOT, pools=(pool,)), ()))


def of_host(host: HostView) -> Mapping[str, Cell]:
    return only_row(show(View.HOSTS, (), replace(SNAPSHOT, hosts=(host,)), ()))


def test_bans_are_only_the_pools_that_have_one() -> None:
    ban = only_row(show(View.BANS, (), CROWDED, ()))
    assert (ban['id'], ban['ban_reason'], ban['ban_time_left'], ban['detail']) == (2, 'connect', 1500, 'refused')
    assert show(View.BANS, (), SNAPSHOT, ()).rows == ()


def test_a_ban_without_end_has_no_time_left() -> None:
    assert of_pool(View.BANS, replace(BANNED, ban_time_left=None))['ban_time_left'] is None
    assert of_pool(View.BANS, replace(BANNED, ban_time_left=0.0))['ban_time_left'] == 0


def test_a_ban_of_only_some_processes_is_shown_and_the_pool_not_called_banned() -> None:
    partly = replace(BANNED, banned=False)
    assert of_pool(View.BANS, partly)['ban_reason'] == 'connect'
    assert of_pool(View.POOLS, partly)['banned'] is False


def test_replication_is_milliseconds_and_bytes() -> None:
    row = of_pool(View.REPLICATION, replace(POOL, replication=REPLICATION))
    assert (row['replica_lag'], row['replica_lag_bytes'], row['lsn_age']) == (1500, 4096, 250)
    assert (row['pg_lsn'], row['timeline'], row['pg_is_in_recovery']) == ('16/B374D848', 3, True)
    assert of_pool(View.POOLS, replace(POOL, replication=REPLICATION))['replica_lag'] == 1500


@pytest.mark.parametrize(
    ('lsn', 'text'),
    [(1, '0/1'), (0xFFFF_FFFF, '0/FFFFFFFF'), (2**32, '1/0'), (2**64 - 1, 'FFFFFFFF/FFFFFFFF'), (0, None)],
)
def test_positions_are_written_as_pg_lsn_is(lsn: int, text: str | None) -> None:
    seen = replace(REPLICATION, lsn=lsn)
    assert of_pool(View.REPLICATION, replace(POOL, replication=seen))['pg_lsn'] == text
    assert of_host(replace(HOST, replication=seen))['lsn'] == text


def test_differences_between_shards_are_shown_with_their_database() -> None:
    row = {'database': 'prod', 'shard': 1, 'object': 'public.orders.note', 'difference': 'is missing'}
    assert only_row(shown(View.SCHEMA_DRIFT)) == row


def test_a_shard_that_cannot_be_read_is_no_object() -> None:
    schema = SchemaView('prod', 0.0, (DriftView(2, '', 'cannot be read: refused'),))
    row = only_row(show(View.SCHEMA_DRIFT, (), replace(SNAPSHOT, schemas=(schema,)), ()))
    assert (row['object'], row['difference']) == (None, 'cannot be read: refused')


def test_a_host_is_shown_with_what_was_seen_of_it() -> None:
    assert of_host(HOST) == {
        'database': 'prod', 'addr': '10.0.0.2', 'port': 5432, 'shard': 0, 'role': 'replica', 'configured_role': 'auto',
        'health': 'healthy', 'timeline': 3, 'lsn': '16/B374D848', 'replica_lag': 1500, 'replica_lag_bytes': 4096,
        'last_error': 'connection refused', 'since': '2023-11-14 22:13:20 UTC',
        'system_identifier': '7300000000000000001',
    }  # fmt: skip


def test_what_is_not_known_of_a_server_is_null() -> None:
    unseen = of_host(replace(HOST, replication=None, last_error='', system_identifier=''))
    unknown = {name for name, cell in unseen.items() if cell is None}
    assert unknown == {'timeline', 'lsn', 'replica_lag', 'replica_lag_bytes', 'last_error', 'system_identifier'}
    pool = of_pool(View.REPLICATION, replace(POOL, replication=None))
    assert {name for name, cell in pool.items() if cell is None} == {
        'replica_lag', 'pg_lsn', 'lsn_age', 'pg_is_in_recovery', 'replica_lag_bytes', 'timeline',
    }  # fmt: skip
    assert of_pool(View.POOLS, replace(POOL, replication=None))['replica_lag'] is None


@pytest.mark.parametrize('name', ['BAN', 'UNBAN', 'HEALTHCHECK', 'SHOW BANS', 'SHOW REPLICATION', 'SHOW HOSTS'])
def test_help_lists_it(name: str) -> None:
    commands = [str(command) for command, _ in shown(View.HELP).rows]
    assert [command for command in commands if command.split(' [')[0] == name]


def test_lists_count() -> None:
    lists = only_row(show(View.LISTS, (), replace(SNAPSHOT, databases=(DATABASE, DATABASE)), ()))
    assert lists == {
        'databases': 1,
        'users': 1,
        'pools': 1,
        'used_clients': 1,
        'free_servers': 1,
        'used_servers': 1,
        'free_clients': 0,
        'login_clients': 2,
    }


def test_databases_and_users_count_their_clients() -> None:
    assert only_row(shown(View.DATABASES))['current_client_connections'] == 1
    assert only_row(shown(View.DATABASES))['paused'] == 1
    assert only_row(shown(View.USERS))['current_client_connections'] == 1
    assert only_row(shown(View.USERS))['databases'] == 'prod,test'


def test_averages_keep_their_fractions() -> None:
    quarter = Averages(query_count=0.25, query_time=0.0125)
    snapshot = replace(SNAPSHOT, pools=(replace(POOL, averages=quarter),))
    stats = only_row(show(View.STATS_AVERAGES, (), snapshot, ()))
    assert (stats['avg_query_count'], stats['avg_query_time']) == (0.25, 12.5)


def test_chosen_columns_keep_who_and_where() -> None:
    table = show(View.CLIENTS, ('state', 'queries'), SNAPSHOT, ())
    assert [heading.name for heading in table.headings] == ['user', 'database', 'addr', 'port', 'state', 'queries']


def test_an_unknown_column_is_an_error() -> None:
    with pytest.raises(AdminCommandFailed, match='column "colour" does not exist'):
        show(View.SERVERS, ('state', 'colour'), SNAPSHOT, ())


def test_config_shows_the_settings() -> None:
    assert shown(View.CONFIG).rows == SETTINGS


@pytest.mark.parametrize(
    ('name', 'column', 'value'),
    [
        ('server_version', 'server_version', '18.0'),
        ('transaction_isolation_level', 'transaction_isolation', 'read committed'),
        ('nonsense', 'nonsense', ''),
    ],
)
def test_parameters_are_one_row_of_one_column(name: str, column: str, value: str) -> None:
    assert only_row(show_parameter(name)) == {column: value}


@pytest.mark.parametrize(
    ('cell', 'text'),
    [(None, None), (True, b't'), (False, b'f'), (7, b'7'), (1.5, b'1.5'), ('ä', 'ä'.encode()), ('a\udcff\0', b'a?')],
    ids=repr,
)
def test_text_format(cell: Cell, text: bytes | None) -> None:
    assert as_text(cell) == text


@pytest.mark.parametrize(
    ('cell', 'kind', 'binary'),
    [
        (None, Type.TEXT, None),
        (True, Type.BOOL, b'\1'),
        (-2, Type.INT8, b'\xff' * 7 + b'\xfe'),
        (1.5, Type.FLOAT8, b'\x3f\xf8' + b'\0' * 6),
        ('x', Type.TEXT, b'x'),
    ],
    ids=repr,
)
def test_binary_format(cell: Cell, kind: Type, binary: bytes | None) -> None:
    assert as_binary(cell, kind) == binary


def test_transactions_tell_their_state_their_shards_and_their_age_in_milliseconds() -> None:
    assert shown(View.TRANSACTIONS).rows == (
        ('prod', 'alice', UNDER_WAY.name, 'deciding', '0,2', 1500),
        ('prod', 'app', DOUBT.name, 'in doubt', '2', 60_000),
    )


def test_a_transaction_of_a_server_whose_clock_is_ahead_is_not_of_negative_age() -> None:
    ahead = replace(DOUBT, began_at=SNAPSHOT.taken_at + 5)
    row = only_row(show(View.TRANSACTIONS, (), replace(SNAPSHOT, transactions=(ahead,)), ()))
    assert row['age'] == 0
