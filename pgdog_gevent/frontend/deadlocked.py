"""A transaction over several shards that has to end, because it is part of a deadlock that no server sees."""

from pgdog_gevent.errors import DeadlockDetected, ServerLost
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.execution.transaction import Transaction
from pgdog_gevent.frontend.failed import TransactionFate
from pgdog_gevent.protocol.response import error_body


def end_deadlock(transaction: Transaction, holdings: Holdings, error: DeadlockDetected) -> None:
    """Have what is under way fail with ``error``. Does not wait."""
    transaction.deadlocked = True
    holdings.cancel_with(error_body(error))


def set_free(transaction: Transaction, fate: TransactionFate) -> None:
    """It has failed on one shard: have it fail on the others, where somebody waits for what it has locked."""
    try:
        transaction.fail()
    except ServerLost as error:
        fate.report_later(error)
