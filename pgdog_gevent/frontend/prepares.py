"""PREPARE TRANSACTION, where there are several shards: one of them has to have all of the transaction."""

from pgdog_gevent.backend.connection import ServerError
from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.execution.transaction import Transaction


def check_prepared_by_one(transaction: Transaction, *, relays: bool) -> None:
    """Raise FeatureNotSupported unless one shard can do it; ``relays``: as a Query of its own."""
    if len(transaction.joined) > 1:
        raise FeatureNotSupported(
            'PREPARE TRANSACTION is not available for a transaction on several shards',
            hint='two_phase_commit makes commits on several shards atomic.',
        )
    if not relays and (transaction.implicit or not transaction.joined):
        raise FeatureNotSupported(
            'PREPARE TRANSACTION without BEGIN, or where nothing has been done since',
            hint='Send it as a Query of its own.',
        )


def prepare_transaction(transaction: Transaction, holdings: Holdings, sql: bytes) -> None:
    """Have the one that takes part do it. Raises ServerError, and then it has been rolled back."""
    holdings.turn_to(min(transaction.joined))
    connection = holdings.binding.connection
    assert connection is not None
    try:
        connection.run(sql)
    except ServerError:
        transaction.roll_back()
        raise
    connection.commit_settings(connection.settings)
    transaction.close()
