"""The session of a client that replicates: with a server connection of its own, bytes pass until one end goes.

While WAL streams, either side speaks when it likes, and a standby that takes nothing more must still be able to say
that it lives. So each direction has a greenlet that reads, sends, and waits for nobody else.
Source: PostgreSQL docs, "Streaming Replication Protocol".
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from time import monotonic, time
from typing import Final, NoReturn, Self

import gevent
from gevent import Greenlet

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connect import Target
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.config.choices import PoolerMode
from pgdog_gevent.errors import (
    ClientGone,
    DeadlockDetected,
    FeatureNotSupported,
    ProtocolViolation,
    ProxyError,
    ServerLost,
    ServerViolation,
    Severity,
    ShuttingDown,
)
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.frontend.deadlines import overdue_client
from pgdog_gevent.frontend.services import Services
from pgdog_gevent.frontend.session import PATIENCE
from pgdog_gevent.frontend.startup_settings import startup_settings
from pgdog_gevent.net.farewell import part
from pgdog_gevent.observe.snapshot import Activity, ClientView
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.codes import BACKEND_LIMITS, FRONTEND_LIMITS, Backend, Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.response import ErrorFields, TransactionStatus, transaction_status
from pgdog_gevent.protocol.startup import StartupMessage

_ASKS: Final = frozenset({Frontend.QUERY, Frontend.FUNCTION_CALL, Frontend.SYNC})
"""What a server answers with a ReadyForQuery."""
_REQUESTS: Final = frozenset(FRONTEND_LIMITS) - _ASKS - {Frontend.TERMINATE}
_ANSWERS: Final = frozenset(BACKEND_LIMITS) - {
    Backend.READY_FOR_QUERY, Backend.COPY_BOTH_RESPONSE, Backend.ERROR_RESPONSE,
}  # fmt: skip
_RECALLED: Final = 'terminating connection due to administrator command'
_NOT_PASSED: Final = frozenset({'user', 'database', 'replication'})


class ReplicationSession:
    """Serves one client from login to its end."""

    def __init__(
        self, client: Client, cluster: Cluster, services: Services, pool: Pool, connection: BackendConnection
    ) -> None:
        self.client = client
        self.cluster = cluster
        self._services = services
        self._pool = pool
        self._connection = connection
        self._owed = 0
        """How many ReadyForQuery are still to come."""
        self._silent_since = monotonic()
        self._last_words = b''
        """Those of the server."""
        self._ending: ProxyError | None = None
        connection.client_id = client.id
        connection.recall = partial(self.end, _RECALLED)

    @classmethod
    def open(cls, client: Client, cluster: Cluster, services: Services, startup: StartupMessage) -> Self:
        """Connect to the server, for this client only. Raises FeatureNotSupported, and what a pool raises."""
        _check(cluster)
        pool = cluster.writer(0)
        connection = pool.open_apart(lambda target: _target(target, startup))
        return cls(client, cluster, services, pool, connection)

    @property
    def parameters(self) -> Mapping[str, str]:
        """What the server has reported."""
        return self._connection.parameters

    def serve(self) -> None:
        """Pass bytes on until the client is told to go, or the server is gone.

        Raises ClientGone when the client has gone, with or without a good-bye.
        """
        try:
            self._relay()
        except ClientGone:
            raise
        except ProxyError as error:
            self.client.counters.errors += 1
            self._part(error)
        finally:
            self.close()

    def close(self) -> None:
        """Give up the server connection; what the server is doing nobody waits for any more."""
        if self.client.activity is Activity.ACTIVE:
            self._connection.cancel_if(lambda: True)
        self._pool.close_apart(self._connection)

    def _relay(self) -> NoReturn:
        answers, requests = gevent.spawn(_until_end, self._answers), gevent.spawn(_until_end, self._requests)
        try:
            while not gevent.wait((answers, requests), self._time_left(), count=1):
                pass
            if not answers.ready() and isinstance(requests.get(), ServerLost):
                # What the server said before it went may still be on its way to the client.
                answers.join(PATIENCE)
            raise (answers if answers.ready() else requests).get()
        finally:
            gevent.killall((answers, requests))

    def _part(self, error: ProxyError) -> None:
        if not self._connection.stream.mid_frame:
            last_words = self._last_words or response.error_response(error, Severity.FATAL)
            part(self.client.stream, last_words, PATIENCE)

    # From the client to the server

    def _requests(self) -> NoReturn:
        client, server = self.client.stream, self._connection.stream
        while True:
            while code := client.forward_buffered(server, _REQUESTS):
                if code == Frontend.QUERY:
                    self._services.check_size(client.peek_header()[1])
                if not client.whole_frame_buffered():
                    server.flush()
                self._request(client.read_frame(FRONTEND_LIMITS))
            server.flush()
            client.receive_more()

    def _request(self, frame: Frame) -> None:
        server = self._connection.stream
        if frame.code == Frontend.TERMINATE:
            server.flush()
            raise ClientGone('the client has said good-bye')
        self._owed += 1
        self.client.activity = Activity.ACTIVE
        self.client.last_request_at = self._connection.request_at = time()
        self.client.counters.queries += 1
        self._connection.counters.queries += 1
        server.write(frame.raw)

    # From the server to the client

    def _answers(self) -> NoReturn:
        client, server = self.client.stream, self._connection.stream
        while True:
            while server.forward_buffered(client, _ANSWERS):
                if not server.whole_frame_buffered():
                    client.flush()
                self._answer(server.read_frame(BACKEND_LIMITS))
            client.flush()
            server.receive_more()

    def _answer(self, frame: Frame) -> None:
        try:
            self._heed(frame)
        except ProtocolViolation as error:
            raise ServerViolation(error.message) from None
        self.client.stream.write(frame.raw)
        if self._ending is not None and self._resting:
            self.client.stream.flush()
            raise self._ending

    def _heed(self, frame: Frame) -> None:
        match frame.code:
            case Backend.READY_FOR_QUERY:
                self._ready(transaction_status(frame.body))
            case Backend.COPY_BOTH_RESPONSE:
                self.client.activity = Activity.COPY
            case Backend.ERROR_RESPONSE:
                self._connection.counters.errors += 1
                fields = ErrorFields.decode(frame.body)
                if fields.final:
                    self._last_words = frame.raw
                    raise ServerLost(fields.message)

    def _ready(self, status: TransactionStatus) -> None:
        self._connection.status = status
        self._owed = max(0, self._owed - 1)
        if not self._owed:
            idle = status is TransactionStatus.IDLE
            self.client.activity = Activity.IDLE if idle else Activity.IDLE_IN_TRANSACTION
            self._silent_since = monotonic()

    # Idleness

    @property
    def _resting(self) -> bool:
        """Whether nothing is under way that has an end of its own: a stream of WAL has none."""
        return self.client.activity in (Activity.IDLE, Activity.COPY)

    def _time_left(self) -> float | None:
        """Seconds after which to ask again whether the client has been silent for too long. Raises IdleTimeout."""
        general = self._services.general
        limits = {
            Activity.IDLE: ('client_idle_timeout', general.client_idle_timeout),
            Activity.IDLE_IN_TRANSACTION: (
                'client_idle_in_transaction_timeout', general.client_idle_in_transaction_timeout,
            ),
        }  # fmt: skip
        name, limit = limits.get(self.client.activity, ('', None))
        if limit is None:
            return min((other for _, other in limits.values() if other is not None), default=None)
        left = self._silent_since + limit - monotonic()
        if left <= 0:
            raise overdue_client(name, limit)
        return left

    # From outside

    def cancel(self) -> 'Greenlet[..., None] | None':
        """Cancel what the server does for the client, streaming included."""
        if self.client.activity is Activity.IDLE:
            return None
        return self._connection.cancel_if(lambda: self.client.activity is not Activity.IDLE)

    def end(self, reason: str) -> None:
        """End the session after its transaction or command; at once if it has none, or streams."""
        if self._ending is None:
            self._ending = ShuttingDown(reason)
            if self._resting:
                self.client.kill(reason)

    def check_time(self, now: float) -> None:
        """It looks at the clock itself."""

    @property
    def holdings(self) -> Holdings | None:
        """It has one server."""
        return None

    def end_deadlock(self, error: DeadlockDetected) -> None:
        """It is in none."""

    def view(self) -> ClientView:
        """A row of SHOW CLIENTS."""
        return self.client.view(pinned=True, replication=True, server_errors=self._connection.counters.errors)


def _until_end(relay: Callable[[], NoReturn]) -> ProxyError:
    """Run one direction and return what has ended it."""
    try:
        relay()
    except ProxyError as error:
        return error


def _check(cluster: Cluster) -> None:
    settings = cluster.settings
    if cluster.mode is not PoolerMode.SESSION:
        raise FeatureNotSupported(
            f'replication needs a connection for the whole session, and pooler_mode of user "{settings.user}" and '
            f'database "{settings.database}" is "{cluster.mode.value}"',
            hint='Set pooler_mode = "session" for this user or database.',
        )
    if cluster.guard is not None:
        raise FeatureNotSupported(
            f'replication of database "{settings.database}" is not possible: it sends the rows of all tenants'
        )
    if cluster.topology.shards > 1:
        raise FeatureNotSupported(
            f'replication of database "{settings.database}" is not possible: it has {cluster.topology.shards} shards'
        )


def _target(target: Target, startup: StartupMessage) -> Target:
    """The pool's target with what this client has said; the pool's own parameters give way, as to a SET."""
    said = {name: value for name, value in startup.parameters.items() if name not in _NOT_PASSED}
    settings = startup_settings(startup.parameters)
    ours = {name: value for name, value in target.parameters.items() if name not in settings}
    return replace(target, parameters={**ours, **said, 'replication': startup.replication.value})
