"""UPDATE, DELETE and MERGE of a table that is the same on all shards: all do the same to the same rows.

What would still differ is done by one shard, and the others do that to the same rows (``write_repeated``).
"""

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Blueprint, ByKey, Same
from pgdog_gevent.router.catalog import Column
from pgdog_gevent.router.defaults import default_of, takes_time, varies
from pgdog_gevent.router.deparse import deparsed
from pgdog_gevent.router.keys import EVERY
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.matched_once import matched_once
from pgdog_gevent.router.once import Alike
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.target import Target, reads_sharded
from pgdog_gevent.router.text import Text
from pgdog_gevent.router.walk import parts
from pgdog_gevent.router.write_repeated import repeated_write

Write = pg.UpdateStmt | pg.DeleteStmt | pg.MergeStmt


def write_alike(statement: Write, into: Target, known: Known, text: Text) -> Blueprint:
    """Make a statement the same on all shards. Raises NotProvable."""
    if reads_sharded(parts(statement, besides=('relation',)), statement, known, text):
        raise NotProvable(f'a write to "{into.table.name}", which all shards have, that reads a sharded table')
    return ByKey(EVERY, _same(statement, into, known, text))


def _same(statement: Write, into: Target, known: Known, text: Text) -> Same:
    node = _node(statement)
    try:
        _check_matches(statement, into, known)
        once = _Write(node, into, known, text).settled().once
    except NotProvable:
        again = None if isinstance(statement, pg.MergeStmt) else repeated_write(statement, into.table, known)
        if again is None:
            raise
        return Same(text.octets, again)
    return Same(text.octets if once is None else deparsed(node), once)


def _node(statement: Write) -> pg.Node:
    """A copy."""
    match statement:
        case pg.UpdateStmt():
            return pg.Node(update_stmt=statement)
        case pg.DeleteStmt():
            return pg.Node(delete_stmt=statement)
        case pg.MergeStmt():
            return pg.Node(merge_stmt=statement)


def _check_matches(statement: Write, into: Target, known: Known) -> None:
    """PostgreSQL leaves open which of several rows of FROM decides: shards may differ then."""
    match statement:
        case pg.UpdateStmt():
            open_ = bool(statement.from_clause) and not matched_once(statement, into, known)
        case pg.DeleteStmt():
            open_ = bool(statement.using_clause) and statement.HasField('returning_clause')
        case _:
            open_ = False
    if open_:
        raise NotProvable(f'a write to "{into.table.name}", which all shards have, where a row may match several')


class _Write:
    """A statement that is changed in place."""

    def __init__(self, node: pg.Node, into: Target, known: Known, text: Text) -> None:
        self._node = node
        self._into = into
        self._catalog = known.catalog
        self._alike = Alike(node, known, text)

    def settled(self) -> Alike:
        """Settle all of it."""
        for statement in parts(self._node):
            for part in parts(statement, besides=('relation', 'target_list', 'merge_when_clauses')):
                self._alike.settle(part, by_row=True)
        self._settle_assignments(self._node.update_stmt)
        for node in self._node.merge_stmt.merge_when_clauses:
            self._settle_action(node.merge_when_clause)
        return self._alike

    def _settle_action(self, action: pg.MergeWhenClause) -> None:
        self._alike.settle(action.condition, by_row=True)
        if action.command_type != pg.CMD_INSERT:
            self._settle_assignments(action)
            return
        given = self._given(action)
        for column, value in zip(given, action.values, strict=False):
            self._settle_value(column, value)
        missing = [column for column in self._into.table.columns if column not in given]
        if any(self._differing(column) for column in missing):
            raise NotProvable(f'a write to "{self._into.table.name}", whose defaults differ from row to row')

    def _given(self, action: pg.MergeWhenClause) -> list[Column]:
        if not action.target_list:
            return list(self._into.table.columns[: len(action.values)])
        return [self._into.column(node.res_target.name) for node in action.target_list]

    def _settle_assignments(self, change: pg.UpdateStmt | pg.MergeWhenClause) -> None:
        for node in change.target_list:
            self._settle_value(self._into.column(node.res_target.name), node.res_target.val)

    def _settle_value(self, column: Column, value: pg.Node) -> None:
        default = self._differing(column) if value.HasField('set_to_default') else None
        if default is not None:
            value.CopyFrom(default)
        if not value.HasField('a_const') or takes_time(column, self._catalog):
            self._alike.settle(value, by_row=True)

    def _differing(self, column: Column) -> pg.Node | None:
        """The default of a column if servers may compute different ones."""
        default = default_of(self._into.table, column, self._catalog)
        return default if default is not None and varies(default, self._catalog) else None
