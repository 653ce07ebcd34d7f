"""A cursor over the body of one message. Reading past the end is a ``ProtocolViolation``."""

from struct import Struct

from pgdog_gevent.errors import ProtocolViolation

_uint16 = Struct('!H').unpack_from
_int16 = Struct('!h').unpack_from
_int32 = Struct('!i').unpack_from
_uint32 = Struct('!I').unpack_from


class Body:
    """Reads the fields of a message in order.

    The counts of the protocol are Int16 on paper, yet PostgreSQL reads them unsigned (65,535 parameters), hence
    ``count``.
    """

    __slots__ = ('_bytes', '_position')

    def __init__(self, body: bytes) -> None:
        self._bytes = body
        self._position = 0

    def _take(self, size: int) -> int:
        start = self._position
        if start + size > len(self._bytes):
            raise ProtocolViolation('insufficient data left in message')
        self._position = start + size
        return start

    def byte(self) -> int:
        return self._bytes[self._take(1)]

    def int16(self) -> int:
        number: int = _int16(self._bytes, self._take(2))[0]
        return number

    def count(self) -> int:
        number: int = _uint16(self._bytes, self._take(2))[0]
        return number

    def int32(self) -> int:
        number: int = _int32(self._bytes, self._take(4))[0]
        return number

    def uint32(self) -> int:
        number: int = _uint32(self._bytes, self._take(4))[0]
        return number

    def cstring(self) -> bytes:
        """Bytes up to the next NUL, without it."""
        end = self._bytes.find(b'\0', self._position)
        if end < 0:
            raise ProtocolViolation('invalid string in message')
        start, self._position = self._position, end + 1
        return self._bytes[start:end]

    def text(self) -> str:
        """A string that has to be UTF-8, such as a user name."""
        try:
            return self.cstring().decode()
        except UnicodeDecodeError:
            raise ProtocolViolation('invalid byte sequence for encoding "UTF8" in message') from None

    def value(self) -> bytes | None:
        """A length and as many bytes; ``None`` for length -1, which is NULL."""
        size = self.int32()
        if size == -1:
            return None
        return self.take(size)

    def take(self, size: int) -> bytes:
        if size < 0:
            raise ProtocolViolation('negative length in message')
        start = self._take(size)
        return self._bytes[start : self._position]

    def rest(self) -> bytes:
        """All that has not been read."""
        return self.take(len(self._bytes) - self._position)

    def end(self) -> None:
        """Make sure that all has been read."""
        if self._position != len(self._bytes):
            raise ProtocolViolation('invalid message format')
