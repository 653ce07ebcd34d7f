"""A frame: one message as it stands on the wire.

One byte of code, four bytes of length (which counts itself, not the code), then the body.
"""

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

HEADER_SIZE = 5
_header = Struct('!BI')
read_header = _header.unpack_from
"""``read_header(buffer, offset) -> (code, length)``; the length counts its own four bytes."""


class Frame(NamedTuple):
    """One message: its code and its body, still undecoded. ``wire`` is the whole message, if it came over the wire."""

    code: int
    body: bytes
    wire: bytes = b''

    @property
    def raw(self) -> bytes:
        """The message as it goes over the wire."""
        return self.wire or encode(self.code, self.body)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frame) and (self.code, self.body) == (other.code, other.body)

    def __hash__(self) -> int:
        return hash((self.code, self.body))

    @property
    def letter(self) -> str:
        """The code as the documentation writes it."""
        return chr(self.code)


def codes(messages: bytes) -> Iterator[int]:
    """The codes of whole messages, one after another."""
    position = 0
    while position < len(messages):
        code, length = read_header(messages, position)
        yield code
        position += length + 1


def encode(code: int, body: bytes = b'') -> bytes:
    """Put the header before a body."""
    return _header.pack(code, len(body) + 4) + body
