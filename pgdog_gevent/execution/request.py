"""What a client asks for at one time, with its names resolved."""

from typing import NamedTuple, Protocol

from pgdog_gevent.backend.note import Note
from pgdog_gevent.backend.prepared import PreparedStatement, Reading
from pgdog_gevent.backend.settings import Settings
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.response import TransactionStatus


class Step(NamedTuple):
    """One message of the extended protocol.

    ``statement`` is what it speaks of: what Parse makes, Bind uses, Describe describes, Close closes, and what the
    portal of an Execute was bound to; ``None`` if the client has no such statement. ``name`` is the client's name for
    it, empty for the unnamed one. ``clash``: a Parse for a name that is taken. ``local``: the command tag of a
    DEALLOCATE of names that no server knows. ``closed``: the names that the step removes, and what they stood for.
    ``replaced``: what an unnamed Parse takes the place of. ``appended``: what the client gets after all rows of an
    Execute.
    """

    frame: Frame
    statement: PreparedStatement | None = None
    name: bytes = b''
    clash: bool = False
    local: str = ''
    closed: tuple[tuple[bytes, PreparedStatement], ...] = ()
    replaced: PreparedStatement | None = None
    appended: bytes = b''


class SessionState(Protocol):
    """What the session wants to know of the answers that go by."""

    @property
    def wanted(self) -> Settings:
        """The settings that the next statement must find."""

    @property
    def reading(self) -> Reading | None:
        """How what is prepared now is read; ``None`` if only the server knows."""

    @property
    def in_force(self) -> Settings:
        """The settings that the server is left with by the statements so far."""

    @property
    def unnamed(self) -> PreparedStatement | None:
        """The client's unnamed statement."""

    def applied(self) -> None:
        """``wanted`` is in force."""

    def completed(self, note: Note, tag: bytes) -> None:
        """A statement has succeeded."""

    def queried(self) -> None:
        """A Query has been answered; the server has no unnamed statement any more."""

    def ready(self, status: TransactionStatus, *, failed: bool) -> None:
        """ReadyForQuery has come; ``failed`` if there was an error since the last one."""

    def read_only_server(self) -> None:
        """The server has refused something because it is, or the transaction is, read only."""

    def revoked(self, note: Note, *, skipped: bool) -> None:
        """A Parse, Close or DEALLOCATE has failed, or was skipped because of an error before it."""

    def outdated(self, statement: PreparedStatement) -> None:
        """Servers have plans for this statement that no longer fit their tables."""

    def renewed(self, statement: PreparedStatement, names: frozenset[bytes]) -> PreparedStatement:
        """Have the client's ``names`` stand for a statement with the same text, of which no server has a plan."""

    def known_as(self, pid: int) -> int:
        """The process id by which clients know a server process: that of the client which has it, or had it last."""

    def client_name(self, server_name: bytes) -> bytes | None:
        """The client's name for the statement that the server knows as ``server_name``."""
