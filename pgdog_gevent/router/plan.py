"""Where a statement goes: a closed union of values, matched with ``match`` and ``assert_never``."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Direct:
    """One shard answers; its frames pass unread."""

    shard: int


@dataclass(frozen=True, slots=True)
class Local:
    """The proxy answers: the statement speaks of the session, of which no server knows. ``tag`` is its answer."""

    tag: str


Plan = Direct | Local

ONLY_SHARD: Final = Direct(shard=0)
