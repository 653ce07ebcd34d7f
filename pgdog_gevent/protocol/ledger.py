"""The queue of replies that one server still owes, in order, and whom each is for.

This keeps the extended protocol right: which reply ends which message, what an error makes the server skip, which
replies are to messages that the proxy slipped in. Source: PostgreSQL docs, "Message Flow", "Extended Query".
"""

from collections import deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.frames import codes

Note = TypeVar('Note')

# Frontend message -> backend messages that end its answer. An ErrorResponse ends any of them.
ANSWER_ENDS: Final[dict[int, frozenset[int]]] = {
    Frontend.PARSE: frozenset({Backend.PARSE_COMPLETE}),
    Frontend.BIND: frozenset({Backend.BIND_COMPLETE}),
    Frontend.DESCRIBE: frozenset({Backend.ROW_DESCRIPTION, Backend.NO_DATA}),
    Frontend.EXECUTE: frozenset({Backend.COMMAND_COMPLETE, Backend.EMPTY_QUERY_RESPONSE, Backend.PORTAL_SUSPENDED}),
    Frontend.CLOSE: frozenset({Backend.CLOSE_COMPLETE}),
    Frontend.SYNC: frozenset({Backend.READY_FOR_QUERY}),
    Frontend.QUERY: frozenset({Backend.READY_FOR_QUERY}),
    Frontend.FUNCTION_CALL: frozenset({Backend.READY_FOR_QUERY}),
}
_ENDS_EXTENDED: Final = frozenset().union(
    *(ends for code, ends in ANSWER_ENDS.items() if code not in (Frontend.SYNC, Frontend.QUERY, Frontend.FUNCTION_CALL))
)
_ENDING: Final = frozenset({Frontend.SYNC, Frontend.QUERY, Frontend.FUNCTION_CALL})
_SIMPLE: Final = frozenset({Frontend.QUERY, Frontend.FUNCTION_CALL})
_PREPARING: Final = frozenset({Frontend.PARSE, Frontend.BIND, Frontend.DESCRIBE, Frontend.CLOSE})

# Parts of an answer that never end one and tell the proxy nothing.
_ROWS: Final = frozenset({Backend.DATA_ROW, Backend.COPY_DATA, Backend.COPY_DONE, Backend.COPY_OUT_RESPONSE,
                          Backend.NOTICE_RESPONSE, Backend.FUNCTION_CALL_RESPONSE, Backend.PARAMETER_DESCRIPTION})
# A ParameterDescription may be the answer to a message of ours.
_ONLY_ROWS: Final = _ROWS - {Backend.PARAMETER_DESCRIPTION}
# With nothing of ours in the queue these need no look either.
_UNREMARKABLE: Final = _ROWS | {Backend.PARSE_COMPLETE, Backend.BIND_COMPLETE, Backend.CLOSE_COMPLETE,
                                Backend.ROW_DESCRIPTION, Backend.NO_DATA}


class Owed(Generic[Note]):
    """One reply that is owed: ``code`` is the frontend message it answers.

    ``swallow``: the message was the proxy's, so the frontend does not see its reply (but sees its error).
    ``statement``: the server-side name that a Parse makes or a Close removes.
    ``answer``: the reply itself, when no server is needed for it.
    ``note``: what the sender wants back when the reply arrives.
    ``watched``: it must be known exactly whether the message has been answered.
    ``optional``: a Sync that the server may have read as part of a COPY, and then it does not answer.
    """

    __slots__ = ('answer', 'attentive', 'code', 'note', 'optional', 'statement', 'swallow')

    def __init__(
        self,
        code: int,
        *,
        swallow: bool = False,
        statement: bytes = b'',
        answer: bytes = b'',
        note: Note | None = None,
        watched: bool = False,
        optional: bool = False,
    ) -> None:
        self.code = code
        self.swallow = swallow
        self.statement = statement
        self.answer = answer
        self.note = note
        self.optional = optional
        self.attentive = watched or swallow or bool(statement) or bool(answer)
        """Whether the replies before it and its own must be looked at one by one."""


class ReplyLedger(Generic[Note]):
    """What one server still owes.

    Owned by its ``BackendConnection``. Only a connection whose ledger is ``settled`` may go back to its pool.
    ``revoked`` is told of each entry of ours, or with a note or a statement, that has not happened because of an
    error: whether it was skipped, or is itself what failed.
    """

    __slots__ = (
        '_attentive', '_begun', '_mixed', '_owed', '_revoked', '_skipping', '_unsynced', 'lost_count',
        'uncertain_syncs',
    )  # fmt: skip

    def __init__(self, revoked: Callable[[Owed[Note], bool], None] = lambda owed, skipped: None) -> None:
        self._owed: deque[Owed[Note]] = deque()
        self._attentive = 0
        self._mixed = False
        self._skipping = False
        self._begun = False
        """Whether ``received`` has been told of a reply of this round."""
        self._unsynced = False
        self.uncertain_syncs = 0
        """Those that were sent while a COPY was under way or about to begin: ignored, unless it failed before."""
        self.lost_count = False
        """A COPY has failed, and the server has to be asked which of the uncertain Syncs it answers."""
        self._revoked = revoked

    def __len__(self) -> int:
        return len(self._owed)

    @property
    def settled(self) -> bool:
        """Nothing is owed, and no message of the extended protocol waits for its Sync."""
        return not (self._owed or self._skipping or self._unsynced or self.uncertain_syncs)

    @property
    def ends_in_ready(self) -> bool:
        """Whether the last thing that was sent will bring a ReadyForQuery."""
        return bool(self._owed) and Backend.READY_FOR_QUERY in ANSWER_ENDS[self._owed[-1].code]

    @property
    def unread(self) -> frozenset[int]:
        """Codes of the messages that may pass to the frontend without ``received`` being told.

        The ends of answers are among them only where the ReadyForQuery that follows tells as much: not while the last
        message waits for its Sync, nor when a Query has followed such a message (its errors do not skip to a Sync).
        """
        if self._attentive:
            return _ONLY_ROWS
        return _ROWS if self._unsynced or self._mixed else _UNREMARKABLE

    def sent(self, owed: Owed[Note]) -> None:
        """A message has been sent that will be answered (or, with ``answer``, needs no sending)."""
        if self._skipping:
            if owed.code != Frontend.SYNC:
                self._revoke(owed, skipped=True)
                return
            self._skipping = False
        if not self._owed:
            self._mixed = False
            self._begun = self._unsynced
        elif self._unsynced and owed.code in _SIMPLE:
            self._mixed = True
        self._unsynced = owed.code not in _ENDING
        self._owed.append(owed)
        self._attentive += owed.attentive

    def expand(self, turn: bytes) -> None:
        """All these messages have been sent, up to a Query or Sync, while nothing else was owed."""
        for code in codes(turn):
            self.sent(Owed(code))

    @property
    def attentive(self) -> bool:
        """Whether something is owed that is not simply the client's."""
        return self._attentive > 0

    @property
    def answers_first(self) -> bool:
        """Whether the turn of an answer of our own has come, and the server has something to say after it."""
        return bool(self._owed) and bool(self._owed[0].answer) and any(not owed.answer for owed in self._owed)

    def due(self) -> list[Owed[Note]]:
        """Take the answers of our own whose turn has come."""
        answers = []
        while self._owed and self._owed[0].answer:
            answers.append(self._pop())
        return answers

    def notes(self) -> list[Note]:
        """The notes of all that is still owed."""
        return [owed.note for owed in self._owed if owed.note is not None]

    @property
    def skipping(self) -> bool:
        """Whether the server ignores what it is sent, up to a Sync."""
        return self._skipping

    def passed(self, ends: int) -> list[Owed[Note]]:
        """So many answers have passed unread since the turn was sent: return what they were to."""
        if ends and self._owed[0].code in _SIMPLE:
            return [self._owed[0]]  # Its ReadyForQuery is still to come.
        return [self._pop() for _ in range(min(ends, len(self._owed)))]

    def first_passed(self) -> None:
        """Replies of this round have passed unread: if it began with a Parse, that has succeeded."""
        if self._owed and not self._begun and self._owed[0].code == Frontend.PARSE:
            self._pop()

    def copy_begins(self) -> None:
        """The server has sent CopyInResponse: it reads the Syncs that follow the Execute as part of the COPY."""
        while self._owed and self._owed[0].code in _PREPARING:
            self._pop()  # Answered, and that passed unread.
        if self._owed and self._owed[0].code == Frontend.EXECUTE:
            execute = self._owed.popleft()
            while self._owed and self._owed[0].code == Frontend.SYNC:
                self._owed.popleft()
                self.uncertain_syncs += 1
            self._owed.appendleft(execute)
            self._unsynced = not self.ends_in_ready

    def sync_in_copy(self) -> None:
        """A Sync has been sent to a server that was in COPY when it was last heard of."""
        self.uncertain_syncs += 1

    def syncs_asked_for(self) -> None:
        """A Sync, a Close and a Sync of ours have been sent, to tell which of the uncertain Syncs are answered."""
        self.sent(Owed(Frontend.SYNC, swallow=True))
        for _ in range(self.uncertain_syncs):
            self.sent(Owed(Frontend.SYNC, optional=True))
        self.sent(Owed(Frontend.CLOSE, swallow=True))
        self.sent(Owed(Frontend.SYNC, swallow=True))
        self.uncertain_syncs = 0
        self.lost_count = False

    def received(self, code: int) -> Owed[Note] | None:
        """A message has arrived; return the entry that it belongs to, if it belongs to one.

        Raises ProtocolViolation when nothing that is owed can have this reply: the connection is out of step and
        must be closed.
        """
        if code == Backend.ERROR_RESPONSE:
            return self._error()
        if code == Backend.READY_FOR_QUERY:
            return self._end_of_round()
        if code == Backend.COMMAND_COMPLETE:
            self.uncertain_syncs = 0
        if code not in _ENDS_EXTENDED:
            return self._owed[0] if self._owed else None
        if self._owed and self._owed[0].code in _SIMPLE:
            return self._owed[0]
        while self._owed:
            owed = self._pop()
            if code in ANSWER_ENDS[owed.code]:
                return owed
            if not owed.optional and (owed.code == Frontend.SYNC or owed.attentive):
                break
        raise ProtocolViolation(f'the server sent {chr(code)!r}, which answers nothing that was asked')

    def _end_of_round(self) -> Owed[Note]:
        while self._owed:
            owed = self._pop()
            if Backend.READY_FOR_QUERY in ANSWER_ENDS[owed.code]:
                return owed
            if owed.attentive:
                break
        raise ProtocolViolation('the server sent ReadyForQuery, which answers nothing that was asked')

    def _error(self) -> Owed[Note] | None:
        """In extended protocol the server now skips everything up to the next Sync."""
        if not self._owed:
            return None
        self.lost_count = self.uncertain_syncs > 0
        first = self._owed[0]
        if first.code in _SIMPLE or first.code == Frontend.SYNC:
            if first.swallow or first.optional:
                raise ProtocolViolation('the server refused a Sync')
            return first
        self._revoke(self._pop(), skipped=False)
        while self._owed and self._owed[0].code != Frontend.SYNC:
            self._revoke(self._pop(), skipped=True)
        self._skipping = not self._owed
        return first

    def _pop(self) -> Owed[Note]:
        owed = self._owed.popleft()
        self._attentive -= owed.attentive
        self._begun = True
        return owed

    def _revoke(self, owed: Owed[Note], *, skipped: bool) -> None:
        if owed.statement or owed.swallow or owed.note is not None:
            self._revoked(owed, skipped)
