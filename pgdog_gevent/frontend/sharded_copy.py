"""COPY over several shards, for one session: whoever calls has begun the transaction, if one is needed."""

from pgdog_gevent.execution.copy_gathered import CopyGathered
from pgdog_gevent.execution.copy_shards import CopyShards, Reach
from pgdog_gevent.execution.copy_split import CopySplit
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.frontend.foresight import foresee
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.router.plan import CopyIn, CopyOutOf
from pgdog_gevent.router.statement import Statement
from pgdog_gevent.sharding.lookup import LookUp


class ShardedCopy:
    """Has each COPY done, data and all."""

    __slots__ = ('_client', '_holdings', '_look_up', '_reach', 'begun')

    def __init__(self, client: Stream, holdings: Holdings, reach: Reach, look_up: LookUp) -> None:
        self._client = client
        self._holdings = holdings
        self._reach = reach
        self._look_up = look_up
        self.begun = False
        """Whether the client has been told that the last one has begun."""

    def run(self, meaning: Statement, found: CopyIn | CopyOutOf, sql: bytes) -> bytes:
        """Return the body of the CommandComplete. Raises as ``CopySplit.run`` and ``CopyGathered.run``."""
        self.begun = False
        for shard in found.shards:
            self._reach(shard)
            foresee(self._holdings.binding, meaning, sql)
        shards = CopyShards(self._holdings.turn_to, self._reach, found.shards)
        if isinstance(found, CopyIn):
            return self._take(CopySplit(self._client, shards, found.rows, self._look_up), sql)
        return self._give(CopyGathered(self._client, shards), sql, found)

    def _take(self, copy: CopySplit, sql: bytes) -> bytes:
        try:
            return copy.run(sql)
        finally:
            self.begun = copy.begun

    def _give(self, copy: CopyGathered, sql: bytes, found: CopyOutOf) -> bytes:
        try:
            return copy.run(sql, found.options)
        finally:
            self.begun = copy.begun
