"""What the proxy must know of a message when its reply arrives."""

from typing import NamedTuple

from pgdog_gevent.backend.prepared import PreparedStatement, ServerStatements
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.ledger import Owed
from pgdog_gevent.router.statement import Deallocate, DiscardAll, Effect


class Note(NamedTuple):
    """What a reply means for the session that waits for it."""

    effects: tuple[tuple[Effect, ...], ...] = ()
    """What an Execute or Query does to the session, statement by statement."""
    parsed: bytes | None = None
    """The client's name for the statement that a Parse makes."""
    replaced: PreparedStatement | None = None
    """What an unnamed Parse takes the place of."""
    closed: tuple[tuple[bytes, PreparedStatement], ...] = ()
    """The client's names that a Close or DEALLOCATE removes, and what they stood for."""
    forgotten: tuple[bytes, ...] = ()
    """What an Execute removes from the server: it counts as gone from the moment that it is sent."""
    describes: PreparedStatement | None = None
    """The statement whose result the proxy wants to know."""
    described_for: bytes | None = None
    """The name that the client has just given to it; ``None`` if it counts on what it was told before."""
    names_gone: bool = False
    """What an Execute deallocates was forgotten when it was read; names given since are new ones."""

    appended: bytes = b''
    """What the client gets before the CommandComplete."""

    def only(self, index: int) -> 'Note':
        """The effects of one of the statements of a Query."""
        return Note(self.effects[index : index + 1], appended=self.appended)

    @property
    def forgets_prepared(self) -> bool:
        """Whether the server has no prepared statements after this."""
        return any(
            isinstance(effect, DiscardAll) or (isinstance(effect, Deallocate) and effect.name is None)
            for effects in self.effects
            for effect in effects
        )


def take_back(owed: Owed[Note], prepared: ServerStatements) -> None:
    """The server has failed or skipped a message: what it was to prepare or to close it has not."""
    if owed.statement and owed.code in (Frontend.PARSE, Frontend.EXECUTE):
        prepared.discard(owed.statement)
    elif owed.statement:
        prepared.add(owed.statement)
    elif owed.swallow:
        prepared.unnamed = None
    if owed.note is not None:
        # It may be there after all, or have been prepared once more since.
        prepared.stale.update(owed.note.forgotten)
