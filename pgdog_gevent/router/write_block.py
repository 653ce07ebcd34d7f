"""UPDATE, DELETE and MERGE as relations: the target, joined with what FROM, USING or the source have."""

from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.conditions import OTHER, condition
from pgdog_gevent.router.from_clause import add_from, from_item, relation, see
from pgdog_gevent.router.joins import Join, JoinKind, merge_columns, settle
from pgdog_gevent.router.level import Level
from pgdog_gevent.router.select_block import add_outputs

Write = pg.UpdateStmt | pg.DeleteStmt | pg.MergeStmt


def write_block(statement: Write, level: Level) -> Level:
    """Resolve a write into the block of ``level``; its target is the first entry."""
    match statement:
        case pg.UpdateStmt():
            target = relation(statement.relation, level, target=True)
            see(level.scope, target)
            trees = [target.tree, *add_from(statement.from_clause, level)]
            where = condition(statement.where_clause, level)
            level.note(*statement.target_list)
            settle(trees, where, level.block)
        case pg.DeleteStmt():
            target = relation(statement.relation, level, target=True)
            see(level.scope, target)
            trees = [target.tree, *add_from(statement.using_clause, level)]
            settle(trees, condition(statement.where_clause, level), level.block)
        case pg.MergeStmt():
            _merge(statement, level)
    level.note(*statement.returning_clause.exprs)
    add_outputs(statement.returning_clause.exprs, level)
    return level


_KINDS: Final = {
    (False, False): JoinKind.INNER,
    (True, False): JoinKind.LEFT,
    (False, True): JoinKind.RIGHT,
    (True, True): JoinKind.FULL,
}


def _merge(statement: pg.MergeStmt, level: Level) -> None:
    """MERGE does something for rows of the source, and perhaps for those of the target, that have no partner."""
    target = relation(statement.relation, level, target=True)
    source = from_item(statement.source_relation, level)
    see(level.scope, target)
    see(level.scope, source)
    kinds = {clause.merge_when_clause.match_kind for clause in statement.merge_when_clauses}
    alone = pg.MERGE_WHEN_NOT_MATCHED_BY_TARGET in kinds, pg.MERGE_WHEN_NOT_MATCHED_BY_SOURCE in kinds
    join = Join(_KINDS[alone], source.tree, target.tree, condition(statement.join_condition, level))
    if join.kind is JoinKind.FULL:
        merge_columns(join, level.block)
    level.note(*statement.merge_when_clauses)
    settle([join], OTHER, level.block)
