"""SHOW, OpenMetrics and StatsD tell the same of one snapshot."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import Metric

from pgdog_gevent.admin.commands import View
from pgdog_gevent.admin.show import show
from pgdog_gevent.admin.table import Type, as_text
from pgdog_gevent.observe.openmetrics import render
from pgdog_gevent.observe.snapshot import Averages, PoolView, Snapshot, Totals
from pgdog_gevent.observe.statsd import compose, pool_name
from tests.unit.observe.views import POOL, SNAPSHOT, parse_openmetrics

TIMES = {field.name for field in fields(Totals) if field.name.endswith('_time')}
BYTES = {'received', 'sent'}

counts = st.integers(0, 10**12)
seconds = st.integers(0, 10**12).map(lambda microseconds: microseconds / 1_000_000)
totals = st.builds(Totals, **{field.name: seconds if field.name in TIMES else counts for field in fields(Totals)})
rates = st.floats(0, 10**6)
averages = st.builds(Averages, **{field.name: rates for field in fields(Averages)})
gauge = st.integers(0, 5000)
pools = st.builds(
    lambda total, average, numbers: replace(
        POOL,
        totals=total,
        averages=average,
        waiting=numbers[0],
        idle=numbers[1],
        active=numbers[2],
        idle_in_transaction=numbers[3],
        total=numbers[4],
    ),
    totals,
    averages,
    st.tuples(gauge, gauge, gauge, gauge, gauge),
)


def in_show(snapshot: Snapshot, view: View) -> dict[str, float]:
    table = show(view, (), snapshot, ())
    cells = zip(table.headings, map(as_text, table.rows[0]), strict=True)
    numeric = (Type.INT8, Type.FLOAT8)
    return {heading.name: float(text) for heading, text in cells if text and heading.type in numeric}


def in_openmetrics(snapshot: Snapshot) -> dict[str, float]:
    page = render(snapshot, 'application/openmetrics-text')[1].decode()
    return dict(_single(parse_openmetrics(page)))


def _single(families: Iterable[Metric]) -> Iterator[tuple[str, float]]:
    for family in families:
        if len(family.samples) == 1:
            yield family.name, family.samples[0].value


def exported(name: str) -> tuple[str, str]:
    """Name outside of SHOW, and with its unit."""
    name = 'server_errors' if name == 'errors' else name
    unit = '_seconds' if name in TIMES else '_bytes' if name in BYTES else ''
    return name, name + unit


@given(pools)
def test_the_three_printers_agree(pool: PoolView) -> None:
    snapshot = replace(SNAPSHOT, pools=(pool,))
    stats, metrics = in_show(snapshot, View.STATS), in_openmetrics(snapshot)
    report = compose(snapshot, {})
    counters, gauges = dict(report.counters), dict(report.gauges)
    place = pool_name(pool)
    for field in fields(Totals):
        name, with_unit = exported(field.name)
        scale = 1000 if field.name in TIMES else 1
        total, average = stats[f'total_{field.name}'], stats[f'avg_{field.name}']
        assert metrics[f'total_{with_unit}'] * scale == pytest.approx(total, abs=0.0005)
        assert metrics[f'avg_{with_unit}'] * scale == pytest.approx(average, abs=0.0005)
        assert counters.get(name, 0) == pytest.approx(total, abs=0.0005)
        assert counters.get(f'{place}.{name}', 0) == pytest.approx(total, abs=0.0005)
        assert gauges[f'{place}.avg_{name}'] == pytest.approx(average, abs=0.0005)


@given(pools)
def test_the_three_printers_agree_on_what_pools_hold(pool: PoolView) -> None:
    snapshot = replace(SNAPSHOT, pools=(pool,))
    row, metrics = in_show(snapshot, View.POOLS), in_openmetrics(snapshot)
    gauges = dict(compose(snapshot, {}).gauges)
    for name in ('cl_waiting', 'sv_idle', 'sv_active', 'sv_idle_xact', 'sv_total', 'sv_locked'):
        assert row[name] == metrics[name] == gauges[name] == gauges[f'{pool_name(pool)}.{name}']
