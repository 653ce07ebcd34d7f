"""Rows as values: the control plane reads some; the data path never does."""

from struct import Struct
from typing import Final

from pgdog_gevent.protocol.body import Body

_ROW_OF_ONE: Final = Struct('!Hi')


def decode_row(body: bytes) -> tuple[bytes | None, ...]:
    """Split a DataRow body into column values; ``None`` is NULL. Raises ProtocolViolation if it is cut short."""
    cursor = Body(body)
    values = tuple(cursor.value() for _ in range(cursor.count()))
    cursor.end()
    return values


def row_of_one(value: bytes) -> bytes:
    """The body of a DataRow that has one column."""
    return _ROW_OF_ONE.pack(1, len(value)) + value
