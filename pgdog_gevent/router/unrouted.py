"""What a text says where nothing is routed, or only by hints: without what only matters for where it goes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pgdog_gevent.router.hints import HINTS, ROLE
from pgdog_gevent.router.statement import (
    BEGIN,
    COMMIT,
    ORDINARY,
    ORDINARY_READ,
    ROLLBACK,
    Access,
    Begin,
    ChangesCatalog,
    Effect,
    SetConfig,
    SetLocally,
    SetLocalRole,
    SetsLocally,
    SetTransaction,
    Statement,
)

_WELL_KNOWN: Final = {statement: statement for statement in (ORDINARY, BEGIN, COMMIT, ROLLBACK)}


def unrouted(statement: Statement) -> Statement:
    """``statement``, as if all statements went to one server: many more are ORDINARY then, or BEGIN."""
    if statement is ORDINARY_READ:
        return ORDINARY
    effects = tuple(tuple(_unrouted(one)) for one in statement.effects)
    prepared = statement.prepared
    rest = replace(
        statement,
        effects=effects if any(effects) else (),
        prepared=None if prepared is None else replace(prepared, meaning=unrouted(prepared.meaning)),
        access=Access.WRITE,
        reads_if_stable=frozenset(),
        role=None,
    )
    return _WELL_KNOWN.get(rest, rest)


def hinted(statement: Statement) -> Statement:
    """``statement``, as if its client alone could say that it reads: by a role, or by READ ONLY."""
    prepared = statement.prepared
    rest = replace(
        statement,
        prepared=None if prepared is None else replace(prepared, meaning=hinted(prepared.meaning)),
        access=Access.REPLICA if statement.access is Access.REPLICA else Access.WRITE,
        reads_if_stable=frozenset(),
    )
    return _WELL_KNOWN.get(rest, rest)


def _unrouted(effects: tuple[Effect, ...]) -> Iterator[Effect]:
    for effect in effects:
        match effect:
            case Begin():
                yield Begin()
            case SetTransaction() | SetLocalRole() | SetLocally() | SetsLocally() | ChangesCatalog():
                pass
            case SetConfig(name, local=True) if name not in HINTS or name == ROLE:
                pass
            case _:
                yield effect
