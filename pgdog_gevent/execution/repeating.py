"""An INSERT that one shard computes: its new rows are given to the others, so that all have the same.

All of it is one transaction, which the caller has begun.
"""

from dataclasses import dataclass, replace

from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.errors import ShardsDisagree
from pgdog_gevent.execution.answer import Answer, Asked, rows_of
from pgdog_gevent.execution.moving import Servers
from pgdog_gevent.execution.question import NO_TYPES, Question, Values
from pgdog_gevent.execution.unnested import types_of
from pgdog_gevent.merge.arrays import Columns
from pgdog_gevent.merge.description import BINARY, shard_formats
from pgdog_gevent.merge.rows import helpers_of, without_helpers
from pgdog_gevent.pgtypes import oids
from pgdog_gevent.router.blueprint import Repeated


@dataclass(frozen=True, slots=True)
class Repeater:
    """Does what one INSERT asks for. ``limit``: bytes of rows that may be kept in memory."""

    servers: Servers
    how: Repeated
    asked: Asked
    shape: Shape
    limit: int

    def answer(self, shards: tuple[int, ...]) -> Answer:
        """Raises as ``SeveralShards.answer``."""
        described, values = self.shape.description, self.asked.values
        visible = 0 if described is None else len(described.columns)
        formats = shard_formats(values.result_formats, visible, len(self.how.elements))
        question = Question(self.how.first, self.shape.types, replace(values, result_formats=formats))
        [(first, rows)] = self.servers.rows_of({shards[0]: question})
        self._repeat(shards[1:], [helpers_of(row, visible) for row in rows], first.tag)
        told = None if described is None else described.with_formats(values.result_formats).encode()
        returned = [] if described is None else [without_helpers(row, visible) for row in rows]
        return Answer(told, rows_of(returned), (first,), first.tag)

    def _repeat(self, others: tuple[int, ...], rows: list[bytes], tag: bytes) -> None:
        columns = Columns(len(self.how.elements), self.limit)
        for row in rows:
            columns.add(row)
        types = types_of(NO_TYPES, [oids.ARRAY_OF[element] for element in self.how.elements])
        values = Values((BINARY,), tuple(columns.encode(self.how.elements)))
        for answer, _ in self.servers.rows_of(dict.fromkeys(others, Question(self.how.rest, types, values))):
            if answer.tag != tag:
                raise ShardsDisagree('shards should have got the same rows, and have not')
