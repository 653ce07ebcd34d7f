"""Money moves between shards while proxies, servers and connections are killed: all of a transfer is there, or nothing.

What a client was told is true, and nothing is left prepared.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from random import Random
from typing import Final

import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import ClusterSettings
from tests.crash.bank import ACCOUNTS, BALANCE, DATABASE, SHARDS, Bank
from tests.crash.tellers import Fate, Ledger, Tellers
from tests.integration.clients import eventually
from tests.integration.conftest import site, start_cluster

__all__ = ['site', 'start_cluster']

CLIENTS: Final = 50
SEED: Final = os.environ.get('BANK_SEED', '1')
KILLS: Final = int(os.environ.get('BANK_KILLS', '100'))


@pytest.fixture
def bank(start_cluster: Callable[[ClusterSettings], Cluster], tmp_path: Path) -> Iterator[Bank]:
    """Three shards on a server each, and two proxies."""
    bank = Bank(tuple(start_cluster(ClusterSettings()) for _ in range(SHARDS)))
    with closing(bank):
        bank.found(tmp_path)
        yield bank


class Chaos:
    """What goes wrong, in an order that is seeded. Runs in the thread that is to outlive the servers."""

    def __init__(self, bank: Bank, seed: str) -> None:
        self._bank = bank
        self._random = Random(seed)
        self._faults: list[Callable[[], None]] = []
        self.restarts = 0

    def run(self, kills: int) -> None:
        """Kill proxies so many times; the second one only in the second half, sometimes both at once."""
        first, second = self._bank.branches
        for number in range(kills):
            both = ((first,), (second,), (first, second))
            victims = (first,) if number < kills / 2 else self._random.choice(both)
            self._pause(1.0)
            for branch in victims:
                branch.kill()
            self._fault()
            self._pause(0.7)
            for branch in victims:
                branch.begin()
            self._pause(0.5)
            self._fault()
        self._pause(1.0)

    def _pause(self, longest: float) -> None:
        time.sleep(self._random.uniform(0, longest))

    def _fault(self) -> None:
        """The next one: all kinds come equally often."""
        if not self._faults:
            self._faults = [self._cut, self._cut, lambda: self._restart(immediate=False), self._crash, lambda: None]
            self._random.shuffle(self._faults)
        self._faults.pop()()

    def _cut(self) -> None:
        self._bank.cut(self._random.randrange(SHARDS))

    def _crash(self) -> None:
        self._restart(immediate=True)

    def _restart(self, *, immediate: bool) -> None:
        self._bank.shards[self._random.randrange(SHARDS)].restart(immediate=immediate)
        self.restarts += 1


def check(bank: Bank, ledger: Ledger) -> None:
    """All that has to be true when everybody has gone."""
    eventually(lambda: bank.prepared() == [], 'nothing is prepared any more')
    books = bank.books()
    assert ledger.unexplained == []
    assert list(ledger.contradictions(books)) == []
    assert books.wrong_balances == []
    assert books.money == ACCOUNTS * BALANCE
    eventually(lambda: bank.decisions() == [], 'decisions are forgotten')


def told(ledger: Ledger, kills: int, chaos: Chaos) -> str:
    counts = ', '.join(f'{ledger.count(fate)} {fate.value}' for fate in Fate)
    return f'{len(ledger.asked)} transfers: {counts}; {kills} kills, {chaos.restarts} restarts; {dict(ledger.errors)}'


def rob(bank: Bank, kills: int) -> Ledger:
    """Have clients work as long as everything is killed again and again; return what they were told."""
    chaos = Chaos(bank, SEED)
    with Tellers(bank.branches, CLIENTS, SEED) as tellers:
        chaos.run(kills)
    print(told(tellers.ledger, kills, chaos))
    return tellers.ledger


def test_no_money_is_lost_when_proxies_and_shards_are_killed(bank: Bank) -> None:
    ledger = rob(bank, 5)
    check(bank, ledger)
    assert ledger.count(Fate.COMMITTED) > 0


@pytest.mark.soak
@pytest.mark.timeout(KILLS * 10 + 300)
def test_no_money_is_lost_in_a_hundred_kills(bank: Bank) -> None:
    ledger = rob(bank, KILLS)
    check(bank, ledger)
    assert ledger.count(Fate.COMMITTED) > KILLS


def test_what_a_killed_proxy_has_prepared_is_finished_by_the_other(bank: Bank) -> None:
    first, second = bank.branches
    with Tellers(bank.branches, 20, SEED) as tellers:
        eventually(lambda: tellers.ledger.count(Fate.COMMITTED) > 100, 'clients are at work')
        with nobody_decides(bank):
            eventually(lambda: len(bank.prepared()) > 10, 'transfers wait for a decision')
            first.kill()
        eventually(lambda: 'recovered transaction' in second.log, 'the other proxy finishes what it finds')
    check(bank, tellers.ledger)


@contextmanager
def nobody_decides(bank: Bank) -> Iterator[None]:
    """Commits on several shards stop when all is prepared; some may be decided at the end of it, without a proxy."""
    with ExitStack() as locked:
        for shard in bank.shards:
            connection = locked.enter_context(shard.connect(DATABASE))
            locked.enter_context(connection.transaction())
            connection.execute('LOCK TABLE pgdog_gevent.decision IN SHARE MODE')
        yield
