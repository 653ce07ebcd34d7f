"""Snapshots to print: a small world with awkward names in it."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from prometheus_client import Metric
from prometheus_client.openmetrics import parser

from pgdog_gevent.observe.histograms import HistogramView
from pgdog_gevent.observe.snapshot import (
    Activity,
    Averages,
    CacheView,
    ClientView,
    DatabaseView,
    DriftView,
    HostView,
    PoolView,
    PreparedView,
    ReplicationView,
    SchemaView,
    ServerView,
    Snapshot,
    Totals,
    UserView,
)
from pgdog_gevent.observe.transactions import TransactionView, TwoPhaseView
from pgdog_gevent.twophase.register import State

HISTOGRAM = HistogramView(bounds=(0.001, 0.01, 0.1), counts=(5, 3, 0, 2), sum=1.25)
TOTALS = Totals(
    xact_count=1001,
    xact_2pc_count=2,
    query_count=3003,
    server_assignment_count=1002,
    received=123_456_789_012,
    sent=98_765,
    xact_time=12.3456,
    idle_xact_time=1.5,
    query_time=9.25,
    wait_time=0.125,
    server_parse_count=11,
    bind_count=12,
    close_count=13,
    errors=14,
    cleaned=15,
    rollbacks=16,
    connect_time=0.75,
    connect_count=17,
    reads=18,
    writes=19,
    auth_attempts=20,
    rows_inserted=21,
    rows_updated=22,
    rows_deleted=23,
    prepared_evictions=24,
    healthchecks=25,
    connect_errors=26,
    checkout_timeouts=27,
)

REPLICATION = ReplicationView(
    lag=1.5, lag_bytes=4096, lsn=0x16_B374D848, lsn_age=0.25, timeline=3, in_recovery=True
)
HOST = HostView(
    database='prod',
    shard=0,
    address='10.0.0.2',
    port=5432,
    role='replica',
    configured_role='auto',
    health='healthy',
    replication=REPLICATION,
    last_error='connection refused',
    since=1_700_000_000.0,
    system_identifier='7300000000000000001',
)

POOL = PoolView(
    id=1,
    database='prod',
    user='alice',
    address='10.0.0.1',
    port=5432,
    shard=0,
    role='primary',
    waiting=3,
    idle=4,
    active=5,
    idle_in_transaction=1,
    total=10,
    size=20,
    longest_wait=2.5,
    mode='transaction',
    paused=False,
    banned=False,
    ban_reason='',
    ban_detail='',
    ban_time_left=None,
    half_open=False,
    healthy=True,
    online=True,
    errors=6,
    re_synced=7,
    out_of_sync=8,
    force_closed=9,
    locked=2,
    schema_admin=False,
    replication=ReplicationView(0.0, 0, lsn=0x16_B374E848, lsn_age=0.25, timeline=3, in_recovery=False),
    totals=TOTALS,
    averages=Averages(),
    wait_histogram=HISTOGRAM,
    query_histogram=HISTOGRAM,
    transaction_histogram=HISTOGRAM,
)

CLIENT = ClientView(
    id=77,
    user='alice',
    database='prod',
    address='192.0.2.7',
    port=50_000,
    state=Activity.ACTIVE,
    replication=False,
    connected_at=1_700_000_000.0,
    last_request_at=None,
    queries=4,
    transactions=2,
    transactions_2pc=0,
    wait_time=0.0015,
    query_time=0.25,
    transaction_time=0.5,
    bytes_received=100,
    bytes_sent=200,
    errors=1,
    application_name='reports',
    locked=True,
    prepared_statements=3,
    tls=True,
)

SERVER = ServerView(
    pool_id=1,
    database='prod',
    user='alice',
    address='10.0.0.1',
    port=5432,
    state=Activity.IDLE,
    connected_at=1_700_000_000.0,
    request_at=1_700_000_001.0,
    remote_pid=4242,
    client_id=None,
    transactions=2,
    queries=4,
    rollbacks=0,
    prepared_statements=3,
    healthchecks=1,
    errors=0,
    bytes_received=200,
    bytes_sent=100,
    last_sent='S',
    last_received='Z',
    age=12.0,
    application_name='reports',
    tls=False,
)

DATABASE = DatabaseView(
    name='prod',
    host='10.0.0.1',
    port=5432,
    database='prod_db',
    user='',
    pool_size=20,
    min_pool_size=1,
    pool_mode='transaction',
    shard=0,
    role='primary',
    current_connections=10,
    paused=True,
)

SCHEMA = SchemaView(
    database='prod',
    read_at=1_700_000_000.0,
    drift=(DriftView(1, 'public.orders.note', 'is missing'),),
)

UNDER_WAY = TransactionView(
    database='prod',
    user='alice',
    name='pgdog_gevent::prod:0.700.0123456789abcdef',
    state=State.DECIDING,
    participants=(0, 2),
    began_at=1_700_000_098.5,
)
DOUBT = TransactionView(
    database='prod',
    user='app',
    name='pgdog_gevent::prod:1.800.fedcba9876543210',
    state=State.IN_DOUBT,
    participants=(2,),
    began_at=1_700_000_040.0,
)

SNAPSHOT = Snapshot(
    taken_at=1_700_000_100.0,
    started_at=1_700_000_000.0,
    version='1.2.3',
    instance_id='abcd1234',
    max_clients=100,
    logins_in_progress=2,
    clients_refused=5,
    shutting_down=False,
    greenlets=9,
    prepared_statements_limit=500,
    clients=(CLIENT,),
    servers=(SERVER, replace(SERVER, remote_pid=4243, state=Activity.ACTIVE, client_id=77)),
    pools=(POOL,),
    hosts=(HOST,),
    schemas=(SCHEMA,),
    prepared=(PreparedView('__pgdog_1', 'SELECT $1', 3, 64),),
    databases=(DATABASE,),
    users=(UserView('alice', ('prod', 'test'), None, None, 10),),
    query_cache=CacheView(size=10, limit=1000, hits=30, misses=12, parse_time=0.5),
    transactions=(UNDER_WAY, DOUBT),
    two_phase=TwoPhaseView(committed=31, aborted=32, recovered=33, histogram=HISTOGRAM),
)


parse_openmetrics: Callable[[str], Iterable[Metric]] = parser.text_string_to_metric_families
"""The strict parser; it has no annotations of its own."""
