"""What is written that all shards have alike: a statement that does so must not be done by some of them only."""

from collections.abc import Iterator

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import messages
from pgdog_gevent.router.places import Standing, place


def writes_alike(tree: pg.RawStmt, known: Known) -> bool:
    """Whether a statement writes, at any depth, a table of which all shards have the same rows."""
    return any(place(relation, known).standing is Standing.EVERYWHERE for relation in _written(tree))


def _written(root: Message) -> Iterator[pg.RangeVar]:
    for message in messages(root):
        match message:
            case pg.InsertStmt() | pg.UpdateStmt() | pg.DeleteStmt() | pg.MergeStmt():
                yield message.relation
            case pg.CopyStmt(is_from=True):
                yield message.relation
            case pg.TruncateStmt():
                yield from (relation.range_var for relation in message.relations)
            case _:
                pass
