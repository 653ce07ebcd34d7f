"""How far standbys are behind their primary, by the monitor's own clock."""

from bisect import bisect_right
from typing import Final

_MOST: Final = 2048
"""Positions that are remembered: all of the last 1024 looks, of older ones fewer the older they are."""
_PRECISION: Final = 1 / 20
"""What lies between two older ones, as part of their age. With less they might be too many for ``_MOST``."""


class LagHistory:
    """When the primary was first seen beyond each position.

    ``pg_last_xact_replay_timestamp()`` would say how old the last transaction is that a standby has replayed: on an
    idle primary that grows although nothing is missing, and it is told by a clock of somebody else's. What is told
    here is a lower bound: what a standby lacks had been written at some time before it was seen, and how long it had
    lacked it when the monitor began is not known.

    LSNs are bytes; ``now`` is monotonic, in seconds.
    """

    __slots__ = ('_lsns', '_times')

    def __init__(self) -> None:
        self._lsns: list[int] = []
        """Ascending."""
        self._times: list[float] = []
        """When the primary was first seen there."""

    def note(self, primary_lsn: int, now: float) -> None:
        """The primary has come so far. If that is less than before, there is a new timeline: all begins anew."""
        if self._lsns and primary_lsn == self._lsns[-1]:
            return
        if self._lsns and primary_lsn < self._lsns[-1]:
            self.forget()
        self._lsns.append(primary_lsn)
        self._times.append(now)
        if len(self._lsns) > _MOST:
            self._thin_out(now)

    def forget(self) -> None:
        """Nothing is known of the primary that there is from now on."""
        self._lsns.clear()
        self._times.clear()

    def behind(self, lsn: int, now: float) -> float:
        """Seconds for which a standby that has replayed up to ``lsn`` has lacked something, at least.

        0 if it has replayed all that was seen of the primary.
        """
        missing = bisect_right(self._lsns, lsn)
        return now - self._times[missing] if missing < len(self._lsns) else 0.0

    def behind_bytes(self, lsn: int) -> int:
        """How much it lacks of what was seen of the primary."""
        return max(0, self._lsns[-1] - lsn) if self._lsns else 0

    def _thin_out(self, now: float) -> None:
        """Forget positions of the older half. What is said of these is less than it was, never more."""
        times, half = self._times, _MOST // 2
        kept = [half]
        for index in range(half - 1, 0, -1):
            older = times[index - 1]
            if times[kept[-1]] - older > (now - older) * _PRECISION:
                kept.append(index)
        kept.append(0)
        kept.reverse()
        self._lsns[: half + 1] = [self._lsns[index] for index in kept]
        self._times[: half + 1] = [times[index] for index in kept]
