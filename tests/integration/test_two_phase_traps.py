"""A table of decisions in which somebody could lay traps for those who commit."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from psycopg import errors

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.sharding.hashing import partition_of_int
from pgdog_gevent.twophase.table import script
from tests.conversation.proxies import running
from tests.integration.clients import connect
from tests.integration.configuration import users_toml
from tests.integration.sharded import SHARDS, databases, on_shards, shard_names, sharded_toml

MALLORY = 'mallory'
KEYS = tuple(next(key for key in range(100) if partition_of_int(key, SHARDS) == shard) for shard in range(SHARDS))
INSERT = 'INSERT INTO users (id) VALUES ' + ', '.join(f'({key})' for key in KEYS)
IDS = 'SELECT id FROM users'
TRAPS = {
    'schema': [f'ALTER SCHEMA pgdog_gevent OWNER TO {MALLORY}'],
    'table': [f'ALTER TABLE pgdog_gevent.decision OWNER TO {MALLORY}'],
    'trigger': [
        "CREATE FUNCTION sprung() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        'CREATE TRIGGER sprung BEFORE INSERT ON pgdog_gevent.decision FOR EACH ROW EXECUTE FUNCTION sprung()',
    ],
}


@pytest.fixture(scope='module', autouse=True)
def _mallory(postgres: Cluster) -> Iterator[None]:
    postgres.execute(f'CREATE ROLE {MALLORY} LOGIN')
    yield
    postgres.execute(f'DROP ROLE {MALLORY}')


@pytest.mark.parametrize('trap', ['schema', 'table', 'trigger'])
def test_table_in_which_others_could_lay_traps_is_not_used(postgres: Cluster, tmp_path: Path, trap: str) -> None:
    prefix = f'trap_{trap}'
    with ExitStack() as stack:
        stack.enter_context(databases(postgres, prefix))
        with postgres.connect(shard_names(prefix)[2]) as direct:
            direct.execute(script())
            for text in TRAPS[trap]:
                direct.execute(text.encode())
        config = sharded_toml(postgres, prefix, 'two_phase_commit = true')
        proxy = stack.enter_context(running(tmp_path, config, users_toml()))
        with connect(proxy) as client:
            with pytest.raises(errors.ObjectNotInPrerequisiteState, match='shard 2') as raised:
                client.execute(INSERT.encode())
            assert 'Give schema pgdog_gevent' in str(raised.value.diag.message_hint)
            assert on_shards(postgres, prefix, IDS) == [[]] * SHARDS
            proxy.wait_for_log('table pgdog_gevent.decision of shard 2 is not safe to use')
