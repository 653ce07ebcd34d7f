"""Which statements have to be the only one of a Query, where several shards answer."""

from dataclasses import replace
from typing import Final

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.frontend.distributed import CONTROL
from pgdog_gevent.router.statement import (
    ChangesCatalog,
    ChangesSchema,
    ChangesTables,
    Frees,
    ResetAll,
    ResetParameter,
    SetParameter,
    Statement,
)

_TOGETHER: Final = (ChangesCatalog, ChangesSchema, ChangesTables, Frees)
"""Effects that a statement may have which does not stand alone."""
_SETTING: Final = (SetParameter, ResetParameter, ResetAll)


def controls(statement: Statement) -> bool:
    """Whether something is said of the transaction."""
    return any(isinstance(effect, CONTROL) for effects in statement.effects for effect in effects)


def sets(statement: Statement) -> bool:
    """Whether a server has other settings afterwards."""
    return any(isinstance(effect, _SETTING) for effects in statement.effects for effect in effects)


def apart() -> FeatureNotSupported:
    return FeatureNotSupported(
        'statements about transactions, settings and cursors cannot be sent together with statements for several '
        'shards',
        hint='Send them one by one.',
    )


def each_alone(statement: Statement, count: int) -> list[Statement]:
    """What each statement of a text means. Raises FeatureNotSupported for what must stand alone."""
    if count == 1:
        return [statement]
    if not all(isinstance(effect, _TOGETHER) for effects in statement.effects for effect in effects):
        raise apart()
    effects = statement.effects or ((),) * count
    return [replace(statement, effects=(of_one,) if of_one else ()) for of_one in effects]
