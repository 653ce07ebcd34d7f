"""Plain numbers that a pool and its connections count; ``observe`` reads them."""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final, Self

# Seconds. From a fifth of a millisecond, a query served from memory, to what people call an outage.
BOUNDS: Final = (
    0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0,
)  # fmt: skip


class Histogram:
    """Counts durations by ``BOUNDS``; the last count is of what exceeds them all."""

    __slots__ = ('counts', 'sum')

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.sum = 0.0

    @classmethod
    def of(cls, durations: Iterable[float]) -> Self:
        """Of many durations at once."""
        histogram = cls()
        counts = histogram.counts
        for seconds in durations:
            counts[bisect_left(BOUNDS, seconds) if seconds else 0] += 1
            histogram.sum += seconds
        return histogram

    def add(self, other: Self) -> None:
        """Count in what another has counted."""
        self.counts = [one + more for one, more in zip(self.counts, other.counts, strict=True)]
        self.sum += other.sum

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds) if seconds else 0] += 1
        self.sum += seconds


class ClientCounters:
    """What one client has asked for and got. Times are seconds."""

    __slots__ = (
        'errors', 'queries', 'query_time', 'transaction_time', 'transactions', 'transactions_2pc', 'turn_time', 'turns',
        'wait_time',
    )  # fmt: skip

    def __init__(self) -> None:
        self.queries = 0
        self.transactions = 0
        self.transactions_2pc = 0
        """Those of them that were committed in two phases."""
        self.wait_time = 0.0
        self.query_time = 0.0
        self.transaction_time = 0.0
        self.turns = 0
        """Queries that were transactions of their own: they are counted as both by ``fold_turns``."""
        self.turn_time = 0.0
        self.errors = 0
        """Those of the proxy; a server's are counted where they pass."""


class ServerCounters:
    """What one server connection has done. Times are seconds."""

    __slots__ = (
        'binds', 'closes', 'errors', 'evictions', 'healthchecks', 'idle_in_transaction_time', 'parses', 'queries',
        'query_time', 'rollbacks', 'rows_deleted', 'rows_inserted', 'rows_updated', 'transaction_time', 'transactions',
        'transactions_2pc', 'turn_time', 'turns',
    )  # fmt: skip

    def __init__(self) -> None:
        self.binds = 0
        self.closes = 0
        self.errors = 0
        self.evictions = 0
        self.healthchecks = 0
        self.idle_in_transaction_time = 0.0
        self.parses = 0
        self.queries = 0
        self.query_time = 0.0
        self.rollbacks = 0
        self.rows_deleted = 0
        self.rows_inserted = 0
        self.rows_updated = 0
        self.transaction_time = 0.0
        self.transactions = 0
        self.transactions_2pc = 0
        """As that of ``ClientCounters``: each connection counts its part."""
        self.turns = 0
        """As those of ``ClientCounters``."""
        self.turn_time = 0.0

    def add(self, other: 'ServerCounters') -> None:
        """Take over the numbers of a connection that has ended."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def count_tag(self, tag: bytes, *, copied_in: bool = False) -> None:
        """Count the rows that a CommandComplete tells of, such as ``INSERT 0 5``.

        The tag of a COPY does not say its direction: ``copied_in`` does.
        """
        kind = tag[: tag.find(b' ')]
        if kind not in _COUNTED and not (copied_in and kind == b'COPY'):
            return
        number = tag[tag.rfind(b' ') + 1 :].rstrip(b'\0')
        if number.isdigit() and len(number) <= _MOST_DIGITS:
            rows = int(number)
            if kind == b'UPDATE':
                self.rows_updated += rows
            elif kind == b'DELETE':
                self.rows_deleted += rows
            else:
                self.rows_inserted += rows


def fold_turns(counters: ClientCounters | ServerCounters) -> None:
    """Bring queries, transactions and their times up to date."""
    turns, counters.turns = counters.turns, 0
    taken, counters.turn_time = counters.turn_time, 0.0
    counters.queries += turns
    counters.transactions += turns
    counters.query_time += taken
    counters.transaction_time += taken


_COUNTED: Final = frozenset({b'INSERT', b'UPDATE', b'DELETE'})
_MOST_DIGITS: Final = 20
"""Those of the largest uint64, which PostgreSQL counts rows with."""


class PoolCounters:
    """What a pool has done, beside what its connections count themselves."""

    __slots__ = (
        'assignments',
        'auth_attempts',
        'checkout_timeouts',
        'cleaned',
        'connect_errors',
        'connect_time',
        'connects',
        'force_closed',
        'out_of_sync',
        'query_histogram',
        're_synced',
        'reads',
        'transaction_histogram',
        'turns',
        'wait_histogram',
        'wait_time',
        'waits',
    )  # fmt: skip

    def __init__(self) -> None:
        self.assignments = 0
        self.auth_attempts = 0
        self.checkout_timeouts = 0
        self.cleaned = 0
        self.connect_errors = 0
        self.connect_time = 0.0
        self.connects = 0
        self.force_closed = 0
        self.out_of_sync = 0
        self.re_synced = 0
        self.reads = 0
        """Assignments to those who only read, where there is a choice of servers."""
        self.wait_time = 0.0
        self.query_histogram = Histogram()
        self.transaction_histogram = Histogram()
        self.wait_histogram = Histogram()
        self.waits: list[float] = []
        """Seconds that clients have waited for a connection: the histogram gets them by ``fold``."""
        self.turns: list[float] = []
        """Seconds that queries took which were transactions of their own: the histograms get them by ``fold``."""

    def fold(self) -> None:
        """Bring the histograms up to date."""
        turns, self.turns = self.turns, []
        waited, self.waits = self.waits, []
        self.wait_histogram.add(Histogram.of(waited))
        waits = self.wait_histogram.counts
        waits[0] += self.assignments - sum(waits)  # Those for which nobody has waited are counted only once.
        self.query_histogram.add(same := Histogram.of(turns))
        self.transaction_histogram.add(same)
