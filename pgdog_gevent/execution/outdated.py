"""Plans that DDL has put out of date: what has to be so that a round can be done once more and nobody can tell.

PostgreSQL refuses a prepared statement whose result has changed since its Parse. A client that prepared it before must
hear of that, because it may decode rows by the old description. One that learns in the same round what it gets need
not, and one that prepared it after the change would not have, but for a name that it shares with others.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from pgdog_gevent import sqlstate
from pgdog_gevent.execution.request import Step
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.frames import codes
from pgdog_gevent.protocol.query import Bind, Named, Target, bind_names, execute_portal
from pgdog_gevent.protocol.response import ErrorFields

# "cached plan must not change result type": the routine of PostgreSQL's that raises it.
_ROUTINE: Final = b'RRevalidateCachedQuery\0'
# Parameter types that were inferred from a column as it was: "operator does not exist", say.
_ANALYSIS: Final = '42'
_NOT_ANALYSIS: Final = frozenset({sqlstate.INSUFFICIENT_PRIVILEGE, sqlstate.DUPLICATE_CURSOR})
_ENDS: Final = frozenset(
    {Backend.PARSE_COMPLETE, Backend.BIND_COMPLETE, Backend.CLOSE_COMPLETE, Backend.ROW_DESCRIPTION, Backend.NO_DATA}
)
_ANALYZES: Final = frozenset({Frontend.BIND, Frontend.DESCRIBE})


def changed_result(error: bytes) -> bool:
    """Whether the body of an ErrorResponse says that a plan is out of date."""
    return _ROUTINE in error


def may_be_outdated(error: bytes, fields: ErrorFields) -> bool:
    """Whether the error, in answer to a Bind or Describe, may come from a plan that is out of date."""
    if changed_result(error) or fields.sqlstate == sqlstate.INTERNAL_ERROR:
        return True  # PostgreSQL has no better code for the number of a type that has been dropped.
    return fields.sqlstate.startswith(_ANALYSIS) and fields.sqlstate not in _NOT_ANALYSIS


def failed_step(steps: Sequence[Step], answers: bytes) -> Step | None:
    """The Bind or Describe that an error answers, when ``answers`` came before it in the same round.

    ``None`` if it is another step, if the server has begun to execute something, or if it has said something that it
    would not say again.
    """
    done = 0
    for code in codes(answers):
        if code in _ENDS:
            done += 1
        elif code != Backend.PARAMETER_DESCRIPTION:
            return None
    failed = steps[done] if done < len(steps) else None
    return failed if failed is not None and failed.frame.code in _ANALYZES else None


def described(steps: Sequence[Step]) -> frozenset[bytes]:
    """The client's names of the statements whose results it gets to know in this round, before rows of them."""
    parsed: set[bytes] = set()
    known: set[bytes] = set()
    blind: set[bytes] = set()
    portals: dict[bytes, bytes] = {}
    for step in steps:
        match step.frame.code:
            case Frontend.PARSE if not step.clash:
                parsed.add(step.name)
                known.add(step.name)
            case Frontend.BIND:
                portals[bind_names(step.frame.body)[0]] = step.name
                if step.name not in parsed and len(Bind.decode(step.frame.body).result_formats) > 1:
                    blind.add(step.name)  # It gives formats for the columns as they were.
            case Frontend.DESCRIBE:
                known.update(_described_name(step, portals))
            case Frontend.EXECUTE:
                blind.update({portals.get(execute_portal(step.frame.body), b'')} - known)
            case _:
                pass
    return frozenset(known - blind)


def _described_name(step: Step, portals: Mapping[bytes, bytes]) -> tuple[bytes, ...]:
    described = Named.decode(step.frame.body)
    if described.target is Target.STATEMENT:
        return (described.name,)
    return (portals[described.name],) if described.name in portals else ()
