"""Whether an idle connection can be lent."""

import logging
from time import monotonic

from pgdog_gevent.backend.connection import BackendConnection, ServerError
from pgdog_gevent.config.resolve import PoolSettings
from pgdog_gevent.errors import ProtocolViolation, ServerLost
from pgdog_gevent.net.deadline import Deadline

log = logging.getLogger(__name__)


def fresh(connection: BackendConnection, settings: PoolSettings, now: float) -> bool:
    """Whether the server has been heard within ``healthcheck_interval`` and the connection is still there.

    Does not wait.
    """
    return now - connection.checked_at < settings.healthcheck_interval and connection.absorb()


def answers(connection: BackendConnection, settings: PoolSettings) -> bool:
    """Ask the server for a sign of life; it has ``healthcheck_timeout`` for it."""
    if connection.stream.closed or not connection.absorb():
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
