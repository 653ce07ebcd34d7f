"""Rows as values: the control plane reads some; the data path never does."""

from pgdog_gevent.protocol.body import Body


def decode_row(body: bytes) -> tuple[bytes | None, ...]:
    """Split a DataRow body into column values; ``None`` is NULL. Raises ProtocolViolation if it is cut short."""
    cursor = Body(body)
    values = tuple(cursor.value() for _ in range(cursor.count()))
    cursor.end()
    return values
