"""One proxy and one database for each test module and mode."""

import itertools
from collections.abc import Iterator

import pytest

from pgdog_gevent.demo.cluster import Cluster
from tests.integration.drivers.front import Front, config_toml, users_toml
from tests.integration.proxy import TRACEBACK, RunningProxy

POOL_SIZE = 20

numbers = itertools.count(1)


@pytest.fixture(scope='module', params=['transaction', 'session'])
def serving(
    request: pytest.FixtureRequest, postgres: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """A proxy with a pool of 20 in front of an empty database, for the tests of one module."""
    mode: str = request.param
    database = f'drivers_{next(numbers)}'
    postgres.execute(f'CREATE DATABASE {database}')
    directory = tmp_path_factory.mktemp('proxy')
    (directory / 'pgdog.toml').write_text(config_toml(postgres, database, mode, POOL_SIZE))
    (directory / 'users.toml').write_text(users_toml(database))
    running = RunningProxy(directory, {})
    try:
        yield Front(running, postgres, database, mode)
    finally:
        running.finish()
        postgres.execute(f'DROP DATABASE {database} WITH (FORCE)')


@pytest.fixture
def front(serving: Front) -> Iterator[Front]:
    """The module's database behind its proxy, without tables; a traceback in the proxy's log fails the test."""
    serving.behind('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    logged = len(serving.proxy.log())
    yield serving
    assert TRACEBACK not in serving.proxy.log()[logged:], serving.proxy.log()[logged:]
