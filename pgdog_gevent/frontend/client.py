"""Who is connected, what it has done so far, and how others end its session."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import time

import gevent
from greenlet import getcurrent, greenlet

from pgdog_gevent.backend.counters import ClientCounters
from pgdog_gevent.errors import ShuttingDown
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.observe.snapshot import Activity, ClientView


@dataclass(slots=True)
class Client:
    """A client that has proven who it is. Times are seconds; ``secret`` is its cancel key.

    Its session belongs to the greenlet that makes it.
    """

    id: int
    secret: bytes = field(repr=False)
    user: str
    database: str
    address: str
    port: int
    stream: Stream = field(repr=False)
    application_name: str = ''
    greeting: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The parameters that it has been told when it logged in."""
    connected_at: float = field(default_factory=time)
    last_request_at: float | None = None
    activity: Activity = Activity.IDLE
    counters: ClientCounters = field(default_factory=ClientCounters, repr=False)
    greenlet: greenlet = field(default_factory=getcurrent, repr=False)

    def kill(self, reason: str) -> None:
        """End its session now."""
        gevent.kill(self.greenlet, ShuttingDown(reason))

    def view(
        self, *, pinned: bool = False, replication: bool = False, prepared_statements: int = 0, server_errors: int = 0
    ) -> ClientView:
        """A row of SHOW CLIENTS."""
        return ClientView(
            id=self.id,
            user=self.user,
            database=self.database,
            address=self.address,
            port=self.port,
            state=self.activity,
            replication=replication,
            connected_at=self.connected_at,
            last_request_at=self.last_request_at,
            queries=self.counters.queries,
            transactions=self.counters.transactions,
            transactions_2pc=0,
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
