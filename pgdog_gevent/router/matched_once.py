"""Whether an UPDATE with FROM finds no more than one row there for each of its own."""

from collections.abc import Iterator

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import Column, Table, TableKind
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.target import Target
from pgdog_gevent.router.walk import cte_names


def matched_once(update: pg.UpdateStmt, into: Target, known: Known) -> bool:
    """Whether its only other table is matched by a unique key, which is compared with columns of the target."""
    if len(update.from_clause) != 1 or not update.from_clause[0].HasField('range_var'):
        return False
    other = update.from_clause[0].range_var
    table = known.catalog.table(other.schemaname or None, other.relname, known.search_path)
    if table is None or other.relname in cte_names(update) or has_heirs(table, known):
        return False
    names = _name(update.relation), _name(other)
    pairs = [_pair(node, names, into.table, table) for node in conjuncts(update.where_clause)]
    compared = {pair for pair in pairs if pair}
    return names[0] != names[1] and any(compared.issuperset(key) for key in table.unique_keys)


def has_heirs(table: Table, known: Known) -> bool:
    """Whether tables that inherit from it have rows as well: no unique key of it knows of those."""
    return table.kind is not TableKind.PARTITIONED and any(known.catalog.children(table))


def conjuncts(condition: pg.Node) -> Iterator[pg.Node]:
    """What AND connects."""
    if condition.HasField('bool_expr') and condition.bool_expr.boolop == pg.AND_EXPR:
        for part in condition.bool_expr.args:
            yield from conjuncts(part)
    elif condition.WhichOneof('node'):
        yield condition


def equated(condition: pg.Node) -> tuple[pg.Node, pg.Node] | None:
    """The two sides of ``=``."""
    comparison = condition.a_expr
    plain = comparison.kind == pg.AEXPR_OP and len(comparison.name) == 1 and comparison.name[0].string.sval == '='
    return (comparison.lexpr, comparison.rexpr) if plain and comparison.HasField('lexpr') else None


def qualified(node: pg.Node, table: str) -> str:
    """The column, if a node is one of this table, which is named; else empty."""
    fields = [field.string.sval for field in node.column_ref.fields]
    return fields[1] if len(fields) == 2 and fields[0] == table else ''


def _name(relation: pg.RangeVar) -> str:
    return relation.alias.aliasname or relation.relname


def _pair(node: pg.Node, names: tuple[str, str], target: Table, other: Table) -> str:
    """The column of the other table that is compared with one of the target, of the same type; empty: none is."""
    sides = equated(node)
    if sides is None:
        return ''
    for mine, theirs in (sides, sides[::-1]):
        first, second = target.column(qualified(mine, names[0])), other.column(qualified(theirs, names[1]))
        if first is not None and second is not None and _same_type(first, second):
            return second.name
    return ''


def _same_type(one: Column, other: Column) -> bool:
    return (one.type_oid, one.collation) == (other.type_oid, other.collation)
