"""What the client of several shards sees of their rows."""

from typing import Final

from pgdog_gevent.execution.answer import Answer
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol import frames
from pgdog_gevent.protocol.codes import Backend

_ROWS: Final = 65_536
"""Bytes that are written before they are sent."""


def print_rows(client: Stream, answer: Answer) -> None:
    """Write the rows, and what the servers say beside."""
    batch, size = list[bytes](), 0
    _print_notices(client, answer)
    for row in answer.rows:
        batch.append(frames.encode(Backend.DATA_ROW, row))
        size += len(row)
        if size >= _ROWS:
            client.write(b''.join(batch))
            _print_notices(client, answer)
            client.flush()
            batch, size = [], 0
    client.write(b''.join(batch))
    _print_notices(client, answer)


def _print_notices(client: Stream, answer: Answer) -> None:
    for notice in answer.notices():
        client.write(notice.raw)
