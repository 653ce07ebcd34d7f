"""A SELECT with aggregates, GROUP BY or HAVING whose groups have rows on several shards.

Each shard groups its own rows and says what it has of each group; one PostgreSQL groups those partial rows again, and
evaluates there all that comes after: HAVING, window functions, DISTINCT, ORDER BY, LIMIT. Of GROUPING SETS the shards
compute the finest groups. Values of an aggregate with DISTINCT are groups of their own: rows are divided finer, and
every other aggregate adds up over those just as well.

Where one of the aggregates cannot be computed in two steps, shards send the rows themselves.
"""

from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.aggregates import filled, form_of, is_aggregate, takes_distinct
from pgdog_gevent.router.block import Block, CannotRewrite
from pgdog_gevent.router.blueprint import Folded
from pgdog_gevent.router.fold import Carried, copy_limit, stripped
from pgdog_gevent.router.kinds import UNKNOWN
from pgdog_gevent.router.nodes import (
    expression,
    integer,
    messages,
    outside_sublinks,
    replaced,
    replaced_below,
    select,
    target,
)

_COMPARE: Final = ('pg_catalog.min(', 'pg_catalog.max(')


class _NeedsRows(Exception):
    """An aggregate cannot be computed in two steps."""


def is_grouped(block: Block) -> bool:
    """Whether a block groups its rows."""
    statement = block.select
    return bool(statement.group_clause) or statement.HasField('having_clause') or _has_aggregate(block)


def fold_grouped(block: Block) -> Folded:
    """Divide a block that groups."""
    try:
        return _Grouping(block).folded()
    except _NeedsRows:
        return _Rows(block).folded()


def fold_rows(block: Block) -> Folded:
    """Divide a block with window functions that does not group: the shards send rows."""
    return _Rows(block, grouped=False).folded()


class _Grouping:
    """The shards group."""

    def __init__(self, block: Block) -> None:
        self._block = block
        self._carried = Carried()
        self._groups: dict[bytes, pg.Node] = {}
        """How the final text calls the expressions of GROUP BY."""

    def folded(self) -> Folded:
        if not self._block.complete:
            raise CannotRewrite('the columns of * are not known', 'Name the columns instead of *.')
        final = self._final()
        return self._carried.folded(self._partial(), final, self._block.select)

    def _partial(self) -> pg.SelectStmt:
        partial = stripped(self._block.select)
        partial.group_clause.extend(self._carried.group_positions)
        if not partial.group_clause and not self._has_aggregates():
            self._carried.own(expression('pg_catalog.count(*)'))
        return partial

    def _has_aggregates(self) -> bool:
        calls = (message for node in self._carried.targets for message in messages(node))
        return any(isinstance(call, pg.FuncCall) and is_aggregate(call, self._block.known) for call in calls)

    def _final(self) -> pg.SelectStmt:
        original, final = self._block.select, select('SELECT')
        final.group_clause.extend([self._group_item(item) for item in original.group_clause])
        final.group_distinct = original.group_distinct
        for output in self._block.outputs:
            final.target_list.append(target(self._folded(output.value), output.name))
        if original.HasField('having_clause'):
            final.having_clause.CopyFrom(self._folded(original.having_clause))
        final.window_clause.extend([replaced(window, self._change) for window in original.window_clause])
        final.distinct_clause.extend([self._distinct(item) for item in original.distinct_clause])
        final.sort_clause.extend([self._sort(item) for item in original.sort_clause])
        copy_limit(original, final)
        return final

    def _group_item(self, item: pg.Node) -> pg.Node:
        if item.HasField('grouping_set'):
            copy = pg.Node(grouping_set=pg.GroupingSet(kind=item.grouping_set.kind))
            copy.grouping_set.content.extend([self._group_item(each) for each in item.grouping_set.content])
            return copy
        if item.HasField('row_expr') and item.row_expr.row_format == pg.COERCE_IMPLICIT_CAST:
            copy = pg.Node(row_expr=pg.RowExpr(row_format=pg.COERCE_IMPLICIT_CAST))
            copy.row_expr.args.extend([self._group_item(each) for each in item.row_expr.args])
            return copy
        value = self._block.grouped(item)
        column = self._carried.group(self._block, value)
        self._groups[self._block.shape(value)] = column
        return column

    def _distinct(self, item: pg.Node) -> pg.Node:
        """An item of DISTINCT ON; of plain DISTINCT there is one, which is empty."""
        if item.WhichOneof('node') is None:
            return item
        wanted = self._block.sorted(item)
        return self._folded(wanted.value) if wanted.output is None else integer(wanted.output + 1)

    def _sort(self, item: pg.Node) -> pg.Node:
        copy = pg.Node()
        copy.CopyFrom(item)
        copy.sort_by.node.CopyFrom(self._distinct(item.sort_by.node))
        return copy

    def _folded(self, node: pg.Node) -> pg.Node:
        return replaced(node, self._change)

    def _change(self, node: pg.Node) -> pg.Node | None:
        """What stands in the final text for an expression; ``None``: what it is made of is looked at."""
        kind = node.WhichOneof('node')
        if self._groups and kind is not None and (column := self._groups.get(self._block.shape(node))):
            return column
        match kind:
            case 'func_call' if is_aggregate(node.func_call, self._block.known):
                return self._aggregate(node)
            case 'json_object_agg' | 'json_array_agg':
                raise _NeedsRows
            case _:
                return self._dependent(node) if _is_leaf(node) else None

    def _dependent(self, node: pg.Node) -> pg.Node:
        """What has one value in each group, which follows from the columns that are grouped by."""
        return filled('(pg_catalog.array_agg(a))[1]', {'a': self._carried.value(self._block, node)})

    def _aggregate(self, node: pg.Node) -> pg.Node:
        call = node.func_call
        if takes_distinct(call):
            return replaced_below(node, self._distinct_argument)
        argument = self._block.kind(call.args[0]) if len(call.args) == 1 else UNKNOWN
        form = form_of(call, argument, self._block.known)
        if form is None:
            raise _NeedsRows
        parts = [self._part(sql, call) for sql in form.partial]
        return filled(form.final, dict(zip('abc', parts, strict=False)))

    def _part(self, sql: str, call: pg.FuncCall) -> pg.Node:
        part = filled(sql, {'x': call.args[0]} if call.args else {})
        if call.HasField('agg_filter'):
            part.func_call.agg_filter.CopyFrom(call.agg_filter)
        compares = sql.startswith(_COMPARE)
        collation = self._carried.collation(self._block, call.args[0]) if compares else ''
        return self._carried.aggregate(self._block, part, collation)

    def _distinct_argument(self, node: pg.Node) -> pg.Node | None:
        match node.WhichOneof('node'):
            case 'a_const' | 'param_ref':
                return node
            case 'row_expr' | 'named_arg_expr' | 'sort_by' | 'string':
                return None
            case _:
                return self._carried.group(self._block, node)


class _Rows(_Grouping):
    """The shards send rows: all columns that are needed of them."""

    def __init__(self, block: Block, *, grouped: bool = True) -> None:
        super().__init__(block)
        self._grouped = grouped

    def _partial(self) -> pg.SelectStmt:
        return stripped(self._block.select)

    def _change(self, node: pg.Node) -> pg.Node | None:
        if node.HasField('json_object_agg') or node.HasField('json_array_agg'):
            return replaced_below(node, self._leaf)
        return super()._change(node)

    def _aggregate(self, node: pg.Node) -> pg.Node:
        return replaced_below(node, self._leaf)

    def _dependent(self, node: pg.Node) -> pg.Node:
        return super()._dependent(node) if self._grouped else self._carried.value(self._block, node)

    def _leaf(self, node: pg.Node) -> pg.Node | None:
        return self._carried.value(self._block, node) if _is_leaf(node) else None


def _is_leaf(node: pg.Node) -> bool:
    """Whether a node is what the shards send: a column, an element or a field of one, a subquery."""
    if node.HasField('a_indirection'):
        return _is_leaf(node.a_indirection.arg)
    return node.HasField('column_ref') or node.HasField('sub_link')


def _has_aggregate(block: Block) -> bool:
    looked_at = [*block.select.target_list, *block.select.sort_clause, *block.select.distinct_clause]
    found = (message for node in looked_at for message in outside_sublinks(node))
    return any(_aggregates(message, block) for message in found)


def _aggregates(message: Message, block: Block) -> bool:
    if isinstance(message, pg.FuncCall):
        return is_aggregate(message, block.known)
    return isinstance(message, pg.JsonObjectAgg | pg.JsonArrayAgg | pg.GroupingFunc)
