"""One SELECT block as a relation: its rows, how they are grouped, what it returns."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.column_names import column_name
from pgdog_gevent.router.conditions import attribute_of, condition
from pgdog_gevent.router.from_clause import add_from
from pgdog_gevent.router.joins import settle
from pgdog_gevent.router.level import Level, apart
from pgdog_gevent.router.nodes import is_star
from pgdog_gevent.router.operands import family_of_value, is_null, operand
from pgdog_gevent.router.relations import Attribute, Block, Grouping, Output, Survey
from pgdog_gevent.sharding.key import KeyType


@dataclass(frozen=True, slots=True)
class Resolved:
    """A statement, and what names mean in its outermost block, if it is one."""

    survey: Survey
    level: Level | None


def select_block(select: pg.SelectStmt, level: Level) -> Block:
    """Resolve a SELECT that is no set operation."""
    block = level.block
    level.windows = {node.window_def.name: node.window_def for node in select.window_clause}
    trees = add_from(select.from_clause, level)
    where = condition(select.where_clause, level)
    _group(select, level)
    level.note(*select.target_list, select.having_clause, *select.sort_clause, after=True)
    level.note(*select.window_clause, *select.distinct_clause, select.limit_count, select.limit_offset, after=True)
    _distinct(select, level)
    _limit(select, level)
    settle(trees, where, block)
    add_outputs(select.target_list, level)
    return block


def _group(select: pg.SelectStmt, level: Level) -> None:
    level.note(*select.group_clause)
    if not select.group_clause:
        if select.HasField('having_clause'):
            level.block.grouping = Grouping()
        return
    plain = not any(node.HasField('grouping_set') for node in select.group_clause)
    columns = (_grouped(node, select.target_list, level) for node in select.group_clause) if plain else ()
    level.block.grouping = Grouping(apart(columns), groups=True)


def _grouped(node: pg.Node, targets: Sequence[pg.Node], level: Level) -> Attribute | None:
    """A column that is grouped by; names mean columns of FROM first."""
    own = attribute_of(node, level)
    if own is not None and own.entry.block is level.block:
        return own
    return _named(node, targets, level)


def _named(node: pg.Node, targets: Sequence[pg.Node], level: Level) -> Attribute | None:
    """The column that a position or a name in the target list stands for."""
    if node.HasField('a_const') and 0 < node.a_const.ival.ival <= len(targets):
        before = targets[: node.a_const.ival.ival]
        stars = any(is_star(each.res_target.val) for each in before)
        return None if stars else attribute_of(before[-1].res_target.val, level)
    fields = node.column_ref.fields
    if len(fields) != 1:
        return None
    found = [each.res_target for each in targets if each.res_target.name == fields[0].string.sval]
    return attribute_of(found[0].val, level) if len(found) == 1 else None


def _distinct(select: pg.SelectStmt, level: Level) -> None:
    if not select.distinct_clause:
        return
    if select.distinct_clause[0].WhichOneof('node') is None:
        level.block.distinct = True
        return
    # A name means a column of the output first.
    columns = (_named(node, select.target_list, level) or attribute_of(node, level) for node in select.distinct_clause)
    level.block.distinct_on = apart(columns)
    level.block.varies = level.block.varies or 'DISTINCT ON'


def _limit(select: pg.SelectStmt, level: Level) -> None:
    if select.HasField('limit_count') or select.HasField('limit_offset'):
        level.block.limited = True
        if not _is_total(select, level):
            level.block.varies = level.block.varies or 'LIMIT'


def _is_total(select: pg.SelectStmt, level: Level) -> bool:
    """Whether ORDER BY leaves no choice: it has the primary key of the only table."""
    block = level.block
    places = [entry.place for entry in block.entries]
    if len(places) != 1 or places[0] is None or places[0].table is None or block.grouping is not None:
        return False
    keys = (node.sort_by.node for node in select.sort_clause)
    columns = {found.name for key in keys if (found := attribute_of(key, level)) is not None}
    hidden = {target.res_target.name for target in select.target_list} & columns
    primary = set(places[0].table.primary_key)
    return bool(primary) and primary <= columns and not hidden


def add_outputs(targets: Iterable[pg.Node], level: Level) -> None:
    """Give the block of ``level`` its columns; with those hidden that say where its rows are."""
    block = level.block
    for target in targets:
        if not is_star(target.res_target.val):
            block.outputs.append(_output(target.res_target, level))
        elif not target.res_target.val.HasField('column_ref'):
            block.open = True
        else:
            _add_star(target.res_target.val.column_ref, level)
    if block.open:
        block.outputs.clear()
    for output in block.outputs:
        folded = block.distinct and output.family is None
        if output.attribute is not None and _is_of_each_row(output.attribute, block) and not folded:
            output.placement = block.placed.get(output.attribute)
    if not block.distinct:
        block.outputs.extend(_hidden(block))


def _is_of_each_row(attribute: Attribute, block: Block) -> bool:
    return block.grouping is None or attribute in block.grouping.attributes


def _hidden(block: Block) -> Iterator[Output]:
    for attribute, key in block.placed.items():
        if attribute.entry.block is block and _is_of_each_row(attribute, block):
            output = _of_attribute(attribute, '', block)
            output.placement, output.hidden = key, True
            yield output


def _add_star(ref: pg.ColumnRef, level: Level) -> None:
    """``*`` and ``table.*``."""
    names = [field.string.sval for field in ref.fields if field.HasField('string')]
    item = level.scope.item(names) if names else None
    if names and item is None:
        level.block.open = True
        return
    source = level.scope if item is None else item
    level.block.open = level.block.open or source.open
    level.block.outputs.extend(_of_attribute(each.attribute, each.name, level.block) for each in source.columns)


def _of_attribute(attribute: Attribute, name: str, block: Block) -> Output:
    not_null = attribute.not_null and not attribute.entry.nullable
    return Output(block, name, attribute.family, not_null, attribute.plain, attribute)


def _output(target: pg.ResTarget, level: Level) -> Output:
    attribute = attribute_of(target.val, level)
    if attribute is not None:
        return _of_attribute(attribute, column_name(target), level.block)
    output = Output(level.block, column_name(target))
    family = family_of_value(target.val)
    readable = family is not KeyType.TEXT or level.work.reads_text
    value = operand(target.val, family) if family is not None and readable else None
    if family is not None and value is not None:
        output.family, output.plain, output.constants = family, True, (value,)
        output.not_null = not is_null(target.val)
    return output
