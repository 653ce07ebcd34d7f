"""FROM items to entries, the names under which their columns are seen, and the tree of joins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.builtins import FIXED_PER_CALL
from pgdog_gevent.router.columns import query_entry, table_entry
from pgdog_gevent.router.conditions import OTHER, condition
from pgdog_gevent.router.ctes import cte_query
from pgdog_gevent.router.joins import Join, JoinKind, Leaf, Merged, Tree, merge_columns, merged_column
from pgdog_gevent.router.level import Level, Unresolved, below
from pgdog_gevent.router.operands import array, family_of_array
from pgdog_gevent.router.places import place
from pgdog_gevent.router.relations import And, Attribute, Condition, Entry, Equal, NotNull
from pgdog_gevent.router.scope import Item, Named, Scope
from pgdog_gevent.router.views import view_query

_KINDS: Final = {
    pg.JOIN_INNER: JoinKind.INNER,
    pg.JOIN_LEFT: JoinKind.LEFT,
    pg.JOIN_RIGHT: JoinKind.RIGHT,
    pg.JOIN_FULL: JoinKind.FULL,
}


@dataclass(frozen=True, slots=True)
class Side:
    """What a FROM item adds: its tree, what may stand before a dot, and names without one."""

    tree: Tree
    items: tuple[Item, ...]
    columns: tuple[Named, ...]
    open: bool = False


def add_from(nodes: Iterable[pg.Node], level: Level) -> list[Tree]:
    """Add FROM items to the scope of a block, each seeing those before it if it is LATERAL."""
    trees: list[Tree] = []
    for node in nodes:
        side = from_item(node, level)
        see(level.scope, side)
        trees.append(side.tree)
    return trees


def see(scope: Scope, side: Side) -> None:
    """Make the names of ``side`` known in ``scope``."""
    scope.items.extend(side.items)
    scope.columns.extend(side.columns)
    scope.open = scope.open or side.open


def from_item(node: pg.Node, level: Level) -> Side:
    """Look at one FROM item; the scope of ``level`` has what is LATERAL to it."""
    match node.WhichOneof('node'):
        case 'range_var':
            return relation(node.range_var, level)
        case 'join_expr':
            return _join(node.join_expr, level)
        case 'range_subselect':
            return _subselect(node.range_subselect, level)
        case 'range_function':
            return _function(node.range_function, level)
        case 'range_table_sample':
            level.work.survey.samples.append(level.work.position(node.range_table_sample.location))
            level.note(*node.range_table_sample.args, node.range_table_sample.repeatable)
            return from_item(node.range_table_sample.relation, level)
        case 'range_table_func':
            level.note(node.range_table_func)
            return _unknown(node.range_table_func.alias, level)
        case 'json_table':
            level.note(node.json_table)
            return _unknown(node.json_table.alias, level)
        case kind:
            raise Unresolved(f'{kind} in FROM')


def relation(node: pg.RangeVar, level: Level, *, target: bool = False) -> Side:
    """A table, or what a CTE names; the ``target`` of a write is never a CTE."""
    level.work.relations.add(node.location)
    cte = None if node.schemaname or target else level.scope.cte(node.relname)
    entry = query_entry(cte_query(cte, level), level.block) if cte is not None else _table(node, level, target)
    if node.HasField('alias'):
        entry.schema = ''
    return _side(entry, node.alias, node.relname, level)


def _table(node: pg.RangeVar, level: Level, target: bool) -> Entry:
    """A table, or the query of a view that is read."""
    found = place(node, level.work.known)
    query = None if target else view_query(found, node, level)
    if query is None or found.table is None:
        return table_entry(found, level.block, level.work.position(node.location), level.work.known)
    entry = query_entry(query, level.block)
    entry.schema = found.table.schema
    return entry


def _subselect(node: pg.RangeSubselect, level: Level) -> Side:
    if not node.subquery.HasField('select_stmt'):
        raise Unresolved('a subquery that is no SELECT')
    around = level.scope if node.lateral else _outside(level)
    query = level.work.build(level.work, node.subquery.select_stmt, around, level.block)
    return _side(query_entry(query, level.block), node.alias, '', level)


def _outside(level: Level) -> Scope:
    """What a subquery in FROM sees that is not LATERAL."""
    scope = level.scope
    while scope.parent is not None and scope.lateral:
        scope = scope.parent
    return Scope() if scope.lateral or scope.parent is None else scope.parent


def _function(node: pg.RangeFunction, level: Level) -> Side:
    level.note(*node.functions)
    calls = [each for function in node.functions for each in below(function) if isinstance(each, pg.FuncCall)]
    names = [call.funcname[-1].string.sval for call in calls]
    level.work.survey.fixed.extend(name for name in names if name in FIXED_PER_CALL)
    entry = Entry(level.block, open=True)
    label = node.alias.aliasname or (names[0] if names else '')
    listed = [each.column_def.colname for each in node.coldeflist]
    entry.attributes = [Attribute(name, entry) for name in listed or [label]]
    if len(calls) == 1 and names == ['unnest'] and len(calls[0].args) == 1 and not node.ordinality:
        _unnest(calls[0].args[0], entry.attributes[0])
    return _side(entry, node.alias, label, level)


def _unnest(node: pg.Node, attribute: Attribute) -> None:
    family = family_of_array(node.type_cast.type_name) if node.HasField('type_cast') else None
    if family is not None:
        attribute.array = array(node, family)
        attribute.family, attribute.plain = family, True


def _unknown(alias: pg.Alias, level: Level) -> Side:
    return _side(Entry(level.block, open=True), alias, '', level)


def _side(entry: Entry, alias: pg.Alias, name: str, level: Level) -> Side:
    """The names of one entry; an alias may rename columns, from the first on."""
    level.work.survey.entries.append(entry)
    level.block.entries.append(entry)
    visible = [each for each in entry.attributes if each.output is None or not each.output.hidden]
    columns = _renamed([Named(each.name, each) for each in visible], alias)
    item = Item(alias.aliasname or name, columns, entry, entry.open)
    return Side(Leaf(entry), (item,), columns, entry.open)


def _renamed(columns: Sequence[Named], alias: pg.Alias) -> tuple[Named, ...]:
    names = [each.string.sval for each in alias.colnames]
    renamed = (Named(name, each.attribute) for name, each in zip(names, columns, strict=False))
    return (*renamed, *columns[len(names) :])


def _join(node: pg.JoinExpr, level: Level) -> Side:
    kind = _KINDS.get(node.jointype)
    if kind is None:
        raise Unresolved('a join of an unknown kind')
    left = from_item(node.larg, level)
    right = from_item(node.rarg, level.within(_beside(level.scope, left)))
    join = Join(kind, left.tree, right.tree, OTHER)
    items, opened = (*left.items, *right.items), left.open or right.open
    names = _merged_names(node, left, right)
    merged = tuple(_merge(name, left, right, join, level) for name in names)
    rest = (each for each in (*left.columns, *right.columns) if each.name not in names)
    columns = (*merged, *rest)
    join.on = _on(node, names, left, right, level)
    if kind is JoinKind.FULL:
        merge_columns(join, level.block)
    if node.HasField('join_using_alias'):
        items = (*items, Item(node.join_using_alias.aliasname, merged))
    if node.HasField('alias'):
        columns = _renamed(columns, node.alias)
        items = (Item(node.alias.aliasname, columns, open=opened),)
    return Side(join, items, columns, opened)


def _beside(scope: Scope, left: Side) -> Scope:
    """What the right side of a join sees if it is LATERAL."""
    return Scope(scope, list(left.items), list(left.columns), left.open, lateral=True)


def _merged_names(node: pg.JoinExpr, left: Side, right: Side) -> tuple[str, ...]:
    if not node.is_natural:
        return tuple(each.string.sval for each in node.using_clause)
    if left.open or right.open:
        raise Unresolved('NATURAL JOIN of what is not known')
    others = {each.name for each in right.columns}
    return tuple(each.name for each in left.columns if each.name in others)


def _find(name: str, side: Side) -> Attribute | None:
    found = [each.attribute for each in side.columns if each.name == name]
    return found[0] if len(found) == 1 else None


def _merge(name: str, left: Side, right: Side, join: Join, level: Level) -> Named:
    """The one column that USING makes of two."""
    one, other = _find(name, left), _find(name, right)
    if one is None or other is None:
        return Named(name, Attribute(name, Entry(level.block)))
    if join.kind is not JoinKind.FULL:
        return Named(name, other if join.kind is JoinKind.RIGHT else one)
    attribute = merged_column(one, level.block)
    if one.family is other.family is not None:
        join.merged.append(Merged(attribute, one, other))
    else:
        attribute.family, attribute.plain = None, False
    return Named(name, attribute)


def _on(node: pg.JoinExpr, names: Sequence[str], left: Side, right: Side, level: Level) -> Condition:
    if not names:
        scope = Scope(_outside(level), [*left.items, *right.items], [*left.columns, *right.columns])
        scope.open = left.open or right.open
        return condition(node.quals, level.within(scope))
    pairs = ((_find(name, left), _find(name, right)) for name in names)
    return And(tuple(_equal(one, other, level) for one, other in pairs))


def _equal(one: Attribute | None, other: Attribute | None, level: Level) -> Condition:
    if one is None or other is None or not level.work.plain_operators:
        return OTHER
    if one.family is other.family is not None:
        return Equal(one, other)
    return NotNull(tuple(each for each in (one, other) if each.plain))
