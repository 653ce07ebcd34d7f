"""One server in a COPY that several shards do together."""

from collections.abc import Iterator
from time import time
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.note import Note
from pgdog_gevent.execution.question import ShardAnswer
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol import frames, query
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.ledger import Owed

_QUERY: Final[Owed[Note]] = Owed(Frontend.QUERY)
_DONE: Final = frames.encode(Frontend.COPY_DONE)
_ROWS: Final = frozenset({Backend.COPY_DATA})
_LONGEST_MESSAGE: Final = 1024 * 1024
"""Bytes of one CopyData; a server has all of a message in memory."""


class ShardCopy(ShardAnswer):
    """What it gets and what it says.

    The statement goes by the simple protocol: a COPY has no parameters, and an error is followed by ReadyForQuery.
    """

    def __init__(self, shard: int, connection: BackendConnection) -> None:
        super().__init__(shard, connection)
        self.response: Frame | None = None
        """The CopyInResponse or CopyOutResponse."""

    def copy(self, sql: bytes) -> None:
        """Send the statement; nothing may be owed."""
        connection = self.connection
        connection.prepared.unnamed = None
        connection.request_at = time()
        connection.counters.queries += 1
        connection.ledger.sent(_QUERY)
        connection.stream.write(query.query(sql))
        connection.stream.flush()

    def begin(self) -> None:
        """Read up to where data may pass, or the server is ready again."""
        while self.response is None and not self.ended:
            self.take(self.read())

    def take(self, frame: Frame) -> None:
        match frame.code:
            case Backend.COPY_IN_RESPONSE:
                self.response = frame
                self.connection.copying_in = True
            case Backend.COPY_OUT_RESPONSE:
                self.response = frame
            case Backend.COPY_DATA | Backend.COPY_DONE:
                pass
            case Backend.ERROR_RESPONSE:
                self.connection.copying_in = False
                super().take(frame)
            case _:
                super().take(frame)

    # To the server

    def send(self, rows: bytes) -> None:
        """Send data, unless the server has had enough. What it says meanwhile is taken in."""
        stream = self.connection.stream
        for at in range(0, len(rows), _LONGEST_MESSAGE):
            if self.connection.copying_in:
                stream.write(frames.encode(Frontend.COPY_DATA, rows[at : at + _LONGEST_MESSAGE]))
                stream.flush(self.hear)
        self.hear()

    def hear(self) -> None:
        """Take in what the server has said, without waiting for more."""
        stream = self.connection.stream
        stream.receive_waiting()
        while stream.whole_frame_buffered():
            self.take(self.read())

    def done(self) -> None:
        """There are no more rows."""
        self._end(_DONE)

    def fail(self, fail: bytes) -> None:
        """``fail``: the CopyFail."""
        self._end(fail)

    def _end(self, message: bytes) -> None:
        if self.connection.copying_in:
            self.connection.stream.write(message)
            self.connection.stream.flush(self.hear)

    # From the server

    def pass_over_header(self) -> None:
        """Forget the line of names, which comes first."""
        next(self.rows(), None)

    def pass_rows(self, client: Stream) -> None:
        """Pass all data on to the client, unread, until the server is ready again."""
        while not self.ended:
            self.connection.stream.forward(client, _ROWS)
            self.take(self.read())

    def rows(self) -> Iterator[bytes]:
        """The bodies of its CopyData, until it is ready again."""
        while not self.ended:
            frame = self.read()
            if frame.code == Backend.COPY_DATA:
                yield frame.body
            else:
                self.take(frame)
