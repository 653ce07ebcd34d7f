"""PREPARE TRANSACTION, where there are several shards: one of them has to have all of the transaction."""

from pgdog_gevent import sqlstate
from pgdog_gevent.backend.connection import ServerError
from pgdog_gevent.errors import FeatureNotSupported, ProxyError
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.execution.transaction import Transaction
from pgdog_gevent.router.statement import Commit, Statement
from pgdog_gevent.twophase.gid import PREFIX


class NameReserved(ProxyError):
    """A client names a transaction that is prepared as the proxy names its own."""

    sqlstate = sqlstate.INSUFFICIENT_PRIVILEGE

    def __init__(self, gid: str) -> None:
        super().__init__(
            f'prepared transaction "{gid}" is not the client\'s',
            detail=f'Names that begin with "{PREFIX}" are of the proxy, which commits on several shards by them.',
            hint='What it has left unfinished it finishes by itself.',
        )


def check_name(gid: str) -> None:
    """Raise NameReserved for the name of a prepared transaction that is the proxy's own."""
    if gid.startswith(PREFIX):
        raise NameReserved(gid)


def check_names(statement: Statement) -> None:
    """The same of all that a text prepares."""
    for effects in statement.effects:
        for effect in effects:
            if isinstance(effect, Commit) and effect.prepares is not None:
                check_name(effect.prepares)


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
