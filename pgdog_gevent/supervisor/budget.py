"""Who has been lent how many of the permits of one pool, and who has to give some back. Pure.

A permit is at one borrower, or here. What is asked back comes when it comes: a permit in use is never taken. Those who
are asked give in the order in which their own clients and those of others have begun to wait.

Who wants more is entitled to a part of all permits that is as large as its part of all that is wanted. What others
have beyond theirs is asked of them, of all at once, as nobody can tell who is the first to have one to spare; what
comes too much is lent again. One who has nothing is given something even if nobody has too much: then they take turns.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

B = TypeVar('B')


@dataclass(frozen=True, slots=True)
class Lend(Generic[B]):
    """A borrower has so many more."""

    borrower: B
    permits: int


@dataclass(frozen=True, slots=True)
class Recall(Generic[B]):
    """A borrower is to have given back so many in all, since it joined; this holds until it is told otherwise."""

    borrower: B
    returned: int


Step = Lend[B] | Recall[B]


@dataclass(slots=True)
class _Account:
    share: int
    """What it has while nobody wants more."""
    lent: int = 0
    need: int = 0
    """How many it could use, or has used a moment ago; 0 if none of its clients has waited lately."""
    waits: bool = False
    """Whether one of its clients waits."""
    returned: int = 0
    asked: int = 0
    """How many it still has to give back."""
    turn: int = 0
    """Greater than that of another who has been lent something earlier."""

    @property
    def wants(self) -> bool:
        return self.waits and self.need > self.lent


class Budget(Generic[B]):
    """The permits of one pool. Every change returns what follows from it."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._accounts: dict[B, _Account] = {}
        self._turns = 0

    @property
    def free(self) -> int:
        """Permits that are lent to nobody; less than none after the pool was made smaller."""
        return self.size - sum(account.lent for account in self._accounts.values())

    @property
    def borrowers(self) -> tuple[B, ...]:
        return tuple(self._accounts)

    def lent(self, borrower: B) -> int:
        """How many a borrower has."""
        return self._accounts[borrower].lent

    def join(self, borrower: B, share: int) -> list[Step[B]]:
        """Somebody wants to borrow; ``share`` is what it gets at once, if there is as much."""
        self._accounts.setdefault(borrower, _Account(share)).share = share
        return self._settle()

    def leave(self, borrower: B) -> list[Step[B]]:
        """A borrower has gone; what it had is free."""
        self._accounts.pop(borrower, None)
        return self._settle()

    def want(self, borrower: B, need: int, *, waits: bool) -> list[Step[B]]:
        """A borrower could use so many, and has clients that wait, or has not.

        What it needs without waiting for it, it keeps against others up to its part; 0 means that it has had enough
        for a while.
        """
        account = self._accounts.get(borrower)
        if account is not None:
            account.need, account.waits = need, waits
        return self._settle()

    def give_back(self, borrower: B, permits: int) -> list[Step[B]]:
        """A borrower has given permits back."""
        account = self._accounts.get(borrower)
        if account is not None:
            account.lent -= permits
            account.returned += permits
            account.asked = max(0, account.asked - permits)
        return self._settle()

    def resize(self, size: int) -> list[Step[B]]:
        """There are more permits now, or fewer."""
        self.size = size
        return self._settle()

    def check_invariants(self) -> None:
        """Raise AssertionError if permits have come from nowhere, or are kept from those who want them."""
        accounts = self._accounts.values()
        assert all(account.lent >= account.asked >= 0 for account in accounts)
        wanting = [account for account in accounts if account.wants]
        assert not wanting or self.free <= 0
        starves = any(not account.lent for account in wanting)
        assert not starves or self.size <= 0 or any(account.asked for account in accounts)

    def _settle(self) -> list[Step[B]]:
        return [*self._lend(), *self._recall()]

    # Lending

    def _lend(self) -> Iterator[Lend[B]]:
        """To those who want, and then to those who have less than their share."""
        before = {borrower: account.lent for borrower, account in self._accounts.items()}
        free = self.free
        while free > 0 and (account := self._poorest()) is not None:
            account.lent += 1
            self._turns += 1
            account.turn = self._turns
            free -= 1
        for borrower, account in self._accounts.items():
            if account.lent > before[borrower]:
                yield Lend(borrower, account.lent - before[borrower])

    def _poorest(self) -> _Account | None:
        accounts = self._accounts.values()
        wanting = [account for account in accounts if account.wants]
        if wanting:
            return min(wanting, key=lambda account: (account.lent / account.need, account.turn))
        return next((account for account in accounts if account.lent < account.share), None)

    # Asking back

    def _recall(self) -> Iterator[Recall[B]]:
        wanted = self._wanted_back()
        for borrower, account in self._accounts.items():
            asked = min(wanted.get(borrower, 0), account.lent)
            if asked != account.asked:
                account.asked = asked
                yield Recall(borrower, account.returned + asked)

    def _wanted_back(self) -> dict[B, int]:
        """How many each borrower should give back."""
        total = sum(account.need for account in self._accounts.values())
        keeps = {borrower: self._entitled(account, total) for borrower, account in self._accounts.items()}
        missing = sum(
            max(0, keeps[borrower] - account.lent) for borrower, account in self._accounts.items() if account.wants
        )
        wanted = {
            borrower: min(missing, account.lent - keeps[borrower])
            for borrower, account in self._accounts.items()
            if account.lent > keeps[borrower]
        } if missing else {}  # fmt: skip
        if missing and not wanted:
            wanted = self._by_turns()
        self._add_excess(wanted)
        return wanted

    def _entitled(self, account: _Account, total: int) -> int:
        """How many it may keep or can expect; ``total`` is what all need together."""
        return min(account.need, max(1, self.size * account.need // total)) if account.need else 0

    def _by_turns(self) -> dict[B, int]:
        """For each that has nothing, one of those who were lent something earliest."""
        hungry = sum(account.wants and not account.lent for account in self._accounts.values())
        having = [borrower for borrower, account in self._accounts.items() if account.lent]
        having.sort(key=lambda borrower: self._accounts[borrower].turn)
        return dict.fromkeys(having[:hungry], 1)

    def _add_excess(self, wanted: dict[B, int]) -> None:
        """After the pool was made smaller: from those who have most."""
        excess = -self.free
        for borrower, account in sorted(self._accounts.items(), key=lambda item: -item[1].lent):
            if excess > 0:
                more = min(excess, account.lent - wanted.get(borrower, 0))
                wanted[borrower] = wanted.get(borrower, 0) + more
                excess -= more
