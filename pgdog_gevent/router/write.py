"""UPDATE and DELETE: each shard does it to its rows, or all do the same to the same."""

from google.protobuf.message import Message

from pgdog_gevent.config.choices import RewriteMode
from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.assigned import assigned, stored_at
from pgdog_gevent.router.blueprint import Blueprint, ByKey, Everyone, OfCursor, Refused, Several
from pgdog_gevent.router.keys import Keys, disjunction
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.locality import locality
from pgdog_gevent.router.moved_key import MOVES_KEY, check_generated, moves_key
from pgdog_gevent.router.moving import moving_blueprint
from pgdog_gevent.router.predicates import keys_of
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.rules import ShardKey
from pgdog_gevent.router.target import Target, in_one_place, target
from pgdog_gevent.router.text import Text
from pgdog_gevent.router.write_alike import write_alike

Write = pg.UpdateStmt | pg.DeleteStmt


def write_blueprint(statement: Write, known: Known, text: Text) -> Blueprint:
    """What an UPDATE or DELETE means. Raises NotProvable."""
    into = target(statement.relation, known, text)
    if into.shard is not None:
        return in_one_place(statement, known)
    if into.key is None:
        return write_alike(statement, into, known, text)
    return _sharded(statement, into, into.key, known, text)


def _sharded(statement: Write, into: Target, key: ShardKey, known: Known, text: Text) -> Blueprint:
    keys = keys_of(statement, known)
    several = over_shards(statement, known, text)
    if statement.where_clause.HasField('current_of_expr'):
        return _at_cursor(statement, key, several, text)
    if isinstance(statement, pg.UpdateStmt):
        if known.rules.rewrite.shard_key is not RewriteMode.IGNORE:
            check_generated(into.column(key.column))
        moved = moves_key(statement.target_list, key.column)
        if moved is not None and known.rules.rewrite.shard_key is RewriteMode.REWRITE:
            return moving_blueprint(statement, moved, into, keys, several, known, text)
        if moved is not None and known.rules.rewrite.shard_key is not RewriteMode.IGNORE:
            refused = Refused(*MOVES_KEY, position=text.position(moved.location))
            return ByKey(disjunction((keys, _moved_to(moved, into, key, known, refused))), refused)
    return ByKey(keys, several)


def _at_cursor(statement: Write, key: ShardKey, several: Several, text: Text) -> Blueprint:
    """The row that a cursor is at stays where the cursor is."""
    if isinstance(several, Refused):
        raise NotProvable.of(several)
    moved = moves_key(statement.target_list, key.column) if isinstance(statement, pg.UpdateStmt) else None
    if moved is not None:
        raise NotProvable(*MOVES_KEY, text.position(moved.location))
    return OfCursor(statement.where_clause.current_of_expr.cursor_name)


def _moved_to(moved: pg.ResTarget, into: Target, key: ShardKey, known: Known, refused: Refused) -> Keys:
    """Where rows belong after they get a new key."""
    operand = assigned(moved.val, into.column(key.column), key.function.key_type, known.catalog)
    if operand is None or moved.indirection:
        raise NotProvable(refused.why, refused.hint, refused.position)
    return stored_at(key.function, (operand,), into.column(key.column))


def over_shards(statement: Message, known: Known, text: Text) -> Several:
    """How several shards do to their rows what one would do to all of them."""
    proof = locality(statement, known)
    if isinstance(proof, Refused):
        return text.refused(proof)
    return Everyone(text.octets)
