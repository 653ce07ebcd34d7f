"""Servers that die, hang, come back, are promoted, or are not what they should be."""

import time
from collections.abc import Callable
from functools import partial

import psycopg
import pytest
from psycopg.errors import CannotConnectNow

from pgdog_gevent.demo.cluster import Cluster, Replica
from pgdog_gevent.demo.settings import ClusterSettings
from pgdog_gevent.demo.site import Site
from tests.integration.clients import admin, connect, eventually
from tests.integration.configuration import users_toml
from tests.integration.conftest import StartProxy
from tests.integration.fleet import (
    DATABASE,
    QUICK,
    Entry,
    Fleet,
    Readers,
    Value,
    Writers,
    automatic,
    config_toml,
    in_thread,
    numbers_written,
    port_of,
    ports,
    roles,
    row_of,
    words,
)
from tests.integration.proxy import RunningProxy

CLIENTS = 50
TIME_TO_FOLLOW = 2 * 0.5 + 1
"""Seconds from a promotion to the first write: twice ``lsn_check_interval``, and one more."""
INSERT = 'INSERT INTO written VALUES (%s) RETURNING inet_server_port()'

Break = Callable[[Cluster], None]
Repair = Callable[[Cluster], None]


@pytest.fixture
def fleet(start_fleet: Callable[[int], Fleet]) -> Fleet:
    """One for this test alone."""
    fleet = start_fleet(2)
    fleet.execute(Writers.TABLE)
    return fleet


@pytest.fixture
def served(proxy: StartProxy) -> Callable[..., RunningProxy]:
    """Starts a proxy that finds out who is what in so many milliseconds; keys are those of ``[general]``."""

    def start(*entries: Entry, **general: Value) -> RunningProxy:
        app = proxy(config_toml(*entries, **{**QUICK, **general}), users_toml())
        eventually(lambda: 'primary' in roles(app).values() and 'auto' not in roles(app).values(), 'roles are known')
        return app

    return start


def written_on(app: RunningProxy, number: int) -> int:
    """Write a number; return the port of the server that has taken it."""
    with connect(app) as client:
        row = client.execute(INSERT, (number,)).fetchone()
        assert row is not None
        return int(str(row[0]))


def test_roles_are_found_out(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    first, second = fleet.replicas
    app = served(*(Entry(server) for server in (first, fleet.primary, second)))
    assert roles(app) == {fleet.primary.port: 'primary', first.port: 'replica', second.port: 'replica'}
    assert written_on(app, 1) == fleet.primary.port
    assert {row['role'] for row in admin(app, 'SHOW POOLS') if row['port'] == fleet.primary.port} == {'primary'}
    assert ports(app).keys() == {server.port for server in fleet.servers}
    fleet.catch_up()
    assert row_of(app, 'HOSTS', fleet.primary)['timeline'] == row_of(app, 'HOSTS', first)['timeline'] == 1


def test_writes_wait_until_roles_are_known(proxy: StartProxy, fleet: Fleet) -> None:
    fleet.primary.stop()
    app = proxy(config_toml(*automatic(fleet), **QUICK), users_toml())
    with connect_when_some_server_is_known(app) as client:
        wait = in_thread(lambda: client.execute(INSERT, (1,)).fetchone())
        time.sleep(1)  # A write that waits shows it by not having ended.
        fleet.primary.start()
        assert wait() == (fleet.primary.port,)


def connect_when_some_server_is_known(app: RunningProxy) -> psycopg.Connection[tuple[object, ...]]:
    eventually(lambda: 'replica' in roles(app).values(), 'a replica is known')
    return connect(app)


def kill(server: Cluster) -> None:
    server.kill()


def freeze(server: Cluster) -> None:
    server.freeze()


def start(server: Cluster) -> None:
    server.start()


def thaw(server: Cluster) -> None:
    server.thaw()


FAULTS = pytest.mark.parametrize(('fault', 'repair'), [(kill, start), (freeze, thaw)], ids=['SIGKILL', 'SIGSTOP'])


def ban(app: RunningProxy, server: Cluster) -> float:
    """Wait until a server is banned; the moment, monotonic."""
    eventually(lambda: row_of(app, 'BANS', server) != {}, f'{server.port} is banned')
    return time.monotonic()


def is_sick(app: RunningProxy, server: Cluster) -> bool:
    """Whether the proxy knows that a server does not answer."""
    return row_of(app, 'HOSTS', server)['health'] != 'healthy'


@FAULTS
def test_a_sick_replica_costs_each_client_one_error_at_most(
    served: Callable[..., RunningProxy], fleet: Fleet, fault: Break, repair: Repair
) -> None:
    app = served(*automatic(fleet), query_timeout=3000)
    sick = fleet.replicas[0]
    with Readers(app, CLIENTS) as readers:
        eventually(lambda: len({attempt.port for attempt in readers.attempts}) == 3, 'all servers are read from')
        fault(sick)
        detected = ban(app, sick)
        eventually(lambda: len({a.client for a in readers.since(detected)}) == CLIENTS, 'all clients read on')
        repair(sick)
        repaired = time.monotonic()
        eventually(lambda: sick.port in {attempt.port for attempt in readers.since(repaired)}, 'it is read from again')
        eventually(lambda: len({a.client for a in readers.since(repaired)}) == CLIENTS, 'no client is stuck')
    assert max(readers.errors_by_client().values(), default=0) <= 1, readers.errors
    assert [attempt for attempt in readers.since(detected) if attempt.error] == []
    assert sick.port not in {a.port for a in readers.since(detected) if a.ended < repaired}


@FAULTS
def test_a_sick_replica_is_shown_and_comes_back(
    served: Callable[..., RunningProxy], fleet: Fleet, fault: Break, repair: Repair
) -> None:
    app = served(*automatic(fleet))
    ports(app)
    sick = fleet.replicas[0]
    fault(sick)
    ban(app, sick)
    eventually(lambda: is_sick(app, sick), 'the host is shown as sick')
    eventually(lambda: bool(row_of(app, 'HOSTS', sick)['last_error']), 'and why')
    eventually(lambda: [row['port'] for row in admin(app, 'SHOW BANS')] == [sick.port], 'it is banned')
    repair(sick)
    eventually(lambda: admin(app, 'SHOW BANS') == [], 'the ban is over')
    eventually(lambda: not is_sick(app, sick), 'the host is shown as healthy')
    eventually(lambda: sick.port in ports(app, 10), 'it is read from again')


@FAULTS
def test_reads_go_on_without_a_primary(
    served: Callable[..., RunningProxy], fleet: Fleet, fault: Break, repair: Repair
) -> None:
    app = served(*automatic(fleet), read_write_split='exclude_primary', checkout_timeout=1000)
    with Readers(app, CLIENTS) as readers:
        fault(fleet.primary)
        eventually(lambda: is_sick(app, fleet.primary), 'it is known to be sick')
        detected = time.monotonic()
        eventually(lambda: len(readers.since(detected)) > 10 * CLIENTS, 'reads go on')
        if fault is kill:
            with pytest.raises(CannotConnectNow) as refused:
                written_on(app, 1)
            assert refused.value.diag.sqlstate == '57P03'
        repair(fleet.primary)
        eventually(lambda: can_write(app, fleet.primary), 'writes go on')
    assert readers.errors == []


def can_write(app: RunningProxy, primary: Cluster) -> bool:
    number = max(numbers_written(primary), default=0) + 1
    try:
        return written_on(app, number) == primary.port
    except psycopg.Error:
        return False


def test_reads_go_on_with_an_error_at_most_where_the_primary_serves_reads(
    served: Callable[..., RunningProxy], fleet: Fleet
) -> None:
    app = served(*automatic(fleet), read_write_split='include_primary')
    with Readers(app, CLIENTS) as readers:
        eventually(lambda: len({attempt.port for attempt in readers.attempts}) == 3, 'all servers are read from')
        fleet.primary.kill()
        detected = ban(app, fleet.primary)
        eventually(lambda: len(readers.since(detected)) > 10 * CLIENTS, 'reads go on')
    assert max(readers.errors_by_client().values(), default=0) <= 1
    assert [attempt for attempt in readers.since(detected) if attempt.error] == []


def test_the_last_server_is_never_banned(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(*automatic(fleet), checkout_timeout=1000, ban_timeout=3_600_000)
    connect(app).close()  # From now on it is known what clients are told when they log in.
    for server in fleet.servers:
        server.kill()
    eventually(lambda: any(is_sick(app, server) for server in fleet.servers), 'some are known to be sick')
    with connect(app) as client, pytest.raises(CannotConnectNow):
        port_of(client)
    fleet.replicas[1].start()
    eventually(lambda: reads_from(app, fleet.replicas[1]), 'the only one that is back serves at once')


def reads_from(app: RunningProxy, server: Cluster) -> bool:
    try:
        return ports(app, 1).keys() == {server.port}
    except psycopg.Error:
        return False


def test_a_flapping_replica_is_kept_away_for_longer_each_time(
    served: Callable[..., RunningProxy], fleet: Fleet
) -> None:
    app = served(*automatic(fleet), ban_timeout=500)
    flapping = fleet.replicas[0]
    lengths = []
    for _ in range(3):
        flapping.kill()
        eventually(lambda: row_of(app, 'BANS', flapping) != {}, 'it is banned')
        began = time.monotonic()
        flapping.start()
        eventually(lambda: row_of(app, 'BANS', flapping) == {}, 'the ban is over')
        lengths.append(time.monotonic() - began)
    assert lengths[2] > lengths[0] + 0.5, lengths


# Promotion


def stop(server: Cluster) -> None:
    server.stop()


def first_write_after(writers: Writers, moment: float) -> float:
    eventually(lambda: writers.first_after(moment) is not None, 'writes go on')
    first = writers.first_after(moment)
    assert first is not None
    return first


def more_than(writers: Writers, count: int) -> bool:
    return len(writers.acknowledged) > count


@pytest.mark.parametrize('end', [stop, kill], ids=['stopped', 'killed'])
def test_a_promotion_is_followed_in_time_and_no_acknowledged_write_is_lost(
    served: Callable[..., RunningProxy], fleet: Fleet, end: Break
) -> None:
    fleet.replicate_synchronously()
    app = served(*automatic(fleet))
    with Writers(app, clients=5) as writers:
        eventually(lambda: len(writers.acknowledged) > 200, 'writes go on')
        end(fleet.primary)
        before = dict(writers.acknowledged)
        promoted, other = fleet.successors()
        promoted.promote()
        promotion = time.monotonic()
        other.follow(promoted)
        assert first_write_after(writers, promotion) - promotion <= TIME_TO_FOLLOW
        eventually(lambda: len(writers.acknowledged) > len(before) + 200, 'as before')
    assert set(before) <= numbers_written(promoted)
    assert set(writers.acknowledged) <= numbers_written(promoted)
    assert roles(app)[promoted.port] == 'primary'
    assert roles(app)[other.port] == 'replica'
    assert_new_roles_hold(app, promoted, other)


def assert_new_roles_hold(app: RunningProxy, primary: Replica, replica: Replica) -> None:
    replica.catch_up(primary)
    assert written_on(app, 1_000_000) == primary.port
    eventually(lambda: ports(app, 30).keys() == {primary.port, replica.port}, 'both are read from')


def test_writers_that_wait_are_released_by_a_promotion(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(*automatic(fleet), checkout_timeout=20_000)
    promoted = fleet.replicas[0]
    with connect(app) as client:
        fleet.primary.kill()
        eventually(lambda: is_sick(app, fleet.primary), 'it is known to be dead')
        wait = in_thread(lambda: client.execute(INSERT, (1,)).fetchone())
        promoted.promote()
        began = time.monotonic()
        assert wait() == (promoted.port,)
        assert time.monotonic() - began <= TIME_TO_FOLLOW


def test_a_writer_inside_a_transaction_hears_of_the_end_of_its_server(
    served: Callable[..., RunningProxy], fleet: Fleet
) -> None:
    app = served(*automatic(fleet))
    promoted = fleet.replicas[0]
    client = connect(app)
    client.execute('BEGIN')
    client.execute(INSERT, (1,))
    fleet.primary.kill()
    promoted.promote()
    with pytest.raises(psycopg.Error):
        client.execute(INSERT, (2,))
    client.close()
    eventually(lambda: can_write(app, promoted), 'writes go on')
    assert not {1, 2} <= numbers_written(promoted)


def test_sizes_follow_the_role(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    sizes: dict[str, Value] = {'pool_size_primary': 3, 'pool_size_replica': 7}
    app = served(*(Entry(server, 'auto', sizes) for server in fleet.servers))
    promoted = fleet.replicas[0]
    connect(app).close()
    eventually(lambda: row_of(app, 'POOLS', fleet.primary)['pool_size'] == 3, 'the size of a primary')
    assert row_of(app, 'POOLS', promoted)['pool_size'] == 7
    fleet.primary.kill()
    promoted.promote()
    eventually(lambda: row_of(app, 'POOLS', promoted)['pool_size'] == 3, 'the size of a new primary')


def test_a_planned_switchover_back_and_forth(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(*automatic(fleet))
    [promoted, other] = fleet.replicas
    fleet.primary.stop()
    promoted.promote()
    other.follow(promoted)
    eventually(lambda: roles(app)[promoted.port] == 'primary', 'the new primary is known')
    assert written_on(app, 1) == promoted.port
    other.catch_up(promoted)
    promoted.stop()
    other.promote()
    eventually(lambda: roles(app)[other.port] == 'primary', 'the next one, too')
    assert written_on(app, 2) == other.port
    assert numbers_written(other) == {1, 2}


# Servers that should not be written to


def fail_over(fleet: Fleet) -> Replica:
    """Have the primary die and a replica take its place; return that."""
    fleet.primary.kill()
    promoted, other = fleet.successors()
    promoted.promote()
    other.follow(promoted)
    return promoted


def test_a_stale_primary_gets_nothing(served: Callable[..., RunningProxy], fleet: Fleet) -> None:
    app = served(*automatic(fleet))
    with Writers(app, clients=5) as writers, Readers(app, clients=5) as readers:
        eventually(lambda: len(writers.acknowledged) > 50, 'writes go on')
        promoted = fail_over(fleet)
        eventually(lambda: roles(app)[promoted.port] == 'primary', 'the new primary is known')
        acknowledged = set(writers.acknowledged)
        fleet.primary.start()
        back = time.monotonic()
        before = numbers_written(fleet.primary)
        eventually(lambda: 'stale primary' in words(row_of(app, 'HOSTS', fleet.primary)), 'it is called stale')
        eventually(lambda: len(writers.acknowledged) > len(acknowledged) + 200, 'writes go on')
        eventually(lambda: len(readers.since(back)) > 200, 'reads go on')
    assert numbers_written(fleet.primary) == before
    assert set(writers.acknowledged) - acknowledged <= numbers_written(promoted)
    assert fleet.primary.port not in {attempt.port for attempt in readers.since(back)}


def test_a_stale_primary_is_known_from_the_beginning(proxy: StartProxy, fleet: Fleet) -> None:
    promoted = fail_over(fleet)
    fleet.primary.start()
    before = numbers_written(fleet.primary)
    app = proxy(config_toml(*automatic(fleet), **QUICK), users_toml())
    with connect(app) as client:  # At once: a write must wait until it is known where to.
        assert client.execute(INSERT, (1,)).fetchone() == (promoted.port,)
    with Writers(app, clients=3) as writers:
        eventually(lambda: len(writers.acknowledged) > 100, 'writes go on')
    assert numbers_written(fleet.primary) == before
    assert fleet.primary.port not in ports(app)


def test_a_primary_that_hung_through_its_replacement_gets_nothing(
    served: Callable[..., RunningProxy], fleet: Fleet
) -> None:
    """Its connections are still open when it goes on."""
    app = served(*automatic(fleet))
    promoted = fleet.replicas[0]
    written_on(app, 1)
    fleet.primary.freeze()
    promoted.promote()
    eventually(lambda: roles(app)[promoted.port] == 'primary', 'the new primary is known')
    with Writers(app, clients=5) as writers:
        eventually(lambda: promoted.execute('SELECT count(*) > 50 FROM written', DATABASE) == [(True,)], 'writes')
        fleet.primary.thaw()
        eventually(lambda: 'stale primary' in words(row_of(app, 'HOSTS', fleet.primary)), 'it is called stale')
        known = len(writers.acknowledged)
        eventually(lambda: len(writers.acknowledged) > known + 100, 'writes go on')
    assert numbers_written(fleet.primary) <= {1}
    assert set(writers.acknowledged) <= numbers_written(promoted)


def test_two_primaries_on_one_timeline_stop_writes_until_one_is_gone(
    served: Callable[..., RunningProxy], fleet: Fleet
) -> None:
    app = served(*automatic(fleet), checkout_timeout=1000)
    second = fleet.replicas[0]
    second.forget_primary()
    refusals: list[psycopg.Error] = []

    def is_refused() -> bool:
        try:
            written_on(app, len(refusals) + 1000 * int(time.monotonic()))
        except psycopg.Error as error:
            refusals.append(error)
        return any(names_both(error) for error in refusals)

    def names_both(error: psycopg.Error) -> bool:
        text = f'{error.diag.message_primary} {error.diag.message_detail} {error.diag.message_hint}'
        return str(fleet.primary.port) in text and str(second.port) in text

    eventually(is_refused, 'writes are refused, and both named')
    assert refusals[-1].diag.sqlstate == '57P03'
    before = [numbers_written(server) for server in (fleet.primary, second)]
    for number in range(3):
        with pytest.raises(CannotConnectNow):
            written_on(app, number)
    assert [numbers_written(server) for server in (fleet.primary, second)] == before
    assert fleet.replicas[1].port in ports(app, 30)
    second.stop()
    eventually(lambda: can_write(app, fleet.primary), 'writes go on')


def test_a_stranger_is_named_and_not_used(proxy: StartProxy, site: Site, fleet: Fleet) -> None:
    stranger = site.stranger('stranger_in_the_list')
    stranger.execute(f'CREATE DATABASE {DATABASE}')
    stranger.execute(Writers.TABLE, DATABASE)
    app = proxy(config_toml(*automatic(fleet), Entry(stranger), **QUICK), users_toml())
    eventually(lambda: 'system identifier' in words(row_of(app, 'HOSTS', stranger)), 'the stranger is known')
    assert ports(app).keys() == {server.port for server in fleet.servers}
    for number in range(20):
        assert written_on(app, number) == fleet.primary.port
    assert numbers_written(stranger) == set()
    assert f'{stranger.host}:{stranger.port}' in app.log()
    assert 'system identifier' in app.log()
    site.remove(stranger)


def test_a_demoted_primary_is_noticed_at_the_first_refusal(
    served: Callable[..., RunningProxy], fleet: Fleet
) -> None:
    """The loop comes by once a minute; the refusal of a write does not wait for it."""
    app = served(*automatic(fleet), lsn_check_interval=60_000)
    promoted = fleet.replicas[0]
    with connect(app) as client:
        client.execute(INSERT, (1,))
        fleet.primary.stop()
        promoted.promote()
        fleet.rejoin(fleet.primary, promoted)
        began = time.monotonic()
        eventually(lambda: can_write(app, promoted), 'the new primary is found')
        assert time.monotonic() - began < 10


# Nobody is there


def test_clients_log_in_while_every_server_is_down(
    proxy: StartProxy, start_cluster: Callable[[ClusterSettings], Cluster]
) -> None:
    server = start_cluster(ClusterSettings())
    server.execute(f'CREATE DATABASE {DATABASE}')
    app = proxy(config_toml(Entry(server, 'primary'), **{**QUICK, 'checkout_timeout': 1500}), users_toml())
    with connect(app) as client:
        version = client.info.parameter_status('server_version')
        assert port_of(client) == server.port
    server.stop()
    began = time.monotonic()
    with connect(app) as client:
        assert time.monotonic() - began < 1, 'nobody has waited for a server'
        assert client.info.parameter_status('server_version') == version
        began = time.monotonic()
        with pytest.raises(CannotConnectNow) as refused:
            port_of(client)
        assert refused.value.diag.sqlstate == '57P03'
        assert 1.2 < time.monotonic() - began < 4
        server.start()
        eventually(lambda: reads_from(app, server), 'it serves again')
        assert port_of(client) == server.port, 'the client is still there'


@pytest.mark.parametrize('sql', ['SELECT inet_server_port()', f'{INSERT % 1}'], ids=['read', 'write'])
def test_a_short_restart_is_only_a_pause(served: Callable[..., RunningProxy], fleet: Fleet, sql: str) -> None:
    app = served(*automatic(fleet), checkout_timeout=20_000)
    with connect(app) as client:
        port_of(client)
        for server in fleet.servers:
            server.stop()
        wait = in_thread(lambda: port_of(client, sql))
        for server in fleet.servers:
            server.start()
        assert wait() in {server.port for server in fleet.servers}


def test_fifty_clients_do_not_notice_a_restart_of_the_primary(
    served: Callable[..., RunningProxy], fleet: Fleet
) -> None:
    """Those that wait for a server; a write in flight when it stops is nobody's to repeat."""
    app = served(*automatic(fleet), checkout_timeout=20_000)
    with connect(app) as client:
        client.execute(INSERT, (0,))
    fleet.primary.stop()
    waiting = [in_thread(partial(written_on, app, number)) for number in range(1, CLIENTS + 1)]
    fleet.primary.start()
    assert {wait() for wait in waiting} == {fleet.primary.port}
    assert numbers_written(fleet.primary) == set(range(CLIENTS + 1))


@pytest.mark.soak
def test_twenty_switchovers_in_a_row_are_each_followed_in_time(
    served: Callable[..., RunningProxy], fleet: Fleet
) -> None:
    app = served(*automatic(fleet))
    primary: Cluster = fleet.primary
    first, second = fleet.replicas
    with Writers(app, clients=5) as writers, Readers(app, clients=20) as readers:
        for _ in range(20):
            known = len(writers.acknowledged)
            eventually(partial(more_than, writers, known + 100), 'writes go on')
            primary.stop()
            first.promote()
            promotion = time.monotonic()
            second.follow(first)
            rejoined = fleet.rejoin(primary, first)
            assert first_write_after(writers, promotion) - promotion <= TIME_TO_FOLLOW
            primary, first, second = first, second, rejoined
    assert set(writers.acknowledged) <= numbers_written(primary)
    assert max(readers.errors_by_client().values(), default=0) <= 20
