"""Which statements have to be the only one of a Query, where several shards answer."""

from dataclasses import replace
from itertools import chain
from typing import Final

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.frontend.distributed import CONTROL
from pgdog_gevent.router.statement import (
    Begin,
    ChangesCatalog,
    ChangesSchema,
    ChangesTables,
    Commit,
    Frees,
    ResetAll,
    ResetParameter,
    Rollback,
    SetLocal,
    SetLocalHint,
    SetLocalRole,
    SetParameter,
    Statement,
)

_TOGETHER: Final = (ChangesCatalog, ChangesSchema, ChangesTables, Frees)
"""Effects that a statement may have which does not stand alone."""
_SETTING: Final = (SetParameter, ResetParameter, ResetAll)
_DECIDES: Final = (*_SETTING, SetLocal, SetLocalHint, SetLocalRole)


def sets(statement: Statement) -> bool:
    """Whether a server has other settings afterwards."""
    return any(isinstance(effect, _SETTING) for effects in statement.effects for effect in effects)


def has_to_be_in_turn(statement: Statement) -> bool:
    """Whether a statement of a text may decide what the next ones mean, or where those of later texts may go."""
    decides, begun = False, False
    for effect in chain.from_iterable(statement.effects):
        decides = decides or isinstance(effect, _DECIDES)
        begun = isinstance(effect, Begin) or (begun and not isinstance(effect, Commit | Rollback))
    return decides or begun


def is_together(statement: Statement) -> bool:
    """Whether all statements of a text can be looked at before any is done."""
    return all(isinstance(effect, _TOGETHER) for effects in statement.effects for effect in effects)


def each_in_turn(statement: Statement, count: int) -> list[Statement]:
    """What each statement of a text means. Raises FeatureNotSupported for what must stand alone."""
    allowed = (*_TOGETHER, *_SETTING, *CONTROL)
    if not all(isinstance(effect, allowed) for effects in statement.effects for effect in effects):
        raise FeatureNotSupported(
            'statements that make something for the session, such as cursors and prepared statements, cannot be sent '
            'together with statements for several shards',
            hint='Send them one by one.',
        )
    return each_alone(statement, count)


def each_alone(statement: Statement, count: int) -> list[Statement]:
    """What each statement of a text means."""
    if count == 1:
        return [statement]
    effects = statement.effects or ((),) * count
    return [replace(statement, effects=(of_one,) if of_one else ()) for of_one in effects]
