"""WITH: what its names stand for.

A CTE is looked at anew for each time that it is named, as if its text stood there.
"""

from dataclasses import replace

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.level import Level, Unresolved, Work, everything_below
from pgdog_gevent.router.relations import Opaque, Output, Query
from pgdog_gevent.router.scope import Cte, Scope


def with_scope(clause: pg.WithClause, parent: Scope | None, work: Work) -> Scope:
    """The scope of a statement that has WITH; those of its CTEs that write are put down."""
    scope = Scope(parent)
    for node in clause.ctes:
        cte = node.common_table_expr
        work.survey.cte_names.add(cte.ctename)
        writes = not cte.ctequery.HasField('select_stmt')
        if writes:
            work.survey.writes.append(getattr(cte.ctequery, str(cte.ctequery.WhichOneof('node'))))
        visible = scope if clause.recursive else Scope(parent, ctes=dict(scope.ctes))
        scope.ctes[cte.ctename] = Cte(cte, visible, writes)
    return scope


def cte_query(cte: Cte, level: Level) -> Query:
    """What a CTE stands for at one of its names."""
    node = cte.node
    level.work.ctes.add(node.location)
    if cte.names is not None:
        return _opaque(cte.names)
    if cte.writes:
        return Opaque(open=True)
    select = node.ctequery.select_stmt
    if refers_to_itself(node):
        query: Query = _recursive(cte, select, level)
    else:
        query = level.work.build(level.work, select, cte.scope, level.block)
    visible = [output for output in query.outputs if not output.hidden]
    for output, name in zip(visible, node.aliascolnames, strict=False):
        output.name = name.string.sval
    return query


def refers_to_itself(node: pg.CommonTableExpr) -> bool:
    """Whether a CTE may be recursive: its name is in its query, for whatever it stands there."""
    select = node.ctequery.select_stmt
    return select.op == pg.SETOP_UNION and _is_named(node.ctename, select.rarg)


def _is_named(name: str, select: pg.SelectStmt) -> bool:
    relations = (each for each in everything_below(select) if isinstance(each, pg.RangeVar))
    return any(relation.relname == name and not relation.schemaname for relation in relations)


def _recursive(cte: Cte, select: pg.SelectStmt, level: Level) -> Query:
    """Of a recursive query nothing is known but what is in it."""
    if cte.scope.cte(cte.node.ctename) is not cte:
        return level.work.build(level.work, select, cte.scope, level.block)
    if select.HasField('with_clause'):
        raise Unresolved('WITH in a recursive query')
    first = level.work.build(level.work, select.larg, cte.scope, level.block)
    aliases = [name.string.sval for name in cte.node.aliascolnames]
    own = [output.name for output in first.outputs if not output.hidden]
    names = (*aliases, *own[len(aliases) :])
    scope = Scope(cte.scope, ctes={cte.node.ctename: replace(cte, names=names)})
    second = level.work.build(level.work, select.rarg, scope, level.block)
    query = _opaque(names)
    query.parts = (first, second)
    query.open = first.open or cte.node.HasField('search_clause') or cte.node.HasField('cycle_clause')
    level.work.add(query)
    return query


def _opaque(names: tuple[str, ...]) -> Opaque:
    query = Opaque()
    query.outputs = [Output(query, name) for name in names]
    return query
