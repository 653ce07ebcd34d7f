"""Passwords that clients type are judged by a server that can be asked, the primary first."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from pgdog_gevent import sqlstate
from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.config.settings import Config
from pgdog_gevent.demo.ports import LOOPBACK
from pgdog_gevent.errors import AuthenticationFailed, ServerUnreachable
from tests.conversation.stands import Door
from tests.unit.net.ends import until


@contextmanager
def judges(*roles: str) -> Iterator[tuple[Clusters, list[Door]]]:
    """Servers of these roles that may judge."""
    with ExitStack() as stack:
        doors = [stack.enter_context(Door()) for _ in roles]
        databases = [
            {'name': 'app', 'host': LOOPBACK, 'port': door.fake.port, 'role': role}
            for door, role in zip(doors, roles, strict=True)
        ]
        general = {'passthrough_auth': 'enabled_plain', 'connect_attempts': 1, 'checkout_timeout': 400}
        clusters = Clusters(Config.model_validate({'general': general, 'databases': databases}))
        yield clusters, doors
        until(lambda: not any(pool.total for pool in clusters.pools()))


def test_password_is_judged_by_the_primary() -> None:
    with judges('replica', 'primary') as (clusters, doors):
        clusters.judge('bob', 'app', 'typed')
        assert [door.knocks for door in doors] == [0, 1]
        assert clusters.find('bob', 'app') is not None


def test_password_is_judged_by_a_replica_when_the_primary_lets_nobody_in() -> None:
    with judges('primary', 'replica') as (clusters, doors):
        doors[0].sqlstate = sqlstate.CANNOT_CONNECT_NOW
        clusters.judge('bob', 'app', 'typed')
        assert clusters.find('bob', 'app') is not None


def test_password_that_the_primary_refuses_is_wrong() -> None:
    with judges('replica', 'primary') as (clusters, doors):
        doors[1].sqlstate = sqlstate.INVALID_PASSWORD
        with pytest.raises(AuthenticationFailed):
            clusters.judge('bob', 'app', 'typed')
        assert doors[0].knocks == 0


def test_password_is_not_judged_by_a_server_that_is_not_used() -> None:
    """A stale primary may still have one that has been changed."""
    with judges('auto', 'auto') as (clusters, doors):
        [fleet] = clusters.fleets
        old, new = fleet.hosts
        fleet.assign(new, {old: 'stale primary'}, '')
        doors[1].sqlstate = sqlstate.CANNOT_CONNECT_NOW
        with pytest.raises(ServerUnreachable, match='not you'):
            clusters.judge('bob', 'app', 'typed')
        assert doors[0].knocks == 0
