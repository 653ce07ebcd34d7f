"""How long requests and transactions take: counted for the client, its server and the pool."""

from time import monotonic, time

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.counters import PoolCounters, ServerCounters
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.protocol.response import TransactionStatus


class Accounting:
    """The stopwatch of one session."""

    __slots__ = ('_client', '_counters', '_idle_since', '_queries', '_request', '_transaction')

    def __init__(self, client: Client) -> None:
        self._client = client
        self._counters = client.counters
        self._request = 0.0
        self._transaction = 0.0
        self._idle_since = 0.0
        self._queries = 0

    def begin(self, *, query: bool) -> None:
        """A message of a request has come; the first one starts the clock.

        A ``query`` is what has something executed: a server counts it as well, when it gets it.
        """
        if query:
            self._queries += 1
            self._counters.queries += 1
        if self._request:
            return
        self._request = monotonic()
        if not self._transaction:
            self._transaction = self._request
        self._client.last_request_at = time()

    def begun(self, started: float) -> None:
        """The request whose messages come next has begun at ``started``."""
        self._request = started
        if not self._transaction:
            self._transaction = started
        self._client.last_request_at = time() - (monotonic() - started)

    def broken_off(self, connection: BackendConnection | None, queries: int) -> None:
        """What a turn asks for, ``connection`` has been sent and nobody answers."""
        self._counters.queries += queries
        if connection is not None:
            connection.counters.queries += queries

    def finish(self, connection: BackendConnection, pool: PoolCounters, status: TransactionStatus) -> None:
        """The request has been answered."""
        now = monotonic()
        client, server = self._counters, connection.counters
        taken = now - self._request
        client.query_time += taken
        server.query_time += taken
        if self._queries:
            pool.query_histogram.observe(taken)
            self._queries = 0
        if self._idle_since:
            server.idle_in_transaction_time += self._request - self._idle_since
        self._request = 0.0
        self._idle_since = now
        if status is TransactionStatus.IDLE:
            self._transaction_ends(server, pool, now)

    def turn(
        self, connection: BackendConnection, pool: PoolCounters, started: float, now: float, queries: int, idle: bool
    ) -> None:
        """As ``begin`` and ``finish``, for a whole turn from ``started`` to ``now``; ``idle`` afterwards or not."""
        client, server = self._counters, connection.counters
        taken = now - started
        if idle and queries == 1 and not self._transaction:
            client.turns += 1
            client.turn_time += taken
            server.turns += 1
            server.turn_time += taken
            pool.turns.append(taken)
        else:
            client.query_time += taken
            server.query_time += taken
            client.queries += queries
            server.queries += queries
            if queries:
                pool.query_histogram.observe(taken)
            self._part_of_transaction(server, pool, started, now, idle)

    def _part_of_transaction(
        self, server: ServerCounters, pool: PoolCounters, started: float, now: float, idle: bool
    ) -> None:
        if self._idle_since:
            server.idle_in_transaction_time += started - self._idle_since
        self._transaction = self._transaction or started
        self._idle_since = now
        if idle:
            self._transaction_ends(server, pool, now)

    def _transaction_ends(self, server: ServerCounters, pool: PoolCounters, now: float) -> None:
        client = self._counters
        whole = now - self._transaction
        client.transactions += 1
        client.transaction_time += whole
        server.transactions += 1
        server.transaction_time += whole
        pool.transaction_histogram.observe(whole)
        self._transaction = self._idle_since = 0.0

    def abandon(self) -> None:
        """The request and its transaction have come to nothing."""
        self._request = self._transaction = self._idle_since = 0.0
        self._queries = 0
