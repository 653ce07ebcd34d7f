"""COPY TO STDOUT of several shards: their rows, one shard after the other, as one stream."""

from itertools import chain
from typing import Final

from pgdog_gevent.errors import BadCopyFormat, ServerViolation
from pgdog_gevent.execution.copy_shard import ShardCopy
from pgdog_gevent.execution.copy_shards import ABORT, CopyShards
from pgdog_gevent.merge.tags import total
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol import frames
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.copy_binary import TRAILER, header_size
from pgdog_gevent.router.blueprint import CopyFormat, CopyOptions

_DONE: Final = frames.encode(Backend.COPY_DONE)
_BATCH: Final = 65_536
"""Bytes that are written before they are sent."""


class CopyGathered:
    """One COPY of a client."""

    __slots__ = ('_client', '_shards', '_size', 'begun')

    def __init__(self, client: Stream, shards: CopyShards) -> None:
        self._client = client
        self._shards = shards
        self._size = 0
        """Bytes that have been written since the last flush, or some before it."""
        self.begun = False
        """Whether the client has been told that rows come."""

    def run(self, sql: bytes, options: CopyOptions) -> bytes:
        """Pass all rows on, and return the body of the CommandComplete.

        Raises ShardRefused when all servers can be asked again.
        """
        shards, client = self._shards, self._client
        response = shards.begin(sql, Backend.COPY_OUT_RESPONSE)
        self.begun = True
        client.write(response.raw)
        if options.format is CopyFormat.BINARY:
            self._pass_binary()
        else:
            self._pass_lines(header=options.header)
        client.write(_DONE)
        return total(shards.tags)

    def _pass_lines(self, *, header: bool) -> None:
        for copy in self._shards.copies:
            if header and copy is not self._shards.first:
                self._shards.one(copy, ShardCopy.pass_over_header)
            self._shards.one(copy, lambda copy: copy.pass_rows(self._client))
            self._conclude(copy)

    def _conclude(self, copy: ShardCopy) -> None:
        """It has said all. Raises ShardRefused."""
        for notice in copy.take_notices():
            self._client.write(notice.raw)
        if copy.refused is not None:
            self._shards.fail(ABORT)
            raise copy.refused

    def _pass_binary(self) -> None:
        """One header, rows, one trailer. A header has no message of its own, so it goes before whatever comes next."""
        header = b''
        for copy in self._shards.copies:
            bodies = self._shards.rows(copy)
            begins = next(bodies, b'')
            size = _header_size(begins)
            if copy is self._shards.first:
                header = begins[:size]
            for body in chain((begins[size:],), bodies):
                if body and (body != TRAILER or copy is self._shards.copies[-1]):
                    self._write(header + body)
                    header = b''
            self._conclude(copy)

    def _write(self, body: bytes) -> None:
        self._client.write(frames.encode(Backend.COPY_DATA, body))
        self._size += len(body)
        if self._size >= _BATCH:
            self._client.flush()
            self._size = 0


def _header_size(begins: bytes) -> int:
    """How long the header is in the first message of a stream; there is none if the server has refused."""
    try:
        size = header_size(begins)
    except BadCopyFormat:
        size = 0
    if begins and not size:
        raise ServerViolation('the server has begun a COPY without a header')
    return size
