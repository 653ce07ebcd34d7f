"""How many queries a commit on several shards takes, as the servers' log has them."""

from collections import Counter
from collections.abc import Iterator

import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.integration.clients import connect, eventually
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, shard_names, sharded_proxy

PREFIX = 'two_phase_queries'
KEYS = tuple(next(key for key in range(100) if partition_of_int(key, SHARDS) == shard) for shard in range(SHARDS))
LATER = 3_600_000
KINDS = ('SET CONSTRAINTS', 'PREPARE TRANSACTION', 'INSERT INTO pgdog_gevent.decision', 'COMMIT PREPARED', 'COMMIT')
"""What a query of a commit may be; the first one that is in its text."""


@pytest.fixture(scope='module')
def app(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    """Its servers log everything."""
    keys = 'two_phase_commit = true', f'two_phase_commit_recovery_interval = {LATER}', 'min_pool_size = 0'
    with sharded_proxy(tmp_path_factory.mktemp('queries'), postgres, PREFIX, *keys) as proxy:
        for name in shard_names(PREFIX):
            postgres.execute(f"ALTER DATABASE {name} SET log_statement = 'all'")
        with connect(proxy) as client:  # The first commit also asks servers whether they can prepare.
            client.execute(f'INSERT INTO users (id) VALUES {", ".join(f"({key})" for key in KEYS)}'.encode())
        yield proxy


def queries(log: str) -> Counter[str]:
    """The queries of commits, by kind."""
    ours = [line for line in log.splitlines() if f'@{PREFIX}' in line and 'statement: ' in line]
    texts = [line.split('statement: ', 1)[1] for line in ours]
    return Counter(kind for text in texts for kind in [next((kind for kind in KINDS if kind in text), '')] if kind)


@pytest.mark.parametrize('shards', [1, 2, 3])
def test_commit_takes_a_query_for_each_step_and_shard(app: RunningProxy, postgres: Cluster, shards: int) -> None:
    logged = len(postgres.log())
    with connect(app) as client, client.transaction():
        for key in KEYS[:shards]:
            client.execute(f'UPDATE users SET age = 1 WHERE id = {key}'.encode())
    others = shards - 1
    expected = (
        Counter({'COMMIT': 1}) if shards == 1
        else Counter(dict(zip(KINDS[:4], (shards, others, 1, others), strict=True)))
    )  # fmt: skip
    eventually(lambda: queries(postgres.log()[logged:]) == expected, f'the queries are {expected}')
