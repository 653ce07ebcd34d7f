"""Times that a statement assigns to columns: defaults are written into it, literals are read by their columns."""

from collections.abc import Iterable, Mapping, Sequence

from google.protobuf.internal.containers import RepeatedCompositeFieldContainer

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import Column, Table
from pgdog_gevent.router.defaults import default_of
from pgdog_gevent.router.insert_alike import is_star, lists_rows
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.moments import Moments, tells_time
from pgdog_gevent.router.places import Place, Standing, place
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.walk import parts

Write = pg.InsertStmt | pg.UpdateStmt | pg.MergeStmt
_Nodes = RepeatedCompositeFieldContainer[pg.Node]


def mark_write(statement: Write, moments: Moments, known: Known) -> None:
    """Have ``moments`` mark all of a statement. Raises NotProvable."""
    assigning = _Assigning(place(statement.relation, known), moments, known)
    match statement:
        case pg.InsertStmt():
            assigning.insert(statement)
        case pg.UpdateStmt():
            assigning.update(statement)
        case pg.MergeStmt():
            assigning.merge(statement)


def default_times(table: Table | None, known: Known) -> dict[str, pg.Node]:
    """The defaults that are made of the time, by column."""
    if table is None:
        return {}
    defaults = {column.name: _default(table, column, known) for column in table.columns if column.default is not None}
    return {name: default for name, default in defaults.items() if default is not None}


def _default(table: Table, column: Column, known: Known) -> pg.Node | None:
    try:
        default = default_of(table, column, known.catalog)
        return default if default is not None and tells_time(default, known) else None
    except NotProvable:
        return None


class _Assigning:
    def __init__(self, into: Place, moments: Moments, known: Known) -> None:
        table = into.table
        self._alike = into.standing is Standing.EVERYWHERE
        self._columns: Mapping[str, Column] = {column.name: column for column in table.columns} if table else {}
        self._moments = moments
        self._known = known
        self._defaults = default_times(table, known)

    def insert(self, insert: pg.InsertStmt) -> None:
        select = insert.select_stmt.select_stmt
        if not insert.HasField('select_stmt'):
            self._default_values(insert)
        elif lists_rows(select):
            self._rows(insert, [node.list for node in select.values_lists])
        else:
            self._moments.mark(select)
            self._selected(insert, select)
        conflict = insert.on_conflict_clause
        self._assignments(conflict.target_list)
        for part in parts(conflict, besides=('target_list',)):
            self._moments.mark(part)
        for part in (insert.with_clause, insert.returning_clause):
            self._moments.mark(part)

    def update(self, update: pg.UpdateStmt) -> None:
        self._assignments(update.target_list)
        for part in parts(update, besides=('relation', 'target_list')):
            self._moments.mark(part)

    def merge(self, merge: pg.MergeStmt) -> None:
        for part in parts(merge, besides=('relation', 'merge_when_clauses')):
            self._moments.mark(part)
        for node in merge.merge_when_clauses:
            action = node.merge_when_clause
            self._moments.mark(action.condition)
            if action.command_type == pg.CMD_INSERT and action.values:
                self._merge_insert(action)
            else:
                self._assignments(action.target_list)

    def _default_values(self, insert: pg.InsertStmt) -> None:
        row = pg.List()
        insert.cols.extend(self._add_missing([], [row]))
        if row.items:
            select = pg.SelectStmt(values_lists=[pg.Node(list=row)], limit_option=pg.LIMIT_OPTION_DEFAULT)
            select.op = pg.SETOP_NONE
            insert.select_stmt.select_stmt.CopyFrom(select)

    def _rows(self, insert: pg.InsertStmt, rows: Sequence[pg.List]) -> None:
        names = self._given(insert.cols, len(rows[0].items))
        for row in rows:
            for name, value in zip(names, row.items, strict=False):
                self._assign(name, value)
        self._complete(insert.cols, names, rows)

    def _selected(self, insert: pg.InsertStmt, select: pg.SelectStmt) -> None:
        """Defaults stand at the end of what is selected, if it can be told how many columns that has."""
        count = len(insert.cols) or self._count(select)
        names = self._given(insert.cols, count)
        if all(name in names for name in self._defaults):
            return
        if not count or select.op != pg.SETOP_NONE or select.values_lists:
            if self._alike:
                return  # Who makes what all shards get sees to it.
            raise NotProvable('an INSERT of rows that get the time as a default')
        added = pg.List()
        self._complete(insert.cols, names, [added])
        select.target_list.extend(pg.Node(res_target=pg.ResTarget(val=value)) for value in added.items)

    def _count(self, select: pg.SelectStmt) -> int:
        """How many columns a SELECT has; 0 if that cannot be told."""
        if select.op != pg.SETOP_NONE:
            return self._count(select.larg)
        if select.values_lists:
            return len(select.values_lists[0].list.items)
        widths = [self._width(node.res_target.val, select) for node in select.target_list]
        return sum(widths) if all(widths) else 0

    def _width(self, value: pg.Node, select: pg.SelectStmt) -> int:
        if not is_star(value):
            return 1
        alone = len(select.from_clause) == 1 and select.from_clause[0].HasField('range_var')
        table = place(select.from_clause[0].range_var, self._known).table if alone else None
        return len(table.columns) if table is not None else 0

    def _merge_insert(self, action: pg.MergeWhenClause) -> None:
        names = self._given(action.target_list, len(action.values))
        for name, value in zip(names, action.values, strict=False):
            self._assign(name, value)
        added = pg.List()
        self._complete(action.target_list, names, [added])
        action.values.extend(added.items)

    def _assignments(self, targets: Iterable[pg.Node]) -> None:
        for node in targets:
            target = node.res_target
            self._assign('' if target.indirection else target.name, target.val)

    def _assign(self, name: str, value: pg.Node) -> None:
        """Settle what a column gets."""
        column = self._columns.get(name)
        plain = None if column is None else self._known.catalog.plain_type(column.type_oid)
        if value.HasField('set_to_default') and name in self._defaults:
            value.CopyFrom(self._defaults[name])
        if value.HasField('a_const') and plain is not None:
            self._moments.mark_literal(value, plain.name)
        else:
            self._moments.mark(value)

    def _given(self, targets: Sequence[pg.Node], count: int) -> list[str]:
        """The columns that values are given for, in their order."""
        return [node.res_target.name for node in targets] or list(self._columns)[:count]

    def _complete(self, targets: _Nodes, names: Sequence[str], rows: Sequence[pg.List]) -> None:
        """Add the columns that get the time as their default."""
        missing = self._add_missing(names, rows)
        if missing and not targets:
            targets.extend(_target(name) for name in names)
        targets.extend(missing)

    def _add_missing(self, names: Sequence[str], rows: Sequence[pg.List]) -> list[pg.Node]:
        missing = [name for name in self._defaults if name not in names]
        for name in missing:
            for row in rows:
                value = row.items.add()
                value.CopyFrom(self._defaults[name])
                self._moments.mark(value)
        return [_target(name) for name in missing]


def _target(name: str) -> pg.Node:
    return pg.Node(res_target=pg.ResTarget(name=name))
