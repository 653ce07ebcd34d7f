"""The servers of one COPY that several shards do together: they begin together, and one that fails fails all."""

from collections.abc import Callable, Iterator
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.errors import ServerLost, ServerViolation, ShardsDisagree
from pgdog_gevent.execution.copy_shard import ShardCopy
from pgdog_gevent.execution.question import ShardRefused, lost
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.protocol import frames
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.frames import Frame

Reach = Callable[[int], BackendConnection]
"""Gives the connection of a shard, ready to be asked."""

ABORT: Final = frames.encode(Frontend.COPY_FAIL, b'another shard, or the proxy, has ended it\0')


class CopyShards:
    """They must have come to the end of the COPY, or failed in it, before they can be asked anything else."""

    def __init__(self, turn_to: Callable[[int], None], reach: Reach, shards: tuple[int, ...]) -> None:
        """``turn_to`` has the connection of a shard in hand."""
        self._turn_to = turn_to
        self.copies = tuple(ShardCopy(shard, reach(shard)) for shard in shards)

    @property
    def first(self) -> ShardCopy:
        return self.copies[0]

    def begin(self, sql: bytes, code: int) -> Frame:
        """Have all begin, and return their response, which has this code. Raises ShardRefused, ShardsDisagree."""
        self.each(lambda copy: copy.copy(sql))
        self.each(ShardCopy.begin)
        refused = self.refused
        if refused is not None:
            self.fail(ABORT)
            raise refused
        responses = {copy.response for copy in self.copies}
        response = self.first.response
        if response is None or response.code != code:
            raise ServerViolation('the server has not begun the COPY that was asked for')
        if len(responses) != 1:
            self.fail(ABORT)
            raise ShardsDisagree('the table has other columns on some shards than on others')
        return response

    @property
    def refused(self) -> ShardRefused | None:
        """The first error."""
        return next((copy.refused for copy in self.copies if copy.refused is not None), None)

    def check(self) -> None:
        """Raise the first error."""
        if self.refused is not None:
            raise self.refused

    def finish(self) -> None:
        """Have all do what they have got. Raises ShardRefused."""
        self.each(ShardCopy.done)
        self.each(ShardCopy.drop)
        self.check()

    def fail(self, message: bytes) -> None:
        """End it with a CopyFail, or read the rest of what comes, until all can be asked again."""
        self.each(lambda copy: copy.fail(message))
        self.each(ShardCopy.drop)

    def each(self, act: Callable[[ShardCopy], None]) -> None:
        for copy in self.copies:
            self.one(copy, act)

    def one(self, copy: ShardCopy, act: Callable[[ShardCopy], None]) -> None:
        """A connection that is lost is in hand then: whoever deals with that looks there."""
        try:
            act(copy)
        except ServerLost as error:
            self._turn_to(copy.shard)
            raise lost(copy.shard, error) from None

    def rows(self, copy: ShardCopy) -> Iterator[bytes]:
        """The bodies of its CopyData."""
        try:
            yield from copy.rows()
        except ServerLost as error:
            self._turn_to(copy.shard)
            raise lost(copy.shard, error) from None

    @property
    def streams(self) -> list[Stream]:
        return [copy.connection.stream for copy in self.copies]

    @property
    def tags(self) -> list[bytes]:
        return [copy.tag for copy in self.copies]
