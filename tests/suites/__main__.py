"""``python -m tests.suites``: runs the suites on every way, prints a table and what only fails through a proxy."""

import subprocess
import sys
from itertools import product
from pathlib import Path

import click

from pgdog_gevent.demo.binaries import find_binaries
from pgdog_gevent.demo.site import Site
from tests.suites.results import Results, read_results
from tests.suites.sources import cache, python_for, tests_of
from tests.suites.suite import SUITES, Address, Suite
from tests.suites.ways import WAYS, prepared_cluster

TEST_TIMEOUT = 60
"""Seconds after which one test has failed."""
RUN_TIMEOUT = 3600


@click.command()
@click.option('--suite', 'suites', type=click.Choice(list(SUITES)), multiple=True, help='Absent: all.')
@click.option('--through', 'ways', type=click.Choice(list(WAYS)), multiple=True, help='Absent: all.')
@click.argument('more', nargs=-1)
def main(suites: tuple[str, ...], ways: tuple[str, ...], more: tuple[str, ...]) -> None:
    """Run the drivers' own test suites; MORE, after --, are further arguments of pytest."""
    results: dict[tuple[str, str], Results] = {}
    with Site(find_binaries()) as site:
        for name, way in product(suites or SUITES, ways or WAYS):
            results[name, way] = run(site, SUITES[name], way, more)
            passed, failed, skipped = results[name, way].counts
            click.echo(f'{name:20} {way:12} {passed:6} passed {failed:6} failed {skipped:6} skipped')
    for name, way in results:
        if way != 'direct' and (name, 'direct') in results:
            tell_differences(name, way, results[name, way].worse_than(results[name, 'direct']))


def run(site: Site, suite: Suite, way: str, more: tuple[str, ...]) -> Results:
    """Run one suite on one way, on a cluster of its own; what fails is run once more, to tell chance from rule."""
    name = f'{suite.name}-{way}'
    cluster = prepared_cluster(site, name, suite)
    with WAYS[way](cluster, suite) as address:
        results = pytest(suite, address, name, more)
        if results.failures:
            results = results.corrected_by(pytest(suite, address, f'{name}-again', ('--last-failed', *more)))
    site.remove(cluster)
    return results


def pytest(suite: Suite, address: Address, name: str, more: tuple[str, ...]) -> Results:
    """Run pytest; what it printed stays beside its report."""
    python = python_for(suite)
    directory = tests_of(suite)
    report = cache() / 'reports' / f'{name}.xml'
    report.parent.mkdir(exist_ok=True)
    report.unlink(missing_ok=True)
    state = cache() / 'last-failed' / name.removesuffix('-again')
    options = ['-q', f'--timeout={TEST_TIMEOUT}', f'--junitxml={report}', '-o', f'cache_dir={state}']
    command = [str(python), '-m', 'pytest', *options, *suite.arguments(address), *more]
    with report.with_suffix('.log').open('wb') as log:
        subprocess.run(
            command, cwd=directory, env=address.environ(), stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, timeout=RUN_TIMEOUT, check=False,
        )  # fmt: skip
    return read_results(existing(report))


def existing(report: Path) -> Path:
    """Return ``report``, or end if pytest has not come as far as to write it."""
    if not report.exists():
        raise click.ClickException(f'pytest wrote no report; see {report.with_suffix(".log")}')
    return report


def tell_differences(name: str, way: str, differences: dict[str, str]) -> None:
    """Print the tests that pass directly and not on this way."""
    click.echo(f'\n{name} through {way}: {len(differences)} differences to a direct connection')
    for test, reason in sorted(differences.items()):
        click.echo(f'  {test}\n      {reason[:200]}')


if __name__ == '__main__':
    sys.exit(main())
