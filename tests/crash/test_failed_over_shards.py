"""A proxy dies amid a commit, and then a shard fails over to its standby: another proxy finishes it there."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.conversation.proxies import running
from tests.crash.mortal import DIES_AT
from tests.integration.clients import admin, connect, eventually
from tests.integration.configuration import users_toml
from tests.integration.conftest import StartProxy, start_fleet
from tests.integration.fleet import QUICK, Entry, Fleet, config_toml

__all__ = ['start_fleet']

DATABASE = 'failing_over'
KEYS = tuple(next(key for key in range(100) if partition_of_int(key, 2) == shard) for shard in range(2))
TABLE = '[[sharded_tables]]\ndatabase = "app"\nname = "users"\ncolumn = "id"\n'
PREPARED = "SELECT gid FROM pg_prepared_xacts WHERE gid LIKE 'pgdog\\_gevent:%' AND database = current_database()"
GENERAL = {**QUICK, 'two_phase_commit': True, 'two_phase_commit_retention': 0, 'checkout_timeout': 20_000}


@pytest.fixture
def pair(postgres: Cluster, start_fleet: Callable[[int], Fleet]) -> Iterator[Fleet]:
    """A primary with a synchronous standby; the other shard is on a server that stays."""
    fleet = start_fleet(1)
    for server in (postgres, fleet.primary):
        server.execute(f'CREATE DATABASE {DATABASE}')
        server.execute('CREATE TABLE users (id bigint PRIMARY KEY)', DATABASE)
    fleet.replicate_synchronously()
    yield fleet
    postgres.execute(f'DROP DATABASE {DATABASE} WITH (FORCE)')


@pytest.mark.parametrize(('moment', 'committed'), [('prepared:1', False), ('decided:1', True)])
@pytest.mark.parametrize('shard', [0, 1], ids=['who decides', 'who has prepared'])
def test_what_is_prepared_is_finished_by_the_new_primary(
    postgres: Cluster, pair: Fleet, proxy: StartProxy, tmp_path: Path, shard: int, moment: str, *, committed: bool
) -> None:
    stays = Entry(postgres, 'primary', {'database_name': DATABASE, 'shard': 1 - shard})
    entries = [Entry(server, 'auto', {'database_name': DATABASE, 'shard': shard}) for server in pair.servers]
    config = config_toml(stays, *entries, **GENERAL) + TABLE
    victim = proxy(config, users_toml(), env={DIES_AT: moment})
    with psycopg.connect(victim.dsn(SUPERUSER, PASSWORD, 'app')) as client:
        client.execute('INSERT INTO users (id) VALUES (%s), (%s)', KEYS)
        with pytest.raises(psycopg.OperationalError):
            client.commit()
    assert victim.wait() == -signal.SIGKILL
    assert [len(server.execute(PREPARED, DATABASE)) for server in (pair.primary, postgres)] in ([0, 1], [1, 0])
    [promoted] = pair.replicas
    pair.primary.stop(immediate=True)
    promoted.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
    promoted.promote()
    servers = (promoted, postgres)
    with ExitStack() as stack:
        survivor = stack.enter_context(running(tmp_path, config, users_toml()))
        eventually(lambda: not any(server.execute(PREPARED, DATABASE) for server in servers), 'nothing is prepared')
        client = stack.enter_context(connect(survivor))
        expected = [(key,) for key in sorted(KEYS)] if committed else []
        assert client.execute('SELECT id FROM users ORDER BY id').fetchall() == expected
        admin(survivor, 'RECOVER')
        assert [server.execute('SELECT * FROM pgdog_gevent.decision', DATABASE) for server in servers] == [[], []]
