"""Which of several servers a read goes to."""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial

import psycopg
import pytest
from psycopg.errors import ReadOnlySqlTransaction

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from tests.integration.clients import Connection, admin, connect, eventually
from tests.integration.configuration import users_toml
from tests.integration.conftest import StartProxy
from tests.integration.fleet import (
    HERE,
    Entry,
    Fleet,
    Value,
    config_toml,
    fixed,
    in_thread,
    port_of,
    ports,
    row_of,
)
from tests.integration.proxy import RunningProxy

READS = 3000
SIGMAS = 6
"""A fair coin falls further from its mean once in 500 million tests."""
SLOW = 'SELECT inet_server_port() FROM pg_sleep(0.02)'

READER = f"""
[[users]]
name = "reader"
database = "app"
password = "{PASSWORD}"
server_user = "{SUPERUSER}"
server_password = "{PASSWORD}"
read_only = true
"""


@pytest.fixture
def served(proxy: StartProxy, fleet: Fleet) -> Callable[..., RunningProxy]:
    """Starts a proxy in front of the fleet; keys are those of ``[general]``."""

    def start(*entries: Entry, **general: Value) -> RunningProxy:
        general = {'default_pool_size': 10, **general}
        return proxy(config_toml(*(entries or fixed(fleet)), **general), users_toml() + READER)

    return start


def assert_shares(counts: Mapping[int, int], shares: Mapping[int, float]) -> None:
    """Each count is as far from its mean as chance explains."""
    total = sum(counts.values())
    assert counts.keys() == shares.keys()
    for port, share in shares.items():
        bound = SIGMAS * math.sqrt(total * share * (1 - share))
        assert abs(counts[port] - total * share) <= bound, (counts, shares)


def equal_shares(servers: tuple[Cluster, ...]) -> dict[int, float]:
    return {server.port: 1 / len(servers) for server in servers}


@pytest.mark.parametrize('strategy', ['random', 'round_robin', 'weighted_round_robin'])
def test_reads_are_spread_equally(served: Callable[..., RunningProxy], fleet: Fleet, strategy: str) -> None:
    app = served(load_balancing_strategy=strategy)
    assert_shares(ports(app, READS), equal_shares(fleet.servers))


def test_random_is_not_a_rotation(served: Callable[..., RunningProxy]) -> None:
    app = served(load_balancing_strategy='random')
    with connect(app) as client:
        seen = [port_of(client) for _ in range(300)]
    twice = sum(here == there for here, there in itertools.pairwise(seen))
    assert 40 < twice < 170  # 100 by chance, with a deviation of 8


def test_round_robin_takes_one_after_the_other(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(load_balancing_strategy='round_robin')
    with connect(app) as client:
        seen = [port_of(client) for _ in range(30)]
    assert all(len(set(seen[start : start + 3])) == 3 for start in range(28))


def test_weights_are_honoured(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    entries = fixed(fleet, {'lb_weight': 10}, ({'lb_weight': 20}, {'lb_weight': 70}))
    app = served(*entries, load_balancing_strategy='weighted_round_robin')
    first, second = fleet.replicas
    assert_shares(ports(app, READS), {fleet.primary.port: 0.1, first.port: 0.2, second.port: 0.7})


def test_weights_mix_instead_of_coming_in_blocks(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    entries = fixed(fleet, {'lb_weight': 1}, ({'lb_weight': 1}, {'lb_weight': 4}))
    app = served(*entries, load_balancing_strategy='weighted_round_robin')
    with connect(app) as client:
        seen = [port_of(client) for _ in range(60)]
    heavy = fleet.replicas[1].port
    assert all(set(seen[start : start + 5]) > {heavy} for start in range(56))


def test_a_weight_of_nothing_gets_no_reads(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    entries = fixed(fleet, {'lb_weight': 0}, ({'lb_weight': 5}, {'lb_weight': 5}))
    app = served(*entries, load_balancing_strategy='weighted_round_robin')
    assert ports(app, 300).keys() == fleet.replica_ports


@contextmanager
def transactions(app: RunningProxy, count: int) -> Iterator[dict[Connection, int]]:
    """Open transactions that only read, and the servers that they are on."""
    with ExitStack() as ends:
        opened: dict[Connection, int] = {}
        for _ in range(count):
            client = ends.enter_context(connect(app))
            client.execute('BEGIN READ ONLY')
            opened[client] = port_of(client)
        yield opened


def test_least_active_connections_fills_servers_evenly(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(load_balancing_strategy='least_active_connections', read_write_split='exclude_primary')
    with transactions(app, 12) as opened:
        assert Counter(opened.values()) == dict.fromkeys(fleet.replica_ports, 6)


def test_least_active_connections_avoids_a_busy_server(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(load_balancing_strategy='least_active_connections', read_write_split='exclude_primary')
    free = fleet.replicas[1].port
    ports(app, 1)
    app.wait_for_log('functions have been read')  # Until then connections are reset, and in use, after each read.
    with transactions(app, 6) as opened:
        for client in [client for client, port in opened.items() if port == free]:
            client.execute('COMMIT')
        assert ports(app, 300) == {free: 300}
        with transactions(app, 3) as more:
            assert set(more.values()) == {free}


def test_least_active_connections_spreads_many_clients(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(load_balancing_strategy='least_active_connections', read_functions=('pg_sleep',))

    def read() -> Counter[int]:
        with connect(app) as client:
            return Counter(port_of(client, SLOW) for _ in range(50))

    waiting = [in_thread(read) for _ in range(12)]
    counts = sum((wait() for wait in waiting), Counter[int]())
    assert counts.keys() == {server.port for server in fleet.servers}
    assert all(0.2 < count / counts.total() < 0.47 for count in counts.values()), counts


def test_all_servers_serve_reads_with_the_primary_included(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(read_write_split='include_primary')
    assert ports(app).keys() == {server.port for server in fleet.servers}


def test_an_excluded_primary_serves_no_reads(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(read_write_split='exclude_primary')
    assert ports(app).keys() == fleet.replica_ports


def test_an_excluded_primary_serves_reads_when_there_is_no_replica(
    served: Callable[..., RunningProxy], fleet: Fleet
) -> None:
    app = served(read_write_split='exclude_primary')
    for replica in fleet.replicas:
        ban(app, replica)
    assert ports(app).keys() == {fleet.primary.port}


def test_the_primary_helps_out_for_a_banned_replica(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(read_write_split='include_primary_if_replica_banned')
    assert ports(app).keys() == fleet.replica_ports
    banned, other = fleet.replicas
    ban(app, banned)
    assert ports(app).keys() == {fleet.primary.port, other.port}
    admin(app, f'UNBAN {pool_id(app, banned)}')
    assert ports(app).keys() == fleet.replica_ports


def test_a_preferred_primary_serves_reads_unless_a_replica_is_asked_for(
    served: Callable[..., RunningProxy], fleet: Fleet
) -> None:
    app = served(read_write_split='prefer_primary')
    assert ports(app).keys() == {fleet.primary.port}
    with connect(app) as client:
        hinted = {port_of(client, f'/* pgdog_role: replica */ {HERE}') for _ in range(50)}
    assert hinted == fleet.replica_ports


def test_replicas_that_do_not_answer_are_replaced_by_the_primary_only_if_all_are_banned(
    served: Callable[..., RunningProxy], fleet: Fleet
) -> None:
    app = served(read_write_split='exclude_primary')
    ban(app, fleet.replicas[0])
    assert ports(app).keys() == {fleet.replicas[1].port}


def reader(app: RunningProxy) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(app.dsn('reader', PASSWORD, 'app'), autocommit=True)


def test_users_that_only_read_stay_away_from_the_primary(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(read_write_split='include_primary')
    with reader(app) as client:
        assert {port_of(client) for _ in range(100)} == fleet.replica_ports
        client.execute('BEGIN')
        assert port_of(client) in fleet.replica_ports
        client.execute('COMMIT')
        with pytest.raises(ReadOnlySqlTransaction):
            client.execute('CREATE TABLE made_by_a_reader (n int)')


def test_users_that_only_read_have_the_primary_when_no_replica_is_left(
    served: Callable[..., RunningProxy], fleet: Fleet
) -> None:
    app = served(read_write_split='include_primary')
    with reader(app) as client:
        port_of(client)
        for replica in fleet.replicas:
            for row in admin(app, 'SHOW POOLS'):
                if row['port'] == replica.port:
                    admin(app, f'BAN {row["id"]}')
        assert {port_of(client) for _ in range(30)} == {fleet.primary.port}


def test_servers_for_resharding_serve_nothing(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(*fixed(fleet, replicas=({}, {'resharding_only': True})), read_write_split='exclude_primary')
    assert ports(app).keys() == {fleet.replicas[0].port}
    ban(app, fleet.replicas[0])
    assert ports(app).keys() == {fleet.primary.port}


def test_sizes_are_those_of_the_role(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    sizes = {'pool_size_primary': 2, 'pool_size_replica': 5, 'min_pool_size_primary': 1, 'min_pool_size_replica': 3}
    app = served(*(Entry(entry.server, entry.role, sizes) for entry in fixed(fleet)))
    connect(app).close()
    of_primary, *of_replicas = [partial(row_of_user, app, server) for server in fleet.servers]
    assert of_primary()['pool_size'] == 2
    assert [row()['pool_size'] for row in of_replicas] == [5, 5]
    eventually(lambda: all(open_connections(row()) >= 3 for row in of_replicas), 'the minimum of a replica')
    assert 1 <= open_connections(of_primary()) <= 2


def open_connections(row: Mapping[str, object]) -> int:
    return int(str(row['sv_total']))


def test_weights_and_strategy_change_with_a_reload(
    proxy: StartProxy, fleet: Fleet
) -> None:
    def text(first: int, second: int) -> str:
        entries = fixed(fleet, {'lb_weight': 0}, ({'lb_weight': first}, {'lb_weight': second}))
        return config_toml(*entries, load_balancing_strategy='weighted_round_robin', min_pool_size=0)

    app = proxy(text(1, 0), users_toml())
    assert ports(app).keys() == {fleet.replicas[0].port}
    app.reload(config_toml=text(0, 1))
    eventually(lambda: ports(app, 5).keys() == {fleet.replicas[1].port}, 'the other weights')


def test_a_server_that_leaves_the_configuration_gets_no_more_reads(proxy: StartProxy, fleet: Fleet) -> None:
    app = proxy(config_toml(*fixed(fleet)), users_toml())
    assert len(ports(app)) == 3
    app.reload(config_toml=config_toml(*fixed(fleet)[:2]))
    eventually(lambda: fleet.replicas[1].port not in ports(app, 30), 'without the second replica')
    app.reload(config_toml=config_toml(*fixed(fleet)))
    eventually(lambda: len(ports(app, 30)) == 3, 'all three again')


def pool_id(app: RunningProxy, server: Cluster) -> object:
    [row] = [row for row in admin(app, 'SHOW POOLS') if row['port'] == server.port and row['user'] == SUPERUSER]
    return row['id']


def ban(app: RunningProxy, server: Cluster) -> None:
    """Ban a server for the usual user, by hand."""
    admin(app, f'BAN {pool_id(app, server)}')


def test_a_manual_ban_lasts_until_it_is_lifted(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(ban_timeout=200, idle_healthcheck_interval=100, idle_healthcheck_delay=0)
    banned = fleet.replicas[0]
    ban(app, banned)
    [row] = admin(app, 'SHOW BANS')
    assert row['port'] == banned.port
    assert 'manual' in str(row['ban_reason'])
    assert row['ban_time_left'] is None
    assert row_of_user(app, banned)['banned'] is True
    assert banned.port not in ports(app, 300)
    assert admin(app, 'SHOW BANS') == [row]
    admin(app, f'UNBAN {pool_id(app, banned)}')
    assert admin(app, 'SHOW BANS') == []
    assert row_of_user(app, banned)['banned'] is False
    assert banned.port in ports(app)


def row_of_user(app: RunningProxy, server: Cluster) -> Mapping[str, object]:
    [row] = [row for row in admin(app, 'SHOW POOLS') if row['port'] == server.port and row['user'] == SUPERUSER]
    return row


def test_a_ban_of_all_pools_and_its_end(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served()
    admin(app, 'BAN')
    assert {row['port'] for row in admin(app, 'SHOW BANS')} >= fleet.replica_ports
    assert ports(app, 10).total() == 10, 'the last usable server is never lost'
    admin(app, 'UNBAN')
    assert admin(app, 'SHOW BANS') == []
    assert ports(app).keys() == {server.port for server in fleet.servers}


def test_a_ban_leaves_writes_where_they_are(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served()
    ban(app, fleet.primary)
    assert ports(app).keys() == fleet.replica_ports
    with connect(app) as client:
        client.execute('BEGIN')
        assert port_of(client) == fleet.primary.port
        client.execute('COMMIT')


def test_a_ban_closes_idle_connections(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(min_pool_size=0)
    ports(app)
    banned = fleet.replicas[0]
    assert open_connections(row_of_user(app, banned)) > 0
    ban(app, banned)
    eventually(lambda: open_connections(row_of_user(app, banned)) == 0, 'no connection is left')


def test_a_health_check_can_be_had_at_once(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(idle_healthcheck_delay=3_600_000, ban_timeout=3_600_000)
    ports(app, 10)
    before = {row['port']: row['healthy'] for row in admin(app, 'SHOW POOLS') if row['user'] == SUPERUSER}
    admin(app, 'HEALTHCHECK')
    after = {row['port']: row['healthy'] for row in admin(app, 'SHOW POOLS') if row['user'] == SUPERUSER}
    assert before.keys() == after.keys() == {server.port for server in fleet.servers}
    assert all(after.values())


def test_a_health_check_finds_a_server_that_is_gone(
    proxy: StartProxy, start_fleet: Callable[[int], Fleet]
) -> None:
    fleet = start_fleet(2)
    general: dict[str, Value] = {'idle_healthcheck_delay': 3_600_000, 'min_pool_size': 0, 'connect_timeout': 500}
    app = proxy(config_toml(*fixed(fleet), **general), users_toml())
    ports(app, 10)
    gone = fleet.replicas[0]
    gone.kill()
    admin(app, f'HEALTHCHECK {pool_id(app, gone)}')
    assert row_of(app, 'POOLS', gone)['healthy'] is False
    assert gone.port not in ports(app)


def test_a_new_server_waits_for_its_health_check(proxy: StartProxy, start_fleet: Callable[[int], Fleet]) -> None:
    fleet = start_fleet(2)
    general: dict[str, Value] = {
        'require_healthcheck_on_discovery': True,
        'idle_healthcheck_delay': 0,
        'idle_healthcheck_interval': 200,
        'healthcheck_timeout': 300,
        'connect_timeout': 300,
        'read_write_split': 'exclude_primary',
    }
    late = fleet.replicas[1]
    late.freeze()
    app = proxy(config_toml(*fixed(fleet), **general), users_toml())
    eventually(lambda: ports(app, 1).keys() == {fleet.replicas[0].port}, 'the first replica has passed')
    assert ports(app, 50).keys() == {fleet.replicas[0].port}
    late.thaw()
    eventually(lambda: late.port in ports(app, 20), 'the second one has passed')


def test_a_saturated_pool_is_not_a_sick_server(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(
        default_pool_size=1, checkout_timeout=300, read_write_split='exclude_primary', ban_timeout=3_600_000
    )
    with transactions(app, 2), connect(app) as third, pytest.raises(psycopg.OperationalError):
        port_of(third)
    assert admin(app, 'SHOW BANS') == []
    assert all(row['healthy'] is not False for row in admin(app, 'SHOW POOLS'))
    assert ports(app).keys() == fleet.replica_ports
