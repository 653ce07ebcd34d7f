"""What the statements of a pipeline mean for the way in which it is answered."""

from typing import Final

from pgdog_gevent.execution.request import Step
from pgdog_gevent.frontend.distributed import CONTROL, only_effect
from pgdog_gevent.router.statement import (
    ResetAll,
    ResetParameter,
    SetLocal,
    SetLocalHint,
    SetLocally,
    SetLocalRole,
    SetParameter,
    SetsLocally,
    SetTransaction,
    Statement,
)

_LOCAL: Final = (SetsLocally, SetTransaction, SetLocal, SetLocally, SetLocalRole, SetLocalHint)
_HEARD: Final = (SetsLocally, SetParameter, ResetParameter, ResetAll)
_UNSPECIFIED: Final = bytes(4)
"""The OID in a Parse that leaves it to the server."""


def is_control(step: Step) -> bool:
    """Whether a step is about BEGIN, COMMIT and the like."""
    return step.statement is not None and controls_alone(step.statement.meaning)


def controls_alone(statement: Statement) -> bool:
    """Whether it is one statement, about nothing but the transaction."""
    return isinstance(only_effect(statement), CONTROL)


def sets_locally(statement: Statement) -> bool:
    """Whether something is set until the transaction ends, which all shards have to hear."""
    return any(isinstance(effect, _LOCAL) for effects in statement.effects for effect in effects)


def sets(step: Step) -> bool:
    """Whether a step sets something of which all shards of a transaction have to hear."""
    effects = () if step.statement is None else step.statement.meaning.effects
    return any(isinstance(effect, _HEARD) for each in effects for effect in each)


def all_named(types: bytes, parameters: int) -> bool:
    """Whether the client has said of which types all parameters are; ``types`` as in Parse."""
    oids = [types[at : at + 4] for at in range(2, len(types), 4)]
    return len(oids) >= parameters and _UNSPECIFIED not in oids
