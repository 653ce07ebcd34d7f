"""What both protocols of one session work with, and what every request goes through."""

from collections.abc import Iterable, Sequence

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.prepared import PreparedStatement, Reading
from pgdog_gevent.config.choices import PoolerMode
from pgdog_gevent.errors import (
    CrossShardDisabled,
    FeatureNotSupported,
    ProxyError,
    ServedElsewhere,
    TenantMissing,
)
from pgdog_gevent.execution.binding import Binding
from pgdog_gevent.execution.direct import Relay
from pgdog_gevent.frontend.accounting import Accounting
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.frontend.failed import TransactionFate
from pgdog_gevent.frontend.opening import Opening
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.placing import Placing
from pgdog_gevent.frontend.prepared import Prepared
from pgdog_gevent.frontend.routing import ASKED_FOR, Routing
from pgdog_gevent.frontend.services import Services
from pgdog_gevent.frontend.state import State
from pgdog_gevent.observe.snapshot import Activity
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.recent import Kept
from pgdog_gevent.router.statement import Access, Statement
from pgdog_gevent.router.unique_ids import with_ids


class Exchange:
    """One client's exchange with its servers: each request begins, gets a server, and ends in ReadyForQuery.

    It builds what the session consists of; each piece owns its own state.
    """

    __slots__ = (
        'accounting', 'binding', 'client', 'cluster', 'fate', 'moves', 'opening', 'parameters', 'placing', 'prepared',
        'relay', 'renames', 'routing', 'services', 'state', 'stream',
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
        self.prepared = Prepared(services.names, self.statement, self.reading, self.with_ids, self.completed)
        self.parameters = parameters
        self.state = State(parameters, self.prepared, self.binding)
        self.relay = Relay(client.stream, self.state, client.greeting, renames=self.renames, moves=self.moves)
        self.fate = TransactionFate()
        self.accounting = Accounting(client)
        self.routing = Routing(cluster, parameters, services)
        self.placing = Placing(cluster, parameters, client.id)
        self.opening = Opening(self.binding, self.state, self.routing)

    def statement(self, sql: bytes) -> Statement:
        """What a text of this client says."""
        return self.services.cache_for(self.cluster).statement(sql, self.relay.agreement.keyed)

    def kept(self, sql: bytes) -> Kept:
        """The same, and where what has been asked of it is counted."""
        return self.services.cache_for(self.cluster).kept(sql, self.relay.agreement.keyed)

    def counted(self, sql: bytes) -> Kept:
        """Where it is counted what has been asked of a text."""
        return self.services.cache_for(self.cluster).counted(sql, self.relay.agreement.keyed)

    def count(self, statement: PreparedStatement) -> None:
        """It is bound."""
        self.counted(statement.sql).hits += 1

    def count_refusal(self, sql: bytes, error: ProxyError) -> None:
        """Several shards could not answer a text, or were not to."""
        if isinstance(error, FeatureNotSupported | CrossShardDisabled):
            kept = self.counted(sql)
            kept.refused += 1
            kept.why = error.message

    def completed(self, sql: bytes) -> bytes:
        """A text with calls of ``pgdog.unique_id()`` for primary keys, if the proxy gives them.

        Where SET LOCAL may have changed search_path, tables are not known by their names, and get what they give.
        """
        layout = self.cluster.layout
        if not layout.gives_keys or self.parameters.reading is None or b'insert' not in sql.lower():
            return sql
        return layout.texts(layout.path_set_by(self.parameters.current)).completed(sql)

    def with_ids(self, sql: bytes) -> bytes:
        """A text with fresh ids in the place of ``pgdog.unique_id()``. Raises UniqueIdUnavailable."""
        return with_ids(sql, self.services.unique_ids.next)

    def reading(self) -> Reading | None:
        """How what the client prepares now is read; ``None`` if only its server knows."""
        return self.state.reading

    def check_tenants(self, statement: Statement, sql: bytes) -> None:
        """Raises TenantMissing for a text that does not keep to tenants."""
        guard = self.cluster.guard
        if guard is not None and not statement.allowed_in_failed_transaction:
            guard.check(sql, self._search_path())

    def _search_path(self) -> tuple[str, ...]:
        layout = self.cluster.layout
        if self.parameters.reading is not None:
            return layout.path_set_by(self.parameters.current)
        connection = self.binding.connection
        if connection is None or not connection.ledger.settled:
            raise TenantMissing('where names lead after SET LOCAL is not known before it has been answered')
        return layout.path_at(connection)

    def begin(self, sql: bytes) -> None:
        """A request other than a message of a pipeline begins. Raises what went wrong while the client was silent."""
        self.accounting.begin(query=True)
        self.fate.report()
        self.log(sql)

    def log(self, sql: bytes) -> None:
        if self.services.logs_queries:
            self.services.log_query(self.client.user, self.client.database, sql)

    def serve_for(self, statements: Sequence[Statement]) -> Access:
        """What server is needed for these statements, which are not yet sent."""
        if not self.cluster.splits:
            # A session that keeps its server has it chosen when it begins, or never.
            return ASKED_FOR.get(self.parameters.startup_role, Access.WRITE)
        return self.opening.access(statements) if self.opening.pending else self.routing.access(statements)

    def bind(self, access: Access) -> BackendConnection:
        """The server connection for the request: the one that is held, or one that serves ``access``.

        Raises as ``Shard.acquire``; and ServerError, ServerLost if a transaction cannot be begun there.
        """
        connection = self.binding.connection
        if connection is None:
            client = self.client
            client.activity = Activity.WAITING
            try:
                connection = self.binding.acquire(access)
            finally:
                client.activity = Activity.ACTIVE
            client.counters.wait_time += connection.waited
            if self.opening.pending:
                self.relay.prepare(connection)
                self.opening.begin(connection)
        if self.cluster.splits:
            self.binding.asks(access)
        return connection

    def repeats(self, access: Access) -> bool:
        """Whether a request may be done once more at another server: it only reads, and is a transaction of its own."""
        return (
            access is Access.READ
            and self.cluster.splits
            and self.state.status is TransactionStatus.IDLE
            and not self.binding.pinned
        )

    def moves_on(self, error: ServedElsewhere, access: Access) -> Access:
        """Leave the server that has not answered a request which only reads; return what it needs instead."""
        if error.lost:
            self.binding.lose()
            return access
        connection = self.binding.connection
        if connection is not None and not connection.ledger.settled:
            self.binding.end()  # It has refused before all was sent, and still waits for a Sync.
        else:
            self.binding.let_go()
        return Access.WRITE

    def learn_write(self, texts: Iterable[bytes]) -> None:
        """A server has refused these texts because it only reads: from now on they go to the primary."""
        cache = self.services.cache_for(self.cluster)
        for text in texts:
            cache.learn_write(text, self.relay.agreement.keyed)

    def finish(self, connection: BackendConnection) -> None:
        """A server has answered the request."""
        self.fate.answered()
        self.accounting.finish(connection, self.binding.pool.counters, self.state.status)
        self.binding.let_go(self.stream.flush)
        if connection.notifications:
            self.relay.answers.overheard(connection)

    def ready(self) -> None:
        """Say ReadyForQuery, for a request that no server has seen."""
        self.fate.answered()
        status = TransactionStatus.FAILED if self.fate.failed else self.state.status
        if self.fate.failed or status is TransactionStatus.IDLE or self.opening.pending:
            self.accounting.abandon()
        self.stream.write(response.ready_for_query(status))
