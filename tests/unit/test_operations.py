"""What the admin database has one process do to its pools."""

from collections.abc import Callable, Iterable
from typing import cast

import pytest

from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.daemon import Daemon
from pgdog_gevent.errors import NotRecovered, UnknownPool
from pgdog_gevent.operations import Operations
from tests.unit.pools import clusters


class Proxy:
    """Of a Daemon, what Operations needs for pools."""

    def __init__(self) -> None:
        self.clusters = clusters()
        self.pools = tuple(self.clusters.pools())
        self.checked: list[Pool] = []
        self.unrecovered: tuple[str, ...] = ()
        self.operations = Operations(cast(Daemon, self))

    def check_health(self, pools: Iterable[Pool]) -> None:
        self.checked += pools

    def recover(self) -> tuple[str, ...]:
        return self.unrecovered

    @property
    def banned(self) -> list[bool]:
        return [not pool.standing.usable for pool in self.pools]


@pytest.fixture
def proxy() -> Proxy:
    return Proxy()


def test_a_pool_is_banned_and_trusted_again_by_its_number(proxy: Proxy) -> None:
    number = proxy.pools[1].id
    proxy.operations.ban(number)
    assert proxy.banned == [False, True]
    proxy.operations.unban(proxy.pools[0].id)
    assert proxy.banned == [False, True]
    proxy.operations.unban(number)
    assert proxy.banned == [False, False]


def test_without_a_number_it_is_every_pool(proxy: Proxy) -> None:
    proxy.operations.ban(None)
    assert proxy.banned == [True, True]
    proxy.operations.unban(None)
    assert proxy.banned == [False, False]


def test_health_is_checked_of_the_pools_that_are_meant(proxy: Proxy) -> None:
    proxy.operations.health_check(proxy.pools[1].id)
    assert proxy.checked == [proxy.pools[1]]
    proxy.operations.health_check(None)
    assert proxy.checked == [proxy.pools[1], *proxy.pools]


@pytest.mark.parametrize('order', [Operations.ban, Operations.unban, Operations.health_check])
def test_a_pool_that_does_not_exist_is_an_error(
    proxy: Proxy, order: Callable[[Operations, int], None]
) -> None:
    with pytest.raises(UnknownPool, match='there is no pool 99') as refused:
        order(proxy.operations, 99)
    assert (refused.value.sqlstate, refused.value.hint) == ('42704', 'SHOW POOLS lists them.')


def test_what_is_recovered_everywhere_needs_no_words(proxy: Proxy) -> None:
    proxy.operations.recover()


def test_databases_that_could_not_be_recovered_are_named(proxy: Proxy) -> None:
    proxy.unrecovered = 'app: shard 1 cannot be reached', 'shop: permission denied'
    with pytest.raises(NotRecovered) as refused:
        proxy.operations.recover()
    assert (refused.value.sqlstate, refused.value.detail) == (
        '55000', 'app: shard 1 cannot be reached\nshop: permission denied',
    )  # fmt: skip
