"""That of no table which a statement names it has been missed that it does."""

from collections.abc import Iterator

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.level import Unresolved, Work, children


def expect_all_seen(statement: Message, work: Work) -> None:
    """Raise Unresolved if ``statement`` names a table where ``work`` has looked at none."""
    for relation in _relations(statement, work.ctes):
        if relation.location not in work.relations:
            raise Unresolved(f'{relation.relname} stands where no table is expected')


def _relations(root: Message, ctes: set[int]) -> Iterator[pg.RangeVar]:
    """The tables that are named to be read or written; CTEs that nothing refers to are not run."""
    stack = [root]
    while stack:
        message = stack.pop()
        if isinstance(message, pg.RangeVar):
            yield message
        if isinstance(message, pg.LockingClause | pg.IntoClause):
            continue
        if isinstance(message, pg.CommonTableExpr) and _is_left_out(message, ctes):
            continue
        stack.extend(children(message))


def _is_left_out(cte: pg.CommonTableExpr, ctes: set[int]) -> bool:
    """Those that write are looked at by whoever asks for them."""
    return cte.location not in ctes or not cte.ctequery.HasField('select_stmt')
