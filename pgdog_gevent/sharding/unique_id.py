"""Ids that no two rows of a database have, although no shard asks another one: ``pgdog.unique_id()``.

An id is, from its highest bit on: 0, the milliseconds since ``EPOCH``, the number of the proxy among others, and a
number within the millisecond. The processes of one proxy share that last part: of n processes, each takes every n-th
number. So ids are unique as long as no two proxies that run at the same time have the same ``NODE_ID``, and none is
restarted within a millisecond.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pgdog_gevent.errors import UniqueIdUnavailable

EPOCH: Final = 1_764_184_395_000
"""Milliseconds of Unix time: 2025-11-26 19:13:15 UTC."""
_TIME_BITS: Final = 41
_HIGHEST: Final = 2**63 - 1
_LONGEST_STEP_BACK: Final = 10_000
"""Milliseconds for which a clock is waited for that has gone back."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How many bits there are for the number of the proxy, and for the number within a millisecond."""

    node_bits: int
    sequence_bits: int


STANDARD: Final = Layout(10, 12)
COMPACT: Final = Layout(6, 6)
"""53 bits in all: a JavaScript number holds it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who makes ids: ``process`` of ``processes`` of the proxy ``node``, which is ``None`` if it has no number."""

    node: int | None
    process: int = 0
    processes: int = 1


NOWHERE: Final = Origin(None)


class UniqueIds:
    """Makes ids, for one process. ``now`` is in seconds of Unix time; ``wait`` blocks for so many seconds."""

    def __init__(self, origin: Origin, now: Callable[[], float], wait: Callable[[float], None]) -> None:
        self._origin = origin
        self._now = now
        self._wait = wait
        self._layout = STANDARD
        self._offset = 0
        self._moment = -1
        """The millisecond of the last id."""
        self._count = 0
        """How many ids it has had."""

    def configure(self, layout: Layout, offset: int) -> None:
        """``offset`` is added to each id."""
        self._layout, self._offset = layout, offset

    def next(self) -> int:
        """Make an id; wait if the millisecond has no more, or the clock has gone back. Raises UniqueIdUnavailable."""
        layout, node = self._layout, self._node()
        most = (1 << layout.sequence_bits) // self._origin.processes
        if not most:
            raise UniqueIdUnavailable('there are more processes than ids within a millisecond')
        self._await_turn(most)
        sequence = self._count * self._origin.processes + self._origin.process
        self._count += 1
        found = ((self._moment << layout.node_bits | node) << layout.sequence_bits | sequence) + self._offset
        if self._moment >> _TIME_BITS or found > _HIGHEST:
            raise UniqueIdUnavailable('there are no more ids', detail=f'unique_id_min is {self._offset}.')
        return found

    def _node(self) -> int:
        node, limit = self._origin.node, 1 << self._layout.node_bits
        if node is None or node >= limit:
            raise UniqueIdUnavailable(
                'unique ids need a number for this proxy' if node is None else f'NODE_ID {node} is too high',
                hint=f'Set NODE_ID in the environment to a number from 0 to {limit - 1}, to another for each proxy.',
            )
        return node

    def _await_turn(self, most: int) -> None:
        """Wait for a millisecond that has an id left. Meanwhile others may take some."""
        while True:
            moment = int(self._now() * 1000) - EPOCH
            if moment < 0 or moment < self._moment - _LONGEST_STEP_BACK:
                raise UniqueIdUnavailable(
                    'the clock is wrong: it is before the time of ids that have been given',
                    detail=f'by {max(self._moment, 0) - moment} milliseconds.',
                )
            if moment > self._moment:
                self._moment, self._count = moment, 0
                return
            if moment == self._moment and self._count < most:
                return
            self._wait((self._moment + 1 - moment) / 1000)
