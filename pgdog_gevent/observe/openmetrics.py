"""The snapshot as OpenMetrics, or as Prometheus text for scrapers that do not ask for OpenMetrics.

Names are PgDog's, made valid: counters end in ``_total``, and figures that have a unit end in it, so that PgDog's
``total_query_time`` (milliseconds) is ``total_query_time_seconds_total`` here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import Final

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from pgdog_gevent.observe.histograms import HistogramView
from pgdog_gevent.observe.metrics import (
    COUNTERS,
    GAUGES,
    HISTOGRAMS,
    HOST_GAUGES,
    MORE_TOTALS,
    POOL_COUNTERS,
    POOL_GAUGES,
    POOL_HISTOGRAMS,
    TOTALS,
    Figure,
    exported_name,
)
from pgdog_gevent.observe.snapshot import HostView, PoolView, Snapshot

POOL_LABELS: Final = ('user', 'database', 'host', 'port', 'shard', 'role')
HOST_LABELS: Final = ('database', 'host', 'port', 'shard')

# What prometheus_client calls with name, help, labels, unit.
_Scalar = type[CounterMetricFamily] | type[GaugeMetricFamily]


class SnapshotCollector(Collector):
    """Makes metrics of a snapshot that is taken at each scrape.

    ``namespace`` is put before each name as it is, ``pgdog_`` with its underscore; characters that a name cannot
    have become underscores.
    """

    def __init__(self, take: Callable[[], Snapshot], namespace: str = '') -> None:
        self._take = take
        self._namespace = _valid_prefix(namespace)

    def collect(self) -> Iterator[Metric]:
        """Yield one family after the other, all from one snapshot."""
        snapshot = self._take()
        prefix = self._namespace
        yield _build(snapshot, prefix)
        for figure in GAUGES:
            yield _family(GaugeMetricFamily, prefix, figure, [((), figure.value(snapshot))])
        for figure in COUNTERS:
            yield _family(CounterMetricFamily, prefix, figure, [((), figure.value(snapshot))])
        for histogram in HISTOGRAMS:
            yield _distribution(prefix + histogram.name, histogram.help, [((), histogram.view(snapshot))])
        yield from _pool_families(prefix, snapshot.pools)
        yield from _host_families(prefix, snapshot.hosts)


def render(snapshot: Snapshot, accept: str, namespace: str = '', more: Sequence[Collector] = ()) -> tuple[str, bytes]:
    """Print a snapshot for a scraper that sent this Accept header: content type and page.

    ``more`` are collectors whose metrics follow, such as those of the operating system's process.
    """
    page = _Page((SnapshotCollector(lambda: snapshot, namespace), *more))
    # Not the header as it came: its version and escaping would be repeated back unchecked.
    openmetrics = 'application/openmetrics-text'
    encode, content_type = choose_encoder(openmetrics if openmetrics in accept else '')
    return content_type, encode(page)


class _Page(Collector):
    """Several collectors as one."""

    def __init__(self, collectors: Sequence[Collector]) -> None:
        self._collectors = collectors

    def collect(self) -> Iterable[Metric]:
        return chain.from_iterable(collector.collect() for collector in self._collectors)


_Samples = Sequence[tuple[Sequence[str], float]]
"""Label values, and the figure."""


def _family(kind: _Scalar, prefix: str, figure: Figure[Snapshot], samples: _Samples) -> Metric:
    return _scalars(kind, prefix + figure.name, figure.help, figure.unit.value, samples)


def _scalars(
    kind: _Scalar, name: str, explanation: str, unit: str, samples: _Samples, labels: Sequence[str] = ()
) -> Metric:
    family = kind(name, explanation, labels=labels, unit=unit)
    for values, figure in samples:
        family.add_metric(values, figure)
    return family


def _pool_families(prefix: str, pools: Sequence[PoolView]) -> Iterator[Metric]:
    if not pools:
        return
    labels = [_labels(pool) for pool in pools]

    def samples(figures: Iterable[float]) -> _Samples:
        return list(zip(labels, figures, strict=True))

    for kind, table in ((GaugeMetricFamily, POOL_GAUGES), (CounterMetricFamily, POOL_COUNTERS)):
        for figure in table:
            measured = samples(figure.value(pool) for pool in pools)
            yield _scalars(kind, prefix + figure.name, figure.help, figure.unit.value, measured, POOL_LABELS)
    for total in (*TOTALS, *MORE_TOTALS):
        name, unit = exported_name(total), total.unit.value
        counted = samples(total.value(pool.totals) for pool in pools)
        yield _scalars(CounterMetricFamily, f'{prefix}total_{name}', total.help, unit, counted, POOL_LABELS)
        averaged = samples(total.value(pool.averages) for pool in pools)
        explanation = f'{total.help}: average of the last stats_period'
        yield _scalars(GaugeMetricFamily, f'{prefix}avg_{name}', explanation, unit, averaged, POOL_LABELS)
    for histogram in POOL_HISTOGRAMS:
        views = list(zip(labels, map(histogram.view, pools), strict=True))
        yield _distribution(prefix + histogram.name, histogram.help, views, POOL_LABELS)


def _host_families(prefix: str, hosts: Sequence[HostView]) -> Iterator[Metric]:
    """The figures of servers; what is not known of one is left out."""
    for gauge in HOST_GAUGES:
        known = [(_host_labels(host), value) for host in hosts if (value := gauge.value(host)) is not None]
        if known:
            name = prefix + gauge.name
            yield _scalars(GaugeMetricFamily, name, gauge.help, gauge.unit.value, known, HOST_LABELS)


def _distribution(
    name: str, explanation: str, samples: Sequence[tuple[Sequence[str], HistogramView]], labels: Sequence[str] = ()
) -> HistogramMetricFamily:
    family = HistogramMetricFamily(name, explanation, labels=labels, unit='seconds')
    for values, view in samples:
        family.add_metric(values, _buckets(view), view.sum)
    return family


def _buckets(view: HistogramView) -> list[tuple[str, float]]:
    """Upper bounds with cumulative counts, as OpenMetrics wants them."""
    bounds = (*map(repr, map(float, view.bounds)), '+Inf')
    return list(zip(bounds, map(float, accumulate(view.counts)), strict=True))


def _build(snapshot: Snapshot, prefix: str) -> Metric:
    info = {'version': snapshot.version, 'instance_id': snapshot.instance_id}
    return InfoMetricFamily(f'{prefix}build', 'Which proxy this is', value=info)


def _labels(pool: PoolView) -> tuple[str, ...]:
    return tuple(
        map(_valid_label, (pool.user, pool.database, pool.address, str(pool.port), str(pool.shard), pool.role))
    )


def _host_labels(host: HostView) -> tuple[str, ...]:
    return tuple(map(_valid_label, (host.database, host.address, str(host.port), str(host.shard))))


def _valid_label(text: str) -> str:
    """Make sure that a label can be encoded: names may hold bytes that are no UTF-8, as surrogates."""
    return text.encode(errors='replace').decode()


def _valid_prefix(namespace: str) -> str:
    prefix = re.sub(r'[^a-zA-Z0-9_:]', '_', namespace)
    return f'_{prefix}' if prefix[:1].isdigit() else prefix
