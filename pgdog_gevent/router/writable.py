"""Statements with others in WITH that write: only where all of them are on one shard."""

from collections.abc import Callable, Iterator
from copy import deepcopy

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import AnyShard, Blueprint, ByKey, ByRow, Moving, Refused, Same
from pgdog_gevent.router.keys import NOWHERE, KeyIs, Keys, disjunction
from pgdog_gevent.router.refusal import ONE_SHARD, NotProvable
from pgdog_gevent.router.target import writes_in
from pgdog_gevent.sharding.function import Hashed, Sha1

Query = pg.SelectStmt | pg.InsertStmt | pg.UpdateStmt | pg.DeleteStmt | pg.MergeStmt


def writes_in_with(statement: Query) -> bool:
    """Whether one of those in WITH writes."""
    return writes_in(statement.with_clause)


def writable_blueprint(statement: Query, blueprint_of: Callable[[Query], Blueprint]) -> Blueprint:
    """What all of them together mean; ``blueprint_of`` says it of one of them. Raises NotProvable.

    What refers to rows that another one returns is not known then, so it is refused.
    """
    parts = [blueprint_of(part) for part in _parts(statement)]
    keys = disjunction(map(_keys, parts))
    return ByKey(keys, Refused('several statements that write, in WITH, over several shards', ONE_SHARD))


def _parts(statement: Query) -> Iterator[Query]:
    """The statements that write, and the main one, each with what it can refer to."""
    before: list[pg.Node] = []
    for node in statement.with_clause.ctes:
        query = query_of(node.common_table_expr.ctequery)
        if writes_in(query):
            yield _with(query, before, statement.with_clause)
            before.append(_rows_of(node.common_table_expr))
        else:
            before.append(node)
    yield _with(statement, before, statement.with_clause)


def query_of(node: pg.Node) -> Query:
    """The statement that a node is."""
    match node.WhichOneof('node'):
        case 'select_stmt':
            return node.select_stmt
        case 'insert_stmt':
            return node.insert_stmt
        case 'update_stmt':
            return node.update_stmt
        case 'delete_stmt':
            return node.delete_stmt
        case 'merge_stmt':
            return node.merge_stmt
        case _:
            raise NotProvable('a statement that is no query')


def _with(query: Query, ctes: list[pg.Node], clause: pg.WithClause) -> Query:
    """The same statement with other ones in WITH."""
    copy = deepcopy(query)
    if query.with_clause.ctes and query.with_clause != clause:
        raise NotProvable('a statement in WITH that has another WITH', ONE_SHARD)
    copy.ClearField('with_clause')
    if ctes:
        copy.with_clause.CopyFrom(pg.WithClause(ctes=ctes, recursive=clause.recursive, location=clause.location))
    return copy


def _rows_of(cte: pg.CommonTableExpr) -> pg.Node:
    """Instead of a statement that returns rows: its name, and rows of which nothing is known."""
    select = pg.SelectStmt(limit_option=pg.LIMIT_OPTION_DEFAULT, op=pg.SETOP_NONE)
    query = pg.Node(select_stmt=select)
    return pg.Node(common_table_expr=pg.CommonTableExpr(ctename=cte.ctename, ctequery=query))


def _keys(part: Blueprint) -> Keys:
    match part:
        case AnyShard():
            return NOWHERE
        case ByKey(keys, several) if not isinstance(several, Same):
            return keys
        case Moving(keys, belongs):
            return disjunction((keys, belongs))
        case ByRow(length=0, function=Hashed() | Sha1()):
            rows = KeyIs(part.function, tuple(row.key for row in part.rows), null_matches=True)
            return disjunction((rows, part.reads))
        case Refused():
            raise NotProvable.of(part)
        case ByRow():
            raise NotProvable('several statements that write, in WITH, one of them row by row', ONE_SHARD)
        case _:
            raise NotProvable('several statements that write, in WITH, one of them on all shards', ONE_SHARD)
