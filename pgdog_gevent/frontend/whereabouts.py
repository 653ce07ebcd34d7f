"""Where transactions are prepared: COMMIT PREPARED and ROLLBACK PREPARED are for the shard that has the transaction."""

from collections.abc import Sequence
from typing import Final

from pgdog_gevent.errors import FeatureNotSupported, ServerLost, ServerUnreachable
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.execution.transaction import Transaction
from pgdog_gevent.frontend.apart import apart
from pgdog_gevent.frontend.bound import reads_text
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.frontend.prepares import check_name
from pgdog_gevent.router.plan import Anywhere, Direct
from pgdog_gevent.router.wording import named

_PREPARED: Final = (
    b'SELECT FROM pg_catalog.pg_prepared_xacts'
    b' WHERE database OPERATOR(pg_catalog.=) pg_catalog.current_database()'
    b" AND gid OPERATOR(pg_catalog.=) pg_catalog.convert_from(pg_catalog.decode('%b', 'hex'), 'UTF8')"
)
"""Rows if there is a transaction of that name: whatever the settings of a session are, this text means the same."""


class Whereabouts:
    """Asks the shards of one session."""

    __slots__ = ('_exchange', '_holdings', '_transaction')

    def __init__(self, exchange: Exchange, holdings: Holdings, transaction: Transaction) -> None:
        self._exchange = exchange
        self._holdings = holdings
        self._transaction = transaction

    def plan(self, gid: str, asked_for: int | None) -> Direct | Anywhere:
        """Where a prepared transaction is to be ended; ``asked_for``: the shard that the client names.

        Raises NameReserved, FeatureNotSupported, QueryCanceled, ServerError, and as ``Cluster.acquire``.
        """
        check_name(gid)
        if asked_for is None and not self._transaction.open:  # In a transaction, any server refuses it.
            asked_for = self._shard_of(gid)
        return Anywhere() if asked_for is None else Direct(asked_for)

    def _shard_of(self, gid: str) -> int | None:
        if not gid.isascii() and not reads_text(self._exchange.relay.agreement.told):
            raise FeatureNotSupported(
                'a prepared transaction whose name is not in ASCII is looked for in UTF-8 only',
                hint='Name the shard in a comment: /* pgdog_shard: 0 */.',
            )
        question = _PREPARED % gid.encode().hex().encode()
        self._holdings.let_go(self._exchange.stream.flush)  # Who waits for a server holds none that others wait for.
        with self._exchange.services.query_limit():
            shards = range(self._exchange.cluster.layout.shards)
            return only_shard(gid, [shard for shard in shards if self._answers(shard, question)])

    def _answers(self, shard: int, question: bytes) -> bool:
        """Whether a shard has rows to say; the session's own server there is asked, if it is tied to one."""
        if self._holdings.connection(shard) is not None:
            self._holdings.turn_to(shard)
            connection = self._holdings.binding.connection
            return connection is not None and bool(connection.run(question))
        try:
            with apart(self._exchange.cluster, shard) as connection:
                return bool(connection.run(question))
        except ServerLost as lost:
            raise ServerUnreachable(lost.message) from None  # The session has not lost anything.


def only_shard(gid: str, having: Sequence[int]) -> int | None:
    """The one of the shards ``having`` a prepared transaction; ``None`` if none has. Raises FeatureNotSupported."""
    if len(having) > 1:
        raise FeatureNotSupported(
            f'prepared transaction with identifier "{gid}" exists on {named(having)}',
            hint=f'Name the shard in a comment: /* pgdog_shard: {having[0]} */.',
        )
    return having[0] if having else None
