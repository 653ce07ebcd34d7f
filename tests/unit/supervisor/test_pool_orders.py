"""What a worker is asked to do to pools, which it knows by other numbers than all do."""

from collections.abc import Iterable
from typing import cast

import pytest

from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.daemon import Daemon
from pgdog_gevent.supervisor.borrowing import Borrowing
from pgdog_gevent.supervisor.duties import Duties
from pgdog_gevent.supervisor.messages import FromWorker, Known, Refusal
from pgdog_gevent.supervisor.orders import Ban, HealthCheck, Order, Recover, Unban
from tests.unit.pools import clusters


class Worker:
    """A worker of two pools, which are 71 and 72 in all workers."""

    def __init__(self) -> None:
        self.sent: list[FromWorker] = []
        self.checked: list[Pool] = []
        self.borrowing = Borrowing(self.sent.append, 0, 2)
        self.clusters = clusters(self.borrowing)
        self.pools = tuple(self.clusters.pools())
        self._duties = Duties(cast(Daemon, self), self.borrowing)
        for number, pool in enumerate(self.pools, 71):
            self.borrowing.take(Known(pool.id, number, False, False))

    def check_health(self, pools: Iterable[Pool]) -> None:
        """As the Daemon's."""
        self.checked += pools

    def recover(self) -> tuple[str, ...]:
        return ('app: shard 1 cannot be reached',)

    def told(self, order: Order) -> object:
        return self._duties.carry_out(order)

    @property
    def banned(self) -> list[bool]:
        return [not pool.standing.usable for pool in self.pools]


@pytest.fixture
def worker() -> Worker:
    return Worker()


def test_the_number_that_all_know_chooses_the_pool(worker: Worker) -> None:
    assert worker.told(Ban(72)) is None
    assert worker.banned == [False, True]
    assert worker.told(Unban(71)) is None
    assert worker.banned == [False, True]
    assert worker.told(Unban(72)) is None
    assert worker.banned == [False, False]


def test_no_number_means_every_pool(worker: Worker) -> None:
    worker.told(Ban(None))
    assert worker.banned == [True, True]
    worker.told(Unban(None))
    assert worker.banned == [False, False]


def test_servers_are_checked_of_the_pools_that_are_named(worker: Worker) -> None:
    worker.told(HealthCheck(72))
    assert worker.checked == [worker.pools[1]]
    worker.told(HealthCheck(None))
    assert worker.checked == [worker.pools[1], *worker.pools]


@pytest.mark.parametrize('order', [Ban, Unban, HealthCheck])
@pytest.mark.parametrize('number', [0, 1, 2, 73])
def test_a_worker_without_the_pool_refuses(
    worker: Worker, order: type[Ban | Unban | HealthCheck], number: int
) -> None:
    refusal = worker.told(order(number))
    assert refusal == Refusal('42704', f'there is no pool {number}', hint='SHOW POOLS lists them.')
    assert worker.banned == [False, False]
    assert worker.checked == []


def test_a_pool_that_others_have_banned_is_banned_from_the_beginning(worker: Worker) -> None:
    first = worker.pools[0]
    worker.borrowing.take(Known(first.id, 71, False, True))
    assert worker.banned == [True, False]
    assert not first.paused
    assert worker.told(Unban(71)) is None
    assert worker.banned == [False, False]


def test_a_worker_that_cannot_recover_refuses_with_the_reasons(worker: Worker) -> None:
    refusal = worker.told(Recover())
    assert isinstance(refusal, Refusal)
    assert (refusal.sqlstate, refusal.detail) == ('55000', 'app: shard 1 cannot be reached')
