"""Reports to StatsD, received by a UDP socket."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pgdog_gevent.observe.snapshot import Snapshot, Totals
from pgdog_gevent.observe.statsd import StatsdReporter, component, compose
from tests.unit.observe.views import HOST, POOL, REPLICATION, SNAPSHOT


class World:
    """A snapshot that a test may replace."""

    def __init__(self) -> None:
        self.snapshot = SNAPSHOT

    def take(self) -> Snapshot:
        return self.snapshot


class Daemon:
    """A StatsD daemon: what it has received since it was last asked, by name."""

    def __init__(self, udp: socket.socket) -> None:
        self._udp = udp
        self.port: int = udp.getsockname()[1]
        self.datagrams: list[bytes] = []

    def lines(self) -> dict[str, str]:
        self.datagrams = []
        self._udp.setblocking(False)
        while True:
            try:
                self.datagrams.append(self._udp.recv(65_536))
            except BlockingIOError:
                break
        lines = b'\n'.join(self.datagrams).decode('ascii').splitlines()
        return dict(line.split(':', 1) for line in lines)


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        udp.bind(('127.0.0.1', 0))
        yield Daemon(udp)


def grown(snapshot: Snapshot, growth: Totals) -> Snapshot:
    pool = snapshot.pools[0]
    return replace(snapshot, pools=(replace(pool, totals=pool.totals + growth), *snapshot.pools[1:]))


def test_a_report_reaches_the_daemon_in_small_datagrams(daemon: Daemon) -> None:
    StatsdReporter('127.0.0.1', daemon.port, 'pgdog', World().take).report()
    lines = daemon.lines()
    assert lines['pgdog.clients'] == '1|g'
    assert lines['pgdog.xact_count'] == '1001|c'
    assert lines['pgdog.pools.prod.alice.10_0_0_1_5432.xact_count'] == '1001|c'
    assert lines['pgdog.pools.prod.alice.10_0_0_1_5432.sv_idle'] == '4|g'
    assert lines['pgdog.pools.prod.alice.10_0_0_1_5432.query_time'] == '9250.0|c'
    assert max(map(len, daemon.datagrams)) <= 512


def test_counters_are_sent_as_growth_and_gauges_as_they_are(daemon: Daemon) -> None:
    world = World()
    reporter = StatsdReporter('127.0.0.1', daemon.port, 'pgdog', world.take)
    reporter.report()
    daemon.lines()
    world.snapshot = grown(SNAPSHOT, Totals(query_count=5, query_time=0.0105))
    reporter.report()
    lines = daemon.lines()
    assert lines['pgdog.query_count'] == '5|c'
    assert lines['pgdog.query_time'] == '10.5|c'
    assert lines['pgdog.sv_idle'] == '4|g'
    assert 'pgdog.xact_count' not in lines


def test_growth_adds_up_over_the_pools() -> None:
    bob = replace(POOL, id=2, user='bob', totals=Totals(query_count=7))
    report = dict(compose(replace(SNAPSHOT, pools=(POOL, bob)), {}).counters)
    assert report['query_count'] == 3003 + 7
    assert report['pools.prod.bob.10_0_0_1_5432.query_count'] == 7


def test_a_pool_made_anew_counts_from_nothing(daemon: Daemon) -> None:
    world = World()
    reporter = StatsdReporter('127.0.0.1', daemon.port, 'pgdog', world.take)
    reporter.report()
    daemon.lines()
    world.snapshot = replace(SNAPSHOT, pools=(replace(POOL, totals=Totals(query_count=4)),))
    reporter.report()
    assert daemon.lines()['pgdog.query_count'] == '4|c'


def test_two_shards_on_one_server_share_a_gauge() -> None:
    second = replace(POOL, id=2, shard=1, idle=6, longest_wait=9.0)
    report = dict(compose(replace(SNAPSHOT, pools=(POOL, second)), {}).gauges)
    assert report['pools.prod.alice.10_0_0_1_5432.sv_idle'] == 10
    assert report['pools.prod.alice.10_0_0_1_5432.maxwait'] == 9000


def test_commits_in_two_phases_are_of_the_proxy() -> None:
    report = compose(SNAPSHOT, {(0, 'two_pc_committed'): 30, (0, 'two_pc_aborted'): 32})
    assert {name: value for name, value in report.counters if name.startswith('two_pc')} == {
        'two_pc_committed': 1, 'two_pc_recovered': 33,
    }  # fmt: skip
    assert {name: value for name, value in report.gauges if name.startswith('two_pc')} == {
        'two_pc_under_way': 1, 'two_pc_in_doubt': 1,
    }  # fmt: skip


def test_servers_have_gauges_of_their_own() -> None:
    gauges = dict(compose(SNAPSHOT, {}).gauges)
    place = 'hosts.prod.10_0_0_2_5432'
    assert {name: value for name, value in gauges.items() if name.startswith('hosts.')} == {
        f'{place}.primary': 0, f'{place}.host_healthy': 1, f'{place}.replica_lag': 1500,
        f'{place}.replica_lag_bytes': 4096, f'{place}.replica_lsn_age': 250,
    }  # fmt: skip


def test_what_is_not_known_of_a_server_is_not_sent() -> None:
    unseen = replace(HOST, health='not checked', replication=None)
    names = dict(compose(replace(SNAPSHOT, hosts=(unseen,)), {}).gauges)
    assert [name for name in names if name.startswith('hosts.')] == ['hosts.prod.10_0_0_2_5432.primary']


def test_of_two_shards_on_one_server_the_longer_lag_is_sent() -> None:
    second = replace(HOST, shard=1, replication=replace(REPLICATION, lag=0.5, lag_bytes=9000))
    gauges = dict(compose(replace(SNAPSHOT, hosts=(HOST, second)), {}).gauges)
    assert gauges['hosts.prod.10_0_0_2_5432.replica_lag'] == 1500
    assert gauges['hosts.prod.10_0_0_2_5432.replica_lag_bytes'] == 9000


def test_what_could_not_be_sent_is_in_the_next_report(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    reporter = StatsdReporter('no-such-host.invalid', daemon.port, 'pgdog', World().take)
    reporter.report()
    reporter.report()
    assert reporter.failures == 2
    assert daemon.lines() == {}
    monkeypatch.setattr(reporter, '_host', '127.0.0.1')
    reporter.report()
    assert daemon.lines()['pgdog.xact_count'] == '1001|c'


def test_a_name_server_that_went_away_leaves_the_last_address(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporter = StatsdReporter('127.0.0.1', daemon.port, 'pgdog', World().take)
    reporter.report()
    daemon.lines()
    monkeypatch.setattr(reporter, '_host', 'no-such-host.invalid')
    reporter.report()
    assert daemon.lines()['pgdog.clients'] == '1|g'
    assert reporter.failures == 0


def test_no_daemon_disturbs_nobody() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    reporter = StatsdReporter('127.0.0.1', port, 'pgdog', World().take)
    for _ in range(3):
        reporter.report()


@pytest.mark.parametrize('host', ['a' * 300, 'bad..name', 'nul\0name', ''], ids=['long', 'dots', 'nul', 'empty'])
def test_a_host_that_is_no_name_is_only_a_failure(host: str) -> None:
    reporter = StatsdReporter(host, 8125, 'pgdog', World().take)
    reporter.report()
    assert reporter.failures == 1


@pytest.mark.parametrize(
    ('text', 'expected'),
    [
        ('10.0.0.1', '10_0_0_1'),
        ('a:b|c@d', 'a_b_c_d'),
        ('größe', 'gr__e'),
        ('x\ny', 'x_y'),
        ('', '_'),
        ('ok-1_2', 'ok-1_2'),
    ],
)
def test_components_are_made_safe(text: str, expected: str) -> None:
    assert component(text) == expected


@pytest.mark.parametrize(
    ('prefix', 'name'), [('', 'clients'), ('a.b', 'a.b.clients'), ('my app', 'my_app.clients')], ids=repr
)
def test_the_prefix_may_have_dots(daemon: Daemon, prefix: str, name: str) -> None:
    StatsdReporter('127.0.0.1', daemon.port, prefix, World().take).report()
    assert daemon.lines()[name] == '1|g'
