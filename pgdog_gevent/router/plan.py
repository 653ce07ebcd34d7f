"""Where a statement goes: a closed union of values, matched with ``match`` and ``assert_never``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, assert_never

from pgdog_gevent.router.blueprint import CopyOptions, CopyRows, Everyone, Folded, MovedRow, Same, Scattered


@dataclass(frozen=True, slots=True)
class Direct:
    """One shard answers; its frames pass unread."""

    shard: int


@dataclass(frozen=True, slots=True)
class Anywhere:
    """As ``Direct``, whichever shard it is. ``sticky`` and ``catalogs``: as in ``AnyShard``."""

    sticky: bool = False
    catalogs: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """Several shards answer, and one answer is made of theirs."""

    shards: tuple[int, ...]
    how: Scattered | Folded | Everyone | Same


@dataclass(frozen=True, slots=True)
class Split:
    """Each shard gets its own statement: its rows of one INSERT.

    ``texts`` are by shard; ``rows`` has, for each of them, the numbers that its rows had in the original, from 0. A
    shard that has several gets them one after the other; the rows of each text then follow those of the one before.
    """

    texts: tuple[tuple[int, bytes], ...]
    rows: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Move:
    """One of ``shards`` has the row, which may have to move to another one."""

    shards: tuple[int, ...]
    row: MovedRow


@dataclass(frozen=True, slots=True)
class Shown:
    """EXPLAIN: each shard shows what it would do, by its own text."""

    texts: tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class InTurn:
    """Shards do it one after the other, each for itself: it cannot be part of a transaction."""

    shards: tuple[int, ...]
    sql: bytes


@dataclass(frozen=True, slots=True)
class CopyIn:
    """Rows that the client sends go where they belong; without ``rows`` all of them to all ``shards``."""

    shards: tuple[int, ...]
    rows: CopyRows | None


@dataclass(frozen=True, slots=True)
class CopyOutOf:
    """The client gets the rows of all ``shards``, one after the other."""

    shards: tuple[int, ...]
    options: CopyOptions


Plan = Direct | Anywhere | Together | Split | Move | Shown | InTurn | CopyIn | CopyOutOf

Asks = Together | Split | Move | Shown | InTurn
"""Those whose answers are read here."""

ONLY_SHARD: Final = Direct(shard=0)


def shards_in(found: Plan) -> tuple[int, ...]:
    """The shards that a plan names."""
    match found:
        case Direct(shard):
            return (shard,)
        case Split(texts) | Shown(texts):
            return tuple(dict.fromkeys(shard for shard, _ in texts))
        case Anywhere():
            return ()
        case _:
            return found.shards


def writes(found: Plan) -> bool:
    """Whether several shards have to do it as one."""
    match found:
        case Together(shards, how):
            return len(shards) > 1 and not isinstance(how, Scattered | Folded)
        case Split() | Move() | Shown() | CopyIn():
            return True
        case _:
            return False


def together(found: Plan, sql: bytes, any_shard: Callable[[], int]) -> Asks:
    """The same for shards whose answers are read here, be it one that does ``sql``."""
    match found:
        case Direct(shard):
            return Together((shard,), Everyone(sql))
        case Anywhere():
            return Together((any_shard(),), Everyone(sql))
        case Together() | Split() | Move() | Shown() | InTurn():
            return found
        case CopyIn() | CopyOutOf():
            raise AssertionError('a COPY has no rows of its own')
        case _:
            assert_never(found)
