"""INSERT into a table that is the same on all shards: each gets the same values, defaults and sequences included.

Values that would differ are evaluated once (``once.Alike``). So are defaults of columns that are given none: they are
written into the statement. What then still differs is computed by one shard (``insert_repeated``).
"""

from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Blueprint, ByKey, Same
from pgdog_gevent.router.catalog import Column
from pgdog_gevent.router.defaults import default_of, takes_time, varies
from pgdog_gevent.router.deparse import deparsed
from pgdog_gevent.router.insert_repeated import repeated
from pgdog_gevent.router.keys import EVERY
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.once import Alike
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.target import Target, reads_sharded
from pgdog_gevent.router.text import Text
from pgdog_gevent.router.varying import function_name
from pgdog_gevent.router.walk import each

_PARTS: Final = ('with_clause', 'select_stmt', 'on_conflict_clause', 'returning_clause')


def insert_alike(insert: pg.InsertStmt, into: Target, known: Known, text: Text) -> Blueprint:
    """Make an INSERT the same on all shards. Raises NotProvable."""
    parts = [value for field, value in insert.ListFields() if field.name in _PARTS]
    if reads_sharded(parts, insert, known, text):
        raise NotProvable(f'an INSERT into "{into.table.name}", which all shards have, that reads a sharded table')
    return ByKey(EVERY, _same(insert, into, known, text))


def _same(insert: pg.InsertStmt, into: Target, known: Known, text: Text) -> Same:
    copy = pg.InsertStmt()
    copy.CopyFrom(insert)
    try:
        once = _Insert(copy, into, known, text).settled().once
    except NotProvable:
        again = repeated(insert, into.table, known)
        if again is None:
            raise
        return Same(text.octets, again)
    return Same(text.octets if once is None else deparsed(pg.Node(insert_stmt=copy)), once)


def lists_rows(select: pg.SelectStmt) -> bool:
    """Whether the SELECT of an INSERT is VALUES and nothing more; then DEFAULT may stand in it."""
    more = select.sort_clause or select.locking_clause or select.HasField('with_clause')
    limited = select.HasField('limit_count') or select.HasField('limit_offset')
    return bool(select.values_lists) and not more and not limited


class _Insert:
    """An INSERT that is changed in place."""

    def __init__(self, insert: pg.InsertStmt, into: Target, known: Known, text: Text) -> None:
        self._insert = insert
        self._select = insert.select_stmt.select_stmt
        self._into = into
        self._table = into.table
        self._catalog = known.catalog
        self._alike = Alike(insert, known, text)
        self._user_value = insert.override == pg.OVERRIDING_USER_VALUE

    def settled(self) -> Alike:
        """Settle all of it."""
        if not self._insert.HasField('select_stmt'):
            self._settle_default_values()
        elif lists_rows(self._select):
            self._settle_rows()
        else:
            self._settle_select()
        self._alike.settle(self._insert.with_clause, by_row=True)
        self._alike.settle(self._insert.on_conflict_clause, by_row=True)
        self._alike.settle(self._insert.returning_clause, by_row=True)
        return self._alike

    def _settle_default_values(self) -> None:
        row = pg.List()
        self._add_missing([], [row], by_row=False)
        if row.items:
            select = pg.SelectStmt(values_lists=[pg.Node(list=row)], limit_option=pg.LIMIT_OPTION_DEFAULT)
            select.op = pg.SETOP_NONE
            self._insert.select_stmt.select_stmt.CopyFrom(select)

    def _settle_rows(self) -> None:
        rows = [node.list for node in self._select.values_lists]
        columns = self._given(len(rows[0].items))
        for row in rows:
            for column, value in zip(columns, row.items, strict=False):
                self._settle_value(column, value)
        self._add_missing(columns, rows, by_row=False)

    def _settle_value(self, column: Column, value: pg.Node) -> None:
        ignored = column.identity and self._user_value
        if value.HasField('set_to_default') or ignored:
            default = self._differing(column)
            if default is None:
                return
            value.CopyFrom(default)
            self._override(column)
        if not value.HasField('a_const') or takes_time(column, self._catalog):
            self._alike.settle(value, by_row=False)

    def _settle_select(self) -> None:
        select = self._select
        single = self._has_one_row()
        if single:
            for node in (*select.target_list, select.where_clause):
                self._alike.settle(node, by_row=False)
        else:
            self._alike.settle(select, by_row=True)
        if self._counts_columns():
            added = pg.List()
            self._add_missing(self._given(len(select.target_list)), [added], by_row=not single)
            select.target_list.extend(pg.Node(res_target=pg.ResTarget(val=value)) for value in added.items)
        elif self._user_value or any(self._differing(column) for column in self._missing()):
            raise NotProvable(f'an INSERT into "{self._table.name}", whose defaults differ from row to row')

    def _counts_columns(self) -> bool:
        """Whether it is plain to see which columns a SELECT gives, and can give more."""
        targets = [node.res_target.val for node in self._select.target_list]
        plain = bool(targets) and self._select.op == pg.SETOP_NONE and not self._user_value
        return plain and not any(map(is_star, targets))

    def _missing(self) -> list[Column]:
        """Columns that may get their default."""
        named = {node.res_target.name for node in self._insert.cols}
        return [column for column in self._table.columns if column.name not in named]

    def _has_one_row(self) -> bool:
        """Whether a SELECT has no more than one row, so that what it calls is called once."""
        select = self._select
        only = {field.name for field, _ in select.ListFields()} <= {'target_list', 'limit_option', 'op', 'where_clause'}
        calls = each(select, pg.FuncCall)
        return only and not any(function_name(call) in self._catalog.functions.set_returning for call in calls)

    def _given(self, count: int) -> list[Column]:
        """The columns that values are given for, in their order."""
        if not self._insert.cols:
            return list(self._table.columns[:count])
        return [self._into.column(node.res_target.name) for node in self._insert.cols]

    def _add_missing(self, given: list[Column], rows: list[pg.List], by_row: bool) -> None:
        """Write defaults that differ into the statement, at the end of each row."""
        for column in self._table.columns:
            default = None if column in given else self._differing(column)
            if default is None:
                continue
            if not self._insert.cols:
                self._insert.cols.extend(_target(each) for each in given)
            self._insert.cols.append(_target(column))
            self._override(column)
            for row in rows:
                row.items.append(default)
                self._alike.settle(row.items[-1], by_row)

    def _differing(self, column: Column) -> pg.Node | None:
        """The default of a column if servers may compute different ones."""
        default = default_of(self._table, column, self._catalog)
        return default if default is not None and varies(default, self._catalog) else None

    def _override(self, column: Column) -> None:
        """Values of identity columns are written as if the client gave them."""
        if column.identity:
            always = column.identity == 'a'
            self._insert.override = pg.OVERRIDING_SYSTEM_VALUE if always else pg.OVERRIDING_NOT_SET


def is_star(value: pg.Node) -> bool:
    """``*``, also of one table."""
    return value.HasField('column_ref') and value.column_ref.fields[-1].HasField('a_star')


def _target(column: Column) -> pg.Node:
    return pg.Node(res_target=pg.ResTarget(name=column.name))
