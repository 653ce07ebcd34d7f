"""A portal that is kept here, where several shards answer: what it is of, and what has not been fetched yet."""

import re
from dataclasses import dataclass
from typing import Final

from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.errors import GatherLimit, PortalCannotBeRun
from pgdog_gevent.execution.answer import Answer
from pgdog_gevent.execution.question import Values
from pgdog_gevent.merge.arrays import Kept
from pgdog_gevent.protocol import frames, response
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.router.plan import Plan
from pgdog_gevent.router.texts import One

_COUNT: Final = re.compile(rb'\d+\0')


@dataclass(slots=True)
class Portal:
    """What a Bind has made."""

    statement: PreparedStatement
    one: One[Shape] | None
    """``None`` for a text without a statement, or that is no SQL."""
    plan: Plan
    values: Values
    at: int | None = None
    """The shard whose server has it."""
    rest: list[bytes] | None = None
    """Rows that have not been fetched yet, after the first Execute."""
    tag: bytes = b''
    done: bool = False
    """Nothing is left of it."""
    returns: bool = False
    """Whether it returns rows."""
    depth: int = 0
    """How many savepoints there were when it was made."""


def held(answer: Answer, limit: int) -> list[bytes]:
    """Rows that are kept until they are fetched. Raises GatherLimit above ``limit`` bytes."""
    kept = Kept(limit)
    rows = list[bytes]()
    for row in answer.rows:
        try:
            rows.append(kept.row(row))
        except GatherLimit as error:
            answer.rows.throw(error)
    return rows


def with_count(tag: bytes, count: int) -> bytes:
    """The last Execute of a portal counts its own rows only, as PostgreSQL does for whatever returns rows."""
    return _COUNT.sub(b'%d\0' % count, tag)


def nothing_left(portal: Portal, name: bytes) -> list[bytes]:
    """What a portal returns that has been run to its end. Raises PortalCannotBeRun if it has never returned rows."""
    if not portal.returns:
        raise PortalCannotBeRun(name)
    return []


def fetch(portal: Portal, rows: list[bytes], limit: int) -> tuple[bytes, bool]:
    """The messages of as many rows as are wanted now, and whether there are, or may be, more."""
    count = limit if limit > 0 else len(rows)
    told = b''.join(frames.encode(Backend.DATA_ROW, row) for row in rows[:count])
    portal.rest = rows[count:]
    if portal.returns:
        portal.tag = with_count(portal.tag, min(count, len(rows)))
    suspended = limit > 0 and len(rows) >= count
    return told + response.PORTAL_SUSPENDED if suspended else told, suspended
