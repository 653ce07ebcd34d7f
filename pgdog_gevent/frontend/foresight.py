"""What a statement that is about to be sent may do to the session even if it fails."""

from pgdog_gevent.execution.binding import Binding
from pgdog_gevent.router.cache import may_write
from pgdog_gevent.router.functions import Functions
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
    if statement.reads_sequences:
        binding.cluster.known_functions.read_sequences()
    if unsure or statement.functions or statement.advances_sequences or statement.reads_sequences:
        _own_sequences(binding, reads=statement.reads_sequences or bool(unsure))


def vouched(functions: Functions, sql: bytes) -> bool:
    """Whether a statement that names no functions but well-known ones leaves the session as it is."""
    return functions.vouches(frozenset(), writes=functions.writes_unsure and may_write(sql))


def _own_sequences(binding: Binding, *, reads: bool) -> None:
    """See to it that currval() tells nothing of another client: rather PostgreSQL's error than a foreign value.

    What calls a function may take from a sequence, and what ``reads`` may be told what has been taken.
    """
    connection = binding.connection
    if connection is None:
        return
    foreign = reads and connection.foreign_sequences and not connection.advanced_sequences
    if foreign and connection.ledger.settled and not connection.in_failed_transaction:
        connection.discard_sequences()
    connection.advanced_sequences = True
