"""Where a statement goes: a closed union of values, matched with ``match`` and ``assert_never``.

Its one arm so far is ``Direct``; sharding adds the others.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Direct:
    """One shard answers; its frames pass unread."""

    shard: int


Plan = Direct

ONLY_SHARD: Final = Direct(shard=0)
