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
