"""The tables of SHOW."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pgdog_gevent.admin.commands import View
from pgdog_gevent.admin.show import show, show_parameter
from pgdog_gevent.admin.table import Cell, Table, Type, as_binary, as_text
from pgdog_gevent.errors import AdminCommandFailed
from pgdog_gevent.observe.snapshot import Averages
from tests.unit.observe.views import DATABASE, POOL, SNAPSHOT

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
    View.STATS: 'database user addr port shard role '
    + ' '.join(f'{prefix}_{name}' for prefix in ('total', 'avg') for name in STATISTICS.split()),
    View.CONFIG: 'name value',
    View.LISTS: 'databases users pools used_clients free_servers used_servers',
    View.PREPARED: 'name statement rewrite used_by memory_used',
    View.VERSION: 'version',
    View.INSTANCE_ID: 'instance_id',
}
PGBOUNCER = {
    View.DATABASES: 'name host port database force_user pool_size min_pool_size reserve_pool_size pool_mode '
    'max_connections current_connections max_client_connections current_client_connections paused disabled',
    View.USERS: 'name pool_size reserve_pool_size pool_mode max_user_connections current_connections '
    'max_user_client_connections current_client_connections',
    View.LISTS: 'databases users pools free_clients used_clients login_clients free_servers used_servers',
}


def shown(view: View) -> Table:
    return show(view, (), SNAPSHOT, SETTINGS)


def only_row(table: Table) -> Mapping[str, Cell]:
    (row,) = table.rows
    return dict(zip((heading.name for heading in table.headings), row, strict=True))


@pytest.mark.parametrize('view', PGDOG, ids=lambda view: view.value)
def test_columns_begin_with_those_of_pgdog(view: View) -> None:
    expected = PGDOG[view].split()
    assert [heading.name for heading in shown(view).headings][: len(expected)] == expected


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
