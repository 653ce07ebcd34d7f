"""On which shards the rows belong that INSERT and MERGE make."""

from collections.abc import Iterator, Sequence
from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.allowed import Allowed
from pgdog_gevent.router.catalog import Table
from pgdog_gevent.router.conditions import attribute_of
from pgdog_gevent.router.keys import EVERY, NOWHERE, Constant, KeyIs, Keys, disjunction
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.level import Level, Unresolved, below
from pgdog_gevent.router.nodes import is_star
from pgdog_gevent.router.operands import family_of_oid, operand
from pgdog_gevent.router.places import Place
from pgdog_gevent.router.relations import Attribute, Entry, Output, Survey
from pgdog_gevent.router.rules import ShardKey
from pgdog_gevent.sharding.key import KeyType

_NULL: Final = (Constant(None),)


def source_of(insert: pg.InsertStmt) -> pg.SelectStmt:
    """The query whose rows are inserted, with the CTEs that it sees."""
    others = (insert.on_conflict_clause, insert.returning_clause)
    if any(isinstance(message, pg.SubLink) for other in others for message in below(other)):
        raise Unresolved('a subquery in ON CONFLICT or RETURNING')
    select = pg.SelectStmt()
    select.CopyFrom(insert.select_stmt.select_stmt)
    if insert.with_clause.ctes:
        if select.with_clause.ctes:
            raise Unresolved('WITH around and in an INSERT')
        select.with_clause.CopyFrom(insert.with_clause)
    return select


def keys_of_new_rows(insert: pg.InsertStmt, target: Place, source: Survey, known: Known) -> Keys:
    """Where the rows of an INSERT belong, if its target is sharded."""
    key, table = target.key, target.table
    if key is None or table is None:
        return NOWHERE
    names = [node.res_target.name for node in insert.cols] or [column.name for column in table.columns]
    parts = any(node.res_target.indirection for node in insert.cols)
    if not _is_kept(key, table, known) or parts or key.column not in names:
        return EVERY
    position = names.index(key.column)
    select = insert.select_stmt.select_stmt
    if select.values_lists:
        rows = [row.list.items for row in select.values_lists]
        if any(is_star(value) for row in rows for value in row):
            return EVERY
        return disjunction([_of_value(row[position] if position < len(row) else None, key) for row in rows])
    visible = [output for output in source.root.outputs if not output.hidden]
    return _of_output(visible[position], key) if position < len(visible) else EVERY


def _is_kept(key: ShardKey, table: Table, known: Known) -> bool:
    """Whether a value is stored as it is written: one that is too long may lose blanks at its end."""
    column = table.column(key.column)
    if column is None or family_of_oid(column.type_oid) is not key.function.key_type:
        return False
    is_text = key.function.key_type is KeyType.TEXT
    return not is_text or (known.catalog.encoding == 'UTF8' and '(' not in column.type_name)


def _of_value(node: pg.Node | None, key: ShardKey) -> Keys:
    value = None if node is None else operand(node, key.function.key_type)
    return EVERY if value is None else KeyIs(key.function, (value,), null_matches=True)


def _of_output(output: Output, key: ShardKey) -> Keys:
    if output.family is not key.function.key_type:
        return EVERY
    if output.constants:
        return KeyIs(key.function, output.constants, null_matches=True)
    return _or_null(Allowed(key.function).of_output(output), output.not_null, key)


def _or_null(keys: Keys, not_null: bool, key: ShardKey) -> Keys:
    return keys if not_null else disjunction([keys, KeyIs(key.function, _NULL, null_matches=True)])


def keys_of_merged_rows(merge: pg.MergeStmt, target: Entry, level: Level) -> Iterator[Keys]:
    """Where the rows belong that MERGE inserts into a sharded table."""
    key = target.shard_key
    table = None if target.place is None else target.place.table
    for node in merge.merge_when_clauses:
        clause = node.merge_when_clause
        if clause.command_type == pg.CMD_INSERT and key is not None and table is not None:
            names = [each.res_target.name for each in clause.target_list] or [each.name for each in table.columns]
            yield _of_clause(names, clause.values, key, level) if _is_kept(key, table, level.work.known) else EVERY


def _of_clause(names: Sequence[str], values: Sequence[pg.Node], key: ShardKey, level: Level) -> Keys:
    position = names.index(key.column) if key.column in names else len(values)
    if position >= len(values) or any(map(is_star, values)):
        return EVERY
    attribute = attribute_of(values[position], level)
    return _of_value(values[position], key) if attribute is None else _of_attribute(attribute, key)


def _of_attribute(attribute: Attribute, key: ShardKey) -> Keys:
    if attribute.family is not key.function.key_type:
        return EVERY
    not_null = attribute.not_null and not attribute.entry.nullable
    return _or_null(Allowed(key.function).of_column(attribute), not_null, key)
