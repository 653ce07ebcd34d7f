"""A Query of several statements, some of which are about the transaction or settings: each is looked at in its turn.

What one sets decides what the next ones mean. As in PostgreSQL, all are one transaction unless they say otherwise.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.execution.answer import Asked
from pgdog_gevent.frontend.alone import each_alone, each_in_turn
from pgdog_gevent.frontend.bound import NOTHING_BOUND
from pgdog_gevent.frontend.distributed import Control
from pgdog_gevent.frontend.planning import Planning
from pgdog_gevent.frontend.step_meanings import sets_locally
from pgdog_gevent.protocol import frames
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.router.plan import Plan, writes
from pgdog_gevent.router.statement import Statement
from pgdog_gevent.router.texts import One

Write = Callable[[bytes], None]


class Doer(Protocol):
    """Who has statements done."""

    control: Control
    planning: Planning

    def open_implicitly(self) -> None: ...

    def close_implicitly(self) -> None: ...

    def run_part(self, meaning: Statement, found: Plan, one: One[Shape]) -> bytes: ...

    def completed(self, meaning: Statement, found: Plan, tag: bytes) -> None: ...


def run_together(
    session: Doer, write: Write, statement: Statement, parts: Sequence[One[Shape]], plans: Sequence[Plan]
) -> None:
    """The same where it is known before what each of them means."""
    meanings = each_alone(statement, len(parts))
    if len(plans) > 1 or any(map(writes, plans)):
        session.open_implicitly()
    for number, (one, found, meaning) in enumerate(zip(parts, plans, meanings, strict=True), 1):
        tag = session.run_part(meaning, found, one)
        session.completed(meaning, found, tag)
        if number == len(plans):
            session.close_implicitly()
        write(frames.encode(Backend.COMMAND_COMPLETE, tag))


def run_in_turn(session: Doer, write: Write, statement: Statement, parts: Sequence[One[Shape]]) -> None:
    """Have all done, and ``write`` what comes of them. Raises FeatureNotSupported, and as those who do it."""
    told = b''
    for meaning, part in zip(each_in_turn(statement, len(parts)), parts, strict=True):
        write(told)
        if sets_locally(meaning):
            session.open_implicitly()  # All shards hear of it that take part.
        told = session.control.answer(meaning, part.sql, relays=False) or _done(session, meaning, part)
    session.close_implicitly()
    write(told)


def _done(session: Doer, meaning: Statement, part: One[Shape]) -> bytes:
    """Have one done, as it is understood now; return its CommandComplete."""
    session.open_implicitly()
    [now] = session.planning.statements(part.sql)
    one = replace(now, start=part.start)
    session.planning.check_prepared(one)
    found = session.planning.plan(one, NOTHING_BOUND, Asked(one.sql))
    tag = session.run_part(meaning, found, one)
    session.completed(meaning, found, tag)
    return frames.encode(Backend.COMMAND_COMPLETE, tag)
