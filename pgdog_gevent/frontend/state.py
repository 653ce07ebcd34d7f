"""What one client's session has become through the statements that succeeded."""

from typing import Final

from pgdog_gevent.backend.note import Note
from pgdog_gevent.backend.prepared import PreparedStatement, Reading
from pgdog_gevent.backend.settings import Settings
from pgdog_gevent.execution.binding import Binding
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.prepared import Prepared
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.set_config import COMPUTED
from pgdog_gevent.router.statement import (
    ChangesCatalog,
    ChangesSchema,
    ChangesTables,
    Deallocate,
    DiscardAll,
    Effect,
    Frees,
    Leaves,
    Pin,
    Rollback,
    RollbackTo,
    SetConfig,
)

_NOTHING: Final[frozenset[str]] = frozenset()


class State:
    """Takes in what the answers say: an ``execution.request.SessionState``."""

    __slots__ = (
        '_binding', '_changed_tables', '_changes_catalog', '_changes_schema', '_parameters', '_prepared', 'status',
    )  # fmt: skip

    def __init__(self, parameters: Parameters, prepared: Prepared, binding: Binding) -> None:
        self._changed_tables = _NOTHING
        self.status = TransactionStatus.IDLE
        self._parameters = parameters
        self._prepared = prepared
        self._binding = binding
        self._changes_schema = False
        self._changes_catalog = False
        """True if either of the two above says something, too."""

    @property
    def wanted(self) -> Settings:
        return self._parameters.current

    @property
    def reading(self) -> Reading | None:
        """How what the client prepares now is read; ``None`` if only its server knows."""
        connection = self._binding.connection
        changed = self._prepared.rereads or (connection is not None and connection.changed)
        return None if changed or self.status is TransactionStatus.FAILED else self._parameters.reading

    @property
    def in_force(self) -> Settings:
        return self._parameters.in_force

    @property
    def ends_quietly(self) -> bool:
        """Whether the transaction can end without anybody being told, or any setting set again: that takes time."""
        return not self._changes_catalog and self.in_force is self.wanted

    @property
    def unnamed(self) -> PreparedStatement | None:
        return self._prepared.unnamed

    def known_as(self, pid: int) -> int:
        """What BackendKeyData said to the client of a server process; ``pid`` if it is nobody's in the same pool."""
        pool = self._binding.pool
        client_id = pool.client_of(pid)
        if client_id is None:
            client_id = self._prepared.neighbours.client_of(pool.settings, pid)
        return pid if client_id is None else client_id

    def applied(self) -> None:
        self._parameters.applied()

    def completed(self, note: Note, tag: bytes) -> None:
        rolled_back = tag.startswith(b'ROLLBACK')
        for effects in note.effects:
            for effect in effects:
                self._take(effect, rolled_back)
                if not note.names_gone:
                    self._deallocate(effect)

    def _deallocate(self, effect: Effect) -> None:
        match effect:
            case Deallocate(name):
                self._prepared.deallocate(name)
            case DiscardAll():
                self._prepared.deallocate(None)
            case _:
                pass

    def _take(self, effect: Effect, rolled_back: bool) -> None:
        self._parameters.take(effect, rolled_back=rolled_back)
        match effect:
            case Leaves(reason):
                self._binding.doubt(reason)
            case Frees() | Rollback() | RollbackTo() | Deallocate() | DiscardAll():
                self._binding.look_again()
            case Pin(reason):
                self._binding.pin(reason)
            case SetConfig():
                self._binding.pin(COMPUTED.reason)
            case ChangesTables(names):
                self._changed_tables |= set(names)
                self._changes_catalog = True
                self._prepared.tables_change(names)
            case ChangesSchema():
                self._changes_schema = self._changes_catalog = True
                self._binding.taint('DDL')
                self._binding.doubt('DDL')
                self._schema_changes()
            case ChangesCatalog():
                self._changes_catalog = True
            case _:
                pass

    def queried(self) -> None:
        self._prepared.forget_unnamed()

    def ready(self, status: TransactionStatus, *, failed: bool) -> None:
        self.status = status
        self._prepared.round_ends()
        if self._binding.connection is not None:
            self._binding.connection.note_change()
        if status is TransactionStatus.IDLE:
            self._parameters.end_transaction(failed=failed)
            self._prepared.forget_portals()
            if failed:
                self._binding.look_again()
            if self._changes_catalog:
                self._others_see_changes()

    def _others_see_changes(self) -> None:
        """The transaction has ended, and with it what others have read before they could see what it has changed."""
        if self._changes_schema:
            self._changes_schema = False
            self._schema_changes()
        if self._changed_tables:
            self._prepared.tables_change(self._changed_tables)
            self._changed_tables = _NOTHING
        self._catalog_changes()
        self._prepared.neighbours.settle()

    def _catalog_changes(self) -> None:
        """Have the tables read anew. Not before the transaction has ended: until then nobody else sees others."""
        self._changes_catalog = False
        cluster = self._binding.cluster
        if cluster.schema_is_known:
            cluster.forget_tables()
            self._prepared.neighbours.catalog_changes(cluster.place)

    def _schema_changes(self) -> None:
        cluster = self._binding.cluster
        cluster.forget_functions()
        self._prepared.schema_changes(cluster.place)

    def never_begun(self, note: Note) -> None:
        """A transaction is over of which no server has heard; ``note`` is of what has ended it."""
        self.completed(note, b'')
        self.status = TransactionStatus.IDLE
        self._prepared.forget_portals()

    def read_only_server(self) -> None:
        """The server has refused something because it is, or the transaction is, read only."""
        if self._binding.connection is not None:
            self._binding.pool.host.look_soon()

    def revoked(self, note: Note, *, skipped: bool) -> None:
        self._prepared.revoked(note, skipped=skipped)

    def outdated(self, statement: PreparedStatement) -> None:
        self._prepared.outdated(statement)

    def renewed(self, statement: PreparedStatement, names: frozenset[bytes]) -> PreparedStatement:
        return self._prepared.renewed(statement, names)

    def client_name(self, server_name: bytes) -> bytes | None:
        return self._prepared.client_name(server_name)

    def lost(self) -> None:
        """The server has gone, and with it whatever transaction was open."""
        self.status = TransactionStatus.IDLE
        if self._changes_catalog:
            self._catalog_changes()  # It may have been committed.
        self._parameters.end_transaction(failed=True)
        self._parameters.applied()
        self._prepared.forget_portals()
