"""Whether the rows of a SELECT are those of each shard put together: its DISTINCT, GROUP BY and LIMIT included."""

from copy import deepcopy

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Refused, Scattered
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.locality import Local
from pgdog_gevent.router.select import several_of
from pgdog_gevent.router.text import Text


def spans_shards(select: pg.SelectStmt, proof: Local, known: Known, text: Text) -> Refused | None:
    """Why rows of several shards would have to be put together; ``None``: they need not. Their order does not count."""
    rows = deepcopy(select)
    if not (select.distinct_clause or select.HasField('limit_count') or select.HasField('limit_offset')):
        rows.ClearField('sort_clause')
    match several_of(rows, text.sql, known, proof):
        case Scattered(order_by=(), limit=None, offset=None):
            return None
        case Refused() as refused:
            return refused
        case _:
            return Refused('rows of several shards that have to be put together before they are written')
