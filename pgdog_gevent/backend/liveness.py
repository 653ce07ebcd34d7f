"""Whether an idle connection can be lent."""

import logging
from time import monotonic
from typing import Final

from pgdog_gevent.backend.connection import BackendConnection, ServerError
from pgdog_gevent.config.resolve import PoolSettings
from pgdog_gevent.errors import ProtocolViolation, ProxyError, ServerLost
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.frames import Frame

log = logging.getLogger(__name__)

JUST_NOW: Final = 0.001
"""Seconds for which a server that has been heard need not be asked whether it is still there."""


def fresh(connection: BackendConnection, settings: PoolSettings, now: float) -> bool:
    """Whether the server has been heard within ``healthcheck_interval`` and the connection is still there.

    Does not wait.
    """
    if now - connection.checked_at >= settings.healthcheck_interval:
        return False
    just_heard = now - connection.released_at <= JUST_NOW and not connection.stream.buffered
    return just_heard or _absorb(connection)


def answers(connection: BackendConnection, settings: PoolSettings) -> bool:
    """Ask the server for a sign of life; it has ``healthcheck_timeout`` for it."""
    if connection.stream.closed or not _absorb(connection):
        return False
    connection.counters.healthchecks += 1
    with Deadline(settings.healthcheck_timeout):
        try:
            connection.run(b';')
        except (ServerError, ServerLost, ProtocolViolation):
            return False
        connection.checked_at = monotonic()
        return True
    log.info(
        'closing a connection to %s:%s: no sign of life within healthcheck_timeout (%g s)',
        settings.host, settings.port, settings.healthcheck_timeout,
    )  # fmt: skip
    return False


def _absorb(connection: BackendConnection) -> bool:
    """Take in what an idle server has sent by itself; false if the connection is not usable any more, nor ever.

    A server may report a parameter or send a notice at any time. Anything else is an error or the end.
    """
    if not _absorb_all(connection):
        connection.wear_out()  # Its last words are read now: whoever asks again must not find it silent and well.
        return False
    return True


def _absorb_all(connection: BackendConnection) -> bool:
    stream = connection.stream
    try:
        while stream.receive_waiting():
            while stream.whole_frame_buffered():
                if not _harmless(connection, connection.read_frame()):
                    return False
    except ProxyError:
        return False
    return not stream.buffered


def _harmless(connection: BackendConnection, frame: Frame) -> bool:
    if frame.code == Backend.PARAMETER_STATUS:
        connection.note_parameter(frame.body)
        return True
    return frame.code == Backend.NOTICE_RESPONSE
