"""One shard's part of a transaction that is to be committed on several."""

from typing import NamedTuple

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.errors import ProtocolViolation, ServerViolation
from pgdog_gevent.twophase.decision import Facts


class Participant(NamedTuple):
    """The connection that has it, of which nothing is owed."""

    shard: int
    pool: Pool
    connection: BackendConnection
    facts: Facts

    @property
    def login(self) -> str:
        """As whom the connection has logged in."""
        return self.pool.target.user


def heard(connection: BackendConnection) -> tuple[bytes, ...]:
    """As ``BackendConnection.hear``; a server that breaks the protocol is lost. Raises ServerError, ServerLost."""
    try:
        return connection.hear()
    except ProtocolViolation as error:
        raise ServerViolation(error.message) from None
