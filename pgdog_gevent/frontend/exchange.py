"""What both protocols of one session work with, and what every request goes through."""

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.prepared import Reading
from pgdog_gevent.config.choices import PoolerMode
from pgdog_gevent.execution.binding import Binding
from pgdog_gevent.execution.direct import Relay
from pgdog_gevent.frontend.accounting import Accounting
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.frontend.failed import TransactionFate
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.prepared import Prepared
from pgdog_gevent.frontend.services import Services
from pgdog_gevent.frontend.state import State
from pgdog_gevent.observe.snapshot import Activity
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.statement import Statement


class Exchange:
    """One client's exchange with its servers: each request begins, gets a server, and ends in ReadyForQuery.

    It builds what the session consists of; each piece owns its own state.
    """

    __slots__ = (
        'accounting', 'binding', 'client', 'cluster', 'fate', 'moves', 'parameters', 'prepared', 'relay', 'renames',
        'services', 'state', 'stream',
    )  # fmt: skip

    def __init__(self, client: Client, cluster: Cluster, services: Services, parameters: Parameters) -> None:
        self.client = client
        self.stream = client.stream
        self.cluster = cluster
        self.services = services
        self.renames = services.renames(cluster)
        """Whether prepared statements have names of the proxy's on servers."""
        self.moves = cluster.mode is not PoolerMode.SESSION
        """Whether the session goes from server to server."""
        self.binding = Binding(cluster, client.id)
        self.prepared = Prepared(services.names, self.statement, self.reading)
        self.parameters = parameters
        self.state = State(parameters, self.prepared, self.binding)
        self.relay = Relay(client.stream, self.state, client.greeting, renames=self.renames, moves=self.moves)
        self.fate = TransactionFate()
        self.accounting = Accounting(client)

    def statement(self, sql: bytes) -> Statement:
        """What a text of this client says."""
        return self.services.cache.statement(sql, self.relay.agreement.keyed)

    def reading(self) -> Reading | None:
        """How what the client prepares now is read; ``None`` if only its server knows."""
        return self.state.reading

    def begin(self, sql: bytes) -> None:
        """A request other than a message of a pipeline begins. Raises what went wrong while the client was silent."""
        self.accounting.begin(query=True)
        self.fate.report()
        self.log(sql)

    def log(self, sql: bytes) -> None:
        if self.services.logs_queries:
            self.services.log_query(self.client.user, self.client.database, sql)

    def bind(self) -> BackendConnection:
        """The server connection for the request. Raises as ``Pool.acquire``."""
        connection = self.binding.connection
        if connection is None:
            client = self.client
            client.activity = Activity.WAITING
            try:
                connection = self.binding.acquire(0)
            finally:
                client.activity = Activity.ACTIVE
            client.counters.wait_time += connection.waited
        return connection

    def finish(self, connection: BackendConnection) -> None:
        """A server has answered the request."""
        self.fate.answered()
        self.accounting.finish(connection, self.binding.pool.counters, self.state.status)
        if self.binding.doubtful and connection.settled:
            self.stream.flush()  # The client does not wait while the server is asked.
        self.binding.let_go()
        if connection.notifications:
            self.relay.answers.overheard(connection)

    def ready(self) -> None:
        """Say ReadyForQuery, for a request that no server has seen."""
        self.fate.answered()
        status = TransactionStatus.FAILED if self.fate.failed else self.state.status
        if self.fate.failed or status is TransactionStatus.IDLE:
            self.accounting.abandon()
        self.stream.write(response.ready_for_query(status))
