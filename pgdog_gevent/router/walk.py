"""What there is in a syntax tree, at any depth."""

from collections.abc import Collection, Iterator
from typing import TypeVar

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.nodes import messages

Kind = TypeVar('Kind', bound=Message)


def each(root: Message, kind: type[Kind]) -> Iterator[Kind]:
    """All messages of one kind."""
    return (message for message in messages(root) if isinstance(message, kind))


def has(root: Message, *kinds: type[Message]) -> bool:
    return any(isinstance(message, kinds) for message in messages(root))


def is_array_of_rows(message: Message) -> bool:
    """Whether it makes an array of rows of tables, in the order in which a server happens to have them."""
    match message:
        case pg.SubLink(sub_link_type=pg.ARRAY_SUBLINK):
            query = message.subselect
        case pg.JsonArrayQueryConstructor():
            query = message.query
        case _:
            return False
    return has(query, pg.RangeVar) and not _is_sorted(query.select_stmt)


def _is_sorted(select: pg.SelectStmt) -> bool:
    """Whether it is sorted by its only column, so that only equal values can be in another order."""
    if len(select.target_list) != 1 or not select.sort_clause:
        return False
    value, by = select.target_list[0].res_target.val, select.sort_clause[0].sort_by.node
    names = [node.column_ref.fields[-1].string.sval for node in (value, by) if node.HasField('column_ref')]
    return by.a_const.ival.ival == 1 or (len(names) == 2 and names[0] == names[1] != '')


def highest_parameter(root: Message) -> int:
    """The highest ``$n``; 0 if there is none."""
    return max((parameter.number for parameter in each(root, pg.ParamRef)), default=0)


def cte_names(root: Message) -> frozenset[str]:
    """The names that WITH gives, wherever they can be used."""
    return frozenset(cte.ctename for cte in each(root, pg.CommonTableExpr))


def parts(root: Message, besides: Collection[str] = ()) -> Iterator[Message]:
    """The messages that ``root`` has, but for some fields."""
    for field, value in root.ListFields():
        if field.message_type is not None and field.name not in besides:
            yield from value if field.is_repeated else (value,)
