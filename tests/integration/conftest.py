"""Real servers and a real proxy. Clusters live as long as the xdist worker, and start when first asked for."""

import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from pgdog_gevent.demo.binaries import BinariesMissing, find_binaries
from pgdog_gevent.demo.cluster import Cluster, Replica
from pgdog_gevent.demo.settings import ClusterSettings, ServerTls
from pgdog_gevent.demo.site import Site
from tests.fakes.certificates import Certificates
from tests.integration.fleet import Fleet, make_fleet
from tests.integration.proxy import RunningProxy
from tests.integration.wire import Wire

database_numbers = itertools.count(1)
cluster_numbers = itertools.count(1)


class StartProxy(Protocol):
    """Starts a proxy from the text of its two files."""

    def __call__(
        self,
        config_toml: str,
        users_toml: str,
        *,
        env: Mapping[str, str] | None = None,
        arguments: tuple[str, ...] = (),
    ) -> RunningProxy:
        """``env`` is added to the environment, ``arguments`` to the command line."""


@pytest.fixture(scope='session')
def site() -> Iterator[Site]:
    """A place for clusters; without server binaries the test is skipped, in CI it fails."""
    try:
        bindir = find_binaries()
    except BinariesMissing as error:
        if os.environ.get('CI'):
            raise
        pytest.skip(str(error))
    with Site(bindir) as site:
        yield site


@pytest.fixture(scope='session')
def postgres(site: Site) -> Cluster:
    """A cluster that asks for SCRAM over TCP; its superuser is ``settings.SUPERUSER``."""
    return site.cluster('postgres')


@pytest.fixture
def replica(site: Site, postgres: Cluster) -> Iterator[Replica]:
    """A streaming replica of ``postgres``; it goes, because tests of replication count who is served."""
    replica = site.replica('replica', postgres)
    yield replica
    site.remove(replica)


@pytest.fixture(scope='session')
def three_clusters(site: Site) -> tuple[Cluster, Cluster, Cluster]:
    """Three clusters that know nothing of each other."""
    return site.cluster('first'), site.cluster('second'), site.cluster('third')


@pytest.fixture(scope='session')
def postgres_with_tls(site: Site, certificates: Certificates) -> Cluster:
    """A cluster that offers TLS and knows the client authority; skipped if the server was built without."""
    if not site.supports_tls():
        pytest.skip('this PostgreSQL was built without TLS')
    return site.cluster('postgres_with_tls', ClusterSettings(tls=server_tls(certificates)))


@pytest.fixture
def start_cluster(site: Site) -> Iterator[Callable[[ClusterSettings], Cluster]]:
    """A function that starts a cluster for this test alone."""
    with ExitStack() as ends:

        def start(settings: ClusterSettings) -> Cluster:
            cluster = site.cluster(f'cluster_{next(cluster_numbers)}', settings)
            ends.callback(site.remove, cluster)
            return cluster

        yield start


@pytest.fixture(scope='session')
def fleet(site: Site) -> Fleet:
    """A primary and two streaming replicas, for tests that leave them as they were."""
    return make_fleet(site)


@pytest.fixture
def start_fleet(site: Site) -> Iterator[Callable[[int], Fleet]]:
    """A function that starts a primary and so many replicas for this test alone."""
    with ExitStack() as ends:

        def start(replicas: int) -> Fleet:
            fleet = make_fleet(site, replicas)
            ends.callback(fleet.remove)
            return fleet

        yield start


@pytest.fixture
def database(postgres: Cluster) -> Iterator[str]:
    """The name of an empty database on ``postgres``, for this test alone."""
    name = f'test_{next(database_numbers)}'
    postgres.execute(f'CREATE DATABASE {name}')
    yield name
    postgres.execute(f'DROP DATABASE {name} WITH (FORCE)')


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[StartProxy]:
    """A function that starts a proxy; a traceback in its log, or a bad end, fails the test.

    It listens on a port of its choice unless the file names one.
    """
    numbers = itertools.count(1)
    with ExitStack() as ends:

        def start(
            config_toml: str,
            users_toml: str,
            *,
            env: Mapping[str, str] | None = None,
            arguments: tuple[str, ...] = (),
        ) -> RunningProxy:
            directory = tmp_path / f'proxy_{next(numbers)}'
            directory.mkdir()
            (directory / 'pgdog.toml').write_text(config_toml)
            (directory / 'users.toml').write_text(users_toml)
            running = RunningProxy(directory, env or {}, arguments)
            ends.callback(running.finish)
            return running

        yield start


@pytest.fixture
def wire(app: RunningProxy) -> Iterator[Wire]:
    """A client of the test's own ``app``."""
    with Wire.to_proxy(app) as wire:
        yield wire


def server_tls(certificates: Certificates) -> ServerTls:
    """Read what a cluster needs to offer TLS."""
    return ServerTls(
        certificate=certificates.server.certificate.read_bytes(),
        key=certificates.server.key.read_bytes(),
        authority=certificates.authority.certificate.read_bytes(),
    )
