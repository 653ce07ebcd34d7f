"""What only reads, and several shards have begun to answer, is done once more by other servers."""

from typing import Final

from pgdog_gevent.errors import ProxyError, ServerLost
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.execution.question import ShardRefused
from pgdog_gevent.sqlstate import READ_ONLY_SQL_TRANSACTION

AGAIN: Final = (ShardRefused, ServerLost)
"""Errors after which that may be."""


def refuses_to_write(error: ProxyError) -> bool:
    """Whether a server has answered that it only reads, or its transaction does."""
    return isinstance(error, ShardRefused) and error.sqlstate == READ_ONLY_SQL_TRANSACTION


def leave_all(holdings: Holdings) -> bool:
    """Let go of all servers, of which the one in hand is lost, unless the session is tied to any; say whether."""
    binding = holdings.binding
    connection = binding.connection
    if connection is None or binding.pinned or holdings.tied_to_others:
        return False
    holdings.end_others()
    connection.counters.errors += 1
    binding.lose()
    return True
