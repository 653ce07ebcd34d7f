"""A statement that all shards are to do alike: what would differ among them is evaluated once, before.

That changes the tree: such an expression becomes a parameter after those of the text. What differs from row to row
(``random()`` in an UPDATE), or depends on the order in which a server happens to have its rows, is refused.
"""

from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Once
from pgdog_gevent.router.catalog import TableKind
from pgdog_gevent.router.deparse import deparsed
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import location
from pgdog_gevent.router.places import place
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.text import Text
from pgdog_gevent.router.varying import (
    Variation,
    function_name,
    is_moment,
    is_text,
    names_object,
    reads_time,
    variation,
)
from pgdog_gevent.router.walk import has, highest_parameter, parts

_SYSTEM_COLUMNS: Final = frozenset({'ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid'})
_UNORDERED: Final = {
    pg.RangeTableSample: 'TABLESAMPLE',
    pg.CurrentOfExpr: 'WHERE CURRENT OF',
    pg.JsonArrayAgg: 'JSON_ARRAYAGG',
    pg.JsonObjectAgg: 'JSON_OBJECTAGG',
    pg.WindowDef: 'a window function',
}
_TABLES: Final = frozenset({TableKind.TABLE, TableKind.PARTITIONED})
"""What a view or a server elsewhere answers may differ from one moment to the next."""
_HINT: Final = 'All shards have the rows of this table, and have to get the same.'


class Alike:
    """Makes a statement the same on all shards, part by part."""

    def __init__(self, statement: Message, known: Known, text: Text) -> None:
        self._known = known
        self._text = text
        self._parameters = highest_parameter(statement)
        self._evaluated: list[pg.Node] = []

    def settle(self, root: Message, by_row: bool) -> None:
        """Change what differs below ``root``; ``by_row``: it is evaluated for each of several rows.

        Raises NotProvable for what cannot be made the same.
        """
        stack = [(root, by_row)]
        while stack:
            message, rows = stack.pop()
            if isinstance(message, pg.Node) and self._evaluates(message, rows):
                self._take(message)
                continue
            if isinstance(message, pg.TypeCast) and is_text(message):
                continue
            self._check(message)
            rows = rows or isinstance(message, pg.SubLink | pg.SelectStmt)
            stack.extend((part, rows) for part in reversed([*parts(message)]))

    @property
    def once(self) -> Once | None:
        """What has to be evaluated; ``None``: nothing, and the tree is as it was."""
        if not self._evaluated:
            return None
        targets = [pg.Node(res_target=pg.ResTarget(val=node)) for node in self._evaluated]
        select = pg.SelectStmt(
            target_list=targets, limit_option=pg.LIMIT_OPTION_DEFAULT, op=pg.SETOP_NONE
        )
        return Once(deparsed(pg.Node(select_stmt=select)), self._parameters)

    def _take(self, node: pg.Node) -> None:
        if has(node, pg.ColumnRef, pg.SubLink):
            raise self._differs('an expression that differs from row to row', node)
        evaluated = pg.Node()
        evaluated.CopyFrom(node)
        self._evaluated.append(evaluated)
        number = self._parameters + len(self._evaluated)
        node.CopyFrom(pg.Node(param_ref=pg.ParamRef(number=number)))

    def _evaluates(self, node: pg.Node, rows: bool) -> bool:
        """Whether it has to be evaluated before, itself and not a part of it."""
        match node.WhichOneof('node'):
            case 'sqlvalue_function':
                return True
            case 'type_cast':
                cast = node.type_cast
                return reads_time(cast) and cast.arg.HasField('a_const') and is_moment(cast.arg.a_const)
            case 'func_call':
                return self._varies(node, rows)
            case _:
                return False

    def _varies(self, node: pg.Node, rows: bool) -> bool:
        how = variation(node.func_call, self._known.catalog)
        name = function_name(node.func_call)
        if how is Variation.UNKNOWN:
            raise self._differs(f'function {name}(), which may differ from shard to shard', node)
        if how is Variation.BY_CALL and rows:
            raise self._differs(f'function {name}(), which differs from row to row', node)
        return how is not Variation.NEVER

    def _check(self, message: Message) -> None:
        match message:
            case pg.SelectStmt():
                self._check_select(message)
            case pg.Node():
                self._check_node(message)
            case pg.RangeVar():
                self._check_relation(message)
            case _ if type(message) in _UNORDERED:
                raise self._differs(_UNORDERED[type(message)], message)

    def _check_select(self, select: pg.SelectStmt) -> None:
        """Whether its rows are the same everywhere, in whatever order they come."""
        if select.distinct_clause or select.group_clause:
            raise self._differs('DISTINCT or GROUP BY, which keep one of several equal values', select)
        if select.HasField('limit_count') or select.HasField('limit_offset'):
            raise self._differs('LIMIT or OFFSET, which depend on an order', select)
        if select.op not in (pg.SETOP_NONE, pg.SETOP_UNION) or (select.op == pg.SETOP_UNION and not select.all):
            raise self._differs('a set operation, which keeps one of several equal values', select)
        if select.locking_clause:
            raise self._differs('FOR UPDATE or FOR SHARE', select)

    def _check_relation(self, relation: pg.RangeVar) -> None:
        table = place(relation, self._known).table
        if table is not None and table.kind not in _TABLES:
            raise self._differs(f'"{relation.relname}", which is not a plain table', relation)

    def _check_node(self, node: pg.Node) -> None:
        match node.WhichOneof('node'):
            case 'column_ref' if system_column(node.column_ref):
                raise self._differs('a system column', node)
            case 'type_cast' if names_object(node.type_cast):
                raise self._differs('an OID, which is another on each server', node)
            case 'a_const' if is_moment(node.a_const):
                raise self._differs('a string that may be a time', node)
            case 'a_expr' if self._users_operator(node.a_expr):
                raise self._differs('an operator that a user made', node)

    def _users_operator(self, operation: pg.A_Expr) -> bool:
        functions = self._known.catalog.functions
        names = functions.operators - functions.immutable_operators
        return bool(operation.name) and operation.name[-1].string.sval in names

    def _differs(self, why: str, node: Message) -> NotProvable:
        return NotProvable(why, _HINT, self._text.position(location(node)))


def system_column(column: pg.ColumnRef) -> bool:
    """Whether it is one that each server fills by itself, such as ``ctid``."""
    return column.fields[-1].string.sval in _SYSTEM_COLUMNS
