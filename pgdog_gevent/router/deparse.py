"""Syntax tree to SQL: a text is changed by changing its tree."""

from pglast import parser

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.nodes import shape
from pgdog_gevent.router.parse import Unparseable, parse
from pgdog_gevent.router.refusal import NotProvable


def deparsed(statement: pg.Node) -> bytes:
    """Write a statement. Raises NotProvable if what is written would not mean the tree that was given."""
    tree = pg.ParseResult(stmts=[pg.RawStmt(stmt=statement)])
    try:
        sql: str = parser.deparse_protobuf(tree.SerializeToString())
        again = parse(sql.encode())
    except (parser.DeparseError, Unparseable):
        raise NotProvable('a statement that cannot be written anew') from None
    if len(again.stmts) != 1 or shape(again.stmts[0].stmt) != shape(statement):
        raise NotProvable('a statement that cannot be written anew')
    return sql.encode()


def expression(sql: str) -> pg.Node:
    """Read an expression of the catalogue."""
    try:
        tree = parse(f'SELECT {sql}'.encode())
    except Unparseable:
        raise NotProvable('an expression of the catalogue that cannot be read') from None
    return tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val
