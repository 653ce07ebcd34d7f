"""A transaction that the proxy itself has failed: no server has it any more.

As in PostgreSQL, everything is refused with 25P02 until the client ends the transaction.
"""

from pgdog_gevent.errors import FailedTransaction
from pgdog_gevent.execution.request import Step
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.query import Named, Target
from pgdog_gevent.router.statement import Statement

ROLLBACK = response.command_complete('ROLLBACK')


def ends(statement: Statement | None) -> bool:
    """Whether a statement ends the failed transaction. Raises FailedTransaction if it does anything else."""
    if statement is None or not statement.ends_transaction:
        raise FailedTransaction('current transaction is aborted, commands ignored until end of transaction block')
    return True


def answer(step: Step) -> bytes:
    """The answer to one message of the extended protocol. Raises FailedTransaction."""
    code = step.frame.code
    if code == Frontend.CLOSE:
        return response.CLOSE_COMPLETE
    ends(step.statement.meaning if step.statement is not None else None)
    if code == Frontend.PARSE:
        return response.PARSE_COMPLETE
    if code == Frontend.BIND:
        return response.BIND_COMPLETE
    if code == Frontend.EXECUTE:
        return ROLLBACK
    if Named.decode(step.frame.body).target is Target.STATEMENT:
        return response.parameter_description(()) + response.NO_DATA
    return response.NO_DATA
