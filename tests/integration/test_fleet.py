"""The servers that other tests break: each fixture does what it says."""

import time
from collections.abc import Callable

import psycopg
import pytest

from pgdog_gevent.demo.site import Site
from tests.integration.clients import eventually
from tests.integration.fleet import DATABASE, Fleet, numbers_written

SYSTEM_IDENTIFIER = 'SELECT system_identifier FROM pg_control_system()'
TIMELINE = "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"


def test_replicas_see_what_the_primary_has_committed(fleet: Fleet) -> None:
    fleet.execute('CREATE TABLE seen AS SELECT 1 AS n')
    for server in fleet.servers:
        assert server.execute('SELECT n FROM seen', DATABASE) == [(1,)]
    fleet.execute('DROP TABLE seen')


def test_a_frozen_server_keeps_its_connections_and_does_not_answer(fleet: Fleet) -> None:
    replica = fleet.replicas[0]
    with replica.connect() as connection:
        replica.freeze()
        try:
            with pytest.raises(psycopg.OperationalError, match='timeout'):
                psycopg.connect(replica.dsn(), connect_timeout=2)
        finally:
            replica.thaw()
        assert connection.execute('SELECT 1').fetchone() == (1,)


def test_a_frozen_server_can_be_stopped_and_killed(start_fleet: Callable[[int], Fleet]) -> None:
    fleet = start_fleet(1)
    [replica] = fleet.replicas
    began = time.monotonic()
    replica.freeze()
    replica.stop()
    replica.start()
    replica.freeze()
    replica.kill()
    assert not replica.running
    assert time.monotonic() - began < 10


def test_a_killed_server_comes_back_with_what_it_had_committed(start_fleet: Callable[[int], Fleet]) -> None:
    fleet = start_fleet(1)
    fleet.execute('CREATE TABLE written (n int)')
    fleet.execute('INSERT INTO written VALUES (1)')
    for server in fleet.servers:
        server.kill()
        server.start()
    fleet.execute('INSERT INTO written VALUES (2)')
    assert numbers_written(fleet.replicas[0]) == {1, 2}


def test_after_a_promotion_the_other_replica_follows_the_new_primary(start_fleet: Callable[[int], Fleet]) -> None:
    fleet = start_fleet(2)
    first, second = fleet.replicas
    fleet.execute('CREATE TABLE written (n int)')
    fleet.primary.kill()
    first.promote()
    second.follow(first)
    first.execute('INSERT INTO written VALUES (7)', DATABASE)
    second.catch_up(first)
    assert numbers_written(second) == {7}
    fleet.primary.start()
    assert fleet.primary.execute(TIMELINE) < first.execute(TIMELINE)
    assert fleet.primary.execute('SELECT pg_is_in_recovery()') == [(False,)]


def test_a_primary_that_was_stopped_rejoins_as_a_replica(start_fleet: Callable[[int], Fleet]) -> None:
    fleet = start_fleet(1)
    [replica] = fleet.replicas
    fleet.execute('CREATE TABLE written (n int)')
    fleet.primary.stop()
    replica.promote()
    rejoined = fleet.rejoin(fleet.primary, replica)
    replica.execute('INSERT INTO written VALUES (3)', DATABASE)
    rejoined.catch_up(replica)
    assert numbers_written(rejoined) == {3}
    replica.stop()
    rejoined.promote()
    assert numbers_written(rejoined) == {3}


def test_a_replica_that_forgets_its_primary_is_another_one_on_the_same_timeline(
    start_fleet: Callable[[int], Fleet],
) -> None:
    fleet = start_fleet(1)
    [replica] = fleet.replicas
    replica.forget_primary()
    assert replica.execute('SELECT pg_is_in_recovery()') == [(False,)]
    assert replica.execute(TIMELINE) == fleet.primary.execute(TIMELINE)
    assert replica.execute(SYSTEM_IDENTIFIER) == fleet.primary.execute(SYSTEM_IDENTIFIER)


def test_a_stranger_has_another_system_identifier(site: Site, fleet: Fleet) -> None:
    stranger = site.stranger('a_stranger')
    assert stranger.execute(SYSTEM_IDENTIFIER) != fleet.primary.execute(SYSTEM_IDENTIFIER)
    site.remove(stranger)


def test_a_delay_of_replay_begins_and_ends_with_a_reload(start_fleet: Callable[[int], Fleet]) -> None:
    fleet = start_fleet(1)
    [replica] = fleet.replicas
    fleet.execute('CREATE TABLE written (n int)')
    replica.configure('recovery_min_apply_delay', '1h')
    fleet.primary.execute('INSERT INTO written VALUES (1)', DATABASE)
    eventually(
        lambda: replica.execute('SELECT pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()') == [(True,)],
        'received and not replayed',
    )
    assert numbers_written(replica) == set()
    replica.configure('recovery_min_apply_delay', None)
    replica.catch_up(fleet.primary)
    assert numbers_written(replica) == {1}


def test_synchronous_replicas_have_what_was_acknowledged(start_fleet: Callable[[int], Fleet]) -> None:
    fleet = start_fleet(2)
    fleet.execute('CREATE TABLE written (n int)')
    fleet.replicate_synchronously()
    fleet.primary.execute('INSERT INTO written VALUES (1)', DATABASE)
    fleet.primary.kill()
    for replica in fleet.replicas:
        replica.promote()
        assert numbers_written(replica) == {1}
