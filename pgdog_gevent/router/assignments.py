"""``SET (a, b) = (x, DEFAULT)``, which means what ``SET a = x, b = DEFAULT`` does: so it is looked at."""

from google.protobuf.internal.containers import RepeatedCompositeFieldContainer

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.nodes import is_star


def one_by_one(targets: RepeatedCompositeFieldContainer[pg.Node]) -> None:
    """Write rows of values as those of their columns; what a subquery gives stays as it is."""
    for node in targets:
        value = node.res_target.val
        row = value.multi_assign_ref.source.row_expr.args
        if len(row) != value.multi_assign_ref.ncolumns or any(map(is_star, row)):
            continue
        if value.HasField('multi_assign_ref'):
            alone = pg.Node()
            alone.CopyFrom(row[value.multi_assign_ref.colno - 1])
            value.CopyFrom(alone)
