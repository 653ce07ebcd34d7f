"""ON CONFLICT of an INSERT into a sharded table: what it does is done on the shard of the new row."""

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.moved_key import MOVES_KEY
from pgdog_gevent.router.nodes import location
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.text import Text


def check_conflict(insert: pg.InsertStmt, key: str, text: Text) -> None:
    """Raise NotProvable if DO UPDATE gives a row another key than that of the shard it is on.

    The row that is there and the one that is not inserted have keys of that shard, both.
    """
    for node in insert.on_conflict_clause.target_list:
        assignment = node.res_target
        if assignment.name == key and not _stays(assignment, key):
            raise NotProvable(*MOVES_KEY, position=text.position(location(node)))


def _stays(assignment: pg.ResTarget, key: str) -> bool:
    if assignment.indirection or not assignment.val.HasField('column_ref'):
        return False
    return assignment.val.column_ref.fields[-1].string.sval == key
