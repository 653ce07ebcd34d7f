"""What an administrator of one worker has all do, and when that has failed."""

from collections.abc import Callable
from typing import cast

import pytest

from pgdog_gevent.config.settings import Config
from pgdog_gevent.errors import ProxyError
from pgdog_gevent.supervisor.administration import SharedAdministration
from pgdog_gevent.supervisor.colleagues import Colleagues
from pgdog_gevent.supervisor.messages import Everybody, Refusal, Wish
from pgdog_gevent.supervisor.orders import Ban, HealthCheck, Recover, Unban

UNKNOWN = Refusal('42704', 'there is no pool 3', hint='SHOW POOLS lists them.')


class Others:
    """Workers that give these answers to everything."""

    def __init__(self, *answers: object) -> None:
        self.wishes: list[Wish] = []
        self._answers = list(answers)

    def ask(self, wish: Wish, timeout: float | None = None) -> list[object]:
        self.wishes.append(wish)
        return self._answers


def shared(others: Others) -> SharedAdministration:
    return SharedAdministration(cast(Colleagues, others), Config)


ORDERS = [
    pytest.param(lambda proxy: proxy.ban(3), Ban(3), id='ban'),
    pytest.param(lambda proxy: proxy.unban(3), Unban(3), id='unban'),
    pytest.param(lambda proxy: proxy.health_check(3), HealthCheck(3), id='health check'),
]


@pytest.mark.parametrize(('act', 'order'), ORDERS)
def test_all_are_asked_and_one_that_has_the_pool_is_enough(
    act: Callable[[SharedAdministration], None], order: Ban | Unban | HealthCheck
) -> None:
    others = Others(UNKNOWN, None)
    act(shared(others))
    assert others.wishes == [Everybody(order)]


@pytest.mark.parametrize(('act', 'order'), ORDERS)
def test_a_pool_that_nobody_has_is_an_error(
    act: Callable[[SharedAdministration], None], order: Ban | Unban | HealthCheck
) -> None:
    with pytest.raises(ProxyError) as refused:
        act(shared(Others(UNKNOWN, UNKNOWN)))
    assert (refused.value.sqlstate, refused.value.message) == ('42704', 'there is no pool 3')
    assert refused.value.hint == 'SHOW POOLS lists them.'


def test_all_recover() -> None:
    others = Others(None, None)
    shared(others).recover()
    assert others.wishes == [Everybody(Recover())]


def test_one_that_could_not_recover_is_told_of_though_others_could() -> None:
    failed = Refusal('55000', 'transactions in doubt could not be recovered', 'app: shard 1 cannot be reached')
    with pytest.raises(ProxyError) as refused:
        shared(Others(None, failed)).recover()
    assert (refused.value.sqlstate, refused.value.detail) == ('55000', 'app: shard 1 cannot be reached')
