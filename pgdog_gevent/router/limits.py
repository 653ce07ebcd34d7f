"""LIMIT and OFFSET of a statement whose rows come from several shards.

A shard need not send more than LIMIT and OFFSET together; OFFSET itself is for all rows, and so is not for a shard.
"""

from typing import Final, NamedTuple

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.aggregates import filled
from pgdog_gevent.router.block import CannotRewrite
from pgdog_gevent.router.blueprint import Count
from pgdog_gevent.router.keys import Parameter
from pgdog_gevent.router.nodes import integer

_MOST: Final = 2**63 - 1
_INTEGERS: Final = frozenset({'int2', 'int4', 'int8'})
# A negative count is PostgreSQL's to complain about. NULL is no limit, and no offset.
_LIMIT_AND_OFFSET: Final = """CASE WHEN a::bigint < 0 THEN a::bigint
    ELSE least(a::bigint::numeric + coalesce(b::bigint, 0), 9223372036854775807)::bigint END"""
_ONLY_IF_NEGATIVE: Final = 'least(b::bigint, 0)'


class Limits(NamedTuple):
    """What is applied to all rows."""

    limit: Count | None
    offset: Count | None


def take_limits(statement: pg.SelectStmt) -> Limits:
    """Take LIMIT and OFFSET out of a statement, and put in what is for each shard."""
    if statement.limit_option == pg.LIMIT_OPTION_WITH_TIES:
        raise CannotRewrite('WITH TIES over several shards', node=statement.limit_count)
    limit = _count(statement.limit_count) if statement.HasField('limit_count') else None
    offset = _count(statement.limit_offset) if statement.HasField('limit_offset') else None
    if not _negative(limit) and not _negative(offset):
        _for_each_shard(statement, limit, offset)
    return Limits(limit, offset)


def _for_each_shard(statement: pg.SelectStmt, limit: Count | None, offset: Count | None) -> None:
    asked = {'a': _copied(statement.limit_count), 'b': _copied(statement.limit_offset)}
    for name in ('limit_count', 'limit_offset'):
        statement.ClearField(name)
    statement.limit_option = pg.LIMIT_OPTION_DEFAULT
    if offset is None:
        asked['b'] = integer(0)
    if isinstance(limit, int) and not isinstance(offset, Parameter):
        shown = limit + (offset if isinstance(offset, int) else 0)
        most = integer(shown) if shown <= _MOST else None
    else:
        most = None if limit is None else filled(_LIMIT_AND_OFFSET, asked)
    if most is not None:
        statement.limit_count.CopyFrom(most)
        statement.limit_option = pg.LIMIT_OPTION_COUNT
    if isinstance(offset, Parameter):
        statement.limit_offset.CopyFrom(filled(_ONLY_IF_NEGATIVE, asked))
        statement.limit_option = pg.LIMIT_OPTION_COUNT


def _copied(node: pg.Node) -> pg.Node:
    copy = pg.Node()
    copy.CopyFrom(node)
    return copy


def _negative(count: Count | None) -> bool:
    return isinstance(count, int) and count < 0


def _count(node: pg.Node) -> Count | None:
    """A literal, a parameter, or a cast of one to an integer."""
    match node.WhichOneof('node'):
        case 'a_const':
            return _literal(node)
        case 'param_ref':
            return Parameter(node.param_ref.number)
        case 'type_cast' if _is_integer(node.type_cast.type_name):
            return _count(node.type_cast.arg)
        case _:
            raise _refusal(node)


def _literal(node: pg.Node) -> int | None:
    constant = node.a_const
    if constant.isnull:
        return None
    if constant.HasField('ival'):
        return constant.ival.ival
    text = constant.fval.fval or constant.sval.sval
    if not text.isascii() or not text.isdigit() or int(text) > _MOST:
        raise _refusal(node)
    return int(text)


def _is_integer(named: pg.TypeName) -> bool:
    return not named.array_bounds and named.names[-1].string.sval in _INTEGERS


def _refusal(node: pg.Node) -> CannotRewrite:
    return CannotRewrite(
        'LIMIT or OFFSET is neither a number nor a parameter', 'Compute it before it is sent.', node
    )
