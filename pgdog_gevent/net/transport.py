"""How bytes get on and off a socket: as they are, or through TLS. Nothing here waits."""

import _socket
import ssl
from typing import Final

_CHUNK: Final = 65_536
_TLS_RUN: Final = 262_144
_RECORD: Final = 16_384
"""The most that a record of TLS can hold."""


class PlainTransport:
    """Bytes as they are."""

    __slots__ = ('socket',)

    session = None
    pending = False

    def __init__(self, socket: _socket.socket) -> None:
        self.socket = socket

    def receive(self) -> bytes:
        """What has arrived; empty at the end. Raises BlockingIOError when nothing has."""
        return self.socket.recv(_CHUNK)

    def seal(self, message: bytes | memoryview) -> bytes | memoryview:
        """What has to be sent to say ``message``."""
        return message


class TlsTransport:
    """Bytes through TLS, by way of memory BIOs, so that only this module and the stream touch the socket."""

    __slots__ = ('_ended', '_incoming', '_outgoing', 'session', 'socket')

    def __init__(
        self, socket: _socket.socket, context: ssl.SSLContext, server_side: bool, hostname: str | None, arrived: bytes
    ) -> None:
        self.socket = socket
        self._ended = False
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._incoming.write(arrived)
        self.session: ssl.SSLObject = context.wrap_bio(
            self._incoming, self._outgoing, server_side=server_side, server_hostname=hostname
        )

    @property
    def pending(self) -> bool:
        """Whether ``receive`` may have something although the socket is silent."""
        return self._incoming.pending > 0 or self._ended or self.session.pending() > 0

    def handshake(self) -> tuple[bool, bytes]:
        """Go one step; say whether it is done and what must be sent."""
        try:
            self.session.do_handshake()
        except ssl.SSLWantReadError:
            return False, self._outgoing.read()
        return True, self._outgoing.read()

    def outgoing(self) -> bytes:
        """What TLS itself wants sent, such as an alert."""
        return self._outgoing.read()

    def feed(self) -> int:
        """Take in what the socket has; 0 at the end. Raises BlockingIOError when it has nothing."""
        sealed = self.socket.recv(_CHUNK)
        if sealed:
            self._incoming.write(sealed)
        else:
            self._incoming.write_eof()
        return len(sealed)

    def receive(self) -> bytes:
        """What has arrived, opened; empty at the end. Raises BlockingIOError when no record is complete."""
        if not self.pending:
            self.feed()
        opened = self._open()
        if opened is None:
            raise BlockingIOError
        return opened

    def _open(self) -> bytes | None:
        """All complete records; ``None`` when there is none."""
        records: list[bytes] = []
        size = 0
        while size < _TLS_RUN:
            record = self._open_record()
            if record is None:
                break
            records.append(record)
            size += len(record)
            if not self.pending or not record:
                break
        return records[0] if len(records) == 1 else b''.join(records) if records else None

    def _open_record(self) -> bytes | None:
        """Empty at the end; ``None`` when no record is complete."""
        try:
            record = self.session.read(_RECORD)
        except ssl.SSLWantReadError:
            return None
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            record = b''
        self._ended = not record
        return record

    def seal(self, message: bytes | memoryview) -> bytes:
        """What has to be sent to say ``message``."""
        self.session.write(message)
        return self._outgoing.read()
