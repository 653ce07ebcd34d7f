"""Parts of messages. ``octets.pyx`` is the same in C, where the arguments are no objects."""

from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.frames import encode


def part(message: bytes, start: int, end: int) -> bytes:
    """The bytes from ``start`` to ``end``, both of which are in the message."""
    return message[start:end]


def find_nul(message: bytes, start: int, end: int) -> int:
    """Where the first NUL between the two is; -1 if there is none."""
    return message.find(b'\0', start, end)


def bind_under(name: bytes, message: bytes, start: int, end: int) -> bytes:
    """A Bind of the unnamed portal to a statement; the rest of its body is that part of ``message``."""
    return encode(Frontend.BIND, b'\0%b%b' % (name, message[start:end]))
