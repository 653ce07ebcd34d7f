"""One client's session: the loop, its waiting and its end. Errors of the proxy leave here."""

from typing import Final

import gevent
from gevent import Greenlet
from gevent.hub import get_hub

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.errors import (
    CanceledByUser,
    CannotConnectNow,
    ClientAbandoned,
    ClientGone,
    DeadlockDetected,
    PoolTimeout,
    ProxyError,
    ServerLost,
    ServerUnreachable,
    Severity,
    ShuttingDown,
)
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.frontend.deadlines import overdue_client
from pgdog_gevent.frontend.deadlocked import end_deadlock
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.frontend.lane import Lane
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.requests import Requests
from pgdog_gevent.frontend.services import Services
from pgdog_gevent.net.farewell import part
from pgdog_gevent.observe.snapshot import Activity, ClientView
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.codes import FRONTEND_LIMITS, Frontend
from pgdog_gevent.protocol.frames import Frame

_ENDS_TURN: Final = frozenset((Frontend.QUERY, Frontend.FUNCTION_CALL, Frontend.SYNC, Frontend.FLUSH))
_NO_SERVER: Final = (CannotConnectNow, PoolTimeout, ServerUnreachable, ServerLost)
PATIENCE: Final = 0.5
"""Seconds that a client has to take the message that ends its session."""


class Session:
    """Serves one client from login to its end."""

    __slots__ = ('__weakref__', '_ending', '_lane', '_requests', '_services', '_stream', 'client', 'cluster')

    def __init__(self, client: Client, cluster: Cluster, services: Services, parameters: Parameters) -> None:
        self.client = client
        self.cluster = cluster
        self._services = services
        self._stream = client.stream
        exchange = Exchange(client, cluster, services, parameters)
        self._requests = Requests(exchange)
        self._lane = Lane(exchange, self._requests)
        self._ending = ''
        """Why it is to end after its transaction; empty if it is not."""

    def serve(self) -> None:
        """Answer requests until the client terminates or is told to go. Raises ClientGone."""
        try:
            while self._turn():
                pass
        except ClientGone:
            raise
        except ProxyError as error:
            error.__traceback__ = None  # It has frames that have the error: a circle, with all of the session in it.
            part(self._stream, response.error_response(error, Severity.FATAL), PATIENCE)
        finally:
            self._requests.close()

    def _turn(self) -> bool:
        if self._lane.open and self._serve_lane():
            return True
        if self._ending and self._requests.resting:
            raise ShuttingDown(self._ending)
        frame = self._next_frame()
        while frame.code != Frontend.TERMINATE:
            try:
                self._requests.take(frame)
            except ClientGone:
                raise
            except ProxyError as error:
                self._fail(error, frame.code)
            if frame.code in _ENDS_TURN or not self._stream.whole_frame_buffered():
                self._stream.flush()
                return True
            frame = self._buffered_frame()
        return False

    def _serve_lane(self) -> bool:
        try:
            return self._lane.serve()
        except ProxyError as error:
            if isinstance(error, ClientGone) or not self._lane.code:
                raise
            self._fail(error, self._lane.code)
            self._stream.flush()
            return True

    # Waiting

    def _next_frame(self) -> Frame:
        client, connection, general = self.client, self._requests.binding.connection, self._services.general
        resting = self._requests.resting
        client.activity = Activity.IDLE if resting else Activity.IDLE_IN_TRANSACTION
        limit = general.client_idle_timeout if resting else general.client_idle_in_transaction_timeout
        if limit is not None:
            name = 'client_idle_timeout' if resting else 'client_idle_in_transaction_timeout'
            with gevent.Timeout(limit, overdue_client(name, limit)):
                self._await_client(connection)
        elif connection is not None:
            self._await_client(connection)
        frame = self._buffered_frame()
        client.activity = Activity.ACTIVE
        return frame

    def _buffered_frame(self) -> Frame:
        """The next frame. Waits only for what is missing of it."""
        if self._services.general.query_size_limit is not None:
            self._check_size()
        return self._stream.read_frame(FRONTEND_LIMITS)

    def _await_client(self, connection: BackendConnection | None) -> None:
        """Wait for the client; if it holds a server connection, watch that as well."""
        stream = self._stream
        while not stream.readable_now:
            if connection is None:
                stream.peek_byte()
            elif connection.stream.whole_frame_buffered() or stream.wait_either(connection.stream) is not stream:
                connection = self._hear_server(connection)
            else:
                stream.receive_waiting()

    def _hear_server(self, connection: BackendConnection) -> BackendConnection | None:
        """The server says something unasked; ``None`` if that is its end."""
        try:
            self._requests.relay.answers.unasked(connection)
        except ServerLost as error:
            if not self._requests.give_up(error):
                raise
            self._requests.report_later(error)
            return None
        return connection

    def _check_size(self) -> None:
        code, size = self._stream.peek_header()
        if code in (Frontend.QUERY, Frontend.PARSE):
            self._services.check_size(size)

    # Errors

    def _fail(self, error: ProxyError, code: int) -> None:
        """Tell the client, and go on if that is possible. Raises what ends the session."""
        self.client.counters.errors += 1
        connection = self._requests.binding.connection
        if self._stream.torn or (connection is not None and connection.stream.mid_frame):
            raise ClientAbandoned(f'disconnected in the middle of a message: {error.message}')
        error, cause = self._requests.explain(error), error
        if not self._requests.give_up(cause) or error.severity is Severity.FATAL:
            raise error
        if self._services.drops_clients and connection is None and isinstance(cause, _NO_SERVER):
            raise error
        self._requests.fail(error, code)

    # From outside

    def cancel(self) -> 'Greenlet[..., None] | None':
        """Cancel what the client waits for, as its CancelRequest asks.

        Does not wait; what is returned ends when the cancel can hit no later request.
        """
        if self.client.activity is Activity.WAITING:
            get_hub().loop.run_callback(self._stop_waiting)
            return None
        binding, sharded = self._requests.binding, self._requests.sharded
        if binding.asking:
            return None
        if sharded is not None:
            return sharded.holdings.cancel()
        return None if binding.connection is None else binding.connection.cancel()

    @property
    def holdings(self) -> Holdings | None:
        """What it holds of several shards, if there are several."""
        sharded = self._requests.sharded
        return None if sharded is None else sharded.holdings

    def end_deadlock(self, error: DeadlockDetected) -> None:
        """Have what its client waits for fail. Does not wait."""
        sharded = self._requests.sharded
        if sharded is not None and not self._requests.binding.asking:
            end_deadlock(sharded.transaction, sharded.holdings, error)

    def _stop_waiting(self) -> None:
        """Called in the hub, so that the session waits when it is told, and not only when that was decided."""
        if self.client.activity is Activity.WAITING:
            self.client.greenlet.throw(CanceledByUser())

    def end(self, reason: str) -> None:
        """End the session after its transaction; at once if it has none, or waits for an administrator's RESUME."""
        self._ending = reason
        self._lane.closed = True
        waits_for_resume = self.client.activity is Activity.WAITING and any(pool.paused for pool in self.cluster.pools)
        if self.client.activity is Activity.IDLE or waits_for_resume:
            self.client.kill(reason)

    def check_time(self, now: float) -> None:
        self._lane.check_time(now)

    def view(self) -> ClientView:
        """A row of SHOW CLIENTS."""
        requests = self._requests
        return self.client.view(
            pinned=bool(requests.binding.pinned),
            prepared_statements=len(requests.prepared),
            server_errors=requests.relay.answers.errors,
        )
