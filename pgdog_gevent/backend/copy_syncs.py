"""Which Syncs a server has read as part of a COPY, and which it has answered."""

from typing import Final

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.query import Named, Target

_NO_PORTAL: Final = Named(Target.PORTAL, b'__pgdog_no_portal').encode(Frontend.CLOSE)


def ask_for_syncs(connection: BackendConnection) -> None:
    """Write messages that are answered differently for each Sync that the server has not read as part of a COPY.

    A server in COPY ignores Syncs. If the COPY fails, those behind the failure are answered, and nobody knows which
    they were. The first Sync ends the skipping of messages; the answer to the Close, which closes nothing, then comes
    behind all that were answered.
    """
    connection.stream.write(query.SYNC + _NO_PORTAL + query.SYNC)
    connection.ledger.syncs_asked_for()
