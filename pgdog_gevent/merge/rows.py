"""DataRows as bytes: where a column begins, and a row without the columns that its client did not ask for."""

from struct import Struct, error
from typing import Final

from pgdog_gevent.errors import ProtocolViolation

NULL: Final = 0xFFFFFFFF
"""The length of a value that is NULL, read unsigned: every other negative length reaches beyond all messages."""

uint32 = Struct('!I').unpack_from
count = Struct('!H').pack
_columns = Struct('!H').unpack_from


def offset_after(body: bytes, columns: int) -> int:
    """Return where the first ``columns`` values of a DataRow body end; it may be beyond the end of the body.

    Raises ``struct.error`` if one of them would begin there.
    """
    at = 2
    for _ in range(columns):
        size = uint32(body, at)[0]
        at += 4 if size == NULL else 4 + size
    return at


def without_helpers(body: bytes, visible: int) -> bytes:
    """Return a DataRow body with its first ``visible`` columns only. Raises ProtocolViolation if it has fewer."""
    try:
        end = offset_after(body, visible)
    except error:
        raise malformed() from None
    if end > len(body):
        raise malformed()
    return count(visible) + body[2:end]


def helpers_of(body: bytes, visible: int) -> bytes:
    """Return a DataRow body without its first ``visible`` columns. Raises ProtocolViolation if it has fewer."""
    try:
        at = offset_after(body, visible)
        columns = _columns(body)[0]
    except error:
        raise malformed() from None
    if at > len(body) or columns < visible:
        raise malformed()
    return count(columns - visible) + body[at:]


def malformed() -> ProtocolViolation:
    return ProtocolViolation('malformed DataRow message')
