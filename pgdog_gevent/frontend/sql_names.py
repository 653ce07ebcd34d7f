"""PREPARE and EXECUTE in SQL, carried from server to server as prepared statements of the protocol are."""

from typing import NamedTuple

from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.frontend.prepared import Prepared
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.router.statement import ORDINARY, SqlPrepared, Statement


class Renamed(NamedTuple):
    """A Query whose PREPARE or EXECUTE speaks of ``target`` by its server-side name.

    ``given`` is the client's name for it, if the Query is to give it one. ``meaning`` is what the Query does.
    ``prepared`` is the text as the client wrote it.
    """

    prepared: SqlPrepared
    frame: Frame
    target: PreparedStatement
    meaning: Statement
    given: bytes | None = None


def renamed(prepared: Prepared, statement: Statement, *, prepares: bool) -> Renamed | None:
    """The Query of a statement under server-side names; ``None`` if it has to go as it is.

    ``prepares``: what SQL prepares is carried too. A name that is taken is sent so that the server says so.
    """
    found = statement.prepared
    if found is None:
        return None
    known = prepared.named(found.name)
    if not found.prepares:
        if known is None:
            return None
        return Renamed(found, _query(found, known), known, statement.executing(known.meaning))
    if known is not None:
        return Renamed(found, _query(found, known), known, ORDINARY)
    if not prepares:
        return None
    target = prepared.intern_sql(found)
    return Renamed(found, _query(found, target), target, ORDINARY, given=found.name)


def _query(found: SqlPrepared, target: PreparedStatement) -> Frame:
    return Frame(Frontend.QUERY, found.under(target.server_name) + b'\0')
