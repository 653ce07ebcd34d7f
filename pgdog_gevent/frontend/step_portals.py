"""The portals that messages of the extended protocol are about."""

from collections.abc import Sequence

from pgdog_gevent.execution.request import Step
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.query import Execute, Named, Target


def portal_of(step: Step) -> bytes | None:
    """The portal that a step is about, if it does not make one."""
    match step.frame.code:
        case Frontend.EXECUTE:
            return Execute.decode(step.frame.body).portal
        case Frontend.DESCRIBE | Frontend.CLOSE:
            named = Named.decode(step.frame.body)
            return named.name if named.target is Target.PORTAL else None
        case _:
            return None


def executed_in(steps: Sequence[Step]) -> list[bytes]:
    """The portals that are executed."""
    return [Execute.decode(step.frame.body).portal for step in steps if step.frame.code == Frontend.EXECUTE]
