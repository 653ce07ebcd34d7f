"""A transaction that the proxy itself has failed, because its server is lost or a statement was refused.

No server has it any more. As in PostgreSQL, everything is refused with 25P02 until the client ends the transaction.
"""

from typing import Final

from pgdog_gevent.errors import FailedTransaction, ProxyError
from pgdog_gevent.execution.request import Step
from pgdog_gevent.frontend.unserved import answer_to
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.router.statement import Statement

_ROLLBACK: Final = response.command_complete('ROLLBACK')


class TransactionFate:
    """Whether the client's transaction has failed here, and what the client does not know of that yet."""

    __slots__ = ('_unreported', 'concluding', 'failed')

    def __init__(self) -> None:
        self.failed = False
        self.concluding = False
        """The request at hand ends the transaction, however it turns out."""
        self._unreported: ProxyError | None = None

    @property
    def burdened(self) -> bool:
        """Whether there is something that the client has yet to be told."""
        return self.failed or self._unreported is not None

    def heed(self, statement: Statement) -> None:
        """Note what a statement of the request at hand means for the transaction."""
        if statement.ends_transaction:
            self.concluding = True
            if not statement.commits:
                self._unreported = None  # What has been lost is what the client does not want.

    def fail(self, *, in_transaction: bool) -> None:
        """Something went wrong; if the client was in a transaction it has failed, unless it was to end anyway."""
        self.failed = (self.failed or in_transaction) and not self.concluding

    def report_later(self, error: ProxyError) -> None:
        """The client is silent; what it asks for next gets the error."""
        self._unreported = error.with_traceback(None)  # Its frames have the session, which has it.

    def report(self) -> None:
        """Raise what happened while the client was silent."""
        if self._unreported is not None:
            try:
                raise self._unreported
            finally:
                self._unreported = None

    def answered(self) -> None:
        """The request at hand has been answered."""
        self.concluding = False

    def answer_query(self, statement: Statement | None) -> bytes:
        """The answer to a Query in a failed transaction, without its ReadyForQuery. Raises FailedTransaction."""
        _check_ends(statement)
        self.failed = False
        return _ROLLBACK

    def answer_step(self, step: Step) -> bytes:
        """The answer to one message of the extended protocol in a failed transaction. Raises FailedTransaction."""
        if step.frame.code != Frontend.CLOSE:
            _check_ends(step.statement.meaning if step.statement is not None else None)
        if step.frame.code == Frontend.EXECUTE:
            self.failed = False
        return answer_to(step, _ROLLBACK)


def _check_ends(statement: Statement | None) -> None:
    if statement is None or not statement.ends_transaction:
        raise FailedTransaction('current transaction is aborted, commands ignored until end of transaction block')
