"""The measurements work: one short run through the proxy."""

from collections.abc import Iterator

import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.site import Site
from tests.bench import pgbench
from tests.bench.contenders import started
from tests.bench.figures import Case
from tests.bench.pgbench import Load
from tests.bench.stage import DATABASE, USER, Stage, fill
from tests.bench.transactions import labels, table
from tests.fakes.certificates import Certificates


@pytest.fixture
def stage(site: Site, postgres: Cluster, certificates: Certificates) -> Iterator[Stage]:
    """The tests' own server with pgbench's tables, as small as they can be."""
    if not (site.bindir / 'pgbench').exists():
        pytest.skip('this PostgreSQL has no pgbench')
    stage = Stage(site, postgres, certificates.server, pool=2)
    fill(stage, 1)
    yield stage
    postgres.execute(f'DROP DATABASE {DATABASE} WITH (FORCE)')
    postgres.execute(f'DROP ROLE {USER}')


def test_a_run_through_the_proxy_has_all_figures(stage: Stage) -> None:
    load = Load('select', 'prepared', 3, tls=True)
    with started(stage, ('compiled',)) as [proxy]:
        figures = pgbench.run(stage, load, 1, proxy)
    assert 0 < figures['p50_ms'] <= figures['p95_ms'] <= figures['p99_ms']
    assert figures['tps'] > 1
    assert 1 < figures['cpu_us'] < 1_000_000
    [line] = table(('compiled',)).lines(Case(labels(load), [{'compiled': figures}]))
    assert line.split()[:5] == ['select/TLS', 'prepared', '3', 'compiled', f'{figures["tps"]:.0f}']
