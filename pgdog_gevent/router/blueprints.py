"""What a statement means for several shards: the one entry to all that can be said of it."""

from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.analyze import HOLD
from pgdog_gevent.router.assigned import constant
from pgdog_gevent.router.blueprint import (
    AnyShard,
    Blueprint,
    ByKey,
    ByRow,
    Declared,
    Executed,
    Explained,
    Moving,
    OneShard,
    Prepares,
    Refused,
    Same,
    Shards,
)
from pgdog_gevent.router.copy_statement import copied_query, copy_blueprint
from pgdog_gevent.router.created import created_blueprint, select_into_blueprint
from pgdog_gevent.router.explained import analyzes, cut, explained_tree
from pgdog_gevent.router.generated import installs
from pgdog_gevent.router.insert import insert_blueprint
from pgdog_gevent.router.keys import Constant, disjunction
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.merge_statement import merge_blueprint
from pgdog_gevent.router.moved_key import MOVES_KEY
from pgdog_gevent.router.own_types import type_number
from pgdog_gevent.router.refusal import ONE_SHARD, NotProvable
from pgdog_gevent.router.select import select_blueprint
from pgdog_gevent.router.text import Text
from pgdog_gevent.router.utility import utility_blueprint
from pgdog_gevent.router.walk import parts
from pgdog_gevent.router.writable import Query, query_of, writable_blueprint, writes_in_with
from pgdog_gevent.router.write import write_blueprint

NO_TYPE: Final = 1


def blueprint(tree: pg.RawStmt, sql: str, known: Known) -> Blueprint:
    """Say what a statement means. ``sql``: the text that was parsed."""
    try:
        return _blueprint(_only(tree.stmt), known, Text.of(tree, sql))
    except NotProvable as given_up:
        return given_up.refused
    except RecursionError:
        return Refused('the statement is nested too deeply')


def _blueprint(statement: Message, known: Known, text: Text) -> Blueprint:
    match statement:
        case pg.SelectStmt() | pg.InsertStmt() | pg.UpdateStmt() | pg.DeleteStmt() | pg.MergeStmt():
            return _query(statement, known, text)
        case pg.CopyStmt() if statement.HasField('query'):
            return copied_query(statement, _query(query_of(statement.query), known, text))
        case pg.CopyStmt():
            return copy_blueprint(statement, known, text)
        case pg.CreateTableAsStmt():
            return created_blueprint(statement, known, text)
        case pg.DeclareCursorStmt():
            return _cursor(statement, _query(query_of(statement.query), known, text))
        case pg.PrepareStmt():
            return _prepares(statement, known, text)
        case pg.ExecuteStmt():
            return Executed(statement.name, tuple(map(_argument, statement.params)))
        case pg.ExplainStmt():
            return _explained(statement, known, text)
        case _:
            return utility_blueprint(statement, known, text)


def _query(statement: Query, known: Known, text: Text) -> Blueprint:
    if writes_in_with(statement):
        return writable_blueprint(statement, lambda part: _query(part, known, text))
    match statement:
        case pg.SelectStmt() if installs(statement):
            return Shards(text.octets)
        case pg.SelectStmt() if statement.HasField('into_clause'):
            return select_into_blueprint(statement, known, text)
        case pg.SelectStmt():
            return select_blueprint(statement, text.sql, known)
        case pg.InsertStmt():
            return insert_blueprint(statement, known, text)
        case pg.MergeStmt():
            return merge_blueprint(statement, known, text)
        case _:
            return write_blueprint(statement, known, text)


def _cursor(declare: pg.DeclareCursorStmt, query: Blueprint) -> Blueprint:
    """A cursor is on one shard: that of all rows that it can have."""
    name, with_hold = declare.portalname, bool(declare.options & HOLD)
    match query:
        case AnyShard() | OneShard():
            return Declared(name, with_hold, query)
        case ByKey(keys, _):
            return Declared(name, with_hold, ByKey(keys, Refused('a cursor over several shards')))
        case Refused():
            raise NotProvable.of(query)
        case _:
            raise NotProvable('a cursor of a statement that is no SELECT')


def _prepares(prepare: pg.PrepareStmt, known: Known, text: Text) -> Prepares:
    try:
        query = _query(query_of(prepare.query), known, text)
    except NotProvable as given_up:
        query = given_up.refused
    return Prepares(tuple(type_number(name, known) or NO_TYPE for name in prepare.argtypes), query)


def _argument(node: pg.Node) -> Constant | None:
    return constant(node.a_const) if node.HasField('a_const') else None


def _explained(explain: pg.ExplainStmt, known: Known, text: Text) -> Blueprint:
    prefix, sql = cut(explain, text)
    inner = blueprint(explained_tree(sql), sql, known)
    match inner:
        case ByKey(_, Same()) if not analyzes(explain):
            return AnyShard()
        case AnyShard() | OneShard() | Refused():
            return inner
        case ByKey() | ByRow():
            return Explained(prefix, inner)
        case Moving(keys, belongs):
            refused = Refused(f'EXPLAIN of {MOVES_KEY[0]}')
            return ByKey(disjunction((keys, belongs)), refused)
        case _:
            raise NotProvable('EXPLAIN of a statement that all shards would do', ONE_SHARD)


def _only(node: pg.Node) -> Message:
    """The statement itself."""
    return next(parts(node))
