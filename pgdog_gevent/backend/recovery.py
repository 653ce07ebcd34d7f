"""Making a connection clean for its next user, whatever its last one left behind.

What cannot be proven clean within ``rollback_timeout`` is closed by the pool.
"""

import logging
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection, ServerError
from pgdog_gevent.backend.copy_syncs import ask_for_syncs
from pgdog_gevent.backend.counters import PoolCounters
from pgdog_gevent.backend.prepared import ServerStatements
from pgdog_gevent.config.choices import Recovery
from pgdog_gevent.config.resolve import PoolSettings
from pgdog_gevent.errors import ProxyError
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.protocol import frames, query
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.ledger import Owed
from pgdog_gevent.protocol.query import Execute
from pgdog_gevent.protocol.response import TransactionStatus, transaction_status
from pgdog_gevent.sqlstate import QUERY_CANCELED

log = logging.getLogger(__name__)

# All that DISCARD ALL does, but for the prepared statements that are ours.
_RESET: Final = (
    b'CLOSE ALL; UNLISTEN *; RESET SESSION AUTHORIZATION; RESET ALL; SELECT pg_catalog.pg_advisory_unlock_all();'
    b' DISCARD TEMP; DISCARD SEQUENCES;'
)
# A row unless those that are to be there are there, and no others. A function may have deallocated some, or prepared
# something else under their names: with PREPARE, since the messages of the protocol are not for functions.
_NOT_OURS: Final = (
    b' SELECT FROM pg_catalog.pg_prepared_statements'
    b' WHERE name OPERATOR(pg_catalog.<>) ALL (ARRAY[%b]::pg_catalog.text[])'
    b' HAVING pg_catalog.count(*) OPERATOR(pg_catalog.<>) %d'
    b" OR pg_catalog.bool_or(from_sql OR name OPERATOR(pg_catalog.!~) '^__pgdog_[0-9]+$')"
)
_ROWS_OF_RESET: Final = 1
# What the client has not synchronized must not be committed by our Sync: an error before it sees to that.
_ABORT: Final = Execute(b'__pgdog_no_portal', 0).encode()
_COPY_FAIL: Final = frames.encode(Frontend.COPY_FAIL, b'the client has gone\0')


def recover(connection: BackendConnection, settings: PoolSettings, counters: PoolCounters) -> bool:
    """Bring a connection back between transactions, with nothing of its last user left; say whether that worked."""
    timeout = settings.rollback_timeout
    reason = f'rollback_timeout ({timeout:g} s) is over'
    with Deadline(timeout):
        try:
            return _recover(connection, settings.connection_recovery, counters)
        except ProxyError as error:
            reason = error.message
    log.info('closing a connection to %s that could not be cleaned: %s', settings.name, reason)
    return False


def _recover(connection: BackendConnection, policy: Recovery, counters: PoolCounters) -> bool:
    """Raises ServerError or ServerLost if the server does not play along."""
    if connection.stream.torn or connection.stream.early:
        connection.cancel_if(lambda: True)
        connection.stream.early = b''
        return False
    if not connection.ledger.settled:
        if policy is not Recovery.RECOVER or not connection.key.given:
            return False
        # What it has done to the session before it was cut off nobody knows.
        connection.taint('an answer that nobody waited for')
        _finish_answer(connection)
        connection.prepared.clear()  # It may have been a DISCARD ALL.
        counters.re_synced += 1
    if not outlive_cancels(connection):
        return False
    if connection.status is not TransactionStatus.IDLE:
        if policy is Recovery.DROP:
            return False
        connection.roll_back()
    if connection.dirty:
        _reset(connection)
        counters.cleaned += 1
    return connection.clean


def _reset(connection: BackendConnection) -> None:
    """Make the session what it was when it began; statements that the proxy has prepared by message stay."""
    prepared = connection.prepared
    private = prepared.take_private()
    for name in private:
        prepared.discard(name)
    reset = b''.join(b'DEALLOCATE "%b"; ' % name for name in private) + _RESET + _not_ours(prepared)
    if not prepared or len(connection.run(reset)) > _ROWS_OF_RESET:
        connection.run(b'DISCARD ALL')
        prepared.clear()
    connection.forget_session()


def _not_ours(prepared: ServerStatements) -> bytes:
    stale = b','.join(b"'%b'" % name for name in prepared.stale)
    return _NOT_OURS % (stale, prepared.certain)


def outlive_cancels(connection: BackendConnection) -> bool:
    """Wait for cancels that are under way, lest they hit what comes next; false if nobody knows when they arrive.

    A signal that PostgreSQL has sent by then has no effect any more. For a server that is a pooler itself, a round
    trip catches what is a little late.
    """
    if not connection.canceller.asked:
        return True
    connection.canceller.join()
    if connection.canceller.unsure:
        return False
    try:
        connection.run(b';')
    except ServerError as error:
        if error.sqlstate != QUERY_CANCELED:
            raise
    connection.canceller.forget()
    return True


def _finish_answer(connection: BackendConnection) -> None:
    """Cancel what the server is doing and read what it still says."""
    connection.cancel()
    if connection.copying_in:
        connection.stream.write(_COPY_FAIL)
        connection.copying_in = False
    if not connection.ledger.ends_in_ready:
        connection.stream.write(_ABORT)
        connection.ledger.sent(Owed(Frontend.EXECUTE, swallow=True))
    if connection.ledger.uncertain_syncs:
        ask_for_syncs(connection)
    elif not connection.ledger.ends_in_ready:
        connection.stream.write(query.SYNC)
        connection.ledger.sent(Owed(Frontend.SYNC))
    connection.stream.flush()
    while not connection.ledger.settled:
        _take(connection)
    connection.take_revoked()  # Its last user's, who has taken them back already.


def _take(connection: BackendConnection) -> None:
    frame = connection.read_frame()
    connection.ledger.due()
    connection.ledger.received(frame.code)
    match frame.code:
        case Backend.READY_FOR_QUERY:
            connection.status = transaction_status(frame.body)
        case Backend.PARAMETER_STATUS:
            connection.note_parameter(frame.body)
        case Backend.COPY_IN_RESPONSE | Backend.COPY_BOTH_RESPONSE:
            connection.stream.write(_COPY_FAIL)
            connection.stream.flush()
        case _:
            pass
