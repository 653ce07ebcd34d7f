"""COPY FROM STDIN over several shards: each row goes where it belongs, or all go to all.

All shards are in one transaction, which whoever calls has begun. Rows pass in batches; who does not take his holds the
client back. What a server says is looked for with each batch: one that fails ends it for all.
"""

from collections.abc import Iterable
from functools import partial
from typing import Final, Protocol

from pgdog_gevent.errors import BadCopyData, FeatureNotSupported, LookupFailed, ShardsDisagree
from pgdog_gevent.execution.client_data import ClientFailed, chunks_of, pass_over_rest
from pgdog_gevent.execution.copy_shard import ShardCopy
from pgdog_gevent.execution.copy_shards import ABORT, CopyShards
from pgdog_gevent.execution.question import ShardRefused
from pgdog_gevent.merge.tags import total
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.copy_rows import KeyedRow
from pgdog_gevent.router.blueprint import CopyRows
from pgdog_gevent.router.copy_placing import EVERYWHERE, Placement
from pgdog_gevent.router.copy_stream import reads_text, splitter_of
from pgdog_gevent.sharding.lookup import LookUp, not_looked_up

_BATCH: Final = 32_768
"""Bytes for each shard, on average, that are gathered before they are sent."""
_FAILURES: Final = (ShardRefused, BadCopyData, FeatureNotSupported, LookupFailed)
"""What ends a COPY, after which client and servers are in step."""


class _Sink(Protocol):
    """Who takes the stream of the client, and gives it to the servers."""

    def take(self, chunk: bytes) -> None:
        """Raises ShardRefused, ServerLost, and what is wrong with the stream."""
        ...

    def finish(self) -> None:
        """There is no more of it."""
        ...


class CopySplit:
    """One COPY of a client."""

    __slots__ = ('_client', '_look_up', '_rows', '_shards', 'begun')

    def __init__(
        self, client: Stream, shards: CopyShards, rows: CopyRows | None, look_up: LookUp = not_looked_up
    ) -> None:
        """Without ``rows`` each shard gets all of them."""
        self._client = client
        self._shards = shards
        self._rows = rows
        self._look_up = look_up
        self.begun = False
        """Whether the client has been told to send."""

    def run(self, sql: bytes) -> bytes:
        """Have it done, and return the body of the CommandComplete.

        Raises ShardRefused, BadCopyData, FeatureNotSupported when all servers can be asked again;
        the client need not have sent all of it.
        """
        shards, client, rows = self._shards, self._client, self._rows
        response = shards.begin(sql, Backend.COPY_IN_RESPONSE)
        try:
            sink: _Sink = _ToAll(shards) if rows is None else _ToHomes(shards, rows, self._look_up)
            client.write(response.raw)
            self.begun = True
            self._pass(sink)
        except _FAILURES:
            shards.fail(ABORT)
            pass_over_rest(client)
            raise
        except ClientFailed as failed:
            shards.fail(failed.message)
            shards.check()
            raise
        return total(shards.tags) if rows is not None else self._tag_of_all()

    def _pass(self, sink: _Sink) -> None:
        for chunk in chunks_of(self._client, self._wait):
            sink.take(chunk)
            self._give_notices()
        sink.finish()
        self._shards.finish()
        self._give_notices()

    def _wait(self) -> None:
        """Wait for the client, or for what a server says. Raises ShardRefused."""
        self._client.flush()
        self._client.wait_any(self._shards.streams)
        self._shards.each(ShardCopy.hear)
        self._shards.check()
        self._give_notices()

    def _give_notices(self) -> None:
        """Of what all do alike the client hears once."""
        for copy in self._shards.copies:
            for notice in copy.take_notices():
                if self._rows is not None or copy is self._shards.first:
                    self._client.write(notice.raw)

    def _tag_of_all(self) -> bytes:
        tags = set(self._shards.tags)
        if len(tags) != 1:
            raise ShardsDisagree('shards should have copied the same rows, and have not')
        return tags.pop()


class _ToAll:
    """Gives all of it to each server."""

    def __init__(self, shards: CopyShards) -> None:
        self._shards = shards

    def take(self, chunk: bytes) -> None:
        self._shards.each(lambda copy: copy.send(chunk))
        self._shards.check()

    def finish(self) -> None:
        pass


class _ToHomes:
    """Gives each row to the server of its shard. Raises FeatureNotSupported if rows cannot be told apart."""

    def __init__(self, shards: CopyShards, rows: CopyRows, look_up: LookUp) -> None:
        parameters = shards.first.connection.parameters
        encoding = parameters.get('client_encoding', '')
        self._shards = shards
        self._splitter = splitter_of(rows, encoding, parameters.get('server_version', ''))
        utf8 = reads_text(rows, encoding, parameters.get('server_encoding', ''))
        self._placement = Placement(rows, reads_text=utf8, look_up=look_up)
        self._batches: list[list[bytes]] = [[] for _ in shards.copies]
        self._room = self._most = _BATCH * len(shards.copies)

    def take(self, chunk: bytes) -> None:
        self._place(self._splitter.feed(chunk))
        self._room -= len(chunk)
        if self._room <= 0:
            self._send()

    def finish(self) -> None:
        self._place(self._splitter.finish())
        self._send()

    def _place(self, found: Iterable[KeyedRow]) -> None:
        keyed = list(found)
        placement, batches = self._placement, self._batches
        placement.learn(keyed)
        for key, row in keyed:
            shard = placement[key]
            if shard == EVERYWHERE:
                for batch in batches:
                    batch.append(row)
            else:
                batches[shard].append(row)

    def _send(self) -> None:
        for copy, batch in zip(self._shards.copies, self._batches, strict=True):
            rows = b''.join(batch)
            batch.clear()
            self._shards.one(copy, partial(ShardCopy.send, rows=rows))
        self._room = self._most
        self._shards.check()
