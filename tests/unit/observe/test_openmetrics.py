"""The OpenMetrics page, read back by prometheus_client's strict parser."""

from dataclasses import replace

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families as lenient

from pgdog_gevent.observe.openmetrics import render
from pgdog_gevent.observe.snapshot import Snapshot
from tests.unit.observe.views import DOUBT, HOST, POOL, REPLICATION, SNAPSHOT, UNDER_WAY, parse_openmetrics

OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
POOL_LABELS = {
    'user': 'alice',
    'database': 'prod',
    'host': '10.0.0.1',
    'port': '5432',
    'shard': '0',
    'role': 'primary',
}
CROWDED = replace(SNAPSHOT, transactions=(UNDER_WAY, DOUBT, replace(DOUBT, database='test')))
HOST_LABELS = {'database': 'prod', 'host': '10.0.0.2', 'port': '5432', 'shard': '0'}


def families(snapshot: Snapshot, namespace: str = '') -> dict[str, Metric]:
    page = render(snapshot, OPENMETRICS, namespace)[1].decode()
    return {family.name: family for family in parse_openmetrics(page)}


def figure(found: dict[str, Metric], name: str) -> float:
    """The one sample of a family."""
    (sample,) = found[name].samples
    return float(sample.value)


def test_the_page_ends_as_openmetrics_does() -> None:
    content_type, page = render(SNAPSHOT, OPENMETRICS)
    assert content_type.startswith('application/openmetrics-text; version=1.0.0')
    assert page.endswith(b'# EOF\n')


@pytest.mark.parametrize('accept', ['', '*/*', 'text/plain;version=0.0.4', 'text/plain; version=banana'])
def test_other_scrapers_get_prometheus_text(accept: str) -> None:
    content_type, page = render(SNAPSHOT, accept)
    assert content_type.startswith('text/plain; version=0.0.4')
    assert {family.name for family in lenient(page.decode())} >= {'clients', 'sv_idle'}


@pytest.mark.parametrize('accept', [f'{OPENMETRICS}; escaping=x\r\nX: y', 'application/openmetrics-text;version=z'])
def test_the_accept_header_is_not_repeated_back(accept: str) -> None:
    assert render(SNAPSHOT, accept)[0].startswith('application/openmetrics-text; version=1.0.0; charset=utf-8')
    assert '\n' not in render(SNAPSHOT, accept)[0]


@pytest.mark.parametrize(
    ('name', 'value'),
    [
        ('clients', 1),
        ('clients_locked', 1),
        ('max_clients', 100),
        ('clients_refused', 5),
        ('greenlets', 9),
        ('prepared_statements', 1),
        ('prepared_statements_limit', 500),
        ('prepared_statements_memory_used_bytes', 64),
        ('query_cache_hits', 30),
        ('query_cache_misses', 12),
        ('query_cache_size', 10),
        ('query_cache_limit', 1000),
        ('query_cache_parse_time_seconds', 0.5),
        ('two_pc_under_way', 1),
        ('two_pc_in_doubt', 2),
        ('two_pc_committed', 31),
        ('two_pc_aborted', 32),
        ('two_pc_recovered', 33),
        ('cl_waiting', 3),
        ('sv_active', 5),
        ('sv_idle', 4),
        ('sv_idle_xact', 1),
        ('sv_locked', 2),
        ('maxwait_seconds', 2.5),
        ('max_connections', 20),
        ('errors', 6),
        ('out_of_sync', 8),
        ('banned', 0),
        ('half_open', 0),
        ('total_reads', 18),
        ('total_writes', 19),
        ('primary', 0),
        ('host_healthy', 1),
        ('replica_lag_seconds', 1.5),
        ('replica_lag_bytes', 4096),
        ('replica_lsn_age_seconds', 0.25),
        ('total_xact_count', 1001),
        ('total_server_errors', 14),
        ('total_received_bytes', 123_456_789_012),
        ('total_query_time_seconds', 9.25),
    ],
)
def test_each_figure_has_its_name(name: str, value: float) -> None:
    assert figure(families(CROWDED), name) == value


def test_counters_end_in_total_and_pools_are_labelled() -> None:
    (sample,) = families(SNAPSHOT)['total_xact_count'].samples
    assert sample.name == 'total_xact_count_total'
    assert sample.labels == POOL_LABELS


@pytest.mark.parametrize('name', ['primary', 'host_healthy', 'replica_lag_seconds', 'replica_lag_bytes'])
def test_servers_have_labels_of_their_own(name: str) -> None:
    (sample,) = families(SNAPSHOT)[name].samples
    assert sample.labels == HOST_LABELS


def test_what_is_not_known_of_a_server_is_left_out() -> None:
    unseen = replace(HOST, address='b', health='not checked', replication=None)
    found = families(replace(SNAPSHOT, hosts=(HOST, unseen)))
    assert [sample.labels['host'] for sample in found['primary'].samples] == ['10.0.0.2', 'b']
    for name in ('host_healthy', 'replica_lag_seconds', 'replica_lag_bytes', 'replica_lsn_age_seconds'):
        assert [sample.labels['host'] for sample in found[name].samples] == ['10.0.0.2']
    assert 'replica_lag_seconds' not in families(replace(SNAPSHOT, hosts=(unseen,)))


@pytest.mark.parametrize(
    ('role', 'health', 'primary', 'healthy'),
    [('primary', 'healthy', 1, 1), ('replica', 'unhealthy', 0, 0), ('primary', 'stale primary', 1, 0)],
)
def test_role_and_health_of_a_server_are_numbers(role: str, health: str, primary: int, healthy: int) -> None:
    found = families(replace(SNAPSHOT, hosts=(replace(HOST, role=role, health=health),)))
    assert (figure(found, 'primary'), figure(found, 'host_healthy')) == (primary, healthy)


def test_a_lag_that_is_nothing_is_a_figure_too() -> None:
    level = replace(HOST, replication=replace(REPLICATION, lag=0.0, lag_bytes=0))
    found = families(replace(SNAPSHOT, hosts=(level,)))
    assert (figure(found, 'replica_lag_seconds'), figure(found, 'replica_lag_bytes')) == (0, 0)


def test_histograms_are_cumulative() -> None:
    samples = families(SNAPSHOT)['checkout_wait_seconds'].samples
    buckets = {s.labels['le']: s.value for s in samples if s.name.endswith('_bucket')}
    assert buckets == {'0.001': 5, '0.01': 8, '0.1': 8, '+Inf': 10}
    assert {s.name: s.value for s in samples if 'le' not in s.labels} == {
        'checkout_wait_seconds_count': 10,
        'checkout_wait_seconds_sum': 1.25,
    }


def test_the_duration_of_commits_in_two_phases_is_that_of_all_pools_together() -> None:
    samples = families(SNAPSHOT)['two_pc_duration_seconds'].samples
    assert [(s.labels, s.value) for s in samples if s.name.endswith('_bucket')] == [
        ({'le': '0.001'}, 5), ({'le': '0.01'}, 8), ({'le': '0.1'}, 8), ({'le': '+Inf'}, 10),
    ]  # fmt: skip
    assert {s.name: s.value for s in samples if not s.labels} == {
        'two_pc_duration_seconds_count': 10,
        'two_pc_duration_seconds_sum': 1.25,
    }


@pytest.mark.parametrize(
    'name',
    ['a"b', 'a\\b', 'a\nb', 'a\\nb', '"', '\\', 'größe', '#{}', 'a b,c="d"', ''],
)
def test_awkward_names_come_back_as_they_went(name: str) -> None:
    snapshot = replace(SNAPSHOT, pools=(replace(POOL, user=name, database=name),))
    (sample,) = families(snapshot)['sv_idle'].samples
    assert (sample.labels['user'], sample.labels['database']) == (name, name)


def test_a_name_that_is_no_text_does_not_spoil_the_page() -> None:
    snapshot = replace(SNAPSHOT, pools=(replace(POOL, user='a\udcffb'),))
    assert families(snapshot)['sv_idle'].samples[0].labels['user'] == 'a?b'


def test_several_pools_are_several_samples() -> None:
    snapshot = replace(SNAPSHOT, pools=(POOL, replace(POOL, user='bob', idle=9)))
    samples = families(snapshot)['sv_idle'].samples
    assert {s.labels['user']: s.value for s in samples} == {'alice': 4, 'bob': 9}


def test_no_pools_leave_a_valid_page() -> None:
    assert 'sv_idle' not in families(replace(SNAPSHOT, pools=()))


@pytest.mark.parametrize(
    ('namespace', 'expected'),
    [('pgdog_', 'pgdog_clients'), ('my-ns.', 'my_ns_clients'), ('9', '_9clients'), ('', 'clients')],
)
def test_the_namespace_is_put_before_each_name(namespace: str, expected: str) -> None:
    found = families(SNAPSHOT, namespace)
    assert expected in found
    assert all(name.startswith(expected.removesuffix('clients')) for name in found)
