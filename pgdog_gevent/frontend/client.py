"""Who is connected, what it has done so far, and how others end its session."""

from collections.abc import Mapping
from time import time

import gevent
from greenlet import getcurrent, greenlet

from pgdog_gevent.backend.counters import ClientCounters, fold_turns
from pgdog_gevent.errors import ShuttingDown
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.observe.snapshot import Activity, ClientView


class Client:
    """A client that has proven who it is. Times are seconds; ``secret`` is its cancel key.

    Its session belongs to the greenlet that makes it.
    """

    __slots__ = (
        'activity',
        'address',
        'application_name',
        'connected_at',
        'counters',
        'database',
        'greenlet',
        'greeting',
        'id',
        'last_request_at',
        'port',
        'secret',
        'stream',
        'user',
    )  # fmt: skip

    def __init__(
        self, *, id: int, secret: bytes, user: str, database: str, address: str, port: int, stream: Stream,
        application_name: str = '',
    ) -> None:  # fmt: skip
        self.id = id
        self.secret = secret
        self.user = user
        self.database = database
        self.address = address
        self.port = port
        self.stream = stream
        self.application_name = application_name
        self.greeting: Mapping[str, str] = {}
        """The parameters that it has been told when it logged in."""
        self.connected_at = time()
        self.last_request_at = 0.0
        """0 before the first one."""
        self.activity = Activity.IDLE
        self.counters = ClientCounters()
        self.greenlet: greenlet = getcurrent()

    def kill(self, reason: str) -> None:
        """End its session now."""
        gevent.kill(self.greenlet, ShuttingDown(reason))

    def view(
        self, *, pinned: bool = False, replication: bool = False, prepared_statements: int = 0, server_errors: int = 0
    ) -> ClientView:
        """A row of SHOW CLIENTS."""
        fold_turns(self.counters)
        return ClientView(
            id=self.id,
            user=self.user,
            database=self.database,
            address=self.address,
            port=self.port,
            state=self.activity,
            replication=replication,
            connected_at=self.connected_at,
            last_request_at=self.last_request_at or None,
            queries=self.counters.queries,
            transactions=self.counters.transactions,
            transactions_2pc=self.counters.transactions_2pc,
            wait_time=self.counters.wait_time,
            query_time=self.counters.query_time,
            transaction_time=self.counters.transaction_time,
            bytes_received=self.stream.bytes_received,
            bytes_sent=self.stream.bytes_sent,
            errors=self.counters.errors + server_errors,
            application_name=self.application_name,
            locked=pinned,
            prepared_statements=prepared_statements,
            tls=self.stream.tls is not None,
        )
