"""What a statement that is about to be sent may do to the session even if it fails."""

from pgdog_gevent.execution.binding import Binding
from pgdog_gevent.router.cache import may_write
from pgdog_gevent.router.statement import Statement


def foresee(binding: Binding, statement: Statement, sql: bytes) -> None:
    """Have the server that is held watched, asked or reset for what ``statement`` may leave in it.

    Raises ServerError, ServerLost.
    """
    functions = binding.cluster.functions
    unsure = statement.unsure
    if not unsure and not functions.vouches(statement.functions, writes=functions.writes_unsure and may_write(sql)):
        unsure = 'functions that may change the session'
    if unsure:
        binding.taint(unsure)
    # Before it is known which functions there are, only those that are named count.
    if statement.leaves or statement.unsure or (unsure and (statement.functions or functions.known)):
        binding.doubt(statement.leaves or unsure)
    if statement.spoils:
        binding.spoil(statement.spoils)
    if statement.advances_sequences or statement.reads_sequences:
        _own_sequences(binding, statement)


def _own_sequences(binding: Binding, statement: Statement) -> None:
    """See to it that currval() tells nothing of another client: rather PostgreSQL's error than a foreign value."""
    connection = binding.connection
    if connection is None:
        return
    asked = statement.reads_sequences and not connection.advanced_sequences
    if asked and connection.ledger.settled and not connection.in_failed_transaction:
        connection.run(b'DISCARD SEQUENCES')
    connection.advanced_sequences |= statement.advances_sequences
