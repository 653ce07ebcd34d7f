"""Bodies of messages, as shards send them."""

from struct import pack

from pgdog_gevent.merge.description import BINARY, Column, Description


def row(*values: bytes | None) -> bytes:
    """A DataRow body."""
    parts = [pack('!i', -1) if value is None else pack('!i', len(value)) + value for value in values]
    return pack('!H', len(values)) + b''.join(parts)


def int8(number: int | None) -> bytes | None:
    return None if number is None else pack('!q', number)


def column(
    name: bytes = b'id', type_oid: int = 20, *, table_oid: int = 0, modifier: int = -1, code: int = BINARY
) -> Column:
    return Column(name, table_oid, 1, type_oid, 8, modifier, code)


def description(*columns: Column) -> Description:
    return Description(columns)
