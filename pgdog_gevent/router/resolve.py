"""Syntax tree to relations: a statement as blocks of entries, joined and filtered, and columns that know their origin.

What cannot be understood for certain raises ``Unresolved``; nothing is guessed.
"""

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.ctes import with_scope
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.level import Level, Unresolved, Work
from pgdog_gevent.router.relations import Block, Query, SetOperation, SetOperator, Survey
from pgdog_gevent.router.scope import Scope
from pgdog_gevent.router.seen import expect_all_seen
from pgdog_gevent.router.select_block import Resolved, select_block
from pgdog_gevent.router.set_operations import combine
from pgdog_gevent.router.values import values_query
from pgdog_gevent.router.write_block import write_block

_OPERATORS = {
    pg.SETOP_UNION: SetOperator.UNION,
    pg.SETOP_INTERSECT: SetOperator.INTERSECT,
    pg.SETOP_EXCEPT: SetOperator.EXCEPT,
}


def resolve(statement: Message, known: Known) -> Resolved:
    """Resolve a SelectStmt, UpdateStmt, DeleteStmt or MergeStmt. Raises Unresolved."""
    root = Block()
    work = Work(known, Survey(root), _query)
    scope = Scope()
    level: Level | None
    if isinstance(statement, pg.SelectStmt):
        query, level = _select(work, statement, scope, root)
        work.survey.root = query
    elif isinstance(statement, pg.UpdateStmt | pg.DeleteStmt | pg.MergeStmt):
        scope = with_scope(statement.with_clause, scope, work)
        level = write_block(statement, Level(work, root, Scope(scope)))
        work.add(root)
    else:
        raise Unresolved('a statement of another kind')
    expect_all_seen(statement, work)
    return Resolved(work.survey, level)


def _query(work: Work, select: pg.SelectStmt, scope: Scope, around: Block) -> Query:
    return _select(work, select, scope, around)[0]


def _select(work: Work, select: pg.SelectStmt, scope: Scope, around: Block) -> tuple[Query, Level | None]:
    """A query, and if it is a block the names that can be used in it."""
    work.enter()
    if select.with_clause.ctes:
        scope = with_scope(select.with_clause, scope, work)
    level: Level | None = None
    if select.op != pg.SETOP_NONE:
        query: Query = _set_operation(work, select, scope, around)
    elif select.values_lists:
        query = values_query(select, Level(work, Block(around=around), Scope(scope)))
    else:
        level = Level(work, Block(around=around), Scope(scope))
        query = select_block(select, level)
    work.add(query)
    work.leave()
    return query, level


def _set_operation(work: Work, select: pg.SelectStmt, scope: Scope, around: Block) -> SetOperation:
    left = _query(work, select.larg, scope, around)
    right = _query(work, select.rarg, scope, around)
    operation = SetOperation(_OPERATORS[select.op], select.all, left, right)
    if select.HasField('limit_count') or select.HasField('limit_offset'):
        operation.limited, operation.varies = True, 'LIMIT'
    combine(operation)
    return operation
