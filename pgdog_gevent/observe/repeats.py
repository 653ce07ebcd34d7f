"""Counts equal log lines instead of writing them again and again. Pure; time is an argument, in seconds."""

from dataclasses import dataclass, replace
from typing import Final

from pgdog_gevent.observe.log_lines import Event

MOST: Final = 1000
"""How many different lines are watched at a time; more are written as they come."""


@dataclass(slots=True)
class _Watch:
    began: float
    latest: Event
    count: int = 0


class Repeats:
    """Lets ``threshold`` equal lines pass within ``window`` seconds of the first, and counts the others.

    Lines are equal if nothing but their time differs. With 0 for either, all pass.
    """

    def __init__(self, window: float = 0.0, threshold: int = 0) -> None:
        self._window = window
        self._threshold = threshold
        self._watches: dict[Event, _Watch] = {}
        """In the order of their beginning, which is that of their ends, too."""

    def passes(self, event: Event, now: float) -> bool:
        """Count a line, and return whether it is to be written. What is over must have been taken before."""
        if not self._window or not self._threshold:
            return True
        key = replace(event, time=0.0)
        watch = self._watches.get(key)
        if watch is None:
            if len(self._watches) >= MOST:
                return True
            watch = self._watches[key] = _Watch(now, event)
        watch.latest = event
        watch.count += 1
        return watch.count <= self._threshold

    @property
    def next_end(self) -> float | None:
        """When the next window ends; ``None`` if none is open."""
        return next((watch.began + self._window for watch in self._watches.values()), None)

    def over(self, now: float) -> list[Event]:
        """Close the windows that have ended, and return a summary of each in which lines were held back."""
        ended = []
        while (end := self.next_end) is not None and end <= now:
            ended.append(self._watches.pop(next(iter(self._watches))))
        return self._summaries(ended)

    def close(self) -> list[Event]:
        """Close all windows, and return their summaries."""
        watches = list(self._watches.values())
        self._watches.clear()
        return self._summaries(watches)

    def _summaries(self, watches: list[_Watch]) -> list[Event]:
        held_back = ((watch.latest, watch.count - self._threshold) for watch in watches)
        return [_summary(event, count) for event, count in held_back if count > 0]


def _summary(event: Event, count: int) -> Event:
    return replace(event, message=f'{event.message} (not written: {count} more like this)', traceback='')
