"""A SELECT whose rows one PostgreSQL has to compare.

Either rows that DISTINCT makes one of may be on several shards, or the order of text is that of a collation.

Each shard does it with its own rows, and one PostgreSQL once more with what is left.
"""

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.block import Block, CannotRewrite
from pgdog_gevent.router.blueprint import Folded
from pgdog_gevent.router.fold import Carried, copy_limit, stripped
from pgdog_gevent.router.limits import take_limits
from pgdog_gevent.router.nodes import select, target


def fold_compared(block: Block) -> Folded:
    """Divide a block without groups that must be, and whose window functions each shard can compute alone."""
    if not block.complete:
        raise CannotRewrite('the columns of * are not known', 'Name the columns instead of *.')
    return _Comparing(block).folded()


def is_plain(statement: pg.SelectStmt) -> bool:
    """Whether DISTINCT is one without ON."""
    return bool(statement.distinct_clause) and statement.distinct_clause[0].WhichOneof('node') is None


class _Comparing:
    def __init__(self, block: Block) -> None:
        self._block = block
        self._distinct = bool(block.select.distinct_clause)
        self._carried = Carried()
        self._columns = [self._own(output.value) for output in block.outputs]

    def folded(self) -> Folded:
        original = self._block.select
        partial, final = stripped(original), select('SELECT')
        partial.window_clause.extend(original.window_clause)
        for output, column in zip(self._block.outputs, self._columns, strict=True):
            final.target_list.append(target(column, output.name))
        self._make_distinct(partial, final)
        self._sort(partial, final)
        copy_limit(original, final)
        return self._carried.folded(partial, final, original)

    def _own(self, value: pg.Node) -> pg.Node:
        return self._carried.own(value, self._collation(value))

    def _collation(self, value: pg.Node) -> str:
        if self._distinct:
            return self._carried.collation(self._block, value)
        return self._block.kind(value).collation or ''

    def _make_distinct(self, partial: pg.SelectStmt, final: pg.SelectStmt) -> None:
        original = self._block.select
        if is_plain(original):
            partial.distinct_clause.extend(original.distinct_clause)
            final.distinct_clause.extend(original.distinct_clause)
        else:
            final.distinct_clause.extend([self._column(item) for item in original.distinct_clause])
            partial.distinct_clause.extend(filter(None, map(self._carried.position, final.distinct_clause)))

    def _sort(self, partial: pg.SelectStmt, final: pg.SelectStmt) -> None:
        """DISTINCT ON and LIMIT take the first in that order, here and there."""
        original = self._block.select
        for item in original.sort_clause:
            column = self._column(item.sort_by.node)
            final.sort_clause.append(_sorted(item, column))
            position = self._carried.position(column)
            if position is not None and not is_plain(original):
                partial.sort_clause.append(_sorted(item, position))
        if not self._distinct and original.limit_option != pg.LIMIT_OPTION_WITH_TIES:
            limits = pg.SelectStmt()
            limits.CopyFrom(original)
            take_limits(limits)
            copy_limit(limits, partial)

    def _column(self, item: pg.Node) -> pg.Node:
        wanted = self._block.sorted(item)
        if wanted.output is not None:
            self._carried.collation(self._block, wanted.value)
            return self._columns[wanted.output]
        if is_plain(self._block.select):
            raise CannotRewrite('ORDER BY of SELECT DISTINCT is not in the select list', node=item)
        return self._carried.value(self._block, wanted.value)


def _sorted(item: pg.Node, by: pg.Node) -> pg.Node:
    copy = pg.Node()
    copy.CopyFrom(item)
    copy.sort_by.node.CopyFrom(by)
    return copy
