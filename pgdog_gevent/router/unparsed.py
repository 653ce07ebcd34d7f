"""What a text means for several shards where none is parsed to find out where it goes (``query_parser``).

Its client has to name the shard. Only what is about the session and its transaction goes without: that is looked at in
any case.
"""

import re
from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Blueprint, OneShard, Refused
from pgdog_gevent.router.parse import Unparseable, parse
from pgdog_gevent.router.shard_hints import ShardHint, hinted_shard
from pgdog_gevent.router.texts import Found, One
from pgdog_gevent.router.utility import of_session
from pgdog_gevent.router.utility_kinds import ANY_SHARD, ONE_PLACE
from pgdog_gevent.router.walk import parts

_BLANK: Final = rb'(?:[\s;]|--[^\r\n]*|/\*.*?\*/)*+'
_NOTHING: Final = re.compile(_BLANK + rb'\Z', re.DOTALL)
_CONTROLS: Final = re.compile(
    _BLANK + rb'(?:set|reset|show|discard|begin|start|commit|end|rollback|abort|savepoint|release|'
    rb'prepare\s+transaction|deallocate|listen|unlisten|notify)\b',
    re.IGNORECASE | re.DOTALL,
)
_LEVELS: Final = 'on or auto'
_REFUSED: Final = Refused(
    'a statement on a database of several shards, of which query_parser has none parsed',
    f'Set query_parser to {_LEVELS}, or name the shard: SET pgdog.shard, SET pgdog.sharding_key, or a comment such as '
    '/* pgdog_shard: 0 */.',
)


def unparsed(sql: bytes) -> tuple[One[Found], ...]:
    """The statements of a text that is about the session, or all of the text as one that is refused without a hint."""
    if _NOTHING.match(sql):
        return ()
    hint = hinted_shard(sql)
    trees = _trees(sql) if _CONTROLS.match(sql) else []
    meanings = [_meaning(raw.stmt) for raw in trees]
    if len(trees) == 1 and meanings[0] is not None:
        return (_one(sql, meanings[0], hint),)
    # Which types its parameters and columns are of, a server has to say.
    return (_one(sql, _REFUSED, hint),)


def _one(sql: bytes, meaning: Blueprint, hint: ShardHint | None) -> One[Found]:
    return One(sql, meaning, hint, own_types=True)


def _trees(sql: bytes) -> list[pg.RawStmt]:
    try:
        return list(parse(sql).stmts)
    except Unparseable:
        return []


def _meaning(node: pg.Node) -> Blueprint | None:
    statement = next(parts(node))
    if type(statement) in ANY_SHARD:
        return of_session(statement)
    return OneShard() if type(statement) in ONE_PLACE else None
