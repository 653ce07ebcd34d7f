"""What recovery does with a transaction that it finds prepared. Pure."""

from enum import Enum
from typing import Final

from pgdog_gevent.twophase.decision import Verdict


class Anchor(Enum):
    """What has become of the transaction of the shard that decides, as its server says."""

    RUNNING = 'in progress'
    OVER = 'over'
    """Committed, aborted, or so old or so new that the server knows nothing of it."""


class Move(Enum):
    """What is to be done next."""

    COMMIT = 'commit'
    ROLL_BACK = 'roll back'
    CLAIM = 'claim'
    """Have it aborted on the anchor, unless it has been decided meanwhile; and look again."""
    WAIT = 'wait'


YOUNG: Final = 1.0
"""Seconds in which a coordinator is likely to be at it."""


def resolve(verdict: Verdict | None, anchor: Anchor, age: float, grace: float, young: float = YOUNG) -> Move:
    """``age``: seconds since it was prepared; ``grace``: those after which nobody waits for a coordinator.

    Only a row of the anchor's is a verdict. That its transaction is over does not say how: after a failover its number
    may be that of another one.
    """
    if age < young:
        return Move.WAIT
    match verdict:
        case Verdict.COMMIT:
            return Move.COMMIT
        case Verdict.ABORT:
            return Move.ROLL_BACK
        case None:
            return Move.WAIT if anchor is Anchor.RUNNING and age < grace else Move.CLAIM


def forgettable(verdict: Verdict, anchor: Anchor, age: float, retention: float, *, prepared: bool) -> bool:
    """Whether nobody can need a decision any more; ``prepared``: part of it is, may be, or was not long ago.

    ``age``: seconds since it was made. One to abort fences a coordinator as long as its transaction runs: what that one
    has prepared late would find no row, and it would commit.
    """
    fences = verdict is Verdict.ABORT and anchor is Anchor.RUNNING
    return age >= retention and not prepared and not fences
