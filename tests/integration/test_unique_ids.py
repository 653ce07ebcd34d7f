"""pgdog.unique_id() where there is one server."""

import psycopg
import pytest

from pgdog_gevent.demo.cluster import Cluster
from tests.integration.clients import connect, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy

DRAW = 'SELECT pgdog.unique_id(), %s::text'


@pytest.mark.parametrize('mode', ['transaction', 'session'])
def test_each_execution_draws_an_id(postgres: Cluster, proxy: StartProxy, database: str, mode: str) -> None:
    config = config_toml(postgres, database, pooler_mode=mode, unique_id_function='compact')
    running = proxy(config, users_toml(), env={'NODE_ID': '0'})
    with connect(running) as client:
        drawn = [int(str(one(client, 'SELECT pgdog.unique_id()')))]
        for prepared in (False, True, True, False):
            drawn += [int(str(row[0])) for row in client.execute(DRAW, ('a',), prepare=prepared).fetchall()]
        assert drawn == sorted(set(drawn))
        assert max(drawn) < 2**53
        client.execute('PREPARE p AS SELECT 1')
        with pytest.raises(psycopg.errors.InvalidSchemaName):
            client.execute('PREPARE q AS SELECT pgdog.unique_id()')


def test_proxy_without_a_number_gives_no_ids(postgres: Cluster, proxy: StartProxy, database: str) -> None:
    running = proxy(config_toml(postgres, database), users_toml(), env={'NODE_ID': ''})
    with connect(running) as client:
        for parameters in (None, ('a',)):
            with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match='need a number'):
                client.execute(DRAW.replace('%s', "''") if parameters is None else DRAW, parameters)
        assert one(client, 'SELECT 1') == 1
