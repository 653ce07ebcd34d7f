"""UPDATE that gives its rows another sharding key, so that they may have to move to another shard."""

from collections.abc import Iterable
from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import Column
from pgdog_gevent.router.refusal import ONE_SHARD, NotProvable

MOVES_KEY: Final = (
    'a statement that changes the sharding key of a row',
    'Setting rewrite.shard_key says what happens to rows that move; delete the row and insert it anew.',
)
"""Why it is refused, and a hint."""


def check_generated(key: Column) -> None:
    """Raise NotProvable for a key that is made of other columns, which it is not known."""
    if key.generated:
        raise NotProvable(f'a statement that may change the sharding key "{key.name}", which is generated', ONE_SHARD)


def moves_key(assignments: Iterable[pg.Node], key: str) -> pg.ResTarget | None:
    """Find the assignment in a SET list that gives a row another sharding key; ``None``: all keep theirs."""
    for node in assignments:
        if node.res_target.name == key and not _itself(node.res_target, key):
            return node.res_target
    return None


def _itself(assignment: pg.ResTarget, key: str) -> bool:
    """``key = key``. With a table's name before it, it may be the column of another one."""
    fields = assignment.val.column_ref.fields
    return not assignment.indirection and len(fields) == 1 and fields[0].string.sval == key
