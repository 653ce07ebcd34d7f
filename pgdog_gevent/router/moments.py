"""What PostgreSQL takes for now, which is not quite the same on two servers.

Rows that are compared with each other must not be made different by that.
"""

from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.block import Block, CannotRewrite
from pgdog_gevent.router.nodes import function_name, messages

_FUNCTIONS: Final = frozenset({'now', 'transaction_timestamp', 'statement_timestamp'})
_VALUES: Final = frozenset(
    {
        pg.SVFOP_CURRENT_TIME, pg.SVFOP_CURRENT_TIME_N, pg.SVFOP_CURRENT_TIMESTAMP, pg.SVFOP_CURRENT_TIMESTAMP_N,
        pg.SVFOP_LOCALTIME, pg.SVFOP_LOCALTIME_N, pg.SVFOP_LOCALTIMESTAMP, pg.SVFOP_LOCALTIMESTAMP_N,
    }
)  # fmt: skip
_COARSE: Final = frozenset({'bool', 'date', 'int4'})
"""Types of what is made of now that are the same whatever the microsecond."""


def is_moment(value: pg.Node, block: Block) -> bool:
    """Whether a value that is compared tells the time and nothing else, so that any one server may say it for all.

    Raises CannotRewrite if it is made of the time and of what rows have.
    """
    found = list(messages(value))
    if not any(map(_tells_time, found)):
        return False
    if not any(isinstance(message, pg.ColumnRef | pg.SubLink) for message in found):
        return True
    if block.kind(value).type not in _COARSE:
        raise CannotRewrite('rows that are compared are made of the time', 'Give the time as a parameter.', value)
    return False


def _tells_time(message: Message) -> bool:
    if isinstance(message, pg.FuncCall):
        return function_name(message) in _FUNCTIONS
    return isinstance(message, pg.SQLValueFunction) and message.op in _VALUES
