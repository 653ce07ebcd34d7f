"""A statement that the proxy asks servers on behalf of a client, and what one of them answers.

By the extended protocol, so that parameters pass as the client gave them, and each column comes in the format that is
wanted of it. Nothing here reaches the client.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import time
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.note import Note
from pgdog_gevent.errors import ProtocolViolation, ServerLost, ServerViolation
from pgdog_gevent.execution.answers import MAY_ADVANCE_SEQUENCES, ServerQuit
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.ledger import Owed
from pgdog_gevent.protocol.query import SYNC, Bind, Execute, Named, Parse, Target
from pgdog_gevent.protocol.response import ErrorFields, ServersWords, transaction_status

NO_TYPES: Final = b'\0\0'
"""Of the parameters of a Parse: the server finds out."""
_DESCRIBE: Final = Named(Target.STATEMENT, b'').encode(Frontend.DESCRIBE)
_DESCRIBE_PORTAL: Final = Named(Target.PORTAL, b'').encode(Frontend.DESCRIBE)
_EXECUTE: Final = Execute(b'', 0).encode()
_MOST_NOTICES: Final = 1024 * 1024
"""Bytes."""
_SYNC: Final[Owed[Note]] = Owed(Frontend.SYNC, swallow=True)


@dataclass(frozen=True, slots=True)
class Values:
    """What a Bind gives: parameters with their formats, and the formats of the columns."""

    formats: tuple[int, ...] = ()
    parameters: tuple[bytes | None, ...] = ()
    result_formats: tuple[int, ...] = ()


NO_VALUES: Final = Values()


@dataclass(frozen=True, slots=True)
class Question:
    """A statement; without ``values`` it is only described."""

    sql: bytes
    types: bytes = NO_TYPES
    """Of its parameters, as in Parse."""
    values: Values | None = NO_VALUES

    def encode(self) -> bytes:
        parse = Parse(b'', self.sql, self.types).encode()
        if self.values is None:
            return parse + _DESCRIBE + SYNC
        values = self.values
        bind = Bind(b'', b'', values.formats, values.parameters, values.result_formats).encode()
        return parse + bind + _DESCRIBE_PORTAL + _EXECUTE + SYNC

    @property
    def codes(self) -> tuple[int, ...]:
        """Of its messages, but for Sync."""
        if self.values is None:
            return Frontend.PARSE, Frontend.DESCRIBE
        return Frontend.PARSE, Frontend.BIND, Frontend.DESCRIBE, Frontend.EXECUTE


class ShardRefused(ServersWords):
    """A server has answered with an error; ``body`` is that of its ErrorResponse."""

    def __init__(self, body: bytes) -> None:
        super().__init__(ErrorFields.decode(body))
        self.body = body


class ShardAnswer:
    """What one server says to a question. Whatever happens, it must be read to its end before the next one."""

    def __init__(self, shard: int, connection: BackendConnection) -> None:
        self.shard = shard
        self.connection = connection
        self.parameters = b''
        """Body of the ParameterDescription."""
        self.description: bytes | None = None
        """Body of the RowDescription; ``None`` for what returns no rows."""
        self.tag = b''
        """Body of the CommandComplete."""
        self.notices: list[Frame] = []
        self.refused: ShardRefused | None = None
        self.ended = False
        self._noted = 0
        """Bytes of the ``notices`` so far."""
        self.tell_row: Callable[[bytes], bytes] | None = None
        """Makes of the body of a DataRow what clients are told; ``None``: they are told just that."""
        self._row: bytes | None = None
        """One that has been read, and not been asked for yet."""

    def ask(self, question: Question) -> None:
        """Send it; nothing may be owed. What is sent first to all is answered by all at once."""
        connection = self.connection
        connection.prepared.unnamed = None
        connection.request_at = time()
        connection.counters.queries += 1
        for code in question.codes:
            connection.ledger.sent(Owed(code, swallow=True))
        connection.ledger.sent(_SYNC)
        connection.stream.write(question.encode())
        connection.stream.flush()

    def begin(self) -> None:
        """Read what comes before the first row."""
        if self._row is None:
            self._row = self._next()

    def rows(self) -> Iterator[bytes]:
        """The bodies of its DataRows. Raises ShardRefused after the last one, when the server can be asked again."""
        row = self._row if self._row is not None else self._next()
        self._row = None
        while row is not None:
            yield row if self.tell_row is None else self.tell_row(row)
            row = self._next()
        if self.refused is not None:
            raise self.refused

    def drop(self) -> None:
        """Read the rest and forget it; what the server has refused is in ``refused``."""
        while self.drop_row():
            pass

    def drop_row(self) -> bool:
        """Read up to the next row and forget it; false if there is none."""
        self._row = None
        return self._next() is not None

    def take_notices(self) -> list[Frame]:
        """Those that have come since it was last called."""
        notices, self.notices, self._noted = self.notices, [], 0
        return notices

    def _next(self) -> bytes | None:
        """Body of the next DataRow; ``None`` after the last one, when the server is ready."""
        while not self.ended:
            frame = self.read()
            if frame.code == Backend.DATA_ROW:
                return frame.body
            self.take(frame)
        return None

    def read(self) -> Frame:
        """The next message."""
        connection = self.connection
        frame = connection.read_frame()
        try:
            connection.ledger.received(frame.code)
        except ProtocolViolation as error:
            raise ServerViolation(error.message) from None
        return frame

    def take(self, frame: Frame) -> None:
        """Note what it says. Raises ServerViolation, ServerQuit."""
        try:
            self._heed(frame)
        except ProtocolViolation as error:
            raise ServerViolation(error.message) from None

    def _heed(self, frame: Frame) -> None:
        connection = self.connection
        match frame.code:
            case Backend.ROW_DESCRIPTION:
                self.description = frame.body
            case Backend.PARAMETER_DESCRIPTION:
                self.parameters = frame.body
            case Backend.COMMAND_COMPLETE:
                self.tag = frame.body
                connection.counters.count_tag(frame.body, copied_in=connection.copying_in)
                connection.copying_in = False
                if frame.body[:4] in MAY_ADVANCE_SEQUENCES:
                    connection.advanced_sequences = True
            case Backend.ERROR_RESPONSE:
                self._refuse(connection.explained(frame))
            case Backend.NOTICE_RESPONSE:
                self._note(frame)
            case Backend.PARAMETER_STATUS:
                connection.note_parameter(frame.body)
            case Backend.NOTIFICATION_RESPONSE:
                connection.notifications.append(frame)
            case Backend.READY_FOR_QUERY:
                connection.status = transaction_status(frame.body)
                self.ended = True
            case Backend.COPY_IN_RESPONSE | Backend.COPY_OUT_RESPONSE | Backend.COPY_BOTH_RESPONSE:
                raise ServerViolation('the server began a COPY that nobody has asked for')

    def _note(self, notice: Frame) -> None:
        """Nobody reads them before a row comes, which may take long; what is too much is forgotten."""
        if self._noted < _MOST_NOTICES:
            self._noted += len(notice.body)
            self.notices.append(notice)

    def _refuse(self, frame: Frame) -> None:
        self.connection.counters.errors += 1
        fields = ErrorFields.decode(frame.body)
        if fields.final:
            raise ServerQuit(fields)
        self.refused = self.refused or ShardRefused(frame.body)


def lost(shard: int, error: ServerLost) -> ServerLost:
    """The same error, which says of which shard it is."""
    error.message = f'shard {shard}: {error.message}'
    return error
