"""What several shards say of one command when it is done becomes what one would say."""

import re
from collections.abc import Sequence
from typing import Final

from pgdog_gevent.errors import ShardsDisagree

_COUNTING: Final = re.compile(rb'((?:INSERT 0|UPDATE|DELETE|SELECT|MERGE|COPY) )(\d+)\0')
"""Tags that end with a number of rows."""


def total(tags: Sequence[bytes]) -> bytes:
    """Return the CommandComplete body for those of several shards, at least one: numbers of rows are summed.

    Raises ShardsDisagree if they say different things.
    """
    counts = [_COUNTING.fullmatch(tag) for tag in tags]
    commands = {count[1] if count else tag for count, tag in zip(counts, tags, strict=True)}
    if len(commands) != 1:
        raise ShardsDisagree(f'shards have done different things: {_shown(tags)}')
    [command] = commands
    numbers = [int(count[2]) for count in counts if count]
    return b'%b%d\0' % (command, sum(numbers)) if numbers else command


def _shown(tags: Sequence[bytes]) -> str:
    return ', '.join(sorted({tag.rstrip(b'\0').decode(errors='replace') for tag in tags}))
