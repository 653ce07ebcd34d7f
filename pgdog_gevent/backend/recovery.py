"""Making a connection clean for its next user, whatever its last one left behind.

What cannot be proven clean within ``rollback_timeout`` is closed by the pool.
"""

from typing import Final

import gevent

from pgdog_gevent.backend.connect import Target, send_cancel
from pgdog_gevent.backend.connection import BackendConnection, ServerError
from pgdog_gevent.backend.copy_syncs import ask_for_syncs
from pgdog_gevent.backend.counters import PoolCounters
from pgdog_gevent.config.choices import Recovery
from pgdog_gevent.errors import ServerUnreachable
from pgdog_gevent.protocol import frames, query
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.ledger import Owed
from pgdog_gevent.protocol.query import Execute
from pgdog_gevent.protocol.response import TransactionStatus, transaction_status
from pgdog_gevent.sqlstate import QUERY_CANCELED

# All that DISCARD ALL does, but for the prepared statements that are ours; then the names of those that are not.
_RESET: Final = (
    b'CLOSE ALL; UNLISTEN *; RESET SESSION AUTHORIZATION; RESET ALL; SELECT pg_catalog.pg_advisory_unlock_all();'
    b' DISCARD TEMP; DISCARD SEQUENCES;'
    b" SELECT FROM pg_catalog.pg_prepared_statements WHERE name !~ '^__pgdog_[0-9]+$'"
)
# What the client has not synchronized must not be committed by our Sync: an error before it sees to that.
_ABORT: Final = Execute(b'__pgdog_no_portal', 0).encode()
_COPY_FAIL: Final = frames.encode(Frontend.COPY_FAIL, b'the client has gone\0')


def recover(
    connection: BackendConnection, target: Target, policy: Recovery, counters: PoolCounters
) -> bool:
    """Bring a connection back between transactions, with nothing of its last user left; say whether that worked.

    Raises ServerError or ServerLost if the server does not play along.
    """
    if connection.stream.torn:
        cancel(connection, target)
        return False
    await_cancels(connection)
    if not connection.ledger.settled:
        if policy is not Recovery.RECOVER:
            return False
        # What it has done to the session before it was cut off nobody knows.
        connection.taint('an answer that nobody waited for')
        _finish_answer(connection, target)
        counters.re_synced += 1
    if connection.status is not TransactionStatus.IDLE:
        if policy is Recovery.DROP:
            return False
        connection.roll_back()
    if connection.dirty:
        _reset(connection)
        counters.cleaned += 1
    return connection.settled


def _reset(connection: BackendConnection) -> None:
    """Make the session what it was when it began; statements that the proxy has prepared stay."""
    private = connection.prepared.take_private()
    for name in private:
        connection.prepared.discard(name)
    reset = b''.join(b'DEALLOCATE "%b"; ' % name for name in private) + _RESET
    if not connection.prepared or len(connection.run(reset)) > 1:
        connection.run(b'DISCARD ALL')
        connection.prepared.clear()
    connection.forget_session()


def await_cancels(connection: BackendConnection) -> None:
    """A cancel that is under way must not hit the next user's query.

    When the server has closed the cancel's connection it has sent the signal; one more round trip makes sure that
    it has arrived.
    """
    if not connection.cancels_in_flight:
        return
    while connection.cancels_in_flight:
        gevent.sleep(0.002)
    if connection.ledger.settled:
        try:
            connection.run(b';')
        except ServerError as error:
            if error.sqlstate != QUERY_CANCELED:
                raise


def _finish_answer(connection: BackendConnection, target: Target) -> None:
    """Cancel what the server is doing and read what it still says."""
    cancel(connection, target)
    if connection.copying_in:
        connection.stream.write(_COPY_FAIL)
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
    await_cancels(connection)


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


def cancel(connection: BackendConnection, target: Target) -> None:
    """Have the server cancel what it is doing, without waiting. Until that is over the pool lends it to nobody."""
    connection.cancels_in_flight += 1
    gevent.spawn(_cancel, connection, target)


def _cancel(connection: BackendConnection, target: Target) -> None:
    try:
        send_cancel(target, connection.key)
    except ServerUnreachable:
        pass
    finally:
        connection.cancels_in_flight -= 1
